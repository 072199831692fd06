"""calc_on_order_fills: when the script runs again inside a bar, what it then sees, and where its orders fill."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.backtest.execution import Execution
from pinewright.market import Bars
from pinewright.program import Program, StrategySettings

from .support import Command, bars, brief, cache_folder, engine, entry, parameters
from .test_laws import ACCOUNTS, FEW, commands, walks

AGAIN = StrategySettings(calc_on_order_fills=True, pyramiding=3)
QUIET = (100.0, 101.0, 99.0, 100.0)
HEAD = "def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:"
NONE = "math.nan, math.nan, math.nan"
STRINGS = ("L", "S", "X")

TURNS = """
    if b.position_size <= 0.0:
        order_entry(b, view, i, 0, True, 1.0, math.nan, math.nan, -1, 0, -1)
    else:
        order_entry(b, view, i, 1, False, 1.0, math.nan, math.nan, -1, 0, -1)
"""
"""The manual's example: it turns its position on each run."""


def program(body: str, settings: StrategySettings = AGAIN, slots: int = 0) -> Program:
    text = f"{HEAD}\n{body}\n"
    return Program("again", text, (), (), settings, STRINGS, slots, 0, f"again {body}")


def run(body: str, over: Bars, settings: StrategySettings = AGAIN, slots: int = 0, **more: object) -> Engine:
    return Engine(program(body, settings, slots), over, cache_dir=cache_folder(), **more)  # type: ignore[arg-type]


def entries(tested: Engine) -> list[tuple[int, float]]:
    """Bar and price of each entry."""
    return [(row[2], row[3]) for row in brief(list(tested.trades([])))]


def test_a_script_that_trades_on_each_run_fills_at_open_open_and_both_extremes() -> None:
    over = bars(QUIET, (100, 103, 90, 95), (96, 110, 95, 108), QUIET)
    assert entries(run(TURNS, over, replace(AGAIN, calc_on_order_fills=False))) == [(1, 100), (2, 96), (3, 100)]
    # The near extreme first: the high on bar 1, the low on bar 2, and on the last bar (a tie) the low.
    assert entries(run(TURNS, over)) == [
        *((1, price) for price in (100, 100, 103, 90)),
        *((2, price) for price in (96, 96, 95, 110)),
        *((3, price) for price in (100, 100, 99, 101)),
    ]


def test_a_close_that_a_fill_inside_the_bar_asks_for_fills_at_the_end_of_that_leg() -> None:
    # Law of TradingView's lists: the rest is sold at the high, immediately or not, whatever process_orders_on_close is.
    body = """
    if i == 0:
        order_entry(b, view, i, 0, True, 2.0, math.nan, math.nan, -1, 0, -1)
    if b.position_size == 2.0:
        order_exit(b, view, i, 2, 0, 1.0, math.nan, 3.0, math.nan, math.nan, math.nan, math.nan, math.nan,
            math.nan, -1, -1, -1, -1, -1)
    if b.position_size == 1.0:
        CLOSE
"""
    over = bars(QUIET, (100, 110, 98, 104), QUIET)
    for close in (
        "order_close_all(b, view, i, -1, False)",
        "order_close_all(b, view, i, -1, True)",
        "order_close(b, view, i, 0, -1, math.nan, math.nan, True)",
    ):
        tested = run(body.replace("CLOSE", close), over)
        assert brief(list(tested.trades([]))) == [("long", 1, 1, 100, 1, 103), ("long", 1, 1, 100, 1, 110)]
    # With process_orders_on_close the entry fills at the close of bar 0, and the run there places the exit.
    on_close = replace(AGAIN, process_orders_on_close=True)
    tested = run(
        body.replace("CLOSE", "order_close_all(b, view, i, -1, True)"), bars(QUIET, QUIET, over_bar(), QUIET), on_close
    )
    assert brief(list(tested.trades([]))) == [("long", 1, 0, 100, 2, 103), ("long", 1, 0, 100, 2, 110)]


def over_bar() -> tuple[float, float, float, float]:
    return (100.0, 110.0, 98.0, 104.0)


