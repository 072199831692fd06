"""Labels at equal distances: which of them stand on one ladder of rows, and on which rung."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray

LEAST_LABELS: Final = 3
TOLERANCE: Final = 1.3
"""Rows that a label may lie off its rung: text is set on whole rows."""
_FARTHEST: Final = 3
"""Labels are paired with so many of those below them, and these may be so many rungs away."""


@dataclass(frozen=True)
class Ladder:
    """place [n]: indices of labels, from the top; rung [n]: which rung each stands on, 0 for the first; step: rows from
    rung to rung.
    """

    place: IntArray
    rung: IntArray
    step: float


def ladders(rows: Sequence[float], least_step: float, most: int = 4) -> list[Ladder]:
    """Up to ``most`` ladders without a label in common, the one with most labels first. rows: rising.

    least_step: rows from label to label at least; a label is higher than nothing.
    """
    left = np.arange(len(rows))
    array = np.asarray(rows, dtype=np.float64)
    found: list[Ladder] = []
    while len(found) < most and len(left) >= LEAST_LABELS:
        best = _best(array[left], least_step)
        if best is None:
            break
        found.append(Ladder(left[best.place], best.rung, best.step))
        left = np.setdiff1d(left, found[-1].place)
    return found


def _best(rows: FloatArray, least_step: float) -> Ladder | None:
    best: Ladder | None = None
    for one in range(len(rows)):
        for other in range(one + 1, min(len(rows), one + 1 + _FARTHEST)):
            for rungs in range(1, _FARTHEST + 1):
                step = (rows[other] - rows[one]) / rungs
                if step < least_step:
                    break
                ladder = _grown(rows, rows[one], step)
                if ladder is not None and (best is None or _order(ladder) > _order(best)):
                    best = ladder
    return best


def _order(ladder: Ladder) -> tuple[int, int, float]:
    """Empty rungs count against a ladder: labels of two panes stand on one of many rungs."""
    count = len(ladder.place)
    return 2 * count - (int(ladder.rung[-1]) + 1), count, ladder.step


def _grown(rows: FloatArray, start: float, step: float) -> Ladder | None:
    """The ladder through two labels, adjusted to the labels that it meets, outwards; None for too few."""
    slope, base, reach = step, start, 3.0
    on = np.zeros(len(rows), dtype=np.bool_)
    rung = np.zeros(len(rows), dtype=np.int64)
    for _ in range(6):
        rung = np.round((rows - base) / slope).astype(np.int64)
        off = np.abs(rows - base - rung * slope)
        on = (off <= min(TOLERANCE, 0.2 * step)) & (np.abs(rows - start) <= reach * step)
        if len(np.unique(rung[on])) < 2:
            return None
        slope, base = (float(value) for value in np.polyfit(rung[on], rows[on], 1))
        reach *= 2.0
    place = np.flatnonzero(on)
    place = place[np.unique(rung[place], return_index=True)[1]]
    if len(place) < LEAST_LABELS:
        return None
    return Ladder(place, rung[place] - rung[place[0]], slope)
