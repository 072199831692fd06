"""What a chart is made of: the axis of an expression, the patterns that are drawn, the picture of a trade."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pinewright.app.charts.chart_marks import MOST_STRUCTURES, chart_marks, choose_marks
from pinewright.app.charts.chart_overlays import function_of, overlays_of
from pinewright.app.charts.charting import Look, first_shown, parse_size, picture_of_trade
from pinewright.charts.palette import BLUE_ORANGE, DARK
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.marks import Toward
from pinewright.data.simulate import simulated_bars
from pinewright.errors import UsageError
from pinewright.indicators.calculator import IndicatorCalculator
from pinewright.market import Bars
from pinewright.patterns.pattern import Direction, PatternMark
from pinewright.patterns.structure.outline import outline_of

SHAPES = ("falling_wedge", "rectangle_up", "ascending_triangle")


@cache
def bars() -> Bars:
    return simulated_bars(2, "15m", days=10, warmup=0)


@pytest.mark.parametrize(
    ("expression", "lines", "panes"),
    [
        ("ta.sma(close, 200)", 1, 0),
        ("x = hl2", 1, 0),
        ("ta.bb(close, 20, 2)", 3, 0),
        ("ta.supertrend(3, 10)", 2, 0),
        ("ta.rsi(close, 14)", 0, 1),
        ("ta.sma(ta.rsi(close, 14), 5)", 0, 1),
        ("100 - ta.rsi(close, 14)", 0, 1),
        ("ta.atr(14)", 0, 1),
        ("ta.macd(close, 12, 26, 9)", 0, 1),
        ("ta.sma(close, 5) - ta.sma(close, 20)", 0, 1),
        ("close + ta.atr(14)", 1, 0),
        ("volume", 0, 1),
    ],
)
def test_prices_lie_on_the_price_and_the_rest_below(kernels: Path, expression: str, lines: int, panes: int) -> None:
    over = overlays_of(bars(), slice(300, 420), [expression], IndicatorCalculator(kernels))
    assert (len(over.lines), len(over.panes)) == (lines, panes)
    assert all(len(line.values) == 120 for line in over.lines)
    assert len(over.bands) == int("ta.bb" in expression)


def test_scales_guides_and_bars_of_known_functions(kernels: Path) -> None:
    words = ["r = ta.rsi(close, 14)", "m = ta.macd(close, 12, 26, 9)", "up = close > open"]
    over = overlays_of(bars(), slice(300, 420), words, IndicatorCalculator(kernels))
    rsi, macd = over.panes
    assert (rsi.low, rsi.high, rsi.guides) == (0.0, 100.0, (30.0, 70.0))
    assert macd.histogram == 2
    assert [line.name for line in macd.lines] == ["m.line", "m.signal", "m.histogram"]
    (rising,) = over.conditions
    assert np.array_equal(rising.holds, bars().close[300:420] > bars().open[300:420])


def test_supertrend_is_broken_where_it_turns(kernels: Path) -> None:
    over = overlays_of(bars(), slice(100, 900), ["s = ta.supertrend(3, 10)"], IndicatorCalculator(kernels))
    up, down = over.lines
    assert (up.name, down.name) == ("s up", "s down")
    assert (np.isfinite(up.values) != np.isfinite(down.values)).all()
    close = bars().close[100:900]
    assert (up.values < close)[np.isfinite(up.values)].all()
    assert (down.values > close)[np.isfinite(down.values)].all()
    assert np.isfinite(up.values).any()
    assert np.isfinite(down.values).any()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("ta.sma(close, 20)", "ta.sma"),
        ("ta.sma(close, 20) - 1", ""),
        ("ta.sma(a) + ta.sma(b)", ""),
        ("close", ""),
        ("(close)", ""),
        ('f(")", g(1))', "f"),
    ],
)
def test_the_function_of_an_expression(value: str, name: str) -> None:
    assert function_of(value) == name


marks = st.builds(
    PatternMark,
    st.sampled_from(["doji", "hammer", "double_top", "bull_flag"]),
    st.sampled_from(Direction),
    st.integers(0, 50),
    st.integers(50, 120),
    st.sampled_from([0.4, 0.7, 1.0]),
    st.sampled_from([(), ((40, 1.1), (50, 1.2))]),
    st.sampled_from([(), (1.1,)]),
)


@settings(max_examples=40)
@given(found=st.lists(marks, max_size=60), most=st.integers(1, 12))
def test_chosen_marks_are_inside_few_and_apart(found: list[PatternMark], most: int) -> None:
    chosen = choose_marks(found, 60, 110, most)
    inside = [mark for mark in found if 60 <= mark.bar < 110]
    assert all(mark in inside for mark in chosen.marks)
    assert len(chosen.marks) + chosen.left_out == len(inside)
    assert [mark.bar for mark in chosen.marks] == sorted(mark.bar for mark in chosen.marks)
    places = sorted({mark.bar for mark in chosen.marks if not mark.points and not mark.levels})
    assert len(places) <= most
    assert all(gap >= max(1, 50 // (2 * most)) for gap in np.diff(places))
    structures = [mark for mark in chosen.marks if mark.points or mark.levels]
    assert len(structures) <= MOST_STRUCTURES
    if structures:
        # Seen whole, or nearly so.
        whole = [mark.confidence for mark in inside if (mark.points or mark.levels) and mark.start >= 60]
        assert max(mark.confidence for mark in structures) >= max(whole, default=0.0)
    for one, other in itertools.combinations(structures, 2):
        lines = [len(outline_of(mark).strokes) > 1 for mark in (one, other)]
        shared = min(one.bar, other.bar) - max(one.start, other.start, 60) + 1
        assert one.pattern != other.pattern or shared <= 0
        assert lines[0] != lines[1] or shared <= 50 / 3


def test_shapes_over_the_same_bars_are_drawn_together_where_they_were_asked_for() -> None:
    better = PatternMark("double_top", Direction.DOWN, 20, 60, 0.8, ((20, 1.2), (60, 1.1)), (1.1,))
    other = replace(better, pattern="triple_top", confidence=0.7)
    before = replace(better, pattern="bull_flag", start=-80, bar=10, confidence=0.9)
    apart = replace(better, pattern="rising_wedge", start=50, bar=95, confidence=0.6)
    found = [before, better, other, apart]
    assert other not in choose_marks(found, 0, 100, 4).marks
    assert choose_marks(found, 0, 100, 4).left_out == 1
    assert choose_marks(found, 0, 100, 4, together=True).marks == tuple(sorted(found, key=lambda mark: mark.bar))
    # What lies mostly before the chart comes last.
    more = [replace(apart, pattern=name, start=61 + 8 * n, bar=68 + 8 * n) for n, name in enumerate(SHAPES)]
    assert before not in choose_marks([before, better, *more], 0, 100, 4).marks


def test_a_rare_pattern_is_not_hidden_by_a_frequent_one() -> None:
    doji = [PatternMark("doji", Direction.NEUTRAL, bar, bar, 1.0) for bar in range(100)]
    hammer = PatternMark("hammer", Direction.UP, 3, 3, 1.0)
    kept = choose_marks([*doji, hammer], 0, 100, 4).marks
    assert hammer in kept
    assert max(mark.bar for mark in kept) == 99


def test_marks_count_from_the_first_bar_of_the_chart() -> None:
    mark = PatternMark("double_top", Direction.DOWN, 40, 60, 0.7, ((40, 1.2), (50, 1.1)), (1.1,))
    (drawn,) = chart_marks([mark], 45)
    way, level = drawn.outline.strokes
    assert (drawn.bar, way.points, level.points) == (15, ((-5, 1.2), (5, 1.1)), ((-5, 1.1), (15, 1.1)))
    assert (drawn.name, drawn.toward, drawn.weight) == ("Double top", Toward.DOWN, 0.7)


def test_sizes_and_counts() -> None:
    assert parse_size("640X360") == (640, 360)
    for text in ("640", "x", "-1x5", "1.5x2"):
        with pytest.raises(UsageError, match="is no size"):
            parse_size(text)
    assert first_shown(bars(), None, windowed=False) == len(bars()) - 120
    assert first_shown(bars(), None, windowed=True) == 0
    assert first_shown(bars(), 10**9, windowed=False) == 0


def test_a_small_picture_of_a_trade(kernels: Path) -> None:
    calculator = IndicatorCalculator(kernels)
    mark = PatternMark("hammer", Direction.UP, 299, 299, 1.0)
    data = picture_of_trade(bars(), 300, 320, [mark], ["ta.sma(close, 20)"], calculator=calculator)
    image = Image.open(io.BytesIO(data)).convert("RGB")
    assert image.size == (640, 360)
    pixels = np.asarray(image)
    assert (pixels == BLUE_ORANGE.up).all(axis=2).any()
    again = picture_of_trade(bars(), 300, 320, [mark], ["ta.sma(close, 20)"], calculator=calculator)
    assert data == again
    short = picture_of_trade(
        bars(), 300, 320, [mark], ["ta.sma(close, 20)"], is_long=False, look=Look(500, 300, DARK), calculator=calculator
    )
    assert Image.open(io.BytesIO(short)).size == (500, 300)


def test_the_picture_of_a_trade_shows_its_pattern_from_its_first_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Picture] = []

    def draw(picture: Picture, **_: object) -> bytes:
        seen.append(picture)
        return b""

    monkeypatch.setattr("pinewright.app.charts.charting.draw", draw)
    mark = PatternMark("double_top", Direction.DOWN, 240, 299, 0.8, ((240, 1.1), (299, 1.1)))
    for start in (240, 50, 290):
        picture_of_trade(bars(), 300, 320, [replace(mark, start=start)], calculator=IndicatorCalculator(False))
    firsts = [int(np.searchsorted(bars().time, picture.bars.time[0])) for picture in seen]
    assert firsts == [237, 210, 260]


@pytest.mark.parametrize(("entry", "leave"), [(0, 0), (0, 900), (5, 6), (958, 959)])
def test_trades_at_the_ends_and_long_ones(kernels: Path, entry: int, leave: int) -> None:
    count = len(bars())
    entry, leave = min(entry, count - 2), min(leave, count - 1)
    assert picture_of_trade(bars(), entry, leave, calculator=IndicatorCalculator(kernels)).startswith(b"\x89PNG")


def test_a_trade_that_is_not_in_the_bars() -> None:
    for entry, leave in ((5, 4), (-1, 3), (0, 10**6)):
        with pytest.raises(UsageError, match="a trade from bar"):
            picture_of_trade(bars(), entry, leave)
