"""Bars for tests of structure: paths through given corners, and walks on a grid on which arithmetic is exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from pinewright.market import MINUTE, Bars, FloatArray, Symbol, Timeframe

GRID = 2.0**-10
"""Prices are whole multiples of it, so that sums and differences are exact."""


def bars_of(opens: FloatArray, highs: FloatArray, lows: FloatArray, closes: FloatArray) -> Bars:
    count = len(closes)
    time = np.arange(count, dtype=np.int64) * MINUTE
    return Bars(Symbol.get("EURUSD"), Timeframe(1), time, opens, highs, lows, closes, np.zeros(count))


def path(*corners: tuple[int, float]) -> Bars:
    """Bars whose closes run straight from corner to corner (bars from the corner before, price); wicks of a quarter."""
    closes: list[float] = [corners[0][1]]
    for count, price in corners[1:]:
        closes += [closes[-1] + (price - closes[-1]) * k / count for k in range(1, count + 1)]
    close = np.array(closes, dtype=np.float64)
    start = np.concatenate([close[:1], close[:-1]])
    return bars_of(start, np.maximum(start, close) + 0.25, np.minimum(start, close) - 0.25, close)


def moved(bars: Bars, factor: float, shift: float) -> Bars:
    """The bars with prices times factor plus shift; a negative factor swaps highs and lows."""
    high, low = (bars.high, bars.low) if factor > 0 else (bars.low, bars.high)
    open_, high, low, close = (factor * column + shift for column in (bars.open, high, low, bars.close))
    return replace(bars, open=open_, high=high, low=low, close=close)


def walk(seed: int, count: int, widest: int = 8) -> Bars:
    """A walk on the grid around 4, with gaps between bars and many ties."""
    rng = np.random.default_rng(seed)
    close = (4.0 + GRID * np.cumsum(rng.integers(-widest, widest + 1, count))).astype(np.float64)
    start = np.concatenate([close[:1], close[:-1]]) + GRID * (rng.integers(-9, 10, count) // 9)
    above: FloatArray = np.maximum(start, close) + GRID * rng.integers(0, widest + 1, count)
    below: FloatArray = np.minimum(start, close) - GRID * rng.integers(0, widest + 1, count)
    return bars_of(start, above, below, close)


@st.composite
def grid_bars(draw: st.DrawFn, longest: int = 400) -> Bars:
    """Walks of all lengths and tempers: from none but ties to wild ones."""
    return walk(draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, longest)), draw(st.integers(1, 20)))


def corners(prices: Sequence[float], step: int = 10) -> tuple[tuple[int, float], ...]:
    """Corners at equal distances."""
    return tuple((step, price) for price in prices)
