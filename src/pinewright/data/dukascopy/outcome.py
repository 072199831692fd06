"""From the payloads of a period to its entry in the ledger, with the rows that go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.payloads import Finding, Payload
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import join_sides
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.market import HOUR, Side

SOURCE: Final = "dukascopy"
SETTLING: Final = HOUR  # after its end a period may still get rows
_UNEVEN: Final = 0.05  # share of candles that one side alone may have


@dataclass(frozen=True, slots=True)
class Job:
    """One period to fetch: a payload of ticks, or one of candles for each side. state: what the calendar promises."""

    instrument: Instrument
    kind: Kind
    start: int
    end: int
    state: SessionState
    unfinished: bool = False

    @property
    def requests(self) -> tuple[Request, ...]:
        """The payloads of the period: bid before ask."""
        sides = (None,) if self.kind is Kind.TICK else (Side.BID, Side.ASK)
        return tuple(Request(self.instrument, self.kind, side, self.start, self.end, self.unfinished) for side in sides)

    def settled(self, now: int) -> bool:
        """Whether the period ended so long ago (ms UTC) that it gets no more rows."""
        return self.end + SETTLING <= now


def closed_piece(start: int, end: int) -> Piece:
    """The entry of a period in which the market is closed: nobody is asked."""
    return Piece(start, end, State.CLOSED, SOURCE)


def unasked_piece(job: Job, cause: str) -> Piece:
    """The entry of a period that the run did not come to."""
    return Piece(job.start, job.end, State.FAILED, SOURCE, cause=f"not asked: {cause}")


def conclude(job: Job, payloads: tuple[Payload, ...], now: int) -> tuple[Piece, Columns | None]:
    """The piece of a period and its rows, None where there are none. now: ms UTC, which decides what is final."""
    columns, cause = _rows(job, payloads)
    finding = _worst(payloads) if columns is None else Finding.ROWS
    if columns is not None:
        state = State.FINAL if job.settled(now) else State.OPEN
    elif finding is Finding.EMPTY:
        state = _state_of_nothing(job, payloads, now)
    elif finding is Finding.LATE:
        state = State.OPEN
    else:
        state = State.FAILED
    if columns is None and not cause:
        cause = _causes(payloads)
    transports = sorted({payload.transport for payload in payloads if payload.transport})
    piece = Piece(
        job.start,
        job.end,
        state,
        SOURCE,
        "+".join(transports),
        max(payload.fetched for payload in payloads),
        0 if columns is None else len(columns["time"]),
        tuple(payload.sha256 for payload in payloads) if any(payload.sha256 for payload in payloads) else (),
        sum(payload.size for payload in payloads),
        cause,
    )
    return piece, columns


def _rows(job: Job, payloads: tuple[Payload, ...]) -> tuple[Columns | None, str]:
    """The rows of all payloads together, and what is to be told of them; None where a side is missing."""
    if any(payload.finding is not Finding.ROWS for payload in payloads):
        some = [payload for payload in payloads if payload.finding is Finding.ROWS]
        if some:
            had, lacks = some[0], next(payload for payload in payloads if payload.finding is not Finding.ROWS)
            return (
                None,
                f"{_side(had)} has {len(had.columns['time']):,} candles, {_side(lacks)} has none ({lacks.cause})",
            )
        return None, ""
    if job.kind is Kind.TICK:
        return payloads[0].columns, ""
    bid, ask = payloads
    joined, alone = join_sides(bid.columns, ask.columns)
    rows = len(joined["time"])
    if rows == 0 or (alone > max(5, _UNEVEN * rows) and not job.unfinished):
        counts = f"bid has {len(bid.columns['time']):,} candles, ask {len(ask.columns['time']):,}"
        return None, f"{counts}, {rows:,} at the same times"
    return joined, f"{alone} candles of one side alone are left out" if alone and not job.unfinished else ""


def _worst(payloads: tuple[Payload, ...]) -> Finding:
    """What is to be said of a period without rows: any failure first, so that nothing passes for empty that is not."""
    found = {payload.finding for payload in payloads}
    order = (Finding.FAILED, Finding.UNKNOWN, Finding.LATE, Finding.EMPTY)
    # Both sides came but do not fit, or one of them is empty: the period must be fetched again.
    return Finding.FAILED if Finding.ROWS in found else next(finding for finding in order if finding in found)


def _state_of_nothing(job: Job, payloads: tuple[Payload, ...], now: int) -> State:
    if not job.settled(now):
        return State.OPEN
    if job.state is SessionState.TOLERATED and all(payload.empties > 1 for payload in payloads):
        return State.HOLIDAY
    return State.SUSPECT


def _causes(payloads: tuple[Payload, ...]) -> str:
    told = [(_side(payload), payload.cause) for payload in payloads if payload.cause]
    causes = {cause for _, cause in told}
    if len(causes) <= 1:
        return "".join(causes)
    return "; ".join(f"{side} {cause}" for side, cause in told)


def _side(payload: Payload) -> str:
    return "ticks" if payload.request.side is None else payload.request.side.value
