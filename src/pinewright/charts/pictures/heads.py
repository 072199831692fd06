"""The head of a chart: symbol, time frame, feed, range and last price, and the legend of what is drawn over it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from pinewright.charts.pictures.axes import decimals, local_times, moment_text, number_text
from pinewright.charts.pictures.contents import Line, Picture
from pinewright.charts.pictures.frame import Frame, Piece, flow
from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.shapes import draw_exit, draw_triangle
from pinewright.charts.pictures.strokes import Box, Pixels, letters, line
from pinewright.charts.pictures.theme import Theme, mix

INVENTED: Final = "invented prices"
_MOST_TITLES: Final = 3
_MOST_LEGEND: Final = 6


class Swatch(Enum):
    """The sign before a name in the legend."""

    NONE = "none"
    LINE = "line"
    BAR = "bar"
    TRIANGLE = "triangle"
    LONG = "long entry"
    SHORT = "short entry"
    EXIT = "exit"
    DASHES = "dashes"


@dataclass(frozen=True)
class Entry(Piece):
    """A name of the legend or a phrase of the title with the sign before it."""

    swatch: Swatch
    color: RGB
    strong: bool = False


@dataclass(frozen=True)
class Head:
    """Lines of the title and of the legend; missing: names for which the legend had no room."""

    titles: tuple[tuple[Entry, ...], ...]
    legend: tuple[tuple[Entry, ...], ...]
    missing: int


def head_of(picture: Picture, theme: Theme, width: int) -> Head:
    """The head in lines of at most ``width`` pixels."""
    titles, _ = flow(_title(picture, theme, width), width, theme.units(14), _MOST_TITLES)
    legend, missing = flow(_legend(picture, theme, width), width, theme.units(16), _MOST_LEGEND)
    return Head(_entries(titles), _entries(legend), missing)


def _entries(lines: list[list[Piece]]) -> tuple[tuple[Entry, ...], ...]:
    return tuple(tuple(piece for piece in line if isinstance(piece, Entry)) for line in lines)


def _title(picture: Picture, theme: Theme, width: int) -> list[Piece]:
    """Symbol and time frame large, then what the prices are, their range and the last of them."""
    bars = picture.bars
    days = bars.timeframe.minutes >= 1440
    local = local_times(bars, picture.timezone)
    first, last = (moment_text(int(local[place]), days=days) for place in (0, -1))
    if first[:-5] == last[:-5] and not days:
        last = last[-5:]
    span = f"{first} to {last} {picture.timezone}" if len(bars) > 1 else f"{first} {picture.timezone}"
    close = number_text(float(bars.close[-1]), bars.symbol.price_digits)
    name = f"{bars.symbol.name} {bars.timeframe}"
    found: list[Piece] = [Entry(name, min(width, theme.title.width(name)), Swatch.NONE, theme.text, strong=True)]
    if bars.invented:
        warning = mix(theme.palette.down, theme.text, 0.3)
        found.append(Entry(INVENTED, theme.letters.width(INVENTED), Swatch.NONE, warning))
    for text in (f"last {close}", span, f"{bars.feed}, {bars.side.value}, {len(bars):,} bar{'s' * (len(bars) != 1)}"):
        found.append(Entry(text, min(width, theme.letters.width(text)), Swatch.NONE, theme.quiet))
    return found


def _legend(picture: Picture, theme: Theme, width: int) -> list[Piece]:
    lines = theme.palette.lines
    found: list[Piece] = [
        _entry(value_text(item, picture), Swatch.LINE, color, theme, width)
        for item, color in zip(picture.lines, lines, strict=False)
    ]
    for place, item in enumerate(picture.conditions):
        found.append(_entry(item.name, Swatch.TRIANGLE, lines[-1 - place], theme, width))
    kinds = [(item.is_long, item.exit_bar is not None, item.won is False) for item in picture.trades]
    for swatch, seen, color in (
        (Swatch.LONG, any(kind[0] for kind in kinds), theme.palette.up),
        (Swatch.SHORT, any(not kind[0] for kind in kinds), theme.palette.down),
        (Swatch.EXIT, any(kind[1] for kind in kinds), theme.text),
    ):
        if seen:
            found.append(_entry(swatch.value, swatch, color, theme, width))
    if any(kind[2] for kind in kinds):
        found.append(_entry("loss", Swatch.DASHES, theme.text, theme, width))
    return found


def pane_entries(picture: Picture, index: int, theme: Theme, width: int) -> tuple[Entry, ...]:
    """Names of a pane's lines with their last values, as many as one line of ``width`` pixels holds."""
    pane = picture.panes[index]
    pieces: list[Piece] = []
    for place, item in enumerate(pane.lines):
        bars = place == pane.histogram
        color = theme.palette.volume_up if bars else theme.palette.lines[place]
        swatch = Swatch.BAR if bars else Swatch.LINE
        pieces.append(_entry(value_text(item, picture), swatch, color, theme, width, small=True))
    lines, _ = flow(pieces, width, theme.units(14), 1)
    return _entries(lines)[0] if lines else ()


