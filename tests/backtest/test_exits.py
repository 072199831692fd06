"""Rules of exits: brackets inside the bar, reservation, partial exits, trailing stops, closes, FIFO and ANY."""

from __future__ import annotations

import pytest

from pinewright.program import StrategySettings

from .support import EACH, NA, bars, brief, cancel, close, close_all, entry, exit_, play

QUIET = (100.0, 101.0, 99.0, 100.0)


def test_stop_and_target_inside_a_bar_follow_the_path() -> None:
    high_first = bars(QUIET, QUIET, (100, 106, 90, 95), QUIET)
    low_first = bars(QUIET, QUIET, (100, 112, 94, 105), QUIET)
    bracket = (entry(0, "L", 1), exit_(1, "X", "L", limit=105, stop=95, comments=True))
    target, stop = play(high_first, *bracket), play(low_first, *bracket)
    assert brief(target) == [("long", 1, 1, 100, 2, 105)]
    assert target[0].exit_signal == "profit"
    assert brief(stop) == [("long", 1, 1, 100, 2, 95)]
    assert stop[0].exit_signal == "loss"


def test_an_exit_given_with_its_entry_works_from_the_fill_on() -> None:
    # The long fills at the open of bar 1; its stop and target count on the rest of that bar.
    over = bars(QUIET, (102, 103, 90, 95), QUIET)
    assert brief(play(over, entry(0, "L", 1), exit_(0, "X", "L", limit=103, stop=95))) == [("long", 1, 1, 102, 1, 103)]
    # A stop entry at 104 inside an O-L-H-C bar: the low came before it, so the stop at 98 is met on the way down only.
    inside = bars(QUIET, (100, 105, 97, 99), (99, 100, 97, 98), QUIET)
    late = play(inside, entry(0, "L", 1, stop=104), exit_(0, "X", "L", stop=98))
    assert brief(late) == [("long", 1, 1, 104, 2, 98)]


def test_ticks_count_from_the_entry_price() -> None:
    over = bars(QUIET, (103, 104, 102, 103), (103, 110, 102, 104), QUIET)
    assert brief(play(over, entry(0, "L", 1), exit_(0, "X", "L", profit=5, loss=4))) == [("long", 1, 1, 103, 2, 108)]
    assert brief(play(over, entry(0, "S", -1), exit_(0, "X", "S", loss=5))) == [("short", 1, 1, 103, 2, 108)]


def test_of_a_relative_and_an_absolute_level_v6_takes_the_nearer_and_v5_the_absolute() -> None:
    over = bars(QUIET, QUIET, (100, 112, 99, 110), QUIET)
    both = (entry(0, "L", 1), exit_(1, "X", "L", profit=5, limit=108))
    assert play(over, *both)[0].exit_price == 108
    assert play(over, *both, settings=StrategySettings(nearest_exit=True))[0].exit_price == 105


def test_gaps_fill_exits_at_the_open() -> None:
    down, up = bars(QUIET, QUIET, (90, 91, 89, 90), QUIET), bars(QUIET, QUIET, (110, 111, 109, 110), QUIET)
    bracket = (entry(0, "L", 1), exit_(1, "X", "L", limit=105, stop=95))
    slipped = StrategySettings(slippage=3)
    assert play(down, *bracket, settings=slipped)[0].exit_price == 90 - 3
    assert play(up, *bracket, settings=slipped)[0].exit_price == 110


def test_quantity_is_reserved_first_come_first_served() -> None:
    over = bars(QUIET, QUIET, (100, 105, 99, 104), (104, 108, 103, 106), QUIET)
    halves = (entry(0, "L", 4), exit_(1, "X", "L", percent=50, limit=105), exit_(1, "Y", "L", limit=108))
    assert brief(play(over, *halves)) == [("long", 2, 1, 100, 2, 105), ("long", 2, 1, 100, 3, 108)]
    # The first exit holds everything: the second gets nothing.
    whole = (entry(0, "L", 4), exit_(1, "X", "L", limit=108), exit_(1, "Y", "L", percent=50, limit=105))
    assert brief(play(over, *whole)) == [("long", 4, 1, 100, 3, 108)]


def test_an_exit_that_sold_its_share_is_not_placed_again() -> None:
    over = bars(QUIET, QUIET, (100, 105, 99, 100), (100, 105, 99, 100), QUIET)
    repeated = (entry(0, "L", 4), exit_(EACH, "X", "L", qty=1, limit=105))
    assert brief(play(over, *repeated)) == [("long", 1, 1, 100, 2, 105), ("long", 3, 1, 100, -1, 100)]


def test_the_same_id_changes_an_exit_and_no_level_disarms_it() -> None:
    over = bars(QUIET, QUIET, QUIET, (100, 106, 94, 100), QUIET)
    assert play(over, entry(0, "L", 1), exit_(1, "X", "L", stop=90), exit_(2, "X", "L", stop=96))[0].exit_price == 96
    # Disarmed, X still holds the whole quantity, so Y has nothing to sell.
    kept = (entry(0, "L", 1), exit_(1, "X", "L", stop=96), exit_(2, "X", "L"), exit_(2, "Y", "L", stop=95))
    assert brief(play(over, *kept)) == [("long", 1, 1, 100, -1, 100)]


