"""PBO of noise is a half, of an edge nought; logits against a plain loop, and against purgedcv where installed."""

from __future__ import annotations

import math
import tracemalloc
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.market import FloatArray
from pinewright.optimize import statistics
from pinewright.optimize.evidence import probability_of_overfitting, usable_blocks


def plainly(table: FloatArray, blocks: int) -> list[tuple[float, float, float]]:
    """(logit, inside, outside) of every combination by the words of the paper."""
    pieces, found = np.array_split(np.arange(len(table)), blocks), []
    for picked in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([pieces[number] for number in picked])
        outside = np.setdiff1d(np.arange(len(table)), inside)
        first, second = (
            np.array([statistics.sharpe(table[rows, one]) for one in range(table.shape[1])])
            for rows in (inside, outside)
        )
        best = int(np.argmax(first))
        share = (1 + np.sum(second < second[best])) / (table.shape[1] + 1)
        found.append((math.log(share / (1 - share)), float(first[best]), float(second[best])))
    return found


@pytest.mark.parametrize(("periods", "sets", "blocks"), [(243, 7, 8), (64, 20, 4), (50, 3, 6), (40, 2, 2)])
def test_against_a_plain_loop(periods: int, sets: int, blocks: int) -> None:
    table = np.random.default_rng(periods).standard_normal((periods, sets)) + 0.05
    found, expected = probability_of_overfitting(table, blocks), plainly(table, blocks)
    rows = sorted(zip(found.logits.tolist(), found.inside.tolist(), found.outside.tolist(), strict=True))
    for row, other in zip(rows, sorted(expected), strict=True):
        assert row == pytest.approx(other, abs=1e-9)
    assert found.probability == np.mean([row[0] <= 1e-12 for row in expected])
    assert found.loss == np.mean([row[2] < 0 for row in expected])
    slope = np.polyfit([row[1] for row in expected], [row[2] for row in expected], 1)[0]
    assert found.slope == pytest.approx(slope)
    assert found.sets == sets


def test_sixteen_blocks_have_12870_halves() -> None:
    found = probability_of_overfitting(np.random.default_rng(1).standard_normal((160, 30)))
    assert len(found.logits) == len(found.chosen) == 12_870


def test_noise_is_a_half_on_average() -> None:
    found = [
        probability_of_overfitting(np.random.default_rng(seed).standard_normal((160, 20)), 8) for seed in range(80)
    ]
    chance = np.array([one.probability for one in found])
    assert abs(chance.mean() - 0.5) < 4 * chance.std() / math.sqrt(80)
    assert np.mean([one.degradation for one in found]) < -0.1


def test_a_true_edge_is_not_overfitting_and_a_fitted_one_is() -> None:
    table = np.random.default_rng(2).standard_normal((320, 50))
    edge = table.copy()
    edge[:, 3] += 0.5
    found = probability_of_overfitting(edge, 8)
    assert found.probability == 0
    assert found.loss == 0
    assert set(found.chosen.tolist()) == {3}
    # Every set earns in one half what it loses in the other: the best is always the worst to come.
    turn = np.repeat([1.0, -1.0], 160)[:, None] * np.linspace(-1, 1, 50)[None, :] + 0.05 * table
    assert probability_of_overfitting(turn, 2).probability == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 999), st.floats(0.01, 1e6))
def test_units_of_money_and_order_of_sets_do_not_matter(seed: int, unit: float) -> None:
    table = np.random.default_rng(seed).standard_normal((40, 9))
    first = probability_of_overfitting(table, 4)
    other = probability_of_overfitting(unit * table[:, ::-1], 4)
    assert other.logits.tolist() == pytest.approx(first.logits.tolist())
    assert other.inside.tolist() == pytest.approx(first.inside.tolist())
    assert np.array_equal(8 - other.chosen, first.chosen)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.integers(0, 99))
def test_copies_of_one_set_are_all_the_median(copies: int, seed: int) -> None:
    table = np.tile(np.random.default_rng(seed).standard_normal((40, 1)), (1, copies + 1))
    found = probability_of_overfitting(table, 4)
    assert np.abs(found.logits).max() < 1e-12


def test_hostile_results() -> None:
    table = np.random.default_rng(3).standard_normal((80, 6))
    for empty in (np.empty((80, 0)), table[:, :1], np.full((80, 6), np.nan), table[:7], np.full((80, 6), 2.5)):
        found = probability_of_overfitting(empty, 4)
        assert math.isnan(found.probability)
        assert math.isnan(found.slope)
        assert math.isnan(found.degradation)
        assert len(found.logits) == 0
    # A gap, an infinity and a constant are left out and change nothing for the others; places stay those of the call.
    mixed = np.insert(table, [0, 2, 4], np.full((80, 3), 1.0), axis=1)
    mixed[7, 0], mixed[9, 3] = np.nan, -np.inf
    found, clean = probability_of_overfitting(mixed, 4), probability_of_overfitting(table, 4)
    assert found.sets == 6
    assert found.logits.tolist() == clean.logits.tolist()
    assert np.array_equal(np.array([1, 2, 4, 5, 7, 8])[clean.chosen], found.chosen)
    # Sets that never trade score nought each, and share the middle.
    idle = probability_of_overfitting(np.zeros((80, 5)), 4)
    assert idle.inside.tolist() == [0.0] * 6
    assert idle.probability == 1
    assert math.isnan(idle.slope)


def test_illegal_and_usable_blocks() -> None:
    for wrong in (0, 1, 7, 22):
        with pytest.raises(SearchError):
            probability_of_overfitting(np.zeros((100, 3)), wrong)
    with pytest.raises(SearchError):
        probability_of_overfitting(np.zeros(100))
    assert [usable_blocks(periods) for periods in (0, 7, 8, 14, 40, 64, 5000)] == [0, 0, 2, 2, 10, 16, 16]


def test_many_sets_go_in_pieces() -> None:
    """More sets than one piece or one product holds: the best of all of them is found, wherever it stands."""
    table = np.random.default_rng(5).standard_normal((64, 9_000))
    for place in (0, 4_321, 8_999):
        edge = table.copy()
        edge[:, place] += 4
        assert set(probability_of_overfitting(edge, 6).chosen.tolist()) == {place}


def test_memory_is_bounded() -> None:
    """All 12,870 halves of 4,000 sets would take 412 MB a score."""
    table = np.random.default_rng(8).standard_normal((32, 4_000))
    tracemalloc.start()
    try:
        probability_of_overfitting(table)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 32 * 2**20


def test_logits_are_those_of_purgedcv() -> None:
    theirs = pytest.importorskip("purgedcv", reason="purgedcv is not installed beside us")
    table = np.random.default_rng(6).standard_normal((250, 11))
    expected = theirs.probability_of_backtest_overfitting(table.T, 10)
    found = probability_of_overfitting(table, 10)
    assert np.sort(found.logits) == pytest.approx(np.sort(expected.logits))
    assert found.slope == pytest.approx(expected.slope)


def test_probability_is_that_of_phacker() -> None:
    theirs = pytest.importorskip("phacker.cscv", reason="phacker is not installed beside us")
    table = np.random.default_rng(7).standard_normal((240, 40))
    expected, logits = theirs.cscv(table, 16)
    found = probability_of_overfitting(table, 16)
    assert found.probability == expected
    assert np.sort(found.logits) == pytest.approx(np.sort(logits))
