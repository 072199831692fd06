"""Blocks keep neighbours together, their lengths are as asked, and every period is drawn equally often."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.optimize.evidence.resampling import (
    circular_blocks,
    default_block,
    shuffles,
    stationary_bootstrap,
    times_drawn,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.floats(1, 30), st.integers(0, 99))
def test_all_indices_are_periods(count: int, draws: int, block: float, seed: int) -> None:
    for found in (
        stationary_bootstrap(count, draws, block, np.random.default_rng(seed)),
        circular_blocks(count, draws, int(block), np.random.default_rng(seed)),
    ):
        assert found.shape == (draws, count)
        assert found.min() >= 0
        assert found.max() < count
        assert times_drawn(found, count).sum(axis=1).tolist() == [count] * draws


def test_mean_length_of_blocks_and_equal_chances() -> None:
    found = stationary_bootstrap(200, 2_000, 8.0, np.random.default_rng(1))
    goes_on = np.mean((found[:, 1:] - found[:, :-1]) % 200 == 1)
    # A new block may begin where the old one would have gone on.
    assert goes_on == pytest.approx(1 - 1 / 8 + 1 / 8 / 200, abs=0.003)
    drawn = times_drawn(found, 200).mean(axis=0)
    assert np.abs(drawn - 1).max() < 0.3


def test_circular_blocks_have_their_length_and_go_round_the_end() -> None:
    found = circular_blocks(10, 500, 4, np.random.default_rng(2), length=11)
    assert found.shape == (500, 11)
    inside = np.ones(10, dtype=bool)
    inside[[3, 7]] = False
    assert np.all(((np.diff(found, axis=1) % 10) == 1)[:, inside])
    assert np.any(np.diff(found, axis=1) == -9)


def test_shuffles_hold_everything_once() -> None:
    found = shuffles(20, 50, np.random.default_rng(3))
    assert np.array_equal(np.sort(found, axis=1), np.tile(np.arange(20), (50, 1)))
    assert len({row.tobytes() for row in found}) == 50


def test_seeds_repeat_and_differ() -> None:
    first, again, other = (stationary_bootstrap(50, 5, 3, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_hostile_calls() -> None:
    assert stationary_bootstrap(0, 3, 2, np.random.default_rng(1)).shape == (3, 0)
    assert circular_blocks(0, 3, 2, np.random.default_rng(1)).shape == (3, 0)
    assert default_block(0) == default_block(1) == 1
    assert default_block(1000) == 10
    for wrong in (0.5, 0, float("nan")):
        with pytest.raises(SearchError):
            stationary_bootstrap(5, 1, wrong, np.random.default_rng(1))
