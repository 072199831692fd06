"""A fill: what an order closes, what it opens, what it costs, and what it does to the other orders."""

from __future__ import annotations

from pinewright.backtest.book import (
    apply_oca,
    bind_waiting,
    forget_bounds,
    is_opposite,
    refuse,
    remove_order,
    settle,
)
from pinewright.backtest.ledger import bound_place, close_lots, mark, open_lot
from pinewright.backtest.margin import affordable, withdraw
from pinewright.backtest.risk import count_fill, opening_allowed, watch_day
from pinewright.backtest.sizing import clean, fee, floored, side_of, to_tick, unit_cost
from pinewright.backtest.state import (
    BY_LIMIT,
    BY_STOP,
    ENTRY,
    EPSILON,
    EXIT,
    NONE,
    ORDER,
    BarView,
    Broker,
    Order,
)
from pinewright.machine.kernel import kernel


@kernel
def fill(b: Broker, v: BarView, i: int, slot: int, price: float, reason: int) -> None:
    """Fills the order in that slot at the market's ``price``; slippage is added to all but limit fills."""
    o = b.orders[slot]
    b.stale = True
    opens = o.kind == ENTRY or o.kind == ORDER or o.committed
    if not opens and not is_opposite(b, o.side):
        remove_order(b, slot)
        return
    if o.kind == ENTRY and o.market and side_of(b.position_size) == o.side and b.bound_count >= max(b.pyramiding, 1):
        refuse(b, slot)
        return
    at = price if reason == BY_LIMIT else price + o.side * b.slippage
    at = to_tick(at, v.step)
    quantity = fill_quantity(b, v, o, sizing_price(b, o, price, at, reason))
    closing = min(quantity, abs(b.position_size)) if is_opposite(b, o.side) else 0.0
    opening = clean(quantity - closing) if opens and not (o.committed and closing > 0.0) else 0.0
    if b.risk.on and o.kind == ENTRY:
        opening = clean(opening_allowed(b, o.side, closing, opening))
    unpaid = (o.kind == ENTRY or o.kind == ORDER) and not affordable(b, v, o.side, closing, opening, at)
    if unpaid or closing + opening <= EPSILON:
        b.refused_orders += int(unpaid)
        if unpaid and o.kind == ENTRY and o.market and closing > 0.0:
            withdraw(b, o)
        refuse(b, slot)
        return
    b.reason = reason
    mark(b, v)
    cost = fee(b, closing + opening, at)
    closed = 0.0
    before = b.netprofit
    resting = o.bar < i
    if closing > 0.0:
        closed = close_lots(b, v, i, o, closing, at, cost * closing / (closing + opening))
    earned = b.netprofit - before
    finish_order(b, slot, closed)
    if opening > EPSILON:
        open_lot(b, v, i, o, opening, at, cost * opening / (closing + opening))
        bind_waiting(b, v, o.id, b.serial, at)
    apply_oca(b, o.oca, o.oca_type, closed + opening)
    if b.risk.on:
        count_fill(b, v, i)
        if closed > 0.0 and resting and b.risk.inside:
            watch_day(b, v, i, b.price, earned)


@kernel
def enters(b: Broker, kind: int, side: int, quantity: float) -> bool:
    """Whether an order would open a position or add to one; what only takes from it is an exit."""
    against = (side > 0 and b.position_size < 0.0) or (side < 0 and b.position_size > 0.0)
    return kind == ENTRY or (kind == ORDER and not (against and quantity <= abs(b.position_size)))


@kernel
def sizing_price(b: Broker, o: Order, price: float, at: float, reason: int) -> float:
    """The price by which a budget becomes a quantity: that of the fill, but for two kinds of orders.

    A stop that a gap has passed is sized where it would have filled when it was given, slippage added, a stop-limit
    order there without (notes in PyneCore, measured on TradingView).
    """
    if o.stop == o.stop and o.limit == o.limit:
        return o.expected
    if reason == BY_STOP and price != o.stop:
        return o.expected + o.side * b.slippage
    return at


@kernel
def fill_quantity(b: Broker, v: BarView, o: Order, price: float) -> float:
    """Units that the order trades: market entries add the position they reverse, budgets are divided here."""
    if o.market:
        if o.kind == ENTRY and is_opposite(b, o.side) and not o.keeps_quantity:
            return clean(o.quantity + abs(b.position_size))
        return o.quantity
    if o.budget == o.budget:
        return clean(floored(o.budget / unit_cost(b, o.unit_value, price), v.quantity_step) + o.flip)
    return o.quantity


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
