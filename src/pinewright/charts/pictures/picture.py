"""Pictures for people: one chart, or several in one sheet, as the bytes of a PNG."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.charts.layout import Layout
from pinewright.charts.palette import BLUE_ORANGE, Palette
from pinewright.charts.pictures.annotations import Annotated, draw_annotations, room_for_marks
from pinewright.charts.pictures.axes import number_text
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.curves import draw_bands, draw_lines, draw_pane, pane_ticks
from pinewright.charts.pictures.foot import draw_foot, foot_rows
from pinewright.charts.pictures.frame import VOLUME_SHARE, Frame, lay_out
from pinewright.charts.pictures.grid import draw_edges, draw_price_axis, draw_time_axis, draw_volume_axis
from pinewright.charts.pictures.heads import Head, head_of, write_head
from pinewright.charts.pictures.plane import Plane, Scale
from pinewright.charts.pictures.strokes import Box, Pixels
from pinewright.charts.pictures.theme import Theme, theme_for
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec, Style
from pinewright.errors import UsageError
from pinewright.market import IntArray

MOST_SIZE: Final = 8_192
LEAST_SIZE: Final = 160
MOST_UNIT: Final = 4
MOST_CHARTS: Final = 6
_COLORS: Final = 256
"""Colours of a PNG that takes one byte a pixel."""
_RARE: Final = 32
"""So many of them for what is rare and unlike all others."""
_REACH: Final = 0.6
"""Lines and levels widen the price's scale by this share of the bars' range at most, on each side."""
_SHAPE_REACH: Final = 0.12
"""Outlines by less: where a line leaves the picture, its touches are still in it."""
_NEAR: Final = 0.1
"""Entries this share of the bars' range outside of it widen the scale; those further off do not."""


def draw(
    picture: Picture,
    *,
    width: int = 1280,
    height: int = 720,
    palette: Palette = BLUE_ORANGE,
    style: Style = Style.CANDLES,
    unit: int = 1,
) -> bytes:
    """A PNG of ``width * unit`` by ``height * unit`` pixels; the same for the same input.

    unit: pixels of everything that is one pixel wide at 1; 2 for screens with small pixels. UsageError for sizes out of
    range and where the chart does not fit.
    """
    return draw_sheet([picture], width=width, height=height, palette=palette, style=style, unit=unit)


def draw_sheet(
    pictures: Sequence[Picture],
    *,
    width: int = 1280,
    height: int = 720,
    palette: Palette = BLUE_ORANGE,
    style: Style = Style.CANDLES,
    unit: int = 1,
) -> bytes:
    """Up to six charts in one PNG: the first large on the left, the others one below the other beside it."""
    return encode(paint(pictures, width=width, height=height, palette=palette, style=style, unit=unit))