def test_an_exit_first_given_without_a_level_holds_its_share() -> None:
    # As a level from strategy.position_avg_price is before the entry fills. PyneCore measured it on TradingView, and
    # makes the same trades (tests/journeys/test_pynecore.py).
    over = bars(QUIET, QUIET, QUIET, (100, 106, 94, 100), QUIET)
    halves = [("long", 2, 1, 100, 3, 105), ("long", 2, 1, 100, -1, 100)]
    for bar in (0, 1):  # while the entry is awaited, and after it has filled
        given = exit_(bar, "X", "L", percent=50), exit_(bar, "Y", "L", limit=105)
        assert brief(play(over, entry(0, "L", 4), *given)) == halves
    armed = (
        entry(0, "L", 4),
        exit_(0, "X", "L", percent=50),
        exit_(0, "Y", "L", limit=105),
        exit_(2, "X", "L", limit=104, percent=50),
    )
    assert brief(play(over, *armed)) == [("long", 2, 1, 100, 3, 104), ("long", 2, 1, 100, 3, 105)]


def test_an_exit_dies_with_its_position_and_its_awaited_entry() -> None:
    over = bars(QUIET, QUIET, QUIET, QUIET, (100, 106, 94, 100), QUIET)
    gone = play(over, entry(0, "L", 1), exit_(1, "X", "L", stop=95), close(1, "L"), entry(2, "L", 1))
    assert brief(gone) == [("long", 1, 1, 100, 2, 100), ("long", 1, 3, 100, -1, 100)]
    never = play(over, entry(0, "L", 1, limit=90), exit_(0, "X", "L", stop=80), cancel(1, "L"), entry(1, "L", 1))
    assert brief(never) == [("long", 1, 2, 100, -1, 100)]


def test_a_trailing_stop_starts_at_its_activation_and_follows_the_path() -> None:
    # Armed at 105 on the way up, drawn to 110 - 3, met on the way down in the same bar.
    over = bars(QUIET, (100, 101, 99, 100), (100, 110, 98, 104), QUIET)
    trail = (entry(0, "L", 1), exit_(0, "X", "L", trail_points=5, trail_offset=3, comments=True))
    made = play(over, *trail)
    assert brief(made) == [("long", 1, 1, 100, 2, 107)]
    assert made[0].exit_signal == "trail"
    short = bars(QUIET, (100, 101, 99, 100), (100, 102, 90, 97), QUIET)
    assert play(short, entry(0, "S", -1), exit_(0, "X", "S", trail_price=95, trail_offset=3))[0].exit_price == 93


def test_a_trailing_stop_without_offset_fills_at_its_activation() -> None:
    over = bars(QUIET, QUIET, (100, 110, 98, 104), QUIET)
    assert play(over, entry(0, "L", 1), exit_(1, "X", "L", trail_points=5))[0].exit_price == 105


def test_a_trailing_stop_first_given_past_its_activation_starts_at_that_close() -> None:
    # Given at the close of 106 after a high of 109: it starts from 106, not from 109.
    over = bars(QUIET, (100, 109, 99, 106), (105, 106, 100, 101), QUIET)
    assert brief(play(over, entry(0, "L", 1), exit_(1, "X", "L", trail_points=5, trail_offset=3)))[0][-1] == 103


def test_a_repeated_trailing_command_keeps_its_stop_and_a_changed_one_starts_anew() -> None:
    # Armed and drawn to 110 - 6 = 104 on bar 2; the close is 108.
    over = bars(QUIET, QUIET, (100, 110, 99, 108), (106, 107, 103, 105), (105, 106, 100, 101), QUIET)
    same = play(over, entry(0, "L", 1), exit_(EACH, "X", "L", trail_points=5, trail_offset=6))
    assert brief(same)[0][-2:] == (3, 104)
    changed = (exit_(1, "X", "L", trail_points=5, trail_offset=6), exit_(2, "X", "L", trail_points=4, trail_offset=6))
    assert brief(play(over, entry(0, "L", 1), *changed))[0][-2:] == (4, 102)


def test_two_exits_in_one_gap_fill_nearest_to_the_open_first() -> None:
    over = bars(QUIET, QUIET, (90, 91, 89, 90), QUIET)
    made = play(over, entry(0, "L", 2), exit_(1, "X", "L", qty=1, stop=97), exit_(1, "Y", "L", qty=1, stop=94))
    assert [trade.exit_signal for trade in made] == ["Y", "X"]


