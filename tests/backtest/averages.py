"""A crossover of two averages as a Program written by hand, with shared and private columns and a clock."""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import Bars, Symbol, Timeframe
from pinewright.program import ClockColumn, InputKind, Program, ProgramColumn, ProgramInput, StrategySettings

TEXT: Final = """
def average(x: Floats, length: int, out: Floats, n: int) -> None:
    total = 0.0
    lost = 0.0
    for i in range(n):
        y = x[i] - lost
        t = total + y
        lost = (t - total) - y
        total = t
        if i >= length:
            y = -x[i - length] - lost
            t = total + y
            lost = (t - total) - y
            total = t
        out[i] = total / length if i >= length - 1 else math.nan

def fast(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None:
    average(view.close, int(p[0]), out, n)

def slow(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None:
    average(view.close, int(p[1]), out, n)

def cross(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None:
    s[0] += 1.0
    for i in range(n):
        h[0][i] = c[0][i] - c[1][i]
        out[i] = 0.0
        if i > 0 and h[0][i] > 0.0 and h[0][i - 1] <= 0.0:
            out[i] = s[0]
        if i > 0 and h[0][i] < 0.0 and h[0][i - 1] >= 0.0:
            out[i] = -s[0]

def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:
    s[1] += 1.0
    h[1][i] = s[1]
    if c[2][i] == 1.0 and c[3][i] >= p[2]:
        order_entry(b, view, i, 0, True, math.nan, math.nan, math.nan, -1, 0, -1)
    if c[2][i] == -1.0 and s[1] == i + 1.0 and h[1][i] == i + 1.0:
        order_entry(b, view, i, 1, False, math.nan, math.nan, math.nan, -1, 0, -1)
"""

ACCOUNT: Final = StrategySettings(initial_capital=10_000, quantity_value=10_000, commission_value=0.002)


def _whole(name: str, default: float, low: float, high: float) -> ProgramInput:
    return ProgramInput(name, name.title(), InputKind.INT, default, low, high)


def crossover(settings: StrategySettings = ACCOUNT) -> Program:
    """Long when the fast average crosses above the slow one (from an hour of the day on), short below it."""
    return Program(
        name="crossover",
        text=TEXT,
        inputs=(_whole("fast", 5, 1, 500), _whole("slow", 20, 1, 500), _whole("hour", 0, 0, 23)),
        columns=(
            ProgramColumn("fast", (0,), ()),
            ProgramColumn("slow", (1,), ()),
            ProgramColumn("cross", (), (0, 1), slots=1, buffers=1),
            ClockColumn("hour", "America/New_York"),
        ),
        settings=settings,
        strings=("Long", "Short"),
        slots=2,
        buffers=2,
        key="crossover",
    )


def random_bars(count: int, minutes: int = 60, seed: int = 0) -> Bars:
    """A walk on the grid of EUR/USD, without gaps in time."""
    generator = np.random.default_rng(seed)
    close = 110_000 + np.cumsum(generator.integers(-30, 31, count))
    opened = np.append(110_000, close)[:count] + generator.integers(-2, 3, count)
    high = np.maximum(opened, close) + generator.integers(0, 20, count)
    low = np.minimum(opened, close) - generator.integers(0, 20, count)
    time = 1_736_121_600_000 + np.arange(count, dtype=np.int64) * minutes * 60_000
    o, h, lo, c = ((column * 1e-5).round(5).astype(np.float64) for column in (opened, high, low, close))
    return Bars(Symbol.get("EURUSD"), Timeframe(minutes), time, o, h, lo, c, np.zeros(count), feed="generated")
