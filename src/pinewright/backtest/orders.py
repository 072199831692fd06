"""The commands of a script: strategy.entry, order, exit, close, close_all, cancel, cancel_all, and what it reads.

Names and parameters are the contract with the compiler. A command runs at the close of bar ``i``; what it asks for
fills on later bars, or at that close where the script says so. NaN stands for a number that was not given, NONE for an
id or comment.
"""

from __future__ import annotations

import math

from pinewright.backtest.book import (
    clear_order,
    find_entry,
    find_leg,
    is_opposite,
    new_order,
    remove_with_legs,
    resolve,
)
from pinewright.backtest.fills import floored
from pinewright.backtest.ledger import bound_quantity, equity_at, profit_at, side_of
from pinewright.backtest.sizing import clean, default_budget, floor_quantity, level_down, level_up, to_tick, unit_cost
from pinewright.backtest.state import (
    CLOSE,
    CLOSE_ALL,
    ENTRY,
    EPSILON,
    EXIT,
    NONE,
    OCA_REDUCE,
    ORDER,
    BarView,
    Broker,
    Order,
)
from pinewright.machine.kernel import ftrunc, kernel


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
        budget = default_budget(b, broker_equity(b, v, i))
        if budget == budget:
            price = expected_price(b, v.fill_close[i], side, limit, stop)
            quantity = floored(budget / unit_cost(b, v, price), v.quantity_step)
        else:
            quantity = floor_quantity(b.quantity_value, v.quantity_step)
    if not (quantity > 0.0 and quantity < math.inf) or not covered(b, v, i, kind, side, quantity, market):
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
        if kind == ENTRY and is_opposite(b, side) and not again:
            o.flip = max(0.0, clean(abs(b.position_size) - closing_quantity(b)))
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
def limit_level(v: BarView, side: int, limit: float) -> float:
    """A limit moved to the grid on the side that is better for its owner."""
    if limit != limit:
        return limit
    return level_down(limit, v.mintick) if side > 0 else level_up(limit, v.mintick)


@kernel
def stop_level(v: BarView, side: int, stop: float) -> float:
    """A stop moved to the grid on the side that the market reaches later."""
    if stop != stop:
        return stop
    return level_up(stop, v.mintick) if side > 0 else level_down(stop, v.mintick)


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
def order_exit(
    b: Broker,
    v: BarView,
    i: int,
    id: int,
    from_entry: int,
    qty: float,
    qty_percent: float,
    profit: float,
    limit: float,
    loss: float,
    stop: float,
    trail_price: float,
    trail_points: float,
    trail_offset: float,
    oca: int,
    comment: int,
    comment_profit: int,
    comment_loss: int,
    comment_trailing: int,
) -> None:
    """strategy.exit: one leg for each filled entry of that id (any without one) and for each that is pending.

    A pending entry that would reverse the position gets no leg from a command without from_entry: that leg belongs to
    the position there is.
    """
    if i < v.first or i >= v.last or qty < 0.0:
        return
    if b.bound_count == 0 and b.order_count == 0:
        return
    o = b.request
    clear_order(o)
    o.kind = EXIT
    o.id = id
    o.bar = i
    o.oca = oca
    o.comment = comment
    o.comment_profit = comment_profit
    o.comment_loss = comment_loss
    o.comment_trailing = comment_trailing
    o.profit = profit
    o.loss = loss
    o.limit = limit
    o.stop = stop
    o.trail_price = trail_price
    o.trail_points = trail_points
    o.trail_offset = ftrunc(trail_offset) * v.mintick if trail_offset == trail_offset else 0.0
    for k in range(b.bound_count):
        bound = b.bounds[b.bound_queue[k]]
        if from_entry == NONE or bound.id == from_entry:
            side = side_of(b.position_size)
            place_leg(b, v, i, side, bound.serial, bound.id, bound.initial, bound.price, qty, qty_percent)
    for k in range(b.order_count):
        entry = b.orders[b.order_queue[k]]
        if (entry.kind == ENTRY or entry.kind == ORDER) and (
            entry.id == from_entry or (from_entry == NONE and not is_opposite(b, entry.side))
        ):
            place_leg(b, v, i, entry.side, NONE, entry.id, opening_quantity(b, entry), math.nan, qty, qty_percent)


