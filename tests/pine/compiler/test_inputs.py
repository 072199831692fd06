"""The inputs of a script: what the program says of them, and what other values do."""

from __future__ import annotations

import pytest

from pinewright.errors import PineUnsupportedError
from pinewright.pine.compiler import compile_script
from pinewright.program import InputKind, Program

from .support import Row, agree, case, checked_script, random_bars

HEAD = '//@version=6\nstrategy("s")\n'
BARS = random_bars(2, 30)


def program(body: str) -> Program:
    return compile_script(checked_script(HEAD + body))


def ordered(body: str, **inputs: float) -> list[Row]:
    return agree(case(HEAD + body, BARS, inputs))


def quantities(body: str, **inputs: float) -> list[object]:
    return [row[2][2] for row in ordered(body, **inputs)]


def test_numbers_with_their_limits() -> None:
    body = """length = input.int(14, "Length", minval = 2, maxval = 50, step = 2)
factor = input.float(1.5, minval = 0.5, step = 0.25)
pick = input.int(3, "Pick", options = [1, 3, 5])
strategy.order("O", strategy.long, qty = length * factor + pick)
"""
    length, factor, pick = program(body).inputs
    assert (length.name, length.title, length.kind, length.line) == ("length", "Length", InputKind.INT, 3)
    assert (length.default, length.minimum, length.maximum, length.step) == (14.0, 2.0, 50.0, 2.0)
    assert (factor.name, factor.title, factor.kind) == ("factor", "factor", InputKind.FLOAT)
    assert (factor.default, factor.minimum, factor.maximum, factor.step) == (1.5, 0.5, None, 0.25)
    assert pick.options == (1.0, 3.0, 5.0)
    assert set(quantities(body)) == {24.0}
    assert set(quantities(body, length=10.0, factor=2.0, pick=5.0)) == {25.0}


def test_a_switch() -> None:
    body = 'long = input.bool(true)\nif long\n    strategy.entry("L", strategy.long)\n'
    assert program(body).inputs[0].kind is InputKind.BOOL
    assert len(ordered(body)) == 30
    assert ordered(body, long=0.0) == []


def test_a_source() -> None:
    body = (
        'price = input.source(close, "Price")\nstrategy.order("O", strategy.long, qty = ta.sma(price, 1) + price[1])\n'
    )
    (item,) = program(body).inputs
    assert item.kind is InputKind.SOURCE
    assert item.options == ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "hlcc4")
    assert item.options[int(item.default)] == "close"
    close = BARS.close
    assert quantities(body)[1:] == (close[1:] + close[:-1]).tolist()
    middle = (BARS.high + BARS.low) / 2
    assert quantities(body, price=4.0)[1:] == (middle[1:] + middle[:-1]).tolist()
    for place in range(8):
        ordered(body, price=float(place))


def test_words() -> None:
    body = """mode = input.string("slow", "Mode", options = ["fast", "slow", "off"])
size = switch mode
    "fast" => 1.0
    "slow" => 2.0
    => 0.0
strategy.entry(mode, strategy.long, qty = size, comment = mode == "fast" ? "quick" : "steady")
"""
    (item,) = program(body).inputs
    assert (item.kind, item.options, item.default) == (InputKind.STRING, ("fast", "slow", "off"), 1.0)
    assert {(row[2][0], row[2][2], row[2][7]) for row in ordered(body)} == {("slow", 2.0, "steady")}
    assert {(row[2][0], row[2][2], row[2][7]) for row in ordered(body, mode=0.0)} == {("fast", 1.0, "quick")}


def test_a_direction_may_be_chosen() -> None:
    body = 'long = input.bool(true)\nside = long ? strategy.long : strategy.short\nstrategy.entry("E", side)\n'
    assert {row[2][1] for row in ordered(body)} == {1.0}
    assert {row[2][1] for row in ordered(body, long=0.0)} == {0.0}


def test_a_date() -> None:
    body = (
        'start = input.time(timestamp("2025-01-06 12:00"))\nif time >= start\n    strategy.entry("L", strategy.long)\n'
    )
    (item,) = program(body).inputs
    assert (item.kind, item.default) == (InputKind.TIME, 1_736_164_800_000.0)
    assert [row[0] for row in ordered(body)] == list(range(12, 30))
    assert [row[0] for row in ordered(body, start=item.default + 3_600_000)] == list(range(13, 30))


def test_inputs_come_in_the_order_of_the_script_and_only_if_they_reach_an_order() -> None:
    body = """b = input.int(2)
shown = input.int(9)
a = input.int(1)
plot(ta.sma(close, shown))
strategy.order("O", strategy.long, qty = a + b)
"""
    assert [item.name for item in program(body).inputs] == ["b", "a"]


def test_a_source_that_is_no_price_is_named() -> None:
    body = 'price = input.source(ta.sma(close, 3))\nstrategy.order("O", strategy.long, qty = price)\n'
    with pytest.raises(PineUnsupportedError, match=r"`input\.source\(\)` whose default is not a price.*line 3"):
        program(body)
