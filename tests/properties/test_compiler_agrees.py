"""The compiler against the interpreter: random scripts order by order, whole strategies trade by trade."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.data.simulate import simulated_bars
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import Bars, Timeframe
from pinewright.pine.compiler import compile_script
from pinewright.pine.interpreter import Interpreter

from ..pine.compiler.plain_broker import PlainBroker, Row
from ..pine.compiler.support import (
    Case,
    agree,
    case,
    checked_script,
    compiled,
    compiled_as_python,
    interpreted,
    named_inputs,
    random_account,
    random_bars,
)
from .objects import object_scripts
from .scripts import scripts

BARS = random_bars(1, 120)
LONG_BARS = random_bars(2, 200)
ACCOUNT = random_account(2, 200)

inputs = st.fixed_dictionaries(
    {
        "inputLength": st.integers(1, 6).map(float),
        "inputFactor": st.sampled_from([1.5, -2.0, 0.0]),
        "inputSwitch": st.sampled_from([0.0, 1.0]),
        "inputSource": st.integers(0, 7).map(float),
    }
)


def ready(source: str, values: dict[str, float], *, native: bool) -> Case:
    bars = LONG_BARS if native else BARS
    program = compile_script(checked_script(source))
    used = {item.name: values[item.name] for item in program.inputs}
    return case(source, bars, used, np.ascontiguousarray(ACCOUNT[:, : len(bars)]))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(scripts(), inputs)
def test_random_scripts(source: str, values: dict[str, float]) -> None:
    """The text of the program, run as Python, gives the interpreter's orders bit for bit."""
    agree(ready(source, values, native=False))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(scripts(), inputs)
def test_random_scripts_as_native_code(source: str, values: dict[str, float]) -> None:
    """So does the native code."""
    agree(ready(source, values, native=True), compiled)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.one_of(object_scripts(), object_scripts(risky=True)), inputs)
def test_random_scripts_with_objects(source: str, values: dict[str, float]) -> None:
    """So do loops, collections, texts and own types; both fail on the same bar in the same way."""
    agree(ready(source, values, native=False))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.one_of(object_scripts(), object_scripts(risky=True)), inputs)
def test_random_scripts_with_objects_as_native_code(source: str, values: dict[str, float]) -> None:
    agree(ready(source, values, native=True), compiled)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(object_scripts())
def test_random_scripts_with_objects_trade_by_trade(kernels: Path, source: str) -> None:
    ours, theirs = both(source, "random", kernels, bars=BARS.slice(0, 30), first=0)
    assert ours == theirs


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(scripts(), inputs, st.integers(1, 119))
def test_the_future_never_changes_the_past(source: str, values: dict[str, float], cut: int) -> None:
    whole = ready(source, values, native=False)
    part = case(
        source,
        BARS.slice(0, cut),
        {item.name: values[item.name] for item in whole.program.inputs},
        np.ascontiguousarray(whole.account[:, :cut]),
    )
    for run in (compiled_as_python, interpreted):
        assert repr(run(part)) == repr([row for row in run(whole) if row[0] < cut])


def both(
    source: str, name: str, kernels: Path, *, short: bool = False, bars: Bars | None = None, first: int = 60
) -> tuple[list[Row], list[Row]]:
    """Trades of the engine, and of the interpreter on the broker as plain Python."""
    bars = bars or simulated_bars(5, "15m", days=6, warmup=60)
    checked = checked_script(source)
    program = compile_script(checked, name)
    row = [item.minimum or item.default if short else item.default for item in program.inputs]
    trades = Engine(program, bars, cache_dir=kernels).trades(row, first=first)
    columns = (
        trades.is_long,
        trades.entry_bar,
        trades.exit_bar,
        trades.quantity,
        trades.entry_price,
        trades.exit_price,
    )
    ours = list(zip(*(column.tolist() for column in columns), strict=True))
    broker = PlainBroker(program.settings, bars, first=first)
    for _ in Interpreter(checked, bars, inputs=named_inputs(program, row), account=broker).bars():
        pass
    return ours, broker.trades()


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("short", [False, True], ids=["defaults", "least values"])
def test_every_family_trade_by_trade(name: str, short: bool, kernels: Path) -> None:
    source = render(FAMILIES[name], None, ScriptSettings(Timeframe(15), 0.00003))
    ours, theirs = both(source, name, kernels, short=short)
    assert ours == theirs
    assert len(ours) >= 3


ROUTINES = {
    "brackets": """//@version=6
strategy("s", pyramiding = 3, default_qty_value = 3, slippage = 2, commission_value = 0.01, initial_capital = 100000)
fast = ta.ema(close, 4)
slow = ta.sma(close, 9)
if ta.crossover(fast, slow)
    strategy.entry("L", strategy.long, qty = 1000 * (1 + strategy.opentrades))
if ta.crossunder(fast, slow) and strategy.position_size > 0 and strategy.position_size[1] > 0
    strategy.close("L", qty_percent = 50)
if strategy.position_size > 0
    strategy.exit("A", "L", qty_percent = 40, profit = 60, loss = 40)
    strategy.exit("B", "L", stop = strategy.position_avg_price - ta.atr(5), trail_points = 30, trail_offset = 10)
""",
    "pending": """//@version=5
strategy("s", default_qty_type = strategy.percent_of_equity, default_qty_value = 20, process_orders_on_close = true)
top = ta.highest(high, 6)[1]
bottom = ta.lowest(low, 6)[1]
var float peak = 0.0
peak := math.max(peak, strategy.equity)
strategy.entry("up", strategy.long, stop = top, oca_name = "g", oca_type = strategy.oca.cancel)
strategy.entry("down", strategy.short, stop = bottom, oca_name = "g", oca_type = strategy.oca.cancel)
if hour == 9 and minute == 0
    strategy.cancel("up")
if hour == 15 and (strategy.equity < peak or strategy.wintrades > 2)
    strategy.close_all()
    strategy.cancel_all()
""",
    "objects": """//@version=6
strategy("s", pyramiding = 2, initial_capital = 100000, commission_value = 0.02)
type Level
    float price
    int bar
    bool hit = false
method near(Level this, float price) => math.abs(this.price - price) < 0.0015
enum Side
    up
    down
var levels = array.new<Level>()
var seen = map.new<string, int>()
var Side side = Side.up
pivot = ta.pivothigh(high, 3, 3)
if not na(pivot)
    levels.push(Level.new(pivot, bar_index))
    if levels.size() > 5
        levels.shift()
hits = 0
for [k, level] in levels
    if level.near(close) and not level.hit
        level.hit := true
        hits += 1
        key = str.tostring(k % 3)
        seen.put(key, nz(seen.get(key)) + 1)
        if hits > 1
            break
side := hits > 0 ? (close > open ? Side.up : Side.down) : side
total = 0
for count in seen.values()
    total += count
switch side
    Side.up => strategy.entry("L" + str.tostring(total % 2), strategy.long, qty = 100 * (1 + hits))
    => strategy.entry("S", strategy.short, qty = 200)
if total % 4 == 3
    strategy.close_all(comment = str.tostring(total))
""",
}


@pytest.mark.parametrize("name", ROUTINES)
def test_strategies_that_read_the_account_trade_by_trade(name: str, kernels: Path) -> None:
    ours, theirs = both(ROUTINES[name], name, kernels)
    assert ours == theirs
    assert len(ours) >= 10
