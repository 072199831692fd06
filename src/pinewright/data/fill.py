"""Filling of gaps, only on request and by a named method: bars that stand in for missing ones, marked as such.

A filled bar is known at its close like any other: every method looks back only. (A straight line across the gap is no
method: it would know the price after the gap, and a strategy that reads it would look ahead.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from pinewright.data.calendar import bar_open
from pinewright.data.gaps import Hours, expectation
from pinewright.data.zones import iso_text
from pinewright.errors import DataQualityError, UsageError, unknown_name_hint
from pinewright.market import Bars, FloatArray, IntArray

Prices = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def previous_close(bars: Bars, before: IntArray) -> Prices:
    """All four prices are the close of the last bar before the gap: nothing moves."""
    close = bars.close[before]
    return close, close, close, close


def previous_bar(bars: Bars, before: IntArray) -> Prices:
    """The last bar before the gap once more: measures of volatility do not fall because data is missing."""
    return bars.open[before], bars.high[before], bars.low[before], bars.close[before]


FILL_METHODS: Final[dict[str, Callable[[Bars, IntArray], Prices]]] = {
    "previous-close": previous_close,
    "previous-bar": previous_bar,
}


def fill_gaps(bars: Bars, method: str, *, longest: int | None = None, hours: Hours | None = None) -> Bars:
    """The bars with stand-ins for those that the calendar expects between the first and the last and that are missing.

    method: a name of ``FILL_METHODS``. longest: the longest gap to fill, in bars; longer ones stay as they are. Closed
    hours, weekends and holidays are never filled; ``hours``: of a feed that is open less than the calendar says.
    Stand-ins have volume 0, the spread of the last bar, and their mark in ``Bars.filled`` [N], on which no order fills;
    those before the end of the warm-up count as warm-up. Without missing bars the answer is the bars themselves.

    UsageError for an unknown method, with the nearest, or a ``longest`` below 1. DataQualityError for stamps out of
    order or beside the grid of the time frame, where it is not clear what is missing.
    """
    if method not in FILL_METHODS:
        raise UsageError(f"unknown way to fill gaps {method!r}", hint=unknown_name_hint(method, FILL_METHODS))
    if longest is not None and longest < 1:
        raise UsageError(f"gaps of {longest} bars to fill at most", hint="give 1 or more")
    if len(bars) == 0:
        return bars
    _check_stamps(bars)
    missing = expectation(bars.time, bars.timeframe, bars.symbol, hours=hours).missing
    before = np.searchsorted(bars.time, missing) - 1
    if longest is not None:
        lengths = np.bincount(before, minlength=len(bars))
        missing, before = missing[lengths[before] <= longest], before[lengths[before] <= longest]
    if len(missing) == 0:
        return bars
    return _merged(bars, missing, before, FILL_METHODS[method](bars, before))


def _check_stamps(bars: Bars) -> None:
    if (np.diff(bars.time) <= 0).any():
        raise DataQualityError("stamps out of order or twice", where=bars.feed, hint="sort the rows by time first")
    beside = np.flatnonzero(bar_open(bars.time, bars.timeframe, bars.symbol) != bars.time)
    if len(beside):
        raise DataQualityError(
            f"the bar at {iso_text(int(bars.time[beside[0]]))} does not open where a bar of {bars.timeframe} does",
            where=bars.feed,
            hint="fill the finer bars that they are made of, and resample then",
        )


def _merged(bars: Bars, missing: IntArray, before: IntArray, prices: Prices) -> Bars:
    """Bars and stand-ins in order of time."""
    time = np.concatenate((bars.time, missing))
    order = np.argsort(time, kind="stable")

    def column(own: FloatArray, added: FloatArray) -> FloatArray:
        return np.concatenate((own, added))[order]

    open_, high, low, close = prices
    own_marks = np.zeros(len(bars), dtype=np.bool_) if bars.filled is None else bars.filled
    filled = np.concatenate((own_marks, np.ones(len(missing), dtype=np.bool_)))[order]
    return replace(
        bars,
        time=time[order],
        open=column(bars.open, open_),
        high=column(bars.high, high),
        low=column(bars.low, low),
        close=column(bars.close, close),
        volume=column(bars.volume, np.zeros(len(missing))),
        spread=None if bars.spread is None else column(bars.spread, bars.spread[before]),
        filled=filled,
        warmup=bars.warmup + int(np.count_nonzero(before < bars.warmup)),
    )
