"""The run over bars that are walked in detail, and of the script inside a bar (calc_on_order_fills).

TradingView's emulator knows a historical bar as ticks: its open, the two extremes in the order of the way, its close;
under the bar magnifier those of each finer bar. Where something filled since the script last ran, it runs once more at
the next tick it reaches, the closing tick excepted, which the ordinary run has. (TradingView's manual, execution model:
four runs a bar for a script that trades on each; PyneCore 6.11's measurements of 590 bars with four fills each: at
open, open, the near and the far extreme; a list of TradingView in tests/pine/compiler/test_executions.py.) That run

- sees the final prices of the whole bar, as the manual warns, but the account and the broker's price of its tick;
- begins with the state that the script had before the bar; what ``varip`` holds goes on;
- places orders that fill at its own tick where they are market orders or the price is past their level, else on the
  way from there. What fills there lets the script run at the next tick.

Fills at the close, of ``process_orders_on_close`` or ``immediately``, let it run no more.
"""

from __future__ import annotations

import math

from pinewright.backtest.halting import halted
from pinewright.backtest.path import refresh
from pinewright.backtest.script import ahead, step
from pinewright.backtest.sides import is_filled
from pinewright.backtest.state import BARRED, BarView, Broker
from pinewright.backtest.walk import arrive, close_in_detail, enter_bar, leave_bar, travel, walk_in_detail
from pinewright.machine.heap.rewinding import forget, recall, remember
from pinewright.machine.kernel import Columns, Floats, kernel


@kernel(inline=False)
def detailed_stretch(
    v: BarView, i: int, end: int, skim: bool, p: Floats, c: Columns, s: Floats, slots: int, h: Columns, b: Broker
) -> None:
    """Runs the script over bars i to end - 1; with ``skim`` it is left out where it would do nothing."""
    while i < end:
        if b.active and b.stale:
            refresh(b, v)
        low = b.wake_low if b.active else -math.inf
        high = b.wake_high if b.active else math.inf
        if skim:
            i = ahead(v, i, end, p, c, low, high)
            if i >= end:
                return
        if b.active and not is_filled(v, i) and (v.fill_low[i] <= low or v.ask_high[i] >= high):
            if v.recalculates:
                walk_with_script(v, i, p, c, s, slots, h, b)
            else:
                walk_in_detail(b, v, i)
        b.barred = v.way_marks[v.way_start[i + 1] - 1] & BARRED != 0
        step(v, i, p, c, s, h, b)
        if b.heap.room > 0 and halted(v, b, s, h, i):
            return
        if b.at_close:
            close_in_detail(b, v, i)
        i += 1


@kernel(inline=False)
def walk_with_script(v: BarView, i: int, p: Floats, c: Columns, s: Floats, slots: int, h: Columns, b: Broker) -> None:
    """Walks bar i and runs the script at ticks before which something filled.

    ``s`` has room for the state twice: the second half keeps what the bar began with. Logs need no copy: their ends are
    part of the state, and what was written behind them is written again.
    """
    enter_bar(b, v, i)
    known = b.serial + b.closedtrades
    kept = False
    last = v.way_start[i + 1] - 1
    for k in range(v.way_start[i], last + 1):
        travel(b, v, i, k)
        if k < last and b.serial + b.closedtrades != known:
            known = b.serial + b.closedtrades
            if kept:
                go_back(b, s, slots)
            else:
                keep(b, s, slots)
            kept = True
            b.midway = True
            b.barred = v.way_marks[k] & BARRED != 0
            step(v, i, p, c, s, h, b)
            b.midway = False
            arrive(b, v, i)
            for q in range(b.order_count):
                o = b.orders[b.order_queue[q]]
                o.bar = min(o.bar, i - 1)
    if kept:
        go_back(b, s, slots)
        if b.heap.room > 0:
            forget(b.heap)
    leave_bar(b, v, i)


@kernel
def keep(b: Broker, s: Floats, slots: int) -> None:
    """Remembers the script's state and objects."""
    copy(s[slots:], s, slots)
    if b.heap.room > 0:
        remember(b.heap)


@kernel
def go_back(b: Broker, s: Floats, slots: int) -> None:
    """Goes back to what was remembered, but for what ``varip`` holds."""
    for j in range(b.lasting_count):
        s[slots + b.lasting[j]] = s[b.lasting[j]]
    copy(s, s[slots:], slots)
    if b.heap.room > 0:
        recall(b.heap)


@kernel
def copy(to: Floats, of: Floats, count: int) -> None:
    """Copies ``count`` values."""
    for j in range(count):
        to[j] = of[j]
