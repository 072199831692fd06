"""The numbers of a ladder of labels: an arithmetic sequence, so a digit that one label doubts the others tell.

All sequences that a label's likely digits and a step allow are tried, and the one is taken under which the glyphs of
all labels are likeliest. It must be clearly likelier than any other, and three labels at least must show it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture.scale.alike import compared
from pinewright.patterns.picture.scale.labels import Label
from pinewright.patterns.picture.scale.spacing import LEAST_LABELS, Ladder

LEAST_MARGIN: Final = 4.0
"""Natural logarithm of how much likelier a sequence is than the next one at least, over all labels."""
LEAST_EACH: Final = 0.5
"""The same for the mean label: what many labels doubt in the same way is no clearer for their number."""
LEAST_SHARE: Final = 0.6
"""Share of the labels of a ladder that show the sequence at least."""
FLOOR: Final = -6.0
"""Logarithm of a digit's chance at least: one broken glyph does not outweigh the others."""
LEAST_PLAIN: Final = 0.35
"""The same before the digits of the picture have been compared with each other."""
SURE_EACH: Final = 1.5
"""With so much after it, nothing is asked of the margin before."""
NOT_ROUND: Final = -2.5
"""For each label of a sequence whose numbers are no multiples of its step."""
NOT_NICE: Final = -1.0
"""For each label where the step is other than 1, 2, 2.5 or 5 times a power of ten."""
BEAM: Final = 24
"""Likely numbers of a label that are tried."""


@dataclass(frozen=True)
class Progression:
    """Numbers of labels in units of the last decimal: ``first - rung * step``. agree [n]: labels that show it."""

    first: int
    step: int
    agree: BoolArray
    margin: float


def progression_of(labels: Sequence[Label], ladder: Ladder) -> Progression | None:
    """The sequence that the labels of a ladder show; None where they show none, or not clearly."""
    chosen = [labels[place] for place in ladder.place.tolist()]
    plain = _best(chosen, ladder.rung)
    if plain is None or plain.agree.sum() < LEAST_LABELS or plain.agree.mean() < LEAST_SHARE:
        return None
    shown = [_digits(label, plain.first - rung * plain.step) for label, rung in _pairs(chosen, ladder.rung)]
    told = _best(compared(chosen, shown), ladder.rung)
    if told is None or (told.first, told.step) != (plain.first, plain.step) or told.first % _unit(told.step):
        return None
    clear = plain.margin >= LEAST_PLAIN * len(chosen) or told.margin >= SURE_EACH * len(chosen)
    return told if clear and told.margin >= max(LEAST_MARGIN, LEAST_EACH * len(chosen)) else None


def _unit(step: int) -> int:
    """The power of ten that a step is a multiple of: below it all numbers of a round scale have zeros."""
    unit = 1
    while step % (10 * unit) == 0:
        unit *= 10
    return unit


def _best(chosen: Sequence[Label], rungs: IntArray) -> Progression | None:
    """The likeliest sequence, however clear."""
    starts = _starts(chosen, rungs)
    best: tuple[float, int, int] | None = None
    second = -np.inf
    for step in _steps(chosen, rungs):
        first = np.unique(np.concatenate([values + rung * step for values, rung in starts]))
        score = _scores(chosen, rungs, first, step) + len(chosen) * _prior(first, step)
        order = np.argsort(score)
        if best is None or score[order[-1]] > best[0]:
            second = max(second, -np.inf if best is None else best[0])
            best = float(score[order[-1]]), int(first[order[-1]]), step
        else:
            second = max(second, float(score[order[-1]]))
        if len(order) > 1:
            second = max(second, float(score[order[-2]]))
    if best is None:
        return None
    second = max(second, _shifted(chosen, rungs, best))
    agree = np.array([_shows(label, best[1] - rung * best[2]) for label, rung in _pairs(chosen, rungs)])
    return Progression(best[1], best[2], agree, best[0] - second)


