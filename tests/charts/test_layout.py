"""The geometry: every bar has columns of its own, parts lie apart, rows fall as prices rise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pinewright.charts.layout import Layout
from pinewright.charts.spec import ChartSpec, PaneSpec
from pinewright.errors import UsageError


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Layouts of all sorts that fit."""
    width, height = draw(st.integers(8, 700)), draw(st.integers(40, 700))
    gutter = draw(st.tuples(*[st.integers(0, 30)] * 4))
    panes = tuple(PaneSpec(share=draw(st.floats(0.05, 0.2))) for _ in range(draw(st.integers(0, 3))))
    volume = draw(st.sampled_from([0.0, 0.1, 0.2]))
    bars, margin = draw(st.integers(1, width)), draw(st.integers(0, 4))
    try:
        spec = ChartSpec(width, height, bars, volume=volume, panes=panes, margin=margin, gutter=gutter)
        return Layout(spec)
    except UsageError:
        assume(False)
        raise


@given(layouts())
def test_every_bar_has_columns_of_its_own(layout: Layout) -> None:
    assert len(layout.columns) == layout.spec.bars
    next_free = layout.left
    for column in layout.columns:
        assert column.cell_left == next_free
        assert column.cell_left <= column.left <= column.wick <= column.right <= column.cell_right
        next_free = column.cell_right + 1
    assert next_free == layout.right + 1
    cells = {column.cell_right - column.cell_left + 1 for column in layout.columns}
    assert max(cells) - min(cells) <= 1
    assert len({column.right - column.left for column in layout.columns}) == 1


@given(layouts())
def test_bodies_are_told_from_wicks_and_from_each_other_where_there_is_room(layout: Layout) -> None:
    cell = (layout.right - layout.left + 1) // layout.spec.bars
    for column in layout.columns:
        body = column.right - column.left + 1
        if cell >= 2:
            assert body >= 2
        if cell >= 3:
            assert body >= 3
            assert column.wick - column.left == column.right - column.wick
        if cell >= 4:
            assert column.cell_right - column.right >= 1


@given(layouts())
def test_parts_lie_below_each_other_inside_the_gutters(layout: Layout) -> None:
    left, top, right, bottom = layout.spec.gutter
    row = top
    for index, part in enumerate(layout.parts):
        assert (part.left, part.right) == (left, layout.spec.width - 1 - right)
        assert part.top == row
        assert part.top <= part.upper < part.lower <= part.bottom
        row = part.bottom + 2
        if index < len(layout.separators):
            assert layout.separators[index] == part.bottom + 1
    assert row - 2 == layout.spec.height - 1 - bottom


@given(layouts(), st.lists(st.floats(0.5, 2.0), min_size=2, max_size=20), st.floats(0.5, 1.0), st.floats(0.01, 1.0))
def test_rows_fall_as_prices_rise(layout: Layout, prices: list[float], low: float, extent: float) -> None:
    high = low + extent
    rows = layout.row_of(sorted(prices), low, high)
    assert (np.diff(rows) <= 0).all()
    assert layout.row_of(low, low, high) == layout.price.lower
    assert layout.row_of(high, low, high) == layout.price.upper
    inside = np.clip(prices, low, high)
    half = 0.5 * extent / (layout.price.lower - layout.price.upper)
    back = layout.price_of(layout.row_of(inside, low, high), low, high)
    assert np.abs(back - inside).max() <= half * (1 + 1e-9)


@pytest.mark.parametrize("scale", [(1.0, 1.0), (2.0, 1.0), (1.0, math.nextafter(1.0, 2.0)), (-1.7e308, 1.7e308)])
def test_a_scale_without_extent_or_with_too_much_of_it_gives_a_row(scale: tuple[float, float]) -> None:
    layout = Layout(ChartSpec())
    row = int(layout.row_of(1.0, *scale))
    assert layout.price.upper <= row <= layout.price.lower


def test_the_usual_chart() -> None:
    layout = Layout(ChartSpec(volume=0.15, panes=(PaneSpec(),)))
    first, second = layout.columns[:2]
    assert (first.cell_left, first.cell_right, first.left, first.wick, first.right) == (0, 2, 0, 1, 2)
    assert (second.cell_left, second.cell_right, second.left, second.wick, second.right) == (3, 6, 3, 4, 5)
    assert [(part.top, part.bottom) for part in layout.parts] == [(0, 144), (146, 178), (180, 223)]
    assert layout.volume is not None
    assert layout.volume.lower == layout.volume.bottom


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"bars": 225}, "do not fit"),
        ({"bars": 0}, "out of range"),
        ({"overlays": 9}, "out of range"),
        ({"gutter": (100, 0, 100, 0)}, "do not fit"),
        ({"gutter": (0, -1, 0, 0)}, "gutter"),
        ({"height": 8, "margin": 4}, "too low"),
        ({"volume": 0.7}, "out of range"),
        ({"volume": 0.5, "panes": (PaneSpec(share=0.4),)}, "0.8"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Layout(ChartSpec(**values))  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [{"low": 1.0}, {"low": 1.0, "high": 1.0}, {"lines": 0}, {"share": 0.0}])
def test_panes_that_cannot_be_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        PaneSpec(**values)  # type: ignore[arg-type]