def test_priced_orders_go_on_from_the_tick_at_which_they_are_placed() -> None:
    # The entry fills at the open; the run there places the bracket, which the same bar reaches: high first.
    body = """
    if i == 0 and b.position_size == 0.0:
        order_entry(b, view, i, 0, True, 1.0, math.nan, math.nan, -1, 0, -1)
    if b.position_size > 0.0:
        order_exit(b, view, i, 2, 0, math.nan, math.nan, math.nan, b.position_avg_price + 2.0, math.nan,
            b.position_avg_price - 2.0, math.nan, math.nan, math.nan, -1, -1, -1, -1, -1)
"""
    over = bars(QUIET, (100, 103, 90, 95), QUIET)
    assert brief(list(run(body, over).trades([]))) == [("long", 1, 1, 100, 1, 102)]
    plain = replace(AGAIN, calc_on_order_fills=False)
    assert brief(list(run(body, over, plain).trades([]))) == [("long", 1, 1, 100, -1, 100)]


def test_a_level_that_the_tick_has_passed_fills_there() -> None:
    # The stop entry fills at 102 on the way to the high of 110; the run stands at 110, past the limit of 105.
    body = """
    if i == 0:
        order_entry(b, view, i, 0, True, 1.0, math.nan, 102.0, -1, 0, -1)
    if b.position_size > 0.0:
        order_exit(b, view, i, 2, 0, math.nan, math.nan, math.nan, 105.0, math.nan, math.nan, math.nan, math.nan,
            math.nan, -1, -1, -1, -1, -1)
"""
    over = bars(QUIET, (100, 110, 80, 85), QUIET)
    assert brief(list(run(body, over).trades([]))) == [("long", 1, 1, 102, 1, 110)]


def test_fills_at_the_close_let_nothing_run_again() -> None:
    over = bars(QUIET, (100, 103, 90, 95), (96, 110, 95, 108), QUIET)
    on_close = replace(AGAIN, process_orders_on_close=True)
    assert entries(run(TURNS, over, on_close)) == [(0, 100), (1, 95), (2, 108), (3, 100)]


def test_each_run_begins_with_the_state_before_the_bar() -> None:
    # s[0] counts bars: the quantity of what each run enters is that count.
    body = """
    s[0] += 1.0
    if i > 0 and b.opentrades < 3:
        order_entry(b, view, i, 0, True, s[0], math.nan, math.nan, -1, 0, -1)
"""
    over = bars(QUIET, QUIET, QUIET, QUIET)
    trades = run(body, over, slots=1).trades([])
    # Placed at the close of bar 1 (2 bars seen); on bar 2 again at open and at the low, where the third one stands.
    assert trades.quantity.tolist() == [2, 3, 3]
    assert trades.entry_bar.tolist() == [2, 2, 2]
    assert trades.entry_price.tolist() == [100, 100, 99]


def test_a_run_inside_the_bar_reckons_with_the_price_of_its_tick() -> None:
    # Equity at the tick decides the size: 1,000 + 10 x (110 - 100) at the high, where half of it buys 5 at 110.
    body = """
    if i == 0:
        order_entry(b, view, i, 0, True, 10.0, math.nan, math.nan, -1, 0, -1)
        order_exit(b, view, i, 2, 0, 5.0, math.nan, math.nan, 105.0, math.nan, math.nan, math.nan, math.nan,
            math.nan, -1, -1, -1, -1, -1)
    if b.closedtrades == 1 and b.opentrades == 1:
        order_order(b, view, i, 1, True, ffloor(broker_equity(b, view, i) / 100.0), math.nan, math.nan, -1, 0, -1)
"""
    over = bars(QUIET, (100, 110, 80, 85), QUIET)
    account = replace(AGAIN, initial_capital=1_000)
    trades = run(body, over, account).trades([], last=2)
    # 1,000 + 5 x 5 of the exit + 5 x 10 open = 1,075.
    assert (trades.quantity.tolist(), trades.entry_price.tolist()) == ([5, 5, 10], [100, 100, 110])


