"""What compiled scripts call: Pine's tolerant comparisons, arithmetic with na, and the rolling windows.

Written in the kernel language. na is NaN and spreads through arithmetic; a comparison with na is false. A window keeps
its values in a log, one entry for each execution with a value that is not na, so that a call inside a block advances
only when it runs; ``s`` points at its state slots.
"""

from __future__ import annotations

import math

from pinewright.machine.kernel import Columns, Floats, ffloor, kernel

TOLERANCE = 1e-10
"""Two numbers no further apart are equal to Pine."""


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


@kernel(inline=True)
def pine_round(x: float, precision: float) -> float:
    """To ``precision`` decimals, halves up."""
    scale = math.pow(10.0, precision)
    return ffloor(x * scale + 0.5) / scale if x == x else x


@kernel(inline=True)
def pine_ticks(x: float, mintick: float) -> float:
    """To the tick grid, halves up."""
    return ffloor(x / mintick + 0.5) * mintick if x == x else x


@kernel(inline=True)
def pine_at(values: Floats, i: int, offset: float) -> float:
    """The value ``offset`` bars before bar i; na before the first bar, for a negative offset and for na."""
    if not (offset >= 0.0 and offset <= i):
        return math.nan
    return values[i - int(offset)]


@kernel
def window_sum(s: Floats, log: Floats, stored: Floats, x: float, length: float) -> float:
    """Sum of the last ``length`` values that are not na, by the accumulator measured on TradingView.

    One step takes out what was stored ``length`` values ago and adds the new value, carrying the rounding error along;
    where adding the carried error to the new value would round down, the sum is built anew from the window, newest
    value first. (Law: notes of PyneCore 6.11, measured on TradingView over 27,800 bars; tests/indicators.)
    s[0] sum, s[1] carried error, s[2] values seen, s[3] length. na until there are ``length`` values.
    """
    n = int(length)
    seen = int(s[2])
    if x != x:
        return s[0] if n >= 1 and seen >= n else math.nan
    log[seen] = x
    carried = abs(s[1])
    shifted = x + carried
    anew = carried != 0.0 and x != 0.0 and shifted != 0.0 and carried - (shifted - x) > 0.0
    if anew or s[3] != n:
        window_rebuild(s, log, stored, seen, n)
    else:
        oldest = stored[seen - n] if seen >= n else 0.0
        out = -oldest - s[1]
        middle = s[0] + out
        new = x - ((middle - s[0]) - out)
        s[0] = middle + new
        s[1] = (s[0] - middle) - new
        stored[seen] = new
    s[2] = seen + 1
    return s[0] if n >= 1 and seen + 1 >= n else math.nan


@kernel(inline=True)
def window_rebuild(s: Floats, log: Floats, stored: Floats, seen: int, n: int) -> None:
    """The sum of the last n values with the newest first; a window of another length than before is stored raw."""
    first = max(0, seen + 1 - n)
    total = 0.0
    for k in range(seen, first - 1, -1):
        total = log[k] + total
    if s[3] != n:
        for k in range(first, seen):
            stored[k] = log[k]
        s[3] = n
    stored[seen] = log[seen]
    s[0] = total
    s[1] = 0.0


@kernel
def window_highest(s: Floats, log: Floats, x: float, length: float) -> float:
    """Greatest of the last ``length`` executions; na until there are so many.

    s[0] count, s[1] place of it, s[2] the length before: a longer window is looked through again.
    """
    n = int(length)
    seen = int(s[0])
    best = int(s[1])
    log[seen] = x
    first = max(0, seen + 1 - n)
    if seen == 0 or best < first or n > s[2]:
        best = first
        for k in range(first + 1, seen + 1):
            if log[best] != log[best] or log[k] >= log[best]:
                best = k
    elif log[best] != log[best] or x >= log[best]:
        best = seen
    s[0] = seen + 1
    s[1] = best
    s[2] = n
    return log[best] if n >= 1 and seen + 1 >= n else math.nan


@kernel
def window_weighted(s: Floats, log: Floats, x: float, length: float) -> float:
    """Mean of the last ``length`` values with weights 1 (oldest) to length; s[0] counts values."""
    n = int(length)
    seen = int(s[0])
    if x == x:
        log[seen] = x
        seen = seen + 1
        s[0] = seen
    if n < 1 or seen < n:
        return math.nan
    total = 0.0
    for k in range(n):
        total = total + log[seen - n + k] * (k + 1)
    return total / (n * (n + 1) / 2)


@kernel
def window_deviation(s: Floats, log: Floats, x: float, mean: float, length: float) -> float:
    """Mean absolute deviation of the last ``length`` values from ``mean``; s[0] counts values."""
    n = int(length)
    seen = int(s[0])
    if x == x:
        log[seen] = x
        seen = seen + 1
        s[0] = seen
    if n < 1 or seen < n:
        return math.nan
    total = 0.0
    for k in range(seen - n, seen):
        total = total + abs(log[k] - mean)
    return total / n


@kernel(inline=True)
def window_cross(s: Floats, a: float, b: float) -> float:
    """1.0 where a rises over b, -1.0 where it falls under, else 0.0; compares exactly, with the last bar on which both
    were defined. s[0] says whether there was one, s[1] and s[2] hold it.
    """
    if a != a or b != b:
        return 0.0
    result = 0.0
    if s[0] != 0.0:
        if a > b and s[1] <= s[2]:
            result = 1.0
        elif a < b and s[1] >= s[2]:
            result = -1.0
    s[0] = 1.0
    s[1] = a
    s[2] = b
    return result


@kernel
def window_crosses(out: Floats, first: Floats, second: Floats, n: int) -> None:
    """``window_cross`` over whole arrays.

    Each bar is compared with the one before it, in vector registers; only where a value goes missing on the way the
    last bar on which both were defined must be remembered.
    """
    missing = 0
    if n > 0:
        out[0] = 0.0
    for i in range(1, n):
        a = first[i]
        b = second[i]
        a_before = first[i - 1]
        b_before = second[i - 1]
        over = a > b and a_before <= b_before
        under = a < b and a_before >= b_before
        out[i] = (1.0 if over else 0.0) - (1.0 if under else 0.0)
        lost = (a != a or b != b) and a_before == a_before and b_before == b_before
        missing = missing | (1 if lost else 0)
    if missing != 0:
        a_before = math.nan
        b_before = math.nan
        for i in range(n):
            a = first[i]
            b = second[i]
            over = a > b and a_before <= b_before
            under = a < b and a_before >= b_before
            out[i] = (1.0 if over else 0.0) - (1.0 if under else 0.0)
            if a == a and b == b:
                a_before = a
                b_before = b


@kernel(inline=True)
def pine_logged(h: Columns, k: int, count: float, offset: float) -> float:
    """The value ``offset`` executions ago from a log of ``count`` earlier ones; offset 1 is the last of them."""
    if not (offset >= 1.0 and offset <= count):
        return math.nan
    return h[k][int(count) - int(offset)]


HELPERS: dict[str, object] = {
    name: value for name, value in list(globals().items()) if name.startswith(("pine_", "window_"))
}
