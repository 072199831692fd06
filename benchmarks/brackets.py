"""SMA crossover with a stop and a target on each trade, beside vectorbt: python -m benchmarks.brackets [--bars N] ...

Long only. Both enter at the close of the signal's bar and leave inside a later bar, where the price meets the stop or
the target. Where one bar reaches both, vectorbt takes the stop and ours follows TradingView's way through the bar; the
levels lie on the tick grid on TradingView and in ours, and off it in vectorbt. So some trades differ by right.
"""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np

from benchmarks.support.market import invented_bars
from benchmarks.support.peers import CAPITAL, CHUNK, FEE, UNITS, Figures, compare, their_figures

SCRIPT: Final = f"""//@version=6
strategy("Brackets", initial_capital = {CAPITAL}, default_qty_type = strategy.fixed, default_qty_value = {UNITS},
  commission_type = strategy.commission.percent, commission_value = {100 * FEE}, margin_long = 0, margin_short = 0,
  process_orders_on_close = true)
fastLength = input.int(10, "Fast", minval = 1)
slowLength = input.int(50, "Slow", minval = 1)
stopPercent = input.float(0.1, "Stop, %", minval = 0.01)
targetPercent = input.float(0.2, "Target, %", minval = 0.01)
fast = ta.sma(close, fastLength)
slow = ta.sma(close, slowLength)
longEvent = ta.crossover(fast, slow)
if longEvent and strategy.position_size == 0
    strategy.entry("Long", strategy.long)
    strategy.exit("Exit", "Long", stop = close * (1 - stopPercent / 100), limit = close * (1 + targetPercent / 100))
"""


def vectorbt(count: int, sets: Figures, engine: str) -> Figures:
    """The figures of all sets [P, 4] by vectorbt."""
    import vectorbt as vbt

    vbt.settings["engine"] = engine
    bars = invented_bars(count)
    opened, high, low, close = (column[:, None] for column in (bars.open, bars.high, bars.low, bars.close))
    lengths, places = np.unique(sets[:, :2].astype(np.int64), return_inverse=True)
    averages = vbt.MA.run(bars.close, window=lengths.tolist()).ma.to_numpy()
    pairs = places.reshape(len(sets), 2)
    found = []
    for rows in np.array_split(np.arange(len(sets)), max(1, len(sets) // CHUNK)):
        fast, slow = averages[:, pairs[rows, 0]], averages[:, pairs[rows, 1]]
        portfolio = vbt.Portfolio.from_signals(
            close,
            entries=vbt.generic.nb.crossed_above_nb(fast, slow),
            open=opened,
            high=high,
            low=low,
            sl_stop=sets[rows, 2] / 100,
            tp_stop=sets[rows, 3] / 100,
            size=UNITS,
            fees=FEE,
            init_cash=CAPITAL,
            freq="1min",
        )
        found.append(their_figures(portfolio))
    return np.concatenate(found)


def grid(count: int) -> Figures:
    """Sets [P, 4]: pairs of lengths by stops and targets in percent."""
    pairs = itertools.product((5, 10, 15, 20), (50, 75, 100, 150, 200))
    levels = list(itertools.product((0.05, 0.1, 0.15, 0.2, 0.3), np.arange(1, 11) * 0.05))
    return np.array([(*pair, *level) for pair in pairs for level in levels])[:count]


if __name__ == "__main__":
    compare(__doc__ or "", SCRIPT, grid, vectorbt)
