"""The middle of the best plateau among tried points, not the peak.

A high score whose neighbours are poor is luck; Pardo (2008), chapter 9, asks for a wide top. Here a point stands for
the mean of its neighbourhood, the plateau is what hangs together around the best such mean, and its middle is the tried
point with the least distance to the rest of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence.arrays import between, places, series

_CENTRES: Final = 5_000
_PIECE: Final = 500
_ONE: Final = 1 + 1e-9
"""The reach, with room for rounding."""
_NEIGHBOURS: Final = 500_000
"""Neighbours that are listed at once."""


@dataclass(frozen=True)
class Plateau:
    """middle: index of the point to choose, -1 where no point has a score; peak: index of the highest score.

    members: indices of the plateau's points, ascending. mean: mean score of the middle's neighbourhood, itself
    included. support: tried points in that neighbourhood, itself included; 1 means that nothing around it was tried
    and the mean is its own score. share: of all scored points, how many belong to the plateau.
    """

    middle: int
    peak: int
    members: IntArray
    mean: float
    support: int
    share: float


def plateau(
    points: IntArray, scores: FloatArray, sizes: IntArray, *, reach: float = 0.05, level: float = 0.8
) -> Plateau:
    """Plateau of points [P, d] (places on the grid) with scores [P], larger is better.

    sizes: values of each dimension [d]. reach: a neighbour differs by at most that share of every dimension, at least
    one step, the rule of ``sampler.neighbours``; a dimension with two values has no neighbourhood, the other value is
    another idea. level: a point belongs to the plateau when its mean lies that share of the way from the median of
    all finite scores to the best mean. A score that is not finite (no trade, too few) counts as the worst finite one in
    its neighbours' means and is never chosen. Among the best 5,000 scores only; ties go to the earlier point.
    Points around which nothing was tried are used only when there is no other.
    """
    grid, known = np.asarray(points), series(scores, what="scores")
    steps = places(sizes, what="sizes")
    if grid.ndim != 2 or grid.shape != (len(known), len(steps)):
        raise SearchError(f"points of shape {grid.shape} with {len(known)} scores and {len(steps)} dimensions")
    between("level", level, 0.0, 1.0 + 1e-12)
    between("reach", reach, 0.0, 1.0)
    legal = np.isfinite(known)
    if not legal.any():
        return Plateau(-1, -1, np.empty(0, np.int64), math.nan, 0, math.nan)
    peak = int(np.argmax(np.where(legal, known, -np.inf)))
    filled = np.where(legal, known, known[legal].min())
    order = np.argsort(-np.where(legal, known, -np.inf), kind="stable")
    centres = np.sort(order[: min(int(legal.sum()), _CENTRES)])
    spots = _scaled(grid, steps, reach)
    means, support = _means(spots, filled, centres)
    settled = support > 1 if np.any(support > 1) else np.ones(len(centres), dtype=np.bool_)
    top = int(np.argmax(np.where(settled, means, -np.inf)))
    base = min(float(np.median(known[legal])), float(means[top]))
    bar = base + level * (means[top] - base)
    high = np.flatnonzero(settled & (means >= bar - 1e-12 * max(1.0, abs(bar))))
    members = high[_together(spots[centres[high]], int(np.searchsorted(high, top)))]
    middle = members[_medoid(spots[centres[members]], means[members])]
    return Plateau(
        int(centres[middle]),
        peak,
        centres[members].astype(np.int64),
        float(means[middle]),
        int(support[middle]),
        len(members) / int(legal.sum()),
    )


def _scaled(grid: IntArray, sizes: IntArray, reach: float) -> FloatArray:
    """Places in units of the reach: neighbours are at most 1 apart in every dimension."""
    step = np.maximum(1.0, np.round(reach * sizes))
    return np.asarray(grid / np.where(sizes < 3, 0.5, step), dtype=np.float64)


def _means(spots: FloatArray, scores: FloatArray, centres: IntArray) -> tuple[FloatArray, IntArray]:
    """Mean score and number of the points within reach of each centre, itself included."""
    from scipy.spatial import cKDTree

    tree = cKDTree(spots)
    means, support = np.empty(len(centres)), np.empty(len(centres), dtype=np.int64)
    for rows, near, sizes in _near(tree, spots[centres]):
        means[rows] = np.add.reduceat(scores[near], np.cumsum(sizes) - sizes) / sizes
        support[rows] = sizes
    return means, support


def _near(tree: Any, spots: FloatArray) -> Iterator[tuple[slice, IntArray, IntArray]]:
    """(rows, neighbours of those spots one after the other, how many each has) in pieces of bounded size."""
    total = np.cumsum(tree.query_ball_point(spots, _ONE, p=np.inf, return_length=True))
    first = 0
    while first < len(spots):
        before = int(total[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(total, before + _NEIGHBOURS, side="right")))
        lists = tree.query_ball_point(spots[first:last], _ONE, p=np.inf)
        sizes = np.array([len(one) for one in lists], dtype=np.int64)
        yield slice(first, last), np.concatenate([np.asarray(one, dtype=np.int64) for one in lists]), sizes
        first = last


def _together(spots: FloatArray, seed: int) -> IntArray:
    """Indices that hang together with ``seed`` through neighbours, ascending."""
    from scipy.spatial import cKDTree

    tree, seen, front = cKDTree(spots), np.zeros(len(spots), dtype=np.bool_), np.array([seed])
    seen[seed] = True
    while len(front):
        before = seen.copy()
        for _, near, _ in _near(tree, spots[front]):
            seen[near] = True
        front = np.flatnonzero(seen & ~before)
    return np.flatnonzero(seen)


def _medoid(spots: FloatArray, means: FloatArray) -> int:
    """The point with the least summed distance to the others; of equal ones the one with the higher mean."""
    total = np.empty(len(spots))
    for first in range(0, len(spots), _PIECE):
        part = spots[first : first + _PIECE]
        total[first : first + _PIECE] = sum(
            np.abs(part[:, [axis]] - spots[None, :, axis]).sum(axis=1) for axis in range(spots.shape[1])
        )
    least = np.flatnonzero(total <= total.min() * (1 + 1e-12))
    return int(least[np.argmax(means[least])])
