"""Bars joined into candles few enough to draw."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.app.report.candles import draw_candles
from pinewright.market import MINUTE, Bars, Symbol, Timeframe


def bars_of(steps: list[int], minutes: int, warmup: int = 0) -> Bars:
    """Random-walk bars ``steps`` time frames apart."""
    size = len(steps)
    random = np.random.default_rng(size)
    close = 1.1 + np.cumsum(random.normal(0, 1e-4, size))
    opened = np.append(1.1, close[:-1])
    return Bars(
        Symbol.get("EURUSD"),
        Timeframe(minutes),
        (1_743_465_600_000 + np.cumsum(np.array(steps, dtype=np.int64)) * minutes * MINUTE).astype(np.int64),
        opened,
        np.maximum(opened, close) + 1e-4,
        np.minimum(opened, close) - 1e-4,
        close,
        np.zeros(size),
        warmup=warmup,
    )


def test_few_bars_stay_as_they_are() -> None:
    bars = bars_of([1] * 50, 15, warmup=10)
    candles = draw_candles(bars, most=40)
    assert not candles.joined
    assert candles.time.tolist() == bars.time[10:].tolist()
    assert candles.close.tolist() == bars.close[10:].tolist()


def test_no_bars_give_no_candles() -> None:
    assert len(draw_candles(bars_of([1] * 3, 15, warmup=3))) == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([1, 1, 1, 1, 2, 90, 2000]), min_size=1, max_size=300),
    st.sampled_from([1, 5, 7, 15, 60, 240, 1440]),
    st.integers(3, 60),
)
def test_joined_candles_lose_no_price(steps: list[int], minutes: int, most: int) -> None:
    bars = bars_of(steps, minutes)
    candles = draw_candles(bars, most)
    assert 1 <= len(candles) <= most
    assert np.all(np.diff(candles.time) > 0)
    assert set(candles.time.tolist()) <= set(bars.time.tolist())
    assert candles.open[0] == bars.open[0]
    assert candles.close[-1] == bars.close[-1]
    assert candles.high.max() == bars.high.max()
    assert candles.low.min() == bars.low.min()
    assert np.all(candles.high >= np.maximum(candles.open, candles.close))
    assert np.all(candles.low <= np.minimum(candles.open, candles.close))
    assert candles.joined == (len(candles) < len(bars))
