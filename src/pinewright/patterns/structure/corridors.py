"""Two lines around five swings: triangles, wedges, rectangles and channels, by how the lines run."""

from __future__ import annotations

from typing import Final

from pinewright.machine.kernel import Floats, Struct, kernel
from pinewright.patterns.structure.setup import Setup, lines, remember, score
from pinewright.patterns.structure.swings import Swings, balanced
from pinewright.pine.compiler.runtime.arithmetic import pine_le, pine_lt

FLAT: Final = 0.2
"""A line is flat that climbs or falls by no more than this share of the corridor's height."""
NARROWED: Final = 0.67
"""Lines meet where the corridor's right end is at most this share of its left end."""
SLOPED: Final = 0.4
"""Both lines of a channel climb or fall by more than this share of its height."""
PARALLEL: Final = 0.2
"""Lines are parallel where the two ends differ by at most this share of the left one."""


class Corridor(Struct):
    """Two lines around the last five swings.

    upper, lower: their prices at the newest swing; upper_slope, lower_slope: their rise a bar. left, right: the
    distance between them at both ends. climb, lift: what the upper and the lower line gain from end to end. miss: how
    far the middle one of the three swings on one line lies off it.
    """

    upper: float
    upper_slope: float
    lower: float
    lower_slope: float
    left: float
    right: float
    climb: float
    lift: float
    miss: float


@kernel(inline=True)
def corridor(c: Corridor, w: Swings) -> None:
    """One line through the newest swing and the fifth, with the third beside it; one through the second and fourth.

    The line through the outer two of three points is their Theil-Sen line, as the middle one of the three slopes is
    that of the outer points.
    """
    width = w.bar[0] - w.bar[4]
    slope = (w.price[0] - w.price[4]) / width
    other = (w.price[1] - w.price[3]) / (w.bar[1] - w.bar[3])
    beside = w.price[1] + other * (w.bar[0] - w.bar[1])
    c.miss = abs(w.price[2] - (w.price[0] - slope * (w.bar[0] - w.bar[2])))
    c.upper = w.price[0] if w.kind == 1 else beside
    c.upper_slope = slope if w.kind == 1 else other
    c.lower = beside if w.kind == 1 else w.price[0]
    c.lower_slope = other if w.kind == 1 else slope
    c.climb = c.upper_slope * width
    c.lift = c.lower_slope * width
    c.right = c.upper - c.lower
    c.left = c.right - c.climb + c.lift


@kernel(inline=True)
def keep(s: Setup, w: Swings, c: Corridor, p: Floats, atr: float, i: float, shaped: bool) -> None:
    """The setup of a corridor of the right shape: its lower line breaks, its upper line is where it fails.

    p: length, tolerance of the third touch in ATR, least height of the left end in ATR.
    """
    fits = pine_le(c.miss, p[1] * atr) and pine_le(p[2] * atr, c.left) and pine_lt(0.0, c.right)
    if w.turn != 0 and shaped and fits and balanced(w):
        remember(s, w, i, 5, score(c.miss, p[1] * atr, c.left, p[2] * atr))
        lines(s, c.lower, c.lower_slope, c.upper, c.upper_slope)


@kernel(inline=True)
def descending_triangle(c: Corridor) -> bool:
    """Flat lows, falling highs."""
    flat = pine_le(abs(c.lift), FLAT * c.left)
    return flat and pine_lt(c.climb, -FLAT * c.left) and pine_le(c.right, NARROWED * c.left)


@kernel(inline=True)
def symmetrical_triangle(c: Corridor) -> bool:
    """Falling highs, rising lows."""
    falling = pine_lt(c.climb, -FLAT * c.left)
    return falling and pine_lt(FLAT * c.left, c.lift) and pine_le(c.right, NARROWED * c.left)


@kernel(inline=True)
def rising_wedge(c: Corridor) -> bool:
    """Rising highs, lows that rise faster."""
    rising = pine_lt(FLAT * c.left, c.climb)
    return rising and pine_lt(FLAT * c.left, c.lift) and pine_le(c.right, NARROWED * c.left)


@kernel(inline=True)
def rectangle(c: Corridor) -> bool:
    """Flat highs, flat lows."""
    return pine_le(abs(c.climb), FLAT * c.left) and pine_le(abs(c.lift), FLAT * c.left)


@kernel(inline=True)
def rising_channel(c: Corridor) -> bool:
    """Rising highs, lows that rise alike."""
    rising = pine_lt(SLOPED * c.left, c.climb) and pine_lt(SLOPED * c.left, c.lift)
    return rising and pine_le(abs(c.right - c.left), PARALLEL * c.left)
