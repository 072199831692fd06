"""What the broker emulator remembers: bars as it sees them, orders, open lots, recorded trades, the account.

All of it is in the kernel language: the same records serve native code and plain Python. Ids, comments and OCA names
are numbers into ``Program.strings``; NONE stands for an argument that was not given.
"""

from __future__ import annotations

from typing import Final

from pinewright.machine.kernel import Floats, Ints, Struct

NONE: Final = -1

ENTRY: Final = 0
"""``strategy.entry``: reverses an opposite position."""
ORDER: Final = 1
"""``strategy.order``: adds to the position or takes from it."""
EXIT: Final = 2
"""One leg of ``strategy.exit``, bound to one filled or awaited entry."""
CLOSE: Final = 3
"""``strategy.close`` of an id."""
CLOSE_ALL: Final = 4
"""``strategy.close_all``."""
LIQUIDATION: Final = 5
"""A margin call."""
STILL_OPEN: Final = 6
"""No order: the trade is open at the end."""

OCA_CANCEL: Final = 1
OCA_REDUCE: Final = 2

PERCENT: Final = 0
CASH_PER_CONTRACT: Final = 1
CASH_PER_ORDER: Final = 2

QUANTITY_FIXED: Final = 0
QUANTITY_CASH: Final = 1
QUANTITY_EQUITY: Final = 2

BY_MARKET: Final = 0
BY_STOP: Final = 1
BY_LIMIT: Final = 2
BY_TRAIL: Final = 3

FULL_ORDERS: Final = 1
FULL_LOTS: Final = 2
"""Values of ``Broker.overflow``: which table was too small; the engine enlarges it and runs again."""

DAY_END: Final = 1
MONTH_END: Final = 2
BAR_END: Final = 4
"""Bits of ``BarView.mark_kinds``."""

EPSILON: Final = 1e-9
"""Quantities below it are dust of float arithmetic; the smallest step of any symbol is far larger."""


class BarView(Struct, frozen=True):
    """The bars of a run; arrays hold ``n`` values, orders live on bars ``first`` to ``last`` - 1.

    time and time_close are ms UTC as floats. day and month count trading days and UTC months from 0. fill_open to
    fill_close are the prices moved to the tick grid, half a tick upwards: the broker sees only these. Marks are the
    ends (exclusive) of stretches of bars after which the engine does its bookkeeping.
    """

    n: int
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    time: Floats
    time_close: Floats
    spread: Floats
    day: Ints
    month: Ints
    mintick: float
    point_value: float
    quantity_step: float
    first: int
    last: int
    fill_open: Floats
    fill_high: Floats
    fill_low: Floats
    fill_close: Floats
    marks: Ints
    mark_kinds: Ints
    mark_count: int


class Order(Struct):
    """A command on its way to a fill; ``side`` is +1 for buying. Prices are NaN where not given."""

    kind: int
    side: int
    id: int
    source: int
    """EXIT and CLOSE: id of the entry it belongs to."""
    oca: int
    oca_type: int
    comment: int
    comment_profit: int
    comment_loss: int
    comment_trailing: int
    bar: int
    """Bar whose close gave or last changed the command."""
    market: bool
    keeps_quantity: bool
    """ENTRY given twice on one bar: the change carries its own quantity only, no reversal."""
    triggered: bool
    """Stop-limit order whose stop was reached: now a limit order."""
    committed: bool
    """EXIT that the opening gap has reached: an entry of the same gap no longer cancels it."""
    consumed: bool
    """EXIT that has sold its share; it stays so that its reservation holds and it is not placed again."""
    immediate: bool
    quantity: float
    flip: float
    """Part of a priced ENTRY's quantity that closes the opposite position; fixed when the command ran."""
    budget: float
    """Money for a default-sized priced order, turned into a quantity at the fill; NaN for a given quantity."""
    limit: float
    stop: float
    profit: float
    loss: float
    """Distances in ticks of an EXIT whose entry has not filled yet."""
    trail_points: float
    trail_price: float
    trail_offset: float
    trail_level: float
    """The trailing stop itself; NaN until the activation price was touched."""
    bound: int
    """EXIT: number of the entry it is bound to, NONE while it waits for one."""
    reserved: float
    basis: float
    """EXIT: size of the entry when the reservation was made."""


