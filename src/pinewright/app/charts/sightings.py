"""What the chart showed when a trade was decided: patterns on the last bars, for the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from pinewright.app.charts.charting import picture_of_trade
from pinewright.app.report.evidence_model import SeenLine, Sighting, TradePicture
from pinewright.charts.pictures.outlines import Pen
from pinewright.generate import Family
from pinewright.market import Bars, BoolArray, Trades
from pinewright.patterns.detector import detect, pattern, patterns
from pinewright.patterns.pattern import PatternKind, PatternMark, Values
from pinewright.patterns.structure.outline import outline_of

FRESH: Final = 3
"""A pattern counts at a trade where it was known on the bar that decided it or at most so many before."""
MOST_AT_A_TRADE: Final = 3
MOST_TRADES: Final = 3_000
"""Trades that are looked at, the latest: as many as the page holds."""


def parameters_of(family: Family, values: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Parameters of the patterns that a family looks for, given its inputs by name; not of those switched off."""
    return {
        use.pattern: {
            parameter.name: float(values[given] if isinstance(given, str) else given)
            for parameter, given in zip(pattern(use.pattern).parameters, use.arguments, strict=True)
        }
        for use in family.patterns
        if not use.switch or values[use.switch]
    }


@dataclass(frozen=True)
class Seen:
    """What the chart showed at the entries of one list of trades, and one of them drawn; None where there is none."""

    sightings: tuple[Sighting, ...] = ()
    picture: TradePicture | None = None


NOTHING_SEEN: Final = Seen()


@dataclass(frozen=True)
class Sightings:
    """The patterns of these bars at the entries of all strategies of a report, found once. at [N]: those bars."""

    bars: Bars
    at: BoolArray

    @classmethod
    def over(cls, bars: Bars, lists: Iterable[Trades]) -> Sightings:
        """Of the latest trades of these lists. A market order is decided at the close of the bar before its own."""
        at = np.zeros(len(bars), dtype=np.bool_)
        for trades in lists:
            for age in range(FRESH + 1):
                places = trades.entry_bar[-MOST_TRADES:] - 1 - age
                at[places[places >= 0]] = True
        return cls(bars, at)

    @cached_property
    def _usual(self) -> Mapping[int, list[PatternMark]]:
        """All patterns with their default parameters."""
        return _by_bar(detect(self.bars, at=self.at))

    def seen(self, trades: Trades, parameters: Values | None = None) -> Seen:
        """Patterns at the entries of one of the lists, at most three a trade, the most telling first.

        parameters: of the patterns that the strategy looks for itself; the others are looked for with their defaults.
        The picture is of the latest closed trade with a pattern that points its way.
        """
        found = self._at_trades(trades, parameters or {})
        told = tuple(self._sighting(trade, mark) for trade, marks in found.items() for mark in marks)
        return Seen(told, self._picture(trades, found))

    def _picture(self, trades: Trades, found: Mapping[int, list[PatternMark]]) -> TradePicture | None:
        for trade in reversed(list(found)):
            side = 1 if trades.is_long[trade] else -1
            marks = [mark for mark in found[trade] if mark.direction.value == side]
            if marks and not trades.is_open[trade]:
                return self._drawn(trades, trade, marks)
        return None

    def _drawn(self, trades: Trades, trade: int, marks: Sequence[PatternMark]) -> TradePicture:
        row = trades.trade(trade)
        png = picture_of_trade(
            self.bars,
            int(trades.entry_bar[trade]),
            int(trades.exit_bar[trade]),
            marks,
            is_long=row.is_long,
            entry_price=row.entry_price,
            exit_price=row.exit_price,
            won=row.net_profit > 0,
        )
        titles = ", ".join(patterns()[mark.pattern].title for mark in marks)
        return TradePicture(png, row.number, row.is_long, row.entry_time, titles)

    def _at_trades(self, trades: Trades, asked: Values) -> dict[int, list[PatternMark]]:
        """The latest trades with what the chart showed at each, oldest trade first."""
        own = _by_bar(detect(self.bars, tuple(asked), asked, self.at)) if asked else {}
        found = {}
        for trade in range(max(0, len(trades) - MOST_TRADES), len(trades)):
            decided = int(trades.entry_bar[trade]) - 1
            bars = range(decided, decided - FRESH - 1, -1)
            seen = [mark for bar in bars for mark in own.get(bar, ())]
            seen += [mark for bar in bars for mark in self._usual.get(bar, ()) if mark.pattern not in asked]
            if seen:
                found[trade] = _best(seen, 1 if trades.is_long[trade] else -1, asked)
        return found

    def _sighting(self, trade: int, mark: PatternMark) -> Sighting:
        return Sighting(
            trade,
            patterns()[mark.pattern].title,
            mark.direction.value,
            mark.confidence,
            self._time(mark.start),
            self._time(mark.bar),
            self._lines(mark),
        )

    def _lines(self, mark: PatternMark) -> tuple[SeenLine, ...]:
        return tuple(
            SeenLine(stroke.pen is Pen.LEVEL, tuple((self._time(bar), float(price)) for bar, price in stroke.points))
            for stroke in outline_of(mark).strokes
        )

    def _time(self, bar: int) -> int:
        return int(self.bars.time[int(np.clip(bar, 0, len(self.bars) - 1))])


def _by_bar(marks: Iterable[PatternMark]) -> dict[int, list[PatternMark]]:
    found: dict[int, list[PatternMark]] = {}
    for mark in marks:
        found.setdefault(mark.bar, []).append(mark)
    return found


def _best(seen: Sequence[PatternMark], side: int, own: Values) -> list[PatternMark]:
    """The best of each pattern: the strategy's own first, then those that point its way, structure first."""

    def key(mark: PatternMark) -> tuple[bool, bool, bool, float, int]:
        return (
            mark.pattern not in own,
            mark.direction.value != side,
            patterns()[mark.pattern].kind is PatternKind.CANDLE,
            -mark.confidence,
            -mark.bar,
        )

    once: dict[str, PatternMark] = {}
    for mark in sorted(seen, key=key):
        once.setdefault(mark.pattern, mark)
    return list(once.values())[:MOST_AT_A_TRADE]
