"""Charts with known rows: our own renders, and candles painted by hand as other charts paint them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec
from pinewright.market import Bars, BoolArray, FloatArray, IntArray
from pinewright.patterns.picture.image import Pixels
from pinewright.patterns.picture.reading import Candles
from tests.support.walks import walk_bars

NAMES = ("open", "high", "low", "close")
WHITE = (255, 255, 255)
GREEN = (38, 166, 154)
RED = (239, 83, 80)
Colour = tuple[int, int, int]


def average(bars: Bars, length: int) -> FloatArray:
    found = np.full(len(bars), np.nan)
    total = np.concatenate(([0.0], np.cumsum(bars.close)))
    found[length - 1 :] = (total[length:] - total[:-length]) / length
    return found


def render(
    spec: ChartSpec, seed: int = 1, overlays: int = 0, bands: int = 0, panes: int = 0
) -> tuple[Pixels, IntArray, Bars]:
    """One chart [H, W, C] of a walk, the rows [4, n] that it drew, and its bars."""
    bars = walk_bars(spec.bars + 40, seed)
    lines = [average(bars, length) for length in (5, 21)][:overlays]
    renderer = ChartRenderer(spec)
    ends = [len(bars)]
    banded = [(average(bars, 21) + 4e-4, average(bars, 21) - 4e-4)][:bands]
    below = [(bars.high - bars.low,)][:panes]
    low, high = renderer.scales(bars, ends, lines, banded)[0].tolist()
    window = bars.slice(len(bars) - spec.bars, len(bars))
    rows = np.array([renderer.layout.row_of(getattr(window, name), low, high) for name in NAMES])
    return renderer.render(bars, ends, lines, banded, below)[0], rows, window


def rows_of(candles: Candles) -> IntArray:
    return np.array([getattr(candles, name) for name in NAMES])


@dataclass(frozen=True)
class Paint:
    """How candles are painted by hand: columns from bar to bar (with fractions), of bodies, and colours."""

    pitch: float = 8.0
    body: int = 5
    wick: int = 1
    ground: Colour = WHITE
    up: Colour = GREEN
    down: Colour = RED
    border: Colour | None = None
    wicks: Colour | None = None


def paint(rows: IntArray, up: BoolArray, look: Paint, height: int) -> Pixels:
    """Candles of rows [4, n] of open, high, low and close on a plain ground."""
    count = rows.shape[1]
    image = np.full((height, int(look.pitch * count) + 12, 3), look.ground, dtype=np.uint8)
    for place in range(count):
        opened, high, low, close = rows[:, place].tolist()
        middle = int(6 + look.pitch * (place + 0.5) + 0.5)
        top, bottom = min(opened, close), max(opened, close)
        fill = look.up if up[place] else look.down
        left, thin = middle - look.body // 2, middle - look.wick // 2
        edge = look.border or fill
        image[high : low + 1, thin : thin + look.wick] = look.wicks or edge
        image[top : bottom + 1, left : left + look.body] = edge
        if look.border is not None:
            image[top + 1 : bottom, left + 1 : left + look.body - 1] = fill
    return image


def walk_rows(count: int, height: int, seed: int) -> tuple[IntArray, BoolArray]:
    """Rows [4, count] of a walk inside the picture, and which candles rise; each opens where the last one closed."""
    random = np.random.default_rng(seed)
    close = np.cumsum(np.rint(random.standard_normal(count) * 9)).astype(np.int64)
    opened = np.concatenate(([0], close[:-1]))
    high = np.minimum(opened, close) - random.integers(0, 9, count)
    low = np.maximum(opened, close) + random.integers(0, 9, count)
    shift = 10 - int(high.min())
    rows = np.array([opened, high, low, close]) + shift
    scale = min(1.0, (height - 20) / float(rows.max()))
    rows = np.round(rows * scale).astype(np.int64)
    return rows, rows[3] <= rows[0]
