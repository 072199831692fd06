"""What charts are drawn from: columns of bars and lines, the windows of them, and the scales, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pinewright.charts.spec import ChartSpec
from pinewright.errors import UsageError
from pinewright.market import Bars, FloatArray, IntArray

Lines = Sequence[FloatArray]
"""Columns [N] as long as the bars."""
Band = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Drawn:
    """All columns [N] of one call, contiguous float64.

    bars: open, high, low, close, volume. bands: two for each band. panes: the lines of all panes in one row.
    """

    bars: Lines
    overlays: Lines
    bands: Lines
    panes: Lines


def columns_of(
    spec: ChartSpec, bars: Bars, overlays: Lines, bands: Sequence[Band], panes: Sequence[Lines] | None
) -> Drawn:
    """The columns, as many as the spec has; panes None where they do not matter. UsageError where counts differ."""
    _count("overlays", len(overlays), spec.overlays)
    _count("bands", len(bands), spec.bands)
    for item in bands:
        _count("columns of a band", len(item), 2)
    if panes is not None:
        _count("panes", len(panes), len(spec.panes))
        for wanted, given in zip(spec.panes, panes, strict=True):
            _count("lines of a pane", len(given), wanted.lines)
    return Drawn(
        bars=[_column(item, len(bars)) for item in (bars.open, bars.high, bars.low, bars.close, bars.volume)],
        overlays=[_column(item, len(bars)) for item in overlays],
        bands=[_column(item, len(bars)) for pair in bands for item in pair],
        panes=[_column(item, len(bars)) for lines in panes or () for item in lines],
    )


def window_ends(spec: ChartSpec, bars: Bars, ends: npt.ArrayLike) -> IntArray:
    """Ends [B] as int64; UsageError where a window would begin before the first bar or end behind the last."""
    windows = np.atleast_1d(np.asarray(ends))
    if windows.ndim != 1 or (windows.dtype.kind not in "iu" and len(windows)):
        raise UsageError(f"ends is {windows.dtype} {windows.shape}", hint="one whole number for each chart")
    windows = np.ascontiguousarray(windows, dtype=np.int64)
    if len(windows) and not spec.bars <= windows.min() <= windows.max() <= len(bars):
        what = f"windows that end before bars {windows.min()} to {windows.max()}"
        raise UsageError(what, hint=f"{spec.bars} (bars of a chart) to {len(bars)} (bars that there are)")
    return windows


def given_scales(scales: npt.ArrayLike, count: int) -> FloatArray:
    """Scales [B, 2] of float64 from one pair for all or one for each; UsageError where a number is not finite."""
    found = np.asarray(scales, dtype=np.float64)
    if found.shape not in ((2,), (count, 2)):
        raise UsageError(f"scales is {found.shape}", hint=f"low and high for all charts, or ({count}, 2)")
    if not np.isfinite(found).all():
        raise UsageError("a scale that is not finite")
    return np.ascontiguousarray(np.broadcast_to(found, (count, 2)))


def _count(name: str, given: int, wanted: int) -> None:
    if given != wanted:
        raise UsageError(f"{given} {name} where the spec of the chart has {wanted}", hint="as many as the spec says")


def _column(values: FloatArray, length: int) -> FloatArray:
    column = np.ascontiguousarray(values, dtype=np.float64)
    if column.shape != (length,):
        raise UsageError(f"a column of shape {column.shape} beside {length} bars", hint="one value for each bar")
    return column
