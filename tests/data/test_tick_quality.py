"""Every check of ticks counts what was put wrong, and finds nothing where nothing is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from pinewright.data.calendar import SessionState
from pinewright.data.source import parse_moment
from pinewright.data.tick_quality import TickReport, check_ticks
from pinewright.data.zones import iso_text
from pinewright.market import DAY, HOUR, MINUTE, IntArray, Symbol, Ticks
from tests.data.quotes import MONDAY, make_ticks, recorded_ticks

FAULTS = (
    "disorder",
    "outside_period",
    "duplicates",
    "exact_duplicates",
    "impossible",
    "crossed",
    "zero_spread",
    "outlier_count",
    "spikes",
    "outside_session",
    "missing_minutes",
    "missing_hours",
    "silence_count",
    "scale_jump_count",
    "off_grid_share",
)


def faults(report: TickReport) -> dict[str, float]:
    """The counts that are not zero."""
    return {name: getattr(report, name) for name in FAULTS if getattr(report, name)}


def without(ticks: Ticks, begin: int, end: int) -> Ticks:
    """The ticks but those in [begin, end) ms."""
    kept = (ticks.time < begin) | (ticks.time >= end)
    assert ticks.bid_size is not None
    assert ticks.ask_size is not None
    return replace(
        ticks,
        time=ticks.time[kept],
        bid=ticks.bid[kept],
        ask=ticks.ask[kept],
        bid_size=ticks.bid_size[kept],
        ask_size=ticks.ask_size[kept],
    )


@pytest.fixture(scope="module")
def day() -> Ticks:
    """Monday, a tick every two seconds."""
    return make_ticks(43_200, step=2_000)


def test_a_clean_day(day: Ticks) -> None:
    report = check_ticks(day, MONDAY, MONDAY + DAY)
    assert faults(report) == {}
    assert (report.ticks, report.expected_minutes, report.expected_hours, report.completeness) == (
        43_200,
        1440,
        24,
        100,
    )
    assert (report.hour_shift, report.weeks, report.tick_step) == (None, (), 1e-5)
    assert report.spread is not None
    assert report.spread.median == pytest.approx(2.5e-5, abs=1e-5)
    assert report.one_line().startswith(
        "43,200 ticks, 100.0 % of open minutes, 0 silences, 0 duplicates, 0 outliers, spread"
    )


def test_no_ticks_at_all() -> None:
    nothing = make_ticks(0)
    assert faults(check_ticks(nothing)) == {}
    report = check_ticks(nothing, MONDAY, MONDAY + HOUR)
    assert faults(report) == {"missing_minutes": 60, "missing_hours": 1, "silence_count": 1}
    assert (report.silences[0].start, report.silences[0].end) == (MONDAY, MONDAY + HOUR)
    assert report.silences[0].change is None
    assert report.completeness == 0.0
    assert check_ticks(make_ticks(1)).ticks == 1


def test_order_and_period(day: Ticks) -> None:
    time = day.time.copy()
    time[1000] = time[900]
    report = check_ticks(replace(day, time=time), MONDAY + MINUTE, MONDAY + DAY - MINUTE)
    assert (report.disorder, report.outside_period, report.duplicates) == (1, 60, 1)
    assert "1 tick out of order" in report.one_line()
    assert "60 ticks outside the period" in report.one_line()
    assert (report.start, report.end) == (int(day.time[0]), int(day.time[-1]))


def test_the_same_stamp_and_the_same_tick(day: Ticks) -> None:
    assert day.bid_size is not None
    columns = {name: getattr(day, name).copy() for name in ("time", "bid", "ask", "bid_size", "ask_size")}
    for row in (100, 200, 300):
        columns["time"][row] = columns["time"][row - 1]
    for name in ("bid", "ask", "bid_size", "ask_size"):
        for row in (100, 200):
            columns[name][row] = columns[name][row - 1]
    columns["ask_size"][200] += 1.0
    columns["time"][302] = columns["time"][301] = columns["time"][300]
    for name in ("bid", "ask", "bid_size", "ask_size"):  # the third of three stands for the first again
        columns[name][302] = columns[name][299]
    columns["time"][301] = columns["time"][302] = columns["time"][300] = columns["time"][299]
    report = check_ticks(replace(day, **columns))
    assert (report.duplicates, report.exact_duplicates) == (5, 2)


def test_sizes_are_optional(day: Ticks) -> None:
    plain = replace(day, bid_size=None, ask_size=None)
    assert faults(check_ticks(plain)) == {}


def test_spreads(day: Ticks) -> None:
    ask = day.ask.copy()
    ask[10:30] = day.bid[10:30] - 1e-5
    ask[40:45] = day.bid[40:45]
    ask[50] = day.bid[50] + 0.004
    report = check_ticks(replace(day, ask=ask))
    assert (report.crossed, report.zero_spread) == (20, 5)
    assert report.spread is not None
    assert report.spread.outliers == 1
    assert report.spread.crossed_share == pytest.approx(20 / 43_200)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -1.0])
def test_impossible_prices_are_counted_and_left_out(day: Ticks, value: float) -> None:
    bid = day.bid.copy()
    bid[[5, 7]] = value
    report = check_ticks(replace(day, bid=bid))
    assert faults(report) == {"impossible": 2}
    assert "2 impossible prices" in report.one_line()


def test_a_spike_and_a_move(day: Ticks) -> None:
    bid, ask = day.bid.copy(), day.ask.copy()
    bid[1000] += 0.01
    ask[1000] += 0.01
    spiked = check_ticks(replace(day, bid=bid, ask=ask))
    assert (spiked.spikes, spiked.outlier_count) == (1, 2)
    assert spiked.outliers[0].time in day.time[[1000, 1001]]
    bid[1000:] += 0.01
    ask[1000:] += 0.01
    bid[1000] -= 0.01
    ask[1000] -= 0.01
    moved = check_ticks(replace(day, bid=bid, ask=ask))
    assert (moved.spikes, moved.outlier_count) == (0, 1)


def test_a_spike_of_one_side(day: Ticks) -> None:
    ask = day.ask.copy()
    ask[2000] += 0.01
    assert check_ticks(replace(day, ask=ask)).spikes == 1


def test_silences_have_their_ticks_and_the_move_over_them(day: Ticks) -> None:
    quiet = without(day, MONDAY + 10 * HOUR, MONDAY + 10 * HOUR + 30 * MINUTE)
    report = check_ticks(quiet)
    assert faults(report) == {"missing_minutes": 30, "silence_count": 1}
    silence = report.silences[0]
    assert (silence.start, silence.end) == (MONDAY + 10 * HOUR - 2_000, MONDAY + 10 * HOUR + 30 * MINUTE)
    assert silence.open_minutes == 30
    before, after = (float(day.bid[k] + day.ask[k]) for k in (18_000 - 1, 18_000 + 900))
    assert silence.change == pytest.approx(after / before - 1, abs=1e-12)
    assert "1 silence (longest 30 min from 2025-06-02 09:59)" in report.one_line()
    short = without(day, MONDAY + 10 * HOUR, MONDAY + 10 * HOUR + 9 * MINUTE)
    assert faults(check_ticks(short)) == {"missing_minutes": 9}


def test_missing_hours(day: Ticks) -> None:
    holed = without(day, MONDAY + 5 * HOUR, MONDAY + 7 * HOUR + MINUTE)
    report = check_ticks(holed)
    assert (report.expected_hours, report.missing_hours, report.missing_minutes) == (24, 2, 121)
    assert "2 open hours without ticks" in report.one_line()


def test_the_period_asked_for_is_searched(day: Ticks) -> None:
    report = check_ticks(day, MONDAY - HOUR, MONDAY + DAY + HOUR)
    assert (report.missing_hours, report.silence_count) == (2, 2)
    assert [silence.change for silence in report.silences] == [None, None]


def test_a_weekend_is_no_silence() -> None:
    friday, sunday = parse_moment("2025-06-06T12:00"), parse_moment("2025-06-08T21:00")
    before, after = make_ticks(9 * 1800, friday, 2_000), make_ticks(9 * 1800, sunday, 2_000)
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(before, name), getattr(after, name)])
        for name in ("time", "bid", "ask", "bid_size", "ask_size")
    }
    week = replace(before, **columns)
    assert faults(check_ticks(week)) == {}
    assert check_ticks(week).expected_hours == 18
    # Eight minutes before the close and eight after the open are not one silence of sixteen.
    edges = without(week, parse_moment("2025-06-06T20:52"), sunday + 8 * MINUTE)
    assert faults(check_ticks(edges)) == {"missing_minutes": 16}
    whole = without(week, parse_moment("2025-06-06T20:00"), sunday + 30 * MINUTE)
    report = check_ticks(whole)
    assert (report.silence_count, report.silences[0].open_minutes, report.missing_hours) == (1, 90, 1)


def test_ticks_outside_the_session() -> None:
    saturday = make_ticks(1800, parse_moment("2025-06-07T12:00"), 2_000)
    report = check_ticks(saturday)
    assert report.outside_session == 1800
    assert report.expected_minutes == 0
    assert "1,800 ticks outside the session" in report.one_line()
    crypto = replace(saturday, symbol=Symbol.get("BTCUSD"))
    assert check_ticks(crypto).outside_session == 0


def test_another_scale(day: Ticks) -> None:
    bid, ask = day.bid.copy(), day.ask.copy()
    bid[7200:9000] *= 10
    ask[7200:9000] *= 10
    report = check_ticks(replace(day, bid=bid, ask=ask))
    assert [round(jump.ratio, 1) for jump in report.scale_jumps] == [10.0, 0.1]
    assert report.scale_jumps[0].time == int(day.time[7200])
    assert "2 jumps of the price scale (x 10 at 2025-06-02 04:00)" in report.one_line()


def test_prices_between_ticks(day: Ticks) -> None:
    half = 5e-6 * (np.arange(len(day)) % 2)
    report = check_ticks(replace(day, bid=day.bid + half, ask=day.ask + half))
    assert report.off_grid_share == pytest.approx(0.5, abs=0.01)
    assert report.tick_step == 5e-6


def test_a_feed_that_knows_its_hours(day: Ticks) -> None:
    def closed_at_noon(time_ms: IntArray) -> npt.NDArray[np.int8]:
        noon = time_ms % DAY // HOUR == 12
        return np.where(noon, SessionState.CLOSED, SessionState.EXPECTED).astype(np.int8)

    holed = without(day, MONDAY + 12 * HOUR, MONDAY + 13 * HOUR)
    assert faults(check_ticks(holed, hours=closed_at_noon)) == {}
    assert check_ticks(day, hours=closed_at_noon).outside_session == 1800


def test_nothing_is_changed(day: Ticks) -> None:
    time, bid = day.time[::-1].copy(), day.bid.copy()
    given = replace(day, time=time, bid=bid)
    check_ticks(given)
    assert np.array_equal(given.time, day.time[::-1])
    assert np.array_equal(given.bid, day.bid)


def test_the_report_goes_to_json(day: Ticks) -> None:
    holed = without(day, MONDAY + 5 * HOUR, MONDAY + 7 * HOUR)
    plain = json.loads(json.dumps(check_ticks(holed).as_dict()))
    assert plain["silences"][0]["start"] == "2025-06-02 04:59:58"
    assert plain["summary"].startswith("39,600 ticks, 91.7 % of open minutes, 1 silence")
    assert plain["completeness"] == pytest.approx(100 * 22 / 24)


def test_the_recorded_gap_of_gbpjpy(shared: Path) -> None:
    """Two weeks of December 2012: eighteen minutes of a Monday are missing, and nothing else."""
    start, end = parse_moment("2012-12-02T22:00"), parse_moment("2012-12-14T22:00")
    report = check_ticks(recorded_ticks(shared, "GBPJPY", start, end), start, end)
    assert report.ticks == 608_996
    found = faults(report)
    assert {name: found[name] for name in found if name not in ("outlier_count", "missing_minutes")} == {
        "silence_count": 1
    }
    assert (iso_text(report.silences[0].start), report.silences[0].open_minutes) == ("2012-12-03 15:14:56", 17)
    assert report.silences[0].end - report.silences[0].start == pytest.approx(18.0 * MINUTE, rel=0.01)
    assert (report.expected_minutes, report.expected_hours) == (2 * 5 * 1440, 240)
    assert report.missing_minutes == 64


def test_recorded_ticks_of_eurusd(shared: Path) -> None:
    start = parse_moment("2019-02-04")
    report = check_ticks(recorded_ticks(shared, "EURUSD", start, start + 2 * DAY), start, start + 2 * DAY)
    assert (report.ticks, report.completeness) == (266_219, 100.0)
    assert faults(report) == {}


@pytest.mark.parametrize(
    ("broker", "expected"),
    [
        ("oanda", {"duplicates": 4_494, "exact_duplicates": 12}),
        ("fxcm", {"crossed": 116_871, "zero_spread": 142_462, "outside_session": 1_023}),
    ],
)
def test_recorded_ticks_of_brokers(shared: Path, broker: str, expected: dict[str, int]) -> None:
    frame = pl.read_parquet(shared / "data" / "ticks" / f"EURUSD_{broker}_ticks_201405.parquet")
    time = frame["time"].dt.epoch("ms").to_numpy()
    found = faults(check_ticks(Ticks(Symbol.get("EURUSD"), time, frame["bid"].to_numpy(), frame["ask"].to_numpy())))
    told = ("outlier_count", "missing_minutes", "spikes")
    assert {name: value for name, value in found.items() if name not in told} == expected
    assert found.get("spikes", 0) < 10
