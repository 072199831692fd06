"""The rules of strategy.risk: what they forbid, where they close, and what counts as a day."""

from __future__ import annotations

import pytest

from pinewright.market import Bars

from .scripted import trades
from .support import bars, brief

QUIET = (100.0, 101.0, 99.0, 100.0)
FILLS = "Close Position (Max number of filled orders in one day)"
LOSS = "Close Position (Max intraday Loss)"


def at(bar: int, *commands: str) -> str:
    return "\n".join([f"if bar_index == {bar}", *(f"    {command}" for command in commands)])


def buy(bar: int, id: str = "L", more: str = "") -> str:
    return at(bar, f'strategy.entry("{id}", strategy.long{more})')


def sell(bar: int, id: str = "S", more: str = "") -> str:
    return at(bar, f'strategy.entry("{id}", strategy.short{more})')


def script(*parts: str) -> str:
    return "\n".join(parts)


def thirds(*prices: tuple[float, float, float, float]) -> Bars:
    """Three bars a day."""
    return bars(*prices, minutes=480)


def test_the_order_that_reaches_the_limit_fills_and_is_closed_at_the_open() -> None:
    # A reversal is one order: the second of two.
    made = trades(script("strategy.risk.max_intraday_filled_orders(2)", buy(0), sell(1), buy(3)), bars(*[QUIET] * 6))
    assert brief(made) == [("long", 1, 1, 100, 2, 100), ("short", 1, 2, 100, 2, 100)]
    assert [trade.exit_signal for trade in made] == ["S", FILLS]


def test_what_fills_inside_the_bar_is_closed_at_the_extreme_it_fills_on_the_way_to() -> None:
    rule = "strategy.risk.max_intraday_filled_orders(1)"
    up = trades(script(rule, buy(0, more=", stop = 105")), bars(QUIET, (100, 110, 99, 107), QUIET))
    assert brief(up) == [("long", 1, 1, 105, 1, 110)]
    down = trades(script(rule, sell(0, more=", stop = 95")), bars(QUIET, (100, 101, 90, 93), QUIET))
    assert brief(down) == [("short", 1, 1, 95, 1, 90)]


def test_what_fills_at_a_close_is_closed_at_the_next_open() -> None:
    over = bars(QUIET, (103, 104, 102, 103), QUIET)
    body = script("strategy.risk.max_intraday_filled_orders(1)", buy(0), buy(1, "A"))
    assert brief(trades(body, over, "process_orders_on_close = true")) == [("long", 1, 0, 100, 1, 103)]


def test_a_close_of_the_script_is_a_filled_order_and_one_that_is_not_needed_is_none() -> None:
    rule = "strategy.risk.max_intraday_filled_orders(3)"
    closed = script(rule, buy(0), at(1, 'strategy.close("L")'), sell(2), buy(4))
    assert trades(closed, bars(*[QUIET] * 7))[-1].exit_signal == FILLS
    # The reversal closes the long; the close that was given after it fills nothing.
    reversed_ = script(rule, buy(0), at(1, 'strategy.entry("S", strategy.short)', 'strategy.close("L")'), buy(3))
    made = trades(reversed_, bars(*[QUIET] * 6))
    assert brief(made)[1:] == [("short", 1, 2, 100, 4, 100), ("long", 1, 4, 100, 4, 100)]


def test_the_limit_withdraws_what_is_pending_and_a_new_day_begins_anew() -> None:
    rule = "strategy.risk.max_intraday_filled_orders(1)"
    # Three bars a day: the limit of bar 1 also withdraws the stop; on bar 2 nothing is taken, on bar 3 it is.
    body = script(rule, buy(0), buy(0, "A", ", stop = 101"), buy(1, "B"), buy(2, "C"), buy(3, "D"))
    made = trades(body, thirds(*[QUIET] * 6), "pyramiding = 5")
    assert [(trade.entry_signal, trade.exit_signal) for trade in made] == [("L", FILLS), ("D", FILLS)]


def test_the_loss_of_the_day_closes_at_the_point_where_it_is_seen() -> None:
    over = thirds(QUIET, (100, 101, 94, 99), QUIET, QUIET, QUIET)
    body = script("strategy.risk.max_intraday_loss(50, strategy.cash)", buy(0, more=", qty = 10"), buy(1), buy(3, "N"))
    made = trades(body, over)
    assert brief(made)[0][4:] == (8, 94)  # bar 1, in hours
    assert [(trade.entry_signal, trade.exit_signal) for trade in made] == [("L", LOSS), ("N", "Open")]
    enough = body.replace("50,", "61,")
    assert trades(enough, over)[0].exit_signal != LOSS


def test_the_loss_of_the_day_in_percent_of_the_equity_it_began_with() -> None:
    over = thirds(QUIET, (100, 101, 94, 99), QUIET)
    body = script("strategy.risk.max_intraday_loss({}, strategy.percent_of_equity)", buy(0, more=", qty = 10"))
    assert trades(body.format(0.6), over)[0].exit_signal == LOSS
    assert trades(body.format(0.61), over)[0].exit_signal == "Open"


