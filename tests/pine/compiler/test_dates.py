"""Dates in native code: parts of any time in any zone, and the time of any date, beside Python's calendar."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from pinewright.data.calendar import date_time
from pinewright.data.zones import zone_table
from pinewright.machine.kernel import Module, Native, address, compile_module
from pinewright.pine.compiler.runtime import dates

PARTS = ("year", "month", "dayofmonth", "dayofweek", "weekofyear", "hour", "minute", "second")
ZONES = (
    "America/New_York",
    "America/St_Johns",
    "Europe/London",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Etc/UTC",
)
CHANGES = (
    datetime(2024, 3, 10, 7, tzinfo=UTC),  # New York
    datetime(2024, 11, 3, 6, tzinfo=UTC),
    datetime(2024, 3, 31, 1, tzinfo=UTC),  # London
    datetime(2024, 10, 27, 1, tzinfo=UTC),
    datetime(2024, 4, 6, 16, tzinfo=UTC),  # Sydney
    datetime(2024, 10, 5, 16, tzinfo=UTC),
)


@cache
def native() -> Native:
    def build() -> Module:
        return Module("dates").add(*(getattr(dates, f"pine_{name}") for name in (*PARTS, "timestamp")))

    return compile_module(build, [f"pine_{name}" for name in (*PARTS, "timestamp")], key="", cache=False)


def part(name: str, time: float, zone: str) -> float:
    found: float = native().function(f"pine_{name}")(address(zone_table(zone)), time)
    assert found == getattr(dates, f"pine_{name}")(zone_table(zone), time) or math.isnan(found)
    return found


def timestamp(zone: str, *parts: float) -> float:
    given = (*map(float, parts), *(0.0,) * (6 - len(parts)))
    found: float = native().function("pine_timestamp")(address(zone_table(zone)), *given)
    return found


def moments(seed: str) -> list[datetime]:
    chance = random.Random(seed)
    spread = [datetime.fromtimestamp(chance.randrange(0, 4_000_000_000), UTC) for _ in range(300)]
    near = [change + timedelta(minutes=chance.randrange(-180, 180)) for change in CHANGES for _ in range(50)]
    return spread + near


@pytest.mark.parametrize("zone", ZONES)
def test_parts_are_those_of_pythons_calendar(zone: str) -> None:
    for moment in moments(zone):
        there = moment.astimezone(ZoneInfo(zone))
        expected = (
            *(there.year, there.month, there.day, there.isoweekday() % 7 + 1, there.isocalendar().week),
            *(there.hour, there.minute, there.second),
        )
        assert tuple(part(name, moment.timestamp() * 1000, zone) for name in PARTS) == expected, there


@pytest.mark.parametrize("zone", ZONES)
def test_times_are_those_of_pythons_calendar(zone: str) -> None:
    for moment in moments(zone):
        # Clock times around a change are shown twice or never: as Python reads them with fold 0.
        clock = moment.replace(tzinfo=None)
        parts = (clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second)
        expected = clock.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000
        assert timestamp(zone, *parts) == date_time(zone, *parts) == expected, clock


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((2026, 6, 11, 26), (2026, 6, 12, 2)),
        ((2026, 6, 11, 10, 75), (2026, 6, 11, 11, 15)),
        ((2026, 6, 11, 10, 0, 90), (2026, 6, 11, 10, 1, 30)),
        ((2026, 1, 32), (2026, 2, 1)),
        ((2026, 13, 1), (2027, 1, 1)),
        ((2026, 0, 1), (2025, 12, 1)),
        ((2026, 3, 0), (2026, 2, 28)),
        ((2026, 1, 1, -1), (2025, 12, 31, 23)),
    ],
)
def test_parts_out_of_range_are_carried_over(parts: tuple[int, ...], expected: tuple[int, ...]) -> None:
    for zone in ("Etc/UTC", "America/New_York"):
        assert timestamp(zone, *parts) == timestamp(zone, *expected) == date_time(zone, *parts)


@pytest.mark.parametrize(
    ("parts", "time"),
    [
        ((9999, 31, 12, 23, 59), 253450598340000),
        ((275760, 9, 13), 8640000000000000),
        ((1000000, 1, 1), 31494784780800000),
        ((1900, 2, 29), -2203891200000),
        ((1582, 10, 15), -12219292800000),
        ((1582, 10, 14), -12218515200000),
        ((1582, 10, 4), -12219379200000),
        ((1, 1, 1), -62135769600000),
        ((-500, 1, 1), -77946192000000),
    ],
)
def test_far_dates(parts: tuple[int, ...], time: int) -> None:
    """Measured on TradingView (PyneCore 6.11): no year is too late, and before 1582-10-15 the calendar is Julian."""
    assert timestamp("Etc/UTC", *parts) == time


def test_na_and_infinity_give_na() -> None:
    for value in (math.nan, math.inf, -math.inf, 1e300):
        assert all(math.isnan(part(name, value, "Europe/London")) for name in PARTS)
        assert math.isnan(timestamp("Europe/London", value, 1, 1))
        assert math.isnan(timestamp("Europe/London", 2024, 1, 1, value))


def test_before_and_after_the_table_the_nearest_offset_holds() -> None:
    table = zone_table("America/New_York")
    assert part("hour", datetime(1960, 7, 1, 12, tzinfo=UTC).timestamp() * 1000, "America/New_York") == 7
    assert part("hour", datetime(2150, 7, 1, 12, tzinfo=UTC).timestamp() * 1000, "America/New_York") == 7
    assert len(table) == 1 + 3 * int(table[0])
