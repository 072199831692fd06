"""The figures of a run: what each means, and how it comes out of the account.

TradingView's own come first, under its definitions; the classic ones stand beside them and say so in their name. A
figure that is not defined (the win rate of no trades) is NaN.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pinewright.backtest.ledger import profit_at
from pinewright.backtest.sides import closing_price
from pinewright.backtest.state import AT_CLOSE, AT_OPEN, BarView, Broker
from pinewright.machine.kernel import Floats, kernel


@dataclass(frozen=True)
class Metric:
    """Name, unit ("money", "%", "ratio", "count", "bars") and meaning of one column of a result."""

    name: str
    unit: str
    meaning: str


METRICS: Final[tuple[Metric, ...]] = (
    Metric("net_profit", "money", "Profit of closed trades after commission."),
    Metric("net_profit_percent", "%", "Net profit in percent of the initial capital."),
    Metric("gross_profit", "money", "Sum of the winning trades, after commission."),
    Metric("gross_loss", "money", "Sum of the losing trades, after commission, as a positive number."),
    Metric("profit_factor", "ratio", "Gross profit over gross loss."),
    Metric("trades", "count", "Closed trades; a partial exit counts as one."),
    Metric("wins", "count", "Trades with a profit after commission."),
    Metric("losses", "count", "Trades with a loss after commission."),
    Metric("evens", "count", "Trades that made exactly nothing."),
    Metric("win_rate", "%", "Wins in percent of the closed trades."),
    Metric("avg_trade", "money", "Net profit over closed trades."),
    Metric("max_drawdown", "money", "From the high-water mark of realised equity to the worst mark inside a bar."),
    Metric("max_drawdown_percent", "%", "Largest drawdown in percent of its own high-water mark, tracked apart."),
    Metric("max_runup", "money", "From the least equity at an entry, its fee paid, to the best mark inside a bar."),
    Metric(
        "sharpe",
        "ratio",
        "TradingView's: mean monthly return of realised equity less 2 %/12 over its population deviation, UTC months, "
        "not annualised; by trading days and 2 %/365 where the run touches fewer than three months.",
    ),
    Metric("sortino", "ratio", "As sharpe, over the deviation of the returns below the rate."),
    Metric("avg_bars_in_trade", "bars", "Mean length of closed trades, the entry bar counted."),
    Metric("commission_paid", "money", "All commission, that of open trades' entries included."),
    Metric("open_profit", "money", "Open profit at the last close, before commission."),
    Metric("buy_and_hold_percent", "%", "Classic: change from the first open to the last close of the traded bars."),
    Metric("largest_win", "money", "Best closed trade; NaN without wins."),
    Metric("largest_loss", "money", "Worst closed trade as a positive number; NaN without losses."),
    Metric("long_trades", "count", "Closed long trades."),
    Metric("margin_calls", "count", "Forced partial or whole liquidations."),
    Metric("max_contracts_held", "units", "Largest position, either way."),
    Metric("sharpe_daily", "ratio", "Classic: mean over sample deviation of net daily profit, times sqrt(252)."),
    Metric("sortino_daily", "ratio", "Classic: mean net daily profit over its downside deviation, times sqrt(252)."),
    Metric("t_statistic_daily", "ratio", "Mean over sample deviation of net daily profit, times sqrt of the days."),
    Metric("calmar", "ratio", "Annual profit (252 days a year) over the largest drawdown, both in money."),
    Metric("expectancy", "ratio", "Average trade over the average loss (R multiple)."),
    Metric("days", "count", "Trading days of the run, those without a trade counted."),
    Metric("exposure", "%", "Share of bars at whose close a position was open."),
    Metric("longest_losing_streak", "count", "Most losing trades in a row; even trades do not end it."),
    Metric("refused_orders", "count", "Entries that the account could not pay: equity below the margin asked."),
    Metric("profit_marked", "money", "Net profit and open profit with its commission: the sum of the daily profits."),
    Metric("swap", "money", "Paid (negative) or earned for positions held over 17:00 New York; in no other figure."),
    Metric("net_profit_after_swap", "money", "Net profit and swap."),
    Metric("avg_trade_percent", "%", "Mean over closed trades of the profit in percent of what the entry cost."),
    Metric("avg_win", "money", "Gross profit over wins."),
    Metric("avg_loss", "money", "Gross loss over losses, as a positive number."),
    Metric("avg_win_loss_ratio", "ratio", "Average win over average loss."),
    Metric("max_runup_percent", "%", "Largest run-up in percent of its own top, tracked apart."),
    Metric("open_trades", "count", "Trades still open at the last close."),
    Metric("max_contracts_held_long", "units", "Largest long position."),
    Metric("max_contracts_held_short", "units", "Largest short position."),
)
"""Columns of ``Results.metrics``, in order."""

METRIC_COUNT: Final = 45
TRADING_DAYS: Final = 252.0

METRIC_INDEX: Final = {metric.name: index for index, metric in enumerate(METRICS)}
assert len(METRICS) == METRIC_COUNT


@kernel
def ratio(above: float, below: float) -> float:
    """Quotient, NaN where nothing stands below."""
    return above / below if below != 0.0 else math.nan


@kernel(inline=False)
def write_metrics(b: Broker, v: BarView, out: Floats) -> None:
    """Writes all METRICS of a finished run into ``out``."""
    closed = float(b.closedtrades)
    net = b.netprofit + b.open_commission
    last = v.candles[4 * (v.last - 1) + AT_CLOSE]
    open_profit = profit_at(b, v, closing_price(b, v, v.last - 1))
    out[0] = net
    out[1] = 100.0 * net / b.initial_capital
    out[2] = b.grossprofit
    out[3] = b.grossloss
    out[4] = ratio(b.grossprofit, b.grossloss)
    out[5] = closed
    out[6] = float(b.wintrades)
    out[7] = float(b.losstrades)
    out[8] = float(b.eventrades)
    out[9] = ratio(100.0 * b.wintrades, closed)
    out[10] = ratio(net, closed)
    out[11] = b.max_drawdown
    out[12] = b.max_drawdown_percent
    out[13] = b.max_runup
    out[16] = ratio(float(b.bars_in_trades), closed)
    out[17] = b.commission_paid
    out[18] = open_profit
    out[19] = 100.0 * (last / v.candles[4 * v.first + AT_OPEN] - 1.0)
    out[20] = b.largest_win if b.wintrades > 0 else math.nan
    out[21] = b.largest_loss if b.losstrades > 0 else math.nan
    out[22] = float(b.long_trades)
    out[23] = float(b.margin_calls)
    out[24] = b.max_contracts_held
    out[29] = ratio(ratio(net, closed), ratio(b.grossloss, float(b.losstrades)))
    out[31] = 100.0 * b.bars_held / (v.last - v.first)
    out[32] = float(b.longest_losing_streak)
    out[33] = float(b.refused_orders)
    out[34] = b.netprofit + open_profit
    out[35] = b.swap
    out[36] = net + b.swap
    wins = ratio(b.grossprofit, float(b.wintrades))
    losses = ratio(b.grossloss, float(b.losstrades))
    out[37] = ratio(b.percent_sum, closed)
    out[38] = wins
    out[39] = losses
    out[40] = ratio(wins, losses)
    out[41] = b.max_runup_percent
    out[42] = float(b.opentrades)
    out[43] = b.max_contracts_held_long
    out[44] = b.max_contracts_held_short
    write_ratios(b, out)


@kernel
def write_ratios(b: Broker, out: Floats) -> None:
    """Return over risk, by months and by days."""
    months = b.months
    if months.count < 3:
        months = b.days_realised
    count = float(months.count)
    out[14] = math.nan
    out[15] = math.nan
    if count > 1.0:
        out[14] = ratio(months.mean, math.sqrt(months.squares / count))
        out[15] = ratio(months.mean, math.sqrt(months.downside / count))
    days = b.days
    count = float(days.count)
    deviation = math.sqrt(days.squares / (count - 1.0)) if count > 1.0 else 0.0
    out[25] = ratio(days.mean * math.sqrt(TRADING_DAYS), deviation)
    out[26] = ratio(days.mean * math.sqrt(TRADING_DAYS), math.sqrt(ratio(days.downside, count)))
    out[27] = ratio(days.mean * math.sqrt(count), deviation)
    out[28] = ratio(days.mean * TRADING_DAYS, b.max_drawdown)
    out[30] = count
