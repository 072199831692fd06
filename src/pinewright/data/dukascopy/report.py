"""What a fetch did and what is there now: progress on the way, and the report at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pinewright.data.dukascopy.plan import PERIOD_NAMES, FetchPlan
from pinewright.data.gaps import Gap
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.zones import iso_text


@dataclass(frozen=True)
class Progress:
    """A moment of a fetch. done, total: periods; rows, bytes: of this run; requests: asked so far, of ``planned`` if
    all goes well; seconds: so far; left: seconds at the present rate; waiting: why nothing moves, else empty."""

    done: int
    total: int
    rows: int
    bytes: int
    requests: int
    planned: int
    seconds: float
    left: float
    waiting: str = ""


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True)
class InstrumentReport:
    """What the store holds of one instrument in [start, end) ms UTC after the fetch.

    rows: stored rows. expected, present: bars that the calendar promises and those that are there (ticks: minutes with
    a tick). gaps: holes of 30 minutes and more, for 1h and 1d of one bar and more. pieces: the ledger. states: periods
    by state. transports: periods with rows by who brought them. problems: pieces that are not settled, but for those
    still under way.
    """

    symbol: str
    kind: Kind
    start: int
    end: int
    rows: int
    expected: int
    present: int
    gaps: tuple[Gap, ...]
    states: dict[State, int]
    transports: dict[str, int]
    problems: tuple[Piece, ...]

    @property
    def share(self) -> float:
        """Present over expected bars, 1 where none is expected."""
        return self.present / self.expected if self.expected else 1.0

    @property
    def line(self) -> str:
        """``99.6 % of bars, 3 gaps, UTC, bid and ask, jetta``."""
        what = "minutes" if self.kind is Kind.TICK else "bars"
        gaps = f"{len(self.gaps)} gap" + ("" if len(self.gaps) == 1 else "s")
        whom = " and ".join(self.transports) or "nothing"
        # Rounded down: 100 % are all of them.
        return f"{int(1000 * self.share) / 10:g} % of {what}, {gaps}, UTC, bid and ask, {whom}"

    def as_dict(self) -> dict[str, Any]:
        """Every figure under its name, ready for JSON; times in ms UTC."""
        return {
            "symbol": self.symbol,
            "kind": self.kind.value,
            "start": self.start,
            "end": self.end,
            "rows": self.rows,
            "expected": self.expected,
            "present": self.present,
            "gaps": [{"start": gap.start, "end": gap.end, "missing": gap.missing} for gap in self.gaps],
            "states": {state.value: count for state, count in self.states.items()},
            "transports": self.transports,
            "problems": [piece.as_dict() for piece in self.problems],
            "line": self.line,
        }


@dataclass(frozen=True)
class FetchReport:
    """The end of a fetch. requests, bytes, seconds: of this run; retries: answers that were of no use.

    unasked: periods that the run did not come to, because of ``stopped`` (why the hosts were given up) or because it
    was ``interrupted``; the same call goes on with them. notes: those of the plan, and a wrong clock.
    """

    plan: FetchPlan
    parts: tuple[InstrumentReport, ...] = field(repr=False)
    requests: int
    bytes: int
    seconds: float
    retries: int
    unasked: int = 0
    stopped: str = ""
    interrupted: bool = False
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every period that was asked for is settled or still under way."""
        return not self.unasked and not any(part.problems for part in self.parts)

    @property
    def lines(self) -> tuple[str, ...]:
        """One line an instrument, and one for what is wrong where something is."""
        found = []
        for part in self.parts:
            found.append(f"{part.symbol} {part.kind.value}: {part.line}")
            if part.problems:
                found.append(f"{part.symbol} {part.kind.value}: {problems_text(part.kind, part.problems)}")
        return tuple(found)

    def as_dict(self) -> dict[str, Any]:
        """Every figure under its name, ready for JSON; times in ms UTC."""
        return {
            "plan": self.plan.as_dict(),
            "instruments": [part.as_dict() for part in self.parts],
            "requests": self.requests,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "retries": self.retries,
            "unasked": self.unasked,
            "stopped": self.stopped,
            "interrupted": self.interrupted,
            "complete": self.complete,
            "notes": list(self.notes),
        }


def problems_text(kind: Kind, problems: tuple[Piece, ...]) -> str:
    """``2 hours suspect, 1 failed, first 2026-11-12 08:00 (jetta: HTTP 503)``."""
    counts = Counter(piece.state.value for piece in problems)
    period = PERIOD_NAMES[kind]
    told = ", ".join(f"{count} {period}{'' if count == 1 else 's'} {name}" for name, count in counts.items())
    first = problems[0]
    return f"{told}, the first {iso_text(first.start)} UTC ({first.cause}); the same command tries again"
