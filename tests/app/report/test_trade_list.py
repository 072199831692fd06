"""The table of trades of all strategies."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest

from pinewright.app.report.model import CAUTION
from pinewright.app.report.trade_list import trades_csv

from .conftest import Example

COLUMNS = (
    "Strategy,Trade #,Type,Date and time,Signal,Price USD,Size (qty),Size (value),Net P&L USD,Net P&L %,"
    "Favorable excursion USD,Favorable excursion %,Adverse excursion USD,Adverse excursion %,"
    "Cumulative P&L USD,Cumulative P&L %"
)


def test_every_trade_has_an_entry_and_an_exit_row(real_example: Example) -> None:
    text = trades_csv(real_example.run)
    assert text.partition("\n")[0] == COLUMNS
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = real_example.run.shown
    assert len(rows) == 2 * sum(len(item.trades) for item in shown)
    first, second = rows[0], rows[1]
    trade = shown[0].trades.trade(0)
    side = "long" if trade.is_long else "short"
    assert (first["Type"], second["Type"]) == (f"Entry {side}", f"Exit {side}")
    assert first["Strategy"] == shown[0].label
    assert float(first["Price USD"]) == trade.entry_price
    assert float(second["Price USD"]) == trade.exit_price


def test_times_are_utc_and_say_so(real_example: Example) -> None:
    row = next(csv.DictReader(io.StringIO(trades_csv(real_example.run))))
    stamp = datetime.fromisoformat(row["Date and time"])
    assert stamp.utcoffset() == timedelta(0)
    assert stamp.timestamp() * 1000 == real_example.run.shown[0].trades.entry_time[0]


def test_numbers_are_unrounded_and_sums_run_within_a_strategy(real_example: Example) -> None:
    rows = list(csv.DictReader(io.StringIO(trades_csv(real_example.run))))
    for item in real_example.run.shown:
        exits = [row for row in rows if row["Strategy"] == item.label and row["Type"].startswith("Exit")]
        assert [float(row["Net P&L USD"]) for row in exits] == item.trades.net_profit.tolist()
        assert [float(row["Cumulative P&L USD"]) for row in exits] == item.trades.cumulative.tolist()
        assert exits[-1]["Signal"] == "Open"


def test_invented_prices_are_told_in_a_line_that_readers_skip(example: Example) -> None:
    text = trades_csv(example.run)
    assert text.splitlines()[0] == f"# {CAUTION}"
    table = pl.read_csv(io.StringIO(text), comment_prefix="#")
    assert table.columns == COLUMNS.split(",")
    assert table.height == 2 * sum(len(item.trades) for item in example.run.shown)


@pytest.mark.parametrize("name", ['a "quoted", name', "two\nlines", "=SUM(A1)"])
def test_names_survive_the_table(real_example: Example, name: str) -> None:
    run = replace(real_example.run, strategies=(replace(real_example.run.strategies[0], name=name),))
    rows = list(csv.DictReader(io.StringIO(trades_csv(run))))
    assert {row["Strategy"] for row in rows} == {f"1. {name}"}
