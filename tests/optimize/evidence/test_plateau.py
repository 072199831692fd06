"""The middle of the broad hill is chosen, not the needle beside it; means against a plain loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence import plateau


def grid(*sizes: int) -> IntArray:
    return np.stack(np.meshgrid(*(np.arange(size) for size in sizes), indexing="ij"), axis=-1).reshape(-1, len(sizes))


def hill(points: IntArray, centre: tuple[int, ...], width: float) -> FloatArray:
    return np.asarray(np.maximum(0.0, 1 - np.max(np.abs(points - np.array(centre)), axis=1) / width), dtype=np.float64)


def test_a_needle_is_passed_over_for_a_hill() -> None:
    points = grid(40, 30)
    scores = hill(points, (12, 20), 9.0)
    needle = int(np.flatnonzero((points == (33, 5)).all(axis=1))[0])
    scores[needle] = 5.0
    found = plateau(points, scores, np.array([40, 30]))
    assert found.peak == needle
    assert points[found.middle].tolist() == [12, 20]
    assert needle not in found.members
    assert found.support == 5 * 5


def test_the_middle_of_a_flat_top_not_its_noisy_best() -> None:
    points = grid(50)
    scores = np.where((points[:, 0] >= 10) & (points[:, 0] <= 30), 1.0, 0.0) + 0.001 * (points[:, 0] == 11)
    scores[25] -= 0.001
    found = plateau(points, scores, np.array([50]), level=0.75)
    assert found.peak == 11
    assert points[found.middle, 0] == 20
    assert found.share == pytest.approx(len(found.members) / 50)


def test_the_other_value_of_a_switch_is_another_idea() -> None:
    points = grid(20, 2)
    scores = np.where(points[:, 1] == 1, hill(points[:, :1], (8,), 5.0), -1.0)
    found = plateau(points, scores, np.array([20, 2]))
    assert points[found.middle].tolist() == [8, 1]
    assert set(points[found.members, 1].tolist()) == {1}
    assert found.mean == pytest.approx(np.mean(scores[(points[:, 1] == 1) & (np.abs(points[:, 0] - 8) <= 1)]))


def test_a_cliff_beside_a_peak_hurts() -> None:
    """Points without enough trades count with the worst score seen: a ledge beside them is no plateau."""
    points = grid(20)
    scores = np.where(points[:, 0] < 10, 1.0, -np.inf)
    scores[9], scores[0] = 1.2, 0.0
    found = plateau(points, scores, np.array([20]))
    assert found.peak == 9
    assert 9 not in found.members
    assert scores[found.middle] == 1.0


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 60), st.integers(1, 3), st.integers(0, 999), st.sampled_from([0.02, 0.1, 0.3]))
def test_laws(count: int, dimensions: int, seed: int, reach: float) -> None:
    random = np.random.default_rng(seed)
    sizes = random.integers(2, 15, dimensions)
    points = np.unique(random.integers(0, sizes, (count, dimensions)), axis=0)
    scores = random.standard_normal(len(points))
    scores[random.random(len(points)) < 0.1] = -np.inf
    found = plateau(points, scores, sizes, reach=reach)
    if not np.isfinite(scores).any():
        assert found.middle == -1
        return
    assert np.isfinite(scores[found.middle])
    assert found.middle in found.members
    assert scores[found.peak] == scores.max()
    assert 0 < found.share <= 1
    # The mean of the middle by a plain loop.
    step = np.where(sizes < 3, 0, np.maximum(1, np.round(reach * sizes)))
    near = np.all(np.abs(points - points[found.middle]) <= step, axis=1)
    filled = np.where(np.isfinite(scores), scores, scores[np.isfinite(scores)].min())
    assert found.support == near.sum()
    assert found.mean == pytest.approx(filled[near].mean())
    # Neither the unit of the score nor the order of the points matters.
    order = random.permutation(len(points))
    other = plateau(points[order], 3 * scores[order] + 2, sizes, reach=reach)
    assert other.mean == pytest.approx(3 * found.mean + 2)
    assert other.share == pytest.approx(found.share)


def test_many_points_are_judged_by_their_best() -> None:
    points = grid(120, 100)
    found = plateau(points, hill(points, (70, 40), 60.0), np.array([120, 100]))
    assert np.abs(points[found.middle] - (70, 40)).max() <= 1


def test_hostile_scores() -> None:
    sizes = np.array([9])
    for scores in (np.full(9, np.nan), np.full(9, -np.inf)):
        found = plateau(grid(9), scores, sizes)
        assert (found.middle, found.peak, found.support, len(found.members)) == (-1, -1, 0, 0)
        assert math.isnan(found.mean)
    assert plateau(np.empty((0, 1), np.int64), np.empty(0), sizes).middle == -1
    one = plateau(np.array([[4]]), np.array([2.0]), sizes)
    assert (one.middle, one.support, one.mean, one.share) == (0, 1, 2.0, 1.0)
    same = plateau(grid(9), np.full(9, 3.0), sizes)
    assert (same.middle, same.share) == (4, 1.0)
    # Alone on a far shore: used only when nothing else has neighbours.
    far = plateau(np.array([[0], [1], [8]]), np.array([1.0, 1.0, 9.0]), sizes)
    assert far.peak == 2
    assert far.middle in (0, 1)
    assert plateau(np.array([[0], [8]]), np.array([1.0, 9.0]), sizes).middle == 1


def test_illegal_calls() -> None:
    for points, scores, sizes in (
        (grid(4), np.ones(3), [4]),
        (grid(4), np.ones(4), [4, 4]),
        (np.arange(4), np.ones(4), [4]),
    ):
        with pytest.raises(SearchError):
            plateau(points, scores, np.array(sizes))
    for call in ({"level": 0.0}, {"level": 1.1}, {"reach": 0.0}, {"reach": 1.0}):
        with pytest.raises(SearchError):
            plateau(grid(4), np.ones(4), np.array([4]), **call)
