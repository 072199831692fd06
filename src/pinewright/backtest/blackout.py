"""Hours without entries, and the file that lists them.

A file has one span a line; empty lines and what follows ``#`` do not count:

    start,end                                        # this header may be there
    2025-06-06T12:25Z,2025-06-06T12:40Z              # moments in ISO 8601, with Z or an offset
    2025-06-18 13:55 -04:00, 2025-06-18 14:30 -04:00
    Fri 16:00-17:00 America/New_York                 # every week, by the clock of that zone
    Mon-Fri 16:55-18:15 America/New_York
    Sun 23:00-01:00 UTC                              # ends on the next day

Spans begin with their start and end before their end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.data.calendar import MONDAY_OFFSET
from pinewright.data.zones import find_zone, local_to_utc
from pinewright.errors import DataFormatError, DataNotFoundError, UsageError, unknown_name_hint
from pinewright.market import DAY, MINUTE, BoolArray, IntArray

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

FULL_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_WEEKLY = re.compile(r"([A-Za-z]+)(?:\s*-\s*([A-Za-z]+))?\s+(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s+(\S+)")
_FORMS = "lines are START,END in ISO time with zone, or like: Fri 16:00-17:00 America/New_York"


@dataclass(frozen=True)
class Week:
    """A span of every week: days (Monday is 0), minutes of the local day, IANA zone; past 1,440 is the next day."""

    days: tuple[int, ...]
    start: int
    end: int
    zone: str


@dataclass(frozen=True)
class Blackout:
    """Hours in which no entry is placed and none fills; exits do.

    spans: starts and ends (exclusive), ms UTC. A ``strategy.entry`` counts as a whole, also where it would close an
    opposite position first; a ``strategy.order`` counts unless it only takes from the position. Commands run at the
    close of a bar, and that moment decides. A pending entry does not fill on a bar that the hours touch (under the bar
    magnifier: a finer bar), but at the open before they begin; afterwards it waits on, and a level that was passed
    meanwhile fills at the first open, as after any gap. A market entry whose open lies inside is dropped.
    """

    spans: tuple[tuple[int, int], ...] = ()
    weeks: tuple[Week, ...] = ()

    def between(self, first: int, last: int) -> tuple[IntArray, IntArray]:
        """Starts and ends [K] (ms UTC) of all spans that may touch [first, last], in order and not overlapping."""
        starts = [np.array([start for start, _ in self.spans], dtype=np.int64)]
        ends = [np.array([end for _, end in self.spans], dtype=np.int64)]
        days = np.arange(first // DAY - 9, last // DAY + 9)
        for week in self.weeks:
            chosen = days[np.isin((days + MONDAY_OFFSET) % 7, week.days)]
            starts.append(local_to_utc(chosen * DAY + week.start * MINUTE, week.zone))
            ends.append(local_to_utc(chosen * DAY + week.end * MINUTE, week.zone))
        return _merged(np.concatenate(starts), np.concatenate(ends))

    def holds(self, moments: IntArray) -> BoolArray:
        """Whether each moment [N] (ms UTC) lies inside."""
        return self.touches(moments, moments + 1)

    def touches(self, opens: IntArray, closes: IntArray) -> BoolArray:
        """Whether each bar [N] from its open to its close (exclusive, ms UTC) has a part inside."""
        if len(opens) == 0:
            return np.zeros(0, dtype=np.bool_)
        starts, ends = self.between(int(opens.min()), int(closes.max()))
        if len(starts) == 0:
            return np.zeros(len(opens), dtype=np.bool_)
        before = np.searchsorted(starts, closes, side="left") - 1
        found: BoolArray = (before >= 0) & (ends[np.maximum(before, 0)] > opens)
        return found


def read_blackout(path: Path) -> Blackout:
    """The hours of a file. DataNotFoundError where there is none, DataFormatError with the line it cannot read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataNotFoundError("no such file", where=str(path), hint="name a file of hours without entries") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataFormatError(f"cannot be read: {reason}", where=str(path), hint=_FORMS) from error
    return parse_blackout(text, str(path))


def parse_blackout(text: str, name: str = "blackout") -> Blackout:
    """The hours of a text in the form above; DataFormatError with ``name`` and the line that it cannot read."""
    spans: list[tuple[int, int]] = []
    weeks: list[Week] = []
    seen = False
    for number, line in enumerate(text.splitlines(), 1):
        content = line.split("#")[0].strip()
        where = f"{name}:{number}"
        weekly = _WEEKLY.fullmatch(content)
        if weekly is not None:
            weeks.append(_week(weekly, where))
        elif content and (seen or re.fullmatch(r"start\s*,\s*end", content, re.IGNORECASE) is None):
            spans.append(_span(content, where))
        seen = seen or bool(content)
    return Blackout(tuple(spans), tuple(weeks))


def _week(match: re.Match[str], where: str) -> Week:
    first = _weekday(match[1], where)
    last = first if match[2] is None else _weekday(match[2], where)
    start, end = (_minutes(match[hour], match[hour + 1], where) for hour in (3, 5))
    if start == end:
        raise DataFormatError("the span is empty", where=where, hint="a whole day is 00:00-24:00")
    try:
        find_zone(match[7])
    except UsageError as error:
        raise DataFormatError(error.what, where=where, hint=error.hint) from error
    days = tuple((first + k) % 7 for k in range((last - first) % 7 + 1))
    return Week(days, start, end if end > start else end + 1440, match[7])


def _weekday(word: str, where: str) -> int:
    short = word[:3].capitalize()
    if short not in WEEKDAYS or word.capitalize() not in (short, FULL_NAMES[WEEKDAYS.index(short)]):
        raise DataFormatError(f"unknown day {word!r}", where=where, hint=unknown_name_hint(word, WEEKDAYS, 7))
    return WEEKDAYS.index(short)


def _minutes(hour: str, minute: str, where: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > 1440:
        raise DataFormatError(f"{hour}:{minute} is no time of day", where=where, hint="from 00:00 to 24:00")
    return total


def _span(content: str, where: str) -> tuple[int, int]:
    fields = [field.strip() for field in content.split(",")]
    if len(fields) != 2:
        raise DataFormatError(f"{content!r} is not a span", where=where, hint=_FORMS)
    start, end = (_moment(field, where) for field in fields)
    if end <= start:
        raise DataFormatError(f"{fields[1]} does not come after {fields[0]}", where=where, hint="start first, then end")
    return start, end


def _moment(text: str, where: str) -> int:
    """ms UTC of an ISO time; its zone must be told, for a file may come from anywhere."""
    try:
        stamp = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d{2}:?\d{2}$|Z$)", "", text))
    except ValueError:
        raise DataFormatError(f"{text!r} is not a time", where=where, hint=_FORMS) from None
    if stamp.tzinfo is None:
        hint = f"write {text}Z for UTC, or an offset: {text}-04:00"
        raise DataFormatError(f"{text} has no zone", where=where, hint=hint)
    return round(stamp.astimezone(UTC).timestamp() * 1000)


def _merged(starts: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    """The same hours in order, without overlaps."""
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order]) if len(order) else ends
    fresh = np.ones(len(starts), dtype=np.bool_)
    fresh[1:] = starts[1:] > ends[:-1]
    last = np.append(np.flatnonzero(fresh)[1:] - 1, len(starts) - 1) if len(starts) else np.zeros(0, dtype=np.int64)
    return starts[fresh], ends[last]
