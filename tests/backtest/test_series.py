"""Columns without the broker are the columns of the engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.series import ColumnEngine
from pinewright.errors import BacktestError
from pinewright.market import Bars, Symbol, Timeframe
from pinewright.program import ClockColumn, InputKind, Program, ProgramColumn, ProgramInput, StrategySettings

TEXT = """
def scaled(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None:
    for i in range(n):
        out[i] = view.close[i] * p[0]

def total(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None:
    for i in range(n):
        s[0] += c[0][i] + c[1][i]
        h[0][i] = s[0]
        out[i] = h[0][i]

def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    order_close_all(b, view, i, -1, False)
"""
PROGRAM = Program(
    name="columns",
    text=TEXT,
    inputs=(ProgramInput("factor", "Factor", InputKind.FLOAT, 2.0, 0.0, 10.0),),
    columns=(
        ProgramColumn("scaled", (0,), ()),
        ClockColumn("hour", "Etc/UTC"),
        ProgramColumn("total", (), (0, 1), slots=1, buffers=1),
    ),
    settings=StrategySettings(),
    strings=(),
    slots=0,
    buffers=0,
    key="test_series",
)


@pytest.fixture(scope="module")
def engine(kernels: Path) -> ColumnEngine:
    return ColumnEngine(PROGRAM, cache_dir=kernels)


def bars(size: int) -> Bars:
    close = np.arange(1.0, size + 1.0)
    time = 1_736_121_600_000 + 3_600_000 * np.arange(size, dtype=np.int64)
    return Bars(Symbol.get("EURUSD"), Timeframe(60), time, close, close, close, close, np.zeros(size))


def test_columns_and_those_below(engine: ColumnEngine) -> None:
    hours = np.arange(5.0)
    expected = np.cumsum(2.0 * np.arange(1.0, 6.0) + hours)
    total, hour = engine.compute(bars(5), [2, 1])
    np.testing.assert_array_equal(total, expected)
    np.testing.assert_array_equal(hour, hours)


def test_each_call_has_its_own_memory(engine: ColumnEngine) -> None:
    first = engine.compute(bars(5), [2])[0]
    again = engine.compute(bars(5), [2], [3.0])[0]
    assert first[-1] == 40.0
    assert again[-1] == 55.0
    np.testing.assert_array_equal(engine.compute(bars(5), [2])[0], first)


def test_refusals(engine: ColumnEngine) -> None:
    with pytest.raises(BacktestError, match="no column 3"):
        engine.compute(bars(5), [3])
    with pytest.raises(BacktestError, match="no bars"):
        engine.compute(bars(0), [0])
    with pytest.raises(BacktestError, match="out of range"):
        engine.compute(bars(5), [0], [11.0])


def test_no_broker_is_compiled(tmp_path: Path) -> None:
    ColumnEngine(replace(PROGRAM, key="another"), cache_dir=tmp_path)
    (file,) = tmp_path.glob("*.kernel")
    assert file.stat().st_size < 16_384, "the broker alone is several times as large"
