"""A steep fall, then a short rest against it: bear flag and bear pennant. Bullish ones are the same in the mirror."""

from __future__ import annotations

from typing import Final

from pinewright.machine.kernel import Floats, kernel
from pinewright.patterns.structure.setup import Setup, lines, remember, score
from pinewright.patterns.structure.swings import Swings
from pinewright.pine.compiler.runtime.arithmetic import pine_le, pine_lt, pine_max

LONGEST: Final = 3.0
"""A rest lasts at most so many times as long as the pole."""
DRIFT: Final = 0.05
"""A flag's lines may run with the pole by this share of it."""
SKEW: Final = 0.2
"""A flag's lines are parallel where one gains no more of the pole than the other by this share."""


@kernel(inline=True)
def rest(s: Setup, w: Swings, p: Floats, atr: float, i: float, pennant: bool) -> None:
    """The pole falls from the fifth swing to the fourth; the last four swings rest.

    p: length, least height of the pole in ATR, largest share of the pole that the rest may take back. The lower line of
    the rest breaks; a close above its upper line is a failure.
    """
    pole = w.price[4] - w.price[3]
    width = w.bar[0] - w.bar[3]
    steep = pine_le(p[1] * atr, pole) and width <= LONGEST * (w.bar[3] - w.bar[4])
    back = pine_max(w.price[0], w.price[2]) - w.price[3]
    slope = (w.price[0] - w.price[2]) / (w.bar[0] - w.bar[2])
    other = (w.price[1] - w.price[3]) / (w.bar[1] - w.bar[3])
    climb = slope * width
    lift = other * width
    lower = w.price[1] + other * (w.bar[0] - w.bar[1])
    if pennant:
        shaped = pine_lt(climb, -DRIFT * pole) and pine_lt(DRIFT * pole, lift) and pine_lt(lower, w.price[0])
    else:
        against = pine_le(-DRIFT * pole, climb) and pine_le(-DRIFT * pole, lift)
        shaped = against and pine_le(abs(climb - lift), SKEW * pole)
    if w.turn == 1 and steep and shaped and pine_le(back, p[2] * pole):
        remember(s, w, i, 5, score(back, p[2] * pole, pole, p[1] * atr))
        lines(s, lower, other, w.price[0], slope)
