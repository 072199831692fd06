"""What a report tells beyond results: the rule behind an order, the chart at an entry, the card for TradingView."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import Trades

LAST_TRADES: Final = 10
"""Trades that the hand-off card lists."""


@dataclass(frozen=True)
class Place:
    """One line of a script: its number from 1 and its text without the space around it."""

    line: int
    text: str


@dataclass(frozen=True)
class Rule:
    """The order behind a signal of the list of trades.

    signal: as the list prints it; order: the call that gives the order; conditions: what must hold, the outermost
    first; names: lines that define the names used there, inputs included.
    """

    signal: str
    order: Place
    conditions: tuple[str, ...] = ()
    names: tuple[Place, ...] = ()


@dataclass(frozen=True)
class SeenLine:
    """A line of a pattern as a chartist draws it. dashed: a level, such as a neck line. points: (ms UTC, price), oldest
    first.
    """

    dashed: bool
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Sighting:
    """A pattern that the chart showed when a trade was decided.

    trade: index into the list of trades. title: of the pattern. direction: 1 up, -1 down, 0 neither. confidence: 0 to
    1. start, known: opens of its first bar and of the bar at whose close it was known, ms UTC. lines: its edges, neck
    and levels, none of a candle pattern; they end at ``known``.
    """

    trade: int
    title: str
    direction: int
    confidence: float
    start: int
    known: int
    lines: tuple[SeenLine, ...] = ()


@dataclass(frozen=True)
class TradePicture:
    """A trade as a PNG with the patterns that pointed its way: its number, side, entry (ms UTC), and their titles."""

    png: bytes
    number: int
    is_long: bool
    entry_time: int
    titles: str


@dataclass(frozen=True)
class HandOff:
    """What a person needs to see the same result in TradingView.

    code: the script, to be pasted; trades: what the strategy tester should list on the same bars, from ``start`` to
    ``end`` (ms UTC); dated: whether the script has inputs From and To, by which that period can be set.
    """

    code: str
    file_name: str
    trades: Trades
    start: int
    end: int
    dated: bool = False

    @property
    def closed(self) -> int:
        """Closed trades: TradingView's "Total trades"."""
        return int(np.count_nonzero(~self.trades.is_open)) + self.trades.dropped

    @property
    def open(self) -> int:
        """Trades that the last bar still held."""
        return int(np.count_nonzero(self.trades.is_open))

    @property
    def net_profit(self) -> float:
        """Money of the closed trades: TradingView's net profit, which leaves out what is still open."""
        return float(np.sum(self.trades.net_profit[~self.trades.is_open])) + self.trades.dropped_profit

    @property
    def open_profit(self) -> float:
        """Money of the trades still open at the last close: TradingView's open P&L."""
        return float(np.sum(self.trades.net_profit[self.trades.is_open]))

    @property
    def lines(self) -> int:
        """Lines of the code."""
        return len(self.code.splitlines())
