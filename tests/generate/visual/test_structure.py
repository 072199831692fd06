"""Structure patterns as Pine: run by our kernel they fire on exactly the bars on which the detectors fire."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.backtest.metrics import METRICS
from pinewright.backtest.series import ColumnEngine
from pinewright.data import load_bars
from pinewright.generate.visual.pine_pattern import definitions
from pinewright.generate.visual.structure import STRUCTURE_PINE
from pinewright.market import Bars
from pinewright.patterns.pattern import PatternParameter
from pinewright.patterns.structure import STRUCTURES, structure_signals
from pinewright.pine.checker import check
from pinewright.pine.compiler import SeriesProgram, compile_script, compile_series
from pinewright.pine.interpreter import Interpreter
from tests.patterns.structure.support import grid_bars, walk

INPUTS = {item.name: item for pattern in STRUCTURES.values() for item in pattern.parameters}
"""One input of the script for each name of a parameter; all patterns share it."""


def _script(names: Sequence[str] = tuple(STRUCTURES)) -> str:
    """An indicator with these patterns."""
    lines = ["//@version=6", 'indicator("structure")']
    for name, item in INPUTS.items():
        kind, value = ("int", str(int(item.default))) if item.whole else ("float", str(float(item.default)))
        lines.append(f'{name}Input = input.{kind}({value}, "{item.title}")')
    lines += definitions(STRUCTURE_PINE[name] for name in names)
    for name in names:
        call = STRUCTURE_PINE[name].call([f"{item.name}Input" for item in STRUCTURES[name].parameters])
        lines += [f"bool on_{name} = {call}", f'plotchar(on_{name}, "{STRUCTURES[name].title}")']
    return "\n".join(lines) + "\n"


@cache
def _compiled(folder: Path) -> tuple[SeriesProgram, ColumnEngine]:
    series = compile_series(check(_script()), tuple(f"on_{name}" for name in STRUCTURES), "structure")
    return series, ColumnEngine(series.program, cache_dir=folder)


def _assert_equal(folder: Path, bars: Bars, values: dict[str, float]) -> int:
    """Pine and Python fire on the same bars; how often."""
    series, engine = _compiled(folder)
    row = [values[item.name.removesuffix("Input")] for item in series.program.inputs]
    columns = engine.compute(bars, series.columns, row)
    given = {
        name: {item.name: values[item.name] for item in pattern.parameters} for name, pattern in STRUCTURES.items()
    }
    fired = structure_signals(bars, parameters=given)
    for name, column, own in zip(STRUCTURES, columns, fired, strict=True):
        assert np.flatnonzero(column).tolist() == np.flatnonzero(own).tolist(), name
    return int(fired.sum())


DEFAULTS = {"length": 5.0, "tolerance": 0.5, "height": 3.0, "pole": 4.0, "back": 0.5, "touches": 3.0}
OTHERS = (
    {"length": 2.0, "tolerance": 1.7, "height": 1.0, "pole": 2.0, "back": 0.9, "touches": 2.0},
    {"length": 9.0, "tolerance": 1.1, "height": 2.5, "pole": 3.0, "back": 0.7, "touches": 4.0},
)


@pytest.mark.parametrize("values", [DEFAULTS, *OTHERS], ids=["defaults", "loose", "long"])
def test_equal_over_a_hundred_thousand_minutes(shared: Path, kernels: Path, values: dict[str, float]) -> None:
    bars = load_bars(shared / "data" / "m1" / "EURUSD_histdata_m1_2018.parquet")[0].slice(0, 100_000)
    assert _assert_equal(kernels, bars, values) > 1_000


@pytest.mark.parametrize("values", [DEFAULTS, *OTHERS], ids=["defaults", "loose", "long"])
@pytest.mark.parametrize("name", ["h1/EURUSD_oanda_h1_2007_2014", "m1/XAUUSD_histdata_m1_2018"])
def test_equal_over_other_files(shared: Path, kernels: Path, name: str, values: dict[str, float]) -> None:
    bars = load_bars(shared / "data" / f"{name}.parquet")[0].slice(0, 40_000)
    assert _assert_equal(kernels, bars, values) > 300


def _grid(item: PatternParameter) -> st.SearchStrategy[float]:
    """The values that a search would try."""
    count = round((item.maximum - item.minimum) / item.step) + 1
    return st.sampled_from([round(item.minimum + k * item.step, 9) for k in range(count)])


@settings(max_examples=25, deadline=None)
@given(grid_bars(), st.fixed_dictionaries({name: _grid(item) for name, item in INPUTS.items()}))
def test_equal_over_drawn_bars(kernels: Path, bars: Bars, values: dict[str, float]) -> None:
    _assert_equal(kernels, bars, values)


@pytest.mark.parametrize("seed", [1, 2])
def test_equal_where_prices_tie(kernels: Path, seed: int) -> None:
    assert _assert_equal(kernels, walk(seed, 20_000, widest=2), OTHERS[0]) > 500


def test_the_interpreter_reads_the_functions_alike() -> None:
    bars, values, names = walk(8, 250), OTHERS[0], ("double_top", "support_bounce")
    given = {name: {item.name: values[item.name] for item in STRUCTURES[name].parameters} for name in names}
    inputs = {f"{name}Input": int(value) if INPUTS[name].whole else value for name, value in values.items()}
    run = Interpreter(check(_script(names)), bars, watch=tuple(f"on_{name}" for name in names), inputs=inputs)
    read = np.array([[bool(value) for value in outcome.values] for outcome in run.bars()]).T
    fired = structure_signals(bars, names, given)
    assert np.array_equal(read, fired)
    assert fired.any(axis=1).all()


@pytest.mark.parametrize("name", STRUCTURES)
def test_each_passes_check_without_a_warning(name: str) -> None:
    pattern = STRUCTURE_PINE[name]
    values = [str(int(item.default)) if item.whole else str(item.default) for item in STRUCTURES[name].parameters]
    lines = ["//@version=6", 'indicator("one")', *definitions([pattern])]
    lines += [f"bool on = {pattern.call(values)}", 'plotchar(on, "on")']
    assert check("\n".join(lines) + "\n").diagnostics == ()
    assert pattern.function == pattern.functions[-1].name


def test_a_strategy_with_lengths_from_inputs(kernels: Path) -> None:
    patterns = [STRUCTURE_PINE["double_bottom"], STRUCTURE_PINE["double_top"]]
    lines = [
        "//@version=6",
        'strategy("entries", initial_capital = 10000, margin_long = 0, margin_short = 0)',
        'bars = input.int(5, "Bars", minval = 2, maxval = 20)',
        *definitions(patterns),
        *(
            f"bool {side} = {pattern.call(['bars', '0.5', '2.0'])}"
            for side, pattern in zip(("up", "down"), patterns, strict=True)
        ),
        "if up",
        '    strategy.entry("Long", strategy.long)',
        "if down",
        '    strategy.entry("Short", strategy.short)',
    ]
    bars, lengths = walk(4, 5_000), (2.0, 5.0, 9.0)
    engine = Engine(compile_script(check("\n".join(lines) + "\n"), "entries"), bars, cache_dir=kernels)
    results = engine.run([[length] for length in lengths])
    trades = results.metrics[:, [metric.name for metric in METRICS].index("trades")]
    for length, count in zip(lengths, trades, strict=True):
        given = {name: {"length": length, "tolerance": 0.5, "height": 2.0} for name in ("double_bottom", "double_top")}
        up, down = structure_signals(bars, list(given), given)
        sides = [int(up[bar]) for bar in np.flatnonzero(up | down)]
        reversals = sum(first != second for first, second in pairwise(sides))
        assert 4 < reversals <= count <= reversals + 1
