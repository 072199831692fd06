"""Windows cover the tests once, never fit on what they measure, and efficiency is a ratio only where it is one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.optimize.evidence import Window, efficiency, lengths, on_bars, walk_forward


def test_windows_by_hand() -> None:
    assert walk_forward(10, 4, 2) == (Window(0, 4, 4, 6), Window(2, 6, 6, 8), Window(4, 8, 8, 10))
    assert walk_forward(10, 4, 2, anchored=True) == (Window(0, 4, 4, 6), Window(0, 6, 6, 8), Window(0, 8, 8, 10))
    assert walk_forward(10, 4, 2, purge=1, embargo=1) == (Window(0, 4, 6, 8), Window(2, 6, 8, 10))
    assert walk_forward(10, 4, 2, step=4) == (Window(0, 4, 4, 6), Window(4, 8, 8, 10))
    assert walk_forward(5, 4, 2) == ()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 300),
    st.integers(1, 60),
    st.integers(1, 40),
    st.booleans(),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_laws_of_windows(count: int, train: int, test: int, anchored: bool, purge: int, embargo: int) -> None:
    found = walk_forward(count, train, test, anchored=anchored, purge=purge, embargo=embargo)
    assert len(found) == max(0, (count - train - purge - embargo) // test)
    covered = np.zeros(count, dtype=int)
    for window in found:
        assert window.test_first - window.train_last == purge + embargo
        assert window.train_last - window.train_first >= train
        assert window.train_first >= 0
        assert window.test_last <= count
        covered[window.test] += 1
    # Tests touch: one stretch, each period once.
    assert covered.max(initial=0) <= 1
    assert np.count_nonzero(np.diff(covered)) <= 2


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2000), st.integers(1, 20), st.floats(0.5, 10), st.integers(0, 20))
def test_lengths_give_the_windows_asked_for(count: int, windows: int, ratio: float, gap: int) -> None:
    train, test = lengths(count, windows, ratio, gap)
    if train == 0:
        assert count - gap < windows + ratio + windows
        return
    found = walk_forward(count, train, test, purge=gap)
    assert len(found) == windows
    assert found[0].train_first == 0
    assert found[-1].test_last == count


def test_days_become_bars() -> None:
    starts = np.array([3, 10, 12, 20, 21])
    assert on_bars(walk_forward(5, 2, 1, purge=1), starts, 30) == (Window(3, 12, 20, 21), Window(10, 20, 21, 30))
    with pytest.raises(SearchError, match="more than 5"):
        on_bars(walk_forward(6, 2, 1), starts, 30)
    with pytest.raises(SearchError, match="ascend"):
        on_bars((), np.array([3, 2]), 30)


def test_efficiency_by_hand() -> None:
    found = efficiency(
        np.array([100.0, 50.0, -10.0]), np.array([10.0, 20.0, 5.0]), np.array([50] * 3), np.array([10] * 3)
    )
    assert found.ratios.tolist() == pytest.approx([0.5, 2.0, math.nan], nan_ok=True)
    assert found.median == 1.25
    assert found.pooled == pytest.approx((35 / 30) / (140 / 150))
    assert (found.positive, found.defined) == (1.0, 2)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 1e4), st.lists(st.floats(1, 100), min_size=1, max_size=9))
def test_efficiency_does_not_depend_on_money_and_is_one_where_nothing_is_lost(unit: float, won: list[float]) -> None:
    inside, days = unit * np.array(won), np.full(len(won), 40)
    found = efficiency(inside, inside / 4, days, np.full(len(won), 10))
    assert found.ratios.tolist() == pytest.approx([1.0] * len(won))
    assert found.median == pytest.approx(1.0)
    assert found.pooled == pytest.approx(1.0)


@pytest.mark.parametrize("inside", [[], [math.nan], [0.0], [-1.0], [math.inf]])
def test_no_efficiency_without_a_profit_inside(inside: list[float]) -> None:
    days = np.full(len(inside), 10)
    found = efficiency(np.array(inside), np.ones(len(inside)), days, days)
    assert math.isnan(found.median)
    assert math.isnan(found.pooled)
    assert found.defined == 0


def test_illegal_calls() -> None:
    for call in ({"train": 0}, {"test": 0}, {"purge": -1}, {"embargo": -1}, {"step": 0}):
        with pytest.raises(SearchError):
            walk_forward(**{"count": 10, "train": 2, "test": 2, **call})  # type: ignore[arg-type]  # one at a time
    with pytest.raises(SearchError):
        efficiency(np.ones(2), np.ones(3), np.ones(2, np.int64), np.ones(2, np.int64))
