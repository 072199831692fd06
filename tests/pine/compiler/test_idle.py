"""Bars on which the step has nothing to do: found, left out, and never one too many."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.market import Bars, FloatArray, Symbol, Timeframe
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, idle
from pinewright.pine.compiler.idle import changes_something
from pinewright.pine.compiler.runtime import window_cross, window_crosses
from pinewright.program import Program

HEAD = (
    '//@version=6\nstrategy("t", initial_capital = 100000, default_qty_type = strategy.fixed, default_qty_value = 1000'
)
CROSS = "up = ta.crossover(close, ta.sma(close, 9))\ndown = ta.crossunder(close, ta.sma(close, 9))\n"

BODIES = {
    "two ifs": 'if up\n    strategy.entry("L", strategy.long)\nif down\n    strategy.entry("S", strategy.short)',
    "else if": 'if up\n    strategy.entry("L", strategy.long)\nelse if down\n    strategy.close("L")',
    "account in the condition": 'if up and strategy.position_size == 0\n    strategy.entry("L", strategy.long)\n'
    'if down and strategy.position_size > 0\n    strategy.close("L")',
    "nested": 'if up or down\n    if close > open\n        strategy.entry("L", strategy.long)\n    else\n'
    '        strategy.entry("S", strategy.short)',
    "bracket": 'if up and strategy.position_size == 0\n    strategy.entry("L", strategy.long)\n'
    '    strategy.exit("X", "L", stop = close - 0.0006, limit = close + 0.0009)',
    "stop order": 'if up\n    strategy.entry("L", strategy.long, stop = high + 0.0002)\n'
    'if down\n    strategy.cancel("L")\n    strategy.close("L")',
    "switch": 'switch\n    up => strategy.entry("L", strategy.long)\n    down => strategy.close("L")',
    "state in the branch": "var count = 0\nif up\n    count := count + 1\n    if count % 3 == 0\n"
    '        strategy.entry("L", strategy.long)\nif down\n    strategy.close("L")',
}
"""Each leaves the step out on most bars, but for the last."""

ALWAYS_BUSY = {
    "order on each bar": 'strategy.entry("L", strategy.long, limit = low)\nif up\n    strategy.close("L")',
    "state on each bar": "var count = 0\ncount := count + 1\n"
    'if count % 7 == 0\n    strategy.entry("L", strategy.long)\nif down\n    strategy.close("L")',
    "else": 'if up\n    strategy.entry("L", strategy.long)\nelse\n    strategy.close("L")',
    "account alone": 'if strategy.position_size == 0\n    strategy.entry("L", strategy.long)\n'
    'if down\n    strategy.close("L")',
    "not of the account": 'if not (up and strategy.position_size == 0)\n    strategy.entry("L", strategy.long)\n'
    'if down\n    strategy.close("L")',
}


def program(body: str, arguments: str = "") -> Program:
    checked = check(f"{HEAD}{arguments})\n{CROSS}{body}\n")
    assert checked.ok, checked.diagnostics
    return compile_script(checked)


def bars(size: int = 700, seed: int = 5) -> Bars:
    steps = np.random.default_rng(seed).integers(-25, 26, size)
    close = np.round(1.1 + np.cumsum(steps) * 1e-5, 5)
    opened = np.concatenate(([1.1], close[:-1]))
    high, low = np.maximum(opened, close) + 6e-5, np.minimum(opened, close) - 6e-5
    time = 1_736_121_600_000 + 900_000 * np.arange(size, dtype=np.int64)
    return Bars(Symbol.get("EURUSD"), Timeframe(15), time, opened, high, low, close, np.zeros(size), warmup=30)


@pytest.mark.parametrize("name", [name for name in BODIES if name != "state in the branch"])
def test_idle_bars_are_found(name: str) -> None:
    assert program(BODIES[name]).acts


@pytest.mark.parametrize("name", ALWAYS_BUSY)
def test_a_step_with_work_on_each_bar_is_never_left_out(name: str) -> None:
    assert not program(ALWAYS_BUSY[name]).acts


@pytest.mark.parametrize("arguments", ["", ", process_orders_on_close = true", ", margin_long = 80, margin_short = 80"])
@pytest.mark.parametrize("name", [*BODIES, *ALWAYS_BUSY])
def test_leaving_idle_bars_out_changes_no_figure(kernels: Path, name: str, arguments: str) -> None:
    found = program({**BODIES, **ALWAYS_BUSY}[name], arguments)
    data = bars()
    skimmed = Engine(found, data, cache_dir=kernels)
    stepped = Engine(replace(found, acts=False), data, cache_dir=kernels)
    row = np.empty((1, 0))
    np.testing.assert_array_equal(skimmed.run(row).metrics, stepped.run(row).metrics)
    np.testing.assert_array_equal(skimmed.equity(row), stepped.equity(row))
    assert stepped.run(row)["trades"][0] > 5
    for window in ((100, 101), (333, 700), (30, 64)):
        np.testing.assert_array_equal(
            skimmed.run(row, first=window[0], last=window[1]).metrics,
            stepped.run(row, first=window[0], last=window[1]).metrics,
        )


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("t1 = c[4][i]", False),
        ("v_count_3 = t1 + s[2]", False),
        ("if s[1] == 0.0:", False),
        ("else:", False),
        ("s[1] = 1.0", True),
        ("h[0][i] = t1", True),
        ("t1 = window_sum(s[0:], h[0], h[1], t2, 5.0)", True),
        ("order_close_all(b, view, i, -1, False)", True),
    ],
)
def test_lines_that_change_something(line: str, changes: bool) -> None:
    assert changes_something(line) is changes


prices = st.lists(st.sampled_from([1.0, 2.0, 3.0, math.nan]), min_size=1, max_size=40)


@settings(max_examples=200, deadline=None)
@given(first=prices, second=prices)
def test_crossings_of_arrays_are_those_of_values(first: list[float], second: list[float]) -> None:
    size = min(len(first), len(second))
    a, b, out = np.array(first[:size]), np.array(second[:size]), np.empty(size)
    window_crosses(out, a, b, size)
    state: FloatArray = np.zeros(3)
    one_by_one = [window_cross(state, float(x), float(y)) for x, y in zip(a, b, strict=True)]
    np.testing.assert_array_equal(out, one_by_one)


CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "up",
            "down",
            "close > open",
            "bar_index % 5 == 0",
            "strategy.position_size == 0",
            "count % 2 == 0",
            "level > 1.1",
        ]
    ),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join).map("({})".format)
        | inner.map("not ({})".format)
    ),
    max_leaves=4,
)
ACTIONS = (
    'strategy.entry("L", strategy.long)',
    'strategy.entry("S", strategy.short, stop = low - 0.0003)',
    'strategy.exit("X", "L", stop = close - 0.0004, limit = close + 0.0004)',
    "strategy.close_all()",
    'strategy.cancel("S")',
    "count := count + 1",
    "level := close",
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """Lines of a block: actions and, not too deep, ifs with and without else."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth == 0 or (depth < 3 and draw(st.booleans())):
            lines.append(f"if {draw(CONDITIONS)}")
            lines += [f"    {line}" for line in draw(blocks(depth + 1))]
            if draw(st.booleans()):
                lines.append(draw(st.sampled_from(["else", "else if down", "else if strategy.position_size > 0"])))
                lines += [f"    {line}" for line in draw(blocks(depth + 1))]
        else:
            lines.append(draw(st.sampled_from(ACTIONS)))
    return lines


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=blocks(), remembers=st.booleans())
def test_random_branches(kernels: Path, lines: list[str], remembers: bool) -> None:
    """However dear the condition is: leaving out the bars on which it fails changes nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(idle, "_MOST", 10_000)
        state = "var count = 0\n" if remembers else "count = 0\n"
        found = program("\n".join([state + "level = open", *lines]))
    if found.acts:
        row = np.empty((1, 0))
        skimmed = Engine(found, bars(), cache_dir=kernels)
        stepped = Engine(replace(found, acts=False), bars(), cache_dir=kernels)
        np.testing.assert_array_equal(skimmed.run(row).metrics, stepped.run(row).metrics)
        np.testing.assert_array_equal(skimmed.equity(row), stepped.equity(row))
