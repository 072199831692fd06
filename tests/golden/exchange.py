"""The rate of exchange that lists of TradingView were converted at, read off the lists themselves.

Each closed trade shows its profit in the account's currency and its prices and size in the quote's: the quotient is the
rate of its exit's day. What all trades of a day allow, printed digits considered, is an interval; it holds a price of
five decimals, as the pair is quoted, on every day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from pinewright.backtest.compare import ListedTrade
from pinewright.market import DAY, Bars, Symbol, Timeframe

PAIR = Symbol("USDTUSD", "USDT", "USD", 1e-5, 1e-4, timezone="Etc/UTC", day_start_hour=0)
LEAST = 20.0
"""Money below says little of the rate."""


def intervals(lists: Iterable[tuple[Iterable[ListedTrade], float]]) -> dict[int, tuple[float, float]]:
    """Lowest and highest rate of each UTC day (days since 1970) that all trades allow; the lists' first days left out.

    lists: with the commission of a trade, in the account's currency. Raises AssertionError where a day has no rate that
    suits all of its trades.
    """
    low: dict[int, float] = defaultdict(lambda: 0.0)
    high: dict[int, float] = defaultdict(lambda: np.inf)
    for trades, fees in lists:
        kept = list(trades)
        first = min(trade.entry_time for trade in kept) // DAY
        for trade in kept:
            if trade.is_open or trade.profit is None or trade.quantity is None or trade.exit_price is None:
                continue
            gross = (trade.exit_price.value - trade.entry_price.value) * trade.quantity.value
            gross = gross if trade.is_long else -gross
            assert trade.exit_time is not None
            day = trade.exit_time // DAY
            if abs(gross) < LEAST or day == first:
                continue
            ends = sorted((trade.profit.value + fees + half * trade.profit.unit) / gross for half in (-0.6, 0.6))
            low[day], high[day] = max(low[day], ends[0]), min(high[day], ends[1])
            assert low[day] <= high[day], f"day {day}: no rate suits trade {trade.number} of a list"
    return {day: (low[day], high[day]) for day in sorted(low)}


def price(low: float, high: float) -> float:
    """The price of five decimals within an interval; of several the one nearest to its middle."""
    found = round((low + high) / 2, 5)
    assert low <= found <= high, f"no price of five decimals from {low} to {high}"
    return found


def pair_bars(found: dict[int, tuple[float, float]], begin: int) -> Bars:
    """Daily bars of the pair from the day of ``begin`` (ms UTC) on: the close of a day is the rate of the next."""
    rates = {day: price(*ends) for day, ends in found.items() if day > begin // DAY}
    days = np.array(sorted(rates), dtype=np.int64)
    close = np.array([rates[day] for day in days])
    return Bars(PAIR, Timeframe(1440), (days - 1) * DAY, close, close, close, close, np.zeros(len(days)))
