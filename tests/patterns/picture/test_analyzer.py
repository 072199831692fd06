"""The analyzer with the axis of the labels: prices of our own charts for people, given axes first, none by request."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pinewright.charts.palette import PALETTES
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.picture import draw
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from pinewright.patterns.picture.axis import PriceAxis, PriceScale
from pinewright.patterns.picture.image import Pixels
from tests.support.walks import walk_bars


def chart(count: int = 70, palette: str = "tradingview", unit: int = 1, height: int = 500) -> Pixels:
    png = draw(Picture(walk_bars(count, 31)), width=1000, height=height, palette=PALETTES[palette], unit=unit)
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize(("palette", "unit"), [("tradingview", 1), ("dark", 1), ("blue_orange", 2)])
def test_prices_of_our_own_charts_are_real_ones(palette: str, unit: int) -> None:
    bars = walk_bars(70, 31)
    reading = VisualPatternAnalyzer().read(chart(palette=palette, unit=unit))
    assert isinstance(reading.scale, PriceScale)
    assert reading.axis == reading.scale.axis
    assert reading.scale.grid >= 3
    row = reading.scale.axis.step
    read = reading.bars()
    for name in ("open", "high", "low", "close"):
        assert np.abs(getattr(read, name) - getattr(bars, name)).max() <= 1.5 * unit * row


def test_read_prices_are_whole_ticks_where_a_tick_takes_a_row() -> None:
    reading = VisualPatternAnalyzer().read(chart(height=900))
    assert isinstance(reading.scale, PriceScale)
    ticks = reading.bars().close / reading.scale.tick
    assert reading.scale.tick >= reading.scale.axis.step
    assert np.allclose(ticks, np.round(ticks), atol=1e-6)


def test_a_given_axis_comes_first_and_none_is_read_where_none_is_wanted() -> None:
    pixels, axis = chart(), PriceAxis((10.0, 400.0), (2.0, 1.0))
    given = VisualPatternAnalyzer().read(pixels, axis)
    assert (given.axis, given.scale) == (axis, None)
    without = VisualPatternAnalyzer().analyze(pixels, names=["doji"], read_axis=False).reading
    assert (without.axis, without.scale) == (None, None)
