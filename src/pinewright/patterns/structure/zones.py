"""Prices at which swings gather, and lines on which they lie: support, resistance, trend lines."""

from __future__ import annotations

import math

from pinewright.machine.kernel import Floats, kernel
from pinewright.patterns.structure.setup import Setup, lines, remember, score
from pinewright.patterns.structure.swings import SWINGS, Swings, balanced
from pinewright.pine.compiler.runtime.arithmetic import pine_le


@kernel(inline=True)
def zone(s: Setup, w: Swings, p: Floats, atr: float, i: float, kind: int, beyond: float) -> None:
    """Lows at one price: the newest and those of the four before it that lie within the tolerance of it, back to the
    first that lies deeper. The same of highs.

    p: length, tolerance in ATR, least number of touches. The level is the mean of the touches. kind: -1 for a support,
    1 for a resistance. beyond: so many tolerances below the level lies the line that breaks.
    """
    band = p[1] * atr
    total = 0.0
    touches = 0.0
    oldest = 0
    whole = True
    for k in range(0, SWINGS, 2):
        outside = kind * (w.price[k] - w.price[0])
        whole = whole and pine_le(outside, band)
        if whole and pine_le(-band, outside):
            total = total + w.price[k]
            touches = touches + 1.0
            oldest = k
    if w.turn == kind and touches >= p[2]:
        level = total / touches
        remember(s, w, i, oldest + 1, score(abs(level - w.price[0]), band, touches, p[2]))
        lines(s, level - beyond * band, 0.0, math.nan, 0.0)
        s.band = band


@kernel(inline=True)
def rising_line(s: Setup, w: Swings, p: Floats, atr: float, i: float) -> None:
    """Three lows on one rising line: through the outer two, with the middle one beside it.

    p: length, tolerance of the middle touch in ATR, least rise from end to end in ATR.
    """
    slope = (w.price[0] - w.price[4]) / (w.bar[0] - w.bar[4])
    miss = abs(w.price[2] - (w.price[0] - slope * (w.bar[0] - w.bar[2])))
    rise = w.price[0] - w.price[4]
    if w.turn == -1 and pine_le(miss, p[1] * atr) and pine_le(p[2] * atr, rise) and balanced(w):
        remember(s, w, i, 5, score(miss, p[1] * atr, rise, p[2] * atr))
        lines(s, w.price[0], slope, math.nan, 0.0)
