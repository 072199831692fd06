"""Rules over one bar, and what rules over more bars are made of; each in its bullish form.

A rule gets columns ``c``, by the constants below, the bar ``i`` and the values ``v`` of the pattern's parameters in
their order, the first one the length of the averages. The bearish pattern is the same rule in mirrored prices (all
signs changed, high and low swapped). Averages are na before there are enough bars, and nothing is true of na. No rule
is asked about a bar that has fewer bars before it than the rule reads.

Rules first find out everything and then join it: without branches LLVM computes several bars at a time.
"""

from __future__ import annotations

from typing import Final

from pinewright.machine.kernel import Columns, Floats, kernel
from pinewright.pine.compiler.runtime.arithmetic import pine_le, pine_lt

OPEN: Final = 0
HIGH: Final = 1
LOW: Final = 2
CLOSE: Final = 3
BODY: Final = 4
"""Average body of the bars before the bar."""
RANGE: Final = 5
"""Average range (high minus low) of the bars before the bar."""

HALF: Final = 0.5
"""Wicks count on bars that are larger than half the average range."""
BEYOND: Final = 3.0
"""One part in so many of a pin bar lies beyond the bars before it."""


@kernel(inline=True)
def body(c: Columns, i: int) -> float:
    return abs(c[CLOSE][i] - c[OPEN][i])


@kernel(inline=True)
def span(c: Columns, i: int) -> float:
    return c[HIGH][i] - c[LOW][i]


@kernel(inline=True)
def top(c: Columns, i: int) -> float:
    return max(c[OPEN][i], c[CLOSE][i])


@kernel(inline=True)
def bottom(c: Columns, i: int) -> float:
    return min(c[OPEN][i], c[CLOSE][i])


@kernel(inline=True)
def upper(c: Columns, i: int) -> float:
    return c[HIGH][i] - top(c, i)


@kernel(inline=True)
def lower(c: Columns, i: int) -> float:
    return bottom(c, i) - c[LOW][i]


@kernel(inline=True)
def up(c: Columns, i: int) -> bool:
    return pine_lt(c[OPEN][i], c[CLOSE][i])


@kernel(inline=True)
def down(c: Columns, i: int) -> bool:
    return pine_lt(c[CLOSE][i], c[OPEN][i])


@kernel(inline=True)
def long_body(c: Columns, i: int, least: float) -> bool:
    """Larger than so many average bodies."""
    return pine_lt(least * c[BODY][i], body(c, i))


@kernel(inline=True)
def is_doji(c: Columns, i: int, most: float) -> bool:
    """A body of at most so many average ranges."""
    return pine_le(body(c, i), most * c[RANGE][i])


@kernel(inline=True)
def fell(c: Columns, i: int, first: int, length: float) -> bool:
    """Whether closes fell by an average range or more over ``length`` bars, up to the one before bar ``first``."""
    return pine_le(c[RANGE][i], c[CLOSE][first - 1 - int(length)] - c[CLOSE][first - 1])


@kernel(inline=True)
def doji(c: Columns, i: int, v: Floats) -> bool:
    return is_doji(c, i, v[1])


@kernel(inline=True)
def long_legged_doji(c: Columns, i: int, v: Floats) -> bool:
    wick = v[2] * c[RANGE][i]
    small = is_doji(c, i, v[1])
    above = pine_lt(wick, upper(c, i))
    below = pine_lt(wick, lower(c, i))
    return small and above and below


@kernel(inline=True)
def dragonfly_doji(c: Columns, i: int, v: Floats) -> bool:
    small = is_doji(c, i, v[1])
    above = pine_lt(upper(c, i), v[1] * c[RANGE][i])
    below = pine_lt(v[2] * c[RANGE][i], lower(c, i))
    return small and above and below


@kernel(inline=True)
def spinning_top(c: Columns, i: int, v: Floats) -> bool:
    wick = v[2] * body(c, i)
    small = pine_lt(body(c, i), v[1] * c[BODY][i])
    above = pine_lt(wick, upper(c, i))
    below = pine_lt(wick, lower(c, i))
    return small and above and below


@kernel(inline=True)
def marubozu(c: Columns, i: int, v: Floats) -> bool:
    most = v[2] * c[RANGE][i]
    rises = up(c, i)
    long = long_body(c, i, v[1])
    above = pine_lt(upper(c, i), most)
    below = pine_lt(lower(c, i), most)
    return rises and long and above and below


@kernel(inline=True)
def belt_hold(c: Columns, i: int, v: Floats) -> bool:
    rises = up(c, i)
    long = long_body(c, i, v[1])
    below = pine_lt(lower(c, i), v[2] * c[RANGE][i])
    return rises and long and below


@kernel(inline=True)
def lower_tail(c: Columns, i: int, share: float, slack: float) -> bool:
    """Nearly all of a bar that is not small lies in its body or below it."""
    large = pine_lt(HALF * c[RANGE][i], span(c, i))
    below = pine_le(share * span(c, i), lower(c, i))
    above = pine_le(upper(c, i), slack * c[RANGE][i])
    return large and below and above


@kernel(inline=True)
def upper_tail(c: Columns, i: int, share: float, slack: float) -> bool:
    """Nearly all of a bar that is not small lies in its body or above it."""
    large = pine_lt(HALF * c[RANGE][i], span(c, i))
    above = pine_le(share * span(c, i), upper(c, i))
    below = pine_le(lower(c, i), slack * c[RANGE][i])
    return large and above and below


@kernel(inline=True)
def hammer(c: Columns, i: int, v: Floats) -> bool:
    tailed = lower_tail(c, i, v[1], v[2])
    low = fell(c, i, i, v[3])
    return tailed and low


@kernel(inline=True)
def inverted_hammer(c: Columns, i: int, v: Floats) -> bool:
    tailed = upper_tail(c, i, v[1], v[2])
    low = fell(c, i, i, v[3])
    return tailed and low


@kernel(inline=True)
def pin_bar(c: Columns, i: int, v: Floats) -> bool:
    large = pine_lt(v[2] * c[RANGE][i], span(c, i))
    tailed = pine_le(v[1] * span(c, i), lower(c, i))
    out = pine_le(span(c, i) / BEYOND, min(c[LOW][i - 1], c[LOW][i - 2]) - c[LOW][i])
    return large and tailed and out
