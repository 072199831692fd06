"""`candle_signals` and `candle_marks`: shapes, names, parameters, first bars, and that the future changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.support.candle_peers import whole
from pinewright.errors import UsageError
from pinewright.market import Bars
from pinewright.patterns.candles import CANDLES, candle_marks, candle_signals
from pinewright.patterns.candles.catalogue import AVERAGE
from pinewright.patterns.pattern import FULL, Direction, PatternKind
from tests.patterns.candles.support import bars_of, drawn_bars, mirrored, recorded
from tests.patterns.candles.test_rules import CASES, mirror

LENGTHS = {name: {"averageLength": 5} for name in CANDLES}
MINUTES = "m1/EURUSD_histdata_m1_2018"


def test_the_table() -> None:
    for name, pattern in CANDLES.items():
        assert (pattern.name, pattern.kind) == (name, PatternKind.CANDLE)
        assert 1 <= pattern.bars <= 3
        assert len(pattern.parameters) <= 4
        assert pattern.parameters[0] is AVERAGE
        for item in pattern.parameters:
            assert item.minimum <= item.default <= item.maximum
            steps = (item.maximum - item.minimum) / item.step
            assert steps == pytest.approx(round(steps)), item
        if pattern.direction is not Direction.NEUTRAL:
            twin = CANDLES[mirror(name)] if mirror(name) != name else pattern
            assert (twin.direction is pattern.direction) == (twin is pattern)


def test_rows_follow_the_names(shared: Path) -> None:
    bars = recorded(shared, MINUTES, 3_000)
    every = candle_signals(bars)
    names = ["hammer", "doji", "bearish_engulfing"]
    assert every.shape == (len(CANDLES), len(bars))
    np.testing.assert_array_equal(candle_signals(bars, names), every[[list(CANDLES).index(name) for name in names]])


def test_no_bars_and_no_names() -> None:
    bars = bars_of([(0, 1, -1, 0)])
    assert candle_signals(bars.slice(0, 0)).shape == (len(CANDLES), 0)
    assert candle_signals(bars, []).shape == (0, 1)
    assert candle_marks(bars.slice(0, 0)) == ()


def test_what_is_wrong_is_named() -> None:
    bars = bars_of([(0, 1, -1, 0)])
    with pytest.raises(UsageError, match="hamer") as error:
        candle_signals(bars, ["hamer"])
    assert "hammer" in str(error.value)
    with pytest.raises(UsageError, match="no parameter 'tail'"):
        candle_marks(bars, ["hammer"], {"hammer": {"tail": 1.0}})
    with pytest.raises(UsageError, match="out of range"):
        candle_signals(bars, ["hammer"], {"hammer": {"tailShare": 2.0}})
    with pytest.raises(UsageError, match="unknown candlestick pattern"):
        candle_signals(bars, None, {"hamer": {}})


def test_parameters_matter(shared: Path) -> None:
    bars = recorded(shared, MINUTES, 5_000)
    for name, pattern in CANDLES.items():
        usual = candle_signals(bars, [name])[0]
        for item in pattern.parameters:
            ends = [
                candle_signals(bars, [name], {name: {item.name: value}})[0] for value in (item.minimum, item.maximum)
            ]
            assert any((end != usual).any() for end in ends), (name, item.name)


def test_marks_are_the_signals(shared: Path) -> None:
    bars = recorded(shared, MINUTES, 3_000)
    marks, fired = candle_marks(bars), candle_signals(bars)
    assert len(marks) == np.count_nonzero(fired)
    assert [mark.bar for mark in marks] == sorted(mark.bar for mark in marks)
    for mark in marks:
        pattern = CANDLES[mark.pattern]
        assert fired[list(CANDLES).index(mark.pattern), mark.bar]
        assert (mark.direction, mark.confidence) == (pattern.direction, FULL)
        assert mark.bar - mark.start + 1 == pattern.bars


def test_nothing_fires_before_the_averages_are_there(shared: Path) -> None:
    names = list(CANDLES)
    for start in range(0, 2_000, 40):
        assert not candle_signals(recorded(shared, MINUTES, 2_000).slice(start, start + 10)).any()
    flat = candle_signals(bars_of([(0, 0, 0, 0)] * 14))
    assert {names[place] for place in np.flatnonzero(flat.any(axis=1))} == {"doji"}
    assert np.flatnonzero(flat[names.index("doji")]).tolist() == [10, 11, 12, 13]
    # Whatever bars there are before: all that is read lies within the average, the pattern and the move before.
    whole = recorded(shared, MINUTES, 2_000)
    np.testing.assert_array_equal(candle_signals(whole.slice(1_000, 2_000))[:, 13:], candle_signals(whole)[:, 1_013:])


def without_future(bars: Bars, end: int) -> None:
    whole, cut = candle_signals(bars), candle_signals(bars.slice(0, end))
    np.testing.assert_array_equal(cut, whole[:, :end])


@settings(max_examples=60, deadline=None)
@given(bars=drawn_bars, share=st.floats(0, 1))
def test_the_future_changes_no_past(bars: Bars, share: float) -> None:
    without_future(bars, int(share * len(bars)))


@pytest.mark.parametrize("end", [1, 11, 12, 13, 1_000, 4_999])
def test_the_future_changes_no_past_of_recorded_bars(shared: Path, end: int) -> None:
    without_future(recorded(shared, MINUTES, 5_000), end)


@settings(max_examples=60, deadline=None)
@given(bars=drawn_bars)
def test_what_is_bullish_is_bearish_upside_down(bars: Bars) -> None:
    upright = candle_signals(bars, list(CASES), LENGTHS)
    turned = candle_signals(mirrored(bars), [mirror(name) for name in CASES], LENGTHS)
    np.testing.assert_array_equal(upright, turned)


def test_the_unit_of_prices_does_not_matter(shared: Path) -> None:
    bars = recorded(shared, MINUTES, 20_000)
    doubled = replace(bars, open=2 * bars.open, high=2 * bars.high, low=2 * bars.low, close=2 * bars.close)
    np.testing.assert_array_equal(candle_signals(doubled), candle_signals(bars))
    np.testing.assert_array_equal(candle_signals(whole(bars)), candle_signals(bars))
