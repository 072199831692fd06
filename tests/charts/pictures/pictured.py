"""Bars and pictures that the tests of charts for people share."""

from __future__ import annotations

from functools import cache

import numpy as np

from pinewright.charts.pictures.contents import Band, Condition, Line, Pane, Picture
from pinewright.charts.pictures.marks import Mark, Toward, TradeMark
from pinewright.charts.pictures.outlines import Corner, Outline, Pen, Stroke
from pinewright.data.simulate import simulated_bars
from pinewright.market import Bars


@cache
def bars(count: int, timeframe: str = "15m") -> Bars:
    """The last so many simulated bars."""
    whole = simulated_bars(3, timeframe, days=10 if timeframe == "15m" else 40, warmup=0)
    return whole.slice(len(whole) - count, len(whole))


def shape(*corners: Corner) -> Outline:
    """A way through corners, with the level of the middle one."""
    level = corners[len(corners) // 2][1]
    flat = Stroke(Pen.LEVEL, ((corners[0][0], level), (corners[-1][0], level)))
    return Outline((Stroke(Pen.WAY, corners), flat), corners, corners)


def full(count: int) -> Picture:
    """A picture with one of everything, for 20 bars or more."""
    shown = bars(count)
    mean = np.convolve(shown.close, np.full(10, 0.1))[:count]
    mean[:9] = np.nan
    wave = 50 + 40 * np.sin(np.arange(count) / 5)
    middle, late = count // 2, count - 3
    marks = (
        Mark(middle, "hammer", Toward.UP),
        Mark(middle - 1, "three white soldiers", Toward.UP),
        Mark(middle, "doji"),
        Mark(late, "bearish engulfing", Toward.DOWN),
        Mark(0, "evening star", Toward.DOWN),
        Mark(
            late,
            "double top",
            Toward.DOWN,
            shape((-5, float(shown.high[0])), (middle, float(shown.low[middle])), (late, float(shown.high[late]))),
            0.6,
        ),
    )
    trades = (
        TradeMark(3, float(shown.open[3]), middle, float(shown.open[middle]), True, True, "#1"),
        TradeMark(middle, float(shown.open[middle]), late, float(shown.open[late]), False, False, "#2"),
        TradeMark(late, float(shown.open[late]), None, None, True),
    )
    return Picture(
        shown,
        (Line("ta.sma(close, 10)", mean, 5), Line("upper", mean + 0.001, 5)),
        (Band(mean + 0.001, mean - 0.001),),
        (
            Pane((Line("wave", wave), Line("other", wave[::-1])), 0, 100, (30, 70)),
            Pane((Line("bars", wave - 50),), histogram=0),
        ),
        (Condition("close > open", shown.close > shown.open),),
        marks,
        trades,
        note="7 more patterns are not drawn",
    )
