"""A cause of differences as a value: its kind, the trades that it explains, and the figures of its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pinewright.backtest.compare.changes import Change
from pinewright.backtest.compare.matching import Difference

GAP: Final = "gap"
"""``Cause.text`` of a FEED whose bars are not there at all."""
FOLLOWS: Final = "follows"
"""``Cause.text`` of a FEED that is seen at other trades' prices, and makes these decide otherwise."""


class CauseKind(Enum):
    """What makes trades differ."""

    BEFORE = "before the bars"
    AFTER = "after the bars"
    TIME_ZONE = "time zone"
    DEFAULT = "version default"
    COSTS = "costs"
    HISTORY = "start of the chart"
    SESSION = "session"
    FEED = "feed"
    CURRENCY = "currency"
    WARM_UP = "warm-up"
    FILL = "fill rule"
    QUANTITY = "quantity rule"
    MONEY = "money"
    LOGIC = "decision"


@dataclass(frozen=True)
class Cause:
    """A likely cause. trades: differing trades that it explains; numbers: theirs in the list, extra: ours, by entry.

    change: another account or first bar that a run has shown to mend them, on top of what is ``given``, the changes
    named before it; fields: numbers and fields that it mends; equal: trades equal before and with it; left: those that
    differ, are missing or extra.
    value, other, text are the figures of its sentence: FEED: median distance of prices (price units) and share of the
    list's prices that our bars do not hold, GAP or FOLLOWS; CURRENCY: the rate; SESSION: the hours (UTC); QUANTITY: the
    step of the listed quantities, 0 where it is not that; WARM_UP, HISTORY: the time (ms UTC) from which all is equal,
    and the first bar; TIME_ZONE: the shares in the zone used and in the better one, and its name.
    """

    kind: CauseKind
    trades: int
    numbers: frozenset[int] = frozenset()
    fields: frozenset[tuple[int, str]] = frozenset()
    extra: frozenset[int] = frozenset()
    change: Change | None = None
    equal: tuple[int, int] = (0, 0)
    left: tuple[int, int] = (0, 0)
    value: float = 0.0
    other: float = 0.0
    text: str = ""
    given: str = ""

    def covers(self, difference: Difference) -> bool:
        """Whether it explains that difference."""
        if difference.theirs == "not listed":
            return difference.time in self.extra
        if self.change is not None:
            return (difference.number, difference.field) in self.fields
        return difference.number in self.numbers


def of_feeds(causes: Sequence[Cause]) -> set[int]:
    """Numbers of the listed trades that differ because their prices or times are not those of our bars."""
    kinds = (CauseKind.FEED, CauseKind.SESSION)
    return {number for cause in causes if cause.kind in kinds and cause.text != FOLLOWS for number in cause.numbers}


def cause_of(difference: Difference, causes: Sequence[Cause]) -> Cause | None:
    """The cause of one difference: the first that covers it, else the one that explains most."""
    for cause in causes:
        if cause.covers(difference):
            return cause
    return max(causes, key=lambda cause: cause.trades, default=None)
