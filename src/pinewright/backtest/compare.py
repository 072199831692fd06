"""Our trades beside a list that TradingView exported: which match, which are missing or extra, what differs first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pinewright.backtest.listing import ListedTrade, Printed, read_list
from pinewright.market import Trade, Trades

PRICE_UNITS = 0.5
"""A price may differ from the printed one by half a unit of its last digit."""
MONEY_UNITS = 1.0
"""Money is printed in few digits: one unit of the last one is allowed."""

__all__ = ["Comparison", "Difference", "ListedTrade", "Printed", "compare", "read_list"]


@dataclass(frozen=True)
class Difference:
    """One field of one trade that differs; ``number`` as in TradingView's list (ours where it lists no such trade)."""

    number: int
    time: int
    field: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"trade {self.number}: {self.field} is {self.ours} here and {self.theirs} in TradingView's list"


@dataclass(frozen=True)
class Comparison:
    """matched: trades equal in every compared field; paired: trades that begin alike, of which some fields may differ.

    missing: listed trades that we do not have; extra: ours that are not listed. first: the earliest difference.
    """

    listed: int
    ours: int
    paired: int
    matched: int
    missing: tuple[ListedTrade, ...]
    extra: tuple[Trade, ...]
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        return self.matched == self.listed == self.ours

    @property
    def first(self) -> Difference | None:
        """The earliest difference in time, missing and extra trades included; None where all is equal."""
        found = [*self.differences]
        found += [Difference(t.number, t.entry_time, "trade", "missing", "listed") for t in self.missing]
        found += [Difference(t.number, t.entry_time, "trade", "made", "not listed") for t in self.extra]
        return min(found, key=lambda difference: difference.time, default=None)


def compare(trades: Trades, listed: Sequence[ListedTrade], *, money: bool = True, signals: bool = True) -> Comparison:
    """Pairs trades by entry time, side and order of exit, then compares the fields of each pair.

    Entry and exit time, side and quantity must be equal, prices within half a unit of the last printed digit, money
    within one (with ``money``). Of a trade that is still open in the list only the entry counts.
    """
    ours = sorted(trades, key=lambda trade: (trade.entry_time, trade.is_long, trade.exit_time, trade.number))
    theirs = sorted(listed, key=lambda trade: (trade.entry_time, trade.is_long, trade.exit_time or 2**62, trade.number))
    pairs: list[tuple[Trade, ListedTrade]] = []
    missing: list[ListedTrade] = []
    extra: list[Trade] = []
    a = b = 0
    while a < len(ours) or b < len(theirs):
        if b == len(theirs) or (a < len(ours) and _key(ours[a]) < _key(theirs[b])):
            extra.append(ours[a])
            a += 1
        elif a == len(ours) or _key(theirs[b]) < _key(ours[a]):
            missing.append(theirs[b])
            b += 1
        else:
            pairs.append((ours[a], theirs[b]))
            a, b = a + 1, b + 1
    found = [list(_differences(mine, their, money=money, signals=signals)) for mine, their in pairs]
    return Comparison(
        listed=len(theirs),
        ours=len(ours),
        paired=len(pairs),
        matched=sum(not differences for differences in found),
        missing=tuple(missing),
        extra=tuple(extra),
        differences=tuple(difference for differences in found for difference in differences),
    )


def _key(trade: Trade | ListedTrade) -> tuple[int, bool]:
    return trade.entry_time, trade.is_long


def _differences(mine: Trade, their: ListedTrade, *, money: bool, signals: bool) -> Iterator[Difference]:
    def differ(field: str, ours: object, theirs: object) -> Difference:
        return Difference(their.number, their.entry_time, field, str(ours), str(theirs))

    def number(field: str, ours: float, theirs: Printed | None, units: float) -> Iterator[Difference]:
        if theirs is not None and not theirs.fits(ours, units):
            yield differ(field, ours, theirs.value)

    yield from number("entry price", mine.entry_price, their.entry_price, PRICE_UNITS)
    yield from number("quantity", mine.quantity, their.quantity, PRICE_UNITS)
    if signals and mine.entry_signal != their.entry_signal:
        yield differ("entry signal", mine.entry_signal, their.entry_signal)
    if their.is_open:
        return
    if mine.exit_time != their.exit_time:
        yield differ("exit time", mine.exit_time, their.exit_time)
    yield from number("exit price", mine.exit_price, their.exit_price, PRICE_UNITS)
    if signals and mine.exit_signal != their.exit_signal:
        yield differ("exit signal", mine.exit_signal, their.exit_signal)
    if money:
        yield from number("net profit", mine.net_profit, their.profit, MONEY_UNITS)
        yield from number("favorable excursion", mine.favorable, their.favorable, MONEY_UNITS)
        yield from number("adverse excursion", mine.adverse, their.adverse, MONEY_UNITS)
