"""The book of pending orders: places for new ones, removal, OCA groups, the bindings of exits to entries."""

from __future__ import annotations

import math

from pinewright.backtest.ledger import bound_place
from pinewright.backtest.sizing import clean, level_down, level_up, side_of
from pinewright.backtest.state import (
    CLOSE,
    ENTRY,
    EPSILON,
    EXIT,
    FULL_ORDERS,
    NONE,
    OCA_CANCEL,
    OCA_REDUCE,
    ORDER,
    BarView,
    Broker,
    Order,
)
from pinewright.machine.kernel import kernel


@kernel
def new_order(b: Broker, i: int, kind: int, side: int, id: int) -> int:
    """A cleared order at the end of the queue; its slot, or NONE when the table is full."""
    if b.order_count >= b.order_room:
        b.overflow = FULL_ORDERS
        return NONE
    slot = b.order_queue[b.order_count]
    b.order_count += 1
    clear_order(b.orders[slot])
    o = b.orders[slot]
    o.kind = kind
    o.side = side
    o.id = id
    o.bar = i
    b.active = True
    b.stale = True
    return slot


@kernel
def clear_order(o: Order) -> None:
    """An order that says nothing yet."""
    o.source = NONE
    o.oca = NONE
    o.oca_type = 0
    o.comment = NONE
    o.comment_profit = NONE
    o.comment_loss = NONE
    o.comment_trailing = NONE
    o.market = False
    o.keeps_quantity = False
    o.triggered = False
    o.committed = False
    o.consumed = False
    o.immediate = False
    o.detached = False
    o.quantity = 0.0
    o.flip = 0.0
    o.budget = math.nan
    o.limit = math.nan
    o.stop = math.nan
    o.profit = math.nan
    o.loss = math.nan
    o.trail_points = math.nan
    o.trail_price = math.nan
    o.trail_offset = 0.0
    o.trail_level = math.nan
    o.bound = NONE
    o.unit_value = 0.0
    o.expected = math.nan
    o.reserved = 0.0
    o.basis = 0.0


@kernel
def remove_place(b: Broker, place: int) -> None:
    """Takes an order out of the queue; its slot becomes free."""
    slot = b.order_queue[place]
    b.order_count -= 1
    for k in range(place, b.order_count):
        b.order_queue[k] = b.order_queue[k + 1]
    b.order_queue[b.order_count] = slot
    b.stale = True


@kernel
def remove_order(b: Broker, slot: int) -> None:
    """Takes the order in that slot out of the queue."""
    for k in range(b.order_count):
        if b.order_queue[k] == slot:
            remove_place(b, k)
            return


@kernel
def find_entry(b: Broker, id: int) -> int:
    """Slot of the pending entry or order of that id, or NONE."""
    for k in range(b.order_count):
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.id == id and (o.kind == ENTRY or o.kind == ORDER):
            return slot
    return NONE


@kernel
def find_leg(b: Broker, id: int, source: int, serial: int) -> int:
    """Slot of the leg of exit ``id`` that belongs to that entry, or NONE."""
    for k in range(b.order_count):
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.kind == EXIT and o.id == id and o.source == source and o.bound == serial:
            return slot
    return NONE


@kernel
def drop_waiting_legs(b: Broker, id: int) -> None:
    """Removes exits that waited for an entry which will not come."""
    k = 0
    while k < b.order_count:
        o = b.orders[b.order_queue[k]]
        if o.kind == EXIT and o.bound == NONE and o.source == id:
            remove_place(b, k)
        else:
            k += 1


@kernel
def drop_legs_of(b: Broker, serial: int) -> None:
    """Removes the exits bound to an entry that has nothing left; one that the gap has reached stays."""
    k = 0
    while k < b.order_count:
        o = b.orders[b.order_queue[k]]
        if o.kind == EXIT and o.bound == serial and not o.committed:
            remove_place(b, k)
        else:
            k += 1


@kernel
def drop_bound(b: Broker, place: int) -> None:
    """Forgets a binding and its exits."""
    slot = b.bound_queue[place]
    serial = b.bounds[slot].serial
    b.bound_count -= 1
    for k in range(place, b.bound_count):
        b.bound_queue[k] = b.bound_queue[k + 1]
    b.bound_queue[b.bound_count] = slot
    drop_legs_of(b, serial)


