"""Swap: points a unit and night, told apart from TradingView's figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.backtest.execution import Execution, Swap, nights_before
from pinewright.backtest.metrics import METRIC_INDEX
from pinewright.errors import BacktestError
from pinewright.market import HOUR, Bars
from pinewright.program import StrategySettings

from .support import EACH, MONDAY, Command, bars, close, engine, entry, exit_, parameters
from .test_laws import ACCOUNTS, FEW, commands, walks

STILL = (100.0, 100.0, 100.0, 100.0)
RATES = Execution(swap=Swap(long=-2, short=0.5))


def moment(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_a_night_is_17_new_york_and_wednesday_pays_for_the_weekend() -> None:
    # January: 17:00 New York is 22:00 UTC. From Monday noon to the same hour a week later.
    days = np.array([moment(f"2025-01-{day:02d}T12:00") for day in range(6, 14)])
    assert nights_before(days).tolist() == [0, 1, 2, 5, 6, 7, 7, 7]
    hours = np.array([moment("2025-01-06T21:59"), moment("2025-01-06T22:00"), moment("2025-01-07T21:59")])
    assert nights_before(hours).tolist() == [0, 1, 1]
    summer = np.array([moment("2025-07-07T20:59"), moment("2025-07-07T21:00"), moment("2025-07-07T22:00")])
    assert nights_before(summer).tolist() == [0, 1, 1]


def test_what_is_held_overnight_pays_or_is_paid() -> None:
    over = bars(*[STILL] * 30)  # Monday 00:00 to Tuesday 06:00 UTC; the night is at bar 22
    for script, expected in (
        ([entry(0, "L", 3)], -6),
        ([entry(0, "S", -3)], 1.5),
        ([entry(0, "L", 3), close(10, "L")], 0),
        ([entry(0, "L", 3), close(21, "L")], -6),  # closed at the open of bar 22, which comes after the night
        ([entry(0, "L", 3), close(20, "L")], 0),
        ([entry(21, "L", 3)], 0),
        ([entry(20, "L", 3)], -6),
    ):
        results = engine(over, execution=RATES).run(parameters(script))
        assert results["swap"][0] == expected


def test_a_position_over_a_week_pays_seven_nights_with_what_it_holds_at_each() -> None:
    over = bars(*[STILL] * (7 * 24))
    account = StrategySettings(pyramiding=2)
    # 1 over Monday and Tuesday, 2 over the three nights of Wednesday, 1 over Thursday and Friday.
    script = [entry(0, "L", 1), entry(50, "B", 1), close(75, "B")]
    results = engine(over, account, execution=RATES).run(parameters(script))
    assert results["swap"][0] == -2 * (2 + 2 * 3 + 2)


def test_closing_at_the_close_comes_before_the_night_of_the_next_open() -> None:
    over = bars(*[STILL] * 30)
    account = StrategySettings(process_orders_on_close=True)
    script = [entry(0, "L", 1), close(21, "L")]
    assert engine(over, account, execution=RATES).run(parameters(script))["swap"][0] == 0


def test_points_are_ticks_and_money_is_the_symbols() -> None:
    made = bars(*[STILL] * 30)
    over = replace(made, symbol=replace(made.symbol, mintick=0.5, point_value=10.0))
    assert engine(over, execution=RATES).run(parameters([entry(0, "L", 3)]))["swap"][0] == -2 * 0.5 * 10 * 3


def test_swap_stands_in_its_own_figures_alone() -> None:
    over = bars(*[(100, 103, 99, 101)] * 30)
    row = parameters([entry(0, "L", 3), exit_(EACH, "X", "L", limit=103), entry(10, "S", -1)])
    without, paid = engine(over).run(row), engine(over, execution=RATES).run(row)
    assert without["swap"][0] == 0
    assert without["net_profit_after_swap"][0] == without["net_profit"][0]
    assert paid["swap"][0] == 0.5
    assert paid["net_profit_after_swap"][0] == paid["net_profit"][0] + 0.5
    same = [place for name, place in METRIC_INDEX.items() if "swap" not in name]
    np.testing.assert_array_equal(paid.metrics[:, same], without.metrics[:, same])
    assert engine(over).equity(row).tolist() == engine(over, execution=RATES).equity(row).tolist()


def test_a_rate_that_is_no_number_is_refused() -> None:
    with pytest.raises(BacktestError, match="swap of nan points for short"):
        Swap(short=float("nan"))


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS)
def test_nights_are_those_of_the_positions_held(over: Bars, script: list[Command], account: StrategySettings) -> None:
    row = parameters(script)
    tested = engine(over, account, execution=Execution(swap=Swap(long=-1, short=-3)))
    # A market order's fill at the open of the bar that begins with the night comes after it; bars of 4 hours from
    # 00:00 UTC have the night of 22:00 inside, so it counts at the next open.
    expected = 0.0
    nights = nights_before(over.time)
    for trade in tested.trades(row):
        first, last = ((stamp - MONDAY) // (4 * HOUR) for stamp in (trade.entry_time, trade.exit_time))
        if trade.is_open:
            last = len(over) - 1
        rate = -1 if trade.is_long else -3
        # An order filled at a close counts for its bar as one filled inside it: no night lies between.
        expected += rate * trade.quantity * (nights[last] - nights[first])
    assert tested.run(row)["swap"][0] == pytest.approx(expected)
