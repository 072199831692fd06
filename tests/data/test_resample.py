"""Resampling: totals kept, ways agree, the future changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data.resample import heikin_ashi, period_bars, resample, ticks_to_bars
from pinewright.data.simulate import simulated_bars
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import DAY, HOUR, MINUTE, Bars, FloatArray, IntArray, Side, Symbol, Ticks, Timeframe

FRAMES = [Timeframe.parse(name) for name in ("5m", "15m", "1h", "4h", "1d")]
# Two weeks around the change of clocks on 2025-11-02, with holes as feeds have them.
WEEKS = simulated_bars(3, "1m", start=1_761_512_400_000, end=1_762_635_600_000, days=None, warmup=0)


def thinned(seed: int, share: float, begin: int, warmup: int) -> Bars:
    keep = np.flatnonzero(np.random.default_rng(seed).random(len(WEEKS)) >= share)
    keep = keep[keep >= begin]
    columns = {
        name: getattr(WEEKS, name)[keep] for name in ("time", "open", "high", "low", "close", "volume", "spread")
    }
    return replace(WEEKS, **columns, warmup=min(warmup, len(keep)))


def same(one: Bars, other: Bars) -> bool:
    names = ("time", "open", "high", "low", "close", "volume", "spread")
    return one.warmup == other.warmup and all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)


HOLES = st.tuples(
    st.integers(0, 99), st.sampled_from((0.0, 0.1, 0.9)), st.integers(0, 3_000), st.sampled_from((0, 7, 1_000))
)


@settings(max_examples=30, deadline=None)
@given(HOLES, st.sampled_from(FRAMES))
def test_extremes_and_volume_are_kept(holes: tuple[int, float, int, int], timeframe: Timeframe) -> None:
    fine = thinned(*holes)
    coarse = resample(fine, timeframe)
    edges = np.append(np.searchsorted(fine.time, coarse.time), len(fine))
    for k in range(len(coarse)):
        rows = slice(edges[k], edges[k + 1])
        if k == len(coarse) - 1:
            rows = slice(edges[k], np.searchsorted(fine.time, coarse.time[k] + timeframe.milliseconds))
        assert coarse.high[k] == fine.high[rows].max()
        assert coarse.low[k] == fine.low[rows].min()
        assert coarse.open[k] == fine.open[rows][0]
        assert coarse.close[k] == fine.close[rows][-1]
        assert coarse.volume[k] == fine.volume[rows].sum()
        assert coarse.spread is not None
        assert fine.spread is not None
        assert coarse.spread[k] == fine.spread[rows][-1]


STEPS = st.sampled_from([("5m", "15m"), ("15m", "1h"), ("5m", "4h"), ("1h", "1d"), ("4h", "1d"), ("15m", "45m")])


@settings(max_examples=30, deadline=None)
@given(HOLES, STEPS)
def test_two_steps_are_one_step(holes: tuple[int, float, int, int], frames: tuple[str, str]) -> None:
    """Exactly so where no minute is missing; else the first step may leave the second a partial bar at either end."""
    fine, (middle, coarse) = thinned(*holes), map(Timeframe.parse, frames)
    direct, stepwise = resample(fine, coarse), resample(resample(fine, middle), coarse)
    begin = int(np.searchsorted(direct.time, stepwise.time[0]))
    assert same(stepwise, direct.slice(begin, begin + len(stepwise)))
    assert len(direct) - len(stepwise) <= (0 if holes[1] == 0.0 else 2)


@settings(max_examples=30, deadline=None)
@given(HOLES, st.sampled_from(FRAMES), st.integers(5_000, 14_000))
def test_cutting_the_future_never_changes_the_past(
    holes: tuple[int, float, int, int], timeframe: Timeframe, cut: int
) -> None:
    fine = thinned(*holes)
    whole = resample(fine, timeframe)
    try:
        part = resample(fine.slice(0, min(cut, len(fine))), timeframe)
    except DataNotFoundError:
        return
    assert same(part, whole.slice(0, len(part)))


def test_first_and_last_partial_bars_are_left_out(bars: Callable[..., Bars], monday: int) -> None:
    fine = bars(100, start=monday + 7 * MINUTE)
    coarse = resample(fine, Timeframe(15))
    assert iso_text(int(coarse.time[0])) == "2025-06-02 00:15"
    assert iso_text(int(coarse.time[-1])) == "2025-06-02 01:30"
    assert len(resample(fine, Timeframe(15), until=monday + 2 * HOUR)) == len(coarse) + 1


def test_a_bar_that_the_weekend_ends_is_complete(bars: Callable[..., Bars], monday: int) -> None:
    friday = monday + 4 * DAY + 17 * HOUR  # 13:00 New York
    fine = bars(240, start=friday)
    assert len(resample(fine, Timeframe(240))) == 1
    with pytest.raises(DataNotFoundError, match="no complete bar of 4h"):
        resample(fine.slice(0, 239), Timeframe(240))


def test_a_bar_with_a_warm_up_row_is_warm_up(bars: Callable[..., Bars]) -> None:
    fine = replace(bars(60), warmup=16)
    assert resample(fine, Timeframe(15)).warmup == 2
    assert resample(replace(fine, warmup=15), Timeframe(15)).warmup == 1
    assert resample(replace(fine, warmup=60), Timeframe(15)).warmup == 4


def test_the_same_time_frame_is_handed_through(bars: Callable[..., Bars]) -> None:
    fine = bars(10)
    assert same(resample(fine, Timeframe(1)), fine)


def test_finer_bars_cannot_be_made(bars: Callable[..., Bars]) -> None:
    with pytest.raises(DataFormatError, match="bars of 30m cannot be made into bars of 15m"):
        resample(bars(10, Timeframe(30)), Timeframe(15))


def _ticks(time: list[int], bid: list[float], ask: list[float], sizes: FloatArray | None = None) -> Ticks:
    stamps: IntArray = np.array(time, dtype=np.int64)
    return Ticks(Symbol.get("EURUSD"), stamps, np.array(bid), np.array(ask), sizes, sizes, feed="t")


def test_ticks_become_bars(monday: int) -> None:
    time = [monday, monday + 1_000, monday + 59_999, monday + 60_000, monday + 120_500]
    ticks = _ticks(time, [1.0, 1.3, 1.1, 1.2, 1.5], [1.2, 1.4, 1.4, 1.3, 1.7])
    made = ticks_to_bars(ticks, Timeframe(1))
    assert made.time.tolist() == [monday, monday + MINUTE]  # the minute of the last tick is not over
    assert [made.open[0], made.high[0], made.low[0], made.close[0], made.volume[0]] == [1.0, 1.3, 1.0, 1.1, 3.0]
    assert made.spread == pytest.approx([0.3, 0.1])
    assert ticks_to_bars(ticks, Timeframe(1), Side.MID).close == pytest.approx([1.25, 1.25])
    assert len(ticks_to_bars(ticks, Timeframe(1), until=monday + 3 * MINUTE)) == 3


def test_sizes_are_summed_where_ticks_have_them(monday: int) -> None:
    ticks = _ticks([monday, monday + 1, monday + 60_000], [1.0] * 3, [1.1] * 3, np.array([2.0, 3.0, 4.0]))
    assert ticks_to_bars(ticks, Timeframe(1)).volume.tolist() == [5.0]
    assert ticks_to_bars(ticks, Timeframe(1), Side.MID).volume.tolist() == [10.0]


def test_no_ticks() -> None:
    with pytest.raises(DataNotFoundError, match="no ticks"):
        ticks_to_bars(_ticks([], [], []), Timeframe(1))


PERIODS = [Timeframe.from_pine(text) for text in ("5", "60", "240", "D", "2D", "W", "M")]


@settings(max_examples=30, deadline=None)
@given(HOLES, st.sampled_from(PERIODS), st.integers(1, 4_000))
def test_requested_bars_hold_every_row_and_the_future_changes_only_the_last(
    holes: tuple[int, float, int, int], timeframe: Timeframe, cut: int
) -> None:
    fine = thinned(*holes)
    coarse = period_bars(fine, timeframe)
    assert coarse.volume.sum() == pytest.approx(fine.volume.sum())
    assert coarse.high.max() == fine.high.max()
    assert (coarse.open[0], coarse.close[-1]) == (fine.open[0], fine.close[-1])
    assert (np.diff(coarse.time) > 0).all()
    part = fine.slice(0, min(cut, len(fine)))
    before = period_bars(part, timeframe)
    count = len(before) - 1
    assert same(replace(before.slice(0, count), warmup=0), replace(coarse.slice(0, count), warmup=0))
    assert before.open[-1] == coarse.open[count]


def test_complete_bars_are_alike_both_ways() -> None:
    coarse, requested = (make(WEEKS, Timeframe.from_pine("60")) for make in (resample, period_bars))
    place = np.searchsorted(requested.time, coarse.time)
    assert len(coarse) > 200
    for name in ("time", "open", "high", "low", "close", "volume"):
        assert np.array_equal(getattr(coarse, name), getattr(requested, name)[place])


def test_heikin_ashi_bars_follow_from_the_one_before() -> None:
    bars = WEEKS.slice(0, 500)
    made = heikin_ashi(bars)
    opened = (bars.open[0] + bars.close[0]) / 2
    for k in range(len(bars)):
        close = (bars.open[k] + bars.high[k] + bars.low[k] + bars.close[k]) / 4
        assert (made.open[k], made.close[k]) == (opened, close)
        assert made.high[k] == max(bars.high[k], opened, close)
        assert made.low[k] == min(bars.low[k], opened, close)
        opened = (opened + close) / 2
    assert len(heikin_ashi(bars.slice(0, 0))) == 0


def test_a_coarse_bar_is_filled_where_every_row_of_it_is() -> None:
    filled = np.zeros(len(WEEKS), dtype=np.bool_)
    filled[5:10] = filled[12] = True
    marked = replace(WEEKS, filled=filled)
    for made in (resample(marked, Timeframe(5)), period_bars(marked, Timeframe(5))):
        assert made.filled is not None
        assert np.flatnonzero(made.filled).tolist() == [1]
