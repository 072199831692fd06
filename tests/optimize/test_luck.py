"""P-values that hold for noise, and that earlier searches and refinement cannot talk down."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pinewright.optimize.luck import chances, gain
from pinewright.optimize.sample import Sample


def drawn(daily: np.ndarray, spread: int | None = None) -> Sample:
    count = daily.shape[1]
    points = np.arange(count)[:, None]
    every = np.arange(count) < (count if spread is None else spread)
    return Sample(np.arange(count), points, np.array([count]), points.astype(float), daily, daily.mean(axis=0), every)


def ideas(seed: int, days: int = 120, sets: int = 60, edge: float = 0.0) -> np.ndarray:
    """Sets that are mixtures of six ideas; ``edge`` a day, in deviations, for the first three sets."""
    random = np.random.default_rng(seed)
    mixed: np.ndarray = random.standard_normal((days, 6)) @ random.standard_normal((6, sets))
    mixed /= mixed.std(axis=0)
    mixed[:, :3] = mixed[:, :1] + 0.1 * random.standard_normal((days, 3)) + edge
    return mixed


def best(one: Sample) -> int:
    return int(np.argmax(one.daily.mean(axis=0) / one.daily.std(axis=0)))


def test_noise_reaches_a_level_as_often_as_the_level_says() -> None:
    found = []
    for seed in range(120):
        one = drawn(ideas(seed, days=80))
        found.append(chances([one], [(0, best(one))], seed=1, searches=1)[0])
    # 0.2 is asked of 120 draws: more than 36 of them come in less than one case of a hundred.
    assert np.count_nonzero(np.array(found) <= 0.2) <= 36


def test_an_edge_is_seen() -> None:
    one = drawn(ideas(3, edge=0.5))
    assert chances([one], [(0, 1)], seed=1, searches=1)[0] < 0.01


def test_more_families_and_earlier_searches_make_it_harder() -> None:
    one, others = drawn(ideas(5, edge=0.2)), [drawn(ideas(seed)) for seed in (6, 7, 8)]
    alone = chances([one], [(0, 1)], seed=1, searches=1)[0]
    among = chances([one, *others], [(0, 1)], seed=1, searches=1)[0]
    again = chances([one], [(0, 1)], seed=1, searches=10)[0]
    assert alone < among
    assert again == pytest.approx(1 - (1 - alone) ** 10)


def test_a_refined_set_stands_with_spread_sets_like_it() -> None:
    daily = ideas(9)
    random = np.random.default_rng(1)
    # What a climb finds in noise: a set like the first one, and luckier than any that was spread.
    daily = np.column_stack([daily, daily[:, 0] + 0.2 * random.standard_normal(len(daily)) + 0.5])
    one = drawn(daily, spread=60)
    spread = chances([one], [(0, place) for place in range(60)], seed=1, searches=1)
    refined = chances([one], [(0, 60)], seed=1, searches=1)[0]
    assert refined == spread[:3].min()
    assert refined > 0.05


def test_no_answer() -> None:
    daily = ideas(1)
    lone = np.column_stack([daily, np.random.default_rng(5).standard_normal(len(daily))])
    assert math.isnan(chances([drawn(lone, spread=60)], [(0, 60)], seed=1, searches=1)[0])
    assert math.isnan(chances([drawn(ideas(1, days=9))], [(0, 0)], seed=1, searches=1)[0])
    assert math.isnan(chances([drawn(ideas(1)), drawn(ideas(1, days=99))], [(0, 0)], seed=1, searches=1)[0])
    assert math.isnan(gain(drawn(ideas(1)), 0, np.zeros(3), seed=1))


def test_gain_is_over_the_default_and_free_of_size() -> None:
    daily = ideas(11, edge=0.4)
    default = daily[:, 10]
    small = gain(drawn(daily), 1, default, seed=1)
    large = gain(drawn(daily * 7.0), 1, default * 0.01, seed=1)
    assert small == large < 0.1
    assert gain(drawn(daily), 1, daily[:, 0], seed=1) > 0.2