@kernel
def settle(b: Broker, o: Order, quantity: float) -> None:
    """Takes a closed quantity off the bindings: of the exit's own entry, of the closed id, else oldest first."""
    left = quantity
    if o.kind == EXIT:
        place = bound_place(b, o.bound)
        if place != NONE:
            bound = b.bounds[b.bound_queue[place]]
            bound.quantity = clean(bound.quantity - quantity)
            if bound.quantity <= EPSILON:
                drop_bound(b, place)
            return
    k = 0
    while k < b.bound_count and left > EPSILON:
        bound = b.bounds[b.bound_queue[k]]
        if o.kind == CLOSE and bound.id != o.source:
            k += 1
            continue
        part = min(left, bound.quantity)
        bound.quantity = clean(bound.quantity - part)
        left = clean(left - part)
        if bound.quantity <= EPSILON:
            drop_bound(b, k)
        else:
            k += 1


@kernel
def forget_bounds(b: Broker) -> None:
    """Flat: no bindings and none of their exits are left."""
    while b.bound_count > 0:
        drop_bound(b, b.bound_count - 1)


@kernel
def bind_waiting(b: Broker, v: BarView, id: int, serial: int, price: float) -> None:
    """Gives the exits that waited for an entry to its fill, and finds their levels."""
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.kind == EXIT and o.bound == NONE and o.source == id:
            o.bound = serial
            resolve(b, v, o, price)


@kernel
def resolve(b: Broker, v: BarView, o: Order, price: float) -> None:
    """Turns distances in ticks from the entry price into levels.

    Where a level is given both ways, v6 takes the one that the market reaches first, v5 the absolute one.
    """
    towards = -o.side  # direction in which the position earns
    if o.profit == o.profit:
        level = price + towards * o.profit * v.mintick
        level = level_up(level, v.mintick) if towards > 0 else level_down(level, v.mintick)
        if o.limit != o.limit or (b.nearest_exit and towards * (o.limit - level) > 0.0):
            o.limit = level
        o.profit = math.nan
    if o.loss == o.loss:
        level = price - towards * o.loss * v.mintick
        level = level_down(level, v.mintick) if towards > 0 else level_up(level, v.mintick)
        if o.stop != o.stop or (b.nearest_exit and towards * (level - o.stop) > 0.0):
            o.stop = level
        o.loss = math.nan
    if o.trail_points == o.trail_points and o.trail_price != o.trail_price:
        level = price + towards * o.trail_points * v.mintick
        o.trail_price = level_up(level, v.mintick) if towards > 0 else level_down(level, v.mintick)


@kernel
def apply_oca(b: Broker, oca: int, oca_type: int, filled: float) -> None:
    """After a fill: cancels the other orders of its group, or takes the filled quantity off them."""
    if oca == NONE or oca_type == 0:
        return
    if oca_type == OCA_REDUCE:
        for k in range(b.order_count):
            o = b.orders[b.order_queue[k]]
            if o.oca == oca and not o.consumed:
                o.quantity = clean(o.quantity - filled)
    k = 0
    while k < b.order_count:
        o = b.orders[b.order_queue[k]]
        if o.oca == oca and not o.consumed and (oca_type == OCA_CANCEL or o.quantity <= EPSILON):
            remove_with_legs(b, k)
            k = 0
        else:
            k += 1


@kernel
def remove_with_legs(b: Broker, place: int) -> None:
    """Removes an order and, where it is an entry, the exits that waited for it."""
    o = b.orders[b.order_queue[place]]
    id = o.id
    entry = o.kind == ENTRY or o.kind == ORDER
    remove_place(b, place)
    if entry:
        drop_waiting_legs(b, id)


@kernel
def refuse(b: Broker, slot: int) -> None:
    """Removes an order that cannot fill, and the exits that waited for it."""
    o = b.orders[slot]
    id = o.id
    entry = o.kind == ENTRY or o.kind == ORDER
    remove_order(b, slot)
    if entry:
        drop_waiting_legs(b, id)


@kernel
def is_opposite(b: Broker, side: int) -> bool:
    """Whether that direction stands against the open position."""
    return side_of(b.position_size) == -side
