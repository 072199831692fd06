"""What a script reads of its account beside position and equity: ``strategy.*`` and ``strategy.opentrades.*``.

All is as it stands when the script runs: at the close of bar ``i``, or inside it where the script runs there. Money is
in the currency of the account.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.backtest.history import best_of, first_kept, open_place, percent_of_cost, word, worst_of
from pinewright.backtest.ledger import catch_up, equity_at, measure, profit_at
from pinewright.backtest.margin import margin_price
from pinewright.backtest.sides import closing_price
from pinewright.backtest.sizing import default_budget, fee, floor_quantity, floored, side_of, to_tick, unit_cost
from pinewright.backtest.state import BarView, Broker
from pinewright.machine.kernel import Function, fceil, ffloor, kernel


@kernel
def mean_of(total: float, count: int) -> float:
    """Mean of ``count`` figures, na where there are none."""
    return total / count if count > 0 else math.nan


@kernel
def look(b: Broker, v: BarView, i: int) -> None:
    """Takes the way up to now into drawdown and run-up."""
    if b.opentrades == 0:
        return
    catch_up(b, v, i if b.midway else i + 1)
    high = equity_at(b, v, b.high)
    low = equity_at(b, v, b.low)
    measure(b, min(high, low), max(high, low))


@kernel
def account_openprofit_percent(b: Broker, v: BarView, i: int) -> float:
    """Open profit in percent of realised equity."""
    return percent_of_cost(profit_at(b, v, closing_price(b, v, i)), b.initial_capital + b.netprofit)


@kernel
def account_max_drawdown(b: Broker, v: BarView, i: int) -> float:
    """Largest fall from the high-water mark of realised equity."""
    look(b, v, i)
    return b.max_drawdown


@kernel
def account_max_drawdown_percent(b: Broker, v: BarView, i: int) -> float:
    """Largest fall in percent of its own high-water mark."""
    look(b, v, i)
    return b.max_drawdown_percent


@kernel
def account_max_runup(b: Broker, v: BarView, i: int) -> float:
    """Largest rise from the least equity at an entry."""
    look(b, v, i)
    return b.max_runup


@kernel
def account_max_runup_percent(b: Broker, v: BarView, i: int) -> float:
    """Largest rise in percent of its own top."""
    look(b, v, i)
    return b.max_runup_percent


@kernel
def account_entry_name(b: Broker, v: BarView, i: int) -> float:
    """Number of the id of the oldest open trade, na when flat (PyneCore, measured on TradingView)."""
    return word(b.lots[b.lot_queue[0]].id) if b.opentrades > 0 else math.nan


@kernel
def account_capital_held(b: Broker, v: BarView, i: int) -> float:
    """Value of the open trades at their entries, 0 when flat; na where no margin is asked for at all.

    It follows neither the market nor the margin's percentage (PyneCore, measured on TradingView).
    """
    if b.margin_long <= 0.0 and b.margin_short <= 0.0:
        return math.nan
    total = 0.0
    for k in range(b.opentrades):
        lot = b.lots[b.lot_queue[k]]
        total += lot.quantity * lot.price * b.unit_value
    return total


@kernel
def account_liquidation_price(b: Broker, v: BarView, i: int) -> float:
    """Price of the next margin call on the tick grid, away from the market; na where there is none."""
    price = margin_price(b, v)
    if price != price:
        return price
    ticks = ffloor(price / v.mintick * 1e7 + 0.5) / 1e7
    return (ffloor(ticks) if b.position_size > 0.0 else fceil(ticks)) * v.mintick


@kernel
def account_default_quantity(b: Broker, v: BarView, i: int, price: float) -> float:
    """Units that an entry without a quantity would trade at that price; 0 where it cannot be sized."""
    if not (price > 0.0):
        return 0.0
    budget = default_budget(b, equity_at(b, v, closing_price(b, v, i)))
    if budget != budget:
        return floor_quantity(b.quantity_value, v.quantity_step)
    quantity = floored(budget / unit_cost(b, b.unit_value, to_tick(price, v.step)), v.quantity_step)
    return quantity if quantity > 0.0 else 0.0


@kernel
def account_first_index(b: Broker, v: BarView, i: int) -> float:
    """Number of the oldest closed trade that is kept."""
    return float(first_kept(b))


@kernel
def open_size(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Units, negative when short."""
    place = open_place(b, trade)
    return side_of(b.position_size) * b.lots[b.lot_queue[place]].quantity if place >= 0 else 0.0


