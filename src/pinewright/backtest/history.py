"""Trades one by one: the rows of the list, and what ``strategy.closedtrades.*`` and ``strategy.opentrades.*`` read.

A trade number that is not there gives na for prices, times and texts and 0 for money and sizes; na as a number means
trade 0 (notes in PyneCore, measured on TradingView). Closed trades are kept for scripts that read them alone.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.backtest.sizing import side_of
from pinewright.backtest.state import CLOSE, CLOSE_ALL, EXIT, NONE, BarView, Broker, Lot, Order
from pinewright.machine.kernel import Function, ftrunc, kernel

MOST: Final = 1e15
"""Trade numbers beyond are none."""


@kernel
def percent_of_cost(money: float, cost: float) -> float:
    """Money in percent of what the entry cost, its fee included."""
    return 100.0 * money / cost if cost != 0.0 else 0.0


@kernel
def record(
    b: Broker,
    i: int,
    o: Order,
    lot: Lot,
    quantity: float,
    price: float,
    entry_fee: float,
    exit_fee: float,
) -> None:
    """Writes one row of the list of trades.

    Excursions span the path from the entry's fill to this one, less the commission of the entry alone: so does the
    list that TradingView exports for a strategy with slippage and commission. Each is counted at the rate of exchange
    of its own bar.
    """
    side = side_of(b.position_size)
    row = b.trades[b.trade_count]
    b.trade_count += 1
    row.side = side
    row.entry_bar = lot.bar
    row.exit_bar = i
    row.entry_id = lot.id
    row.entry_comment = lot.comment
    row.exit_kind = o.kind
    row.exit_id = o.source if o.kind == CLOSE else o.id
    row.exit_comment = exit_comment(b, o)
    row.quantity = quantity
    row.entry_price = lot.price
    row.exit_price = price
    row.commission = entry_fee + exit_fee
    row.entry_commission = entry_fee
    row.profit = side * (price - lot.price) * quantity * b.unit_value - entry_fee - exit_fee
    row.cost = lot.price * quantity * b.unit_value + entry_fee
    row.favorable = max(quantity * best_of(b, lot, max(lot.high, price), min(lot.low, price)) - entry_fee, 0.0)
    row.adverse = min(quantity * worst_of(b, lot, max(lot.high, price), min(lot.low, price)) - entry_fee, 0.0)


@kernel
def best_of(b: Broker, lot: Lot, high: float, low: float) -> float:
    """Most that one unit of an open trade was worth above its entry, with these extremes at the rate of now."""
    gain = high - lot.price if b.position_size > 0.0 else lot.price - low
    return max(lot.best, gain * b.unit_value)


@kernel
def worst_of(b: Broker, lot: Lot, high: float, low: float) -> float:
    """Least that one unit of an open trade was worth, negative below its entry."""
    gain = low - lot.price if b.position_size > 0.0 else lot.price - high
    return min(lot.worst, gain * b.unit_value)


@kernel
def exit_comment(b: Broker, o: Order) -> int:
    """The comment of the level that was reached, else the general one."""
    comment = o.comment
    if o.kind == EXIT:
        if b.reason == 1 and o.comment_loss != NONE:
            comment = o.comment_loss
        elif b.reason == 2 and o.comment_profit != NONE:
            comment = o.comment_profit
        elif b.reason == 3 and o.comment_trailing != NONE:
            comment = o.comment_trailing
    return comment


@kernel
def number_of(trade: float) -> int:
    """A trade's number as a script gives it; NONE where it can be none."""
    if trade != trade:
        return 0
    if trade <= -1.0 or trade > MOST:
        return NONE
    return int(ftrunc(trade))


@kernel
def first_kept(b: Broker) -> int:
    """Number of the oldest closed trade that the script may read (``strategy.closedtrades.first_index``)."""
    return max(0, b.closedtrades - b.trade_limit) if b.trade_limit > 0 else 0


@kernel
def closed_place(b: Broker, trade: float) -> int:
    """Row of a closed trade, or NONE."""
    place = number_of(trade)
    if place < first_kept(b) or place >= b.trade_count or place >= b.closedtrades:
        return NONE
    return place


@kernel
def open_place(b: Broker, trade: float) -> int:
    """Place of an open trade in the queue of lots, oldest first, or NONE."""
    place = number_of(trade)
    return place if place < b.opentrades else NONE


@kernel
def word(number: int) -> float:
    """The number of a text as a script holds it; na for none."""
    return float(number) if number != NONE else math.nan


