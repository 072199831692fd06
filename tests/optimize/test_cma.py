"""CMA-ES on grids: it climbs, adapts its shape, looks up what it knows, and goes elsewhere when it is done."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pinewright.market import FloatArray, IntArray
from pinewright.optimize import Evaluation, Space
from pinewright.optimize.cma import Islands
from pinewright.optimize.sampler import Sampler
from pinewright.optimize.trials import Trials
from pinewright.program import InputKind, ProgramInput

Height = Callable[[FloatArray], FloatArray]


def space(*sizes: int) -> Space:
    inputs = [ProgramInput(f"p{place}", "P", InputKind.INT, 0, 0, size - 1, 1) for place, size in enumerate(sizes)]
    return Space.of(inputs, ordered=())


def climb(where: Space, height: Height, begin: int, rounds: int, batch: int = 64, seed: int = 1) -> Trials:
    """Some spread trials and then islands alone; the height of a point is its score."""
    sampler, trials = Sampler(where, seed), Trials(where, begin + rounds * batch, 1)

    def tell(points: IntArray) -> None:
        scores = height(where.parameters(points))
        table = Evaluation(("trades",), np.full((len(points), 1), 100.0))
        trials.add(
            points, where.parameters(points), table, scores, np.where(np.isfinite(scores), 0.0, 1.0), scores[:, None]
        )

    tell(sampler.spread(begin))
    islands = Islands(where, sampler, trials, seed, batch)
    for _ in range(rounds):
        points = islands.ask(batch)
        tell(points)
        islands.tell()
    return trials


def ridge(parameters: FloatArray) -> FloatArray:
    """A narrow ridge along the diagonal, highest at (70, 70, 30)."""
    x, y, z = parameters.T[:3]
    return -np.asarray((x - y) ** 2 + 0.01 * (x + y - 140) ** 2 + 0.1 * (z - 30) ** 2, dtype=np.float64)


def test_climbs_a_ridge_that_lies_across_the_axes() -> None:
    found = [climb(space(101, 101, 101), ridge, 64, 20, seed=seed).best for seed in range(3)]
    spread = [
        float(ridge(space(101, 101, 101).parameters(Sampler(space(101, 101, 101), seed).spread(700))).max())
        for seed in range(3)
    ]
    assert np.median(found) > -1.0
    assert np.median(found) > np.median(spread) + 1


def test_is_the_same_each_time() -> None:
    first, second = (climb(space(50, 50, 50), ridge, 64, 6) for _ in range(2))
    assert first.points.tolist() == second.points.tolist()
    assert first.points.tolist() != climb(space(50, 50, 50), ridge, 64, 6, seed=2).points.tolist()


def test_trials_are_distinct_and_it_survives_the_end_of_a_grid() -> None:
    where = space(7, 5, 2)
    found = climb(where, lambda rows: -np.abs(rows - 2).sum(axis=1), 20, 40)
    assert len(np.unique(found.points, axis=0)) == len(found)
    assert found.best == -1.0 or found.best == 0.0


def test_finds_a_second_hill_when_the_first_is_climbed() -> None:
    def hills(rows: FloatArray) -> FloatArray:
        near = -0.01 * ((rows - 20) ** 2).sum(axis=1)
        far = 1.0 - 0.02 * ((rows - 80) ** 2).sum(axis=1)
        return np.asarray(np.maximum(near, far), dtype=np.float64)

    found = climb(space(101, 101), hills, 64, 25)
    gaps = [np.abs(found.points - centre).max(axis=1).min() for centre in (20, 80)]
    assert max(gaps) <= 1


@pytest.mark.parametrize("height", [lambda rows: np.full(len(rows), -np.inf), lambda rows: np.zeros(len(rows))])
def test_flat_land_and_no_land_do_not_break_it(height: Height) -> None:
    found = climb(space(40, 30, 2), height, 32, 15)
    assert len(found) > 200
    assert len(np.unique(found.points, axis=0)) == len(found)
