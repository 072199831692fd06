"""The bars of the benchmarks: invented, seeded, the same on every machine."""

from __future__ import annotations

import functools

from pinewright.data.simulate import SimulatedSource
from pinewright.data.source import BarRequest
from pinewright.market import Bars, Timeframe

SEED = 1


@functools.cache
def invented_bars(count: int, minutes: int = 1) -> Bars:
    """The last ``count`` bars of a simulated EUR/USD market, of so many minutes each, on the tick grid."""
    days = 10 + count * minutes / 1440 * 1.5
    bars = SimulatedSource(SEED).load(BarRequest(timeframe=Timeframe(minutes), days=days)).bars
    return bars.slice(len(bars) - count, len(bars))
