"""The periods into which TradingView cuts time for a time frame: when each begins and when its last session ends.

Minutes are counted from the start of the trading day. Days, weeks and months are made of trading days. Several of them
(``3D``, ``2W``, ``3M``) are counted from the start of the year: days from its first day of trading (symbols with a
weekend skip Saturdays and Sundays, but no holidays), weeks from its first Monday, months from January; the last period
of a year is cut short. (Law: notes of PyneCore 6.11, ``core/resampler.py``, measured on EURUSD and BTCUSDT.)

A period ends with its last session, not with the next period: a week of FX ends on Friday at 17:00 New York.
"""

from __future__ import annotations

import numpy as np

from pinewright.data.calendar import MONDAY_OFFSET, bar_close, bar_open, trades_round_the_clock, trading_day
from pinewright.data.calendar import trading_day_start as day_start
from pinewright.market import IntArray, Symbol, Timeframe

_DAY = 1440


def period_open(time_ms: IntArray, timeframe: Timeframe, symbol: Symbol) -> IntArray:
    """Opening stamp (ms UTC) of the period that holds each UTC time [N].

    Of days, weeks and months it is the start of the first scheduled trading day, whether or not there are rows on it. A
    time on a weekend belongs to the week, month or count of days that comes, for the old one is over.
    """
    if time_ms.size == 0 or timeframe.minutes <= _DAY:
        return bar_open(time_ms, timeframe, symbol)
    skips = not trades_round_the_clock(symbol)
    days, back = np.unique(trading_day(time_ms, symbol), return_inverse=True)
    starts: IntArray = day_start(_first(_scheduled(days, skips), timeframe, skips), symbol)[back]
    return starts


def period_close(open_ms: IntArray, timeframe: Timeframe, symbol: Symbol) -> IntArray:
    """End (ms UTC, exclusive) of the last session of the periods that open at the given stamps [N].

    Holidays count as sessions.
    """
    if open_ms.size == 0 or timeframe.minutes <= _DAY:
        return bar_close(open_ms, timeframe, symbol)
    skips = not trades_round_the_clock(symbol)
    days, back = np.unique(trading_day(open_ms, symbol), return_inverse=True)
    first = _first(_scheduled(days, skips), timeframe, skips)
    after = _following(first, timeframe, skips)
    # Of a Saturday or Sunday that would come next the session before it is the last one.
    last = np.busday_offset(after.astype("datetime64[D]"), -1, roll="forward").astype(np.int64) if skips else after - 1
    ends: IntArray = day_start(last + 1, symbol)[back]
    return ends


def _scheduled(day: IntArray, skips: bool) -> IntArray:
    """Each day, or the next on which there is trading; ``skips``: weekends are left out."""
    return np.busday_offset(day.astype("datetime64[D]"), 0, roll="forward").astype(np.int64) if skips else day


def _first(day: IntArray, timeframe: Timeframe, skips: bool) -> IntArray:
    """First scheduled trading day of the period that holds each scheduled one; ``skips``: weekends are left out."""
    if timeframe.months:
        month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return _scheduled(_month_start(month - month % 12 % timeframe.months), skips)
    count = timeframe.minutes // _DAY
    if count % 7 == 0 and not timeframe.days:
        monday = day - (day + MONDAY_OFFSET) % 7
        anchor = _first_monday(_year(monday))
        return anchor + (monday - anchor) // count * count
    begin = _year_start(_year(day))
    if not skips:
        return begin + (day - begin) // count * count
    dates = begin.astype("datetime64[D]")
    place = np.busday_count(dates, day.astype("datetime64[D]"))
    return np.busday_offset(dates, place // count * count, roll="forward").astype(np.int64)


def _following(first: IntArray, timeframe: Timeframe, skips: bool) -> IntArray:
    """First day that no longer belongs to the periods that begin on these days."""
    year = _year(first)
    if timeframe.months:
        # Rolled forward over a weekend, the first day is still in its month.
        month = first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return np.minimum(_month_start(month + timeframe.months), _year_start(year + 1))
    count = timeframe.minutes // _DAY
    if count % 7 == 0 and not timeframe.days:
        return np.minimum(first + count, _first_monday(year + 1))
    if not skips:
        return np.minimum(first + count, _year_start(year + 1))
    after = np.busday_offset(first.astype("datetime64[D]"), count, roll="forward").astype(np.int64)
    return np.minimum(after, _year_start(year + 1))


def _year(day: IntArray) -> IntArray:
    """Years since 1970."""
    return day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)


def _year_start(year: IntArray) -> IntArray:
    return year.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def _month_start(month: IntArray) -> IntArray:
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _first_monday(year: IntArray) -> IntArray:
    begin = _year_start(year)
    return begin + (-(begin + MONDAY_OFFSET)) % 7
