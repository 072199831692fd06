"""What candidates are ranked by: weighted criteria, each as a place among all candidates.

Measured on search and selection, never on the locked part. Places instead of values make criteria of different units
addable and keep one lucky outlier from deciding. A criterion that nothing can measure is left out by name and reason,
and the weights of the others grow to one: a guess in its place would be a figure that nobody measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.errors import SettingsError, unknown_name_hint
from pinewright.market import FloatArray
from pinewright.optimize.results import Candidate, CriterionScore, PartResult
from pinewright.optimize.statistics import sharpe, t_statistic

Measure = Callable[[Candidate], float]
Source = Callable[[Sequence[Candidate]], FloatArray]
"""A measure of all candidates at once, [C], so that they may share work."""


@dataclass(frozen=True)
class Criterion:
    """One criterion: larger ``measure`` is better, NaN counts as worst. ``meaning`` is shown in the report.

    weight: its share by default; weights need not add up to one. measure: None where only another room can measure it.
    absent: what is said then.
    """

    name: str
    weight: float
    meaning: str
    measure: Measure | None = None
    absent: str = ""


@dataclass(frozen=True)
class Ranking:
    """Candidates from best to worst, and what decided.

    used: names and weights, which add up to one, in the order of ``CRITERIA``; left_out: names and reasons.
    """

    candidates: tuple[Candidate, ...]
    used: tuple[tuple[str, float], ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def unavailable(self) -> tuple[str, ...]:
        """What was left out, as phrases for a report."""
        return tuple(f"{name.replace('_', ' ')}: {reason}" for name, reason in self.left_out)


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


KNOWN: Final = (
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
        "visual_confirmation",
        0.10,
        "how far patterns and lines, read from the chart's picture at the entries, point their way: -1 to 1",
        absent="no chart was looked at, so it is left out and not guessed",
    ),
    Criterion("robustness", 0.20, "daily Sharpe ratio of the worse of search and selection part", _worse_part),
    Criterion("plateau", 0.10, "mean score of neighbouring settings: a plateau, not a peak", _plateau),
    Criterion("cost_cushion", 0.05, "profit before costs over costs", _cost_cushion),
)
"""All criteria that weights may name."""

CRITERIA: Final = tuple(criterion for criterion in KNOWN if criterion.measure is not None)
"""Those that a backtest alone can measure."""

UNAVAILABLE: Final = tuple(f"{one.name.replace('_', ' ')}: {one.absent}" for one in KNOWN if one.measure is None)


def parse_weights(text: str) -> Mapping[str, float]:
    """Weights from ``profit=0.3, drawdown=0.2``; SettingsError for anything else. Empty text names none."""
    found: dict[str, float] = {}
    for part in (part.strip() for part in text.split(",")):
        if not part:
            continue
        name, equals, value = (piece.strip() for piece in part.partition("="))
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not equals or math.isnan(number):
            raise SettingsError(
                f"{part!r} is no weight of a criterion", where="weights", hint="write profit=0.3, drawdown=0.2"
            )
        if name in found:
            raise SettingsError(f"{name} is weighed twice", where="weights", hint="name each criterion once")
        found[name] = number
    return _checked(found)


def ranking(
    candidates: Sequence[Candidate],
    weights: Mapping[str, float] | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Ranking:
    """Ranks by the weighted mean of places.

    weights: of some criteria by name; the others keep their default, 0 leaves one out. sources: measures of criteria
    that a backtest lacks, or that replace ours; larger is better. A criterion without a source, or without a figure for
    any candidate, is left out, and the weights of the rest are scaled to add up to one.

    Best first: those with enough trades, then by score; equal ones by family and parameters, so that the order is
    always the same. SettingsError for an unknown name and for weights that are negative or all zero.
    """
    given = _checked(weights or {})
    columns = {one.name: _each(one.measure) for one in KNOWN if one.measure is not None} | dict(sources or {})
    _known(columns)
    asked = {one.name: given.get(one.name, one.weight) for one in KNOWN}
    values: dict[str, FloatArray] = {}
    left_out = []
    for criterion in KNOWN:
        if asked[criterion.name] == 0:
            left_out.append((criterion.name, "its weight is 0"))
        elif criterion.name not in columns:
            left_out.append((criterion.name, criterion.absent))
        else:
            column = columns[criterion.name](candidates)
            if len(column) and np.isnan(column).all():
                left_out.append((criterion.name, "no candidate has a figure for it on these data"))
            else:
                values[criterion.name] = column
    total = sum(asked[name] for name in values)
    if total == 0:
        raise SettingsError(
            "no criterion that has a weight can be measured",
            where="weights",
            hint="; ".join(f"{name}: {reason}" for name, reason in left_out),
        )
    used = tuple((name, round(asked[name] / total, 12)) for name in values)
    return Ranking(_ranked(candidates, values, used), used, tuple(left_out))


def _each(measure: Measure) -> Source:
    return lambda candidates: np.array([measure(one) for one in candidates], dtype=np.float64)


def rank(candidates: Sequence[Candidate], weights: Mapping[str, float] | None = None) -> tuple[Candidate, ...]:
    """The candidates of ``ranking``."""
    return ranking(candidates, weights).candidates


def _ranked(
    candidates: Sequence[Candidate], values: Mapping[str, FloatArray], used: Sequence[tuple[str, float]]
) -> tuple[Candidate, ...]:
    places = {name: _places(column) for name, column in values.items()}
    totals = sum((weight * places[name] for name, weight in used), np.zeros(len(candidates)))
    ranked = [
        replace(
            candidate,
            criteria=tuple(
                CriterionScore(name, float(values[name][row]), float(places[name][row]), weight)
                for name, weight in used
            ),
            rank_score=round(float(totals[row]), 12),
        )
        for row, candidate in enumerate(candidates)
    ]
    return tuple(sorted(ranked, key=lambda one: (not one.enough_trades, -one.rank_score, one.key)))


def _checked(weights: Mapping[str, float]) -> Mapping[str, float]:
    _known(weights)
    for name, weight in weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise SettingsError(f"a weight of {weight:g} for {name}", where="weights", hint="0 or more")
    if not any(weights.get(one.name, one.weight) > 0 for one in KNOWN):
        raise SettingsError("all criteria weigh 0", where="weights", hint="give one of them a weight above 0")
    return weights


def _known(names: Mapping[str, object]) -> None:
    legal = [one.name for one in KNOWN]
    for name in names:
        if name not in legal:
            raise SettingsError(f"unknown criterion {name!r}", where="weights", hint=unknown_name_hint(name, legal))


def _places(values: FloatArray) -> FloatArray:
    """Share of the others that each value beats, ties counted half; NaN beats nobody."""
    known = np.where(np.isnan(values), -np.inf, values)
    if len(known) < 2:
        return np.full(len(known), 0.5)
    ordered = np.sort(known)
    below = np.searchsorted(ordered, known, side="left")
    equal = np.searchsorted(ordered, known, side="right") - below - 1
    return np.asarray((below + 0.5 * equal) / (len(known) - 1), dtype=np.float64)
