"""Margin: what an entry must be able to pay, and the margin call.

A position needs its value times the margin's share. An entry whose position the equity does not cover is refused; a
position that is no longer covered is cut by four times what is missing. Where the share is 0 nothing is looked at.
Beyond TradingView's help the rules follow notes in PyneCore, measured on TradingView: the whole steps to cover are cut
down plainly; less than one step sells one unit; the price of a reversal that cannot be paid at its fill takes the exits
of the position with it; a margin call has a second stage.
"""

from __future__ import annotations

import math

from pinewright.backtest.book import forget_bounds, refuse, settle
from pinewright.backtest.ledger import close_lots, equity_at, mark
from pinewright.backtest.risk import watch_risk
from pinewright.backtest.sides import closing_price, price_for
from pinewright.backtest.sizing import clean, fee, side_of, to_tick
from pinewright.backtest.state import (
    BY_MARKET,
    CLOSE,
    ENTRY,
    EPSILON,
    EXIT,
    LIQUIDATION,
    NONE,
    BarView,
    Broker,
    Order,
)
from pinewright.machine.kernel import ffloor, kernel


@kernel
def affordable(b: Broker, v: BarView, side: int, closing: float, opening: float, price: float) -> bool:
    """Whether the equity at the fill covers the margin of the position after it."""
    ratio = b.margin_long if side > 0 else b.margin_short
    if ratio <= 0.0 or opening <= EPSILON:
        return True
    held = opening if closing > 0.0 else abs(b.position_size) + opening
    equity = equity_at(b, v, price if closing > 0.0 else price - side * b.spread)
    return not (held * price * b.unit_value * ratio - equity > abs(equity) * 1e-11)


@kernel
def withdraw(b: Broker, entry: Order) -> None:
    """A market reversal is refused at its fill: the exits of the position are withdrawn, and closes given with it.

    The exits come back when they are given again, or with the next margin call.
    """
    for k in range(b.order_count):
        o = b.orders[b.order_queue[k]]
        if o.kind == EXIT and o.bound != NONE:
            o.detached = True
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        if o.kind == CLOSE and o.side == entry.side and o.bar == entry.bar:
            refuse(b, slot)
            k = 0
        else:
            k += 1


@kernel
def check_margin(b: Broker, v: BarView, i: int, price: float) -> None:
    """Looks at rules of risk, then at the margin, where the price stands."""
    if b.risk.on:
        watch_risk(b, v, i, price)
    side = side_of(b.position_size)
    ratio = b.margin_long if side > 0 else b.margin_short
    if side == 0 or ratio <= 0.0:
        return
    step = v.quantity_step if v.quantity_step > 0.0 else 1e-8
    held = abs(b.position_size)
    if b.call_bar == i and b.call_deficit > 0.0:
        cover = ffloor(b.call_deficit / ratio / (b.call_price * b.unit_value) * (1.0 / step))
        b.call_deficit = 0.0
        if cover > 0.0:
            liquidate(b, v, i, price, min(clean(4.0 * cover * step), held))
            return
    missing = held * price * b.unit_value * ratio - equity_at(b, v, price)
    if missing <= 0.0:
        return
    cover = ffloor(missing / ratio / (price * b.unit_value) * (1.0 / step))
    second_stage(b, v, i, price, missing)
    liquidate(b, v, i, price, min(1.0, held) if cover < 1.0 else min(clean(4.0 * cover * step), held))


@kernel
def second_stage(b: Broker, v: BarView, i: int, price: float, missing: float) -> None:
    """What TradingView still finds missing at the bar's next look, before the first cut is taken off.

    It goes through the trades from the oldest and credits what each had cost at once, but what each gains one trade
    late, as long as that stays within the deficit; the rest is covered at the price of the first stage. Where the
    oldest trade alone cost more than the deficit there is no second stage.
    """
    side = side_of(b.position_size)
    paid = 0.0
    gained = 0.0
    rest = 0.0
    for k in range(b.opentrades):
        lot = b.lots[b.lot_queue[k]]
        cost = lot.quantity * lot.price * b.unit_value
        if missing - (paid + cost) - gained < 0.0:
            break
        paid += cost
        rest = missing - paid - gained
        gained += side * lot.quantity * (price - lot.price) * b.unit_value - fee(b, lot.quantity, price)
    b.call_bar = i
    b.call_price = price
    b.call_deficit = rest


@kernel
def liquidate(b: Broker, v: BarView, i: int, price: float, quantity: float) -> None:
    """Sells a part of the position, oldest trades first."""
    side = side_of(b.position_size)
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
    at = to_tick(price - side * b.slippage, v.step)
    mark(b, v)
    closed = close_lots(b, v, i, o, quantity, at, fee(b, quantity, at))
    settle(b, o, closed)
    for k in range(b.order_count):
        b.orders[b.order_queue[k]].detached = False
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
    value = b.position_size * b.unit_value
    # cash + value (p - average) = |value| p ratio, solved for p
    slope = value - abs(value) * ratio
    if slope == 0.0:
        return math.nan
    return (value * b.position_avg_price - cash) / slope


@kernel
def cancel_unaffordable(b: Broker, v: BarView, i: int) -> None:
    """Cancels resting entries that would open more, at the bar's close, than the equity covers."""
    if b.margin_long <= 0.0 and b.margin_short <= 0.0:
        return
    equity = equity_at(b, v, closing_price(b, v, i))
    k = 0
    while k < b.order_count:
        slot = b.order_queue[k]
        o = b.orders[slot]
        price = price_for(b, v, i, o.side)
        ratio = b.margin_long if o.side > 0 else b.margin_short
        opening = o.quantity - o.flip
        if o.kind == ENTRY and not o.market and opening * price * b.unit_value * ratio > equity:
            b.refused_orders += 1
            refuse(b, slot)
            k = 0
        else:
            k += 1
