"""Time columns of any usual spelling to UTC milliseconds: ISO, unix, MetaTrader, HistData, Dukascopy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pinewright.data.tables import Table
from pinewright.data.zones import find_zone, local_to_utc
from pinewright.errors import DataFormatError
from pinewright.market import IntArray

_DATE: Final = r"(?P<date>\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{8})"
_CLOCK: Final = (
    r"(?P<gap>T|,? +)(?P<clock>\d{1,2}:\d{2}(:\d{2}(?P<point>[.,]\d{1,9})?)?|\d{9}|\d{6})(?P<noon> ?[AaPp][Mm])?"
)
_ZONE: Final = r"(?P<zone> ?(Z|UTC|GMT)| ?(GMT|UTC)?[+-]\d{2}:?\d{2}| ?[+-]\d{2})"
_TIME: Final = re.compile(f"{_DATE}({_CLOCK})?{_ZONE}?")
_UNIX: Final = (("s", 1_000, 1e11), ("ms", 1, 1e14), ("us", -1_000, 1e17), ("ns", -1_000_000, 1e20))
_EARLIEST: Final = -2_208_988_800_000  # 1900
_LATEST: Final = 4_102_444_800_000  # 2100


@dataclass(frozen=True)
class ParsedTimes:
    """UTC ms [N], the format found, the zone used and why; ``dates_only`` when no value has a time of day."""

    time: IntArray
    format: str
    zone: str
    zone_reason: str
    dates_only: bool = False


def parse_times(table: Table, timezone: str | None) -> ParsedTimes:
    """The time column of a table as UTC ms.

    ``timezone`` is that of values that name none; None means UTC, and that it was assumed. DataFormatError with the
    first bad value and its line when a value is no time; UsageError for an unknown zone.
    """
    name = table.layout.column("time") or ""
    clock = table.layout.column("clock")
    zone = timezone or "UTC"
    find_zone(zone)
    named_utc = re.search(r"gmt|utc", name.lower()) is not None
    reason = "as asked" if timezone else ("the column's name" if named_utc else "assumed")
    series = table.frame[name]
    if clock is not None and series.dtype == pl.String:
        series = series.str.strip_chars() + " " + table.frame[clock].str.strip_chars()
    if series.null_count():
        row = int(series.is_null().arg_true()[0])
        raise _bad(table, row, series.null_count(), "no time")
    if series.dtype == pl.String:
        parsed = _from_text(table, series.str.strip_chars(), zone, reason)
    elif isinstance(series.dtype, pl.Datetime):
        parsed = _from_datetime(series, series.dtype, zone, reason)
    elif series.dtype == pl.Date:
        local = series.cast(pl.Datetime("ms")).to_physical().to_numpy()
        parsed = ParsedTimes(local_to_utc(local, zone), "date", zone, reason, dates_only=True)
    elif series.dtype.is_numeric():
        parsed = _from_unix(table, series)
    else:
        raise DataFormatError(f"column {name!r} holds {series.dtype}, not times", where=str(table.path))
    wrong = np.flatnonzero((parsed.time < _EARLIEST) | (parsed.time > _LATEST))
    if len(wrong):
        raise _bad(table, int(wrong[0]), len(wrong), f"{series[int(wrong[0])]!r} is not a time between 1900 and 2100")
    return parsed


def _bad(table: Table, row: int, count: int, what: str) -> DataFormatError:
    more = "" if count == 1 else f" ({count:,} such rows)"
    return DataFormatError(
        f"{what}, {table.place(row)}{more}",
        where=str(table.path),
        hint="known: 2025-06-02T14:00+02:00, 2025.06.02 14:00, 02.06.2025 14:00:00, 20250602 140000, unix s, ms or us",
    )


def _from_datetime(series: pl.Series, dtype: pl.Datetime, zone: str, reason: str) -> ParsedTimes:
    if dtype.time_zone is None:
        local = series.dt.cast_time_unit("ms").to_physical().to_numpy()
        return ParsedTimes(local_to_utc(local, zone), "datetime", zone, reason)
    time = series.dt.convert_time_zone("UTC").dt.cast_time_unit("ms").to_physical().to_numpy()
    return ParsedTimes(time, "datetime", dtype.time_zone, "the column's type")


def _from_unix(table: Table, series: pl.Series) -> ParsedTimes:
    """Unix seconds, milliseconds, microseconds or nanoseconds, by the size of the largest value."""
    values = series.cast(pl.Float64)
    wrong = (~values.is_finite()).arg_true()
    if len(wrong):
        raise _bad(table, int(wrong[0]), len(wrong), f"{series[int(wrong[0])]!r} is not a time")
    largest = float(np.abs(values.to_numpy()).max())
    unit, factor = next(((unit, factor) for unit, factor, limit in _UNIX if largest < limit), ("ns", -1_000_000))
    whole = series.cast(pl.Int64).to_numpy() if series.dtype.is_integer() else values.to_numpy()
    time = whole * factor if factor > 0 else whole // -factor
    return ParsedTimes(np.rint(time).astype(np.int64), f"unix {unit}", "UTC", "unix time")


def _from_text(table: Table, text: pl.Series, zone: str, reason: str) -> ParsedTimes:
    first = str(text[0])
    match = _TIME.fullmatch(first)
    if match is None or (match["date"] == first and first.isdigit() and not first.startswith(("19", "20"))):
        if re.fullmatch(r"-?\d{9,19}(\.\d*)?", first):
            return _unix_text(table, text)
        raise _bad(table, 0, 1, f"{first!r} is not a time")
    pattern = _strptime(match, text)
    named = match["zone"]
    values = text if match["clock"] else text + " 00:00"
    if named is not None:
        values, pattern = _with_offset(values, pattern, named)
    if match["point"] is not None and match["point"][0] == ",":
        values = values.str.replace(",", ".", literal=True)
    stamps = values.str.to_datetime(pattern, strict=False, time_unit="ms")
    wrong = stamps.is_null().arg_true()
    if len(wrong):
        row = int(wrong[0])
        raise _bad(table, row, len(wrong), f"{text[row]!r} is not a time like {first!r}")
    shown = re.sub(r"(%\.f)", ".%f", pattern)
    local = stamps.dt.replace_time_zone(None).to_physical().to_numpy() if named is None else None
    if local is None:
        time = stamps.dt.convert_time_zone("UTC").to_physical().to_numpy()
        return ParsedTimes(time, shown, "UTC", "an offset in the values")
    date_only = match["clock"] is None
    shown = shown.removesuffix(" %H:%M") if date_only else shown
    return ParsedTimes(local_to_utc(local, zone), shown, zone, reason, dates_only=date_only)


def _unix_text(table: Table, text: pl.Series) -> ParsedTimes:
    numbers = text.cast(pl.Float64, strict=False) if "." in str(text[0]) else text.cast(pl.Int64, strict=False)
    wrong = numbers.is_null().arg_true()
    if len(wrong):
        row = int(wrong[0])
        raise _bad(table, row, len(wrong), f"{text[row]!r} is not a unix time like {text[0]!r}")
    return _from_unix(table, numbers)


def _with_offset(values: pl.Series, pattern: str, named: str) -> tuple[pl.Series, str]:
    """Values whose zone is written as ``+0000``, and the pattern that reads it."""
    if re.search(r"[+-]", named) is None:
        return values.str.replace(r" ?(Z|UTC|GMT)$", "+0000"), pattern + "%z"
    if re.search(r"GMT|UTC", named):
        values = values.str.replace(r" ?(GMT|UTC)([+-])", "$2")
    elif named.startswith(" "):
        values = values.str.replace(r" ([+-]\d{2}:?\d{0,2})$", "$1")
    if re.search(r"[+-]\d{2}$", named):
        values = values + "00"
    return values.str.replace(r"([+-]\d{2}):(\d{2})$", "$1$2"), pattern + "%z"


def _strptime(match: re.Match[str], text: pl.Series) -> str:
    """The pattern of the first value; what it leaves open (day or month first) is decided by all values."""
    date, clock = match["date"], match["clock"]
    sign = next((char for char in date if not char.isdigit()), "")
    if not sign:
        pattern = "%Y%m%d"
    elif date[4:5] == sign:
        pattern = sign.join(("%Y", "%m", "%d"))
    else:
        pattern = sign.join(("%d", "%m", "%Y") if _day_first(text, sign) else ("%m", "%d", "%Y"))
    if clock is None:
        return pattern + " %H:%M"
    pattern += match["gap"]
    hour = "%I" if match["noon"] else "%H"
    if ":" not in clock:
        pattern += f"{hour}%M%S" + ("%3f" if len(clock) == 9 else "")
    else:
        pattern += f"{hour}:%M" + (":%S%.f" if clock.count(":") == 2 else "")
    return pattern + (match["noon"][:-2] + "%p" if match["noon"] else "")


def _day_first(text: pl.Series, sign: str) -> bool:
    """Whether ``02.06.2025`` is 2 June: yes with dots and dashes; with slashes the values decide, else American."""
    parts = text.str.split_exact(sign, 2).struct.unnest()
    first = parts["field_0"].cast(pl.Int64, strict=False)
    second = parts["field_1"].cast(pl.Int64, strict=False)
    if (first > 12).any():
        return True
    if (second > 12).any():
        return False
    return sign != "/"
