"""Points to try: distinct, legal, spread over the space, and the same whatever batches ask for them."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.optimize import Space
from pinewright.optimize.grid import Codes, Seen
from pinewright.optimize.sampler import Sampler, distance, neighbours
from pinewright.program import InputKind, ProgramInput

Inputs = tuple[ProgramInput, ...]


def numbers(*sizes: int) -> Space:
    inputs = [ProgramInput(f"p{place}", "P", InputKind.INT, 0, 0, size - 1, 1) for place, size in enumerate(sizes)]
    return Space.of(inputs, ordered=())


def test_sobol_points_cover_every_eighth_of_each_dimension(inputs: Inputs) -> None:
    space = Space.of(inputs, ordered=())
    points = Sampler(space, 5).spread(256)
    for index, dimension in enumerate(space.dimensions[:3]):
        counts = np.histogram(points[:, index] / dimension.size, bins=8, range=(0, 1))[0]
        assert counts.min() >= 20


def test_points_do_not_depend_on_the_batches_that_ask_for_them(inputs: Inputs) -> None:
    space = Space.of(inputs)
    whole, parts = Sampler(space, 5), Sampler(space, 5)
    asked = [1, 100, 28, 127]
    assert np.concatenate([parts.spread(count) for count in asked]).tolist() == whole.spread(sum(asked)).tolist()


def test_neighbours_are_close_legal_and_leave_switches_alone(inputs: Inputs) -> None:
    space = Space.of(inputs)
    point = space.nearest([20, 22, 0.5, 0, 0])
    found = space.parameters(neighbours(space, point))
    assert (found[:, 3] == 0).all()
    # 22 - 10 steps of the slow length lies under the fast one, the stop has nothing below its minimum
    assert found[:, :3].tolist() == [[18, 22, 0.5], [20, 32, 0.5], [20, 22, 0.75]]


def test_a_grid_is_given_out_to_the_last_point() -> None:
    space = numbers(9, 7, 5)
    sampler = Sampler(space, 1)
    found = np.concatenate([sampler.spread(100) for _ in range(5)])
    assert sampler.seen == len(found) == 315
    assert len(np.unique(found, axis=0)) == 315
    assert len(sampler.spread(1)) == len(sampler.around(found[:1], 5, 0.1)) == 0


def test_a_list_is_given_out_in_random_order() -> None:
    space = numbers(50, 40)
    legal = Codes(space).legal()
    assert legal is not None
    points = Sampler(space, 1, legal).spread(200)
    assert len(np.unique(points[:, 0])) > 40
    assert points.tolist() != Sampler(space, 2, legal).spread(200).tolist()


def test_steps_around_a_point_are_new_legal_and_near(inputs: Inputs) -> None:
    space = Space.of(inputs)
    sampler = Sampler(space, 4)
    centre = space.nearest([20, 100, 3, 0, 0])
    found = sampler.around(centre[None, :], 60, 0.05)
    assert len(np.unique(found, axis=0)) == 60
    assert space.legal(found).all()
    assert np.median(distance(space, found, centre)[found[:, 3] == centre[3]]) < 0.15


def test_marked_points_do_not_come_again() -> None:
    space = numbers(6, 6)
    sampler = Sampler(space, 3)
    taken = np.array([[0, 0], [5, 5], [0, 0]])
    sampler.mark(taken)
    assert sampler.seen == 2
    assert len(sampler.spread(100)) == 34


@pytest.mark.parametrize("sizes", [(3, 4, 5), (1000, 1000, 1000)])
def test_codes_are_places_in_the_grid(sizes: tuple[int, ...]) -> None:
    codes = Codes(numbers(*sizes))
    points = np.random.default_rng(1).integers(0, sizes, (500, 3))
    assert codes.exact
    assert codes.points(codes.of(points)).tolist() == points.tolist()
    assert (codes.legal() is None) == (sizes[0] == 1000)


def test_huge_grids_have_hashes() -> None:
    space = numbers(*[10_000] * 6)
    codes = Codes(space)
    points = np.random.default_rng(1).integers(0, 10_000, (100_000, 6))
    found = codes.of(points)
    assert not codes.exact
    assert len(np.unique(found)) == len(np.unique(points, axis=0))
    assert found.min() >= 0
    drawn = Sampler(space, 1).spread(3_000)
    assert len(np.unique(drawn, axis=0)) == 3_000


def test_legal_points_are_counted_only_as_far_as_asked(inputs: Inputs) -> None:
    space = Space.of(inputs[:2])
    legal = Codes(space).legal()
    assert legal is not None
    assert space.legal(Codes(space).points(legal)).all()
    assert len(legal) < space.grid_size
    assert Codes(space).legal(len(legal) - 1) is None


def test_seen_remembers_in_which_order() -> None:
    random, seen = np.random.default_rng(5), Seen()
    codes = random.permutation(60_000)
    for part in np.array_split(codes, 97):
        assert seen.fresh(np.concatenate([part, part])).sum() == len(part)
        seen.add(part)
    assert len(seen) == 60_000
    assert seen.numbers(codes).tolist() == list(range(60_000))
    assert seen.numbers(np.array([60_000, -5])).tolist() == [-1, -1]
    assert not seen.fresh(codes[::7]).any()
