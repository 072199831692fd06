"""The bar magnifier: finer bars show the way of the price inside a bar."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.backtest.magnifier import choose_finer, wanted_minutes
from pinewright.errors import BacktestError
from pinewright.market import Bars, Timeframe, Trades
from pinewright.program import StrategySettings

from .support import Command, bars, brief, engine, entry, exit_, order, parameters, play
from .test_laws import ACCOUNTS, FEW, commands, walks

MAGNIFIED = StrategySettings(use_bar_magnifier=True)
QUIET = (100.0, 101.0, 99.0, 100.0)
WIDE = (100.0, 110.0, 90.0, 105.0)
RISES_FIRST = ((100, 109, 100, 109), (109, 110, 95, 96), (96, 97, 90, 92), (92, 105, 91, 105))


def quarters(*prices: tuple[float, float, float, float], hour: int) -> Bars:
    """Bars of 15 minutes inside one hourly bar."""
    made = bars(*prices, minutes=15)
    return replace(made, time=made.time + hour * 3_600_000)


def test_what_is_reached_first_is_told_by_the_finer_bars() -> None:
    over = bars(QUIET, WIDE, QUIET)
    script = entry(0, "L", 1), exit_(0, "X", "L", stop=92, limit=108)
    assert brief(play(over, *script)) == [("long", 1, 1, 100, 1, 92)]
    inside = quarters(*RISES_FIRST, hour=1)
    assert brief(play(over, *script, settings=MAGNIFIED, others=[inside])) == [("long", 1, 1, 100, 1, 108)]


def test_without_finer_bars_it_is_refused_with_what_to_give() -> None:
    over = bars(QUIET, WIDE)
    for others in ([], [bars(QUIET, minutes=60)], [bars(QUIET, minutes=7)], [other_symbol()]):
        with pytest.raises(BacktestError, match="no finer bars") as found:
            play(over, entry(0, "L", 1), settings=MAGNIFIED, others=others)
        assert found.value.hint is not None
        assert "give bars of TEST of a time frame that divides 1h (TradingView takes 1m)" in found.value.hint


def other_symbol() -> Bars:
    made = bars(QUIET, minutes=15)
    return replace(made, symbol=replace(made.symbol, name="OTHER"))


@pytest.mark.parametrize(
    ("chart", "given", "chosen", "theirs"),
    [
        (60, (5, 1, 15), 1, 1.0),
        (60, (5, 15), 5, 1.0),
        (240, (1, 60), 1, 5.0),
        (240, (1, 15), 15, 5.0),
        (1440, (60, 5, 15), 15, 15.0),
        (15, (5, 1), 1, 0.25),
        (7 * 1440, (1440, 60), 60, 60.0),
    ],
)
def test_tradingviews_time_frame_is_taken_else_the_nearest(
    chart: int, given: tuple[int, ...], chosen: int, theirs: float
) -> None:
    frames = [bars(QUIET, minutes=minutes) for minutes in given]
    assert choose_finer(bars(QUIET, minutes=chart), frames).timeframe.minutes == chosen
    assert wanted_minutes(Timeframe(chart)) == theirs


def test_the_choice_is_told() -> None:
    over = bars(QUIET, WIDE, QUIET)
    told = engine(over, MAGNIFIED, others=[quarters(*RISES_FIRST, hour=1)]).note
    assert told == (
        "bar magnifier: 15m bars inside 1h bars (TradingView takes 1m); 2 of 3 bars have none and go their own way"
    )
    assert engine(over).note == ""


def test_a_bar_without_finer_bars_goes_its_own_way() -> None:
    over = bars(QUIET, WIDE, WIDE, QUIET)
    script = entry(1, "L", 1), exit_(1, "X", "L", stop=92, limit=108)
    inside = quarters(*RISES_FIRST, hour=1)
    assert brief(play(over, *script, settings=MAGNIFIED, others=[inside])) == [("long", 1, 2, 100, 2, 92)]


def test_where_finer_bars_leave_a_gap_the_order_fills_at_the_next_open() -> None:
    over = bars(QUIET, (100, 110, 100, 110), QUIET)
    gapped = quarters((100, 102, 100, 102), (106, 110, 106, 110), hour=1)
    assert play(over, entry(0, "L", 1, stop=104), settings=MAGNIFIED, others=[gapped])[0].entry_price == 106
    assert play(over, entry(0, "L", 1, stop=104))[0].entry_price == 104
    # The sell limit of the gap is bettered by it, too.
    assert play(over, entry(0, "S", -1, limit=104), settings=MAGNIFIED, others=[gapped])[0].entry_price == 106


def test_trailing_stop_and_excursions_follow_the_finer_bars() -> None:
    over = bars(QUIET, WIDE, QUIET)
    inside = quarters(*RISES_FIRST, hour=1)
    script = entry(0, "L", 1), exit_(0, "X", "L", trail_points=5, trail_offset=4)
    # Up to 109 and 110, where the stop stands at 106, and down.
    (magnified,) = play(over, *script, settings=MAGNIFIED, others=[inside])
    assert (magnified.exit_price, magnified.favorable, magnified.adverse) == (106, 10, 0)
    # Its own way: down to 90 first, up to 110, then from 106 out.
    (plain,) = play(over, *script)
    assert (plain.exit_price, plain.favorable, plain.adverse) == (106, 10, -10)


def test_margin_calls_and_drawdown_follow_the_finer_bars() -> None:
    # 10 short at 100 with 1,100: the margin of 10 x price is no longer covered above 105.
    account = StrategySettings(initial_capital=1_100, margin_short=100, use_bar_magnifier=True)
    over = bars(QUIET, (100, 110, 90, 100), QUIET)
    calm = quarters((100, 104, 100, 104), (104, 104, 90, 90), (90, 110, 90, 100), hour=1)
    row = parameters([entry(0, "S", -10), exit_(0, "X", "S", limit=91)])
    results = engine(over, account, others=[calm]).run(row)
    assert results["margin_calls"][0] == 0
    assert results["max_drawdown"][0] == 40
    assert results["net_profit"][0] == 90
    storm = quarters((100, 110, 100, 100), (100, 100, 90, 100), hour=1)
    assert engine(over, account, others=[storm]).run(row)["margin_calls"][0] == 1


def test_the_last_price_is_the_one_that_the_script_sees() -> None:
    over = bars(QUIET, (100, 110, 99, 104), QUIET)
    short = quarters((100, 110, 99, 101), hour=1)  # the feed lost the minutes after it
    closing = replace(MAGNIFIED, process_orders_on_close=True)
    assert play(over, entry(1, "L", 1), settings=closing, others=[short])[0].entry_price == 104
    # On the way from 110 to that close nothing at 102 is passed twice, and the bar's open is the finer one's.
    assert play(over, order(0, "L", 1), settings=MAGNIFIED, others=[short])[0].entry_price == 100


def own_way(over: Bars) -> Bars:
    """Three finer bars inside each bar, one for each leg of the way that the bar itself goes."""
    rows: list[tuple[float, float, float, float]] = []
    for opened, high, low, end in zip(over.open, over.high, over.low, over.close, strict=True):
        near, far = (high, low) if high - opened < opened - low else (low, high)
        points = (opened, near, far, end)
        rows += [(a, max(a, b), min(a, b), b) for a, b in itertools.pairwise(points)]
    table = np.array(rows)
    minutes = over.timeframe.minutes // 4
    time = (over.time[:, None] + np.arange(3) * minutes * 60_000).ravel()
    opened, high, low, end = (np.ascontiguousarray(table[:, k]) for k in range(4))
    return Bars(over.symbol, Timeframe(minutes), time, opened, high, low, end, np.zeros(len(time)))


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS)
def test_finer_bars_that_go_the_bars_own_way_change_nothing(
    over: Bars, script: list[Command], account: StrategySettings
) -> None:
    row = parameters(script)
    plain = engine(over, account)
    magnified = engine(over, replace(account, use_bar_magnifier=True), others=[own_way(over)])
    np.testing.assert_array_equal(magnified.run(row, daily=True).daily, plain.run(row, daily=True).daily)
    np.testing.assert_allclose(magnified.run(row).metrics, plain.run(row).metrics, rtol=1e-12)
    expected, found = plain.trades(row), magnified.trades(row)
    for name in (field.name for field in fields(Trades)):
        left, right = getattr(found, name), getattr(expected, name)
        if isinstance(left, np.ndarray) and left.dtype == np.float64:
            np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12)
        else:
            assert np.array_equal(left, right)


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.integers(2, 23))
def test_the_future_changes_no_past_trade(
    over: Bars, script: list[Command], account: StrategySettings, end: int
) -> None:
    account = replace(account, use_bar_magnifier=True)
    row = parameters(script)
    inside = own_way(over)
    ended = engine(over, account, others=[inside]).trades(row, last=end)
    shorter = engine(over.slice(0, end), account, others=[inside.slice(0, 3 * end)]).trades(row)
    assert list(ended) == list(shorter)
