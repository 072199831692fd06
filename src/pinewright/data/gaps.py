"""Gaps: bars that the trading calendar expects and the data does not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import bar_open, expected_bars
from pinewright.data.zones import duration_text, iso_text
from pinewright.market import MINUTE, Bars, IntArray

GAP_MINUTES: Final = 30  # shorter holes are minutes without a trade, which many feeds leave out


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
class Coverage:
    """Expected and missing bars, and the gaps of 30 minutes and more in order of time."""

    expected: int
    missing: int
    gaps: tuple[Gap, ...]


def coverage(bars: Bars, start: int | None = None, end: int | None = None) -> Coverage:
    """Compare the bars with the calendar from the first to the last of them, or over [start, end) where that is wider.

    Closed hours inside a hole do not break it; a hole is one gap when every open stretch of it lasts half an hour.
    """
    if len(bars) == 0:
        return Coverage(0, 0, ())
    step = bars.timeframe.milliseconds
    present = bar_open(bars.time, bars.timeframe, bars.symbol)
    begin = int(present[0]) if start is None else min(int(present[0]), start)
    finish = int(present[-1]) + 1 if end is None else max(int(present[-1]), end - step) + 1
    expected = expected_bars(begin, finish, bars.timeframe, bars.symbol)
    found = present[np.minimum(np.searchsorted(present, expected), len(present) - 1)] == expected
    missing = np.flatnonzero(~found)
    return Coverage(len(expected), len(missing), _runs(expected, missing, step))


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
