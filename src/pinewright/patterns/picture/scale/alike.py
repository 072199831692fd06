"""Digits of one picture compared with each other: one font draws them, so the same digit looks the same everywhere.

Digits that stay the same from label to label tell nothing by repeating. Those that change are fixed by the sequence;
they show what each digit looks like here, and so tell which one the others are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.patterns.picture.scale.labels import Label

EVEN: Final = 0.76
"""Likeness of two glyphs that tells nothing: those of one digit are mostly above, those of two digits mostly below."""
SHARPNESS: Final = 10.0
"""Natural logarithms of likelihood for a difference in likeness of 1."""
MOST: Final = 2.0
"""Natural logarithm of what a comparison tells at most."""


def compared(labels: Sequence[Label], digits: Sequence[IntArray]) -> list[Label]:
    """The labels, with the chances of digits at unchanging places by what the changing ones look like.

    digits: those that each label is taken to show; labels with another number of them than most are left as they are.
    """
    count = int(np.median([len(one) for one in digits]))
    alike = [place for place, one in enumerate(digits) if len(one) == count]
    table = np.array([digits[place] for place in alike])
    changes = (table != table[0]).any(axis=0)
    pictures = np.array([labels[place].pictures for place in alike])
    known: list[tuple[int, FloatArray]] = []
    for digit in range(10):
        shown = pictures[(table == digit) & changes]
        if len(shown):
            known.append((digit, shown))
    found = list(labels)
    for column in np.flatnonzero(~changes).tolist():
        change = _evidence(pictures[:, column], known)
        for place in alike:
            found[place] = _changed(found[place], column, change)
    return found


def _evidence(pictures: FloatArray, known: Sequence[tuple[int, FloatArray]]) -> FloatArray:
    """What the pictures [n, K] of one place tell of each digit [10], by those known of it; 0 where none is."""
    change = np.zeros(10)
    for digit, shown in known:
        likeness = float(np.median((pictures @ shown.T).max(axis=1)))
        change[digit] = np.clip(SHARPNESS * (likeness - EVEN), -MOST, MOST)
    return change


def _changed(label: Label, column: int, change: FloatArray) -> Label:
    chances = label.chances.copy()
    row = chances[column] + change
    chances[column] = row - row.max() - np.log(np.exp(row - row.max()).sum())
    return replace(label, chances=chances)