def test_a_trade_closed_inside_the_bar_is_not_booked_at_its_own_fill() -> None:
    # The day begins with an open profit of 200; when the target fills it is gone from the open profit, not yet booked.
    over = thirds(QUIET, QUIET, (120, 120, 120, 120), (120, 131, 119, 130), QUIET, QUIET)
    rest = (buy(0, more=", qty = 10"), at(2, 'strategy.exit("X", "L", limit = 130)'), buy(3, "N"))
    for limit, signals in ((150, ["L"]), (250, ["L", "N"])):
        made = trades(script(f"strategy.risk.max_intraday_loss({limit}, strategy.cash)", *rest), over)
        assert [trade.entry_signal for trade in made] == signals
        assert made[0].exit_signal == "X"


def test_the_drawdown_is_looked_at_when_trades_are_closed_and_ends_all() -> None:
    over = bars(QUIET, (100, 100, 50, 50), (50, 51, 49, 50), (50, 51, 49, 50), QUIET, QUIET)
    rule = "strategy.risk.max_drawdown(400, strategy.cash)"
    body = script(rule, buy(0, more=", qty = 10"), at(2, 'strategy.close("L", qty = 1)'), buy(4, "N"))
    made = trades(body, over)
    # 490 below: nothing happens on bar 1; the partial close of bar 3 has the rest closed at once, for good.
    assert brief(made) == [("long", 1, 1, 100, 3, 50), ("long", 9, 1, 100, 3, 50)]
    assert made[1].exit_signal == "Close Position (Max drawdown)"
    percent = body.replace("400, strategy.cash", "5, strategy.percent_of_equity")
    assert [trade.exit_signal for trade in trades(percent, over)] == [trade.exit_signal for trade in made]
    assert trades(body.replace("400", "511"), over)[1].is_open


def test_days_of_loss_in_a_row() -> None:
    falling = [(100.0 - k, 100.5 - k, 98.5 - k, 99.0 - k) for k in range(12)]
    body = script("strategy.risk.max_cons_loss_days(2)", buy(0), buy(9, "N"))
    (made,) = trades(body, thirds(*falling))
    assert made.exit_signal == "Close Position (Max consecutive loss days)"
    assert brief([made])[0][4:] == (6 * 8, 94)  # the open of the third day
    # A day without a loss ends the row.
    level = [*falling[:3], *[falling[2]] * 3, *falling[3:9]]
    first = trades(script("strategy.risk.max_cons_loss_days(2)", buy(0), at(2, 'strategy.close("L")')), thirds(*level))
    assert first[0].exit_signal.startswith("Close entry")


def test_entries_of_a_forbidden_side_only_close() -> None:
    body = script("strategy.risk.allow_entry_in(strategy.direction.long)", sell(0), buy(1), sell(3), sell(4))
    assert brief(trades(body, bars(*[QUIET] * 7))) == [("long", 1, 2, 100, 4, 100)]
    both = body.replace("direction.long", "direction.all")
    assert len(trades(both, bars(*[QUIET] * 7))) == 3


def test_a_position_is_cut_to_its_largest_size() -> None:
    rule = "strategy.risk.max_position_size(5)"
    over = bars(*[QUIET] * 6)
    added = script(rule, buy(0, more=", qty = 3"), buy(1, "A", ", qty = 3"), buy(2, "B", ", qty = 3"))
    assert [trade.quantity for trade in trades(added, over, "pyramiding = 9")] == [3, 2]
    turned = script(rule, buy(0, more=", qty = 3"), sell(1, more=", qty = 9"))
    assert [trade.quantity for trade in trades(turned, over)] == [3, 5]
    ordered = script(rule, at(0, 'strategy.order("O", strategy.long, qty = 9)'))
    assert [trade.quantity for trade in trades(ordered, over)] == [9]


def test_rules_may_come_from_inputs_and_alerts_are_left_out() -> None:
    head = 'count = input.int(2, "Orders", minval = 1)\n'
    rule = 'strategy.risk.max_intraday_filled_orders(count, alert_message = "enough")'
    body = head + script(rule, buy(0), sell(1), buy(2))
    over = bars(*[QUIET] * 6)
    assert [len(trades(body, over, inputs=[count])) for count in (1, 2, 3)] == [1, 2, 3]
    assert trades(body, over, inputs=[1])[0].exit_signal == FILLS


@pytest.mark.parametrize("version", [5, 6])
def test_slippage_is_added_to_what_a_rule_closes(version: int) -> None:
    body = script("strategy.risk.max_intraday_filled_orders(1)", buy(0))
    (made,) = trades(body, bars(*[QUIET] * 3), "slippage = 2", version=version)
    assert (made.entry_price, made.exit_price) == (102, 98)
