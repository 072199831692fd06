"""The interpreter by hand: what it yields, how it reads inputs and the account, and what it refuses."""

from __future__ import annotations

import math

import pytest

from pinewright.errors import PineError, PineUnsupportedError
from pinewright.pine.checker import check
from pinewright.pine.interpreter import Interpreter, OrderCommand
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
