"""The way of the price in detail: point by point, with a bid and an ask, with hours in which no entry fills.

``path`` is the same for bars that are walked simply, and its docstring tells the rules. Here the points of each bar are
given (``way``): those of the bar itself, or of the finer bars inside it. Buyers' orders meet the ask and sellers' the
bid; both go from one point to the next in the same time, so what is met first is what lies at the smaller share of the
way. A position is marked at the price that would close it.
"""

from __future__ import annotations

import math

from pinewright.backtest.book import refuse
from pinewright.backtest.fills import enters, fill
from pinewright.backtest.ledger import catch_up
from pinewright.backtest.margin import cancel_unaffordable, check_margin
from pinewright.backtest.path import ARM, TURN, is_live, passed_by, reach
from pinewright.backtest.risk import open_bar, watch_risk
from pinewright.backtest.sides import is_filled
from pinewright.backtest.sizing import to_tick
from pinewright.backtest.state import (
    AT_CLOSE,
    BY_LIMIT,
    BY_MARKET,
    BY_STOP,
    BY_TRAIL,
    CHECK,
    EXIT,
    JUMP,
    NONE,
    SHUT,
    BarView,
    Broker,
    Order,
)
from pinewright.machine.kernel import kernel


@kernel(inline=False)
def walk_in_detail(b: Broker, v: BarView, i: int) -> None:
    """Walks bar i."""
    enter_bar(b, v, i)
    for k in range(v.way_start[i], v.way_start[i + 1]):
        travel(b, v, i, k)
    leave_bar(b, v, i)


@kernel
def enter_bar(b: Broker, v: BarView, i: int) -> None:
    """What is due before anything on bar i can fill: swap, and the extremes of the quiet bars before it."""
    pay_swap(b, v, i)
    catch_up(b, v, i)
    b.since = i + 1
    if b.risk.on:
        open_bar(b, v, i)


@kernel
def leave_bar(b: Broker, v: BarView, i: int) -> None:
    """What is due at the end of the way."""
    b.shut = False
    if b.risk.on:
        watch_risk(b, v, i, b.price)
    cancel_unaffordable(b, v, i)


@kernel
def pay_swap(b: Broker, v: BarView, i: int) -> None:
    """Counts the nights since the last look, at the end of which the position of now was held."""
    nights = v.nights[i] - b.nights
    b.nights = v.nights[i]
    if nights > 0:
        rate = v.swap_long if b.position_size > 0.0 else v.swap_short
        b.swap += nights * rate * abs(b.position_size) * b.unit_value


@kernel(inline=False)
def travel(b: Broker, v: BarView, i: int, k: int) -> None:
    """Goes to point k, which lies inside bar i."""
    marks = v.way_marks[k]
    b.shut = marks & SHUT != 0
    if marks & JUMP != 0:
        stand(b, v.way_bid[k], v.way_ask[k])
        arrive(b, v, i)
    else:
        leg_of_two(b, v, i, v.way_bid[k], v.way_ask[k])
    if marks & CHECK != 0:
        check_margin(b, v, i, b.price)


@kernel
def stand(b: Broker, bid: float, ask: float) -> None:
    """Puts the price there and notes extremes."""
    b.bid = bid
    b.ask = ask
    b.spread = ask - bid
    b.price = ask if b.position_size < 0.0 else bid
    b.high = max(b.high, b.price)
    b.low = min(b.low, b.price)


@kernel
def drag(b: Broker, v: BarView) -> None:
    """Draws trailing stops after the price."""
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.trail_level == o.trail_level and is_live(o):
            if o.side < 0:
                o.trail_level = max(o.trail_level, to_tick(b.bid - o.trail_offset, v.mintick))
            else:
                o.trail_level = min(o.trail_level, to_tick(b.ask + o.trail_offset, v.mintick))


@kernel(inline=False)
def arrive(b: Broker, v: BarView, i: int) -> None:
    """Fills where the price stands: market orders, then entries whose level it has passed, then such exits.

    A market entry is not kept for the end of the hours in which none fills; a priced one is.
    """
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.market and b.shut and enters(b, o.kind, o.side, o.quantity):
            refuse(b, slot)
            k = 0
        elif o.market:
            take(b, v, i, slot, b.ask if o.side > 0 else b.bid, BY_MARKET)
            k = 0
        else:
            k += 1
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.kind == EXIT:
            o.committed = is_reached(b, o)
    for exits in range(2):
        while True:
            slot = nearest_passed(b, exits == 1)
            if slot == NONE:
                break
            o = b.orders[slot]
            is_reached(b, o)
            take(b, v, i, slot, b.ask if o.side > 0 else b.bid, b.trigger)
    for k in range(b.order_count):
        b.orders[b.order_queue[k]].committed = False
    b.price = b.ask if b.position_size < 0.0 else b.bid
    drag(b, v)


