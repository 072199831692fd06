"""What candidates are ranked by: weighted criteria, each as a place among all candidates.

Measured on search and selection, never on the locked part. Places instead of values make criteria of different units
addable and keep one lucky outlier from deciding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.results import Candidate, CriterionScore, PartResult
from pinewright.optimize.statistics import sharpe, t_statistic


@dataclass(frozen=True)
class Criterion:
    """One criterion: larger ``measure`` is better, NaN counts as worst. ``meaning`` is shown in the report."""

    name: str
    weight: float
    meaning: str
    measure: Callable[[Candidate], float]


def _winning_days(candidate: Candidate) -> float:
    daily = np.concatenate([candidate.search.daily, candidate.selection.daily])
    active = daily[daily != 0]
    return float(np.mean(active > 0)) if len(active) else math.nan


def _cost_cushion(candidate: Candidate) -> float:
    metrics = candidate.selection.metrics
    cost = metrics.get("commission_paid")
    return (metrics.get("net_profit") + cost) / cost if cost > 0 else metrics.get("net_profit")


def _worse_part(candidate: Candidate) -> float:
    found = [sharpe(part.daily) for part in (candidate.search, candidate.selection)]
    return math.nan if any(math.isnan(value) for value in found) else min(found)


def _plateau(candidate: Candidate) -> float:
    # A set without neighbours (switches only) is neither peak nor plateau: its own score stands.
    return candidate.score if math.isnan(candidate.plateau) else candidate.plateau


def _negative_drawdown(part: PartResult) -> float:
    return -abs(part.metrics.get("max_drawdown"))


CRITERIA: Final = (
    Criterion("profit", 0.15, "net profit in the selection part", lambda one: one.selection.net_profit),
    Criterion(
        "risk_reward",
        0.10,
        "profit factor in the selection part: money won over money lost",
        lambda one: min(one.selection.metrics.get("profit_factor"), 10.0),
    ),
    Criterion("consistency", 0.10, "share of winning days among the days with a result", _winning_days),
    Criterion(
        "drawdown", 0.10, "smallest drawdown in the selection part", lambda one: _negative_drawdown(one.selection)
    ),
    Criterion(
        "confidence",
        0.20,
        "confidence of the signal: t-statistic of daily profit in the selection part, until signals carry their own",
        lambda one: t_statistic(one.selection.daily),
    ),
    Criterion(
        "out_of_sample_robustness",
        0.20,
        "daily Sharpe ratio of the worse of search and selection part",
        _worse_part,
    ),
    Criterion("plateau", 0.10, "mean score of neighbouring settings: a plateau, not a peak", _plateau),
    Criterion("cost_cushion", 0.05, "profit before costs over costs", _cost_cushion),
)

UNAVAILABLE: Final = ("visual confirmation: no model looks at charts yet, so it is left out and not guessed",)


def rank(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Candidates with their criteria filled in, best first: those with enough trades, then by weighted mean of places;
    equal ones by family and parameters, so that the order is always the same.
    """
    if not candidates:
        return ()
    values = np.array([[criterion.measure(one) for criterion in CRITERIA] for one in candidates], dtype=np.float64)
    places = np.stack([_places(values[:, index]) for index in range(len(CRITERIA))], axis=1)
    weights = np.array([criterion.weight for criterion in CRITERIA])
    totals = places @ weights / weights.sum()
    ranked = [
        replace(
            candidate,
            criteria=tuple(
                CriterionScore(criterion.name, float(value), float(place), criterion.weight)
                for criterion, value, place in zip(CRITERIA, row, row_places, strict=True)
            ),
            rank_score=round(float(total), 12),
        )
        for candidate, row, row_places, total in zip(candidates, values, places, totals, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda one: (not one.enough_trades, -one.rank_score, one.key)))


def _places(values: FloatArray) -> FloatArray:
    """Share of the others that each value beats, ties counted half; NaN beats nobody."""
    known = np.where(np.isnan(values), -np.inf, values)
    if len(known) < 2:
        return np.full(len(known), 0.5)
    below = np.sum(known[None, :] < known[:, None], axis=1)
    equal = np.sum(known[None, :] == known[:, None], axis=1) - 1
    return np.asarray((below + 0.5 * equal) / (len(known) - 1), dtype=np.float64)
