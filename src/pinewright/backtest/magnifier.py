"""The bar magnifier: which finer bars show the way of the price inside the chart's bars.

TradingView takes a time frame that depends on the chart's alone (facts of its manual and help center): bars of seconds
up to half an hour, 1 minute up to the hour, 5 minutes to 4 hours, 15 minutes to a day, 1 hour to a week. Of the bars
that are given, those of that time frame are taken, else of the nearest one that divides the chart's.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Final

import numpy as np

from pinewright.errors import BacktestError
from pinewright.market import Bars, FloatArray, IntArray, Timeframe

TRADINGVIEW: Final = ((5, 5 / 60), (30, 0.25), (60, 1.0), (240, 5.0), (1440, 15.0), (7 * 1440, 60.0))
"""Up to so many minutes a bar: minutes of the finer bars that TradingView takes."""


def wanted_minutes(chart: Timeframe) -> float:
    """Minutes of the bars that TradingView looks into for a chart of that time frame; below one they are of seconds."""
    return next(finer for most, finer in TRADINGVIEW if chart.minutes <= most)


def choose_finer(chart: Bars, given: Sequence[Bars]) -> Bars:
    """The bars of the chart's symbol to look into; BacktestError, which says what to give, where there are none."""
    minutes = wanted_minutes(chart.timeframe)
    fitting = [
        bars
        for bars in given
        if bars.symbol.name == chart.symbol.name
        and bars.timeframe.minutes < chart.timeframe.minutes
        and chart.timeframe.minutes % bars.timeframe.minutes == 0
        and len(bars)
    ]
    if not fitting:
        theirs = f"{60 * minutes:g} s" if minutes < 1 else f"{Timeframe(int(minutes))}"
        raise BacktestError(
            "the script asks for the bar magnifier, and there are no finer bars to look into",
            hint=f"give bars of {chart.symbol.name} of a time frame that divides {chart.timeframe} "
            f"(TradingView takes {theirs}), or set use_bar_magnifier = false",
        )
    return min(fitting, key=lambda bars: (abs(log(bars.timeframe.minutes / minutes)), bars.timeframe.minutes))


def told(chart: Bars, finer: Bars, covered: int) -> str:
    """What the choice means, for the user: bars taken, TradingView's where it takes others, bars without finer ones."""
    minutes = wanted_minutes(chart.timeframe)
    text = f"bar magnifier: {finer.timeframe} bars inside {chart.timeframe} bars"
    if finer.timeframe.minutes != minutes:
        text += f" (TradingView takes {f'{60 * minutes:g} s' if minutes < 1 else Timeframe(int(minutes))})"
    if covered < len(chart):
        text += f"; {len(chart) - covered:,} of {len(chart):,} bars have none and go their own way"
    return text


def segments(chart: Bars, time_close: FloatArray, finer: Bars | None) -> tuple[IntArray, IntArray]:
    """The bars whose ways make up the way through each chart bar.

    Gives start [N+1], so that segments start[i] to start[i+1] - 1 lie inside bar i, and row [S], the row of each in
    ``finer``, -1 for the chart bar itself.
    """
    size = len(chart)
    if finer is None:
        return np.arange(size + 1, dtype=np.int64), np.full(size, -1, dtype=np.int64)
    first = np.searchsorted(finer.time, chart.time, side="left")
    count = np.searchsorted(finer.time, time_close, side="left") - first
    start = np.concatenate([[0], np.cumsum(np.maximum(count, 1))]).astype(np.int64)
    bar = np.repeat(np.arange(size), np.maximum(count, 1))
    row = np.where(count[bar] > 0, first[bar] + np.arange(start[-1]) - start[bar], -1).astype(np.int64)
    return start, row
