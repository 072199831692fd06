"""Shared columns: what is computed once, what each depends on, and that no column looks ahead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.columns import all_inputs
from pinewright.backtest.engine import Engine
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import FloatArray, Timeframe
from pinewright.pine.compiler import compile_script, compile_series
from pinewright.program import ClockColumn, Program, ProgramColumn

from .support import Row, case, checked_script, compiled_as_python, random_account, random_bars

HEAD = '//@version=6\nstrategy("s", default_qty_type = strategy.fixed, default_qty_value = 1)\n'


def program(body: str) -> Program:
    return compile_script(checked_script(HEAD + body))


def windows(body: str) -> int:
    """How many rolling sums the program holds."""
    return program(body).text.count("window_sum(")


def test_the_same_expression_shares_a_column() -> None:
    once = 'a = ta.sma(close, 10)\nstrategy.order("O", strategy.long, qty = a)\n'
    more = "a = ta.sma(close, 10)\nb = ta.sma(close, 5 + 5) + ta.sma((close), 10)\n"
    twice = more + 'strategy.order("O", strategy.long, qty = a + b)\n'
    assert windows(once) == windows(twice) == 1
    assert windows(twice.replace("5 + 5", "5 + 6")) == 2


def test_built_in_functions_share_their_parts() -> None:
    # Both need the sum of the closes; the deviation needs that of the squares too.
    assert windows('strategy.order("O", strategy.long, qty = ta.sma(close, 9) + ta.stdev(close, 9))\n') == 2


def test_each_column_names_the_inputs_it_depends_on() -> None:
    made = program("""a = input.int(3)
b = input.int(5)
fast = ta.ema(close, a)
slow = ta.ema(close, b)
scaled(float x) =>
    var float n = 0.0
    n += x * b
    n
strategy.order("O", strategy.long, qty = fast - slow, limit = scaled(close), stop = ta.sma(fast, b))
""")
    depends = {
        reads for reads, column in zip(all_inputs(made), made.columns, strict=True) if isinstance(column, ProgramColumn)
    }
    assert depends == {(0,), (1,), (0, 1)}
    called = [
        reads for reads, column in zip(all_inputs(made), made.columns, strict=True) if column_name(column) == "call"
    ]
    assert called == [(0,), (1,), (1,)]  # two averages, and the function that reads b beside its argument


def column_name(column: object) -> str:
    return column.name if isinstance(column, ProgramColumn) else ""


def test_a_set_of_inputs_never_gets_the_column_of_another(kernels: Path) -> None:
    # The function reads an input that is none of its arguments.
    source = (
        HEAD
        + """step = input.float(1.0)
summed(float x) =>
    var float n = 0.0
    n += x * step
    n
if summed(1.0) > 20
    strategy.entry("L", strategy.long)
"""
    )
    made = compile_script(checked_script(source))
    bars = random_bars(3, 60)
    matrix = np.array([[1.0], [2.0], [0.5], [1.0]])
    engine = Engine(made, bars, cache_dir=kernels)
    first = [int(engine.trades(row).entry_bar[0]) for row in matrix]
    assert first == [21, 11, 41, 21]
    together = engine.run(matrix).metrics
    for row, metrics in zip(matrix, together, strict=True):
        alone = Engine(made, bars, cache_dir=kernels).run(row[None]).metrics[0]
        assert np.array_equal(alone, metrics, equal_nan=True)


def test_the_clock_is_the_engines() -> None:
    made = program('if hour == 3 and minute(time, "UTC") == 0 and hour == 3\n    strategy.entry("L", strategy.long)\n')
    clocks = [column for column in made.columns if isinstance(column, ClockColumn)]
    assert [(column.part, column.timezone) for column in clocks] == [("hour", ""), ("minute", "UTC")]


@pytest.mark.parametrize("name", FAMILIES)
def test_programs_are_the_same_to_the_byte(name: str) -> None:
    source = render(FAMILIES[name], None, ScriptSettings(Timeframe(15), 0.00003))
    first, second = (compile_script(checked_script(source), name) for _ in range(2))
    assert first == second
    assert (first.text, first.key) == (second.text, second.key)


def test_another_script_has_another_key() -> None:
    assert (
        program('strategy.order("O", strategy.long, qty = 1)\n').key
        != program('strategy.order("O", strategy.long, qty = 2)\n').key
    )


SOURCE = (
    HEAD
    + """length = input.int(5)
[mid, top, bottom] = ta.bb(close, length, 1.0)
[plus, minus, adx] = ta.dmi(4, 3)
var float held = na
if ta.crossover(close, mid) and ta.rsi(close, length)[1] > 40
    held := low[2]
    strategy.entry("L", strategy.long, limit = top, stop = ta.highest(high, 4))
strategy.exit("X", "L", stop = held[1], limit = bottom, qty = adx, profit = ta.cci(hlc3, 6))
strategy.order("O", strategy.short, qty = strategy.equity - strategy.equity[1], limit = ta.stoch(close, high, low, 5))
"""
)


@pytest.mark.parametrize("cut", [1, 17, 60, 119])
def test_the_future_never_changes_the_past(cut: int) -> None:
    bars, account = random_bars(6, 120), random_account(6, 120)
    whole = compiled_as_python(case(SOURCE, bars, account=account))
    part = compiled_as_python(case(SOURCE, bars.slice(0, cut), account=np.ascontiguousarray(account[:, :cut])))
    assert text(part) == text([row for row in whole if row[0] < cut])
    opened, high, low, close = (later(column, cut) for column in (bars.open, bars.high, bars.low, bars.close))
    changed = replace(bars, open=opened, high=high, low=low, close=close)
    assert text(part) == text(
        [row for row in compiled_as_python(case(SOURCE, changed, account=account)) if row[0] < cut]
    )


def later(column: FloatArray, cut: int) -> FloatArray:
    """Prices that differ from bar ``cut`` on."""
    return np.concatenate([column[:cut], column[cut:] + 10.0])


def text(rows: list[Row]) -> list[str]:
    """Rows that can be compared although they hold NaN."""
    return [repr(row) for row in rows]


def test_series_name_one_column_for_each_variable() -> None:
    source = '//@version=6\nindicator("i")\na = ta.sma(close, 3)\nb = a > close\nc = a + 1\nplot(c)\nd = 2\n'
    made = compile_series(checked_script(source), ("a", "b", "c", "d"))
    assert made.names == ("a", "b", "c", "d")
    assert len(set(made.columns)) == 4
    assert all(0 <= column < len(made.program.columns) for column in made.columns)
