"""A whole comparison: the script run on the bars that the list was made on, matched, counted and explained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pinewright.backtest.compare.cause import Cause, cause_of, of_feeds
from pinewright.backtest.compare.causes import causes_of
from pinewright.backtest.compare.matching import NAMES, Comparison, Difference, compare
from pinewright.backtest.compare.trials import Bench, explained
from pinewright.backtest.compare.zone import Zone, asked_zone, guess_zone
from pinewright.backtest.listing import ListedTrade, Printed, TradeList
from pinewright.errors import DataNotFoundError
from pinewright.market import Bars, FloatArray, Trades
from pinewright.program import Program, StrategySettings


@dataclass(frozen=True)
class Tally:
    """Listed trades of one kind: how many there are, and how many of them are equal, different, or missing here."""

    listed: int
    equal: int
    different: int
    missing: int


@dataclass(frozen=True)
class Review:
    """A script's trades beside TradingView's list of them.

    listed: the file as read; zone: of its times. bars: those that the script ran on, up to the list's last event.
    trades: ours. inside: listed trades between the first bar and the last, times in ms UTC; before, after: the others.
    comparison: of ours and ``inside``; names of signals are not part of it: ``names`` counts the pairs whose signals
    differ. apart: tally of the listed trades that feeds make differ, agreeing: of the others. net_profit,
    listed_profit: of the closed trades here and in the list (None where it prints none). causes: of all that differs,
    the likely one of the first difference being ``cause``. note: what the engine says of the
    way in which orders were carried out, empty for nothing.
    """

    listed: TradeList
    zone: Zone
    bars: Bars
    trades: Trades
    inside: tuple[ListedTrade, ...]
    before: tuple[ListedTrade, ...]
    after: tuple[ListedTrade, ...]
    comparison: Comparison
    names: int
    agreeing: Tally
    apart: Tally
    net_profit: float
    listed_profit: Printed | None
    causes: tuple[Cause, ...]
    cause: Cause | None
    note: str

    @property
    def equal(self) -> bool:
        """Whether every listed trade is ours in every field, and none of ours is not listed."""
        return self.comparison.equal and not self.before and not self.after

    @property
    def first(self) -> Difference | None:
        """The earliest difference; a listed trade before the bars comes first."""
        if self.before:
            trade = self.before[0]
            return Difference(trade.number, trade.entry_time, "trade", "missing", "listed", trade.entry_time)
        if self.comparison.first is None and self.after:
            trade = self.after[0]
            return Difference(trade.number, trade.entry_time, "trade", "missing", "listed", trade.entry_time)
        return self.comparison.first


def review(
    program: Program,
    bars: Bars,
    listed: TradeList,
    row: FloatArray,
    *,
    zone: str | None = None,
    settings: StrategySettings | None = None,
    others: Sequence[Bars] = (),
    cache_dir: Path | bool | None = None,
    explain: bool = True,
) -> Review:
    """Runs a program on the bars of a list and compares its trades, for one set of inputs [K].

    zone: of times in the list that name none; None guesses it. settings: an account instead of the script's. others:
    bars of other symbols and time frames, as the engine takes them. Bars after the list's last event are left out: what
    the script did later is not listed. Raises DataNotFoundError where no listed trade lies on the bars, and what the
    engine raises.
    """
    account = program.settings if settings is None else settings
    slack = account.slippage * bars.symbol.mintick
    whole = Bench(program, bars, row, (), others, cache_dir)
    ours = whole.trades(replace(account, order_limit=None))
    guessed = guess_zone(listed, bars, slack, ours)
    used = guessed if zone is None or not listed.local else asked_zone(listed, bars, zone, slack)
    trades = listed.in_zone(used.name, bars.symbol)
    inside, before, after = _on_bars(trades, bars)
    if not inside:
        raise DataNotFoundError(
            f"none of the {len(trades):,} listed trades lies on the bars",
            where=str(listed.path),
            hint="are these bars of the list's symbol and time, and is the time zone right (--timezone)?",
        )
    bars = bars.slice(0, _end(inside, bars))
    bench = Bench(program, bars, row, inside, others, cache_dir)
    ours = bench.trades(account)
    found, note = bench.compared(ours), bench.note
    steps = explained(bench, account, found) if explain else ()
    causes = (
        ()
        if found.equal and not before and not after
        else causes_of(found, steps, inside, bars, account, (before, after), (used, guessed))
    )
    agreeing, apart = _tallies(found, of_feeds(causes))
    result = Review(
        listed=listed,
        zone=used,
        bars=bars,
        trades=ours,
        inside=inside,
        before=before,
        after=after,
        comparison=found,
        names=_names(ours, inside),
        agreeing=agreeing,
        apart=apart,
        net_profit=ours.dropped_profit + float(ours.net_profit[~ours.is_open].sum()),
        listed_profit=_listed_profit(inside),
        causes=causes,
        cause=None,
        note=note,
    )
    return result if result.first is None else replace(result, cause=cause_of(result.first, causes))


def _on_bars(
    trades: Sequence[ListedTrade], bars: Bars
) -> tuple[tuple[ListedTrade, ...], tuple[ListedTrade, ...], tuple[ListedTrade, ...]]:
    """Listed trades that enter on the bars, before the first and after the last; an exit after it is still open."""
    first, last = int(bars.time[0]), int(bars.time[-1]) + bars.timeframe.milliseconds - 1
    inside = tuple(
        replace(trade, open_end=True) if (trade.exit_time or 0) > last else trade
        for trade in trades
        if first <= trade.entry_time <= last
    )
    before = tuple(trade for trade in trades if trade.entry_time < first)
    return inside, before, tuple(trade for trade in trades if trade.entry_time > last)


def _end(trades: Sequence[ListedTrade], bars: Bars) -> int:
    """Number of bars up to the one of the list's last event."""
    last = max(max(trade.entry_time, trade.exit_time or 0) for trade in trades)
    return int(np.searchsorted(bars.time, last, side="right"))


def _tallies(found: Comparison, off: set[int]) -> tuple[Tally, Tally]:
    """Tallies of the listed trades but those numbered in ``off``, and of these."""

    def tally(apart: bool) -> Tally:
        pairs = [pair for pair in found.pairs if (pair.their.number in off) is apart]
        missing = sum((trade.number in off) is apart for trade in found.missing)
        equal = sum(not pair.differences for pair in pairs)
        return Tally(len(pairs) + missing, equal, len(pairs) - equal, missing)

    return tally(False), tally(True)


def _names(trades: Trades, listed: Sequence[ListedTrade]) -> int:
    """Trades that are entered or left under another name in the list."""
    pairs = compare(trades, listed, money=False).pairs
    return sum(any(difference.field in NAMES for difference in pair.differences) for pair in pairs)


def _listed_profit(listed: Sequence[ListedTrade]) -> Printed | None:
    """Net profit of the closed trades: the cumulative one of the last, else the sum of what is printed of each."""
    closed = [trade for trade in listed if not trade.is_open]
    if closed and closed[-1].cumulative is not None:
        return closed[-1].cumulative
    profits = [trade.profit for trade in closed if trade.profit is not None]
    if not profits:
        return None
    return Printed(math.fsum(profit.value for profit in profits), max(profit.unit for profit in profits))
