"""OHLC bars of a chart of which nothing is known: labels, lines and ticks, and which colour rises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from pinewright.charts.spec import Style
from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import ohlc_scan, scan
from pinewright.patterns.picture.axis import PriceAxis
from pinewright.patterns.picture.colours import Colours, rgb
from pinewright.patterns.picture.labelling import Inked, cleaned, labelled, scanned
from pinewright.patterns.picture.ohlc_bars import Sticks
from pinewright.patterns.picture.ohlc_ends import lengthened
from pinewright.patterns.picture.reading import Candles, ChartReading, Found, Rectangle
from pinewright.patterns.picture.seen import confidence_of, seen_bars, whole_bars


def read_sticks(
    colours: Colours, sticks: Sticks, axis: PriceAxis | None, cache_dir: Path | bool | None
) -> ChartReading:
    """The bars of a picture; PictureError where too few can be read."""
    colours = replace(colours, packed=colours.packed[:, sticks.frame])
    width = colours.packed.shape[1]
    lattice = whole_bars(sticks.lattice, width)
    none = np.zeros(colours.packed.shape, dtype=np.bool_)
    items = [cleaned(Inked(colour, colours.packed == colour, none), lattice) for colour in sticks.colours]
    labels = labelled(colours, items, lattice, lattice.columns(width))
    out = scanned(labels, lattice, ohlc_scan.native(cache_dir).function("read_ohlc_bars"))
    seen = seen_bars(out[:, scan.FOUND], lattice.sure)
    rows, lattice = out[seen], lattice.pick(seen)
    confidence = confidence_of(labels, rows, lattice)
    rows = lengthened(rows, lattice.wick)
    open_, close = rows[:, ohlc_scan.OPEN], rows[:, ohlc_scan.CLOSE]
    first = rows[:, scan.FIRSTS] >= rows[:, scan.SECONDS]
    rising = _first_rises(rows, first)
    up = np.where(open_ == close, first == rising, close < open_)
    high, low, left, shift = rows[:, scan.TOP], rows[:, scan.BOTTOM], lattice.left, sticks.frame.start
    shown = [rgb(colour) for colour in sticks.colours[:2]]
    shown = shown * 2 if len(shown) == 1 else shown
    return ChartReading(
        Candles(
            open=open_,
            high=high,
            low=low,
            close=close,
            up=up,
            middle=lattice.middles + shift,
            certain=(rows[:, scan.FOUND] == scan.WHOLE) & (rows[:, scan.HIDDEN] == 0),
        ),
        Rectangle(int(left[0]) + shift, int(high.min()), int(left[-1]) + lattice.body - 1 + shift, int(low.max())),
        Found(rgb(colours.ground), *(shown if rising else shown[::-1])),
        lattice.pitch,
        lattice.body,
        lattice.wick,
        confidence,
        labels.shape[0],
        axis,
        style=Style.OHLC,
    )


def _first_rises(rows: IntArray, first: BoolArray) -> bool:
    """Whether most bars of the first kind close above their open."""
    rise = rows[:, ohlc_scan.OPEN] - rows[:, ohlc_scan.CLOSE]
    return int(np.sign(np.where(first, rise, -rise)).sum()) >= 0