def value_text(item: Line, picture: Picture) -> str:
    """Name of a line and its last value, such as ``ta.sma(close, 20) 1.10023``."""
    last = item.last
    if last != last:
        return item.name
    places = item.digits
    if places is None:
        size = abs(last)
        places = 0 if size >= 1000 else 2 if size >= 1 else 4 if size >= 0.01 else picture.bars.symbol.price_digits + 1
        places = min(places, decimals(round(last, places)) if size else 0)
    return f"{item.name} {number_text(last, places)}"


def _entry(text: str, swatch: Swatch, color: RGB, theme: Theme, width: int, *, small: bool = False) -> Entry:
    font = theme.small if small else theme.letters
    return Entry(text, min(width, theme.units(20) + font.width(text)), swatch, color)


def write_head(pixels: Pixels, frame: Frame, theme: Theme, head: Head) -> None:
    """Title and legend into their boxes."""
    for box, entries in zip(frame.titles, head.titles, strict=True):
        left = box.left
        for entry in entries:
            font = theme.title if entry.strong else theme.letters
            # Letters of two sizes stand on one line.
            top = box.top + theme.title.height - font.height - (0 if entry.strong else theme.units(1))
            letters(pixels, font, left, top, font.fit(entry.text, entry.width), entry.color)
            left += entry.width + theme.units(14)
    for box, entries in zip(frame.legend, head.legend, strict=True):
        write_entries(pixels, box, theme, entries)


def write_entries(pixels: Pixels, box: Box, theme: Theme, entries: tuple[Entry, ...], *, small: bool = False) -> None:
    """Signs and names in one line."""
    font, left = theme.small if small else theme.letters, box.left
    for entry in entries:
        _draw_swatch(pixels, entry, theme, left, box.top + font.height // 2)
        room = entry.width - theme.units(20)
        letters(pixels, font, left + theme.units(20), box.top, font.fit(entry.text, room), theme.text)
        left += entry.width + theme.units(14 if small else 16)


def _draw_swatch(pixels: Pixels, entry: Entry, theme: Theme, left: int, middle: int) -> None:
    unit = theme.unit
    whole = Box(0, 0, pixels.shape[1], pixels.shape[0])
    x, size = left + 7.5 * unit, 4.0 * unit
    if entry.swatch in (Swatch.LINE, Swatch.DASHES):
        dash = 3.0 * unit if entry.swatch is Swatch.DASHES else 0.0
        line(pixels, whole, [(left, middle), (left + 15 * unit, middle)], entry.color, 2.0 * unit, dash)
    elif entry.swatch is Swatch.BAR:
        for place, height in ((1, 3), (6, 6), (11, 4)):
            pixels[
                middle + 3 * unit - height * unit : middle + 3 * unit, left + place * unit : left + (place + 3) * unit
            ] = entry.color
    elif entry.swatch is Swatch.EXIT:
        draw_exit(pixels, whole, (x, middle), 1.2 * size, theme.background, entry.color, unit)
    elif entry.swatch is Swatch.TRIANGLE:
        draw_triangle(pixels, whole, (x, middle), size, entry.color, theme.background, unit, up=True)
    elif entry.swatch is not Swatch.NONE:
        up = entry.swatch is Swatch.LONG
        draw_triangle(pixels, whole, (x, middle), 1.2 * size, entry.color, theme.text, 0.8 * unit, up=up)
