"""Weeks beside the trading week: wrong clock changes are found, right ones are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.data import load_bars, simulated_bars
from pinewright.data.quality import check_quality
from pinewright.data.source import parse_moment
from pinewright.data.weeks import clocks_apart, shifted_weeks
from pinewright.data.zones import iso_text, utc_offset
from pinewright.market import DAY, HOUR, MINUTE, NEW_YORK, Bars, IntArray, Symbol

EURUSD = Symbol.get("EURUSD")
YEAR = (parse_moment("2025-01-01"), parse_moment("2026-01-01"))


@pytest.fixture(scope="module")
def year() -> Bars:
    """A simulated year of hours."""
    bars = simulated_bars(1, "1h", start=YEAR[0], end=YEAR[1], warmup=0)
    assert shifted_weeks(bars.time, HOUR, EURUSD) == ()
    return bars


def by_europes_clock(time: IntArray) -> IntArray:
    """Times as a feed has them that takes New York for London minus five hours, all year."""
    return time + utc_offset(time, NEW_YORK) - (utc_offset(time, "Europe/London") - 5 * HOUR)


def test_weeks_between_the_clock_changes(year: Bars) -> None:
    weeks = shifted_weeks(by_europes_clock(year.time), HOUR, EURUSD)
    assert [iso_text(week.start) for week in weeks] == [
        "2025-03-09 21:00",
        "2025-03-16 21:00",
        "2025-03-23 21:00",
        "2025-10-26 21:00",
    ]
    assert {(week.hours, week.between_changes) for week in weeks} == {(-1, True)}


def test_the_report_tells_them(year: Bars) -> None:
    report = check_quality(replace(year, time=by_europes_clock(year.time)))
    assert len(report.weeks) == 4
    assert (
        "4 weeks look 1 h late, the first from 2025-03-09 (between the clock changes of America and Europe)"
        in report.one_line()
    )
    assert report.hour_shift is None
    assert report.as_dict()["weeks"]


def test_a_feed_that_never_changes_its_clock(year: Bars) -> None:
    summer = utc_offset(year.time, NEW_YORK) != -5 * HOUR
    weeks = shifted_weeks(np.where(summer, year.time + HOUR, year.time), HOUR, EURUSD)
    assert len(weeks) == 34
    assert {week.hours for week in weeks} == {-1}
    assert 0 < sum(week.between_changes for week in weeks) < 34


def test_half_a_week_tells_nothing(year: Bars) -> None:
    shifted = year.time + HOUR
    inside = shifted[(shifted >= parse_moment("2025-05-06")) & (shifted < parse_moment("2025-05-08"))]
    assert shifted_weeks(inside, HOUR, EURUSD) == ()
    assert shifted_weeks(inside[:0], HOUR, EURUSD) == ()


def test_no_weeks_without_weekends_or_for_long_bars(year: Bars) -> None:
    assert shifted_weeks(year.time + HOUR, HOUR, Symbol.get("BTCUSD")) == ()
    assert shifted_weeks(year.time + HOUR, DAY, EURUSD) == ()


def test_a_late_first_quote_is_no_shift(year: Bars) -> None:
    opens = year.time[(year.time - year.time[0]) % (7 * DAY) == 0]
    kept = year.time[~np.isin(year.time, opens)]
    assert shifted_weeks(kept, HOUR, EURUSD) == ()
    assert shifted_weeks(year.time + 10 * MINUTE, HOUR, EURUSD) == ()


def test_clocks_stand_apart_in_spring_and_autumn() -> None:
    days = np.array([parse_moment(f"2025-{day}") for day in ("01-15", "03-15", "04-15", "10-28", "11-15")])
    assert clocks_apart(days).tolist() == [False, True, False, True, False]


def test_recorded_weeks_of_a_broker_whose_clock_was_wrong(shared: Path) -> None:
    """FXCM's hours of 2007 to 2009 stand four hours (summer) and five (winter) before OANDA's.

    The returns of both files in these weeks correlate with 0.95 and more at that shift, with 0.1 without it. Only 1.8 %
    of the rows lie outside the session, and no shift of the whole file mends that.
    """
    folder = shared / "data" / "h1"
    weeks = check_quality(load_bars(folder / "EURUSD_fxcm_h1_2007_2014.parquet")[0]).weeks
    assert len(weeks) == 57
    assert {week.hours for week in weeks} == {4, 5, 6}
    assert (iso_text(weeks[0].start), iso_text(weeks[-1].start)) == ("2007-04-01 21:00", "2009-09-13 21:00")
    assert check_quality(load_bars(folder / "EURUSD_oanda_h1_2007_2014.parquet")[0]).weeks == ()
