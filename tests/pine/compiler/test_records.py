"""Objects of the script's own types, enums, and drawings whose place is read again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.errors import BacktestError

from .shown import BARS, program_of, same, shown

CLOSE = BARS.close.tolist()
SIZE = len(BARS)
POINT = """type Point
    float x
    float y = 2.0
    int n = 0
    bool up = true
    string word
    Point next
"""


def test_fields_defaults_and_changes() -> None:
    body = f"""{POINT}p = Point.new(close, n = 3)
p.y += 1
p.n *= 2
p.up := close > open
bare = Point.new()
named = Point.new(y = 7.0, x = 1.0)
inner = Point.new(1.0, next = Point.new(5.0))
inner.next.x += 1
"""
    values = ("p.x", "p.y", "p.n", "p.up ? 1.0 : 0.0", "bare.x", "bare.up ? 1.0 : 0.0", "named.x * 10 + named.y")
    x, y, n, up, none, default, named, nested, word = shown(body, *values, "inner.next.x", "na(bare.word) ? 1.0 : 0.0")
    assert x == CLOSE
    assert (y[0], n[0], named[0], nested[0], default[0], word[0]) == (3.0, 6.0, 17.0, 6.0, 1.0, 1.0)
    assert up == [float(a > b) for a, b in zip(CLOSE, BARS.open.tolist(), strict=True)]
    assert all(math.isnan(value) for value in none)


def test_names_share_an_object_and_copies_do_not() -> None:
    body = f"""{POINT}var kept = Point.new(0.0)
same = kept
same.x += 1
other = kept.copy()
other.x += 100
third = Point.copy(kept)
third.x += 1000
"""
    kept, other, third = shown(body, "kept.x", "other.x", "third.x")
    assert kept == [k + 1.0 for k in range(SIZE)]
    assert other == [k + 101.0 for k in range(SIZE)]
    assert third == [k + 1001.0 for k in range(SIZE)]


def test_methods_change_and_give_their_object() -> None:
    body = f"""{POINT}method shift(Point this, float by = 1.0) =>
    this.x += by
    this
method area(Point this) => this.x * this.y
grow(Point p) =>
    p.n += 1
    p.n
var p = Point.new(0.0, 3.0)
p.shift().shift(by = 2.0)
calls = grow(p)
"""
    x, area, calls = shown(body, "p.x", "p.area()", "calls")
    assert x == [3.0 * (k + 1) for k in range(SIZE)]
    assert area == [9.0 * (k + 1) for k in range(SIZE)]
    assert calls == [k + 1.0 for k in range(SIZE)]


def test_arrays_of_objects() -> None:
    body = f"""{POINT}var points = array.new<Point>()
if bar_index % 2 == 0
    points.push(Point.new(close, n = bar_index))
for p in points
    p.y += 1
last = points.last()
last.x += 0.5
first = points.get(0)
first.n := 42
total = 0.0
for p in points
    total += p.y
"""
    count, x, n, total = shown(body, "points.size()", "points.last().x", "points.first().n", "total")
    assert count == [k // 2 + 1.0 for k in range(SIZE)]
    assert x == [CLOSE[k - k % 2] + 0.5 * (1 + k % 2) for k in range(SIZE)]
    assert n == [42.0] * SIZE
    assert total[3] == 2.0 * 2 + 4 + 2


def test_objects_that_hold_their_own_kind() -> None:
    body = f"""{POINT}var Point head = na
head := Point.new(close, next = head)
Point walker = head
total = 0.0
while not na(walker)
    total += walker.x
    walker := walker.next
"""
    (total,) = shown(body, "total")
    assert total == pytest.approx([sum(CLOSE[: k + 1]) for k in range(SIZE)])


def test_the_past_of_objects_and_of_their_fields() -> None:
    body = f"""{POINT}p = Point.new(close)
