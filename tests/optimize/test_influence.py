"""Which inputs matter, and the map of scores over two of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.influence import heat_map, influences
from pinewright.optimize.space import Space
from pinewright.program import InputKind, ProgramInput

ROWS = (
    ProgramInput("fast", "Fast", InputKind.INT, 10, 2, 50, 1),
    ProgramInput("stop", "Stop", InputKind.FLOAT, 1.0, 0.1, 3.3, 0.1),
    ProgramInput("reverse", "Reverse", InputKind.BOOL, 0),
    ProgramInput("kind", "Kind", InputKind.STRING, 0, options=("a", "b", "c")),
    ProgramInput("long", "Long", InputKind.INT, 250, 1, 500, 1),
)


@pytest.fixture
def space() -> Space:
    return Space.of(ROWS)


def draw(space: Space, count: int, seed: int = 1) -> tuple[IntArray, FloatArray]:
    points = space.points(np.random.default_rng(seed).random((count, len(space.dimensions))))
    return points, space.parameters(points)


def shares(space: Space, points: IntArray, scores: FloatArray) -> dict[str, float]:
    return {one.name: one.share for one in influences(space, points, scores)}


def test_shares_are_those_of_a_known_sum(space: Space) -> None:
    points, rows = draw(space, 4000)
    noise = np.random.default_rng(2).normal(0, 1, len(rows))
    scores = 3 * (rows[:, 0] - 26) / np.std(rows[:, 0]) + 2 * (rows[:, 3] == 1) / np.std(rows[:, 3] == 1) + noise
    found = influences(space, points, scores)
    assert [one.name for one in found][:2] == ["fast", "kind"]
    assert found[0].share == pytest.approx(9 / 14, abs=0.03)
    assert found[1].share == pytest.approx(4 / 14, abs=0.03)
    assert max(one.share for one in found[2:]) < 0.01


def test_a_hump_counts_as_much_as_a_slope(space: Space) -> None:
    points, rows = draw(space, 1000)
    scores = -np.abs(rows[:, 0] - 26)
    assert shares(space, points, scores)["fast"] > 0.95


@pytest.mark.parametrize("count", [16, 64, 256, 2048])
def test_noise_is_near_zero_on_average(space: Space, count: int) -> None:
    found = []
    for seed in range(60):
        points, _ = draw(space, count, seed)
        noise = np.random.default_rng([seed, 1]).normal(size=count)
        found += list(shares(space, points, noise).values())
    # What is below zero is told as zero, which leaves a little of the noise.
    assert np.mean(found) < 2.5 / count + 1e-3 if count > 16 else np.mean(found) < 0.15


def test_heavy_tails_and_any_scale_are_borne(space: Space) -> None:
    points, rows = draw(space, 500)
    scores = rows[:, 0]
    plain = shares(space, points, scores)
    assert shares(space, points, scores * 1e300)["fast"] == pytest.approx(plain["fast"])
    assert shares(space, points, scores * 1e-300)["fast"] == pytest.approx(plain["fast"])
    assert shares(space, points, np.full(500, 1e9)) == dict.fromkeys(plain, 0.0)


def test_scores_that_are_missing_are_left_out(space: Space) -> None:
    points, rows = draw(space, 600)
    scores = np.where(rows[:, 4] > 250, -np.inf, rows[:, 0])
    found = {one.name: one for one in influences(space, points, scores)}
    assert found["fast"].share > 0.95
    assert found["long"].share < 0.02
    assert found["long"].values.max() <= 250
    assert all(one.tried.sum() == np.isfinite(scores).sum() for one in found.values())


def test_curves_are_means_at_the_tried_values(space: Space) -> None:
    points, rows = draw(space, 300)
    scores = rows[:, 3] * 2.0
    found = {one.name: one for one in influences(space, points, scores)}
    assert found["kind"].values.tolist() == [0, 1, 2]
    assert found["kind"].scores.tolist() == [0, 2, 4]
    assert found["kind"].tried.tolist() == [int((rows[:, 3] == kind).sum()) for kind in range(3)]
    assert found["fast"].values.tolist() == np.unique(rows[:, 0]).tolist()
    assert len(found["long"].values) <= 60
    assert (np.diff(found["long"].values) > 0).all()
    mean = float(found["long"].scores @ found["long"].tried) / 300
    assert mean == pytest.approx(float(scores.mean()))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_points_say_nothing(space: Space, count: int) -> None:
    points, _ = draw(space, count)
    assert shares(space, points, np.arange(float(count))) == dict.fromkeys(shares(space, *empty(space)), 0.0)
    assert [one.name for one in influences(space, *empty(space))] == [one.name for one in space.dimensions]


def empty(space: Space) -> tuple[IntArray, FloatArray]:
    return np.empty((0, len(space.dimensions)), np.int64), np.empty(0)


def test_map_of_a_grid_that_was_tried_out() -> None:
    space = Space.of(ROWS[:2])
    points = np.stack(np.unravel_index(np.arange(space.grid_size), [49, 33]), axis=1).astype(np.int64)
    rows = space.parameters(points)
    scores = -((rows[:, 0] - 20) ** 2) - 10.0 * (rows[:, 1] - 2) ** 2
    scores[(rows[:, 0] == 50) & (rows[:, 1] == 3.3)] = -np.inf
    found = heat_map(space, points, scores, points[40], points[0], most=49)
    assert found is not None
    assert (found.x, found.y) == ("fast", "stop")
    assert found.x_values.tolist() == list(range(2, 51))
    assert found.y_values.tolist() == pytest.approx(np.arange(1, 34) / 10)
    best = np.unravel_index(np.nanargmax(found.scores), found.scores.shape)
    assert (found.x_values[best[1]], found.y_values[best[0]]) == (20, 2.0)
    assert found.tried.tolist() == np.ones((33, 49)).tolist()
    assert math.isnan(found.scores[-1, -1])
    assert (found.chosen, found.default) == ((1, 7), (0, 0))


def test_long_grids_are_put_together(space: Space) -> None:
    points, rows = draw(space, 50_000)
    scores = rows[:, 4] + 100 * rows[:, 0]
    found = heat_map(space, points, scores, points[7], None)
    assert found is not None
    assert (found.x, found.y) == ("fast", "long")
    assert found.scores.shape == (40, 40)
    assert found.tried.sum() == 50_000
    assert found.default is None
    assert found.chosen is not None
    x, y = found.chosen
    assert abs(found.x_values[x] - rows[7, 0]) <= 1
    assert abs(found.y_values[y] - rows[7, 4]) <= 7
    assert np.nansum(found.scores * found.tried) == pytest.approx(float(scores.sum()))


def test_few_points_make_few_cells(space: Space) -> None:
    points, rows = draw(space, 200)
    found = heat_map(space, points, rows[:, 4] + 100 * rows[:, 0])
    assert found is not None
    assert np.isfinite(found.scores).mean() > 0.5
    assert found.scores.shape[0] <= 20


def test_cells_out_of_order_are_not_waited_for() -> None:
    rows = (ProgramInput("a", "A", InputKind.INT, 3, 1, 30), ProgramInput("b", "B", InputKind.INT, 9, 1, 30))
    space = Space.of(rows, where=["a < b"])
    points = np.stack(np.unravel_index(np.arange(900), [30, 30]), axis=1).astype(np.int64)
    points = points[space.legal(points)]
    found = heat_map(space, points, points.sum(axis=1).astype(float))
    assert found is not None
    assert found.scores.shape == (30, 30)
    assert np.isfinite(found.scores).sum() == 435


def test_axes_that_are_asked_for(space: Space) -> None:
    points, rows = draw(space, 400)
    scores = rows[:, 0] * 1.0
    found = heat_map(space, points, scores, x="kind", y="reverse")
    assert found is not None
    assert (found.x, found.y, found.scores.shape) == ("kind", "reverse", (2, 3))
    found = heat_map(space, points, scores, y="long")
    assert found is not None
    assert (found.x, found.y) == ("fast", "long")
    assert heat_map(space, points, scores, x="fast", y="fast") is None
    with pytest.raises(SearchError, match="did you mean 'fast'"):
        heat_map(space, points, scores, x="fats")


def test_one_number_makes_no_map() -> None:
    space = Space.of((ROWS[0], ROWS[2], ROWS[3]))
    points, rows = draw(space, 50)
    assert heat_map(space, points, rows[:, 0]) is None
    assert heat_map(Space.of(ROWS), *empty(Space.of(ROWS))) is not None


def test_shapes_that_do_not_go_together_are_told(space: Space) -> None:
    points, _ = draw(space, 10)
    with pytest.raises(SearchError, match="points of shape"):
        influences(space, points, np.zeros(9))
    with pytest.raises(SearchError, match="points of shape"):
        heat_map(space, points[:, :2], np.zeros(10))


@given(st.integers(0, 10**6), st.integers(1, 300))
def test_shares_lie_between_none_and_all(seed: int, count: int) -> None:
    space = Space.of(ROWS)
    points, _ = draw(space, count, seed)
    random = np.random.default_rng(seed)
    scores = np.where(random.random(count) < 0.2, -np.inf, random.standard_cauchy(count))
    found = influences(space, points, scores)
    assert all(0 <= one.share <= 1 for one in found)
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
