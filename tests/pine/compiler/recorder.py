"""The recorder that stands in the place of the broker: a made-up account, and a log of the orders."""

from __future__ import annotations

from typing import Final

from pinewright.backtest.state import BarView
from pinewright.machine.heap import Heap
from pinewright.machine.heap.collect import collect, heap_begin
from pinewright.machine.kernel import Columns, Floats, Struct, declare, kernel

ACCOUNT: Final = (
    "position_size",
    "position_avg_price",
    "equity",
    "openprofit",
    "initial_capital",
    "netprofit",
    "grossprofit",
    "grossloss",
    "opentrades",
    "closedtrades",
    "wintrades",
    "losstrades",
    "eventrades",
)
"""The columns of a made-up account."""


class Recorder(Struct):
    """What a compiled step sees of a broker: made-up values of the account, and a log of the orders."""

    position_size: float
    position_avg_price: float
    equity: float
    openprofit: float
    initial_capital: float
    netprofit: float
    grossprofit: float
    grossloss: float
    opentrades: int
    closedtrades: int
    wintrades: int
    losstrades: int
    eventrades: int
    log: Floats
    count: int
    heap: Heap


@kernel
def begin(b: Recorder, i: int, kind: int) -> int:
    """Starts a row and gives the place of its first argument."""
    at = b.count * 20
    b.log[at] = i
    b.log[at + 1] = kind
    b.count += 1
    return at + 2


@kernel
def order_entry(
    b: Recorder, v: BarView, i: int, id: int, is_long: bool, qty: float, limit: float, stop: float, oca: int,
    oca_type: int, comment: int,
) -> None:  # fmt: skip
    at = begin(b, i, 0)
    write_order(b, at, id, is_long, qty, limit, stop, oca, oca_type, comment)


@kernel
def order_order(
    b: Recorder, v: BarView, i: int, id: int, is_long: bool, qty: float, limit: float, stop: float, oca: int,
    oca_type: int, comment: int,
) -> None:  # fmt: skip
    at = begin(b, i, 1)
    write_order(b, at, id, is_long, qty, limit, stop, oca, oca_type, comment)


@kernel
def write_order(
    b: Recorder, at: int, id: int, is_long: bool, qty: float, limit: float, stop: float, oca: int, oca_type: int,
    comment: int,
) -> None:  # fmt: skip
    b.log[at] = id
    b.log[at + 1] = 1.0 if is_long else 0.0
    b.log[at + 2] = qty
    b.log[at + 3] = limit
    b.log[at + 4] = stop
    b.log[at + 5] = oca
    b.log[at + 6] = oca_type
    b.log[at + 7] = comment


@kernel
def order_exit(
    b: Recorder, v: BarView, i: int, id: int, from_entry: int, qty: float, qty_percent: float, profit: float,
    limit: float, loss: float, stop: float, trail_price: float, trail_points: float, trail_offset: float, oca: int,
    comment: int, comment_profit: int, comment_loss: int, comment_trailing: int,
) -> None:  # fmt: skip
    at = begin(b, i, 2)
    b.log[at] = id
    b.log[at + 1] = from_entry
    b.log[at + 2] = qty
    b.log[at + 3] = qty_percent
    b.log[at + 4] = profit
    b.log[at + 5] = limit
    b.log[at + 6] = loss
    b.log[at + 7] = stop
    b.log[at + 8] = trail_price
    b.log[at + 9] = trail_points
    b.log[at + 10] = trail_offset
    b.log[at + 11] = oca
    b.log[at + 12] = comment
    b.log[at + 13] = comment_profit
    b.log[at + 14] = comment_loss
    b.log[at + 15] = comment_trailing


@kernel
def order_close(
    b: Recorder, v: BarView, i: int, id: int, comment: int, qty: float, qty_percent: float, immediately: bool
) -> None:
    at = begin(b, i, 3)
    b.log[at] = id
    b.log[at + 1] = comment
    b.log[at + 2] = qty
    b.log[at + 3] = qty_percent
    b.log[at + 4] = 1.0 if immediately else 0.0


@kernel
def order_close_all(b: Recorder, v: BarView, i: int, comment: int, immediately: bool) -> None:
    at = begin(b, i, 4)
    b.log[at] = comment
    b.log[at + 1] = 1.0 if immediately else 0.0


@kernel
def order_cancel(b: Recorder, v: BarView, i: int, id: int) -> None:
    at = begin(b, i, 5)
    b.log[at] = id


@kernel
def order_cancel_all(b: Recorder, v: BarView, i: int) -> None:
    begin(b, i, 6)


@kernel
def broker_equity(b: Recorder, v: BarView, i: int) -> float:
    return b.equity


@kernel
def broker_openprofit(b: Recorder, v: BarView, i: int) -> float:
    return b.openprofit


step = declare("step", (BarView, int, Floats, Columns, Floats, Columns, Recorder), None)


@kernel
def ended(m: Heap, s: Floats, h: Columns, i: int) -> bool:
    """Whether the script has failed on bar i; collects memory on every third bar, whatever is used up."""
    if m.error != 0:
        m.bar = i
        return True
    if i % 3 == 2:
        collect(m, s, h, i + 1)
    return False


@kernel
def run(v: BarView, p: Floats, c: Columns, s: Floats, h: Columns, b: Recorder, account: Columns) -> None:
    """The script over all bars, on the made-up account, up to the bar on which it fails."""
    if b.heap.room > 0:
        heap_begin(b.heap)
    for i in range(v.n):
        b.position_size = account[0][i]
        b.position_avg_price = account[1][i]
        b.equity = account[2][i]
        b.openprofit = account[3][i]
        b.initial_capital = account[4][i]
        b.netprofit = account[5][i]
        b.grossprofit = account[6][i]
        b.grossloss = account[7][i]
        b.opentrades = int(account[8][i])
        b.closedtrades = int(account[9][i])
        b.wintrades = int(account[10][i])
        b.losstrades = int(account[11][i])
        b.eventrades = int(account[12][i])
        step(v, i, p, c, s, h, b)
        if b.heap.room > 0 and ended(b.heap, s, h, i):
            return


RECORDED: Final = (
    order_entry, order_order, order_exit, order_close, order_close_all, order_cancel, order_cancel_all,
    broker_equity, broker_openprofit,
)  # fmt: skip
"""What a step calls of a broker."""

NAMES: Final[dict[str, object]] = {
    "BarView": BarView,
    "Broker": Recorder,
    **{function.name: function for function in RECORDED},
}
"""What the free names of ``Program.text`` mean here."""
