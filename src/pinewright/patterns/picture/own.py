"""Our own charts read back: geometry and colours are known, so every pixel can be told, and batches are fast."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.charts.layout import Layout
from pinewright.charts.palette import Rgb
from pinewright.charts.spec import ChartSpec, Style
from pinewright.errors import UsageError
from pinewright.machine.kernel import address
from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture import ohlc_scan, own_scan, scan
from pinewright.patterns.picture.axis import PriceAxis
from pinewright.patterns.picture.image import PictureError, Pixels
from pinewright.patterns.picture.reading import Candles, ChartReading, Found, Rectangle

LEAST_CERTAIN: Final = 0.5
"""Share of its bars that must be there: with fewer the picture is no chart of this layout."""


@dataclass(frozen=True)
class CandleBatch:
    """Candles of B pictures of one layout: rows open, high, low, close [B, n] as ``Candles`` has them, up, certain.

    seen [B, n]: there is a candle; the rows of others are -1. confidence [B]: as in ``ChartReading``.
    """

    open: IntArray
    high: IntArray
    low: IntArray
    close: IntArray
    up: BoolArray
    certain: BoolArray
    seen: BoolArray
    confidence: FloatArray

    def __len__(self) -> int:
        return len(self.open)


class OwnCharts:
    """Reads charts of a spec. UsageError where no reader could: cells of one column, of OHLC bars also of two."""

    def __init__(self, spec: ChartSpec, cache_dir: Path | bool | None = None):
        layout = Layout(spec)
        columns = layout.columns
        if any(column.right == column.left for column in columns):
            what = f"{spec.bars} bars in {spec.width} columns: bodies are no wider than wicks"
            raise UsageError(what, hint="a larger width, or fewer bars: 2 columns each, better 4")
        if spec.style is Style.OHLC and any(column.left == column.wick for column in columns):
            what = f"{spec.bars} OHLC bars in {spec.width} columns: there is no room for the tick of the open"
            raise UsageError(what, hint="a larger width, or fewer bars: 3 columns each, better 4")
        self.layout: Final = layout
        self._native = own_scan.native(cache_dir)
        self._left = np.array([column.left for column in columns], dtype=np.int64)
        self._right = np.array([column.right for column in columns], dtype=np.int64)
        self._wick = layout.wicks
        colours = spec.colours
        self._known, self._kinds = _labels(
            {
                scan.GROUND: (colours.background, colours.grid, *colours.bands),
                scan.FIRST: (colours.up,),
                scan.SECOND: (colours.down,),
            }
        )

    def read(self, images: npt.NDArray[np.uint8]) -> CandleBatch:
        """Candles of pictures [B, H, W, C], as ``ChartRenderer`` gives them; UsageError for another shape or type."""
        spec, part = self.layout.spec, self.layout.price
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != spec.shape:
            what = f"pictures are {images.dtype} of {images.shape}"
            raise UsageError(what, hint=f"uint8 of [B, {', '.join(map(str, spec.shape))}]")
        images = np.ascontiguousarray(images)
        out = np.empty((len(images), spec.bars, scan.FIELDS), dtype=np.int64)
        totals = np.empty(len(images), dtype=np.int64)
        labels = np.empty(spec.height * spec.width, dtype=np.uint8)
        states = np.empty(3 * spec.height, dtype=np.uint8)
        self._native.function("read_images")(
            address(images),
            len(images),
            spec.height,
            spec.width,
            spec.channels,
            address(self._known),
            address(self._kinds),
            len(self._known),
            part.top,
            part.bottom,
            spec.bars,
            address(self._left),
            address(self._right),
            address(self._wick),
            spec.style is Style.OHLC,
            address(labels),
            address(states),
            address(out),
            address(totals),
        )
        return _batch(out, totals, spec.style)

    def reading(self, batch: CandleBatch, index: int, axis: PriceAxis | None = None) -> ChartReading:
        """One picture's reading; bars that show no candle are left out. PictureError where most do not."""
        spec, part, layout = self.layout.spec, self.layout.price, self.layout
        seen = batch.seen[index]
        if seen.mean() < LEAST_CERTAIN:
            what = f"{int(seen.sum())} of {spec.bars} bars show a candle in {spec.palette.name}'s colours"
            raise PictureError(what, hint="is this a chart of that spec? without one the picture tells for itself")
        middle = (self._left + self._right) / 2.0
        colours = spec.colours
        cell = (layout.right - layout.left + 1) / spec.bars
        return ChartReading(
            Candles(
                open=batch.open[index][seen],
                high=batch.high[index][seen],
                low=batch.low[index][seen],
                close=batch.close[index][seen],
                up=batch.up[index][seen],
                middle=middle[seen],
                certain=batch.certain[index][seen],
            ),
            Rectangle(layout.left, part.top, layout.right, part.bottom),
            Found(colours.background, colours.up, colours.down),
            cell,
            int(self._right[0] - self._left[0] + 1),
            1,
            float(batch.confidence[index]),
            spec.height,
            axis,
            style=spec.style,
        )

    def as_images(self, pixels: Pixels) -> npt.NDArray[np.uint8]:
        """One picture [H, W, 3] as a batch of one; UsageError for another size."""
        spec = self.layout.spec
        if pixels.shape[:2] != (spec.height, spec.width):
            what = f"a picture of {pixels.shape[1]} by {pixels.shape[0]} pixels"
            raise UsageError(what, hint=f"the spec has {spec.width} by {spec.height}")
        return pixels[None, :, :, : spec.channels]


def _labels(kinds: dict[int, tuple[Rgb, ...]]) -> tuple[IntArray, npt.NDArray[np.uint8]]:
    packed = [(r << 16 | g << 8 | b, kind) for kind, colours in kinds.items() for r, g, b in colours]
    return np.array([one for one, _ in packed], dtype=np.int64), np.array([kind for _, kind in packed], dtype=np.uint8)


def _batch(out: IntArray, totals: IntArray, style: Style) -> CandleBatch:
    state = out[:, :, scan.FOUND]
    seen = (state == scan.WHOLE) | (state == scan.GUESSED)
    certain = (state == scan.WHOLE) & (out[:, :, scan.HIDDEN] == 0)
    up = out[:, :, scan.FIRSTS] >= out[:, :, scan.SECONDS]
    high, low = out[:, :, scan.TOP], out[:, :, scan.BOTTOM]
    if style is Style.OHLC:
        open_, close = out[:, :, ohlc_scan.OPEN], out[:, :, ohlc_scan.CLOSE]
    else:
        top, bottom = out[:, :, scan.BODY_TOP], out[:, :, scan.BODY_BOTTOM]
        open_, close = np.where(up, bottom, top), np.where(up, top, bottom)
    told = np.where(seen, out[:, :, scan.PIXELS], 0).sum(axis=1) / np.maximum(totals, 1)
    return CandleBatch(
        open=np.where(seen, open_, -1),
        high=np.where(seen, high, -1),
        low=np.where(seen, low, -1),
        close=np.where(seen, close, -1),
        up=up,
        certain=certain,
        seen=seen,
        confidence=np.minimum(told, 1.0) * certain.mean(axis=1),
    )
