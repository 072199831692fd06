"""The search rehearsed on earlier days: chosen on some, measured on others, as walks forward and as purged paths.

Only sets that were spread without a look at results take part, and each window chooses among them as the product does
(``challenger``): half by a set's own score, half by that of its nearest neighbours, so that a lone peak does not win.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence import (
    Efficiency,
    Overfitting,
    Paths,
    Plateau,
    Window,
    cpcv,
    effective_trials,
    efficiency,
    lengths,
    plateau,
    probability_of_overfitting,
    usable_blocks,
    walk_forward,
)
from pinewright.optimize.evidence.arrays import column_ratios
from pinewright.optimize.proof import Walk, WalkWindow
from pinewright.optimize.sample import Sample
from pinewright.optimize.search import SearchResult
from pinewright.optimize.split import Split

PURGE: Final = 1
"""Trading days between fit and test: a position held overnight belongs to both."""
_NEAREST: Final = 6
_RATIO: Final = 3.0
_FEWEST_ACTIVE: Final = 5
_LEAST_BLOCKS: Final = 4


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What a search looks like from the side of its way of choosing: the same for every set that is taken from it.

    walks: anchored and rolling, none where the days are not known; ideas: how many different ones the sets are;
    overfitting: None with too few days for four blocks; plateau: of all trials.
    """

    walks: tuple[Walk, ...]
    paths: FloatArray
    overfitting: Overfitting | None
    ideas: float
    plateau: Plateau | None


def rehearse(sample: Sample, found: SearchResult, parts: Split) -> Rehearsal:
    """All of it, once for each search."""
    daily = sample.daily
    times = np.array(parts.times[: len(daily)], dtype=np.int64)
    known = len(times) == len(daily) > 0
    walks = [walk(sample, times, parts.selection.end, anchored=kind) for kind in (True, False)] if known else []
    blocks = usable_blocks(len(daily))
    return Rehearsal(
        tuple(walks),
        paths(sample).totals,
        probability_of_overfitting(daily[:, sample.spread], blocks) if blocks >= _LEAST_BLOCKS else None,
        effective_trials(daily) if daily.size else math.nan,
        plateau(found.points, found.scores, sample.sizes) if found.trials else None,
    )


def walk(sample: Sample, times: IntArray, end: int, *, anchored: bool) -> Walk:
    """A walk-forward over the D days of ``sample``. times: start of each day [D], ms UTC; end: of the last one.

    Without a window (under 20 days, or no spread set that traded) efficiency is NaN.
    """
    kind = "anchored" if anchored else "rolling"
    columns = np.flatnonzero(sample.spread)
    daily = sample.daily[:, columns]
    windows = _windows(len(daily), anchored)
    if not windows or not len(columns):
        return Walk(kind, (), float("nan"), float("nan"))
    nearest = _nearest(sample.points[columns], sample.sizes)
    edges = np.append(times, end)
    rows = []
    for window in windows:
        chosen = choose(daily[window.train], nearest)
        if chosen >= 0:
            inside, outside = daily[window.train, chosen], daily[window.test, chosen]
            rows.append(
                WalkWindow(
                    int(edges[window.train_first]),
                    int(edges[window.train_last]),
                    int(edges[window.test_first]),
                    int(edges[window.test_last]),
                    tuple(float(value) for value in sample.parameters[columns[chosen]]),
                    float(inside.mean()),
                    float(outside.mean()),
                )
            )
    found = _efficiency(rows)
    return Walk(kind, tuple(rows), found.median, found.positive)


def paths(sample: Sample) -> Paths:
    """Purged combinatorial paths over the spread sets: 10 groups, 2 tested, one day purged, 1 % embargo."""
    daily = sample.daily[:, sample.spread]
    return cpcv(daily, purge=PURGE, embargo=-(-len(daily) // 100))


def choose(daily: FloatArray, nearest: IntArray) -> int:
    """The set of the best score on daily profits [T, S], half its own and half the mean of its neighbours ``nearest``
    [S, k]; -1 where none traded.

    The score is the Sharpe ratio a day; a set with fewer than five days with a result has none.
    """
    count = np.array([float(len(daily))])
    ratios = column_ratios(daily.sum(axis=0)[None, :], np.sum(daily**2, axis=0)[None, :], count)[0]
    legal = np.count_nonzero(daily, axis=0) >= min(_FEWEST_ACTIVE, len(daily))
    if not legal.any():
        return -1
    return _among_neighbours(np.where(legal, ratios, -np.inf), nearest)


def challenger(sample: Sample, found: SearchResult) -> int:
    """The trial that search and selection part together speak for by the objective, the default (trial 0) left out; -1
    where no other has a score. Over the whole of both: on the search part alone a quarter of what is known is lost.
    """
    tried = (sample.rows > 0) & (sample.rows < found.trials)
    scored = np.isfinite(found.scores[np.where(tried, sample.rows, 0)])
    legal = tried & scored & np.isfinite(sample.scores)
    if not legal.any():
        return -1
    place = _among_neighbours(sample.scores[legal], _nearest(sample.points[legal], sample.sizes))
    return int(sample.rows[legal][place])


def _among_neighbours(scores: FloatArray, nearest: IntArray) -> int:
    """Place of the best of scores [S], half its own and half the mean of its neighbours; at least one is finite."""
    legal = np.isfinite(scores)
    known = np.where(legal, scores, float(scores[legal].min()))
    return int(np.argmax(np.where(legal, (known + known[nearest].mean(axis=1)) / 2, -np.inf)))


def _windows(days: int, anchored: bool) -> tuple[Window, ...]:
    count = 8 if days >= 250 else 5 if days >= 60 else 3 if days >= 20 else 0
    if count == 0:
        return ()
    train, test = lengths(days, count, _RATIO, PURGE)
    return walk_forward(days, train, test, anchored=anchored, purge=PURGE) if train and test else ()


def _nearest(points: IntArray, sizes: IntArray) -> IntArray:
    """[S, k] the nearest sets of each set, itself first, by the largest difference in any dimension."""
    from scipy.spatial import cKDTree

    spots = points / np.maximum(1, sizes - 1)
    count = min(_NEAREST, len(points))
    found = cKDTree(spots).query(spots, k=count, p=np.inf)[1]
    return np.asarray(found, dtype=np.int64).reshape(len(points), count)


def _efficiency(rows: Sequence[WalkWindow]) -> Efficiency:
    # The profits are per day already.
    ones = np.ones(len(rows), dtype=np.int64)
    inside, outside = np.array([row.inside for row in rows]), np.array([row.outside for row in rows])
    return efficiency(inside, outside, ones, ones)
