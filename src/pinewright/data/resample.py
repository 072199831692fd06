"""Finer bars to coarser bars, and ticks to bars.

Rules, all checked by tests:

* Bars are counted from the start of the trading day, so 17:00 New York begins one at every time frame.
* Open and close are the first and last, high and low the extremes, volume the sum.
* The spread is the *last* one: the quote that stands when the bar closes, at which an order decided on that bar meets
  the market. A mean would smear the minutes after 17:00 New York over a whole long bar, and would depend on the way
  (1m to 5m to 15m against 1m to 15m).
* A bar is kept only when it is complete: its start is covered by data or the market was not open before the first row,
  and its end lies in the past of the data or in closed hours. So cutting the future never changes a bar that is there.
* A coarse bar counts as filled (a stand-in for a missing one) when every row in it does.
* A coarse bar is warm-up when any row in it is.

What a script requests is made by ``period_bars``, which keeps every bar, as TradingView does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pinewright.data.calendar import SessionState, bar_close, bar_open, session_state
from pinewright.data.periods import period_close, period_open
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import MINUTE, Bars, FloatArray, IntArray, Side, Symbol, Ticks, Timeframe


def check_coarser(finer: Timeframe, coarser: Timeframe, where: str | None = None) -> None:
    """DataFormatError, naming both, unless ``coarser`` is a whole multiple of ``finer``."""
    if coarser.minutes % finer.minutes == 0:
        return
    what = f"bars of {finer} cannot be made into bars of {coarser}"
    hint = f"ask for {finer} or a multiple of it, or bring finer bars"
    raise DataFormatError(what, where=where, hint=hint)


def resample(bars: Bars, timeframe: Timeframe, *, until: int | None = None) -> Bars:
    """Bars of a coarser time frame, views where it is the same one.

    ``until`` (ms UTC) is the moment up to which the source is known to be complete; by default the close of its last
    bar. DataFormatError when ``timeframe`` is no multiple of the bars' own; DataNotFoundError when no bar is complete.
    """
    check_coarser(bars.timeframe, timeframe, bars.feed)
    if timeframe == bars.timeframe or len(bars) == 0:
        return replace(bars, timeframe=timeframe)
    known = int(bars.time[-1]) + bars.timeframe.milliseconds if until is None else until
    stamps, starts, keep = _groups(bars.time, timeframe, bars.symbol, known)
    last = np.append(starts[1:], len(bars)) - 1
    return Bars(
        symbol=bars.symbol,
        timeframe=timeframe,
        time=stamps[keep],
        open=bars.open[starts][keep],
        high=np.maximum.reduceat(bars.high, starts)[keep],
        low=np.minimum.reduceat(bars.low, starts)[keep],
        close=bars.close[last][keep],
        volume=np.add.reduceat(bars.volume, starts)[keep],
        side=bars.side,
        feed=bars.feed,
        spread=None if bars.spread is None else bars.spread[last][keep],
        warmup=int(np.count_nonzero(starts[keep] < bars.warmup)),
        invented=bars.invented,
        filled=None if bars.filled is None else np.logical_and.reduceat(bars.filled, starts)[keep],
    )


def period_bars(bars: Bars, timeframe: Timeframe) -> Bars:
    """Bars of a longer time frame as a script requests them: cut by ``period_open``, every one of them kept.

    The first may lack its beginning and the last its end: they hold what the rows tell. A row that opens before its
    period does, as feeds with a late session have it, belongs to the period in which it ends. ``timeframe`` is one that
    the bars' own ``divides``; views where it is the same.
    """
    if timeframe == bars.timeframe or len(bars) == 0:
        return bars
    ends = period_close(bars.time, bars.timeframe, bars.symbol)
    stamp = period_open(ends - 1, timeframe, bars.symbol)
    starts = np.flatnonzero(np.diff(stamp, prepend=stamp[0] - 1)).astype(np.int64)
    last = np.append(starts[1:], len(bars)) - 1
    return replace(
        bars,
        timeframe=timeframe,
        time=stamp[starts],
        open=bars.open[starts],
        high=np.maximum.reduceat(bars.high, starts),
        low=np.minimum.reduceat(bars.low, starts),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, starts),
        spread=None if bars.spread is None else bars.spread[last],
        filled=None if bars.filled is None else np.logical_and.reduceat(bars.filled, starts),
        warmup=int(np.count_nonzero(starts < bars.warmup)),
    )


def heikin_ashi(bars: Bars) -> Bars:
    """Heikin Ashi bars (TradingView): the close is the mean of the four prices, the open the mean of open and close of
    the Heikin Ashi bar before (of the bar itself at first), high and low reach over both.
    """
    from scipy.signal import lfilter

    if len(bars) == 0:
        return bars
    close = (bars.open + bars.high + bars.low + bars.close) / 4.0
    begin = (bars.open[0] + bars.close[0]) / 2.0
    opened = np.append(begin, lfilter([0.5], [1.0, -0.5], close[:-1], zi=[0.5 * begin])[0])
    high = np.maximum(bars.high, np.maximum(opened, close))
    return replace(bars, open=opened, high=high, low=np.minimum(bars.low, np.minimum(opened, close)), close=close)


def ticks_to_bars(ticks: Ticks, timeframe: Timeframe, side: Side = Side.BID, *, until: int | None = None) -> Bars:
    """Bars of one side of the quotes, with the last spread of each bar.

    Volume is the sum of the side's sizes (both sides for mid) where the ticks have them, else the number of ticks.
    ``until`` as in ``resample``; by default the time of the last tick, so the bar that it lies in is not yet complete.
    """
    if len(ticks) == 0:
        raise DataNotFoundError("no ticks to make bars of", where=ticks.feed)
    price = {Side.BID: ticks.bid, Side.ASK: ticks.ask, Side.MID: (ticks.bid + ticks.ask) / 2}[side]
    known = int(ticks.time[-1]) if until is None else until
    stamps, starts, keep = _groups(ticks.time, timeframe, ticks.symbol, known)
    last = np.append(starts[1:], len(ticks)) - 1
    return Bars(
        symbol=ticks.symbol,
        timeframe=timeframe,
        time=stamps[keep],
        open=price[starts][keep],
        high=np.maximum.reduceat(price, starts)[keep],
        low=np.minimum.reduceat(price, starts)[keep],
        close=price[last][keep],
        volume=np.add.reduceat(_sizes(ticks, side), starts)[keep],
        side=side,
        feed=ticks.feed,
        spread=(ticks.ask - ticks.bid)[last][keep],
        invented=ticks.invented,
    )


def _sizes(ticks: Ticks, side: Side) -> FloatArray:
    columns = {Side.BID: (ticks.bid_size,), Side.ASK: (ticks.ask_size,), Side.MID: (ticks.bid_size, ticks.ask_size)}
    sizes = [column for column in columns[side] if column is not None]
    return np.ones(len(ticks)) if not sizes else np.sum(sizes, axis=0, dtype=np.float64)


def _groups(time: IntArray, timeframe: Timeframe, symbol: Symbol, known: int) -> tuple[IntArray, IntArray, slice]:
    """Stamp and first row of each coarse bar [G], and the slice of them that are complete."""
    stamp = bar_open(time, timeframe, symbol)
    starts = np.flatnonzero(np.diff(stamp, prepend=stamp[0] - 1)).astype(np.int64)
    stamps = stamp[starts]
    begin, end = 0, len(stamps)
    if _open_between(int(stamps[0]), int(time[0]), symbol, SessionState.EXPECTED):
        begin = 1
    close = int(bar_close(stamps[-1:], timeframe, symbol)[0])
    if _open_between(known, close, symbol, SessionState.TOLERATED):
        end -= 1
    if begin >= end:
        what = f"no complete bar of {timeframe} in the rows given"
        raise DataNotFoundError(what, hint="give a longer window or ask for a shorter time frame")
    return stamps, starts, slice(begin, end)


def _open_between(start: int, end: int, symbol: Symbol, least: SessionState) -> bool:
    """Whether any moment of [start, end) has at least that session state."""
    if start >= end:
        return False
    minutes = np.arange(start // MINUTE * MINUTE, end, MINUTE, dtype=np.int64)
    return bool((session_state(minutes, symbol) >= least).any())
