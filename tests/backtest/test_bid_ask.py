"""Fills at bid and ask: who pays the spread, where, and what it does to open profit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.backtest.execution import Execution
from pinewright.errors import BacktestError
from pinewright.market import Bars, Side
from pinewright.program import QuantityType, StrategySettings

from .support import NA, Command, bars, brief, close, engine, entry, exit_, parameters, play
from .test_laws import ACCOUNTS, FEW, commands, walks

BOTH = Execution(fills="bid-ask")
QUIET = (100.0, 101.0, 99.0, 100.0)


def spread(over: Bars, *width: float, side: Side = Side.BID) -> Bars:
    """The bars with a spread, the same on each or one a bar."""
    column = np.full(len(over), float(width[0])) if len(width) == 1 else np.array(width, dtype=np.float64)
    return replace(over, spread=column, side=side)


def test_a_buyer_pays_the_ask_and_a_seller_gets_the_bid() -> None:
    over = spread(bars(QUIET, QUIET, (104, 105, 103, 104), QUIET), 2)
    assert brief(play(over, entry(0, "L", 1), close(1, "L"), execution=BOTH)) == [("long", 1, 1, 102, 2, 104)]
    assert brief(play(over, entry(0, "S", -1), close(1, "S"), execution=BOTH)) == [("short", 1, 1, 100, 2, 106)]
    assert brief(play(over, entry(0, "L", 1), close(1, "L"))) == [("long", 1, 1, 100, 2, 104)]


def test_each_bar_has_its_own_spread() -> None:
    over = spread(bars(QUIET, QUIET, QUIET, QUIET), 1, 2, 3, 4)
    assert brief(play(over, entry(0, "L", 1), close(1, "L"), execution=BOTH)) == [("long", 1, 1, 102, 2, 100)]
    assert brief(play(over, entry(0, "S", -1), close(1, "S"), execution=BOTH)) == [("short", 1, 1, 100, 2, 103)]


@pytest.mark.parametrize(("side", "long", "short"), [(Side.BID, 102, 100), (Side.MID, 101, 99), (Side.ASK, 100, 98)])
def test_the_side_of_the_bars_decides_where_the_spread_lies(side: Side, long: float, short: float) -> None:
    over = spread(bars(QUIET, QUIET, QUIET), 2, side=side)
    assert play(over, entry(0, "L", 1), execution=BOTH)[0].entry_price == long
    assert play(over, entry(0, "S", -1), execution=BOTH)[0].entry_price == short


def test_orders_are_reached_on_their_own_side() -> None:
    over = spread(bars(QUIET, (100, 105, 95, 101), QUIET), 2)
    # The ask goes from 97 to 107, the bid from 95 to 105.
    assert play(over, entry(0, "L", 1, stop=107), execution=BOTH)[0].entry_price == 107
    assert play(over, entry(0, "L", 1, stop=108), execution=BOTH) == []
    assert play(over, entry(0, "L", 1, limit=97), execution=BOTH)[0].entry_price == 97
    assert play(over, entry(0, "L", 1, limit=96), execution=BOTH) == []
    assert play(over, entry(0, "S", -1, stop=95), execution=BOTH)[0].entry_price == 95
    assert play(over, entry(0, "S", -1, limit=106), execution=BOTH) == []
    # The exits of a short are bought: the stop is reached by the ask before the bid gets there.
    script = entry(0, "S", -1), exit_(0, "X", "S", stop=107, limit=97)
    assert brief(play(over, *script, execution=BOTH)) == [("short", 1, 1, 100, 1, 97)]
    assert brief(play(over, entry(0, "S", -1), exit_(0, "X", "S", stop=107), execution=BOTH)) == [
        ("short", 1, 1, 100, 1, 107)
    ]


def test_of_two_sides_the_one_is_met_first_whose_share_of_the_way_is_smaller() -> None:
    # From 100 / 102 to the low of 90 / 92: a buyer at 97 (half way) comes before a seller's stop at 93.
    over = spread(bars(QUIET, (100, 109, 90, 100), QUIET), 2)
    script = entry(0, "S", -1, stop=93), entry(0, "L", 1, limit=97)
    assert brief(play(over, *script, execution=BOTH)) == [("long", 1, 1, 97, 1, 93)]


def test_a_trailing_stop_follows_the_price_that_would_fill_it() -> None:
    over = spread(bars(QUIET, (100, 100, 90, 100), QUIET), 2)
    # The short's stop trails the ask, lowest 92, by 3.
    script = entry(0, "S", -1), exit_(0, "X", "S", trail_points=4, trail_offset=3)
    assert brief(play(over, *script, execution=BOTH)) == [("short", 1, 1, 100, 1, 95)]


def test_open_profit_is_marked_at_the_price_that_would_close() -> None:
    over = spread(bars(QUIET, QUIET, QUIET), 2)
    for quantity, excursion in ((1, -3), (-1, -3)):
        tested = engine(over, execution=BOTH)
        row = parameters([entry(0, "L", quantity)])
        assert tested.equity(row).tolist() == [1_000_000, 999_998, 999_998]
        (trade,) = tested.trades(row)
        assert (trade.net_profit, trade.favorable, trade.adverse) == (-2, 0, excursion)
        results = tested.run(row)
        assert results["open_profit"][0] == results["profit_marked"][0] == -2
        assert results["max_drawdown"][0] == 3
        assert results["max_runup"][0] == 0


def test_adding_to_a_position_keeps_the_marks() -> None:
    over = spread(bars(QUIET, (100, 110, 100, 100), (100, 100, 90, 100), QUIET), 2)
    account = StrategySettings(pyramiding=2)
    row = parameters([entry(0, "L", 1), entry(1, "B", 1)])
    first, second = engine(over, account, execution=BOTH).trades(row)
    assert (first.entry_price, first.favorable, first.adverse) == (102, 8, -12)
    assert (second.entry_price, second.favorable, second.adverse) == (102, 0, -12)


def test_sizes_are_reckoned_at_the_price_that_is_paid() -> None:
    over = spread(bars(QUIET, QUIET, QUIET), 25)
    account = StrategySettings(initial_capital=1_000, quantity_type=QuantityType.CASH, quantity_value=500)
    assert play(over, entry(0, "L", NA), settings=account, execution=BOTH)[0].quantity == 4
    assert play(over, entry(0, "S", -NA), settings=account, execution=BOTH)[0].quantity == 5


def test_process_orders_on_close_fills_at_the_sides_of_the_close() -> None:
    over = spread(bars(QUIET, QUIET, QUIET), 2)
    account = StrategySettings(process_orders_on_close=True)
    script = entry(0, "L", 1), close(1, "L")
    assert brief(play(over, *script, settings=account, execution=BOTH)) == [("long", 1, 0, 102, 1, 100)]


def test_a_margin_call_is_made_at_the_price_that_would_close() -> None:
    # 10 short at 100 with 1,100: not covered above 105, which the ask of 107 reaches and the bid does not.
    over = bars(QUIET, (100, 104, 100, 100), QUIET)
    account = StrategySettings(initial_capital=1_100, margin_short=100)
    row = parameters([entry(0, "S", -10)])
    assert engine(over, account).run(row)["margin_calls"][0] == 0
    assert engine(spread(over, 3), account, execution=BOTH).run(row)["margin_calls"][0] == 1


def test_bars_of_the_other_side_have_a_spread_of_their_own_at_each_price() -> None:
    bid = bars(QUIET, (100, 105, 95, 101), QUIET)
    ask = replace(bars((101, 102, 100, 101), (103, 106, 99, 102), (101, 102, 100, 101)), side=Side.ASK)
    both = Execution(fills="bid-ask", opposite=ask)
    assert play(bid, entry(0, "L", 1), execution=both)[0].entry_price == 103
    assert play(bid, entry(0, "L", 1, stop=106), execution=both)[0].entry_price == 106
    assert play(bid, entry(0, "L", 1, stop=107), execution=both) == []
    assert play(bid, entry(0, "L", 1, limit=98), execution=both) == []
    turned = Execution(fills="bid-ask", opposite=bid)
    assert play(ask, entry(0, "S", -1), execution=turned)[0].entry_price == 100
    assert play(ask, entry(0, "L", 1), execution=turned)[0].entry_price == 103


def test_what_is_missing_or_does_not_fit_is_said() -> None:
    over = bars(QUIET, QUIET, QUIET)
    ask = replace(over, side=Side.ASK)
    for broken, execution, text in (
        (over, BOTH, "need a spread"),
        (spread(over, 1, -1, 1), BOTH, "spread of -1.0 in bar 1"),
        (spread(over, 1, float("nan"), 1), BOTH, "spread of nan in bar 1"),
        (over, Execution(fills="bid-ask", opposite=over), "do not complete"),
        (over, Execution(fills="bid-ask", opposite=ask.slice(0, 2)), "stamps"),
        (over, Execution(fills="bid-ask", opposite=replace(ask, symbol=replace(ask.symbol, name="X"))), "other side"),
    ):
        with pytest.raises(BacktestError, match=text):
            engine(broken, execution=execution)
    with pytest.raises(BacktestError, match="unknown kind of fills 'ask'"):
        Execution(fills="ask")  # type: ignore[arg-type]
    with pytest.raises(BacktestError, match="fills do not use them"):
        Execution(opposite=over)


def test_it_goes_with_the_bar_magnifier() -> None:
    over = spread(bars(QUIET, (100, 110, 90, 100), QUIET), 2)
    account = StrategySettings(use_bar_magnifier=True)
    inside = bars((100, 110, 100, 110), (110, 110, 90, 90), (90, 100, 90, 100), minutes=15)
    inside = replace(inside, time=inside.time + 3_600_000)
    script = entry(0, "S", -1), exit_(0, "X", "S", stop=111, limit=93)
    # The ask rises to 112 first; with finer spreads of 0.4 it stays below 111.
    found = play(over, *script, settings=account, others=[inside], execution=BOTH)
    assert brief(found) == [("short", 1, 1, 100, 1, 111)]
    narrow = replace(inside, spread=np.full(3, 0.4))
    found = play(over, *script, settings=account, others=[narrow], execution=BOTH)
    assert brief(found) == [("short", 1, 1, 100, 1, 93)]


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.sampled_from(list(Side)))
def test_no_spread_is_no_difference(over: Bars, script: list[Command], account: StrategySettings, side: Side) -> None:
    row = parameters(script)
    plain = engine(over, account)
    both = engine(spread(over, 0, side=side), account, execution=BOTH)
    assert list(both.trades(row)) == list(plain.trades(row))
    np.testing.assert_array_equal(both.run(row, daily=True).daily, plain.run(row, daily=True).daily)
    np.testing.assert_array_equal(both.run(row).metrics, plain.run(row).metrics)


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.integers(0, 3))
def test_a_spread_column_is_bars_of_the_other_side(
    over: Bars, script: list[Command], account: StrategySettings, width: int
) -> None:
    row = parameters(script)
    raised = {name: getattr(over, name) + width for name in ("open", "high", "low", "close")}
    ask = replace(over, side=Side.ASK, **raised)
    by_column = engine(spread(over, width), account, execution=BOTH)
    by_bars = engine(over, account, execution=Execution(fills="bid-ask", opposite=ask))
    assert list(by_column.trades(row)) == list(by_bars.trades(row))


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.integers(1, 3), st.integers(2, 23))
def test_the_future_changes_no_past_trade(
    over: Bars, script: list[Command], account: StrategySettings, width: int, end: int
) -> None:
    row = parameters(script)
    over = spread(over, width)
    ended = engine(over, account, execution=BOTH).trades(row, last=end)
    shorter = engine(over.slice(0, end), account, execution=BOTH).trades(row)
    assert list(ended) == list(shorter)
