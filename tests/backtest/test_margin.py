"""Margin: what cannot be paid, margin calls in two stages, and what they do to orders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinewright.market import Bars, Symbol

from .scripted import trades
from .support import TEST, bars, brief

STILL = (100.0, 100.0, 100.0, 100.0)
HALF = "default_qty_type = strategy.fixed, default_qty_value = 1, margin_long = 50, margin_short = 50"
FULL = "default_qty_type = strategy.fixed, default_qty_value = 1, margin_long = 100, margin_short = 100"


def entry(bar: int, id: str, side: str, qty: float, more: str = "") -> str:
    return f'if bar_index == {bar}\n    strategy.entry("{id}", strategy.{side}, qty = {qty}{more})\n'


def falling(low: float, symbol: Symbol = TEST) -> Bars:
    return bars(STILL, STILL, (100, 101, low, 100), STILL, symbol=symbol)


def test_a_margin_call_sells_four_times_the_whole_steps_that_are_missing() -> None:
    # 20 units from 100, capital 1,000: at 94 880 are there and 940 are needed. 60 / 0.5 / 94 is 1.28 units: 4 are sold.
    made = trades(entry(0, "L", "long", 20), falling(94), account=f"initial_capital = 1000, {HALF}")
    assert brief(made)[0] == ("long", 4, 1, 100, 2, 94)
    assert made[0].exit_signal == "Margin call"
    assert brief(made)[1] == ("long", 16, 1, 100, -1, 100)


@pytest.mark.parametrize(("step", "sold"), [(1.0, 4), (0.1, 4.8), (0.01, 5.08)])
def test_the_steps_are_cut_down_plainly(step: float, sold: float) -> None:
    made = trades(
        entry(0, "L", "long", 20),
        falling(94, replace(TEST, quantity_step=step)),
        account=f"initial_capital = 1000, {HALF}",
    )
    assert made[0].quantity == pytest.approx(sold)


def test_less_than_one_step_sells_one_unit() -> None:
    # At 98 980 are needed: with 979 a fiftieth of a unit is missing.
    made = trades(entry(0, "L", "long", 20), falling(98), account=f"initial_capital = 1019, {HALF}")
    assert (made[0].quantity, made[0].exit_price) == (1, 98)
    (held,) = trades(entry(0, "L", "long", 20), falling(98), account=f"initial_capital = 1020, {HALF}")
    assert held.is_open


def test_without_margin_nothing_is_looked_at() -> None:
    free = "initial_capital = 1000, default_qty_type = strategy.fixed, margin_long = 0, margin_short = 0"
    assert brief(trades(entry(0, "L", "long", 500), falling(10), account=free)) == [("long", 500, 1, 100, -1, 100)]


def test_the_second_stage_credits_old_trades_before_they_are_worth_it() -> None:
    # 1 and 19 units from 100, capital 1,000. A gap to 85: 150 are missing, 3 whole units, so 12 are sold at the open.
    # The oldest trade cost 100, which is credited at once: 50 are still missing at the next look, one unit at 85: 4.
    body = entry(0, "A", "long", 1) + entry(0, "B", "long", 19)
    over = bars(STILL, STILL, (85, 86, 84, 85), (85, 86, 84, 85))
    made = trades(body, over, "pyramiding = 2", account=f"initial_capital = 1000, {HALF}")
    assert brief(made)[:3] == [
        ("long", 1, 1, 100, 2, 85),
        ("long", 11, 1, 100, 2, 85),
        ("long", 4, 1, 100, 2, 84),
    ]
    # One trade that cost more than is missing: no second stage.
    alone = trades(entry(0, "B", "long", 20), over, account=f"initial_capital = 1000, {HALF}")
    assert brief(alone)[0] == ("long", 12, 1, 100, 2, 85)
    assert len(alone) == 2


def test_a_market_reversal_that_cannot_be_paid_when_given_still_closes() -> None:
    body = entry(0, "L", "long", 9) + entry(1, "S", "short", 11)
    made = trades(body, bars(*[STILL] * 4), account=f"initial_capital = 1000, {FULL}")
    assert brief(made) == [("long", 9, 1, 100, 2, 100)]
    assert made[0].exit_signal == "S"
    # From flat nothing happens.
    assert trades(entry(1, "S", "short", 11), bars(*[STILL] * 4), account=f"initial_capital = 1000, {FULL}") == []


def test_a_reversal_that_cannot_be_paid_at_its_fill_takes_the_closes_and_exits_with_it() -> None:
    # Given at 100 the short of 10 is covered; the open at 101 leaves 1,009 for 1,010.
    body = (
        entry(0, "L", "long", 9)
        + 'if bar_index == 0\n    strategy.exit("X", "L", limit = 105)\n'
        + 'if bar_index == 1\n    strategy.entry("S", strategy.short, qty = 10)\n    strategy.close("L")\n'
    )
    over = bars(STILL, STILL, (101, 102, 100, 101), (101, 110, 100, 101), (101, 110, 100, 101))
    made = trades(body, over, account=f"initial_capital = 1000, {FULL}")
    assert brief(made) == [("long", 9, 1, 100, -1, 101)]
    # Given again, the exit is back.
    again = body + 'if bar_index == 3\n    strategy.exit("X", "L", limit = 105)\n'
    assert brief(trades(again, over, account=f"initial_capital = 1000, {FULL}")) == [("long", 9, 1, 100, 4, 105)]


def test_an_order_whose_position_cannot_be_paid_is_refused_whole() -> None:
    body = 'if bar_index == 0\n    strategy.order("O", strategy.long, qty = 11)\n'
    assert trades(body, bars(*[STILL] * 3), account=f"initial_capital = 1000, {FULL}") == []
    assert len(trades(body.replace("11", "10"), bars(*[STILL] * 3), account=f"initial_capital = 1000, {FULL}")) == 1
    # What only takes from the position is never refused.
    less = entry(0, "L", "long", 10) + 'if bar_index == 1\n    strategy.order("O", strategy.short, qty = 3)\n'
    assert trades(less, bars(*[STILL] * 4), account=f"initial_capital = 1000, {FULL}")[0].quantity == 3


def test_a_resting_entry_is_judged_by_what_it_would_open_itself() -> None:
    # The stop would close 9 and open 10: only these need 1,000.
    body = entry(0, "L", "long", 9) + entry(1, "S", "short", 10, ", stop = 95")
    over = bars(STILL, STILL, STILL, (100, 101, 94, 95), (95, 95, 95, 95))
    made = trades(body, over, account=f"initial_capital = 1050, {FULL}")
    assert brief(made)[1] == ("short", 10, 3, 95, -1, 95)
    # At the close of bar 2 the market costs more than there is: the order is withdrawn.
    dear = bars(STILL, STILL, (100, 106, 99, 106), (106, 107, 94, 95), STILL)
    assert brief(trades(body, dear, account=f"initial_capital = 1000, {FULL}"))[0][4] == -1
