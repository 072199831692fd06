"""Ticks, quantities and fees as TradingView rounds them."""

from __future__ import annotations

import math
from typing import Final

from pinewright.backtest.state import (
    CASH_PER_CONTRACT,
    CASH_PER_ORDER,
    PERCENT,
    QUANTITY_CASH,
    QUANTITY_FIXED,
    BarView,
    Broker,
)
from pinewright.machine.kernel import kernel
from pinewright.machine.kernel.intrinsics import fceil, ffloor

WHOLE: Final = 4e7
"""Whole quantities below it have no dust: their number of units of 1e-8 is exact in float64."""


@kernel
def side_of(quantity: float) -> int:
    """+1, -1 or 0: the direction of a signed quantity."""
    if quantity > 0.0:
        return 1
    if quantity < 0.0:
        return -1
    return 0


@kernel
def to_tick(price: float, mintick: float) -> float:
    """The nearest price of the tick grid, half a tick upwards: how TradingView books a fill."""
    return ffloor(price / mintick + 0.5) * mintick


@kernel
def level_up(price: float, mintick: float) -> float:
    """An order's level moved up to the grid; within 1e-4 ticks above a grid price it counts as on it."""
    return fceil(price / mintick - 1e-4) * mintick


@kernel
def level_down(price: float, mintick: float) -> float:
    """An order's level moved down to the grid; within 1e-4 ticks below a grid price it counts as on it."""
    return ffloor(price / mintick + 1e-4) * mintick


@kernel
def clean(quantity: float) -> float:
    """Quantity without the dust of float sums: TradingView counts in units of 1e-8."""
    if ffloor(quantity) == quantity and abs(quantity) < WHOLE:
        return quantity + 0.0  # no -0.0
    return ffloor(quantity * 1e8 + 0.5) / 1e8


@kernel
def floor_quantity(quantity: float, step: float) -> float:
    """Quantity cut down to whole steps; a value a rounding error below a step counts as that step."""
    if step <= 0.0:
        return quantity
    return clean(ffloor(quantity / step * (1.0 + 1e-15) + 1e-9) * step)


@kernel
def floored(quantity: float, step: float) -> float:
    """A quantity that comes from money, cut down to whole steps: TradingView truncates the plain quotient."""
    if step <= 0.0:
        return quantity
    return clean(ffloor(quantity * (1.0 / step)) * step)


@kernel
def ten_digits(money: float) -> float:
    """Money rounded half up to ten significant digits: how TradingView books budgets and fees."""
    size = abs(money)
    if not (size > 0.0) or size > 1e15:
        return money
    scale = 1e9
    while size >= 10.0:
        size /= 10.0
        scale /= 10.0
    while size < 1.0:
        size *= 10.0
        scale *= 10.0
    return ffloor(money * scale + 0.5) / scale


@kernel
def fee(b: Broker, quantity: float, price: float) -> float:
    """Commission of one order of that quantity; fees in cash are in the account's currency as they are given."""
    if b.commission_value == 0.0:
        return 0.0
    if b.commission_type == PERCENT:
        return ten_digits(quantity * price * b.unit_value * b.commission_value * 0.01)
    if b.commission_type == CASH_PER_CONTRACT:
        return ten_digits(quantity * b.commission_value)
    return b.commission_value


@kernel
def unit_cost(b: Broker, unit_value: float, price: float) -> float:
    """What one unit takes from a budget: its value and the fee that grows with the quantity.

    unit_value: ``Broker.unit_value`` of the bar whose equity the budget comes from.
    """
    cost = price * unit_value
    if b.quantity_type == QUANTITY_CASH:
        return cost
    if b.commission_type == PERCENT:
        return cost * (1.0 + b.commission_value * 0.01)
    if b.commission_type == CASH_PER_CONTRACT:
        return cost + b.commission_value
    return cost


@kernel
def default_budget(b: Broker, equity: float) -> float:
    """Money for an order without a quantity; NaN where default_qty_type is fixed."""
    if b.quantity_type == QUANTITY_FIXED:
        return math.nan
    if b.quantity_type == QUANTITY_CASH:
        return ten_digits(b.quantity_value)
    budget = equity * b.quantity_value * 0.01
    if b.commission_type == CASH_PER_ORDER:
        budget = max(0.0, budget - b.commission_value)
    return ten_digits(budget)


@kernel
def limit_level(v: BarView, side: int, limit: float) -> float:
    """A limit moved to the grid on the side that is better for its owner."""
    if limit != limit:
        return limit
    return level_down(limit, v.mintick) if side > 0 else level_up(limit, v.mintick)


@kernel
def stop_level(v: BarView, side: int, stop: float) -> float:
    """A stop moved to the grid on the side that the market reaches later."""
    if stop != stop:
        return stop
    return level_up(stop, v.mintick) if side > 0 else level_down(stop, v.mintick)
