"""Bars that stand in for missing ones: the script sees them, no order fills on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.errors import DataQualityError
from pinewright.market import Bars
from pinewright.program import StrategySettings

from .support import bars, brief, close, entry, order, play

QUIET = (100.0, 101.0, 99.0, 100.0)
STILL = (100.0, 100.0, 100.0, 100.0)


def marked(over: Bars, *places: int) -> Bars:
    filled = np.zeros(len(over), dtype=np.bool_)
    filled[list(places)] = True
    return replace(over, filled=filled)


def test_a_market_order_waits_for_the_first_bar_that_was_traded() -> None:
    over = bars(QUIET, STILL, STILL, (104, 105, 103, 104), QUIET)
    assert brief(play(over, entry(0, "L", 1))) == [("long", 1, 1, 100, -1, 100)]
    assert brief(play(marked(over, 1, 2), entry(0, "L", 1))) == [("long", 1, 3, 104, -1, 100)]


def test_levels_are_not_met_on_a_bar_that_was_never_traded() -> None:
    over = bars(QUIET, (100, 106, 94, 100), (103, 104, 102, 103), (100, 105, 95, 100))
    stop = entry(0, "L", 1, stop=105)
    assert brief(play(over, stop)) == [("long", 1, 1, 105, -1, 100)]
    assert brief(play(marked(over, 1), stop)) == [("long", 1, 3, 105, -1, 100)]


def test_a_close_at_the_bar_s_own_close_waits_too() -> None:
    on_close = StrategySettings(process_orders_on_close=True)
    over = bars(QUIET, STILL, (102, 103, 101, 102), QUIET)
    commands = (entry(0, "L", 1), close(1, "L"))
    assert brief(play(over, *commands, settings=on_close)) == [("long", 1, 0, 100, 1, 100)]
    assert brief(play(marked(over, 1), *commands, settings=on_close)) == [("long", 1, 0, 100, 2, 102)]


def test_the_same_where_the_price_is_walked_in_detail() -> None:
    again = StrategySettings(calc_on_order_fills=True)
    over = bars(QUIET, STILL, (104, 105, 103, 104), QUIET)
    assert brief(play(marked(over, 1), order(0, "L", 1), settings=again)) == [("long", 1, 2, 104, -1, 100)]


def test_marks_go_with_the_bars() -> None:
    over = marked(bars(QUIET, STILL, QUIET), 1)
    assert over.filled is not None
    part = over.slice(1, 3).filled
    assert part is not None
    assert part.tolist() == [True, False]
    with pytest.raises(DataQualityError, match="filled"):
        replace(over, filled=np.zeros(2, dtype=np.bool_))
