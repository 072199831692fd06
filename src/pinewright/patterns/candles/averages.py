"""The averages that patterns are measured by: bodies and ranges of the bars before each bar."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.market import Bars, FloatArray

if TYPE_CHECKING:
    from pinewright.backtest.series import ColumnEngine

_SOURCE: Final = """//@version=6
indicator("Averages of candles")
length = input.int(10)
averageBody = ta.sma(math.abs(close - open), length)[1]
averageRange = ta.sma(high - low, length)[1]
"""
_COLUMNS: Final = ("averageBody", "averageRange")


def averages(bars: Bars, length: int) -> tuple[FloatArray, FloatArray]:
    """Average body and average range [N] of the ``length`` bars before each bar, NaN where there are fewer.

    They are Pine's own ``ta.sma``, so that a script computes the same numbers.
    """
    if not len(bars):
        return np.zeros(0), np.zeros(0)
    engine, columns = _engine()
    body, span = engine.compute(bars, columns, [float(length)])
    return body, span


@cache
def _engine() -> tuple[ColumnEngine, tuple[int, ...]]:
    # Late, so that the table of patterns is there at once.
    from pinewright.backtest.series import ColumnEngine
    from pinewright.pine.checker import check
    from pinewright.pine.compiler import compile_series

    series = compile_series(check(_SOURCE), _COLUMNS, "averages of candles")
    return ColumnEngine(series.program), tuple(series.columns)
