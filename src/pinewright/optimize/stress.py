"""Stresses that need the list of trades alone, and what all stresses say together of one-sided quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import session_minute, trades_round_the_clock
from pinewright.data.spreads import QUIET_FROM, QUIET_UNTIL
from pinewright.market import NEW_YORK, Bars, BoolArray, FloatArray, Trades
from pinewright.optimize.proof import Stress

LEFT: Final = 0.25
"""Share of the plain profit that must be left at mid prices, or away from the rollover, for it to be the market's."""
_DAY_MINUTES: Final = 1440


@dataclass(frozen=True)
class Tally:
    """Net profit in the account's money, and closed trades."""

    net_profit: float
    trades: int


@dataclass(frozen=True)
class Outside:
    """What is left away from the rollover; fills: trades that are left out, or fills that were ``repriced``."""

    tally: Tally
    fills: int
    repriced: bool


def one_sided(stresses: Sequence[Stress]) -> bool:
    """Whether a profit is one of the quotes on one side: at most a quarter of it is left at mid prices or, where the
    data have one side alone, away from the fills around 17:00 New York.

    Spreads widen at 17:00, so that the bid falls and recovers, and nobody can trade that. A spread column cannot clear
    such fills: it knows the spread at a bar's close, and the dip may be in its open. No profit is not one-sided.
    """
    known = {one.name: one for one in stresses if one.known}
    tests = [known[name] for name in ("mid_prices", "outside_rollover") if name in known]
    return any(one.plain > 0 and one.net_profit <= LEFT * one.plain for one in tests)


def delayed(trades: Trades, bars: Bars, last: int, slippage: float) -> Tally:
    """The trades entered at the open of the bar after their entry, with the same slippage (price units) and exits.

    Left out are trades that are over by then: closed on their entry bar, at the open of the next one, or with no bar
    before ``last`` to be entered on. Commission stays as it was.
    """
    later = trades.entry_bar + 1
    inside = later < last
    price = bars.open[np.minimum(later, len(bars) - 1)]
    sign = np.where(trades.is_long, 1.0, -1.0)
    near = (slippage + 0.5 * bars.symbol.mintick) * 1.001
    at_open = (trades.exit_bar == later) & (np.abs(trades.exit_price - price) <= near) & ~trades.is_open
    kept = inside & (trades.exit_bar >= later) & ~at_open
    gained = sign * (trades.entry_price - (price + sign * slippage)) * _money(trades)
    return Tally(float(np.sum((trades.net_profit + gained)[kept])), int(np.count_nonzero(kept)))


def outside_rollover(trades: Trades, bars: Bars) -> Outside | None:
    """The profit without trades that are filled on bars that open from 16:55 to 18:15 New York; None for symbols that
    trade round the clock or keep another clock.

    Bars of a day open at 17:00 all: there fills at an open are moved to the close before, and no trade is left out.
    """
    if trades_round_the_clock(bars.symbol) or bars.symbol.timezone != NEW_YORK:
        return None
    if bars.timeframe.minutes >= _DAY_MINUTES:
        return _before_rollover(trades, bars)
    minutes = (session_minute(stamp, bars.symbol) for stamp in (trades.entry_time, trades.exit_time))
    entered, left = ((minute >= QUIET_FROM) & (minute < QUIET_UNTIL) for minute in minutes)
    dropped: BoolArray = entered | (left & ~trades.is_open)
    net = float(np.sum(trades.net_profit[~dropped]))
    return Outside(Tally(net, int(np.count_nonzero(~dropped))), int(np.count_nonzero(dropped)), False)


def _before_rollover(trades: Trades, bars: Bars) -> Outside:
    """Fills at the open of a bar at the close before it, as if they had been made just before 17:00."""
    sign = np.where(trades.is_long, 1.0, -1.0)
    moved, count = np.zeros(len(trades)), 0
    for bar, price, way in (
        (trades.entry_bar, trades.entry_price, 1.0),
        (trades.exit_bar, trades.exit_price, -1.0),
    ):
        before = bars.close[np.maximum(bar - 1, 0)]
        at_open = (np.abs(price - bars.open[bar]) <= _near(bars)) & (bar > 0)
        moved += np.where(at_open, way * sign * (bars.open[bar] - before), 0.0)
        count += int(np.count_nonzero(at_open))
    net = float(np.sum(trades.net_profit + moved * _money(trades)))
    return Outside(Tally(net, len(trades)), count, True)


def _near(bars: Bars) -> float:
    """Fills within so much of the open are taken to be there: slippage of a few ticks is."""
    return 5.5 * bars.symbol.mintick


def _money(trades: Trades) -> FloatArray:
    """Money for a price unit of each trade [T], in the account's currency."""
    size = trades.quantity * trades.point_value
    if trades.cost is None or not trades.currency:
        return size
    worth = trades.entry_price * size
    fee = 0.0 if trades.entry_commission is None else trades.entry_commission
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (trades.cost - fee) / worth
    found: FloatArray = size * np.where(np.isfinite(rate) & (rate > 0), rate, 1.0)
    return found
