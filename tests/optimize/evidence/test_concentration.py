"""Shares by hand, their laws, and the answer where there is no profit to have a share of."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.optimize import statistics
from pinewright.optimize.evidence import best_group, best_trades, concentration, stability

MONEY = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=60)


def test_best_trades_by_hand() -> None:
    profits = np.array([10.0, *[1.0] * 10, *[-1.0] * 9])
    found = best_trades(profits)
    assert (found.count, found.profit, found.without) == (1, 10.0, 1.0)
    assert found.share == pytest.approx(10 / 11)
    assert [best_trades(profits[:count]).count for count in (1, 20)] == [1, 1]
    assert best_trades(np.ones(21)).count == 2
    assert best_trades(np.ones(40), 0.1).share == pytest.approx(0.1)


def test_groups_by_hand() -> None:
    found = concentration(
        np.array([1.0, 2.0, 3.0, -1.0]), np.array([9, 14, 9, 14]), np.array([20240, 20240, 20241, 20242])
    )
    assert (found.hour.label, found.hour.count, found.hour.profit, found.hour.share) == (9, 2, 4.0, 0.8)
    assert (found.day.label, found.day.profit) == (20240, 3.0)
    assert (found.trades.profit, found.trades.label) == (3.0, -1)


@settings(max_examples=60, deadline=None)
@given(MONEY, st.floats(0.01, 0.99), st.integers(0, 99))
def test_laws_of_shares(profits: list[float], share: float, seed: int) -> None:
    known = np.array(profits)
    found = best_trades(known, share)
    assert found.profit + found.without == pytest.approx(known.sum())
    assert found.count == math.ceil(share * len(known) - 1e-9)
    assert found.profit >= found.count * known.mean() - 1e-6
    order = np.random.default_rng(seed).permutation(len(known))
    assert best_trades(known[order], share).profit == pytest.approx(found.profit)
    labels = np.random.default_rng(seed).integers(-3, 4, len(known))
    group = best_group(known, labels)
    assert group.profit == pytest.approx(max(known[labels == label].sum() for label in np.unique(labels)))
    assert best_group(known, np.zeros(len(known), np.int64)).profit == pytest.approx(known.sum())
    if known.sum() <= 0:
        assert math.isnan(found.share)
        assert math.isnan(group.share)


@pytest.mark.parametrize("profits", [[], [math.nan], [1.0, math.inf], [0.0], [-1.0], [1.0, -1.0], [0.1, 0.2, -0.3]])
def test_no_share_without_a_profit(profits: list[float]) -> None:
    known = np.array(profits)
    labels = np.zeros(len(known), np.int64)
    found = concentration(known, labels, labels)
    assert all(math.isnan(one.share) for one in (found.trades, found.hour, found.day))


def test_stability_by_hand() -> None:
    daily = np.array([1.0, 2.0, 0.0, 0.0, -1.0, 0.0, 3.0, 3.0])
    found = stability(daily)
    assert found.sums.tolist() == [3.0, 0.0, -1.0, 6.0]
    assert found.sharpes.tolist() == pytest.approx(
        [statistics.sharpe(daily[:2]), 0.0, statistics.sharpe(daily[4:6]), 0.0]
    )
    assert (found.positive, found.worst, found.best_share, found.consistency) == (0.5, -1.0, 0.75, 0.8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=60), st.integers(1, 8), st.floats(0.1, 100))
def test_laws_of_stability(values: list[float], parts: int, unit: float) -> None:
    daily = np.array(values)
    found = stability(daily, parts)
    if len(daily) < 2 * parts:
        assert math.isnan(found.positive)
        assert len(found.sums) == 0
        return
    assert found.sums.sum() == pytest.approx(daily.sum(), abs=1e-9)
    assert -1 <= found.straightness <= 1
    assert found.worst <= found.sums.mean() + 1e-9
    if np.abs(daily).max() > 1e-3:
        assert stability(-daily, parts).straightness == pytest.approx(-found.straightness, abs=1e-6)
        assert stability(unit * daily, parts).straightness == pytest.approx(found.straightness, abs=1e-6)
    if not math.isnan(found.best_share):
        assert found.best_share >= 1 / parts - 1e-9


def test_straight_rises_are_straight() -> None:
    assert stability(np.full(20, 2.5)).straightness == pytest.approx(1.0)
    assert stability(np.full(20, -2.5)).straightness == pytest.approx(-1.0)
    jump = np.zeros(40)
    jump[20] = 1.0
    assert 0.5 < stability(jump).straightness < 0.9
    assert stability(jump).consistency == 1.0


def test_hostile_series() -> None:
    for bad in (np.empty(0), np.ones(7), np.full(20, np.nan), np.array([1.0] * 19 + [math.inf])):
        found = stability(bad)
        assert all(math.isnan(value) for value in (found.positive, found.worst, found.straightness, found.consistency))
    still = stability(np.zeros(20))
    assert (still.positive, still.worst, still.straightness) == (0.0, 0.0, 0.0)
    assert math.isnan(still.best_share)
    assert math.isnan(still.consistency)
    with pytest.raises(SearchError):
        stability(np.ones(9), 0)
    for share in (0.0, 1.0):
        with pytest.raises(SearchError):
            best_trades(np.ones(3), share)
    with pytest.raises(SearchError):
        best_group(np.ones(3), np.zeros(2, np.int64))
