"""Successive halving over the length of the data: many sets on a short stretch, the better ones on longer ones.

Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2016). A stretch is
the beginning of the part, because the engine runs a script from the first bar on: only what lies behind it is saved.
The last rung is the part itself; figures of a shorter one decide who goes on and are then forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.optimize.split import Part

SHARE: Final = 3
"""A rung is so many times as long as the one before it, and one in so many sets goes on."""
_FEWEST_DAYS: Final = 40
_FEWEST_BARS: Final = 5_000
"""A shorter stretch ranks by luck, and costs as much to start as to run."""
_WORTH: Final = 0.8
"""Halving must take at most this share of the work of running all sets in full."""


@dataclass(frozen=True)
class Rung:
    """``sets`` parameter sets over ``part``; a shorter part is a beginning of the whole one."""

    part: Part
    sets: int


def ladder(part: Part, sets: int) -> tuple[Rung, ...]:
    """The rungs for ``sets`` parameter sets, the full part last; that one alone where halving saves too little."""
    rungs = [Rung(part, sets)]
    length, days = part.last - part.first, part.days
    shorter = []
    while length // SHARE >= _FEWEST_BARS and days // SHARE >= _FEWEST_DAYS:
        length, days = length // SHARE, days // SHARE
        shorter.append((length, days))
    for number in range(len(shorter), 0, -1):
        parts = [_beginning(part, *one) for one in reversed(shorter[:number])] + [part]
        counts = [max(1, sets // SHARE**place) for place in range(len(parts))]
        work = sum(count * one.last for count, one in zip(counts, parts, strict=True))
        if work <= _WORTH * sets * part.last:
            return tuple(Rung(one, count) for one, count in zip(parts, counts, strict=True))
    return tuple(rungs)


def _beginning(part: Part, length: int, days: int) -> Part:
    # Its border may lie inside a trading day: that day counts in part, for every set alike.
    end = part.start + round((part.end - part.start) * length / (part.last - part.first))
    return Part(part.name, part.first, part.first + length, part.start, end, days)
