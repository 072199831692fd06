"""What scripts read of their account: strategy.*, strategy.closedtrades.*, strategy.opentrades.*."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from pinewright.market import Bars

from .scripted import FINE, all_trades, engine, program, values
from .support import MONDAY, bars

COSTS = "commission_type = strategy.commission.percent, commission_value = 0.1, pyramiding = 3"
HOUR = 3_600_000.0
BODY = """
if bar_index == 0
    strategy.entry("L", strategy.long, qty = 10, comment = "in")
if bar_index == 2
    strategy.close("L", comment = "out")
if bar_index == 3
    strategy.entry("A", strategy.short, qty = 4)
if bar_index == 4
    strategy.entry("B", strategy.short, qty = 2, comment = "more")
"""
OVER = bars(
    (100, 101, 99, 100),
    (100, 110, 95, 105),
    (105, 106, 90, 104),
    (102, 103, 101, 102),
    (102, 104, 98, 100),
    (100, 101, 97, 99),
    (99, 99, 99, 99),
    symbol=FINE,
)
"""Long 10 from 100 to 102, then short 4 at 102 and 2 at 100; all is asked at the close of bar 5, at 99."""

CLOSED: Mapping[str, float] = {
    "profit": 20 - 1 - 1.02,
    "profit_percent": 100 * (20 - 2.02) / 1001,
    "commission": 2.02,
    "size": 10,
    "max_runup": 100 - 1,
    "max_runup_percent": 100 * 99 / 1001,
    "max_drawdown": 100 + 1,
    "max_drawdown_percent": 100 * 101 / 1001,
    "entry_price": 100,
    "exit_price": 102,
    "entry_bar_index": 1,
    "exit_bar_index": 3,
}
FEES = (4 * 102 * 0.001, 2 * 100 * 0.001)
OPEN: Mapping[str, tuple[float, float]] = {
    "profit": (4 * 3 - FEES[0] - 4 * 0.099, 2 * 1 - FEES[1] - 2 * 0.099),
    "profit_percent": (
        100 * (4 * 3 - FEES[0] - 4 * 0.099) / (408 + FEES[0]),
        100 * (2 * 1 - FEES[1] - 2 * 0.099) / (200 + FEES[1]),
    ),
    "commission": FEES,
    "size": (-4, -2),
    "max_runup": (4 * 5 - FEES[0], 2 * 3 - FEES[1]),
    "max_runup_percent": (100 * (20 - FEES[0]) / (408 + FEES[0]), 100 * (6 - FEES[1]) / (200 + FEES[1])),
    "max_drawdown": (4 * 2 + FEES[0], 2 * 1 + FEES[1]),
    "max_drawdown_percent": (100 * (8 + FEES[0]) / (408 + FEES[0]), 100 * (2 + FEES[1]) / (200 + FEES[1])),
    "entry_price": (102, 100),
    "entry_bar_index": (4, 5),
}
NET = 20 - 2.02 - sum(FEES)
HELD = 408 + 200
ACCOUNT: Mapping[str, float] = {
    "position_size": -6,
    "position_avg_price": HELD / 6,
    "initial_capital": 10_000,
    "netprofit": NET,
    "netprofit_percent": NET / 100,
    "openprofit": HELD - 6 * 99,
    "openprofit_percent": 100 * (HELD - 6 * 99) / (10_000 + NET),
    "equity": 10_000 + NET + HELD - 6 * 99,
    "grossprofit": 17.98,
    "grossprofit_percent": 0.1798,
    "grossloss": sum(FEES),
    "grossloss_percent": sum(FEES) / 100,
    "avg_trade": NET,
    "avg_trade_percent": 100 * 17.98 / 1001,
    "avg_winning_trade": 17.98,
    "avg_winning_trade_percent": 100 * 17.98 / 1001,
    "max_contracts_held_all": 10,
    "max_contracts_held_long": 10,
    "max_contracts_held_short": 6,
    "opentrades": 2,
    "closedtrades": 1,
    "wintrades": 1,
    "losstrades": 0,
    "eventrades": 0,
    "closedtrades.first_index": 0,
    # The worst mark of the long: 100 below the capital, its fee paid.
    "max_drawdown": 101,
    "max_drawdown_percent": 1.01,
    # From the equity at the first entry, its fee paid, to the best mark of the long.
    "max_runup": 100,
    "max_runup_percent": 100 * 100 / (10_000 - 1 + 100),
}


def test_closed_trades() -> None:
    names = list(CLOSED)
    found = values([f"strategy.closedtrades.{name}(0)" for name in names], BODY, OVER, COSTS, at=5)
    np.testing.assert_allclose(found, [CLOSED[name] for name in names], atol=2e-6)


@pytest.mark.parametrize("trade", [0, 1])
def test_open_trades(trade: int) -> None:
    names = list(OPEN)
    found = values([f"strategy.opentrades.{name}({trade})" for name in names], BODY, OVER, COSTS, at=5)
    np.testing.assert_allclose(found, [OPEN[name][trade] for name in names], atol=2e-6)


def test_the_account() -> None:
    names = list(ACCOUNT)
    found = values([f"strategy.{name}" for name in names], BODY, OVER, COSTS, at=5)
    np.testing.assert_allclose(found, [ACCOUNT[name] for name in names], atol=2e-6)


def test_times_and_texts() -> None:
    asked = [
        f"(strategy.closedtrades.entry_time(0) - {MONDAY}) / {HOUR}",
        f"(strategy.closedtrades.exit_time(0) - {MONDAY}) / {HOUR}",
        f"(strategy.opentrades.entry_time(1) - {MONDAY}) / {HOUR}",
        'strategy.closedtrades.entry_id(0) == "L" ? 1 : 0',
        'strategy.closedtrades.entry_comment(0) == "in" ? 1 : 0',
        'strategy.closedtrades.exit_comment(0) == "out" ? 1 : 0',
        'strategy.closedtrades.exit_id(0) == "Close entry(s) order L" ? 1 : 0',
        'strategy.opentrades.entry_id(0) == "A" ? 1 : 0',
        'strategy.opentrades.entry_comment(1) == "more" ? 1 : 0',
        'strategy.position_entry_name == "A" ? 1 : 0',
        'strategy.account_currency == "USD" ? 1 : 0',
    ]
    np.testing.assert_allclose(values(asked, BODY, OVER, COSTS, at=5), [1, 3, 5, 1, 1, 1, 1, 1, 1, 1, 1])


def test_trades_that_are_not_there() -> None:
    asked = {
        "strategy.closedtrades.profit(1)": 0,
        "strategy.closedtrades.size(-1)": 0,
        "strategy.closedtrades.entry_price(1)": -999,
        "strategy.closedtrades.entry_time(-1)": -999,
        'strategy.closedtrades.entry_id(7) == "L" ? 1 : 0': 0,
        "strategy.opentrades.profit(2)": 0,
        "strategy.opentrades.entry_price(2)": -999,
        "strategy.opentrades.entry_bar_index(-5)": -999,
        # A number that is na means the first trade.
        "strategy.closedtrades.entry_price(int(na))": 100,
        "strategy.opentrades.entry_price(int(na))": 102,
    }
    np.testing.assert_allclose(values(list(asked), BODY, OVER, COSTS, at=5), list(asked.values()), atol=2e-6)


def test_means_of_nothing_are_na_and_a_flat_account_has_no_entry() -> None:
    still = bars(*[(100, 100, 100, 100)] * 3, symbol=FINE)
    names = ["avg_trade", "avg_winning_trade_percent", "avg_losing_trade", "position_avg_price"]
    asked = [*(f"strategy.{name}" for name in names), "na(strategy.position_entry_name) ? 1 : 0"]
    np.testing.assert_allclose(values(asked, "", still, at=1), [-999, -999, -999, -999, 1])


def test_history_of_readings_goes_back_by_bars() -> None:
    asked = ["strategy.closedtrades[2]", "strategy.opentrades.size(0)[1]", "strategy.netprofit[3]"]
    np.testing.assert_allclose(values(asked, BODY, OVER, COSTS, at=5), [1, -4, -1], atol=2e-6)


def test_names_of_the_orders_that_close() -> None:
    still = bars(*[(100, 100, 100, 100)] * 9, symbol=FINE)
    body = (
        'if bar_index % 2 == 0\n    strategy.entry("L", strategy.long)\n'
        "if bar_index == 1\n    strategy.close_all()\n"
        'if bar_index == 2\n    strategy.exit("X", "L", limit = 100)\n'
        'if bar_index == 5\n    strategy.entry("S", strategy.short)'
    )
    names = ("Close position order", "X", "S")
    asked = [f'strategy.closedtrades.exit_id({k}) == "{name}" ? 1 : 0' for k, name in enumerate(names)]
    np.testing.assert_allclose(values(asked, body, still, at=7), [1, 1, 1])


MARGIN = "initial_capital = 10000, default_qty_type = strategy.fixed, margin_long = 25, margin_short = 30"


def test_margin_readings() -> None:
    body = 'if bar_index == 0\n    strategy.entry("L", strategy.long, qty = 300)'
    asked = ["strategy.margin_liquidation_price", "strategy.opentrades.capital_held"]
    row = all_trades(
        "\n".join([body, "if bar_index == 2", *(f'    strategy.order("Q{k}", strategy.long, qty = {text} / 1000)'
                                                 for k, text in enumerate(asked))]),
        OVER, account=MARGIN,
    )  # fmt: skip
    # 10,000 + 300 (p - 100) = 0.25 * 300 p, cut down to ticks.
    assert row.quantity[1] == pytest.approx(math.floor(100 * 20_000 / 225) / 100 / 1000)
    assert row.quantity[2] == pytest.approx(30)
    none = values(["strategy.margin_liquidation_price", "strategy.opentrades.capital_held"], body, OVER, at=2)
    np.testing.assert_allclose(none, [-999, -999])


def test_the_default_quantity_at_a_price() -> None:
    money = "initial_capital = 10000, default_qty_type = strategy.percent_of_equity, default_qty_value = 10"
    for account, price, expected in (
        (f"{money}, margin_long = 0, margin_short = 0", "50", 20),
        (f"{money}, margin_long = 0, margin_short = 0, commission_value = 1", "50", 1000 / 50.5),
        ("initial_capital = 10000, default_qty_type = strategy.fixed, default_qty_value = 7", "50", 7),
        (f"{money}, margin_long = 0, margin_short = 0", "na", 0),
    ):
        body = (
            f'if bar_index == 0\n    strategy.order("Q", strategy.long, qty = 1 + strategy.default_entry_qty({price}))'
        )
        (trade,) = all_trades(body, OVER, account=account)
        assert trade.quantity == pytest.approx(1 + expected, abs=2e-6)


def many(count: int) -> Bars:
    return bars(*[(100, 101, 99, 100)] * count, symbol=replace(FINE, mintick=1.0))


EACH_BAR = 'if bar_index % 2 == 0\n    strategy.entry("L", strategy.long)\nelse\n    strategy.close("L")\n'


def test_closed_trades_are_kept_however_many_there_are() -> None:
    # More than the first table holds; one entry of the last bar sums up what the script has read.
    over = many(5_000)
    body = EACH_BAR + (
        "var total = 0.0\n"
        "if strategy.closedtrades > 0\n"
        "    total := total + strategy.closedtrades.entry_bar_index(strategy.closedtrades - 1)\n"
        'if bar_index == 4998\n    strategy.order("Q", strategy.long, qty = total)'
    )
    found = program(body)
    assert found.keeps_trades
    assert not program(EACH_BAR).keeps_trades
    made = engine(found, over).trades([], first=0)
    closes = {trade: int(bar) for trade, bar in zip(made.entry_bar, made.exit_bar, strict=True)}
    expected, last, ends = 0, 0, {exit: entry for entry, exit in closes.items()}
    for bar in range(4_999):
        last = int(ends.get(bar, last))
        expected += last
    assert made.quantity[list(made.entry_signal).index("Q")] == expected


def test_the_limit_of_trades() -> None:
    over = many(60)
    body = EACH_BAR + (
        "if bar_index == 58\n"
        '    strategy.order("F", strategy.long, qty = 1 + strategy.closedtrades.first_index)\n'
        '    strategy.order("Q", strategy.long, qty = 1 + nz(strategy.closedtrades.entry_price(3), 0))\n'
        '    strategy.order("R", strategy.long, qty = 1 + nz(strategy.closedtrades.entry_price(28), 0))'
    )
    for version in (5, 6):
        found = program(body, version=version)
        everything = engine(found, over).trades([], first=0)
        sizes = dict(zip(everything.entry_signal, everything.quantity, strict=True))
        assert (sizes["F"], sizes["Q"], sizes["R"]) == (1, 101, 101)
        limited = engine(replace(found, settings=replace(found.settings, order_limit=10)), over)
        if version == 5:
            with pytest.raises(Exception, match="stops this strategy after 10 trades"):
                limited.trades([], first=0)
            continue
        kept = limited.trades([], first=0)
        sizes = dict(zip(kept.entry_signal, kept.quantity, strict=True))
        assert (sizes["F"], sizes["Q"], sizes["R"]) == (1 + 19, 1, 101)
        closed = sum(not trade.is_open for trade in kept)
        assert closed == 10
        assert kept.trade(0).number == everything.trade(len(everything) - len(kept)).number
        assert kept.trade(len(kept) - 1).cumulative_profit == pytest.approx(everything.cumulative[-1])
        # Figures are those of all trades.
        np.testing.assert_array_equal(limited.run([]).metrics[:, 5], engine(found, over).run([]).metrics[:, 5])