def test_an_order_repeated_on_later_runs_of_the_bar_stays_the_order_it_was() -> None:
    # A priced entry that turns the position is given at the open and again at the low: it still closes and opens.
    body = """
    if i == 0:
        order_entry(b, view, i, 0, True, 2.0, math.nan, math.nan, -1, 0, -1)
        order_exit(b, view, i, 2, 0, 1.0, math.nan, math.nan, 102.0, math.nan, math.nan, math.nan, math.nan,
            math.nan, -1, -1, -1, -1, -1)
    if b.position_size > 0.0:
        order_entry(b, view, i, 1, False, 3.0, math.nan, 92.0, -1, 0, -1)
"""
    over = bars(QUIET, (100, 103, 90, 95), QUIET)
    found = brief(list(run(body, over).trades([])))
    assert found == [("long", 1, 1, 100, 1, 102), ("long", 1, 1, 100, 1, 92), ("short", 3, 1, 92, -1, 100)]


def test_with_finer_bars_each_of_their_ticks_is_one() -> None:
    over = bars(QUIET, (100, 110, 90, 95), QUIET)
    inside = bars((100, 104, 99, 103), (103, 110, 102, 108), (108, 109, 90, 95), minutes=15)
    inside = replace(inside, time=inside.time + 3_600_000)
    tested = run(TURNS, over, replace(AGAIN, use_bar_magnifier=True), others=[inside])
    expected = [100, 100, 99, 104, 103, 103, 102, 110, 108, 108, 109, 90]
    assert [price for bar, price in entries(tested) if bar == 1] == expected


def test_hours_without_entries_hold_inside_the_bar() -> None:
    from pinewright.backtest.blackout import Blackout

    over = bars(QUIET, (100, 103, 90, 95), QUIET)
    span = (int(over.time[1]) + 1, int(over.time[2]))
    tested = run(TURNS, over, execution=Execution(blackout=Blackout((span,))))
    # The open is still free: both fills there; the run at the high may place nothing.
    assert entries(tested) == [(1, 100), (1, 100), (2, 100), (2, 100), (2, 99), (2, 101)]


def test_bid_and_ask_stand_at_the_tick() -> None:
    over = replace(bars(QUIET, (100, 103, 90, 95), QUIET), spread=np.full(3, 2.0))
    tested = run(TURNS, over, execution=Execution(fills="bid-ask"))
    assert [price for bar, price in entries(tested) if bar == 1] == [102, 100, 105, 90]


def test_tables_grow_and_threads_change_nothing() -> None:
    over = bars(*[QUIET, (100, 103, 90, 95), (96, 110, 95, 108)] * 50)
    rows = np.zeros((40, 0))
    one = Engine(program(TURNS), over, cache_dir=cache_folder()).run(rows)
    two = Engine(program(TURNS), over, cache_dir=cache_folder(), threads=2).run(rows)
    np.testing.assert_array_equal(one.metrics, two.metrics)
    assert (one["trades"] > 500).all()


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.integers(2, 23))
def test_the_future_changes_no_past_trade(
    over: Bars, script: list[Command], account: StrategySettings, end: int
) -> None:
    again = replace(account, calc_on_order_fills=True)
    row = parameters(script)
    ended = engine(over, again).trades(row, last=end)
    shorter = engine(over.slice(0, end), again).trades(row)
    assert list(ended) == list(shorter)


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS)
def test_money_is_conserved(over: Bars, script: list[Command], account: StrategySettings) -> None:
    tested = engine(over, replace(account, calc_on_order_fills=True))
    row = parameters(script)
    results, trades = tested.run(row, daily=True), tested.trades(row)
    assert results.daily is not None
    assert results["profit_marked"][0] == pytest.approx(trades.net_profit.sum(), abs=1e-6)
    assert results["profit_marked"][0] == pytest.approx(results.daily.sum(), abs=1e-6)


def test_orders_given_on_bars_without_a_fill_are_as_without_it() -> None:
    over = bars(QUIET, (100, 103, 90, 95), (96, 110, 95, 108), QUIET)
    row = parameters([entry(0, "L", 1), entry(2, "S", -1)])
    plain = replace(AGAIN, calc_on_order_fills=False)
    assert list(engine(over, AGAIN).trades(row)) == list(engine(over, plain).trades(row))
