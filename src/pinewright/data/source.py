"""What a source of bars is: one question, one answer, and the same cut of the window for all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from pinewright.data.zones import iso_text, local_to_utc
from pinewright.errors import DataNotFoundError, UsageError
from pinewright.market import DAY, Bars, Symbol, Timeframe

if TYPE_CHECKING:
    from pinewright.data.quality import QualityReport
    from pinewright.data.report import ReadReport
    from pinewright.data.treatment import Treated, Treatment

WARMUP_BARS: Final = 1_000


@dataclass(frozen=True)
class BarRequest:
    """Which bars are wanted.

    symbol, timeframe: None means the source's own. start, end: ms UTC, start inclusive, end exclusive; None means as
    far as the source goes. days: length of the window in days of 24 hours, counted back from ``end`` (from ``start``
    forward where only that is given). warmup: most bars to hand over before ``start``, where they exist.
    treatment: what is done to the source's rows before bars are made of them; None leaves them as they are.
    """

    symbol: Symbol | None = None
    timeframe: Timeframe | None = None
    start: int | None = None
    end: int | None = None
    days: float | None = None
    warmup: int = WARMUP_BARS
    treatment: Treatment | None = None

    def __post_init__(self) -> None:
        if self.days is not None and self.days <= 0:
            raise UsageError(f"a window of {self.days:g} days", hint="give a positive number of days")
        if self.days is not None and self.start is not None and self.end is not None:
            raise UsageError("start, end and days are given at once", hint="leave one of the three away")
        if self.start is not None and self.end is not None and self.start >= self.end:
            what = f"the window starts at {iso_text(self.start)} and ends at {iso_text(self.end)}"
            raise UsageError(what, hint="the start must lie before the end")
        if self.warmup < 0:
            raise UsageError(f"{self.warmup} warm-up bars", hint="give 0 or more")

    def window(self, first: int, last: int) -> tuple[int, int]:
        """Start and end (ms UTC) of the window for a source that has data in [first, last)."""
        length = None if self.days is None else round(self.days * DAY)
        if self.end is not None:
            end = self.end
        elif self.start is not None and length is not None:
            end = self.start + length
        else:
            end = last
        if self.start is not None:
            return self.start, end
        return (first if length is None else end - length), end


@dataclass(frozen=True)
class Loaded:
    """Bars with what is known about them.

    quality: checks of the rows as the source has them, before resampling, over warm-up and window. median_spread:
    price units in traded hours, from the same rows, None where the source has no spread. report: how a file was read;
    None for other sources. treated: what a treatment did, None where none was asked for; quality is that of the
    rows after it.
    """

    bars: Bars
    quality: QualityReport
    median_spread: float | None
    report: ReadReport | None = None
    treated: Treated | None = None


class Source(Protocol):
    """A place that bars come from; every one names its feed in the bars that it gives."""

    @property
    def name(self) -> str:
        """What the source is, for people: a path, or the name of a service."""
        ...

    def load(self, request: BarRequest) -> Loaded:
        """The bars asked for, with warm-up before them; a DataError when they cannot be had."""
        ...


def cut_end(bars: Bars, end: int) -> Bars:
    """The bars that are closed at ``end`` (ms UTC)."""
    return bars.slice(0, int(np.searchsorted(bars.time, end - bars.timeframe.milliseconds, side="right")))


def cut_start(bars: Bars, start: int, warmup: int, where: str | None = None) -> Bars:
    """Bars that open at or after ``start`` (ms UTC), with up to ``warmup`` earlier ones marked as such.

    DataNotFoundError when nothing opens at or after ``start``.
    """
    begin = int(np.searchsorted(bars.time, start, side="left"))
    if begin >= len(bars):
        have = "no rows" if len(bars) == 0 else f"bars up to {iso_text(int(bars.time[-1]))} UTC"
        raise DataNotFoundError(
            f"no bars from {iso_text(start)} UTC on: there are {have}", where=where, hint="ask for an earlier window"
        )
    kept = max(0, begin - warmup)
    return replace(bars.slice(kept, len(bars)), warmup=begin - kept)


def parse_moment(text: str, timezone: str = "UTC") -> int:
    """ms UTC of an ISO 8601 date or time (``2025-04-01``, ``2025-04-01T17:00``); ``timezone`` if it names none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is not a date", hint="write 2025-04-01 or 2025-04-01T17:00") from None
    if moment.tzinfo is not None:
        return round(moment.timestamp() * 1000)
    naive = np.datetime64(moment, "ms").astype(np.int64)
    return int(local_to_utc(np.array([naive], dtype=np.int64), timezone)[0])
