"""What a chart shows and how large: the whole order to the renderer, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from pinewright.charts.palette import BLUE_ORANGE, MOST_BANDS, MOST_LINES, Palette, gray_of
from pinewright.errors import UsageError

MOST_PANES: Final = 6
MOST_PIXELS: Final = 1 << 14
"""Width and height at most, in pixels."""


class Style(Enum):
    """How a bar is drawn."""

    CANDLES = "candles"
    OHLC = "ohlc"


@dataclass(frozen=True)
class PaneSpec:
    """One pane of indicators below the price.

    lines: how many, 1 to 8, in the palette's colours. share: of the height that is drawn on. low, high: a scale that
    stays the same, both or neither; without it each window has its own, of what its lines hold. histogram: the first
    line is drawn as bars from zero, and zero is part of the window's scale.
    """

    lines: int = 1
    share: float = 0.2
    low: float | None = None
    high: float | None = None
    histogram: bool = False

    def __post_init__(self) -> None:
        _whole("lines of a pane", self.lines, 1, MOST_LINES)
        _share("share of a pane", self.share)
        if (self.low is None) != (self.high is None):
            raise UsageError("a pane with one end of a scale", hint="give low and high, or neither")
        if self.low is not None and self.high is not None and not -1e300 < self.low < self.high < 1e300:
            raise UsageError(f"a pane's scale from {self.low:g} to {self.high:g}", hint="low below high")


@dataclass(frozen=True)
class ChartSpec:
    """A chart of ``bars`` bars in ``width`` by ``height`` pixels.

    gray: one channel, in levels of gray instead of the palette's colours. overlays: lines over the price, 0 to 8.
    bands: filled areas between two lines each, 0 to 4. volume: share of the height for the volume strip, 0 for none.
    panes: below it, from the top down. margin: rows that stay free above the highest and below the lowest value of a
    part. gutter: pixels left, above, right and below that stay background, for axes and titles. UsageError where a
    number is out of range or where it all does not fit (see ``Layout``).
    """

    width: int = 224
    height: int = 224
    bars: int = 60
    style: Style = Style.CANDLES
    palette: Palette = field(default=BLUE_ORANGE)
    gray: bool = False
    overlays: int = 0
    bands: int = 0
    volume: float = 0.0
    panes: tuple[PaneSpec, ...] = ()
    margin: int = 2
    gutter: tuple[int, int, int, int] = (0, 0, 0, 0)

    def __post_init__(self) -> None:
        _whole("width", self.width, 8, MOST_PIXELS)
        _whole("height", self.height, 8, MOST_PIXELS)
        _whole("bars", self.bars, 1, MOST_PIXELS)
        _whole("overlays", self.overlays, 0, MOST_LINES)
        _whole("bands", self.bands, 0, MOST_BANDS)
        _whole("panes", len(self.panes), 0, MOST_PANES)
        _whole("margin", self.margin, 0, MOST_PIXELS)
        if min(self.gutter) < 0:
            raise UsageError(f"gutter {self.gutter}", hint="pixels left, above, right, below, none of them negative")
        if self.volume != 0.0:
            _share("share of the volume", self.volume)
        if self.volume + sum(pane.share for pane in self.panes) > 0.8:
            raise UsageError("volume and panes take more than 0.8 of the height", hint="make their shares smaller")

    @property
    def channels(self) -> int:
        """1 when gray, else 3."""
        return 1 if self.gray else 3

    @property
    def colours(self) -> Palette:
        """The palette that is drawn with: grays where the chart is gray."""
        return gray_of(self.palette) if self.gray else self.palette

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C) of one chart."""
        return self.height, self.width, self.channels

    @property
    def image_bytes(self) -> int:
        """Bytes of one chart."""
        return self.height * self.width * self.channels


def _whole(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise UsageError(f"{name} = {value} is out of range", hint=f"{least} to {most}")


def _share(name: str, value: float) -> None:
    if not 0.02 <= value <= 0.6:
        raise UsageError(f"{name} = {value:g} is out of range", hint="0.02 to 0.6 of the height")
