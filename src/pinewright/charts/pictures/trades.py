"""Trades on a chart: a way from entry to exit, a triangle where it begins, an open square where it ends."""

from __future__ import annotations

from typing import Final

from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.marks import TradeMark
from pinewright.charts.pictures.plane import Plane
from pinewright.charts.pictures.room import Room
from pinewright.charts.pictures.shapes import draw_exit, draw_triangle
from pinewright.charts.pictures.strokes import Box, line
from pinewright.charts.pictures.theme import Theme

SIZE: Final = 6.0
"""Units from the middle of an entry to its tip."""


def draw_way(plane: Plane, trade: TradeMark) -> None:
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


def draw_entries(plane: Plane, room: Room) -> None:
    """A triangle where each trade was entered."""
    theme, size = plane.theme, SIZE * plane.theme.unit
    for trade in plane.picture.trades:
        if 0 <= trade.entry_bar < len(plane.across):
            place, edge = _entry(plane, trade), 0.8 * theme.unit
            color = _side(trade, theme)
            draw_triangle(plane.pixels, plane.prices, place, size, color, theme.text, edge, up=trade.is_long)
            room.put(Box.around(place, size + theme.unit))


def draw_exits(plane: Plane, room: Room) -> None:
    """An open square where each trade was left, moved to the left of an entry that stands there, as at a reversal."""
    theme, size = plane.theme, SIZE * plane.theme.unit
    entries = [_entry(plane, trade) for trade in plane.picture.trades if 0 <= trade.entry_bar < len(plane.across)]
    for trade in plane.picture.trades:
        bar, price = trade.exit_bar, trade.exit_price
        if bar is None or price is None or not 0 <= bar < len(plane.across):
            continue
        x, y = plane.at(bar), plane.price.down(price)
        if any(abs(x - other) < size and abs(y - down) < 2 * size for other, down in entries):
            x -= 2 * size
        draw_exit(plane.pixels, plane.prices, (x, y), size, theme.background, _side(trade, theme), 0.9 * theme.unit)
        room.put(Box.around((x, y), size + theme.unit))


def _entry(plane: Plane, trade: TradeMark) -> tuple[float, float]:
    return plane.at(trade.entry_bar), plane.price.down(trade.entry_price)
