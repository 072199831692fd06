"""Where v5 and v6 mean different things, and how numbers are compared and divided in both."""

from __future__ import annotations

import math

import pytest

from pinewright.pine.compiler import compile_script

from .support import checked_script, random_bars
from .test_state import EVEN, shown

BARS = random_bars(4, 60)


def test_v6_skips_the_right_side_and_v5_does_not() -> None:
    counted = "counted() =>\n    var float n = 0.0\n    n += 1\n    n\n"
    body = f"{counted}x = {EVEN} and counted() % 2 == 1\ny = {EVEN} or counted() % 2 == 1\n"
    value = "(x ? 10.0 : 0.0) + (y ? 1.0 : 0.0)"

    def lazy(k: int) -> float:
        n = k // 2 + 1  # how often either call has run
        return 10.0 * (k % 2 == 0 and n % 2 == 1) + (k % 2 == 0 or n % 2 == 1)

    assert shown(body, value, BARS, 6) == [lazy(k) for k in range(60)]
    assert shown(body, value, BARS, 5) == [11.0 if k % 2 == 0 else 0.0 for k in range(60)]


def test_v5_runs_the_right_side_also_where_the_account_is_read() -> None:
    summed = "x = close > 1e9 and math.sum(strategy.equity, 2) > 0\n"
    body = f"{summed}y = {EVEN} and math.sum(strategy.equity * 0 + bar_index, 2) == 2 * bar_index - 1\n"
    value = "(x ? 10.0 : 0.0) + (y ? 1.0 : 0.0)"
    assert shown(body, value, BARS, 5) == [float(k % 2 == 0 and k > 0) for k in range(60)]
    assert shown(body, value, BARS, 6) == [0.0] * 60  # there the window holds even bars only


def test_division_of_constant_ints() -> None:
    assert shown("n = 7\n", "n / 2", BARS, 5)[0] == 3.0
    assert shown("n = 7\n", "n / 2", BARS, 6)[0] == 3.5
    assert shown("n = 7\n", "n / 2 / 2", BARS, 5)[0] == 1.0
    assert shown("n = -7\n", "n / 2", BARS, 5)[0] == -3.0
    assert shown("n = input.int(7)\n", "n / 2", BARS, 5)[0] == 3.5
    assert shown("float n = 7\n", "n / 2", BARS, 5)[0] == 3.5


def test_v5_takes_numbers_as_conditions() -> None:
    body = "var float n = na\nx = n ? 1 : 2\nif bar_index % 3\n    x := 3\n"
    assert shown(body, "x", BARS, 5) == [2.0 if k % 3 == 0 else 3.0 for k in range(60)]


def test_division_by_zero_is_na() -> None:
    assert all(math.isnan(x) for x in shown("zero = close - close\n", "close / zero"))
    assert all(math.isnan(x) for x in shown("zero = close - close\n", "close % zero"))


def test_remainder_has_the_sign_of_the_dividend_and_no_rounding_of_its_own() -> None:
    assert shown("var float a = -7.0\nvar float b = 3.0\n", "a % b")[0] == -1.0
    assert shown("var float a = 1.0\nvar float b = 0.1\n", "a % b")[0] == math.fmod(1.0, 0.1)


@pytest.mark.parametrize(("text", "expected"), [
    ("a == b", 1.0), ("a != b", 0.0), ("a < b", 0.0), ("a > b", 0.0), ("a <= b", 1.0), ("a >= b", 1.0),
    ("a == c", 0.0), ("a != c", 1.0), ("a < c", 1.0), ("c > a", 1.0), ("c <= a", 0.0), ("c >= a", 1.0),
])  # fmt: skip
def test_comparisons_are_tolerant(text: str, expected: float) -> None:
    body = "var float a = 1.0\nvar float b = 1.00000000009\nvar float c = 1.0000000002\n"
    assert shown(body, f"({text}) ? 1.0 : 0.0")[0] == expected


@pytest.mark.parametrize("operator", ["==", "!=", "<", ">", "<=", ">="])
def test_a_comparison_with_na_is_false(operator: str) -> None:
    assert shown("var float none = na\n", f"close {operator} none ? 1.0 : 0.0") == [0.0] * 60
    assert shown("", f"hour {operator} hour[1] ? 1.0 : 0.0")[0] == 0.0
    assert shown("int none = na\n", f"bar_index {operator} none ? 1.0 : 0.0") == [0.0] * 60


def test_crossing_is_exact_and_remembers_the_last_defined_pair() -> None:
    body = "var float a = 1.0\na := bar_index == 3 ? na : bar_index >= 5 ? 1.00000000001 : 1.0\n"
    found = shown(body, "ta.crossover(a, 1.0) ? 1.0 : 0.0")
    assert [k for k, x in enumerate(found) if x] == [5]


@pytest.mark.parametrize(("version", "margin", "nearest"), [(5, 0.0, False), (6, 100.0, True)])
def test_defaults_of_the_account(version: int, margin: float, nearest: bool) -> None:
    source = f'//@version={version}\nstrategy("s")\nstrategy.entry("L", strategy.long)\n'
    settings = compile_script(checked_script(source)).settings
    assert (settings.margin_long, settings.margin_short, settings.nearest_exit) == (margin, margin, nearest)
