"""TradingView's Strategy Tester: its rows, by its names and formulas, for all, long and short trades.

Totals come from the metrics of the run, which the broker keeps; what is told of each side, and averages of winners and
losers, come from the list of trades. Amounts of losses are positive, as TradingView prints them.

Sources: TradingView's help pages on its Strategy Tester (maximum run-up: from the least of initial capital and realised
equity; buy and hold: all of the initial capital from the entry of the first trade on) and Pine's reference for
``strategy.*`` (percentages).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, Trades


@dataclass(frozen=True)
class Row:
    """One row: key for JSON, TradingView's name, unit ("money", "%", "ratio", "count", "bars", "units"), formula."""

    key: str
    name: str
    unit: str
    formula: str


ROWS: Final[tuple[Row, ...]] = (
    Row("open_profit", "Open P&L", "money", "Open profit at the last close, before commission; % of realised equity."),
    Row("net_profit", "Net profit", "money", "Profit of closed trades after commission; % of the initial capital."),
    Row("gross_profit", "Gross profit", "money", "Sum of the winning trades; % of the initial capital."),
    Row("gross_loss", "Gross loss", "money", "Sum of the losing trades; % of the initial capital."),
    Row("commission", "Commission paid", "money", "All commission, that of open trades' entries included."),
    Row(
        "buy_and_hold",
        "Buy & hold return",
        "money",
        "The initial capital in the symbol from the entry of the first trade to the last close; % of the capital.",
    ),
    Row(
        "max_runup",
        "Max equity run-up",
        "money",
        "From the least of initial capital and realised equity at an entry to the best mark inside a bar; % of that "
        "top, the largest of its own.",
    ),
    Row(
        "max_drawdown",
        "Max equity drawdown",
        "money",
        "From the high of realised equity to the worst mark inside a bar; % of that high, the largest of its own.",
    ),
    Row("max_contracts", "Max contracts held", "units", "Largest position."),
    Row("sharpe", "Sharpe ratio", "ratio", "See `sharpe` below."),
    Row("sortino", "Sortino ratio", "ratio", "See `sortino` below."),
    Row("profit_factor", "Profit factor", "ratio", "Gross profit over gross loss."),
    Row("margin_calls", "Margin calls", "count", "Forced partial or whole liquidations."),
    Row("closed_trades", "Total closed trades", "count", "A partial exit counts as a trade."),
    Row("open_trades", "Total open trades", "count", "Trades that the last bar still held."),
    Row("wins", "Number winning trades", "count", "Closed trades with a profit after commission."),
    Row("losses", "Number losing trades", "count", "Closed trades with a loss after commission."),
    Row("percent_profitable", "Percent profitable", "%", "Winning trades over closed trades."),
    Row("avg_trade", "Avg trade", "money", "Net profit over closed trades; mean of the trades' percentages."),
    Row("avg_win", "Avg winning trade", "money", "Gross profit over winners; mean of their percentages."),
    Row("avg_loss", "Avg losing trade", "money", "Gross loss over losers; mean of their percentages."),
    Row("avg_win_loss_ratio", "Ratio avg win / avg loss", "ratio", "Average winning over average losing trade."),
    Row("largest_win", "Largest winning trade", "money", "Largest profit; largest percentage, maybe of another trade."),
    Row("largest_loss", "Largest losing trade", "money", "Largest loss; largest percentage, maybe of another trade."),
    Row("avg_bars", "Avg # bars in trades", "bars", "Bars from entry to exit, both counted."),
    Row("avg_bars_win", "Avg # bars in winning trades", "bars", "The same over winners."),
    Row("avg_bars_loss", "Avg # bars in losing trades", "bars", "The same over losers."),
)
"""In TradingView's order. A trade's percentage is of its entry's value, the entry's commission included."""


@dataclass(frozen=True)
class Cell:
    """A figure and its percentage; NaN where it is not defined, None where TradingView has none."""

    value: float | None = None
    percent: float | None = None


@dataclass(frozen=True)
class Line:
    """A row with its figures."""

    row: Row
    all: Cell
    long: Cell = Cell()
    short: Cell = Cell()


def report_lines(metrics: Mapping[str, float], trades: Trades, last_close: float) -> tuple[Line, ...]:
    """All ROWS of one run, from its metrics by name and its list of trades; last_close: of the last bar.

    Long and short hold the trades of the list; what the list has dropped counts in the totals alone.
    """
    total = _total(metrics, trades, last_close)
    long, short = _side(trades, trades.is_long), _side(trades, ~trades.is_long)
    long["max_contracts"] = Cell(metrics["max_contracts_held_long"])
    short["max_contracts"] = Cell(metrics["max_contracts_held_short"])
    empty = Cell()
    return tuple(Line(row, total[row.key], long.get(row.key, empty), short.get(row.key, empty)) for row in ROWS)


