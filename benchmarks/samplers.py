"""Our search beside Optuna's TPE and vectorbt's grid: python -m benchmarks.samplers [--inputs 3] [--trials T].

An SMA crossover with two inputs, or with a stop as the third and without vectorbt, on bars in which a wave runs through
invented prices, so that some pairs of lengths are better than others inside and outside. All maximise the profit on the
first four fifths; the last fifth is outside. Each contender has a process of its own on one thread, and TPE calls our
engine. Told are the CPU seconds until the best so far is, inside and outside, worth what the weakest ends with.
"""

from __future__ import annotations

import argparse
import functools
import time
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from benchmarks.sma_cross import crossings
from benchmarks.support.market import invented_bars
from benchmarks.support.peers import CAPITAL, FEE, UNITS
from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.terminal.output import emit, emit_table
from pinewright.backtest.engine import Engine
from pinewright.market import Bars, FloatArray
from pinewright.optimize import Evaluation, Part, SearchSettings, Space, search
from pinewright.optimize.objective import parse_objective
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

WAVE, PERIOD = 0.003, 3_000
INSIDE: Final = 0.8

SCRIPT: Final = f"""//@version=6
strategy("SMA cross", initial_capital = {CAPITAL}, default_qty_type = strategy.fixed, default_qty_value = {UNITS},
  commission_type = strategy.commission.percent, commission_value = {100 * FEE}, margin_long = 0, margin_short = 0)
fastLength = input.int(10, "Fast", minval = 2, maxval = 60)
slowLength = input.int(50, "Slow", minval = 20, maxval = 800, step = 5)
fast = ta.sma(close, fastLength)
slow = ta.sma(close, slowLength)
if ta.crossover(fast, slow)
    strategy.entry("Long", strategy.long)
if ta.crossunder(fast, slow)
    strategy.entry("Short", strategy.short)
"""
STOPPED: Final = (
    SCRIPT.replace(
        "fast = ", 'stop = input.int(300, "Stop in ticks", minval = 50, maxval = 1000, step = 10)\nfast = ', 1
    )
    .replace("strategy.long)", 'strategy.long)\n    strategy.exit("Long stop", "Long", loss = stop)')
    .replace("strategy.short)", 'strategy.short)\n    strategy.exit("Short stop", "Short", loss = stop)')
)
SCRIPTS: Final = {2: SCRIPT, 3: STOPPED}


@dataclass(frozen=True)
class Way:
    """What a contender tried, in order: sets [P, 2], their profit inside [P], CPU seconds at which each was known."""

    sets: FloatArray
    inside: FloatArray
    seconds: FloatArray


@functools.cache
def waves(count: int) -> Bars:
    """Invented bars with a wave of three thousandths and fifty hours in their prices, on the tick grid."""
    bars = invented_bars(count)
    factor = np.exp(WAVE * np.sin(2 * np.pi * np.arange(count) / PERIOD))

    def moved(price: FloatArray) -> FloatArray:
        tick = bars.symbol.mintick
        return np.asarray(np.round(np.rint(price * factor / tick) * tick, 5), dtype=np.float64)

    return replace(bars, open=moved(bars.open), high=moved(bars.high), low=moved(bars.low), close=moved(bars.close))


@functools.cache
def engine(count: int, inputs: int) -> Engine:
    return Engine(compile_script(check(SCRIPTS[inputs])), waves(count))


class _Clocked:
    """An evaluator that notes what it ran and when it was done."""

    key = "samplers"

    def __init__(self, count: int, inputs: int):
        self.engine, self.start = engine(count, inputs), time.process_time()
        self.sets: list[FloatArray] = []
        self.inside: list[FloatArray] = []
        self.seconds: list[FloatArray] = []

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        found = self.engine.run(parameters, first=first, last=last)
        self.sets.append(parameters)
        self.inside.append(found["profit_marked"])
        self.seconds.append(np.full(len(parameters), time.process_time() - self.start))
        names = ("profit_marked", "trades")
        return Evaluation(names, np.column_stack([found[name] for name in names]))

    def way(self) -> Way:
        return Way(*(np.concatenate(one) for one in (self.sets, self.inside, self.seconds)))


