"""Bars that the tests of mining share: made ones, and a quarter-hour series of a real year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.data.files import FileSource
from pinewright.data.resample import resample
from pinewright.data.source import BarRequest
from pinewright.market import Bars, Symbol, Timeframe

QUARTER = 15 * 60_000
START = 1_736_121_600_000  # 2025-01-06 00:00 UTC


def made_bars(steps: np.ndarray) -> Bars:
    """15-minute bars without gaps whose closes move by so many ticks each."""
    close = np.round(1.1 + np.cumsum(steps) * 1e-5, 5)
    open_ = np.concatenate(([1.1], close[:-1]))
    high, low = np.maximum(open_, close), np.minimum(open_, close)
    time = START + QUARTER * np.arange(len(close), dtype=np.int64)
    return Bars(Symbol.get("EURUSD"), Timeframe(15), time, open_, high, low, close, np.full(len(close), 1.0))


def walk(size: int, seed: int = 7) -> Bars:
    return made_bars(np.random.default_rng(seed).integers(-30, 31, size))


@pytest.fixture(scope="session")
def minutes(shared: Path) -> Bars:
    return FileSource(shared / "data/m1/EURUSD_histdata_m1_2018.parquet").load(BarRequest()).bars


@pytest.fixture(scope="session")
def quarters(minutes: Bars) -> Bars:
    return resample(minutes, Timeframe(15))
