"""The interpreter by hand: what it yields, how it reads inputs and the account, and what it refuses."""

from __future__ import annotations

import math

import pytest

from pinewright.errors import PineError, PineUnsupportedError
from pinewright.pine.checker import check
from pinewright.pine.interpreter import Failed, Interpreter, OrderCommand
from pinewright.pine.interpreter.indicators import Sum

from ..compiler.support import random_bars

BARS = random_bars(8, 12)
HEAD = '//@version=6\nstrategy("s")\n'


def test_commands_and_values_bar_by_bar() -> None:
    source = (
        HEAD + 'n = bar_index * 2\nif n == 4\n    strategy.entry("L", strategy.long, qty = n, alert_message = "!")\n'
    )
    found = list(Interpreter(check(source), BARS, watch=("n",)).bars())
    assert [outcome.bar for outcome in found] == list(range(12))
    assert [outcome.values for outcome in found] == [(2.0 * k,) for k in range(12)]
    arguments = (("id", "L"), ("direction", "strategy.long"), ("qty", 4.0))
    expected = [() if k != 2 else (OrderCommand("strategy.entry", arguments),) for k in range(12)]
    assert [outcome.commands for outcome in found] == expected


def test_arguments_of_a_command() -> None:
    command = OrderCommand("strategy.exit", (("id", "X"), ("stop", 1.5), ("limit", math.nan), ("comment", "")))
    assert command.number("stop") == 1.5
    assert math.isnan(command.number("limit"))
    assert math.isnan(command.number("profit"))
    assert (command.word("id"), command.word("comment"), command.word("from_entry")) == ("X", None, None)


def test_inputs_take_the_place_of_defaults() -> None:
    source = HEAD + 'n = input.int(3)\nprice = input.source(close)\nmode = input.string("a", options = ["a", "b"])\n'
    watch = ("n", "price", "mode")
    plain = next(iter(Interpreter(check(source), BARS, watch=watch).bars()))
    assert plain.values == (3.0, BARS.close[0], "a")
    chosen = Interpreter(check(source), BARS, watch=watch, inputs={"n": 5, "price": "high", "mode": "b"})
    assert next(iter(chosen.bars())).values == (5.0, BARS.high[0], "b")


def test_the_account_is_asked_on_every_bar() -> None:
    class Growing:
        """An account whose equity grows by one a bar, and which notes what it is told."""

        def __init__(self) -> None:
            self.seen: list[str] = []

        def open_bar(self, bar: int) -> None:
            self.seen.append(f"open {bar}")

        def value(self, name: str, bar: int) -> float:
            return 100.0 + bar

        def order(self, command: OrderCommand, bar: int) -> None:
            self.seen.append(f"{command.function} {bar}")

        def close_bar(self, bar: int) -> None:
            self.seen.append(f"close {bar}")

    account = Growing()
    source = HEAD + "grown = strategy.equity - strategy.equity[2]\nif bar_index == 1\n    strategy.close_all()\n"
    run = Interpreter(check(source), BARS.slice(0, 3), watch=("grown",), account=account)
    assert [outcome.values[0] for outcome in run.bars()][2] == 2.0
    assert account.seen == ["open 0", "close 0", "open 1", "strategy.close_all 1", "close 1", "open 2", "close 2"]


def test_a_script_with_errors_is_refused() -> None:
    with pytest.raises(PineError, match="the script has errors"):
        Interpreter(check(HEAD + "x = y\n"), BARS)


def test_what_it_does_not_know_is_named() -> None:
    source = HEAD + 'z = ta.pivot_point_levels("DM", true)\n'
    with pytest.raises(PineUnsupportedError, match=r"`ta.pivot_point_levels\(\)` is not interpreted, line 3"):
        next(Interpreter(check(source), BARS).bars())


def last(body: str, *watch: str, version: int = 6) -> tuple[object, ...]:
    """The values of some variables on the last bar."""
    source = f'//@version={version}\nstrategy("s")\n{body}'
    return list(Interpreter(check(source), BARS, watch=watch).bars())[-1].values


