"""Combinatorial purged cross-validation: many paths of results, each wholly out of sample, from one history.

Lopez de Prado, "Advances in Financial Machine Learning" (2018), chapter 7 for purging and embargo, chapter 12 for the
combinations and paths: N groups of which k are tested give C(N, k) splits and k / N C(N, k) paths.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.optimize.evidence.arrays import (
    MEMORY,
    at_least,
    column_ratios,
    complete,
    matrix,
    places,
    rows_within,
)

_MOST_SPLITS: Final = 5_000


@dataclass(frozen=True)
class Design:
    """Which groups of ``count`` periods each split tests, and which split each path takes each group from.

    edges: borders of the groups [G + 1]; tested: groups that a split tests [S, k]; paths: split of each group [F, G].
    """

    count: int
    edges: IntArray
    tested: IntArray
    paths: IntArray

    @property
    def group(self) -> IntArray:
        """The group of each period [count]."""
        return np.repeat(np.arange(len(self.edges) - 1), np.diff(self.edges))

    def test_mask(self) -> BoolArray:
        """[S, count] True in the periods that a split tests."""
        return np.asarray((self.group[None, None, :] == self.tested[:, :, None]).any(axis=1), dtype=np.bool_)


def design(count: int, groups: int = 10, tests: int = 2) -> Design:
    """Splits and paths over ``count`` periods in ``groups`` as equal as can be, ``tests`` of them tested at a time.

    (10, 2) gives 45 splits and 9 paths. SearchError when there are fewer periods than groups, when all or none of the
    groups would be tested, and for more than 5,000 splits.
    """
    at_least("tests", tests, 1)
    at_least("groups", groups, tests + 1)
    if count < groups:
        raise SearchError(f"{count} periods cannot be put into {groups} groups", hint="ask for fewer groups")
    if comb(groups, tests) > _MOST_SPLITS:
        raise SearchError(
            f"{tests} of {groups} groups give {comb(groups, tests):,} splits", hint="10 groups with 2 tested give 45"
        )
    sizes = np.full(groups, count // groups)
    sizes[: count % groups] += 1
    tested = np.array(list(combinations(range(groups), tests)), dtype=np.int64)
    paths = np.stack([np.flatnonzero((tested == number).any(axis=1)) for number in range(groups)], axis=1)
    return Design(count, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), tested, paths.astype(np.int64))


def train_mask(plan: Design, *, purge: int = 0, embargo: int = 0, ends: IntArray | None = None) -> BoolArray:
    """[S, count] True in the periods that a split may be fitted on.

    purge: holding time in periods, a decision at t acts until t + purge. ends: where that differs, the last period
    [count] on which the decision of each period acts (its own where nothing was opened). Left out beside the tested
    groups: periods before one whose decision acts into it, periods after one that a decision in it acts on, and
    ``embargo`` further periods after those. SearchError when an end lies before its period.
    """
    at_least("purge", purge, 0)
    at_least("embargo", embargo, 0)
    own = np.arange(plan.count)
    acts = own + purge if ends is None else np.maximum(places(ends, plan.count, "ends"), own + purge)
    if ends is not None and np.any(np.asarray(ends) < own):
        raise SearchError("a decision cannot end before it was made", hint="`ends` holds the period itself at least")
    near = np.zeros((len(plan.edges) - 1, plan.count), dtype=np.bool_)
    for number in range(len(near)):
        first, last = plan.edges[number], plan.edges[number + 1]
        near[number, :first] = acts[:first] >= first
        near[number, first : max(last, int(acts[first:last].max()) + 1) + embargo] = True
    return np.asarray(~near[plan.tested].any(axis=1), dtype=np.bool_)


def path_results(plan: Design, outcomes: FloatArray) -> FloatArray:
    """Results [F, count] of each path from those of each split [S, count]; only tested periods of a split are read."""
    found = matrix(outcomes)
    if found.shape != (len(plan.tested), plan.count):
        raise SearchError(f"outcomes of shape {found.shape} for {len(plan.tested)} splits of {plan.count} periods")
    return np.asarray(found[plan.paths[:, plan.group], np.arange(plan.count)[None, :]], dtype=np.float64)


@dataclass(frozen=True)
class Paths:
    """Out-of-sample paths of a choice among sets.

    chosen: set with the best Sharpe ratio in the fitted periods of each split [S], -1 where no set has one; series:
    results [F, T]; sharpes: ratio a period of each path [F]; totals [F]. ``loss``: share of the paths that do not
    earn; NaN, with no paths, where the periods are too few.
    """

    chosen: IntArray
    series: FloatArray
    sharpes: FloatArray
    totals: FloatArray
    loss: float


def cpcv(
    results: FloatArray,
    groups: int = 10,
    tests: int = 2,
    *,
    purge: int = 0,
    embargo: int = 0,
    ends: IntArray | None = None,
    memory: int = MEMORY,
) -> Paths:
    """Chooses the best of P sets on the fitted periods of each split and strings its tested periods into paths.

    results [T, P]: a set with a gap is left out. The choice stands for a search: it says how the *way of choosing* does
    on unseen periods, not how one set does. Periods are taken as they lie, so a result that is booked on the day of the
    exit needs ``purge`` of at least the longest holding time. Too few periods (under two a group) have no paths.
    """
    table = matrix(results)
    periods = len(table)
    if periods < 2 * groups:
        return Paths(np.empty(0, np.int64), np.empty((0, periods)), np.empty(0), np.empty(0), float("nan"))
    plan = design(periods, groups, tests)
    fitted = train_mask(plan, purge=purge, embargo=embargo, ends=ends)
    chosen = _best(table, fitted, memory)
    taken = np.full((len(chosen), periods), np.nan)
    known = chosen >= 0
    taken[known] = table[:, chosen[known]].T
    paths = path_results(plan, taken)
    totals = paths.sum(axis=1)
    ratios = column_ratios(totals[:, None], np.sum(paths**2, axis=1)[:, None], np.full(len(paths), float(periods)))
    ratios = np.where(np.isnan(totals), np.nan, ratios[:, 0])
    loss = float(np.mean(totals <= 0)) if np.all(np.isfinite(totals)) else float("nan")
    return Paths(chosen, paths, ratios, totals, loss)


def _best(table: FloatArray, fitted: BoolArray, memory: int) -> IntArray:
    """The set [S] with the highest Sharpe ratio over the fitted periods of each split; -1 where there is none."""
    weights = fitted.astype(np.float64)
    counts = weights.sum(axis=1)
    best, score = np.full(len(fitted), -1, dtype=np.int64), np.full(len(fitted), -np.inf)
    width = rows_within(memory, 2 * len(table) + 4 * len(fitted))
    for first in range(0, table.shape[1], width):
        part = table[:, first : first + width]
        good = np.flatnonzero(complete(part))
        if not len(good):
            continue
        part = np.ascontiguousarray(part[:, good])
        ratios = column_ratios(weights @ part, weights @ (part * part), np.maximum(counts, 1))
        place = np.argmax(ratios, axis=1)
        top = ratios[np.arange(len(ratios)), place]
        better = (top > score) & (counts >= 2)
        best[better], score[better] = first + good[place[better]], top[better]
    return best