class Lot(Struct):
    """One open trade: what one fill opened, less what was closed of it."""

    serial: int
    id: int
    comment: int
    bar: int
    quantity: float
    price: float
    commission: float
    high: float
    low: float
    """Highest and lowest price since the fill."""


class Bound(Struct):
    """What exits may still take from one entry. First in, first out takes lots of older entries, not this quantity."""

    serial: int
    id: int
    quantity: float
    initial: float
    price: float


class TradeRow(Struct):
    """One closed trade (or one still open at the end) as the list of trades shows it."""

    side: int
    entry_bar: int
    exit_bar: int
    entry_kind: int
    entry_id: int
    entry_comment: int
    exit_kind: int
    exit_id: int
    exit_comment: int
    quantity: float
    entry_price: float
    exit_price: float
    profit: float
    commission: float
    entry_commission: float
    favorable: float
    adverse: float


class Said(Struct):
    """The arguments of the last ``strategy.exit`` and its entry: most scripts repeat the command on each bar."""

    serial: int
    id: int
    from_entry: int
    oca: int
    comment: int
    comment_profit: int
    comment_loss: int
    comment_trailing: int
    qty: float
    qty_percent: float
    profit: float
    limit: float
    loss: float
    stop: float
    trail_price: float
    trail_points: float
    trail_offset: float


class Running(Struct):
    """Mean and spread of a series that arrives value by value (Welford), with the squares of what fell short."""

    count: int
    mean: float
    squares: float
    downside: float


class Broker(Struct):
    """The account and all that belongs to it. Scripts read the first block; the rest is the emulator's own."""

    position_size: float
    position_avg_price: float
    initial_capital: float
    netprofit: float
    """Closed trades after commission, less the entry commission of open ones."""
    grossprofit: float
    grossloss: float
    opentrades: int
    closedtrades: int
    wintrades: int
    losstrades: int
    eventrades: int
    max_drawdown: float
    max_runup: float
    max_contracts_held: float

    # What strategy() declared.
    quantity_type: int
    quantity_value: float
    pyramiding: int
    commission_type: int
    commission_value: float
    slippage: float
    """Price units."""
    fill_beyond: float
    """Price units by which the market must pass a limit (backtest_fill_limits_assumption)."""
    margin_long: float
    margin_short: float
    """Shares of the value, 0 for no check."""
    on_close: bool
    close_any: bool
    nearest_exit: bool

    # Orders, lots and bindings: tables with stable places, and the order of the living ones.
    orders: list[Order]
    lots: list[Lot]
    bounds: list[Bound]
    order_queue: Ints
    lot_queue: Ints
    bound_queue: Ints
    order_count: int
    bound_count: int
    order_room: int
    lot_room: int
    overflow: int
    serial: int

    # The walk along a bar.
    active: bool
    """Something is pending or a position is open: the bar must be looked at."""
    stale: bool
    """wake_low and wake_high must be found again."""
    wake_low: float
    wake_high: float
    """Inside these prices no pending order and no margin call can be reached."""
    at_close: bool
    """Some order wants to fill at this bar's close."""
    price: float
    trigger: int
    reason: int
    high: float
    low: float
    """Extremes of the path since the last fill, over the bars before ``since``."""
    since: int
    position_bar: int
    bars_held: int

    # Money and counts for the metrics.
    commission_paid: float
    open_commission: float
    peak: float
    trough: float
    max_drawdown_percent: float
    largest_win: float
    largest_loss: float
    bars_in_trades: int
    long_trades: int
    margin_calls: int
    refused_orders: int
    """Entries that the account could not pay."""
    losing_streak: int
    longest_losing_streak: int
    day_equity: float
    day_realised: float
    month_realised: float
    days: Running
    days_realised: Running
    months: Running
    day_rate: float
    month_rate: float

    # Recording of trades: rows while room is left.
    trades: list[TradeRow]
    trade_count: int
    trade_room: int
    request: Order
    """The exit command that is being carried out."""
    said: Said
