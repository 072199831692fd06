"""Random trades are not found skilful, foresight is, and hours, costs and clusters are kept."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pinewright.errors import SearchError
from pinewright.market import FloatArray
from pinewright.optimize.evidence import Prices, RoundTrips, random_entries, shifted_entries, valued_at

DAY = 24
COUNT = 60 * DAY
HOURS = np.arange(COUNT) % DAY
STARTS = np.arange(0, COUNT, DAY)


def walk(seed: int) -> FloatArray:
    return 100 + np.cumsum(np.random.default_rng(seed).normal(0, 0.1, COUNT))


def chance_trades(seed: int, count: int = 40) -> RoundTrips:
    random = np.random.default_rng([seed, 1])
    held = random.integers(1, 12, count)
    return RoundTrips(random.integers(0, COUNT - held), held, random.choice(np.array([-1, 1]), count))


def test_trades_at_random_have_uniform_p_values() -> None:
    free = [
        random_entries(chance_trades(seed), Prices(walk(seed)), seed=seed, draws=199).p_value for seed in range(200)
    ]
    hours = [
        random_entries(chance_trades(seed), Prices(walk(seed), 0.02), HOURS, seed=seed, draws=199).p_value
        for seed in range(200)
    ]
    shifted = [
        shifted_entries(chance_trades(seed), Prices(walk(seed)), STARTS, seed=seed, draws=199).p_value
        for seed in range(200)
    ]
    for found in (free, hours, shifted):
        for level in (0.1, 0.5):
            low, high = stats.binom.ppf((0.0005, 0.9995), 200, level)
            assert low <= sum(value <= level for value in found) <= high


TICKS = 24
"""Prices inside a bar, in which stops and targets fill."""


def guarded_trades(seed: int, stop: float, target: float) -> tuple[RoundTrips, RoundTrips, FloatArray]:
    """Random entries at opens, each out where a stop or a target fills inside a bar: valued as they should be, valued
    at the open of the bar of the exit, and the opens.
    """
    random = np.random.default_rng([seed, 2])
    ticks = 100 + np.cumsum(random.normal(0, 0.1 / np.sqrt(TICKS), COUNT * TICKS))
    opens = ticks[::TICKS]
    entry = random.integers(0, COUNT - 1, 40)
    side = random.choice(np.array([-1, 1]), 40)
    leave, price = entry.copy(), np.empty(40)
    for k, (bar, way) in enumerate(zip(entry.tolist(), side.tolist(), strict=True)):
        gain = way * (ticks[bar * TICKS :] - opens[bar])
        hit = np.flatnonzero((gain <= -stop) | (gain >= target))
        at = bar * TICKS + int(hit[0]) if len(hit) else len(ticks) - 1
        leave[k], price[k] = at // TICKS, ticks[at]
    right = valued_at(leave, price, opens)
    return RoundTrips(entry, right - entry, side), RoundTrips(entry, leave - entry, side), opens


@pytest.mark.parametrize(("stop", "target"), [(0.08, 1.5), (1.5, 0.08)])
def test_exits_inside_bars_are_no_skill(stop: float, target: float) -> None:
    """A tight stop, or a near target, without a reason to enter: neither good nor bad; the open before knows."""
    right, early = [], []
    for seed in range(120):
        trips, at_open, opens = guarded_trades(seed, stop, target)
        right.append(random_entries(trips, Prices(opens), seed=seed, draws=99).p_value)
        early.append(random_entries(at_open, Prices(opens), seed=seed, draws=99).p_value)
    for level in (0.1, 0.5, 0.9):
        low, high = stats.binom.ppf((0.0005, 0.9995), 120, level)
        assert low <= sum(value <= level for value in right) <= high
    assert np.mean(early) < 0.3 or np.mean(early) > 0.7


def test_a_fill_at_the_open_is_valued_there_and_any_other_at_the_next() -> None:
    opens = np.array([1.0, 2.0, 3.0])
    bars = np.array([0, 0, 1, 2, 1])
    prices = np.array([1.0, 1.1, 2.05, 2.5, np.nan])
    assert valued_at(bars, prices, opens).tolist() == [0, 1, 2, 2, 2]
    assert valued_at(bars, prices, opens, slippage=0.05).tolist() == [0, 1, 1, 2, 2]


def test_foresight_is_found() -> None:
    prices = walk(1)
    entry = np.random.default_rng(2).choice(COUNT - 6, 80, replace=False)
    side = np.where(prices[entry + 6] > prices[entry], 1, -1)
    trades = RoundTrips(entry, np.full(80, 6), side)
    for found, least in (
        (random_entries(trades, Prices(prices, 0.01), HOURS, seed=1), 1 / 1001),
        # Sixty days have 59 shifts, each drawn once.
        (shifted_entries(trades, Prices(prices, 0.01), STARTS, seed=1), 1 / 60),
    ):
        assert found.p_value == pytest.approx(least)
        assert found.own > found.mean + 5 * found.deviation


def test_draws_stay_in_their_hours() -> None:
    """Each hour has its own move, the same every day: a trade moved within its hour earns what it did."""
    pattern = np.random.default_rng(3).normal(0, 1, DAY)
    prices = 500 + np.concatenate([[0.0], np.cumsum(np.tile(pattern - pattern.mean(), COUNT // DAY))[:-1]])
    trades = RoundTrips(np.array([3, 40, 100]), np.array([1, 5, 2]), np.array([1, -1, 1]))
    kept = random_entries(trades, Prices(prices), HOURS, seed=1, draws=50)
    assert kept.draws == pytest.approx(np.full(50, kept.own), abs=1e-6)
    assert kept.p_value == 1.0
    moved = shifted_entries(trades, Prices(prices), STARTS[:-1], seed=1, draws=50)
    assert np.median(np.abs(moved.draws - moved.own)) < 1e-6
    assert random_entries(trades, Prices(prices), seed=1, draws=50).deviation > 0.1


def test_clusters_make_single_draws_too_sure() -> None:
    """Forty trades in one stretch are one bet: only shifts of all of them know."""
    single = together = 0
    for seed in range(60):
        first = np.random.default_rng(seed).integers(0, COUNT - 60)
        trades = RoundTrips(first + np.arange(40), np.full(40, 12), np.ones(40, np.int64))
        prices = Prices(walk(seed))
        single += random_entries(trades, prices, seed=1, draws=99).p_value <= 0.05
        together += shifted_entries(trades, prices, STARTS, seed=1, draws=99).p_value <= 0.05
    assert single > 12
    assert together <= 9


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.lists(st.floats(0.1, 9), min_size=1, max_size=9))
def test_costs_are_paid_by_own_and_random_trades_alike(spread: float, fee: float, sizes: list[float]) -> None:
    size = np.array(sizes)
    trades = RoundTrips(np.arange(len(size)), np.arange(len(size)), np.ones(len(size), np.int64), size)
    for cost in (spread, np.full(50, spread)):
        found = random_entries(trades, Prices(np.full(50, 7.0), cost, fee), seed=1, draws=9)
        assert found.own == pytest.approx(-(spread + fee) * size.sum())
        assert found.draws == pytest.approx(np.full(9, found.own))
        assert found.p_value == 1.0


def test_spread_of_both_bars_is_paid_half() -> None:
    spread = np.array([2.0, 0.0, 0.0, 4.0])
    trades = RoundTrips(np.array([0]), np.array([3]), np.array([-1]))
    assert random_entries(trades, Prices(np.array([5.0, 0, 0, 3.0]), spread, 0.5), seed=1, draws=3).own == 2 - 3 - 0.5


def test_actual_profit_takes_the_place_of_own() -> None:
    trades, prices = chance_trades(1), Prices(walk(1))
    assert random_entries(trades, prices, seed=1, draws=99, actual=1e6).p_value == 0.01
    assert random_entries(trades, prices, seed=1, draws=99, actual=-1e6).p_value == 1.0
    assert math.isnan(random_entries(trades, prices, seed=1, draws=99, actual=math.nan).p_value)


def test_pieces_and_seeds() -> None:
    trades, prices = chance_trades(1), Prices(walk(1))
    whole, small, other = (
        random_entries(trades, prices, HOURS, seed=seed, draws=40, memory=memory)
        for seed, memory in ((1, 2**25), (1, 1), (2, 2**25))
    )
    assert whole.draws.tolist() == small.draws.tolist() != other.draws.tolist()


def test_hostile_trades() -> None:
    empty, one = np.empty(0, np.int64), np.array([0])
    assert math.isnan(random_entries(RoundTrips(empty, empty, empty), Prices(walk(1)), seed=1).p_value)
    assert math.isnan(shifted_entries(RoundTrips(empty, empty, empty), Prices(walk(1)), STARTS, seed=1).p_value)
    assert math.isnan(shifted_entries(RoundTrips(one, one, one + 1), Prices(walk(1)), STARTS[:1], seed=1).p_value)
    assert math.isnan(random_entries(chance_trades(1), Prices(np.full(COUNT, np.nan)), HOURS, seed=1).p_value)
    # A trade that only one bar can hold stays where it is.
    stuck = random_entries(RoundTrips(one, np.array([2]), one + 1), Prices(np.array([1.0, 2.0, 4.0])), seed=1, draws=9)
    assert stuck.draws.tolist() == [3.0] * 9
    assert (stuck.p_value, stuck.deviation) == (1.0, 0.0)


def test_illegal_calls() -> None:
    prices = Prices(np.ones(5))
    for entry, held, side in ((-1, 0, 1), (0, -1, 1), (4, 1, 1), (0, 1, 0), (0, 1, 2)):
        with pytest.raises(SearchError):
            random_entries(RoundTrips(np.array([entry]), np.array([held]), np.array([side])), prices, seed=1)
    good = RoundTrips(np.array([0]), np.array([1]), np.array([1]))
    for call in ({"draws": 0}, {"labels": np.zeros(4, np.int64)}):
        with pytest.raises(SearchError):
            random_entries(good, prices, seed=1, **call)
    with pytest.raises(SearchError):
        random_entries(good, Prices(np.ones(5), np.ones(4)), seed=1)
    with pytest.raises(SearchError):
        shifted_entries(good, prices, np.array([1, 3]), seed=1)
