"""Shapes on bars: where they fire, what they may know, and entries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import UsageError
from pinewright.market import Timeframe
from pinewright.patterns.mining.shape import Shape, shape_pattern, template_of
from pinewright.patterns.mining.signals import entries, forward_moves, shape_distance, shape_signals
from pinewright.patterns.pattern import Direction, PatternKind
from tests.patterns.mining.conftest import made_bars, walk

V = template_of([3, 2, 1, 0, 1, 2, 3, 4])


def shape(template: tuple[float, ...] = V, tolerance: float = 0.5, horizon: int = 4) -> Shape:
    return Shape("shape_v", template, tolerance, Direction.UP, horizon, Timeframe(15))


def test_distance_is_that_of_normalised_windows() -> None:
    bars = walk(300)
    found = shape_distance(bars, shape())
    rows = np.lib.stride_tricks.sliding_window_view(bars.close, 8)
    even = (rows - rows.mean(axis=1)[:, None]) / rows.std(axis=1)[:, None]
    wanted = np.asarray(V)
    expected = np.sqrt(np.mean((even - wanted / wanted.std()) ** 2, axis=1))
    assert np.isnan(found[:7]).all()
    assert np.allclose(found[7:], expected, atol=1e-3)  # ta.stdev is as coarse as TradingView's


def test_fires_on_its_own_window_at_any_level_and_size() -> None:
    steps = np.zeros(60, dtype=np.int64)
    steps[20:28] = [0, -10, -10, -10, 10, 10, 10, 10]
    steps[40:48] = [0, -70, -70, -70, 70, 70, 70, 70]
    fired = shape_signals(made_bars(steps), shape(tolerance=0.1))
    assert np.flatnonzero(fired).tolist() == [27, 47]


def test_flat_bars_never_fire() -> None:
    assert not shape_signals(made_bars(np.zeros(40, dtype=np.int64)), shape(tolerance=1.4)).any()


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.integers(-20, 20), min_size=20, max_size=120), cut=st.integers(8, 119))
def test_later_bars_change_nothing(steps: list[int], cut: int) -> None:
    bars = made_bars(np.array(steps))
    cut = min(cut, len(bars))
    whole = shape_signals(bars, shape(tolerance=0.8))
    assert np.array_equal(shape_signals(bars.slice(0, cut), shape(tolerance=0.8)), whole[:cut])


@given(fired=st.lists(st.booleans(), max_size=60), spacing=st.integers(1, 9))
def test_entries_keep_their_distance(fired: list[bool], spacing: int) -> None:
    flags = np.array(fired, dtype=np.bool_)
    found = entries(flags, 0, len(flags), spacing)
    expected: list[int] = []
    for bar in np.flatnonzero(flags).tolist():
        if not expected or bar - expected[-1] >= spacing:
            expected.append(bar)
    assert found.tolist() == expected


def test_moves_run_from_the_next_open() -> None:
    bars = walk(30)
    moves = forward_moves(bars, 3)
    assert moves[10] == bars.open[14] - bars.open[11]
    assert np.isnan(moves[-4:]).all()
    assert not np.isnan(moves[:-4]).any()


@given(st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=64))
def test_templates_add_up_to_nothing(closes: list[float]) -> None:
    try:
        template = np.array(template_of(closes))
    except UsageError:
        assert max(closes) - min(closes) < 1e-6
        return
    assert abs(template.sum()) < 1e-9
    assert template.std() == pytest.approx(1.0, abs=1e-3)


def test_a_shape_is_a_pattern_and_survives_its_text() -> None:
    one = shape()
    assert Shape.from_dict(one.as_dict()) == one
    pattern = shape_pattern(one)
    assert pattern.kind is PatternKind.SHAPE
    assert pattern.direction is Direction.UP
    assert pattern.bars == 8
    assert pattern.values({"tolerance": 0.25}) == (0.25,)


@pytest.mark.parametrize("wrong", [{"tolerance": 0.0}, {"horizon": 0}, {"template": (1.0, 1.0, 1.0, 1.0)}])
def test_impossible_shapes_are_refused(wrong: dict[str, object]) -> None:
    given = {"template": V, "tolerance": 0.5, "horizon": 4} | wrong
    with pytest.raises(UsageError):
        shape(**given)  # type: ignore[arg-type]
