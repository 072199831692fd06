"""The trading days of bars in another order: hours, spreads and weeks stay, what lasts longer than a block is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from pinewright.data.calendar import trading_day, trading_day_start
from pinewright.data.grid import price_step
from pinewright.market import Bars
from pinewright.optimize.evidence import day_blocks, rebuild

WEEK: Final = 5
"""Trading days that stay together, so that weekdays keep their places."""


def reordered(bars: Bars, seed: int, block: int = WEEK) -> Bars:
    """Bars behind the warm-up with their trading days shuffled in blocks of ``block``; every day once, so that the
    whole drift stays. Moves between closes are kept as ratios, prices are put back on the grid of the bars.
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
    step = price_step(bars.close[head:], symbol.mintick)
    # The path begins where it began, not at the level of the day that comes first now.
    begin = int(draw.bars[0])
    level = columns[0][0] / (columns[3][begin - 1] if begin else columns[0][0])
    opened, high, low, close = (
        np.round(np.round(one * level / step) * step, 10) for one in rebuild(*columns, draw.bars)
    )
    rest = draw.bars + head
    return replace(
        bars,
        time=np.concatenate([bars.time[:head], time[draw.bars] - begins[old] + begins[draw.days]]).astype(np.int64),
        open=np.concatenate([bars.open[:head], opened]),
        high=np.concatenate([bars.high[:head], np.maximum(high, np.maximum(opened, close))]),
        low=np.concatenate([bars.low[:head], np.minimum(low, np.minimum(opened, close))]),
        close=np.concatenate([bars.close[:head], close]),
        volume=np.concatenate([bars.volume[:head], bars.volume[rest]]),
        spread=None if bars.spread is None else np.concatenate([bars.spread[:head], bars.spread[rest]]),
        filled=None,
    )
