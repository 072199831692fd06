"""Minutes, hours and longer stretches of an open market without a tick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.calendar import SessionState
from pinewright.data.gaps import Hours
from pinewright.market import HOUR, MINUTE, BoolArray, IntArray, Ticks

SILENT_MINUTES: Final = 10
"""Open minutes in a row without a tick from which on it is no pause of a thin market. The longest of the recorded
feeds, EUR/USD, GBP/JPY of 2012 to 2019 at three brokers, is 6.5; the one defect known among them has 17."""


@dataclass(frozen=True)
class Silence:
    """A stretch without a tick.

    start, end: last tick before and first after it, ms UTC; where there is none, the first missing minute and the end
    of the last one. open_minutes: whole open minutes in it. change: of the mid price over it, relative; None at an
    edge.
    """

    start: int
    end: int
    open_minutes: int
    change: float | None


@dataclass(frozen=True)
class MinuteGrid:
    """Ticks by UTC minute.

    ticked [M]: minutes with ticks, rising, ms UTC of their starts; counts [M]: ticks in each; states [M]:
    ``SessionState`` of each. missing [K]: expected minutes without a tick. Expected and missing minutes and whole hours
    are counted over the period.
    """

    ticked: IntArray
    counts: IntArray
    states: npt.NDArray[np.int8]
    missing: IntArray
    expected_minutes: int
    expected_hours: int
    missing_hours: int


def minute_grid(time: IntArray, start: int | None, end: int | None, hours: Hours) -> MinuteGrid:
    """The minutes of ticks at rising ``time`` [T] and those of the period, which by default is that of the ticks."""
    minute = time // MINUTE
    edges = np.append(np.flatnonzero(minute[1:] != minute[:-1]) + 1, len(minute)) if len(minute) else minute
    counts = np.diff(edges, prepend=0)
    ticked = minute[edges - counts]
    begin = start // MINUTE if start is not None else (int(ticked[0]) if len(ticked) else 0)
    finish = -(-end // MINUTE) if end is not None else (int(ticked[-1]) + 1 if len(ticked) else begin)
    period = np.arange(begin, max(begin, finish), dtype=np.int64)
    expected = hours(period * MINUTE) == SessionState.EXPECTED
    silent = np.ones(len(period), dtype=np.bool_)
    inside = ticked[np.searchsorted(ticked, begin) : np.searchsorted(ticked, finish)]
    silent[inside - begin] = False
    missing = expected & silent
    open_hours, missing_hours = _whole_hours(begin, expected, silent)
    return MinuteGrid(
        ticked=ticked * MINUTE,
        counts=counts,
        states=hours(ticked * MINUTE),
        missing=period[missing] * MINUTE,
        expected_minutes=int(np.count_nonzero(expected)),
        expected_hours=open_hours,
        missing_hours=missing_hours,
    )


def _whole_hours(begin: int, expected: BoolArray, silent: BoolArray) -> tuple[int, int]:
    """UTC hours whose sixty minutes are all expected, and how many of these have no tick."""
    hour = HOUR // MINUTE
    first = -begin % hour
    whole = max(0, (len(expected) - first) // hour)
    blocks = slice(first, first + whole * hour)
    is_open = expected[blocks].reshape(whole, hour).all(axis=1)
    without = silent[blocks].reshape(whole, hour).all(axis=1)
    return int(np.count_nonzero(is_open)), int(np.count_nonzero(is_open & without))


def find_silences(ticks: Ticks, missing: IntArray) -> list[Silence]:
    """Stretches of ten and more missing minutes in a row, in order; closed hours inside do not cut one in two.

    ticks: with rising times; missing [K]: ``MinuteGrid.missing``.
    """
    if len(missing) == 0:
        return []
    begins = np.append(0, np.flatnonzero(np.diff(missing) != MINUTE) + 1)
    lengths = np.diff(begins, append=len(missing))
    long = lengths >= SILENT_MINUTES
    begins, lengths = begins[long], lengths[long]
    after = np.searchsorted(ticks.time, missing[begins])
    found = []
    for tick in np.unique(after).tolist():
        runs = np.flatnonzero(after == tick)
        first, last = int(missing[begins[runs[0]]]), int(missing[begins[runs[-1]] + lengths[runs[-1]] - 1]) + MINUTE
        found.append(
            Silence(
                start=int(ticks.time[tick - 1]) if tick else first,
                end=int(ticks.time[tick]) if tick < len(ticks) else last,
                open_minutes=int(lengths[runs].sum()),
                change=_mid(ticks, tick) / _mid(ticks, tick - 1) - 1.0 if 0 < tick < len(ticks) else None,
            )
        )
    return found


def _mid(ticks: Ticks, row: int) -> float:
    return float(ticks.bid[row] + ticks.ask[row]) / 2
