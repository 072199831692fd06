"""Marks and trades on a chart: lines of corners, levels, arrows, entries and exits; their names come last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.marks import Mark, Toward, TradeMark
from pinewright.charts.pictures.names import name_outward, way_out
from pinewright.charts.pictures.plane import Plane
from pinewright.charts.pictures.room import Room
from pinewright.charts.pictures.shapes import draw_diamond, draw_exit, draw_triangle
from pinewright.charts.pictures.strokes import Box, line
from pinewright.charts.pictures.theme import Theme

_SIZE: Final = 5.0
"""Units from the middle of an arrow to its tip."""
_CLEAR: Final = 3.0
"""Units between a bar and its arrow."""
CONDITION: Final = 9
"""Units of a row of conditions."""
_LONGEST: Final = 26
"""Letters of two names in one."""


@dataclass(frozen=True)
class _Group:
    """Marks on the same side of one bar share an arrow. below: on which side. lines: how many of the names, the first
    ones, belong to lines or levels.
    """

    bar: int
    below: bool
    toward: Toward
    names: tuple[str, ...]
    lines: int = 0

    @property
    def text(self) -> str:
        """Both names where they are short or of lines, else the first one and how many follow."""
        told = 2 if len(self.names) == 2 and len(", ".join(self.names)) <= _LONGEST else max(1, min(2, self.lines))
        joined, left = ", ".join(self.names[:told]), len(self.names) - told
        return f"{joined} +{left}" if left else joined


def room_for_marks(picture: Picture, theme: Theme, low: float, high: float, row: float) -> tuple[float, float]:
    """Units needed above ``high`` and below ``low`` for arrows and names, where a unit is about ``row`` of price."""
    need = 2 * _SIZE + _CLEAR + 1.6 * theme.small.height / theme.unit
    above = below = 2.0
    for group in _groups(picture):
        if group.below:
            below = max(below, need - (float(picture.bars.low[group.bar]) - low) / row)
        else:
            above = max(above, need - (high - float(picture.bars.high[group.bar])) / row)
    return above, below + CONDITION * len(picture.conditions)


def draw_annotations(plane: Plane) -> int:
    """All marks and trades; how many names found no place."""
    picture, theme = plane.picture, plane.theme
    for mark in picture.marks:
        _draw_structure(plane, mark)
    for trade in picture.trades:
        _draw_way(plane, trade)
    bottom = plane.prices.bottom - CONDITION * theme.unit * len(picture.conditions)
    free = Box(plane.prices.left, plane.prices.top, plane.prices.right, bottom)
    room = Room(plane.pixels, free, (theme.background, theme.grid, *theme.bands))
    for mark in picture.marks:
        for bar, price in mark.corners:
            room.put(_square((plane.at(bar), plane.price.down(price)), 4.0 * theme.unit))
    _draw_entries(plane, room)
    _draw_exits(plane, room)
    groups = _groups(picture)
    tips = [_draw_arrow(plane, group, room) for group in groups]
    for group, (x, y) in zip(groups, tips, strict=True):
        room.keep(way_out(plane, x, y, down=group.below))
    nameless = 0
    for group, (x, y) in zip(groups, tips, strict=True):
        nameless += not name_outward(plane, room, group.text, x, y, down=group.below)
    for trade in picture.trades:
        if trade.label and 0 <= trade.entry_bar < len(plane.across):
            y = plane.price.down(trade.entry_price) + (1 if trade.is_long else -1) * (_SIZE + 2) * theme.unit
            nameless += not name_outward(plane, room, trade.label, plane.at(trade.entry_bar), y, down=trade.is_long)
    return nameless


def _groups(picture: Picture) -> list[_Group]:
    """The marked bars of the picture: those of lines, then those with the most weight, then the latest first. A mark
    that points nowhere stands above its bar, or below where only that side is free.
    """
    found: dict[tuple[int, bool], list[Mark]] = {}
    marks = [mark for mark in picture.marks if 0 <= mark.bar < len(picture.bars)]
    for mark in sorted(marks, key=lambda item: (item.toward is Toward.NEITHER, -item.weight, -item.bar, item.name)):
        below = mark.toward is Toward.UP
        if mark.toward is Toward.NEITHER:
            below = (mark.bar, False) in found and (mark.bar, True) not in found
        found.setdefault((mark.bar, below), []).append(mark)
    groups = [_group(bar, below, group) for (bar, below), group in found.items()]
    weight = {(bar, below): max(mark.weight for mark in group) for (bar, below), group in found.items()}
    return sorted(groups, key=lambda group: (not group.lines, -weight[group.bar, group.below], -group.bar, group.below))


def _group(bar: int, below: bool, marks: Sequence[Mark]) -> _Group:
    lines = dict.fromkeys(mark.name for mark in marks if not mark.is_place)
    names = tuple(dict.fromkeys((*lines, *(mark.name for mark in marks))))
    return _Group(bar, below, marks[0].toward, names, len(lines))


def _draw_structure(plane: Plane, mark: Mark) -> None:
    """The corners as one line with a diamond at each, the levels dashed; in a colour that no other line has."""
    theme, unit = plane.theme, plane.theme.unit
    color = theme.palette.lines[min(len(plane.picture.lines), len(theme.palette.lines) - 1)]
    corners = [(plane.at(bar), plane.price.down(price)) for bar, price in mark.corners]
    line(plane.pixels, plane.prices, corners, theme.background, 3.8 * unit)
    line(plane.pixels, plane.prices, corners, color, 2.0 * unit)
    for place in corners:
        draw_diamond(plane.pixels, plane.prices, place, 3.5 * unit, theme.background, color, 0.7 * unit)
    left = plane.at(mark.start)
    right = max(plane.at(mark.bar), left + 8 * unit)
    for level in mark.levels:
        y = plane.price.down(level)
        line(plane.pixels, plane.prices, [(left, y), (right, y)], color, 1.6 * unit, 5.0 * unit)


def _draw_way(plane: Plane, trade: TradeMark) -> None:
    """A line from entry to exit, dashed where the trade lost."""
    if trade.exit_bar is None or trade.exit_price is None:
        return
    entry = plane.at(trade.entry_bar), plane.price.down(trade.entry_price)
    leave = plane.at(trade.exit_bar), plane.price.down(trade.exit_price)
    unit = plane.theme.unit
    line(plane.pixels, plane.prices, [entry, leave], plane.theme.background, 3.8 * unit)
    dash = 4.0 * unit if trade.won is False else 0.0
    line(plane.pixels, plane.prices, [entry, leave], _side(trade, plane.theme), 2.0 * unit, dash)


def _side(trade: TradeMark, theme: Theme) -> RGB:
    return theme.palette.up if trade.is_long else theme.palette.down


def _draw_entries(plane: Plane, room: Room) -> None:
    """A triangle where each trade was entered."""
    theme, size = plane.theme, (_SIZE + 1) * plane.theme.unit
    for trade in plane.picture.trades:
        if 0 <= trade.entry_bar < len(plane.across):
            place, edge = _entry(plane, trade), 0.8 * theme.unit
            color = _side(trade, theme)
            draw_triangle(plane.pixels, plane.prices, place, size, color, theme.text, edge, up=trade.is_long)
            room.put(_square(place, size + theme.unit))


def _draw_exits(plane: Plane, room: Room) -> None:
    """An open square where each trade was left, moved to the left of an entry that stands there, as at a reversal."""
    theme, size = plane.theme, (_SIZE + 1) * plane.theme.unit
    entries = [_entry(plane, trade) for trade in plane.picture.trades if 0 <= trade.entry_bar < len(plane.across)]
    for trade in plane.picture.trades:
        bar, price = trade.exit_bar, trade.exit_price
        if bar is None or price is None or not 0 <= bar < len(plane.across):
            continue
        x, y = plane.at(bar), plane.price.down(price)
        if any(abs(x - other) < size and abs(y - down) < 2 * size for other, down in entries):
            x -= 2 * size
        draw_exit(plane.pixels, plane.prices, (x, y), size, theme.background, _side(trade, theme), 0.9 * theme.unit)
        room.put(_square((x, y), size + theme.unit))


def _entry(plane: Plane, trade: TradeMark) -> tuple[float, float]:
    return plane.at(trade.entry_bar), plane.price.down(trade.entry_price)


def _square(middle: tuple[float, float], half: float) -> Box:
    x, y = middle
    return Box(round(x - half), round(y - half), round(x + half), round(y + half))


def _draw_arrow(plane: Plane, group: _Group, room: Room) -> tuple[float, float]:
    """An arrow below or above its bar, further out where one stands already; the place behind it, for its name."""
    theme, unit, bars = plane.theme, plane.theme.unit, plane.picture.bars
    sign, size = (1 if group.below else -1), _SIZE * unit
    edge = plane.price.down(float(bars.low[group.bar] if group.below else bars.high[group.bar]))
    x, y = plane.at(group.bar), edge + sign * (size + _CLEAR * unit)
    for step in range(6):
        if room.is_free(_square((x, y + sign * step * size), size), over_bars=True):
            y += sign * step * size
            break
    if group.toward is Toward.NEITHER:
        draw_diamond(plane.pixels, plane.prices, (x, y), size, theme.quiet, theme.background, unit)
    else:
        color = theme.palette.up if group.toward is Toward.UP else theme.palette.down
        up = group.toward is Toward.UP
        draw_triangle(plane.pixels, plane.prices, (x, y), size, color, theme.background, unit, up=up)
    room.put(_square((x, y), size))
    return x, y + sign * size
