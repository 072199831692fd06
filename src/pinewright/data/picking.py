"""Some rows of bars or ticks: every column by the same mask, the rest as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pinewright.market import Bars, BoolArray, IntArray, Ticks


def pick_bars(bars: Bars, kept: BoolArray) -> Bars:
    """The bars [N] that are kept; warm-up is what is left of it."""
    return replace(
        bars,
        time=bars.time[kept],
        open=bars.open[kept],
        high=bars.high[kept],
        low=bars.low[kept],
        close=bars.close[kept],
        volume=bars.volume[kept],
        spread=None if bars.spread is None else bars.spread[kept],
        filled=None if bars.filled is None else bars.filled[kept],
        warmup=int(np.count_nonzero(kept[: bars.warmup])),
    )


def pick_ticks(ticks: Ticks, kept: BoolArray | IntArray) -> Ticks:
    """The ticks [T] that are kept: a mask, or the rows in the order wanted."""
    return replace(
        ticks,
        time=ticks.time[kept],
        bid=ticks.bid[kept],
        ask=ticks.ask[kept],
        bid_size=None if ticks.bid_size is None else ticks.bid_size[kept],
        ask_size=None if ticks.ask_size is None else ticks.ask_size[kept],
    )
