"""The FX calendar: days, weeks, holidays, Pine's parts of a date."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data.calendar import (
    CALENDAR_PARTS,
    SessionState,
    bar_close,
    bar_open,
    calendar_part,
    expected_bars,
    in_session,
    session_minute,
    session_state,
    trading_day,
    trading_day_start,
    trading_month,
)
from pinewright.data.zones import iso_text
from pinewright.errors import UsageError
from pinewright.market import DAY, HOUR, MINUTE, Symbol, Timeframe

EURUSD, XAUUSD, BTCUSD = (Symbol.get(name) for name in ("EURUSD", "XAUUSD", "BTCUSD"))
NEW_YORK = ZoneInfo("America/New_York")
SECONDS = st.integers(min_value=0, max_value=2_000_000_000)


def new_york(*parts: int) -> np.ndarray:
    return np.array([round(datetime(*parts, tzinfo=NEW_YORK).timestamp() * 1000)], dtype=np.int64)  # type: ignore[misc, arg-type]


@settings(max_examples=50, deadline=None)
@given(st.lists(SECONDS, min_size=1, max_size=20), st.sampled_from(("America/New_York", "Asia/Tokyo", "UTC")))
def test_parts_are_those_of_datetime(seconds: list[int], zone: str) -> None:
    time = np.array(seconds, dtype=np.int64) * 1000
    local = [datetime.fromtimestamp(s, ZoneInfo(zone)) for s in seconds]
    wanted = {
        "year": [d.year for d in local],
        "month": [d.month for d in local],
        "weekofyear": [d.isocalendar().week for d in local],
        "dayofmonth": [d.day for d in local],
        "dayofweek": [d.isoweekday() % 7 + 1 for d in local],
        "hour": [d.hour for d in local],
        "minute": [d.minute for d in local],
        "second": [d.second for d in local],
    }
    assert set(wanted) == set(CALENDAR_PARTS)
    for part, values in wanted.items():
        assert calendar_part(time, part, zone).tolist() == values, part


def test_unknown_part() -> None:
    with pytest.raises(UsageError, match="'quarter'"):
        calendar_part(new_york(2025, 1, 1), "quarter", "UTC")


@pytest.mark.parametrize("month", [1, 7])
def test_the_day_turns_at_17_new_york_in_winter_and_summer(month: int) -> None:
    before, after = new_york(2025, month, 8, 16, 59), new_york(2025, month, 8, 17)
    assert trading_day(after, EURUSD) == trading_day(before, EURUSD) + 1
    assert trading_day(before, EURUSD)[0] == (datetime(2025, month, 8) - datetime(1970, 1, 1)).days
    assert trading_day_start(trading_day(after, EURUSD), EURUSD) == after


def test_crypto_days_are_utc_days() -> None:
    time = np.array([20 * DAY - 1, 20 * DAY], dtype=np.int64)
    assert trading_day(time, BTCUSD).tolist() == [19, 20]
    assert in_session(np.arange(0, 14 * DAY, HOUR, dtype=np.int64), BTCUSD).all()


def test_month_of_the_trading_day() -> None:
    assert trading_month(new_york(2025, 6, 30, 17), EURUSD)[0] == (2025 - 1970) * 12 + 6  # July, counted from 0


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ((2025, 6, 8, 16, 59), SessionState.CLOSED),
        ((2025, 6, 8, 17, 0), SessionState.EXPECTED),
        ((2025, 6, 13, 16, 59), SessionState.EXPECTED),
        ((2025, 6, 13, 17, 0), SessionState.CLOSED),
        ((2025, 6, 14, 12, 0), SessionState.CLOSED),
        ((2024, 12, 25, 12, 0), SessionState.TOLERATED),
        ((2024, 12, 25, 17, 0), SessionState.EXPECTED),
        ((2024, 12, 31, 18, 0), SessionState.TOLERATED),
        ((2022, 12, 25, 12, 0), SessionState.CLOSED),  # a Sunday stays a Sunday
    ],
)
def test_session(moment: tuple[int, ...], state: SessionState) -> None:
    assert session_state(new_york(*moment), EURUSD)[0] == state


def test_metals_pause_after_17() -> None:
    assert session_state(new_york(2025, 6, 10, 17, 30), XAUUSD)[0] == SessionState.TOLERATED
    assert session_state(new_york(2025, 6, 10, 18, 0), XAUUSD)[0] == SessionState.EXPECTED


def test_minute_of_the_day() -> None:
    assert session_minute(new_york(2025, 1, 8, 17, 5), EURUSD)[0] == 17 * 60 + 5


@pytest.mark.parametrize(("name", "opens"), [("1d", 17), ("4h", 17), ("1h", 18), ("15m", 18), ("5m", 18)])
@pytest.mark.parametrize("month", [1, 7])
def test_bars_are_counted_from_17(name: str, opens: int, month: int) -> None:
    inside = new_york(2025, month, 8, 18, 2)
    assert bar_open(inside, Timeframe.parse(name), EURUSD) == new_york(2025, month, 8, opens)


def test_weeks_begin_on_sunday_evening() -> None:
    assert bar_open(new_york(2025, 6, 13, 16, 59), Timeframe.parse("1w"), EURUSD) == new_york(2025, 6, 8, 17)
    assert bar_open(new_york(2025, 6, 8, 17), Timeframe.parse("1w"), EURUSD) == new_york(2025, 6, 8, 17)


@settings(max_examples=50, deadline=None)
@given(SECONDS, st.sampled_from(("1m", "5m", "15m", "1h", "4h", "1d", "1w", "7m")), st.sampled_from((EURUSD, BTCUSD)))
def test_every_moment_lies_in_its_bar(second: int, name: str, symbol: Symbol) -> None:
    time, timeframe = np.array([second * 1000], dtype=np.int64), Timeframe.parse(name)
    opened = bar_open(time, timeframe, symbol)
    closed = bar_close(opened, timeframe, symbol)
    assert opened <= time < closed
    assert bar_open(opened, timeframe, symbol) == opened
    assert bar_open(closed, timeframe, symbol) == closed


@settings(max_examples=50, deadline=None)
@given(SECONDS, st.sampled_from(("5m", "15m", "1h", "4h", "1d")))
def test_stamps_never_go_back_when_clocks_change(second: int, name: str) -> None:
    time = second * 1000 + np.arange(0, 4 * DAY, 7 * MINUTE, dtype=np.int64)
    assert (np.diff(bar_open(time, Timeframe.parse(name), EURUSD)) >= 0).all()


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("1m", 7200),
        ("5m", 1440),
        ("15m", 480),
        ("30m", 240),
        ("45m", 160),
        ("1h", 120),
        ("4h", 30),
        ("1d", 5),
        ("1w", 1),
    ],
)
@pytest.mark.parametrize("sunday", [(2025, 6, 8), (2025, 1, 12), (2025, 3, 9), (2025, 11, 2)])
def test_expected_bars_of_a_week(name: str, count: int, sunday: tuple[int, int, int]) -> None:
    start = int(new_york(*sunday)[0])
    stamps = expected_bars(start, start + 7 * DAY, Timeframe.parse(name), EURUSD)
    assert len(stamps) == count
    assert iso_text(int(stamps[0])) == iso_text(int(new_york(*sunday, 17)[0]))


def test_expected_bars_leave_holidays_and_the_pause_of_metals_out() -> None:
    start = int(new_york(2024, 12, 22)[0])
    assert len(expected_bars(start, start + 7 * DAY, Timeframe(60), EURUSD)) == 96
    start = int(datetime(2025, 6, 8, tzinfo=UTC).timestamp()) * 1000
    assert len(expected_bars(start, start + 7 * DAY, Timeframe(60), XAUUSD)) == 5 * 23
    assert len(expected_bars(start, start + 7 * DAY, Timeframe(240), XAUUSD)) == 30
