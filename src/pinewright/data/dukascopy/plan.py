"""What a fetch will ask for, worked out before anything is asked: periods, requests, bytes, time at the polite rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.outcome import Job
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.data.dukascopy.requests import periods, session_states
from pinewright.data.store.kinds import Kind
from pinewright.data.store.store import Store
from pinewright.data.zones import iso_text
from pinewright.errors import DataNotFoundError, UsageError
from pinewright.market import DAY

DEFAULT_DAYS: Final = 14
PERIOD_NAMES: Final = {Kind.TICK: "hour", Kind.MINUTE: "day", Kind.HOUR: "month", Kind.DAY: "year"}
# Bytes of a payload of EUR/USD on the wire, in round numbers: an hour of ticks, a day, month and year of one side.
_BYTES: Final = {Kind.TICK: 50_000, Kind.MINUTE: 24_000, Kind.HOUR: 20_000, Kind.DAY: 12_000}


@dataclass(frozen=True)
class InstrumentPlan:
    """The part of one instrument. start, end: ms UTC, what will be there; periods: payload periods in it.

    stored: of these already settled in the store; closed: closed by the calendar, never asked for. unrecorded: closed
    ones that the ledger does not know yet. jobs: what will be fetched, in order of time.
    """

    instrument: Instrument
    start: int
    end: int
    periods: int
    stored: int
    closed: int
    # Years of ticks are long, and asyncio writes out results (signal.signal does, of the handler that it takes back).
    unrecorded: tuple[tuple[int, int], ...] = field(repr=False)
    jobs: tuple[Job, ...] = field(repr=False)


@dataclass(frozen=True)
class FetchPlan:
    """Everything that a fetch will do. bytes: on the wire, about; seconds: at the polite rate, if all goes well.

    notes: what a user should know beforehand: a wrong clock, a range that was cut, metadata that could not be had.
    """

    kind: Kind
    start: int
    end: int
    parts: tuple[InstrumentPlan, ...]
    requests: int
    bytes: int
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(part.instrument.symbol for part in self.parts)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All periods to fetch, one instrument after the other."""
        return tuple(job for part in self.parts for job in part.jobs)

    @property
    def stored(self) -> int:
        return sum(part.stored for part in self.parts)

    @property
    def closed(self) -> int:
        return sum(part.closed for part in self.parts)

    @property
    def text(self) -> str:
        """One line: ``EURUSD tick, 2026-11-12 00:00 to 2026-11-26 00:00 UTC: 244 requests, 12 MB, 45 s; ...``."""
        period = PERIOD_NAMES[self.kind]
        span = f"{', '.join(self.symbols)} {self.kind.value}, {iso_text(self.start)} to {iso_text(self.end)} UTC"
        cost = f"{self.requests:,} requests, about {size_text(self.bytes)}, {seconds_text(self.seconds)} or more"
        if not self.requests:
            cost = "nothing to ask for"
        return f"{span}: {cost}; {self.stored:,} {period}s are stored already, {self.closed:,} are closed"

    def as_dict(self) -> dict[str, Any]:
        """The figures under their names, ready for JSON; times in ms UTC."""
        return {
            "symbols": list(self.symbols),
            "kind": self.kind.value,
            "start": self.start,
            "end": self.end,
            "periods": sum(part.periods for part in self.parts),
            "stored": self.stored,
            "closed": self.closed,
            "requests": self.requests,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 1),
            "notes": list(self.notes),
        }


def window(start: int | None, end: int | None, days: float | None, now: int) -> tuple[int, int, tuple[str, ...]]:
    """Start and end (ms UTC) of a range, by default 14 days that end now, and notes.

    UsageError for one that is reversed, empty, wholly in the future or given three times over.
    """
    if days is not None and days <= 0:
        raise UsageError(f"a range of {days:g} days", hint="give a positive number of days")
    if start is not None and end is not None and days is not None:
        raise UsageError("start, end and days are given at once", hint="leave one of the three away")
    length = round((DEFAULT_DAYS if days is None else days) * DAY)
    if start is None:
        finish = now if end is None else end
        begin = finish - length
    else:
        begin = start
        finish = start + length if end is None and days is not None else (now if end is None else end)
    if begin >= now:
        hint = f"it is {iso_text(now)} UTC now by this computer's clock: ask for an earlier range, or set the clock"
        raise UsageError(f"the range begins at {iso_text(begin)} UTC, in the future", hint=hint)
    if begin >= finish:
        raise UsageError(
            f"the range begins at {iso_text(begin)} UTC and ends at {iso_text(finish)} UTC",
            hint="the start must lie before the end",
        )
    if finish > now:
        return begin, now, (f"the range ends in the future: it is cut at {iso_text(now)} UTC, which is now",)
    return begin, finish, ()


def make_plan(
    instruments: Sequence[Instrument],
    kind: Kind,
    span: tuple[int, int],
    store: Store,
    politeness: Politeness,
    now: int,
    notes: Sequence[str] = (),
) -> FetchPlan:
    """The plan for [start, end) ms UTC; DataNotFoundError where all of it lies before an instrument's first tick."""
    told = list(notes)
    parts = [_part(instrument, kind, span, store, now, told) for instrument in instruments]
    jobs = [job for part in parts for job in part.jobs]
    sides = 1 if kind is Kind.TICK else 2
    requests = sides * len(jobs)
    return FetchPlan(
        kind,
        min(part.start for part in parts),
        max(part.end for part in parts),
        tuple(parts),
        requests,
        requests * _BYTES[kind],
        politeness.seconds(requests),
        tuple(told),
    )


def _part(
    instrument: Instrument, kind: Kind, span: tuple[int, int], store: Store, now: int, notes: list[str]
) -> InstrumentPlan:
    start, end = _after_first_tick(instrument, kind, span, notes)
    spans = periods(kind, start, end)
    states = session_states(instrument, spans)
    missing = set(store.missing(instrument.symbol, kind, spans))
    closed = {period for period, state in zip(spans, states, strict=True) if state is SessionState.CLOSED}
    jobs = tuple(
        Job(instrument, kind, *period, state, unfinished=period[1] > now)
        for period, state in zip(spans, states, strict=True)
        if period in missing and state is not SessionState.CLOSED
    )
    stored = len(spans) - len(jobs) - len(closed)
    return InstrumentPlan(
        instrument, start, end, len(spans), stored, len(closed), tuple(sorted(closed & missing)), jobs
    )


def _after_first_tick(instrument: Instrument, kind: Kind, span: tuple[int, int], notes: list[str]) -> tuple[int, int]:
    """The range without what lies before the instrument's history. Candles of days reach back further than ticks."""
    start, end = span
    first = instrument.history_start
    if first is None or kind is Kind.DAY or first <= start:
        return start, end
    begins = f"{instrument.symbol} begins at {iso_text(first)} UTC"
    if end <= first:
        raise DataNotFoundError(
            f"nothing of {instrument.symbol} from {iso_text(start)} to {iso_text(end)} UTC: {begins}",
            where=f"Dukascopy, {kind.value}",
            hint=f"ask for a range after {iso_text(first)[:10]}",
        )
    notes.append(f"{begins}: what lies before is left out")
    return first, end


def size_text(size: float) -> str:
    """``310 kB``, ``12 MB``, ``1.4 GB``."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}" if size < 10 * unit else f"{size / unit:,.0f} {name}"
    return f"{size / 1000:,.0f} kB"


def seconds_text(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3.5 h``."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
