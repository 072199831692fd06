"""The ledger: what is known of every period that was asked for, and which of two answers for one moment stands.

A ``Piece`` is one period (the hour of a tick file, the day of a minute file, ...) with its state and its provenance.
Of two pieces for the same moment the greater one by ``standing`` counts: a settled one before an unsettled one, rows
before none, both sides before one, the later answer before the earlier one. Because that is an order, the same pieces
give the same ledger in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final

from pinewright.data.store.kinds import Kind
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError
from pinewright.market import DAY

_CHANGED: Final = "changed since "
_EPOCH: Final = date(1970, 1, 1).toordinal()


class State(Enum):
    """What is known of a period. FINAL, CLOSED and HOLIDAY are settled and are not asked for again."""

    FINAL = "final"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    SUSPECT = "suspect"  # empty in an open session: a rate limit looks like it
    FAILED = "failed"
    OPEN = "not final"  # has not ended, or ended less than an hour ago: rows may be there

    @property
    def settled(self) -> bool:
        """Whether the period need not be fetched again."""
        return self in (State.FINAL, State.CLOSED, State.HOLIDAY)


# An open period without a row says as little as a suspect one: of these the later answer stands.
_RANK: Final = {
    State.FAILED: 0,
    State.SUSPECT: 1,
    State.OPEN: 1,
    State.CLOSED: 3,
    State.HOLIDAY: 4,
    State.FINAL: 5,
}
_OPEN_WITH_ROWS: Final = 2


@dataclass(frozen=True)
class Piece:
    """One period [start, end) in ms UTC, its state, and where its rows come from.

    source: ``dukascopy``, ``histdata``, ``oanda`` or a path; transport: ``jetta``, ``bi5`` or nothing. fetched: ms UTC,
    when the answer came (0: nobody was asked). rows: in the period. sha256: of each payload (ticks one, candles bid and
    ask); size: their bytes on the wire. cause: what was wrong, nothing where all is well. one_sided: the prices of one
    side are missing. earlier: moment and source of the latest other answer that this final one replaced.

    Where a piece was cut by another one or by a removal, start, end and rows are those of the part that is left, sha256
    and size still those of the whole payload.
    """

    start: int
    end: int
    state: State
    source: str = ""
    transport: str = ""
    fetched: int = 0
    rows: int = 0
    sha256: tuple[str, ...] = ()
    size: int = 0
    cause: str = ""
    one_sided: bool = False
    earlier: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Every field under its name, ready for JSON; ``from_dict`` gives the piece back."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["state"] = self.state.value
        plain["sha256"] = list(self.sha256)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Piece:
        """From ``as_dict``; KeyError, TypeError or ValueError for anything else. Unknown fields are left out."""
        known = {name: plain[name] for name in cls.__dataclass_fields__ if name in plain}
        known["state"] = State(known["state"])
        known["sha256"] = tuple(str(text) for text in known.get("sha256", ()))
        for name in ("start", "end", "fetched", "rows", "size"):
            known[name] = int(known.get(name, 0))
        return cls(**known)

    def part(self, start: int, end: int, rows: int) -> Piece:
        """The part of the piece in [start, end), with its own number of rows."""
        return replace(self, start=max(self.start, start), end=min(self.end, end), rows=rows)


def standing(piece: Piece) -> tuple[Any, ...]:
    """The order of pieces for the same moment: the greatest stands. Its own bounds do not count."""
    return (
        _OPEN_WITH_ROWS if piece.state is State.OPEN and piece.rows else _RANK[piece.state],
        not piece.one_sided,
        piece.fetched,
        piece.source,
        piece.transport,
        piece.sha256,
        piece.size,
        piece.state.value,
        _own_cause(piece),
    )


def after(winner: Piece, losers: Iterable[Piece]) -> Piece:
    """The piece that stands, with what it replaced: a final answer of other bytes is told in ``earlier`` and ``cause``.

    Answers of the same bytes are the same answer, whenever they came.
    """
    if winner.state is not State.FINAL:
        return winner
    told = [winner.earlier]
    for loser in losers:
        if loser.state is State.FINAL:
            told.append(loser.earlier)
            if (loser.sha256, loser.source) != (winner.sha256, winner.source):
                told.append(f"{iso_text(loser.fetched)} UTC ({loser.source or 'unknown'})")
    earlier = max(told)
    if earlier == winner.earlier:
        return winner
    cause = _own_cause(winner)
    return replace(winner, earlier=earlier, cause=f"{cause}; {_CHANGED}{earlier}" if cause else _CHANGED + earlier)


def _own_cause(piece: Piece) -> str:
    return piece.cause.partition(_CHANGED)[0].removesuffix("; ")


def partition_of(kind: Kind, time: int) -> tuple[int, int]:
    """Start and end (ms UTC) of the partition of a moment (ms UTC).

    A day for ticks and minutes, a month for hours, a year for days; all of UTC, as the service's own files are.
    """
    try:
        day = day_of(time)
        if kind in (Kind.TICK, Kind.MINUTE):
            first, after_last = day, day + timedelta(days=1)
        elif kind is Kind.HOUR:
            first = day.replace(day=1)
            after_last = (first + timedelta(days=31)).replace(day=1)
        else:
            first, after_last = day.replace(month=1, day=1), date(day.year + 1, 1, 1)
    except (OverflowError, ValueError) as error:
        raise DataFormatError(f"{time} ms is no time of a market", hint="times are ms since 1970, UTC") from error
    return moment_of(first), moment_of(after_last)


def day_of(time: int) -> date:
    """The day of UTC of a moment (ms UTC); ValueError or OverflowError outside of the years 1 to 9999."""
    return date.fromordinal(_EPOCH + time // DAY)


def moment_of(day: date) -> int:
    """ms UTC at which a day begins."""
    return (day.toordinal() - _EPOCH) * DAY
