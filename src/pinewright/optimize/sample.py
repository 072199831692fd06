"""Daily profits of some sets of a search over search and selection part together: what the evidence is made from.

A hundred thousand sets by two thousand days would not fit into memory, and need not: the evidence asks how the *way of
choosing* does, for which some hundreds of sets stand, and how the best of them compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.optimize.evaluation import Evaluator
from pinewright.optimize.objective import shortfalls
from pinewright.optimize.sampler import Sampler
from pinewright.optimize.search import SearchResult, SearchSettings
from pinewright.optimize.split import Split

MOST_SETS: Final = 512
_BEST_SHARE: Final = 0.25
_LEAST_SPREAD: Final = 64
_REDRAWN: Final = 256


@dataclass(frozen=True, eq=False)
class Sample:
    """S sets of a search. rows [S]: their trials, ascending; points [S, d]; parameters [S, K]; daily [D, S] net profit
    of each trading day of search and selection part, run as one; spread [S]: True where the set was drawn without a
    look at any result, so that a choice among those alone is a clean rehearsal of the search; scores [S]: objective
    over both parts, -inf where a set falls short of what it must keep to. extra: how many of them the search did not
    try; they stand last, numbered behind its trials.
    """

    rows: IntArray
    points: IntArray
    sizes: IntArray
    parameters: FloatArray
    daily: FloatArray
    scores: FloatArray
    spread: BoolArray
    extra: int = 0

    def column(self, trial: int) -> int:
        """Column of a trial of the search, -1 where it is not in the sample."""
        place = int(np.searchsorted(self.rows, trial))
        return place if place < len(self.rows) and self.rows[place] == trial else -1


def sample(
    found: SearchResult,
    evaluator: Evaluator,
    parts: Split,
    settings: SearchSettings,
    include: Sequence[int] = (),
    most: int = MOST_SETS,
) -> Sample:
    """At most ``most`` trials (and ``include``): of the spread ones the first, and the best by score.

    The best belong in: a test against luck over sets without them would be too kind. One run over both parts.
    """
    spread = found.spread
    best = [int(row) for row in found.order[: round(_BEST_SHARE * most)] if np.isfinite(found.scores[row])]
    wanted = np.unique(np.array([0, *include, *best], dtype=np.int64)) if found.trials else np.empty(0, np.int64)
    others = np.setdiff1d(np.arange(spread), wanted)
    rows = np.sort(np.concatenate([wanted, others[: max(0, most - len(wanted))]])).astype(np.int64)
    points, extra = found.points[rows], 0
    parameters = found.parameters[rows]
    if found.spread < min(_LEAST_SPREAD, found.trials):
        # Halving chose its survivors by a look: what is rehearsed must be drawn anew.
        fresh = Sampler(found.space, settings.seed + 1).spread(min(most, _REDRAWN))
        extra = len(fresh)
        rows = np.concatenate([rows, found.trials + np.arange(extra)])
        points = np.concatenate([points, fresh])
        parameters = np.concatenate([parameters, found.space.parameters(fresh)])
    table = evaluator.evaluate(parameters, parts.search.first, parts.selection.last, daily=True)
    daily = np.empty((len(rows), 0)) if table.daily is None else table.daily
    fewest = settings.fewest(parts.search)
    kept = shortfalls(table, fewest, settings.requirements) == 0
    scores = np.where(kept, settings.objective.scores(table), -np.inf)
    sizes = np.array([dimension.size for dimension in found.space.dimensions], dtype=np.int64)
    columns, blind = np.ascontiguousarray(daily.T), _blind(rows, spread, found.trials)
    return Sample(rows, points, sizes, parameters, columns, scores, blind, extra)


def most_redrawn(settings: SearchSettings) -> int:
    """Sets that ``sample`` draws anew at most: some where halving chose by a look, else none."""
    return _REDRAWN if settings.halving else 0


def _blind(rows: IntArray, spread: int, trials: int) -> BoolArray:
    """[S] drawn without a look: the first ``spread`` trials, and what was drawn anew behind all of them."""
    return np.asarray((rows < spread) | (rows >= trials), dtype=np.bool_)
