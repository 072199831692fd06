"""The search rehearsed: windows that do not see their tests, and a choice that is no lone peak."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pinewright.market import DAY
from pinewright.optimize.rehearsal import PURGE, choose, paths, walk
from pinewright.optimize.sample import Sample


def drawn(daily: np.ndarray, spread: np.ndarray | None = None) -> Sample:
    count = daily.shape[1]
    points = np.arange(count)[:, None]
    every = np.ones(count, dtype=np.bool_) if spread is None else spread
    scores = daily.mean(axis=0)
    return Sample(np.arange(count), points, np.array([count]), points.astype(float), daily, scores, every)


def noise(days: int, sets: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((days, sets))


def times(days: int) -> np.ndarray:
    return np.arange(days) * DAY


@pytest.mark.parametrize("anchored", [True, False])
def test_windows_lie_in_order_and_do_not_overlap(anchored: bool) -> None:
    found = walk(drawn(noise(300, 30)), times(300), 300 * DAY, anchored=anchored)
    assert len(found.windows) == 8
    for one, later in zip(found.windows, found.windows[1:], strict=False):
        assert one.test_end <= later.test_start
    for one in found.windows:
        assert one.train_end + PURGE * DAY <= one.test_start < one.test_end <= 300 * DAY
        assert (one.train_start == 0) or not anchored


def test_a_window_chooses_without_its_test() -> None:
    daily = noise(300, 30)
    plain = walk(drawn(daily), times(300), 300 * DAY, anchored=False)
    turned = daily.copy()
    last = plain.windows[-1]
    turned[last.test_start // DAY :] *= -1
    again = walk(drawn(turned), times(300), 300 * DAY, anchored=False)
    assert [one.parameters for one in again.windows] == [one.parameters for one in plain.windows]
    assert again.windows[-1].outside == pytest.approx(-plain.windows[-1].outside)


def test_an_edge_survives_and_noise_does_not() -> None:
    edge = walk(drawn(noise(400, 30) + 0.3), times(400), 400 * DAY, anchored=True)
    assert edge.efficiency > 0.5
    assert edge.positive == 1.0
    rates = [walk(drawn(noise(400, 30, seed)), times(400), 400 * DAY, anchored=True).efficiency for seed in range(20)]
    assert np.median(rates) < 0.4


def test_refined_sets_take_no_part() -> None:
    daily = noise(200, 20)
    daily[:, 15] += 5.0
    spread = np.arange(20) < 10
    found = walk(drawn(daily, spread), times(200), 200 * DAY, anchored=True)
    assert all(one.parameters[0] < 10 for one in found.windows)
    assert paths(drawn(daily, spread)).chosen.max() < 10


def test_few_days_or_no_sets_have_no_window() -> None:
    assert walk(drawn(noise(19, 10)), times(19), 19 * DAY, anchored=True).windows == ()
    nobody = walk(drawn(noise(200, 10), np.zeros(10, dtype=np.bool_)), times(200), 200 * DAY, anchored=True)
    assert nobody.windows == ()
    assert math.isnan(nobody.efficiency)


def test_a_lone_peak_does_not_win_over_a_plateau() -> None:
    means = np.full(40, -0.2)
    means[5], means[20:31] = 0.62, 0.5
    wave = np.where(np.arange(100) % 2 == 0, 1.0, -1.0)
    daily = wave[:, None] + means[None, :]
    nearest = np.clip(np.arange(40)[:, None] + np.array([0, -2, -1, 1, 2]), 0, 39)
    assert 20 <= choose(daily, nearest) <= 30
    assert choose(np.zeros((100, 40)), nearest) == -1


def test_a_set_that_hardly_trades_is_not_chosen() -> None:
    daily = noise(100, 10) + 0.1
    daily[:, 3] = 0.0
    daily[:2, 3] = 50.0
    assert choose(daily, np.arange(10)[:, None]) != 3


def test_the_sample_is_not_changed() -> None:
    daily = noise(100, 10)
    kept = daily.copy()
    one = drawn(daily)
    walk(one, times(100), 100 * DAY, anchored=True)
    paths(replace(one))
    np.testing.assert_array_equal(daily, kept)
