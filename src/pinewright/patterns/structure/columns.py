"""The columns that structure is read from: average true range and pivots, of any length, by one program of Pine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.market import Bars, FloatArray
from pinewright.patterns.structure.histories import apart

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

    A pivot high is no lower than the ``length`` bars before it and higher than as many after it. A bar without prices
    begins a new history.
    """
    if not len(bars):
        return Pivots(np.zeros(0), np.zeros(0), np.zeros(0))
    series, engine = _program()
    found = Pivots(*engine.compute(bars, series.columns, [float(length)]))
    if not np.isnan(bars.close).any():
        return found
    return Pivots(*apart(bars, length, found.top, found.bottom, ATR_BARS))


@cache
def _program() -> tuple[SeriesProgram, ColumnEngine]:
    # Late, so that the table of patterns is there at once.
    from pinewright.backtest.series import ColumnEngine
    from pinewright.pine.checker import check
    from pinewright.pine.compiler import compile_series

    series = compile_series(check(_SOURCE), _NAMES, "columns of structure")
    return series, ColumnEngine(series.program)
