"""Lines drawn as SVG."""

from __future__ import annotations

import numpy as np

from pinewright.app.report.drawing import draw_lines, within
from pinewright.app.report.model import Curve, Period


def curve(*values: float) -> Curve:
    return Curve(np.arange(len(values), dtype=np.int64) * 1000, np.array(values, dtype=np.float64))


def test_a_line_fills_its_picture() -> None:
    shape = draw_lines([curve(0, 10, 5)], width=100, height=58)
    assert shape is not None
    assert shape.lines == ("0.0,54.0 50.0,4.0 100.0,29.0",)
    assert (shape.low, shape.high) == (0, 10)


def test_borders_outside_are_not_drawn() -> None:
    shape = draw_lines([curve(1, 2, 3)], width=100, borders=(0, 500, 1500, 9000), base=1.0)
    assert shape is not None
    assert shape.borders == (25.0, 75.0)


def test_a_flat_line_and_a_missing_value_are_no_trouble() -> None:
    shape = draw_lines([curve(5, float("nan"), 5)], width=100)
    assert shape is not None
    assert "nan" not in shape.lines[0]


def test_a_single_point_is_no_line() -> None:
    assert draw_lines([curve(1)]) is None
    assert draw_lines([]) is None


def test_a_part_is_led_by_the_point_before_it() -> None:
    cut = within(curve(1, 2, 3, 4, 5), Period(2000, 4000, 0, 0))
    assert cut.value.tolist() == [2, 3, 4]
