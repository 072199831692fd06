"""Tops that fail: double top, triple top, head and shoulders. Bottoms are the same in the mirror."""

from __future__ import annotations

from pinewright.machine.kernel import Floats, kernel
from pinewright.patterns.structure.setup import Setup, lines, remember, score
from pinewright.patterns.structure.swings import Swings, balanced
from pinewright.pine.compiler.runtime.arithmetic import pine_le, pine_lt, pine_max, pine_min


@kernel(inline=True)
def double_top(s: Setup, w: Swings, p: Floats, atr: float, i: float) -> None:
    """Two highs at one price, the low between them deep enough, and a rise from below that low before them.

    p: length, tolerance and height in ATR. The line is the low between; a close above both highs is a failure.
    """
    uneven = abs(w.price[0] - w.price[2])
    depth = (w.price[0] + w.price[2]) / 2.0 - w.price[1]
    even = pine_le(uneven, p[1] * atr)
    deep = pine_le(p[2] * atr, depth)
    if w.turn == 1 and even and deep and pine_lt(w.price[3], w.price[1]):
        remember(s, w, i, 4, score(uneven, p[1] * atr, depth, p[2] * atr))
        lines(s, w.price[1], 0.0, pine_max(w.price[0], w.price[2]), 0.0)


@kernel(inline=True)
def triple_top(s: Setup, w: Swings, p: Floats, atr: float, i: float) -> None:
    """Three highs at one price, both lows between them deep enough, and a rise from below those lows before them.

    p: length, tolerance and height in ATR. The line is the deeper low; a close above all highs is a failure.
    """
    highest = pine_max(pine_max(w.price[0], w.price[2]), w.price[4])
    lowest = pine_min(pine_min(w.price[0], w.price[2]), w.price[4])
    neck = pine_min(w.price[1], w.price[3])
    depth = lowest - pine_max(w.price[1], w.price[3])
    even = pine_le(highest - lowest, p[1] * atr)
    deep = pine_le(p[2] * atr, depth)
    if w.turn == 1 and even and deep and pine_lt(w.price[5], neck):
        remember(s, w, i, 6, score(highest - lowest, p[1] * atr, depth, p[2] * atr))
        lines(s, neck, 0.0, highest, 0.0)


@kernel(inline=True)
def head_and_shoulders(s: Setup, w: Swings, p: Floats, atr: float, i: float) -> None:
    """A high between two lower ones of about one price, over a neck line that is nearly flat, after a rise.

    p: length, tolerance in ATR (of the shoulders' prices, and of the two lows'), height of the head over the neck line
    in ATR. Shoulders are 0.3 to 0.8 of the head. The line runs through both lows; a close above both shoulders is a
    failure.
    """
    neck = (w.price[1] + w.price[3]) / 2.0
    head = w.price[2] - neck
    shoulders = (w.price[0] + w.price[4]) / 2.0 - neck
    uneven = abs(w.price[0] - w.price[4])
    tilt = abs(w.price[1] - w.price[3])
    even = pine_le(uneven, p[1] * atr) and pine_le(tilt, p[1] * atr)
    tall = pine_le(p[2] * atr, head) and pine_le(0.3 * head, shoulders) and pine_le(shoulders, 0.8 * head)
    rise = pine_lt(w.price[5], pine_min(w.price[1], w.price[3]))
    if w.turn == 1 and even and tall and balanced(w) and rise:
        slope = (w.price[1] - w.price[3]) / (w.bar[1] - w.bar[3])
        remember(s, w, i, 6, score(pine_max(uneven, tilt), p[1] * atr, head, p[2] * atr))
        lines(s, w.price[1] + slope * right_of(w), slope, pine_max(w.price[0], w.price[4]), 0.0)


@kernel(inline=True)
def right_of(w: Swings) -> float:
    """Bars from the second newest swing to the newest."""
    return w.bar[0] - w.bar[1]
