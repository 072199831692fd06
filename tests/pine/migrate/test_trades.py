"""The law of migration: the new script gives the same orders and trades, wherever our kernel runs both."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data import load_bars
from pinewright.data.simulate import simulated_bars
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import Bars, Timeframe, Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.pine.migrate import migrate
from tests.pine.compiler.support import case, interpreted, random_account, random_bars
from tests.pine.migrate.old_scripts import old_scripts
from tests.properties.scripts import scripts

BARS = random_bars(1, 80)
ACCOUNT = random_account(2, 80)


PROFIT, LIMIT, LOSS, STOP = 4, 5, 6, 7


def orders(source: str) -> str:
    """All orders of a script, by our interpreter; of the levels of an exit those that v5 looks at."""
    rows = []
    for bar, kind, values in interpreted(case(source, BARS, {}, ACCOUNT)):
        seen = list(values)
        for price, distance in ((LIMIT, PROFIT), (STOP, LOSS)) if kind == "exit" else ():
            level = seen[price]
            if isinstance(level, float) and not math.isnan(level):
                seen[distance] = math.nan
        rows.append((bar, kind, seen))
    return repr(rows)


def trades(source: str, bars: Bars) -> Trades:
    program = compile_script(check(source))
    return Engine(program, bars).trades(defaults(program))


def assert_same(one: Trades, other: Trades) -> None:
    assert len(one) == len(other) > 0
    for column in ("entry_bar", "exit_bar", "entry_price", "exit_price", "quantity", "net_profit", "is_long"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column), err_msg=column)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(old_scripts())
def test_random_strategies_of_five(scripts: tuple[str, str]) -> None:
    source, plain = scripts
    assume(check(source).ok)
    found = migrate(source)
    assume(not found.not_carried)
    assert check(found.source).ok, found.source
    assert orders(found.source) == orders(plain), found.source


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(scripts())
def test_random_strategies_of_both(source: str) -> None:
    found = migrate(source, 5 if "//@version=6" in source else 6)
    assume(not found.not_carried)
    assert orders(found.source) == orders(source), found.source


@pytest.mark.parametrize("name", ["macd", "channelbreakout", "slippage_direction"])
def test_lists_of_tradingview(shared: Path, name: str) -> None:
    folder = shared / "ground_truth" / "trades"
    source = (folder / f"{name}.pine").read_text(encoding="utf-8")
    prices = "slippage_direction_ohlcv" if name == "slippage_direction" else "EURUSD_60_ohlcv"
    bars, _ = load_bars(folder / f"{prices}.csv", "EURUSD")
    found = migrate(source)
    assert found.not_carried == ()
    assert_same(trades(found.source, bars), trades(source, bars))


@pytest.mark.parametrize("name", list(FAMILIES))
def test_our_own_scripts_go_back_and_forth(name: str) -> None:
    source = render(FAMILIES[name], None, ScriptSettings(Timeframe(15), 0.00003))
    old = migrate(source, 5)
    assert old.not_carried == ()
    assert check(old.source).ok
    assert check(old.source).version == 5
    assert {item.code for item in old.changes} == {"PW701"}
    assert migrate(old.source).source == source


def test_our_own_trades_stay() -> None:
    bars = simulated_bars(days=40)
    source = render(FAMILIES["macd"], None, ScriptSettings(Timeframe(15), 0.00003))
    assert_same(trades(migrate(source, 5).source, bars), trades(source, bars))
