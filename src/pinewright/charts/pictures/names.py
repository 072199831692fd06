"""Names of what is marked: near it, over neither bars nor each other where that can be avoided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pinewright.charts.pictures.plane import Plane
from pinewright.charts.pictures.room import Room
from pinewright.charts.pictures.strokes import Box, halo, letters
from pinewright.charts.pictures.theme import mix

_STEPS: Final = 16
"""Places tried on the way out from a bar."""
_NEAR_STEPS: Final = 3
"""Those that are tried before the places beside the arrow."""
_SHIFTS: Final = (0.0, -0.15, 0.15, -0.3, 0.3, -0.5, 0.5)
"""Parts of its width by which a name may stand beside the middle of what it names."""
_BESIDE: Final = 8
"""Units from the middle of an arrow to a name beside it."""
_STEP_COST: Final = 6
"""Covered pixels that a name must save by standing one place further out."""
_KEPT_COST: Final = 250
"""As many covered pixels are better than to stand where another arrow's name is looked for."""

_Wish = tuple[Box, Box]
"""A box for the name and that of the line to it."""


def name_outward(plane: Plane, room: Room, text: str, x: float, y: float, *, down: bool) -> bool:
    """Write a name below (or above) a place, or beside the arrow there, with a thin line to it where it stands further
    off; False without room. Where every place covers bars, it is that which covers the fewest of their pixels.
    """
    wishes = list(_wishes(plane, text, x, y, down=down))
    own = way_out(plane, x, y, down=down)
    allowed = [wish for wish in wishes if room.is_free(wish[0], over_bars=True) and _leads(room, wish[1])]
    if not allowed:
        return False

    def cost(place: int) -> tuple[bool, float]:
        box = allowed[place][0]
        covered, kept = room.covered(box) / plane.theme.unit**2, room.is_kept(box, own)
        return bool(covered or kept), covered + _KEPT_COST * kept + _STEP_COST * place / len(_SHIFTS)

    best = allowed[min(range(len(allowed)), key=cost)]
    _write(plane, room, text, best, over_bars=room.covered(best[0]) > 0)
    return True


def _wishes(plane: Plane, text: str, x: float, y: float, *, down: bool) -> Iterator[_Wish]:
    """Places for a name, the nearest first."""
    theme = plane.theme
    width, height = theme.small.width(text) + 4 * theme.unit, theme.small.height
    sign = 1 if down else -1
    for step in range(_STEPS):
        if step == _NEAR_STEPS:
            for side in (1, -1):
                box = _box(x + side * (width / 2 + theme.units(_BESIDE)), y - sign * 0.35 * height, width, height)
                yield box, Box(0, 0, 0, 0)
        middle = y + sign * (0.5 * height + theme.unit + 0.5 * step * height)
        for shift in _SHIFTS:
            box = _box(x + shift * width, middle, width, height)
            yield box, _leader(plane, x, y, box, down=down)


def _leads(room: Room, leader: Box) -> bool:
    """Whether a line to a name crosses nothing that was put; no line crosses nothing."""
    return not leader.height or room.is_free(leader, over_bars=True)


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


def _box(x: float, y: float, width: float, height: float) -> Box:
    left, top = round(x - width / 2), round(y - height / 2)
    return Box(left, top, left + round(width), top + round(height))


def _write(plane: Plane, room: Room, text: str, wish: _Wish, *, over_bars: bool = False) -> None:
    theme, (box, leader) = plane.theme, wish
    if leader.height > 0.4 * theme.small.height:
        leader.of(plane.pixels)[:] = mix(theme.background, theme.quiet, 0.7)
        room.put(leader)
    left = box.left + 2 * theme.unit
    if over_bars:
        halo(plane.pixels, theme.small, left, box.top, text, theme.background, theme.unit)
    letters(plane.pixels, theme.small, left, box.top, text, theme.text)
    room.put(box)
