"""Sessions: their texts, which bars open in them, and their runs over both changes of the clocks."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pinewright.data.sessions import Session, run_of, runs
from pinewright.errors import UsageError
from pinewright.market import MINUTE, IntArray

NEW_YORK = "America/New_York"


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000  # type: ignore[arg-type,misc]


def local(zone: str, *parts: int) -> int:
    return int(datetime(*parts, tzinfo=ZoneInfo(zone)).timestamp()) * 1000  # type: ignore[arg-type,misc]


def opens(step: int, *day: int, days: int = 1) -> IntArray:
    return utc(*day) + np.arange(0, days * 1440, step, dtype=np.int64) * MINUTE


def hits(session: str, time: IntArray, zone: str = "UTC") -> list[str]:
    """Clock times (UTC) of the bars that open in a session."""
    start, _ = run_of(time, Session.parse(session), zone)
    return [datetime.fromtimestamp(int(t) / 1000, UTC).strftime("%H%M") for t in time[start >= 0]]


@pytest.mark.parametrize(
    ("text", "ranges", "days"),
    [
        ("0930-1600", ((570, 960),), "1234567"),
        ("0930-1600:23456", ((570, 960),), "23456"),
        ("0900-1130,1300-1600:17", ((540, 690), (780, 960)), "17"),
        ("0000-0000", ((0, 1440),), "1234567"),
        ("24x7", ((0, 1440),), "1234567"),
        ("0000-2400", ((0, 1440),), "1234567"),
        ("1700-1700:23456", ((1020, 2460),), "23456"),
        ("2200-0200", ((1320, 1560),), "1234567"),
        ("2430-1200", ((30, 720),), "1234567"),
        ("0930-2430", ((570, 1470),), "1234567"),
        (" 0930 - 1600 ", ((570, 960),), "1234567"),
    ],
)
def test_texts(text: str, ranges: tuple[tuple[int, int], ...], days: str) -> None:
    assert Session.parse(text) == Session(ranges, frozenset(map(int, days)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0930",
        "930-1600",
        "0930-1600:",
        "0930-1600:08",
        "0930-1600:9",
        "2500-1600",
        "0960-1000",
        "0930-1600,",
        "day",
    ],
)
def test_no_session(text: str) -> None:
    with pytest.raises(UsageError, match="is no session"):
        Session.parse(text)


@pytest.mark.parametrize(
    ("step", "session", "expected"),
    [
        (30, "0930-1000", ["0930"]),
        (30, "0945-1015", ["1000"]),
        (30, "0915-0945", ["0930"]),
        (30, "0931-0959", []),
        (30, "1545-1615", ["1600"]),
        (30, "1550-1555", []),
        (30, "1000-1200", ["1000", "1030", "1100", "1130"]),
        (240, "0930-1600", ["1200"]),
        (240, "0100-0300", []),
        (240, "2200-0200", ["0000"]),
        (1440, "0930-1600", []),
        (1440, "2200-0200", ["0000"]),
    ],
)
def test_a_bar_is_in_a_session_by_its_open(step: int, session: str, expected: list[str]) -> None:
    """Measured on BINANCE:BTCUSDT (PyneCore 6.11)."""
    assert hits(session, opens(step, 2025, 1, 6)) == expected


def test_several_ranges_and_days() -> None:
    monday, sunday = opens(60, 2021, 1, 4), opens(60, 2021, 1, 3)
    assert hits("0400-0700,0900-1100:23456", monday) == ["0400", "0500", "0600", "0900", "1000"]
    assert hits("0400-0700,0900-1100:23456", sunday) == []
    assert hits("2200-0200,0900-1000", monday) == ["0000", "0100", "0900", "2200", "2300"]


def test_days_name_the_day_of_the_last_minute() -> None:
    """Measured: ``1700-0200:23456`` runs from Sunday evening to Friday, not on Friday evening."""
    sunday, friday, saturday = opens(60, 2025, 1, 5), opens(60, 2025, 1, 10), opens(60, 2025, 1, 11)
    assert hits("1700-0200:23456", sunday)[0] == "1700"
    assert hits("1700-0200:23456", friday) == ["0000", "0100"]
    assert hits("1700-0200:23456", saturday) == []
    assert hits("1700-1700:23456", friday)[-1] == "1600"
    assert len(hits("0000-0000:23456", friday)) == 24
    assert hits("0000-0000:23456", saturday) == []


@pytest.mark.parametrize(
    ("session", "begin", "end"),
    [
        # New York, 2025-03-09 at 02:00: the hour from 2 to 3 is left out.
        ("1900-0400", utc(2025, 3, 9, 0), utc(2025, 3, 9, 8)),
        ("0100-0500", utc(2025, 3, 9, 6), utc(2025, 3, 9, 9)),
        ("1700-0200", utc(2025, 3, 8, 22), utc(2025, 3, 9, 7)),
        # 2025-11-02 at 02:00: the hour from 1 to 2 comes twice; a session that ends at 2 ends with its first showing.
        ("1900-0400", utc(2025, 11, 1, 23), utc(2025, 11, 2, 9)),
        ("0100-0500", utc(2025, 11, 2, 5), utc(2025, 11, 2, 10)),
        ("1700-0200", utc(2025, 11, 1, 21), utc(2025, 11, 2, 6)),
    ],
)
def test_runs_over_the_changes_of_the_clock(session: str, begin: int, end: int) -> None:
    """Measured on BINANCE:BTCUSDT with daily requests (PyneCore 6.11)."""
    inside = np.array([begin, (begin + end) // 2, end - 1, end, begin - 1], dtype=np.int64)
    start, stop = run_of(inside, Session.parse(session), NEW_YORK)
    assert start[:3].tolist() == [begin] * 3
    assert stop[:3].tolist() == [end] * 3
    assert begin not in start[3:].tolist()


@pytest.mark.parametrize(
    ("zone", "before", "after", "hours"),
    [
        (NEW_YORK, (2025, 3, 7), (2025, 3, 10), (14, 13)),
        (NEW_YORK, (2025, 10, 31), (2025, 11, 3), (13, 14)),
        ("Europe/London", (2025, 3, 28), (2025, 3, 31), (9, 8)),
        ("Europe/London", (2025, 10, 24), (2025, 10, 27), (8, 9)),
        ("Australia/Sydney", (2025, 4, 4), (2025, 4, 7), (22, 23)),
        ("Australia/Sydney", (2025, 10, 3), (2025, 10, 6), (23, 22)),
    ],
)
def test_a_session_moves_with_its_clock(
    zone: str, before: tuple[int, ...], after: tuple[int, ...], hours: tuple[int, int]
) -> None:
    found = Session.parse("0900-1730:23456")
    for day, hour in zip((before, after), hours, strict=True):
        begin = local(zone, *day, 9)
        assert datetime.fromtimestamp(begin / 1000, UTC).hour == hour
        start, end = run_of(np.array([begin, begin - 1], dtype=np.int64), found, zone)
        assert start.tolist() == [begin, -1]
        assert end[0] - begin == (8 * 60 + 30) * MINUTE


def test_the_run_that_began_last_counts() -> None:
    time = np.array([utc(2025, 1, 6, 10, 30), utc(2025, 1, 6, 12)], dtype=np.int64)
    start, end = run_of(time, Session.parse("0900-1700,1000-1100"), "UTC")
    assert start.tolist() == [utc(2025, 1, 6, 10), utc(2025, 1, 6, 9)]
    assert end.tolist() == [utc(2025, 1, 6, 11), utc(2025, 1, 6, 17)]


def test_no_times_and_runs_of_one_day() -> None:
    assert run_of(np.zeros(0, dtype=np.int64), Session.parse("24x7"), "UTC")[0].size == 0
    (found,) = runs(Session.parse("0930-1600"), NEW_YORK, utc(2025, 1, 6, 12), utc(2025, 1, 6, 13))
    assert found.start.tolist() == [utc(2025, 1, 6, 14, 30)]
    assert found.day.tolist() == [(date(2025, 1, 6) - date(1970, 1, 1)).days]


def one_by_one(time: int, session: Session, zone: str) -> tuple[int, int]:
    """The rule for a single time, with Python's calendar."""
    tz, best = ZoneInfo(zone), (-1, -1)
    today = datetime.fromtimestamp(time / 1000, tz).date()
    for day in (today - timedelta(days=2), today - timedelta(days=1), today):
        midnight = datetime.combine(day, datetime.min.time())
        for start, end in session.ranges:
            begin = (midnight + timedelta(minutes=start)).replace(tzinfo=tz)
            last = (midnight + timedelta(minutes=end - 1)).replace(tzinfo=tz)
            if (last.weekday() + 1) % 7 + 1 not in session.days:
                continue
            bounds = int(begin.timestamp()) * 1000, int(last.timestamp()) * 1000 + MINUTE
            if bounds[0] <= time < bounds[1] and bounds[0] > best[0]:
                best = bounds
    return best


@pytest.mark.parametrize("zone", [NEW_YORK, "Europe/London", "Australia/Sydney", "Asia/Kolkata", "America/Santiago"])
def test_as_one_by_one(zone: str) -> None:
    chance = random.Random(zone)
    for _ in range(12):
        clock = [f"{chance.randrange(24):02}{chance.choice((0, 15, 30, 59)):02}" for _ in range(4)]
        digits = "".join(sorted(chance.sample("1234567", chance.randrange(1, 8))))
        session = Session.parse(f"{clock[0]}-{clock[1]},{clock[2]}-{clock[3]}:{digits}")
        changes = [
            utc(2024, month, day) for month, day in ((3, 9), (3, 30), (4, 6), (9, 7), (10, 5), (10, 26), (11, 2))
        ]
        time = np.sort([chance.choice(changes) + chance.randrange(4 * 96) * 15 * MINUTE for _ in range(60)])
        start, end = run_of(time.astype(np.int64), session, zone)
        found = list(zip(start.tolist(), end.tolist(), strict=True))
        assert found == [one_by_one(int(t), session, zone) for t in time]
