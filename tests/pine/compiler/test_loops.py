"""Loops: bounds, directions, values, jumps, state, and the end of those that have none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.errors import BacktestError
from pinewright.pine.compiler import NotCompiledError, compile_script

from .shown import BARS, program_of, same, shown
from .support import checked_script

CLOSE = BARS.close.tolist()
SIZE = len(BARS)
COUNTED = """int rounds = 0
int last = 3
for i = 0 to last
    rounds += 1
    if i < 2
        last += 1
"""


def test_bounds_directions_and_steps() -> None:
    body = """up = 0
for i = 1 to 4
    up := up * 10 + i
down = 0
for i = 4 to 1
    down := down * 10 + i
wide = 0
for i = 0 to 9 by 4
    wide := wide * 10 + i
narrow = 0
for i = 9 to 0 by 4
    narrow := narrow * 10 + i
part = 0.0
for x = 0.5 to 2 by 0.5
    part += x
empty = array.new<float>()
visited = 0
for i = 0 to array.size(empty) - 1
    visited += 1
none = 0
for i = 0 to int(na)
    none += 1
"""
    names = ("up", "down", "wide", "narrow", "part", "visited", "none")
    expected = (1234.0, 4321.0, 48.0, 951.0, 5.0, 2.0, 0.0)
    for found, value in zip(shown(body, *names), expected, strict=True):
        assert found == [value] * SIZE


@pytest.mark.parametrize(("version", "rounds"), [(5, 4.0), (6, 6.0)])
def test_version_6_asks_for_the_end_before_each_round(version: int, rounds: float) -> None:
    (found,) = shown(COUNTED, "rounds", version=version)
    assert found == [rounds] * SIZE


def test_jumps_end_a_round_or_the_loop() -> None:
    body = """odd = 0
for i = 1 to 9
    if i % 2 == 0
        continue
    if i > 7
        break
    odd += i
pairs = 0
for i = 1 to 3
    for k = 1 to 3
        if k == i
            break
        pairs += 10 * i + k
left = 20
while true
    left -= 3
    if left < 5
        break
"""
    odd, pairs, left = shown(body, "odd", "pairs", "left")
    assert (odd[0], pairs[0], left[0]) == (16.0, 21.0 + 31.0 + 32.0, 2.0)


def test_a_loop_gives_the_value_of_its_last_round() -> None:
    body = """squares = for i = 0 to bar_index
    i * i
never = for i in array.new<int>()
    i
[low_, high_] = for i = 1 to 3
    [i, i * 100]
n = bar_index
halved = while n > 1
    n := int(n / 2)
    n
flag = for i = 0 to 2
    i == 2
"""
    squares, never, low, high, halved, flag = shown(
        body, "squares", "never", "low_", "high_", "halved", "flag ? 1.0 : 0.0"
    )
    assert squares == [float(k * k) for k in range(SIZE)]
    assert all(math.isnan(x) for x in never)
    assert (low[0], high[0], flag[0]) == (3.0, 300.0, 1.0)
    assert same(halved, [math.nan if k < 2 else 1.0 for k in range(SIZE)])


def test_walking_over_collections() -> None:
    body = """var values = array.new<float>()
values.push(close)
total = 0.0
for value in values
    total += value
weighted = 0.0
for [i, value] in values
    weighted += i * value
var book = map.new<string, float>()
book.put("a", close)
book.put("b", 2.0)
sum = 0.0
for [key, value] in book
    sum += key == "a" ? value : value * 100
grown = 0
parts = array.from(1, 2, 3)
for part in parts
    grown += part
    if parts.size() < 6
        parts.push(part * 10)
"""
    total, weighted, both, grown = shown(body, "total", "weighted", "sum", "grown")
    assert total == pytest.approx([sum(CLOSE[: k + 1]) for k in range(SIZE)])
    assert weighted == pytest.approx([sum(j * x for j, x in enumerate(CLOSE[: k + 1])) for k in range(SIZE)])
    assert both == [x + 200.0 for x in CLOSE]
    assert grown[0] == 66.0


def test_state_in_loops() -> None:
    body = """counted() =>
    var n = 0
    n += 1
    n
calls = 0
for i = 0 to 2
    calls := counted()
kept = 0
for i = 0 to 1
    var inside = 100
    inside += 1
    kept := inside
"""
    calls, kept = shown(body, "calls", "kept")
    assert calls == [3.0 * (k + 1) for k in range(SIZE)]
    assert kept == [102.0 + 2 * k for k in range(SIZE)]


def test_of_several_rounds_of_a_bar_the_last_leaves_its_value() -> None:
    body = """mean = 0.0
for i = 0 to 2
    mean := ta.sma(close + i, 2)
before = 0.0
for i = 0 to 2
    x = close * (i + 1)
    before := nz(x[1], -1.0)
remembered(float y) => nz(y[1], -1.0)
past = 0.0
for i = 0 to 2
    past := remembered(close + i)
"""
    mean, before, past = shown(body, "nz(mean, -1)", "before", "past")
    assert mean == [-1.0, *((CLOSE[k] + CLOSE[k - 1]) / 2 + 2 for k in range(1, SIZE))]
    assert before == [-1.0, *(3 * x for x in CLOSE[:-1])]
    assert past == [-1.0, *(x + 2 for x in CLOSE[:-1])]


def test_history_of_prices_by_the_counter() -> None:
    body = "total = 0.0\nfor i = 0 to 4\n    total += nz(close[i])\n"
    (total,) = shown(body, "total")
    assert total == [sum(CLOSE[max(0, k - 4) : k + 1]) for k in range(SIZE)]


def test_once_runs_on_the_first_bar_that_allows_it() -> None:
    body = """var first = 0
once
    first += 1
var later = 0
once bar_index >= 5
    later += bar_index
"""
    first, later = shown(body, "first", "later")
    assert first == [1.0] * SIZE
    assert later == [0.0] * 5 + [5.0] * (SIZE - 5)


@pytest.mark.parametrize(
    "body",
    [
        "n = 0\nwhile true\n    n += 1\n",
        "n = 0\nfor i = 0 to 1\n    n -= 1\n    while n < 5\n        n -= 1\n",
        "n = 0\nfor i = 0 to 3 by 0\n    n += 1\n",
        "n = 0\nx = array.from(1)\nfor y in x\n    x.push(y)\n    n += 1\n",
    ],
)
def test_a_loop_without_end_is_stopped(body: str) -> None:
    program = program_of(body, ("n",))
    with pytest.raises(BacktestError, match=r"loop|elements"):
        Engine(program, BARS).trades(np.zeros(0), first=0)


def test_blocks_in_blocks() -> None:
    depth = 30
    lines = ["total = 0"]
    for level in range(depth):
        lines.append("    " * level + f"if bar_index >= {level}")
    lines.append("    " * depth + "total += 1")
    (total,) = shown("\n".join(lines) + "\n", "total")
    assert total == [1.0 if k >= depth - 1 else 0.0 for k in range(SIZE)]


def test_blocks_too_deep_are_refused_by_name() -> None:
    lines = ["//@version=6", 'strategy("s")', "f0() => 1.0"]
    for number in range(1, 4):
        lines += [f"f{number}() =>", "    var x = 0.0"]
        lines += ["    " * (level + 1) + f"if close > {level}" for level in range(30)]
        lines += ["    " * 31 + f"x := f{number - 1}()", "    x"]
    lines.append('strategy.entry("L", strategy.long, qty = f3())')
    with pytest.raises(NotCompiledError, match="nested this deeply"):
        compile_script(checked_script("\n".join(lines) + "\n"))
