"""One backtest of the SMA crossover beside a loop written by hand: python -m benchmarks.single_run [--rounds R].

Warm: code is compiled, bars are loaded. Each round takes lengths that were not asked before, so both sides compute both
averages, walk all bars and give the same seven figures.
"""

from __future__ import annotations

import argparse
import statistics
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import numpy as np

from benchmarks.sma_cross import SCRIPT
from benchmarks.support.market import invented_bars
from benchmarks.support.peers import CAPITAL, FEE, UNITS, Figures
from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.output import emit, emit_table
from pinewright.backtest.engine import Engine
from pinewright.backtest.window import WindowMaker
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

FIGURES: Final = ("net_profit", "trades", "win_rate", "profit_factor", "max_drawdown", "sharpe", "sortino")


@cache
def engine(count: int, folder: Path) -> Engine:
    return Engine(compile_script(check(SCRIPT)), invented_bars(count), cache_dir=folder)


def ours(count: int, pairs: Figures, folder: Path) -> tuple[Figures, list[float]]:
    """The seven figures of each pair [P, 7], and the CPU seconds of each run alone."""
    chosen = engine(count, folder)
    figures, seconds = [], []
    for pair in pairs:
        start = process_time()
        found = chosen.run(pair)
        seconds.append(process_time() - start)
        figures.append([found[name][0] for name in FIGURES])
    return np.array(figures), seconds


def by_hand(count: int, pairs: Figures, folder: Path) -> tuple[Figures, list[float]]:
    """The same by the loop for numba."""
    from benchmarks.support.hand_loop import crossover

    arrays = WindowMaker(invented_bars(count)).arrays
    candles = arrays["candles"].reshape(-1, 4).T.copy()
    view = [arrays["close"], *candles[:3], arrays["month"]]
    figures, seconds = [], []
    for fast, slow in pairs:
        start = process_time()
        found = crossover(*view, int(fast), int(slow), UNITS, FEE, CAPITAL)
        seconds.append(process_time() - start)
        figures.append(found)
    return np.array(figures), seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000, help="bars of one minute")
    options.add_argument("--rounds", type=int, default=30)
    chosen = options.parse_args()
    count = chosen.bars
    pairs = np.array([(10.0 + k, 50.0 + 3 * k) for k in range(chosen.rounds + 3)])
    with TemporaryDirectory() as name, Contender() as mine, Contender() as other:
        folder = Path(name)
        found = {
            "pinewright": mine.run(ours, count, pairs, folder),
            "numba, by hand": other.run(by_hand, count, pairs, folder),
        }
    times = {name: statistics.median(item.answer[1][3:]) for name, item in found.items()}
    best = {name: min(item.answer[1][3:]) for name, item in found.items()}
    emit(f"{machine()}; {count:,} bars, {chosen.rounds} pairs of lengths one by one, one thread")
    rows = [
        (
            name,
            f"{1e9 * times[name] / count:.1f}",
            f"{1e9 * best[name] / count:.1f}",
            f"{count / times[name] / 1e6:.1f}",
            f"{times[name] / times['numba, by hand']:.2f}",
            megabytes(found[name].peak),
        )
        for name in found
    ]
    emit_table(
        ("contender", "ns a bar, median", "best", "million bars a CPU second", "times the loop", "memory peak"), rows
    )
    left, right = (found[name].answer[0] for name in found)
    same = np.isclose(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)
    emit(
        "figures that agree: "
        + ", ".join(f"{name} {same[:, k].sum()} of {len(same)}" for k, name in enumerate(FIGURES))
    )


if __name__ == "__main__":
    main()
