"""What a chartist draws of a shape: edges, the way through its swings, dashed levels, the places that it touches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.shapes import draw_dot
from pinewright.charts.pictures.strokes import Box, Pixels, Place, line, shade
from pinewright.charts.pictures.theme import mix

Corner = tuple[int, float]
"""Index of a bar of the picture, which may lie before its first bar, and a price."""

_WIDTHS: Final = {"edge": 2.0, "way": 1.3, "level": 1.6}
"""Units of a line by its pen."""
_DASH: Final = 5.0
_RIM: Final = 0.9
"""Units of ground on both sides of a line, so that it is seen over bars."""
_DOT: Final = 2.6
_TINT: Final = 0.09
"""Share of an outline's colour in its area."""


class Pen(Enum):
    """How a line is drawn: EDGE solid, WAY thin and solid, LEVEL dashed."""

    EDGE = "edge"
    WAY = "way"
    LEVEL = "level"


@dataclass(frozen=True)
class Stroke:
    """One line through points, oldest first."""

    pen: Pen
    points: tuple[Corner, ...]


@dataclass(frozen=True)
class Outline:
    """The lines of one shape. touches: points marked by a dot. area: corners of what is tinted, empty for nothing."""

    strokes: tuple[Stroke, ...] = ()
    touches: tuple[Corner, ...] = ()
    area: tuple[Corner, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.strokes)

    def moved(self, bars: int) -> Outline:
        """The same, so many bars later."""

        def later(points: tuple[Corner, ...]) -> tuple[Corner, ...]:
            return tuple((bar + bars, price) for bar, price in points)

        strokes = tuple(Stroke(stroke.pen, later(stroke.points)) for stroke in self.strokes)
        return Outline(strokes, later(self.touches), later(self.area))

    def prices(self) -> list[float]:
        """Prices between which its lines lie from bar 0 on."""
        found = []
        for stroke in self.strokes:
            for place, (bar, price) in enumerate(stroke.points):
                if bar >= 0:
                    found.append(price)
                elif stroke.points[place + 1 :] and stroke.points[place + 1][0] > 0:
                    to_bar, to_price = stroke.points[place + 1]
                    found.append(price - bar * (to_price - price) / (to_bar - bar))
        return found


@dataclass(frozen=True)
class Ink:
    """Colours of an outline. ground: behind the lines. grounds: what its area tints, and nothing else. unit: pixels."""

    color: RGB
    ground: RGB
    grounds: tuple[RGB, ...]
    unit: float

    @property
    def tints(self) -> tuple[RGB, ...]:
        """What becomes of each of the grounds in the area."""
        return tuple(mix(ground, self.color, _TINT) for ground in self.grounds)


def shade_outline(pixels: Pixels, clip: Box, outline: Outline, at: Callable[[int, float], Place], ink: Ink) -> None:
    """Tint the area behind all that is drawn already. at: pixels of a bar and a price."""
    corners = [at(*corner) for corner in outline.area]
    for ground, tint in zip(ink.grounds, ink.tints, strict=True):
        shade(pixels, clip, corners, [ground], tint)


def draw_outline(pixels: Pixels, clip: Box, outline: Outline, at: Callable[[int, float], Place], ink: Ink) -> None:
    """The lines and dots over all that is drawn already. at: pixels of a bar and a price."""
    unit = ink.unit
    drawn = [([at(*point) for point in stroke.points], stroke.pen) for stroke in outline.strokes]
    for points, pen in drawn:
        if pen is not Pen.LEVEL:
            line(pixels, clip, points, ink.ground, (_WIDTHS[pen.value] + 2 * _RIM) * unit)
    for points, pen in drawn:
        line(pixels, clip, points, ink.color, _WIDTHS[pen.value] * unit, _DASH * unit if pen is Pen.LEVEL else 0.0)
    for touch in outline.touches:
        draw_dot(pixels, clip, at(*touch), _DOT * unit, ink.ground, ink.color, unit)