def test_in_a_gap_the_entry_fills_first_and_the_exit_all_the_same() -> None:
    # The short reverses the long at the open; the stop of the long, reached by the same gap, sells once more.
    over = bars(QUIET, QUIET, (90, 91, 89, 90), QUIET)
    made = play(over, entry(0, "L", 1), exit_(1, "X", "L", stop=95), entry(1, "S", -1, stop=96))
    assert brief(made) == [("long", 1, 1, 100, 2, 90), ("short", 1, 2, 90, -1, 100), ("short", 1, 2, 90, -1, 100)]


def test_close_sells_what_the_id_holds_at_the_next_open_or_at_once() -> None:
    over = bars(QUIET, QUIET, (100, 103, 99, 102), (103, 104, 102, 103), QUIET)
    assert brief(play(over, entry(0, "L", 2), close(2, "L")))[0][-2:] == (3, 103)
    assert brief(play(over, entry(0, "L", 2), close(2, "L", immediately=True)))[0][-2:] == (2, 102)
    assert brief(play(over, entry(0, "L", 2), close_all(2, immediately=True)))[0][-2:] == (2, 102)
    assert [trade.quantity for trade in play(over, entry(0, "L", 4), close(1, "L", percent=25))] == [1, 3]
    assert [trade.quantity for trade in play(over, entry(0, "L", 4), close(1, "L", qty=3))] == [3, 1]
    assert play(over, entry(0, "L", 4), close(1, "S"))[0].is_open
    assert play(over, entry(0, "L", 2), close(1, "L"))[0].exit_signal == "Close entry(s) order L"
    assert play(over, entry(0, "L", 2), close_all(1))[0].exit_signal == "Close position order"


@pytest.mark.parametrize(("any_", "closed"), [(False, "A"), (True, "B")])
def test_lots_close_first_in_first_out_or_by_their_own_entry(any_: bool, closed: str) -> None:
    over = bars(QUIET, QUIET, QUIET, QUIET, QUIET)
    settings = StrategySettings(pyramiding=2, close_any=any_)
    made = play(over, entry(0, "A", 1), entry(1, "B", 1), close(2, "B"), settings=settings)
    assert made[0].entry_signal == closed
    assert [trade.is_open for trade in made] == [False, True]


def test_exits_of_two_entries_are_counted_apart_though_lots_close_in_order() -> None:
    # The exit of B fills first and takes the lot of A (FIFO); the exit of A still has its own unit to sell.
    over = bars(QUIET, QUIET, QUIET, (100, 103, 99, 102), (102, 106, 101, 105), QUIET)
    settings = StrategySettings(pyramiding=2)
    exits = (exit_(2, "X", "A", limit=106), exit_(2, "Y", "B", limit=103))
    made = play(over, entry(0, "A", 1), entry(1, "B", 1), *exits, settings=settings)
    assert [(trade.entry_signal, trade.exit_signal, trade.exit_price) for trade in made] == [
        ("A", "Y", 103),
        ("B", "X", 106),
    ]


def test_excursions_span_the_path_from_fill_to_fill() -> None:
    # Entry by stop at 104 on the way up (after the low of 97), exit by target at 112 before that bar's low of 90.
    over = bars(QUIET, (100, 106, 97, 103), (103, 113, 90, 95), QUIET)
    trade = play(over, entry(0, "L", 1, stop=104), exit_(1, "X", "L", limit=112))[0]
    # Bar 2 opens 10 below its high and 13 above its low: the high comes first.
    assert brief([trade]) == [("long", 1, 1, 104, 2, 112)]
    assert trade.favorable == 112 - 104
    assert trade.adverse == 103 - 104


def test_excursions_are_less_the_commission_of_the_entry() -> None:
    over = bars(QUIET, (100, 106, 97, 103), (103, 104, 102, 103), QUIET)
    trade = play(over, entry(0, "L", 1), close(1, "L"), settings=StrategySettings(commission_value=1.0))[0]
    assert trade.favorable == pytest.approx(6 - 1)
    assert trade.adverse == pytest.approx(-3 - 1)
    assert trade.net_profit_percent == pytest.approx(100 * (3 - 1 - 1.03) / 101)


def test_a_command_repeated_on_each_bar_is_the_command_given_once() -> None:
    over = bars(QUIET, QUIET, (100, 103, 98, 102), (102, 105, 100, 104), (104, 106, 95, 96), QUIET)
    for given in (
        [exit_(bar, "X", "L", stop=96, limit=107) for bar in range(1, 5)],
        [exit_(bar, "X", "L", profit=5, loss=9) for bar in range(1, 5)],
        [exit_(bar, "X", "L", qty=1, stop=99) for bar in range(1, 5)],
        [exit_(bar, "X", "L", trail_points=2, trail_offset=4) for bar in range(1, 5)],
    ):
        once = play(over, entry(0, "L", 2), given[0])
        assert play(over, entry(0, "L", 2), *given) == once
        assert not once[0].is_open


def test_na_is_not_a_level() -> None:
    over = bars(QUIET, QUIET, (100, 200, 1, 100), QUIET)
    assert play(over, entry(0, "L", 1), exit_(1, "X", "L", limit=NA, stop=NA))[0].is_open
