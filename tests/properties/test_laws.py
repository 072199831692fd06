"""What must hold for every script: the future changes no past, sets of inputs and threads do not touch each other,
trades add up to the account, names and layout mean nothing."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.data.resample import resample
from pinewright.errors import BacktestError
from pinewright.market import Bars, Timeframe, Trades
from pinewright.pine.compiler import compile_script
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script
from pinewright.program import Program

from ..pine.compiler.support import case, checked_script, compiled_as_python, random_account, random_bars
from .objects import object_scripts
from .test_compiler_agrees import inputs

FINE = replace(random_bars(3, 320), timeframe=Timeframe(15), time=random_bars(3, 320).time // 4 + 1_302_091_200_000)
BARS = resample(FINE, Timeframe(60))
FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
REQUEST = """higher = request.security(syminfo.tickerid, "240", ta.ema(close, 3) - nz(volume[1]))
if higher > close
    strategy.entry("higher", strategy.short, qty = 2)
if higher < close[1]
    strategy.close("higher")
"""
MAGNIFIED = """strategy.entry("M", strategy.long, qty = 3, limit = low - 0.25, stop = high)
strategy.exit("MX", "M", limit = high + 0.5, stop = low - 0.5)
"""
KINDS = ("plain", "request", "magnifier")


def program_of(source: str, kind: str = "plain") -> Program:
    """The program of a random script that also trades on a request, or inside finer bars."""
    if kind == "request":
        source += REQUEST
    if kind == "magnifier":
        source = source.replace('strategy("random")', 'strategy("random", use_bar_magnifier = true)') + MAGNIFIED
    return compile_script(checked_script(source))


def row_of(program: Program, values: dict[str, float]) -> list[float]:
    return [values[item.name] for item in program.inputs]


@FEW
@given(object_scripts(), inputs, st.sampled_from(KINDS), st.integers(2, 79))
def test_the_future_changes_no_past_trade(
    kernels: Path, source: str, values: dict[str, float], kind: str, end: int
) -> None:
    program = program_of(source, kind)
    row = row_of(program, values)
    cut = BARS.slice(0, end)
    until = FINE.slice(0, int(np.searchsorted(FINE.time, BARS.time[end])))

    def trades(over: Bars, finer: Bars, last: int | None = None) -> Trades:
        others = [finer] if kind == "magnifier" else []
        return Engine(program, over, cache_dir=kernels, others=others).trades(row, first=0, last=last)

    whole, ended, shorter = trades(BARS, FINE), trades(BARS, FINE, end), trades(cut, until)
    closed = int((~shorter.is_open).sum())
    for name in (field.name for field in fields(Trades) if field.name != "initial_capital"):
        same(getattr(shorter, name), getattr(ended, name))
    for name in ("entry_bar", "exit_bar", "quantity", "entry_price", "exit_price", "net_profit"):
        same(getattr(whole, name)[:closed], getattr(shorter, name)[:closed])


@FEW
@given(object_scripts(risky=True), st.lists(inputs, min_size=2, max_size=4), st.sampled_from(KINDS[:2]))
def test_a_set_of_inputs_alone_gives_what_it_gives_in_a_matrix(
    kernels: Path, source: str, rows: list[dict[str, float]], kind: str
) -> None:
    program = program_of(source, kind)
    matrix = np.array([row_of(program, values) for values in [*rows, rows[0]]])
    one, two = (Engine(program, BARS, threads=threads, cache_dir=kernels) for threads in (1, 2))
    together, threaded = one.run(matrix, first=0, daily=True), two.run(matrix, first=0, daily=True)
    same(together.metrics, threaded.metrics)
    same(together.daily, threaded.daily)
    assert together.errors == threaded.errors
    for k, row in enumerate(matrix):
        alone = one.run(row, first=0)
        same(alone.metrics[0], together.metrics[k])
        assert alone.errors.get(0) == together.errors.get(k)


@FEW
@given(object_scripts(), inputs, st.sampled_from(KINDS))
def test_the_trades_add_up_to_the_account(kernels: Path, source: str, values: dict[str, float], kind: str) -> None:
    program = program_of(source, kind)
    row = row_of(program, values)
    tested = Engine(program, BARS, cache_dir=kernels, others=[FINE] if kind == "magnifier" else [])
    trades, results = tested.trades(row, first=0), tested.run(row, first=0, daily=True)
    found, closed = results.row(0), ~trades.is_open
    near = 1e-9 * max(1.0, float(np.abs(trades.net_profit).sum()), program.settings.initial_capital)
    assert results.daily is not None
    assert found["trades"] == closed.sum()
    assert found["net_profit"] == pytest.approx(trades.net_profit[closed].sum(), abs=near)
    assert found["profit_marked"] == pytest.approx(trades.net_profit.sum(), abs=near)
    assert found["profit_marked"] == pytest.approx(results.daily.sum(), abs=near)
    assert tested.equity(row, first=0)[-1] - program.settings.initial_capital == pytest.approx(
        found["profit_marked"], abs=near
    )


@settings(FEW, max_examples=10)
@given(object_scripts(risky=True), inputs)
def test_names_and_layout_mean_nothing(source: str, values: dict[str, float]) -> None:
    renamed = re.sub(r"\bv(\d+)\b", r"close_\1_of", source)
    renamed = re.sub(r"\bf(\d+x?)\(", r"routine\1(", renamed)
    renamed = re.sub(r"\bP\b", "Parcel", renamed)
    tree, found = parse(renamed)
    assert not found
    printed = print_script(tree)
    commented = "\n\n".join(f"{line}  // {place}" for place, line in enumerate(printed.splitlines()))
    rows = []
    for text in (source, renamed, printed, commented):
        known = {item.name: values[item.name] for item in compile_script(checked_script(text)).inputs}
        of = case(text, random_bars(6, 30), known, np.ascontiguousarray(random_account(6, 30)))
        # The line of a failure is one of the layout.
        rows.append([repr((*row[:2], row[2][:1] if row[1] == "failed" else row[2])) for row in compiled_as_python(of)])
    assert rows[0] == rows[1] == rows[2] == rows[3]


def test_a_failure_ends_a_set_and_no_other(kernels: Path) -> None:
    source = """//@version=6
strategy("s")
size = input.int(3)
a = array.new<float>(size, close)
strategy.entry("L", strategy.long, qty = a.get(2))
"""
    engine = Engine(compile_script(checked_script(source)), BARS, cache_dir=kernels)
    results = engine.run([[3.0], [2.0], [4.0]], first=0)
    assert list(results.errors) == [1]
    assert np.isnan(results.metrics[1]).all()
    same(results.metrics[0], results.metrics[2])
    with pytest.raises(BacktestError, match="index 2 is out of bounds"):
        engine.trades([2.0], first=0)


def same(one: object, two: object) -> None:
    """Arrays equal bit for bit, na being equal to na; anything else equal."""
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, np.asarray(two))
    else:
        assert one == two
