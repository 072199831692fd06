"""The bars of the benchmarks: invented, seeded, the same on every machine."""

from __future__ import annotations

import functools

from pinewright.data.simulate import SIMULATED_END, SIMULATED_START, SimulatedSource
from pinewright.data.source import BarRequest
from pinewright.market import DAY, Bars, Timeframe

SEED = 1


@functools.cache
def invented_bars(count: int, minutes: int = 1) -> Bars:
    """The last ``count`` bars of a simulated EUR/USD market, of so many minutes each, on the tick grid.

    ValueError where the simulation, which begins in 2000, has fewer: 10,011,940 of one minute.
    """
    days = 10 + count * minutes / 1440 * 1.5
    start = max(SIMULATED_START, SIMULATED_END - round(days * DAY))
    bars = SimulatedSource(SEED).load(BarRequest(timeframe=Timeframe(minutes), start=start)).bars
    if count > len(bars):
        raise ValueError(f"{count:,} bars of {minutes}m are wanted, and the simulation has {len(bars):,}")
    return bars.slice(len(bars) - count, len(bars))