before = p[1]
x = p.x
twice(Point q) => q.x * 2
"""
    past, field, call = shown(body, "na(before) ? -1.0 : before.x", "nz(x[2], -1.0)", "nz(twice(p)[1], -1.0)")
    assert past == [-1.0, *CLOSE[:-1]]
    assert field == [-1.0, -1.0, *CLOSE[:-2]]
    assert call == [-1.0, *(2 * value for value in CLOSE[:-1])]


def test_the_past_of_a_field_in_version_5() -> None:
    (found,) = shown(f"{POINT}p = Point.new(close)\n", "nz(p.x[1], -1.0)", version=5)
    assert found == [-1.0, *CLOSE[:-1]]


def test_objects_from_branches() -> None:
    body = f"""{POINT}a = Point.new(1.0)
b = Point.new(2.0)
chosen = bar_index % 2 == 0 ? a : b
Point maybe = if bar_index % 3 == 0
    b
"""
    chosen, maybe = shown(body, "chosen.x", "na(maybe) ? -1.0 : maybe.x")
    assert chosen == [1.0 + k % 2 for k in range(SIZE)]
    assert maybe == [2.0 if k % 3 == 0 else -1.0 for k in range(SIZE)]


def test_a_field_of_na_ends_the_run() -> None:
    program = program_of(f"{POINT}Point p = na\nx = bar_index < 5 ? 1.0 : p.x\n", ("x",))
    with pytest.raises(BacktestError, match="na") as caught:
        Engine(program, BARS).trades(np.zeros(0), first=0)
    assert "line 11" in str(caught.value)
    assert "bar 5" in str(caught.value)


ENUM = """enum Mode
    fast = "Fast one"
    slow
"""


def test_enums() -> None:
    body = f"""{ENUM}mode = bar_index % 2 == 0 ? Mode.fast : Mode.slow
number = switch mode
    Mode.fast => 1
    Mode.slow => 2
var seen = map.new<Mode, int>()
seen.put(mode, bar_index)
takes(Mode m) => m == Mode.slow ? 5 : 6
"""
    number, kept, called = shown(body, "number", "seen.get(Mode.fast)", "takes(mode)")
    assert number == [1.0 + k % 2 for k in range(SIZE)]
    assert kept == [float(k - k % 2) for k in range(SIZE)]
    assert called == [6.0 - k % 2 for k in range(SIZE)]


@pytest.mark.parametrize(
    ("overrides", "value"),
    [(None, 2.0), ({"mode": "Fast one"}, 1.0), ({"mode": "fast"}, 1.0), ({"Way": "Mode.fast"}, 1.0)],
)
def test_inputs_of_enums(overrides: dict[str, object] | None, value: float) -> None:
    body = f'{ENUM}mode = input.enum(Mode.slow, "Way")\nn = mode == Mode.fast ? 1 : 2\n'
    program = program_of(body, ("n",), overrides=overrides)
    assert program.inputs[0].options == ("Fast one", "slow")
    assert shown(body, "n", overrides=overrides) == [[value] * SIZE]


def test_drawings_that_are_read_again() -> None:
    body = """var line trend = na
if bar_index % 10 == 0
    trend := line.new(bar_index, close, bar_index + 10, close + 5, color = color.red)
trend.set_color(color.blue)
price = line.get_price(trend, bar_index)
var zone = box.new(0, 10, 5, 4)
box.set_right(zone, bar_index)
line none = na
point = chart.point.from_index(bar_index, high)
lined = line.new(point, chart.point.new(time, bar_index + 1, 7.0))
label.new(bar_index, high, "seen")
"""
    values = ("price", "zone.get_right() * 100 + zone.get_top()", "line.get_x1(none)", "lined.get_y2()", "point.price")
    price, edge, none, second, high = shown(body, *values)
    assert price == pytest.approx([CLOSE[k - k % 10] + 0.5 * (k % 10) for k in range(SIZE)])
    assert edge == [100.0 * k + 10 for k in range(SIZE)]
    assert same(none, [math.nan] * SIZE)
    assert second == [7.0] * SIZE
    assert high == BARS.high.tolist()
