"""Open lots and closed trades: what a fill does to the position and to the account."""

from __future__ import annotations

import math
from typing import Final

from pinewright.backtest.history import best_of, percent_of_cost, record, worst_of
from pinewright.backtest.sizing import clean, side_of
from pinewright.backtest.state import (
    AT_HIGH,
    AT_LOW,
    CLOSE,
    EPSILON,
    EXIT,
    FULL_LOTS,
    FULL_TRADES,
    NONE,
    BarView,
    Broker,
    Lot,
    Order,
)
from pinewright.machine.kernel import Floats, kernel

FEW: Final = 16
"""Bars whose extremes are read from the candles that the fill has at hand."""


@kernel
def profit_at(b: Broker, v: BarView, price: float) -> float:
    """Open profit at a price, without commission."""
    if b.opentrades == 0:
        return 0.0
    return b.position_size * (price - b.position_avg_price) * b.unit_value


@kernel
def equity_at(b: Broker, v: BarView, price: float) -> float:
    """Capital, realised profit, paid commission and open profit at a price."""
    return b.initial_capital + b.netprofit + profit_at(b, v, price)


@kernel
def greatest(values: Floats, start: int, end: int, known: float) -> float:
    """Greatest of ``known`` and values[start:end].

    Eight running ones, since one alone would wait for its own last result.
    """
    m0 = known
    m1 = known
    m2 = known
    m3 = known
    m4 = known
    m5 = known
    m6 = known
    m7 = known
    k = start
    while k + 7 < end:
        m0 = max(m0, values[k])
        m1 = max(m1, values[k + 1])
        m2 = max(m2, values[k + 2])
        m3 = max(m3, values[k + 3])
        m4 = max(m4, values[k + 4])
        m5 = max(m5, values[k + 5])
        m6 = max(m6, values[k + 6])
        m7 = max(m7, values[k + 7])
        k += 8
    while k < end:
        m0 = max(m0, values[k])
        k += 1
    return max(max(max(m0, m1), max(m2, m3)), max(max(m4, m5), max(m6, m7)))


@kernel
def least(values: Floats, start: int, end: int, known: float) -> float:
    """Least of ``known`` and values[start:end], as ``greatest``."""
    m0 = known
    m1 = known
    m2 = known
    m3 = known
    m4 = known
    m5 = known
    m6 = known
    m7 = known
    k = start
    while k + 7 < end:
        m0 = min(m0, values[k])
        m1 = min(m1, values[k + 1])
        m2 = min(m2, values[k + 2])
        m3 = min(m3, values[k + 3])
        m4 = min(m4, values[k + 4])
        m5 = min(m5, values[k + 5])
        m6 = min(m6, values[k + 6])
        m7 = min(m7, values[k + 7])
        k += 8
    while k < end:
        m0 = min(m0, values[k])
        k += 1
    return min(min(min(m0, m1), min(m2, m3)), min(min(m4, m5), min(m6, m7)))


@kernel
def catch_up(b: Broker, v: BarView, end: int) -> None:
    """Takes the quiet bars before ``end`` into the extremes of the path.

    Bars on which nothing fills are not looked at one by one: their highs and lows are read in one go when they count.
    """
    start = b.since
    b.since = max(start, end)
    if b.opentrades == 0:
        return
    if end - start <= FEW:
        candles = v.ask_candles if b.position_size < 0.0 else v.candles
        for k in range(start, end):
            b.high = max(b.high, candles[4 * k + AT_HIGH])
            b.low = min(b.low, candles[4 * k + AT_LOW])
    elif b.position_size < 0.0:
        b.high = greatest(v.ask_high, start, end, b.high)
        b.low = least(v.ask_low, start, end, b.low)
    else:
        b.high = greatest(v.fill_high, start, end, b.high)
        b.low = least(v.fill_low, start, end, b.low)


