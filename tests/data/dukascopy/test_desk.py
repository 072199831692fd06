"""The desk writes whole partitions, and gives back what does not lie on its neighbours' scale."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.desk import Desk, Settled
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.levels import Levels
from pinewright.data.dukascopy.outcome import Job
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.market import DAY, HOUR

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC
EURUSD = find_instrument("EURUSD")


class Table:
    """A desk whose store is a list of what was put there, by symbol and starts of pieces in hours."""

    def __init__(self, jobs: list[Job], known: int = 0) -> None:
        self.levels = {"EURUSD": Levels()}
        for number in range(known):
            self.levels["EURUSD"].add(MONDAY - (number + 1) * HOUR, ticks(MONDAY - (number + 1) * HOUR))
        self.put: list[list[tuple[int, State]]] = []
        self.desk = Desk(jobs, self._put, self.levels)

    async def _put(self, symbol: str, kind: Kind, pieces: Sequence[tuple[Piece, Columns | None]]) -> None:
        await asyncio.sleep(0)
        self.put.append(sorted(((piece.start - MONDAY) // HOUR, piece.state) for piece, _ in pieces))

    def take(self, job: Job, price: float | None = 1.1, *, judged: bool = False) -> list[Job]:
        columns = None if price is None else ticks(job.start, price)
        state = State.FAILED if price is None else State.FINAL
        piece = Piece(job.start, job.end, state, rows=0 if columns is None else 3)
        return asyncio.run(self.desk.take(Settled(job, piece, columns, judged)))


def ticks(start: int, price: float = 1.1) -> Columns:
    prices = np.full(3, price)
    return {"time": start + np.arange(3), "bid": prices, "ask": prices, "bid_volume": prices, "ask_volume": prices}


def hours(count: int, first: int = 0) -> list[Job]:
    starts = [MONDAY + (first + number) * HOUR for number in range(count)]
    return [Job(EURUSD, Kind.TICK, start, start + HOUR, SessionState.EXPECTED) for start in starts]


def test_a_day_is_written_when_its_last_hour_is_there() -> None:
    jobs = hours(24)
    table = Table(jobs)
    for job in jobs[::-1][:-1]:
        table.take(job)
    assert table.put == []
    table.take(jobs[0])
    assert [len(pieces) for pieces in table.put] == [24]


def test_days_are_written_each_for_itself_and_only_once() -> None:
    jobs = hours(48)
    table = Table(jobs)
    for job in jobs:
        table.take(job)
    assert [pieces[0][0] for pieces in table.put] == [0, 24]
    assert asyncio.run(table.desk.finish()) == []
    assert len(table.put) == 2


def test_closed_hours_go_with_their_day_or_for_themselves() -> None:
    jobs = hours(2)
    table = Table(jobs, known=6)
    closed = [(MONDAY + hour * HOUR, MONDAY + (hour + 1) * HOUR) for hour in (2, 30)]
    table.desk.close("EURUSD", Kind.TICK, closed)
    for job in jobs:
        table.take(job)
    assert table.put == [[(30, State.CLOSED)], [(0, State.FINAL), (1, State.FINAL), (2, State.CLOSED)]]
    asyncio.run(table.desk.record_closed())
    assert len(table.put) == 2


def test_an_hour_on_another_scale_is_given_back_and_written_when_it_is_mended() -> None:
    jobs = hours(6)
    table = Table(jobs)
    given_back = [table.take(job, 11.0 if job is jobs[3] else 1.1) for job in jobs]
    assert [len(each) for each in given_back] == [0, 0, 0, 0, 0, 1]
    assert given_back[-1] == [jobs[3]]
    assert table.put == []
    assert table.levels["EURUSD"].near(jobs[3].start) == 1.1
    assert table.take(jobs[3], judged=True) == []
    assert [len(pieces) for pieces in table.put] == [6]


def test_a_wrong_first_hour_is_found_by_those_that_follow() -> None:
    jobs = hours(6)
    table = Table(jobs)
    given_back = [table.take(job, 0.11 if job is jobs[0] else 1.1) for job in jobs]
    assert given_back[-1] == [jobs[0]]


def test_one_period_waits_for_neighbours_and_is_written_at_the_end_without() -> None:
    days = [Job(EURUSD, Kind.MINUTE, MONDAY + k * DAY, MONDAY + (k + 1) * DAY, SessionState.EXPECTED) for k in range(2)]
    table = Table([])
    desk = Desk(days, table._put, table.levels)
    for job in days:
        column = np.full(1, 1.1)
        columns = {"time": np.array([job.start]), "bid_close": column, "ask_close": column}
        settled = Settled(job, Piece(job.start, job.end, State.FINAL, rows=1), columns, judged=False)
        assert asyncio.run(desk.take(settled)) == []
    assert table.put == []
    assert asyncio.run(desk.finish()) == []
    assert len(table.put) == 2


def test_failed_periods_are_written_too() -> None:
    jobs = hours(3)
    table = Table(jobs)
    for job in jobs:
        table.take(job, None)
    assert table.put == [[(0, State.FAILED), (1, State.FAILED), (2, State.FAILED)]]


def test_leaving_writes_what_is_there_but_nothing_doubted() -> None:
    jobs = hours(30)
    table = Table(jobs)
    for job in jobs[:6]:
        table.take(job, 11.0 if job is jobs[2] else 1.1)
    table.take(jobs[24])
    asyncio.run(table.desk.leave())
    assert [[hour for hour, _ in pieces] for pieces in table.put] == [[0, 1, 3, 4, 5], [24]]


def test_two_tasks_do_not_write_one_day_twice() -> None:
    jobs = hours(48)
    table = Table(jobs, known=6)
    table.desk.close("EURUSD", Kind.TICK, [(MONDAY - DAY, MONDAY - DAY + HOUR)])

    async def run() -> None:
        one = [Settled(job, Piece(job.start, job.end, State.FINAL, rows=3), ticks(job.start), True) for job in jobs]
        await asyncio.gather(*(table.desk.take(each) for each in one))

    asyncio.run(run())
    assert sorted(pieces[0][0] for pieces in table.put) == [-24, 0, 24]
