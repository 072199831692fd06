"""Where prices lie, moment by moment: the neighbourhood against which the scale of a payload is checked."""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Final, NamedTuple

from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import SCALE_JUMP, check_scale
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import State
from pinewright.data.store.store import Store
from pinewright.errors import DataFormatError
from pinewright.market import DAY

NEIGHBOURS: Final = 3  # on each side
QUORUM: Final = 2  # so many must agree before a price is doubted
_REACH: Final = {Kind.TICK: 7 * DAY, Kind.MINUTE: 14 * DAY, Kind.HOUR: 100 * DAY, Kind.DAY: 1100 * DAY}


_PRICES: Final = ("bid", "ask", "high", "low", "bid_high", "bid_low", "ask_high", "ask_low", "bid_close", "ask_close")


def check_level(columns: Columns, request: Request, level: float | None) -> None:
    """``rows.check_scale``, but for payloads in which it cannot find anything, which are nearly all.

    It compares medians, and where the least and the greatest price of all lie within its limit, medians do.
    """
    prices = [columns[name] for name in _PRICES if name in columns and len(columns[name])]
    low = min([float(column.min()) for column in prices] + [math.inf if level is None else level])
    high = max([float(column.max()) for column in prices] + [0.0 if level is None else level])
    if high > SCALE_JUMP * low:
        check_scale(columns, request, level)


class Level(NamedTuple):
    """First and last bid of a period."""

    start: int
    first: float
    last: float


class Levels:
    """Levels of one instrument and kind, in order of time."""

    def __init__(self) -> None:
        self._levels: list[Level] = []

    def __len__(self) -> int:
        return len(self._levels)

    def add(self, start: int, columns: Columns) -> None:
        """The level of a period with rows; it takes the place of an earlier one."""
        self.discard(start)
        prices = columns["bid" if "bid" in columns else "bid_close"]
        insort(self._levels, Level(start, float(prices[0]), float(prices[-1])))

    def discard(self, start: int) -> None:
        """Forget a period."""
        at = bisect_left(self._levels, start, key=lambda level: level.start)
        if at < len(self._levels) and self._levels[at].start == start:
            del self._levels[at]

    def near(self, start: int) -> float | None:
        """The median of the nearest prices before and after a period, itself left out; None where there are too few."""
        at = bisect_left(self._levels, start, key=lambda level: level.start)
        behind = at + (at < len(self._levels) and self._levels[at].start == start)
        prices = [level.last for level in self._levels[max(0, at - NEIGHBOURS) : at]]
        prices += [level.first for level in self._levels[behind : behind + NEIGHBOURS]]
        return statistics.median_low(prices) if len(prices) >= QUORUM else None

    def doubts(self, request: Request, columns: Columns) -> str:
        """What is wrong with the scale of a period beside its neighbours; empty where nothing is."""
        try:
            check_level(columns, request, self.near(request.start))
        except DataFormatError as error:
            return error.what
        return ""


def stored_levels(store: Store, symbol: str, kind: Kind, starts: Iterable[int]) -> Levels:
    """Levels of the nearest stored periods before the first of the given starts and after it."""
    found = Levels()
    first = min(starts, default=None)
    if first is None or kind not in store.kinds(symbol):
        return found
    reach = _REACH[kind]
    pieces = [p for p in store.pieces(symbol, kind, first - reach, first + reach) if p.rows and p.state is State.FINAL]
    before = [piece for piece in pieces if piece.start < first][-NEIGHBOURS:]
    after = [piece for piece in pieces if piece.start >= first][:NEIGHBOURS]
    for piece in (*before, *after):
        column = "bid" if kind is Kind.TICK else "bid_close"
        rows = store.rows(symbol, kind, piece.start, piece.end, [column])
        if len(rows[column]):
            found.add(piece.start, rows)
    return found
