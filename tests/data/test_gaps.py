"""Bars by trading day, gaps by the hours of a feed, and bars that stand in for missing ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pinewright.data import simulated_bars
from pinewright.data.calendar import SessionState, session_state, trading_day
from pinewright.data.gaps import ThinDay, coverage, expectation
from pinewright.data.zones import iso_text
from pinewright.market import DAY, HOUR, MINUTE, Bars, IntArray, Timeframe

Make = Callable[..., Bars]


def test_days_with_few_bars_are_named() -> None:
    month = simulated_bars(1, "15m", days=28, warmup=0)
    kept = np.ones(len(month), dtype=np.bool_)
    kept[96:192] = False  # all of Tuesday
    kept[192:202] = False  # a tenth and more of Wednesday
    kept[400:405] = False  # five bars of another day are less than a tenth
    sessions = coverage(month.pick(kept)).sessions
    tuesday, wednesday = (iso_text(int(day) * DAY)[:10] for day in trading_day(month.time[[96, 192]], month.symbol))
    assert (sessions.days, sessions.median_bars, sessions.thin_count) == (20, 96.0, 2)
    assert [day.bars for day in sessions.thin] == [0, 86]
    assert [day.date for day in sessions.thin] == [tuesday, wednesday]


def test_a_whole_month_has_no_thin_day() -> None:
    sessions = coverage(simulated_bars(1, "15m", days=28, warmup=0)).sessions
    assert (sessions.days, sessions.median_bars, sessions.thin) == (20, 96.0, ())


def test_only_the_thinnest_days_are_listed_in_order() -> None:
    hours = simulated_bars(1, "1h", days=28, warmup=0)
    thinned = hours.pick(np.arange(len(hours)) % 24 >= 3 + np.arange(len(hours)) // 24 % 3)
    sessions = coverage(thinned, int(hours.time[0])).sessions
    assert sessions.thin_count == 20
    assert len(sessions.thin) == 5
    assert [day.date for day in sessions.thin] == sorted(day.date for day in sessions.thin)
    assert {day.bars for day in sessions.thin} == {19}


def test_days_themselves_have_no_sessions() -> None:
    assert coverage(simulated_bars(1, "1d", days=60, warmup=0)).sessions.days == 0


def test_a_feed_that_knows_its_hours(bars: Make, monday: int) -> None:
    """Open from 08:00 to 09:00 UTC only: nothing is missing at any other time."""
    all_day = bars(1440)

    def hours(time_ms: IntArray) -> npt.NDArray[np.int8]:
        open_now = (time_ms % DAY >= 8 * HOUR) & (time_ms % DAY < 9 * HOUR)
        return np.where(open_now, SessionState.EXPECTED, SessionState.CLOSED).astype(np.int8)

    ends = all_day.slice(0, 1), all_day.slice(500, 530), all_day.slice(1439, 1440)
    columns: dict[str, Any] = {name: np.concatenate([getattr(b, name) for b in ends]) for name in COLUMNS}
    some = replace(all_day, **columns)
    found = coverage(some, hours=hours)
    assert (found.expected, found.missing) == (60, 30)
    assert coverage(some).expected == 1440
    assert found.sessions.thin == (ThinDay("2025-06-02", 30, 60),)
    assert (hours(np.array([monday + 8 * HOUR])) == session_state(np.array([monday + 8 * HOUR]), some.symbol)).all()


COLUMNS = ("time", "open", "high", "low", "close", "volume", "spread")


def test_bars_that_stand_in_are_missing(bars: Make) -> None:
    good = bars(120)
    marks = np.zeros(120, dtype=np.bool_)
    marks[30:70] = True
    found = coverage(replace(good, filled=marks))
    assert (found.expected, found.missing, len(found.gaps)) == (120, 40, 1)
    assert coverage(replace(good, filled=np.ones(120, dtype=np.bool_))).expected == 0


def test_what_is_expected_and_found(bars: Make, monday: int) -> None:
    minutes = bars(10).pick(np.array([True, True, False] + [True] * 7))
    grid = expectation(minutes.time, Timeframe(1), minutes.symbol)
    assert grid.missing.tolist() == [monday + 2 * MINUTE]
    assert len(grid.stamps) == 10
