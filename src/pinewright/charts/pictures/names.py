"""Names of what is marked: near it, over neither bars nor each other where that can be avoided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pinewright.charts.pictures.labels import Label
from pinewright.charts.pictures.plane import Plane
from pinewright.charts.pictures.room import Room
from pinewright.charts.pictures.strokes import Box, Place
from pinewright.charts.pictures.theme import mix

_STEPS: Final = 13
"""Places tried on the way out from a bar."""
_NEAR_STEPS: Final = 3
"""Those that are tried before the places beside the arrow."""
_SHIFTS: Final = (0.0, -0.15, 0.15, -0.3, 0.3, -0.5, 0.5)
"""Parts of its width by which a name may stand beside the middle of what it names."""
_BESIDE: Final = 8
"""Units from the middle of an arrow to a name beside it."""
_OFF: Final = 4
"""Units between an outline and a name along it."""
_STEP_COST: Final = 6
"""Covered pixels that a name must save by standing one place further out."""
_KEPT_COST: Final = 250
"""As many covered pixels are better than to stand where another arrow's name is looked for."""

_CROSS_COST: Final = 2
"""Covered pixels that a pixel of a bar or line is worth which the line to a name crosses."""

Spot = tuple[Box, Box]
"""A box for the name and that of the line to it."""


def name_outward(plane: Plane, room: Room, label: Label, place: Place, *, down: bool, over_bars: bool = False) -> bool:
    """Write a label where ``spot_outward`` finds room for it; False where there is none."""
    spot = spot_outward(plane, room, label, place, down=down, over_bars=over_bars)
    if spot is not None:
        write_label(plane, room, label, spot)
    return spot is not None


def spot_outward(
    plane: Plane, room: Room, label: Label, place: Place, *, down: bool, over_bars: bool = False
) -> Spot | None:
    """Room for a label below (or above) a place, or beside the arrow there, with a thin line to it where it stands
    further off; None where it would cover bars, lines or others. over_bars: then where it covers the fewest pixels of
    bars and lines, and None only where others stand everywhere. The room is taken from then on.
    """
    own = way_out(plane, *place, down=down)
    wishes = enumerate(_wishes(plane, label, *place, down=down))
    allowed = [
        (count, wish) for count, wish in wishes if room.is_free(wish[0], over_bars=over_bars) and _leads(room, wish[1])
    ]
    if not allowed:
        return None

    def cost(item: tuple[int, Spot]) -> tuple[bool, float]:
        count, (box, leader) = item
        kept, covered = room.is_kept(box, own), room.covered(box)
        hidden = (covered + _CROSS_COST * room.covered(leader)) / plane.theme.unit**2
        return bool(covered or kept), hidden + _KEPT_COST * kept + _STEP_COST * count / len(_SHIFTS)

    _, best = min(allowed, key=cost)
    _take(plane, room, best)
    return best


def name_along(plane: Plane, room: Room, label: Label, places: Sequence[Place]) -> bool:
    """Write a label above or below the first of some places of its outline where it covers nothing, better nothing that
    others had better leave free; False without.
    """
    theme = plane.theme
    width, height = label.width(theme), label.height(theme)
    far = 0.5 * height + theme.units(_OFF)
    boxes = [
        _box(x + shift * width, y + sign * far, width, height)
        for x, y in places
        for sign in (-1, 1)
        for shift in _SHIFTS
    ]
    free = sorted((box for box in boxes if room.is_free(box)), key=room.is_kept)
    if free:
        room.put(free[0])
        write_label(plane, room, label, (free[0], Box(0, 0, 0, 0)))
    return bool(free)


def _wishes(plane: Plane, label: Label, x: float, y: float, *, down: bool) -> Iterator[Spot]:
    """Places for a label, the nearest first."""
    theme = plane.theme
    width, height = label.width(theme), label.height(theme)
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


def _take(plane: Plane, room: Room, spot: Spot) -> None:
    box, leader = spot
    room.put(box)
    if _is_drawn(plane, leader):
        room.put(leader)


def _is_drawn(plane: Plane, leader: Box) -> bool:
    return leader.height > 0.4 * plane.theme.small.height


def write_label(plane: Plane, room: Room, label: Label, spot: Spot) -> None:
    """A label and the line to it."""
    theme, (box, leader) = plane.theme, spot
    if _is_drawn(plane, leader):
        leader.of(plane.pixels)[:] = mix(theme.background, theme.quiet, 0.7)
    label.write(plane.pixels, theme, box, over_bars=room.covered(box) > 0)
