"""Grid lines that belong to labels: thin lines across the plot whose rows are those of the labels, and exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.patterns.picture.image import Pixels

LEAST_SHARE: Final = 0.08
"""Share of the plot's columns that a line's own colour fills at least: candles, volume and averages hide the rest."""
LEAST_LINES: Final = 3
MOST_OFF: Final = 0.9
"""Thicknesses that a line may lie off where the others put it: it is rounded to whole rows, or to pixels that are two
rows high, and so are the others.
"""
_THICK: Final = 3
"""Rows of a line at most."""
_DOUBLED: Final = 0.995
"""Share of the pixels that are the same as their neighbour in a picture of doubled pixels."""


@dataclass(frozen=True)
class _Line:
    """A thin line near the label ``place``: the row of its middle, its colour and rows."""

    place: int
    middle: float
    colour: int
    thick: int

    @property
    def kind(self) -> tuple[int, int]:
        return self.colour, self.thick


def grid_rows(pixels: Pixels, first: int, last: int, near: FloatArray, reach: float) -> tuple[FloatArray, int]:
    """The row of a grid line for each label [n], and the rows that a line takes; NaN where there is none.

    The row is that at which a price of the line is drawn.

    first, last: columns of the plot (exclusive). near [n]: rows near which it is looked for, at most ``reach`` away.
    All lines found are of one colour and thickness.
    """
    found = np.full(len(near), np.nan)
    packed = _packed(pixels[:, first:last])
    ground = _most(packed.ravel())
    lines: list[_Line] = []
    for place, row in enumerate(near.tolist()):
        low, high = max(0, int(row - reach)), min(len(packed) - 1, int(row + reach + 1))
        lines += _lines(packed, ground, place, low, high)
    if not lines:
        return found, 1
    kinds = [(line.colour, line.thick) for line in lines]
    kind = max(set(kinds), key=lambda one: (len({line.place for line in lines if line.kind == one}), one))
    shift = _shift(packed[max(0, int(near.min())) : int(near.max()) + 1], kind[1])
    for place in range(len(near)):
        own = [line.middle + shift for line in lines if line.place == place and line.kind == kind]
        if own:
            found[place] = min(own, key=lambda row: abs(row - near[place]))
    return found, kind[1]


def _lines(packed: IntArray, ground: int, place: int, low: int, high: int) -> list[_Line]:
    """The thin lines that lie in some rows, in any colour but the ground's."""
    above, below = max(0, low - _THICK), min(len(packed), high + 1 + _THICK)
    values, count = np.unique(packed[above:below], return_counts=True)
    found = []
    for colour in values[(values != ground) & (count >= LEAST_SHARE * packed.shape[1])].tolist():
        share = (packed[above:below] == colour).mean(axis=1)
        most = float(share[low - above : high + 1 - above].max())
        if most < LEAST_SHARE:
            continue
        rows = np.flatnonzero(share >= 0.6 * most)
        rest = np.delete(share, rows)
        if rows[-1] - rows[0] < min(_THICK, len(rows)) and rest.max(initial=0.0) <= 0.3 * most:
            found.append(_Line(place, float(above + rows.mean()), colour, len(rows)))
    return found


def _shift(packed: IntArray, thick: int) -> float:
    """Rows from the middle of a line to that of its price.

    Of a line two rows thick the second one begins at the price, as charts drawn at twice their size do it; but where
    the whole plot is made of pixels twice as high and wide, its rows are pairs, and the price lies between them.
    """
    if thick % 2 == 1:
        return 0.0
    width, height = packed.shape[1] // thick * thick - thick, len(packed) // thick * thick - thick
    for row in range(thick):
        for column in range(thick):
            part = packed[row : row + height, column : column + width]
            if float((part[0::thick, ::thick] == part[1::thick, 1::thick]).mean()) >= _DOUBLED:
                return 0.0
    return 0.5


def _most(values: IntArray) -> int:
    found, count = np.unique(values, return_counts=True)
    return int(found[np.argmax(count)])


def _packed(pixels: Pixels) -> IntArray:
    return (pixels[:, :, 0].astype(np.int64) << 16) | (pixels[:, :, 1].astype(np.int64) << 8) | pixels[:, :, 2]
