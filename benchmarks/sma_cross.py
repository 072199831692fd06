"""SMA crossover, long and short, beside vectorbt: python -m benchmarks.sma_cross [--bars N] [--sets P] [--rounds R].

Both fill at the next open. Averages that are equal in exact arithmetic may differ in the last bit, in ours (which sums
as TradingView does) otherwise than in vectorbt: at such ties one side sees a crossing earlier, later or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.support.market import invented_bars
from benchmarks.support.peers import CAPITAL, CHUNK, FEE, UNITS, Figures, compare, their_figures
from pinewright.market import Bars

SCRIPT: Final = f"""//@version=6
strategy("SMA cross", initial_capital = {CAPITAL}, default_qty_type = strategy.fixed, default_qty_value = {UNITS},
  commission_type = strategy.commission.percent, commission_value = {100 * FEE}, margin_long = 0, margin_short = 0)
fastLength = input.int(10, "Fast", minval = 1)
slowLength = input.int(50, "Slow", minval = 1)
fast = ta.sma(close, fastLength)
slow = ta.sma(close, slowLength)
if ta.crossover(fast, slow)
    strategy.entry("Long", strategy.long)
if ta.crossunder(fast, slow)
    strategy.entry("Short", strategy.short)
"""


def vectorbt(count: int, sets: Figures, engine: str) -> Figures:
    """The figures of all pairs [P, 2] by vectorbt."""
    import vectorbt as vbt

    vbt.settings["engine"] = engine
    bars = invented_bars(count)
    return np.concatenate([their_figures(portfolio) for portfolio in crossings(bars, sets)])


def crossings(bars: Bars, pairs: Figures) -> Iterator[Any]:
    """vectorbt's portfolios of pairs [P, 2] of lengths: averages of all lengths at once, portfolios in chunks of
    ``CHUNK`` pairs, in order.
    """
    import vectorbt as vbt

    close, opened = bars.close[:, None], bars.open[:, None]
    lengths, places = np.unique(pairs.astype(np.int64), return_inverse=True)
    averages = vbt.MA.run(bars.close, window=lengths.tolist()).ma.to_numpy()
    for part in np.array_split(places.reshape(pairs.shape), max(1, len(pairs) // CHUNK)):
        fast, slow = averages[:, part[:, 0]], averages[:, part[:, 1]]
        yield vbt.Portfolio.from_signals(
            close,
            entries=at_next_bar(vbt.generic.nb.crossed_above_nb(fast, slow)),
            short_entries=at_next_bar(vbt.generic.nb.crossed_above_nb(slow, fast)),
            price=opened,
            size=UNITS,
            fees=FEE,
            init_cash=CAPITAL,
            freq="1min",
        )


def at_next_bar(signals: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Signals [N, P] one bar later: what a close says is traded at the next open."""
    later = np.zeros_like(signals)
    later[1:] = signals[:-1]
    return later


def untied(count: int, pairs: Figures) -> npt.NDArray[np.bool_]:
    """Whether the averages of a pair [P, 2] are never equal on a bar, by exact sums of ticks."""
    bars = invented_bars(count)
    ticks = np.concatenate([[0], np.cumsum(np.rint(bars.close / bars.symbol.mintick).astype(np.int64))])
    found = []
    for fast, slow in pairs.astype(np.int64):
        last = np.arange(slow, count + 1)
        sums = (ticks[last] - ticks[last - fast]) * slow, (ticks[last] - ticks[last - slow]) * fast
        found.append(not (sums[0] == sums[1]).any())
    return np.array(found)


def grid(count: int) -> Figures:
    """Pairs [P, 2] of a fast and a slow length: 20 fast ones by as many slow ones as are needed."""
    slow = 50 + 5 * np.arange(-(-count // 20))
    return np.array([(fast, length) for fast in range(5, 45, 2) for length in slow], dtype=np.float64)[:count]


if __name__ == "__main__":
    compare(__doc__ or "", SCRIPT, grid, vectorbt, untied)
