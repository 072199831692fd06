"""Periods of time frames: where they begin and where their last session ends."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.data.calendar import trading_day
from pinewright.data.periods import period_close, period_open
from pinewright.data.source import parse_moment
from pinewright.errors import SymbolError
from pinewright.market import HOUR, MINUTE, NEW_YORK, Symbol, Timeframe

EURUSD = Symbol.get("EURUSD")
ETHUSDT = Symbol.get("ETHUSDT")


def moment(text: str, symbol: Symbol = EURUSD) -> int:
    return parse_moment(text, NEW_YORK if symbol is EURUSD else "UTC")


def period(text: str, timeframe: str, symbol: Symbol = EURUSD) -> tuple[int, int]:
    length = Timeframe.from_pine(timeframe)
    begin = period_open(np.array([moment(text, symbol)]), length, symbol)
    return int(begin[0]), int(period_close(begin, length, symbol)[0])


# Summer time began in New York on Sunday 2025-03-09 and ended on Sunday 2025-11-02.
@pytest.mark.parametrize(
    ("timeframe", "inside", "begin", "end"),
    [
        ("60", "2025-03-12T16:59", "2025-03-12T16:00", "2025-03-12T17:00"),
        ("240", "2025-03-12T16:59", "2025-03-12T13:00", "2025-03-12T17:00"),
        ("240", "2025-03-09T17:00", "2025-03-09T17:00", "2025-03-09T21:00"),
        ("D", "2025-03-07T12:00", "2025-03-06T17:00", "2025-03-07T17:00"),
        ("D", "2025-03-09T17:00", "2025-03-09T17:00", "2025-03-10T17:00"),
        ("W", "2025-03-07T16:59", "2025-03-02T17:00", "2025-03-07T17:00"),
        ("W", "2025-03-09T17:00", "2025-03-09T17:00", "2025-03-14T17:00"),
        ("W", "2025-10-31T12:00", "2025-10-26T17:00", "2025-10-31T17:00"),
        ("M", "2025-03-04T12:00", "2025-03-02T17:00", "2025-03-31T17:00"),  # the 1st is a Saturday
        ("M", "2025-05-30T16:59", "2025-04-30T17:00", "2025-05-30T17:00"),  # the 31st is a Saturday
        ("3M", "2025-03-31T12:00", "2024-12-31T17:00", "2025-03-31T17:00"),
        ("2D", "2025-01-01T12:00", "2024-12-31T17:00", "2025-01-02T17:00"),
        ("2D", "2025-01-03T12:00", "2025-01-02T17:00", "2025-01-06T17:00"),  # Friday and Monday
        ("2D", "2025-12-31T12:00", "2025-12-30T17:00", "2025-12-31T17:00"),  # the year cuts it short
        ("2W", "2025-01-14T12:00", "2025-01-05T17:00", "2025-01-17T17:00"),  # from the first Monday, the 6th
        ("2W", "2025-01-02T12:00", "2024-12-29T17:00", "2025-01-03T17:00"),  # the odd week at the end of 2024
    ],
)
def test_a_period_of_currencies_begins_and_ends_at_17_new_york(
    timeframe: str, inside: str, begin: str, end: str
) -> None:
    assert period(inside, timeframe) == (moment(begin), moment(end))


@pytest.mark.parametrize(
    ("timeframe", "inside", "begin", "end"),
    [
        ("D", "2025-03-09T12:00", "2025-03-09", "2025-03-10"),
        ("W", "2025-03-09T12:00", "2025-03-03", "2025-03-10"),
        ("3D", "2025-01-04T12:00", "2025-01-04", "2025-01-07"),
        ("3D", "2025-12-31T12:00", "2025-12-30", "2026-01-01"),
        ("M", "2025-02-28T23:59", "2025-02-01", "2025-03-01"),
        ("12M", "2025-02-28T23:59", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_period_of_coins_has_every_day(timeframe: str, inside: str, begin: str, end: str) -> None:
    assert period(inside, timeframe, ETHUSDT) == (moment(begin, ETHUSDT), moment(end, ETHUSDT))


@pytest.mark.parametrize("symbol", [EURUSD, ETHUSDT])
@pytest.mark.parametrize("text", ["7", "45", "90", "D", "2D", "5D", "7D", "W", "3W", "M", "2M", "5M", "12M"])
def test_periods_follow_each_other_and_hold_their_times(text: str, symbol: Symbol) -> None:
    timeframe = Timeframe.from_pine(text)
    time = np.arange(moment("2024-11-20", symbol), moment("2025-04-01", symbol), 37 * MINUTE)
    if symbol is EURUSD:
        time = time[(trading_day(time, symbol) + 3) % 7 < 5]
    begin = period_open(time, timeframe, symbol)
    end = period_close(begin, timeframe, symbol)
    assert (begin <= time).all()
    assert (time < end).all()
    assert (np.diff(begin) >= 0).all()
    different = np.flatnonzero(np.diff(begin))
    assert (end[different] <= begin[different + 1]).all()
    assert np.array_equal(period_open(begin, timeframe, symbol), begin)
    assert np.array_equal(period_open(end - 1, timeframe, symbol), begin)


@pytest.mark.parametrize(
    ("text", "minutes", "months"), [("60", 60, 0), ("D", 1440, 0), ("1D", 1440, 0), ("2W", 20160, 0), ("3m", 131400, 3)]
)
def test_time_frames_of_pine(text: str, minutes: int, months: int) -> None:
    timeframe = Timeframe.from_pine(text)
    assert (timeframe.minutes, timeframe.months) == (minutes, months)
    assert Timeframe.from_pine(timeframe.pine) == timeframe


@pytest.mark.parametrize("text", ["", "0", "H", "4H", "1.5", "D1", "30S", "1T", "1441", "13M", "-5"])
def test_what_is_no_time_frame_is_refused(text: str) -> None:
    with pytest.raises(SymbolError):
        Timeframe.from_pine(text)


@pytest.mark.parametrize(
    ("shorter", "longer", "whole"),
    [
        ("15", "60", True),
        ("15", "D", True),
        ("45", "60", False),
        ("240", "D", True),
        ("420", "D", False),
        ("D", "W", True),
        ("D", "M", True),
        ("W", "M", False),
        ("240", "3M", True),
        ("60", "15", False),
        ("M", "M", True),
    ],
)
def test_which_bars_make_up_others(shorter: str, longer: str, whole: bool) -> None:
    assert Timeframe.from_pine(shorter).divides(Timeframe.from_pine(longer)) is whole


def test_an_hour_is_not_cut_by_the_change_of_clocks() -> None:
    assert period("2025-03-09T17:30", "240")[1] - moment("2025-03-09T17:00") == 4 * HOUR
