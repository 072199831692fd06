"""Greatest values of the last executions: how great, how far back, and peaks. Least ones are those of the negatives."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, kernel
from pinewright.pine.compiler.runtime.sums import window_room


@kernel(inline=True)
def window_best(s: Floats, log: Floats, x: float, n: int, size: int, newest: bool) -> int:
    """Place in the log of the greatest of the last n values: of equal ones the newest, or the oldest; not na.

    s[0] count, s[1] place of it, s[2] the length before: a longer window is looked through again.
    """
    count = int(s[0])
    seen = window_room(log, count, n, size)
    best = int(s[1]) + seen - count
    log[seen] = x
    first = max(0, seen + 1 - n)
    if seen == 0 or best < first or n > s[2]:
        best = first
        for k in range(first + 1, seen + 1):
            if log[best] != log[best] or log[k] > log[best] or (newest and log[k] == log[best]):
                best = k
    elif log[best] != log[best] or x > log[best] or (newest and x == log[best]):
        best = seen
    s[0] = seen + 1
    s[1] = best
    s[2] = n
    return best


@kernel
def window_highest(s: Floats, log: Floats, x: float, length: float, size: int) -> float:
    """Greatest of the last ``length`` executions; na until there are so many."""
    n = max(1, int(length))
    best = window_best(s, log, x, n, size, True)
    return log[best] if length >= 1.0 and s[0] >= n else math.nan


@kernel
def window_highestbars(s: Floats, log: Floats, x: float, length: float, size: int) -> float:
    """How far back the greatest of the last ``length`` executions is, as 0 or a negative number; of equal ones the
    oldest. na until there are so many.
    """
    n = max(1, int(length))
    best = window_best(s, log, x, n, size, False)
    if not (length >= 1.0 and s[0] >= n) or log[best] != log[best]:
        return math.nan
    return best + 1 - s[0]


@kernel
def window_pivot(s: Floats, log: Floats, x: float, left: float, right: float, size: int) -> float:
    """The value ``right`` executions ago where none of the ``left`` before it is greater and each one after it is less,
    else na; executions with na do not count.
    """
    if x != x:
        return math.nan
    after = int(right)
    n = max(1, min(int(left), size) + min(after, size) + 1)
    best = window_best(s, log, x, n, size, True)
    found = left >= 0.0 and right >= 0.0 and s[0] >= n and best == int(s[0]) - 1 - after
    return log[best] if found else math.nan
