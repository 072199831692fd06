"""Days in another order: the same days, whole, on the grid, with the drift of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.data.calendar import trading_day
from pinewright.data.simulate import SimulatedSource
from pinewright.data.source import BarRequest
from pinewright.market import Bars, Symbol, Timeframe
from pinewright.optimize.reorder import reordered


@pytest.fixture(scope="module")
def bars() -> Bars:
    request = BarRequest(symbol=Symbol.get("EURUSD"), timeframe=Timeframe(60), days=120, warmup=50)
    return SimulatedSource(3).load(request).bars


def test_days_stay_whole_and_each_comes_once(bars: Bars) -> None:
    other = reordered(bars, 1)
    head = bars.warmup
    assert len(other) == len(bars)
    np.testing.assert_array_equal(other.time[:head], bars.time[:head])
    np.testing.assert_array_equal(other.close[:head], bars.close[:head])
    assert np.all(np.diff(other.time) > 0)
    np.testing.assert_array_equal(np.sort(other.volume[head:]), np.sort(bars.volume[head:]))
    days = [np.unique(trading_day(one.time[head:], one.symbol), return_counts=True) for one in (bars, other)]
    np.testing.assert_array_equal(days[0][0], days[1][0])
    np.testing.assert_array_equal(np.sort(days[0][1]), np.sort(days[1][1]))
    assert not np.array_equal(other.close, bars.close)


def test_prices_are_bars_on_the_grid(bars: Bars) -> None:
    other = reordered(bars, 2)
    tick = bars.symbol.mintick
    for column in (other.open, other.high, other.low, other.close):
        np.testing.assert_allclose(column / tick, np.rint(column / tick), atol=1e-6)
    assert np.all(other.high >= np.maximum(other.open, other.close))
    assert np.all(other.low <= np.minimum(other.open, other.close))


def test_the_drift_stays_and_the_path_repeats(bars: Bars) -> None:
    one, again, other = (reordered(bars, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.close, again.close)
    assert not np.array_equal(one.close, other.close)
    assert one.close[-1] == pytest.approx(bars.close[-1], rel=2e-3)
