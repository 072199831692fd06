"""A bar without prices begins a new history: what is known in it is what its bars alone tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.market import Bars
from pinewright.patterns.structure import structure_signals
from pinewright.patterns.structure.columns import Pivots, pivots
from tests.support.walks import walk_bars


def without_prices(bars: Bars, at: list[int]) -> Bars:
    columns = {}
    for name in ("open", "high", "low", "close"):
        columns[name] = getattr(bars, name).copy()
        columns[name][at] = np.nan
    return replace(bars, **columns)


def by_parts(bars: Bars, at: list[int], length: int) -> Pivots:
    """The columns of each history computed on its own bars, with nothing at the bars between them."""
    found = [np.full(len(bars), np.nan) for _ in range(3)]
    for first, last in zip([-1, *at], [*at, len(bars)], strict=True):
        own = pivots(bars.slice(first + 1, last), length)
        for column, part in zip(found, (own.atr, own.top, own.bottom), strict=True):
            column[first + 1 : last] = part
    return Pivots(*found)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 200),
    st.sets(st.integers(0, 199), max_size=12),
    st.integers(1, 6),
    st.integers(0, 2**20),
)
def test_columns_are_those_of_each_history_alone(size: int, breaks: set[int], length: int, seed: int) -> None:
    at = sorted(one for one in breaks if one < size)
    bars = without_prices(walk_bars(size, seed), at)
    found, expected = pivots(bars, length), by_parts(bars, at, length)
    for name in ("atr", "top", "bottom"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


@pytest.mark.parametrize("name", ["double_top", "ascending_triangle", "bull_flag", "resistance_break"])
def test_signals_are_those_of_each_history_alone(name: str) -> None:
    at = [0, 700, 701, 1_500]
    bars = without_prices(walk_bars(3_000, 5), at)
    expected = np.zeros(len(bars), dtype=np.bool_)
    for first, last in zip([-1, *at], [*at, len(bars)], strict=True):
        if last > first + 1:
            expected[first + 1 : last] = structure_signals(bars.slice(first + 1, last), [name])[0]
    assert expected.any()
    np.testing.assert_array_equal(structure_signals(bars, [name])[0], expected)
