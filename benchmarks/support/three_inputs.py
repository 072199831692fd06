"""The three-input strategy of the search benchmarks: a crossover of averages with a stop at a fixed distance."""

from __future__ import annotations

from typing import Final

from benchmarks.support.market import invented_bars
from pinewright.app.backtests.evaluation import EngineEvaluator, bars_key, column_cache
from pinewright.machine.resources import budget_for, detect
from pinewright.market import Bars
from pinewright.optimize import Part, Space
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

CAPITAL: Final = 100_000.0
UNITS: Final = 1_000.0
FEE: Final = 2e-5
"""Of the value of each order."""

SCRIPT: Final = f"""//@version=6
strategy("SMA cross with a stop", initial_capital = {CAPITAL}, default_qty_type = strategy.fixed,
  default_qty_value = {UNITS}, commission_type = strategy.commission.percent, commission_value = {100 * FEE},
  margin_long = 0, margin_short = 0)
fastLength = input.int(10, "Fast", minval = 2, maxval = 60)
slowLength = input.int(100, "Slow", minval = 20, maxval = 400, step = 2)
stop = input.int(300, "Stop in ticks", minval = 50, maxval = 1000, step = 10)
fast = ta.sma(close, fastLength)
slow = ta.sma(close, slowLength)
if ta.crossover(fast, slow)
    strategy.entry("Long", strategy.long)
    strategy.exit("Long stop", "Long", loss = stop)
if ta.crossunder(fast, slow)
    strategy.entry("Short", strategy.short)
    strategy.exit("Short stop", "Short", loss = stop)
"""


def evaluator(bars: Bars, threads: int = 1) -> EngineEvaluator:
    """The evaluator of the product over these bars."""
    program = compile_script(check(SCRIPT), "three inputs")
    return EngineEvaluator(
        program,
        bars,
        program.settings,
        bars_hash=bars_key(bars),
        threads=threads,
        columns=column_cache(budget_for(detect(), threads), bars),
        cache_dir=None,
    )


def space() -> Space:
    """Its inputs: 59 by 191 by 96 values, the fast length below the slow one."""
    return Space.of(compile_script(check(SCRIPT), "three inputs").inputs)


def whole(bars: Bars) -> Part:
    """All bars as one part."""
    days = max(1, round((int(bars.time[-1]) - int(bars.time[0])) / 86_400_000 * 5 / 7))
    return Part("all", 0, len(bars), int(bars.time[0]), int(bars.time[-1]), days)


def market(count: int) -> Bars:
    """The invented bars of one minute."""
    return invented_bars(count)
