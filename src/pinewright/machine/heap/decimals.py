"""Floats as decimal numbers, exact to the last digit that matters.

TradingView writes numbers from the digits of Java's ``Double.toString``, the shortest that read back as the same float.
Most are found by exact float arithmetic: n / 10**k is rounded correctly for n below 2**53 and k up to 22. What has more
than 15 digits is found from a product with its rounding error (Dekker 1971).
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.state import Heap
from pinewright.machine.kernel import ffloor, fround, kernel

MOST_EXACT: Final = 22
"""10**22 is the largest power of ten that a float holds exactly."""
WHOLE: Final = 2.0**53
SPLIT: Final = 134_217_729.0
"""2**27 + 1, which cuts a float into two halves of 26 bits."""
MOST_SPLIT: Final = 1e300
"""Floats that may be cut: the product with SPLIT is finite."""
LONG: Final = 1e16
"""Least whole number of 17 digits."""
ONE_STEP: Final = 1e15
STEP_DIGITS: Final = 15
"""Largest and smallest numbers are brought nearer by this factor, first."""
INT_DIGITS: Final = 18
"""Digits that an int always holds."""


@kernel(inline=True)
def power_of_ten(k: int) -> float:
    """10**k, exact for k up to 22."""
    power = 1.0
    for _ in range(k):
        power *= 10.0
    return power


@kernel(inline=True)
def int_power(k: int) -> int:
    """10**k for k up to 18."""
    power = 1
    for _ in range(k):
        power *= 10
    return power


@kernel(inline=False)
def product_error(a: float, b: float) -> float:
    """What the float product of a and b lacks of the true one."""
    if abs(a) > MOST_SPLIT or abs(b) > MOST_SPLIT:
        return 0.0
    high_a = SPLIT * a - (SPLIT * a - a)
    high_b = SPLIT * b - (SPLIT * b - b)
    low_a = a - high_a
    low_b = b - high_b
    return low_a * low_b - (((a * b - high_a * high_b) - low_a * high_b) - high_a * low_b)


@kernel(inline=True)
def half_step(x: float) -> float:
    """Half the distance between a positive float and the next above: numbers nearer than this read back as it."""
    power = 1.0
    while power > x:
        power *= 0.5
    while power * 2.0 <= x:
        power *= 2.0
    return power / WHOLE


@kernel(inline=False)
def long_decimal(m: Heap, x: float) -> int:
    """The decimal number of 16 or 17 digits that is a positive float, to twice their precision; see ``decimal``."""
    shift = 0
    scaled = x
    low = 0.0
    step = half_step(x)
    while scaled >= LONG * ONE_STEP:
        quotient = scaled / ONE_STEP
        low = ((scaled - quotient * ONE_STEP) - product_error(quotient, ONE_STEP) + low) / ONE_STEP
        scaled = quotient
        step /= ONE_STEP
        shift -= STEP_DIGITS
    while scaled * power_of_ten(MOST_EXACT) < LONG:
        low = low * ONE_STEP + product_error(scaled, ONE_STEP)
        scaled *= ONE_STEP
        step *= ONE_STEP
        shift += STEP_DIGITS
    k = 0
    if scaled >= LONG * 10.0:
        while scaled / power_of_ten(k) >= LONG * 10.0:
            k += 1
        power = power_of_ten(k)
        whole = scaled / power
        lacking = ((scaled - whole * power) - product_error(whole, power) + low) / power
        step /= power
        k = -k
    else:
        while scaled * power_of_ten(k) < LONG:
            k += 1
        power = power_of_ten(k)
        whole = scaled * power
        lacking = product_error(scaled, power) + low * power
        step *= power
    found = int(whole) + round(lacking)
    if abs(lacking) == 0.5:
        found = int(whole) + (int(whole) & 1) * (1 if lacking > 0.0 else -1)
    m.scale = shift + k
    # Fewer digits will do where they are no farther from the float than half its step, which below a power of two is
    # half as long. A number in the middle between two floats reads as the even one.
    unit = 1
    better = True
    even = math.fmod(x / half_step(x), 4.0) == 0.0
    lowest = half_step(x) * WHOLE == x
    while better and found >= 10:
        unit *= 10
        shorter = found // 10
        above = float(int(whole) - shorter * unit) + lacking
        if 2.0 * above > unit or (2.0 * above == unit and (lowest or shorter % 2 == 1)):
            shorter += 1
            above -= unit
        reach = step / 2.0 if lowest and above > 0.0 else step
        better = abs(above) < reach or (even and abs(above) == reach)
        if better:
            found = shorter
            m.scale -= 1
    return found


@kernel(inline=False)
def decimal(m: Heap, x: float) -> int:
    """The shortest digits of a positive finite float, as an int; the float is it over 10**``Heap.scale``."""
    if x >= ONE_STEP:
        k = MOST_EXACT
        while k >= 0:
            digits = fround(x / power_of_ten(k))
            if digits >= 1.0 and digits < ONE_STEP and digits * power_of_ten(k) == x:
                m.scale = -k
                return int(digits)
            k -= 1
        return long_decimal(m, x)
    for k in range(MOST_EXACT + 1):
        digits = fround(x * power_of_ten(k))
        if digits >= ONE_STEP:
            break
        if digits / power_of_ten(k) == x:
            m.scale = k
            return int(digits)
    return long_decimal(m, x)


@kernel(inline=True)
def above_half(x: float, whole: int, k: int) -> float:
    """What x * 10**k has above a whole number and a half, which it nearly is; its sign is exact."""
    power = power_of_ten(min(k, MOST_EXACT))
    return (x * power - whole - 0.5) + product_error(x, power)


@kernel(inline=False)
def rounded(m: Heap, x: float, places: int, exact: bool) -> int:
    """A positive finite float rounded to so many places at most: an int over 10**``Heap.scale``.

    exact: a half goes by the exact value of the float, and a true half to the even digit (Java's DecimalFormat, which
    ``str.format`` is); else a half of the shortest digits goes up (``str.tostring``). Both: PyneCore's measurements.
    """
    digits = decimal(m, x)
    drop = m.scale - places
    if drop <= 0:
        return digits
    m.scale = places
    if drop > INT_DIGITS:
        return 0
    power = int_power(drop)
    kept = digits // power
    rest = digits - kept * power
    up = 2 * rest >= power
    if exact and 2 * rest == power:
        above = above_half(x, kept, places)
        up = above > 0.0 or (above == 0.0 and kept % 2 == 1)
    return kept + 1 if up else kept


@kernel(inline=True)
def to_tick(x: float, tick: float) -> float:
    """The multiple of a tick that is nearest to a price, halves up."""
    return ffloor(x / tick + 0.5) * tick if tick > 0.0 else x
