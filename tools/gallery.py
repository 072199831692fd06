"""Draw one example of every pattern for the documents, from the simulator's invented bars: python tools/gallery.py."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pinewright.charts.palette import PALETTES
from pinewright.charts.pictures.lettering import Lettering
from pinewright.charts.pictures.outlines import Ink, draw_outline, shade_outline
from pinewright.charts.pictures.picture import encode
from pinewright.charts.pictures.strokes import Box, Pixels, letters, line
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec
from pinewright.data.simulate import simulated_bars
from pinewright.market import Bars
from pinewright.patterns.detector import detect, patterns
from pinewright.patterns.pattern import PatternKind, PatternMark
from pinewright.patterns.structure.outline import outline_of

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
ACROSS, WIDTH, TITLE, GAP = 5, 186, 20, 10
CANDLE_BARS, CANDLE_HEIGHT, STRUCTURE_HEIGHT = 14, 92, 128
LONGEST = 74
"""Bars of a structure that still tells its shape in so small a picture."""
INK, SHAPE = (30, 41, 59), (17, 24, 39)
GROUND = PALETTES["blue_orange"].background
PEN = Ink(SHAPE, GROUND, (GROUND,), 0.8)


def example(bars: Bars, name: str, kind: PatternKind) -> PatternMark:
    """The clearest place of those that fit a small picture; of equal ones the first."""
    found = [mark for mark in detect(bars, [name]) if 30 < mark.bar < len(bars) - 10]
    if kind is PatternKind.STRUCTURE:
        found = [mark for mark in found if 14 <= mark.bar - mark.start <= LONGEST] or found

        def seen(mark: PatternMark) -> tuple[float, float, int]:
            # A spike would make the shape flat.
            part = slice(mark.start, mark.bar + 1)
            prices = [price for _, price in outline_of(mark).touches]
            whole = float(bars.high[part].max() - bars.low[part].min())
            share, spike = (max(prices) - min(prices)) / whole, float((bars.high - bars.low)[part].max()) / whole
            flat = name.endswith(("flag", "pennant", "bounce", "resistance_break", "support_break"))
            return min(1.0, share / (0.3 if flat else 0.8)) * min(1.0, 0.35 / spike), mark.confidence, -len(prices)

        return max(found, key=seen)
    # A candle pattern shows best where its bars are somewhat larger than those around it, and come as tradition says.
    size, way = bars.high - bars.low, bars.close

    def clear(mark: PatternMark) -> tuple[bool, float]:
        around = size[mark.bar - 12 : mark.bar + 3]
        part = size[mark.start : mark.bar + 1] / np.median(around)
        against = float(way[mark.start - 1] - way[mark.start - 10]) * mark.direction.value
        spike = float(around.max() / np.median(around))
        return against <= 0.0, -abs(math.log(float(part.mean()) / 1.8)) - max(0.0, spike - 3.0)

    return max((mark for mark in found[:400] if size[mark.start : mark.bar + 1].min() > 0.0), key=clear)


def tile(bars: Bars, mark: PatternMark, kind: PatternKind) -> Pixels:
    """A small chart with its title above."""
    candle = kind is PatternKind.CANDLE
    height = CANDLE_HEIGHT if candle else STRUCTURE_HEIGHT
    end = mark.bar + (3 if candle else 5)
    count = CANDLE_BARS if candle else end - mark.start + 4
    spec = ChartSpec(WIDTH, height, count, margin=6, palette=PALETTES["blue_orange"])
    renderer = ChartRenderer(spec)
    first, layout, outline = end - count, renderer.layout, outline_of(mark)
    low, high = renderer.scales(bars, [end])[0].tolist()
    prices = outline.moved(-first).prices()
    low, high = min(low, *prices, high), max(high, *prices, low)
    chart = renderer.render(bars, [end], scales=np.array([[low, high]]))[0]
    whole = Box(0, 0, WIDTH, height)

    def place(bar: int, price: float) -> tuple[float, float]:
        column = float(np.interp(bar - first, np.arange(count), layout.wicks))
        return column + 0.5, float(layout.row_of(price, low, high)) + 0.5

    shade_outline(chart, whole, outline, place, PEN)
    draw_outline(chart, whole, outline, place, PEN)
    if candle:
        left, right = (layout.columns[bar - first] for bar in (mark.start, mark.bar))
        line(chart, whole, [(left.cell_left, height - 2.0), (right.cell_right + 1.0, height - 2.0)], SHAPE, 2.0)
    made = np.full((TITLE + height, WIDTH, 3), 255, dtype=np.uint8)
    made[TITLE:] = chart
    font = Lettering(13)
    letters(made, font, 2, 2, font.fit(patterns()[mark.pattern].title, WIDTH - 4), INK)
    return made


def sheet(tiles: Sequence[Pixels]) -> Pixels:
    height = tiles[0].shape[0]
    rows = -(-len(tiles) // ACROSS)
    made = np.full((rows * (height + GAP) + GAP, ACROSS * (WIDTH + GAP) + GAP, 3), 255, dtype=np.uint8)
    for number, one in enumerate(tiles):
        top = GAP + number // ACROSS * (height + GAP)
        left = GAP + number % ACROSS * (WIDTH + GAP)
        made[top : top + height, left : left + WIDTH] = one
    return made


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    bars = simulated_bars(7, "15m", days=400)
    for kind, name in ((PatternKind.CANDLE, "candles.png"), (PatternKind.STRUCTURE, "structure.png")):
        names = [one.name for one in patterns().values() if one.kind is kind]
        path = folder / name
        path.write_bytes(encode(sheet([tile(bars, example(bars, one, kind), kind) for one in names])))
        sys.stderr.write(f"{path}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
