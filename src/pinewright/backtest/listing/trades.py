"""What a list of trades holds: the trades as printed, and how the file was understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pinewright.backtest.listing.numbers import Printed
from pinewright.data.calendar import trading_day_start
from pinewright.data.zones import local_to_utc
from pinewright.market import DAY, IntArray, Symbol


@dataclass(frozen=True)
class ListedTrade:
    """One trade of an exported list; times in ms UTC (in ms of the chart's clock inside a ``TradeList``).

    profit after commission, favorable, adverse and commission in the account's currency, as is the
    cumulative profit of all trades up to this one; None where not listed.
    """

    number: int
    is_long: bool
    entry_time: int
    entry_price: Printed
    entry_signal: str
    exit_time: int | None
    exit_price: Printed | None
    exit_signal: str
    quantity: Printed | None
    profit: Printed | None
    favorable: Printed | None
    adverse: Printed | None
    commission: Printed | None = None
    cumulative: Printed | None = None
    open_end: bool = False
    """The file says, in any language, that the trade was still open."""

    @property
    def is_open(self) -> bool:
        return self.open_end or self.exit_time is None or self.exit_signal in ("Open", "")


@dataclass(frozen=True)
class ListedColumn:
    """A role (``number``, ``price``, ...), the title of its column, and whether words or contents told it."""

    role: str
    title: str
    by_words: bool


@dataclass(frozen=True)
class TradeList:
    """An exported list of trades and how its file was read.

    trades: in order of their numbers. local: their times name no offset and are ms of the chart's wall clock; else
    they are UTC. dates_only: no time has an hour (charts of a day and more). language: whose words the headers are,
    ``unknown`` where contents told the columns. price_currency, account_currency: by the headers, empty where they
    name none. newest_first, exit_first: order of the file's trades and of the two rows of a trade.
    """

    path: Path
    kind: str
    sheet: str | None
    trades: tuple[ListedTrade, ...]
    local: bool
    dates_only: bool
    language: str
    columns: tuple[ListedColumn, ...]
    unused: tuple[str, ...]
    price_currency: str
    account_currency: str
    decimal: str
    newest_first: bool
    exit_first: bool

    def __len__(self) -> int:
        return len(self.trades)

    @property
    def stamps(self) -> tuple[IntArray, IntArray]:
        """Entry times [T] and exit times [T] as they stand in the list, ms; -1 for no exit."""
        entries = np.array([trade.entry_time for trade in self.trades], dtype=np.int64)
        exits = np.array([-1 if trade.exit_time is None else trade.exit_time for trade in self.trades], dtype=np.int64)
        return entries, exits

    def in_zone(self, zone: str, symbol: Symbol | None = None) -> tuple[ListedTrade, ...]:
        """The trades with times in ms UTC: wall-clock times are taken as those of ``zone``.

        A bare date is the trading day of ``symbol``, which begins on the evening before, or midnight without one.
        """
        if not self.local:
            return self.trades
        entries, exits = (self._utc(times, zone, symbol) for times in self.stamps)
        return tuple(
            replace(trade, entry_time=int(begin), exit_time=None if trade.exit_time is None else int(end))
            for trade, begin, end in zip(self.trades, entries, exits, strict=True)
        )

    def _utc(self, times: IntArray, zone: str, symbol: Symbol | None) -> IntArray:
        if self.dates_only and symbol is not None:
            return trading_day_start(times // DAY, symbol)
        return local_to_utc(times, zone)
