"""Rules over two and three bars, each in its bullish form; arguments as in ``single_bar``."""

from __future__ import annotations

from pinewright.machine.kernel import Columns, Floats, kernel
from pinewright.patterns.candles.single_bar import (
    BODY,
    CLOSE,
    HALF,
    HIGH,
    LOW,
    OPEN,
    RANGE,
    body,
    bottom,
    down,
    fell,
    is_doji,
    long_body,
    span,
    top,
    up,
    upper,
)
from pinewright.pine.compiler.runtime.arithmetic import pine_le, pine_lt


@kernel(inline=True)
def engulfs(c: Columns, i: int, least: float, slack: float) -> bool:
    """Bar i rises around the body of a falling bar."""
    room = slack * c[RANGE][i]
    fell_before = down(c, i - 1)
    rises = up(c, i)
    above = pine_le(c[OPEN][i - 1] - room, c[CLOSE][i])
    below = pine_le(c[OPEN][i], c[CLOSE][i - 1] + room)
    larger = pine_lt(body(c, i - 1), body(c, i))
    long = long_body(c, i, least)
    return fell_before and rises and above and below and larger and long


@kernel(inline=True)
def within(c: Columns, i: int, least: float, slack: float) -> bool:
    """The body of bar i lies in the long body of a falling bar."""
    room = slack * c[RANGE][i]
    fell_before = down(c, i - 1)
    long = long_body(c, i - 1, least)
    below_top = pine_le(top(c, i), top(c, i - 1) + room)
    above_bottom = pine_le(bottom(c, i - 1) - room, bottom(c, i))
    return fell_before and long and below_top and above_bottom


@kernel(inline=True)
def held(c: Columns, i: int, least: float, most: float, slack: float) -> bool:
    """A small body within a long one."""
    inside = within(c, i, least, slack)
    small = pine_le(body(c, i), most * c[BODY][i])
    return inside and small


@kernel(inline=True)
def engulfing(c: Columns, i: int, v: Floats) -> bool:
    return engulfs(c, i, v[1], v[2])


@kernel(inline=True)
def harami(c: Columns, i: int, v: Floats) -> bool:
    return held(c, i, v[1], v[2], v[3])


@kernel(inline=True)
def harami_cross(c: Columns, i: int, v: Floats) -> bool:
    inside = within(c, i, v[1], v[3])
    small = is_doji(c, i, v[2])
    return inside and small


@kernel(inline=True)
def piercing_line(c: Columns, i: int, v: Floats) -> bool:
    room = v[3] * c[RANGE][i]
    fell_before = down(c, i - 1)
    long = long_body(c, i - 1, v[1])
    rises = up(c, i)
    deep = pine_lt(c[CLOSE][i - 1] + v[2] * body(c, i - 1), c[CLOSE][i])
    not_all = pine_lt(c[CLOSE][i], c[OPEN][i - 1] - room)
    low_start = pine_le(c[OPEN][i], c[CLOSE][i - 1] + room)
    return fell_before and long and rises and deep and not_all and low_start


@kernel(inline=True)
def tweezer_bottom(c: Columns, i: int, v: Floats) -> bool:
    level = pine_le(abs(c[LOW][i] - c[LOW][i - 1]), v[1] * c[RANGE][i])
    fell_before = down(c, i - 1)
    long_fall = long_body(c, i - 1, HALF)
    rises = up(c, i)
    long_rise = long_body(c, i, HALF)
    low = fell(c, i, i - 1, v[2])
    return level and fell_before and long_fall and rises and long_rise and low


@kernel(inline=True)
def lies_inside(c: Columns, i: int, size: float, slack: float) -> bool:
    """Bar i is smaller than the large one before and lies inside it."""
    room = slack * c[RANGE][i]
    below = pine_lt(c[HIGH][i], c[HIGH][i - 1] + room)
    above = pine_lt(c[LOW][i - 1] - room, c[LOW][i])
    smaller = pine_lt(span(c, i), span(c, i - 1))
    large = pine_lt(size * c[RANGE][i - 1], span(c, i - 1))
    return below and above and smaller and large


@kernel(inline=True)
def inside_bar(c: Columns, i: int, v: Floats) -> bool:
    return lies_inside(c, i, v[1], v[2])


@kernel(inline=True)
def outside_bar(c: Columns, i: int, v: Floats) -> bool:
    lower_low = pine_lt(c[LOW][i], c[LOW][i - 1])
    beyond = pine_lt(c[HIGH][i - 1], c[CLOSE][i])
    large = pine_lt(v[1] * c[RANGE][i], span(c, i))
    return lower_low and beyond and large


@kernel(inline=True)
def morning_star(c: Columns, i: int, v: Floats) -> bool:
    fell_before = down(c, i - 2)
    long = long_body(c, i - 2, v[1])
    small = pine_le(body(c, i - 1), v[2] * c[BODY][i - 1])
    rises = up(c, i)
    deep = pine_lt(c[CLOSE][i - 2] + v[3] * body(c, i - 2), c[CLOSE][i])
    return fell_before and long and small and rises and deep


@kernel(inline=True)
def soldier(c: Columns, i: int, least: float, wick: float) -> bool:
    """A long rising bar that closes near its high."""
    rises = up(c, i)
    long = long_body(c, i, least)
    strong = pine_le(upper(c, i), wick * body(c, i))
    return rises and long and strong


@kernel(inline=True)
def three_white_soldiers(c: Columns, i: int, v: Floats) -> bool:
    first = soldier(c, i - 2, v[1], v[2])
    second = soldier(c, i - 1, v[1], v[2])
    third = soldier(c, i, v[1], v[2])
    higher = pine_lt(c[CLOSE][i - 2], c[CLOSE][i - 1])
    highest = pine_lt(c[CLOSE][i - 1], c[CLOSE][i])
    return first and second and third and higher and highest


@kernel(inline=True)
def three_inside_up(c: Columns, i: int, v: Floats) -> bool:
    inside = held(c, i - 1, v[1], v[2], v[3])
    rises = up(c, i)
    beyond = pine_lt(c[OPEN][i - 2], c[CLOSE][i])
    return inside and rises and beyond


@kernel(inline=True)
def three_outside_up(c: Columns, i: int, v: Floats) -> bool:
    around = engulfs(c, i - 1, v[1], v[2])
    higher = pine_lt(c[CLOSE][i - 1], c[CLOSE][i])
    return around and higher


@kernel(inline=True)
def hikkake(c: Columns, i: int, v: Floats) -> bool:
    inside = lies_inside(c, i - 1, v[1], v[2])
    lower_high = pine_lt(c[HIGH][i], c[HIGH][i - 1])
    lower_low = pine_lt(c[LOW][i], c[LOW][i - 1])
    return inside and lower_high and lower_low
