"""One backtest of the SMA crossover: python -m benchmarks.single_run [--bars N] [--rounds R] [--peer-rounds R].

Warm: code is compiled, bars are loaded. Each round takes lengths that were not asked before. Beside a loop written by
hand for numba: both sides compute both averages, walk all bars and give the same seven figures. Beside engines that
call a strategy once a bar, PyneCore and, where the user has installed it, backtesting.py: on pairs of lengths whose
averages are never equal, so that rounding has no say, lists of trades are compared.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import numpy as np

from benchmarks.sma_cross import SCRIPT, untied
from benchmarks.support.bar_by_bar import PEERS, alike, installed, our_trades
from benchmarks.support.market import invented_bars
from benchmarks.support.peers import CAPITAL, FEE, UNITS, Figures
from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.terminal.output import emit, emit_table
from pinewright.backtest.engine import Engine
from pinewright.backtest.window import WindowMaker
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

OURS: Final = "pinewright"
LOOP: Final = "numba, by hand"
WARM: Final = 3
"""Rounds that do not count."""
MANY: Final = 60
"""Pairs of lengths among which those without a tie are looked for."""
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


def by_hand(count: int, pairs: Figures) -> tuple[Figures, list[float]]:
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


def our_lists(count: int, pairs: Figures, folder: Path) -> list[Figures]:
    """Closed trades of each pair [P, 2]."""
    return [our_trades(engine(count, folder).trades(pair)) for pair in pairs]


def ratio(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def lengths(count: int) -> Figures:
    """Pairs [P, 2] of a fast and a slow length, none of which comes twice."""
    return np.array([(10.0 + k, 50.0 + 3 * k) for k in range(count)])


def table(count: int, seconds: Mapping[str, list[float]], peaks: Mapping[str, int]) -> None:
    """A row for each contender; seconds of its timed runs, the first named is ours."""
    times = {name: statistics.median(values) for name, values in seconds.items()}
    mine, loop = times[OURS], times[LOOP]
    rows = [
        (
            name,
            f"{1e9 * time / count:,.1f}",
            f"{1e9 * min(seconds[name]) / count:,.1f}",
            f"{count / time / 1e6:.3g}",
            ratio(time / loop),
            ratio(time / mine),
            megabytes(peaks[name]),
        )
        for name, time in times.items()
    ]
    head = ("contender", "ns a bar", "best", "million bars a CPU second", "times the loop", "times ours", "memory peak")
    emit_table(head, rows, numbers=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000, help="bars of one minute")
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--peer-rounds", type=int, default=3, help="for those that call a strategy once a bar")
    chosen = options.parse_args()
    count, peers = chosen.bars, installed()
    pairs, many = lengths(chosen.rounds + WARM), lengths(MANY)
    few = many[untied(count, many)][: chosen.peer_rounds + 1]
    with TemporaryDirectory() as name, Contender() as mine:
        found = {OURS: mine.run(ours, count, pairs, Path(name))}
        lists = mine.run(our_lists, count, few, Path(name)).answer
    with Contender() as other:
        found[LOOP] = other.run(by_hand, count, pairs)
    theirs = {}
    for name, run in peers.items():
        with Contender() as other:
            theirs[name] = other.run(run, count, few)
    seconds = {name: item.answer[1][WARM:] for name, item in found.items()}
    seconds |= {name: item.answer[1][1:] for name, item in theirs.items()}
    peaks = {name: item.peak for name, item in found.items()} | {name: item.peak for name, item in theirs.items()}
    emit(f"{machine()}; {count:,} bars, pairs of lengths one by one, one thread, medians")
    table(count, seconds, peaks)
    left, right = (item.answer[0] for item in found.values())
    same = np.isclose(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)
    agreed = ", ".join(f"{figure} {same[:, k].sum()}" for k, figure in enumerate(FIGURES))
    emit(f"{LOOP}: figures equal to ours, of {len(same)} pairs: {agreed}")
    for name, item in theirs.items():
        both = sum(map(alike, lists, item.answer[0]))
        emit(
            f"{name}: {both:,} trades are the same, of {sum(map(len, lists)):,} here and "
            f"{sum(map(len, item.answer[0])):,} there, over {len(few)} pairs"
        )
    for name in PEERS.keys() - peers.keys():
        emit(f"{name}: not installed, no row")


if __name__ == "__main__":
    main()
