"""Fronts and crowding beside their definitions, and quick on many rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from pinewright.market import FloatArray
from pinewright.optimize.front import crowding, front, fronts


def slow_front(values: FloatArray) -> list[int]:
    beaten = [any((other >= one).all() and (other > one).any() for other in values) for one in values]
    return [row for row, bad in enumerate(beaten) if not bad]


@settings(max_examples=40, deadline=None)
@given(
    seed=some.integers(0, 2**32 - 1),
    rows=some.integers(0, 300),
    wide=some.integers(1, 4),
    values=some.integers(2, 30),
)
def test_the_front_is_what_nothing_dominates(seed: int, rows: int, wide: int, values: int) -> None:
    table = np.random.default_rng(seed).integers(0, values, (rows, wide)).astype(np.float64)
    table[table == 0] = -np.inf
    assert front(table).tolist() == slow_front(table)


def test_smaller_may_be_better_and_nan_is_worst() -> None:
    table = np.array([[1.0, 5.0], [2.0, 9.0], [2.0, 5.0], [np.nan, 1.0], [0.0, np.nan], [2.0, 5.0]])
    assert front(table, (True, False)).tolist() == [2, 3, 5]
    assert front(table).tolist() == [1]
    assert front(np.empty((0, 2))).tolist() == []


def test_fronts_peel_off_one_by_one() -> None:
    table = np.random.default_rng(2).random((300, 3))
    ranks = fronts(table)
    for rank in range(int(ranks.max()) + 1):
        rest = np.flatnonzero(ranks >= rank)
        assert rest[front(table[rest])].tolist() == np.flatnonzero(ranks == rank).tolist()
    some_ranks = fronts(table, 50)
    last = int(some_ranks.max())
    assert np.sum(some_ranks < last) >= 50
    assert (some_ranks == np.minimum(ranks, last)).all()


def test_crowding_is_the_gap_between_neighbours() -> None:
    table = np.array([[0.0, 10.0], [1.0, 8.0], [4.0, 2.0], [10.0, 0.0]])
    assert crowding(table).tolist() == [np.inf, 0.4 + 0.8, 0.9 + 0.8, np.inf]
    assert crowding(np.ones((3, 2))).tolist().count(np.inf) == 2
    assert crowding(np.empty((0, 2))).tolist() == []
    assert crowding(np.array([[-np.inf, 1.0], [0.0, 0.5], [1.0, 0.0]]))[1] == 1.0
    assert crowding(np.full((4, 2), -np.inf)).tolist().count(np.inf) == 2


def test_a_hundred_thousand_rows() -> None:
    table = np.random.default_rng(3).standard_normal((100_000, 3))
    found = front(table)
    best = table[found]
    # No row of the front is dominated by the largest sums, and every other row by some row of the front.
    others = np.delete(table, found, axis=0)[:200]
    assert all((best >= one).all(axis=1).any() for one in others)
    assert slow_front(best) == list(range(len(best)))
