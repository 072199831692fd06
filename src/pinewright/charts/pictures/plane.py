"""What the drawing of a chart works on: its pixels, its frame, and where a bar and a price lie."""

from __future__ import annotations

from dataclasses import dataclass

from pinewright.charts.layout import Part
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.frame import Frame
from pinewright.charts.pictures.strokes import Box, Pixels, Place
from pinewright.charts.pictures.theme import Theme
from pinewright.market import FloatArray


@dataclass(frozen=True)
class Scale:
    """Values to pixels in a part of the picture: the renderer's own rule, without its rounding.

    part: in rows from ``top``, each ``unit`` pixels high.
    """

    part: Part
    low: float
    high: float
    top: int
    unit: int

    def down(self, value: float) -> float:
        """Pixels from the top of the picture to the middle of the row of a value."""
        rows = (value - self.low) * (self.part.lower - self.part.upper) / (self.high - self.low)
        return self.top + (self.part.lower - rows + 0.5) * self.unit

    @property
    def lowest(self) -> float:
        """The value at the lower edge of the part, a little below ``low``."""
        return self._at(self.part.bottom + 0.5)

    @property
    def highest(self) -> float:
        """The value at its upper edge."""
        return self._at(self.part.top - 0.5)

    def _at(self, row: float) -> float:
        return self.low + (self.part.lower - row) * (self.high - self.low) / (self.part.lower - self.part.upper)


@dataclass(frozen=True)
class Plane:
    """across: pixels of the middles of the bars [N]. prices, volume: boxes of the plot's two parts, volume None where
    it is not drawn, with their scales.
    """

    pixels: Pixels
    picture: Picture
    theme: Theme
    frame: Frame
    across: FloatArray
    prices: Box
    price: Scale
    volume: Box | None
    amount: Scale | None

    @property
    def step(self) -> float:
        """Pixels from one bar to the next."""
        count = len(self.across)
        return float(self.across[-1] - self.across[0]) / (count - 1) if count > 1 else float(self.prices.width)

    def at(self, bar: int) -> float:
        """Pixels across of a bar, also of one before the first or after the last."""
        if 0 <= bar < len(self.across):
            return float(self.across[bar])
        edge = 0 if bar < 0 else len(self.across) - 1
        return float(self.across[edge]) + (bar - edge) * self.step

    def places(self, scale: Scale, values: FloatArray, run: slice) -> list[Place]:
        """The points of a line over a stretch of bars."""
        return [(x, scale.down(y)) for x, y in zip(self.across[run].tolist(), values[run].tolist(), strict=True)]
