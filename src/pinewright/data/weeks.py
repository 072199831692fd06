"""Weeks whose rows stand an hour or more beside the trading week: clocks that were not changed, or on another date.

Foreign exchange opens on Sunday and closes on Friday at 17:00 New York. America and Europe change their clocks in
different weeks, so times converted by the wrong rule are right for most of the year and wrong for these weeks only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import MONDAY_OFFSET, trades_round_the_clock, trading_day, trading_day_start
from pinewright.data.zones import utc_offset
from pinewright.market import DAY, HOUR, MINUTE, NEW_YORK, BoolArray, IntArray, Symbol

_SLACK: Final = 20 * MINUTE  # a thin market's first and last quotes stand a little inside the week
_FARTHEST: Final = 14  # hours
_EUROPE: Final = "Europe/London"
_USUAL: Final = 5 * HOUR  # London's clock before New York's, but for the weeks between their changes


@dataclass(frozen=True)
class ShiftedWeek:
    """A week that both begins and ends beside 17:00 New York.

    start: ms UTC of the Sunday 17:00. hours: to add to its stamps so that they fit; one more or less where the feed's
    own week begins and ends an hour beside the market's. between_changes: whether the clocks of New York and London
    stand another distance apart than in most of the year.
    """

    start: int
    hours: int
    between_changes: bool


def shifted_weeks(time: IntArray, length: int, symbol: Symbol) -> tuple[ShiftedWeek, ...]:
    """The weeks of rows at rising ``time`` [N] (ms UTC), each ``length`` ms long, that stand beside the trading week.

    Weeks of which the rows lack the beginning or the end tell nothing, and are left out; so are longer rows than an
    hour's, and symbols without a weekend.
    """
    if len(time) == 0 or length > HOUR or trades_round_the_clock(symbol):
        return ()
    ends = np.array([time[0], time[-1]], dtype=np.int64)
    # Weeks are told apart in the middle of the weekend, on Saturday 17:00 New York.
    first, last = ((trading_day(ends, symbol) + MONDAY_OFFSET + 1) // 7 * 7 - MONDAY_OFFSET - 1).tolist()
    sundays = np.arange(first, last + 8, 7, dtype=np.int64)
    cuts = np.searchsorted(time, trading_day_start(sundays, symbol))
    begins, stops = cuts[:-1], cuts[1:]
    some = np.flatnonzero(stops > begins)
    opens = trading_day_start(sundays[some] + 1, symbol)
    closes = trading_day_start(sundays[some] + 6, symbol)
    lead = time[begins[some]] - opens
    lag = time[stops[some] - 1] + length - closes
    hours = np.rint(lead / HOUR).astype(np.int64)
    beside = (hours != 0) & (np.abs(hours) <= _FARTHEST)
    beside &= (np.abs(lead - hours * HOUR) <= _SLACK) & (np.abs(lag - hours * HOUR) <= _SLACK)
    between = clocks_apart(opens + 3 * DAY)
    return tuple(ShiftedWeek(int(opens[k]), -int(hours[k]), bool(between[k])) for k in np.flatnonzero(beside).tolist())


def clocks_apart(time_ms: IntArray) -> BoolArray:
    """Whether London's clock is not five hours before New York's at each UTC time [N]."""
    apart: BoolArray = utc_offset(time_ms, _EUROPE) - utc_offset(time_ms, NEW_YORK) != _USUAL
    return apart