@kernel
def open_cost(b: Broker, place: int) -> float:
    """What the entry of an open trade cost, its fee included."""
    lot = b.lots[b.lot_queue[place]]
    return lot.price * lot.quantity * b.unit_value + lot.commission


@kernel
def open_profit(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Profit if the trade were closed now, the commission of entry and exit taken off."""
    place = open_place(b, trade)
    if place < 0:
        return 0.0
    lot = b.lots[b.lot_queue[place]]
    price = closing_price(b, v, i)
    gross = side_of(b.position_size) * (price - lot.price) * lot.quantity * b.unit_value
    return gross - lot.commission - fee(b, lot.quantity, price)


@kernel
def open_profit_percent(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Profit in percent of what the entry cost."""
    place = open_place(b, trade)
    return percent_of_cost(open_profit(b, v, i, trade), open_cost(b, place)) if place >= 0 else 0.0


@kernel
def open_commission(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Commission of the entry."""
    place = open_place(b, trade)
    return b.lots[b.lot_queue[place]].commission if place >= 0 else 0.0


@kernel
def open_max_runup(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open profit so far, the commission of the entry taken off."""
    place = open_place(b, trade)
    if place < 0:
        return 0.0
    catch_up(b, v, i if b.midway else i + 1)
    lot = b.lots[b.lot_queue[place]]
    best = best_of(b, lot, max(lot.high, b.high), min(lot.low, b.low))
    return max(lot.quantity * best - lot.commission, 0.0)


@kernel
def open_max_runup_percent(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open profit in percent of what the entry cost."""
    place = open_place(b, trade)
    return percent_of_cost(open_max_runup(b, v, i, trade), open_cost(b, place)) if place >= 0 else 0.0


@kernel
def open_max_drawdown(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open loss so far, positive, the commission of the entry counted in."""
    place = open_place(b, trade)
    if place < 0:
        return 0.0
    catch_up(b, v, i if b.midway else i + 1)
    lot = b.lots[b.lot_queue[place]]
    worst = worst_of(b, lot, max(lot.high, b.high), min(lot.low, b.low))
    return max(lot.commission - lot.quantity * worst, 0.0)


@kernel
def open_max_drawdown_percent(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open loss in percent of what the entry cost, positive."""
    place = open_place(b, trade)
    return percent_of_cost(open_max_drawdown(b, v, i, trade), open_cost(b, place)) if place >= 0 else 0.0


@kernel
def open_entry_price(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Price of the entry."""
    place = open_place(b, trade)
    return b.lots[b.lot_queue[place]].price if place >= 0 else math.nan


@kernel
def open_entry_time(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Open of the bar of the entry, ms UTC."""
    place = open_place(b, trade)
    return v.time[b.lots[b.lot_queue[place]].bar] if place >= 0 else math.nan


@kernel
def open_entry_bar_index(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Bar of the entry."""
    place = open_place(b, trade)
    return float(b.lots[b.lot_queue[place]].bar + v.origin) if place >= 0 else math.nan


@kernel
def open_entry_id(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Number of the id of the entry."""
    place = open_place(b, trade)
    return word(b.lots[b.lot_queue[place]].id) if place >= 0 else math.nan


@kernel
def open_entry_comment(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Number of the comment of the entry."""
    place = open_place(b, trade)
    return word(b.lots[b.lot_queue[place]].comment) if place >= 0 else math.nan


READINGS: Final[tuple[Function[..., float], ...]] = (
    mean_of,
    account_openprofit_percent,
    account_max_drawdown,
    account_max_drawdown_percent,
    account_max_runup,
    account_max_runup_percent,
    account_entry_name,
    account_capital_held,
    account_liquidation_price,
    account_default_quantity,
    account_first_index,
    open_size,
    open_profit,
    open_profit_percent,
    open_commission,
    open_max_runup,
    open_max_runup_percent,
    open_max_drawdown,
    open_max_drawdown_percent,
    open_entry_price,
    open_entry_time,
    open_entry_bar_index,
    open_entry_id,
    open_entry_comment,
)
"""Functions that the text of a script may call."""