def _pairs(labels: Sequence[Label], rungs: IntArray) -> list[tuple[Label, int]]:
    return list(zip(labels, rungs.tolist(), strict=True))


def _starts(labels: Sequence[Label], rungs: IntArray) -> list[tuple[IntArray, int]]:
    """Likely numbers of each label, with its rung."""
    return [(_likely(label), rung) for label, rung in _pairs(labels, rungs)]


def _likely(label: Label, most: int = BEAM) -> IntArray:
    """The likeliest numbers of a label, the best first."""
    values, scores = np.zeros(1, dtype=np.int64), np.zeros(1)
    for chances in label.chances:
        values = (10 * values[:, None] + np.arange(10)).ravel()
        scores = (scores[:, None] + chances).ravel()
        kept = np.argsort(-scores, kind="stable")[:most]
        values, scores = values[kept], scores[kept]
    return values


def _steps(labels: Sequence[Label], rungs: IntArray) -> list[int]:
    """Round steps, and those between likely numbers of neighbours."""
    longest = max(len(label.chances) for label in labels)
    found = {
        round(factor * 10**power)
        for power in range(longest)
        for factor in (1.0, 2.0, 2.5, 5.0)
        if factor * 10**power >= 1 and (factor * 10**power) % 1 == 0
    }
    near = [_likely(label, 3) for label in labels]
    for one, other, gap in zip(near[:-1], near[1:], np.diff(rungs).tolist(), strict=True):
        for difference in (one[:, None] - other[None, :]).ravel().tolist():
            if difference > 0 and difference % gap == 0:
                found.add(difference // gap)
    return sorted(found)


def _is_nice(step: int) -> bool:
    while step % 10 == 0:
        step //= 10
    return step in (1, 2, 5, 25)


def _prior(first: IntArray, step: int) -> FloatArray:
    return np.where(first % step == 0, 0.0, NOT_ROUND) + (0.0 if _is_nice(step) else NOT_NICE)


def _scores(labels: Sequence[Label], rungs: IntArray, first: IntArray, step: int) -> FloatArray:
    """Logarithm of the chance of all labels for each first number [n]."""
    total = np.zeros(len(first))
    for label, rung in _pairs(labels, rungs):
        total += _score(label, first - rung * step)
    return total


def _score(label: Label, values: IntArray) -> FloatArray:
    count = len(label.chances)
    digits = values[:, None] // 10 ** np.arange(count - 1, -1, -1) % 10
    chances = np.maximum(label.chances[np.arange(count), digits], FLOOR).sum(axis=1)
    return np.where(_fits(label, values), chances, FLOOR * count)


def _fits(label: Label, values: IntArray) -> BoolArray:
    """Whether a number has as many digits as the label: no more, and no zero before others unless a decimal follows."""
    count = len(label.chances)
    least = 0 if count == min(label.decimals) + 1 else 10 ** (count - 1)
    return np.asarray((values >= least) & (values < 10**count))


def _shifted(labels: Sequence[Label], rungs: IntArray, best: tuple[float, int, int]) -> float:
    """The best score of the same sequence with one digit changed in all labels."""
    _, first, step = best
    longest = max(len(label.chances) for label in labels)
    change = (np.arange(-9, 10)[:, None] * 10 ** np.arange(longest)).ravel()
    others = first + change[change != 0]
    return float((_scores(labels, rungs, others, step) + len(labels) * _prior(others, step)).max())


def _digits(label: Label, value: int) -> IntArray:
    """The digits of a number at the places of a label [n]."""
    return value // 10 ** np.arange(len(label.chances) - 1, -1, -1) % 10


def _shows(label: Label, value: int) -> bool:
    """Whether a label's own glyphs are this number's: all but one, and that one not far from it."""
    if not bool(_fits(label, np.array([value]))[0]):
        return False
    count = len(label.chances)
    own = label.chances[np.arange(count), _digits(label, value)]
    off = label.chances.max(axis=1) - own
    return bool((off > 0).sum() <= max(1, count // 5) and off.max() <= -FLOOR)
