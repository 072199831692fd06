"""The plan: what is asked for, what is not, and ranges that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.plan import make_plan, seconds_text, size_text, window
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.errors import DataNotFoundError, UsageError
from pinewright.market import DAY, HOUR, MINUTE

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC
NOW = MONDAY + 30 * DAY + 10 * HOUR + 20 * MINUTE
EURUSD, BTCUSD = find_instrument("EURUSD"), find_instrument("BTCUSD")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_the_default_is_the_fortnight_that_ends_now() -> None:
    assert window(None, None, None, NOW) == (NOW - 14 * DAY, NOW, ())


@pytest.mark.parametrize(
    ("start", "end", "days", "found"),
    [
        (MONDAY, None, None, (MONDAY, NOW)),
        (None, MONDAY, None, (MONDAY - 14 * DAY, MONDAY)),
        (None, MONDAY, 2.0, (MONDAY - 2 * DAY, MONDAY)),
        (MONDAY, None, 0.5, (MONDAY, MONDAY + DAY // 2)),
        (None, None, 1.0, (NOW - DAY, NOW)),
        (MONDAY, MONDAY + DAY, None, (MONDAY, MONDAY + DAY)),
    ],
)
def test_ranges(start: int | None, end: int | None, days: float | None, found: tuple[int, int]) -> None:
    assert window(start, end, days, NOW) == (*found, ())


def test_the_future_is_cut_off_and_told() -> None:
    begin, finish, notes = window(MONDAY, NOW + DAY, None, NOW)
    assert (begin, finish) == (MONDAY, NOW)
    assert "cut at 2025-07-02 10:20 UTC, which is now" in notes[0]


@pytest.mark.parametrize(
    ("start", "end", "days", "said"),
    [
        (NOW + 1, None, None, "in the future"),
        (NOW + DAY, NOW + 2 * DAY, None, "in the future"),
        (MONDAY, MONDAY - DAY, None, "begins at 2025-06-02 00:00 UTC and ends at 2025-06-01 00:00 UTC"),
        (MONDAY, MONDAY, None, "begins at"),
        (MONDAY, MONDAY + DAY, 3.0, "given at once"),
        (None, None, 0.0, "a range of 0 days"),
        (None, None, -1.0, "a range of -1 days"),
    ],
)
def test_ranges_that_cannot_be(start: int | None, end: int | None, days: float | None, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        window(start, end, days, NOW)
    assert raised.value.hint


def test_closed_hours_are_not_asked_for(store: Store) -> None:
    plan = make_plan([EURUSD], Kind.TICK, (MONDAY - DAY, MONDAY + 13 * DAY), store, Politeness(), NOW)
    part = plan.parts[0]
    assert (part.periods, len(part.jobs), part.closed, part.stored) == (336, 240, 96, 0)
    assert len(part.unrecorded) == 96
    assert (plan.requests, plan.bytes) == (240, 240 * 50_000)
    assert 240 / 8 < plan.seconds < 240 / 3
    assert all(job.state is SessionState.EXPECTED for job in plan.jobs)


def test_candles_need_two_requests_a_period(store: Store) -> None:
    plan = make_plan([EURUSD, BTCUSD], Kind.MINUTE, (MONDAY, MONDAY + 7 * DAY), store, Politeness(), NOW)
    assert [len(part.jobs) for part in plan.parts] == [6, 7]  # no Saturday, but of Bitcoin
    assert plan.requests == 26
    assert plan.symbols == ("EURUSD", "BTCUSD")
    assert len({job.requests for job in plan.jobs}) == 13


def test_what_is_settled_is_not_asked_for_and_what_is_not_is(store: Store) -> None:
    states = (State.FINAL, State.HOLIDAY, State.SUSPECT, State.FAILED, State.OPEN, State.CLOSED)
    pieces = [(Piece(MONDAY + k * HOUR, MONDAY + (k + 1) * HOUR, state), None) for k, state in enumerate(states)]
    store.put("EURUSD", Kind.TICK, pieces)
    plan = make_plan([EURUSD], Kind.TICK, (MONDAY, MONDAY + 8 * HOUR), store, Politeness(), NOW)
    assert [(job.start - MONDAY) // HOUR for job in plan.jobs] == [2, 3, 4, 6, 7]
    assert plan.stored == 3


def test_the_hour_under_way_is_marked(store: Store) -> None:
    plan = make_plan([EURUSD], Kind.TICK, (NOW - 2 * HOUR, NOW), store, Politeness(), NOW)
    assert [job.unfinished for job in plan.jobs] == [False, False, True]
    assert [job.settled(NOW) for job in plan.jobs] == [True, False, False]


def test_before_the_first_tick(store: Store) -> None:
    first = EURUSD.history_start
    assert first is not None
    with pytest.raises(DataNotFoundError, match="EURUSD begins at 2003-05-04 19:00 UTC"):
        make_plan([EURUSD], Kind.MINUTE, (first - 9 * DAY, first), store, Politeness(), NOW)
    plan = make_plan([EURUSD], Kind.TICK, (first - DAY, first + 3 * HOUR), store, Politeness(), NOW)
    assert plan.start == first
    assert plan.notes == ("EURUSD begins at 2003-05-04 19:00 UTC: what lies before is left out",)
    assert make_plan([EURUSD], Kind.DAY, (first - 400 * DAY, first), store, Politeness(), NOW).requests == 4


def test_the_plan_tells_itself(store: Store) -> None:
    plan = make_plan([EURUSD], Kind.TICK, (MONDAY, MONDAY + DAY), store, Politeness(), NOW, ["a note"])
    assert plan.text == (
        "EURUSD tick, 2025-06-02 00:00 to 2025-06-03 00:00 UTC: 24 requests, about 1.2 MB, 7 s or more; "
        "0 hours are stored already, 0 are closed"
    )
    told = plan.as_dict()
    assert (told["requests"], told["start"], told["notes"]) == (24, MONDAY, ["a note"])


def test_sizes_and_times_for_people() -> None:
    assert [size_text(size) for size in (310_000, 9.94e6, 120e6, 1.44e9)] == ["310 kB", "9.9 MB", "120 MB", "1.4 GB"]
    assert [seconds_text(seconds) for seconds in (45, 150, 12_600)] == ["45 s", "2 min", "3.5 h"]


def test_a_long_plan_has_a_short_repr(store: Store) -> None:
    plan = make_plan([EURUSD], Kind.TICK, (MONDAY, MONDAY + 20 * DAY), store, Politeness(), NOW)
    assert len(repr(plan)) < 2000
