"""Robust scales equal NumPy's medians; spikes come back, moves stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.outliers import find_outliers, local_sigma, median, quantile, robust_scale, spikes
from pinewright.market import FloatArray


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0, 1))
def test_quantiles_are_numpys(values: list[float], share: float) -> None:
    array = np.array(values)
    assert quantile(array, share) == pytest.approx(float(np.quantile(array, share)), rel=1e-12, abs=1e-9)
    assert median(array) == pytest.approx(float(np.median(array)), rel=1e-12, abs=1e-9)


def test_nothing_has_no_median() -> None:
    assert np.isnan(median(np.zeros(0)))


def test_sigma_of_a_normal_law() -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, 20_000)
    middle, sigma = robust_scale(values)
    assert middle == pytest.approx(3.0, abs=0.05)
    assert sigma == pytest.approx(2.0, rel=0.03)


def test_values_that_are_mostly_alike_have_a_scale() -> None:
    assert robust_scale(np.ones(9)) == (1.0, 1.0)
    assert robust_scale(np.array([1.0] * 9 + [11.0])) == (1.0, 1.0)


def test_a_large_series_is_measured_by_a_part_of_it() -> None:
    values = np.random.default_rng(2).normal(0.0, 1.0, 1_200_001)
    assert robust_scale(values)[1] == pytest.approx(1.0, rel=0.01)


def test_outliers_with_the_worst_first() -> None:
    values = np.random.default_rng(3).normal(0.0, 1.0, 1_000)
    values[[10, 500, 700]] = [50.0, -99.0, 70.0]
    time = 1_000 * np.arange(1_000)
    rows, worst = find_outliers(time, values, 0.0, 1.0)
    assert rows.tolist() == [10, 500, 700]
    assert [one.time for one in worst] == [500_000, 700_000, 10_000]
    assert worst[0].sigmas == -99.0


def walk(count: int = 400) -> FloatArray:
    return 100.0 + np.cumsum(np.random.default_rng(4).choice([-1.0, 0.0, 1.0], count))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_spike_comes_back(length: int) -> None:
    prices = walk()
    prices[200 : 200 + length] += 500.0
    assert np.flatnonzero(spikes(prices, 1.0)).tolist() == list(range(200, 200 + length))


def test_a_move_stays() -> None:
    prices = walk()
    prices[200:] += 500.0
    assert not spikes(prices, 1.0).any()
    prices[204:] -= 500.0  # four rows are no spike
    assert not spikes(prices, 1.0).any()


def test_spikes_one_after_the_other() -> None:
    prices = np.full(400, 100.0) + np.tile([0.0, 1.0], 200)
    prices[[200, 202, 204]] = 900.0
    assert np.flatnonzero(spikes(prices, 1.0)).tolist() == [200, 202, 204]


def test_a_market_after_news_moves_more() -> None:
    """The same jump and return is a spike in a quiet market and none where the rows after it move alike."""
    prices = walk()
    prices[200] += 60.0
    assert spikes(prices, 1.0)[200]
    prices[202:] += 10.0 * np.tile([-1.0, 1.0], 99)
    assert not spikes(prices, 1.0).any()


def test_the_louder_side_counts() -> None:
    sizes = np.array([1.0] * 30 + [8.0] + [4.0] * 30)
    assert local_sigma(sizes, 30, 31) == pytest.approx(4 * 1.4826)
    assert local_sigma(sizes[:1], 0, 1) == 0.0


def test_short_series_have_no_spikes() -> None:
    for count in range(4):
        rise: FloatArray = 1e9 * np.arange(count, dtype=np.float64)
        assert not spikes(rise, 1.0).any()
