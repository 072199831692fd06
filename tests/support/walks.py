"""Seeded random walks on the tick grid as bars, and lists of trades that enter where a test wants."""

from __future__ import annotations

import numpy as np

from pinewright.market import Bars, FloatArray, IntArray, Symbol, Timeframe, Trades

START = 1_740_952_800_000  # Sunday 2025-03-02 22:00 UTC
QUARTER_HOUR = 900_000


def walk_bars(size: int, seed: int) -> Bars:
    """Quarter hours of EUR/USD without gaps: each bar opens where the last one closed."""
    random = np.random.default_rng(seed)
    close = 110_000 + np.cumsum(np.rint(random.standard_normal(size) * 30))
    opened = np.concatenate([[110_000.0], close[:-1]])
    high = np.maximum(opened, close) + random.integers(0, 25, size)
    low = np.minimum(opened, close) - random.integers(0, 25, size)
    opened, high, low, close = (np.round(column * 1e-5, 5) for column in (opened, high, low, close))
    time = START + np.arange(size, dtype=np.int64) * QUARTER_HOUR
    return Bars(Symbol.get("EURUSD"), Timeframe(15), time, opened, high, low, close, np.zeros(size))


def trades_at(bars: Bars, entries: IntArray, long: bool = True) -> Trades:
    """Trades that enter at the open of these bars [T] and leave at the next; they neither win nor lose."""
    count = len(entries)
    zeros: FloatArray = np.zeros(count)
    return Trades(
        entry_bar=entries,
        exit_bar=entries + 1,
        entry_time=bars.time[entries],
        exit_time=bars.time[entries + 1],
        is_long=np.full(count, long),
        quantity=np.full(count, 1_000.0),
        entry_price=bars.open[entries],
        exit_price=bars.open[entries + 1],
        net_profit=zeros,
        favorable=zeros,
        adverse=zeros,
        commission=zeros,
        is_open=np.zeros(count, dtype=np.bool_),
        entry_signal=("Long",) * count,
        exit_signal=("Long exit",) * count,
        initial_capital=10_000.0,
    )
