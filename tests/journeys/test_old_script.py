"""A script of 2019 becomes one that runs today: converted, mended, formatted, checked, tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.journeys.conftest import Pinewright

OLD = """//@version=4
strategy("Old cross", overlay=true, initial_capital=10000, default_qty_type=strategy.fixed, default_qty_value=1000)
fast = input(5, title="Fast", type=input.integer, minval=2)
slow = input(20, title="Slow", type=input.integer, minval=2)
up = crossover(sma(close, fast), sma(close, slow))
down = crossunder(sma(close, fast), sma(close, slow))
strategy.entry("L", strategy.long, when=up)
strategy.entry("S", strategy.short, when=down)
bgcolor(up ? color.green : na, transp=80)
"""
NEW = """//@version=6
strategy("Old cross", initial_capital = 10000, default_qty_type = strategy.fixed, default_qty_value = 1000,
     margin_long = 0, margin_short = 0)
fast = input.int(5, "Fast", minval = 2)
slow = input.int(20, "Slow", minval = 2)
if ta.crossover(ta.sma(close, fast), ta.sma(close, slow))
    strategy.entry("L", strategy.long)
if ta.crossunder(ta.sma(close, fast), ta.sma(close, slow))
    strategy.entry("S", strategy.short)
"""


def test_from_v4_to_a_backtest(pinewright: Pinewright, bars_file: Path, tmp_path: Path) -> None:
    old, new, own = tmp_path / "old.pine", tmp_path / "new.pine", tmp_path / "own.pine"
    old.write_text(OLD, encoding="utf-8")
    own.write_text(NEW, encoding="utf-8")
    refused = pinewright("check", old)
    assert refused.code == 1
    assert "pinewright convert" in refused.out
    assert pinewright("convert", old, "--output", new).code == 0
    assert pinewright("check", new).code == 0
    assert pinewright("fmt", new).code == 0
    assert pinewright("fmt", new, "--check").code == 0
    assert trades(pinewright, new, bars_file) == trades(pinewright, own, bars_file)


def test_a_script_full_of_slips_comes_back(pinewright: Pinewright, bars_file: Path, tmp_path: Path) -> None:
    broken, own = tmp_path / "broken.pine", tmp_path / "own.pine"
    own.write_text(NEW, encoding="utf-8")
    text = (
        NEW.replace("ta.crossover(", "crossover(").replace('"Slow", ', '"Slow" ').replace("input.int(5", "imput.int(5")
    )
    broken.write_text(text, encoding="utf-8")
    assert pinewright("check", broken).code == 1
    assert pinewright("check", broken, "--fix").code == 0
    assert broken.read_text(encoding="utf-8") == NEW
    assert trades(pinewright, broken, bars_file) == trades(pinewright, own, bars_file)


def trades(pinewright: Pinewright, script: Path, bars_file: Path) -> str:
    """The list of trades of a script, as its file says it."""
    path = script.with_suffix(".csv")
    answer: Any = pinewright("backtest", script, "--bars", bars_file, "--costs", "0", "--trades", path, "--json").json
    assert answer["metrics"]["trades"] > 10
    return path.read_text(encoding="utf-8")
