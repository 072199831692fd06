"""Texts made while the script runs: compared, looked up, as keys, as ids and comments of orders."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.errors import BacktestError
from pinewright.pine.compiler import compile_script

from .shown import BARS, program_of, same, shown
from .support import checked_script

SIZE = len(BARS)


def test_texts_are_put_together_and_compared() -> None:
    body = """side = bar_index % 2 == 0 ? "even" : "odd"
name = side + "-" + str.tostring(bar_index % 3)
name += "!"
string none = na
var string kept = "none"
if bar_index == 5
    kept := name
length = switch name
    "even-0!" => 1
    "odd-1!" => 2
    => 3
same = "a" + side == "aeven"
"""
    values = ("length", "same ? 1 : 0", 'kept == "odd-2!" ? 1 : 0', "na(none) ? 1 : 0", 'name != "even-0!" ? 1 : 0')
    length, equal, kept, none, other = shown(body, *values)
    names = [f"{'odd' if k % 2 else 'even'}-{k % 3}!" for k in range(SIZE)]
    assert length == [{"even-0!": 1.0, "odd-1!": 2.0}.get(name, 3.0) for name in names]
    assert equal == [1.0 - k % 2 for k in range(SIZE)]
    assert kept == [0.0] * 5 + [1.0] * (SIZE - 5)
    assert none == [1.0] * SIZE
    assert other == [float(name != "even-0!") for name in names]


def test_functions_of_texts() -> None:
    body = """word = bar_index == 0 ? "Long Entry 12" : "Short"
parts = str.split(word, " ")
number = str.tonumber(parts.last())
shown = str.format("{0}:{1}", word, bar_index)
joined = array.join(array.from(1, 2, 3), "+")
"""
    values = (
        'str.contains(word, "Entry") ? 1 : 0',
        "str.length(word)",
        "parts.size()",
        "number",
        'shown == "Long Entry 12:0" ? 1 : 0',
        'joined == "1+2+3" ? 1 : 0',
        'str.upper(word) == "SHORT" ? 1 : 0',
        'str.pos(word, "t")',
        'str.substring(word, 1, 3) == "on" ? 1 : 0',
        'str.tostring(close > 0) == "true" ? 1 : 0',
        'str.tostring(1.5) == "1.5" ? 1 : 0',
    )
    found = [x[:2] for x in shown(body, *values)]
    expected: list[list[float]] = [
        [1, 0], [13, 5], [3, 1], [12, math.nan], [1, 0], [1, 1], [0, 1], [7, 4], [1, 0], [1, 1], [1, 1],
    ]  # fmt: skip
    for ours, theirs in zip(found, expected, strict=True):
        assert same(ours, [float(x) for x in theirs])


def test_calls_with_very_many_arguments() -> None:
    numbers = range(250)
    body = f"many = array.from({', '.join(f'close + {k}' for k in numbers)})\n"
    body += f'text = str.format("{" ".join(f"{{{k}}}" for k in numbers)}", {", ".join(map(str, numbers))})\n'
    expected = " ".join(map(str, numbers))
    size, last, total, same_text = shown(
        body, "many.size()", "many.get(249)", "many.sum()", f'text == "{expected}" ? 1 : 0'
    )
    assert size == [250.0] * SIZE
    assert last == [x + 249.0 for x in BARS.close]
    assert total == [250 * x + sum(numbers) for x in BARS.close]
    assert same_text == [1.0] * SIZE


def test_texts_as_keys() -> None:
    body = """var book = map.new<string, float>()
book.put("bar " + str.tostring(bar_index % 4), close)
"""
    size, value = shown(body, "book.size()", 'book.get("bar " + str.tostring((bar_index + 1) % 4))')
    assert size == [min(k + 1.0, 4.0) for k in range(SIZE)]
    assert same(value, [BARS.close[k - 3] if k >= 3 else math.nan for k in range(SIZE)])


def test_titles_of_enums() -> None:
    body = """enum Mode
    fast = "Fast one"
    slow
