"""Swing points: confirmed pivots, strung into a zigzag of highs and lows in turn."""

from __future__ import annotations

from typing import Final

from pinewright.machine.kernel import Floats, Struct, floats, kernel
from pinewright.pine.compiler.runtime.arithmetic import pine_lt

SWINGS: Final = 10
"""So many of the last swings are remembered."""


class Swings(Struct):
    """The last swings, the newest first: ``price`` and ``bar`` (NaN where there are none yet).

    kind: 1 where the newest is a high, -1 a low, 0 at the start. turn: the same on a bar on which the newest came or
    moved, else 0. A swing is known ``length`` bars after its own bar.
    """

    kind: int
    turn: int
    price: Floats = floats(SWINGS)
    bar: Floats = floats(SWINGS)


BALANCE: Final = 2.5
"""Neither half of a balanced shape is longer than the other by more than this factor."""


@kernel(inline=True)
def balanced(w: Swings) -> bool:
    """Whether the third of the last five swings, counted in bars, lies near enough to the middle."""
    right = w.bar[0] - w.bar[2]
    left = w.bar[2] - w.bar[4]
    return right <= BALANCE * left and left <= BALANCE * right


@kernel(inline=True)
def swing_step(w: Swings, top: float, bottom: float, bar: float) -> None:
    """Take in the pivots that became known on this bar (NaN for none); both lie at ``bar``.

    A pivot of the other kind is the next swing. One of the same kind replaces the newest swing where it lies further
    out. A bar that is both is taken as the one that alternates; as the very first it tells no order and is left out.
    """
    w.turn = 0
    high = top == top and (bottom != bottom or w.kind == -1)
    low = bottom == bottom and (top != top or w.kind == 1)
    if not (high or low):
        return
    kind = 1 if high else -1
    price = top if high else bottom
    if kind != w.kind:
        for k in range(SWINGS - 1, 0, -1):
            w.price[k] = w.price[k - 1]
            w.bar[k] = w.bar[k - 1]
    elif not pine_lt(kind * w.price[0], kind * price):
        return
    w.price[0] = price
    w.bar[0] = bar
    w.kind = kind
    w.turn = kind
