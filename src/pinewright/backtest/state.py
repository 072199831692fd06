"""What the broker emulator remembers: bars as it sees them, orders, open lots, recorded trades, the account.

All of it is in the kernel language: the same records serve native code and plain Python. Ids, comments and OCA names
are numbers into ``Program.strings``; NONE stands for an argument that was not given.
"""

from __future__ import annotations

from typing import Final

from pinewright.machine.heap import Heap
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
RISK_FILLS: Final = 7
RISK_LOSS: Final = 8
RISK_DRAWDOWN: Final = 9
RISK_DAYS: Final = 10
"""What a rule of ``strategy.risk`` closes: filled orders of the day, loss of the day, drawdown, days of loss."""

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
FULL_TRADES: Final = 8
"""Values of ``Broker.overflow``: which table was too small; the engine enlarges it and runs again."""

DAY_END: Final = 1
MONTH_END: Final = 2
BAR_END: Final = 4
RATE_END: Final = 8
"""Bits of ``BarView.mark_kinds``."""

JUMP: Final = 1
"""The price is there at once: nothing was traded on the way."""
CHECK: Final = 2
"""The margin is looked at."""
SHUT: Final = 4
"""No entry fills on the way to the point."""
BARRED: Final = 8
"""No entry may be placed at the point."""
"""Bits of ``BarView.way_marks``."""

AT_OPEN: Final = 0
AT_HIGH: Final = 1
AT_LOW: Final = 2
AT_CLOSE: Final = 3
"""Places of a bar's prices among the four of ``candles``."""

EPSILON: Final = 1e-9
"""Quantities below it are dust of float arithmetic; the smallest step of any symbol is far larger."""


class BarView(Struct, frozen=True):
    """The bars of a run; arrays hold ``n`` values, orders live on bars ``first`` to ``last`` - 1.

    time and time_close are ms UTC as floats. day and month count trading days and UTC months from 0. candles [n, 4]
    are the prices moved to the grid of ``step``, half a step upwards: the broker sees only these. A fill finds the
    four of its bar in one line of the cache; fill_high and fill_low are two of them again, for what looks at many
    bars. ask_candles, ask_high and ask_low are what buyers pay: the same arrays where fills know one price, else
    candles are the bid. Marks are the ends (exclusive) of stretches of bars after which the engine does its
    bookkeeping. ``way`` has a file of its own; its arrays are there where ``detailed`` says so. rates hold what one
    unit of the quote currency is worth in the account's on each bar; where nothing is converted it is a single 1.
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
    step: float
    """In which prices are traded: the tick, or a part of it where the bars lie between ticks (mid prices)."""
    point_value: float
    quantity_step: float
    first: int
    last: int
    candles: Floats
    fill_high: Floats
    fill_low: Floats
    ask_candles: Floats
    ask_high: Floats
    ask_low: Floats
    marks: Ints
    mark_kinds: Ints
    mark_count: int
    detailed: bool
    """Whether the price goes the points of ``way`` and not simply through open, high, low and close."""
    recalculates: bool
    """Whether the script runs again after fills inside a bar (calc_on_order_fills)."""
    way_start: Ints
    way_bid: Floats
    way_ask: Floats
    way_marks: Ints
    nights: Ints
    """Nights for which swap was due, counted from the first bar to the open of each."""
    swap_long: float
    swap_short: float
    """Price units a night."""
    any_filled: bool
    filled: Ints
    """1 for a bar that stands in for a missing one: nothing fills on it. Read where ``any_filled`` says so."""
    origin: int
    """Bars of the chart before the first of these (calc_bars_count)."""
    rates: Floats


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
    detached: bool
    """EXIT of a position whose reversal could not be paid at its fill: withdrawn until it is given again."""
    quantity: float
    flip: float
    """Part of a priced ENTRY's quantity that closes the opposite position; fixed when the command ran."""
    budget: float
    """Money for a default-sized priced order, turned into a quantity at the fill; NaN for a given quantity."""
    unit_value: float
    """``Broker.unit_value`` when the budget was made: it goes with the money, not with the fill."""
    expected: float
    """Price at which the order would have filled when it was given."""
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
    """Highest and lowest price since the fill, or since the rate of exchange last changed."""
    best: float
    worst: float
    """Most and least that a unit was worth above the entry before that, in account currency."""


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
    cost: float
    """What the entry cost, its fee included, at the rate of exchange of the exit."""


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


class Risk(Struct):
    """The rules of ``strategy.risk`` that a script has given, and how far the day and the run have come."""

    on: bool
    """Any rule at all."""
    direction: int
    """+1 or -1: entries open positions of this side alone; 0 for both."""
    most_held: float
    most_fills: int
    """Filled orders a day, 0 for no limit."""
    losing_days: int
    """Days of loss in a row, 0 for no limit."""
    drawdown: float
    drawdown_percent: float
    day_loss: float
    day_loss_percent: float
    """Money, or percent of the high-water mark and of the day's first equity; infinite for no limit."""
    day: int
    """Trading day that the next four belong to, NONE before the first."""
    day_start: float
    """Equity at the close before the day."""
    day_equity: float
    """Equity at the open of the day's first bar."""
    fills: int
    losses: int
    """Days of loss in a row before this one."""
    booked: bool
    """A trade was closed since the last look."""
    inside: bool
    """The price is on its way through a bar, past the open."""
    due: bool
    """The day's last order has filled: what is open is closed at the next point of the way."""
    shut_day: int
    """Trading day on which no further order is taken."""
    halted: bool
    """No order is taken for good."""


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
    max_contracts_held_long: float
    max_contracts_held_short: float
    rate: float
    """What one unit of the quote currency is worth in the account's."""
    unit_value: float
    """Money of the account for one unit and price unit: point value times rate."""

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

    # The way in detail: two prices, hours without entries, the script inside a bar, swap.
    bid: float
    ask: float
    spread: float
    """Ask less bid where the price stands; 0 where fills know one price."""
    midway: bool
    """The script runs inside the bar, at bid and ask, not at its close."""
    shut: bool
    """No entry fills."""
    barred: bool
    """No entry may be placed."""
    nights: int
    swap: float

    # Money and counts for the metrics.
    commission_paid: float
    open_commission: float
    peak: float
    trough: float
    max_drawdown_percent: float
    max_runup_percent: float
    percent_sum: float
    win_percent_sum: float
    loss_percent_sum: float
    """Profits in percent of the entries' cost, added up: of all, of winning and of losing trades."""
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
    keeps_trades: bool
    """The script reads closed trades: all are recorded, and a full table is enlarged."""
    close_texts: Ints
    close_text_count: int
    close_all_text: int
    """Numbers of the texts that name the orders of ``strategy.close``, by that of the id, and of ``close_all``."""
    trade_limit: int
    """Closed trades that the script can still read, the latest; 0 for all."""
    risk: Risk
    call_bar: int
    call_price: float
    call_deficit: float
    """A margin call's second stage: what is still to be covered at the bar's next look, at which price it is sized."""
    request: Order
    """The exit command that is being carried out."""
    said: Said
    heap: Heap
    """Arrays, maps, objects and texts of the script; without room where it has none."""
    lasting: Ints
    """State slots that go on where the script runs again inside a bar (``varip``)."""
    lasting_count: int
