"""Functions of ``math``: as the interpreter has them, and by what TradingView was measured to give."""

from __future__ import annotations

import math

import pytest

from pinewright.pine.checker import check
from pinewright.pine.compiler import NotCompiledError, compile_script
from pinewright.pine.compiler.runtime.arithmetic import pine_pow, pine_round, pine_ticks
from pinewright.program import Program

from .support import Row, case, compiled, compiled_as_python, interpreted, random_bars, same

VALUES = [
    "math.abs(d)",
    "math.sign(d)",
    "math.sign(na(x) ? na : 0.0)",
    "math.max(d, x, 0.1)",
    "math.min(d, x, 0.1)",
    "math.avg(d, close)",
    "math.avg(open, high, low, close, 1e9 * d)",
    "math.floor(d / 3)",
    "math.ceil(d / 3)",
    "math.round(d / 3)",
    "math.round(d / 3, 2)",
    "math.round(close * 137.0 / 7.0, -2)",
    "math.round(d / 3, bar_index % 6)",
    "math.round_to_mintick(close / 7)",
    "math.sqrt(d)",
    "math.pow(close, 2)",
    "math.pow(close, 0.5)",
    "math.pow(d, 3)",
    "math.pow(d, bar_index % 4 - 1)",
    "math.exp(d)",
    "math.log(d)",
    "math.log10(close)",
    "math.sin(d)",
    "math.cos(d)",
    "math.tan(d)",
    "math.asin(d)",
    "math.acos(d / 10)",
    "math.atan(d)",
    "math.todegrees(d)",
    "math.toradians(d)",
    "math.sum(d, 3)",
]


def test_as_interpreted() -> None:
    body = "x = bar_index % 7 == 2 ? na : open - close\nd = (close - 100.0) * 0.37\n"
    lines = "\n".join(f'strategy.order("O", strategy.long, qty = {value})' for value in VALUES)
    of = case(f'//@version=6\nstrategy("s")\n{body}{lines}\n', random_bars(2, 80))
    theirs = interpreted(of)
    for ours in (compiled(of), compiled_as_python(of)):
        for k, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            value = VALUES[k % len(VALUES)]
            assert same(mine, other) or _nearly(value, mine, other), f"{value}: {mine} is not {other}"


def _nearly(value: str, mine: Row, other: Row) -> bool:
    """Transcendental functions of two libraries may differ in the last place."""
    found, expected = (float(str(row[2][2])) for row in (mine, other))
    return value.startswith(("math.exp", "math.log", "math.pow(d")) and math.isclose(found, expected, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("x", "precision", "expected"),
    [
        (118152.265, 2, 118152.27),  # PyneCore: 5.8e-11 short of the half
        (100019.7405, 3, 100019.740),  # 1.2e-10 short
        (2.5, 0, 3.0),
        (-2.5, 0, -2.0),
        (-2.51, 0, -3.0),
        (1.005, 2, 1.01),
        (0.285, 2, 0.29),
        (1250.0, -2, 1300.0),
        (1249.9, -2, 1200.0),
        (1e300, 5, 1e300),
        (1.23456789, 400, 1.23456789),
        (5.5, math.nan, 6.0),
        (math.inf, 2, math.inf),
    ],
)
def test_rounding(x: float, precision: float, expected: float) -> None:
    assert pine_round(x, precision) == expected


def test_rounding_of_na() -> None:
    assert math.isnan(pine_round(math.nan, 2.0))
    assert math.isnan(pine_ticks(math.nan, 0.01))


def test_ticks_are_counted_and_divided() -> None:
    """0.57 is 57 / 100; 57 * 0.01 is a little more."""
    assert pine_ticks(0.5699, 0.01) == 0.57 != 57 * 0.01
    assert pine_ticks(12.6, 5.0) == 15.0
    assert pine_ticks(1.1, 0.25) == 1.0
    assert pine_ticks(1.125, 0.25) == 1.25


def test_powers() -> None:
    assert pine_pow(1.1, 2.0) == 1.1 * 1.1
    assert pine_pow(2.0, 0.5) == math.sqrt(2.0)
    assert pine_pow(7.0, 0.0) == 1.0
    assert math.isnan(pine_pow(math.nan, 0.0))
    assert math.isnan(pine_pow(-8.0, 1.0 / 3.0))


def test_lengths_are_cut_to_whole_numbers() -> None:
    source = '//@version=6\nstrategy("s")\nstrategy.order("O", strategy.long, qty = ta.sma(close, 14 / 4))\n'
    whole = compiled(case(source.replace("14 / 4", "3"), random_bars(0, 30)))
    cut = compiled(case(source, random_bars(0, 30)))
    assert all(same(a, b) for a, b in zip(whole, cut, strict=True))


def program(body: str) -> Program:
    return compile_script(
        check(f'//@version=6\nstrategy("s")\n{body}\nif x > 1\n    strategy.entry("L", strategy.long)\n')
    )


@pytest.mark.parametrize("call", ["ta.sma(close, 0)", "ta.atr(-3)", "ta.tsi(close, 5, 1 - 1)", "ta.rsi(close, 1 / 2)"])
def test_a_length_below_one_is_refused_with_its_line(call: str) -> None:
    with pytest.raises(NotCompiledError, match=r"where TradingView stops with an error, line 3"):
        program(f"x = {call}")


def test_a_length_below_one_that_is_not_used_is_none() -> None:
    program("n = 0\nx = close > open ? ta.sma(close, 0) : close")


def test_no_input_goes_below_the_least_length() -> None:
    made = program(
        "n = input.int(5)\nk = input.int(4, minval = 3)\nf = input.int(0)\nx = ta.sma(close, n) + ta.atr(k) + f"
    )
    assert [item.minimum for item in made.inputs] == [1.0, 3.0, None]
