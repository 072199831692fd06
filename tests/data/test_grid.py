"""Steps in which prices move: the tick, half of it for mid prices, none for prices without a grid."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from pinewright.data import load_bars
from pinewright.data.grid import price_step
from pinewright.data.quality import check_quality
from pinewright.market import FloatArray

TICK = 1e-5
PRICES: FloatArray = np.round(1.1 + TICK * np.arange(2_000), 5)


def test_prices_on_the_tick_have_the_tick() -> None:
    assert price_step(PRICES, TICK) == TICK
    coarse: FloatArray = np.round(PRICES, 4)
    assert price_step(coarse, TICK) == TICK  # a coarser grid lies on the tick
    assert price_step(np.zeros(0), TICK) == TICK


@pytest.mark.parametrize("parts", [2, 10])
def test_prices_between_ticks_have_a_part_of_it(parts: int) -> None:
    prices: FloatArray = PRICES + TICK / parts * (np.arange(len(PRICES)) % parts)
    assert price_step(prices, TICK) == pytest.approx(TICK / parts, rel=1e-12)


def test_prices_without_a_grid_have_the_tick() -> None:
    prices = (math.pi * np.arange(1, 1_000)).astype(np.float64)
    assert price_step(prices, TICK) == TICK


def test_a_step_that_is_no_part_of_the_tick() -> None:
    prices = (1.0 + 0.1 * np.arange(100)).astype(np.float64)
    assert price_step(prices, 0.25) == 0.25


def test_a_few_odd_prices_are_no_other_grid() -> None:
    prices = PRICES.copy()
    prices[:10] += TICK / 2
    assert price_step(prices, TICK) == TICK


def test_recorded_mid_prices_lie_on_half_ticks(shared: Path) -> None:
    bars, _ = load_bars(shared / "data" / "m1" / "EURUSD_histdata_m1_bidask_2025q2.parquet")
    assert price_step(bars.close, bars.symbol.mintick) == 5e-6
    assert "49 % of prices between ticks (in steps of 0.000005)" in check_quality(bars).one_line()
