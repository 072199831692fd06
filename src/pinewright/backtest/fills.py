"""A fill: what an order closes, what it opens, what it costs, and what it does to the other orders."""

from __future__ import annotations

import math

from pinewright.backtest.book import (
    apply_oca,
    bind_waiting,
    drop_waiting_legs,
    forget_bounds,
    is_opposite,
    remove_order,
    settle,
)
from pinewright.backtest.ledger import bound_place, close_lots, equity_at, mark, open_lot, side_of
from pinewright.backtest.sizing import clean, fee, to_tick, unit_cost
from pinewright.backtest.state import (
    BY_LIMIT,
    BY_MARKET,
    ENTRY,
    EPSILON,
    EXIT,
    LIQUIDATION,
    NONE,
    ORDER,
    BarView,
    Broker,
    Order,
)
from pinewright.machine.kernel import ffloor, kernel


@kernel
def fill(b: Broker, v: BarView, i: int, slot: int, price: float, reason: int) -> None:
    """Fills the order in that slot at the market's ``price``; slippage is added to all but limit fills."""
    o = b.orders[slot]
    b.stale = True
    opens = o.kind == ENTRY or o.kind == ORDER or o.committed
    if not opens and not is_opposite(b, o.side):
        remove_order(b, slot)
        return
    at = price if reason == BY_LIMIT else price + o.side * b.slippage
    at = to_tick(at, v.mintick)
    quantity = fill_quantity(b, v, o, at)
    closing = min(quantity, abs(b.position_size)) if is_opposite(b, o.side) else 0.0
    opening = clean(quantity - closing) if opens and not (o.committed and closing > 0.0) else 0.0
    unpaid = o.kind == ENTRY and not affordable(b, v, o.side, closing, opening, at)
    if unpaid or closing + opening <= EPSILON:
        b.refused_orders += int(unpaid)
        refuse(b, slot)
        return
    b.reason = reason
    mark(b, v)
    cost = fee(b, v, closing + opening, at)
    closed = 0.0
    if closing > 0.0:
        closed = close_lots(b, v, i, o, closing, at, cost * closing / (closing + opening))
    finish_order(b, slot, closed)
    if opening > EPSILON:
        open_lot(b, v, i, o, opening, at, cost * opening / (closing + opening))
        bind_waiting(b, v, o.id, b.serial, at)
    apply_oca(b, o.oca, o.oca_type, closed + opening)


@kernel
def fill_quantity(b: Broker, v: BarView, o: Order, price: float) -> float:
    """Units that the order trades: market entries add the position they reverse, budgets are divided here."""
    if o.market:
        if o.kind == ENTRY and is_opposite(b, o.side) and not o.keeps_quantity:
            return clean(o.quantity + abs(b.position_size))
        return o.quantity
    if o.budget == o.budget:
        return clean(floored(o.budget / unit_cost(b, v, price), v.quantity_step) + o.flip)
    return o.quantity


@kernel
def floored(quantity: float, step: float) -> float:
    """A quantity that comes from money, cut down to whole steps: TradingView truncates the plain quotient."""
    if step <= 0.0:
        return quantity
    return clean(ffloor(quantity * (1.0 / step)) * step)


@kernel
def affordable(b: Broker, v: BarView, side: int, closing: float, opening: float, price: float) -> bool:
    """Whether the equity at the fill covers the margin of the position after it."""
    ratio = b.margin_long if side > 0 else b.margin_short
    if ratio <= 0.0 or opening <= EPSILON:
        return True
    held = opening if closing > 0.0 else abs(b.position_size) + opening
    equity = equity_at(b, v, price)
    return not (held * price * v.point_value * ratio - equity > abs(equity) * 1e-11)


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
def finish_order(b: Broker, slot: int, closed: float) -> None:
    """Takes a filled order out of the book and what it closed off the bindings.

    An exit that sold its share of an entry that is still open stays as used up: its reservation holds, and the script,
    which gives the same command on each bar, does not place it again.
    """
    o = b.orders[slot]
    if closed > 0.0:
        serial = o.bound
        kind = o.kind
        o.consumed = True
        settle(b, o, closed)
        if kind == EXIT and bound_place(b, serial) != NONE:
            return
    remove_order(b, slot)
    if b.opentrades == 0:
        forget_bounds(b)


@kernel
def check_margin(b: Broker, v: BarView, i: int, price: float) -> None:
    """Margin call at a price of the path: sells four times what is missing, at least one unit."""
    side = side_of(b.position_size)
    ratio = b.margin_long if side > 0 else b.margin_short
    if side == 0 or ratio <= 0.0:
        return
    held = abs(b.position_size)
    missing = held * price * v.point_value * ratio - equity_at(b, v, price)
    if missing <= 0.0:
        return
    lots = missing / ratio / (price * v.point_value) / v.quantity_step
    cover = ffloor(lots * (1.0 + 1.4901161193847656e-08) + 1e-9)  # 2 ** -26: nearly whole counts as whole
    quantity = min(1.0, held) if cover < 1.0 else min(clean(4.0 * cover * v.quantity_step), held)
    o = b.request
    o.kind = LIQUIDATION
    o.side = -side
    o.id = NONE
    o.source = NONE
    o.comment = NONE
    o.bound = NONE
    b.margin_calls += 1
    b.reason = BY_MARKET
    b.stale = True
    at = to_tick(price - side * b.slippage, v.mintick)
    mark(b, v)
    closed = close_lots(b, v, i, o, quantity, at, fee(b, v, quantity, at))
    settle(b, o, closed)
    if b.opentrades == 0:
        forget_bounds(b)


@kernel
def margin_price(b: Broker, v: BarView) -> float:
    """The price at which the equity no longer covers the margin; NaN where there is none."""
    side = side_of(b.position_size)
    ratio = b.margin_long if side > 0 else b.margin_short
    if side == 0 or ratio <= 0.0:
        return math.nan
    cash = b.initial_capital + b.netprofit
    value = b.position_size * v.point_value
    # cash + value (p - average) = |value| p ratio, solved for p
    slope = value - abs(value) * ratio
    if slope == 0.0:
        return math.nan
    return (value * b.position_avg_price - cash) / slope


@kernel
def cancel_unaffordable(b: Broker, v: BarView, i: int) -> None:
    """Cancels resting entries whose margin, at the bar's close, is above the equity."""
    if b.margin_long <= 0.0 and b.margin_short <= 0.0:
        return
    price = v.fill_close[i]
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        ratio = b.margin_long if o.side > 0 else b.margin_short
        held = abs(b.position_size + o.side * o.quantity)
        if o.kind == ENTRY and not o.market and held * price * v.point_value * ratio > equity_at(b, v, price):
            b.refused_orders += 1
            refuse(b, slot)
            k = 0
        else:
            k += 1