def _total(metrics: Mapping[str, float], trades: Trades, last_close: float) -> dict[str, Cell]:
    """Figures over all trades: the broker's own where it has them."""
    capital = trades.initial_capital
    found = _side(trades, np.ones(len(trades), dtype=np.bool_))
    realised = capital + metrics["net_profit"]
    held = _held(trades, last_close)
    found["open_profit"] = Cell(metrics["open_profit"], _ratio(100.0 * metrics["open_profit"], realised))
    for key in ("net_profit", "gross_profit", "gross_loss"):
        found[key] = Cell(metrics[key], 100.0 * metrics[key] / capital)
    found["commission"] = Cell(metrics["commission_paid"])
    found["buy_and_hold"] = Cell(capital * held, 100.0 * held)
    for key in ("max_runup", "max_drawdown"):
        found[key] = Cell(metrics[key], metrics[f"{key}_percent"])
    found["max_contracts"] = Cell(metrics["max_contracts_held"])
    found["avg_trade"] = Cell(metrics["avg_trade"], metrics["avg_trade_percent"])
    for key, name in (
        ("sharpe", "sharpe"),
        ("sortino", "sortino"),
        ("profit_factor", "profit_factor"),
        ("margin_calls", "margin_calls"),
        ("closed_trades", "trades"),
        ("open_trades", "open_trades"),
        ("wins", "wins"),
        ("losses", "losses"),
        ("percent_profitable", "win_rate"),
        ("avg_bars", "avg_bars_in_trade"),
        ("avg_win_loss_ratio", "avg_win_loss_ratio"),
    ):
        found[key] = Cell(metrics[name])
    return found


def _held(trades: Trades, last_close: float) -> float:
    """Gain of one who bought where the first trade was entered and holds, as a share; NaN without a trade."""
    if len(trades) == 0:
        return math.nan
    first = float(trades.entry_price[int(np.argmin(trades.entry_bar))])
    return _ratio(last_close, first) - 1.0


def _side(trades: Trades, chosen: BoolArray) -> dict[str, Cell]:
    """Figures of the chosen trades [T]."""
    closed = chosen & ~trades.is_open
    net, percent = trades.net_profit[closed], 100.0 * trades.net_profit[closed] / trades.value[closed]
    bars = (trades.exit_bar - trades.entry_bar + 1)[closed].astype(np.float64)
    win, loss = net > 0.0, net < 0.0
    gained, lost = float(net[win].sum()), abs(float(net[loss].sum()))
    capital = trades.initial_capital
    still = chosen & trades.is_open
    opened = float((trades.net_profit + trades.commission)[still].sum())
    return {
        "open_profit": Cell(opened, _ratio(100.0 * opened, capital + float(trades.net_profit[~trades.is_open].sum()))),
        "net_profit": Cell(float(net.sum()), 100.0 * float(net.sum()) / capital),
        "gross_profit": Cell(gained, 100.0 * gained / capital),
        "gross_loss": Cell(lost, 100.0 * lost / capital),
        "commission": Cell(float(trades.commission[chosen].sum())),
        "profit_factor": Cell(_ratio(gained, lost)),
        "closed_trades": Cell(float(len(net))),
        "open_trades": Cell(float(still.sum())),
        "wins": Cell(float(win.sum())),
        "losses": Cell(float(loss.sum())),
        "percent_profitable": Cell(_ratio(100.0 * float(win.sum()), float(len(net)))),
        "avg_trade": Cell(_mean(net), _mean(percent)),
        "avg_win": Cell(_mean(net[win]), _mean(percent[win])),
        "avg_loss": Cell(_mean(-net[loss]), _mean(-percent[loss])),
        "avg_win_loss_ratio": Cell(_ratio(_mean(net[win]), _mean(-net[loss]))),
        "largest_win": Cell(_most(net[win]), _most(percent[win])),
        "largest_loss": Cell(_most(-net[loss]), _most(-percent[loss])),
        "avg_bars": Cell(_mean(bars)),
        "avg_bars_win": Cell(_mean(bars[win])),
        "avg_bars_loss": Cell(_mean(bars[loss])),
    }


def _ratio(above: float, below: float) -> float:
    return above / below if below != 0.0 else math.nan


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else math.nan


def _most(values: FloatArray) -> float:
    return float(values.max()) if len(values) else math.nan
