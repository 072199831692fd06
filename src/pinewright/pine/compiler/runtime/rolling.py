"""Shape of the last values: distance from the mean, straight line."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, kernel
from pinewright.pine.compiler.runtime.sums import window_room


@kernel
def window_deviation(s: Floats, log: Floats, x: float, mean: float, length: float, size: int) -> float:
    """Mean absolute deviation of the last ``length`` executions from ``mean``; na where one of them is na.

    s[0] counts executions. Summed newest first, and 0 for a length of 1 (PyneCore).
    """
    n = max(1, int(length))
    seen = window_room(log, int(s[0]), n, size)
    log[seen] = x
    seen = seen + 1
    s[0] = seen
    if not (length >= 1.0 and seen >= n):
        return math.nan
    if n == 1:
        return 0.0
    total = 0.0
    for k in range(seen - 1, seen - 1 - n, -1):
        total = total + abs(log[k] - mean)
    return total / n


@kernel
def window_line(s: Floats, log: Floats, x: float, length: float, offset: float, size: int) -> float:
    """Value ``offset`` bars back of the straight line fitted to the last ``length`` values that are not na.

    na keeps the window; of length 1 it is the source. s[0] counts values. Both sums are built anew, oldest first, and
    the line stands one step short of the place that is asked for (PyneCore: eleven settings over 22,000 bars).
    """
    n = max(1, int(length))
    seen = window_room(log, int(s[0]), n, size)
    if x == x:
        log[seen] = x
        seen = seen + 1
    s[0] = seen
    if not (length >= 1.0 and seen >= n):
        return math.nan
    if n == 1:
        return x
    count = n * 1.0
    places = count * (count + 1.0) / 2.0
    squares = places * (2.0 * count + 1.0) / 3.0
    total = 0.0
    product = 0.0
    for k in range(n):
        y = log[seen - n + k]
        total = total + y
        product = product + y * (k + 1.0)
    slope = (count * product - places * total) / (count * squares - places * places)
    start = total / count - slope * places / count + slope
    return start + slope * (count - 1.0 - offset)
