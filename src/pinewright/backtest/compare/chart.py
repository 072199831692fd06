"""Whether the bars agree with the prices of a list: evidence about feeds that needs no rule of a broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from pinewright.backtest.listing import ListedTrade, Printed
from pinewright.market import Bars, BoolArray, FloatArray, IntArray


class OnChart(IntEnum):
    """What the bars say of a listed price: the bar of that time holds it, does not hold it, or is not there."""

    HOLDS = 0
    OUTSIDE = 1
    NO_BAR = 2


@dataclass(frozen=True)
class Events:
    """Entries and exits of a list, E of them: trade [E] as index into the list, entry [E], time [E] ms UTC.

    price [E], unit [E] of its last digit, is_buy [E]. Exits of trades still open are left out.
    """

    trade: IntArray
    entry: BoolArray
    time: IntArray
    price: FloatArray
    unit: FloatArray
    is_buy: BoolArray

    def __len__(self) -> int:
        return len(self.trade)


def events_of(listed: Sequence[ListedTrade]) -> Events:
    """The entries and exits of a list, in order of its trades."""
    rows: list[tuple[int, bool, int, Printed, bool]] = []
    for index, trade in enumerate(listed):
        rows.append((index, True, trade.entry_time, trade.entry_price, trade.is_long))
        if not trade.is_open and trade.exit_time is not None and trade.exit_price is not None:
            rows.append((index, False, trade.exit_time, trade.exit_price, not trade.is_long))
    return Events(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.bool_),
        np.array([row[2] for row in rows], dtype=np.int64),
        np.array([row[3].value for row in rows], dtype=np.float64),
        np.array([row[3].unit for row in rows], dtype=np.float64),
        np.array([row[4] for row in rows], dtype=np.bool_),
    )


def bar_at(bars: Bars, time: IntArray) -> IntArray:
    """Index of the bar that opens at each time [E]; -1 where none does."""
    place = np.searchsorted(bars.time, time)
    place = np.minimum(place, len(bars) - 1)
    return np.where(bars.time[place] == time, place, -1)


def on_chart(events: Events, bars: Bars, slack: float) -> IntArray:
    """What the bars say of each event [E] (``OnChart``); ``slack``: price by which a fill may lie outside its bar."""
    bar = bar_at(bars, events.time)
    room = slack + 0.5 * events.unit + 1e-9 * events.price
    holds = (events.price >= bars.low[bar] - room) & (events.price <= bars.high[bar] + room)
    return np.where(bar < 0, OnChart.NO_BAR, np.where(holds, OnChart.HOLDS, OnChart.OUTSIDE)).astype(np.int64)


@dataclass(frozen=True)
class Chart:
    """How a list lies on the bars.

    trades [T]: the worst of the ``OnChart`` of each listed trade's entry and exit. events: how many there are in all,
    and how many of them the bars do not hold or have no bar for.
    """

    trades: IntArray
    events: int
    outside: int
    no_bar: int
    off: float
    """Median distance of the prices that lie outside from their bars, in price units; 0 where none does."""

    def agrees(self, index: int) -> bool:
        """Whether the bars hold every price of one listed trade."""
        return bool(self.trades[index] == OnChart.HOLDS)


def read_chart(listed: Sequence[ListedTrade], bars: Bars, slack: float) -> Chart:
    """How the trades of a list, times in ms UTC, lie on the bars."""
    events = events_of(listed)
    state = on_chart(events, bars, slack)
    worst = np.zeros(len(listed), dtype=np.int64)
    np.maximum.at(worst, events.trade, state)
    outside = state == OnChart.OUTSIDE
    bar = bar_at(bars, events.time)
    beyond = np.maximum(events.price - bars.high[bar], bars.low[bar] - events.price)[outside]
    return Chart(
        trades=worst,
        events=len(events),
        outside=int(np.count_nonzero(outside)),
        no_bar=int(np.count_nonzero(state == OnChart.NO_BAR)),
        off=float(np.median(beyond)) if len(beyond) else 0.0,
    )
