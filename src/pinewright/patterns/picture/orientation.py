"""Which of the two kinds of candle rises: markets go on where they stopped, so the right answer has smaller steps."""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import scan
from pinewright.patterns.picture.colours import Rgb
from pinewright.patterns.picture.lattice import Lattice

CLEAR: Final = 0.8
"""The smaller sum of steps from close to open, as a share of the larger, up to which it decides, not the colours."""

SAME_WARMTH: Final = 20


def with_sides(rows: IntArray, lattice: Lattice) -> tuple[BoolArray, BoolArray]:
    """Whether each candle is of the first kind [n], and whether its pixels do not tell [n].

    Hollow bodies are of the first kind where a chart has one colour; filled ones of the other then.
    """
    first, second = rows[:, scan.FIRSTS], rows[:, scan.SECONDS]
    hollow, pixels = rows[:, scan.HOLLOWS], rows[:, scan.PIXELS]
    if hollow.any() and not second.any():
        inside = rows[:, scan.BODY_BOTTOM] - rows[:, scan.BODY_TOP] + 1 - 2 * lattice.wick
        inside *= max(1, lattice.body - 2 * lattice.wick)
        return hollow >= 0.5 * inside, inside <= 0
    if not second.any() and (first == 0).any() and (first > 0).any():
        return first > 0, np.zeros(len(rows), dtype=np.bool_)
    return first >= second, (first == second) & (pixels > 0)


def first_is_up(rows: IntArray, first: BoolArray, colours: list[Rgb], ground: Rgb) -> bool:
    """Whether the first kind rises; colours: of the first and of the second kind, as far as there are two.

    Where steps do not tell, red falls, and of two colours without red the one nearer to the ground rises.
    """
    up, down = _steps(rows, first), _steps(rows, ~first)
    if min(up, down) <= CLEAR * max(up, down):
        return up < down
    if rows[:, scan.HOLLOWS].any():
        return True
    one, other = colours[0], colours[1] if len(colours) > 1 else colours[0]
    if one == other:
        return _warmth(one) <= 0
    if abs(_warmth(one) - _warmth(other)) < SAME_WARMTH:
        return _contrast(one, ground) <= _contrast(other, ground)
    return _warmth(one) < _warmth(other)


def _steps(rows: IntArray, up: BoolArray) -> float:
    top, bottom = rows[:, scan.BODY_TOP], rows[:, scan.BODY_BOTTOM]
    open_, close = np.where(up, bottom, top), np.where(up, top, bottom)
    # The typical step, so that a few gaps do not decide.
    return float(np.minimum(np.abs(open_[1:] - close[:-1]), 8).sum())


def _contrast(colour: Rgb, ground: Rgb) -> int:
    return sum(abs(part - below) for part, below in zip(colour, ground, strict=True))


def _warmth(colour: Rgb) -> int:
    """Red less the stronger of green and blue."""
    return colour[0] - max(colour[1], colour[2])
