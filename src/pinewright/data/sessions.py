"""Sessions as Pine writes them, ``0930-1600,1800-2000:23456``: when each of their runs begins and ends.

A session has ranges of the clock and days of the week. A range whose end is not after its start ends on the next day,
one of 24 hours or more is the whole day. A run keeps its clock times where the clocks are changed, so it may be an hour
longer or shorter; it ends with its last minute, and it belongs to the day on which that minute lies, which is the day
that the digits name (1 is Sunday). A bar is in the session when its open lies in a run.
(Laws: TradingView's manual, Sessions; PyneCore 6.11, measured on BINANCE:BTCUSDT.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from pinewright.data.zones import local_to_utc, utc_offset
from pinewright.errors import UsageError
from pinewright.market import DAY, MINUTE, IntArray

_DAY_MINUTES: Final = 1440
_EVERY_DAY: Final = frozenset(range(1, 8))
_SUNDAY_OFFSET: Final = 4  # 1970-01-01 was a Thursday: (day + 4) % 7 is 0 on Sundays
_RANGE: Final = re.compile(r"(\d\d)(\d\d)-(\d\d)(\d\d)")


@dataclass(frozen=True)
class Session:
    """ranges: minutes of the day, start (0 to 1,439) and end (above the start, by a day at most). days: 1 is Sunday."""

    ranges: tuple[tuple[int, int], ...]
    days: frozenset[int] = _EVERY_DAY

    @classmethod
    def parse(cls, text: str) -> Session:
        """From ``HHMM-HHMM``, several of them with commas, with or without ``:`` and digits of days, or ``24x7``.

        UsageError for anything else.
        """
        plain = text.strip().replace(" ", "")
        if plain.lower() == "24x7":
            return cls(((0, _DAY_MINUTES),))
        parts, colon, digits = plain.partition(":")
        ranges = tuple(_range(part) for part in parts.split(","))
        days = frozenset(int(digit) for digit in digits if digit in "1234567")
        whole = [found for found in ranges if found is not None]
        if len(whole) < len(ranges) or (colon and (not days or not set(digits) <= set("1234567"))):
            hint = 'as "0930-1600", "0930-1130,1300-1600", "1700-1700:23456" (1 is Sunday) or "24x7"'
            raise UsageError(f"{text!r} is no session", hint=hint)
        return cls(tuple(whole), days or _EVERY_DAY)


class Runs(NamedTuple):
    """Runs of a session in the order of their starts: start and end (exclusive) in ms UTC, and the day of each."""

    start: IntArray
    end: IntArray
    day: IntArray


def runs(session: Session, zone: str, first: int, last: int) -> list[Runs]:
    """The runs of each range that begin on the local days from that of ``first`` to that of ``last`` (ms UTC)."""
    ends = np.array([first, last], dtype=np.int64)
    begin, stop = (int(day) for day in (ends + utc_offset(ends, zone)) // DAY)
    days = np.arange(begin, stop + 1, dtype=np.int64)
    found = []
    for start, end in session.ranges:
        last_minute = days * DAY + (end - 1) * MINUTE
        belongs = last_minute // DAY
        kept = np.isin((belongs + _SUNDAY_OFFSET) % 7 + 1, sorted(session.days))
        start_ms = local_to_utc(days * DAY + start * MINUTE, zone)
        end_ms = local_to_utc(last_minute, zone) + MINUTE
        found.append(Runs(start_ms[kept], end_ms[kept], belongs[kept]))
    return found


def run_of(time_ms: IntArray, session: Session, zone: str) -> tuple[IntArray, IntArray]:
    """Start and end (ms UTC) of the run that each UTC time [N] lies in, -1 where it lies in none.

    Where ranges overlap it is the run that began last.
    """
    start = np.full(time_ms.shape, -1, dtype=np.int64)
    end = start.copy()
    if time_ms.size == 0:
        return start, end
    for found in runs(session, zone, int(time_ms.min()) - 2 * DAY, int(time_ms.max()) + DAY):
        if found.start.size == 0:
            continue
        place = np.searchsorted(found.start, time_ms, side="right") - 1
        inside = (place >= 0) & (time_ms < found.end[place]) & (found.start[place] > start)
        start[inside], end[inside] = found.start[place][inside], found.end[place][inside]
    return start, end


def _range(text: str) -> tuple[int, int] | None:
    """Start and end in minutes; hours up to 24, of which a start is wrapped into the day (``2430`` is half past 0)."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
    if max(start_hour, end_hour) > 24 or max(start_minute, end_minute) > 59:
        return None
    start = (60 * start_hour + start_minute) % _DAY_MINUTES
    end = 60 * end_hour + end_minute
    if end <= start:
        end += _DAY_MINUTES
    return start, min(end, start + _DAY_MINUTES)
