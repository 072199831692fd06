"""What the search hands to the engine: the dates of a part, and a key that other engines do not share."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pinewright.app.backtests import evaluation
from pinewright.app.backtests.evaluation import EngineEvaluator, bars_key, engine_version, part_dates
from pinewright.backtest.columns import ColumnCache
from pinewright.data.calendar import trading_day
from pinewright.data.simulate import simulated_bars
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import HOUR, Bars
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

BARS = simulated_bars(2, "1h", days=20, warmup=0)


def program() -> Program:
    text = render(FAMILIES["macd"], None, ScriptSettings(BARS.timeframe, 0.00004))
    return compile_script(check(text), "macd")


def key(bars: Bars, compiled: Program, tmp_path: Path) -> str:
    columns = ColumnCache(2**20, len(bars))
    made = EngineEvaluator(
        compiled, bars, compiled.settings, bars_hash=bars_key(bars), threads=1, columns=columns, cache_dir=tmp_path
    )
    return made.key


def test_a_part_before_a_weekend_ends_on_friday() -> None:
    day = trading_day(BARS.time, BARS.symbol)
    monday = next(i for i in range(1, len(BARS)) if day[i] - day[i - 1] > 1)
    start, end = part_dates(BARS, 0, monday)
    assert start == BARS.time[0] + HOUR
    assert end == BARS.time[monday - 1] + HOUR < BARS.time[monday]
    assert part_dates(BARS, 0, len(BARS))[1] == BARS.time[-1] + HOUR


def test_searches_of_other_bars_accounts_and_engines_have_other_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = program()
    first = key(BARS, compiled, tmp_path)
    assert key(BARS, compiled, tmp_path) == first
    moved = dataclasses.replace(BARS, close=BARS.close + 1e-5)
    dearer = dataclasses.replace(compiled, settings=dataclasses.replace(compiled.settings, commission_value=0.0001))
    richer = dataclasses.replace(compiled, settings=dataclasses.replace(compiled.settings, initial_capital=5_000.0))
    keys = {first, key(moved, compiled, tmp_path), key(BARS, dearer, tmp_path), key(BARS, richer, tmp_path)}
    assert len(keys) == 4
    engine_version()
    monkeypatch.setattr(evaluation, "engine_version", lambda: "another broker")
    assert key(BARS, compiled, tmp_path) not in keys
