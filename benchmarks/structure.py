"""Structure patterns: python -m benchmarks.structure FILE [--bars N] [--rounds R], or one of the tables below.

CPU time of all patterns over the last N recorded bars, one thread, beside the same patterns as one compiled Pine
script, and of one look at levels and lines.

--counts FILE...   how often each pattern fires, in 10,000 bars; FILE may end in @ and a coarser time frame, or be
                   the word simulated
--search FILE      backtests a CPU second of strategies with a pattern and its mirror as entries, beside a crossing of
                   averages: 1,000 parameter sets
--parity FILE...   bars fired in Python and in Pine over whole files, with defaults and with drawn parameters
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Final

import numpy as np

from benchmarks.support.market import invented_bars
from benchmarks.support.timing import machine
from pinewright.app.terminal.output import emit, emit_table
from pinewright.backtest.columns import ColumnCache
from pinewright.backtest.engine import Engine
from pinewright.backtest.metrics import METRICS
from pinewright.backtest.series import ColumnEngine
from pinewright.data import load_bars
from pinewright.generate.visual.pine_pattern import definitions
from pinewright.generate.visual.structure import STRUCTURE_PINE
from pinewright.market import Bars
from pinewright.patterns.pattern import PatternParameter
from pinewright.patterns.structure import (
    STRUCTURES,
    levels_at,
    structure_marks,
    structure_signals,
    trend_lines_at,
)
from pinewright.pine.checker import check
from pinewright.pine.compiler import SeriesProgram, compile_script, compile_series

PAIRS: Final = (
    ("double_bottom", "double_top"),
    ("inverse_head_and_shoulders", "head_and_shoulders"),
    ("ascending_triangle", "descending_triangle"),
    ("bull_flag", "bear_flag"),
    ("resistance_break", "support_break"),
    ("support_bounce", "resistance_bounce"),
    ("falling_line_break", "rising_line_break"),
)
INPUTS: Final = {item.name: item for pattern in STRUCTURES.values() for item in pattern.parameters}
CROSSING: Final = (
    PatternParameter("fastBars", "Fast", 10, 2, 50, 1, whole=True),
    PatternParameter("slowBars", "Slow", 60, 51, 200, 1, whole=True),
)
SIMULATED: Final = "simulated"
DRAWS: Final = 20


def read(text: str) -> Bars:
    if text == SIMULATED:
        return invented_bars(100_000)
    path, _, timeframe = text.partition("@")
    return load_bars(path, timeframe=timeframe or None)[0]


def label(text: str, bars: Bars) -> str:
    return f"{Path(text.partition('@')[0]).stem.split('_')[0]} {bars.timeframe}"


def _number(item: PatternParameter, value: float) -> str:
    return str(int(value)) if item.whole else repr(float(value))


def _input(item: PatternParameter) -> str:
    default, low, high, step = (_number(item, value) for value in (item.default, item.minimum, item.maximum, item.step))
    kind = "int" if item.whole else "float"
    return f'{item.name} = input.{kind}({default}, "{item.title}", minval = {low}, maxval = {high}, step = {step})'


def all_patterns() -> SeriesProgram:
    """An indicator with every pattern; patterns share the inputs of one name."""
    lines = ["//@version=6", 'indicator("structure")', *map(_input, INPUTS.values())]
    lines += definitions(STRUCTURE_PINE.values())
    for name, pattern in STRUCTURES.items():
        lines.append(f"bool on_{name} = {STRUCTURE_PINE[name].call([item.name for item in pattern.parameters])}")
    return compile_series(check("\n".join(lines) + "\n"), tuple(f"on_{name}" for name in STRUCTURES), "structure")


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """CPU seconds of the first call, and the median of the later ones."""
    seconds = []
    for _ in range(rounds + 1):
        start = process_time()
        work()
        seconds.append(process_time() - start)
    return seconds[0], statistics.median(seconds[1:])


def speed(text: str, count: int, rounds: int) -> None:
    bars = read(text)
    bars = bars.slice(len(bars) - min(count, len(bars)), len(bars))
    series = all_patterns()
    engine = ColumnEngine(series.program)
    last = len(bars) - 1
    emit(f"{machine()}; {bars.description}; one thread, median of {rounds} after the first")
    rows = []
    for name, patterns, work in (
        ("signals", len(STRUCTURES), lambda: structure_signals(bars)),
        ("marks", len(STRUCTURES), lambda: structure_marks(bars)),
        ("as one Pine script", len(STRUCTURES), lambda: engine.compute(bars, series.columns)),
        ("levels at one bar", 1, lambda: levels_at(bars, last)),
        ("trend lines at one bar", 1, lambda: trend_lines_at(bars, last)),
    ):
        first, later = timed(work, rounds)
        rows.append((name, str(patterns), f"{1e3 * first:,.1f}", f"{1e3 * later:,.1f}"))
    emit_table(("work", "patterns", "first, ms", "later, ms"), rows, numbers=True)


def counts(texts: Sequence[str]) -> None:
    """How often each pattern fires in 10,000 bars of each file, with default parameters."""
    given = [read(text) for text in texts]
    shares = [10_000 * structure_signals(bars).mean(axis=1) for bars in given]
    rows = [(name, *(f"{column[place]:,.1f}" for column in shares)) for place, name in enumerate(STRUCTURES)]
    rows.append(("bars", *(f"{len(bars):,}" for bars in given)))
    emit_table(("pattern", *map(label, texts, given)), rows, numbers=True)


def entries(up: str, down: str) -> tuple[Sequence[PatternParameter], list[str]]:
    """Inputs and lines that say ``isUp`` and ``isDown``: patterns, or without names the crossing of two averages."""
    if not up:
        lines = ["slow = ta.sma(close, slowBars)", "fast = ta.sma(close, fastBars)"]
        return CROSSING, [*lines, "bool isUp = ta.crossover(fast, slow)", "bool isDown = ta.crossunder(fast, slow)"]
    patterns = [STRUCTURE_PINE[up], STRUCTURE_PINE[down]]
    names = [item.name for item in STRUCTURES[up].parameters]
    calls = [f"bool {side} = {item.call(names)}" for side, item in zip(("isUp", "isDown"), patterns, strict=True)]
    return STRUCTURES[up].parameters, [*definitions(patterns), *calls]


def strategy(inputs: Sequence[PatternParameter], signals: Sequence[str]) -> str:
    """A strategy with these entries, and with a stop and a target in average true ranges."""
    lines = [
        "//@version=6",
        'strategy("entries", initial_capital = 10000, margin_long = 0, margin_short = 0,',
        "     default_qty_type = strategy.fixed, default_qty_value = 1000)",
        *map(_input, inputs),
        'stop = input.float(2.0, "Stop", minval = 1.0, maxval = 5.0, step = 0.1)',
        *signals,
        "atr = ta.atr(14)",
    ]
    for side, way, (less, more) in (("Up", "long", "-+"), ("Down", "short", "+-")):
        lines += [
            f"if is{side}",
            f'    strategy.entry("{side}", strategy.{way})',
            f'    strategy.exit("{side} exit", "{side}", stop = close {less} stop * atr,',
            f"         limit = close {more} stop * atr)",
        ]
    return "\n".join(lines) + "\n"


def search(text: str, count: int, sets: int) -> None:
    bars = read(text)
    bars = bars.slice(0, min(count, len(bars)))
    emit(f"{machine()}; {len(bars):,} bars, {sets:,} parameter sets drawn from the whole ranges, one thread")
    rows, generator = [], np.random.default_rng(1)
    for up, down in (("", ""), *PAIRS):
        inputs, signals = entries(up, down)
        start = process_time()
        program = compile_script(check(strategy(inputs, signals)), up or "crossing")
        engine = Engine(program, bars, threads=1, columns=ColumnCache(512 << 20, len(bars)))
        ready = process_time()
        given = [*inputs, PatternParameter("stop", "", 2.0, 1.0, 5.0, 0.1)]
        steps = [generator.integers(0, round((item.maximum - item.minimum) / item.step) + 1, sets) for item in given]
        table = np.column_stack([item.minimum + item.step * k for item, k in zip(given, steps, strict=True)])
        table = np.minimum(table, [item.maximum for item in given])
        begun = process_time()
        results = engine.run(table)
        seconds = process_time() - begun
        trades = results.metrics[:, [metric.name for metric in METRICS].index("trades")].mean()
        rows.append(
            (
                f"{up}, {down}" if up else "crossing of two averages",
                f"{ready - start:.2f}",
                f"{sets / seconds:,.0f}",
                f"{trades:,.0f}",
            )
        )
    emit_table(("entries", "check and compile, s", "backtests a CPU second", "trades"), rows, numbers=True)


def parity(texts: Sequence[str]) -> None:
    """Bars fired in Python and in Pine, over all patterns and draws, and those on which they differ."""
    series = all_patterns()
    engine = ColumnEngine(series.program)
    generator = np.random.default_rng(1)
    rows = []
    for text in texts:
        bars = read(text)
        fired = differ = 0
        for draw in range(1 + DRAWS):
            values = {item.name: item.default for item in INPUTS.values()}
            if draw:
                for item in INPUTS.values():
                    places = round((item.maximum - item.minimum) / item.step) + 1
                    values[item.name] = round(item.minimum + item.step * int(generator.integers(0, places)), 9)
            columns = engine.compute(bars, series.columns, [values[item.name] for item in series.program.inputs])
            given = {name: {item.name: values[item.name] for item in p.parameters} for name, p in STRUCTURES.items()}
            own = structure_signals(bars, parameters=given)
            fired += int(own.sum())
            differ += sum(int(np.count_nonzero((a != 0.0) != b)) for a, b in zip(columns, own, strict=True))
        rows.append((label(text, bars), f"{len(bars):,}", str(1 + DRAWS), f"{fired:,}", str(differ)))
    emit_table(("bars of", "bars", "parameter sets", "fired", "differ"), rows, numbers=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", nargs="?", metavar="FILE")
    options.add_argument("--bars", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--sets", type=int, default=1_000)
    options.add_argument("--counts", nargs="+", metavar="FILE")
    options.add_argument("--search", metavar="FILE")
    options.add_argument("--parity", nargs="+", metavar="FILE")
    chosen = options.parse_args()
    if not (chosen.file or chosen.counts or chosen.search or chosen.parity):
        options.error("name a file of bars")
    if chosen.file:
        speed(chosen.file, chosen.bars, chosen.rounds)
    if chosen.counts:
        counts(chosen.counts)
    if chosen.search:
        search(chosen.search, chosen.bars, chosen.sets)
    if chosen.parity:
        parity(chosen.parity)


if __name__ == "__main__":
    main()
