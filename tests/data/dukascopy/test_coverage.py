"""What the store holds of what the calendar promises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.data.dukascopy.coverage import instrument_report
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.market import DAY, HOUR, MINUTE, IntArray

FRIDAY = 1_749_168_000_000  # 2025-06-06 00:00 UTC
EURUSD = find_instrument("EURUSD")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def rows(kind: Kind, time: IntArray) -> Columns:
    return {name: time if name == "time" else np.full(len(time), 1.1) for name in kind.columns}


def put(store: Store, kind: Kind, start: int, end: int, time: IntArray | None = None, **named: object) -> None:
    """A period with a row at each time; a failed one without."""
    count = 0 if time is None else len(time)
    told: dict[str, object] = {
        "state": State.FINAL if count else State.FAILED,
        "source": "dukascopy",
        "transport": "jetta" if count else "",
        **named,
    }
    piece = Piece(start, end, rows=count, **told)  # type: ignore[arg-type]
    store.put("EURUSD", kind, [(piece, None if time is None else rows(kind, time))])


def minutes(start: int, count: int) -> IntArray:
    return start + MINUTE * np.arange(count, dtype=np.int64)


def test_a_whole_friday_has_1260_minutes(store: Store) -> None:
    put(store, Kind.MINUTE, FRIDAY, FRIDAY + DAY, minutes(FRIDAY, 21 * 60))
    report = instrument_report(store, EURUSD, Kind.MINUTE, FRIDAY, FRIDAY + 2 * DAY)
    assert (report.expected, report.present, report.rows, report.gaps) == (1260, 1260, 1260, ())
    assert report.line == "100 % of bars, 0 gaps, UTC, bid and ask, jetta"


def test_a_weekend_does_not_break_a_gap_and_a_quiet_minute_is_none(store: Store) -> None:
    put(store, Kind.MINUTE, FRIDAY, FRIDAY + DAY, minutes(FRIDAY, 20 * 60)[np.arange(1200) != 77])
    put(store, Kind.MINUTE, FRIDAY + 2 * DAY, FRIDAY + 3 * DAY, minutes(FRIDAY + 2 * DAY + 22 * HOUR, 120))
    report = instrument_report(store, EURUSD, Kind.MINUTE, FRIDAY, FRIDAY + 3 * DAY)
    assert report.expected - report.present == 1 + 60 + 60
    (gap,) = report.gaps
    assert (gap.start, gap.end, gap.missing) == (FRIDAY + 20 * HOUR, FRIDAY + 2 * DAY + 22 * HOUR, 120)
    assert report.line == "91.5 % of bars, 1 gap, UTC, bid and ask, jetta"


def test_ticks_count_by_minutes(store: Store) -> None:
    time = np.sort(np.concatenate([minutes(FRIDAY, 45), minutes(FRIDAY, 45) + 17]))
    put(store, Kind.TICK, FRIDAY, FRIDAY + HOUR, time, transport="bi5")
    report = instrument_report(store, EURUSD, Kind.TICK, FRIDAY, FRIDAY + HOUR)
    assert (report.rows, report.present, report.expected, report.gaps) == (90, 45, 60, ())
    assert report.line == "75 % of minutes, 0 gaps, UTC, bid and ask, bi5"


def test_nothing_is_missed_after_the_last_row_of_an_hour_under_way(store: Store) -> None:
    put(store, Kind.TICK, FRIDAY, FRIDAY + HOUR, minutes(FRIDAY, 60))
    put(store, Kind.TICK, FRIDAY + HOUR, FRIDAY + 2 * HOUR, minutes(FRIDAY + HOUR, 10), state=State.OPEN)
    put(store, Kind.TICK, FRIDAY + 2 * HOUR, FRIDAY + 3 * HOUR, state=State.OPEN)
    report = instrument_report(store, EURUSD, Kind.TICK, FRIDAY, FRIDAY + 3 * HOUR)
    assert (report.present, report.expected, report.gaps, report.problems) == (70, 70, (), ())
    assert report.states == {State.FINAL: 1, State.OPEN: 2}


def test_hours_and_days(store: Store) -> None:
    start = 1_748_736_000_000  # 2025-06-01, a Sunday
    end = 1_751_328_000_000
    time = start + 21 * HOUR + HOUR * np.arange(24 * 5, dtype=np.int64)
    put(store, Kind.HOUR, start, end, time)
    report = instrument_report(store, EURUSD, Kind.HOUR, start, start + 7 * DAY)
    assert (report.present, report.expected, report.gaps) == (120, 120, ())
    put(store, Kind.DAY, 1_735_689_600_000, 1_767_225_600_000, start + DAY * np.arange(6, dtype=np.int64))
    report = instrument_report(store, EURUSD, Kind.DAY, start, start + 9 * DAY)
    assert (report.present, report.expected, [gap.missing for gap in report.gaps]) == (6, 8, [2])


def test_problems_are_named_and_an_empty_store_is_no_error(store: Store) -> None:
    put(store, Kind.TICK, FRIDAY, FRIDAY + HOUR, cause="jetta: HTTP 503")
    report = instrument_report(store, EURUSD, Kind.TICK, FRIDAY, FRIDAY + HOUR)
    assert [piece.cause for piece in report.problems] == ["jetta: HTTP 503"]
    assert report.line == "0 % of minutes, 1 gap, UTC, bid and ask, nothing"
    other = instrument_report(store, EURUSD, Kind.MINUTE, FRIDAY, FRIDAY + DAY)
    assert (other.rows, other.present, other.expected) == (0, 0, 1260)


def test_a_range_longer_than_one_stretch(store: Store) -> None:
    put(store, Kind.DAY, 1_735_689_600_000, 1_767_225_600_000, FRIDAY + DAY * np.arange(100, dtype=np.int64))
    report = instrument_report(store, EURUSD, Kind.DAY, FRIDAY, FRIDAY + 100 * DAY)
    assert report.rows == 100
    assert report.present == report.expected
