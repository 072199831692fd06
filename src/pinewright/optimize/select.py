"""From searches to the five: candidates on a plateau, measured again on the selection part, that differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evaluation import Evaluation, Evaluator
from pinewright.optimize.objective import eligible, minimum_trades
from pinewright.optimize.results import Candidate, PartResult
from pinewright.optimize.sampler import distance, neighbours
from pinewright.optimize.search import SearchResult, SearchSettings
from pinewright.optimize.split import Part, Split

_APART: Final = 0.08
"""Two candidates of a family lie at least this share of some dimension apart: closer ones are the same idea."""

_MOST: Final = 10
"""Candidates of one search, beside those that are asked for by number."""


@dataclass(frozen=True)
class Contest:
    """Candidates of one search and the trials that their neighbourhoods cost; ``ratios``: daily Sharpe ratio of every
    trial on the search part, NaN where it has none.
    """

    candidates: tuple[Candidate, ...]
    extra_trials: int
    ratios: FloatArray


def contest(
    family: str,
    names: tuple[str, ...],
    found: SearchResult,
    evaluator: Evaluator,
    parts: Split,
    settings: SearchSettings,
    most: int = _MOST,
    also: Sequence[int] = (),
) -> Contest:
    """The best ``most`` trials of a search that lie apart, and trials ``also``, with their plateau (search part) and
    selection result.

    The script's own default takes part like any other trial.
    """
    chosen = [*apart(found, most)]
    chosen += [trial for trial in dict.fromkeys(also) if trial >= 0 and trial not in chosen]
    ring = [neighbours(found.space, found.points[index]) for index in chosen]
    plateaus, extra, ratios = _plateaus(found, ring, evaluator, parts.search, settings)
    return Contest(
        tuple(measure(family, names, found, chosen, plateaus, evaluator, parts, settings)),
        extra,
        np.concatenate([daily_ratios(found.evaluation, parts.search.days), ratios]),
    )


def most_neighbours(inputs: int) -> int:
    """Trials that the candidates of one search cost beside it at most: the challenger is one more, and each has two
    neighbours along each of so many ``inputs`` of three values or more.
    """
    return 2 * inputs * (_MOST + 1)


def measure(
    family: str,
    names: tuple[str, ...],
    found: SearchResult,
    chosen: Sequence[int],
    plateaus: Sequence[float],
    evaluator: Evaluator,
    parts: Split,
    settings: SearchSettings,
) -> list[Candidate]:
    """Candidates from trials ``chosen``: run again on search and selection, with daily profits."""
    if not len(chosen):
        return []
    parameters = found.parameters[list(chosen)]
    search_rows = part_results(evaluator, parameters, parts.search)
    selection_rows = part_results(evaluator, parameters, parts.selection)
    fewest = minimum_trades(parts.selection.days) if settings.fewest_trades is None else 1
    return [
        Candidate(
            family,
            names,
            tuple(float(value) for value in parameters[row]),
            float(found.scores[index]),
            plateaus[row],
            search_rows[row],
            selection_rows[row],
            bool(np.isfinite(found.scores[index])) and selection_rows[row].metrics.get("trades") >= fewest,
            trial=int(index),
        )
        for row, index in enumerate(chosen)
    ]


def part_results(evaluator: Evaluator, parameters: FloatArray, part: Part) -> list[PartResult]:
    """Metrics and daily profits of parameters [P, K] on one part."""
    table = evaluator.evaluate(parameters, part.first, part.last, daily=True)
    daily = np.empty((len(table), 0)) if table.daily is None else table.daily
    return [PartResult(part, table.row(row), np.array(daily[row])) for row in range(len(table))]


def daily_ratios(evaluation: Evaluation, days: int) -> FloatArray:
    """Daily Sharpe ratio of each trial [P] from its t-statistic: t / sqrt(days)."""
    if len(evaluation) == 0:
        return np.empty(0)
    count = evaluation.column("days") if "days" in evaluation.names else np.full(len(evaluation), float(days))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(evaluation.column("t_statistic_daily") / np.sqrt(count), dtype=np.float64)


def apart(found: SearchResult, most: int = _MOST) -> list[int]:
    """Best trials that lie apart, then the next best of the others until there are ``most``."""
    order = [int(index) for index in found.order]
    chosen: list[int] = []
    for index in order:
        if len(chosen) == most or not np.isfinite(found.scores[index]):
            break
        gaps = distance(found.space, found.points[chosen], found.points[index])
        if not len(gaps) or gaps.min() >= _APART:
            chosen.append(index)
    chosen += [index for index in order if index not in set(chosen)][: most - len(chosen)]
    return sorted(chosen, key=order.index)


def _plateaus(
    found: SearchResult, ring: list[IntArray], evaluator: Evaluator, part: Part, settings: SearchSettings
) -> tuple[list[float], int, FloatArray]:
    """Mean score of the neighbours of each candidate on the search part, new trials made, and their daily ratios.

    Neighbours that were tried before are looked up. One that trades too little counts with the worst score seen: a
    cliff beside a peak must hurt. A neighbourhood smaller than two points has no mean (NaN).
    """
    scores = {point.tobytes(): float(score) for point, score in zip(found.points[1:], found.scores[1:], strict=True)}
    fresh: dict[bytes, IntArray] = {}
    for point in (point for points in ring for point in points):
        if point.tobytes() not in scores:
            fresh.setdefault(point.tobytes(), point)
    ratios = np.empty(0)
    if fresh:
        table = evaluator.evaluate(found.space.parameters(np.stack(list(fresh.values()))), part.first, part.last)
        fewest = minimum_trades(part.days) if settings.fewest_trades is None else settings.fewest_trades
        new = np.where(eligible(table, fewest), settings.objective.scores(table), -np.inf)
        scores.update(zip(fresh, (float(score) for score in new), strict=True))
        ratios = daily_ratios(table, part.days)
    finite = [score for score in scores.values() if math.isfinite(score)]
    floor = min(finite, default=-math.inf)
    plateaus = []
    for points in ring:
        values = [max(scores[point.tobytes()], floor) for point in points]
        plateaus.append(float(np.mean(values)) if len(values) > 1 and finite else math.nan)
    return plateaus, len(fresh), ratios
