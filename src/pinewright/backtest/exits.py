"""strategy.exit: a leg for each entry, with a share of its quantity, levels, and a trailing stop."""

from __future__ import annotations

import math

from pinewright.backtest.book import clear_order, find_leg, is_opposite, new_order, resolve
from pinewright.backtest.risk import forbids_orders
from pinewright.backtest.sides import price_for
from pinewright.backtest.sizing import clean, floor_quantity, limit_level, side_of, stop_level, to_tick
from pinewright.backtest.state import ENTRY, EPSILON, EXIT, NONE, OCA_REDUCE, ORDER, BarView, Broker, Order
from pinewright.machine.kernel import ftrunc, kernel


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
    if b.risk.on and forbids_orders(b, v, i):
        return
    a = b.said
    same = a.id == id and a.from_entry == from_entry and a.oca == oca and a.comment == comment
    same = same and a.comment_profit == comment_profit and a.comment_loss == comment_loss
    same = same and a.comment_trailing == comment_trailing
    same = same and alike(a.qty, qty) and alike(a.qty_percent, qty_percent)
    same = same and alike(a.profit, profit) and alike(a.limit, limit) and alike(a.loss, loss) and alike(a.stop, stop)
    same = same and alike(a.trail_price, trail_price) and alike(a.trail_points, trail_points)
    same = same and alike(a.trail_offset, trail_offset)
    if same and stands(b):
        return
    a.id = id
    a.from_entry = from_entry
    a.oca = oca
    a.comment = comment
    a.comment_profit = comment_profit
    a.comment_loss = comment_loss
    a.comment_trailing = comment_trailing
    a.qty = qty
    a.qty_percent = qty_percent
    a.profit = profit
    a.limit = limit
    a.loss = loss
    a.stop = stop
    a.trail_price = trail_price
    a.trail_points = trail_points
    a.trail_offset = trail_offset
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
    a.serial = b.bounds[b.bound_queue[0]].serial if b.bound_count == 1 else NONE


@kernel
def alike(one: float, other: float) -> bool:
    """Equal, or both not given."""
    return one == other or (one != one and other != other)


@kernel
def stands(b: Broker) -> bool:
    """Whether the last exit command still is the one order in the book, so that repeating it changes nothing."""
    if b.bound_count != 1 or b.order_count != 1 or b.on_close:
        return False
    o = b.orders[b.order_queue[0]]
    serial = b.bounds[b.bound_queue[0]].serial
    own = o.kind == EXIT and o.oca == NONE and o.bound == serial and not o.detached
    return own and b.said.serial == serial and b.said.id == o.id


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
    Without any level the leg is not armed, and holds its reservation all the same, also where it was never armed: as a
    level from strategy.position_avg_price is while the entry is awaited.
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
    o.detached = False
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
        start_trail(b, v, i, o, side)


@kernel
def start_trail(b: Broker, v: BarView, i: int, o: Order, side: int) -> None:
    """Lets a new trailing stop begin at the close at which the command runs, where that is past its activation."""
    close = price_for(b, v, i, -side)
    if side * (close - o.trail_price) >= 0.0:
        o.trail_level = to_tick(close - side * o.trail_offset, v.mintick)
