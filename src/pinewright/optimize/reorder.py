"""The trading days of bars in another order: hours, spreads and weeks stay, what lasts longer than a block is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.data.calendar import trading_day, trading_day_start
from pinewright.data.grid import price_step
from pinewright.market import Bars, FloatArray, IntArray
from pinewright.optimize.evidence import day_blocks, rebuild

WEEK: Final = 5
"""Trading days that stay together, so that weekdays keep their places."""


@dataclass(frozen=True, eq=False)
class Shuffled:
    """Bars behind the warm-up in their new order. rows [M]: which bar each was; time [M]: new stamps, ms UTC; prices:
    open, high, low, close [M] from the level of the bar before the first of ``rows``, on no grid.
    """

    rows: IntArray
    time: IntArray
    prices: tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def shuffled(bars: Bars, seed: int, block: int = WEEK) -> Shuffled:
    """The trading days behind the warm-up in another order, in blocks of ``block``; every day once. Moves between
    closes are kept as ratios, hours stay what they were.
    """
    head, count = bars.warmup, len(bars) - bars.warmup
    symbol = bars.symbol
    time = bars.time[head:]
    day = trading_day(time, symbol)
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1)).astype(np.int64)
    draw = day_blocks(starts, count, seed=seed, block=block, replace=False)
    begins = trading_day_start(day[starts], symbol)
    old = np.searchsorted(starts, draw.bars, side="right") - 1
    columns = (bars.open[head:], bars.high[head:], bars.low[head:], bars.close[head:])
    stamps = (time[draw.bars] - begins[old] + begins[draw.days]).astype(np.int64)
    return Shuffled(draw.bars + head, stamps, rebuild(*columns, draw.bars))


def reordered(bars: Bars, seed: int, block: int = WEEK) -> Bars:
    """Bars with what ``shuffled`` makes of them behind the warm-up, on their own grid: the whole drift stays."""
    head, symbol = bars.warmup, bars.symbol
    found = shuffled(bars, seed, block)
    step = price_step(bars.close[head:], symbol.mintick)
    # The path begins where it began, not at the level of the day that comes first now.
    first = int(found.rows[0])
    level = bars.open[head] / (bars.close[first - 1] if first > head else bars.open[head])
    opened, high, low, close = (np.round(np.round(one * level / step) * step, 10) for one in found.prices)
    rest = found.rows
    return replace(
        bars,
        time=np.concatenate([bars.time[:head], found.time]),
        open=np.concatenate([bars.open[:head], opened]),
        high=np.concatenate([bars.high[:head], np.maximum(high, np.maximum(opened, close))]),
        low=np.concatenate([bars.low[:head], np.minimum(low, np.minimum(opened, close))]),
        close=np.concatenate([bars.close[:head], close]),
        volume=np.concatenate([bars.volume[:head], bars.volume[rest]]),
        spread=None if bars.spread is None else np.concatenate([bars.spread[:head], bars.spread[rest]]),
        filled=None,
    )
