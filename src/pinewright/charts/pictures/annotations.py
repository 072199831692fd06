"""Marks and trades on a chart: outlines, entries and exits, arrows; their labels come last."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Final

from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.groups import Group, groups_of, outline_colors
from pinewright.charts.pictures.labels import Label, Words
from pinewright.charts.pictures.marks import Toward
from pinewright.charts.pictures.names import name_along, name_outward, way_out
from pinewright.charts.pictures.outlines import Ink, Outline, draw_outline, shade_outline
from pinewright.charts.pictures.plane import Plane
from pinewright.charts.pictures.room import Room
from pinewright.charts.pictures.shapes import draw_diamond, draw_triangle
from pinewright.charts.pictures.strokes import Box, Place
from pinewright.charts.pictures.theme import Theme
from pinewright.charts.pictures.trades import SIZE, draw_entries, draw_exits, draw_way

_SIZE: Final = 5.0
"""Units from the middle of an arrow to its tip."""
_CLEAR: Final = 3.0
"""Units between a bar and its arrow."""
CONDITION: Final = 9
"""Units of a row of conditions."""
_DOT: Final = 4.0
"""Units around the middle of a touch that stay free."""


@dataclass(frozen=True)
class Unnamed:
    """An arrow whose label covers something wherever it stands: its bar, the place behind it, and on which side."""

    bar: int
    label: Label
    place: Place
    down: bool


@dataclass(frozen=True)
class Annotated:
    """What was drawn. room: where there still is some. unnamed: the most telling first. missing: trades' names left
    out.
    """

    room: Room
    unnamed: tuple[Unnamed, ...]
    missing: int


def room_for_marks(picture: Picture, theme: Theme, low: float, high: float, row: float) -> tuple[float, float]:
    """Units needed above ``high`` and below ``low`` for arrows and names, where a unit is about ``row`` of price."""
    need = 2 * _SIZE + _CLEAR + 1.6 * theme.small.height / theme.unit
    above = below = 2.0
    for group in groups_of(picture, theme):
        if group.below:
            below = max(below, need - (float(picture.bars.low[group.bar]) - low) / row)
        else:
            above = max(above, need - (high - float(picture.bars.high[group.bar])) / row)
    return above, below + CONDITION * len(picture.conditions)


def draw_annotations(plane: Plane) -> Annotated:
    """All marks and trades, with the labels that cover nothing."""
    picture, theme = plane.picture, plane.theme
    tints = _draw_outlines(plane)
    for trade in picture.trades:
        draw_way(plane, trade)
    bottom = plane.prices.bottom - CONDITION * theme.unit * len(picture.conditions)
    free = Box(plane.prices.left, plane.prices.top, plane.prices.right, bottom)
    room = Room(plane.pixels, free, (theme.background, theme.grid, *theme.bands, *tints))
    for mark in picture.marks:
        for bar, price in mark.outline.touches:
            room.put(Box.around((plane.at(bar), plane.price.down(price)), _DOT * theme.unit))
    draw_entries(plane, room)
    draw_exits(plane, room)
    groups = groups_of(picture, theme)
    places = [_draw_arrow(plane, group, room) for group in groups]
    for group, place in zip(groups, places, strict=True):
        room.keep(way_out(plane, *place, down=group.below))
    unnamed = [
        Unnamed(group.bar, group.label, place, group.below)
        for group, place in zip(groups, places, strict=True)
        if not name_outward(plane, room, group.label, place, down=group.below)
        and not name_along(plane, room, group.short, _way(plane, group, place))
    ]
    return Annotated(room, tuple(unnamed), _name_trades(plane, room))


def _draw_outlines(plane: Plane) -> list[tuple[int, int, int]]:
    """Every outline in a colour of its own, all areas below all lines; the areas' tints."""
    theme = plane.theme
    tints: list[tuple[int, int, int]] = []
    inks: list[tuple[Outline, Ink]] = []
    for mark, color in outline_colors(plane.picture, theme).items():
        ink = Ink(color, theme.background, (theme.background, *theme.bands), theme.unit)
        inks.append((mark.outline, ink))
        tints += ink.tints

    def at(bar: int, price: float) -> Place:
        return plane.at(bar), plane.price.down(price)

    for draw in (shade_outline, draw_outline):
        for outline, ink in inks:
            draw(plane.pixels, plane.prices, outline, at, ink)
    return tints


def _way(plane: Plane, group: Group, place: Place) -> list[Place]:
    """Places on the outlines of a group, the nearest to its arrow first."""
    found: list[Place] = []
    for stroke in (stroke for mark in group.shapes for stroke in mark.outline.strokes):
        for (bar, price), (to_bar, to_price) in itertools.pairwise(stroke.points):
            x, y = plane.at(bar), plane.price.down(price)
            across, down = plane.at(to_bar) - x, plane.price.down(to_price) - y
            found += [(x + across * part / 4, y + down * part / 4) for part in range(5)]
    return sorted(found, key=lambda other: (math.dist(other, place), other))


def _name_trades(plane: Plane, room: Room) -> int:
    """Numbers of trades beside their entries, over bars where there is no other place; how many found none."""
    missing = 0
    for trade in plane.picture.trades:
        if trade.label and 0 <= trade.entry_bar < len(plane.across):
            y = plane.price.down(trade.entry_price) + (1 if trade.is_long else -1) * (SIZE + 1) * plane.theme.unit
            place, label = (plane.at(trade.entry_bar), y), Label((Words(trade.label),))
            missing += not name_outward(plane, room, label, place, down=trade.is_long, over_bars=True)
    return missing


def _draw_arrow(plane: Plane, group: Group, room: Room) -> Place:
    """An arrow below or above its bar, further out where one stands already; the place behind it, for its name."""
    theme, unit, bars = plane.theme, plane.theme.unit, plane.picture.bars
    sign, size = (1 if group.below else -1), _SIZE * unit
    edge = plane.price.down(float(bars.low[group.bar] if group.below else bars.high[group.bar]))
    x, y = plane.at(group.bar), edge + sign * (size + _CLEAR * unit)
    for step in range(6):
        if room.is_free(Box.around((x, y + sign * step * size), size), over_bars=True):
            y += sign * step * size
            break
    if group.toward is Toward.NEITHER:
        draw_diamond(plane.pixels, plane.prices, (x, y), size, theme.quiet, theme.background, unit)
    else:
        color = theme.palette.up if group.toward is Toward.UP else theme.palette.down
        up = group.toward is Toward.UP
        draw_triangle(plane.pixels, plane.prices, (x, y), size, color, theme.background, unit, up=up)
    room.put(Box.around((x, y), size))
    return x, y + sign * size
