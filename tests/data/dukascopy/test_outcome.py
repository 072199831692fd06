"""From payloads to the ledger: each state by its reason."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.outcome import Job, conclude, unasked_piece
from pinewright.data.dukascopy.payloads import Finding, Payload
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import no_rows
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import State
from pinewright.market import DAY, HOUR, MINUTE

START = 1_748_822_400_000  # 2025-06-02 00:00 UTC
EURUSD = find_instrument("EURUSD")
LATER = START + 3 * DAY
OPEN, HOLIDAY = SessionState.EXPECTED, SessionState.TOLERATED


def ticks_job(state: SessionState = OPEN) -> Job:
    return Job(EURUSD, Kind.TICK, START, START + HOUR, state)


def minutes_job(*, unfinished: bool = False) -> Job:
    return Job(EURUSD, Kind.MINUTE, START, START + DAY, OPEN, unfinished)


def payload(request: Request, finding: Finding, columns: Columns | None = None, **named: object) -> Payload:
    told: dict[str, object] = {"transport": "jetta", "fetched": 7, "sha256": "ab", "size": 5, **named}
    return Payload(request, finding, no_rows(request.kind) if columns is None else columns, **told)  # type: ignore[arg-type]


def one_tick() -> Columns:
    return {name: np.array([START if name == "time" else 1.1]) for name in Kind.TICK.columns}


def side(minutes: int, price: float = 1.1) -> Columns:
    time = START + MINUTE * np.arange(minutes)
    return {"time": time} | {name: np.full(minutes, price) for name in ("open", "high", "low", "close", "volume")}


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (START + 30 * MINUTE, State.OPEN),
        (START + HOUR + 59 * MINUTE, State.OPEN),
        (START + 2 * HOUR, State.FINAL),
        (LATER, State.FINAL),
    ],
)
def test_rows_are_final_an_hour_after_the_end(now: int, state: State) -> None:
    job = ticks_job()
    piece, columns = conclude(job, (payload(job.requests[0], Finding.ROWS, one_tick()),), now)
    assert (piece.state, piece.rows, piece.source, piece.transport) == (state, 1, "dukascopy", "jetta")
    assert (piece.fetched, piece.sha256, piece.size, piece.cause) == (7, ("ab",), 5, "")
    assert columns is not None


@pytest.mark.parametrize(
    ("state", "empties", "now", "expected"),
    [
        (OPEN, 4, LATER, State.SUSPECT),
        (OPEN, 4, START + HOUR + 1, State.OPEN),
        (HOLIDAY, 2, LATER, State.HOLIDAY),
        (HOLIDAY, 1, LATER, State.SUSPECT),
        (HOLIDAY, 2, START + HOUR + 1, State.OPEN),
    ],
)
def test_what_an_empty_period_is(state: SessionState, empties: int, now: int, expected: State) -> None:
    job = ticks_job(state)
    found = payload(job.requests[0], Finding.EMPTY, empties=empties, cause="jetta: empty; bi5: empty")
    piece, columns = conclude(job, (found,), now)
    assert (piece.state, piece.rows, columns, piece.cause) == (expected, 0, None, "jetta: empty; bi5: empty")


@pytest.mark.parametrize(
    ("finding", "state"),
    [(Finding.FAILED, State.FAILED), (Finding.UNKNOWN, State.FAILED), (Finding.LATE, State.OPEN)],
)
def test_what_no_answer_is(finding: Finding, state: State) -> None:
    job = ticks_job()
    piece, _ = conclude(job, (payload(job.requests[0], finding, sha256="", transport="", cause="jetta: x"),), LATER)
    assert (piece.state, piece.sha256, piece.transport, piece.cause) == (state, (), "", "jetta: x")


def test_candles_have_both_sides_and_a_spread() -> None:
    job = minutes_job()
    bid, ask = job.requests
    found = (
        payload(bid, Finding.ROWS, side(1440)),
        payload(ask, Finding.ROWS, side(1440, 1.1001), transport="bi5", sha256="cd", fetched=9),
    )
    piece, columns = conclude(job, found, LATER)
    assert (piece.state, piece.rows, piece.transport) == (State.FINAL, 1440, "bi5+jetta")
    assert (piece.sha256, piece.size, piece.fetched) == (("ab", "cd"), 10, 9)
    assert columns is not None
    assert set(columns) == set(Kind.MINUTE.columns)
    assert np.allclose(columns["spread"], 0.0001)


def test_a_side_that_is_missing_fails_the_period() -> None:
    job = minutes_job()
    bid, ask = job.requests
    found = (payload(bid, Finding.ROWS, side(9)), payload(ask, Finding.EMPTY, cause="jetta: empty"))
    piece, columns = conclude(job, found, LATER)
    assert (piece.state, columns) == (State.FAILED, None)
    assert piece.cause == "bid has 9 candles, ask has none (jetta: empty)"


def test_sides_that_do_not_fit_fail_and_a_few_odd_candles_are_told() -> None:
    job = minutes_job()
    bid, ask = job.requests
    half = (payload(bid, Finding.ROWS, side(1440)), payload(ask, Finding.ROWS, side(700)))
    piece, columns = conclude(job, half, LATER)
    assert (piece.state, columns) == (State.FAILED, None)
    assert piece.cause == "bid has 1,440 candles, ask 700, 700 at the same times"
    few = (payload(bid, Finding.ROWS, side(1440)), payload(ask, Finding.ROWS, side(1438)))
    piece, columns = conclude(job, few, LATER)
    assert (piece.state, piece.rows) == (State.FINAL, 1438)
    assert piece.cause == "2 candles of one side alone are left out"


def test_a_day_under_way_may_have_one_side_ahead() -> None:
    job = minutes_job(unfinished=True)
    bid, ask = job.requests
    found = (payload(bid, Finding.ROWS, side(10)), payload(ask, Finding.ROWS, side(20)))
    piece, _ = conclude(job, found, START + 20 * MINUTE)
    assert (piece.state, piece.rows, piece.cause) == (State.OPEN, 10, "")


def test_failure_of_one_side_is_told_with_its_name() -> None:
    job = minutes_job()
    bid, ask = job.requests
    found = (payload(bid, Finding.EMPTY, cause="jetta: empty"), payload(ask, Finding.FAILED, cause="jetta: HTTP 503"))
    piece, _ = conclude(job, found, LATER)
    assert (piece.state, piece.cause) == (State.FAILED, "bid jetta: empty; ask jetta: HTTP 503")


def test_a_period_that_was_not_come_to() -> None:
    piece = unasked_piece(ticks_job(), "jetta: HTTP 503")
    assert (piece.state, piece.fetched, piece.cause) == (State.FAILED, 0, "not asked: jetta: HTTP 503")
