"""The columns that structure is read from: average true range and pivots, of any length, by one program of Pine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.market import Bars, FloatArray, IntArray

if TYPE_CHECKING:
    from pinewright.backtest.series import ColumnEngine
    from pinewright.pine.compiler import SeriesProgram

ATR_BARS: Final = 14
"""Length of the average true range in which tolerances and heights are told."""
_NAMES: Final = ("atr", "top", "bottom")
_SOURCE: Final = f"""//@version=6
indicator("columns of structure")
length = input.int(5, minval = 1)
atr = ta.atr({ATR_BARS})
top = ta.pivothigh(length, length)
bottom = ta.pivotlow(length, length)
"""


@dataclass(frozen=True)
class Pivots:
    """Columns [N], NaN where there is nothing. atr: at the close of each bar. top, bottom: the price of the pivot that
    became known at the close of a bar; it lies ``length`` bars before it.
    """

    atr: FloatArray
    top: FloatArray
    bottom: FloatArray


def pivots(bars: Bars, length: int) -> Pivots:
    """The columns for pivots with ``length`` bars on each side, just as a script reads them.

    A pivot high is no lower than the ``length`` bars before it and higher than as many after it.
    """
    if not len(bars):
        return Pivots(np.zeros(0), np.zeros(0), np.zeros(0))
    series, engine = _program()
    found = Pivots(*engine.compute(bars, series.columns, [float(length)]))
    breaks = np.flatnonzero(np.isnan(bars.close))
    return _apart(found, bars, length, breaks) if len(breaks) else found


def _apart(found: Pivots, bars: Bars, length: int, breaks: IntArray) -> Pivots:
    """The columns where each bar without prices begins a new history, which knows nothing of the one before.

    All histories are of one length but the last, as charts that lie one behind the other are: their average ranges
    are made side by side, by Wilder's rule as ``ta.atr`` has it.
    """
    size = int(breaks[0]) + 1
    rows = -(-len(bars) // size)
    if not np.array_equal(breaks, size * np.arange(1, len(breaks) + 1) - 1):
        raise UsageError("histories of different lengths", hint="bars without prices at equal distances")
    high, low, close = (
        np.pad(column, (0, rows * size - len(bars)), constant_values=np.nan).reshape(rows, size)
        for column in (bars.high, bars.low, bars.close)
    )
    ranges = high - low
    before = close[:, :-1]
    ranges[:, 1:] = np.maximum(ranges[:, 1:], np.maximum(np.abs(high[:, 1:] - before), np.abs(low[:, 1:] - before)))
    atr = np.full((rows, size), np.nan)
    if size > ATR_BARS:
        atr[:, ATR_BARS - 1] = ranges[:, :ATR_BARS].mean(axis=1)
    for place in range(ATR_BARS, size):
        atr[:, place] = (atr[:, place - 1] * (ATR_BARS - 1) + ranges[:, place]) / ATR_BARS
    # A pivot is known where as many bars lie on both sides of it, in its own history.
    known = np.arange(len(bars)) % size >= 2 * length
    return Pivots(atr.ravel()[: len(bars)], np.where(known, found.top, np.nan), np.where(known, found.bottom, np.nan))


@cache
def _program() -> tuple[SeriesProgram, ColumnEngine]:
    # Late, so that the table of patterns is there at once.
    from pinewright.backtest.series import ColumnEngine
    from pinewright.pine.checker import check
    from pinewright.pine.compiler import compile_series

    series = compile_series(check(_SOURCE), _NAMES, "columns of structure")
    return series, ColumnEngine(series.program)
