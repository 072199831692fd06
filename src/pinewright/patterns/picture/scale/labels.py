"""Lines of text as numbers: digits that may still be doubted, their decimals, and the row at which they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.patterns.picture.scale.digits import LEAST_LIKE, likeness, log_chances, pictures_of
from pinewright.patterns.picture.scale.glyphs import Glyph, TextLine

TALL: Final = 0.75
"""Height of a digit at least, as a share of that of the others."""
SMALL: Final = 0.5
"""The same of a last digit that is written smaller, as tenths of a pip are."""
MOST_DIGITS: Final = 12
_GROUP: Final = 3


@dataclass(frozen=True)
class Label:
    """A number beside the plot. chances [n, 10]: logarithms of the chance of each digit at each place, from the left.

    row: the middle of its digits. decimals: those that it may have, one or two numbers, as a comma before three digits
    may be of thousands or of decimals. top, bottom: edges of its digits. pictures [n, K]: the digits at one size.
    """

    chances: FloatArray
    pictures: FloatArray
    row: float
    decimals: frozenset[int]
    top: float
    bottom: float

    @property
    def best(self) -> int:
        """The likeliest number, in units of the last decimal."""
        value = 0
        for digit in np.argmax(self.chances, axis=1).tolist():
            value = 10 * value + digit
        return value


def labels_of(lines: Sequence[TextLine]) -> list[Label]:
    """The lines that are numbers, from the top."""
    found = [_label(line) for line in lines]
    return [label for label in found if label is not None]


def common_decimals(labels: Sequence[Label]) -> int | None:
    """The decimals that most labels have; None where that cannot be told."""
    count = Counter(decimals for label in labels for decimals in label.decimals)
    if not count:
        return None
    ranked = count.most_common(2)
    if len(ranked) == 2 and ranked[0][1] == ranked[1][1]:
        return None
    return ranked[0][0]


def _label(line: TextLine) -> Label | None:
    """A line as a number; None where something in it is no part of one."""
    glyphs = _without_tick(line.glyphs, line.height)
    tall = [glyph for glyph in glyphs if _is_tall(glyph, line.height)]
    if not 1 <= len(tall) <= MOST_DIGITS:
        return None
    height = float(np.median([glyph.height for glyph in tall]))
    base = float(np.median([glyph.bottom for glyph in tall]))
    digits: list[Glyph] = []
    marks: list[tuple[int, str]] = []
    for place, glyph in enumerate(glyphs):
        small = place == len(glyphs) - 1 and place > 0 and SMALL * height <= glyph.height
        if not glyph.low and (glyph.height >= TALL * height or small) and glyph.width >= 0.12 * glyph.height:
            digits.append(glyph)
            continue
        mark = _mark(glyph, height, base)
        if mark == "" or not digits:
            return None
        marks.append((len(digits), mark))
    if not digits or _has_wide(digits, height) or _is_crowded(digits) or (not marks and _has_hole(digits)):
        return None
    pictures = pictures_of(digits)
    like = likeness(digits, pictures)
    if float(like.max(axis=1).min()) < LEAST_LIKE:
        return None
    decimals = _decimals(len(digits), marks)
    if not decimals:
        return None
    row = float(np.median([(glyph.top + glyph.bottom) / 2 for glyph in tall]))
    return Label(log_chances(like), pictures, row, decimals, base - height, base)


def _is_tall(glyph: Glyph, height: float) -> bool:
    return TALL * height <= glyph.height <= 1.3 * height + 1


def _has_wide(digits: Sequence[Glyph], height: float) -> bool:
    """Whether something is wider than any digit is beside the others: a per cent sign, a letter."""
    widths = np.array([glyph.width for glyph in digits])
    return bool(widths.max() > max(1.35 * np.median(widths) + 0.5, 0.75 * height))


def _is_crowded(digits: Sequence[Glyph]) -> bool:
    """Whether two digits stand much closer than most: pieces of one that was cut."""
    apart = np.diff([(glyph.left + glyph.right) / 2 for glyph in digits])
    return len(apart) > 1 and bool(apart.min() < 0.7 * np.median(apart))


def _has_hole(digits: Sequence[Glyph]) -> bool:
    """Whether digits without a mark leave room for one where no space of thousands is: a point that was not seen."""
    apart = np.diff([(glyph.left + glyph.right) / 2 for glyph in digits])
    wide = np.flatnonzero(apart > 1.2 * np.median(apart)) if len(apart) > 1 else np.zeros(0, dtype=np.int64)
    return bool(((len(digits) - 1 - wide) % _GROUP != 0).any())


def _without_tick(glyphs: tuple[Glyph, ...], height: float) -> tuple[Glyph, ...]:
    """Without a dash before the number that marks its place on the axis."""
    if len(glyphs) > 1 and glyphs[0].height <= 0.3 * height and glyphs[0].width >= 0.2 * height:
        return glyphs[1:] if glyphs[1].height >= TALL * height else glyphs
    return glyphs


def _mark(glyph: Glyph, height: float, base: float) -> str:
    """``.``, ``,`` or ``'`` for a small glyph beside digits; empty for another one."""
    if glyph.height > 0.5 * height or glyph.width > 0.45 * height:
        return ""
    if glyph.bottom <= base - 0.4 * height:
        return "'" if glyph.top <= base - 0.8 * height else ""
    if abs(glyph.top - base) > 0.4 * height:
        return ""
    return "," if glyph.bottom > base + max(0.6, 0.07 * height) else "."


def _decimals(count: int, marks: Sequence[tuple[int, str]]) -> frozenset[int]:
    """The decimals that a number of so many digits may have; empty where its marks make no number.

    marks: digits before each, and which it is. Groups of thousands have three digits.
    """
    if not marks:
        return frozenset({0})
    places = [place for place, _ in marks]
    last = count - places[-1]
    groups = np.diff([*places, count]).tolist()
    if places[0] == 0 or min(groups) < 1 or any(group != _GROUP for group in groups[:-1]):
        return frozenset()
    if len(marks) > 1 and (places[0] > _GROUP or marks[-1][1] == "'"):
        return frozenset({0} if last == _GROUP and places[0] <= _GROUP else ())
    if last != _GROUP:
        return frozenset({last})
    kinds = {mark for _, mark in marks}
    if len(marks) == 1:
        may_be_thousands = places[0] <= _GROUP and kinds != {"."}
        return frozenset({0, last} if may_be_thousands and kinds != {"'"} else {0} if kinds == {"'"} else {last})
    return frozenset({last} if marks[-1][1] != marks[-2][1] else {0})