@kernel
def mark(b: Broker, v: BarView) -> None:
    """Takes the extremes since the last fill into the open trades, the drawdown and the run-up."""
    if b.opentrades == 0:
        return
    high_equity = equity_at(b, v, b.high)
    low_equity = equity_at(b, v, b.low)
    measure(b, min(high_equity, low_equity), max(high_equity, low_equity))
    for k in range(b.opentrades):
        lot = b.lots[b.lot_queue[k]]
        lot.high = max(lot.high, b.high)
        lot.low = min(lot.low, b.low)
    b.high = b.price
    b.low = b.price


@kernel
def change_rate(b: Broker, v: BarView, i: int) -> None:
    """Counts money at the rate of exchange of bar i; what was reached before it stays at the rate of then."""
    catch_up(b, v, i)
    mark(b, v)
    for k in range(b.opentrades):
        lot = b.lots[b.lot_queue[k]]
        lot.best = best_of(b, lot, lot.high, lot.low)
        lot.worst = worst_of(b, lot, lot.high, lot.low)
        lot.high = -math.inf
        lot.low = math.inf
    b.high = -math.inf
    b.low = math.inf
    b.rate = v.rates[i]
    b.unit_value = v.point_value * b.rate
    b.stale = True


@kernel
def measure(b: Broker, worst: float, best: float) -> None:
    """Drawdown from the high-water mark of realised equity, and run-up from the least equity at an entry.

    Each percentage is of its higher end, so that it may come from another bar than the money (notes in PyneCore).
    """
    drawdown = b.peak - worst
    if drawdown > b.max_drawdown:
        b.max_drawdown = drawdown
    # Division rounds monotonically: only where the product reaches it can the quotient exceed what was greatest.
    if 100.0 * drawdown >= b.max_drawdown_percent * b.peak:
        b.max_drawdown_percent = max(b.max_drawdown_percent, 100.0 * drawdown / b.peak)
    runup = best - b.trough
    if runup > b.max_runup:
        b.max_runup = runup
    if runup > 0.0 and best > 0.0 and 100.0 * runup >= b.max_runup_percent * best:
        b.max_runup_percent = max(b.max_runup_percent, 100.0 * runup / best)


@kernel
def average_price(b: Broker) -> float:
    """Average entry price of the open lots, NaN when flat."""
    if b.opentrades == 0:
        return math.nan
    if b.opentrades == 1:
        return b.lots[b.lot_queue[0]].price
    value = 0.0
    quantity = 0.0
    for k in range(b.opentrades):
        lot = b.lots[b.lot_queue[k]]
        value += lot.price * lot.quantity
        quantity += lot.quantity
    return value / quantity


@kernel
def open_lot(b: Broker, v: BarView, i: int, o: Order, quantity: float, price: float, commission: float) -> None:
    """Adds a lot and the quantity to which exits may be bound."""
    if b.opentrades >= b.lot_room or b.bound_count >= b.lot_room:
        b.overflow = FULL_LOTS
        return
    if b.opentrades == 0:
        b.position_bar = i
    b.serial += 1
    lot = b.lots[b.lot_queue[b.opentrades]]
    lot.serial = b.serial
    lot.id = o.id
    lot.comment = o.comment
    lot.bar = i
    lot.quantity = quantity
    lot.price = price
    lot.commission = commission
    lot.high = b.price
    lot.low = b.price
    lot.best = 0.0
    lot.worst = 0.0
    bound = b.bounds[b.bound_queue[b.bound_count]]
    bound.serial = b.serial
    bound.id = o.id
    bound.quantity = quantity
    bound.initial = quantity
    bound.price = price
    held = max(profit_at(b, v, price), 0.0)
    b.opentrades += 1
    b.bound_count += 1
    b.position_size = clean(b.position_size + o.side * quantity)
    b.position_avg_price = average_price(b)
    b.netprofit -= commission
    b.trough = min(b.trough, b.initial_capital + b.netprofit + held)
    b.open_commission += commission
    b.commission_paid += commission
    b.max_contracts_held = max(b.max_contracts_held, abs(b.position_size))
    b.max_contracts_held_long = max(b.max_contracts_held_long, b.position_size)
    b.max_contracts_held_short = max(b.max_contracts_held_short, -b.position_size)
    b.high = b.price
    b.low = b.price


