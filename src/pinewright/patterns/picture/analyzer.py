"""`VisualPatternAnalyzer`: a chart's pixels to candles, and the numbers' detectors on what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pinewright.charts.spec import ChartSpec
from pinewright.errors import UsageError
from pinewright.market import FloatArray
from pinewright.patterns.pattern import PatternMark
from pinewright.patterns.picture.axis import PriceAxis, PriceScale
from pinewright.patterns.picture.image import Pixels, pixels_of
from pinewright.patterns.picture.own import CandleBatch, OwnCharts
from pinewright.patterns.picture.reading import ChartReading
from pinewright.patterns.picture.scale.reader import read_scale
from pinewright.patterns.picture.unknown import read_unknown
from pinewright.patterns.structure.known import Level, TrendLine, levels_at, trend_lines_at


@dataclass(frozen=True)
class ChartFindings:
    """What a chart shows: its candles, patterns, and the levels and trend lines known at its last candle.

    Bars are counted from the first candle read. Prices are those of ``reading.value_of``: real ones where the price
    axis was given or read, else rows from the picture's bottom; ``reading.row_of`` leads back to the picture.
    """

    reading: ChartReading
    marks: tuple[PatternMark, ...]
    levels: tuple[Level, ...]
    trend_lines: tuple[TrendLine, ...]

    def column_of(self, bar: int) -> float:
        """The column of the middle of a candle."""
        return float(self.reading.candles.middle[bar])


class VisualPatternAnalyzer:
    """Finds candles, candle patterns, levels and trend lines in pictures of charts.

    spec: of our own charts, whose geometry and colours are then known: faster, and sure of every pixel that nothing
    covers. Without one nothing need be known of a picture. The detectors are the numbers' own; at the left edge they
    lack the bars before, as they would on numbers that begin there. cache_dir: folder of compiled kernels, None for the
    user's, False for none. May be used from several threads.
    """

    def __init__(self, spec: ChartSpec | None = None, *, cache_dir: Path | bool | None = None):
        self.spec = spec
        self._cache_dir = cache_dir
        self._own = None if spec is None else OwnCharts(spec, cache_dir)

    def read(
        self, source: Pixels | Path | str, axis: PriceAxis | None = None, *, read_axis: bool = True
    ) -> ChartReading:
        """The candles of one picture: uint8 [H, W], [H, W, 3], or a file.

        axis: two rows with their prices; without it the labels beside the plot are read, unless ``read_axis`` is False
        or the charts are those of a spec, which have none. PictureError where there are no candles that can be read,
        with what was seen instead; DataNotFoundError where there is no such file.
        """
        pixels = pixels_of(source)
        if self._own is None:
            reading = read_unknown(pixels, axis, self._cache_dir)
            return _with_scale(reading, pixels) if axis is None and read_axis else reading
        return self._own.reading(self._own.read(self._own.as_images(pixels)), 0, axis)

    def read_batch(self, images: npt.NDArray[np.uint8]) -> CandleBatch:
        """The candles of many of our own charts [B, H, W, C] at once; UsageError without a spec."""
        if self._own is None:
            raise UsageError("a batch is read by its spec", hint="VisualPatternAnalyzer(spec)")
        return self._own.read(images)

    def analyze(
        self,
        source: Pixels | Path | str,
        axis: PriceAxis | None = None,
        names: Sequence[str] | None = None,
        *,
        read_axis: bool = True,
    ) -> ChartFindings:
        """Candles, and what the detectors of numbers find in them. names: of patterns, all by default.

        axis, read_axis: as in ``read``. Errors as of ``read``; UsageError for unknown names of patterns.
        """
        return self.find(self.read(source, axis, read_axis=read_axis), names)

    def find(self, reading: ChartReading, names: Sequence[str] | None = None) -> ChartFindings:
        """What the detectors find in candles that were read."""
        from pinewright.patterns.detector import detect

        bars = reading.bars()
        return ChartFindings(reading, detect(bars, names), levels_at(bars), trend_lines_at(bars))


def _with_scale(reading: ChartReading, pixels: Pixels) -> ChartReading:
    """The reading with the axis that the labels beside its plot show, if they do."""
    scale = read_scale(pixels, reading.plot)
    axis = scale.axis if isinstance(scale, PriceScale) else None
    return replace(reading, axis=axis, scale=scale)


def level_rows(findings: ChartFindings) -> FloatArray:
    """The rows of all levels, strongest first, with fractions."""
    return findings.reading.row_of(np.array([level.price for level in findings.levels], dtype=np.float64))
