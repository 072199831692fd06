"""Bars and a calculator that the tests of indicators share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.indicators import IndicatorCalculator
from pinewright.market import Bars, Symbol, Timeframe

QUARTER = 15 * 60_000
START = 1_736_121_600_000  # 2025-01-06 00:00 UTC


def walk(size: int, seed: int = 7) -> Bars:
    """A random walk on the tick grid: rises, falls and ties."""
    steps = np.random.default_rng(seed).integers(-30, 31, size)
    close = np.round(1.1 + np.cumsum(steps) * 1e-5, 5)
    open_ = np.concatenate(([1.1], close[:-1]))
    high = np.round(np.maximum(open_, close) + 7e-5, 5)
    low = np.round(np.minimum(open_, close) - 9e-5, 5)
    time = START + QUARTER * np.arange(size, dtype=np.int64)
    return Bars(Symbol.get("EURUSD"), Timeframe(15), time, open_, high, low, close, np.full(size, 10.0))


@pytest.fixture(scope="session")
def bars() -> Bars:
    return walk(400)


@pytest.fixture(scope="session")
def calculator(kernels: Path) -> IndicatorCalculator:
    return IndicatorCalculator(cache_dir=kernels)
