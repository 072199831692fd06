"""The way of the price through a bar, and what it fills.

A bar is walked open, high, low, close where the open is nearer to the high, else open, low, high, close; a tie counts
as nearer to the low. Inside a bar the price passes every level; only the open can jump. On the open, market orders
fill first, in the order of their commands; then what the gap has reached: entries, then exits. Prices are those of the
tick grid.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.backtest.fills import fill
from pinewright.backtest.ledger import catch_up
from pinewright.backtest.margin import cancel_unaffordable, check_margin, margin_price
from pinewright.backtest.risk import open_bar, watch_risk, watches_losses
from pinewright.backtest.sides import is_filled
from pinewright.backtest.sizing import to_tick
from pinewright.backtest.state import (
    AT_CLOSE,
    AT_HIGH,
    AT_LOW,
    AT_OPEN,
    BY_LIMIT,
    BY_MARKET,
    BY_STOP,
    BY_TRAIL,
    ENTRY,
    EXIT,
    NONE,
    BarView,
    Broker,
    Order,
)
from pinewright.machine.kernel import kernel

ARM: Final = 4
"""Answer of ``reach``: the price touches the activation of a trailing stop."""
TURN: Final = 5
"""Answer of ``reach``: the price touches the stop of a stop-limit order, which becomes a limit order."""


@kernel(inline=True)
def broker_bar(b: Broker, v: BarView, i: int) -> None:
    """Lets the orders that were given on earlier bars meet bar i."""
    if b.stale:
        refresh(b, v)
    if v.candles[4 * i + AT_LOW] <= b.wake_low or v.ask_candles[4 * i + AT_HIGH] >= b.wake_high:
        walk(b, v, i)


@kernel(inline=False)
def refresh(b: Broker, v: BarView) -> None:
    """Finds the prices between which nothing can happen; any price where a market order waits or a stop trails."""
    b.stale = False
    b.active = b.order_count > 0 or b.opentrades > 0
    b.wake_high = math.inf
    if b.order_count > 0 and b.orders[b.order_queue[0]].market:
        b.wake_low = math.inf
        return
    b.wake_low = -math.inf
    margin = margin_price(b, v)
    if margin == margin and b.position_size > 0.0:
        b.wake_low = margin
    elif margin == margin:
        b.wake_high = margin
    if b.opentrades > 0 and watches_losses(b):
        b.wake_low = math.inf
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        margined = b.margin_long > 0.0 or b.margin_short > 0.0
        if o.market or o.trail_level == o.trail_level or (margined and o.kind == ENTRY):
            b.wake_low = math.inf
        elif is_live(o):
            watch(b, o)


@kernel
def watch(b: Broker, o: Order) -> None:
    """Narrows the quiet range by the levels of one order."""
    if o.side > 0:
        if o.stop == o.stop and not o.triggered:
            b.wake_high = min(b.wake_high, o.stop)
        else_limit = o.limit == o.limit and (o.triggered or o.stop != o.stop or o.kind == EXIT)
        if else_limit:
            b.wake_low = max(b.wake_low, o.limit)
        if o.trail_price == o.trail_price:
            b.wake_low = max(b.wake_low, o.trail_price)
    else:
        if o.stop == o.stop and not o.triggered:
            b.wake_low = max(b.wake_low, o.stop)
        else_limit = o.limit == o.limit and (o.triggered or o.stop != o.stop or o.kind == EXIT)
        if else_limit:
            b.wake_high = min(b.wake_high, o.limit)
        if o.trail_price == o.trail_price:
            b.wake_high = min(b.wake_high, o.trail_price)


@kernel
def is_live(o: Order) -> bool:
    """Whether a priced order can fill: an exit needs an entry that has filled and a share that is left."""
    if o.market:
        return False
    return o.kind != EXIT or (o.bound != NONE and not o.consumed and not o.detached)


@kernel(inline=False)
def walk(b: Broker, v: BarView, i: int) -> None:
    """Walks bar i leg by leg; on one that was never traded nothing can fill, and what waits goes on waiting."""
    if is_filled(v, i):
        return
    start = v.candles[4 * i + AT_OPEN]
    high = v.candles[4 * i + AT_HIGH]
    low = v.candles[4 * i + AT_LOW]
    catch_up(b, v, i)
    b.since = i + 1
    b.price = start
    b.high = max(b.high, start)
    b.low = min(b.low, start)
    if b.risk.on:
        open_bar(b, v, i)
    opening(b, v, i)
    if b.stale:
        refresh(b, v)
    if low > b.wake_low and high < b.wake_high and not b.risk.on:
        # Nothing more can happen on this bar: its extremes are taken in when they count.
        b.since = i
        return
    check_margin(b, v, i, start)
    if high - start < start - low:
        leg(b, v, i, high)
        check_margin(b, v, i, high)
        leg(b, v, i, low)
        check_margin(b, v, i, low)
    else:
        leg(b, v, i, low)
        check_margin(b, v, i, low)
        leg(b, v, i, high)
        check_margin(b, v, i, high)
    leg(b, v, i, v.candles[4 * i + AT_CLOSE])
    if b.risk.on:
        watch_risk(b, v, i, b.price)
    cancel_unaffordable(b, v, i)


@kernel
def opening(b: Broker, v: BarView, i: int) -> None:
    """Fills at the open: market orders, then the entries that the gap has reached, then the exits it has reached.

    An exit that the gap has reached is carried out even where an entry of the same gap has turned the position.
    """
    start = b.price
    fill_market(b, v, i, start)
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.kind == EXIT:
            o.committed = fills_here(b, o)
    for exits in range(2):
        while True:
            slot = first_in_gap(b, exits == 1)
            if slot == NONE:
                break
            reach(b, b.orders[slot], start)
            fill(b, v, i, slot, start, b.trigger)
    for k in range(b.order_count):
        b.orders[b.order_queue[k]].committed = False
    move(b, v, start)


@kernel
def fill_market(b: Broker, v: BarView, i: int, price: float) -> None:
    """Fills all market orders, in the order of their commands."""
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        if b.orders[slot].market:
            fill(b, v, i, slot, price, BY_MARKET)
            k = 0
        else:
            k += 1


@kernel
def fills_here(b: Broker, o: Order) -> bool:
    """Whether a priced order fills where the price stands; sets ``b.trigger``."""
    if not is_live(o):
        return False
    reach(b, o, b.price)
    return b.trigger == BY_STOP or b.trigger == BY_LIMIT or b.trigger == BY_TRAIL


@kernel
def first_in_gap(b: Broker, exits: bool) -> int:
    """Of the entries (or exits) that the gap has reached the one whose level is nearest to the open.

    So TradingView orders two exits of one position that a gap has passed; of equal ones buying comes first, as with two
    entries at the same level, then the earlier command.
    """
    found = NONE
    nearest = math.inf
    for k in range(b.order_count):
        slot = b.order_queue[k]
        o = b.orders[slot]
        if (o.kind == EXIT) == exits and fills_here(b, o):
            far = passed_by(b, o)
            if far < nearest or (far == nearest and o.side > 0 and b.orders[found].side < 0):
                found = slot
                nearest = far
    return found


@kernel
def passed_by(b: Broker, o: Order) -> float:
    """How far the price has passed the level of an order that ``b.trigger`` names."""
    if b.trigger == BY_STOP:
        return abs(o.stop - b.price)
    if b.trigger == BY_TRAIL:
        return abs(o.trail_level - b.price)
    return abs(o.limit - b.price)


@kernel
def leg(b: Broker, v: BarView, i: int, target: float) -> None:
    """Moves the price to ``target``; on the way each order fills where the price meets it, the nearest first."""
    while True:
        slot = NONE
        trigger = 0
        at = target
        nearest = math.inf
        for k in range(b.order_count):
            other = b.order_queue[k]
            o = b.orders[other]
            if is_live(o):
                level = reach(b, o, target)
                if b.trigger != 0 and abs(level - b.price) < nearest:
                    nearest = abs(level - b.price)
                    slot = other
                    trigger = b.trigger
                    at = level
        if slot == NONE:
            break
        meet(b, v, i, slot, trigger, at)
    move(b, v, target)


@kernel
def meet(b: Broker, v: BarView, i: int, slot: int, trigger: int, at: float) -> None:
    """What happens where the price meets an order: a fill, a trailing stop that starts, a stop that becomes a limit."""
    o = b.orders[slot]
    move(b, v, at)
    if trigger == TURN:
        o.triggered = True
    elif trigger == ARM:
        o.trail_level = to_tick(at + o.side * o.trail_offset, v.mintick)
        b.stale = True
    else:
        fill(b, v, i, slot, at, trigger)


@kernel
def move(b: Broker, v: BarView, target: float) -> None:
    """Moves the price, notes extremes, and draws trailing stops after it."""
    b.price = target
    b.high = max(b.high, target)
    b.low = min(b.low, target)
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.trail_level == o.trail_level and is_live(o):
            if o.side < 0:
                o.trail_level = max(o.trail_level, to_tick(target - o.trail_offset, v.mintick))
            else:
                o.trail_level = min(o.trail_level, to_tick(target + o.trail_offset, v.mintick))


@kernel
def reach(b: Broker, o: Order, target: float) -> float:
    """Where an order acts on the way from ``b.price`` to ``target``; sets ``b.trigger``, 0 for nowhere.

    ``s`` turns selling upside down, so that every order reads as a sale: stops below the price, limits above it.
    """
    s = -o.side
    now = s * b.price
    end = s * target
    best = math.inf
    b.trigger = 0
    level = 0.0
    stop_limit = o.kind != EXIT and o.stop == o.stop and o.limit == o.limit
    if o.stop == o.stop and not o.triggered and min(now, end) <= s * o.stop:
        level = min(now, s * o.stop)
        best = abs(level - now)
        b.trigger = TURN if stop_limit else BY_STOP
    if o.trail_level == o.trail_level:
        if min(now, end) <= s * o.trail_level and abs(min(now, s * o.trail_level) - now) < best:
            level = min(now, s * o.trail_level)
            best = abs(level - now)
            b.trigger = BY_TRAIL
    elif (
        o.trail_price == o.trail_price
        and max(now, end) >= s * o.trail_price
        and abs(max(now, s * o.trail_price) - now) < best
    ):
        level = max(now, s * o.trail_price)
        best = abs(level - now)
        b.trigger = ARM
    if o.limit == o.limit and (not stop_limit or o.triggered):
        beyond = s * o.limit + b.fill_beyond
        if max(now, end) >= beyond and abs(max(now, s * o.limit) - now) < best:
            level = max(now, s * o.limit)
            b.trigger = BY_LIMIT
    return s * level


@kernel(inline=False)
def broker_close(b: Broker, v: BarView, i: int) -> None:
    """After the script: orders of this bar that may fill at its close.

    With process_orders_on_close first market orders, then priced ones that the close has reached; without it only
    closes that were given ``immediately``.
    """
    b.at_close = False
    if is_filled(v, i):
        return
    catch_up(b, v, i + 1)
    b.price = v.candles[4 * i + AT_CLOSE]
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.market and o.bar == i and (b.on_close or o.immediate):
            fill(b, v, i, slot, b.price, BY_MARKET)
            k = 0
        else:
            k += 1
    if not b.on_close:
        return
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.bar == i and fills_here(b, o):
            fill(b, v, i, slot, b.price, b.trigger)
            k = 0
        else:
            k += 1
