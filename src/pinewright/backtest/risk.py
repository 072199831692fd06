"""The rules of ``strategy.risk``: what they forbid, when they close everything, and what counts as a day.

The day is the symbol's trading day. Rules are looked at where the margin is: at the open, at each extreme of the bar;
what a rule closes is sold there, slippage added, and everything pending is withdrawn. How TradingView does it was read
from its lists:

- Filled orders: a reversal is one, a close that the position no longer needs is none. The order that reaches the limit
  shuts the day, and the position is closed at the next point of the way: at the open for what filled there, at the
  extreme for what filled on the way to it, at the next open for what filled at a close.
- Loss of the day: from the equity at the open of its first bar to the open profit at a point. A trade closed inside the
  bar is not yet booked at the moment of its own fill. A day that begins at or below zero has no limit.
- Drawdown: from the high-water mark of realised equity, looked at after trades were closed.
- Days of loss: a day counts when the next one opens; a day without a loss ends the row.

The texts of the last two are not known from a list.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.backtest.book import forget_bounds, settle
from pinewright.backtest.ledger import close_lots, equity_at, mark
from pinewright.backtest.sides import closing_price, opening_price
from pinewright.backtest.sizing import fee, floor_quantity, side_of, to_tick
from pinewright.backtest.state import (
    BY_MARKET,
    EPSILON,
    NONE,
    RISK_DAYS,
    RISK_DRAWDOWN,
    RISK_FILLS,
    RISK_LOSS,
    BarView,
    Broker,
    Risk,
)
from pinewright.machine.kernel import Function, kernel


@kernel
def clear_risk(r: Risk) -> None:
    """No rules."""
    r.on = False
    r.direction = 0
    r.most_held = math.inf
    r.most_fills = 0
    r.losing_days = 0
    r.drawdown = math.inf
    r.drawdown_percent = math.inf
    r.day_loss = math.inf
    r.day_loss_percent = math.inf
    r.day = NONE
    r.day_start = 0.0
    r.day_equity = 0.0
    r.fills = 0
    r.losses = 0
    r.booked = False
    r.inside = False
    r.due = False
    r.shut_day = NONE
    r.halted = False


@kernel
def risk_allow_entry_in(b: Broker, v: BarView, i: int, direction: int) -> None:
    """strategy.risk.allow_entry_in: +1 long, -1 short, 0 all."""
    b.risk.on = True
    b.risk.direction = direction


@kernel
def risk_max_position_size(b: Broker, v: BarView, i: int, contracts: float) -> None:
    """strategy.risk.max_position_size."""
    b.risk.on = True
    b.risk.most_held = floor_quantity(abs(contracts), v.quantity_step) if contracts == contracts else math.inf


@kernel
def risk_max_intraday_filled_orders(b: Broker, v: BarView, i: int, count: float) -> None:
    """strategy.risk.max_intraday_filled_orders."""
    b.risk.on = True
    b.risk.most_fills = int(count) if count >= 1.0 and count < 1e15 else 0


@kernel
def risk_max_cons_loss_days(b: Broker, v: BarView, i: int, count: float) -> None:
    """strategy.risk.max_cons_loss_days."""
    b.risk.on = True
    b.risk.losing_days = int(count) if count >= 1.0 and count < 1e15 else 0


@kernel
def risk_max_drawdown(b: Broker, v: BarView, i: int, value: float, percent: bool) -> None:
    """strategy.risk.max_drawdown."""
    b.risk.on = True
    b.risk.drawdown = value if value > 0.0 and not percent else math.inf
    b.risk.drawdown_percent = value if value > 0.0 and percent else math.inf


@kernel
def risk_max_intraday_loss(b: Broker, v: BarView, i: int, value: float, percent: bool) -> None:
    """strategy.risk.max_intraday_loss."""
    b.risk.on = True
    b.risk.day_loss = value if value > 0.0 and not percent else math.inf
    b.risk.day_loss_percent = value if value > 0.0 and percent else math.inf


@kernel
def forbids_orders(b: Broker, v: BarView, i: int) -> bool:
    """Whether no order is taken on bar i."""
    enter_day(b, v, i)
    return b.risk.halted or b.risk.shut_day == v.day[i]


@kernel
def opening_allowed(b: Broker, side: int, closing: float, opening: float) -> float:
    """What an entry of that side may open of ``opening`` units, ``closing`` of the other side being closed by it."""
    r = b.risk
    if r.direction != 0 and r.direction != side:
        return 0.0
    held = 0.0 if closing > 0.0 else abs(b.position_size)
    return max(0.0, min(opening, r.most_held - held))


@kernel
def watches_losses(b: Broker) -> bool:
    """Whether a rule wants to see every bar on which a position is open."""
    r = b.risk
    return r.on and (
        r.due
        or r.losing_days > 0
        or r.drawdown < math.inf
        or r.drawdown_percent < math.inf
        or r.day_loss < math.inf
        or r.day_loss_percent < math.inf
    )


@kernel
def enter_day(b: Broker, v: BarView, i: int) -> None:
    """Begins the trading day of bar i, where it has not begun."""
    r = b.risk
    if r.day == v.day[i]:
        return
    before = equity_at(b, v, closing_price(b, v, i - 1) if i > 0 else math.nan)
    if r.day != NONE:
        r.losses = r.losses + 1 if before < r.day_start else 0
        if v.day[i] - r.day > 1:
            r.losses = 0
    r.day_start = before
    r.day_equity = equity_at(b, v, opening_price(b, v, i))
    r.day = v.day[i]
    r.fills = 0


@kernel(inline=False)
def open_bar(b: Broker, v: BarView, i: int) -> None:
    """What is due before anything on bar i can fill."""
    r = b.risk
    r.inside = False
    enter_day(b, v, i)
    price = opening_price(b, v, i)
    if r.due:
        close_out(b, v, i, price, RISK_FILLS)
    if r.losing_days > 0 and r.losses >= r.losing_days and not r.halted:
        r.halted = True
        close_out(b, v, i, price, RISK_DAYS)


@kernel(inline=False)
def watch_risk(b: Broker, v: BarView, i: int, price: float) -> None:
    """Looks at the rules where the price stands."""
    r = b.risk
    r.inside = True
    if r.due:
        close_out(b, v, i, price, RISK_FILLS)
    watch_day(b, v, i, price, 0.0)
    if r.booked and not r.halted:
        fallen = b.peak - equity_at(b, v, price)
        if fallen >= r.drawdown or fallen >= b.peak * r.drawdown_percent * 0.01:
            r.halted = True
            close_out(b, v, i, price, RISK_DRAWDOWN)
    r.booked = False


@kernel
def watch_day(b: Broker, v: BarView, i: int, price: float, unbooked: float) -> None:
    """Looks at the loss of the day; ``unbooked`` is what the fill of this very moment has earned."""
    r = b.risk
    if r.shut_day == v.day[i] or not (r.day_equity > 0.0):
        return
    lost = r.day_equity - equity_at(b, v, price) + unbooked
    if lost >= r.day_loss or lost >= r.day_equity * r.day_loss_percent * 0.01:
        r.shut_day = v.day[i]
        close_out(b, v, i, price, RISK_LOSS)


@kernel
def count_fill(b: Broker, v: BarView, i: int) -> None:
    """Counts a filled order; the last of the day withdraws all others and lets the position be closed."""
    r = b.risk
    if r.most_fills == 0:
        return
    enter_day(b, v, i)
    r.fills += 1
    if r.fills >= r.most_fills and r.shut_day != v.day[i]:
        r.shut_day = v.day[i]
        r.due = True
        b.order_count = 0
        b.stale = True


@kernel
def close_out(b: Broker, v: BarView, i: int, price: float, kind: int) -> None:
    """Withdraws every order and closes the position."""
    b.risk.due = False
    b.order_count = 0
    b.stale = True
    side = side_of(b.position_size)
    if side == 0:
        return
    o = b.request
    o.kind = kind
    o.side = -side
    o.id = NONE
    o.source = NONE
    o.comment = NONE
    o.bound = NONE
    b.price = price
    b.high = max(b.high, price)
    b.low = min(b.low, price)
    b.reason = BY_MARKET
    mark(b, v)
    at = to_tick(price - side * b.slippage, v.step)
    quantity = abs(b.position_size)
    closed = close_lots(b, v, i, o, quantity, at, fee(b, quantity, at))
    if closed > EPSILON:
        settle(b, o, closed)
    forget_bounds(b)


COMMANDS: Final[tuple[Function[..., None], ...]] = (
    risk_allow_entry_in,
    risk_max_position_size,
    risk_max_intraday_filled_orders,
    risk_max_cons_loss_days,
    risk_max_drawdown,
    risk_max_intraday_loss,
)
"""Commands that the text of a script may give."""
