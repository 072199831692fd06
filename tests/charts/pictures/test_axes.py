"""Ticks: round, in order, inside, and dates where days begin."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.charts.pictures.axes import (
    Tick,
    decimals,
    fit_ticks,
    local_times,
    moment_text,
    number_text,
    time_ticks,
    value_ticks,
)
from pinewright.market import DAY, HOUR, MINUTE, IntArray
from tests.charts.pictures.pictured import bars

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC


@given(
    low=st.floats(-1e4, 1e4), span=st.floats(1e-4, 1e6), most=st.integers(1, 20), digits=st.sampled_from([None, 2, 5])
)
def test_values_are_round_rising_and_inside(low: float, span: float, most: int, digits: int | None) -> None:
    ticks = value_ticks(low, low + span, most, digits=digits)
    values = [tick.value for tick in ticks]
    assert len(values) <= most
    assert all(low - 1e-6 * span <= value <= low + span + 1e-6 * span for value in values)
    steps = np.diff(values)
    assert (steps > 0).all()
    if len(steps):
        size = float(steps[0])
        assert np.allclose(steps, size, rtol=1e-6)
        assert float(f"{size:.4e}".partition("e")[0]) in (1, 2, 2.5, 5)
        assert len({tick.label for tick in ticks}) == len(ticks)


@given(span=st.floats(1e-4, 1e6), most=st.integers(4, 20))
def test_where_there_is_room_there_are_ticks(span: float, most: int) -> None:
    assert len(value_ticks(1.0, 1.0 + span, most)) >= most // 3


def test_prices_have_the_digits_of_their_symbol() -> None:
    assert [tick.label for tick in value_ticks(1.0951, 1.1004, 3, digits=5, step=1e-5)] == [
        "1.09600",
        "1.09800",
        "1.10000",
    ]
    assert [tick.label for tick in value_ticks(151.2, 152.1, 2, digits=3, step=1e-3)] == ["151.500", "152.000"]


def test_no_tick_lies_between_prices_that_there_are() -> None:
    steps = np.diff([tick.value for tick in value_ticks(1.10000, 1.10006, 12, digits=5, step=1e-5)])
    assert np.allclose(steps, 1e-5)


@pytest.mark.parametrize("ends", [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_no_range_no_ticks(ends: tuple[float, float]) -> None:
    assert value_ticks(*ends, 5) == []


def test_numbers() -> None:
    assert number_text(-0.00001, 2) == "0.00"
    assert number_text(250_000, 0) == "250K"
    assert number_text(2_500_000, 0) == "2.5M"
    assert [decimals(step) for step in (20, 2.5, 0.00025)] == [0, 1, 5]


def test_hours_and_the_first_bar_of_a_day() -> None:
    local = MONDAY + 18 * HOUR + np.arange(48) * 15 * MINUTE
    ticks = time_ticks(local, 12.0, 60)
    assert [tick.label for tick in ticks] == ["18:00", "20:00", "22:00", "3 Jun", "02:00", "04:00"]
    assert [int(tick.value) for tick in ticks] == [0, 8, 16, 24, 32, 40]
    assert max(ticks, key=lambda tick: tick.weight).label == "3 Jun"


def test_a_weekend_takes_no_room_and_the_day_after_is_named() -> None:
    friday = np.arange(MONDAY + 4 * DAY, MONDAY + 4 * DAY + 21 * HOUR, HOUR)
    local = np.concatenate([friday, friday + 3 * DAY])
    labels = [tick.label for tick in time_ticks(local, 10.0, 60)]
    assert "9 Jun" in labels
    assert "7 Jun" not in labels


def _labels(local: IntArray, room: float) -> list[tuple[int, str]]:
    """Index and label of each tick that is written, in order, where a bar takes ``room`` pixels."""
    ticks = time_ticks(local, room, 54)
    middles = [tick.value * room for tick in ticks]
    spans = [(round(x) - 27, round(x) + 27) for x in middles]
    kept = fit_ticks(ticks, middles, spans)
    assert all(spans[one][1] <= spans[two][0] for one, two in itertools.pairwise(sorted(kept)))
    return [(int(ticks[place].value), ticks[place].label) for place in sorted(kept)]


def _weeks(count: int, step: int, first_hour: int) -> IntArray:
    """Bars of so many weeks from Sunday ``first_hour`` o'clock to Friday 22:00, which follow each other."""
    sunday = MONDAY - DAY + first_hour * HOUR
    week = np.arange(sunday, MONDAY + 4 * DAY + 22 * HOUR, step, dtype=np.int64)
    return np.concatenate([week + 7 * DAY * number for number in range(count)])


