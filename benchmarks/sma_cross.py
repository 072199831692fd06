"""SMA crossover, long and short, beside vectorbt: python -m benchmarks.sma_cross [--bars N] [--pairs P] [--rounds R].

Ours starts from the text of a Pine script: check, compile, run. Both fill at the next open, pay 0.002 % a side and give
net profit, trades, win rate, profit factor, drawdown and Sharpe for every pair. The contenders take turns: in each
round ours runs all pairs, from a fresh engine, and each of the others its share of them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.support.timing import Contender, Timed, machine, megabytes  # isort: skip  (sets one thread for numpy)

import numpy as np
import numpy.typing as npt

from benchmarks.support.market import invented_bars
from pinewright.app.output import emit, emit_table
from pinewright.backtest.engine import Engine
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

FIGURES: Final = ("net profit", "trades", "win rate", "profit factor", "drawdown", "Sharpe")
CAPITAL: Final = 100_000.0
UNITS: Final = 1_000.0
FEE: Final = 2e-5
CHUNK: Final = 10
"""Pairs at a time for vectorbt: of 5, 10, 25, 50 and 100 the fastest here; more of them no longer fit the cache."""

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

Figures = npt.NDArray[np.float64]
"""[P, 6] in the order of FIGURES; money, percent for win rate and drawdown of vectorbt as it gives them."""


def ours(count: int, pairs: Figures, cache: Path) -> Figures:
    """All pairs by Pinewright; native code from the cache where it is there."""
    results = Engine(compile_script(check(SCRIPT)), invented_bars(count), cache_dir=cache).run(pairs)
    names = ("profit_marked", "trades", "win_rate", "profit_factor", "max_drawdown", "sharpe")
    figures = np.column_stack([results[name] for name in names])
    figures[:, 1] += results["open_profit"] != 0.0  # vectorbt counts the trade that is still open
    return figures


def vectorbt(count: int, pairs: Figures, engine: str) -> Figures:
    """The same by vectorbt, the averages of all lengths at once, portfolios in chunks of pairs."""
    import vectorbt as vbt

    vbt.settings["engine"] = engine
    bars = invented_bars(count)
    close, opened = bars.close[:, None], bars.open[:, None]
    lengths, places = np.unique(pairs.astype(np.int64), return_inverse=True)
    averages = vbt.MA.run(bars.close, window=lengths.tolist()).ma.to_numpy()
    found = []
    for chunk in np.array_split(places.reshape(pairs.shape), max(1, len(pairs) // CHUNK)):
        fast, slow = averages[:, chunk[:, 0]], averages[:, chunk[:, 1]]
        portfolio = vbt.Portfolio.from_signals(
            close,
            entries=at_next_bar(vbt.generic.nb.crossed_above_nb(fast, slow)),
            short_entries=at_next_bar(vbt.generic.nb.crossed_above_nb(slow, fast)),
            price=opened,
            size=UNITS,
            fees=FEE,
            init_cash=CAPITAL,
            freq="1min",
        )
        trades = portfolio.trades
        columns = (
            portfolio.total_profit(),
            trades.count(),
            trades.win_rate(),
            trades.profit_factor(),
            portfolio.max_drawdown(),
            portfolio.sharpe_ratio(),
        )
        found.append(np.column_stack([np.asarray(column, dtype=np.float64) for column in columns]))
    return np.concatenate(found)


def at_next_bar(signals: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Signals [N, P] one bar later: what a close says is traded at the next open."""
    later = np.zeros_like(signals)
    later[1:] = signals[:-1]
    return later


def grid(count: int) -> Figures:
    """Pairs [P, 2] of a fast and a slow length: 20 fast ones by as many slow ones as are needed."""
    slow = 50 + 5 * np.arange(-(-count // 20))
    return np.array([(fast, length) for fast in range(5, 45, 2) for length in slow], dtype=np.float64)[:count]


def agreement(mine: Figures, theirs: Figures) -> str:
    """On how many pairs both traded alike, and how far profits differ there and elsewhere."""
    same = mine[:, 1] == theirs[:, 1]
    far = np.abs(mine[:, 0] - theirs[:, 0])
    rate = np.abs(mine[:, 2] - 100.0 * theirs[:, 2])[same].max(initial=0.0)
    return (
        f"same number of trades on {same.sum():,} of {len(same):,} pairs; there profits differ by at most "
        f"{far[same].max(initial=0.0):.2g} and win rates by {rate:.2g} %; on the others by at most "
        f"{far[~same].max(initial=0.0):.3g} ({np.abs(mine[:, 1] - theirs[:, 1]).max():.0f} trades)"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bars", type=int, default=100_000)
    options.add_argument("--pairs", type=int, default=1_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    pairs = grid(chosen.pairs)
    engines = ("numba", "rust")
    with (
        tempfile.TemporaryDirectory() as folder,
        Contender("pinewright") as pinewright,
        Contender("vectorbt, numba") as numba,
        Contender("vectorbt, rust") as rust,
    ):
        cache = Path(folder)
        peers = dict(zip(engines, (numba, rust), strict=True))
        for contender in (pinewright, numba, rust):
            contender.run(invented_bars, chosen.bars)
        cold = pinewright.run(ours, chosen.bars, pairs[:1], cache)
        warm = pinewright.run(ours, chosen.bars, pairs[:1], cache)
        first = {engine: peer.run(vectorbt, chosen.bars, pairs[:1], engine) for engine, peer in peers.items()}
        mine: list[Timed[Figures]] = []
        theirs: dict[str, list[Timed[Figures]]] = {engine: [] for engine in engines}
        for number in range(chosen.rounds):
            mine.append(pinewright.run(ours, chosen.bars, pairs, cache))
            for engine, peer in peers.items():
                theirs[engine].append(peer.run(vectorbt, chosen.bars, pairs[number :: chosen.rounds], engine))
    speed = len(pairs) * len(mine) / sum(item.cpu for item in mine)
    rows = [("pinewright", f"{speed:,.0f}", "1", megabytes(mine[-1].peak), f"{cold.cpu:.2f} s")]
    notes = []
    for engine, rounds in theirs.items():
        figures = np.empty_like(mine[0].answer)
        for number, item in enumerate(rounds):
            figures[number :: chosen.rounds] = item.answer
        peer_speed = len(pairs) / sum(item.cpu for item in rounds)
        name = f"vectorbt, {engine}"
        rows.append(
            (name, f"{peer_speed:,.1f}", f"{speed / peer_speed:,.0f}", megabytes(rounds[-1].peak), f"{first[engine].cpu:.2f} s")
        )
        notes.append(f"{name}: {agreement(mine[0].answer, figures)}")
    emit(f"{machine()}; {chosen.bars:,} bars, {len(pairs):,} pairs, one thread, {chosen.rounds} rounds in turn")
    emit_table(("contender", "backtests per CPU second", "times slower", "memory peak", "first run, cold"), rows)
    emit(f"pinewright's first run with the code in the cache: {warm.cpu:.3f} s of CPU, columns included")
    for note in notes:
        emit(note)


if __name__ == "__main__":
    main()
