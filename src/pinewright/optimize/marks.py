"""By what prices are known again: one number a trading day, the same at every time frame and in every window.

A day is the trading day (17:00 to 17:00 New York in FX), not the UTC day: bars of every time frame begin with it, and
parts of a split meet on its border, so that four-hour and daily bars show the same days as minutes do and no day
belongs to two parts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.calendar import in_session, trading_day
from pinewright.market import Bars, FloatArray, IntArray
from pinewright.optimize.split import Split

Marks = npt.NDArray[np.uint64]
"""Fingerprints of days [D], in the order of the days."""

_GRID: Final = 10
"""Prices count in tenths of a tick: mid prices lie between ticks, and nothing that a file rounds away may count."""
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class DataKey:
    """The days of one run: ``searched`` (search and selection part, both are chosen on) and ``locked``."""

    searched: Marks
    locked: Marks

    @classmethod
    def of(cls, bars: Bars, parts: Split) -> DataKey:
        """The days of a split of these bars."""
        return cls(
            day_marks(bars, parts.search.first, parts.selection.last),
            day_marks(bars, parts.locked.first, parts.locked.last),
        )


def day_marks(bars: Bars, first: int = 0, last: int | None = None) -> Marks:
    """Fingerprints of the trading days that have a bar in [first, last), warm-up included where it is asked for.

    Each is 64 bits of symbol, day, and the day's open, high, low and close over *all* bars given, in tenths of a tick.
    So the same prices have the same mark as minutes and as daily bars, in a long window and in a short one; another
    feed, side or simulated market has others. Two days can differ from a longer window's: the first and the last,
    where the bars begin or end within them. Bars outside trading hours, which some feeds fill in, do not count. Bars of
    more than a day are one mark each, that no other time frame has.
    """
    stop = len(bars) if last is None else last
    rows = np.flatnonzero(in_session(bars.time, bars.symbol))
    if len(rows) == 0:
        return np.empty(0, dtype=np.uint64)
    days = trading_day(bars.time[rows], bars.symbol)
    starts = np.flatnonzero(np.diff(days, prepend=days[0] - 1))
    ends = np.append(starts[1:], len(days)) - 1
    step = bars.symbol.mintick / _GRID
    mark = np.full(len(starts), _seed(bars.symbol.name), dtype=np.uint64)
    for part in (
        days[starts],
        _units(bars.open[rows][starts], step),
        _units(np.maximum.reduceat(bars.high[rows], starts), step),
        _units(np.minimum.reduceat(bars.low[rows], starts), step),
        _units(bars.close[rows][ends], step),
    ):
        mark = _mixed(mark ^ part.astype(np.uint64))
    asked = (rows[ends] >= first) & (rows[starts] < stop)
    found: Marks = mark[asked]
    return found


def _units(prices: FloatArray, step: float) -> IntArray:
    return np.rint(prices / step).astype(np.int64)


def _seed(symbol: str) -> int:
    return int.from_bytes(hashlib.sha256(symbol.encode()).digest()[:8], "little")


def _mixed(values: Marks) -> Marks:
    """splitmix64 (Steele, Lea and Flood 2014): every bit of the input turns half of the bits of the output."""
    mixed = values + _ODD
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
