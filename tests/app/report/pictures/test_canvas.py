"""Scales with round ticks, short numbers, shapes without a NaN in them."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.app.report.figures import figure, quantity
from pinewright.app.report.pictures.canvas import Canvas, Scale, short


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 10, [0, 2.5, 5, 7.5, 10]),
        (-1.3, 1.3, [-1, -0.5, 0, 0.5, 1]),
        (1.0700, 1.0839, [1.07, 1.075, 1.08]),
        (0, 1e7, [0, 2.5e6, 5e6, 7.5e6, 1e7]),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert Scale(low, high, 0, 100).ticks(5) == pytest.approx(ticks)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.integers(2, 9))
def test_ticks_lie_inside_and_are_few(low: float, high: float, most: int) -> None:
    scale = Scale(min(low, high), max(low, high), 0, 100)
    ticks = scale.ticks(most)
    assert len(ticks) <= most
    room = 1e-6 * max(1.0, abs(low), abs(high))
    assert all(scale.low - room <= tick <= scale.high + room for tick in ticks)


def test_a_scale_over_nothing_or_one_value_has_room() -> None:
    assert Scale.over([], 0, 100).high > Scale.over([], 0, 100).low
    one = Scale.over([5.0, math.nan], 0, 100)
    assert one.low < 5 < one.high
    assert one(5.0) == 50


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.051, "\u22120.051"),
        (950, "950"),
        (1234.5, "1,234"),
        (12345, "12.3k"),
        (-2.5e6, "\u22122.5M"),
        (math.nan, "–"),
    ],
)
def test_numbers_of_axes_are_short(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (128.0, "128"),
        (0.0481, "0.048"),
        (1.4349, "1.43"),
        (math.nan, "–"),
        (-84.4, "\u221284.40"),
        (12_288.0, "12,288"),
    ],
)
def test_figures_of_checks(value: float, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(("value", "text"), [(22_000.0, "22,000"), (0.125, "0.125"), (7000.0, "7,000"), (1.0, "1")])
def test_quantities(value: float, text: str) -> None:
    assert quantity(value) == text


def test_a_gap_breaks_a_line_and_words_are_escaped() -> None:
    canvas = Canvas(100, 'a "told" <word>')
    canvas.path([(0, 0), (1, 1), (2, math.nan), (3, 3), (4, 4)], "line")
    canvas.text(1, 2, "</text><script>")
    root = ElementTree.fromstring(str(canvas.drawing()))
    assert root.find("path") is not None
    assert "".join(path.get("d") or "" for path in root.iter("path")) == "M0 0L1 1M3 3L4 4"
    assert [element.text for element in root.iter("text")] == ["</text><script>"]
    assert root.get("aria-label") == 'a "told" <word>'
