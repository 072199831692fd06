"""Charts that we draw for people are charts, too: axes, title, grid, and a price's label in a candle's own colour."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pinewright.charts.palette import PALETTES
from pinewright.charts.pictures.contents import Line, Picture
from pinewright.charts.pictures.picture import draw
from pinewright.data.simulate import simulated_bars
from pinewright.market import FloatArray, IntArray
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from pinewright.patterns.picture.reading import ChartReading
from tests.support.walks import walk_bars


def read(picture: Picture, palette: str, width: int, height: int) -> ChartReading:
    png = draw(picture, width=width, height=height, palette=PALETTES[palette])
    with Image.open(io.BytesIO(png)) as image:
        return VisualPatternAnalyzer().read(np.asarray(image.convert("RGB")))


def off_line(rows: IntArray, prices: FloatArray) -> FloatArray:
    """How far rows lie off the one straight line that prices are drawn by [n]."""
    slope, base = np.polyfit(prices, rows, 1)
    return np.asarray(np.abs(rows - (slope * prices + base)))


@pytest.mark.parametrize("palette", ["blue_orange", "tradingview", "dark"])
@pytest.mark.parametrize("count", [60, 100])
def test_every_candle_is_found_and_no_label_is_one(palette: str, count: int) -> None:
    bars = walk_bars(count, 31)
    reading = read(Picture(bars), palette, 1280, 720)
    assert len(reading) == count
    rises = bars.close > bars.open
    clear = np.abs(bars.close - bars.open) > 2e-5
    assert (reading.candles.up == rises)[clear].all()
    assert off_line(reading.candles.close, bars.close).max() <= 1.0


@pytest.mark.parametrize("palette", ["blue_orange", "tradingview", "dark"])
def test_grid_lines_behind_candles_and_volume_are_no_wicks(palette: str) -> None:
    bars = simulated_bars(7, "15m", days=40)
    bars = bars.slice(len(bars) - 110, len(bars))
    average = np.convolve(bars.close, np.ones(20) / 20, mode="same")
    reading = read(Picture(bars, lines=(Line("average", average),)), palette, 1000, 500)
    assert len(reading) == 110
    assert (off_line(reading.candles.high, bars.high) <= 1.5).mean() >= 0.95
    assert (off_line(reading.candles.low, bars.low) <= 1.5).mean() >= 0.95
