"""Gaps: bars that the trading calendar expects and the data does not have, in all and by trading day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.calendar import SessionState, bar_close, bar_open, expected_bars, trading_day, trading_day_start
from pinewright.data.zones import duration_text, iso_text
from pinewright.market import DAY, MINUTE, Bars, BoolArray, IntArray, Symbol, Timeframe

GAP_MINUTES: Final = 30  # shorter holes are minutes without a trade, which many feeds leave out
THIN_SHARE: Final = 0.9
THINNEST: Final = 5

Hours = Callable[[IntArray], npt.NDArray[np.int8]]
"""``SessionState`` of the minutes that begin at UTC times [N]: a feed that knows its own hours and holidays."""


@dataclass(frozen=True)
class Gap:
    """A hole: first missing stamp and end of the last missing bar (ms UTC), and the bars that are not there."""

    start: int
    end: int
    missing: int

    @property
    def text(self) -> str:
        return f"{duration_text(self.end - self.start)} from {iso_text(self.start)}"


@dataclass(frozen=True)
class ThinDay:
    """A trading day with less than nine tenths of its bars: the date on which it ends, its bars and those expected."""

    date: str
    bars: int
    expected: int


@dataclass(frozen=True)
class Sessions:
    """Bars by trading day: how many days expect any, the median of their bars, days with less than nine tenths of what
    is expected (none at all included), and the thinnest of these in order of time."""

    days: int = 0
    median_bars: float = 0.0
    thin_count: int = 0
    thin: tuple[ThinDay, ...] = ()


NO_SESSIONS: Final = Sessions()


@dataclass(frozen=True)
class Coverage:
    """Expected and missing bars, the gaps of 30 minutes and more in order of time, and the bars of each session."""

    expected: int
    missing: int
    gaps: tuple[Gap, ...]
    sessions: Sessions = NO_SESSIONS


@dataclass(frozen=True)
class Expected:
    """Stamps that a complete feed has [E], and whether each is there."""

    stamps: IntArray
    found: BoolArray

    @property
    def missing(self) -> IntArray:
        """Stamps that are not there."""
        return self.stamps[~self.found]


def coverage(bars: Bars, start: int | None = None, end: int | None = None, hours: Hours | None = None) -> Coverage:
    """Compare the bars with the calendar from the first to the last of them, or over [start, end) where that is wider.

    Closed hours inside a hole do not break it; a hole is one gap when every open stretch of it lasts half an hour. Bars
    that are filled in are missing. ``hours``: of a feed that is open less than the calendar says.
    """
    time = bars.time if bars.filled is None else bars.time[~bars.filled]
    if len(time) == 0:
        return Coverage(0, 0, ())
    grid = expectation(time, bars.timeframe, bars.symbol, start, end, hours)
    missing = np.flatnonzero(~grid.found)
    gaps = _runs(grid.stamps, missing, bars.timeframe.milliseconds)
    return Coverage(len(grid.stamps), len(missing), gaps, _sessions(grid, bars.timeframe, bars.symbol))


def expectation(
    time: IntArray,
    timeframe: Timeframe,
    symbol: Symbol,
    start: int | None = None,
    end: int | None = None,
    hours: Hours | None = None,
) -> Expected:
    """What the calendar expects between the first and the last of some stamps [N], one at least, or over [start, end)
    where that is wider. Stamps may stand anywhere in their bar; those out of order are not found."""
    step = timeframe.milliseconds
    present = bar_open(time, timeframe, symbol)
    begin = int(present[0]) if start is None else min(int(present[0]), start)
    finish = int(present[-1]) + 1 if end is None else max(int(present[-1]), end - step) + 1
    expected = expected_bars(begin, finish, timeframe, symbol)
    if hours is not None and len(expected):
        last = bar_close(expected, timeframe, symbol) - MINUTE
        expected = expected[hours(last) == SessionState.EXPECTED]
    found = present[np.minimum(np.searchsorted(present, expected), len(present) - 1)] == expected
    return Expected(expected, found)


def _sessions(grid: Expected, timeframe: Timeframe, symbol: Symbol) -> Sessions:
    if len(grid.stamps) == 0 or timeframe.minutes >= 1440:
        return NO_SESSIONS
    ends = trading_day(grid.stamps[[0, -1]], symbol)
    days = np.arange(int(ends[0]), int(ends[1]) + 2, dtype=np.int64)
    cuts = np.searchsorted(grid.stamps, trading_day_start(days, symbol))
    expected, some = np.diff(cuts), np.flatnonzero(np.diff(cuts))
    found = np.add.reduceat(grid.found, cuts[:-1][some], dtype=np.int64)
    expected, days = expected[some], days[:-1][some]
    thin = np.flatnonzero(found < THIN_SHARE * expected)
    worst = np.sort(thin[np.argsort(found[thin] / expected[thin], kind="stable")[:THINNEST]])
    return Sessions(
        days=len(days),
        median_bars=float(np.median(found)),
        thin_count=len(thin),
        thin=tuple(ThinDay(iso_text(int(days[k]) * DAY)[:10], int(found[k]), int(expected[k])) for k in worst),
    )


def _runs(expected: IntArray, missing: IntArray, step: int) -> tuple[Gap, ...]:
    if len(missing) == 0:
        return ()
    closed_before = np.diff(expected, prepend=expected[0])[missing] > step
    apart = np.diff(missing, prepend=missing[0] - 1) != 1
    begins = np.unique(np.append(0, np.flatnonzero(apart | closed_before)))
    ends = np.append(begins[1:], len(missing))
    long = (ends - begins) * step >= GAP_MINUTES * MINUTE
    gaps: list[Gap] = []
    previous = -2
    for low, high in zip(begins[long].tolist(), ends[long].tolist(), strict=True):
        start, end = int(expected[missing[low]]), int(expected[missing[high - 1]]) + step
        if missing[low] == previous + 1:
            gaps[-1] = Gap(gaps[-1].start, end, gaps[-1].missing + high - low)
        else:
            gaps.append(Gap(start, end, high - low))
        previous = int(missing[high - 1])
    return tuple(gaps)
