"""Splits and paths of the book, purging by holding time against the definition, and skfolio's where installed."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.optimize import statistics
from pinewright.optimize.evidence import cpcv, design, path_results, train_mask


def test_counts_and_paths_of_the_book() -> None:
    # Lopez de Prado (2018), figures 12.1 and 12.2: six groups, two tested, 15 splits and 5 paths.
    plan = design(60, 6, 2)
    assert plan.tested.shape == (15, 2)
    assert plan.paths.shape == (5, 6)
    assert (plan.paths[0] + 1).tolist() == [1, 1, 2, 3, 4, 5]
    assert (plan.paths[1] + 1).tolist() == [2, 6, 6, 7, 8, 9]
    wide = design(1000, 10, 2)
    assert (len(wide.tested), len(wide.paths)) == (45, 9)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 8), st.integers(1, 7), st.integers(0, 60))
def test_laws_of_designs(groups: int, tests: int, more: int) -> None:
    if tests >= groups:
        return
    plan = design(groups + more, groups, tests)
    sizes = np.diff(plan.edges)
    assert sizes.max() - sizes.min() <= 1
    assert plan.edges[-1] == plan.count
    assert len(plan.tested) == math.comb(groups, tests)
    assert len(plan.paths) == math.comb(groups - 1, tests - 1)
    # A path takes each group from a split that tests it, and every tested group of every split is on one path.
    used = {(int(split), group) for row in plan.paths for group, split in enumerate(row)}
    assert used == {(split, int(group)) for split, row in enumerate(plan.tested) for group in row}
    # Every period is tested equally often.
    assert np.all(plan.test_mask().sum(axis=0) == len(plan.paths))


@settings(max_examples=60, deadline=None)
@given(st.integers(12, 50), st.integers(0, 6), st.integers(0, 4), st.integers(0, 10**6), st.booleans())
def test_purging_is_the_definition(count: int, purge: int, embargo: int, seed: int, own: bool) -> None:
    """Fitted periods share no moment with tested decisions, and nothing more than that is left out."""
    plan = design(count, 5, 2)
    held = np.random.default_rng(seed).integers(0, 9, count)
    ends = np.arange(count) + held if own else None
    fitted, tested = train_mask(plan, purge=purge, embargo=embargo, ends=ends), plan.test_mask()
    acts = np.maximum(np.arange(count) + purge, ends if ends is not None else 0)
    for split in range(len(tested)):
        expected = ~tested[split]
        for first, last in pairwise(plan.edges):
            if tested[split, first]:
                for period in range(count):
                    before = period < first <= acts[period]
                    after = last <= period <= max(last - 1, acts[first:last].max()) + embargo
                    expected[period] &= not (before or after)
        assert np.array_equal(fitted[split], expected)


def test_paths_hold_only_tested_results() -> None:
    plan = design(23, 6, 2)
    outcomes = np.where(plan.test_mask(), np.arange(15)[:, None], np.nan)
    found = path_results(plan, outcomes)
    assert np.array_equal(found, plan.paths[:, plan.group])


def test_a_true_edge_lives_on_every_path_and_noise_does_not() -> None:
    noise = np.random.default_rng(1).standard_normal((500, 40))
    edge = noise.copy()
    edge[:, 7] += 0.4
    found = cpcv(edge, purge=2, embargo=5)
    assert set(found.chosen.tolist()) == {7}
    assert np.array_equal(found.series, np.tile(edge[:, 7], (9, 1)))
    assert found.sharpes.tolist() == pytest.approx([statistics.sharpe(edge[:, 7])] * 9)
    assert found.loss == 0
    totals = [cpcv(np.random.default_rng(seed).standard_normal((200, 20))).totals.mean() for seed in range(40)]
    assert abs(np.mean(totals)) < 4 * np.std(totals) / math.sqrt(40)


def test_pieces_of_any_size_give_the_same() -> None:
    table = np.random.default_rng(2).standard_normal((120, 33))
    whole, small = cpcv(table), cpcv(table, memory=1)
    assert np.array_equal(whole.chosen, small.chosen)
    assert np.array_equal(whole.series, small.series)


def test_hostile_results() -> None:
    table = np.random.default_rng(3).standard_normal((100, 4))
    gap = table.copy()
    gap[5, :] = np.nan
    nothing = cpcv(gap)
    assert set(nothing.chosen.tolist()) == {-1}
    assert np.isnan(nothing.totals).all()
    assert np.isnan(nothing.sharpes).all()
    assert math.isnan(nothing.loss)
    gap[5, 2] = 0.0
    assert set(cpcv(gap).chosen.tolist()) == {2}
    assert len(cpcv(table[:19]).series) == 0
    assert math.isnan(cpcv(table[:19]).loss)
    assert np.isnan(cpcv(np.empty((100, 0))).totals).all()
    still = cpcv(np.zeros((100, 3)))
    assert still.sharpes.tolist() == [0.0] * 9
    assert still.loss == 1
    # Purged of everything, no set can be chosen.
    assert set(cpcv(table, purge=99).chosen.tolist()) == {-1}


def test_illegal_calls() -> None:
    for call in ((5, 6, 2), (50, 5, 5), (50, 5, 0), (500, 30, 15)):
        with pytest.raises(SearchError):
            design(*call)
    with pytest.raises(SearchError, match="before it was made"):
        train_mask(design(20, 5, 2), ends=np.arange(20) - 1)
    with pytest.raises(SearchError):
        path_results(design(20, 5, 2), np.zeros((3, 20)))


@pytest.mark.parametrize(
    ("groups", "tests", "purge", "embargo"), [(10, 2, 0, 0), (6, 3, 2, 1), (5, 2, 3, 4), (10, 8, 1, 5)]
)
def test_splits_are_those_of_skfolio(groups: int, tests: int, purge: int, embargo: int) -> None:
    skfolio = pytest.importorskip("skfolio.model_selection", reason="skfolio is not installed beside us")
    theirs = skfolio.CombinatorialPurgedCV(n_folds=groups, n_test_folds=tests, purged_size=purge, embargo_size=embargo)
    plan = design(120, groups, tests)
    fitted, tested = train_mask(plan, purge=purge, embargo=embargo), plan.test_mask()
    for number, (train, test) in enumerate(theirs.split(np.zeros((120, 2)))):
        assert np.array_equal(np.flatnonzero(fitted[number]), np.sort(train))
        assert np.array_equal(np.flatnonzero(tested[number]), np.sort(np.concatenate(test)))
