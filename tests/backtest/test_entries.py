"""Rules of entries: when and where they fill, reversal, pyramiding, sizes, OCA, cancellation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinewright.market import Symbol
from pinewright.program import CommissionType, QuantityType, StrategySettings

from .support import NA, TEST, bars, brief, cancel, cancel_all, close, close_all, engine, entry, order, parameters, play

QUIET = (100.0, 101.0, 99.0, 100.0)
STILL = (100.0, 100.0, 100.0, 100.0)


def test_a_market_order_fills_at_the_next_open() -> None:
    over = bars(QUIET, (103, 105, 102, 104), QUIET)
    assert brief(play(over, entry(0, "L", 1))) == [("long", 1, 1, 103, -1, 100)]


def test_slippage_moves_market_and_stop_fills_against_the_trader_and_never_limits() -> None:
    over = bars(QUIET, (100, 110, 90, 100), (100, 110, 90, 100), QUIET)
    slipped = StrategySettings(slippage=2)
    assert play(over, entry(0, "L", 1), settings=slipped)[0].entry_price == 102
    assert play(over, entry(0, "S", -1), settings=slipped)[0].entry_price == 98
    assert play(over, entry(0, "L", 1, stop=105), settings=slipped)[0].entry_price == 107
    assert play(over, entry(0, "L", 1, limit=95), settings=slipped)[0].entry_price == 95


def test_the_nearer_extreme_comes_first_and_a_tie_goes_low_first() -> None:
    # Both stops lie inside the bar: the first extreme decides which opens, the other (sized when flat) closes it.
    high_first = bars(QUIET, (100, 103, 90, 95), QUIET)
    low_first = bars(QUIET, (100, 110, 97, 105), QUIET)
    tie = bars(QUIET, (100, 103, 97, 100), QUIET)
    both = (entry(0, "L", 1, stop=102), entry(0, "S", -1, stop=98))
    assert brief(play(high_first, *both)) == [("long", 1, 1, 102, 1, 98)]
    assert brief(play(low_first, *both)) == [("short", 1, 1, 98, 1, 102)]
    assert brief(play(tie, *both)) == [("short", 1, 1, 98, 1, 102)]


def test_a_gap_over_a_stop_fills_at_the_open_and_over_a_limit_at_the_better_open() -> None:
    over = bars(QUIET, (110, 112, 108, 110), QUIET)
    assert play(over, entry(0, "L", 1, stop=105))[0].entry_price == 110
    assert play(over, entry(0, "S", -1, limit=105))[0].entry_price == 110


def test_an_order_waits_until_it_is_filled_cancelled_or_replaced() -> None:
    over = bars(QUIET, QUIET, QUIET, (100, 106, 99, 105), QUIET)
    assert brief(play(over, entry(0, "L", 1, stop=105))) == [("long", 1, 3, 105, -1, 100)]
    assert play(over, entry(0, "L", 1, stop=105), cancel(2, "L")) == []
    assert play(over, entry(0, "L", 1, stop=105), cancel_all(1)) == []
    assert brief(play(over, entry(0, "L", 1, stop=105), entry(1, "L", 2, stop=104))) == [("long", 2, 3, 104, -1, 100)]


def test_entry_reverses_and_order_does_not() -> None:
    over = bars(QUIET, QUIET, QUIET, QUIET)
    reversal = play(over, entry(0, "L", 2), entry(1, "S", -1))
    assert brief(reversal) == [("long", 2, 1, 100, 2, 100), ("short", 1, 2, 100, -1, 100)]
    reduced = play(over, entry(0, "L", 2), order(1, "S", -1))
    assert brief(reduced) == [("long", 1, 1, 100, 2, 100), ("long", 1, 1, 100, -1, 100)]


def test_the_part_that_reverses_is_fixed_when_a_priced_command_runs() -> None:
    # The stop was sized 1 + 1 against the long; the close at the open leaves it selling 2 from flat.
    over = bars(QUIET, QUIET, (100, 101, 90, 95), QUIET)
    grown = play(over, entry(0, "L", 1), entry(1, "S", -1, stop=95), close(1, "L"))
    assert brief(grown) == [("long", 1, 1, 100, 2, 100), ("short", 2, 2, 95, -1, 100)]
    # Given after the close, it knows that the long is being closed.
    plain = play(over, entry(0, "L", 1), close(1, "L"), entry(1, "S", -1, stop=95))
    assert brief(plain) == [("long", 1, 1, 100, 2, 100), ("short", 1, 2, 95, -1, 100)]


def test_a_stop_beside_a_market_entry_reverses_what_that_will_hold() -> None:
    # From flat, one bar buys at the market and gives a selling stop: when the stop fills it closes the long and opens
    # the short (one list of TradingView shows it).
    over = bars(QUIET, (100, 101, 90, 95), QUIET)
    both = play(over, entry(0, "L", 1), entry(0, "S", -1, stop=95))
    assert brief(both) == [("long", 1, 1, 100, 1, 95), ("short", 1, 1, 95, -1, 100)]


def test_an_entry_given_twice_on_one_bar_does_not_reverse() -> None:
    over = bars(QUIET, QUIET, QUIET, QUIET)
    twice = play(over, entry(0, "L", 10), entry(1, "S", -4), entry(1, "S", -4))
    assert brief(twice) == [("long", 4, 1, 100, 2, 100), ("long", 6, 1, 100, -1, 100)]


@pytest.mark.parametrize(("pyramiding", "lots"), [(0, 1), (1, 1), (2, 2), (3, 3)])
def test_pyramiding_counts_entries_of_one_direction(pyramiding: int, lots: int) -> None:
    over = bars(*[QUIET] * 6)
    made = play(over, *[entry(k, "L", 1) for k in range(4)], settings=StrategySettings(pyramiding=pyramiding))
    assert len(made) == lots


def test_pyramiding_is_judged_when_the_command_runs_and_order_ignores_it() -> None:
    over = bars(*[QUIET] * 4)
    # Priced entries given together fill both; market ones are looked at again at their fill.
    assert len(play(over, entry(0, "L", 1, stop=100), entry(0, "A", 1, stop=100))) == 2
    assert len(play(over, entry(0, "L", 1), entry(0, "A", 1))) == 1
    assert len(play(over, order(0, "L", 1), order(1, "L", 1), order(2, "A", 1))) == 3


def test_a_stop_that_a_gap_has_passed_is_sized_where_it_would_have_filled() -> None:
    budget = StrategySettings(initial_capital=10_000, quantity_type=QuantityType.CASH, quantity_value=1_000)
    over = bars(QUIET, (150, 151, 149, 150), QUIET)
    # Above the market at its own level, below it at the close.
    above = play(over, entry(0, "L", NA, stop=125), settings=budget)[0]
    assert (above.quantity, above.entry_price) == (8, 150)
    below = play(over, entry(0, "L", NA, stop=80), settings=budget)[0]
    assert (below.quantity, below.entry_price) == (10, 150)
    # What is met inside the bar is sized there, a stop-limit order always at the level of its stop.
    inside = bars(QUIET, (100, 130, 99, 120), QUIET)
    assert play(inside, entry(0, "L", NA, stop=125), settings=budget)[0].quantity == 8
    back = bars(QUIET, (100, 130, 99, 101), QUIET)
    both = play(back, entry(0, "L", NA, stop=110, limit=105), settings=budget)[0]
    assert (both.quantity, both.entry_price) == (9, 105)


def test_pyramiding_looks_at_what_market_orders_of_the_bar_will_leave() -> None:
    over = bars(*[QUIET] * 5)
    # What is closed on this bar frees its place, but only for commands that come after it.
    handed_over = play(over, entry(0, "L", 1), close_all(1), entry(1, "L", 2))
    assert brief(handed_over) == [("long", 1, 1, 100, 2, 100), ("long", 2, 2, 100, -1, 100)]
    assert len(play(over, entry(0, "L", 1), entry(1, "L", 2), close_all(1))) == 1
    # After a reversal of this bar an entry of the old side is a reversal again.
    turned = play(over, entry(0, "L", 1), entry(1, "S", -1), entry(1, "A", 3))
    assert [trade.entry_signal for trade in turned] == ["L", "S", "A"]


def test_an_entry_that_pyramiding_refuses_takes_the_pending_one_of_its_id_with_it() -> None:
    over = bars(QUIET, QUIET, QUIET, (100, 106, 99, 105))
    waiting = (entry(0, "L", 1), entry(0, "A", 1, stop=105))
    assert len(play(over, *waiting)) == 2
    assert len(play(over, *waiting, entry(1, "A", 1, stop=105))) == 1


def test_two_entries_at_the_level_of_the_open_buy_first() -> None:
    over = bars(QUIET, QUIET, QUIET)
    long_first = play(over, entry(0, "S", -1, stop=100), entry(0, "L", 1, stop=100))
    assert brief(long_first) == [("long", 1, 1, 100, 1, 100)]
    assert (long_first[0].entry_signal, long_first[0].exit_signal) == ("L", "S")


def test_a_stop_limit_order_becomes_a_limit_at_its_stop() -> None:
    over = bars(QUIET, (100, 106, 99, 100), (100, 101, 99, 100), QUIET)
    # O-L-H-C: 105 is touched on the way up, 103 on the way down.
    assert brief(play(over, entry(0, "L", 1, stop=105, limit=103))) == [("long", 1, 1, 103, -1, 100)]
    assert play(over, entry(0, "L", 1, stop=107, limit=103)) == []


def test_oca_cancel_and_reduce() -> None:
    over = bars(QUIET, (100, 106, 94, 100), QUIET, QUIET)
    cancelled = play(
        over, order(0, "A", 1, stop=105, oca="group", how=1), order(0, "B", -1, stop=95, oca="group", how=1)
    )
    assert brief(cancelled) == [("short", 1, 1, 95, -1, 100)]
    # Low first: B sells 1, so A, which would buy 3, buys 2: one closes the short, one opens a long.
    reduced = play(over, order(0, "A", 3, stop=105, oca="group", how=2), order(0, "B", -1, stop=95, oca="group", how=2))
    assert brief(reduced) == [("short", 1, 1, 95, 1, 105), ("long", 1, 1, 105, -1, 100)]


def test_levels_snap_to_ticks_on_the_far_side_with_a_tolerance() -> None:
    over = bars(QUIET, (100, 110, 90, 100), QUIET)
    assert play(over, entry(0, "L", 1, stop=104.3))[0].entry_price == 105
    assert play(over, entry(0, "L", 1, stop=104.00009))[0].entry_price == 104
    assert play(over, entry(0, "S", -1, stop=95.7))[0].entry_price == 95
    assert play(over, entry(0, "L", 1, limit=95.7))[0].entry_price == 95
    assert play(over, entry(0, "S", -1, limit=104.3))[0].entry_price == 105


def test_prices_off_the_grid_fill_half_a_tick_upwards() -> None:
    over = bars(QUIET, (103.5, 105, 102, 104), (103.4, 105, 102, 104))
    assert brief(play(over, entry(0, "L", 1), close(0, "L"))) == [("long", 1, 1, 104, -1, 104)]
    assert brief(play(over, entry(0, "L", 1), close(1, "L"))) == [("long", 1, 1, 104, 2, 103)]


def test_mid_prices_fill_in_half_ticks_and_levels_stay_on_ticks() -> None:
    mid = bars(*[(price, price + 1, price - 1, price + 0.5) for price in (100.0, 100.5, 101.0, 101.5) * 20])
    assert brief(play(mid, entry(0, "L", 1), close(1, "L"))) == [("long", 1, 1, 100.5, 2, 101)]
    assert play(mid, entry(0, "L", 1, stop=100.8))[0].entry_price == 101
    assert play(mid, entry(0, "L", 1), settings=StrategySettings(slippage=1))[0].entry_price == 101.5


def test_a_limit_may_have_to_be_passed_by_some_ticks() -> None:
    strict = StrategySettings(backtest_fill_limits=2)
    touched = bars(QUIET, (100, 101, 94, 100), QUIET)
    passed = bars(QUIET, (100, 101, 93, 100), QUIET)
    assert play(touched, entry(0, "L", 1, limit=95), settings=strict) == []
    assert play(passed, entry(0, "L", 1, limit=95), settings=strict)[0].entry_price == 95


def test_commands_before_the_window_are_ignored_and_the_run_ends_with_it() -> None:
    over = bars(*[QUIET] * 6)
    assert play(over, entry(0, "L", 1), first=1) == []
    trades = engine(over).trades(parameters([entry(1, "L", 1), close(2, "L")]), first=1, last=3)
    assert brief(list(trades)) == [("long", 1, 2, 100, -1, 100)]


def test_process_orders_on_close_fills_market_and_reached_orders_at_that_close() -> None:
    over = bars(QUIET, (100, 108, 99, 107), (106, 108, 105, 106), QUIET)
    on_close = StrategySettings(process_orders_on_close=True)
    assert brief(play(over, entry(1, "L", 1), close(2, "L"), settings=on_close)) == [("long", 1, 1, 107, 2, 106)]
    assert brief(play(over, entry(1, "L", 1, stop=105), settings=on_close)) == [("long", 1, 1, 107, -1, 100)]
    assert brief(play(over, entry(1, "L", 1, stop=108), settings=on_close)) == [("long", 1, 2, 108, -1, 100)]


def test_default_quantities() -> None:
    over = bars(QUIET, (104, 105, 102, 104), QUIET)
    account = StrategySettings(initial_capital=10_000, quantity_value=3)
    fractional = replace(TEST, quantity_step=0.1)
    fine = bars(QUIET, (104, 105, 102, 104), QUIET, symbol=fractional)
    cash = replace(account, quantity_type=QuantityType.CASH, quantity_value=1_015)
    share = replace(account, quantity_type=QuantityType.PERCENT_OF_EQUITY, quantity_value=10)
    assert play(over, entry(0, "L", NA), settings=account)[0].quantity == 3
    # By the close of 100 at which the command runs, cut down to steps.
    assert play(over, entry(0, "L", NA), settings=cash)[0].quantity == 10
    assert play(fine, entry(0, "L", NA), settings=cash)[0].quantity == 10.1
    assert play(over, entry(0, "L", NA), settings=share)[0].quantity == 10
    # A stop that the gap has passed is divided by its level, a limit by the price of its fill.
    assert play(fine, entry(0, "L", NA, stop=103), settings=share)[0].quantity == 9.7
    assert play(fine, entry(0, "L", NA, limit=110), settings=share)[0].quantity == 9.6
    # Percent commission shares the budget: 1,000 / (100 * 1.05) = 9.52.
    fee = replace(share, commission_value=5.0)
    assert play(fine, entry(0, "L", NA), settings=fee)[0].quantity == 9.5


@pytest.mark.parametrize(
    ("kind", "value", "fees"),
    [
        # A long of 2 from 100 to 110, reversed into a short of 1 that is closed at 110.
        (CommissionType.PERCENT, 1.0, [2.0 + 2.2, 1.1 + 1.1]),
        (CommissionType.CASH_PER_CONTRACT, 0.5, [1.0 + 1.0, 0.5 + 0.5]),
        (CommissionType.CASH_PER_ORDER, 3.0, [3.0 + 2.0, 1.0 + 3.0]),
    ],
)
def test_commission_of_both_sides(kind: CommissionType, value: float, fees: list[float]) -> None:
    over = bars(QUIET, QUIET, (110, 111, 109, 110), (110, 111, 109, 110), QUIET)
    account = StrategySettings(commission_type=kind, commission_value=value)
    trades = engine(over, account).trades(parameters([entry(0, "L", 2), entry(1, "S", -1), close_all(2)]))
    assert trades.commission == pytest.approx(fees)
    assert trades.net_profit == pytest.approx([20 - fees[0], -fees[1]])


def test_an_entry_that_cannot_be_paid_is_refused() -> None:
    full = StrategySettings(initial_capital=1_000, margin_long=100, margin_short=100)
    flat, gap = bars(STILL, STILL, STILL), bars(STILL, (101, 102, 100, 101), STILL)
    assert play(flat, entry(0, "L", 11), settings=full) == []
    assert len(play(flat, entry(0, "L", 10), settings=full)) == 1
    assert play(gap, entry(0, "L", 10), settings=full) == []  # at the open it costs 1,010
    assert len(play(flat, entry(0, "L", 250), settings=replace(full, margin_long=4))) == 1


def test_a_margin_call_sells_four_times_what_is_missing() -> None:
    # 20 units at 100 with 50 % margin on 1,000. At 90: equity 800, margin 900, 100 missing, which is
    # 100 / 0.5 / 90 = 2.2 units, so 2; four times that are sold at the low.
    over = bars(STILL, STILL, (100, 101, 90, 95), (95, 96, 94, 95))
    account = StrategySettings(initial_capital=1_000, margin_long=50)
    tested = engine(over, account)
    trades = list(tested.trades(parameters([entry(0, "L", 20)])))
    assert brief(trades) == [("long", 8, 1, 100, 2, 90), ("long", 12, 1, 100, -1, 95)]
    assert trades[0].exit_signal == "Margin call"
    assert tested.run(parameters([entry(0, "L", 20)]))["margin_calls"][0] == 1


def test_point_value_scales_money() -> None:
    over = bars(QUIET, QUIET, (110, 111, 109, 110), QUIET, symbol=replace(TEST, point_value=50.0))
    trades = play(over, entry(0, "L", 2), close(1, "L"))
    assert trades[0].net_profit == 2 * 10 * 50


def test_the_known_symbols_have_prices_on_their_grid() -> None:
    over = bars((1.1, 1.10012, 1.0999, 1.1), (1.10005, 1.1002, 1.09, 1.1), symbol=Symbol.get("EURUSD"))
    assert play(over, entry(0, "L", 1))[0].entry_price == pytest.approx(1.10005, abs=1e-12)
