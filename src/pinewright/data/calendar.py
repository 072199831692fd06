"""The trading calendar: days that begin at 17:00 New York, the week, holidays, and Pine's calendar parts.

Everything works on whole arrays of UTC milliseconds. The FX week is Sunday 17:00 to Friday 17:00 New York, that is
the trading days Monday to Friday; a trading day bears the date on which it ends. A symbol whose day begins at midnight
(crypto) trades round the clock.
"""

from __future__ import annotations

from enum import IntEnum
from math import gcd
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.zones import local_to_utc, utc_offset
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.market import DAY, HOUR, MINUTE, BoolArray, FloatArray, IntArray, Symbol, Timeframe

WEEK_MINUTES: Final = 7 * 1440
MONDAY_OFFSET: Final = 3  # 1970-01-01 was a Thursday: (day + 3) % 7 is 0 on Mondays
HOLIDAYS: Final = ((12, 25), (1, 1))
METALS: Final = ("XAU", "XAG")
CALENDAR_PARTS: Final = ("year", "month", "weekofyear", "dayofmonth", "dayofweek", "hour", "minute", "second")


class SessionState(IntEnum):
    """Whether a bar can be there. Tolerated are holidays and the daily pause of metals: bars may be there or not."""

    CLOSED = 0
    TOLERATED = 1
    EXPECTED = 2


def trades_round_the_clock(symbol: Symbol) -> bool:
    """Whether the symbol has no weekend: its trading day begins at midnight."""
    return symbol.day_start_hour == 0