@kernel
def closed_profit(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Profit after commission."""
    place = closed_place(b, trade)
    return b.trades[place].profit if place != NONE else 0.0


@kernel
def closed_profit_percent(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Profit in percent of what the entry cost."""
    place = closed_place(b, trade)
    if place == NONE:
        return 0.0
    return percent_of_cost(b.trades[place].profit, b.trades[place].cost)


@kernel
def closed_commission(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Commission of entry and exit."""
    place = closed_place(b, trade)
    return b.trades[place].commission if place != NONE else 0.0


@kernel
def closed_size(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Units, negative when short."""
    place = closed_place(b, trade)
    return b.trades[place].side * b.trades[place].quantity if place != NONE else 0.0


@kernel
def closed_max_runup(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open profit."""
    place = closed_place(b, trade)
    return b.trades[place].favorable if place != NONE else 0.0


@kernel
def closed_max_runup_percent(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open profit in percent of what the entry cost."""
    place = closed_place(b, trade)
    return percent_of_cost(b.trades[place].favorable, b.trades[place].cost) if place != NONE else 0.0


@kernel
def closed_max_drawdown(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open loss, positive."""
    place = closed_place(b, trade)
    return -b.trades[place].adverse if place != NONE else 0.0


@kernel
def closed_max_drawdown_percent(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Largest open loss in percent of what the entry cost, positive."""
    place = closed_place(b, trade)
    return percent_of_cost(-b.trades[place].adverse, b.trades[place].cost) if place != NONE else 0.0


@kernel
def closed_entry_price(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Price of the entry."""
    place = closed_place(b, trade)
    return b.trades[place].entry_price if place != NONE else math.nan


@kernel
def closed_exit_price(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Price of the exit."""
    place = closed_place(b, trade)
    return b.trades[place].exit_price if place != NONE else math.nan


@kernel
def closed_entry_time(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Open of the bar of the entry, ms UTC."""
    place = closed_place(b, trade)
    return v.time[b.trades[place].entry_bar] if place != NONE else math.nan


@kernel
def closed_exit_time(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Open of the bar of the exit, ms UTC."""
    place = closed_place(b, trade)
    return v.time[b.trades[place].exit_bar] if place != NONE else math.nan


@kernel
def closed_entry_bar_index(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Bar of the entry."""
    place = closed_place(b, trade)
    return float(b.trades[place].entry_bar + v.origin) if place != NONE else math.nan


@kernel
def closed_exit_bar_index(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Bar of the exit."""
    place = closed_place(b, trade)
    return float(b.trades[place].exit_bar + v.origin) if place != NONE else math.nan


@kernel
def closed_entry_id(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Number of the id of the entry."""
    place = closed_place(b, trade)
    return word(b.trades[place].entry_id) if place != NONE else math.nan


@kernel
def closed_entry_comment(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Number of the comment of the entry."""
    place = closed_place(b, trade)
    return word(b.trades[place].entry_comment) if place != NONE else math.nan


@kernel
def closed_exit_id(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Number of the id of the order that closed, na for what no order of the script closed.

    Orders of ``strategy.close`` and ``close_all`` are named as in the list.
    """
    place = closed_place(b, trade)
    if place == NONE:
        return math.nan
    row = b.trades[place]
    if row.exit_kind == CLOSE_ALL:
        return word(b.close_all_text)
    if row.exit_kind == CLOSE:
        return word(b.close_texts[row.exit_id]) if row.exit_id < b.close_text_count else math.nan
    return word(row.exit_id)


@kernel
def closed_exit_comment(b: Broker, v: BarView, i: int, trade: float) -> float:
    """Number of the comment of the exit."""
    place = closed_place(b, trade)
    return word(b.trades[place].exit_comment) if place != NONE else math.nan


CLOSED: Final[tuple[Function[..., float], ...]] = (
    closed_profit,
    closed_profit_percent,
    closed_commission,
    closed_size,
    closed_max_runup,
    closed_max_runup_percent,
    closed_max_drawdown,
    closed_max_drawdown_percent,
    closed_entry_price,
    closed_exit_price,
    closed_entry_time,
    closed_exit_time,
    closed_entry_bar_index,
    closed_exit_bar_index,
    closed_entry_id,
    closed_entry_comment,
    closed_exit_id,
    closed_exit_comment,
)
"""``strategy.closedtrades.*``: functions of the trade's number."""
