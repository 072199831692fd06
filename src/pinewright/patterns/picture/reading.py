"""What was read from a picture: candles in rows of pixels, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from pinewright.charts.spec import Style
from pinewright.market import MINUTE, Bars, BoolArray, FloatArray, IntArray, Side, Symbol, Timeframe
from pinewright.patterns.picture.axis import NoScale, PriceAxis, PriceScale
from pinewright.patterns.picture.colours import Rgb
from pinewright.patterns.picture.steps import Steps, find_steps

START: Final = 1_577_923_200_000
"""Time of the first bar that is made from a picture, 2020-01-02 00:00 UTC: invented, as pictures tell none."""


@dataclass(frozen=True)
class Rectangle:
    """Rows and columns of a part of a picture, all inclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Candles:
    """n candles in columns, left to right.

    open, high, low, close [n]: rows of pixels, from 0 at the picture's top, of the first (topmost) or last row that
    the body or the wick fills: a price whose row is r is drawn by row r itself, so a body goes from min(open, close)
    to max(open, close), both filled. A wick that ends inside the body gives the body's end. up [n]: drawn as rising.
    middle [n]: columns, halves where the body has an even width. certain [n]: nothing at its ends is covered and its
    body is seen.
    """

    open: IntArray
    high: IntArray
    low: IntArray
    close: IntArray
    up: BoolArray
    middle: FloatArray
    certain: BoolArray

    def __len__(self) -> int:
        return len(self.open)


@dataclass(frozen=True)
class Found:
    """Colours, as far as they were told apart: the ground, rising and falling candles (None: there were none)."""

    ground: Rgb
    up: Rgb | None
    down: Rgb | None


@dataclass(frozen=True)
class ChartReading:
    """The candles of a chart as read from its pixels.

    plot: what the candles fill. pitch: columns from bar to bar. body, wick: their widths. confidence: the share of the
    pixels of candle colour inside the plot that the candles account for, times the share of bars that are certain (with
    a spec), or whose body is seen, and the share of what votes for bars that lies on them (without one).
    height: rows of the picture. axis: rows as prices, None where nobody knows them. style: how its bars are drawn; of
    OHLC bars body is what both ticks and the line span, wick the line's width. scale: the labels that the axis was read
    from, or why they gave none; None where they were not looked at, as with an axis that was given.
    """

    candles: Candles
    plot: Rectangle
    found: Found
    pitch: float
    body: int
    wick: int
    confidence: float
    height: int
    axis: PriceAxis | None = None
    style: Style = Style.CANDLES
    scale: PriceScale | NoScale | None = None

    @cached_property
    def steps(self) -> Steps | None:
        """The price step that the rows of certain candles show, None where they show none."""
        kept = self.candles.certain
        rows = [getattr(self.candles, name)[kept] for name in ("open", "high", "low", "close")]
        return find_steps(np.concatenate(rows))

    def __len__(self) -> int:
        return len(self.candles)

    def value_of(self, row: IntArray | FloatArray) -> FloatArray:
        """Prices of rows; without an axis the rows counted from the picture's bottom, which rise as prices do."""
        if self.axis is None:
            return np.asarray(self.height - 1.0 - np.asarray(row, dtype=np.float64))
        return self.axis.price_of(row)

    def row_of(self, value: FloatArray | float) -> FloatArray:
        """Rows, with fractions, of what ``value_of`` gives."""
        if self.axis is None:
            return np.asarray(self.height - 1.0 - np.asarray(value, dtype=np.float64))
        return self.axis.row_of(value)

    def bars(self) -> Bars:
        """The candles as bars for the detectors: times, volume and symbol are invented, and marked so.

        Where the rows show the price step (``steps``) prices are put on it, else they are those of whole rows. With an
        axis read from labels, whose decimals are known, they are whole ticks where a tick takes a row or more.
        """
        candles, steps, tick = self.candles, self.steps, self._tick

        def prices(rows: IntArray) -> FloatArray:
            values = self.value_of(rows if steps is None else steps.snap(rows))
            return values if tick is None else np.round(values, tick)

        count = len(candles)
        return Bars(
            symbol=Symbol.get("EURUSD"),
            timeframe=Timeframe(1),
            time=START + MINUTE * np.arange(count, dtype=np.int64),
            open=prices(candles.open),
            high=prices(candles.high),
            low=prices(candles.low),
            close=prices(candles.close),
            volume=np.zeros(count),
            side=Side.BID,
            feed="picture",
            invented=True,
        )

    @property
    def _tick(self) -> int | None:
        """Decimals to which prices are rounded, None where a tick is less than a row."""
        if not isinstance(self.scale, PriceScale) or self.scale.tick < self.scale.axis.step:
            return None
        return self.scale.decimals
