"""The kernel that draws: windows of bars to pixels, each part of a chart from the background upwards.

All that is drawn is made of spans: one column, from one row to another. A span is clipped to its part, so nothing is
drawn outside. Order in the price: bands, bars, overlays; later ones hide earlier ones.

A line has a point in the wick's column of each bar whose value is finite. Between two neighbours at (x0, y0) and
(x1, y1) the row at column x is ``y0 + floor((2 * (y1 - y0) * (x - x0) + x1 - x0) / (2 * (x1 - x0)))``; column x is
drawn from its own row up to the one before the next column's row. A band fills, in each column, the rows between its
two lines' rows. ``raster_torch`` says the same in other words; a test compares every pixel.
"""

from __future__ import annotations

from typing import Final

from pinewright.charts.spans import (
    BANDS,
    DOWN,
    LINES,
    UP,
    VOLUME_DOWN,
    VOLUME_UP,
    Area,
    Plan,
    block,
    factor_of,
    is_finite,
    least,
    most,
    row_of,
    span,
)
from pinewright.machine.kernel import Bytes, Columns, Floats, Ints, Module, kernel

OPEN: Final = 0
HIGH: Final = 1
LOW: Final = 2
CLOSE: Final = 3
VOLUME: Final = 4

FARTHEST: Final = 1.7e308
"""Where the search for the least and the greatest value begins."""


@kernel(inline=False)
def line(p: Plan, image: Bytes, a: Area, values: Floats, low: float, factor: float, role: int) -> None:
    """One line through the finite values; a single value between gaps is a single pixel."""
    before = 0
    connected = False
    for i in range(p.bars):
        if is_finite(values[i]):
            row = row_of(a, values[i], low, factor)
            if connected:
                segment(p, image, a, p.wick[i - 1], before, p.wick[i], row, role)
            span(p, image, a, p.wick[i], row, row, role)
            before = row
            connected = True
        else:
            connected = False


@kernel(inline=True)
def segment(p: Plan, image: Bytes, a: Area, x0: int, y0: int, x1: int, y1: int, role: int) -> None:
    """The columns x0 to x1 - 1 of a line from one point to the next."""
    width = x1 - x0
    whole = (y1 - y0) // width
    rest = 2 * (y1 - y0 - whole * width)
    error = width
    row = y0
    for x in range(x0, x1):
        error += rest
        following = row + whole
        if error >= 2 * width:
            error -= 2 * width
            following += 1
        end = following - 1 if following > row else min(following + 1, row)
        span(p, image, a, x, row, end, role)
        row = following


@kernel(inline=False)
def band(p: Plan, image: Bytes, a: Area, first: Floats, second: Floats, low: float, factor: float, role: int) -> None:
    """The area between two lines, where both have values."""
    before = 0
    beyond = 0
    connected = False
    for i in range(p.bars):
        if is_finite(first[i]) and is_finite(second[i]):
            row = row_of(a, first[i], low, factor)
            other = row_of(a, second[i], low, factor)
            if connected:
                width = p.wick[i] - p.wick[i - 1]
                for k in range(1, width):
                    y = before + (2 * (row - before) * k + width) // (2 * width)
                    z = beyond + (2 * (other - beyond) * k + width) // (2 * width)
                    span(p, image, a, p.wick[i - 1] + k, y, z, role)
            span(p, image, a, p.wick[i], row, other, role)
            before = row
            beyond = other
            connected = True
        else:
            connected = False


@kernel(inline=False)
def candles(p: Plan, image: Bytes, a: Area, at: int, bars: Columns, low: float, factor: float) -> None:
    """Bars whose four prices are finite: up where they close at their open or above it."""
    for i in range(p.bars):
        opened = bars[OPEN][at + i]
        highest = bars[HIGH][at + i]
        lowest = bars[LOW][at + i]
        closed = bars[CLOSE][at + i]
        if is_finite(opened) and is_finite(highest) and is_finite(lowest) and is_finite(closed):
            role = UP if closed >= opened else DOWN
            start = row_of(a, opened, low, factor)
            end = row_of(a, closed, low, factor)
            top = min(row_of(a, highest, low, factor), min(start, end))
            bottom = max(row_of(a, lowest, low, factor), max(start, end))
            span(p, image, a, p.wick[i], top, bottom, role)
            if p.ohlc:
                block(p, image, a, p.left[i], p.wick[i], start, start, role)
                block(p, image, a, p.wick[i], p.right[i], end, end, role)
            else:
                block(p, image, a, p.left[i], p.right[i], start, end, role)


