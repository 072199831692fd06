"""Whole backtests of scripts with requests: laws that must hold for any strategy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.data.simulate import simulated_bars
from pinewright.market import Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

BARS = replace(simulated_bars(11, "15m", days=60), warmup=0)
SOURCE = """//@version=6
strategy("x", margin_long = 0, margin_short = 0)
fast = input.int(3)
slow = input.int(9)
frame = input.timeframe("60", options = ["60", "240", "D"])
var float peak = 0.0
peak := math.max(peak * 0.999, high)
[a, b] = request.security(syminfo.tickerid, frame, [ta.ema(close, fast), ta.sma(close, slow)])
top = request.security(syminfo.tickerid, "D", peak[1] - low)
gap = request.security(syminfo.tickerid, "240", close > open, barmerge.gaps_on)
if ta.crossover(a, b) or gap
    strategy.entry("L", strategy.long)
if ta.crossunder(a, b) or close < open - top * 0.5
    strategy.close("L")
"""


@pytest.fixture(scope="module")
def program() -> Program:
    return compile_script(check(SOURCE), "requests")


def sets() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(
        [(fast, slow, frame) for fast in (2, 4) for slow in (5, 9) for frame in (0, 1, 2)], dtype=np.float64
    )


def closed_before(trades: Trades, bar: int) -> list[tuple[int, int, float, float]]:
    rows = zip(trades.entry_bar, trades.exit_bar, trades.entry_price, trades.exit_price, strict=True)
    return [(int(a), int(b), float(c), float(d)) for a, b, c, d in rows if b < bar]


def test_cutting_off_the_future_never_changes_the_past(program: Program, kernels: Path) -> None:
    whole = Engine(program, BARS, cache_dir=kernels)
    for row in sets()[[0, 5, 10]]:
        every = whole.trades(row, first=0)
        assert len(every) > 5
        for end in (700, 1501, 2222, 3600):
            part = Engine(program, BARS.slice(0, end), cache_dir=kernels).trades(row, first=0)
            assert closed_before(part, end - 1) == closed_before(every, end - 1)
            assert closed_before(whole.trades(row, first=0, last=end), end - 1) == closed_before(every, end - 1)


def test_a_set_alone_gives_what_it_gives_among_others_on_any_number_of_threads(program: Program, kernels: Path) -> None:
    rows = sets()
    several = Engine(program, BARS, cache_dir=kernels, threads=3).run(np.repeat(rows, 5, axis=0)).metrics[::5]
    for k, row in enumerate(rows):
        alone = Engine(program, BARS, cache_dir=kernels).run(row).metrics[0]
        np.testing.assert_array_equal(several[k], alone)
