"""The same inputs under other circumstances: dearer, later, at other prices of the same market, on other bars.

    found = stresses(program, bars, account, costs, parameters, parts)
    one_sided(found)        # whether the profit is one of the quotes on one side (optimize/stress.py)

Every one runs over all three parts at once, from the first bar of the search to the last of the locked part, flat at
the start, beside a plain run over the same bars. Profits are net and include what the last bar still holds. What the
data do not allow is there too, with ``known`` False and the reason in its words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.app.backtests.evaluation import METRIC_NAMES, with_dates
from pinewright.app.given.costs import DEFAULT_PIPS, WIDE_PIPS, Costs
from pinewright.app.words import stress as texts
from pinewright.backtest.engine import Engine
from pinewright.backtest.execution import Execution, Swap
from pinewright.data.resample import resample
from pinewright.errors import BacktestError, DataError
from pinewright.market import Bars, FloatArray, Side, Symbol, Timeframe, Trades
from pinewright.optimize.proof import Stress
from pinewright.optimize.split import Split
from pinewright.optimize.stress import Tally, delayed, one_sided, outside_rollover
from pinewright.program import Program, StrategySettings

__all__ = ["assumed_swap", "coarser", "mid_bars", "one_sided", "stresses"]

COARSER: Final = (2, 3, 5)
"""Lengths of coarser bars, the first that divides the day."""
_DAY_MINUTES: Final = 1440


def stresses(
    program: Program,
    bars: Bars,
    account: StrategySettings,
    costs: Costs,
    parameters: FloatArray,
    parts: Split,
    *,
    swap: Swap | None = None,
    opposite: Bars | None = None,
    cache_dir: Path | None = None,
    timezone: str | None = None,
    dates: tuple[str, str] | None = None,
) -> tuple[Stress, ...]:
    """Seven stresses of one parameter set [K], in a fixed order.

    account: with the costs in it. costs: how they came; those that stand for the spread are taken away where fills pay
    the spread itself, a script's own stay. swap: None for an assumed one (``assumed_swap``). opposite: bars of the
    other side with the same stamps. dates: names of the two inputs that take the dates of the test, for generated
    scripts.
    BacktestError where the bars of the other side do not fit.
    """
    case = _Case(program, account, np.asarray(parameters, dtype=np.float64), cache_dir, timezone, dates)
    first, last = parts.search.first, parts.locked.last
    plain = case.run(bars, first, last)
    both = bars.side is Side.MID or opposite is not None
    trades = case.trades(bars, first, last)
    return (
        _doubled(case, bars, first, last, plain),
        _delayed(bars, account, trades, last, plain),
        _mid(case, bars, opposite, first, last, plain),
        _bid_ask(case, costs, bars, opposite, first, last, plain),
        _swapped(case, bars, swap, first, last, plain),
        _coarser(case, bars, first, last, plain),
        _outside(bars, trades, both, plain),
    )


def mid_bars(bars: Bars, opposite: Bars | None = None) -> Bars | None:
    """The bars at mid prices: with the other side's bars, else by half the spread at each close; None without either.

    BacktestError where the other side's bars have other stamps.
    """
    if bars.side is Side.MID:
        return bars
    prices = bars.open, bars.high, bars.low, bars.close
    if opposite is not None:
        if not np.array_equal(opposite.time, bars.time):
            hint = "both sides must come from the same file or feed, over the same window"
            raise BacktestError("the bars of the other side have other stamps", where=opposite.feed, hint=hint)
        others = opposite.open, opposite.high, opposite.low, opposite.close
        moved = [(own + other) / 2 for own, other in zip(prices, others, strict=True)]
    elif bars.spread is not None:
        half = bars.spread / 2 if bars.side is Side.BID else -bars.spread / 2
        moved = [own + half for own in prices]
    else:
        return None
    open_, high, low, close = moved
    high, low = np.maximum(high, np.maximum(open_, close)), np.minimum(low, np.minimum(open_, close))
    return replace(bars, open=open_, high=high, low=low, close=close, side=Side.MID)


def assumed_swap(symbol: Symbol) -> Swap:
    """Half of what a round turn is taken to cost (0.5 pip in FX, 20 in gold), paid a night by either side."""
    points = -_swap_pips(symbol) * symbol.pip / symbol.mintick
    return Swap(points, points)


def coarser(timeframe: Timeframe) -> Timeframe | None:
    """The next longer time frame that divides the day: of twice, three or five times the length; None from a day on."""
    lengths = (timeframe.minutes * times for times in COARSER)
    found = next((minutes for minutes in lengths if _DAY_MINUTES % minutes == 0), None)
    return None if found is None or timeframe.months else Timeframe(found)


@dataclass(frozen=True)
class _Case:
    """One parameter set and its account."""

    program: Program
    account: StrategySettings
    parameters: FloatArray
    cache_dir: Path | None
    timezone: str | None
    dates: tuple[str, str] | None

    def run(
        self,
        bars: Bars,
        first: int,
        last: int,
        account: StrategySettings | None = None,
        execution: Execution | None = None,
    ) -> Tally:
        engine = self._engine(bars, account or self.account, execution)
        row = engine.run(self._dated(bars, first, last), first=first, last=last).metrics[0]
        net, swap, trades = (float(row[METRIC_NAMES.index(name)]) for name in ("profit_marked", "swap", "trades"))
        return Tally(net + swap, int(trades))

    def trades(self, bars: Bars, first: int, last: int) -> Trades:
        # The whole list: what TradingView keeps of it is not the question here.
        engine = self._engine(bars, replace(self.account, order_limit=None), None)
        return engine.trades(self._dated(bars, first, last)[0], first=first, last=last)

    def _engine(self, bars: Bars, account: StrategySettings, execution: Execution | None) -> Engine:
        return Engine(
            self.program,
            bars,
            settings=account,
            cache_dir=self.cache_dir,
            timezone=self.timezone,
            execution=execution,
        )

    def _dated(self, bars: Bars, first: int, last: int) -> FloatArray:
        return with_dates(self.parameters[None, :], self.program, self.dates, bars, first, last)


def _known(name: str, title: str, found: Tally, plain: Tally, words: str) -> Stress:
    return Stress(name, title, found.net_profit, plain.net_profit, found.trades, words)


def _unknown(name: str, title: str, plain: Tally, words: str) -> Stress:
    return Stress(name, title, float("nan"), plain.net_profit, 0, words, known=False)


def _doubled(case: _Case, bars: Bars, first: int, last: int, plain: Tally) -> Stress:
    name, title, account = "doubled_costs", texts.DOUBLED, case.account
    if account.commission_value == 0.0 and account.slippage == 0:
        return _unknown(name, title, plain, texts.DOUBLED_NOTHING)
    dear = replace(account, commission_value=2 * account.commission_value, slippage=2 * account.slippage)
    return _known(name, title, case.run(bars, first, last, dear), plain, texts.DOUBLED_WORDS)


def _delayed(bars: Bars, account: StrategySettings, trades: Trades, last: int, plain: Tally) -> Stress:
    name, title = "delayed_entry", texts.DELAYED
    if len(trades) == 0:
        return _unknown(name, title, plain, texts.DELAYED_NOTHING)
    found = delayed(trades, bars, last, account.slippage * bars.symbol.mintick)
    dropped = len(trades) - found.trades
    words = texts.DELAYED_WORDS
    if dropped:
        words = texts.DELAYED_DROPPED.format(words=words, dropped=dropped)
    return _known(name, title, found, plain, words)


def _mid(case: _Case, bars: Bars, opposite: Bars | None, first: int, last: int, plain: Tally) -> Stress:
    name, title = "mid_prices", texts.MID
    if bars.side is Side.MID:
        return _known(name, title, plain, plain, texts.MID_BARS)
    moved = mid_bars(bars, opposite)
    if moved is None:
        return _unknown(name, title, plain, texts.MID_NOTHING)
    words = texts.MID_BOTH if opposite is not None else texts.MID_SPREAD.format(side=bars.side.value)
    return _known(name, title, case.run(moved, first, last), plain, words)


def _bid_ask(
    case: _Case, costs: Costs, bars: Bars, opposite: Bars | None, first: int, last: int, plain: Tally
) -> Stress:
    name, title = "bid_ask", texts.BID_ASK
    if opposite is None and bars.spread is None:
        return _unknown(name, title, plain, texts.MID_NOTHING)
    words = texts.BID_ASK_SPREAD if opposite is None else texts.BID_ASK_BOTH
    account = costs.at_sides(case.account)
    own = account.commission_value > 0.0 or account.slippage > 0
    words = (texts.BID_ASK_OWN if own else texts.BID_ASK_PLAIN).format(words=words)
    found = case.run(bars, first, last, account, Execution(fills="bid-ask", opposite=opposite))
    return _known(name, title, found, plain, words)


def _swapped(case: _Case, bars: Bars, swap: Swap | None, first: int, last: int, plain: Tally) -> Stress:
    charged = assumed_swap(bars.symbol) if swap is None else swap
    found = case.run(bars, first, last, execution=Execution(swap=charged))
    if swap is None:
        words = texts.SWAP_ASSUMED.format(pips=_swap_pips(bars.symbol))
    else:
        words = texts.SWAP_GIVEN.format(long=swap.long, short=swap.short)
    if found.net_profit == plain.net_profit:
        words = texts.SWAP_NEVER.format(words=words)
    return _known("after_swap", texts.SWAP, found, plain, words)


def _swap_pips(symbol: Symbol) -> float:
    return WIDE_PIPS.get(symbol.base, DEFAULT_PIPS) / 2


def _coarser(case: _Case, bars: Bars, first: int, last: int, plain: Tally) -> Stress:
    name, title = "coarser_bars", texts.COARSER
    if case.dates is not None:
        return _unknown(name, title, plain, texts.COARSER_WRITTEN.format(timeframe=bars.timeframe))
    longer = coarser(bars.timeframe)
    try:
        made = None if longer is None else resample(bars, longer)
    except DataError:
        made = None
    if made is None:
        return _unknown(name, title, plain, texts.COARSER_NOTHING)
    end = int(bars.time[last - 1]) + bars.timeframe.milliseconds
    begin = int(np.searchsorted(made.time, bars.time[first]))
    stop = int(np.searchsorted(made.time, end - made.timeframe.milliseconds, side="right"))
    if stop <= begin:
        return _unknown(name, title, plain, texts.COARSER_NOTHING)
    words = texts.COARSER_WORDS.format(timeframe=made.timeframe)
    try:
        found = case.run(made, begin, stop)
    except BacktestError as error:
        # A script may ask for bars that are shorter than these: what the engine says of it is the reason.
        return _unknown(name, title, plain, f"{words}: {error.what}")
    return _known(name, title, found, plain, words)


def _outside(bars: Bars, trades: Trades, both: bool, plain: Tally) -> Stress:
    name, title = "outside_rollover", texts.ROLLOVER
    if both:
        return _unknown(name, title, plain, texts.ROLLOVER_BOTH)
    found = outside_rollover(trades, bars)
    if found is None:
        return _unknown(name, title, plain, texts.ROLLOVER_CLOCK)
    words = texts.ROLLOVER_REPRICED if found.repriced else texts.ROLLOVER_WORDS
    return _known(name, title, found.tally, plain, words.format(count=found.fills))