@kernel(inline=False)
def strip(p: Plan, image: Bytes, a: Area, at: int, bars: Columns) -> None:
    """Volumes above 0 as bars from the bottom, the largest of the window as high as the strip."""
    factor = factor_of(a, 0.0, most(bars[VOLUME][at:], p.bars, 0.0))
    for i in range(p.bars):
        volume = bars[VOLUME][at + i]
        if volume > 0.0 and is_finite(volume):
            role = VOLUME_UP if bars[CLOSE][at + i] >= bars[OPEN][at + i] else VOLUME_DOWN
            row = row_of(a, volume, 0.0, factor)
            block(p, image, a, p.left[i], p.right[i], row, a.lower, role)


@kernel(inline=False)
def pane(p: Plan, image: Bytes, a: Area, at: int, values: Columns) -> None:
    """The lines of a pane, on a scale of their own or a fixed one."""
    low = a.low
    high = a.high
    if not a.fixed:
        low = 0.0 if a.histogram else FARTHEST
        high = 0.0 if a.histogram else -FARTHEST
        for k in range(a.first, a.first + a.lines):
            low = least(values[k][at:], p.bars, low)
            high = most(values[k][at:], p.bars, high)
    factor = factor_of(a, low, high)
    for k in range(a.lines):
        if k == 0 and a.histogram:
            histogram(p, image, a, values[a.first][at:], low, factor)
        else:
            line(p, image, a, values[a.first + k][at:], low, factor, LINES + k)


@kernel(inline=True)
def histogram(p: Plan, image: Bytes, a: Area, values: Floats, low: float, factor: float) -> None:
    zero = row_of(a, 0.0, low, factor)
    for i in range(p.bars):
        if is_finite(values[i]):
            row = row_of(a, values[i], low, factor)
            role = VOLUME_UP if values[i] >= 0.0 else VOLUME_DOWN
            block(p, image, a, p.left[i], p.right[i], row, zero, role)


@kernel
def measure(p: Plan, count: int, ends: Ints, bars: Columns, overlays: Columns, bands: Columns, scales: Floats) -> None:
    """Low and high of windows [B, 2]: of the bars' lows and highs, the overlays and the bands; 0 where nothing is."""
    for b in range(count):
        at = ends[b] - p.bars
        low = least(bars[LOW][at:], p.bars, FARTHEST)
        high = most(bars[HIGH][at:], p.bars, -FARTHEST)
        for k in range(p.overlays):
            low = least(overlays[k][at:], p.bars, low)
            high = most(overlays[k][at:], p.bars, high)
        for k in range(2 * p.bands):
            low = least(bands[k][at:], p.bars, low)
            high = most(bands[k][at:], p.bars, high)
        scales[2 * b] = low if low <= high else 0.0
        scales[2 * b + 1] = high if low <= high else 0.0


@kernel(inline=False, noalias=True)
def copy(source: Bytes, target: Bytes, count: int) -> None:
    for i in range(count):
        target[i] = source[i]


@kernel
def draw(
    p: Plan,
    count: int,
    ends: Ints,
    scales: Floats,
    bars: Columns,
    overlays: Columns,
    bands: Columns,
    panes: Columns,
    background: Bytes,
    out: Bytes,
) -> None:
    """Images [B, H, W, C] of windows that end before ``ends`` [B], on scales [B, 2]. bands: two columns each."""
    for b in range(count):
        image = out[b * p.image_bytes :]
        copy(background, image, p.image_bytes)
        at = ends[b] - p.bars
        price = p.parts[0]
        low = scales[2 * b]
        factor = factor_of(price, low, scales[2 * b + 1])
        for k in range(p.bands):
            band(p, image, price, bands[2 * k][at:], bands[2 * k + 1][at:], low, factor, BANDS + k)
        candles(p, image, price, at, bars, low, factor)
        for k in range(p.overlays):
            line(p, image, price, overlays[k][at:], low, factor, LINES + k)
        if p.volume:
            strip(p, image, p.parts[1], at, bars)
        for k in range(p.panes):
            pane(p, image, p.parts[(2 if p.volume else 1) + k], at, panes)


EXPORTS: Final = ("measure", "draw")


def raster_module() -> Module:
    """The module of the two functions that are called from outside."""
    return Module("raster").add(measure).add(draw)
