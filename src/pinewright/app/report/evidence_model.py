"""What a report tells beyond results: the rule behind an order, and the card that hands a script to TradingView."""

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
