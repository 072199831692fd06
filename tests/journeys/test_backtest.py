"""One script over one file: figures, inputs, costs, and the list of trades."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Pinewright

SCRIPT = """//@version=6
strategy("Cross", initial_capital = 10000)
fast = input.int(5, "Fast", minval = 2)
slow = input.int(20, "Slow", minval = 3)
source = input.source(close, "Source")
up = ta.crossover(ta.sma(source, fast), ta.sma(source, slow))
down = ta.crossunder(ta.sma(source, fast), ta.sma(source, slow))
if up
    strategy.entry("L", strategy.long, qty = 1000)
if down
    strategy.entry("S", strategy.short, qty = 1000)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "cross.pine"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_figures_inputs_and_costs(pinewright: Pinewright, script: Path, bars_file: Path) -> None:
    plain: Any = pinewright("backtest", script, "--bars", bars_file, "--json").json
    assert plain["inputs"] == {"fast": 5, "slow": 20, "source": "close"}
    assert plain["metrics"]["trades"] > 50
    assert plain["metrics"]["commission_paid"] == 0
    assert "declares no commission" in plain["costs"]["words"]
    changed: Any = pinewright(
        "backtest", script, "--bars", bars_file, "--set", "fast=8", "--set", "Source=hl2", "--costs", "1", "--json"
    ).json
    assert changed["inputs"] == {"fast": 8, "slow": 20, "source": "hl2"}
    trades = changed["metrics"]["trades"]
    # One pip a round turn of 1,000 units is 0.10; a trade still open has paid half of it.
    assert changed["metrics"]["commission_paid"] == pytest.approx(0.1 * trades, abs=0.051)


def test_the_list_of_trades_adds_up(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    answer: Any = pinewright("backtest", script, "--bars", bars_file, "--trades", path, "--json").json
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    kinds = [row["Type"].split()[0] for row in rows]
    assert kinds == ["Entry", "Exit"] * (len(rows) // 2)
    exits = [row for row in rows if row["Type"].startswith("Exit")]
    closed = [row for row in exits if row["Signal"] != "Open"]
    assert len(closed) == answer["metrics"]["trades"]
    assert sum(float(row["Net P&L USD"]) for row in closed) == pytest.approx(answer["metrics"]["net_profit"])
    assert all(datetime.fromisoformat(row["Date and time"]).tzinfo is not None for row in rows)


def test_a_window_has_its_warm_up(pinewright: Pinewright, script: Path, bars_file: Path) -> None:
    answer: Any = pinewright("backtest", script, "--bars", bars_file, "--from", "2026-10-20", "--json").json
    assert answer["bars"]["warmup"] == 1000
    assert answer["bars"]["from"].startswith("2026-10-20T00:00")


@pytest.mark.parametrize(("name", "trades"), [("macd", 1808), ("channelbreakout", 2946)])
def test_every_trade_of_tradingview(
    pinewright: Pinewright, tmp_path: Path, shared: Path, name: str, trades: int
) -> None:
    folder = shared / "ground_truth/trades"
    path = tmp_path / "trades.csv"
    zone = "America/New_York"
    arguments = ("--bars", folder / "EURUSD_60_ohlcv.csv", "--timezone", zone, "--trades", path, "--json")
    assert pinewright("backtest", folder / f"{name}.pine", *arguments).code == 0
    ours = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    theirs = list(csv.DictReader((folder / f"{name}_trades.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(theirs) == 2 * trades
    for mine, truth in zip(ours, theirs, strict=True):
        if truth["Signal"] == "Open":
            continue
        stamp = datetime.strptime(truth["Date/Time"], "%Y-%m-%dT%H:%M:%S%z")
        assert datetime.fromisoformat(mine["Date and time"]) == stamp
        assert (mine["Type"], mine["Signal"]) == (truth["Type"], truth["Signal"])
        assert float(mine["Price USD"]) == float(truth["Price USD"])
        assert float(mine["Size (qty)"]) == float(truth["Position size (qty)"])
        if mine["Type"].startswith("Entry"):
            continue
        digits = len(truth["Net P&L USD"].partition(".")[2])
        assert abs(float(mine["Net P&L USD"]) - float(truth["Net P&L USD"])) <= 1.0000001 * 10.0**-digits


def test_refused_entries_and_a_foreign_account_are_told(
    pinewright: Pinewright, tmp_path: Path, bars_file: Path
) -> None:
    script = tmp_path / "large.pine"
    text = SCRIPT.replace("initial_capital = 10000", "initial_capital = 1000, currency = currency.EUR")
    script.write_text(text.replace("qty = 1000", "qty = 100000"), encoding="utf-8")
    answer = pinewright("backtest", script, "--bars", bars_file)
    assert answer.code == 0
    assert "entries refused: the account cannot pay them" in answer.err
    assert "account is in EUR" in answer.err
