"""The run of one strategy over all bars, for many sets of inputs, and the bookkeeping between stretches of bars."""

from __future__ import annotations

import math

from pinewright.backtest.book import clear_order
from pinewright.backtest.detailed import detailed_stretch
from pinewright.backtest.halting import halted
from pinewright.backtest.history import record
from pinewright.backtest.ledger import catch_up, change_rate, equity_at, mark
from pinewright.backtest.metrics import METRIC_COUNT, write_metrics
from pinewright.backtest.path import broker_bar, broker_close, refresh
from pinewright.backtest.risk import clear_risk
from pinewright.backtest.script import ahead, fill_column, step
from pinewright.backtest.sides import closing_price
from pinewright.backtest.state import (
    BAR_END,
    DAY_END,
    MONTH_END,
    NONE,
    RATE_END,
    STILL_OPEN,
    BarView,
    Broker,
    Running,
)
from pinewright.backtest.walk import pay_swap
from pinewright.machine.heap.collect import heap_begin
from pinewright.machine.kernel import Columns, Floats, Ints, kernel, peek


@kernel
def begin(b: Broker, v: BarView) -> None:
    """A fresh account; what ``strategy()`` declared and the tables stay."""
    b.position_size = 0.0
    b.position_avg_price = math.nan
    b.netprofit = 0.0
    b.grossprofit = 0.0
    b.grossloss = 0.0
    b.opentrades = 0
    b.closedtrades = 0
    b.wintrades = 0
    b.losstrades = 0
    b.eventrades = 0
    b.max_drawdown = 0.0
    b.max_runup = 0.0
    b.max_contracts_held = 0.0
    b.max_contracts_held_long = 0.0
    b.max_contracts_held_short = 0.0
    b.rate = v.rates[0]
    b.unit_value = v.point_value * b.rate
    b.max_runup_percent = 0.0
    b.percent_sum = 0.0
    b.win_percent_sum = 0.0
    b.loss_percent_sum = 0.0
    b.call_bar = NONE
    b.call_price = 0.0
    b.call_deficit = 0.0
    clear_risk(b.risk)
    b.order_count = 0
    b.bound_count = 0
    b.overflow = 0
    b.serial = 0
    b.active = False
    b.stale = False
    b.wake_low = -math.inf
    b.wake_high = math.inf
    b.at_close = False
    b.bid = math.nan
    b.ask = math.nan
    b.spread = 0.0
    b.midway = False
    b.shut = False
    b.barred = False
    b.nights = 0
    b.swap = 0.0
    b.high = -math.inf
    b.low = math.inf
    b.since = 0
    b.position_bar = 0
    b.bars_held = 0
    b.commission_paid = 0.0
    b.open_commission = 0.0
    b.peak = b.initial_capital
    b.trough = b.initial_capital
    b.max_drawdown_percent = 0.0
    b.largest_win = 0.0
    b.largest_loss = 0.0
    b.bars_in_trades = 0
    b.long_trades = 0
    b.margin_calls = 0
    b.refused_orders = 0
    b.losing_streak = 0
    b.longest_losing_streak = 0
    b.day_equity = b.initial_capital
    b.day_realised = b.initial_capital
    b.month_realised = b.initial_capital
    b.trade_count = 0
    clear_running(b.days)
    clear_running(b.days_realised)
    clear_running(b.months)
    clear_order(b.request)
    b.said.serial = NONE
    if b.heap.room > 0:
        heap_begin(b.heap)


@kernel
def clear_running(r: Running) -> None:
    """An empty series."""
    r.count = 0
    r.mean = 0.0
    r.squares = 0.0
    r.downside = 0.0


@kernel
def add(r: Running, value: float) -> None:
    """Takes one value into a series."""
    r.count += 1
    change = value - r.mean
    r.mean += change / r.count
    r.squares += change * (value - r.mean)
    if value < 0.0:
        r.downside += value * value


@kernel(inline=False)
def close_stretch(b: Broker, v: BarView, i: int, kinds: int, daily: Floats, keep_daily: bool) -> None:
    """Bookkeeping after bar i: profit of the trading day, marked to market, and realised returns of day and month."""
    realised = b.initial_capital + b.netprofit + b.open_commission
    if kinds & BAR_END != 0:
        daily[i] = equity_at(b, v, closing_price(b, v, i))
    if kinds & DAY_END != 0:
        equity = equity_at(b, v, closing_price(b, v, i))
        if keep_daily:
            daily[b.days.count] = equity - b.day_equity
        add(b.days, equity - b.day_equity)
        add(b.days_realised, realised / b.day_realised - 1.0 - b.day_rate)
        b.day_equity = equity
        b.day_realised = realised
    if kinds & MONTH_END != 0:
        add(b.months, realised / b.month_realised - 1.0 - b.month_rate)
        b.month_realised = realised
    if kinds & RATE_END != 0:
        change_rate(b, v, i + 1)