@kernel
def opening_quantity(b: Broker, entry: Order) -> float:
    """What a pending entry will open: not the part that closes the opposite position."""
    if not is_opposite(b, entry.side) or (entry.kind == ENTRY and entry.market and not entry.keeps_quantity):
        return entry.quantity
    return max(0.0, clean(entry.quantity - abs(b.position_size)))


@kernel
def place_leg(
    b: Broker,
    v: BarView,
    i: int,
    side: int,
    serial: int,
    source: int,
    initial: float,
    entry_price: float,
    qty: float,
    qty_percent: float,
) -> None:
    """Places or changes the leg of an exit that belongs to one entry of direction ``side``.

    Quantity is reserved first come, first served among the exits of an entry, from the size it had when it filled.
    Without any level the leg is disarmed and keeps its reservation.
    """
    r = b.request
    slot = find_leg(b, r.id, source, serial)
    if slot != NONE and b.orders[slot].consumed:
        return
    unreserved = initial
    for k in range(b.order_count):
        other = b.order_queue[k]
        o = b.orders[other]
        if o.kind == EXIT and other != slot and o.bound == serial and o.source == source and o.basis == initial:
            unreserved -= o.reserved
    reserved = unreserved
    if qty == qty:
        reserved = min(qty, unreserved)
    elif qty_percent == qty_percent:
        reserved = min(initial * qty_percent * 0.01, unreserved)
    reserved = floor_quantity(reserved, v.quantity_step)
    if reserved <= EPSILON:
        return
    if slot == NONE:
        if not has_level(r):
            return
        slot = new_order(b, i, EXIT, -side, r.id)
        if slot == NONE:
            return
    write_leg(b, v, i, b.orders[slot], side, entry_price)
    o = b.orders[slot]
    o.source = source
    o.bound = serial
    o.reserved = reserved
    o.quantity = reserved
    o.basis = initial
    b.stale = True
    if b.on_close:
        b.at_close = True


@kernel
def has_level(o: Order) -> bool:
    """Whether an exit names at least one price or distance."""
    return (
        o.limit == o.limit
        or o.stop == o.stop
        or o.profit == o.profit
        or o.loss == o.loss
        or o.trail_price == o.trail_price
        or o.trail_points == o.trail_points
    )


@kernel
def write_leg(b: Broker, v: BarView, i: int, o: Order, side: int, entry_price: float) -> None:
    """Copies levels and comments of the command into a leg and starts its trailing stop.

    A trailing stop goes on where the command repeats its parameters; where they change it starts anew from the close.
    """
    r = b.request
    had_trail = o.trail_price == o.trail_price or o.trail_points == o.trail_points
    old_points = o.trail_points
    old_price = o.trail_price
    old_offset = o.trail_offset
    old_level = o.trail_level
    o.side = -side
    o.bar = i
    o.oca = r.oca
    o.oca_type = OCA_REDUCE if r.oca != NONE else 0
    o.comment = r.comment
    o.comment_profit = r.comment_profit
    o.comment_loss = r.comment_loss
    o.comment_trailing = r.comment_trailing
    o.profit = r.profit
    o.loss = r.loss
    o.limit = limit_level(v, -side, r.limit)
    o.stop = stop_level(v, -side, r.stop)
    o.trail_points = r.trail_points
    o.trail_price = stop_level(v, -side, r.trail_price)
    o.trail_offset = r.trail_offset
    o.trail_level = math.nan
    if entry_price != entry_price:
        return
    resolve(b, v, o, entry_price)
    if o.trail_price != o.trail_price:
        return
    points = o.trail_points
    same = had_trail and old_offset == o.trail_offset and old_price == o.trail_price
    same = same and (old_points == points or (old_points != old_points and points != points))
    if same:
        o.trail_level = old_level
    else:
        start_trail(v, i, o, side)


@kernel
def start_trail(v: BarView, i: int, o: Order, side: int) -> None:
    """Lets a new trailing stop begin at the close at which the command runs, where that is past its activation."""
    close = v.fill_close[i]
    if side * (close - o.trail_price) >= 0.0:
        o.trail_level = to_tick(close - side * o.trail_offset, v.mintick)


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
