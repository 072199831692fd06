"""Ticks for the tests of quality and cleaning: generated ones, and Dukascopy's recorded payloads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.requests import Request, periods
from pinewright.data.dukascopy.transports import Bi5
from pinewright.data.store.kinds import Columns, Kind
from pinewright.market import Bars, Side, Symbol, Ticks, Timeframe

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC, a Monday in New York's summer time


def make_ticks(count: int, start: int = MONDAY, step: int = 1_000, seed: int = 0, sizes: bool = True) -> Ticks:
    """Ticks every ``step`` ms, on the tick grid, with spreads of one to four ticks: nothing to complain of."""
    generator = np.random.default_rng(seed)
    bid = np.round(1.1 + 1e-5 * np.cumsum(generator.integers(-2, 3, count)), 5)
    ask = np.round(bid + 1e-5 * generator.integers(1, 5, count), 5)
    units = [1e6 * generator.integers(1, 5, count).astype(np.float64) for _ in range(2)] if sizes else [None, None]
    time = start + step * np.arange(count, dtype=np.int64)
    return Ticks(Symbol.get("EURUSD"), time, bid, ask, units[0], units[1], feed="generated")


def recorded(shared: Path, symbol: str, kind: Kind, side: Side | None, start: int, end: int) -> Columns:
    """Rows of recorded bi5 payloads in [start, end) ms UTC."""
    instrument, transport = find_instrument(symbol), Bi5(str(shared / "data" / "bi5"))
    found = []
    for low, high in periods(kind, start, end):
        request = Request(instrument, kind, side, low, high)
        found.append(transport.decode(request, Path(transport.url(request)).read_bytes()))
    return {name: np.concatenate([columns[name] for columns in found]) for name in found[0]}


def recorded_ticks(shared: Path, symbol: str, start: int, end: int) -> Ticks:
    """Recorded ticks in [start, end) ms UTC."""
    rows = recorded(shared, symbol, Kind.TICK, None, start, end)
    time, bid, ask, bid_volume, ask_volume = rows.values()
    return Ticks(find_instrument(symbol).market, time, bid, ask, bid_volume, ask_volume, feed="dukascopy bi5")


def recorded_minutes(shared: Path, symbol: str, side: Side, start: int, end: int) -> Bars:
    """Recorded M1 candles of one side in [start, end) ms UTC."""
    rows = recorded(shared, symbol, Kind.MINUTE, side, start, end)
    time, *prices, volume = rows.values()
    open_, high, low, close = prices
    symbol_ = find_instrument(symbol).market
    return Bars(symbol_, Timeframe(1), time, open_, high, low, close, volume, side=side, feed="dukascopy bi5")