def ours(count: int, inputs: int, trials: int, seed: int) -> Way:
    """The search of the product."""
    bars, last = waves(count), int(INSIDE * count)
    part = Part("search", 0, last, int(bars.time[0]), int(bars.time[last]), last // 1440)
    space = Space.of(engine(count, inputs).program.inputs)
    clocked = _Clocked(count, inputs)
    settings = SearchSettings(trials=trials, seed=seed, objective=parse_objective("profit_marked"), fewest_trades=1)
    search(space, clocked, part, settings)
    return clocked.way()


def tpe(count: int, inputs: int, trials: int, seed: int) -> Way:
    """Optuna's default sampler over our engine, one set after the other, as its loop wants it."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    last = int(INSIDE * count)
    clocked = _Clocked(count, inputs)

    def tried(trial: Any) -> float:
        chosen = [trial.suggest_int("fast", 2, 60), trial.suggest_int("slow", 20, 800, step=5)]
        if chosen[0] >= chosen[1]:
            raise optuna.TrialPruned
        if inputs == 3:
            chosen.append(trial.suggest_int("stop", 50, 1_000, step=10))
        return float(clocked.evaluate(np.array([chosen], dtype=np.float64), 0, last).column("profit_marked")[0])

    optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)).optimize(tried, trials)
    return clocked.way()


def vectorbt_grid(count: int, wide: int) -> Way:
    """vectorbt over ``wide`` by ``wide`` pairs in random order, total profit alone."""
    last = int(INSIDE * count)
    bars = waves(count).slice(0, last)
    fast, slow = (np.rint(np.linspace(*ends, wide)) for ends in ((2, 60), (20, 800)))
    pairs = np.array([(a, b) for a in fast for b in slow if a < b])
    pairs = pairs[np.random.default_rng(1).permutation(len(pairs))]
    start = time.process_time()
    inside, seconds = [], []
    for portfolio in crossings(bars, pairs):
        inside.append(np.asarray(portfolio.total_profit(), dtype=np.float64))
        seconds.append(np.full(len(inside[-1]), time.process_time() - start))
    return Way(pairs, np.concatenate(inside), np.concatenate(seconds))


def outside(count: int, inputs: int, way: Way) -> tuple[FloatArray, FloatArray]:
    """Profit outside of the best inside so far, and its profit inside, after each trial [P]."""
    best = np.maximum.accumulate(way.inside)
    leader = np.maximum.accumulate(np.where(way.inside == best, np.arange(len(best)), 0))
    rows, back = np.unique(leader, return_inverse=True)
    found = engine(count, inputs).run(way.sets[rows], first=int(INSIDE * count))["profit_marked"]
    return np.asarray(found[back], dtype=np.float64), best


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000)
    options.add_argument("--inputs", type=int, choices=(2, 3), default=2)
    options.add_argument("--trials", type=int, default=1_024, help="of our search")
    options.add_argument("--tpe", type=int, default=300, help="trials of TPE")
    options.add_argument("--grid", type=int, default=20, help="values of each input in vectorbt's grid")
    options.add_argument("--seeds", type=int, default=3)
    chosen = options.parse_args()
    count = chosen.bars
    emit(f"{machine()}; {count:,} bars, one thread")
    ways: list[tuple[str, int, Way, int]] = []
    works: list[tuple[str, Any, tuple[int, ...]]] = []
    for seed in range(1, chosen.seeds + 1):
        works.append(("pinewright", ours, (chosen.inputs, chosen.trials, seed)))
        works.append(("Optuna TPE over our engine", tpe, (chosen.inputs, chosen.tpe, seed)))
    if chosen.inputs == 2:
        works.append(("vectorbt, grid", vectorbt_grid, (chosen.grid,)))
    for name, work, given in works:
        with Contender() as contender:
            contender.run(work, 5_000, *((given[0], 16, 1) if len(given) > 1 else (3,)))  # loads what is loaded once
            found = contender.run(work, count, *given)
            ways.append((name, given[-1] if len(given) > 1 else 0, found.answer, found.peak))
    curves = [outside(count, chosen.inputs, way) for _, _, way, _ in ways]
    target = min(float(later[-1]) for later, _ in curves)
    common = min(float(best[-1]) for _, best in curves)
    rows = []
    for (name, seed, way, peak), (later, best) in zip(ways, curves, strict=True):
        # From then on: a first trial that happens to be worth much outside, and is left again, has found nothing.
        reached = float(way.seconds[int(np.max(np.flatnonzero(later < target), initial=-1)) + 1])
        same = float(way.seconds[int(np.argmax(best >= common))])
        rows.append(
            (
                name,
                str(seed) if seed else "-",
                f"{len(way.sets):,}",
                f"{best[-1]:,.2f}",
                f"{later[-1]:,.2f}",
                f"{reached:.2f} s",
                f"{same:.2f} s",
                f"{way.seconds[-1]:.2f} s",
                megabytes(peak),
            )
        )
    emit_table(
        ("contender", "seed", "trials", "best inside", "it outside", f"until {target:,.2f} outside",
         f"until {common:,.2f} inside",
         "in all", "memory peak"),
        rows,
    )  # fmt: skip


if __name__ == "__main__":
    main()
