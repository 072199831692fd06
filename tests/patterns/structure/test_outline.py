"""Outlines: lines through the swings that belong to them, to the break, and no further."""

from __future__ import annotations

from functools import cache

import pytest

from pinewright.charts.pictures.outlines import Outline, Pen
from pinewright.data.simulate import simulated_bars
from pinewright.market import Bars
from pinewright.patterns.pattern import Direction, PatternMark
from pinewright.patterns.structure import STRUCTURES, structure_marks
from pinewright.patterns.structure.outline import outline_of

CORRIDORS = [name for name in STRUCTURES if name.split("_")[-1] in ("triangle", "wedge")]
CORRIDORS += [name for name in STRUCTURES if name.startswith(("symmetrical", "rectangle")) or "channel" in name]
FLAGS = [name for name in STRUCTURES if name.endswith(("flag", "pennant"))]
LEVELS = [name for name in STRUCTURES if name.startswith(("support", "resistance"))]


@cache
def bars() -> Bars:
    return simulated_bars(7, "15m", days=400)


@cache
def marks(name: str) -> tuple[PatternMark, ...]:
    found = structure_marks(bars(), [name])
    assert found, name
    return found[:60]


def at(line: tuple[tuple[int, float], ...], bar: int) -> float:
    (first, low), *_, (last, high) = line
    return low + (bar - first) * (high - low) / (last - first)


@pytest.mark.parametrize("name", STRUCTURES)
def test_an_outline_ends_at_the_break_and_knows_nothing_later(name: str) -> None:
    for mark in marks(name):
        outline = outline_of(mark)
        ends = [stroke.points[-1] for stroke in outline.strokes]
        assert any(bar == mark.bar and price == pytest.approx(mark.points[-1][1]) for bar, price in ends)
        points = [point for stroke in outline.strokes for point in stroke.points]
        assert all(mark.start <= bar <= mark.bar for bar, _ in (*points, *outline.touches, *outline.area))
        assert all(
            a[0] < b[0] for stroke in outline.strokes for a, b in zip(stroke.points, stroke.points[1:], strict=False)
        )
        assert set(outline.touches) <= set(mark.points[:-1])


@pytest.mark.parametrize("name", [*CORRIDORS, *FLAGS])
def test_two_edges_lie_above_and_below_and_do_not_cross(name: str) -> None:
    for mark in marks(name):
        edges = [stroke.points for stroke in outline_of(mark).strokes]
        assert all(stroke.pen is Pen.EDGE for stroke in outline_of(mark).strokes)
        if name in FLAGS:
            assert edges.pop(0) == mark.points[:2]  # the pole
        one, other = edges
        touched = [sum(abs(at(edge, bar) - price) < 1e-9 for bar, price in mark.points[:-1]) for edge in edges]
        assert min(touched) >= 2
        first, last = max(one[0][0], other[0][0]), min(one[-1][0], other[-1][0])
        gaps = [at(one, bar) - at(other, bar) for bar in range(first, last + 1)]
        assert min(gaps) > -1e-9 or max(gaps) < 1e-9
        # The edge that did not break goes as far, or to where both meet.
        assert last == mark.bar or abs(at(one, last + 1) - at(other, last + 1)) <= abs(gaps[0])


def test_a_neck_line_begins_where_the_way_to_the_first_peak_crosses_it() -> None:
    for name in ("double_top", "inverse_head_and_shoulders"):
        for mark in marks(name):
            way, neck = outline_of(mark).strokes
            assert (way.pen, neck.pen) == (Pen.WAY, Pen.LEVEL)
            assert way.points == mark.points
            start, price = neck.points[0]
            assert way.points[0][0] <= start <= way.points[1][0]
            step = abs(way.points[1][1] - way.points[0][1]) / (way.points[1][0] - way.points[0][0])
            crossed = at(way.points[:2], start)
            inside = min(way.points[:2], key=lambda p: p[1])[1] < price < max(way.points[:2], key=lambda p: p[1])[1]
            assert abs(crossed - price) <= step or not inside


def test_the_neck_line_of_head_and_shoulders_runs_through_the_lows() -> None:
    for mark in marks("head_and_shoulders"):
        neck = outline_of(mark).strokes[1].points
        for bar, price in (mark.points[2], mark.points[4]):
            assert at(neck, bar) == pytest.approx(price)


@pytest.mark.parametrize("name", LEVELS)
def test_the_touches_of_a_level_are_those_it_was_made_of(name: str) -> None:
    for mark in marks(name):
        outline = outline_of(mark)
        assert len(outline.touches) >= 3  # as many as the pattern asks for
        assert mark.points[-2] in outline.touches
        mean = sum(price for _, price in outline.touches) / len(outline.touches)
        if name.endswith("bounce"):
            assert mean == pytest.approx(mark.levels[0])
        else:
            assert (mean - mark.levels[0]) * (1 if name == "support_break" else -1) > 0


def test_a_mark_of_another_detector_is_its_corners_and_levels() -> None:
    mark = PatternMark("double_top", Direction.DOWN, 40, 60, 0.7, ((40, 1.2), (50, 1.1)), (1.1,))
    way, level = outline_of(mark).strokes
    assert (way.pen, way.points) == (Pen.WAY, mark.points)
    assert (level.pen, level.points) == (Pen.LEVEL, ((40, 1.1), (60, 1.1)))
    assert not outline_of(PatternMark("hammer", Direction.UP, 3, 3, 1.0))


def test_an_outline_moved_is_the_same_elsewhere() -> None:
    outline = outline_of(marks("bull_flag")[0])
    moved = outline.moved(-7)
    assert moved != outline
    assert moved.moved(7) == outline
    assert sorted(moved.prices()) == sorted(Outline(moved.strokes).prices())
