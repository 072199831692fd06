"""OHLC bars: our own renders with and without their spec, and bars painted as other charts paint them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.charts.layout import Layout
from pinewright.charts.palette import PALETTES
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec, Style
from pinewright.errors import UsageError
from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from pinewright.patterns.picture.image import PictureError, Pixels
from tests.support.walks import walk_bars

from .drawn import GREEN, NAMES, RED, WHITE, Colour, average, render, rows_of, walk_rows


@dataclass(frozen=True)
class Bars:
    """How bars are painted: columns from bar to bar, of a line, and of a tick. short: rows that lines lack below."""

    pitch: float = 9.0
    thick: int = 1
    tick: int = 2
    ground: Colour = WHITE
    up: Colour = GREEN
    down: Colour = RED
    opens: bool = True
    short: int = 0


def painted(rows: IntArray, up: BoolArray, look: Bars, height: int) -> Pixels:
    """Bars of rows [4, n]; ticks stay within their line."""
    count, half = rows.shape[1], look.thick // 2
    image = np.full((height, int(look.pitch * count) + 20, 3), look.ground, dtype=np.uint8)
    for place in range(count):
        opened, high, low, close = rows[:, place].tolist()
        colour = look.up if up[place] else look.down
        left = int(10 + look.pitch * (place + 0.5)) - half
        top, end = high - half, max(low + half + 1 - look.short, high - half + look.thick)
        image[top:end, left : left + look.thick] = colour
        sides = [(close, left + look.thick)] + [(opened, left - look.tick)] * look.opens
        for row, start in sides:
            first = min(max(top, row - half), end - look.thick)
            image[first : first + look.thick, start : start + look.tick] = colour
    return image


LOOKS = {
    "thin": Bars(),
    "dark": Bars(ground=(19, 23, 34), up=(8, 153, 129), down=(242, 54, 69)),
    "fractional": Bars(pitch=8.37),
    "thick": Bars(pitch=21.3, thick=3, tick=4),
    "one colour": Bars(up=(33, 33, 33), down=(33, 33, 33)),
    "touching": Bars(pitch=5.0),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("seed", [1, 2])
def test_bars_of_other_charts(look: Bars, seed: int) -> None:
    rows, up = walk_rows(60, 320, seed)
    reading = VisualPatternAnalyzer().read(painted(rows, up, look, 320))
    assert reading.style is Style.OHLC
    assert len(reading) == 60
    assert reading.pitch == pytest.approx(look.pitch, abs=0.03)
    assert (reading.wick, reading.body) == (look.thick, look.thick + 2 * look.tick)
    error = np.abs(rows_of(reading.candles) - rows)
    assert error.max() <= 1
    assert not error[1].any()
    if look.thick == 1:
        assert not error.any()
    told = rows[0] != rows[3]
    assert np.array_equal(reading.candles.up[told], up[told])
    assert reading.found.ground == look.ground
    assert (reading.found.up, reading.found.down) == (look.up, look.down)
    assert reading.confidence > 0.95


@pytest.mark.parametrize("step", [2, 3, 5])
def test_lines_that_are_drawn_a_row_short_get_it_back_where_the_price_step_shows(step: int) -> None:
    rows, up = walk_rows(90, 320 // step, 4)
    rows = step * rows + 3
    reading = VisualPatternAnalyzer().read(painted(rows, up, Bars(short=1), 330))
    assert np.array_equal(reading.candles.low, rows[2])
    assert (np.abs(rows_of(reading.candles) - rows).max(axis=0) <= 1).all()


def test_bars_without_opens_are_refused() -> None:
    rows, up = walk_rows(60, 320, 1)
    with pytest.raises(PictureError, match="opens are not drawn"):
        VisualPatternAnalyzer().read(painted(rows, up, Bars(opens=False), 320))


def test_a_price_line_and_an_average_over_bars() -> None:
    rows, up = walk_rows(60, 320, 3)
    drawn = painted(rows, up, Bars(), 320)
    drawn[rows[3, -1], ::2] = RED
    for column in range(drawn.shape[1]):
        row = int(np.interp(column, [0, drawn.shape[1]], [rows.min(), rows.max()]))
        drawn[row : row + 2, column] = (41, 98, 255)
    reading = VisualPatternAnalyzer().read(drawn)
    assert len(reading) == 60
    assert (np.abs(rows_of(reading.candles) - rows).max(axis=0) <= 1).mean() > 0.95
    assert not reading.candles.certain.all()


@given(
    width=st.integers(80, 400),
    height=st.integers(60, 300),
    columns=st.integers(3, 16),
    palette=st.sampled_from(list(PALETTES.values())),
    gray=st.booleans(),
    volume=st.sampled_from([0.0, 0.2]),
    bands=st.integers(0, 1),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=40, deadline=None)
def test_uncovered_bars_come_back_exactly(width, height, columns, palette, gray, volume, bands, seed) -> None:  # type: ignore[no-untyped-def]
    spec = ChartSpec(
        width, height, max(1, width // columns), Style.OHLC, palette=palette, gray=gray, volume=volume, bands=bands
    )
    pixels, rows, window = render(spec, seed, bands=bands)
    reading = VisualPatternAnalyzer(spec).read(pixels)
    assert reading.style is Style.OHLC
    assert np.array_equal(rows_of(reading.candles), rows)
    assert np.array_equal(reading.candles.up, window.close >= window.open)
    assert reading.candles.certain.all()
    assert reading.confidence == 1.0


@given(
    size=st.sampled_from([(224, 224), (320, 256), (448, 320)]),
    columns=st.integers(6, 14),
    palette=st.sampled_from([PALETTES[name] for name in ("blue_orange", "tradingview", "dark")]),
    overlays=st.integers(0, 2),
    volume=st.sampled_from([0.0, 0.2]),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=25, deadline=None)
def test_our_own_bars_without_their_spec(size, columns, palette, overlays, volume, seed) -> None:  # type: ignore[no-untyped-def]
    width, height = size
    spec = ChartSpec(width, height, width // columns, Style.OHLC, palette=palette, overlays=overlays, volume=volume)
    pixels, rows, _ = render(spec, seed, overlays)
    reading = VisualPatternAnalyzer().read(pixels)
    assert reading.style is Style.OHLC
    wicks = Layout(spec).wicks.tolist()
    place = [wicks.index(int(middle)) for middle in reading.candles.middle]
    assert spec.bars - overlays <= len(place) <= spec.bars  # a line may hide the last bar's close
    error = np.abs(rows_of(reading.candles) - rows[:, place]).max(axis=0)
    assert (error <= 1).mean() >= 0.9
    assert (error[reading.candles.certain] > 1).sum() <= 1


def test_lines_over_bars_cost_a_row_at_most_nearly_everywhere() -> None:
    bars = walk_bars(3_000, 5)
    spec = ChartSpec(bars=37, style=Style.OHLC, overlays=2)
    renderer, ends = ChartRenderer(spec), np.arange(100, 3_000, 20)
    lines = (average(bars, 9), average(bars, 21))
    images, scales = renderer.render(bars, ends, lines), renderer.scales(bars, ends, lines)
    batch = VisualPatternAnalyzer(spec).read_batch(images)
    place = ends[:, None] - spec.bars + np.arange(spec.bars)
    error = np.zeros(place.shape, dtype=np.int64)
    for name in NAMES:
        truth = renderer.layout.row_of(getattr(bars, name)[place], scales[:, :1], scales[:, 1:])
        error = np.maximum(error, np.abs(truth - getattr(batch, name)))
    assert (error[batch.certain] == 0).all(), "certain means exact"
    assert 0.5 < batch.certain.mean() < 1.0
    assert (error <= 1).mean() >= 0.985


def test_bars_whose_opens_have_no_room_are_refused_beforehand() -> None:
    with pytest.raises(UsageError, match="no room for the tick"):
        VisualPatternAnalyzer(ChartSpec(120, 120, 60, style=Style.OHLC))
    assert VisualPatternAnalyzer(ChartSpec(180, 120, 60, style=Style.OHLC)).spec is not None


def test_candles_are_candles() -> None:
    pixels, _, _ = render(ChartSpec(320, 256, 40), 2)
    assert VisualPatternAnalyzer().read(pixels).style is Style.CANDLES
