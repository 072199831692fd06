"""Bars for charts, and charts as text: one letter a pixel."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from pinewright.charts.native import Images
from pinewright.charts.palette import Palette
from pinewright.market import Bars, FloatArray, Symbol, Timeframe

TEST = Symbol("TEST", "TST", "USD", mintick=0.1, pip=1.0)

NAMES = {
    "background": ".",
    "up": "U",
    "down": "D",
    "volume_up": "u",
    "volume_down": "d",
    "grid": "-",
    **{f"line {k}": str(k + 1) for k in range(8)},
    **{f"band {k}": "abce"[k] for k in range(4)},
}


def bars(*prices: tuple[float, float, float, float], volume: Sequence[float] | None = None) -> Bars:
    """Hourly bars of (open, high, low, close)."""
    return bars_of(np.array(prices, dtype=np.float64), np.zeros(len(prices)) if volume is None else np.array(volume))


def bars_of(prices: FloatArray, volume: FloatArray) -> Bars:
    """The same of prices [N, 4]; prices may be anything at all, as a renderer has to live with it."""
    time = 3_600_000 * np.arange(len(prices), dtype=np.int64)
    columns = [np.ascontiguousarray(prices[:, k]) for k in range(4)]
    one, zero = np.full(len(prices), 1.0), np.zeros(len(prices))
    made = Bars(TEST, Timeframe(60), time, one, one, one, one, zero, feed="by hand")
    for name, column in zip(("open", "high", "low", "close", "volume"), [*columns, volume], strict=True):
        object.__setattr__(made, name, column.astype(np.float64))
    return made


def art(image: Images, palette: Palette) -> str:
    """A chart [H, W, C] as lines of letters."""
    channels = image.shape[-1]
    letters = {bytes(colour[:channels]): NAMES.get(name, "?") for name, colour in palette.colours.items()}
    return "\n".join("".join(letters[pixel.tobytes()] for pixel in row) for row in image)


def lines(text: str) -> str:
    """A chart as it stands in a test."""
    return textwrap.dedent(text).strip("\n")
