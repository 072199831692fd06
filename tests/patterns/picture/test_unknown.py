"""Pictures of which nothing is known: our own and others' looks, read within a row; what is no chart is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.charts.palette import PALETTES
from pinewright.charts.spec import ChartSpec, PaneSpec
from pinewright.errors import DataNotFoundError, UsageError
from pinewright.patterns.candles import candle_signals
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer, level_rows
from pinewright.patterns.picture.axis import PriceAxis
from pinewright.patterns.picture.image import PictureError

from .drawn import RED, Paint, paint, render, rows_of, walk_rows

LOOKS = {
    "plain": Paint(),
    "fractional": Paint(pitch=8.37, body=5),
    "wide": Paint(pitch=21.4, body=16, wick=2),
    "dark": Paint(ground=(19, 23, 34), up=(8, 153, 129), down=(242, 54, 69)),
    "touching": Paint(pitch=5.0, body=5),
    "gray wicks": Paint(wicks=(115, 115, 117)),
    "borders": Paint(pitch=11.0, body=7, up=(120, 200, 120), down=(230, 120, 120), border=(30, 30, 30)),
    "hollow": Paint(pitch=11.0, body=7, up=(255, 255, 255), down=(0, 0, 0), border=(0, 0, 0)),
    "falling green": Paint(up=RED, down=(38, 166, 154)),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("seed", [1, 2])
def test_looks_of_other_charts(look: Paint, seed: int) -> None:
    rows, up = walk_rows(60, 320, seed)
    reading = VisualPatternAnalyzer().read(paint(rows, up, look, 320))
    assert len(reading) == 60
    assert reading.pitch == pytest.approx(look.pitch, abs=0.03)
    assert (reading.body, reading.wick) == (look.body, look.wick)
    found = rows_of(reading.candles)
    assert np.array_equal(found[1:3], rows[1:3])
    if look.up == look.ground:  # a hollow body of two rows looks like a filled one
        tall = np.abs(rows[0] - rows[3]) > 1
        assert np.array_equal(found[:, tall], rows[:, tall])
    else:
        assert np.array_equal(found, rows)
        assert reading.found.ground == look.ground
        assert np.array_equal(reading.candles.up, up)
    assert reading.confidence > 0.95


@given(
    size=st.sampled_from([(224, 224), (320, 256), (448, 320)]),
    columns=st.integers(6, 14),
    palette=st.sampled_from([PALETTES[name] for name in ("blue_orange", "tradingview", "dark")]),
    overlays=st.integers(0, 2),
    bands=st.integers(0, 1),
    volume=st.sampled_from([0.0, 0.2]),
    panes=st.integers(0, 1),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=25, deadline=None)
def test_our_own_charts_without_their_spec(size, columns, palette, overlays, bands, volume, panes, seed) -> None:  # type: ignore[no-untyped-def]
    below = (PaneSpec(share=0.2),) * panes
    width, height = size
    spec = ChartSpec(
        width, height, width // columns, palette=palette, overlays=overlays, bands=bands, volume=volume, panes=below
    )
    pixels, rows, _ = render(spec, seed, overlays, bands, panes)
    reading = VisualPatternAnalyzer().read(pixels)
    assert len(reading) == spec.bars
    error = np.abs(rows_of(reading.candles) - rows).max(axis=0)
    assert (error <= 1).mean() >= 0.9
    assert (error[reading.candles.certain] > 1).sum() <= 1


def test_a_price_line_and_a_grid_change_nothing() -> None:
    rows, up = walk_rows(60, 320, 3)
    bare = paint(rows, up, Paint(), 320)
    drawn = bare.copy()
    ground = (drawn == 255).all(axis=2)
    for row in range(20, 320, 40):
        drawn[row][ground[row]] = (240, 243, 250)
    for column in range(30, drawn.shape[1], 64):
        drawn[ground[:, column], column] = (240, 243, 250)
    drawn[rows[3, -1], ::2] = RED  # dotted, at the last close, over everything
    reading = VisualPatternAnalyzer().read(drawn)
    assert len(reading) == 60
    assert (np.abs(rows_of(reading.candles) - rows).max(axis=0) <= 1).all()


def test_a_line_over_candles_is_bridged() -> None:
    rows, up = walk_rows(60, 320, 4)
    drawn = paint(rows, up, Paint(), 320)
    for column in range(drawn.shape[1]):
        row = int(np.interp(column, [0, drawn.shape[1]], [rows.min(), rows.max()]))
        drawn[row : row + 2, column] = (41, 98, 255)
    reading = VisualPatternAnalyzer().read(drawn)
    assert len(reading) == 60
    assert (np.abs(rows_of(reading.candles) - rows).max(axis=0) <= 1).mean() > 0.97
    assert not reading.candles.certain.all()


def test_patterns_levels_and_lines_are_those_of_the_numbers() -> None:
    spec = ChartSpec(640, 512, 80)
    pixels, _, window = render(spec, 3)
    (low, high) = float(window.low.min()), float(window.high.max())
    axis = PriceAxis((509.0, 2.0), (low, high))
    findings = VisualPatternAnalyzer().analyze(pixels, axis)
    bars = findings.reading.bars()
    assert np.allclose(bars.close, window.close, atol=axis.step)
    true, read = candle_signals(window), candle_signals(bars)
    assert (true & read).sum() >= 0.95 * true.sum() > 20
    assert {mark.pattern for mark in findings.marks}
    assert findings.levels
    assert np.allclose(level_rows(findings), [float(axis.row_of(level.price)) for level in findings.levels])
    only = VisualPatternAnalyzer().analyze(pixels, axis, ["doji"])
    assert {mark.pattern for mark in only.marks} == {"doji"}


def _noise() -> np.typing.NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 255, (200, 300, 3), dtype=np.uint8)


def _text() -> np.typing.NDArray[np.uint8]:
    image = np.full((200, 300, 3), 255, dtype=np.uint8)
    random = np.random.default_rng(2)
    for _ in range(300):
        row, column = random.integers(0, 195), random.integers(0, 295)
        image[row : row + random.integers(1, 4), column : column + random.integers(1, 4)] = 20
    return image


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (_noise(), "no plain background"),
        (np.full((200, 300, 3), 255, dtype=np.uint8), "one colour only"),
        (_text(), "candles"),
        (np.zeros((10, 300, 3), dtype=np.uint8), "too small"),
        (paint(*walk_rows(4, 200, 1), Paint(), 200), "candle"),
    ],
)
def test_what_is_no_chart_is_refused(picture: np.typing.NDArray[np.uint8], said: str) -> None:
    with pytest.raises(PictureError, match=said) as told:
        VisualPatternAnalyzer().read(picture)
    assert told.value.hint


def test_files(tmp_path: Path) -> None:
    from PIL import Image

    rows, up = walk_rows(40, 240, 5)
    drawn = paint(rows, up, Paint(), 240)
    Image.fromarray(drawn).save(tmp_path / "chart.png")
    reading = VisualPatternAnalyzer().read(tmp_path / "chart.png")
    assert np.array_equal(rows_of(reading.candles), rows)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(PictureError, match="no picture"):
        VisualPatternAnalyzer().read(tmp_path / "text.png")
    with pytest.raises(DataNotFoundError):
        VisualPatternAnalyzer().read(tmp_path / "missing.png")
    with pytest.raises(UsageError, match="float64"):
        VisualPatternAnalyzer().read(np.zeros((40, 40)))  # type: ignore[arg-type]
