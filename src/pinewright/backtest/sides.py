"""Buyers pay the ask, sellers get the bid: the price for whom, at a bar's close or where the price stands inside it.

Where fills know one price, both are that price.
"""

from __future__ import annotations

from pinewright.backtest.state import AT_CLOSE, AT_OPEN, BarView, Broker
from pinewright.machine.kernel import kernel


@kernel(inline=True)
def price_for(b: Broker, v: BarView, i: int, side: int) -> float:
    """The price at which an order of that side would fill at the moment at which the script runs."""
    if b.midway:
        return b.ask if side > 0 else b.bid
    return v.ask_candles[4 * i + AT_CLOSE] if side > 0 else v.candles[4 * i + AT_CLOSE]


@kernel(inline=True)
def closing_price(b: Broker, v: BarView, i: int) -> float:
    """The price at which the open position would be closed at that moment: what it is marked at."""
    if b.midway:
        return b.ask if b.position_size < 0.0 else b.bid
    return v.ask_candles[4 * i + AT_CLOSE] if b.position_size < 0.0 else v.candles[4 * i + AT_CLOSE]


@kernel(inline=True)
def is_filled(v: BarView, i: int) -> bool:
    """Whether bar i was never traded: it stands in for one that the feed does not have."""
    return v.any_filled and v.filled[i] != 0


@kernel(inline=True)
def opening_price(b: Broker, v: BarView, i: int) -> float:
    """The price at which the open position would be closed at the open of bar i."""
    return v.ask_candles[4 * i + AT_OPEN] if b.position_size < 0.0 else v.candles[4 * i + AT_OPEN]
