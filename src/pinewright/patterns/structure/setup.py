"""A setup: a shape that is complete but for its break. It waits for the break, for its failure or for its end."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, Struct, floats, kernel
from pinewright.patterns.structure.swings import SWINGS, Swings
from pinewright.pine.compiler.runtime.arithmetic import pine_le, pine_lt


class Setup(Struct):
    """Prices are mirrored where the pattern is bullish, so that every break is a fall.

    level, slope: the line that must break, its price at bar ``since`` and its rise a bar. cap, cap_slope: the line
    above which the shape has failed (NaN for none). last: bar after which nobody waits any more. band: half the height
    of a level's zone. armed: whether price has been away from the level. done: bar of the last break. count: how many
    swings belong to the shape, which ``price`` and ``bar`` hold, the newest first.
    """

    level: float
    slope: float
    cap: float
    cap_slope: float
    since: float
    last: float
    band: float
    armed: bool
    done: float
    confidence: float
    count: int
    price: Floats = floats(SWINGS)
    bar: Floats = floats(SWINGS)


@kernel(inline=True)
def score(miss: float, tolerance: float, size: float, least: float) -> float:
    """Confidence, 0 to 1: half for fit (1 where nothing misses, 0 at the tolerance), half for size (1 from twice the
    least size on)."""
    fit = 1.0 - miss / tolerance if tolerance > 0.0 else 1.0
    big = min(1.0, size / (2.0 * least)) if least > 0.0 else 1.0
    return min(1.0, max(0.0, (fit + big) / 2.0))


@kernel(inline=True)
def remember(s: Setup, w: Swings, i: float, count: int, confidence: float) -> None:
    """The new setup of bar ``i``, made of the last ``count`` swings: it waits as many bars as they span."""
    s.since = w.bar[0]
    s.last = i + (w.bar[0] - w.bar[count - 1])
    s.count = count
    s.confidence = confidence
    s.armed = False
    for k in range(count):
        s.price[k] = w.price[k]
        s.bar[k] = w.bar[k]


@kernel(inline=True)
def lines(s: Setup, level: float, slope: float, cap: float, cap_slope: float) -> None:
    """The two lines of a setup, by their prices at its newest swing."""
    s.level = level
    s.slope = slope
    s.cap = cap
    s.cap_slope = cap_slope


@kernel(inline=True)
def breaks(s: Setup, i: float, price: float) -> bool:
    """Whether the close of bar ``i`` is the first below the line, while the setup lives; it ends the setup."""
    passed = i - s.since
    alive = i <= s.last and not pine_lt(s.cap + s.cap_slope * passed, price)
    fires = alive and pine_lt(price, s.level + s.slope * passed)
    if fires:
        s.done = i
    if fires or not alive:
        s.last = -1.0
    return fires


@kernel(inline=True)
def bounces(s: Setup, i: float, near: float, start: float, price: float) -> bool:
    """Whether bar ``i`` came up to the level and fell back: its high ``near`` in the zone, its close below the level
    and below its open. Once for each visit: price must have been two bands away. A close above the zone ends the setup.
    """
    alive = i <= s.last and pine_le(price, s.level + s.band)
    fires = alive and s.armed and pine_le(s.level - s.band, near) and pine_lt(price, s.level) and pine_lt(price, start)
    if not alive:
        s.last = -1.0
    if fires:
        s.armed = False
    elif alive and pine_lt(near, s.level - 2.0 * s.band):
        s.armed = True
    return fires


@kernel(inline=True)
def empty(s: Setup, w: Swings) -> None:
    """The state before the first bar."""
    s.last = -1.0
    s.armed = False
    s.done = -1.0
    w.kind = 0
    for k in range(SWINGS):
        w.price[k] = math.nan
        w.bar[k] = math.nan