def calendar_part(time_ms: IntArray, part: str, zone: str) -> FloatArray:
    """One part of the local date [N] as Pine's function of that name gives it.

    ``part`` is year, month (1-12), weekofyear (ISO 8601), dayofmonth, dayofweek (Sunday is 1), hour, minute or second;
    ``zone`` an IANA name or ``UTC+h``. UsageError for an unknown part or zone.
    """
    local = time_ms + utc_offset(time_ms, zone)
    if part in ("hour", "minute", "second"):
        unit, size = {"hour": (HOUR, 24), "minute": (MINUTE, 60), "second": (1000, 60)}[part]
        return (local // unit % size).astype(np.float64)
    days = local // DAY
    if part == "dayofweek":
        return ((days + MONDAY_OFFSET + 1) % 7 + 1).astype(np.float64)
    if part == "weekofyear":
        thursday = days - (days + MONDAY_OFFSET) % 7 + 3
        first = thursday.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
        return ((thursday - first) // 7 + 1).astype(np.float64)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    if part == "year":
        return (months.astype(np.int64) // 12 + 1970).astype(np.float64)
    if part == "month":
        return (months.astype(np.int64) % 12 + 1).astype(np.float64)
    if part == "dayofmonth":
        return (days - months.astype("datetime64[D]").astype(np.int64) + 1).astype(np.float64)
    raise UsageError(f"unknown part of a date {part!r}", hint=unknown_name_hint(part, CALENDAR_PARTS))


def date_time(zone: str, year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """Time (ms UTC) of a date in a zone; parts out of range are carried over, clock times as in ``local_to_utc``."""
    first = int(np.datetime64(12 * (year - 1970) + month - 1, "M").astype("datetime64[D]").astype(np.int64))
    local = (first + day - 1) * DAY + hour * HOUR + minute * MINUTE + second * 1000
    return int(local_to_utc(np.array([local], dtype=np.int64), zone)[0])


def _shift(symbol: Symbol) -> int:
    """Milliseconds that move the start of the trading day to the midnight after (or at) it."""
    return (24 - symbol.day_start_hour) % 24 * HOUR


def trading_day(time_ms: IntArray, symbol: Symbol) -> IntArray:
    """Trading day of each UTC time [N], as days since 1970-01-01 of the date on which that trading day ends.

    With the symbol's own start of day (17:00 New York in FX), so Sunday 17:00 belongs to Monday.
    """
    return (time_ms + utc_offset(time_ms, symbol.timezone) + _shift(symbol)) // DAY


def trading_month(time_ms: IntArray, symbol: Symbol) -> IntArray:
    """Months since January 1970 of the trading day of each UTC time [N]."""
    return trading_day(time_ms, symbol).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def trading_day_start(day: IntArray, symbol: Symbol) -> IntArray:
    """UTC ms at which each trading day [N] (as ``trading_day`` counts them) begins."""
    return local_to_utc(day * DAY - _shift(symbol), symbol.timezone)


def session_minute(time_ms: IntArray, symbol: Symbol) -> IntArray:
    """Whole minutes since local midnight of the symbol's zone, 0 to 1,439, at each UTC time [N]."""
    return (time_ms + utc_offset(time_ms, symbol.timezone)) % DAY // MINUTE


def session_state(time_ms: IntArray, symbol: Symbol) -> npt.NDArray[np.int8]:
    """``SessionState`` of the minute that begins at each UTC time [N]."""
    if time_ms.size == 0 or trades_round_the_clock(symbol):
        return np.full(time_ms.shape, SessionState.EXPECTED, dtype=np.int8)
    day = trading_day(time_ms, symbol)
    first = int(day.min())
    every_day = np.arange(first, int(day.max()) + 1)
    state = np.where((every_day + MONDAY_OFFSET) % 7 < 5, SessionState.EXPECTED, SessionState.CLOSED).astype(np.int8)
    noon = every_day * DAY
    month, date = calendar_part(noon, "month", "UTC"), calendar_part(noon, "dayofmonth", "UTC")
    for holiday_month, holiday_date in HOLIDAYS:
        state[(month == holiday_month) & (date == holiday_date) & (state == SessionState.EXPECTED)] = 1
    found: npt.NDArray[np.int8] = state[day - first]
    if symbol.base in METALS:
        pause = session_minute(time_ms, symbol) // 60 == symbol.day_start_hour
        found[pause & (found == SessionState.EXPECTED)] = SessionState.TOLERATED
    return found


def in_session(time_ms: IntArray, symbol: Symbol) -> BoolArray:
    """Whether the market can trade in the minute that begins at each UTC time [N] (holidays count as open)."""
    inside: BoolArray = session_state(time_ms, symbol) != SessionState.CLOSED
    return inside


def bar_open(time_ms: IntArray, timeframe: Timeframe, symbol: Symbol) -> IntArray:
    """Opening stamp (ms UTC) of the bar of ``timeframe`` that holds each UTC time [N].

    Bars are counted from the start of the trading day, so that 17:00 New York begins one at every time frame; whole
    days begin there, and weeks with Monday's trading day.
    """
    if time_ms.size == 0:
        return np.zeros(0, dtype=np.int64)
    day = trading_day(time_ms, symbol)
    first = int(day.min())
    if timeframe.minutes >= 1440:
        count = max(1, timeframe.minutes // 1440)
        anchor = MONDAY_OFFSET if timeframe.minutes % WEEK_MINUTES == 0 else 0
        day = (day + anchor) // count * count - anchor
        first = int(day.min())
    starts: IntArray = trading_day_start(np.arange(first, int(day.max()) + 1), symbol)[day - first]
    if timeframe.minutes >= 1440:
        return starts
    return starts + (time_ms - starts) // timeframe.milliseconds * timeframe.milliseconds


def bar_close(open_ms: IntArray, timeframe: Timeframe, symbol: Symbol) -> IntArray:
    """End (ms UTC, exclusive) of bars that open at the given stamps [N] of the grid of ``bar_open``."""
    days = timeframe.minutes // 1440
    if days:
        return trading_day_start(trading_day(open_ms, symbol) + days, symbol)
    next_day = trading_day_start(trading_day(open_ms, symbol) + 1, symbol)
    return np.minimum(open_ms + timeframe.milliseconds, next_day)


def expected_bars(start: int, end: int, timeframe: Timeframe, symbol: Symbol) -> IntArray:
    """Stamps (ms UTC) of every bar that a complete feed has with ``start <= open < end``, in order.

    A bar counts when its last minute is an expected one; holidays and the daily pause of metals are not expected.
    """
    if end <= start:
        return np.zeros(0, dtype=np.int64)
    step = gcd(timeframe.minutes, 60) * MINUTE
    grid: IntArray = np.arange(start // step * step, end + step, step)
    if 60 % timeframe.minutes:
        grid = np.unique(bar_open(grid, timeframe, symbol))
    grid = grid[(grid >= start) & (grid < end)]
    if trades_round_the_clock(symbol):
        return grid
    last = np.minimum(bar_close(grid, timeframe, symbol), grid + 5 * DAY) - MINUTE  # a week's last open minute
    kept: IntArray = grid[session_state(last, symbol) == SessionState.EXPECTED]
    return kept
