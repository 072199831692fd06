"""One payload to ask for, the periods that payloads come in, and whether the market can have traded in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.calendar import (
    MONDAY_OFFSET,
    SessionState,
    calendar_part,
    session_minute,
    session_state,
    trading_day,
)
from pinewright.data.dukascopy.holidays import EARLY_END, closed_days, metal_early_ends, metal_holidays
from pinewright.data.dukascopy.instruments import METALS, WEEK_MINUTES, Instrument, Schedule
from pinewright.data.store.kinds import Kind
from pinewright.data.zones import iso_text, utc_offset
from pinewright.errors import UsageError
from pinewright.market import DAY, HOUR, MINUTE, BoolArray, IntArray, Side

WEEKENDS_SINCE: Final = 1_546_300_800_000  # 2019: until then crypto paused on Saturdays (52 days of BTC/USD in 2018)
_CHUNK: Final = 1 << 19  # minutes looked at in one go: half a million, a year
_PERIOD: Final = {Kind.TICK: HOUR, Kind.MINUTE: DAY}
_UNIT: Final = {Kind.HOUR: "M", Kind.DAY: "Y"}


@dataclass(frozen=True)
class Request:
    """One payload: an hour of ticks, or a day, month or year of candles of one side. start, end: ms UTC, end exclusive.

    side: BID or ASK for candles, None for ticks. unfinished: the period has not ended yet, so that jetta is asked by
    ``?from=`` and bi5 has nothing. UsageError for a side or a period that Dukascopy does not have.
    """

    instrument: Instrument
    kind: Kind
    side: Side | None
    start: int
    end: int
    unfinished: bool = False

    def __post_init__(self) -> None:
        if (self.side is None) != (self.kind is Kind.TICK) or self.side is Side.MID:
            raise UsageError(
                f"a request for {self.kind.value} of side {self.side}", hint="ticks: None; candles: bid, ask"
            )
        if periods(self.kind, self.start, self.start + 1) != [(self.start, self.end)]:
            raise UsageError(
                f"{iso_text(self.start)} to {iso_text(self.end)} is no period of {self.kind.value}",
                hint="ticks come by hour, 1m by day, 1h by month, 1d by year, all UTC",
            )

    @property
    def scale(self) -> int:
        """The integers of a payload divided by this are prices."""
        return int(10**self.instrument.decimals)

    @property
    def step(self) -> int:
        """Length of a candle in ms; 0 for ticks."""
        timeframe = self.kind.timeframe
        return 0 if timeframe is None else timeframe.milliseconds

    @property
    def text(self) -> str:
        """``EURUSD tick 2019-02-04 08:00`` or ``EURUSD 1m bid 2019-02-04``, for messages."""
        side = "" if self.side is None else f" {self.side.value}"
        stamp = iso_text(self.start)
        return f"{self.instrument.symbol} {self.kind.value}{side} {stamp if self.kind is Kind.TICK else stamp[:10]}"


def periods(kind: Kind, start: int, end: int) -> list[tuple[int, int]]:
    """The payloads' periods that touch [start, end), whole ones, in order: (start, end) in ms UTC.

    Hours for ticks, days for minutes, months for hours, years for days. Empty when ``end <= start``.
    """
    if end <= start:
        return []
    if kind in _PERIOD:
        step = _PERIOD[kind]
        return [(begin, begin + step) for begin in range(start // step * step, end, step)]
    unit = _UNIT[kind]
    first, last = (np.datetime64(moment, "ms").astype(f"datetime64[{unit}]") for moment in (start, end - 1))
    edges = np.arange(first, last + 2).astype("datetime64[ms]").astype(np.int64).tolist()
    return list(pairwise(edges))


def is_open(instrument: Instrument, start: int, end: int) -> SessionState:
    """Whether rows are to be expected in [start, end) ms UTC: see ``session_states``."""
    return session_states(instrument, [(start, end)])[0]


def session_states(instrument: Instrument, spans: Sequence[tuple[int, int]]) -> list[SessionState]:
    """For each period (start, end) in ms UTC the most that one of its minutes promises.

    CLOSED: no row can be there. EXPECTED: rows must be there. TOLERATED: they may, as on listed holidays, on 25
    December and 1 January (published lists are incomplete), in the daily pause of metals and on their holidays. Of
    indices and commodities metadata alone tells the hours, and those are today's: other hours of the week are
    tolerated, never closed.
    """
    found: list[SessionState] = []
    for part in _chunks(spans):
        starts = np.array([span[0] for span in part], dtype=np.int64)
        lengths = np.maximum(1, -(-(np.array([span[1] for span in part], dtype=np.int64) - starts) // MINUTE))
        begins = np.cumsum(lengths) - lengths
        inside = np.arange(int(lengths.sum()), dtype=np.int64) - np.repeat(begins, lengths)
        states = minute_states(np.repeat(starts, lengths) + inside * MINUTE, instrument)
        found += [SessionState(int(state)) for state in np.maximum.reduceat(states, begins)]
    return found


def _chunks(spans: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    part: list[tuple[int, int]] = []
    size = 0
    for span in spans:
        part.append(span)
        size += (span[1] - span[0]) // MINUTE
        if size >= _CHUNK:
            yield part
            part, size = [], 0
    if part:
        yield part


def minute_states(time_ms: IntArray, instrument: Instrument) -> npt.NDArray[np.int8]:
    """``SessionState`` [N] of the minute that begins at each UTC time [N]."""
    if instrument.round_the_clock:
        states = np.full(time_ms.shape, SessionState.EXPECTED, dtype=np.int8)
    else:
        states = session_state(time_ms, instrument.market)
    expected = states == SessionState.EXPECTED
    if instrument.schedules:
        scheduled = _scheduled(time_ms, instrument.schedules)
        if instrument.is_forex_or_metal or instrument.round_the_clock:
            states[~scheduled] = SessionState.CLOSED
            states[scheduled & (states == SessionState.CLOSED)] = SessionState.EXPECTED
        else:
            states[expected & ~scheduled] = SessionState.TOLERATED
            states[scheduled & ~expected] = np.maximum(states[scheduled & ~expected], SessionState.TOLERATED)
    elif not instrument.is_forex_or_metal and not instrument.round_the_clock:
        states[expected] = SessionState.TOLERATED
    states[(states == SessionState.EXPECTED) & _tolerated(time_ms, instrument)] = SessionState.TOLERATED
    return states


def _scheduled(time_ms: IntArray, schedules: Sequence[Schedule]) -> BoolArray:
    """Whether each minute [N] lies in a session; before the first schedule that one holds too."""
    found = np.zeros(time_ms.shape, dtype=np.bool_)
    for number, schedule in enumerate(schedules):
        local = (time_ms + utc_offset(time_ms, schedule.zone)) // MINUTE
        valid = np.full(time_ms.shape, True) if number == 0 else time_ms >= schedule.since
        if schedule.until is not None:
            valid &= time_ms < schedule.until
        found[valid] = schedule.open_minutes[(local[valid] + MONDAY_OFFSET * 1440) % WEEK_MINUTES]
    return found


def _tolerated(time_ms: IntArray, instrument: Instrument) -> BoolArray:
    """Minutes [N] in which an open market may have no rows."""
    found = np.zeros(time_ms.shape, dtype=np.bool_)
    for start, end in instrument.holidays:
        found |= (time_ms >= start) & (time_ms < end)
    if instrument.round_the_clock:
        # Every listed pause of crypto begins on the afternoon of 31 December and ends on 1 January.
        found |= _is_new_year((time_ms + DAY // 2) // DAY) | _is_new_year(time_ms // DAY)
        saturday = (time_ms // DAY + MONDAY_OFFSET) % 7 == 5
        found |= saturday & (time_ms < WEEKENDS_SINCE)
        return found
    market = instrument.market
    day = trading_day(time_ms, market)
    found |= closed_days(day)
    if instrument.base in METALS:
        minute = session_minute(time_ms, market)
        found |= minute // 60 == market.day_start_hour
        late = (minute >= EARLY_END) & (minute < 60 * market.day_start_hour)
        found |= metal_holidays(day) | (metal_early_ends(day) & late)
    return found


def _is_new_year(day: IntArray) -> BoolArray:
    """Whether each day since 1970 [N] is 1 January."""
    date = calendar_part(day * DAY, "dayofmonth", "UTC")
    found: BoolArray = (date == 1) & (calendar_part(day * DAY, "month", "UTC") == 1)
    return found
