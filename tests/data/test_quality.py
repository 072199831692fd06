"""The quality report counts what was put wrong, and finds nothing where nothing is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pinewright.data.gaps import coverage
from pinewright.data.quality import check_quality, median_spread, off_grid_share, tick_step, traded_hours
from pinewright.data.simulate import simulated_bars
from pinewright.data.zones import iso_text
from pinewright.market import DAY, HOUR, MINUTE, Bars, Side, Timeframe

Make = Callable[..., Bars]


def without(bars: Bars, *holes: tuple[int, int]) -> Bars:
    """The bars without those that open in the holes [start, end) (ms)."""
    keep = np.ones(len(bars), dtype=np.bool_)
    for start, end in holes:
        keep &= (bars.time < start) | (bars.time >= end)
    names = ("time", "open", "high", "low", "close", "volume", "spread")
    return replace(bars, **{name: getattr(bars, name)[keep] for name in names})


@pytest.fixture(scope="module")
def month() -> Bars:
    """A simulated month of 15m bars."""
    return simulated_bars(1, "15m", days=28, warmup=0)


def test_a_clean_month(month: Bars) -> None:
    report = check_quality(month)
    assert (report.completeness, report.missing, report.gap_count) == (100.0, 0, 0)
    assert (report.duplicates, report.disorder, report.not_finite, report.ohlc_violations) == (0, 0, 0, 0)
    assert (report.outside_session, report.hour_shift, report.off_grid_share) == (0, None, 0.0)
    assert report.one_line().startswith("100.0 % of bars, 0 gaps, bid, 0 duplicates")
    assert report.bars == report.expected == 4 * 5 * 96


def test_gaps_are_found_over_weekends_and_named(month: Bars) -> None:
    monday = int(month.time[96])
    holes = ((monday, monday + 7 * DAY), (monday + 8 * DAY, monday + 8 * DAY + 15 * MINUTE))
    report = check_quality(without(month, *holes))
    assert report.missing == 5 * 96 + 1
    assert report.gap_count == 1  # one missing bar of 15 minutes is below half an hour
    assert (report.gaps[0].start, report.gaps[0].missing) == (monday, 480)
    assert f"1 gap (largest 7 d from {iso_text(monday)[:10]})" in report.one_line()
    assert report.completeness == pytest.approx(100 * (1 - 481 / 1920))


def test_a_weekend_between_two_short_holes_is_no_gap() -> None:
    minutes = simulated_bars(1, "1m", days=14, warmup=0)
    jump = int(np.argmax(np.diff(minutes.time)))
    friday, sunday = int(minutes.time[jump]), int(minutes.time[jump + 1])
    short = coverage(without(minutes, (friday - 10 * MINUTE, friday + 1), (sunday, sunday + 20 * MINUTE)))
    assert (short.missing, short.gaps) == (31, ())
    long = coverage(without(minutes, (friday - 40 * MINUTE, friday + 1), (sunday, sunday + 20 * MINUTE)))
    assert [(gap.missing, gap.end) for gap in long.gaps] == [(41, friday + MINUTE)]


def test_the_period_asked_for_is_searched(month: Bars) -> None:
    later = month.slice(96, len(month))
    assert coverage(later).missing == 0
    assert coverage(later, start=int(month.time[0])).missing == 96
    week_later = int(month.time[-1]) + 15 * MINUTE + 7 * DAY + HOUR  # clocks change in between
    assert coverage(later, end=week_later).missing == 480
    assert coverage(later, end=week_later - 1).missing == 479


def test_bars_of_another_anchor_are_not_missing(bars: Make, monday: int) -> None:
    four_hours = bars(24, Timeframe(240), start=monday + 2 * HOUR)  # 22:00 New York, between 21:00 and 01:00
    assert coverage(four_hours).missing == 0


def test_faults_are_counted(bars: Make) -> None:
    good = bars(1000)
    close, high, time = good.close.copy(), good.high.copy(), good.time.copy()
    close[500] *= 1.2
    high[700] = 1.0
    time[801] = time[800]
    time[900] = time[100]
    faulty = replace(good, close=close, high=high, time=time)
    report = check_quality(faulty)
    assert (report.duplicates, report.disorder) == (1, 1)
    assert report.ohlc_violations == 2
    assert report.outlier_count >= 2
    assert report.outliers[0].time in (int(time[500]), int(time[501]))
    assert "4 impossible rows" not in report.one_line()
    assert "3 impossible rows" in report.one_line()


def test_flat_bars(bars: Make) -> None:
    good = bars(100)
    flat = replace(good, open=good.close, high=good.close, low=good.close)
    assert check_quality(flat).flat == 100


def test_flat_bars_without_volume(bars: Make) -> None:
    """As some feeds fill weekends and minutes without a trade; a feed without volumes tells nothing of that."""
    good = bars(100)
    flat = replace(good, open=good.close, high=good.close, low=good.close, volume=good.volume * (np.arange(100) % 4))
    assert (check_quality(flat).flat, check_quality(flat).flat_no_volume) == (100, 25)
    assert check_quality(good).flat_no_volume == 0
    assert check_quality(replace(flat, volume=np.zeros(100))).flat_no_volume is None


def test_rows_that_stand_twice_in_all_columns(bars: Make) -> None:
    good = bars(100)
    columns = {
        name: getattr(good, name).copy() for name in ("time", "open", "high", "low", "close", "volume", "spread")
    }
    for name, column in columns.items():
        column[50] = column[49]
        if name != "volume":
            column[60] = column[59]
    report = check_quality(replace(good, **columns))
    assert (report.duplicates, report.exact_duplicates) == (2, 1)


def test_another_scale(bars: Make) -> None:
    good = bars(100)
    columns = {name: getattr(good, name).copy() for name in ("open", "high", "low", "close")}
    for column in columns.values():
        column[40:50] /= 100
    report = check_quality(replace(good, **columns))
    assert report.scale_jump_count == 2
    assert [round(jump.ratio, 2) for jump in report.scale_jumps] == [0.01, 100.0]
    assert f"2 jumps of the price scale (x 0.01 at {iso_text(int(good.time[40]))})" in report.one_line()
    assert json.loads(json.dumps(report.as_dict()))["scale_jumps"][0]["ratio"] == pytest.approx(0.01, rel=0.01)


def test_bars_by_session(month: Bars) -> None:
    report = check_quality(without(month, (int(month.time[96]), int(month.time[192]))))
    assert (report.sessions.days, report.sessions.median_bars, report.sessions.thin_count) == (20, 96.0, 1)
    assert json.loads(json.dumps(report.as_dict()))["sessions"]["thin"][0]["bars"] == 0


def test_zero_spreads(bars: Make) -> None:
    good = bars(100)
    report = check_quality(replace(good, spread=np.where(np.arange(100) < 5, 0.0, 1e-5)))
    assert report.spread is not None
    assert report.spread.zero_share == 0.05


def test_prices_between_ticks_are_told(bars: Make) -> None:
    good = bars(1000)
    mid = replace(good, close=good.close + 5e-6 * (np.arange(1000) % 2), side=Side.MID)
    assert "50 % of prices between ticks (in steps of 0.000005)" in check_quality(mid).one_line()
    assert "(on no decimal step)" in check_quality(replace(good, close=good.close * np.pi)).one_line()
    assert "between ticks" not in check_quality(good).one_line()


@pytest.mark.parametrize("shift", [-5, 3])
def test_a_wrong_time_zone_is_told(shift: int) -> None:
    hours = simulated_bars(1, "1h", days=60, warmup=0)
    report = check_quality(replace(hours, time=hours.time + shift * HOUR))
    assert report.hour_shift == -shift
    assert f"times look {abs(shift)} h {'late' if shift > 0 else 'early'}" in report.one_line()


def test_weekend_bars_are_told(bars: Make, monday: int) -> None:
    report = check_quality(bars(120, start=monday - 2 * DAY))
    assert report.outside_session == 120


def test_spread_in_traded_hours_and_at_17() -> None:
    minutes = simulated_bars(1, "1m", days=14, warmup=0)
    report = check_quality(minutes)
    assert report.spread is not None
    assert report.spread.median == median_spread(minutes) == pytest.approx(4e-5)
    assert report.spread.rollover is not None
    assert report.spread.rollover > 5e-4
    assert "spread 0.4 pip (17:00 New York: 1" in report.one_line()
    assert minutes.spread is not None
    crossed = minutes.spread.copy()
    crossed[::10] = -1e-5
    assert "10.0 % of quotes crossed" in check_quality(replace(minutes, spread=crossed)).one_line()


def test_no_spread(bars: Make) -> None:
    plain = bars(100, spread=False)
    assert median_spread(plain) is None
    assert check_quality(plain).one_line().endswith("no spread")
    days = simulated_bars(1, "1d", days=60)
    assert median_spread(days) is None
    assert check_quality(days).one_line().endswith("no spread in traded hours")


def test_traded_hours_leave_the_rollover_out() -> None:
    minutes = simulated_bars(1, "1m", days=7, warmup=0)
    assert len(minutes) - np.count_nonzero(traded_hours(minutes)) == 5 * 80


def test_tick_grid(bars: Make) -> None:
    good = bars(1000)
    assert tick_step(good.close) == 1e-5
    mid = replace(good, close=good.close + 5e-6 * (np.arange(1000) % 2), side=Side.MID)
    assert tick_step(mid.close) == 5e-6
    assert check_quality(mid).off_grid_share == 0.5
    assert tick_step(np.pi * good.close) is None
    assert off_grid_share(np.array([1.00005, 1.00001]), 1e-4) == 1.0


def test_the_report_goes_to_json(month: Bars) -> None:
    start = int(month.time[96])
    plain = json.loads(json.dumps(check_quality(without(month, (start, start + DAY))).as_dict()))
    assert plain["gaps"] == [{"start": iso_text(start), "end": iso_text(start + DAY), "missing": 96}]
    assert plain["summary"].startswith("95.0 % of bars, 1 gap (largest 1 d")
    assert plain["spread"]["crossed_share"] == 0.0


def test_no_bars_at_all(bars: Make) -> None:
    report = check_quality(bars(0))
    assert (report.bars, report.expected, report.completeness) == (0, 0, 100.0)
