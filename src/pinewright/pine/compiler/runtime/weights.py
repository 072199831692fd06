"""Weighted means of a window; TradingView sums each anew on every bar, and the order of its sums is kept."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, kernel
from pinewright.pine.compiler.runtime.sums import window_room


@kernel
def window_weighted(s: Floats, log: Floats, x: float, length: float, size: int) -> float:
    """Mean of the last ``length`` executions with weights 1 (oldest) to length.

    na gives na, and in the window it stands for the value before it (PyneCore). s[0] counts executions, s[1] values.
    """
    n = max(1, int(length))
    seen = window_room(log, int(s[0]), n, size)
    log[seen] = x if x == x or seen == 0 else log[seen - 1]
    seen = seen + 1
    s[0] = seen
    if x == x:
        s[1] = s[1] + 1.0
    if not (length >= 1.0 and x == x and s[1] >= n and seen >= n):
        return math.nan
    total = 0.0
    for k in range(n):
        total = total + log[seen - n + k] * (k + 1)
    return total / (n * (n + 1.0) / 2.0)


@kernel
def window_gauss(
    s: Floats,
    log: Floats,
    weights: Floats,
    key: Floats,
    x: float,
    length: float,
    centre: float,
    width: float,
    size: int,
) -> float:
    """Mean of the last ``length`` executions with the weights of a bell curve; na where one of them is na.

    centre: place of the greatest weight, 0 being the oldest; width: its standard deviation, both in bars. The weights
    come to 1 before the values come to them, and the mean is summed oldest first (tests/indicators: every bit). s[0]
    counts executions, s[1] says that there are weights: oldest first, for ``key`` and as many as stand, as a negative
    number, behind the last.
    """
    n = max(1, min(int(length), size))
    seen = window_room(log, int(s[0]), n, size)
    log[seen] = x
    seen = seen + 1
    s[0] = seen
    if not (length >= 1.0 and length <= size and seen >= n):
        return math.nan
    if s[1] == 0.0 or weights[n] != -n or key[0] != centre or key[1] != width:
        s[1] = 1.0
        key[0] = centre
        key[1] = width
        whole = 0.0
        for k in range(n):
            away = k - centre
            weights[k] = math.exp(-(away * away) / (2.0 * width * width))
            whole = whole + weights[k]
        for k in range(n):
            weights[k] = weights[k] / whole
        weights[n] = -n
    total = 0.0
    for k in range(n):
        total = total + log[seen - n + k] * weights[k]
    return total


@kernel
def window_moment(s: Floats, log: Floats, x: float, length: float, size: int) -> float:
    """Sum of the last ``length`` values that are not na, with weights 1 (newest) to length, newest first.

    na keeps the window. s[0] counts values.
    """
    n = max(1, int(length))
    seen = window_room(log, int(s[0]), n, size)
    if x == x:
        log[seen] = x
        seen = seen + 1
    s[0] = seen
    if not (length >= 1.0 and seen >= n):
        return math.nan
    total = 0.0
    for k in range(n):
        total = total + log[seen - 1 - k] * (k + 1.0)
    return total
