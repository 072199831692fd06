"""The rolling sum on which most means stand, and room in a log that is full."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, kernel


@kernel(inline=True)
def window_room(log: Floats, seen: int, n: int, size: int) -> int:
    """Where the next value goes in a log of size + 1 places that holds ``seen`` values.

    Only code that runs more than once on a bar fills a log: then the last values move to its front, at least n of them
    where there are so many places.
    """
    return seen if seen <= size else window_moved(log, seen, n, size)


@kernel(inline=False)
def window_moved(log: Floats, seen: int, n: int, size: int) -> int:
    """The last values at the front of a full log, and how many."""
    keep = min(max(n, size // 2), size)
    for k in range(keep):
        log[k] = log[seen - keep + k]
    return keep


@kernel(inline=True)
def window_sum(s: Floats, log: Floats, stored: Floats, x: float, length: float, size: int) -> float:
    """Sum of the last ``length`` values that are not na, by the accumulator measured on TradingView.

    One step takes out what was stored ``length`` values ago and adds the new value, carrying the rounding error along;
    where adding the carried error to the new value would round down, the sum is built anew from the window, newest
    value first. (Law: PyneCore, over 27,800 bars; tests/indicators.) na keeps the window and gives its sum; of length
    1 it gives na.

    s[0] sum, s[1] carried error, s[2] count of values, s[3] the length before; log holds values, stored what was added.
    """
    n = max(1, int(length))
    count = int(s[2])
    seen = window_room(log, count, n, size)
    if seen != count:
        window_room(stored, count, n, size)
    if x == x:
        log[seen] = x
        carried = abs(s[1])
        shifted = x + carried
        anew = carried != 0.0 and x != 0.0 and shifted != 0.0 and carried - (shifted - x) > 0.0
        if anew or s[3] != n:
            s[0] = window_rebuild(log, stored, seen, n, s[3] != n)
            s[1] = 0.0
            s[3] = n
        else:
            oldest = stored[seen - n] if seen >= n else 0.0
            out = -oldest - s[1]
            middle = s[0] + out
            new = x - ((middle - s[0]) - out)
            s[0] = middle + new
            s[1] = (s[0] - middle) - new
            stored[seen] = new
        seen = seen + 1
        s[2] = seen
    elif s[3] != n and seen > 0:
        s[0] = window_rebuild(log, stored, seen - 1, n, True)
        s[1] = 0.0
        s[3] = n
    if not (length >= 1.0 and seen >= n):
        return math.nan
    return s[0] if n > 1 else x


@kernel(inline=False)
def window_rebuild(log: Floats, stored: Floats, seen: int, n: int, raw: bool) -> float:
    """The sum of the last n values with the newest first; a window of another length than before is stored ``raw``.

    Apart and without the state, so that the state of a column stays in registers on the bars that rebuild nothing.
    """
    first = max(0, seen + 1 - n)
    total = 0.0
    for k in range(seen, first - 1, -1):
        total = log[k] + total
    if raw:
        for k in range(first, seen):
            stored[k] = log[k]
    stored[seen] = log[seen]
    return total
