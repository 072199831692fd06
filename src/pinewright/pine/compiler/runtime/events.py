"""What happened: crossings, the values of earlier occasions, and chance."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, kernel
from pinewright.pine.compiler.runtime.sums import window_room


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


@kernel
def window_occasion(s: Floats, log: Floats, condition: bool, x: float, occurrence: float, size: int) -> float:
    """The value of x when the condition held, so many times ago (0: the last time); na where there were fewer.

    A value that is na counts as an occasion. s[0] counts them.
    """
    back = max(0, int(occurrence))
    if condition:
        seen = window_room(log, int(s[0]), min(back, size) + 1, size)
        log[seen] = x
        s[0] = seen + 1
    if not (occurrence > -1.0 and back < s[0]):
        return math.nan
    return log[int(s[0]) - 1 - back]


@kernel
def window_random(s: Floats, seed: float, call: float) -> float:
    """The next number of a sequence, at least 0 and below 1.

    The sequence is decided by the seed, without one by the number of the call in the script: TradingView's generator is
    not known, and a backtest must be repeatable. Counter and seed go through the finaliser of SplitMix64 (Steele, Lea,
    Flood 2014), cut to 53 bits. s[0] counts the numbers given.
    """
    s[0] = s[0] + 1.0
    start = int(seed) if seed == seed else -7046029254386353131 + int(call)
    z = start * -7723592293110705685 + int(s[0]) * -7046029254386353131
    z = (z ^ ((z // 1073741824) & 17179869183)) * -4658895280553007687
    z = (z ^ ((z // 134217728) & 137438953471)) * -7723592293110705685
    z = z ^ ((z // 2147483648) & 8589934591)
    return ((z // 2048) & 9007199254740991) * (1.0 / 9007199254740992.0)
