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
    remove_with_legs,
)
from pinewright.backtest.fills import floored
from pinewright.backtest.ledger import bound_quantity, equity_at, profit_at, side_of
from pinewright.backtest.sizing import clean, default_budget, floor_quantity, limit_level, stop_level, unit_cost
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
    return profit_at(b, v, v.fill_close[i])


@kernel
def broker_equity(b: Broker, v: BarView, i: int) -> float:
    """Initial capital, net profit and open profit at the close of bar i."""
    return equity_at(b, v, v.fill_close[i])


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
    """strategy.entry: opens, adds within pyramiding, or reverses. Pyramiding is judged here, not at the fill."""
    side = 1 if is_long else -1
    if side_of(b.position_size) == side and b.bound_count >= max(b.pyramiding, 1):
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
    if qty == qty:
        quantity = floor_quantity(qty, v.quantity_step)
    else:
        if b.quantity_type != QUANTITY_FIXED:
            budget = default_budget(b, broker_equity(b, v, i))
        if budget == budget:
            price = expected_price(b, v.fill_close[i], side, limit, stop)
            quantity = floored(budget / unit_cost(b, v, price), v.quantity_step)
        else:
            quantity = floor_quantity(b.quantity_value, v.quantity_step)
    if not (quantity > 0.0 and quantity < math.inf):
        return
    if not covered(b, v, i, kind, side, quantity, market):
        b.refused_orders += 1
        return
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
        if kind == ENTRY and not again:
            held = abs(b.position_size) - closing_quantity(b) if is_opposite(b, side) else 0.0
            if b.opentrades == 0:
                held = entering_quantity(b, i, -side)
            o.flip = max(0.0, clean(held))
            o.quantity = clean(quantity + o.flip)
    if b.on_close:
        b.at_close = True


@kernel
def closing_quantity(b: Broker) -> float:
    """What market closes given earlier on this bar will sell: a priced entry does not reverse that part again."""
    total = 0.0
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.kind == CLOSE or o.kind == CLOSE_ALL:
            total += o.quantity
    return total


@kernel
def entering_quantity(b: Broker, i: int, side: int) -> float:
    """What market entries of that side, given earlier on bar i, will hold when a priced entry meets them."""
    total = 0.0
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.kind == ENTRY and o.market and o.side == side and o.bar == i:
            total += o.quantity
    return total


@kernel
def expected_price(b: Broker, close: float, side: int, limit: float, stop: float) -> float:
    """The price at which an order would fill now: money becomes a quantity by it."""
    if limit == limit:
        return min(limit, close) if side > 0 else max(limit, close)
    if stop == stop:
        return max(stop, close) if side > 0 else min(stop, close)
    return close + side * b.slippage


@kernel
def covered(b: Broker, v: BarView, i: int, kind: int, side: int, quantity: float, market: bool) -> bool:
    """Whether the equity covers the margin of an entry at the price of now; otherwise the command is refused."""
    ratio = b.margin_long if side > 0 else b.margin_short
    if ratio <= 0.0 or kind != ENTRY:
        return True
    price = v.fill_close[i]
    if market:
        price += side * b.slippage
    return quantity * price * v.point_value * ratio <= broker_equity(b, v, i)


@kernel
def order_close(
    b: Broker, v: BarView, i: int, id: int, comment: int, qty: float, qty_percent: float, immediately: bool
) -> None:
    """strategy.close: sells what entries of that id hold, or a part of it, at the next open or at this close."""
    if i < v.first or i >= v.last or b.opentrades == 0:
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
    if i < v.first or i >= v.last or b.opentrades == 0:
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