@kernel
def close_lots(b: Broker, v: BarView, i: int, o: Order, quantity: float, price: float, commission: float) -> float:
    """Closes lots, oldest first (ANY: only those of the exit's own entry); gives the quantity that was closed."""
    own = b.close_any and (o.kind == EXIT or o.kind == CLOSE) and o.source != NONE
    left = quantity
    k = 0
    while k < b.opentrades and left > EPSILON:
        lot = b.lots[b.lot_queue[k]]
        if own and lot.id != o.source:
            k += 1
            continue
        part = min(left, lot.quantity)
        close_lot(b, v, i, o, lot, part, price, commission * part / quantity)
        left = clean(left - part)
        if lot.quantity > EPSILON:
            k += 1
        else:
            remove_lot(b, k)
    if b.opentrades == 0:
        b.position_size = 0.0
        b.open_commission = 0.0
        b.bars_held += i - b.position_bar
    b.position_avg_price = average_price(b)
    realised = b.initial_capital + b.netprofit
    b.peak = max(b.peak, realised)
    at_price = equity_at(b, v, price)
    measure(b, at_price, at_price)
    return clean(quantity - left)


@kernel
def remove_lot(b: Broker, place: int) -> None:
    """Takes a lot out of the queue; its place in the table becomes free."""
    slot = b.lot_queue[place]
    b.opentrades -= 1
    for k in range(place, b.opentrades):
        b.lot_queue[k] = b.lot_queue[k + 1]
    b.lot_queue[b.opentrades] = slot


@kernel
def close_lot(
    b: Broker, v: BarView, i: int, o: Order, lot: Lot, quantity: float, price: float, commission: float
) -> None:
    """Books one closed trade: profit, commission of both sides, counts, and a row where rows are recorded."""
    side = side_of(b.position_size)
    gross = side * (price - lot.price) * quantity * b.unit_value
    entry_fee = lot.commission if quantity >= lot.quantity else lot.commission * quantity / lot.quantity
    profit = gross - entry_fee - commission
    percent = percent_of_cost(profit, lot.price * quantity * b.unit_value + entry_fee)
    if b.trade_count < b.trade_room:
        record(b, i, o, lot, quantity, price, entry_fee, commission)
    elif b.keeps_trades:
        b.overflow = FULL_TRADES
    b.risk.booked = True
    lot.commission -= entry_fee
    lot.quantity = clean(lot.quantity - quantity)
    b.position_size = clean(b.position_size - side * quantity)
    b.netprofit += gross - commission
    b.open_commission -= entry_fee
    b.commission_paid += commission
    b.closedtrades += 1
    b.bars_in_trades += i - lot.bar + 1
    b.percent_sum += percent
    if side > 0:
        b.long_trades += 1
    if profit > 0.0:
        b.wintrades += 1
        b.win_percent_sum += percent
        b.grossprofit += profit
        b.largest_win = max(b.largest_win, profit)
        b.losing_streak = 0
    elif profit < 0.0:
        b.losstrades += 1
        b.loss_percent_sum += percent
        b.grossloss -= profit
        b.largest_loss = max(b.largest_loss, -profit)
        b.losing_streak += 1
        b.longest_losing_streak = max(b.longest_losing_streak, b.losing_streak)
    else:
        b.eventrades += 1


@kernel
def bound_place(b: Broker, serial: int) -> int:
    """Place in the queue of the binding with that number, or NONE."""
    for k in range(b.bound_count):
        if b.bounds[b.bound_queue[k]].serial == serial:
            return k
    return NONE


@kernel
def bound_quantity(b: Broker, id: int) -> float:
    """Quantity that entries of that id still have open for their exits."""
    total = 0.0
    for k in range(b.bound_count):
        bound = b.bounds[b.bound_queue[k]]
        if bound.id == id:
            total += bound.quantity
    return clean(total)
