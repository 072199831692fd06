"""Mined shapes as Pine: the same bars as the detector, and the trades that were counted."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.backtest.series import ColumnEngine
from pinewright.data.files import FileSource
from pinewright.data.source import BarRequest
from pinewright.errors import UsageError
from pinewright.generate.header import Header
from pinewright.generate.visual.pine_pattern import definitions
from pinewright.generate.visual.shape import ShapeAccount, shape_pine, shape_strategy
from pinewright.market import Bars, BoolArray, Timeframe
from pinewright.patterns.mining.shape import Shape, template_of
from pinewright.patterns.mining.signals import entries, forward_moves, shape_signals
from pinewright.patterns.pattern import Direction
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, compile_series
from tests.patterns.mining.conftest import made_bars, walk

ACCOUNT = ShapeAccount(10_000.0, "USD", 1_000.0, 3e-5)


def shape(closes: object, tolerance: float, direction: Direction = Direction.UP) -> Shape:
    return Shape("shape_15m_1", template_of(closes), tolerance, direction, 8, Timeframe(15))  # type: ignore[arg-type]


def columns(one: Shape) -> ColumnEngine:
    pine = shape_pine(one)
    lines = ("//@version=6", 'indicator("shape")', *definitions([pine]), f"seen = {pine.call([repr(one.tolerance)])}")
    checked = check("\n".join((*lines, "plotshape(seen)", "")))
    assert checked.ok
    assert not checked.diagnostics
    series = compile_series(checked, ("seen",), "shape")
    assert series.columns
    engine = ColumnEngine(series.program)
    engine.column = series.columns  # type: ignore[attr-defined]
    return engine


def fired_in_pine(engine: ColumnEngine, bars: Bars) -> BoolArray:
    (column,) = engine.compute(bars, engine.column)  # type: ignore[attr-defined]
    return np.asarray(column != 0.0, dtype=np.bool_)


@pytest.fixture(scope="module")
def minutes(shared: Path) -> Bars:
    return FileSource(shared / "data/m1/EURUSD_histdata_m1_2018.parquet").load(BarRequest()).bars


@pytest.mark.parametrize(("length", "tolerance"), [(4, 0.3), (16, 0.8), (64, 0.8)])
def test_fires_on_the_same_bars_of_a_real_year(minutes: Bars, length: int, tolerance: float) -> None:
    bars = minutes.slice(0, 110_000)
    one = shape(bars.close[5_000 : 5_000 + length], tolerance)
    fired = shape_signals(bars, one)
    assert fired.sum() > 20
    assert np.array_equal(fired_in_pine(columns(one), bars), fired)


SMALL = shape([0, 2, 1, 3, 0], 0.7)
SMALL_PINE = columns(SMALL)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=80))
def test_fires_on_the_same_bars_of_any_walk(steps: list[int]) -> None:
    """Short windows of few ticks: many are flat, and many lie just at the limit."""
    bars = made_bars(np.array(steps))
    assert np.array_equal(fired_in_pine(SMALL_PINE, bars), shape_signals(bars, SMALL))


@pytest.mark.parametrize("direction", [Direction.UP, Direction.DOWN])
def test_the_strategy_makes_the_trades_that_were_counted(direction: Direction, kernels: Path) -> None:
    bars = walk(6_000)
    one = shape(bars.close[2_000:2_012], 0.9, direction)
    text = shape_strategy(one, ACCOUNT, Header(feed="made"))
    checked = check(text)
    assert checked.ok
    assert not checked.diagnostics
    engine = Engine(compile_script(checked), bars, cache_dir=kernels)
    trades = engine.trades([item.default for item in engine.program.inputs])
    places = entries(shape_signals(bars, one), 0, len(bars) - one.horizon - 1, one.spacing)
    closed = ~trades.is_open
    assert len(places) > 30
    assert trades.entry_bar[closed].tolist()[: len(places)] == (places + 1).tolist()
    net = direction.value * forward_moves(bars, one.horizon)[places] - 2 * ACCOUNT.commission
    assert np.allclose(trades.net_profit[closed][: len(places)], 1_000.0 * net, atol=1e-6)


def test_pine_is_compact() -> None:
    one = shape(np.random.default_rng(1).normal(size=64), 0.5)
    (function,) = shape_pine(one).functions
    text = "\n".join(function.lines)
    assert len(text) < 3_000
    assert max(map(len, function.lines)) <= 120
    assert len(re.findall(r"close\[\d+\]", text)) == 63


def test_no_direction_is_no_entry() -> None:
    with pytest.raises(UsageError, match="no entry"):
        shape_strategy(shape([0, 1, 2, 0], 0.5, Direction.NEUTRAL), ACCOUNT, Header())
