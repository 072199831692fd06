"""Statistics against worked values and against what they must mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pinewright.optimize import statistics


def test_psr_by_hand() -> None:
    # SR 0.1 a day, 101 days, normal: z = 0.1 * 10 / sqrt(1 + 0.5 * 0.01) = 0.997509...
    assert statistics.psr(0.1, 0.0, 101, 0.0, 3.0) == pytest.approx(stats.norm.cdf(1 / math.sqrt(1.005)), abs=1e-12)
    # Bailey and Lopez de Prado (2014), page 9: SR 2.5 a year on 250 days, 5 years, skew -3, kurtosis 10, N = 100
    # trials with Var SR 0.5 a year: SR0* = 0.1132 a day, DSR = 0.9004.
    benchmark = math.sqrt(0.5 / 250) * statistics.expected_maximum(100)
    assert benchmark == pytest.approx(0.1132, abs=5e-5)
    assert statistics.psr(2.5 / math.sqrt(250), benchmark, 1250, -3.0, 10.0) == pytest.approx(0.9004, abs=5e-5)


def test_minimum_length_of_the_facts() -> None:
    assert statistics.minimum_years(45) == pytest.approx(5.0, abs=0.1)
    assert statistics.minimum_years(1000) == pytest.approx(10.6, abs=0.1)
    assert statistics.minimum_years(1) == 0.0
    assert statistics.minimum_years(1000, 2.0) == pytest.approx(statistics.minimum_years(1000) / 4)


def test_expected_maximum_is_that_of_normal_draws() -> None:
    draws = np.random.default_rng(1).standard_normal((20_000, 50))
    assert statistics.expected_maximum(50) == pytest.approx(draws.max(axis=1).mean(), rel=0.02)


def test_moments_are_those_of_scipy() -> None:
    daily = np.random.default_rng(2).gamma(2.0, size=80) - 1.5
    ratio = daily.mean() / daily.std(ddof=1)
    expected = statistics.psr(ratio, 0.05, 80, float(stats.skew(daily)), float(stats.kurtosis(daily, fisher=False)))
    assert statistics.probabilistic_sharpe(daily, 0.05) == pytest.approx(expected, abs=1e-12)
    assert statistics.t_statistic(daily) == pytest.approx(stats.ttest_1samp(daily, 0).statistic, abs=1e-12)


def test_deflation_grows_with_trials_and_forgives_one() -> None:
    daily = np.random.default_rng(3).normal(0.2, 1.0, 250)
    ratios = np.random.default_rng(4).normal(0.0, 0.06, 500)
    found = [statistics.deflated_sharpe(daily, ratios, trials) for trials in (1, 10, 1000, 100_000)]
    assert found[0] == statistics.probabilistic_sharpe(daily)
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.95 > found[-1]


def test_the_best_of_worthless_trials_is_not_believed() -> None:
    """400 strategies of pure noise: the deflated Sharpe ratio of the best stays under 0.95 nearly always."""
    believed = naive = 0
    for seed in range(60):
        noise = np.random.default_rng(seed).standard_normal((400, 120))
        ratios = noise.mean(axis=1) / noise.std(axis=1, ddof=1)
        best = noise[np.argmax(ratios)]
        believed += statistics.deflated_sharpe(best, ratios, 400, 120) >= 0.95
        naive += statistics.probabilistic_sharpe(best) >= 0.95
    assert naive == 60
    assert believed <= 6


def test_trials_that_bleed_do_not_count_as_luck() -> None:
    ratios = np.concatenate(
        [np.random.default_rng(1).normal(0.0, 0.1, 200), np.random.default_rng(2).normal(-1, 0.1, 200)]
    )
    whole, capped = statistics.luck_benchmark(ratios, 400), statistics.luck_benchmark(ratios, 400, 101)
    assert capped == pytest.approx(0.1 * statistics.expected_maximum(400))
    assert whole > 4 * capped
    # Trials that are all alike are fewer than their number: the cap never raises the benchmark.
    assert statistics.luck_benchmark(ratios[:200] / 10, 400, 101) == statistics.luck_benchmark(ratios[:200] / 10, 400)


@pytest.mark.parametrize("days", [8, 60, 250])
def test_intervals_cover_as_often_as_they_say(days: int) -> None:
    hits = 0
    for seed in range(200):
        daily = np.random.default_rng(seed).normal(0.3, 1.0, days)
        span = statistics.interval(daily, seed=1)
        hits += span.low <= 0.3 * days <= span.high
    assert 0.82 <= hits / 200 <= 0.97


def test_t_interval_is_that_of_scipy() -> None:
    daily = np.array([1.0, -2.0, 3.0, 0.5, 0.0])
    span = statistics.interval(daily, seed=1)
    low, high = stats.t.interval(0.9, 4, loc=daily.mean(), scale=stats.sem(daily))
    assert span.method == "t"
    assert [span.low, span.high] == pytest.approx([5 * low, 5 * high])


def test_bootstrap_is_repeatable_and_holds_the_sum() -> None:
    daily = np.random.default_rng(5).standard_normal(100)
    first, second = (statistics.interval(daily, seed=9) for _ in range(2))
    assert first == second
    assert first != statistics.interval(daily, seed=10)
    assert first.method == "bootstrap"
    assert first.low < daily.sum() < first.high


def test_dependence_widens_the_interval() -> None:
    """Days that follow each other alike carry less news than as many independent ones."""
    steps = np.random.default_rng(6).standard_normal(1000)
    daily = np.repeat(steps[:200], 5)
    mixed = np.random.default_rng(7).permutation(daily)
    wide, narrow = (statistics.interval(series, seed=1) for series in (daily, mixed))
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


@pytest.mark.parametrize("daily", [np.empty(0), np.array([1.0])])
def test_too_few_days_have_no_statistics(daily: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    span = statistics.interval(daily, seed=1)
    assert span.method == "none"
    assert math.isnan(span.low)
    assert not span.excludes_zero
    assert math.isnan(statistics.probabilistic_sharpe(daily))
    assert math.isnan(statistics.deflated_sharpe(daily, np.empty(0), 10))


def test_no_variation_is_undefined() -> None:
    assert math.isnan(statistics.sharpe(np.zeros(10)))
    assert math.isnan(statistics.probabilistic_sharpe(np.zeros(10)))


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=60), st.floats(0.5, 20))
def test_probability_does_not_depend_on_the_unit_of_money(values: list[float], scale: float) -> None:
    daily = np.array(values)
    if daily.std() < 1e-3:
        return
    first, second = (statistics.probabilistic_sharpe(series) for series in (daily, scale * daily))
    assert (math.isnan(first) and math.isnan(second)) or first == pytest.approx(second, abs=1e-6)
