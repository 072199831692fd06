"""Colours of a chart: one for each thing that is drawn, far enough apart to be told from each other in the pixels."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from pinewright.errors import UsageError, unknown_name_hint

Rgb = tuple[int, int, int]

MOST_LINES: Final = 8
"""Lines of one part of a chart: overlays of the price, or lines of a pane."""
MOST_BANDS: Final = 4


@dataclass(frozen=True)
class Palette:
    """Red, green and blue from 0 to 255 for all that is drawn.

    up, down: bars that close at their open or above it, and below it. lines: overlays in order, and lines of a pane.
    bands: filled areas in order. volume_up, volume_down: the strip. grid: the rows between the parts of a chart, and
    grid lines of pictures for people. ink: letters and axes of those.
    """

    name: str
    background: Rgb
    up: Rgb
    down: Rgb
    lines: tuple[Rgb, ...]
    bands: tuple[Rgb, ...]
    volume_up: Rgb
    volume_down: Rgb
    grid: Rgb
    ink: Rgb

    def __post_init__(self) -> None:
        if len(self.lines) != MOST_LINES or len(self.bands) != MOST_BANDS:
            what = f"palette {self.name!r} has {len(self.lines)} colours of lines and {len(self.bands)} of bands"
            raise UsageError(what, hint=f"{MOST_LINES} and {MOST_BANDS}")
        if any(not 0 <= part <= 255 for colour in self.colours.values() for part in colour):
            raise UsageError(f"a colour of palette {self.name!r} is outside 0 to 255")
        if len(set(self.colours.values())) != len(self.colours):
            raise UsageError(f"two colours of palette {self.name!r} are the same", hint="each thing has its own")

    @property
    def band(self) -> Rgb:
        """The first band's colour."""
        return self.bands[0]

    @property
    def colours(self) -> dict[str, Rgb]:
        """Every colour under its name; ``line 0`` to ``line 7``, ``band 0`` to ``band 3``."""
        found: dict[str, Rgb] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in ("lines", "bands"):
                found.update({f"{item.name[:-1]} {index}": colour for index, colour in enumerate(value)})
            elif item.name != "name":
                found[item.name] = value
        return found

    @property
    def dark(self) -> bool:
        """Whether the background is nearer to black than to white."""
        return sum(self.background) < 3 * 128


def _grays(name: str, *, dark: bool) -> Palette:
    """Levels of gray in steps of 12 and more, the same for all gray charts on a light (or a dark) ground.

    Up and down are far apart; what is drawn beneath candles is near the background.
    """

    def level(value: int) -> Rgb:
        value = 255 - value if dark else value
        return value, value, value

    return Palette(
        name=name,
        background=level(255),
        up=level(159),
        down=level(33),
        lines=tuple(level(value) for value in (69, 0, 109, 133, 51, 93, 81, 121)),
        bands=tuple(level(value) for value in (231, 219, 207, 195)),
        volume_up=level(175),
        volume_down=level(145),
        grid=level(243),
        ink=level(15),
    )


BLUE_ORANGE: Final = Palette(
    name="blue_orange",
    background=(255, 255, 255),
    up=(0, 114, 178),
    down=(230, 126, 0),
    lines=(
        (20, 20, 20),
        (0, 158, 115),
        (204, 70, 160),
        (120, 60, 200),
        (150, 110, 60),
        (90, 180, 60),
        (220, 40, 40),
        (0, 190, 210),
    ),
    bands=((206, 228, 250), (252, 230, 196), (204, 244, 212), (244, 206, 240)),
    volume_up=(140, 186, 214),
    volume_down=(244, 196, 140),
    grid=(200, 200, 200),
    ink=(70, 70, 70),
)
"""The default: told apart by people who cannot tell red from green."""

TRADINGVIEW: Final = Palette(
    name="tradingview",
    background=(255, 255, 255),
    up=(8, 153, 129),
    down=(242, 54, 69),
    lines=(
        (41, 98, 255),
        (255, 152, 0),
        (156, 39, 176),
        (20, 20, 20),
        (0, 188, 212),
        (139, 90, 43),
        (76, 175, 80),
        (233, 80, 200),
    ),
    bands=((208, 222, 252), (254, 236, 204), (206, 246, 214), (240, 208, 236)),
    volume_up=(146, 210, 204),
    volume_down=(247, 169, 167),
    grid=(204, 206, 214),
    ink=(90, 94, 108),
)

DARK: Final = Palette(
    name="dark",
    background=(19, 23, 34),
    up=(38, 166, 154),
    down=(239, 83, 80),
    lines=(
        (255, 214, 0),
        (90, 150, 255),
        (240, 130, 30),
        (200, 110, 255),
        (235, 235, 235),
        (80, 220, 90),
        (0, 220, 255),
        (255, 130, 200),
    ),
    bands=((28, 48, 84), (70, 52, 30), (26, 66, 46), (66, 36, 80)),
    volume_up=(24, 98, 96),
    volume_down=(128, 50, 56),
    grid=(54, 60, 78),
    ink=(160, 165, 180),
)

GRAY: Final = _grays("gray", dark=False)
GRAY_DARK: Final = _grays("gray_dark", dark=True)

PALETTES: Final = {item.name: item for item in (BLUE_ORANGE, TRADINGVIEW, DARK, GRAY, GRAY_DARK)}


def palette_named(name: str) -> Palette:
    """The palette of that name; UsageError for an unknown one."""
    if name not in PALETTES:
        raise UsageError(f"unknown palette {name!r}", hint=unknown_name_hint(name, PALETTES))
    return PALETTES[name]


def gray_of(palette: Palette) -> Palette:
    """The grays that stand for a palette's colours where a chart has one channel: by background, dark or light."""
    return GRAY_DARK if palette.dark else GRAY