def test_loops_their_values_and_jumps() -> None:
    body = """up = 0
for i = 1 to 4
    if i == 2
        continue
    up := up * 10 + i
down = 0.0
for x = 2 to 0 by 0.5
    down += x
    if down > 4
        break
left = 7
rest = while left > 2
    left -= 2
    left
never = for i = 0 to int(na)
    i
end = 1
rounds = 0
for i = 0 to end
    rounds += 1
    end := rounds < 4 ? end + 1 : end
"""
    assert last(body, "up", "down", "rest", "rounds")[:] == (134.0, 4.5, 1.0, 5.0)
    assert last(body, "rounds", version=5) == (2.0,)
    assert math.isnan(last(body, "never")[0])  # type: ignore[arg-type]


def test_in_a_loop_the_last_value_of_a_bar_counts() -> None:
    body = """float total = 0.0
float before = 0.0
for i = 1 to 3
    value = bar_index * 10.0 + i
    before := nz(value[1])
    total := ta.cum(value)
"""
    # The sum grows by the third value of each bar.
    assert last(body, "before", "total") == (103.0, sum(10.0 * bar + 3 for bar in range(12)))


def test_objects_are_shared_and_slices_are_windows() -> None:
    body = """type P
    float x = 1.0
    P next
enum E
    a = "first"
    b
method add(P this, float by) =>
    this.x += by
    this
one = P.new()
two = one
two.add(2.0).add(3.0)
three = P.copy(one)
three.next := one
three.next.x += 1
values = array.from(1.0, 2.0, 3.0, 4.0)
part = values.slice(1, 3)
part.push(9.0)
part.set(0, 5.0)
joined = values.join(",")
table = map.new<string, float>()
table.put("b", 1)
table.put("a", 2)
table.put("b", 3)
keys = table.keys().join("") + str.tostring(table.get("b")) + str.tostring(table.get("c"))
title = str.tostring(E.a) + str.tostring(E.b)
x = one.x
y = three.x
"""
    assert last(body, "joined", "keys", "title", "x", "y") == ("1,5,3,9,4", "ba3NaN", "firstb", 7.0, 6.0)


def test_a_failure_tells_what_where_and_when() -> None:
    body = "a = array.new<float>(3)\nif bar_index > 4\n    a.get(bar_index - 2)\n"
    with pytest.raises(Failed) as found:
        last(body)
    assert (found.value.what, found.value.line, found.value.bar) == ("OUT_OF_BOUNDS", 5, 5)
    with pytest.raises(Failed, match="too bad"):
        last('runtime.error("too " + "bad")\n')
    with pytest.raises(Failed, match="NO_ARRAY"):
        last("array<float> a = na\nfor x in a\n    x\n")
    with pytest.raises(Failed, match="STEP_LIMIT"):
        last("var n = 0\nwhile true\n    n += 1\n")


def test_what_is_left_out_cannot_fail() -> None:
    source = HEAD + "a = array.new<float>()\nb = a.get(1)\nc = 1\n"
    skipped = Interpreter(check(source), BARS, watch=("c",), skip=lambda node: node.span.line == 4)
    assert len(list(skipped.bars())) == 12


def test_a_rolling_sum_carries_its_error_along() -> None:
    window = Sum()
    values = [0.1, 0.2, 0.3, 0.4, 0.5, math.nan, 0.6]
    found = [window.next(value, 3) for value in values]
    assert [math.isnan(x) for x in found[:3]] == [True, True, False]
    assert found[4] == found[5]  # na is skipped
    assert found[2:5] == pytest.approx([0.6, 0.9, 1.2], abs=1e-15)
    assert found[6] == pytest.approx(1.5, abs=1e-15)


def test_a_standard_deviation_is_the_nearest_root_of_the_variance() -> None:
    # ** 0.5 misses the nearest float on some of these bars.
    source = HEAD + "scaled = close * close * 1e5\na = ta.stdev(scaled, 5)\nb = ta.variance(scaled, 5)\n"
    found = [outcome.values for outcome in Interpreter(check(source), random_bars(3, 2000), watch=("a", "b")).bars()]
    assert sum(math.isnan(a) for a, _ in found) == 4  # type: ignore[arg-type]
    assert [a for a, _ in found[4:]] == [math.sqrt(b) for _, b in found[4:]]  # type: ignore[arg-type]
    assert [b**0.5 for _, b in found[4:]] != [math.sqrt(b) for _, b in found[4:]]  # type: ignore[operator, arg-type]
