"""Our own charts read back by their spec: exact where nothing covers a candle, one at a time and in batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.charts.palette import PALETTES
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec, PaneSpec
from pinewright.errors import UsageError
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from pinewright.patterns.picture.image import PictureError
from tests.support.walks import walk_bars

from .drawn import average, render, rows_of


@given(
    width=st.integers(80, 400),
    height=st.integers(60, 300),
    columns=st.integers(2, 16),
    palette=st.sampled_from(list(PALETTES.values())),
    gray=st.booleans(),
    volume=st.sampled_from([0.0, 0.2]),
    panes=st.integers(0, 1),
    bands=st.integers(0, 1),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=60, deadline=None)
def test_uncovered_candles_come_back_exactly(width, height, columns, palette, gray, volume, panes, bands, seed) -> None:  # type: ignore[no-untyped-def]
    below = (PaneSpec(share=0.2),) * panes
    bars = max(1, width // columns)
    spec = ChartSpec(width, height, bars, palette=palette, gray=gray, volume=volume, panes=below, bands=bands)
    pixels, rows, window = render(spec, seed, bands=bands, panes=panes)
    reading = VisualPatternAnalyzer(spec).read(pixels)
    assert np.array_equal(rows_of(reading.candles), rows)
    assert np.array_equal(reading.candles.up, window.close >= window.open)
    assert reading.candles.certain.all()
    assert reading.confidence == 1.0


def test_lines_over_candles_cost_a_row_at_most_nearly_everywhere() -> None:
    bars = walk_bars(3_000, 5)
    spec = ChartSpec(overlays=2)
    renderer, ends = ChartRenderer(spec), np.arange(100, 3_000, 20)
    lines = (average(bars, 9), average(bars, 21))
    images, scales = renderer.render(bars, ends, lines), renderer.scales(bars, ends, lines)
    batch = VisualPatternAnalyzer(spec).read_batch(images)
    place = ends[:, None] - spec.bars + np.arange(spec.bars)
    error = np.zeros(place.shape, dtype=np.int64)
    for name in ("open", "high", "low", "close"):
        truth = renderer.layout.row_of(getattr(bars, name)[place], scales[:, :1], scales[:, 1:])
        error = np.maximum(error, np.abs(truth - getattr(batch, name)))
    assert len(batch) == len(ends)
    assert (error[batch.certain] == 0).all(), "certain means exact"
    assert 0.5 < batch.certain.mean() < 1.0
    assert (error <= 1).mean() >= 0.99


def test_a_batch_says_what_single_pictures_say() -> None:
    spec = ChartSpec(160, 120, 30, overlays=1, volume=0.2)
    images = np.array([render(spec, seed, overlays=1)[0] for seed in range(4)])
    analyzer = VisualPatternAnalyzer(spec)
    batch = analyzer.read_batch(images)
    for number, image in enumerate(images):
        reading = analyzer.read(image)
        assert np.array_equal(reading.candles.high, batch.high[number])
        assert np.array_equal(reading.candles.close, batch.close[number])
        assert reading.confidence == batch.confidence[number]


def test_another_chart_is_refused() -> None:
    spec = ChartSpec(160, 120, 30)
    other = render(ChartSpec(160, 120, 30, palette=PALETTES["dark"]))[0]
    with pytest.raises(PictureError, match="0 of 30 bars"):
        VisualPatternAnalyzer(spec).read(other)
    with pytest.raises(UsageError, match="120 by 160"):
        VisualPatternAnalyzer(spec).read(np.zeros((160, 120, 3), dtype=np.uint8))
    with pytest.raises(UsageError, match="pictures are"):
        VisualPatternAnalyzer(spec).read_batch(np.zeros((2, 120, 160), dtype=np.uint8))


def test_charts_that_cannot_be_read_are_refused_beforehand() -> None:
    with pytest.raises(UsageError, match="no wider than wicks"):
        VisualPatternAnalyzer(ChartSpec(60, 60, 60))


def test_a_batch_needs_a_spec() -> None:
    with pytest.raises(UsageError, match="spec"):
        VisualPatternAnalyzer().read_batch(np.zeros((1, 60, 60, 3), dtype=np.uint8))
