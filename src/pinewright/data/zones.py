"""Time zones on whole arrays: offsets from a table of transitions instead of a look-up a row."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from pinewright.errors import UsageError, nearest
from pinewright.market import DAY, HOUR, MINUTE, FloatArray, IntArray

_WEEK_SECONDS = 7 * 86_400


@lru_cache(maxsize=64)
def find_zone(name: str) -> tzinfo:
    """The zone of an IANA name (``America/New_York``), ``UTC``, or Pine's ``UTC-5``, ``GMT+5:30``; else UsageError."""
    text = name.strip()
    if text.upper() in ("UTC", "GMT", "Z", "ETC/UTC", "UTC0", "GMT0"):
        return UTC
    match = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", text, re.IGNORECASE)
    if match is not None and int(match[2]) <= 14:
        size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(size if match[1] == "+" else -size)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        near = nearest(text, available_timezones(), 1)
        start = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(
            f"unknown time zone {name!r}",
            hint=f"{start}legal: IANA names such as America/New_York, UTC, UTC-5, GMT+5:30",
        ) from None


def _offset_seconds(zone: tzinfo, seconds: int) -> int:
    offset = datetime.fromtimestamp(seconds, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=256)
def _transitions(name: str, first_year: int, last_year: int) -> tuple[IntArray, IntArray]:
    """Moments (ms UTC) from which an offset (ms) holds, for the years given; the first moment is the range's start.

    The offset is probed once a week and each change bisected to the second; no zone has changed twice in one week.
    """
    zone = find_zone(name)
    begin = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    finish = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp()) + _WEEK_SECONDS
    starts, offsets = [begin], [_offset_seconds(zone, begin)]
    for probe in range(begin + _WEEK_SECONDS, finish, _WEEK_SECONDS):
        offset = _offset_seconds(zone, probe)
        if offset == offsets[-1]:
            continue
        low, high = probe - _WEEK_SECONDS, probe
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset_seconds(zone, middle) == offsets[-1] else (low, middle)
        starts.append(high)
        offsets.append(offset)
    return np.array(starts, dtype=np.int64) * 1000, np.array(offsets, dtype=np.int64) * 1000


def _table(time_ms: IntArray, zone: str) -> tuple[IntArray, IntArray]:
    """Transitions that cover the times, by whole decades so that the cache is hit."""
    years = [1970 + int(t) // (365 * DAY + DAY // 4) for t in (time_ms.min(), time_ms.max())]
    first, last = (min(max(year, 1), 9990) for year in years)
    return _transitions(zone, max(1, first // 10 * 10 - 1), min(9990, last // 10 * 10 + 10))


def utc_offset(time_ms: IntArray, zone: str) -> IntArray:
    """Offset of ``zone`` from UTC in ms at each of the UTC times [N]: local time is ``time_ms + utc_offset``."""
    if time_ms.size == 0:
        return np.zeros(0, dtype=np.int64)
    starts, offsets = _table(time_ms, zone)
    found: IntArray = offsets[np.maximum(np.searchsorted(starts, time_ms, side="right") - 1, 0)]
    return found


def local_to_utc(local_ms: IntArray, zone: str) -> IntArray:
    """UTC of wall-clock times [N] given as ms as if they were UTC.

    An hour that a clock shows twice in autumn is taken as its first showing, and one that spring leaves out as if the
    clock had not been changed yet (``fold=0`` of PEP 495).
    """
    if local_ms.size == 0:
        return np.zeros(0, dtype=np.int64)
    starts, offsets = _table(local_ms, zone)
    changes = starts[1:] + np.maximum(offsets[:-1], offsets[1:])
    utc: IntArray = local_ms - offsets[np.searchsorted(changes, local_ms, side="right")]
    return utc


@lru_cache(maxsize=64)
def zone_table(zone: str) -> FloatArray:
    """The transitions of a zone as one array of floats, which native code can search; UsageError for an unknown zone.

    Behind the count K stand three rows of K values, all in ms: moments (UTC) from which an offset holds, the offsets,
    and the wall-clock times from which they hold (an hour that is shown twice is its first showing). The rows cover the
    years 1970 to 2099: before and after, the first and the last offset hold.
    """
    starts, offsets = _transitions(zone, 1970, 2099)
    clock = starts.copy()
    clock[1:] += np.maximum(offsets[:-1], offsets[1:])
    return np.concatenate(([len(starts)], starts, offsets, clock)).astype(np.float64)


def iso_text(time_ms: int) -> str:
    """``2025-06-02 00:00`` (UTC, to the minute, or to the second where it has seconds), for messages and reports."""
    stamp = datetime.fromtimestamp(time_ms / 1000, UTC) if abs(time_ms) < 1e14 else None
    if stamp is None:
        return f"{time_ms} ms"
    return stamp.strftime("%Y-%m-%d %H:%M" if time_ms % MINUTE == 0 else "%Y-%m-%d %H:%M:%S")


def duration_text(milliseconds: int) -> str:
    """``7 d``, ``3 h``, ``25 min``: the largest unit that keeps two figures."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if milliseconds >= size:
            return f"{milliseconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{milliseconds / 1000:g} s"
