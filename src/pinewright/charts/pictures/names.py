"""Names of what is marked: near it, over neither bars nor each other where that can be avoided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pinewright.charts.pictures.marks import Mark
from pinewright.charts.pictures.plane import Plane
from pinewright.charts.pictures.room import Room
from pinewright.charts.pictures.strokes import Box, letters
from pinewright.charts.pictures.theme import mix

_STEPS: Final = 16
"""Places tried on the way out from a bar."""
_SHIFTS: Final = (0.0, -0.25, 0.25, -0.45, 0.45)
"""Parts of its width by which a name may stand beside the middle of what it names."""


def name_outward(plane: Plane, room: Room, text: str, x: float, y: float, *, down: bool) -> bool:
    """Write a name below (or above) a place, with a thin line to it where it stands further off; False without room."""
    theme = plane.theme
    width, height = theme.small.width(text) + 4 * theme.unit, theme.small.height
    sign = 1 if down else -1
    wishes: list[tuple[Box, Box]] = []
    for step in range(_STEPS):
        middle = y + sign * (0.5 * height + theme.unit + 0.5 * step * height)
        for shift in _SHIFTS:
            box = _box(x + shift * width, middle, width, height)
            wishes.append((box, _leader(plane, x, y, box, down=down)))
    own = way_out(plane, x, y, down=down)
    for over_ways, over_bars in ((False, False), (True, False), (False, True), (True, True)):
        for box, leader in wishes:
            if not over_ways and room.is_kept(box, own):
                continue
            if room.is_free(box, over_bars=over_bars) and room.is_free(leader, over_bars=True):
                if leader.height > 0.4 * height:
                    leader.of(plane.pixels)[:] = mix(theme.background, theme.quiet, 0.7)
                    room.put(leader)
                _write(plane, room, text, box, over_bars=over_bars)
                return True
    return False


def way_out(plane: Plane, x: float, y: float, *, down: bool) -> Box:
    """Where a line from a place to its name would run, which other names had better leave free."""
    far = 4 * plane.theme.small.height
    top = round(y) + far if down else round(y) - far
    return _leader(plane, x, y, Box(0, top, 0, top), down=down)


def _leader(plane: Plane, x: float, y: float, box: Box, *, down: bool) -> Box:
    """The pixels between a place and the name that stands below or above it."""
    unit = plane.theme.unit
    left = int((x - plane.frame.plot.left) // unit) * unit + plane.frame.plot.left
    top, bottom = (round(y) + unit, box.top) if down else (box.bottom, round(y) - unit)
    return Box(left, top, left + unit, max(top, bottom))


def name_beside(plane: Plane, room: Room, mark: Mark) -> bool:
    """Write the name of a line of corners or of a level near it; False where there is no room."""
    width, height = plane.theme.small.width(mark.name) + 4 * plane.theme.unit, plane.theme.small.height
    wishes = [_box(x, y, width, height) for x, y in _beside(plane, mark, width, height)]
    for over_bars in (False, True):
        for box in wishes:
            if room.is_free(box, over_bars=over_bars) and (over_bars or not room.is_kept(box)):
                _write(plane, room, mark.name, box, over_bars=over_bars)
                return True
    return False


def _beside(plane: Plane, mark: Mark, width: int, height: int) -> Iterator[tuple[float, float]]:
    """Middles of places for the name: near the last corners, else along the levels."""
    spots = [(plane.at(bar), plane.price.down(price)) for bar, price in reversed(mark.corners)]
    for level in mark.levels:
        y = plane.price.down(level)
        left, right = max(plane.at(mark.start), plane.prices.left), min(plane.at(mark.bar), plane.prices.right)
        inner = max(left, right - width / 2 - 4 * plane.theme.unit)
        spots += [(x, y) for x in (inner, (left + right) / 2, left + width / 2)]
    for step in (0.8, 1.3, 1.9, 2.6, 3.4):
        for x, y in spots:
            for across in (0.0, -0.5 * width, 0.5 * width):
                yield x + across, y - step * height
                yield x + across, y + step * height


def _box(x: float, y: float, width: float, height: float) -> Box:
    left, top = round(x - width / 2), round(y - height / 2)
    return Box(left, top, left + round(width), top + round(height))


def _write(plane: Plane, room: Room, text: str, box: Box, *, over_bars: bool) -> None:
    theme = plane.theme
    if over_bars:
        box.of(plane.pixels)[:] = theme.background
    letters(plane.pixels, theme.small, box.left + 2 * theme.unit, box.top, text, theme.text)
    room.put(box)
