"""What a host answered to one request, and what that means: a body, plainly nothing, not yet, no, or trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from functools import lru_cache
from typing import Final


class Meaning(Enum):
    """BODY: something to decode, which may be empty. MISSING: no such payload. LATE: not published yet. UNKNOWN: no
    such instrument. REFUSED: asked too much. BROKEN: any other answer. NOTHING: no answer came."""

    BODY = "body"
    MISSING = "missing"
    LATE = "not yet published"
    UNKNOWN = "unknown instrument"
    REFUSED = "refused"
    BROKEN = "broken"
    NOTHING = "no answer"


# 202 is the page of a bot challenge, 403 and 503 are what the two hosts send in place of 429.
REFUSALS: Final = frozenset({202, 403, 429, 503})


@dataclass(frozen=True)
class Answer:
    """One answer. size: bytes on the wire; received: ms UTC by our clock; date: the host's clock (ms UTC, to the
    second) where it told; retry_after: seconds where it told; cause: the trouble in words, empty for a body."""

    host: str
    url: str
    meaning: Meaning
    status: int = 0
    body: bytes = b""
    size: int = 0
    received: int = 0
    date: int | None = None
    retry_after: float | None = None
    cause: str = ""


def meaning_of(status: int, body: bytes, location: str = "") -> tuple[Meaning, str]:
    """What a status and its body mean, and the trouble in words."""
    if status == 200:
        return Meaning.BODY, ""
    said = _said(body)
    told = f"HTTP {status}" + (f" ({said})" if said else "")
    if status in REFUSALS:
        return Meaning.REFUSED, told
    if status == 404:
        return Meaning.MISSING, told
    if status == 400 and "too late" in said.lower():
        return Meaning.LATE, told
    if status == 400 and "unknown instrument" in said.lower():
        return Meaning.UNKNOWN, told
    if location:
        told = f"HTTP {status}, a redirection to {location[:80]}"
    return Meaning.BROKEN, told


def _said(body: bytes) -> str:
    """The first words of an error's body, on one line; nothing for a page."""
    text = " ".join(body[:400].decode("utf-8", "replace").split())
    return "" if text[:1] == "<" else text[:100]


def seconds_of(retry_after: str, now_ms: int) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date; None for anything else."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    date = date_of(retry_after)
    return None if date is None else max(0.0, (date - now_ms) / 1000)


@lru_cache(maxsize=64)
def date_of(text: str) -> int | None:
    """ms UTC of an HTTP date; None where it is none."""
    try:
        return int(parsedate_to_datetime(text).timestamp()) * 1000
    except (ValueError, TypeError, OverflowError):
        return None


def host_clock(headers: Mapping[str, str]) -> int | None:
    """The host's clock (ms UTC) as it answered: Date, and Age where a cache kept the answer; None where it told not."""
    date = date_of(headers.get("date", ""))
    age = headers.get("age", "")
    return date + int(age) * 1000 if date is not None and age.isdigit() else date
