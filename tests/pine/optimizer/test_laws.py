"""What always holds of a rewritten script: the same orders on every bar, no errors, and nothing left to rewrite."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data import load_bars
from pinewright.data.simulate import simulated_bars
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import Bars, Timeframe, Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.pine.optimizer import optimize_source

from ..compiler.support import Row, case, checked_script, compiled_as_python, random_account, random_bars
from .scripts import any_scripts

BARS = random_bars(1, 120)
ACCOUNT = random_account(2, 120)
SLOW = list(HealthCheck)

inputs = st.fixed_dictionaries(
    {
        "inputLength": st.integers(1, 6).map(float),
        "inputFactor": st.sampled_from([1.5, -2.0, 0.0]),
        "inputSwitch": st.sampled_from([0.0, 1.0]),
        "inputSource": st.integers(0, 7).map(float),
    }
)


def orders(source: str, values: dict[str, float]) -> list[Row]:
    program = compile_script(checked_script(source))
    return compiled_as_python(case(source, BARS, {item.name: values[item.name] for item in program.inputs}, ACCOUNT))


def trades(source: str, bars: Bars, kernels: Path, first: int | None = None) -> Trades:
    program = compile_script(check(source))
    engine = Engine(program, bars, cache_dir=kernels)
    return engine.trades(defaults(program)) if first is None else engine.trades(defaults(program), first=first)


def rows(found: Trades) -> str:
    """All columns of a list of trades; as text, because NaN equals nothing."""
    return repr([np.asarray(getattr(found, name)).tolist() for name in found.__dataclass_fields__ if name != "bars"])


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW, phases=[Phase.explicit, Phase.generate])
@given(any_scripts, inputs)
def test_orders_stay_the_same(source: str, values: dict[str, float]) -> None:
    done = optimize_source(source)
    assert repr(orders(done.source, values)) == repr(orders(source, values)), done.source


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(any_scripts)
def test_a_second_time_changes_nothing(source: str) -> None:
    done = optimize_source(source)
    again = optimize_source(done.source)
    assert again.source == done.source
    assert again.rewrites == ()


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(any_scripts)
def test_no_errors_and_a_line_for_each_rewrite(source: str) -> None:
    done = optimize_source(source)
    assert check(done.source).ok
    assert (done.source == source) == (done.rewrites == ())
    count = len(source.splitlines())
    assert all(1 <= one.line <= count for one in done.rewrites)
    assert [one.line for one in done.rewrites] == sorted(one.line for one in done.rewrites)


@settings(max_examples=6, deadline=None, suppress_health_check=SLOW, phases=[Phase.generate])
@given(any_scripts)
def test_trades_stay_the_same_in_the_engine(kernels: Path, source: str) -> None:
    bars = simulated_bars(7, "15m", days=6, warmup=0)
    done = optimize_source(source)
    assert rows(trades(done.source, bars, kernels)) == rows(trades(source, bars, kernels)), done.source


@pytest.mark.parametrize("name", FAMILIES)
def test_generated_strategies_trade_the_same(kernels: Path, name: str) -> None:
    source = render(FAMILIES[name], None, ScriptSettings(Timeframe(15), 0.00003))
    bars = simulated_bars(5, "15m", days=20, warmup=60)
    done = optimize_source(source)
    before = trades(source, bars, kernels, first=60)
    assert len(before) >= 3
    assert rows(trades(done.source, bars, kernels, first=60)) == rows(before)


@pytest.mark.parametrize("name", ["macd", "channelbreakout", "slippage_direction"])
def test_scripts_of_the_ground_truth_trade_the_same(shared: Path, kernels: Path, name: str) -> None:
    folder = shared / "ground_truth" / "trades"
    data = "slippage_direction_ohlcv" if name == "slippage_direction" else "EURUSD_60_ohlcv"
    source = (folder / f"{name}.pine").read_text(encoding="utf-8")
    bars, _ = load_bars(folder / f"{data}.csv", "EURUSD")
    done = optimize_source(source)
    before = trades(source, bars, kernels)
    assert len(before) > 1000
    assert rows(trades(done.source, bars, kernels)) == rows(before)
