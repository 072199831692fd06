"""Periods, requests, and what the calendar promises of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.calendar import SessionState, in_session
from pinewright.data.dukascopy.instruments import Schedule, find_instrument
from pinewright.data.dukascopy.requests import Request, is_open, minute_states, periods, session_states
from pinewright.data.store.kinds import Kind
from pinewright.errors import UsageError
from pinewright.market import DAY, HOUR, MINUTE, Side, Symbol
from tests.support.dukascopy import moment, request

CLOSED, TOLERATED, EXPECTED = SessionState.CLOSED, SessionState.TOLERATED, SessionState.EXPECTED
EURUSD = find_instrument("EURUSD")


@pytest.mark.parametrize(
    ("kind", "start", "end", "edges"),
    [
        (
            Kind.TICK,
            "2025-06-01T10:30",
            "2025-06-01T12:00",
            ["2025-06-01T10:00", "2025-06-01T11:00", "2025-06-01T12:00"],
        ),
        (Kind.MINUTE, "2024-02-28T10:30", "2024-02-29T10:30", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (Kind.HOUR, "2024-12-31T23:00", "2025-01-01T01:00", ["2024-12-01", "2025-01-01", "2025-02-01"]),
        (Kind.DAY, "2024-12-31T23:00", "2025-01-01T01:00", ["2024-01-01", "2025-01-01", "2026-01-01"]),
    ],
)
def test_periods_are_whole(kind: Kind, start: str, end: str, edges: list[str]) -> None:
    assert periods(kind, moment(start), moment(end)) == list(pairwise(moment(edge) for edge in edges))


@given(
    st.sampled_from(list(Kind)),
    st.integers(0, 4_000_000_000_000),
    st.integers(1, 400 * DAY),
)
def test_periods_cover_the_range_without_holes(kind: Kind, start: int, length: int) -> None:
    if kind in (Kind.TICK, Kind.MINUTE):
        length = length % (30 * DAY) + 1
    found = periods(kind, start, start + length)
    assert found[0][0] <= start < found[0][1]
    assert found[-1][0] < start + length <= found[-1][1]
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert all(periods(kind, begin, finish) == [(begin, finish)] for begin, finish in (found[0], found[-1]))


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_range_has_no_periods(kind: Kind) -> None:
    assert periods(kind, DAY, DAY) == periods(kind, DAY, 0) == []


@pytest.mark.parametrize(
    ("kind", "side", "start", "end", "told"),
    [
        (Kind.TICK, Side.BID, 0, HOUR, "a request for tick of side"),
        (Kind.MINUTE, None, 0, DAY, "a request for 1m of side None"),
        (Kind.MINUTE, Side.MID, 0, DAY, "a request for 1m of side Side.MID"),
        (Kind.TICK, None, 0, DAY, "1970-01-01 00:00 to 1970-01-02 00:00 is no period of tick"),
        (Kind.TICK, None, MINUTE, HOUR + MINUTE, "is no period of tick"),
        (Kind.HOUR, Side.BID, 0, 30 * DAY, "is no period of 1h"),
    ],
)
def test_what_dukascopy_does_not_have(kind: Kind, side: Side | None, start: int, end: int, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        Request(EURUSD, kind, side, start, end)
    assert caught.value.hint


def test_a_request_tells_what_it_is() -> None:
    assert request("2019-02-04T08").text == "EURUSD tick 2019-02-04 08:00"
    assert request("2019-02-04", Kind.MINUTE, Side.ASK).text == "EURUSD 1m ask 2019-02-04"
    assert (request(name="USDJPY").scale, request().scale) == (1_000, 100_000)
    assert [request(kind=kind, side=None).step for kind in Kind] == [0, MINUTE, HOUR, DAY]


@pytest.mark.parametrize(
    ("start", "length", "state"),
    [
        ("2025-06-06T20:00", HOUR, EXPECTED),  # Friday before 17:00 New York, in summer
        ("2025-06-06T21:00", HOUR, CLOSED),
        ("2025-06-08T20:00", HOUR, CLOSED),  # Sunday
        ("2025-06-08T21:00", HOUR, EXPECTED),
        ("2025-01-10T21:00", HOUR, EXPECTED),  # the same in winter
        ("2025-01-10T22:00", HOUR, CLOSED),
        ("2025-01-12T21:00", HOUR, CLOSED),
        ("2025-01-12T22:00", HOUR, EXPECTED),
        ("2025-03-09T20:00", HOUR, CLOSED),  # the Sunday on which New York's clock changes, before Europe's
        ("2025-03-09T21:00", HOUR, EXPECTED),
        ("2025-11-02T21:00", HOUR, CLOSED),  # and the one on which it changes back
        ("2025-11-02T22:00", HOUR, EXPECTED),
        ("2025-12-25T10:00", HOUR, TOLERATED),
        ("2025-12-26T10:00", HOUR, EXPECTED),
        ("2026-01-01T10:00", HOUR, TOLERATED),
        ("2025-06-07", DAY, CLOSED),  # a Saturday
        ("2025-06-06", DAY, EXPECTED),
        ("2025-12-25", DAY, EXPECTED),  # it ends with two open hours
    ],
)
@pytest.mark.parametrize("with_schedule", [False, True])
def test_open_hours_of_eurusd(start: str, length: int, state: SessionState, with_schedule: bool) -> None:
    instrument = replace(EURUSD, schedules=(FOREX_WEEK,)) if with_schedule else EURUSD
    assert is_open(instrument, moment(start), moment(start) + length) is state


FOREX_WEEK = Schedule(0, None, "America/New_York", tuple((1440 * day - 420, 1440 * day + 1020) for day in range(5)))


@given(st.integers(0, 2_000_000_000_000))
def test_the_schedule_of_forex_is_its_calendar(start: int) -> None:
    minutes = start // MINUTE * MINUTE + np.arange(0, 8 * DAY, 30 * MINUTE)
    scheduled = replace(EURUSD, schedules=(FOREX_WEEK,))
    np.testing.assert_array_equal(minute_states(minutes, scheduled), minute_states(minutes, EURUSD))
    np.testing.assert_array_equal(minute_states(minutes, EURUSD) > 0, in_session(minutes, Symbol.get("EURUSD")))


def test_listed_holidays_are_tolerated() -> None:
    start = moment("2025-06-03T10:00")
    instrument = replace(EURUSD, holidays=((start, start + HOUR + 30 * MINUTE),))
    hours = [(start + place * HOUR, start + (place + 1) * HOUR) for place in range(-1, 3)]
    assert session_states(instrument, hours) == [EXPECTED, TOLERATED, EXPECTED, EXPECTED]


def test_metals_pause_for_an_hour() -> None:
    gold = find_instrument("XAUUSD")
    found = [
        is_open(gold, moment(f"2025-06-03T{hour}:00"), moment(f"2025-06-03T{hour + 1}:00")) for hour in (20, 21, 22)
    ]
    assert found == [EXPECTED, TOLERATED, EXPECTED]
    assert is_open(find_instrument("XPTUSD"), moment("2025-06-03T21:00"), moment("2025-06-03T22:00")) is TOLERATED


def test_crypto_never_closes() -> None:
    bitcoin = find_instrument("BTCUSD")
    assert is_open(bitcoin, moment("2025-06-07T10:00"), moment("2025-06-07T11:00")) is EXPECTED
    assert is_open(bitcoin, moment("2025-12-25T10:00"), moment("2025-12-25T11:00")) is EXPECTED
    assert is_open(bitcoin, moment("2025-12-31T11:00"), moment("2025-12-31T12:00")) is EXPECTED
    assert is_open(bitcoin, moment("2025-12-31T16:00"), moment("2025-12-31T17:00")) is TOLERATED
    assert is_open(bitcoin, moment("2026-01-01T10:00"), moment("2026-01-01T11:00")) is TOLERATED
    # 52 Saturdays of 2018 are missing in what Dukascopy sends.
    assert is_open(bitcoin, moment("2018-06-09"), moment("2018-06-10")) is TOLERATED


def test_hours_that_only_metadata_tell() -> None:
    dax = find_instrument("GER40")
    tuesday, saturday = moment("2025-06-03T03:00"), moment("2025-06-07T10:00")
    assert is_open(dax, tuesday, tuesday + HOUR) is TOLERATED
    assert is_open(dax, saturday, saturday + HOUR) is CLOSED
    frankfurt = Schedule(0, None, "Europe/Berlin", tuple((1440 * day + 480, 1440 * day + 1320) for day in range(5)))
    told = replace(dax, schedules=(frankfurt,))
    at = [moment(f"2025-06-03T{hour:02}:00") for hour in (3, 5, 6, 19, 20)]
    assert [is_open(told, start, start + HOUR) for start in at] == [TOLERATED, TOLERATED, EXPECTED, EXPECTED, TOLERATED]
    assert is_open(told, saturday, saturday + HOUR) is CLOSED


def test_the_schedule_of_the_day_counts() -> None:
    change = moment("2025-06-03")
    early = Schedule(0, change, "UTC", ((1440, 1500),))  # Tuesday 00:00 to 01:00
    late = Schedule(change, None, "UTC", ((1500, 1560),))
    told = replace(EURUSD, schedules=(early, late))
    for day, hour, state in (
        ("05-27", 0, EXPECTED),
        ("05-27", 1, CLOSED),
        ("06-03", 0, CLOSED),
        ("06-03", 1, EXPECTED),
    ):
        start = moment(f"2025-{day}T0{hour}:00")
        assert is_open(told, start, start + HOUR) is state


def test_many_periods_at_once() -> None:
    """Four years of hours and of months, in chunks, tell what each of them tells alone."""
    hours = periods(Kind.TICK, moment("2022-01-01"), moment("2026-01-01"))
    states = session_states(EURUSD, hours)
    assert len(states) == len(hours)
    for place in range(0, len(hours), 997):
        assert states[place] is is_open(EURUSD, *hours[place])
    months = periods(Kind.HOUR, moment("2022-01-01"), moment("2026-01-01"))
    assert session_states(EURUSD, months) == [EXPECTED] * 48
    assert session_states(EURUSD, []) == []
