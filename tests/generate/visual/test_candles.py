"""Candlestick patterns in Pine: they fire on exactly the bars on which the detector fires, and their scripts check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.backtest.series import ColumnEngine
from pinewright.generate.visual.candles import CANDLE_PINE
from pinewright.generate.visual.pine_pattern import definitions
from pinewright.market import Bars
from pinewright.patterns.candles import CANDLES, candle_signals
from pinewright.patterns.candles.catalogue import AVERAGE
from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.compiler import compile_script, compile_series
from tests.patterns.candles.support import drawn_bars, random_bars, recorded

Values = Mapping[str, Mapping[str, float]]

EDGES: Sequence[Values] = (
    {name: {item.name: item.minimum for item in pattern.parameters} for name, pattern in CANDLES.items()},
    {name: {item.name: item.maximum for item in pattern.parameters} for name, pattern in CANDLES.items()},
    {name: {"averageLength": 14} for name in CANDLES},
    {name: {item.name: item.minimum + item.step for item in pattern.parameters} for name, pattern in CANDLES.items()},
)
"""Values beside the defaults: the ends of every range, another average, the first step of every range."""
FILES = (
    ("m1/EURUSD_histdata_m1_2018", 100_000),
    ("h1/EURUSD_oanda_h1_2007_2014", 100_000),
    ("m1/XAUUSD_histdata_m1_2018", 30_000),
)


def all_patterns() -> str:
    """One script with every pattern; the averages have one length, each other parameter of each is an input."""
    inputs, calls = [f"{AVERAGE.name} = input.int({AVERAGE.default:g})"], []
    for name, pine in CANDLE_PINE.items():
        own = []
        for item in CANDLES[name].parameters[1:]:
            own.append(f"{name}_{item.name}")
            inputs.append(f"{own[-1]} = input.{'int' if item.whole else 'float'}({item.default:g})")
        calls.append(f"{name}_seen = {pine.call([AVERAGE.name, *own])}")
    lines = ["//@version=6", 'indicator("Candles")', *inputs, "", *definitions(CANDLE_PINE.values()), "", *calls]
    return "\n".join(lines) + "\n"


@cache
def engine() -> tuple[ColumnEngine, tuple[int, ...]]:
    """Compiled once; the inputs are in the order of the patterns and of their parameters."""
    series = compile_series(check(all_patterns()), tuple(f"{name}_seen" for name in CANDLE_PINE), "candles")
    return ColumnEngine(series.program), tuple(series.columns)


def same_bars(bars: Bars, values: Values | None = None) -> int:
    """How often the patterns fire; both sides must do so on the same bars."""
    program, columns = engine()
    rows = [pattern.values((values or {}).get(name)) for name, pattern in CANDLES.items()]
    (length,) = {row[0] for row in rows}
    told = program.compute(bars, columns, [length, *(value for row in rows for value in row[1:])])
    fired = candle_signals(bars, None, values)
    for name, here, there in zip(CANDLES, fired, told, strict=True):
        np.testing.assert_array_equal(here, there == 1.0, err_msg=name)
        assert not np.isnan(there).any(), name
    return int(np.count_nonzero(fired))


def test_every_pattern_has_its_function() -> None:
    assert list(CANDLE_PINE) == list(CANDLES)
    assert [pine.name for pine in CANDLE_PINE.values()] == list(CANDLES)
    for name, pine in CANDLE_PINE.items():
        head = pine.functions[-1].lines[0]
        assert head.count(",") + 1 == len(CANDLES[name].parameters), head


@pytest.mark.parametrize(("name", "size"), FILES, ids=["minutes", "hours", "gold"])
def test_the_same_bars_of_recorded_markets(shared: Path, name: str, size: int) -> None:
    assert same_bars(recorded(shared, name, size)) > size // 2


@pytest.mark.parametrize("values", EDGES, ids=["least", "most", "longer", "step"])
@pytest.mark.parametrize(("name", "size"), FILES[:2], ids=["minutes", "hours"])
def test_the_same_bars_with_other_parameters(shared: Path, name: str, size: int, values: Values) -> None:
    assert same_bars(recorded(shared, name, size), values) > 1_000


@settings(max_examples=60, deadline=None)
@given(bars=drawn_bars, data=st.data())
def test_the_same_of_drawn_bars(bars: Bars, data: st.DataObject) -> None:
    same_bars(bars, data.draw(st.sampled_from((None, *EDGES))))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), data=st.data())
def test_the_same_of_bars_full_of_ties(seed: int, data: st.DataObject) -> None:
    same_bars(random_bars(seed), data.draw(st.sampled_from((None, *EDGES))))


def test_bars_full_of_ties_hold_every_pattern() -> None:
    fired = sum(candle_signals(random_bars(seed, 2_000)).sum(axis=1) for seed in range(3))
    assert [name for name, count in zip(CANDLES, fired, strict=True) if count == 0] == []


@pytest.mark.parametrize("name", CANDLES)
def test_an_indicator_of_it_checks(name: str) -> None:
    pine, values = CANDLE_PINE[name], CANDLES[name].defaults
    call = pine.call([f"{value:g}" for value in values])
    lines = ["//@version=6", f'indicator("{name}", overlay = true)', *definitions([pine]), f"seen = {call}"]
    assert check("\n".join([*lines, 'plotshape(seen, "Seen")']) + "\n").diagnostics == ()


def strategy(name: str) -> CheckedScript:
    """Long while the pattern fires."""
    pine, values = CANDLE_PINE[name], CANDLES[name].defaults
    lines = [
        "//@version=6",
        f'strategy("{name}", initial_capital = 10000, default_qty_type = strategy.fixed, default_qty_value = 1, '
        "commission_type = strategy.commission.percent, commission_value = 0.01, slippage = 0, "
        "margin_long = 100, margin_short = 100)",
        'length = input.int(10, "Bars of the average", minval = 5, maxval = 30)',
        *definitions([pine]),
        f"seen = {pine.call(['length', *(f'{value:g}' for value in values[1:])])}",
        "if seen",
        '    strategy.entry("Long", strategy.long)',
        "else",
        '    strategy.close("Long")',
    ]
    return check("\n".join(lines) + "\n")


@pytest.mark.parametrize("name", CANDLES)
def test_a_strategy_of_it_checks_and_compiles(name: str) -> None:
    checked = strategy(name)
    assert checked.diagnostics == ()
    assert [item.name for item in compile_script(checked).inputs] == ["length"]


@pytest.mark.parametrize("name", ["hammer", "three_outside_down"])
def test_a_strategy_of_it_trades_on_its_bars(shared: Path, kernels: Path, name: str) -> None:
    bars = recorded(shared, FILES[0][0], 20_000)
    trades = Engine(compile_script(strategy(name)), bars, cache_dir=kernels).trades([10.0])
    fired = candle_signals(bars, [name])[0]
    begins = np.flatnonzero(fired & ~np.append(False, fired[:-1]))
    assert trades.entry_bar.tolist() == [bar + 1 for bar in begins.tolist() if bar + 1 < len(bars)]
    assert len(trades) > 100
