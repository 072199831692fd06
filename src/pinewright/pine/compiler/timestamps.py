"""``timestamp("…")``: the forms of a date that TradingView reads.

ISO 8601 and RFC 2822 as the manual says, and what is known to be read besides: month names before or behind the day,
numbers with the month first (``03/04/2023`` is the 4th of March), the year alone or with a month, and a colon between
date and time. No time means midnight, no zone UTC. (PyneCore 6.11 lists what was tried on TradingView.)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from pinewright.errors import PineUnsupportedError
from pinewright.pine.compiler.graph import Const
from pinewright.pine.types import Kind

_MONTHS: Final = "january february march april may june july august september october november december".split()
_WEEKDAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.? )?"
_DATES: Final = (
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
    r"(?P<month>\d{1,2})(?P<dash>[-/. ])(?P<day>\d{1,2})(?P=dash)(?P<year>\d{4})",
    r"(?P<day>\d{1,2})[ -](?P<name>[a-z]{3,9})\.?[ -](?P<year>\d{4})",
    r"(?P<name>[a-z]{3,9})\.? (?P<day>\d{1,2}) (?P<year>\d{4})",
    r"(?P<name>[a-z]{3,9}) (?P<year>\d{4})",
)
_MONTH_ALONE: Final = r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2}))?"
_TIME: Final = r"(?:(?:t|[ :])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?)?)?"
_ZONE: Final = r"(?: ?(?P<zone>z|[a-z]{3}(?= ?[+-]|$)|(?=[+-])) ?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)?"
_FORMS: Final = tuple(
    re.compile(form) for form in (*(_WEEKDAY + date + _TIME + _ZONE for date in _DATES), _MONTH_ALONE)
)
_HOURS: Final = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
"""Zones by name in RFC 2822."""


def parse_timestamp(text: str, refuse: Callable[[str], PineUnsupportedError]) -> Const:
    """Ms UTC of ``2024-01-31T17:00``, ``31 Jan 2024 17:00 +0000`` and their kin; else the error of ``refuse``."""
    plain = re.sub(r"[\s,]+", " ", text.strip().lower())
    for form in _FORMS:
        match = form.fullmatch(plain)
        moment = _moment(match.groupdict()) if match is not None else None
        if moment is not None:
            return Const(float(round(moment.timestamp() * 1000)), Kind.INT)
    raise refuse(f'the date "{text}" is of no form that is read')


def _moment(found: dict[str, str | None]) -> datetime | None:
    """The moment of the parts of a text; None where they are no date."""
    zone = _zone(found.get("zone") or "", found.get("offset"))
    name = found.get("name")
    month = _month(name) if name else int(found.get("month") or 1)
    if zone is None or month is None:
        return None
    day, hour, minute, second = (
        int(found.get(key) or default) for key, default in (("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
    )
    fraction = int((found.get("fraction") or "0").ljust(9, "0")[:6])
    try:
        return datetime(int(found["year"] or 0), month, day, hour, minute, second, fraction, zone)
    except ValueError:
        return None


def _month(name: str) -> int | None:
    """Number of a month of which the name or at least three letters of it are given."""
    return next((place for place, month in enumerate(_MONTHS, 1) if month.startswith(name)), None)


def _zone(name: str, offset: str | None) -> timezone | None:
    """The zone of ``GMT``, ``+0200``, ``UTC+2``, ``EST``; UTC where nothing is given, None for an unknown name."""
    if name not in ("", "z", "utc", "gmt", *_HOURS):
        return None
    hours = timedelta(hours=_HOURS.get(name, 0))
    if offset is None:
        return timezone(hours) if hours else UTC
    digits = offset[1:].replace(":", "")
    digits = digits if len(digits) > 2 else f"{digits}00"
    size = timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:]))
    return timezone(-size if offset[0] == "-" else size) if size < timedelta(hours=24) else None
