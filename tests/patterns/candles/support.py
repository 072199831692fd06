"""Bars for the tests of candlestick patterns: written by hand, drawn, and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from pinewright.data import load_bars
from pinewright.market import MINUTE, Bars, FloatArray, Symbol, Timeframe

TICK = 1e-5
START = 1_736_121_600_000  # 2025-01-06 00:00 UTC

Row = tuple[float, float, float, float]
"""Open, high, low and close in ticks."""


def bars_of(rows: Sequence[Row], base: int = 120_000) -> Bars:
    """Minutes of EUR/USD; prices in ticks above ``base`` ticks."""
    table = np.round(np.array(rows, dtype=np.float64).reshape(-1, 4) + base) / 1e5
    time = START + MINUTE * np.arange(len(table), dtype=np.int64)
    open_, high, low, close = (np.ascontiguousarray(table[:, k]) for k in range(4))
    return Bars(Symbol.get("EURUSD"), Timeframe(1), time, open_, high, low, close, np.zeros(len(table)))


def mirrored(bars: Bars, around: float = 2.4) -> Bars:
    """The same bars upside down, on the tick grid again."""

    def turned(column: FloatArray) -> FloatArray:
        return np.round(around - column, 5)

    return replace(bars, open=turned(bars.open), high=turned(bars.low), low=turned(bars.high), close=turned(bars.close))


def _rows(steps: Sequence[tuple[int, int, int, int]], scale: int) -> list[Row]:
    rows: list[Row] = []
    price = 0
    for gap, change, above, below in steps:
        first = price + gap
        price = first + scale * change
        rows.append((first, max(first, price) + scale * above, min(first, price) - scale * below, price))
    return rows


_STEPS = st.tuples(st.sampled_from((0, 0, 0, 0, 1, -1, 3)), st.integers(-6, 6), st.integers(0, 4), st.integers(0, 4))

drawn_bars = st.builds(
    lambda steps, scale: bars_of(_rows(steps, scale)),
    st.lists(_STEPS, min_size=1, max_size=60),
    st.sampled_from((0, 1, 7)),
)
"""Short series with ties, bars without wicks, bars without bodies, and flat ones (scale 0)."""


def random_bars(seed: int, size: int = 300) -> Bars:
    """A seeded series of coarse steps, in which every pattern has its chance and ties are many."""
    generator = np.random.default_rng(seed)
    gap = generator.choice((0, 0, 0, 0, 0, 1, -1, 4, -4), size)
    change, above, below = (
        generator.integers(-9, 10, size),
        generator.integers(0, 9, size),
        generator.integers(0, 9, size),
    )
    hidden = generator.random((2, size)) < 0.4
    above[hidden[0]], below[hidden[1]] = 0, 0
    steps = zip(gap.tolist(), change.tolist(), above.tolist(), below.tolist(), strict=True)
    return bars_of(_rows(list(steps), 1))


@cache
def recorded(folder: Path, name: str, size: int) -> Bars:
    """The first bars of a recorded file."""
    return load_bars(folder / "data" / f"{name}.parquet")[0].slice(0, size)
