"""Zone arithmetic on arrays equals zoneinfo row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data.zones import duration_text, find_zone, iso_text, local_to_utc, utc_offset
from pinewright.errors import UsageError

ZONES = ("America/New_York", "Europe/Zurich", "Australia/Sydney", "Asia/Kolkata", "Africa/Casablanca", "UTC")
MOMENTS = st.integers(min_value=0, max_value=2_200_000_000)


@settings(max_examples=50, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=30), st.sampled_from(ZONES))
def test_offset_is_that_of_zoneinfo(seconds: list[int], zone: str) -> None:
    found = utc_offset(np.array(seconds, dtype=np.int64) * 1000, zone)
    wanted = [datetime.fromtimestamp(s, ZoneInfo(zone)).utcoffset() for s in seconds]
    assert [timedelta(milliseconds=int(ms)) for ms in found] == wanted


@settings(max_examples=50, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=30), st.sampled_from(ZONES))
def test_local_time_to_utc_is_that_of_zoneinfo(seconds: list[int], zone: str) -> None:
    found = local_to_utc(np.array(seconds, dtype=np.int64) * 1000, zone)
    naive = [datetime.fromtimestamp(s, UTC).replace(tzinfo=ZoneInfo(zone)) for s in seconds]
    assert [int(ms) for ms in found] == [round(moment.timestamp() * 1000) for moment in naive]


def test_the_hour_that_a_clock_shows_twice_is_its_first_showing() -> None:
    local = np.array([datetime(2025, 11, 2, 1, 30, tzinfo=UTC).timestamp() * 1000], dtype=np.int64)
    assert iso_text(int(local_to_utc(local, "America/New_York")[0])) == "2025-11-02 05:30"


@pytest.mark.parametrize(("name", "hours"), [("UTC-5", -5), ("GMT+3", 3), ("+02:00", 2), ("utc", 0), ("UTC+5:30", 5.5)])
def test_fixed_offsets(name: str, hours: float) -> None:
    assert find_zone(name).utcoffset(datetime(2025, 1, 1)) == timedelta(hours=hours)


def test_unknown_zone_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown time zone 'America/NewYork'") as caught:
        find_zone("America/NewYork")
    assert "America/New_York" in str(caught.value.hint)


def test_durations_in_words() -> None:
    assert [duration_text(ms) for ms in (7 * 86_400_000, 5_400_000, 60_000, 500)] == ["7 d", "1.5 h", "1 min", "0.5 s"]
