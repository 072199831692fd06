"""Who is beaten in nothing: Pareto fronts and crowding, over arrays. Larger is better wherever nothing else is said.

Fronts and crowding distance as in Deb, Pratap, Agarwal, Meyarivan, "A Fast and Elitist Multiobjective Genetic
Algorithm: NSGA-II" (2002). A row dominates another when it is no worse in any value and better in one; equal rows do
not dominate each other. NaN and -inf count as the worst there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray

_BLOCK: Final = 256
_KEPT: Final = 512
"""Rows of the front so far that each block is held against at once: more would not fit the cache."""


def front(values: FloatArray, larger: Sequence[bool] | None = None) -> IntArray:
    """Rows of values [P, J] that no other dominates, ascending; ``larger`` [J] tells where larger is better."""
    signed = _signed(values, larger)
    if len(signed) == 0:
        return np.empty(0, np.int64)
    rows = np.flatnonzero(_best_of_two(signed) if signed.shape[1] <= 2 else _best_of_many(signed))
    return rows.astype(np.int64)


def fronts(values: FloatArray, enough: int | None = None) -> IntArray:
    """The rank [P] of each row of values [P, J]: 0 on the front, 1 on the front of the rest, and so on.

    With ``enough`` the work ends when so many rows have a rank; the others share the next one.
    """
    signed = _signed(values, None)
    ranks = np.full(len(signed), -1, dtype=np.int64)
    left, rank = np.arange(len(signed)), 0
    target = len(signed) if enough is None else min(enough, len(signed))
    while len(signed) - len(left) < target:
        best = front(signed[left])
        ranks[left[best]] = rank
        left = np.delete(left, best)
        rank += 1
    ranks[left] = rank
    return ranks


def crowding(values: FloatArray) -> FloatArray:
    """Crowding distance [P] of rows of one front [P, J]: sum over the values of the gap between both neighbours, as a
    share of the range; infinite at the ends.
    """
    count, wide = values.shape
    found = np.zeros(count)
    for column in range(wide):
        order = np.argsort(values[:, column], kind="stable")
        line = values[order, column]
        if count > 2 and np.isfinite(line[[0, -1]]).all() and line[-1] > line[0]:
            found[order[1:-1]] += (line[2:] - line[:-2]) / (line[-1] - line[0])
        found[order[:1]] = found[order[-1:]] = np.inf
    return found


def _signed(values: FloatArray, larger: Sequence[bool] | None) -> FloatArray:
    signs = np.ones(values.shape[1]) if larger is None else np.where(np.array(larger, dtype=np.bool_), 1.0, -1.0)
    return np.nan_to_num(values * signs, nan=-np.inf, posinf=np.inf, neginf=-np.inf)


def _best_of_two(values: FloatArray) -> BoolArray:
    """For one value or two: along the first from the top, the second must rise above all before."""
    first, second = values[:, 0], values[:, -1]
    order = np.lexsort((-second, -first))
    a, b = first[order], second[order]
    highest = np.maximum.accumulate(np.concatenate([[-np.inf], b]))[:-1]
    rises = b > highest
    rises[0] = True
    # Equal rows stand beside the one of them that rose.
    leader = np.maximum.accumulate(np.where(rises, np.arange(len(order)), 0))
    kept = np.zeros(len(order), dtype=np.bool_)
    kept[order] = (a == a[leader]) & (b == b[leader])
    return kept


def _best_of_many(values: FloatArray) -> BoolArray:
    """Blocks in an order in which nothing dominates what came before it, each held against the front so far."""
    order = np.lexsort(tuple(-values[:, column] for column in reversed(range(values.shape[1]))))
    kept = np.zeros(len(values), dtype=np.bool_)
    best = np.empty((0, values.shape[1]))
    for begin in range(0, len(order), _BLOCK):
        rows = order[begin : begin + _BLOCK]
        for part in range(0, len(best), _KEPT):
            rows = rows[~_dominated(values[rows], best[part : part + _KEPT])]
        rows = rows[~_dominated(values[rows], values[rows])]
        kept[rows] = True
        best = np.concatenate([best, values[rows]])
    return kept


def _dominated(values: FloatArray, by: FloatArray) -> BoolArray:
    """[P] True where a row of ``by`` [Q, J] dominates the row of values [P, J]."""
    if not len(values) or not len(by):
        return np.zeros(len(values), dtype=np.bool_)
    no_worse = np.ones((len(values), len(by)), dtype=np.bool_)
    better = np.zeros((len(values), len(by)), dtype=np.bool_)
    for own, other in zip(values.T, by.T, strict=True):
        no_worse &= other[None, :] >= own[:, None]
        better |= other[None, :] > own[:, None]
    return np.asarray((no_worse & better).any(axis=1), dtype=np.bool_)
