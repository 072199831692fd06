"""DSR falls with trials, records and histories of the papers, and trials that are alike are counted once."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.optimize import statistics
from pinewright.optimize.evidence import (
    affordable_trials,
    deflate,
    effective_trials,
    expected_best,
    minimum_track_record,
    track_record,
)

DAILY = np.random.default_rng(3).normal(0.15, 1.0, 400)
RATIOS = np.random.default_rng(4).normal(0.0, 0.05, 500)


@pytest.mark.parametrize(
    ("a_year", "skew", "kurtosis", "years"),
    [(252, 0.0, 3.0, 2.73), (52, 0.0, 3.0, 2.83), (12, 0.0, 3.0, 3.24), (12, -0.72, 5.78, 4.99)],
)
def test_track_records_of_the_paper(a_year: int, skew: float, kurtosis: float, years: float) -> None:
    # Bailey and Lopez de Prado (2012): a yearly ratio of 2 to be told from 1 with 95 %, on daily, weekly and monthly
    # results, and monthly ones with the skew and kurtosis of hedge funds.
    found = track_record(2 / math.sqrt(a_year), 1 / math.sqrt(a_year), skew, kurtosis) / a_year
    assert found == pytest.approx(years, abs=0.005)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.02, 0.5), st.floats(-2, 2), st.floats(5, 15), st.floats(0.6, 0.99))
def test_after_its_track_record_a_ratio_is_believed(
    ratio: float, skew: float, kurtosis: float, confidence: float
) -> None:
    needed = track_record(ratio, 0.01, skew, kurtosis, confidence)
    if needed < 3:
        return
    below, above = (
        statistics.psr(ratio, 0.01, days, skew, kurtosis) for days in (math.floor(needed), math.ceil(needed))
    )
    assert below <= confidence + 1e-9
    assert above >= confidence - 1e-9


def test_histories_of_the_paper() -> None:
    # Bailey et al. (2014): five years bear no more than 45 trials.
    assert affordable_trials(5.0) == 45
    assert affordable_trials(0.0) == affordable_trials(-1) == affordable_trials(math.nan) == 1
    assert affordable_trials(1e9) == 10**12


@settings(max_examples=60, deadline=None)
@given(st.floats(0.5, 30), st.floats(0.5, 3))
def test_affordable_trials_invert_the_minimum_length(years: float, ratio: float) -> None:
    found = affordable_trials(years, ratio)
    if 1 < found < 10**12:
        assert statistics.minimum_years(found, ratio) <= years < statistics.minimum_years(found + 1, ratio)


def test_expected_best_is_what_noise_shows() -> None:
    noise = np.random.default_rng(1).standard_normal((120, 250, 60))
    best = (noise.mean(axis=1) / noise.std(axis=1, ddof=1)).max(axis=1).mean()
    assert expected_best(60, 250) == pytest.approx(best, rel=0.04)
    assert math.isnan(expected_best(60, 1))
    assert expected_best(1, 250) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 10**7), min_size=2, max_size=8), st.booleans())
def test_deflated_falls_with_trials(trials: list[int], capped: bool) -> None:
    days = len(DAILY) if capped else None
    found = [deflate(DAILY, RATIOS, count, days=days) for count in sorted(trials)]
    for less, more in pairwise(found):
        # From one trial to a few the expected maximum's approximation may dip.
        assert more.dsr <= less.dsr + 1e-12 or less.trials < 3
        assert more.psr == less.psr
        assert more.needed_days >= less.needed_days - 1e-9 or less.trials < 3
    assert all(one.dsr <= one.psr + 1e-12 for one in found)


def test_deflated_is_made_of_the_houses_statistics() -> None:
    found = deflate(DAILY, RATIOS, 1000, days=400, effective=37.2)
    assert found.sharpe == statistics.sharpe(DAILY)
    assert found.dsr == statistics.deflated_sharpe(DAILY, RATIOS, 1000, 400)
    assert found.effective_dsr == statistics.probabilistic_sharpe(DAILY, expected_best(37, 400))
    assert found.effective_dsr > found.dsr
    assert deflate(DAILY, RATIOS / 50, 1000, effective=900.0).effective_dsr == deflate(DAILY, RATIOS / 50, 1000).dsr
    assert deflate(DAILY, RATIOS, 10, effective=1e9).effective == 10
    assert math.isnan(deflate(DAILY, RATIOS, 10).effective_dsr)
    assert found.needed_days == minimum_track_record(DAILY, found.benchmark)


@pytest.mark.parametrize("daily", [np.empty(0), np.array([1.0]), np.full(50, np.nan), np.full(50, 2.0), np.zeros(50)])
def test_hostile_series_have_no_deflated_ratio(daily: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    found = deflate(daily, RATIOS, 100, effective=5)
    assert all(math.isnan(value) for value in (found.sharpe, found.psr, found.dsr, found.effective_dsr))
    assert math.isnan(found.needed_days)
    assert math.isnan(minimum_track_record(daily))


def test_hostile_moments_and_ratios() -> None:
    assert math.isnan(deflate(DAILY, np.full(5, np.nan), 100).dsr)
    assert track_record(0.1, 0.1, 0, 3) == track_record(-0.1, 0, 0, 3) == math.inf
    assert math.isnan(track_record(math.nan, 0, 0, 3))
    assert math.isnan(track_record(1.0, 0, 3.0, 1.0))
    for wrong in (0.5, 1.0, math.nan):
        with pytest.raises(SearchError):
            track_record(0.1, 0.0, 0.0, 3.0, wrong)
    with pytest.raises(SearchError):
        deflate(DAILY, RATIOS, 0)


def families(
    ideas: int, of_each: int, likeness: float, seed: int = 0
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    random = np.random.default_rng(seed)
    base = np.repeat(random.standard_normal((600, ideas)), of_each, axis=1)
    return math.sqrt(likeness) * base + math.sqrt(1 - likeness) * random.standard_normal(base.shape)


def test_ideas_are_counted_not_trials() -> None:
    assert effective_trials(families(6, 20, 0.9)) == 6
    assert effective_trials(families(1, 40, 0.95)) == 1
    noise = families(50, 1, 0.5)
    assert effective_trials(noise) == 50
    assert effective_trials(np.concatenate([noise, -noise], axis=1)) == 100
    assert effective_trials(np.concatenate([noise, 3 * noise + 7], axis=1)) == 50


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.integers(1, 6), st.integers(0, 99))
def test_effective_trials_lie_between_one_and_all_and_grow_with_strictness(ideas: int, of_each: int, seed: int) -> None:
    table = families(ideas, of_each, 0.6, seed)[:80]
    loose, middle, strict = (effective_trials(table, alike) for alike in (0.2, 0.5, 0.9))
    assert 1 <= loose <= middle <= strict <= ideas * of_each
    order = np.random.default_rng(seed).permutation(table.shape[1])
    assert effective_trials(table[:, order], 0.5) == middle


def test_the_best_of_few_worthless_ideas_is_not_believed() -> None:
    """Five ideas in eighty variants each: by the number of ideas, believed about as often as the level says."""
    believed = 0
    for seed in range(60):
        table = families(5, 80, 0.9, seed)[:250]
        ratios = table.mean(axis=0) / table.std(axis=0, ddof=1)
        found = deflate(table[:, np.argmax(ratios)], ratios, 400, days=250, effective=effective_trials(table))
        assert found.effective_dsr >= found.dsr
        believed += found.effective_dsr >= 0.95
    assert believed <= 7


def test_many_trials_are_judged_by_a_sample() -> None:
    assert effective_trials(families(400, 1, 0.5), most=100) == pytest.approx(400)
    assert effective_trials(families(8, 60, 0.95), most=100) == pytest.approx(8, abs=0.5)


def test_hostile_trials() -> None:
    assert effective_trials(np.empty((50, 0))) == 0
    assert effective_trials(np.zeros((50, 9))) == 1
    assert effective_trials(np.full((50, 9), np.nan)) == 9
    assert effective_trials(np.ones((2, 9))) == 9
    assert effective_trials(np.ones((50, 1))) == 1
    mixed = families(3, 1, 0.5)
    mixed[4, 0] = np.inf
    assert effective_trials(np.concatenate([mixed, np.zeros((600, 2))], axis=1)) == 4
