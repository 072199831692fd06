"""What-if runs: which other account or first bar would make our trades those of the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.backtest.compare.changes import Change, changes
from pinewright.backtest.compare.matching import Comparison, compare
from pinewright.backtest.engine import Engine
from pinewright.backtest.listing import ListedTrade
from pinewright.data.calendar import trading_day
from pinewright.errors import PinewrightError
from pinewright.market import DAY, Bars, FloatArray, Trades
from pinewright.program import Program, StrategySettings

REACH_BARS: Final = 3
"""Bars by which an entry may be off and still be the same trade."""
WORTH: Final = 0.2
"""Share of all that differs which a change must mend to be named."""
_MOST_CHANGES: Final = 4
_TRIED: Final = 600
"""Trades of a long list on which changes are tried."""
_MOST_STARTS: Final = 40
_UNSEEDED: Final = 6
"""Trades that ours may make between the chart's first bar and the list's first trade, before averages are seeded."""


@dataclass
class Bench:
    """A script on the bars of a list, ready to be run with other accounts.

    row: inputs [K]. listed: trades with times in ms UTC. others: bars of other symbols and time frames. note: what the
    engine has said of a run.
    """

    program: Program
    bars: Bars
    row: FloatArray
    listed: Sequence[ListedTrade]
    others: Sequence[Bars] = ()
    cache_dir: Path | bool | None = None
    note: str = field(default="", init=False)

    def trades(self, settings: StrategySettings, start: int = 0) -> Trades:
        """The script's trades with that account, on the bars from ``start`` on."""
        bars = self.bars.slice(start, len(self.bars))
        engine = Engine(self.program, bars, settings=settings, cache_dir=self.cache_dir, others=self.others)
        self.note = self.note or engine.note
        return engine.trades(self.row)

    def compared(self, trades: Trades) -> Comparison:
        """Trades beside the list; names of signals are not compared.

        A list without a trade that is still open may have been written without it: ours, entered on the last bar, is
        not held against it.
        """
        ours = list(trades)
        if not any(trade.is_open for trade in self.listed):
            last = int(self.bars.time[-1])
            ours = [trade for trade in ours if not (trade.is_open and trade.entry_time == last)]
        return compare(ours, self.listed, signals=False, reach=REACH_BARS * self.bars.timeframe.milliseconds)

    def head(self) -> Bench:
        """The bench of the list's first trades and of the bars up to them; itself where it is not much longer."""
        if len(self.listed) <= 1.5 * _TRIED:
            return self
        cut = sorted(trade.entry_time for trade in self.listed)[_TRIED]
        listed = [
            replace(trade, open_end=trade.open_end or (trade.exit_time or 0) > cut)
            for trade in self.listed
            if trade.entry_time <= cut
        ]
        bars = self.bars.slice(0, int(np.searchsorted(self.bars.time, cut, side="right")))
        return replace(self, bars=bars, listed=listed)

    def tried(self, change: Change) -> Comparison | None:
        """The comparison with a change; None where the engine refuses it."""
        try:
            return self.compared(self.trades(change.settings, change.start))
        except PinewrightError:
            return None


@dataclass(frozen=True)
class Step:
    """A change that mends what differs, and the comparisons before and with it."""

    change: Change
    before: Comparison
    after: Comparison


def explained(bench: Bench, settings: StrategySettings, found: Comparison) -> tuple[Step, ...]:
    """Changes that make our trades the list's, the most telling first, each on top of those before it.

    A change counts where it mends at least a fifth of all fields that differ. Of long lists the first part finds the
    changes, where it differs at all, and the whole confirms them.
    """
    part = bench.head()
    seen = found if part is bench else part.compared(part.trades(settings))
    if seen.equal:
        part, seen = bench, found
    steps: list[Step] = []
    for change in _searched(part, settings, seen):
        after = bench.tried(change)
        if after is not None and after.agreement > found.agreement:
            steps.append(Step(change, found, after))
            found = after
    return tuple(steps)


def _searched(bench: Bench, settings: StrategySettings, found: Comparison) -> Iterator[Change]:
    """The changes that mend most, one after the other, until none is worth its name."""
    start = 0
    for _ in range(_MOST_CHANGES):
        best, reached = None, found
        for change in (*changes(settings, found, bench.bars.symbol), *_starts(bench, settings, found, start)):
            change = change if change.start else replace(change, start=start)
            after = bench.tried(change)
            if after is not None and after.agreement > reached.agreement + 1e-12:
                best, reached = change, after
        if best is None or reached.agreement - found.agreement < WORTH * (1.0 - found.agreement):
            return
        yield best
        settings, start, found = best.settings, best.start, reached


def _starts(bench: Bench, settings: StrategySettings, found: Comparison, start: int) -> Iterator[Change]:
    """First bars of the trading days before the list's first trade: three, and as many as a few of our trades take.

    Only where the beginning differs: a chart that began later than the bars has seeded its averages later, and may have
    left out a trade or two of ours because of it.
    """
    first = found.first
    if start or first is None or not bench.listed:
        return
    begin = min(trade.entry_time for trade in bench.listed)
    entries = sorted(trade.entry_time for trade in bench.listed)
    if first.time > entries[len(entries) // 10]:
        return
    early = sorted(trade.entry_time for trade in found.extra if trade.entry_time < begin)
    floor = early[-_UNSEEDED] if len(early) >= _UNSEEDED else int(bench.bars.time[0])
    floor = min(floor, begin - 3 * DAY)
    days = trading_day(bench.bars.time, bench.bars.symbol)
    opens = np.flatnonzero(np.diff(days)) + 1
    near = opens[(bench.bars.time[opens] > floor) & (bench.bars.time[opens] <= begin)]
    for place in near[:: max(1, -(-len(near) // _MOST_STARTS))]:
        yield Change((), "", "", settings, int(place))
