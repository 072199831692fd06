"""P-values are fair under the null, small under an edge, and those of arch where it is installed."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pinewright.errors import SearchError
from pinewright.market import FloatArray
from pinewright.optimize.evidence import SuperiorAbility, long_run_deviation, stepdown, superior_ability


def noise(seed: int, periods: int = 150, sets: int = 8) -> FloatArray:
    return np.random.default_rng(seed).standard_normal((periods, sets))


def test_p_values_are_uniform_where_all_sets_equal_the_benchmark() -> None:
    """Over 300 seeds, within the bounds of a binomial count that a fair test leaves once in a thousand."""
    found = [superior_ability(noise(seed), seed=seed, draws=199, block=1) for seed in range(300)]
    for level in (0.1, 0.25, 0.5):
        low, high = stats.binom.ppf((0.0005, 0.9995), 300, level)
        for name in ("consistent", "upper", "reality_check"):
            assert low <= sum(getattr(one, name) <= level for one in found) <= high, (name, level)
    # A family-wise error is a smallest adjusted p-value below the level.
    smallest = [np.nanmin(stepdown(noise(seed), seed=seed, draws=199, block=1).adjusted) for seed in range(300)]
    low, high = stats.binom.ppf((0.0005, 0.9995), 300, 0.1)
    assert low <= np.sum(np.array(smallest) <= 0.1) <= high


def test_an_edge_is_found_and_named() -> None:
    table = noise(1, 300, 20)
    table[:, 4] += 0.4
    table[:, 9] += 0.3
    found, steps = superior_ability(table, seed=1), stepdown(table, seed=1)
    assert found.consistent < 0.01
    assert found.best == 4
    assert set(np.flatnonzero(steps.adjusted <= 0.05).tolist()) == {4, 9}


def test_poor_sets_blunt_the_reality_check_and_not_the_consistent_test() -> None:
    """The reason for Hansen's test: hundreds of bad and wild sets beside a good one."""
    table = noise(2, 300, 200) * 3 - 2
    table[:, 0] = noise(3, 300, 1)[:, 0] + 0.09
    found = superior_ability(table, seed=1)
    assert found.lower <= found.consistent <= found.upper
    assert found.consistent < 0.05 < found.upper < found.reality_check


@pytest.mark.parametrize(("statistic", "poor"), [(-1.7, False), (-1.9, True)])
def test_a_set_is_poor_below_the_iterated_logarithm(statistic: float, poor: bool) -> None:
    """Hansen (2005): sqrt(2 log log 150) is 1.795; a poor set is taken at its own mean, others at the benchmark's."""
    table = noise(8, 150, 2)
    table[:, 0] += 0.1 - table[:, 0].mean()
    table[:, 1] *= 20
    table[:, 1] += statistic * long_run_deviation(table[:, 1:], 5)[0] / math.sqrt(150) - table[:, 1].mean()
    found = superior_ability(table, seed=1, block=5)
    assert (found.consistent < found.upper) is poor


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), st.integers(10, 60), st.integers(1, 8), st.booleans())
def test_laws(seed: int, periods: int, sets: int, studentised: bool) -> None:
    table = noise(seed, periods, sets)
    found = superior_ability(table, seed=1, draws=60, studentised=studentised)
    steps = stepdown(table, seed=1, draws=60, studentised=studentised)
    assert 1 / 61 <= found.lower <= found.consistent <= found.upper <= 1
    # The first step is Hansen's upper test, p-values rise as statistics fall, and none is below what it is alone.
    assert np.min(steps.adjusted) == found.upper
    order = np.argsort(-steps.statistics, kind="stable")
    assert np.all(np.diff(steps.adjusted[order]) >= 0)
    assert max(0.0, float(steps.statistics.max())) == pytest.approx(found.statistic)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), st.floats(0.01, 1e5))
def test_units_of_money_do_not_matter_and_pieces_do_not(seed: int, unit: float) -> None:
    table = noise(seed, 40, 7)
    first = superior_ability(table, seed=3, draws=50)
    for other in (
        superior_ability(unit * table, seed=3, draws=50),
        superior_ability(table, np.zeros(40), seed=3, draws=50),
    ):
        assert other.consistent == pytest.approx(first.consistent)
        assert other.statistic == pytest.approx(first.statistic)
    small = superior_ability(table, seed=3, draws=50, memory=8 * 40 * 6 * 50)
    assert small.consistent == first.consistent


def test_pieces_of_draws_and_sets_add_up() -> None:
    table = noise(4, 60, 40)
    whole, small = (stepdown(table, seed=1, draws=64, memory=memory) for memory in (2**25, 8 * 60 * 6 * 16))
    assert np.nanmax(np.abs(whole.adjusted - small.adjusted)) < 0.25
    assert whole.statistics.tolist() == small.statistics.tolist()


