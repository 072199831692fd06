"""Rows of text cut into glyphs: points and commas first, as digits hang over them, then digits that may touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.market import BoolArray, FloatArray

CUT: Final = 0.33
"""Cover from which a pixel is taken for part of a glyph."""
FAINT: Final = 0.08
"""Cover from which it may be its soft edge."""
_LEVELS: Final = (0.3, 0.4, 0.5, 0.6)
"""Covers at which a point is looked for: at some of them it may touch a digit."""
_WIDE: Final = 1.3
"""Width of a piece, in widths of a digit, from which it is two, with most of a column for soft edges."""
_NARROWEST: Final = 0.42
"""Width of a digit other than a one at least, as a share of its height."""


_USUAL: Final = 0.5
"""Pixels of ink that a cut may have more for each column that it lies nearer to a digit's usual width."""


@dataclass(frozen=True)
class Row:
    """The pixels of a line of text. cover [h, w]: 0 for the ground to 1 for the ink; top, left: of its first pixel in
    the picture; base: the last row of its digits, in ``cover``.
    """

    cover: FloatArray
    top: int
    left: int
    base: int


@dataclass(frozen=True)
class Glyph:
    """Something written. cover [h, w]: 0 to 1; top, bottom, left, right: its edges in pixels, with fractions, counted
    from the picture's upper left corner, so that pixel r reaches from r to r + 1. low: stands alone at the foot of the
    line, as a point does.
    """

    cover: FloatArray
    top: float
    bottom: float
    left: float
    right: float
    low: bool = False

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class TextLine:
    """Glyphs from left to right. height: of its digits, in pixels."""

    glyphs: tuple[Glyph, ...]
    height: float


def lines_of(rows: Sequence[Row], height: float) -> list[TextLine]:
    """The glyphs of each row; rows without any are left out. height: of a digit, in pixels."""
    split = [_points(row, height) for row in rows]
    one = _digit_width([rest for _, rest in split], height)
    found = []
    for row, (points, rest) in zip(rows, split, strict=True):
        digits = [_glyph(rest, first, last) for first, last in _cuts(rest, one)]
        glyphs = sorted([*points, *(glyph for glyph in digits if glyph is not None)], key=lambda glyph: glyph.left)
        if glyphs:
            found.append(TextLine(tuple(_moved(glyph, row) for glyph in glyphs), height))
    return found


def _points(row: Row, height: float) -> tuple[list[Glyph], FloatArray]:
    """Points and commas of a row, and its cover [h, w] without them."""
    from scipy import ndimage

    rest = row.cover.copy()
    found: list[Glyph] = []
    for level in _LEVELS:
        labels, _ = ndimage.label(rest > level, structure=np.ones((3, 3), dtype=np.int64))
        for number, box in enumerate(ndimage.find_objects(labels), 1):
            own = labels == number
            if not _is_point(rest, own, box, row.base, height):
                continue
            around = ndimage.binary_dilation(own, np.ones((3, 3))) & (rest < 0.75 * level)
            shown = np.where(own | around, rest, 0.0)
            columns = np.flatnonzero(shown.max(axis=0) > 0)
            glyph = _glyph(shown, int(columns[0]), int(columns[-1]))
            if glyph is not None:
                found.append(Glyph(glyph.cover, glyph.top, glyph.bottom, glyph.left, glyph.right, low=True))
            rest = np.where(own | around, 0.0, rest)
    return found, rest


def _is_point(cover: FloatArray, own: BoolArray, box: tuple[slice, slice], base: int, height: float) -> bool:
    """Whether a piece stands at the foot of the line, is small, and has nothing above it."""
    rows, columns = box
    if rows.stop - 1 < base - 0.2 * height or rows.start < base + 1 - 0.4 * height or rows.start > base + 1:
        return False
    if columns.stop - columns.start > 0.4 * height or rows.stop - rows.start > 0.55 * height:
        return False
    strength = np.where(own, cover, 0.0).max(axis=0)
    core = strength >= 0.75 * strength.max()
    return bool(cover[: max(0, base + 1 - round(0.45 * height)), core].max(initial=0.0) < CUT)


def _digit_width(covers: Sequence[FloatArray], height: float) -> float:
    """Columns of a digit, its soft edges included."""
    widths = [
        last - first + 1
        for cover in covers
        for first, last in _runs(cover.max(axis=0) > CUT)
        if _NARROWEST * height <= last - first + 1 <= height
    ]
    # Two digits that touch are wider than they are high.
    return float(np.median(widths)) if widths else 0.65 * height


def _cuts(cover: FloatArray, one: float) -> list[tuple[int, int]]:
    """Columns, first and last, of the digits of a row; pieces too wide for one are cut at their thinnest columns."""
    ink = cover.sum(axis=0)
    found = []
    for first, last in _runs(cover.max(axis=0) > CUT):
        while last - first + 1 > _WIDE * one + 0.8:
            around = np.arange(first + max(1, round(0.4 * one)), min(last, first + round(1.25 * one) + 1) + 1)
            # Where two noughts touch there is more ink than within them, so the usual width counts, too.
            cut = int(around[np.argmin(ink[around] + _USUAL * np.abs(around - first - one))])
            # The thinnest column goes to the side on which it is the edge of more.
            end = cut if cut == first or ink[cut - 1] > ink[min(last, cut + 1)] else cut - 1
            found.append((first, end))
            first = end + 1
        if first <= last:
            found.append((first, last))
    return found


def _runs(mask: BoolArray) -> list[tuple[int, int]]:
    edge = np.diff(np.concatenate(([False], mask, [False])).astype(np.int8))
    return list(zip(np.flatnonzero(edge == 1).tolist(), (np.flatnonzero(edge == -1) - 1).tolist(), strict=True))


def _glyph(cover: FloatArray, first: int, last: int) -> Glyph | None:
    """Some columns as a glyph, with the soft edges beside them that are its own."""
    strong = cover.max(axis=0)
    while first > 0 and FAINT < strong[first - 1] <= CUT and strong[first - 1] < strong[first]:
        first -= 1
    while last + 1 < len(strong) and FAINT < strong[last + 1] <= CUT and strong[last + 1] < strong[last]:
        last += 1
    own = cover[:, first : last + 1]
    most = float(own.max(initial=0.0))
    rows = np.flatnonzero(own.max(axis=1) > CUT * most)
    if most < CUT or len(rows) == 0:
        return None
    high, low = int(rows[0]), int(rows[-1])
    if high > 0 and own[high - 1].max() > FAINT:
        high -= 1
    if low + 1 < len(own) and own[low + 1].max() > FAINT:
        low += 1
    own = own[high : low + 1] / most
    top, bottom = high + 1 - _filled(own[0]), low + _filled(own[-1])
    left, right = first + 1 - _filled(own[:, 0]), last + _filled(own[:, -1])
    return Glyph(own, top, bottom, left, right)


def _filled(edge: npt.NDArray[np.float64]) -> float:
    """How far a glyph reaches into its outermost row or column."""
    return float(min(1.0, max(0.05, edge.max())))


def _moved(glyph: Glyph, row: Row) -> Glyph:
    top, bottom, left, right = glyph.top, glyph.bottom, glyph.left, glyph.right
    return Glyph(glyph.cover, top + row.top, bottom + row.top, left + row.left, right + row.left, glyph.low)