mode = bar_index % 2 == 0 ? Mode.fast : Mode.slow
shown = str.tostring(mode)
"""
    (found,) = shown(body, 'shown == "Fast one" ? 1 : shown == "slow" ? 2 : 3')
    assert found == [1.0 + k % 2 for k in range(SIZE)]


def test_ids_and_comments_of_orders() -> None:
    source = """//@version=6
strategy("s", process_orders_on_close = true, pyramiding = 9, default_qty_type = strategy.fixed, default_qty_value = 1)
id = "E" + str.tostring(bar_index)
if bar_index < 3
    strategy.entry(id, strategy.long, comment = bar_index == 1 ? "second" : na)
if bar_index == 5
    strategy.close("E" + str.tostring(bar_index - 4), comment = "out " + str.tostring(bar_index))
"""
    trades = list(Engine(compile_script(checked_script(source)), BARS).trades(np.zeros(0), first=0))
    assert sorted(trade.entry_signal for trade in trades) == ["E0", "E2", "second"]
    assert "out 5" in {trade.exit_signal for trade in trades}


def test_a_script_that_stops_itself() -> None:
    body = 'if bar_index == 7\n    runtime.error("bar " + str.tostring(bar_index) + " is enough")\n'
    with pytest.raises(BacktestError, match="bar 7 is enough") as caught:
        Engine(program_of(body, ("close",)), BARS).trades(np.zeros(0), first=0)
    assert "line 4" in str(caught.value)


@pytest.mark.parametrize("order", ['strategy.close("L", bar_index > 7)', 'strategy.close("L", when = bar_index > 7)'])
def test_orders_with_conditions_in_version_5(order: str) -> None:
    source = f"""//@version=5
strategy("s", process_orders_on_close = true)
strategy.entry("L", strategy.long, when = bar_index == 3)
{order}
"""
    (trade,) = Engine(compile_script(checked_script(source)), BARS).trades(np.zeros(0), first=0)
    assert (trade.entry_time, trade.exit_time) == (int(BARS.time[3]), int(BARS.time[8]))


INPUTS = """word = input.string("one", "Word", options = ["one", "two"])
free = input.string("any", "Free")
hours = input.session("0900-1700", "Hours")
source = input.source(close, "Source")
length = input.int(3, "Length")
generic = input(1.5, "Generic")
shade = input.color(color.red, "Shade")
n = word == "one" ? 1 : word == "two" ? 2 : 3
f = free == "any" ? 1 : free == "other" ? 2 : 3
"""


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({}, (1.0, 1.0, 3.0, 1.5)),
        ({"word": "two"}, (2.0, 1.0, 3.0, 1.5)),
        ({"Word": "third"}, (3.0, 1.0, 3.0, 1.5)),
        ({"Free": "other", "length": 7}, (1.0, 2.0, 7.0, 1.5)),
        ({"free": "some", "Generic": 2}, (1.0, 3.0, 3.0, 2.0)),
    ],
)
def test_overrides_of_inputs(overrides: dict[str, object], expected: tuple[float, ...]) -> None:
    found = shown(INPUTS, "n", "f", "length", "generic", overrides=overrides)
    assert tuple(x[0] for x in found) == expected


def test_overrides_of_sources() -> None:
    assert shown(INPUTS, "source", overrides={"source": "high"}) == [BARS.high.tolist()]


def test_colors_are_compared() -> None:
    body = "shade = close > open ? color.red : #00FF00\nsoft = color.new(shade, 50)\n"
    values = (
        "shade == color.red ? 1 : 0",
        "color.t(soft)",
        "color.g(color.new(#00FF00, 20))",
        "color.b(color.rgb(1, 2, 3))",
    )
    red, transparency, green, blue = shown(body, *values)
    assert red == [float(a > b) for a, b in zip(BARS.close, BARS.open, strict=True)]
    assert (transparency[0], green[0], blue[0]) == (50.0, 255.0, 3.0)
