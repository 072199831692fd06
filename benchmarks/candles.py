"""Candlestick patterns: python -m benchmarks.candles [--bars N] [--rounds R], or one of the tables below.

Without a table: all our patterns over invented minutes beside all functions of TA-Lib and beside our patterns as one
compiled Pine script; CPU time, one thread, a process each. FILE may end in @ and a coarser time frame.

--counts FILE...     how often each pattern fires, in 10,000 bars
--talib FILE         on how many bars ours, TA-Lib's and both fire, where TA-Lib knows the pattern
--rows FILE...       what rounding prices to the rows of a picture does to each pattern: F1 over windows of 60 bars;
                     with --ticks as well the prices that were read go to the next tick
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import numpy as np

from benchmarks.support.candle_peers import FUNCTIONS, PEERS, answer, compare, whole
from benchmarks.support.market import invented_bars
from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.terminal.output import emit, emit_table
from pinewright.backtest.series import ColumnEngine
from pinewright.data import load_bars
from pinewright.generate.visual.candles import CANDLE_PINE
from pinewright.generate.visual.pine_pattern import definitions
from pinewright.market import Bars, FloatArray
from pinewright.patterns.candles import CANDLES, candle_signals
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_series

WINDOW: Final = 60
"""Bars of a picture."""
WARM: Final = 15
"""Bars at its left on which patterns cannot be known: averages and what came before."""
WINDOWS: Final = 500
ROWS: Final = (180, 260, 500)
"""Pixels from the lowest low to the highest high: about those of pictures of 224, 320 and 640 pixels."""


def pine_script() -> str:
    """All patterns with their defaults, a variable each."""
    lines = ["//@version=6", 'indicator("Candles")', *definitions(CANDLE_PINE.values())]
    for name, pine in CANDLE_PINE.items():
        lines.append(f"{name}_seen = {pine.call([f'{value:g}' for value in CANDLES[name].defaults])}")
    return "\n".join(lines) + "\n"


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """CPU seconds of each call, the first one of this process first."""
    seconds = []
    for _ in range(rounds + 1):
        start = process_time()
        work()
        seconds.append(process_time() - start)
    return seconds


def ours(count: int, rounds: int, cache: str) -> list[float]:
    os.environ["PINEWRIGHT_CACHE_DIR"] = cache
    bars = invented_bars(count)
    return timed(lambda: candle_signals(bars), rounds)


def pine(count: int, rounds: int, cache: str) -> list[float]:
    os.environ["PINEWRIGHT_CACHE_DIR"] = cache
    bars = invented_bars(count)
    made: list[tuple[ColumnEngine, Sequence[int]]] = []

    def work() -> None:
        if not made:
            series = compile_series(check(pine_script()), tuple(f"{name}_seen" for name in CANDLE_PINE), "candles")
            made.append((ColumnEngine(series.program), series.columns))
        engine, columns = made[0]
        engine.compute(bars, columns)

    return timed(work, rounds)


def theirs(count: int, rounds: int, cache: str) -> list[float]:
    bars = invented_bars(count)
    return timed(lambda: [answer(name, bars) for name in FUNCTIONS], rounds)


def speed(count: int, rounds: int) -> None:
    emit(f"{machine()}; {count:,} bars of a minute, one thread, median of {rounds} after the first")
    rows = []
    for name, patterns, work in (
        ("pinewright", len(CANDLES), ours),
        ("TA-Lib", len(FUNCTIONS), theirs),
        ("ours, as one Pine script", len(CANDLES), pine),
    ):
        with TemporaryDirectory() as folder:
            with Contender() as cold:
                first = cold.run(work, count, 0, folder).answer[0]
            with Contender() as warm:
                found = warm.run(work, count, rounds, folder)
        time = statistics.median(found.answer[1:])
        rows.append(
            (
                name,
                str(patterns),
                f"{1e3 * time:.1f}",
                f"{1e9 * time / count / patterns:.2f}",
                f"{1e3 * first:,.0f}",
                f"{1e3 * found.answer[0]:,.0f}",
                megabytes(found.peak),
            )
        )
    head = ("contender", "patterns", "ms", "ns a bar and pattern", "first call, cold, ms", "cached", "memory peak")
    emit_table(head, rows, numbers=True)


def read(text: str) -> Bars:
    path, _, timeframe = text.partition("@")
    return load_bars(path, timeframe=timeframe or None)[0]


def label(text: str, bars: Bars) -> str:
    return f"{Path(text.partition('@')[0]).stem.split('_')[0]} {bars.timeframe}"


def counts(texts: Sequence[str]) -> None:
    """How often each pattern fires in 10,000 bars of each file."""
    given = [read(text) for text in texts]
    shares = [10_000 * candle_signals(bars).mean(axis=1) for bars in given]
    rows = [(name, *(f"{column[place]:,.1f}" for column in shares)) for place, name in enumerate(CANDLES)]
    rows.append(("bars", *(f"{len(bars):,}" for bars in given)))
    emit_table(("pattern", *map(label, texts, given)), rows, numbers=True)


def beside_talib(text: str) -> None:
    bars = read(text)
    emit(f"{bars.description}; bars on which each fires, prices as they are and as whole numbers of ticks")
    rows = []
    for peer in PEERS:
        values = ", ".join(f"{name} {value:g}" for name, value in (peer.values or {}).items())
        plain, exact = compare(peer, bars), compare(peer, whole(bars))
        figures = [f"{number:,}" for found in (plain, exact) for number in (found.ours, found.theirs, found.both)]
        rows.append((peer.name, peer.function, values or "defaults", *figures))
    head = ("pattern", "TA-Lib", "parameters", "ours", "TA-Lib's", "both", "whole: ours", "TA-Lib's", "both")
    emit_table(head, rows)
    often = {name: 10_000 * np.count_nonzero(answer(name, bars)) / len(bars) for name in FUNCTIONS}
    for most in (0.0, 1.0):
        rare = [name.removeprefix("CDL") for name, count in often.items() if count <= most]
        emit(f"at most {most:g} times in 10,000 bars, {len(rare)} of TA-Lib's {len(often)}: {', '.join(rare)}")


def rounded(bars: Bars, rows: int, on_ticks: bool) -> Bars:
    """The bars as read from a picture: each price in the middle of its row of pixels, then perhaps on its tick."""
    low = bars.low.min()
    step = max(float(bars.high.max() - low) / (rows - 1), 1e-12)

    def snapped(column: FloatArray) -> FloatArray:
        row: FloatArray = low + np.round((column - low) / step) * step
        return np.round(row / bars.symbol.mintick) * bars.symbol.mintick if on_ticks else row

    return replace(
        bars, open=snapped(bars.open), high=snapped(bars.high), low=snapped(bars.low), close=snapped(bars.close)
    )


def faithful(bars: Bars, rows: int, on_ticks: bool) -> FloatArray:
    """F1 of each pattern and of all together [P + 1] over seeded windows, prices rounded to rows."""
    found = np.zeros((len(CANDLES) + 1, 3))
    for end in np.random.default_rng(1).integers(WINDOW, len(bars), WINDOWS).tolist():
        window = bars.slice(end - WINDOW, end)
        read_back = rounded(window, rows, on_ticks)
        true, seen = (candle_signals(item)[:, WARM:] for item in (window, read_back))
        for place, kind in enumerate((true & seen, seen & ~true, true & ~seen)):
            found[:-1, place] += kind.sum(axis=1)
    found[-1] = found.sum(axis=0)
    hits, alarms, misses = found.T
    score: FloatArray = 2 * hits / np.maximum(2 * hits + alarms + misses, 1)
    return score


def in_rows(texts: Sequence[str], on_ticks: bool) -> None:
    """What reading prices from rows of pixels does to each pattern."""
    given = [read(text) for text in texts]
    columns = [faithful(bars, rows, on_ticks) for bars in given for rows in ROWS]
    titles = [f"{label(text, bars)}, {rows}" for text, bars in zip(texts, given, strict=True) for rows in ROWS]
    names = (*CANDLES, "all together")
    table = [(name, *(f"{column[place]:.3f}" for column in columns)) for place, name in enumerate(names)]
    emit(f"F1 over {WINDOWS} windows of {WINDOW} bars by rows of pixels, {'' if on_ticks else 'not '}put on ticks")
    emit_table(("pattern", *titles), table, numbers=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--counts", nargs="+", metavar="FILE")
    options.add_argument("--talib", metavar="FILE")
    options.add_argument("--rows", nargs="+", metavar="FILE")
    options.add_argument("--ticks", action="store_true", help="with --rows: prices that were read go to the next tick")
    chosen = options.parse_args()
    if chosen.counts:
        counts(chosen.counts)
    if chosen.talib:
        beside_talib(chosen.talib)
    if chosen.rows:
        in_rows(chosen.rows, chosen.ticks)
    if not (chosen.counts or chosen.talib or chosen.rows):
        speed(chosen.bars, chosen.rounds)


if __name__ == "__main__":
    main()
