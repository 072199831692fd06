"""A chart of which nothing is known: colours, bars, layers, then every candle, each step from what was seen before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture import candle_parts, foreign, scan
from pinewright.patterns.picture.axis import PriceAxis
from pinewright.patterns.picture.clean import demand_clean
from pinewright.patterns.picture.colours import Colours, Rgb, candle_colours, rgb, survey
from pinewright.patterns.picture.frame import inner
from pinewright.patterns.picture.image import PictureError, Pixels
from pinewright.patterns.picture.labelling import Inked, Labels, cleaned, inked, labelled, scanned, union
from pinewright.patterns.picture.lattice import Lattice, find_lattice, widths
from pinewright.patterns.picture.ohlc_bars import find_sticks
from pinewright.patterns.picture.ohlc_unknown import read_sticks
from pinewright.patterns.picture.orientation import first_is_up, with_sides
from pinewright.patterns.picture.reading import Candles, ChartReading, Found, Rectangle
from pinewright.patterns.picture.seen import confidence_of, seen_bars, whole_bars

SURE_FIT: Final = 0.95


def read_unknown(pixels: Pixels, axis: PriceAxis | None = None, cache_dir: Path | bool | None = None) -> ChartReading:
    """The candles or OHLC bars of a picture [H, W, 3]; PictureError where there are none that can be read."""
    colours = survey(pixels)
    demand_clean(pixels, colours)
    sticks = find_sticks(colours)
    if sticks is not None:
        return read_sticks(colours, sticks, axis, cache_dir)
    likely = candle_colours(colours)
    frame = inner(colours, likely[:2])
    colours = replace(colours, packed=colours.packed[:, frame])
    chosen, every = likely[:2], [inked(colours, colour) for colour in likely]
    candles = every[:2]
    lattice = _lattice(candles, every)
    if len(candles) > 1 and not candle_parts.belongs(colours, chosen[1], chosen[0], lattice):
        chosen, candles = chosen[:1], candles[:1]
        lattice = _lattice(candles, candles)
    more = candle_parts.further(colours, chosen, lattice)
    if more:
        candles += [inked(colours, colour) for colour in more]
        # A border is not one run with its fill unless both are in one mask.
        body, wick = widths([union(candles)], lattice.middles, lattice.pitch)
        lattice = replace(lattice, body=max(body, lattice.body), wick=min(wick, lattice.wick))
    lattice = whole_bars(lattice, colours.packed.shape[1])
    inside = lattice.columns(colours.packed.shape[1])
    labels = labelled(colours, [cleaned(item, lattice) for item in candles], lattice, inside)
    out = scanned(labels, lattice, scan.native(cache_dir).function("read_bars"))
    return _reading(colours, labels, out, lattice, candles, frame.start, axis)


def _lattice(candles: list[Inked], every: list[Inked]) -> Lattice:
    """Bars by each colour of its own, as neighbours of different colours may touch; else by all of them at once,
    where a border and its fill have two; else with all that may be candles; else by the likeliest alone. The first
    that fits well, else the best.
    """
    apart = [foreign.without_thin_lines(item.mask) | item.hole for item in candles]
    together = [[foreign.without_thin_lines(union(group))] for group in (candles, every) if len(group) > 1]
    found: list[Lattice] = []
    refused: list[PictureError] = []
    for masks in (apart, *together, apart[:1]):
        try:
            found.append(find_lattice(masks))
        except PictureError as error:
            refused.append(error)
            continue
        if found[-1].fit >= SURE_FIT:
            return found[-1]
    if not found:
        raise refused[0]
    return max(found, key=lambda one: one.fit)


def _reading(
    colours: Colours,
    labels: Labels,
    out: IntArray,
    lattice: Lattice,
    candles: list[Inked],
    shift: int,
    axis: PriceAxis | None,
) -> ChartReading:
    seen = seen_bars(out[:, scan.FOUND], lattice.sure)
    rows, lattice = out[seen], lattice.pick(seen)
    side, doubt = with_sides(rows, lattice)
    shown = [rgb(item.colour) for item in candles[:2]]
    up = side if first_is_up(rows, side, shown, rgb(colours.ground)) else ~side
    up = np.where(doubt, _continued(rows, up), up)
    confidence = confidence_of(labels, rows, lattice)
    high, low, left = rows[:, scan.TOP], rows[:, scan.BOTTOM], lattice.left + shift
    return ChartReading(
        _candles(rows, up, lattice.middles + shift),
        Rectangle(int(left[0]), int(high.min()), int(left[-1]) + lattice.body - 1, int(low.max())),
        Found(rgb(colours.ground), *_palette(candles, rows, up)),
        lattice.pitch,
        lattice.body,
        lattice.wick,
        confidence,
        labels.shape[0],
        axis,
    )


def _candles(rows: IntArray, up: BoolArray, middle: FloatArray) -> Candles:
    top, bottom = rows[:, scan.BODY_TOP], rows[:, scan.BODY_BOTTOM]
    return Candles(
        open=np.where(up, bottom, top),
        high=rows[:, scan.TOP],
        low=rows[:, scan.BOTTOM],
        close=np.where(up, top, bottom),
        up=up,
        middle=middle,
        certain=(rows[:, scan.FOUND] == scan.WHOLE) & (rows[:, scan.HIDDEN] == 0),
    )


def _continued(rows: IntArray, up: BoolArray) -> BoolArray:
    """Whether each candle rises, if it opens where the one before it closed [n]: for those that show no side."""
    top, bottom = rows[:, scan.BODY_TOP], rows[:, scan.BODY_BOTTOM]
    close = np.where(up, top, bottom)
    before = np.concatenate((bottom[:1], close[:-1]))
    return np.asarray(np.abs(before - bottom) <= np.abs(before - top))


def _palette(candles: list[Inked], rows: IntArray, up: BoolArray) -> tuple[Rgb | None, Rgb | None]:
    shown = [rgb(item.colour) for item in candles[:2]]
    if len(shown) == 1:
        shown *= 2
    first = rows[:, scan.FIRSTS] + rows[:, scan.HOLLOWS] > rows[:, scan.SECONDS]
    rising_first = bool(np.mean(up == first) >= 0.5)
    rising, falling = shown if rising_first else shown[::-1]
    return (rising if up.any() else None), (falling if (~up).any() else None)
