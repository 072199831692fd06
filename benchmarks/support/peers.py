"""A strategy beside vectorbt's two engines: in turn, by CPU time, with the seven figures of every set from both sides.

In each round ours runs all sets of inputs, from a fresh engine over cached code, and each peer its share of them. Each
turn begins with a few sets untimed: a process that has waited finds its memory and caches taken away.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.support.limits import MEMORY, Limited, emit_limits
from benchmarks.support.market import invented_bars
from benchmarks.support.timing import Contender, Timed, machine, megabytes
from pinewright.app.terminal.output import emit, emit_table
from pinewright.backtest.engine import Engine
from pinewright.backtest.results import Results
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

CAPITAL: Final = 100_000.0
UNITS: Final = 1_000.0
FEE: Final = 2e-5
"""Of the value of each order."""
CHUNK: Final = 10
"""Sets at a time for vectorbt: of 5, 10, 25, 50 and 100 the fastest; the arrays of more do not fit the cache."""
YEAR: Final = 365 * 1440
"""Bars of a year, by which vectorbt annualises: every minute, whether the market is open or not."""
ENGINES: Final = ("numba", "rust")

Figures = npt.NDArray[np.float64]
"""[P, 7]: net profit, trades, win rate in percent, profit factor, each with the trade that is still open, drawdown in
percent, Sharpe, Sortino. The last three are TradingView's in ours (drawdown inside the bar, ratios of months) and of
closes and single bars in vectorbt; ``ours_by_bars`` tells whether those come from the same equity."""
Mask = npt.NDArray[np.bool_]
Theirs = Callable[[int, Figures, str], Figures]
AGREEMENT: Final = (
    "beside",
    "sets with as many trades",
    "trades",
    "there profit to a cent",
    "profit within",
    "win rate within, %",
    "profit factor within",
    "on all: trades within",
    "profit within",
)


def our_figures(results: Results) -> Figures:
    """The seven figures of each set, with the trade that is still open, which vectorbt counts as any other."""
    still_open = results["profit_marked"] - results["net_profit"]
    trades = results["trades"] + (still_open != 0.0)
    wins = results["wins"] + (still_open > 0.0)
    won = results["gross_profit"] + np.maximum(still_open, 0.0)
    lost = results["gross_loss"] - np.minimum(still_open, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = 100.0 * wins / trades, won / lost
    others = (results[name] for name in ("max_drawdown_percent", "sharpe", "sortino"))
    return np.column_stack([results["profit_marked"], trades, *rates, *others])


def their_figures(portfolio: Any) -> Figures:
    """The same of a vectorbt portfolio, a column a set."""
    trades = portfolio.trades
    columns = (
        portfolio.total_profit(),
        trades.count(),
        100.0 * trades.win_rate(),
        trades.profit_factor(),
        -100.0 * portfolio.max_drawdown(),
        portfolio.sharpe_ratio(),
        portfolio.sortino_ratio(),
    )
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def ours(script: str, count: int, sets: Figures, cache: Path) -> Figures:
    """All sets [P, K] by Pinewright, from the text of the script; native code from the cache where it is there."""
    return our_figures(Engine(compile_script(check(script)), invented_bars(count), cache_dir=cache).run(sets))


def ours_by_bars(script: str, count: int, sets: Figures, cache: Path) -> Figures:
    """Drawdown, Sharpe and Sortino [P, 3] as vectorbt defines them, from our equity at each close."""
    engine = Engine(compile_script(check(script)), invented_bars(count), cache_dir=cache)
    found = []
    for row in sets:
        equity = np.concatenate([[CAPITAL], engine.equity(row)])
        change = np.diff(equity) / equity[:-1]
        mean = change.mean() * math.sqrt(YEAR)
        fall = 1.0 - equity / np.maximum.accumulate(equity)
        downside = math.sqrt(np.square(np.minimum(change, 0.0)).mean())
        found.append((100.0 * fall.max(), mean / change.std(ddof=1), mean / downside))
    return np.array(found)


@dataclass(frozen=True)
class Rounds:
    """What was measured: our first set cold and again, the peers' first sets (CPU seconds), and all rounds."""

    cold: float
    again: float
    first: dict[str, float]
    ours: list[Timed[Figures]]
    theirs: dict[str, list[Timed[Figures]]]

    @property
    def figures(self) -> Figures:
        """Ours of all sets."""
        return self.ours[0].answer

    def figures_of(self, engine: str) -> Figures:
        """A peer's of all sets, of which each round took its share."""
        found = self.theirs[engine]
        figures = np.empty_like(self.figures)
        for number, item in enumerate(found):
            figures[number :: len(found)] = item.answer
        return figures


