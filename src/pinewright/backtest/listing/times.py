"""Times of a list as text in the spellings of many languages: to ms of UTC, or of the chart's clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from pinewright.errors import DataFormatError
from pinewright.market import IntArray

_MONTHS: Final = (
    "jan янв oca gen ene sty led",
    "feb fév fev фев şub lut únor",
    "mar mär mrt мар mars březen",
    "apr abr avr апр nis kwi duben",
    "may mai mag май мая mei maj květen",
    "jun juin giu июн haz cze červen",
    "jul juil lug июл tem lip červenec",
    "aug aoû ago авг ağu sie srpen",
    "sep set сен eyl wrz září",
    "oct okt ott out окт eki paź říjen",
    "nov nov ноя kas lis listopad",
    "dec dez déc dic дек ara gru prosinec",
)
_MONTH_OF: Final = {
    unicodedata.normalize("NFKC", word): month for month, words in enumerate(_MONTHS, 1) for word in words.split()
}
_WORD: Final = r"(?P<word>[^\W\d_]{3,})\.?"
_DATES: Final = (
    r"(?P<year>\d{4})[-/.年] ?(?P<month>\d{1,2})[-/.月] ?(?P<day>\d{1,2})日?",
    r"(?P<first>\d{1,2})(?P<sign>[-/.]) ?(?P<second>\d{1,2})[-/.] ?(?P<year>\d{4})",
    rf"(?P<day>\d{{1,2}})\.?(?: de)?[ -]{_WORD}(?: de)?[ ,-]*(?P<year>\d{{4}})(?: г\.?)?",
    rf"{_WORD}[ -](?P<day>\d{{1,2}}),? ?(?P<year>\d{{4}})",
)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?([+-]\d\d:?\d\d|Z)?)?", re.ASCII)
_CLOCK: Final = (
    r"(?P<early>上午|오전|午前|下午|오후|午後)? ?(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second_>\d{2})(?:[.,]\d+)?)? ?(?P<noon>[AaPp]\.? ?[Mm]\.?)?"
)
_OFFSET: Final = r" ?(?P<offset>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|(?:UTC|GMT)[+-]\d{1,2})"
_TIMES: Final = tuple(re.compile(f"{date}(?:(?:T|,? +|,){_CLOCK}(?:{_OFFSET})?)?") for date in _DATES)
_AFTERNOON: Final = ("下午", "오후", "午後")


@dataclass(frozen=True)
class ListedTimes:
    """time [N] ms: UTC, or of the chart's clock where ``local``; ``dates_only`` where no value has an hour."""

    time: IntArray
    local: bool
    dates_only: bool


def parse_times(cells: Sequence[str], places: Sequence[str], where: str) -> ListedTimes:
    """The times of a column [N]; ``places`` name the rows for messages.

    Whether 03/04 is in March or in April is told by the values: a part above 12, else the reading in which the list
    runs one way more often, else day first. DataFormatError at the first value that is no time.
    """
    quick = _iso(cells)
    if quick is not None:
        return quick
    matches = [_match(cell) for cell in cells]
    for cell, match, place in zip(cells, matches, places, strict=True):
        if match is None:
            hint = "known: 2025-06-02 14:00, 02.06.2025 14:00, Jun 2, 2025, 14:00, with or without an offset"
            raise DataFormatError(f"{cell!r} is not a time, {place}", where=where, hint=hint)
    found = [match for match in matches if match is not None]
    unclear = [match for match in found if "first" in match.groupdict() and match["first"]]
    orders: tuple[bool, ...] = (True, False)
    if any(int(match["first"]) > 12 for match in unclear):
        orders = (True,)
    elif any(int(match["second"]) > 12 for match in unclear):
        orders = (False,)
    best = min((_read(found, order, places, where) for order in orders), key=lambda times: _turns(times.time))
    return best


def _iso(cells: Sequence[str]) -> ListedTimes | None:
    """Times of a column that is ISO 8601 throughout, as nearly all are; None where it is not."""
    if not all(map(_ISO.fullmatch, cells)):
        return None
    try:
        moments = [datetime.fromisoformat(cell) for cell in cells]
    except ValueError:
        return None
    named = sum(moment.tzinfo is not None for moment in moments)
    if named not in (0, len(moments)):
        return None
    stamps = [(moment if named else moment.replace(tzinfo=UTC)).timestamp() for moment in moments]
    time = np.rint(np.array(stamps) * 1000).astype(np.int64)
    return ListedTimes(time, not named, all(":" not in cell for cell in cells))


def is_time(cell: str) -> bool:
    """Whether a cell looks like a date or a time."""
    return _match(cell) is not None


def _match(cell: str) -> re.Match[str] | None:
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", cell)).strip()
    return next((match for pattern in _TIMES if (match := pattern.fullmatch(plain)) is not None), None)


def _turns(time: IntArray) -> int:
    """How often a column changes its direction: a list that is read rightly runs one way."""
    steps = np.sign(np.diff(time))
    steps = steps[steps != 0]
    return min(int(np.count_nonzero(steps > 0)), int(np.count_nonzero(steps < 0)))


def _read(matches: Iterable[re.Match[str]], day_first: bool, places: Sequence[str], where: str) -> ListedTimes:
    time, offsets, clocks = [], 0, 0
    matches = list(matches)
    for match, place in zip(matches, places, strict=True):
        try:
            moment, named = _moment(match, day_first)
        except (ValueError, KeyError) as error:
            raise DataFormatError(f"{match[0]!r} is not a time, {place}", where=where) from error
        time.append(round(moment.timestamp() * 1000))
        offsets += named
        clocks += match["hour"] is not None
    if offsets not in (0, len(matches)):
        raise DataFormatError("some times name an offset and some do not", where=where)
    return ListedTimes(np.array(time, dtype=np.int64), offsets == 0, clocks == 0)


def _moment(match: re.Match[str], day_first: bool) -> tuple[datetime, bool]:
    """The moment, as UTC where an offset is named (True), else the wall clock taken as UTC (False)."""
    parts = match.groupdict()
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        day, month = (first, second) if day_first else (second, first)
    else:
        day = int(parts["day"])
        month = int(parts["month"]) if parts.get("month") else _month(parts["word"])
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second_"))
    noon = "p" if parts["early"] in _AFTERNOON else ("a" if parts["early"] else (parts["noon"] or "")[:1].lower())
    if noon:
        hour = hour % 12 + (12 if noon == "p" else 0)
    moment = datetime(int(parts["year"]), month, day, hour, minute, second, tzinfo=UTC)
    offset = parts["offset"]
    if offset is None:
        return moment, False
    return moment - _shift(offset), True


def _month(word: str) -> int:
    """The number of a month by the first letters of its name; KeyError for a word that is none."""
    word = word.casefold()
    return next(_MONTH_OF[word[:size]] for size in (4, 3) if word[:size] in _MONTH_OF or size == 3)


def _shift(offset: str) -> timedelta:
    match = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", offset)
    if match is None:
        return timedelta(0)
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return size if match[1] == "+" else -size
