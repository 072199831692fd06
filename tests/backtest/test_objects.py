"""Scripts with arrays, texts and objects in the engine: failures, memory that grows and comes back, texts in trades."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.backtest.results import Results
from pinewright.errors import BacktestError
from pinewright.machine.heap import Failure
from pinewright.market import Bars
from pinewright.program import InputKind, Program, ProgramInput, StrategySettings

from .support import bars, cache_folder

HEAD = """
def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    m = b.heap
"""
INPUT = ProgramInput("k", "k", InputKind.FLOAT, 0.0)


def program(
    body: str, *, settings: StrategySettings | None = None, strings: tuple[str, ...] = (), slots: int = 1
) -> Program:
    """A program of one input, whose step has these lines."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    text = f"{HEAD}{lines}\n"
    return Program(
        "objects", text, (INPUT,), (), settings or StrategySettings(), strings, slots, 0, text, uses_heap=True
    )


def engine(made: Program, over: Bars, threads: int = 1) -> Engine:
    return Engine(made, over, threads=threads, cache_dir=cache_folder())


def some(count: int) -> Bars:
    """Bars that go up and down."""
    prices = np.round(1000 + 40 * np.sin(np.arange(count) / 9) + np.arange(count) % 5)
    return bars(*((price, price + 2, price - 2, price + 1) for price in prices))


OUTSIDE = """
m.place = 12
if i == 0:
    s[0] = array_new(m, 3.0, 0.0)
if i == 5:
    x = array_get(m, s[0], p[0], False)
m.place = 14
y = array_pop(m, array_copy(m, s[0]))
if i == 7:
    order_entry(b, view, i, 0, True, 1.0, math.nan, math.nan, -1, 0, -1)
if i == 20:
    order_close(b, view, i, 0, -1, math.nan, math.nan, False)
"""


def outcome(results: Results) -> list[str]:
    return [results.errors[row].text if row in results.errors else "done" for row in range(len(results))]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_failure_ends_its_own_set_alone(threads: int) -> None:
    found = engine(program(OUTSIDE, strings=("L",)), some(30), threads).run([[0.0], [3.0], [2.0], [-1.0], [1.0]])
    words = "array.get: index {} is out of bounds, the array holds 3 elements"
    assert outcome(found) == ["done", words.format(3), "done", words.format(-1), "done"]
    assert np.isnan(found.metrics[[1, 3]]).all()
    assert not np.isnan(found["net_profit"][[0, 2, 4]]).any()
    assert found["net_profit"][0] != 0.0
    assert found.finished.all()
    error = found.errors[1]
    assert (error.failure, error.line, error.bar) == (Failure.OUT_OF_BOUNDS, 12, 5)


def test_a_single_run_raises_with_line_bar_and_time() -> None:
    made = engine(program(OUTSIDE, strings=("L",)), some(30))
    assert len(made.trades([0.0])) == 1
    for run in (made.trades, made.equity):
        with pytest.raises(BacktestError) as raised:
            run([9.0])
        assert raised.value.where == "line 12, bar 5 (2025-01-06 05:00+00:00)"
        assert "index 9 is out of bounds" in str(raised.value)


KEEPS_ALL = """
if i == 0:
    s[0] = array_new(m, 0.0, 0.0)
array_push(m, s[0], view.close[i])
r = record_new(m, 2)
array_push(m, s[0], r)
record_set(m, r, 1, array_size(m, s[0]))
if i == 19_999:
    if record_get(m, array_get(m, s[0], 39_999.0, False), 1) == 40_000.0:
        runtime_error(m, str_concat(m, 0.0, str_tostring(m, array_size(m, s[0]), math.nan, 0, 0)))
"""


def test_memory_grows_as_the_script_needs_it() -> None:
    """20,000 records and 40,000 elements at the end: many times the memory of the beginning."""
    found = engine(program(KEEPS_ALL, strings=("all: ",)), some(20_000)).run([[0.0], [0.0]])
    assert outcome(found) == ["all: 40000"] * 2


WITHOUT_END = """
if i == 0:
    s[0] = array_new(m, 0.0, 0.0)
array_push(m, s[0], array_new(m, 90_000.0, 1.0))
"""


def test_memory_has_a_bound_that_is_told() -> None:
    with pytest.raises(BacktestError, match="need more memory than there may be"):
        engine(program(WITHOUT_END), some(2_000)).trades([0.0])


