"""Gaps are filled only where the market was open, by what was known before, and every stand-in bears its mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data import load_bars, simulated_bars
from pinewright.data.calendar import SessionState, session_state
from pinewright.data.fill import FILL_METHODS, fill_gaps
from pinewright.data.gaps import coverage
from pinewright.data.quality import check_quality
from pinewright.data.resample import resample
from pinewright.data.source import parse_moment
from pinewright.errors import DataQualityError, UsageError
from pinewright.market import DAY, HOUR, MINUTE, Bars, IntArray, Symbol, Timeframe
from tests.data.conftest import make_bars

Make = Callable[..., Bars]
PRICES = ("open", "high", "low", "close")
HOURS = make_bars(60, Timeframe(60))


@pytest.fixture(scope="module")
def week() -> Bars:
    """A simulated week of minutes and a day of the next one."""
    return simulated_bars(1, "1m", start=parse_moment("2025-06-01"), end=parse_moment("2025-06-10"), warmup=0)


def holed(bars: Bars, *rows: int) -> Bars:
    """The bars without some."""
    return bars.pick(~np.isin(np.arange(len(bars)), rows))


@pytest.mark.parametrize("method", FILL_METHODS)
def test_complete_bars_stay_as_they_are(week: Bars, method: str) -> None:
    assert fill_gaps(week, method) is week


def test_the_close_before_the_gap(bars: Make) -> None:
    good = bars(100)
    filled = fill_gaps(holed(good, 40, 41, 42, 70), "previous-close")
    assert np.array_equal(filled.time, good.time)
    assert filled.filled is not None
    assert np.flatnonzero(filled.filled).tolist() == [40, 41, 42, 70]
    assert filled.spread is not None
    assert good.spread is not None
    for name in PRICES:
        assert (getattr(filled, name)[[40, 41, 42]] == good.close[39]).all()
        assert getattr(filled, name)[70] == good.close[69]
    assert (filled.volume[[40, 41, 42, 70]] == 0).all()
    assert filled.spread[[40, 41, 42, 70]].tolist() == [*[good.spread[39]] * 3, good.spread[69]]
    real = ~filled.filled
    for name in (*PRICES, "volume", "spread"):
        assert np.array_equal(getattr(filled, name)[real], getattr(good, name)[real])


def test_the_bar_before_the_gap_again(bars: Make) -> None:
    good = bars(100)
    filled = fill_gaps(holed(good, 40, 41), "previous-bar")
    for name in PRICES:
        assert (getattr(filled, name)[[40, 41]] == getattr(good, name)[39]).all()
    assert (filled.volume[[40, 41]] == 0).all()


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(1, 58), max_size=40), st.sampled_from(sorted(FILL_METHODS)), st.integers(1, 59))
def test_no_stand_in_knows_the_future(gone: set[int], method: str, cut: int) -> None:
    """Bars up to a moment are the same whether what follows is there or not."""
    hours = HOURS
    some = holed(hours, *gone)
    whole = fill_gaps(some, method)
    stop = int(np.searchsorted(some.time, hours.time[cut], side="right"))
    part = fill_gaps(some.slice(0, stop), method)
    for name in ("time", *PRICES):
        assert np.array_equal(getattr(whole, name)[: len(part)], getattr(part, name))
    assert len(whole) == 60
    assert int(np.count_nonzero(whole.filled)) == len(gone) if whole.filled is not None else not gone


def test_closed_hours_and_holidays_stay_closed(week: Bars) -> None:
    kept = (week.time < parse_moment("2025-06-06T20:00")) | (week.time >= parse_moment("2025-06-08T22:00"))
    filled = fill_gaps(week.pick(kept), "previous-close")
    assert np.array_equal(filled.time, week.time)
    assert filled.filled is not None
    assert int(np.count_nonzero(filled.filled)) == 120
    christmas = simulated_bars(1, "1h", start=parse_moment("2024-12-20"), end=parse_moment("2024-12-31"), warmup=0)
    day = (christmas.time >= parse_moment("2024-12-24T22:00")) & (christmas.time < parse_moment("2024-12-25T22:00"))
    without = christmas.pick(~day)
    assert fill_gaps(without, "previous-close") is without


def test_a_feed_that_knows_its_hours(bars: Make, monday: int) -> None:
    def closed_at_noon(time_ms: IntArray) -> npt.NDArray[np.int8]:
        states = session_state(time_ms, Symbol.get("EURUSD"))
        states[time_ms % DAY // HOUR == 12] = SessionState.CLOSED
        return states

    some = holed(bars(1440), *range(700, 760))
    filled = fill_gaps(some, "previous-close", hours=closed_at_noon)
    assert filled.filled is not None
    assert filled.time[filled.filled].tolist() == [monday + k * MINUTE for k in range(700, 720)]


def test_long_gaps_may_stay(bars: Make) -> None:
    some = holed(bars(200), 10, 50, 51, 52, 100, 101, 102, 103)
    filled = fill_gaps(some, "previous-close", longest=3)
    assert filled.filled is not None
    assert np.count_nonzero(filled.filled) == 4
    assert len(filled) == 196
    assert fill_gaps(holed(bars(200), 10, 11), "previous-close", longest=1).filled is None


def test_filling_twice_is_filling_once(bars: Make) -> None:
    once = fill_gaps(holed(bars(100), 40), "previous-close")
    assert fill_gaps(once, "previous-bar") is once
    again = fill_gaps(holed(once, 60), "previous-bar")
    assert again.filled is not None
    assert np.flatnonzero(again.filled).tolist() == [40, 60]


def test_warm_up_grows_with_its_stand_ins(bars: Make) -> None:
    some = replace(holed(bars(100), 10, 30, 70), warmup=29)  # rows 0 to 29 but one; row 30 follows on the warm-up
    filled = fill_gaps(some, "previous-close")
    assert filled.warmup == 31
    assert int(filled.time[filled.warmup]) == int(some.time[29])


def test_bars_without_spread(bars: Make) -> None:
    filled = fill_gaps(holed(bars(100, spread=False), 40), "previous-close")
    assert filled.spread is None
    assert len(filled) == 100


def test_few_bars(bars: Make) -> None:
    for count in (0, 1):
        assert len(fill_gaps(bars(count), "previous-close")) == count


def test_what_cannot_be_filled(bars: Make, monday: int) -> None:
    with pytest.raises(UsageError, match="unknown way to fill gaps 'previous'") as raised:
        fill_gaps(bars(10), "previous")
    assert raised.value.hint is not None
    assert "previous-close" in raised.value.hint
    with pytest.raises(UsageError, match="gaps of 0 bars"):
        fill_gaps(bars(10), "previous-close", longest=0)
    with pytest.raises(DataQualityError, match="does not open where a bar of 4h does"):
        fill_gaps(bars(24, Timeframe(240), start=monday + 2 * HOUR), "previous-close")
    good = bars(10)
    with pytest.raises(DataQualityError, match="out of order or twice"):
        fill_gaps(replace(good, time=good.time[::-1].copy()), "previous-close")


def test_the_report_counts_stand_ins_as_missing(bars: Make) -> None:
    some = holed(bars(1000), *range(300, 400))
    before, after = check_quality(some), check_quality(fill_gaps(some, "previous-close"))
    assert (after.filled, after.bars, after.missing, after.completeness) == (100, 900, 100, before.completeness)
    assert after.flat == before.flat
    assert "100 bars filled in" in after.one_line()
    assert [gap.missing for gap in after.gaps] == [100]


def test_marks_survive_resampling(bars: Make) -> None:
    quarter = resample(fill_gaps(holed(bars(120), *range(30, 46)), "previous-close"), Timeframe(15))
    assert quarter.filled is not None
    assert np.flatnonzero(quarter.filled).tolist() == [2]  # of the next one a single minute stands in
    assert coverage(quarter).missing == 1


def test_recorded_minutes_without_a_trade(shared: Path) -> None:
    bars, _ = load_bars(shared / "data" / "m1" / "EURUSD_oanda_m1_201405.parquet")
    filled = fill_gaps(bars, "previous-close")
    report = check_quality(bars)
    assert filled.filled is not None
    assert int(np.count_nonzero(filled.filled)) == report.missing == len(filled) - len(bars)
    assert (np.diff(filled.time) > 0).all()
    assert (session_state(filled.time[filled.filled], bars.symbol) == SessionState.EXPECTED).all()
