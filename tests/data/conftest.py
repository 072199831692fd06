"""Small generated bars and files for the tests of the data room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from pinewright.market import MINUTE, Bars, FloatArray, Symbol, Timeframe

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC, a Monday in New York's summer time


def make_bars(
    count: int, timeframe: Timeframe | None = None, start: int = MONDAY, spread: bool = True, seed: int = 0
) -> Bars:
    """Bars without a gap from ``start``, on the tick grid, whole volumes."""
    timeframe = timeframe or Timeframe(1)
    generator = np.random.default_rng(seed)
    close = 1.1 + 1e-5 * np.cumsum(generator.integers(-5, 6, count))
    open_ = np.append(1.1, close)[:count]
    high = np.maximum(open_, close) + 1e-5 * generator.integers(0, 4, count)
    low = np.minimum(open_, close) - 1e-5 * generator.integers(0, 4, count)
    return Bars(
        Symbol.get("EURUSD"),
        timeframe,
        start + np.arange(count, dtype=np.int64) * timeframe.milliseconds,
        _on_grid(open_),
        _on_grid(high),
        _on_grid(low),
        _on_grid(close),
        generator.integers(1, 100, count).astype(np.float64),
        feed="generated",
        spread=_on_grid(1e-5 * generator.integers(1, 9, count)) if spread else None,
    )


def _on_grid(prices: npt.ArrayLike) -> FloatArray:
    columns: FloatArray = np.asarray(prices, dtype=np.float64)
    return columns.round(5)


@pytest.fixture
def bars() -> Callable[..., Bars]:
    """``make_bars`` for tests."""
    return make_bars


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write text to a file under the test's folder and give its path."""

    def writer(text: str, name: str = "EURUSD.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return writer


@pytest.fixture
def monday() -> int:
    """Monday 2025-06-02 00:00 UTC in ms."""
    assert MONDAY % MINUTE == 0
    return MONDAY