def measured(script: str, theirs: Theirs, count: int, sets: Figures, rounds: int, cache: Path) -> Rounds:
    """Both sides in turn, a process each."""
    with Contender() as mine, ExitStack() as stack:
        peers = {engine: stack.enter_context(Contender()) for engine in ENGINES}
        for contender in (mine, *peers.values()):
            contender.run(invented_bars, count)
        cold, again = (mine.run(ours, script, count, sets[:1], cache).cpu for _ in range(2))
        first = {engine: peer.run(theirs, count, sets[:1], engine).cpu for engine, peer in peers.items()}
        found = Rounds(cold, again, first, [], {engine: [] for engine in ENGINES})
        for number in range(rounds):
            mine.run(ours, script, count, sets[:CHUNK], cache)
            found.ours.append(mine.run(ours, script, count, sets, cache))
            for engine, peer in peers.items():
                peer.run(theirs, count, sets[:CHUNK], engine)
                found.theirs[engine].append(peer.run(theirs, count, sets[number::rounds], engine))
        return found


def compare(
    doc: str,
    script: str,
    grid: Callable[[int], Figures],
    theirs: Theirs,
    untied: Callable[[int, Figures], Mask] | None = None,
) -> None:
    """Runs both sides as the command line asks and prints speed, the limit of memory, and how far both agree.

    untied: tells for each set whether rounding has no say in it, so that both sides must trade alike.
    """
    options = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000, help="bars of one minute")
    options.add_argument("--sets", type=int, default=1_000, help="sets of inputs")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    count, rounds, sets = chosen.bars, chosen.rounds, grid(chosen.sets)
    with tempfile.TemporaryDirectory() as name:
        found = measured(script, theirs, count, sets, rounds, Path(name))
        emit(f"{machine()}; {count:,} bars, {len(sets):,} sets of inputs, one thread, {rounds} rounds in turn")
        emit_speed(found)
        alike = None if untied is None else untied(count, sets)
        emit_agreement(found, alike)
        if alike is not None:
            few = np.flatnonzero(alike)[:CHUNK]
            emit_by_bars(found, few, ours_by_bars(script, count, sets[few], Path(name)))


def emit_speed(found: Rounds) -> None:
    """A row for each contender, and the limit of memory."""
    sets = len(found.figures)
    peak = found.ours[-1].peak
    speed = sets * len(found.ours) / sum(item.cpu for item in found.ours)
    rows = [("pinewright", f"{speed:,.0f}", "1", megabytes(peak), f"{found.cold:.2f} s")]
    for engine, rounds in found.theirs.items():
        theirs = sets / sum(item.cpu for item in rounds)
        first = f"{found.first[engine]:.2f} s"
        rows.append(
            (f"vectorbt, {engine}", f"{theirs:,.1f}", f"{speed / theirs:,.0f}", megabytes(rounds[-1].peak), first)
        )
    emit_table(("contender", "backtests per CPU second", "times slower", "memory peak", "first set, cold"), rows)
    emit(f"pinewright's first set again, code in the cache: {found.again:.3f} s")
    emit_limits([Limited("memory peak, pinewright", peak / 1e6, MEMORY, "MB")])


def emit_agreement(found: Rounds, alike: Mask | None) -> None:
    """How far the figures of both sides lie apart, on all sets and, where told, on those that must be alike."""
    rows = []
    for engine in found.theirs:
        figures = found.figures_of(engine)
        rows.append(_agreement(f"vectorbt, {engine}", found.figures, figures))
        if alike is not None:
            rows.append(_agreement("its sets without a tie", found.figures[alike], figures[alike]))
    emit_table(AGREEMENT, rows, numbers=True)


def emit_by_bars(found: Rounds, few: npt.NDArray[np.intp], by_bars: Figures) -> None:
    """How far the peers' last three figures lie from those of our equity [len(few), 3]."""
    for engine in found.theirs:
        apart = _most(np.abs(by_bars / found.figures_of(engine)[few, 4:] - 1.0))
        emit(
            f"vectorbt, {engine}: drawdown, Sharpe and Sortino beside those of our equity at each close, by its "
            f"definitions, on {len(few)} sets without a tie: within a share of {apart:.1g}"
        )


def _agreement(name: str, ours: Figures, theirs: Figures) -> tuple[str, ...]:
    """On how many sets both made as many trades, and how far the figures lie apart there and elsewhere."""
    same = ours[:, 1] == theirs[:, 1]
    profit, trades, rate, factor = np.abs(ours - theirs)[:, :4].T
    return (
        name,
        f"{same.sum():,} of {len(same):,}",
        f"{ours[:, 1].mean():,.0f}",
        f"{(same & (profit < 0.01)).sum():,}",
        *(f"{_most(values[same]):.1g}" for values in (profit, rate, factor)),
        f"{_most(trades):.0f}",
        f"{_most(profit):.1g}",
    )


def _most(values: Figures) -> float:
    return float(values.max(initial=0.0))
