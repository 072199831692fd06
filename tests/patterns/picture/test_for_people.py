"""Charts that we draw for people are charts, too: axes, title, grid, and a price's label in a candle's own colour."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pinewright.charts.palette import PALETTES
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.picture import draw
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from tests.support.walks import walk_bars


@pytest.mark.parametrize("palette", ["blue_orange", "tradingview", "dark"])
@pytest.mark.parametrize("count", [60, 100])
def test_every_candle_is_found_and_no_label_is_one(palette: str, count: int) -> None:
    bars = walk_bars(count, 31)
    png = draw(Picture(bars), width=1280, height=720, palette=PALETTES[palette])
    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(image.convert("RGB"))
    reading = VisualPatternAnalyzer().read(pixels)
    assert len(reading) == count
    rises = bars.close > bars.open
    clear = np.abs(bars.close - bars.open) > 2e-5
    assert (reading.candles.up == rises)[clear].all()
    # Rows are prices on one straight line: what is left is rounding.
    rows = reading.candles.close.astype(np.float64)
    slope, base = np.polyfit(bars.close, rows, 1)
    assert np.abs(rows - (slope * bars.close + base)).max() <= 1.0