def test_long_run_deviation_is_that_of_the_draws() -> None:
    from pinewright.optimize.evidence.resampling import stationary_bootstrap

    steps = noise(5, 401, 3)
    values = steps[1:] + 0.6 * steps[:-1]
    drawn = stationary_bootstrap(400, 6_000, 10, np.random.default_rng(1))
    expected = np.sqrt(400) * np.stack([values[rows].mean(axis=0) for rows in drawn]).std(axis=0)
    assert long_run_deviation(values, 10) == pytest.approx(expected, rel=0.04)
    assert np.all(long_run_deviation(values, 10) > 1.05 * values.std(axis=0))


@pytest.mark.parametrize("periods", [10, 11, 64])
def test_long_run_deviation_is_its_formula(periods: int) -> None:
    values = noise(6, periods, 4)
    centred, stay = values - values.mean(axis=0), 1 - 1 / 3
    total = np.mean(centred**2, axis=0)
    for lag in range(1, periods):
        weight = (1 - lag / periods) * stay**lag + lag / periods * stay ** (periods - lag)
        total += 2 * weight * np.sum(centred[lag:] * centred[:-lag], axis=0) / periods
    assert long_run_deviation(values, 3) == pytest.approx(np.sqrt(total))


def test_hostile_results() -> None:
    for empty in (np.empty((50, 0)), np.full((50, 3), np.nan), noise(1, 9), np.zeros((50, 3)), np.full((50, 2), 7.5)):
        found = superior_ability(empty, seed=1, draws=20)
        assert (found.best, found.sets) == (-1, 0)
        assert all(math.isnan(value) for value in (found.consistent, found.reality_check, found.statistic))
        assert np.isnan(stepdown(empty, seed=1, draws=20).adjusted).all()
    table = noise(7, 50, 3)
    mixed = np.insert(table, [0, 1, 3], np.full((50, 3), 5.0), axis=1)
    mixed[3, 0], mixed[4, 2] = np.nan, np.inf
    found, clean = superior_ability(mixed, seed=1, draws=99), superior_ability(table, seed=1, draws=99)
    assert (found.consistent, found.sets) == (clean.consistent, 3)
    assert np.isnan(stepdown(mixed, seed=1, draws=99).adjusted).tolist() == [True, False, True, False, False, True]
    # Nothing better than doing nothing: no statistic, no doubt.
    poor: SuperiorAbility = superior_ability(table - 5, seed=1, draws=99)
    assert (poor.statistic, poor.best, poor.consistent, poor.upper) == (0.0, -1, 1.0, 1.0)
    assert stepdown(table - 5, seed=1, draws=99).adjusted.tolist() == [1.0] * 3


def test_results_that_cancel_have_no_scale() -> None:
    table = noise(9, 64, 3)
    table[:, 1] = np.tile([1.0, -1.0], 32)
    assert superior_ability(table, seed=1, draws=20, block=1e6).sets >= 2
    assert not np.isinf(stepdown(table, seed=1, draws=20, block=1e6).statistics).any()


def test_memory_is_bounded_beside_the_matrix() -> None:
    superior_ability(noise(10), seed=1, draws=1)  # what is imported at the first call is not counted
    table = noise(10, 50, 40_000)
    for test in (superior_ability, stepdown):
        tracemalloc.start()
        try:
            test(table, seed=1, draws=60, memory=2**21)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 12 * 2**20 < table.nbytes


def test_illegal_calls() -> None:
    for call in ({"draws": 0}, {"block": 0.5}, {"benchmark": np.zeros(3)}):
        with pytest.raises(SearchError):
            superior_ability(noise(1), seed=1, **call)
        with pytest.raises(SearchError):
            stepdown(noise(1), seed=1, **call)


def test_p_values_and_better_sets_are_those_of_arch() -> None:
    arch = pytest.importorskip("arch.bootstrap", reason="arch is not installed beside us")
    table = noise(3, 400, 30)
    table[:, 4] += 0.12
    table[:, 7] -= 0.4
    table[:, 9] += 0.25
    theirs = arch.SPA(np.zeros(400), -table, block_size=5, reps=4_000, seed=1)
    theirs.compute()
    # arch tells poor sets by their deviation, but takes its maximum over plain means.
    found = superior_ability(table, seed=1, draws=4_000, block=5, studentised=False)
    for name in ("lower", "consistent", "upper"):
        expected = float(theirs.pvalues[name])
        assert getattr(found, name) == pytest.approx(expected, abs=4 * math.sqrt(2 * 0.01 / 4_000))
    steps = arch.StepM(np.zeros(400), -table, size=0.05, block_size=5, reps=4_000, seed=1)
    steps.compute()
    mine = stepdown(table, seed=1, draws=4_000, block=5, studentised=False).adjusted
    assert np.all(mine[steps.superior_models] < 0.07)
    assert set(np.flatnonzero(mine < 0.03).tolist()) <= {int(one) for one in steps.superior_models}