def paint(pictures: Sequence[Picture], *, width: int, height: int, palette: Palette, style: Style, unit: int) -> Pixels:
    """``draw_sheet`` as an array [H, W, 3]."""
    if not 1 <= unit <= MOST_UNIT:
        raise UsageError(f"a scale of {unit}", hint=f"1 to {MOST_UNIT}")
    for name, size in (("width", width), ("height", height)):
        if not LEAST_SIZE <= size <= MOST_SIZE // unit:
            raise UsageError(f"a picture of {width}x{height}", hint=f"a {name} of {LEAST_SIZE} to {MOST_SIZE // unit}")
    if not 1 <= len(pictures) <= MOST_CHARTS:
        raise UsageError(f"{len(pictures)} charts in one picture", hint=f"1 to {MOST_CHARTS}")
    pixels: Pixels = np.empty((height * unit, width * unit, 3), dtype=np.uint8)
    pixels[:] = palette.background
    for box, picture in zip(_places(len(pictures), width, height, unit), pictures, strict=True):
        theme = theme_for(palette, box.width // unit, unit)
        _draw_chart(pixels, box, picture, theme, style)
        if box.left:
            pixels[box.top : box.bottom, box.left - unit : box.left] = theme.grid
        if box.top:
            pixels[box.top - unit : box.top, box.left : box.right] = theme.grid
    return pixels


def encode(pixels: Pixels) -> bytes:
    """The bytes of a PNG of 256 colours: the most frequent ones, and those furthest from all others; what is between
    them (soft edges) becomes the nearest.

    A third of the size of a file with all of its colours, and no eye tells the two apart.
    """
    from PIL import Image

    wide = pixels.reshape(-1, 3).astype(np.uint32)
    codes = wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]
    found, place, count = np.unique(codes, return_inverse=True, return_counts=True)
    colors = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.int64)
    kept = _palette(colors, count)
    nearest = ((colors[:, None, :] - colors[None, kept, :]) ** 2).sum(axis=2).argmin(axis=1)
    image = Image.fromarray(nearest[place].astype(np.uint8).reshape(pixels.shape[:2]))
    image.putpalette(colors[kept].astype(np.uint8).tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _palette(colors: IntArray, count: IntArray) -> IntArray:
    """Indices, ascending, of the colours [C, 3] to write a picture with; ``count`` [C] is how often each is there."""
    order = np.argsort(-count, kind="stable")
    kept = order[: _COLORS - _RARE].tolist()
    distance = ((colors[:, None, :] - colors[None, kept, :]) ** 2).sum(axis=2).min(axis=1)
    while len(kept) < _COLORS and distance.max() > 0:
        kept.append(int(distance.argmax()))
        distance = np.minimum(distance, ((colors - colors[kept[-1]]) ** 2).sum(axis=1))
    return np.sort(np.array(kept, dtype=np.int64))


def _places(count: int, width: int, height: int, unit: int) -> list[Box]:
    """Where each chart of a sheet lies, in pixels."""
    if count == 1:
        return [Box(0, 0, width * unit, height * unit)]
    split = width * (50 if count == 2 else 58) // 100
    edges = [height * place // (count - 1) for place in range(count)]
    beside = [Box(split * unit, top * unit, width * unit, bottom * unit) for top, bottom in itertools.pairwise(edges)]
    return [Box(0, 0, split * unit, height * unit), *beside]


def _draw_chart(pixels: Pixels, whole: Box, picture: Picture, theme: Theme, style: Style) -> None:
    """The chart; once more with more lines at its foot where names found no place."""
    head = head_of(picture, theme, whole.width - 2 * theme.units(10))
    lines = int(bool(picture.note or head.missing))
    annotated = _draw_part(pixels, whole, picture, theme, style, head, lines)
    more = foot_rows(annotated, picture.note, head.missing, theme, whole, whole.width - 2 * theme.units(10))
    if more > lines:
        whole.of(pixels)[:] = theme.background
        _draw_part(pixels, whole, picture, theme, style, head, more)


def _draw_part(
    pixels: Pixels, whole: Box, picture: Picture, theme: Theme, style: Style, head: Head, foot: int
) -> Annotated:
    """foot: lines of text at the foot."""
    extent = _extent(picture)
    frame = lay_out(
        whole,
        theme,
        titles=len(head.titles),
        legend=len(head.legend),
        panes=len(picture.panes),
        axis=_axis_width(picture, theme, extent),
        bars=len(picture.bars),
        foot=foot,
    )
    plane = _draw_bars(pixels, picture, theme, frame, style, extent)
    draw_bands(plane)
    draw_price_axis(plane)
    draw_volume_axis(plane)
    for index in range(len(picture.panes)):
        draw_pane(plane, index)
    draw_time_axis(plane)
    draw_lines(plane)
    draw_edges(plane)
    annotated = draw_annotations(plane)
    write_head(pixels, frame, theme, head)
    draw_foot(plane, annotated, picture.note, head.missing)
    return annotated


def _axis_width(picture: Picture, theme: Theme, extent: tuple[float, float]) -> int:
    """Pixels of the widest label beside the plots."""
    digits = picture.bars.symbol.price_digits
    labels = [number_text(value, digits) for value in (*extent, float(picture.bars.close[-1]))]
    labels += [tick.label for pane in picture.panes for tick in pane_ticks(pane, 9)]
    if picture.has_volume:
        labels.append("250.5K")
    return max(theme.small.width(label) for label in labels)


def _extent(picture: Picture) -> tuple[float, float]:
    """Lowest and highest price to be shown: all bars, and lines as far as they do not make the bars flat."""
    bars = picture.bars
    low, high = float(np.min(bars.low)), float(np.max(bars.high))
    least = 10 * bars.symbol.mintick
    reach = _REACH * max(high - low, least)
    values = [item.values for item in picture.lines]
    values += [side for band in picture.bands for side in (band.upper, band.lower)]
    shapes = np.array([price for mark in picture.marks for price in mark.outline.prices()])
    values.append(np.clip(shapes, low - _SHAPE_REACH * (high - low), high + _SHAPE_REACH * (high - low)))
    # A fill may lie a little outside its bar; the price of something else must not make the bars flat.
    near = _NEAR * (high - low)
    prices = [item.entry_price for item in picture.trades if 0 <= item.entry_bar < len(bars)]
    values.append(np.array([price for price in prices if low - near <= price <= high + near]))
    joined = np.concatenate(values)
    joined = joined[np.isfinite(joined)]
    if len(joined):
        low, high = max(low - reach, min(low, float(joined.min()))), min(high + reach, max(high, float(joined.max())))
    if high - low < least:
        low, high = (low + high - least) / 2, (low + high + least) / 2
    return low, high


def _draw_bars(
    pixels: Pixels, picture: Picture, theme: Theme, frame: Frame, style: Style, extent: tuple[float, float]
) -> Plane:
    """Price and volume by the renderer, each of its pixels as large as a unit."""
    plot, unit, bars = frame.plot, theme.unit, picture.bars
    volume = VOLUME_SHARE if picture.has_volume else 0.0
    view = Box(frame.bars_left, plot.top, plot.right, plot.bottom)
    spec = ChartSpec(view.width // unit, plot.height // unit, len(bars), style, theme.palette, volume=volume, margin=4)
    layout = Layout(spec)
    low, high = _with_room(picture, theme, extent, layout.price.lower - layout.price.upper)
    drawn = ChartRenderer(spec).render(bars, np.array([len(bars)]), scales=np.array([[low, high]]))[0]
    for row in layout.separators:
        pixels[plot.top + row * unit : plot.top + (row + 1) * unit, plot.left : plot.right] = theme.palette.grid
    view.of(pixels)[:] = np.repeat(np.repeat(drawn, unit, axis=0), unit, axis=1)
    prices = Box(plot.left, plot.top, plot.right, plot.top + (layout.price.bottom + 1) * unit)
    strip, amount = None, None
    if layout.volume is not None:
        strip = Box(plot.left, plot.top + layout.volume.top * unit, plot.right, plot.bottom)
        amount = Scale(layout.volume, 0.0, float(np.nanmax(bars.volume)), plot.top, unit)
    across = np.asarray(view.left + (layout.wicks + 0.5) * unit, dtype=np.float64)
    return Plane(
        pixels, picture, theme, frame, across, prices, Scale(layout.price, low, high, plot.top, unit), strip, amount
    )


def _with_room(picture: Picture, theme: Theme, extent: tuple[float, float], rows: int) -> tuple[float, float]:
    """The scale that leaves room for the arrows and names of marks, two thirds of the rows at most."""
    low, high = extent
    row = (high - low) / (rows * 0.8)
    above, below = room_for_marks(picture, theme, low, high, row)
    share = min(1.0, rows * 2 / 3 / max(1.0, above + below))
    row = (high - low) / (rows - share * (above + below))
    return low - share * below * row, high + share * above * row
