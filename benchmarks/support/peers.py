"""A strategy beside vectorbt's two engines: in turn, by CPU time, with the six figures of every set from both sides.

In each round ours runs all sets of inputs, from a fresh engine over cached code, and each peer its share of them. Each
turn begins with a few sets untimed: a process that has waited finds its memory and caches taken away.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.support.market import invented_bars
from benchmarks.support.timing import Contender, Timed, machine, megabytes
from pinewright.app.output import emit, emit_table
from pinewright.backtest.results import Results

CAPITAL: Final = 100_000.0
UNITS: Final = 1_000.0
FEE: Final = 2e-5
"""Of the value of each order."""
CHUNK: Final = 10
"""Sets at a time for vectorbt: of 5, 10, 25, 50 and 100 the fastest; the arrays of more do not fit the cache."""
ENGINES: Final = ("numba", "rust")

Figures = npt.NDArray[np.float64]
"""[P, 6]: net profit with what is open, trades with the one still open, win rate in percent, profit factor, drawdown,
Sharpe. Drawdown and Sharpe follow each side's own definition and are not compared."""
Ours = Callable[[int, Figures, Path], Figures]
Theirs = Callable[[int, Figures, str], Figures]


def our_figures(results: Results) -> Figures:
    """The six figures of each set."""
    names = ("profit_marked", "trades", "win_rate", "profit_factor", "max_drawdown", "sharpe")
    figures: Figures = np.column_stack([results[name] for name in names])
    # vectorbt counts the trade that is still open; its fee tells that there is one.
    figures[:, 1] += results["profit_marked"] != results["net_profit"]
    return figures


def their_figures(portfolio: Any) -> Figures:
    """The same of a vectorbt portfolio, a column a set."""
    trades = portfolio.trades
    columns = (
        portfolio.total_profit(),
        trades.count(),
        100.0 * trades.win_rate(),
        trades.profit_factor(),
        portfolio.max_drawdown(),
        portfolio.sharpe_ratio(),
    )
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def compare(
    doc: str,
    grid: Callable[[int], Figures],
    ours: Ours,
    theirs: Theirs,
    untied: Callable[[int, Figures], npt.NDArray[np.bool_]] | None = None,
) -> None:
    """Runs both sides as the command line asks and prints one table, the agreement and the machine.

    untied: tells for each set whether rounding has no say in it, so that both sides must trade alike.
    """
    options = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000, help="bars of one minute")
    options.add_argument("--sets", type=int, default=1_000, help="sets of inputs")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    count, rounds, sets = chosen.bars, chosen.rounds, grid(chosen.sets)
    with tempfile.TemporaryDirectory() as folder, Contender() as mine, ExitStack() as stack:
        cache, peers = Path(folder), {engine: stack.enter_context(Contender()) for engine in ENGINES}
        for contender in (mine, *peers.values()):
            contender.run(invented_bars, count)
        cold, again = (mine.run(ours, count, sets[:1], cache).cpu for _ in range(2))
        first = {engine: peer.run(theirs, count, sets[:1], engine).cpu for engine, peer in peers.items()}
        our_rounds: list[Timed[Figures]] = []
        their_rounds: dict[str, list[Timed[Figures]]] = {engine: [] for engine in ENGINES}
        for number in range(rounds):
            mine.run(ours, count, sets[:CHUNK], cache)
            our_rounds.append(mine.run(ours, count, sets, cache))
            for engine, peer in peers.items():
                peer.run(theirs, count, sets[:CHUNK], engine)
                their_rounds[engine].append(peer.run(theirs, count, sets[number::rounds], engine))
    emit(f"{machine()}; {count:,} bars, {len(sets):,} sets of inputs, one thread, {rounds} rounds in turn")
    speed = len(sets) * rounds / sum(item.cpu for item in our_rounds)
    rows = [("pinewright", f"{speed:,.0f}", "1", megabytes(our_rounds[-1].peak), f"{cold:.2f} s")]
    for engine, found in their_rounds.items():
        peer_speed = len(sets) / sum(item.cpu for item in found)
        ratio, peak = f"{speed / peer_speed:,.0f}", megabytes(found[-1].peak)
        rows.append((f"vectorbt, {engine}", f"{peer_speed:,.1f}", ratio, peak, f"{first[engine]:.2f} s"))
    emit_table(("contender", "backtests per CPU second", "times slower", "memory peak", "first set, cold"), rows)
    emit(f"pinewright's first set again, code in the cache: {again:.3f} s")
    for engine, found in their_rounds.items():
        figures = np.empty_like(our_rounds[0].answer)
        for number, item in enumerate(found):
            figures[number::rounds] = item.answer
        emit(f"vectorbt, {engine}: {agreement(our_rounds[0].answer, figures)}")
        if untied is not None:
            mask = untied(count, sets)
            alike = agreement(our_rounds[0].answer[mask], figures[mask])
            emit(f"vectorbt, {engine}, sets without a tie alone: {alike}")


def agreement(ours: Figures, theirs: Figures) -> str:
    """On how many sets both traded alike, and how far the figures lie apart there and elsewhere."""
    same = ours[:, 1] == theirs[:, 1]
    profit, trades, rate = (np.abs(ours[:, place] - theirs[:, place]) for place in (0, 1, 2))
    equal = profit < 0.01
    return (
        f"same number of trades (on average {ours[:, 1].mean():,.0f}) on {same.sum():,} of {len(same):,} sets, there "
        f"profit to a cent on {(same & equal).sum():,}, else within {_most(profit[same]):.2g}, and win rate within "
        f"{_most(rate[same]):.2g} %; on the others within {_most(trades):.0f} trades and {_most(profit):.2g} of profit"
    )


def _most(values: Figures) -> float:
    return float(values.max(initial=0.0))
