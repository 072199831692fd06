"""Rank correlation of the last values with time."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, kernel
from pinewright.pine.compiler.runtime.arithmetic import TOLERANCE
from pinewright.pine.compiler.runtime.ordered import window_below, window_order


@kernel
def window_ranking(ordered: Floats, ranks: Floats, n: int) -> float:
    """Rank of each of n ascending values, 0 for the greatest; values within the tolerance of the least of their group
    share the mean of its ranks. Gives the sum of the squares of the ranks.
    """
    squares = 0.0
    first = 0
    while first < n:
        last = first
        while last < n and ordered[last] - ordered[first] < TOLERANCE:
            last = last + 1
        for k in range(first, last):
            ranks[k] = (n - 1) - (first + last - 1) / 2.0
            squares = squares + ranks[k] * ranks[k]
        first = last
    return squares


@kernel
def window_rci(
    s: Floats, log: Floats, ordered: Floats, stamp: Floats, ranks: Floats, x: float, length: float, size: int
) -> float:
    """Correlation of the ranks of the last ``length`` executions with their order, in percent, from one execution more
    on; na where one of them is na. The order of the sums is TradingView's (PyneCore: 333,000 windows).
    """
    if not length >= 1.0:
        return math.nan
    n = int(length)
    count = window_order(s, log, ordered, stamp, x, n, size, 0.0, False)
    seen = int(s[0])
    if x != x or seen <= n or count < n:
        return math.nan
    squares = window_ranking(ordered, ranks, n)
    # Sums of whole and half numbers are exact: both means are this one, and the squares of the places have a formula.
    mean = (n - 1) / 2.0
    place_spread = (n - 1) * n * (2 * n - 1) // 6 / n - mean * mean
    spread = squares / n - mean * mean
    if place_spread <= 0.0 or spread <= 0.0:
        return math.nan
    common = 0.0
    for k in range(n):
        common = common + (k - mean) * (ranks[window_below(ordered, n, log[seen - 1 - k], 0.0)] - mean)
    return 100.0 * (common / n) / (math.sqrt(place_spread) * math.sqrt(spread))
