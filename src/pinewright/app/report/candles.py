"""Bars for the page's chart: as they are, or joined into longer candles until there are few enough to draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import MINUTE, Bars, FloatArray, IntArray, Timeframe

MOST_CANDLES: Final = 4_000
_LENGTHS: Final = (2, 3, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 4320, 10080)


@dataclass(frozen=True)
class Candles:
    """K candles in columns: time [K] ms UTC (open of the first bar in it), prices [K]; ``joined``: longer than bars."""

    time: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    length: Timeframe
    joined: bool

    def __len__(self) -> int:
        return len(self.time)


def draw_candles(bars: Bars, most: int = MOST_CANDLES) -> Candles:
    """The bars after the warm-up as at most ``most`` candles.

    Joined candles begin at multiples of a round length since 1970 UTC, or, where a week is too short, every so many
    bars: they are for looking at, not for trading.
    """
    used = bars.slice(bars.warmup, len(bars))
    if len(used) <= most:
        return Candles(used.time, used.open, used.high, used.low, used.close, bars.timeframe, joined=False)
    for minutes in _LENGTHS:
        if minutes > bars.timeframe.minutes and minutes % bars.timeframe.minutes == 0:
            starts = np.flatnonzero(np.diff(used.time // (minutes * MINUTE), prepend=np.int64(-1)))
            if len(starts) <= most:
                return _join(used, starts, Timeframe(minutes))
    step = -(-len(used) // most)
    return _join(used, np.arange(0, len(used), step), Timeframe(step * bars.timeframe.minutes))


def _join(bars: Bars, starts: IntArray, length: Timeframe) -> Candles:
    ends = np.append(starts[1:], len(bars)) - 1
    return Candles(
        time=bars.time[starts],
        open=bars.open[starts],
        high=np.maximum.reduceat(bars.high, starts),
        low=np.minimum.reduceat(bars.low, starts),
        close=bars.close[ends],
        length=length,
        joined=True,
    )
