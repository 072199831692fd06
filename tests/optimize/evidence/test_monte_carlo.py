"""Bands hold what really happened where the order of trades does not matter; rebuilt bars are bars."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.market import FloatArray
from pinewright.optimize.evidence import (
    block_bars,
    day_blocks,
    drawdowns,
    equity_band,
    rebuild,
    since,
    trade_bands,
)

MONEY = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=40)


def trades(seed: int, count: int = 60, mean: float = 0.1) -> FloatArray:
    return np.random.default_rng(seed).normal(mean, 1.0, count)


def test_drawdowns_by_hand() -> None:
    assert drawdowns(np.array([1.0, 2.0, -4.0, 1.0, -2.0, 9.0])) == 5.0
    assert drawdowns(np.array([-1.0, -2.0, 9.0])) == 3.0
    assert drawdowns(np.array([1.0, 2.0])) == 0.0
    assert drawdowns(np.empty(0)) == 0.0
    assert drawdowns(np.array([[1.0, -1.0], [-1.0, 1.0]])).tolist() == [1.0, 1.0]


@settings(max_examples=60, deadline=None)
@given(MONEY, st.sampled_from(["shuffle", "bootstrap", "block"]))
def test_laws_of_bands(profits: list[float], method: str) -> None:
    known = np.array(profits)
    found = trade_bands(known, seed=1, method=method, draws=50)  # type: ignore[arg-type]  # one of the three
    assert np.all(np.diff(found.final) >= 0)
    assert np.all(np.diff(found.drawdown) >= 0)
    assert np.all(found.drawdown >= 0)
    assert found.real_final == pytest.approx(float(known.sum()))
    assert 0 <= found.loss <= 1
    assert 0 <= found.drawdown_place <= 1
    # No fall is larger than all losses together, and no end is outside of the worst and the best trade repeated.
    if method == "shuffle":
        assert found.final.tolist() == pytest.approx([found.real_final] * 3, abs=1e-6)
        assert found.drawdown.max() <= -known[known < 0].sum() + 1e-6
    assert len(known) * known.min() - 1e-6 <= found.final[0]
    assert found.final[-1] <= len(known) * known.max() + 1e-6


@pytest.mark.parametrize("method", ["shuffle", "bootstrap", "block"])
def test_bands_hold_the_real_drawdown_where_order_does_not_matter(method: str) -> None:
    """300 series of independent trades: a 90 % band of shuffles holds nine in ten, within a binomial's bounds. The
    bootstrap's drawdown varies with the profit as well and is wider.
    """
    inside = 0
    for seed in range(300):
        found = trade_bands(trades(seed), seed=seed, method=method, draws=200)  # type: ignore[arg-type]  # one of three
        inside += found.drawdown[0] <= found.real_drawdown <= found.drawdown[-1]
        assert found.final[0] <= found.real_final + 1e-9
        assert found.real_final <= found.final[-1] + 1e-9
    assert inside >= 252
    if method == "shuffle":
        assert inside <= 288


def test_order_that_was_lucky_is_told() -> None:
    swings = np.tile([1.0, -1.0], 50)
    assert trade_bands(swings, seed=1, method="shuffle").drawdown_place < 0.01
    assert trade_bands(np.sort(swings)[::-1], seed=1, method="shuffle").drawdown_place > 0.99
    # Blocks keep runs of losses together, single draws break them.
    runs = np.repeat(np.tile([1.0, -1.0], 10), 10)
    whole, single = (
        trade_bands(runs, seed=1, method=method, block=10).drawdown[-1] for method in ("block", "bootstrap")
    )
    assert whole > 1.5 * single


def test_seeds_repeat_and_pieces_are_small() -> None:
    first, again, other = (trade_bands(trades(1), seed=seed) for seed in (1, 1, 2))
    assert first.final.tolist() == again.final.tolist() != other.final.tolist()
    small = trade_bands(trades(1), seed=1, memory=1)
    assert small.final == pytest.approx(first.final, abs=3)


@pytest.mark.parametrize("method", ["shuffle", "bootstrap", "block"])
def test_hostile_trades(method: str) -> None:
    for bad in (np.empty(0), np.array([math.nan]), np.array([1.0, math.inf])):
        found = trade_bands(bad, seed=1, method=method)  # type: ignore[arg-type]  # one of the three
        assert np.isnan(found.final).all()
        assert np.isnan(found.drawdown).all()
        assert math.isnan(found.loss)
        assert math.isnan(found.drawdown_place)
    one = trade_bands(np.array([-3.0]), seed=1, method=method)  # type: ignore[arg-type]  # one of the three
    assert one.final.tolist() == [-3.0] * 3
    assert one.drawdown.tolist() == [3.0] * 3
    assert (one.loss, one.drawdown_place) == (1.0, 0.5)
    same = trade_bands(np.full(30, 0.1), seed=1, method=method)  # type: ignore[arg-type]  # one of the three
    assert same.final == pytest.approx([3.0] * 3)
    assert same.drawdown.tolist() == [0.0] * 3
    assert trade_bands(np.zeros(30), seed=1, method=method).loss == 0.0  # type: ignore[arg-type]  # one of the three


def test_equity_band_by_its_moments() -> None:
    known = trades(1, 400)
    found = equity_band(known, 900, seed=1, draws=4_000, levels=(0.05, 0.5, 0.95))
    assert (found.after[0], found.after[-1]) == (1, 900)
    assert len(found.after) == 200
    spread = known.std() * np.sqrt(found.after[50:])
    assert found.values[1, 50:] == pytest.approx(known.mean() * found.after[50:], abs=0.15 * float(spread.max()))
    assert (found.values[2] - found.values[0])[50:] / spread == pytest.approx(2 * 1.645, rel=0.08)
    assert equity_band(known, 3, seed=1).after.tolist() == [1, 2, 3]
    assert np.isnan(equity_band(np.empty(0), 5, seed=1).values).all()


def test_later_trades_are_judged_fairly() -> None:
    """Later trades of the same kind give p-values that are about uniform; worse ones give small ones."""
    known = trades(1, 2_000)
    fair = [since(known, trades(seed, 50), seed=seed, draws=199) for seed in range(1_000, 1_200)]
    for one in ("final", "path"):
        assert 6 <= sum(getattr(found, one) <= 0.1 for found in fair) <= 38
    worse = [since(known, trades(seed, 50, -0.4), seed=seed, draws=199) for seed in range(1_000, 1_040)]
    assert np.mean([found.final <= 0.05 for found in worse]) > 0.85
    assert np.mean([found.path <= 0.05 for found in worse]) > 0.8


def test_hostile_later_trades() -> None:
    for known, new in (([], [1.0]), ([1.0], []), ([math.nan], [1.0]), ([1.0], [math.nan])):
        found = since(np.array(known), np.array(new), seed=1)
        assert math.isnan(found.final)
        assert math.isnan(found.path)
    assert since(np.full(9, 2.0), np.full(4, 2.0), seed=1, draws=9).final == 1.0
    assert since(np.full(9, 2.0), np.full(4, 1.9), seed=1, draws=9).final == 0.1


def bars(seed: int, count: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    random = np.random.default_rng(seed)
    close = 1.1 * np.exp(np.cumsum(random.normal(0, 1e-3, count)))
    open_ = np.concatenate([[1.1], close[:-1]]) * np.exp(random.normal(0, 1e-4, count))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0, 5e-4, count)))
    low = np.minimum(open_, close) * np.exp(-np.abs(random.normal(0, 5e-4, count)))
    return open_, high, low, close


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(0, 99))
def test_the_old_order_gives_the_old_bars(count: int, seed: int) -> None:
    old = bars(seed, count)
    for new, column in zip(rebuild(*old, np.arange(count)), old, strict=True):
        assert new == pytest.approx(column, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 120), st.integers(1, 30), st.integers(0, 99))
def test_rebuilt_bars_are_bars_with_the_old_moves(count: int, block: int, seed: int) -> None:
    old, index = bars(seed, count), block_bars(count, seed=seed, block=block, draws=2)
    assert index.shape == (2, count)
    assert np.all(index[:, 0] == 0)
    assert index[:, 1:].min() >= 1
    open_, high, low, close = rebuild(*old, index[1])
    assert np.all(high >= np.maximum(open_, close))
    assert np.all(low <= np.minimum(open_, close))
    assert np.all(low > 0)
    assert close[1:] / close[:-1] == pytest.approx((old[3][1:] / old[3][:-1])[index[1, 1:] - 1])
    assert open_[1:] / close[:-1] == pytest.approx((old[0][1:] / old[3][:-1])[index[1, 1:] - 1])


def test_hostile_bars() -> None:
    assert block_bars(0, seed=1, block=3).shape == (1, 0)
    assert block_bars(1, seed=1, block=3).tolist() == [[0]]
    empty = np.empty(0)
    assert [len(column) for column in rebuild(empty, empty, empty, empty, np.empty(0, np.int64))] == [0] * 4
    old = bars(1, 5)
    old[3][2] = math.nan
    assert np.isnan(rebuild(*old, np.arange(5))[3]).tolist() == [False, False, True, True, True]
    with pytest.raises(SearchError):
        rebuild(*bars(1, 5), np.array([5]))
    with pytest.raises(SearchError):
        block_bars(9, seed=1, block=0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(1, 8), st.booleans(), st.integers(0, 99))
def test_days_move_as_a_whole(sizes: list[int], block: int, replace: bool, seed: int) -> None:
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    count = sum(sizes)
    found = day_blocks(starts, count, seed=seed, block=block, replace=replace)
    day = np.searchsorted(starts, found.bars, side="right") - 1
    assert found.days[0] == 0
    assert found.days[-1] == len(sizes) - 1
    assert set(np.diff(found.days).tolist()) <= {0, 1}
    for number in range(len(sizes)):
        rows = found.bars[found.days == number]
        source = day[found.days == number][0]
        assert rows.tolist() == list(range(starts[source], starts[source] + sizes[source]))
    if not replace:
        assert sorted(found.bars.tolist()) == list(range(count))


def test_illegal_calls() -> None:
    for call in ({"method": "sort"}, {"draws": 0}, {"levels": (0.0, 0.5)}, {"block": 0, "method": "block"}):
        with pytest.raises(SearchError):
            trade_bands(trades(1), seed=1, **call)
    with pytest.raises(SearchError):
        equity_band(trades(1), 0, seed=1)
    for starts in ([1, 2], [0, 0], []):
        with pytest.raises(SearchError):
            day_blocks(np.array(starts, dtype=np.int64), 5, seed=1)
