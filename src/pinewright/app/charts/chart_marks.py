"""Patterns and trades as what a chart marks: the most telling ones, and how many were left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.app.words import chart as words
from pinewright.backtest.listing import ListedTrade
from pinewright.charts.pictures.marks import Mark, Toward, TradeMark
from pinewright.market import Bars
from pinewright.patterns.detector import patterns
from pinewright.patterns.pattern import Direction, PatternMark
from pinewright.patterns.structure.outline import outline_of

MOST_STRUCTURES: Final = 4
_BEFORE: Final = 1 / 3
"""A shape of whose bars a larger share lies before the chart comes behind those that are seen whole."""
_SHARED: Final = 1 / 3
"""Two shapes that share more of the shorter one's bars are hardly told apart."""
_TOWARD: Final = {Direction.UP: Toward.UP, Direction.DOWN: Toward.DOWN, Direction.NEUTRAL: Toward.NEITHER}
_LABELLED: Final = 12
"""Trades with their numbers at most: more would cover the bars."""


@dataclass(frozen=True)
class ChosenMarks:
    """The patterns that are drawn, oldest first, and how many more there were."""

    marks: tuple[PatternMark, ...]
    left_out: int


def choose_marks(
    found: Sequence[PatternMark], first: int, stop: int, most: int, *, together: bool = False
) -> ChosenMarks:
    """The patterns known at the close of bars [first, stop) that are worth their room.

    Of lines and levels at most four: the most confident of those that are seen, no two shapes over the same bars. Of
    single places ``most`` bars: the most confident first, then the latest of each pattern, then the one before it, so
    that a frequent pattern does not hide the rare ones; and no two bars so close to each other that their names would
    not fit. together: lines of different patterns may share bars, as where these patterns were asked for by name.
    """
    apart = max(1, (stop - first) // (2 * most))
    inside = [mark for mark in found if first <= mark.bar < stop]
    structures = _apart([mark for mark in inside if mark.points or mark.levels], first, together)[:MOST_STRUCTURES]
    seen: Counter[str] = Counter()
    ranked = []
    for mark in sorted((mark for mark in inside if not (mark.points or mark.levels)), key=lambda mark: -mark.bar):
        ranked.append((-mark.confidence, seen[mark.pattern], -mark.bar, mark.pattern, mark))
        seen[mark.pattern] += 1
    places: list[PatternMark] = []
    for item in sorted(ranked, key=lambda item: item[:-1]):
        taken = {mark.bar for mark in places}
        mark = item[-1]
        if mark.bar in taken or (len(taken) < most and all(abs(mark.bar - bar) >= apart for bar in taken)):
            places.append(mark)
    kept = sorted([*structures, *places], key=lambda mark: (mark.bar, mark.pattern))
    return ChosenMarks(tuple(kept), len(inside) - len(kept))


def _apart(structures: Sequence[PatternMark], first: int, together: bool) -> list[PatternMark]:
    """Structures by confidence, those that begin long before bar ``first`` last; none that a better one hides."""
    kept: list[PatternMark] = []

    def rank(mark: PatternMark) -> tuple[bool, float, int, str]:
        before = max(0, first - mark.start)
        return before > _BEFORE * (mark.bar - mark.start), -mark.confidence, -mark.bar, mark.pattern

    for mark in sorted(structures, key=rank):
        if not any(_hides(other, mark, first, together) for other in kept):
            kept.append(mark)
    return kept


def _hides(one: PatternMark, other: PatternMark, first: int, together: bool) -> bool:
    """Whether two structures share bars: of the same pattern any; of different ones, unless ``together``, more than a
    third of the shorter one's bars from ``first`` on, where both are shapes or both are single lines.
    """
    spans = [(max(mark.start, first), mark.bar) for mark in (one, other)]
    shared = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0]) + 1
    if one.pattern == other.pattern or together:
        return shared > 0 and one.pattern == other.pattern
    shorter = min(last - start + 1 for start, last in spans)
    alike = len({len(outline_of(mark).strokes) > 1 for mark in (one, other)}) == 1
    return alike and shared > _SHARED * shorter


def chart_marks(marks: Sequence[PatternMark], first: int) -> tuple[Mark, ...]:
    """Patterns as marks of a chart whose first bar has the index ``first``."""
    known = patterns()
    return tuple(
        Mark(
            bar=mark.bar - first,
            name=known[mark.pattern].title if mark.pattern in known else mark.pattern.replace("_", " "),
            toward=_TOWARD[mark.direction],
            outline=outline_of(mark).moved(-first),
            weight=mark.confidence,
        )
        for mark in marks
    )


@dataclass(frozen=True)
class ChosenTrades:
    """The trades that are drawn, as marks and as they were listed, and how many more lie in the window."""

    marks: tuple[TradeMark, ...]
    listed: tuple[ListedTrade, ...]
    left_out: int


def choose_trades(listed: Sequence[ListedTrade], bars: Bars, most: int) -> ChosenTrades:
    """The latest ``most`` trades that share a moment with the bars of a chart."""
    end = int(bars.time[-1]) + bars.timeframe.milliseconds
    inside = [
        trade
        for trade in listed
        if trade.entry_time < end and (trade.exit_time is None or trade.exit_time >= int(bars.time[0]))
    ]
    kept = inside[-most:]
    marks = tuple(_trade_mark(trade, bars, labelled=len(kept) <= _LABELLED) for trade in kept)
    return ChosenTrades(marks, tuple(kept), len(inside) - len(kept))


def _trade_mark(trade: ListedTrade, bars: Bars, *, labelled: bool) -> TradeMark:
    closed = trade.exit_time is not None and trade.exit_price is not None and not trade.is_open
    return TradeMark(
        entry_bar=_bar_at(bars, trade.entry_time),
        entry_price=trade.entry_price.value,
        exit_bar=_bar_at(bars, trade.exit_time) if closed and trade.exit_time is not None else None,
        exit_price=trade.exit_price.value if closed and trade.exit_price is not None else None,
        is_long=trade.is_long,
        won=None if trade.profit is None or not closed else trade.profit.value > 0.0,
        label=words.TRADE_LABEL.format(number=trade.number) if labelled else "",
    )


def _bar_at(bars: Bars, time: int) -> int:
    """Index of the bar in which a moment lies; beyond the ends by the number of bars that would fit between."""
    step = bars.timeframe.milliseconds
    if time < int(bars.time[0]):
        return -((int(bars.time[0]) - time + step - 1) // step)
    place = int(np.searchsorted(bars.time, time, side="right")) - 1
    return place + (time - int(bars.time[-1])) // step if place == len(bars) - 1 else place
