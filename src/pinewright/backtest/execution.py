"""How orders are carried out in a run, beside what the script declares: nothing of it is TradingView's.

    execution = Execution(fills="bid-ask", swap=Swap(long=-6.1, short=1.4), blackout=read_blackout(Path("news.csv")))
    engine = Engine(program, bars, execution=execution)

The default is parity: fills at the one price that the bars have, no swap, entries at all hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import Final, Literal, get_args

import numpy as np

from pinewright.backtest.blackout import Blackout
from pinewright.data.calendar import MONDAY_OFFSET
from pinewright.data.zones import local_to_utc
from pinewright.errors import BacktestError, unknown_name_hint
from pinewright.market import DAY, HOUR, NEW_YORK, Bars, IntArray

Fills = Literal["bars", "bid-ask"]
FILLS: Final[tuple[str, ...]] = get_args(Fills)

ROLLOVER_HOUR: Final = 17
"""New York: the hour at which a position is carried into the next day."""
NIGHTS: Final = (1, 1, 3, 1, 1, 0, 0)
"""Nights that are paid at the rollover, Monday first: Wednesday's pays for the weekend, which has none."""


@dataclass(frozen=True)
class Swap:
    """What a position is paid (positive) or pays (negative) a unit and night, in points: steps of ``Symbol.mintick``.

    Due for what is held at 17:00 New York, threefold on Wednesdays. The result has it as ``swap`` and in
    ``net_profit_after_swap``; no other figure, no equity and no order size knows of it. BacktestError for a rate that
    is not a finite number.
    """

    long: float = 0.0
    short: float = 0.0

    def __post_init__(self) -> None:
        for name, rate in (("long", self.long), ("short", self.short)):
            if not isfinite(rate):
                raise BacktestError(f"swap of {rate} points for {name}", hint="points a unit and night, such as -6.1")


@dataclass(frozen=True)
class Execution:
    """Options of a run.

    fills: ``"bars"`` fills at the prices of the bars; ``"bid-ask"`` lets buyers pay the ask and sellers get the bid,
    for triggers, fills and the marking of open positions. The other side comes from ``opposite``, bars of the bid for
    bars of the ask or the other way round, with the same stamps; without it from the bars' spread column (to bid bars
    it is added, of ask bars it is taken, mid bars get half either way). Scripts see the prices of their own bars.
    swap: see ``Swap``. blackout: hours without entries, see ``Blackout``.
    """

    fills: Fills = "bars"
    opposite: Bars | None = None
    swap: Swap | None = None
    blackout: Blackout | None = None

    def __post_init__(self) -> None:
        if self.fills not in FILLS:
            raise BacktestError(f"unknown kind of fills {self.fills!r}", hint=unknown_name_hint(self.fills, FILLS))
        if self.opposite is not None and self.fills != "bid-ask":
            raise BacktestError("bars of the other side are given, and fills do not use them", hint="fills = bid-ask")

    def after(self, bars: int) -> Execution:
        """The options for the same bars without the first ``bars``."""
        if self.opposite is None:
            return self
        return replace(self, opposite=self.opposite.slice(bars, len(self.opposite)))

    @property
    def plain(self) -> bool:
        """Whether the run is as on TradingView."""
        return self.fills == "bars" and self.swap is None and self.blackout is None


def nights_before(time: IntArray) -> IntArray:
    """Nights [N] for which swap was due from the first bar's open to that of each bar (ms UTC), that moment included.

    A bar longer than a day takes the nights inside it to the open of the next one.
    """
    first, last = int(time[0]) // DAY - 2, int(time[-1]) // DAY + 2
    days = np.arange(first, last)
    moments = local_to_utc(days * DAY + ROLLOVER_HOUR * HOUR, NEW_YORK)
    total = np.concatenate([[0], np.cumsum(np.array(NIGHTS)[(days + MONDAY_OFFSET) % 7])])
    counted = total[np.searchsorted(moments, time, side="right")].astype(np.int64)
    nights: IntArray = counted - counted[0]
    return nights
