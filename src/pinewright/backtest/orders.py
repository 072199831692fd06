"""The commands of a script: strategy.entry, order, close, close_all, cancel, cancel_all, and what it reads.

Names and parameters are the contract with the compiler. A command runs at the close of bar ``i``; what it asks for
fills on later bars, or at that close where the script says so. NaN stands for a number that was not given, NONE for an
id or comment.
"""

from __future__ import annotations

import math

from pinewright.backtest.book import (
    clear_order,
    find_entry,
    is_opposite,
    new_order,
    refuse,
    remove_with_legs,
)
from pinewright.backtest.fills import enters
from pinewright.backtest.ledger import bound_quantity, equity_at, profit_at
from pinewright.backtest.risk import forbids_orders
from pinewright.backtest.sides import closing_price, price_for
from pinewright.backtest.sizing import (
    clean,
    default_budget,
    floor_quantity,
    floored,
    limit_level,
    side_of,
    stop_level,
    unit_cost,
)
from pinewright.backtest.state import (
    CLOSE,
    CLOSE_ALL,
    ENTRY,
    EPSILON,
    EXIT,
    NONE,
    ORDER,
    QUANTITY_FIXED,
    BarView,
    Broker,
)
from pinewright.machine.kernel import kernel


@kernel
def broker_openprofit(b: Broker, v: BarView, i: int) -> float:
    """Profit of the open position at the close of bar i, before commission."""
    return profit_at(b, v, closing_price(b, v, i))


@kernel
def broker_equity(b: Broker, v: BarView, i: int) -> float:
    """Initial capital, net profit and open profit at the close of bar i."""
    return equity_at(b, v, closing_price(b, v, i))


@kernel
def order_entry(
    b: Broker,
    v: BarView,
    i: int,
    id: int,
    is_long: bool,
    qty: float,
    limit: float,
    stop: float,
    oca: int,
    oca_type: int,
    comment: int,
) -> None:
    """strategy.entry: opens, adds within pyramiding, or reverses.

    Pyramiding is judged here by the position that is ahead, market orders again at their fill (notes in PyneCore). A
    command that it refuses withdraws the pending order of its id, but for one of the same bar, which it may change.
    """
    side = 1 if is_long else -1
    if b.bound_count >= max(b.pyramiding, 1) and side_of(position_ahead(b)) == side:
        slot = find_entry(b, id)
        if slot == NONE or b.orders[slot].bar != i:
            if slot != NONE and i >= v.first and i < v.last:
                refuse(b, slot)
            return
    place(b, v, i, ENTRY, id, side, qty, limit, stop, oca, oca_type, comment)


@kernel
def order_order(
    b: Broker,
    v: BarView,
    i: int,
    id: int,
    is_long: bool,
    qty: float,
    limit: float,
    stop: float,
    oca: int,
    oca_type: int,
    comment: int,
) -> None:
    """strategy.order: adds to the position or takes from it, as given."""
    place(b, v, i, ORDER, id, 1 if is_long else -1, qty, limit, stop, oca, oca_type, comment)


@kernel
def place(
    b: Broker,
    v: BarView,
    i: int,
    kind: int,
    id: int,
    side: int,
    qty: float,
    limit: float,
    stop: float,
    oca: int,
    oca_type: int,
    comment: int,
) -> None:
    """Writes an entry or order into the book, or changes the pending one of the same id."""
    if i < v.first or i >= v.last:
        return
    market = limit != limit and stop != stop
    limit = limit_level(v, side, limit)
    stop = stop_level(v, side, stop)
    budget = math.nan
    quantity = 0.0
    price = expected_price(b, price_for(b, v, i, side), side, limit, stop)
    if qty == qty:
        quantity = floor_quantity(qty, v.quantity_step)
    else:
        if b.quantity_type != QUANTITY_FIXED:
            budget = default_budget(b, broker_equity(b, v, i))
        if budget == budget:
            quantity = floored(budget / unit_cost(b, b.unit_value, price), v.quantity_step)
        else:
            quantity = floor_quantity(b.quantity_value, v.quantity_step)
    if not (quantity > 0.0 and quantity < math.inf):
        return
    if b.risk.on and forbids_orders(b, v, i):
        return
    if b.barred and enters(b, kind, side, quantity):
        return
    if not covered(b, v, i, kind, side, quantity, market):
        b.refused_orders += 1
        if not market or not is_opposite(b, side):
            return
        quantity = 0.0  # a market reversal that cannot be paid still closes
    ahead = position_ahead(b)
    slot = find_entry(b, id)
    again = False
    if slot == NONE:
        slot = new_order(b, i, kind, side, id)
        if slot == NONE:
            return
    else:
        again = b.orders[slot].bar == i
        clear_order(b.orders[slot])
        b.stale = True
    o = b.orders[slot]
    o.kind = kind
    o.side = side
    o.id = id
    o.bar = i
    o.market = market
    o.quantity = quantity
    o.keeps_quantity = again
    o.limit = limit
    o.stop = stop
    o.oca = oca
    o.oca_type = oca_type
    o.comment = comment
    if not market:
        o.budget = budget
        o.unit_value = b.unit_value
        o.expected = price
        if kind == ENTRY and not again:
            o.flip = max(0.0, -side * ahead)
            o.quantity = clean(quantity + o.flip)
    if b.on_close:
        b.at_close = True


