"""What everything that the kernel draws is made of: spans of pixels, and the rows of values."""

from __future__ import annotations

from typing import Final

from pinewright.charts.layout import FAR
from pinewright.machine.kernel import Bytes, Floats, Ints, Struct, ffloor, kernel, table

MOST_PARTS: Final = 8

UP: Final = 0
DOWN: Final = 1
VOLUME_UP: Final = 2
VOLUME_DOWN: Final = 3
LINES: Final = 4
BANDS: Final = 12
ROLES: Final = 16
"""Roles of colours: number of each in ``Plan.colours``; lines and bands are eight and four in a row."""


class Area(Struct, frozen=True):
    """A part of the chart as ``layout.Part``; of a pane also its lines and its scale.

    first, lines: which of the panes' columns are its. histogram: the first of them is drawn as bars from zero. fixed:
    the scale goes from low to high, else over what the lines hold.
    """

    top: int
    bottom: int
    upper: int
    lower: int
    first: int
    lines: int
    histogram: bool
    fixed: bool
    low: float
    high: float


class Plan(Struct, frozen=True):
    """Everything about the chart that is the same for all windows; ``parts``: price, volume, panes."""

    width: int
    channels: int
    image_bytes: int
    bars: int
    ohlc: bool
    overlays: int
    bands: int
    volume: bool
    panes: int
    left: Ints
    right: Ints
    wick: Ints
    colours: Bytes
    parts: list[Area] = table(Area, MOST_PARTS)


@kernel(inline=True)
def span(p: Plan, image: Bytes, a: Area, x: int, first: int, last: int, role: int) -> None:
    """Column x from one row to another, both included, in either order, as far as it lies inside the part."""
    top = max(min(first, last), a.top)
    bottom = min(max(first, last), a.bottom)
    if p.channels == 3:
        red = p.colours[3 * role]
        green = p.colours[3 * role + 1]
        blue = p.colours[3 * role + 2]
        step = 3 * p.width
        pixel = image[3 * (top * p.width + x) :]
        for _ in range(top, bottom + 1):
            pixel[0] = red
            pixel[1] = green
            pixel[2] = blue
            pixel = pixel[step:]
    else:
        level = p.colours[3 * role]
        for row in range(top, bottom + 1):
            image[row * p.width + x] = level


@kernel(inline=True)
def block(p: Plan, image: Bytes, a: Area, left: int, right: int, first: int, last: int, role: int) -> None:
    """The same for all columns from left to right, row by row, which is kinder to the cache."""
    top = max(min(first, last), a.top)
    bottom = min(max(first, last), a.bottom)
    if p.channels == 3:
        red = p.colours[3 * role]
        green = p.colours[3 * role + 1]
        blue = p.colours[3 * role + 2]
        for row in range(top, bottom + 1):
            pixel = image[3 * (row * p.width + left) :]
            for _ in range(left, right + 1):
                pixel[0] = red
                pixel[1] = green
                pixel[2] = blue
                pixel = pixel[3:]
    else:
        level = p.colours[3 * role]
        for row in range(top, bottom + 1):
            for x in range(left, right + 1):
                image[row * p.width + x] = level


@kernel(inline=True)
def is_finite(value: float) -> bool:
    return value - value == 0.0


@kernel(inline=True)
def factor_of(a: Area, low: float, high: float) -> float:
    """Rows per unit of value; 0 where the scale has no extent."""
    extent = high - low
    if not (high > low and is_finite(extent)):
        return 0.0
    factor = (a.lower - a.upper) / extent
    return factor if is_finite(factor) else 0.0


@kernel(inline=True)
def row_of(a: Area, value: float, low: float, factor: float) -> int:
    """The row of a finite value, as ``layout.Part.row_of`` has it."""
    if factor == 0.0:
        return a.lower - (a.lower - a.upper) // 2
    return a.lower - int(ffloor(min(max((value - low) * factor + 0.5, -1.0 * FAR), 1.0 * FAR)))


@kernel(inline=True)
def least(values: Floats, count: int, least_so_far: float) -> float:
    """The smallest finite value, or what was there before."""
    for i in range(count):
        if is_finite(values[i]):
            least_so_far = min(least_so_far, values[i])
    return least_so_far


@kernel(inline=True)
def most(values: Floats, count: int, most_so_far: float) -> float:
    """The largest finite value, or what was there before."""
    for i in range(count):
        if is_finite(values[i]):
            most_so_far = max(most_so_far, values[i])
    return most_so_far
