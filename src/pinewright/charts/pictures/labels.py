"""A name beside what it names: words, before those of a shape a stroke of its colour; or a number in a ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.shapes import draw_dot
from pinewright.charts.pictures.strokes import Box, Pixels, halo, letters
from pinewright.charts.pictures.theme import Theme

_STROKE: Final = 9
"""Units of the stroke before the name of a shape, its gap included."""
_GAP: Final = 6
"""Units between two names."""
_EDGE: Final = 3
"""Units free on the left and right of a name."""


@dataclass(frozen=True)
class Words:
    """A part of a label. color: of the outline that it names, None where it names a place."""

    text: str
    color: RGB | None = None


@dataclass(frozen=True)
class Label:
    """parts: names of one place. number: stands for them in a ring where they have no room; the key tells them."""

    parts: tuple[Words, ...]
    number: int | None = None

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)

    def numbered(self, number: int) -> Label:
        return Label(self.parts, number)

    def width(self, theme: Theme) -> int:
        """Pixels across."""
        if self.number is not None:
            return self.height(theme)
        strokes = theme.units(_STROKE) * sum(part.color is not None for part in self.parts)
        words = strokes + sum(theme.small.width(part.text) for part in self.parts)
        return words + theme.units(2 * _EDGE + _GAP * (len(self.parts) - 1))

    def height(self, theme: Theme) -> int:
        """Pixels down."""
        return theme.small.height + (0 if self.number is None else theme.units(2))

    def write(self, pixels: Pixels, theme: Theme, box: Box, *, over_bars: bool = False) -> None:
        """The label into a box of its size; over bars with a rim around its letters."""
        if self.number is not None:
            _ring(pixels, theme, box, self.number)
            return
        left = box.left + theme.units(_EDGE)
        for part in self.parts:
            if part.color is not None:
                middle = box.top + theme.small.height // 2
                pixels[middle - theme.unit : middle + theme.unit, left : left + theme.units(_STROKE - 3)] = part.color
                left += theme.units(_STROKE)
            if over_bars:
                halo(pixels, theme.small, left, box.top, part.text, theme.background, theme.unit)
            letters(pixels, theme.small, left, box.top, part.text, theme.text)
            left += theme.small.width(part.text) + theme.units(_GAP)


def _ring(pixels: Pixels, theme: Theme, box: Box, number: int) -> None:
    """A number of one or two digits in a ring."""
    whole = Box(0, 0, pixels.shape[1], pixels.shape[0])
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    radius = box.height / 2 - theme.unit
    draw_dot(pixels, whole, middle, radius, theme.background, theme.quiet, 0.5 * theme.unit)
    font, text = theme.tiny, str(number)
    left = round(middle[0] - font.width(text) / 2)
    letters(pixels, font, left, round(middle[1] - font.height / 2), text, theme.text)
