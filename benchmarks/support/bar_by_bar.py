"""Peers that call a strategy once a bar in Python, with the SMA crossover of ``sma_cross``: one run, list of trades.

PyneCore (Apache-2.0) runs Pine's semantics from a form of its own, into which the script was translated by hand.
backtesting.py is AGPL-3.0: nothing here depends on it, nothing installs it, and what is written below comes from its
README and its public reference. It runs, in a process of its own, where the user has installed it.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable
from itertools import starmap
from pathlib import Path
from time import process_time
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.support.market import invented_bars
from benchmarks.support.peers import CAPITAL, FEE, UNITS, Figures
from pinewright.market import Trades

Runs = tuple[list[Figures], list[float]]
"""Closed trades of each run [T, 6] and its CPU seconds. Trades: is long, entry time (ms UTC), entry price, exit time,
exit price, net profit."""

_PYNE: Final = f'''"""@pyne"""

from pynecore.lib import close, input, script, strategy, ta


@script.strategy(
    "SMA cross",
    initial_capital={CAPITAL},
    default_qty_type=strategy.fixed,
    default_qty_value={UNITS},
    commission_type=strategy.commission.percent,
    commission_value={100 * FEE},
    margin_long=0,
    margin_short=0,
)
def main(
    fastLength=input.int(10, "Fast", minval=1),
    slowLength=input.int(50, "Slow", minval=1),
):
    fast = ta.sma(close, fastLength)
    slow = ta.sma(close, slowLength)
    if ta.crossover(fast, slow):
        strategy.entry("Long", strategy.long)
    if ta.crossunder(fast, slow):
        strategy.entry("Short", strategy.short)
'''


def pynecore(count: int, pairs: Figures) -> Runs:
    """A run for each pair of lengths [P, 2]; PyneCore writes beside its script, so that lies in a passing folder."""
    os.environ["PYNE_SAVE_SCRIPT_TOML"] = "0"
    from pynecore.core.script_runner import ScriptRunner
    from pynecore.types.ohlcv import OHLCV

    from tests.journeys.pynecore import runner

    bars = invented_bars(count)
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
    rows = list(starmap(OHLCV, zip(*(column.tolist() for column in columns), strict=True)))
    symbol_of: Callable[..., Any] = runner.symbol_of
    given = {key: getattr(bars.symbol, key) for key in ("mintick", "quantity_step", "timezone")}
    symbol = symbol_of(given, str(bars.timeframe.minutes))
    found, seconds = [], []
    with tempfile.TemporaryDirectory() as name:
        script = Path(name) / "sma_cross.py"
        script.write_text(_PYNE, encoding="utf-8")
        for fast, slow in pairs.astype(int).tolist():
            inputs = {"fastLength": fast, "slowLength": slow}
            start = process_time()
            ran = ScriptRunner(script, rows, symbol, inputs=inputs, lossless_prices=True, lossless_volume=True)
            closed = [trade for row in ran.run_iter() for trade in row[2]]
            seconds.append(process_time() - start)
            trades = [(t.size > 0, t.entry_time, t.entry_price, t.exit_time, t.exit_price, t.profit) for t in closed]
            found.append(np.array(trades, dtype=np.float64))
    return found, seconds


def backtesting_py(count: int, pairs: Figures) -> Runs:
    """The same by backtesting.py, with averages by pandas as its README has them."""
    import pandas as pd

    library, lib = importlib.import_module("backtesting"), importlib.import_module("backtesting.lib")
    bars = invented_bars(count)
    columns = {"Open": bars.open, "High": bars.high, "Low": bars.low, "Close": bars.close}
    frame = pd.DataFrame(columns, index=pd.to_datetime(bars.time, unit="ms"))

    def average(prices: Any, length: int) -> Any:
        return pd.Series(prices).rolling(length).mean()

    class Crossover(library.Strategy):  # type: ignore[misc, name-defined]
        fast = 10
        slow = 50

        def init(self) -> None:
            self.ma1 = self.I(average, self.data.Close, self.fast)
            self.ma2 = self.I(average, self.data.Close, self.slow)

        def next(self) -> None:
            if lib.crossover(self.ma1, self.ma2):
                self.buy(size=UNITS)
            elif lib.crossover(self.ma2, self.ma1):
                self.sell(size=UNITS)

    found, seconds = [], []
    # It draws a progress bar, and warns that the last trade is still open.
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        for fast, slow in pairs.astype(int).tolist():
            start = process_time()
            test = library.Backtest(frame, Crossover, cash=CAPITAL, commission=FEE, exclusive_orders=True)
            closed = test.run(fast=fast, slow=slow)["_trades"]
            seconds.append(process_time() - start)
            entered, left = (bars.time[closed[name].to_numpy()] for name in ("EntryBar", "ExitBar"))
            trades = (closed["Size"] > 0, entered, closed["EntryPrice"], left, closed["ExitPrice"], closed["PnL"])
            found.append(rows_of(trades))
    return found, seconds


PEERS: Final[dict[str, tuple[str, Callable[[int, Figures], Runs]]]] = {
    "PyneCore": ("pynecore", pynecore),
    "backtesting.py": ("backtesting", backtesting_py),
}
"""By name: the package that must be there, and the run."""


def installed() -> dict[str, Callable[[int, Figures], Runs]]:
    """The peers that are there."""
    return {name: run for name, (package, run) in PEERS.items() if importlib.util.find_spec(package) is not None}


def our_trades(trades: Trades) -> Figures:
    """Our list in the same form, without what is open."""
    columns = ("is_long", "entry_time", "entry_price", "exit_time", "exit_price", "net_profit")
    return rows_of([getattr(trades, name) for name in columns])[~trades.is_open]


def rows_of(columns: Iterable[npt.ArrayLike]) -> Figures:
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def alike(ours: Figures, theirs: Figures) -> int:
    """How many trades both have: side and times the same, prices and profit to nine digits."""
    others = {(row[0], row[1], row[3]): row for row in theirs}
    pairs = [(row, others.get((row[0], row[1], row[3]))) for row in ours]
    return sum(other is not None and np.allclose(row, other, rtol=1e-9, atol=1e-9) for row, other in pairs)
