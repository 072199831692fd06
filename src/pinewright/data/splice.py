"""Bars of several sources in one answer, trading day by trading day, each day from one source and every part named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.data.answers import join_bars
from pinewright.data.calendar import expected_bars, trading_day, trading_day_start
from pinewright.data.quality import check_quality, median_spread
from pinewright.data.source import BarRequest, Loaded
from pinewright.market import Bars, IntArray, Symbol

_MOST_NAMED: Final = 4


@dataclass(frozen=True)
class Part:
    """A run of trading days from one source: its name, its feed, stamp of the first bar, end of the last, and bars."""

    source: str
    feed: str
    start: int
    end: int
    bars: int


@dataclass(frozen=True)
class Spliced(Loaded):
    """An answer of several sources; ``parts`` in order of time. Quality and spread are those of the joined bars, which
    have no spread unless every part has one."""

    parts: tuple[Part, ...] = ()


class Splicer:
    """Collects answers to one request in order of preference and joins them.

    A trading day belongs to the first source that has ``least`` percent of the bars which the calendar expects of it in
    the window; where none has, to the one with the most. Side and time frame are those of the first answer.
    """

    def __init__(self, request: BarRequest, least: float) -> None:
        self._request, self._least = request, least
        self._answers: list[tuple[str, Loaded]] = []
        self._owners: dict[int, tuple[int, int]] = {}  # day: number of the answer, bars
        self._expected: dict[int, int] = {}
        self.refused: list[tuple[str, str]] = []

    def add(self, source: str, loaded: Loaded) -> None:
        """One more answer; the days that it has more bars of are its own from now on."""
        bars = loaded.bars
        if self._answers:
            first = self._answers[0][1].bars
            if (bars.side, bars.timeframe) != (first.side, first.timeframe):
                has, needs = f"{bars.side.value} {bars.timeframe}", f"{first.side.value} {first.timeframe}"
                self.refused.append((source, f"its bars are {has} and cannot be joined with {needs}"))
                return
        self._answers.append((source, loaded))
        if len(self._answers) == 1:
            self._expected = self._count_expected(bars)
        lacking = set(self._lacking())
        for day, count in self._counts(bars):
            owner = self._owners.get(day)
            if owner is None or (day in lacking and count > owner[1]):
                self._owners[day] = (len(self._answers) - 1, count)

    @property
    def complete(self) -> bool:
        """Whether no day of the window lacks bars."""
        return not self._lacking()

    def wanted(self) -> BarRequest:
        """What to ask the next source for: the days from the first to the last that lack bars."""
        bars = self._answers[0][1].bars
        lacking = self._lacking()
        edges = trading_day_start(np.array([lacking[0], lacking[-1] + 1], dtype=np.int64), bars.symbol).tolist()
        end = edges[1] if self._request.end is None else min(edges[1], self._request.end)
        # Warm-up is needed where the window's own beginning is lacking.
        at_start = lacking[0] <= min(self._expected)
        warmup = self._request.warmup if at_start else 0
        start = edges[0] if not at_start or self._request.start is None else self._request.start
        return BarRequest(bars.symbol, bars.timeframe, start, end, warmup=warmup)

    def answer(self) -> Loaded:
        """The joined bars; the first answer as it is where it owns every day."""
        if {number for number, _ in self._owners.values()} == {0}:
            return self._answers[0][1]
        parts, cuts = [], []
        for number, days in self._runs():
            source, loaded = self._answers[number]
            cut = _days_of(loaded.bars, days)
            cuts.append(cut)
            end = int(cut.time[-1]) + cut.timeframe.milliseconds
            parts.append(Part(source, loaded.bars.feed, int(cut.time[0]), end, len(cut)))
        joined = replace(join_bars(cuts), warmup=0, feed=self._feed(parts, cuts[0].symbol))
        start = self._request.start
        quality = check_quality(joined, start, self._request.end)
        warmup = self._answers[0][1].bars.warmup if start is None else int(np.searchsorted(joined.time, start))
        kept = max(0, warmup - self._request.warmup)
        bars = replace(joined, warmup=warmup).slice(kept, len(joined))
        return Spliced(bars, quality, median_spread(joined), parts=tuple(parts))

    def shares(self) -> list[tuple[str, str]]:
        """Each source that gave bars, in order of preference, with the number of its days."""
        found = []
        for number, (source, loaded) in enumerate(self._answers):
            days = sum(owner == number for owner, _ in self._owners.values())
            if days:
                without = "" if loaded.bars.spread is not None else ", without spread"
                found.append((source, f"{days} trading days, {loaded.bars.feed}{without}"))
        return found

    def _counts(self, bars: Bars) -> Iterator[tuple[int, int]]:
        """Trading days with their bars: those in the window, where the day is a part of it."""
        day = trading_day(bars.time, bars.symbol)
        inside = np.ones(len(bars), dtype=np.bool_)
        if self._request.start is not None:
            inside = (bars.time >= self._request.start) | ~np.isin(day, list(self._expected))
        days, place = np.unique(day, return_inverse=True)
        counts = np.bincount(place, weights=inside).astype(np.int64)
        yield from zip(days.tolist(), counts.tolist(), strict=True)

    def _count_expected(self, bars: Bars) -> dict[int, int]:
        start = int(bars.time[0]) if self._request.start is None else self._request.start
        end = int(bars.time[-1]) + bars.timeframe.milliseconds if self._request.end is None else self._request.end
        expected = expected_bars(start, end - bars.timeframe.milliseconds + 1, bars.timeframe, bars.symbol)
        days, counts = np.unique(trading_day(expected, bars.symbol), return_counts=True)
        return dict(zip(days.tolist(), counts.tolist(), strict=True))

    def _lacking(self) -> list[int]:
        """Days of the window with fewer bars than asked for, in order."""
        return [
            day
            for day, expected in self._expected.items()
            if 100 * self._owners.get(day, (0, 0))[1] < self._least * expected
        ]

    def _runs(self) -> Iterator[tuple[int, list[int]]]:
        """Answers in order of time, each with a run of days that it owns."""
        run: list[int] = []
        current = -1
        for day in sorted(self._owners):
            number = self._owners[day][0]
            if number != current and run:
                yield current, run
                run = []
            current = number
            run.append(day)
        yield current, run

    def _feed(self, parts: list[Part], symbol: Symbol) -> str:
        """Every part by its feed and dates; by its feed and days alone where there are many."""
        if len(parts) <= _MOST_NAMED:
            return "spliced: " + ", ".join(f"{part.feed} {_dates(part, symbol)}" for part in parts)
        days: dict[str, int] = {}
        for number, _ in self._owners.values():
            feed = self._answers[number][1].bars.feed
            days[feed] = days.get(feed, 0) + 1
        return "spliced: " + ", ".join(f"{feed} ({count} days)" for feed, count in days.items())


def _days_of(bars: Bars, days: list[int]) -> Bars:
    """The bars from the first to the last of the trading days, which are neighbours among those that have bars."""
    day: IntArray = trading_day(bars.time, bars.symbol)
    low, high = np.searchsorted(day, [days[0], days[-1] + 1]).tolist()
    return bars.slice(low, high)


def _dates(part: Part, symbol: Symbol) -> str:
    days = trading_day(np.array([part.start, part.end - 1], dtype=np.int64), symbol).astype("datetime64[D]")
    return str(days[0]) if days[0] == days[1] else f"{days[0]} to {days[1]}"
