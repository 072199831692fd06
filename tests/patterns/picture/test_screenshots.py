"""A few screenshots of lightweight-charts; benchmarks/pixels.py measures hundreds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.support.reading_score import matched
from benchmarks.support.screenshots import Look, Screenshots
from pinewright.charts.spec import Style
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from tests.support.walks import walk_bars

from .drawn import rows_of


@pytest.fixture(scope="module")
def browser() -> Iterator[Screenshots]:
    try:
        opened = Screenshots()
    except (RuntimeError, AssertionError) as reason:
        pytest.skip(f"no screenshots here: {reason}")
    with opened:
        yield opened


@pytest.mark.parametrize(
    "look",
    [
        Look(800, 500, volume="strip", averages=(9,)),
        Look(640, 400, background="#131722", grid="#2a2e39", up="#089981", down="#f23645", edge=5.4),
        Look(800, 500, up="#ffffff", down="#000000", border_up="#000000", border_down="#000000"),
        Look(800, 500, series="bars", volume="strip", averages=(9,)),
        Look(640, 400, series="bars", background="#131722", grid="#2a2e39", up="#089981", down="#f23645", edge=5.4),
    ],
    ids=["default", "dark", "hollow", "bars", "dark bars"],
)
def test_screenshots_are_read(browser: Screenshots, look: Look) -> None:
    shot = browser.take(look, walk_bars(80, 7))
    reading = VisualPatternAnalyzer().read(shot.pixels)
    assert reading.style is (Style.OHLC if look.series == "bars" else Style.CANDLES)
    place = matched(shot.centre, reading.candles.middle)
    assert (place >= 0).all()
    rows = np.array([shot.open, shot.high, shot.low, shot.close])
    error = np.abs(rows_of(reading.candles)[:, place] - rows).max(axis=0)
    assert (error <= 1).mean() >= 0.95