def test_monday_is_named_and_not_the_two_hours_of_sunday() -> None:
    local = _weeks(2, HOUR, 22)
    written = _labels(local, 10.0)
    assert "9 Jun" in [label for _, label in written]
    assert not any(label in ("1 Jun", "8 Jun") for _, label in written)
    assert [label for _, label in written if ":" not in label][:3] == ["2 Jun", "3 Jun", "4 Jun"]
    # No hour of a Sunday either: it would be read as one of Friday's.
    assert all(int(local[place]) // DAY % 7 != (MONDAY // DAY - 1) % 7 for place, _ in written)


def test_no_hour_is_written_behind_a_date_that_is_not() -> None:
    ticks = [Tick(0, "1 Jun", 2), Tick(5, "2 Jun", 2), Tick(12, "12:00", 1), Tick(20, "3 Jun", 2), Tick(27, "13:00", 1)]
    spans = [(-27, 27), (20, 74), (93, 147), (173, 227), (243, 297)]
    assert fit_ticks(ticks, [0, 55, 120, 200, 270], spans) == [0, 3, 4]


def test_the_two_hours_with_which_a_year_begins_give_way_too() -> None:
    new_year = MONDAY + 213 * DAY + 22 * HOUR  # 2026-01-01 22:00
    before = np.arange(new_year - 34 * HOUR, new_year - 24 * HOUR, HOUR)
    local = np.concatenate([before, np.arange(new_year, new_year + 24 * HOUR, HOUR)])
    labels = [label for _, label in _labels(local, 20.0)]
    assert "2 Jan" in labels
    assert "2026" not in labels


@given(
    step=st.sampled_from([5, 15, 30, 60, 120, 240]),
    first_hour=st.integers(12, 23),
    room=st.floats(1.0, 26.0),
    start=st.integers(0, 400),
    count=st.integers(2, 400),
)
def test_an_hour_is_never_read_as_one_of_another_day(
    step: int, first_hour: int, room: float, start: int, count: int
) -> None:
    local = _weeks(3, step * MINUTE, first_hour)
    local = local[start % len(local) :][:count]
    day = None
    for place, label in _labels(local, room):
        date = np.datetime64(int(local[place]), "ms").astype("datetime64[D]").item()
        if ":" in label:
            assert day in (None, date)
            # Before the first date that is written, it is that of the first bar, which the title tells.
            assert day is not None or int(local[place]) // DAY == int(local[0]) // DAY
        else:
            day = date
            assert label in (f"{date.day} {date:%b}", str(date.year))


def test_longer_bars_have_dates_months_and_years() -> None:
    local = np.arange(MONDAY, MONDAY + 300 * DAY, DAY)
    labels = [tick.label for tick in time_ticks(local, 2.0, 60, days=True)]
    assert "2026" in labels
    assert any(label in ("Apr", "Jul", "Sep", "Oct") for label in labels)
    assert not any(":" in label for label in labels)


def test_a_daily_bar_stands_for_its_trading_day() -> None:
    days = bars(8, "1d")
    local = local_times(days, "UTC")
    weekdays = (local // DAY + 3) % 7
    assert weekdays.max() <= 4  # no bar of a Sunday evening is dated Sunday
    assert moment_text(int(local[-1]), days=True) == "30 Oct 2026"


@given(count=st.integers(1, 2000), step=st.sampled_from([1, 15, 60, 240]), width=st.integers(20, 90))
def test_time_ticks_rise_and_mostly_fit(count: int, step: int, width: int) -> None:
    local = MONDAY + np.arange(count, dtype=np.int64) * step * MINUTE
    ticks = time_ticks(local, 3.0, width)
    values = [tick.value for tick in ticks]
    assert values == sorted(set(values))
    assert len(values) * width <= count * 3.0


def test_the_clock_is_that_of_the_zone() -> None:
    hours = bars(60)
    shift = local_times(hours, "America/New_York") - local_times(hours, "UTC")
    assert set(shift.tolist()) == {-4 * HOUR}
