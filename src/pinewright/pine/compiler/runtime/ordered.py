"""The last values in order: median, mode, percentiles, percent rank."""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.kernel import Floats, ffloor, kernel
from pinewright.pine.compiler.runtime.arithmetic import TOLERANCE
from pinewright.pine.compiler.runtime.sums import window_room

SNAP: Final = 1e-9
"""A percentile's place so near to a whole number is one."""


@kernel(inline=True)
def window_order(
    s: Floats, log: Floats, ordered: Floats, stamp: Floats, x: float, n: int, size: int, tolerance: float, skip: bool
) -> int:
    """Takes x into the window of the last n executions; how many of them are numbers, ascending in ``ordered``.

    With ``skip`` executions with na do not count. Values no further apart than ``tolerance`` are equal: a new one goes
    in front of those that it equals, the last of those that it equals goes for one that leaves (PyneCore). A window
    that grows takes in older executions. s[0] counts executions, s[1] those in the window, s[2] numbers among them.
    ``stamp`` repeats the first two: where the state was set back, as from round to round of a loop, they differ, and
    the order is made anew.
    """
    seen = int(s[0])
    held = int(s[1])
    count = int(s[2])
    if seen > 0 and (stamp[0] != seen or stamp[1] != held):
        count = 0
        for k in range(seen - held, seen):
            y = log[k]
            if y == y:
                window_insert(ordered, count, y, tolerance)
                count = count + 1
    seen = window_room(log, seen, n, size)
    if x == x or not skip:
        log[seen] = x
        seen = seen + 1
        held = held + 1
        if x == x:
            window_insert(ordered, count, x, tolerance)
            count = count + 1
    while held > n:
        y = log[seen - held]
        held = held - 1
        if y == y:
            window_remove(ordered, count, y, tolerance)
            count = count - 1
    while held < n and held < seen:
        held = held + 1
        y = log[seen - held]
        if y == y:
            window_insert(ordered, count, y, tolerance)
            count = count + 1
    s[0] = seen
    s[1] = held
    s[2] = count
    stamp[0] = seen
    stamp[1] = held
    return count


@kernel
def window_insert(ordered: Floats, count: int, x: float, tolerance: float) -> None:
    """Puts x in front of the first of ``count`` ascending values that is not below it."""
    place = window_below(ordered, count, x, tolerance)
    for k in range(count, place, -1):
        ordered[k] = ordered[k - 1]
    ordered[place] = x


@kernel
def window_remove(ordered: Floats, count: int, x: float, tolerance: float) -> None:
    """Takes out the last of ``count`` ascending values that is not above x; the first where all are."""
    place = max(0, window_upto(ordered, count, x, tolerance) - 1)
    for k in range(place, count - 1):
        ordered[k] = ordered[k + 1]


@kernel
def window_below(ordered: Floats, count: int, x: float, tolerance: float) -> int:
    """How many of ``count`` ascending values are below x."""
    low = 0
    high = count
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] - x < -tolerance:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def window_upto(ordered: Floats, count: int, x: float, tolerance: float) -> int:
    """How many of ``count`` ascending values are not above x."""
    low = 0
    high = count
    while low < high:
        middle = (low + high) // 2
        if x - ordered[middle] < -tolerance:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def window_median(s: Floats, log: Floats, ordered: Floats, stamp: Floats, x: float, length: float, size: int) -> float:
    """Middle of the last ``length`` values that are not na, between two of them their mean; na gives na."""
    if not length >= 1.0:
        return math.nan
    n = int(length)
    count = window_order(s, log, ordered, stamp, x, n, size, 0.0, True)
    if x != x or count < n:
        return math.nan
    half = n // 2
    return ordered[half] if n % 2 == 1 else (ordered[half - 1] + ordered[half]) / 2.0


@kernel
def window_mode(s: Floats, log: Floats, ordered: Floats, stamp: Floats, x: float, length: float, size: int) -> float:
    """The most frequent of the last ``length`` executions, of several the least; na is passed over and gives na."""
    if not length >= 1.0:
        return math.nan
    count = window_order(s, log, ordered, stamp, x, int(length), size, 0.0, False)
    if x != x or s[0] < int(length):
        return math.nan
    found = ordered[0]
    most = 0
    run = 0
    for k in range(count):
        run = run + 1 if k > 0 and ordered[k] == ordered[k - 1] else 1
        if run > most:
            most = run
            found = ordered[k]
    return found


@kernel
def window_percentile(
    s: Floats, log: Floats, ordered: Floats, stamp: Floats, x: float, length: float, part: float, size: int
) -> float:
    """The value at or above ``part`` percent of the last ``length`` executions; na counts as greater than all.

    A part that is na counts as 0, one outside 0 to 100 gives na, and so does an execution with na.
    """
    if not length >= 1.0:
        return math.nan
    n = int(length)
    count = window_order(s, log, ordered, stamp, x, n, size, TOLERANCE, False)
    share = part if part == part else 0.0
    if x != x or s[0] < n or share < 0.0 or share > 100.0:
        return math.nan
    whole = share * n / 100.0
    rank = max(1, min(int(whole) + (1 if whole > ffloor(whole) else 0), n))
    return ordered[rank - 1] if rank <= count else math.nan


@kernel
def window_interpolated(
    s: Floats, log: Floats, ordered: Floats, stamp: Floats, x: float, length: float, part: float, size: int
) -> float:
    """Percentile between the two nearest of the last ``length`` executions; na where one is missing or part is na.

    The place is length * part / 100 + 0.5, counted from 1 (PyneCore: a sweep over parts).
    """
    if not length >= 1.0:
        return math.nan
    n = int(length)
    count = window_order(s, log, ordered, stamp, x, n, size, TOLERANCE, False)
    if x != x or s[0] < n or not (part >= 0.0 and part <= 100.0):
        return math.nan
    place = n * part / 100.0 + 0.5
    near = ffloor(place + 0.5)
    if abs(place - near) < SNAP:
        place = near
    if place <= 1.0:
        return ordered[0]
    if place >= n:
        return ordered[count - 1] if count == n else math.nan
    lower = int(place)
    above = place - lower
    if above == 0.0:
        return ordered[lower - 1] if lower <= count else math.nan
    if count < n:
        return math.nan
    return ordered[lower - 1] * (1.0 - above) + ordered[lower] * above


@kernel
def window_rank(s: Floats, log: Floats, ordered: Floats, stamp: Floats, x: float, length: float, size: int) -> float:
    """Percent of the ``length`` executions before this one that are not above it; na among them does not count."""
    if not length >= 1.0:
        return math.nan
    n = min(int(length), size)
    count = window_order(s, log, ordered, stamp, x, n + 1, size, 0.0, False)
    if x != x or s[0] < n + 1 or length > size:
        return math.nan
    return (window_upto(ordered, count, x, TOLERANCE) - 1) * 100.0 / n