@kernel
def may_fill(b: Broker, o: Order) -> bool:
    """Whether a priced order can fill now."""
    return is_live(o) and not (b.shut and enters(b, o.kind, o.side, o.quantity))


@kernel
def is_reached(b: Broker, o: Order) -> bool:
    """Whether a priced order fills where the price stands; sets ``b.trigger``."""
    if not may_fill(b, o):
        return False
    b.price = b.ask if o.side > 0 else b.bid
    reach(b, o, b.price)
    return b.trigger == BY_STOP or b.trigger == BY_LIMIT or b.trigger == BY_TRAIL


@kernel
def nearest_passed(b: Broker, exits: bool) -> int:
    """``path.first_in_gap`` for two prices."""
    found = NONE
    nearest = math.inf
    for k in range(b.order_count):
        slot = b.order_queue[k]
        o = b.orders[slot]
        if (o.kind == EXIT) == exits and is_reached(b, o):
            far = passed_by(b, o)
            if far < nearest or (far == nearest and o.side > 0 and b.orders[found].side < 0):
                found = slot
                nearest = far
    return found


@kernel
def take(b: Broker, v: BarView, i: int, slot: int, price: float, reason: int) -> None:
    """Fills an order at its side's price and marks what is held afterwards at the price that would close it."""
    before = b.serial + b.closedtrades
    b.price = price
    fill(b, v, i, slot, price, reason)
    b.price = b.ask if b.position_size < 0.0 else b.bid
    if b.serial + b.closedtrades != before:
        b.high = b.price
        b.low = b.price


@kernel(inline=False)
def leg_of_two(b: Broker, v: BarView, i: int, bid: float, ask: float) -> None:
    """Moves both prices; on the way each order fills where its side's price meets it, the nearest first."""
    while True:
        slot = NONE
        trigger = 0
        at = 0.0
        nearest = math.inf
        down = abs(bid - b.bid)
        up = abs(ask - b.ask)
        longer = max(down, up)
        for k in range(b.order_count):
            other = b.order_queue[k]
            o = b.orders[other]
            if may_fill(b, o):
                b.price = b.ask if o.side > 0 else b.bid
                own = up if o.side > 0 else down
                level = reach(b, o, ask if o.side > 0 else bid)
                far = abs(level - b.price)
                if own < longer and far > 0.0:
                    far = far * longer / own
                if b.trigger != 0 and far < nearest:
                    nearest = far
                    slot = other
                    trigger = b.trigger
                    at = level
        if slot == NONE:
            break
        share = nearest / longer if longer > 0.0 else 0.0
        o = b.orders[slot]
        if o.side > 0:
            stand(b, to_tick(b.bid + share * (bid - b.bid), v.mintick), at)
        else:
            stand(b, at, to_tick(b.ask + share * (ask - b.ask), v.mintick))
        drag(b, v)
        if trigger == TURN:
            o.triggered = True
        elif trigger == ARM:
            o.trail_level = to_tick(at + o.side * o.trail_offset, v.mintick)
            b.stale = True
        else:
            take(b, v, i, slot, at, trigger)
    stand(b, bid, ask)
    drag(b, v)


@kernel(inline=False)
def close_in_detail(b: Broker, v: BarView, i: int) -> None:
    """``path.broker_close`` for two prices."""
    b.at_close = False
    if is_filled(v, i):
        return
    pay_swap(b, v, i)
    catch_up(b, v, i + 1)
    stand(b, v.candles[4 * i + AT_CLOSE], v.ask_candles[4 * i + AT_CLOSE])
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.market and o.bar == i and (b.on_close or o.immediate):
            take(b, v, i, slot, b.ask if o.side > 0 else b.bid, BY_MARKET)
            k = 0
        else:
            k += 1
    if not b.on_close:
        return
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.bar == i and is_reached(b, o):
            take(b, v, i, slot, b.ask if o.side > 0 else b.bid, b.trigger)
            k = 0
        else:
            k += 1
