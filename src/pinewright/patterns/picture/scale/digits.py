"""Which digit a glyph is: how much it looks like each of the ten, by the closest of the pictures of that digit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.patterns.picture.scale.glyphs import Glyph
from pinewright.patterns.picture.scale.shapes import normal, templates

SHARPNESS: Final = 14.0
"""Natural logarithms of likelihood for a difference in likeness of 1."""
LEAST_LIKE: Final = 0.45
"""Likeness of a digit to one of its pictures at least."""
_NEAR: Final = 0.35
"""Pictures drawn smaller or larger by this share than the glyph are not compared."""


def pictures_of(glyphs: Sequence[Glyph]) -> FloatArray:
    """Each glyph [n, ROWS * COLUMNS] at one size, centred and of length 1: a product of two is their likeness."""
    return np.array([_picture(glyph) for glyph in glyphs]).reshape(len(glyphs), -1)


def likeness(glyphs: Sequence[Glyph], pictures: FloatArray) -> FloatArray:
    """How much each glyph looks like each digit [n, 10]: 1 is the same, 0 is nothing in common."""
    digit, height, picture = templates()
    found = np.zeros((len(glyphs), 10))
    for row, glyph in enumerate(glyphs):
        tall = min(max(glyph.height, float(height.min())), float(height.max()))
        near = np.abs(height - tall) <= max(1.5, _NEAR * tall)
        alike = picture[near] @ pictures[row]
        np.maximum.at(found[row], digit[near], alike)
    return found


def log_chances(like: FloatArray) -> FloatArray:
    """Natural logarithms of the chance of each digit [n, 10] by its likeness [n, 10]."""
    log = SHARPNESS * like
    most = log.max(axis=1, keepdims=True)
    return np.asarray(log - most - np.log(np.exp(log - most).sum(axis=1, keepdims=True)))


def _picture(glyph: Glyph) -> FloatArray:
    # A glyph's cover begins at the whole pixel that holds its edge.
    left, top = glyph.left % 1.0, glyph.top % 1.0
    return normal(glyph.cover, (left, top, left + glyph.width, top + glyph.height))
