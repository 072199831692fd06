"""Which of the ranked are delivered: the best that differ, in family and in their days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.results import Candidate

EVEN: Final = 0.005
"""Rank scores that differ by less are a tie: a report shows them as the same number."""

_RULES: Final = (
    # most of one family, highest correlation of daily profits, what to say when it had to be used
    (2, 0.7, ""),
    (10**9, 0.7, "more than two of one family, for lack of others"),
    (10**9, 0.95, "its daily profits resemble those of a better one, for lack of others"),
    (10**9, math.inf, "next best without regard to likeness, for lack of others"),
)


def choose(ranked: Sequence[Candidate], most: int = 5) -> list[tuple[Candidate, str]]:
    """The best ``most`` that differ, each with the rule that had to give way ("" when none).

    In order of rank: at most two of a family, and a correlation of daily profits over search and selection below 0.7
    with each one chosen before. When that leaves fewer than ``most``, the rules are relaxed one by one (``_RULES``), so
    that five are delivered whenever five parameter sets exist. Ties (``EVEN``) go to the one that differs most from
    those chosen before, by its highest correlation with any of them; the first place is that of the best rank.
    """
    chosen: list[int] = []
    words: list[str] = []
    likeness = _likeness(ranked)
    for most_of_family, highest, word in _RULES:
        while len(chosen) < most:
            fit = [
                place
                for place in range(len(ranked))
                if place not in chosen
                and _nearest(likeness, place, chosen) < highest
                and sum(ranked[other].family == ranked[place].family for other in chosen) < most_of_family
            ]
            if not fit:
                break
            ties = [place for place in fit if _tie(ranked[fit[0]], ranked[place])]
            chosen.append(min(ties, key=lambda place: (_nearest(likeness, place, chosen), place)))
            words.append(word)
    return [(ranked[place], word) for place, word in zip(chosen, words, strict=True)]


def correlation(left: FloatArray, right: FloatArray) -> float:
    """Of two series of daily profits; 1 when neither ever moves (both do nothing), 0 when one does not.

    Daily returns on the initial capital differ from daily profits by one factor, so their correlation is the same.
    """
    size = min(len(left), len(right))
    if size == 0:
        return 1.0
    a, b = left[:size] - np.mean(left[:size]), right[:size] - np.mean(right[:size])
    scale = math.sqrt(float(a @ a) * float(b @ b))
    if scale == 0:
        return 1.0 if not a.any() and not b.any() else 0.0
    return float(a @ b) / scale


def _likeness(ranked: Sequence[Candidate]) -> list[list[float]]:
    """Correlation of the daily profits of each two candidates [C, C]."""
    series = [np.concatenate([one.search.daily, one.selection.daily]) for one in ranked]
    found = [[1.0] * len(series) for _ in series]
    for row, left in enumerate(series):
        for column in range(row):
            found[row][column] = found[column][row] = correlation(left, series[column])
    return found


def _nearest(likeness: list[list[float]], place: int, chosen: Sequence[int]) -> float:
    return max((likeness[place][other] for other in chosen), default=-1.0)


def _tie(best: Candidate, other: Candidate) -> bool:
    return best.enough_trades == other.enough_trades and best.rank_score - other.rank_score < EVEN
