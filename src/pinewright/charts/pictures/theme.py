"""Colours and sizes of what is drawn around the bars: letters, grid, edges, by palette and by room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.charts.palette import Palette
from pinewright.charts.pictures.lettering import RGB, Lettering

_DARK_TEXT: Final = (21, 32, 43)
_LIGHT_TEXT: Final = (232, 237, 242)


@dataclass(frozen=True)
class Theme:
    """text: what must be read; quiet: beside it; grid: lines behind bars, edge: around a plot. bands: paler
    than a model needs them. unit: pixels of a unit,
    2 on screens with small pixels. title, letters, small, tiny: fonts, from large to
    small.
    """

    palette: Palette
    unit: int
    text: RGB
    quiet: RGB
    grid: RGB
    edge: RGB
    bands: tuple[RGB, ...]
    title: Lettering
    letters: Lettering
    small: Lettering
    tiny: Lettering

    @property
    def background(self) -> RGB:
        return self.palette.background

    def units(self, count: float) -> int:
        """Pixels of so many units."""
        return round(count * self.unit)


def theme_for(palette: Palette, width: int, unit: int) -> Theme:
    """The theme of a chart ``width`` units wide: letters are smaller where there is little room."""
    sizes = (16, 13, 12) if width >= 700 else (14, 12, 11)
    title, letters, small = (Lettering(size * unit) for size in sizes)
    tiny = Lettering((sizes[2] - 2) * unit)
    text = _LIGHT_TEXT if palette.dark else _DARK_TEXT
    background = palette.background
    return Theme(
        palette,
        unit,
        text,
        mix(background, text, 0.72),
        mix(background, text, 0.10),
        mix(background, text, 0.35),
        tuple(mix(background, band, 0.45) for band in palette.bands),
        title,
        letters,
        small,
        tiny,
    )


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """A colour between two, ``share`` of the way to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
