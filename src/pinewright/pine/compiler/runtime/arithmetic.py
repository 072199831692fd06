"""Numbers: tolerant comparisons, arithmetic with na, rounding, and the past of a series."""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.kernel import Columns, Floats, ffloor, ftrunc, kernel

TOLERANCE: Final = 1e-10
"""Two numbers no further apart are equal to Pine."""
WHOLE: Final = 4503599627370496.0
"""From 2**52 on every float is a whole number."""
SPLITTER: Final = 134217729.0
"""2**27 + 1: cuts a float into two halves whose products are exact (Dekker 1971)."""
DEGREES: Final = 180.0 / math.pi
RADIANS: Final = math.pi / 180.0


@kernel(inline=True)
def pine_eq(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE


@kernel(inline=True)
def pine_ne(a: float, b: float) -> bool:
    return abs(a - b) > TOLERANCE


@kernel(inline=True)
def pine_lt(a: float, b: float) -> bool:
    return b - a > TOLERANCE


@kernel(inline=True)
def pine_le(a: float, b: float) -> bool:
    return a - b <= TOLERANCE


@kernel(inline=True)
def pine_max(a: float, b: float) -> float:
    return a if a > b or a != a else b


@kernel(inline=True)
def pine_min(a: float, b: float) -> float:
    return a if a < b or a != a else b


@kernel(inline=True)
def pine_div(a: float, b: float) -> float:
    """Quotient; na for a divisor of 0."""
    return a / b if b != 0.0 else math.nan


@kernel(inline=True)
def pine_mod(a: float, b: float) -> float:
    """Remainder with the sign of the dividend; na for a divisor of 0."""
    return math.fmod(a, b) if b != 0.0 else math.nan


@kernel(inline=True)
def pine_sign(x: float) -> float:
    return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else x)


@kernel
def pine_round(x: float, precision: float) -> float:
    """To ``precision`` decimals (a negative one: to tens, hundreds, ...), halves up, all that is left unchanged.

    The value times the power of ten is judged exactly, with the tolerance of comparisons (PyneCore: 141,985 values).
    """
    places = ftrunc(precision) if precision == precision else 0.0
    scale = math.pow(10.0, abs(places))
    scaled = x * scale if places >= 0.0 else x / scale
    if not abs(scaled) < WHOLE:
        return x
    lost = pine_lost(x, scale, scaled) if places > 0.0 else 0.0
    whole = ffloor(scaled)
    if (scaled - whole) + lost >= 0.5 - TOLERANCE:
        whole = whole + 1.0
    return whole / scale if places >= 0.0 else whole * scale


@kernel
def pine_lost(a: float, b: float, product: float) -> float:
    """What rounding took off the product of a and b, exactly (Dekker 1971); both far from overflow."""
    far = a * SPLITTER
    high = far - (far - a)
    low = a - high
    far = b * SPLITTER
    top = far - (far - b)
    rest = b - top
    return ((high * top - product) + high * rest + low * top) + low * rest


@kernel(inline=True)
def pine_ticks(x: float, mintick: float) -> float:
    """To the tick grid, halves up; ticks that are a whole part of 1 are counted and divided, as TradingView does."""
    ticks = ffloor(x / mintick + 0.5)
    parts = ffloor(1.0 / mintick + 0.5)
    return ticks / parts if abs(parts * mintick - 1.0) < 1e-12 else ticks * mintick


@kernel(inline=True)
def pine_pow(a: float, b: float) -> float:
    """Power; the exponents 0, 1, 2 and 0.5 are short ways (PyneCore), and na spreads."""
    if a != a or b != b:
        return math.nan
    if b == 2.0:
        return a * a
    if b == 1.0:
        return a
    if b == 0.5 and a >= 0.0:
        return math.sqrt(a)
    return math.pow(a, b)


@kernel(inline=True)
def pine_degrees(x: float) -> float:
    return x * DEGREES


@kernel(inline=True)
def pine_radians(x: float) -> float:
    return x * RADIANS


@kernel(inline=True)
def pine_at(values: Floats, i: int, offset: float) -> float:
    """The value ``offset`` bars before bar i; na before the first bar, for a negative offset and for na."""
    if not (offset >= 0.0 and offset <= i):
        return math.nan
    return values[i - int(offset)]


@kernel(inline=True)
def pine_logged(h: Columns, k: int, count: float, offset: float) -> float:
    """The value ``offset`` executions ago from a log of ``count`` earlier ones; offset 1 is the last of them."""
    if not (offset >= 1.0 and offset <= count):
        return math.nan
    return h[k][int(count) - int(offset)]