GARBAGE = """
if i == 0:
    s[0] = array_new(m, 0.0, 0.0)
a = array_new(m, 200.0, view.close[i])
t = str_concat(m, 0.0, str_tostring(m, float(i), math.nan, 0, 0))
array_push(m, s[0], array_get(m, a, 100.0, False))
if array_size(m, s[0]) > 10.0:
    x = array_shift(m, s[0])
if i == 29_999:
    runtime_error(m, array_join(m, s[0], 1.0, 0))
"""


def test_garbage_needs_no_memory() -> None:
    """Six million elements pass through: the run ends in the memory that it began with."""
    over = some(30_000)
    made = engine(program(GARBAGE, strings=("t", " ")), over)
    (found,) = outcome(made.run([[0.0]]))
    assert found == " ".join(f"{price:g}" for price in over.close[-10:])
    account = made._runner.borrow()
    assert account.objects is not None
    assert int(account.objects.heap["room"][0]) == 2**15


SIGNALS = """
if i % 10 == 2:
    id = str_concat(m, 0.0, str_tostring(m, float(i), math.nan, 0, 0))
    order_entry(b, view, i, text_for_broker(m, id), True, 1.0, math.nan, math.nan, -1, 0, text_for_broker(m, p[0]))
    a = array_new(m, 5_000.0, 1.0)
    s[0] = id
if i % 10 == 6:
    order_close(b, view, i, text_for_broker(m, s[0]), text_for_broker(m, str_upper(m, s[0])), math.nan, math.nan, False)
"""


def test_ids_and_comments_made_while_the_script_runs() -> None:
    found = list(engine(program(SIGNALS, strings=("order ", "x")), some(60)).trades([-1.0]))
    assert [trade.entry_signal for trade in found] == [f"order {bar}" for bar in range(2, 60, 10)]
    assert [trade.exit_signal for trade in found] == [f"ORDER {bar}" for bar in range(2, 60, 10)]
    commented = list(engine(program(SIGNALS, strings=("order ", "x")), some(60)).trades([1.0]))
    assert {trade.entry_signal for trade in commented} == {"x"}


LOOPS = """
m.place = 3
m.fuel = FUEL
k = 0.0
while k < p[0]:
    m.fuel -= 1
    if m.fuel < 0:
        loop_limit(m)
        break
    k += 0.0 if p[0] > 99.0 else 1.0
"""


def test_a_loop_without_end_is_stopped() -> None:
    found = engine(program(LOOPS), some(5)).run([[50.0], [100.0]])
    assert outcome(found) == ["done", "the loops of one bar make more than 2,000,000 passes"]
    assert (found.errors[1].line, found.errors[1].bar) == (3, 0)


AGAIN = """
if i == 0:
    s[0] = array_new(m, 0.0, 0.0)
array_push(m, s[0], float(i))
s[1] = s[1] + 1.0
turn = text_for_broker(m, str_tostring(m, s[1], math.nan, 0, 0))
order_entry(b, view, i, 0, True, 1.0, math.nan, math.nan, -1, 0, turn)
if i == 19 and p[0] > 0.0:
    runtime_error(m, str_tostring(m, array_size(m, s[0]), math.nan, 0, 0))
"""


def test_what_runs_inside_a_bar_leaves_no_trace_in_objects() -> None:
    """calc_on_order_fills: an array has grown by one element a bar, however often the script ran."""
    again = StrategySettings(calc_on_order_fills=True, pyramiding=100)
    made = engine(program(AGAIN, settings=again, strings=("L",), slots=2), some(20))
    signals = [trade.entry_signal for trade in made.trades([0.0])]
    assert len(signals) > 40
    assert signals[0] == "1"
    assert outcome(made.run([[1.0]])) == ["20"]
    once = engine(program(AGAIN, settings=replace(again, calc_on_order_fills=False), strings=("L",), slots=2), some(20))
    assert [trade.entry_signal for trade in once.trades([0.0])] == [str(k) for k in range(1, 20)]


def test_a_program_without_objects_has_no_memory_for_them() -> None:
    text = HEAD.replace("    m = b.heap", "    s[0] = 1.0")
    made = engine(Program("plain", text, (INPUT,), (), StrategySettings(), (), 1, 0, text), some(5))
    assert made.run([[0.0]]).finished.all()
    account = made._runner.borrow()
    assert account.objects is None
    assert int(account.broker["heap"]["room"][0]) == 0