@kernel
def position_ahead(b: Broker) -> float:
    """The position, signed, that market orders given earlier on this bar will leave: what a new entry meets.

    Closes hand over what they close, a reversal turns it (notes in PyneCore, measured on TradingView).
    """
    size = b.position_size
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if not o.market:
            continue
        change = o.side * o.quantity
        if o.kind == CLOSE or o.kind == CLOSE_ALL:
            size = size + change if (size + change) * size > 0.0 else 0.0
        elif o.kind == ENTRY:
            size = size + change if size * change >= 0.0 else change
    return clean(size)


@kernel
def expected_price(b: Broker, close: float, side: int, limit: float, stop: float) -> float:
    """The price at which an order would fill now: money becomes a quantity by it."""
    if limit != limit and stop != stop:
        return close + side * b.slippage
    price = close
    if stop == stop:
        price = max(stop, price) if side > 0 else min(stop, price)
    if limit == limit:
        price = min(limit, price) if side > 0 else max(limit, price)
    return price


@kernel
def covered(b: Broker, v: BarView, i: int, kind: int, side: int, quantity: float, market: bool) -> bool:
    """Whether the equity covers the margin of an entry at the price of now; otherwise the command is refused."""
    ratio = b.margin_long if side > 0 else b.margin_short
    if ratio <= 0.0 or kind != ENTRY:
        return True
    price = price_for(b, v, i, side)
    if market:
        price += side * b.slippage
    return quantity * price * b.unit_value * ratio <= broker_equity(b, v, i)


@kernel
def order_close(
    b: Broker, v: BarView, i: int, id: int, comment: int, qty: float, qty_percent: float, immediately: bool
) -> None:
    """strategy.close: sells what entries of that id hold, or a part of it, at the next open or at this close."""
    if i < v.first or i >= v.last or b.opentrades == 0 or (b.risk.on and forbids_orders(b, v, i)):
        return
    available = bound_quantity(b, id)
    quantity = available
    if qty == qty:
        quantity = min(qty, available)
    elif qty_percent == qty_percent:
        quantity = available * qty_percent * 0.01
    if quantity < available:
        quantity = floor_quantity(quantity, v.quantity_step)
    close_by_market(b, i, CLOSE, id, quantity, comment, immediately)


@kernel
def order_close_all(b: Broker, v: BarView, i: int, comment: int, immediately: bool) -> None:
    """strategy.close_all: sells the whole position at the next open or at this close."""
    if i < v.first or i >= v.last or b.opentrades == 0 or (b.risk.on and forbids_orders(b, v, i)):
        return
    close_by_market(b, i, CLOSE_ALL, NONE, abs(b.position_size), comment, immediately)


@kernel
def close_by_market(
    b: Broker, i: int, kind: int, source: int, quantity: float, comment: int, immediately: bool
) -> None:
    """Places the market order of a close."""
    if not (quantity > EPSILON):
        return
    slot = new_order(b, i, kind, -side_of(b.position_size), source)
    if slot == NONE:
        return
    o = b.orders[slot]
    o.source = source
    o.market = True
    o.quantity = quantity
    o.comment = comment
    o.immediate = immediately
    if immediately or b.on_close:
        b.at_close = True


@kernel
def order_cancel(b: Broker, v: BarView, i: int, id: int) -> None:
    """strategy.cancel: withdraws the pending entry, order or exit of that id."""
    k = 0
    while k < b.order_count:
        o = b.orders[b.order_queue[k]]
        if o.id == id and (o.kind == ENTRY or o.kind == ORDER):
            remove_with_legs(b, k)
            k = 0
        elif o.id == id and o.kind == EXIT and not o.consumed:
            remove_with_legs(b, k)
        else:
            k += 1


@kernel
def order_cancel_all(b: Broker, v: BarView, i: int) -> None:
    """strategy.cancel_all: withdraws every pending order but exits that have done their part."""
    k = 0
    while k < b.order_count:
        o = b.orders[b.order_queue[k]]
        if o.consumed:
            k += 1
        else:
            remove_with_legs(b, k)
            k = 0
