"""The list of trades as a file in TradingView's columns."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pinewright.backtest.compare import compare, read_list
from pinewright.backtest.trades import write_trades
from pinewright.errors import OutputError
from pinewright.market import Symbol, Trades
from pinewright.program import StrategySettings

from .support import TEST, bars, close, engine, entry, parameters

HEADER = (
    "Trade #,Type,Date and time,Signal,Price USD,Size (qty),Size (value),Net P&L USD,Net P&L %,"
    "Favorable excursion USD,Favorable excursion %,Adverse excursion USD,Adverse excursion %,"
    "Cumulative P&L USD,Cumulative P&L %"
)


def example(commission: float = 0.0) -> Trades:
    over = bars(
        (1.1, 1.10012, 1.0999, 1.1),
        (1.10005, 1.1002, 1.09, 1.1),
        (1.1001, 1.1003, 1.1, 1.1002),
        (1.1002, 1.1004, 1.1, 1.1001),
        symbol=Symbol.get("EURUSD"),
    )
    account = StrategySettings(initial_capital=1_000, commission_value=commission)
    return engine(over, account).trades(parameters([entry(0, "L", 1_000), close(1, "L"), entry(2, "S", -500)]))


def test_columns_rows_times_and_the_open_trade(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    write_trades(example(), Symbol.get("EURUSD"), path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == HEADER
    rows = list(csv.reader(lines[1:]))
    assert [row[:5] for row in rows] == [
        ["1", "Entry long", "2025-01-05T20:00:00-05:00", "L", "1.10005"],
        ["1", "Exit long", "2025-01-05T21:00:00-05:00", "Close entry(s) order L", "1.1001"],
        ["2", "Entry short", "2025-01-05T22:00:00-05:00", "S", "1.1002"],
        ["2", "Exit short", "2025-01-05T22:00:00-05:00", "Open", "1.1001"],
    ]
    assert rows[0][5:] == rows[1][5:]
    net, percent = float(rows[0][7]), float(rows[0][8])
    assert net == pytest.approx(0.05)
    assert percent == pytest.approx(100 * 0.05 / 1_100.05)
    assert float(rows[2][13]) == pytest.approx(0.05 + 0.05)
    assert float(rows[2][14]) == pytest.approx(0.01)
    assert len(rows[0][8]) > 6  # not rounded


def test_times_in_the_asked_zone_and_prices_on_the_grid(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    write_trades(example(), TEST, path, zone="Asia/Tokyo")
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()[1:]))
    assert rows[0][2] == "2025-01-06T10:00:00+09:00"
    assert rows[0][4] == "1.0"


def test_what_was_written_can_be_read_and_compared(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    trades = example(commission=0.01)
    write_trades(trades, Symbol.get("EURUSD"), path)
    listed = read_list(path)
    assert listed[1].is_open
    assert compare(trades, listed).equal


def test_a_place_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_trades(example(), Symbol.get("EURUSD"), tmp_path / "missing" / "trades.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError):
        write_trades(example(), Symbol.get("EURUSD"), tmp_path / "folder.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]
