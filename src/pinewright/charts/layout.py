"""Where everything of a chart lies, in whole pixels: the one geometry that all who draw and read charts share.

Rows count from the top, columns from the left; all ends are inclusive. From the top down: gutter, price, then for the
volume strip and for each pane one row of the palette's ``grid`` and its part. Each bar owns a cell of
floor((i + 1) * W / n) - floor(i * W / n) columns (W columns inside the gutters, n bars), and in it:

- cells of 1 column: wick and body are that column;
- of 2: the body is both, the wick the left one;
- of 3 and more: the body is odd, 3 wide or wider, the wick its middle. From cells of 4 on at least a quarter of the
  cell and one column is left free after it. Cells of 3 touch (224 columns for 60 bars: cells of 3 and 4).

A value lies in row ``lower - floor((value - low) * ((lower - upper) / (high - low)) + 0.5)``, in IEEE doubles and in
that order, where ``upper`` and ``lower`` are the rows of the part's ``high`` and ``low``. Values outside come out
outside (at most ``FAR`` rows) and are clipped by those who draw. Where the scale has no extent (high == low, or the
quotient is not finite), all lies in row ``lower - (lower - upper) // 2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.charts.spec import ChartSpec
from pinewright.errors import UsageError
from pinewright.market import FloatArray, IntArray

FAR: Final = 1 << 20
"""Rows from ``lower`` at most, of values far outside a scale."""

LEAST_ROWS: Final = 3
"""Rows between the margins of a part at least."""


@dataclass(frozen=True)
class Part:
    """A rectangle that is drawn on. upper, lower: the rows of the high and of the low end of its scale."""

    left: int
    top: int
    right: int
    bottom: int
    upper: int
    lower: int

    def row_of(self, value: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> IntArray:
        """Rows of finite values at a scale, broadcast together; see the head of this file for the exact rule."""
        value, low, high = (np.asarray(item, dtype=np.float64) for item in (value, low, high))
        with np.errstate(all="ignore"):
            factor = (self.lower - self.upper) / (high - low)
            flat = ~((high > low) & np.isfinite(high - low) & np.isfinite(factor))
            steps = np.clip((value - low) * np.where(flat, 0.0, factor) + 0.5, -FAR, FAR)
        steps = np.where(flat, (self.lower - self.upper) // 2, np.floor(steps))
        return np.asarray(self.lower - steps, dtype=np.int64)

    def value_of(self, row: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> FloatArray:
        """The value in the middle of a row: what a reader of pixels can know, to half a row each way."""
        low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        share = (self.lower - np.asarray(row, dtype=np.float64)) / (self.lower - self.upper)
        return np.asarray(low + share * (high - low))


@dataclass(frozen=True)
class Column:
    """A bar's columns: its cell, the body's two ends, and the wick."""

    cell_left: int
    cell_right: int
    left: int
    right: int
    wick: int


class Layout:
    """The geometry of all charts of a spec; UsageError where it does not fit.

    price, volume (None without), panes: the parts. separators: rows of the palette's ``grid`` between them.
    columns: one a bar, oldest first. left, right, top, bottom: what lies inside the gutters.
    """

    def __init__(self, spec: ChartSpec):
        self.spec: Final = spec
        left, top, right, bottom = spec.gutter
        self.left: Final = left
        self.top: Final = top
        self.right: Final = spec.width - 1 - right
        self.bottom: Final = spec.height - 1 - bottom
        if self.right - self.left + 1 < spec.bars:
            what = f"{spec.bars} bars do not fit into {max(0, self.right - self.left + 1)} columns"
            raise UsageError(what, hint="wider, or fewer bars: each needs a column")
        self.columns: Final = _columns(self.left, self.right, spec.bars)
        parts = _parts(self)
        self.price: Final = parts[0]
        self.volume: Final = parts[1] if spec.volume else None
        self.panes: Final = parts[2:] if spec.volume else parts[1:]
        self.separators: Final = tuple(part.top - 1 for part in parts[1:])

    @property
    def parts(self) -> tuple[Part, ...]:
        """Price, volume where there is one, panes."""
        return (self.price, *(() if self.volume is None else (self.volume,)), *self.panes)

    def row_of(self, price: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> IntArray:
        """Rows of prices where the window's scale goes from low to high."""
        return self.price.row_of(price, low, high)

    def price_of(self, row: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> FloatArray:
        """The price in the middle of a row."""
        return self.price.value_of(row, low, high)

    @property
    def wicks(self) -> IntArray:
        """Columns of the wicks [n]; overlays have their points there."""
        return np.array([column.wick for column in self.columns], dtype=np.int64)


def _columns(left: int, right: int, bars: int) -> tuple[Column, ...]:
    width = right - left + 1
    cell = width // bars
    body = _body(cell)
    edges = [left + index * width // bars for index in range(bars + 1)]
    found = []
    for start, end in pairwise(edges):
        wick = start + (cell - 1) // 2
        first = wick - (body - 1) // 2
        found.append(Column(start, end - 1, first, first + body - 1, wick))
    return tuple(found)


def _body(cell: int) -> int:
    """Columns of a body in the narrowest cell."""
    if cell <= 3:
        return cell
    body = cell - max(1, cell // 4)
    return body if body % 2 else body - 1


def _parts(layout: Layout) -> tuple[Part, ...]:
    """Price on top with what the others leave; each other part has a separator above it."""
    spec = layout.spec
    shares = [*([spec.volume] if spec.volume else []), *(pane.share for pane in spec.panes)]
    rows = layout.bottom - layout.top + 1 - len(shares)
    heights = [int(share * rows + 0.5) for share in shares]
    heights.insert(0, rows - sum(heights))
    if min(heights) < LEAST_ROWS + 2 * spec.margin:
        what = f"a part of {max(0, min(heights))} rows is too low for margins of {spec.margin}"
        raise UsageError(what, hint="higher, fewer parts, larger shares or a smaller margin")
    found, top = [], layout.top
    for index, height in enumerate(heights):
        bottom = top + height - 1
        lower = bottom if spec.volume and index == 1 else bottom - spec.margin
        found.append(Part(layout.left, top, layout.right, bottom, top + spec.margin, lower))
        top = bottom + 2
    return tuple(found)
