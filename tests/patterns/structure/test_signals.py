"""Structure patterns on drawn paths: each fires where it should, and not where a condition is missing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pinewright.errors import UsageError
from pinewright.patterns.pattern import Direction, PatternKind
from pinewright.patterns.structure import STRUCTURES, structure_marks, structure_signals
from tests.patterns.structure.support import bars_of, corners, moved, path, walk

MIRRORS = {
    "double_top": "double_bottom",
    "triple_top": "triple_bottom",
    "head_and_shoulders": "inverse_head_and_shoulders",
    "descending_triangle": "ascending_triangle",
    "symmetrical_triangle_down": "symmetrical_triangle_up",
    "rising_wedge": "falling_wedge",
    "rectangle_down": "rectangle_up",
    "rising_channel_break": "falling_channel_break",
    "bear_flag": "bull_flag",
    "bear_pennant": "bull_pennant",
    "support_break": "resistance_break",
    "resistance_bounce": "support_bounce",
    "rising_line_break": "falling_line_break",
}

PATHS: dict[str, tuple[tuple[float, ...], int, float]] = {
    # Corners ten bars apart, the bar that fires, and the price of the line there.
    "double_top": ((100, 98, 96, 100, 110, 104, 110, 98), 66, 103.75),
    "triple_top": ((100, 98, 96, 100, 110, 106, 110, 106, 110, 98), 86, 105.75),
    "head_and_shoulders": ((102, 96, 110, 104, 117, 104, 110, 98), 66, 103.75),
    "descending_triangle": ((110, 104, 118, 104, 112, 104, 105.5, 98), 63, 103.75),
    "symmetrical_triangle_down": ((95, 112, 96, 109, 99, 105, 95), 56, 101.0),
    "rising_wedge": ((110, 100, 113, 107, 116, 113.5, 116, 105), 57, 115.275),
    "rectangle_down": ((104, 110, 100, 110, 100, 110, 96), 58, 99.75),
    "rising_channel_break": ((110, 100, 110, 104.5, 114.5, 109, 119, 108), 67, 112.35),
    "bear_flag": ((110, 120, 100, 105, 102, 107, 95), 54, 103.05),
    "bear_pennant": ((110, 120, 100, 108, 102, 106, 95), 54, 103.05),
    "support_break": ((110, 100, 110, 100, 110, 100, 106, 95), 67, 99.07326537016377),
    "resistance_bounce": ((100, 110, 100, 110, 100, 110, 100, 109.9, 104), 71, 110.25),
    "rising_line_break": ((110, 100, 112, 104, 115, 108, 118, 108), 68, 111.15),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_drawn_shape_fires_once_at_its_break(name: str) -> None:
    prices, bar, level = PATHS[name]
    (mark,) = structure_marks(path(*corners(prices)), [name])
    assert (mark.pattern, mark.bar, mark.direction) == (name, bar, STRUCTURES[name].direction)
    assert mark.points[-1][0] == bar
    assert mark.points[-1][1] == pytest.approx(level)
    assert mark.levels in ((), (mark.points[-1][1],))
    assert 0.0 <= mark.confidence <= 1.0


@pytest.mark.parametrize("name", PATHS)
def test_the_mirrored_shape_is_the_mirrored_pattern(name: str) -> None:
    prices, bar, level = PATHS[name]
    (mark,) = structure_marks(moved(path(*corners(prices)), -1.0, 250.0), [MIRRORS[name]])
    assert (mark.bar, mark.direction) == (bar, Direction(-STRUCTURES[name].direction.value))
    assert mark.points[-1][1] == pytest.approx(250.0 - level)


BROKEN: dict[str, tuple[str, tuple[float, ...]]] = {
    "one top is higher": ("double_top", (100, 98, 96, 100, 110, 104, 112, 98)),
    "no rise before": ("double_top", (120, 110, 104, 110, 98)),
    "the low between is shallow": ("double_top", (100, 98, 96, 100, 110, 109, 110, 98)),
    "it went over the tops first": ("double_top", (100, 98, 96, 100, 110, 104, 110, 105, 113, 98)),
    "the head is no higher": ("head_and_shoulders", (102, 96, 110, 104, 110, 104, 110, 98)),
    "one shoulder is far lower": ("head_and_shoulders", (102, 96, 110, 104, 117, 104, 106, 98)),
    "the shoulders are nearly heads": ("head_and_shoulders", (102, 96, 110, 104, 111, 104, 110, 98)),
    "the highs are flat": ("descending_triangle", (110, 104, 112, 104, 112, 104, 105.5, 98)),
    "lines that part": ("symmetrical_triangle_down", (104, 108, 102, 110, 98, 112, 96)),
    "lines that run alike": ("rising_wedge", (110, 100, 110, 104.5, 114.5, 109, 119, 108)),
    "a third low off the line": ("rising_line_break", (110, 100, 112, 107, 115, 108, 118, 108)),
    "the rest takes all back": ("bear_flag", (110, 120, 100, 118, 102, 119, 95)),
    "a deeper low among the touches": ("support_break", (110, 100, 110, 95, 110, 100, 110, 100, 106, 94)),
    "two touches of three": ("support_break", (110, 100, 110, 103, 110, 100, 106, 95)),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_shape_without_its_condition_does_not_fire(case: str) -> None:
    name, prices = BROKEN[case]
    assert not structure_signals(path(*corners(prices)), [name]).any()


def test_a_close_on_the_line_is_no_break() -> None:
    shape = corners((100, 98, 96, 100, 110, 104, 110))
    assert not structure_signals(path(*shape, (10, 103.75), (5, 105)), ["double_top"]).any()
    assert structure_signals(path(*shape, (10, 103.74), (5, 105)), ["double_top"]).any()


@pytest.mark.parametrize(("left", "right", "fires"), [(10, 10, True), (20, 10, True), (30, 10, False), (10, 30, False)])
def test_both_halves_are_about_as_long(left: int, right: int, fires: bool) -> None:
    sides = ((left, 104.0), (left, 117.0), (right, 104.0), (right, 110.0))
    shape = path(*corners((102, 96, 110)), *sides, (right, 98.0))
    given = {"head_and_shoulders": {"tolerance": 3.0}}
    assert structure_signals(shape, ["head_and_shoulders"], given).any() == fires


def test_a_bounce_needs_that_price_was_away() -> None:
    touches = corners((100, 110, 100, 110, 100, 110))
    back = ((10, 109.8), (5, 107.0))
    assert structure_signals(path(*touches, (10, 103.0), *back), ["resistance_bounce"]).any()
    assert not structure_signals(path(*touches, (8, 109.3), (2, 109.8), (3, 109.2)), ["resistance_bounce"]).any()


def test_a_setup_ends_when_its_time_is_over() -> None:
    shape = corners((100, 98, 96, 100, 110, 104, 110))
    assert structure_signals(path(*shape, (10, 106), (5, 103)), ["double_top"]).any()
    assert not structure_signals(path(*shape, (2, 106), (60, 106.1), (5, 103)), ["double_top"]).any()


def test_parameters_decide() -> None:
    bars = path(*corners((100, 98, 96, 100, 110, 104, 112, 98)))
    assert structure_signals(bars, ["double_top"], {"double_top": {"tolerance": 3.0}}).any()
    assert not structure_signals(bars, ["double_top"], {"double_top": {"tolerance": 3.0, "height": 12.0}}).any()


def test_marks_are_the_signals() -> None:
    bars = walk(7, 100_000)
    fired = structure_signals(bars)
    marks = structure_marks(bars)
    assert [mark.bar for mark in marks] == sorted(mark.bar for mark in marks)
    for row, name in zip(fired, STRUCTURES, strict=True):
        own = [mark for mark in marks if mark.pattern == name]
        assert [mark.bar for mark in own] == np.flatnonzero(row).tolist(), name
        assert own, f"{name} never fires"
        for mark in own:
            assert 0.0 <= mark.confidence <= 1.0
            assert mark.start == mark.points[0][0]
            assert mark.bar == mark.points[-1][0]
            assert all(early[0] < late[0] for early, late in pairwise(mark.points))
            assert all(price in (bars.high[bar], bars.low[bar]) for bar, price in mark.points[:-1])


def test_a_trend_line_is_its_touches() -> None:
    (mark,) = structure_marks(path(*corners(PATHS["rising_line_break"][0])), ["rising_line_break"])
    assert [bar for bar, _ in mark.points] == [11, 31, 51, 68]
    assert np.diff([price for _, price in mark.points]) / np.diff([11, 31, 51, 68]) == pytest.approx([0.2] * 3)
    assert mark.levels == ()


def test_no_bar_fires_before_its_swings_are_known() -> None:
    bars = walk(3, 5_000)
    for name, pattern in STRUCTURES.items():
        length = int(pattern.defaults[0])
        assert all(mark.bar >= mark.points[-2][0] + length for mark in structure_marks(bars, [name]))


def test_every_pattern_is_described() -> None:
    assert len(STRUCTURES) >= 18
    assert {*MIRRORS, *MIRRORS.values()} == set(STRUCTURES)
    for name, pattern in STRUCTURES.items():
        assert pattern.name == name
        assert pattern.kind is PatternKind.STRUCTURE
        assert pattern.direction is not Direction.NEUTRAL
        assert pattern.parameters[0].name == "length"
        assert pattern.values() == pattern.defaults


def test_wrong_names_and_values() -> None:
    bars = walk(1, 50)
    with pytest.raises(UsageError, match="unknown structure pattern 'double_tip'"):
        structure_signals(bars, ["double_tip"])
    with pytest.raises(UsageError, match="unknown structure pattern 'flag'"):
        structure_marks(bars, parameters={"flag": {"length": 3}})
    with pytest.raises(UsageError, match="no parameter 'width'"):
        structure_signals(bars, parameters={"double_top": {"width": 3}})
    with pytest.raises(UsageError, match="out of range"):
        structure_signals(bars, parameters={"double_top": {"length": 1}})


@pytest.mark.parametrize("count", [0, 1, 2, 15])
def test_few_bars_have_no_structure(count: int) -> None:
    none = np.zeros(count)
    bars = bars_of(none + 1.0, none + 1.0, none + 1.0, none + 1.0)
    assert structure_signals(bars).shape == (len(STRUCTURES), count)
    assert structure_marks(bars) == ()
