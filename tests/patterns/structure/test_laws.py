"""Laws of structure: no look-ahead, and indifference to where prices lie, to their unit, and to up and down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data import load_bars
from pinewright.market import Bars, BoolArray
from pinewright.patterns.pattern import PatternMark
from pinewright.patterns.structure import (
    STRUCTURES,
    levels_at,
    structure_marks,
    structure_signals,
    swing_points,
    trend_lines_at,
)
from tests.patterns.structure.support import grid_bars, moved, walk
from tests.patterns.structure.test_signals import MIRRORS

LOOSE = {
    name: {
        item.name: {"length": 2.0, "tolerance": 2.0, "back": 0.9, "touches": 2.0}.get(item.name, 1.0)
        for item in p.parameters
    }
    for name, p in STRUCTURES.items()
}
"""Parameters with which everything fires often."""


@pytest.fixture(scope="module")
def real(shared: Path) -> Bars:
    return load_bars(shared / "data" / "m1" / "EURUSD_histdata_m1_2018.parquet")[0].slice(0, 20_000)


def _marks(bars: Bars) -> tuple[PatternMark, ...]:
    return structure_marks(bars, parameters=LOOSE)


@settings(max_examples=12, deadline=None)
@given(grid_bars(), st.integers(1, 400))
def test_later_bars_change_nothing(bars: Bars, cut: int) -> None:
    part = bars.slice(0, min(cut, len(bars)))
    whole = structure_signals(bars, parameters=LOOSE)
    assert np.array_equal(structure_signals(part, parameters=LOOSE), whole[:, : len(part)])
    assert _marks(part) == tuple(mark for mark in _marks(bars) if mark.bar < len(part))
    last = len(part) - 1
    for known in (levels_at, trend_lines_at, swing_points):
        assert known(part) == known(bars, last)


def test_later_bars_change_nothing_on_recorded_ones(real: Bars) -> None:
    whole, marks = structure_signals(real), structure_marks(real)
    rng = np.random.default_rng(7)
    for cut in rng.integers(50, len(real), 12).tolist():
        part = real.slice(0, cut)
        assert np.array_equal(structure_signals(part), whole[:, :cut])
        assert structure_marks(part) == tuple(mark for mark in marks if mark.bar < cut)
        assert levels_at(part) == levels_at(real, cut - 1)
        assert trend_lines_at(part) == trend_lines_at(real, cut - 1)


@settings(max_examples=12, deadline=None)
@given(grid_bars(), st.integers(-3, 3), st.integers(-2, 2))
def test_place_and_unit_of_prices_do_not_matter(bars: Bars, shift: int, power: int) -> None:
    other = moved(bars, 2.0**power, float(shift))
    assert np.array_equal(structure_signals(bars, parameters=LOOSE), structure_signals(other, parameters=LOOSE))


def _mirrored(signals: BoolArray) -> BoolArray:
    """Each row in the place of its mirror."""
    names = list(STRUCTURES)
    both = MIRRORS | {bullish: bearish for bearish, bullish in MIRRORS.items()}
    found: BoolArray = signals[[names.index(both[name]) for name in names]]
    return found


@settings(max_examples=12, deadline=None)
@given(grid_bars())
def test_up_and_down_are_mirrors(bars: Bars) -> None:
    upside_down = structure_signals(moved(bars, -1.0, 8.0), parameters=LOOSE)
    assert np.array_equal(_mirrored(upside_down), structure_signals(bars, parameters=LOOSE))


def test_up_and_down_are_mirrors_on_recorded_bars(real: Bars) -> None:
    fired = structure_signals(real)
    assert fired.sum() > 300
    assert np.array_equal(_mirrored(structure_signals(moved(real, -1.0, 2.5))), fired)


def _levels(bars: Bars, sign: int) -> list[tuple[object, ...]]:
    """All about the levels but their prices, the kinds turned where sign is -1."""
    return [
        (sign * level.kind.value, level.touches, level.first, level.last, level.age, level.strength, level.broken)
        for level in levels_at(bars)
    ]


def _lines(bars: Bars, sign: int) -> set[tuple[object, ...]]:
    return {(sign * line.kind.value, line.touches, line.first, line.last, line.broken) for line in trend_lines_at(bars)}


@settings(max_examples=12, deadline=None)
@given(grid_bars())
def test_levels_and_lines_have_mirrors(bars: Bars) -> None:
    upside_down = moved(bars, -1.0, 8.0)
    assert _levels(bars, 1) == _levels(upside_down, -1)
    assert _lines(bars, 1) == _lines(upside_down, -1)


def test_the_laws_are_about_something() -> None:
    fired = structure_signals(walk(1, 400), parameters=LOOSE)
    assert fired.any(axis=1).sum() > 15
