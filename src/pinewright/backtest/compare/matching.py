"""Our trades beside a list that TradingView exported: which match, which are missing or extra, what differs first."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pinewright.backtest.listing import ListedTrade, Printed
from pinewright.data.zones import iso_text
from pinewright.market import Trade, Trades

PRICE_UNITS: Final = 0.5
"""A price may differ from the printed one by half a unit of its last digit."""
MONEY_UNITS: Final = 1.0
"""Money is printed in few digits: one unit of the last one is allowed."""
MONEY: Final = ("net profit", "favorable excursion", "adverse excursion")
"""Fields that are money."""
NAMES: Final = ("entry signal", "exit signal")
"""Fields that are words."""
_FIELDS: Final = 8
"""What counts in ``agreement``: the entry's place, its price, quantity, the exit's time and price, three of money."""


@dataclass(frozen=True)
class Difference:
    """One field of one trade that differs; ``number`` as in TradingView's list (ours where it lists no such trade).

    time: of the entry, ms UTC; bar: of the entry or exit that differs. ours, theirs: in words; the numbers behind them
    in ``values`` where the field is one, NaN else.
    """

    number: int
    time: int
    field: str
    ours: str
    theirs: str
    bar: int = 0
    values: tuple[float, float] = (math.nan, math.nan)

    def __str__(self) -> str:
        return f"trade {self.number}: {self.field} is {self.ours} here and {self.theirs} in TradingView's list"


@dataclass(frozen=True)
class Pair:
    """A listed trade and ours that stands for it, with all that differs. shifted: they enter at different times."""

    mine: Trade
    their: ListedTrade
    differences: tuple[Difference, ...]
    shifted: bool = False

    @property
    def only_money(self) -> bool:
        """Whether nothing but money differs."""
        return bool(self.differences) and all(difference.field in MONEY for difference in self.differences)


@dataclass(frozen=True)
class Comparison:
    """matched: trades equal in every compared field; paired: trades that begin alike, of which some fields may differ.

    pairs: these and, with a reach, trades of one side that begin a few bars apart (``shifted``). missing: listed trades
    that we do not have; extra: ours that are not listed. first: the earliest difference.
    """

    listed: int
    ours: int
    paired: int
    matched: int
    missing: tuple[ListedTrade, ...]
    extra: tuple[Trade, ...]
    differences: tuple[Difference, ...]
    pairs: tuple[Pair, ...] = ()

    @property
    def equal(self) -> bool:
        return self.matched == self.listed == self.ours

    @property
    def apart(self) -> int:
        """Trades that differ, are missing or extra."""
        return self.listed - self.matched + len(self.extra)

    @property
    def entries_equal(self) -> int:
        """Listed trades whose entry is ours in time, side and price."""
        wrong = ("entry time", "entry price")
        return sum(not any(d.field in wrong for d in pair.differences) for pair in self.pairs)

    @property
    def first(self) -> Difference | None:
        """The earliest difference in time, missing and extra trades included; None where all is equal."""
        found = [*self.differences]
        found += [Difference(t.number, t.entry_time, "trade", "missing", "listed", t.entry_time) for t in self.missing]
        found += [Difference(t.number, t.entry_time, "trade", "made", "not listed", t.entry_time) for t in self.extra]
        return min(found, key=lambda difference: difference.time, default=None)

    @property
    def agreement(self) -> float:
        """Share of the fields that are equal, 0 to 1; a missing or an extra trade has none."""
        whole = _FIELDS * max(self.listed, self.ours)
        return sum(_equal_fields(pair) for pair in self.pairs) / whole if whole else 1.0


def _equal_fields(pair: Pair) -> int:
    if pair.shifted:
        return 0
    return _FIELDS - len({difference.field for difference in pair.differences} - set(NAMES))


def compare(
    trades: Trades | Sequence[Trade],
    listed: Sequence[ListedTrade],
    *,
    money: bool = True,
    signals: bool = True,
    reach: int = 0,
) -> Comparison:
    """Pairs trades by entry time, side and exit, then compares the fields of each pair.

    Entry and exit time, side and quantity must be equal, prices within half a unit of the last printed digit, money
    within one (with ``money``). Of a trade that is still open in the list only the entry counts. reach: ms within which
    trades that are left over on both sides are taken for the same, entered at another time; 0 for never.
    """
    ours = sorted(trades, key=lambda trade: (trade.entry_time, trade.is_long, trade.exit_time, trade.number))
    theirs = sorted(listed, key=lambda trade: (trade.entry_time, trade.is_long, trade.exit_time or 2**62, trade.number))
    exact, extra, missing = _alike(ours, theirs)
    moved, extra, missing = _nearest(extra, missing, reach)
    pairs = [
        Pair(mine, their, tuple(_differences(mine, their, money=money, signals=signals)), shifted)
        for found, shifted in ((exact, False), (moved, True))
        for mine, their in found
    ]
    pairs.sort(key=lambda pair: (pair.their.entry_time, pair.their.number))
    return Comparison(
        listed=len(theirs),
        ours=len(ours),
        paired=len(exact),
        matched=sum(not pair.differences for pair in pairs),
        missing=tuple(missing),
        extra=tuple(extra),
        differences=tuple(difference for pair in pairs for difference in pair.differences),
        pairs=tuple(pairs),
    )


_Found = list[tuple[Trade, ListedTrade]]


def _alike(ours: Sequence[Trade], theirs: Sequence[ListedTrade]) -> tuple[_Found, list[Trade], list[ListedTrade]]:
    """Trades that enter at one time on one side, those that leave alike first; and what is left of ours and theirs.

    A position that is left in parts is several trades with one entry: a missing part must not shift the others.
    """
    groups: dict[tuple[int, bool], list[Trade]] = defaultdict(list)
    for trade in ours:
        groups[trade.entry_time, trade.is_long].append(trade)
    pairs: _Found = []
    missing: list[ListedTrade] = []
    for key, group in _grouped(theirs):
        mine, left = groups.get(key, []), []
        if len(group) == len(mine):
            pairs += zip(mine, group, strict=True)
            groups.pop(key, None)
            continue
        for their in group:
            same = next((trade for trade in mine if trade.exit_time == their.exit_time and not their.is_open), None)
            if same is None:
                left.append(their)
                continue
            pairs.append((same, their))
            mine.remove(same)
        pairs += zip(mine, left, strict=False)
        missing += left[len(mine) :]
        groups[key] = mine[len(left) :]
    extra = [trade for group in groups.values() for trade in group]
    return pairs, extra, missing


def _grouped(theirs: Sequence[ListedTrade]) -> Iterator[tuple[tuple[int, bool], list[ListedTrade]]]:
    groups: dict[tuple[int, bool], list[ListedTrade]] = defaultdict(list)
    for trade in theirs:
        groups[trade.entry_time, trade.is_long].append(trade)
    yield from groups.items()


def _nearest(
    extra: list[Trade], missing: list[ListedTrade], reach: int
) -> tuple[_Found, list[Trade], list[ListedTrade]]:
    """Leftover trades of one side whose entries are nearest to each other, within reach, and what is still left."""
    if not reach:
        return [], extra, missing
    order = sorted(range(len(extra)), key=lambda a: extra[a].entry_time)
    times = [extra[a].entry_time for a in order]
    near = sorted(
        (abs(extra[a].entry_time - their.entry_time), b, a)
        for b, their in enumerate(missing)
        for a in order[bisect_left(times, their.entry_time - reach) : bisect_right(times, their.entry_time + reach)]
        if extra[a].is_long == their.is_long
    )
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, b, a in near:
        if b not in taken and a not in used:
            taken[b] = a
            used.add(a)
    pairs = [(extra[a], missing[b]) for b, a in taken.items()]
    return (
        pairs,
        [trade for a, trade in enumerate(extra) if a not in used],
        [trade for b, trade in enumerate(missing) if b not in taken],
    )


def _differences(mine: Trade, their: ListedTrade, *, money: bool, signals: bool) -> Iterator[Difference]:
    bar = their.entry_time

    def differ(field: str, ours: object, theirs: object) -> Difference:
        return Difference(their.number, their.entry_time, field, str(ours), str(theirs), bar)

    def number(field: str, ours: float, theirs: Printed | None, units: float) -> Iterator[Difference]:
        if theirs is not None and not theirs.fits(ours, units):
            words = (f"{ours:.12g}", f"{theirs.value:.12g}")
            yield Difference(their.number, their.entry_time, field, *words, bar, (ours, theirs.value))

    if mine.entry_time != their.entry_time:
        yield differ("entry time", iso_text(mine.entry_time), iso_text(their.entry_time))
    yield from number("entry price", mine.entry_price, their.entry_price, PRICE_UNITS)
    yield from number("quantity", mine.quantity, their.quantity, PRICE_UNITS)
    if signals and mine.entry_signal != their.entry_signal:
        yield differ("entry signal", mine.entry_signal, their.entry_signal)
    if their.is_open or their.exit_time is None:
        return
    bar = their.exit_time
    if mine.exit_time != their.exit_time:
        yield differ("exit time", iso_text(mine.exit_time), iso_text(their.exit_time))
    yield from number("exit price", mine.exit_price, their.exit_price, PRICE_UNITS)
    if signals and mine.exit_signal != their.exit_signal:
        yield differ("exit signal", mine.exit_signal, their.exit_signal)
    if money:
        yield from number("net profit", mine.net_profit, their.profit, MONEY_UNITS)
        yield from number("favorable excursion", mine.favorable, their.favorable, MONEY_UNITS)
        yield from number("adverse excursion", mine.adverse, their.adverse, MONEY_UNITS)
