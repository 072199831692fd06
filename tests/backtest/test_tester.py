"""The rows of TradingView's Strategy Tester against the list of trades, by other code."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.backtest.tester import ROWS, Line, report_lines

from .averages import crossover, random_bars
from .support import bars, cache_folder, engine, entry, parameters


def lines(tested: Engine, row: object) -> dict[str, Line]:
    found = report_lines(tested.run(row).row(0), tested.trades(row), float(tested.bars.close[-1]))  # type: ignore[arg-type]
    return {line.row.key: line for line in found}


def test_names_are_there_once_and_have_formulas() -> None:
    assert len({row.key for row in ROWS}) == len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.formula.endswith(".") for row in ROWS)
    assert {"Net profit", "Max equity run-up", "Buy & hold return", "Avg # bars in trades"} <= {
        row.name for row in ROWS
    }


def test_sides_make_up_the_whole() -> None:
    tested = Engine(crossover(), random_bars(2_400), cache_dir=cache_folder())
    found, trades = lines(tested, [5, 20, 0]), tested.trades([5, 20, 0])
    for key in ("net_profit", "gross_profit", "gross_loss", "commission", "closed_trades", "open_trades", "wins"):
        line = found[key]
        assert line.long.value is not None
        assert line.short.value is not None
        assert line.long.value + line.short.value == pytest.approx(line.all.value), key
    short = ~trades.is_long & ~trades.is_open
    net, percent = trades.net_profit[short], (100 * trades.net_profit / trades.value)[short]
    assert found["net_profit"].short.value == pytest.approx(net.sum())
    assert found["avg_trade"].short.percent == pytest.approx(percent.mean())
    assert found["avg_loss"].short.value == pytest.approx(-net[net < 0].mean())
    assert found["largest_loss"].short.percent == pytest.approx(-percent.min())
    assert found["percent_profitable"].short.value == pytest.approx(100 * (net > 0).mean())
    held = (trades.exit_bar - trades.entry_bar + 1)[short]
    assert found["avg_bars_win"].short.value == pytest.approx(held[net > 0].mean())


def test_what_the_broker_keeps_equals_the_sums_over_the_list() -> None:
    tested = Engine(crossover(), random_bars(2_400), cache_dir=cache_folder())
    found, trades = lines(tested, [5, 20, 0]), tested.trades([5, 20, 0])
    closed = ~trades.is_open
    net, percent = trades.net_profit[closed], (100 * trades.net_profit / trades.value)[closed]
    assert found["avg_trade"].all.percent == pytest.approx(percent.mean())
    assert found["avg_win"].all.percent == pytest.approx(percent[net > 0].mean())
    assert found["avg_win_loss_ratio"].all.value == pytest.approx(net[net > 0].mean() / -net[net < 0].mean())
    assert found["max_contracts"].all.value == max(trades.quantity)
    assert found["max_runup"].all.percent is not None
    assert 0 < found["max_runup"].all.percent < 100


def test_buy_and_hold_begins_with_the_first_trade() -> None:
    over = bars((100, 101, 99, 100), (102, 103, 101, 102), (104, 106, 103, 105))
    found = lines(engine(over), parameters([entry(0, "L", 1)]))
    # Entered at 102, held to 105, with all of the initial capital of the account.
    capital = engine(over).settings.initial_capital
    assert found["buy_and_hold"].all.percent == pytest.approx(100 * 3 / 102)
    assert found["buy_and_hold"].all.value == pytest.approx(capital * 3 / 102)
    assert found["open_profit"].all.value == pytest.approx(3)
    assert found["open_profit"].long.value == pytest.approx(3)
    assert found["open_profit"].all.percent == pytest.approx(300 / capital)


def test_without_trades_nothing_is_invented() -> None:
    found = lines(engine(bars(*[(100.0, 101.0, 99.0, 100.0)] * 5)), parameters([]))
    assert math.isnan(found["buy_and_hold"].all.value or 0.0)
    for key in ("avg_trade", "avg_win", "largest_loss", "avg_bars", "percent_profitable", "profit_factor"):
        for cell in (found[key].all, found[key].long, found[key].short):
            assert cell.value is not None
            assert np.isnan(cell.value), key
    assert found["closed_trades"].all.value == 0
    assert str(found["gross_loss"].short.value) == "0.0"