@kernel
def finish(b: Broker, v: BarView) -> None:
    """Marks what is still open at the last close, and records it where trades are recorded."""
    if b.opentrades == 0:
        return
    last = v.last - 1
    if v.detailed:
        pay_swap(b, v, last)
    catch_up(b, v, v.last)
    b.price = closing_price(b, v, last)
    mark(b, v)
    b.bars_held += v.last - b.position_bar
    b.request.kind = STILL_OPEN
    for k in range(b.opentrades):
        if b.trade_count < b.trade_room:
            lot = b.lots[b.lot_queue[k]]
            record(b, last, b.request, lot, lot.quantity, b.price, lot.commission, 0.0)


@kernel
def run_stretch(v: BarView, i: int, end: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    """Runs the script over bars i to end - 1."""
    while i < end:
        if b.active:
            broker_bar(b, v, i)
        step(v, i, p, c, s, h, b)
        if b.at_close:
            broker_close(b, v, i)
        i += 1


@kernel(inline=False)
def heap_stretch(v: BarView, i: int, end: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    """The same for a script with objects in the heap, up to the bar on which it fails."""
    while i < end:
        if b.active:
            broker_bar(b, v, i)
        step(v, i, p, c, s, h, b)
        if halted(v, b, s, h, i):
            return
        if b.at_close:
            broker_close(b, v, i)
        i += 1


@kernel
def skim_stretch(v: BarView, i: int, end: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    """The same, with the step left out where it would do nothing and no order or margin call can be reached."""
    while i < end:
        low = -math.inf
        high = math.inf
        if b.active:
            if b.stale:
                refresh(b, v)
            low = b.wake_low
            high = b.wake_high
        i = ahead(v, i, end, p, c, low, high)
        if i < end:
            if b.active:
                broker_bar(b, v, i)
            step(v, i, p, c, s, h, b)
            if b.at_close:
                broker_close(b, v, i)
            i += 1


@kernel
def run_one(
    v: BarView,
    start: int,
    skim: bool,
    p: Floats,
    c: Columns,
    s: Floats,
    slots: int,
    h: Columns,
    b: Broker,
    daily: Floats,
    keep_daily: bool,
    stop: Ints,
) -> bool:
    """Runs the script over bars start to v.last - 1.

    False where a table was too small, the script failed or somebody asked to stop.
    """
    begin(b, v)
    i = start
    for k in range(v.mark_count):
        end = v.marks[k]
        if v.detailed:
            detailed_stretch(v, i, end, skim, p, c, s, slots, h, b)
        elif b.heap.room > 0:
            heap_stretch(v, i, end, p, c, s, h, b)
        elif skim:
            skim_stretch(v, i, end, p, c, s, h, b)
        else:
            run_stretch(v, i, end, p, c, s, h, b)
        if b.heap.error != 0:
            return False
        i = max(i, end)
        if v.mark_kinds[k] != 0:
            close_stretch(b, v, end - 1, v.mark_kinds[k], daily, keep_daily)
        if b.overflow != 0 or peek(stop, 0) != 0:
            return False
    finish(b, v)
    return True


@kernel
def run_many(
    v: BarView,
    start: int,
    skim: bool,
    count: int,
    p: Floats,
    inputs: int,
    c: Columns,
    columns: int,
    todo: Ints,
    todo_count: int,
    s: Floats,
    slots: int,
    h: Columns,
    b: Broker,
    out: Floats,
    daily: Floats,
    days: int,
    keep_daily: bool,
    stop: Ints,
) -> int:
    """Runs ``count`` sets of inputs; gives how many were finished, fewer where a table was too small or on a stop.

    start: the first bar that the script must see. skim: whether ``ahead`` tells where the step has nothing to do.
    ``todo`` are the columns that no other set shares: they are computed here, into memory that all sets use in turn.
    """
    for k in range(count):
        inputs_k = p[k * inputs :]
        columns_k = c[k * columns :]
        for j in range(todo_count):
            clear(s, slots)
            fill_column(todo[j], v, inputs_k, columns_k, columns_k[todo[j]], s, h, v.last)
        clear(s, slots)
        if not run_one(v, start, skim, inputs_k, columns_k, s, slots, h, b, daily[k * days :], keep_daily, stop):
            return k
        write_metrics(b, v, out[k * METRIC_COUNT :])
    return count


@kernel
def run_column(v: BarView, column: int, p: Floats, c: Columns, out: Floats, s: Floats, slots: int, h: Columns) -> None:
    """Computes one column that several sets of inputs share."""
    clear(s, slots)
    fill_column(column, v, p, c, out, s, h, v.n)


@kernel
def clear(s: Floats, slots: int) -> None:
    """Zeroes the state of a script or column; buffers need none, for nobody reads what was not written."""
    for j in range(slots):
        s[j] = 0.0
