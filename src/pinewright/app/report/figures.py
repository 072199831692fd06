"""Numbers, dates and lengths of time as people read them: signs, thousands separators, units."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Final

NONE: Final = "–"
MINUS: Final = "\u2212"
_UTC_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00(\+00:00|Z)")
HARD: Final = "\u00a0"  # keeps a number and its unit on one line


def number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """``12,345.68``, with a real minus; ``signed`` puts a plus before gains. NaN is a dash, infinity its sign."""
    if math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{abs(value):,.{digits}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


def unit(text: str, name: str) -> str:
    """Number and unit, not broken over lines; no unit after a dash."""
    return text if text == NONE or not name else f"{text}{HARD}{name}"


def money(value: float, currency: str, *, signed: bool = True) -> str:
    """``+1,234.56 USD``; from ten thousand on without cents."""
    return unit(number(value, 0 if abs(value) >= 10_000 else 2, signed=signed), currency)


def span(low: float, high: float, currency: str, *, signed: bool = True) -> str:
    """A range of money with its unit once: ``−84.40 to +311.20 USD``."""
    digits = 0 if max(abs(low), abs(high)) >= 10_000 else 2
    ends = [number(value, digits, signed=signed) for value in (low, high)]
    return f"{ends[0]} to {unit(ends[1], currency)}"


def percent(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """``+1.23 %`` of a value from 0 to 100."""
    return unit(number(value, digits, signed=signed), "%")


def pips(value: float, *, signed: bool = False) -> str:
    """``+1.85 pips``, a hundredth of a pip being what costs differ by."""
    return unit(number(value, 2, signed=signed), "pips")


def quantity(value: float) -> str:
    """``22,000`` or ``0.125``: units of a position, as many decimals as it has."""
    return f"{value:,.8f}".rstrip("0").rstrip(".")


def figure(value: float) -> str:
    """The figure of a check: whole numbers as such, others with three digits that tell something."""
    if not math.isfinite(value) or value == int(value):
        return plain(float(value))
    return number(value, 3 if abs(value) < 1 else 2)


def count(value: int) -> str:
    """``12,288``."""
    return f"{value:,}"


def plural(value: int, one: str, many: str = "") -> str:
    """``1 day``, ``2 days``."""
    return unit(count(value), one if value == 1 else many or one + "s")


def day(time: int) -> str:
    """Date of ``time`` (ms UTC)."""
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d")


def moment(time: int) -> str:
    """Date and minute of ``time`` (ms UTC)."""
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def iso(time: int) -> str:
    """ISO 8601 with the offset of UTC; milliseconds only where there are any."""
    stamp = datetime.fromtimestamp(time // 1000, UTC).replace(microsecond=time % 1000 * 1000)
    return stamp.isoformat(timespec="milliseconds" if time % 1000 else "seconds")


def seconds(value: float) -> str:
    """``0.42 s``, ``12.3 s``, ``2 min 5 s``."""
    if value < 60:
        return unit(number(value, 2 if value < 10 else 1), "s")
    whole = round(value)
    return f"{whole // 60:,}{HARD}min {whole % 60}{HARD}s"


def plain(value: object) -> str:
    """Any scalar of settings, inputs or a quality report: separators in long numbers, no needless digits, ISO stamps
    of UTC as dates.
    """
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return (MINUS if value < 0 else "") + (f"{abs(value):,}" if abs(value) >= 10_000 else str(abs(value)))
    if isinstance(value, float):
        if not math.isfinite(value):
            return number(value)
        if value == int(value) and abs(value) < 1e15:
            return plain(int(value))
        text = f"{value:.6g}" if 1e-4 <= abs(value) < 1e6 else f"{value:,.2f}" if abs(value) >= 1e6 else _small(value)
        return text.replace("-", MINUS, 1) if text.startswith("-") else text
    text = str(value)
    return f"{text[:10]} {text[11:16]} UTC" if _UTC_STAMP.fullmatch(text) else text


def name_in_words(name: str) -> str:
    """A key of a quality report as words: ``longest_gap`` is "longest gap"."""
    return name.replace("_", " ")


def _small(value: float) -> str:
    """A number below 0.0001 in decimals, as prices are written: ``0.00001``."""
    return f"{value:.12f}".rstrip("0").rstrip(".") or f"{value:.3g}"
