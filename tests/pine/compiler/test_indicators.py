"""Functions of ``ta`` beside the interpreter's plain Python: with holes in the data, in blocks, with any length."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from pinewright.market import Bars
from pinewright.pine.builtins import Role, functions

from .shown import BARS, shown
from .support import Case, Row, case, compiled, compiled_as_python, interpreted, random_bars, same

HOLES = """\
x = bar_index < 3 or bar_index % 11 == 5 or bar_index % 29 > 26 ? na : close
y = bar_index % 13 == 4 ? na : hl2 + volume * 0.001
up = close > open
"""
WINDOWS = {
    "ta.sma": "x, L",
    "math.sum": "x, L",
    "ta.wma": "x, L",
    "ta.vwma": "x, L",
    "ta.alma": "x, L, 0.85, 6.0",
    "ta.linreg": "x, L, 2",
    "ta.stoch": "x, high, low, L",
    "ta.cci": "x, L",
    "ta.cmo": "x, L",
    "ta.cog": "x, L",
    "ta.mfi": "x, L",
    "ta.wpr": "L",
    "ta.bbw": "x, L, 2.0",
    "ta.variance": "x, L",
    "ta.stdev": "x, L, false",
    "ta.dev": "x, L",
    "ta.correlation": "x, y, L",
    "ta.median": "x, L",
    "ta.mode": "x, L",
    "ta.range": "x, L",
    "ta.percentrank": "x, L",
    "ta.percentile_linear_interpolation": "x, L, 35.0",
    "ta.percentile_nearest_rank": "x, L, 35.0",
    "ta.highest": "x, L",
    "ta.lowest": "x, L",
    "ta.highestbars": "x, L",
    "ta.lowestbars": "x, L",
    "ta.pivothigh": "x, L, 2",
    "ta.pivotlow": "x, 2, L",
    "ta.mom": "x, L",
    "ta.roc": "x, L",
    "ta.change": "x, L",
}
"""Functions whose length may change from bar to bar, L."""
SIMPLE = {
    "ta.ema": "x, L",
    "ta.rma": "x, L",
    "ta.hma": "x, L",
    "ta.rsi": "x, L",
    "ta.tsi": "x, L, 3",
    "ta.rci": "x, L",
    "ta.atr": "L",
    "ta.kcw": "x, L, 1.5",
}
"""Functions whose length is known on the first bar."""
OTHERS = {
    "ta.swma": ("ta.swma(x)",),
    "ta.vwap": ("ta.vwap", "ta.vwap(x)", "ta.vwap(x, bar_index % 17 == 3)"),
    "ta.rising": ("ta.rising(x, 2)", "ta.rising(x, 1 + bar_index % 3)"),
    "ta.falling": ("ta.falling(x, 2)",),
    "ta.cross": ("ta.cross(x, y)", "ta.cross(close, open)"),
    "ta.crossover": ("ta.crossover(x, y)",),
    "ta.crossunder": ("ta.crossunder(x, y)",),
    "ta.barssince": ("ta.barssince(up)",),
    "ta.valuewhen": (
        "ta.valuewhen(up, x, 0)",
        "ta.valuewhen(up, x, 2)",
        "ta.valuewhen(up, bar_index, 1)",
        "ta.valuewhen(bar_index % 4 == 1, up, 1)",
    ),
    "ta.change": ("ta.change(up)", "ta.change(bar_index * bar_index, 3)"),
    "ta.cum": ("ta.cum(x)",),
    "ta.max": ("ta.max(x)",),
    "ta.min": ("ta.min(x)",),
    "ta.sar": ("ta.sar(0.02, 0.02, 0.2)",),
    "ta.tr": ("ta.tr", "ta.tr(true)"),
    "fixnan": ("fixnan(x)",),
    "math.random": ("math.random(1, 6, 42)", "math.random(seed = 7)"),
    "ta.obv": tuple(f"ta.{name}" for name in "obv accdist iii nvi pvi pvt wad wvad".split()),
    "ta.highest": ("ta.highest(4)", "ta.lowest(4)", "ta.highestbars(4)", "ta.lowestbars(length = 4)"),
    "ta.pivothigh": ("ta.pivothigh(3, 2)", "ta.pivotlow(2, rightbars = 1)", "ta.pivothigh(high, 2.9, 1)"),
    "ta.percentile_nearest_rank": (
        "ta.percentile_nearest_rank(x, 7, 0)",
        "ta.percentile_nearest_rank(x, 7, 100)",
        "ta.percentile_linear_interpolation(x, 8, 50)",
        "ta.percentile_linear_interpolation(x, 8, 99)",
    ),
    "ta.alma": ("ta.alma(x, 9, 0.6, 4.5, true)",),
}
TUPLES = {
    "ta.macd": "[t1, t2, t3] = ta.macd(x, 3, 7, 4)",
    "ta.bb": "[t4, t5, t6] = ta.bb(x, 6, 1.5)",
    "ta.kc": "[t7, t8, t9] = ta.kc(x, 5, 1.5, false)",
    "ta.dmi": "[t10, t11, t12] = ta.dmi(4, 5)",
    "ta.supertrend": "[t13, t14] = ta.supertrend(1.5, 4)",
    "ta.vwap": "[t15, t16, t17] = ta.vwap(x, bar_index % 17 == 3, 2.0)",
}
MOST = 50
"""Orders of a script on a bar: the recorder has room for some more."""
BOOLS = ("ta.rising", "ta.falling", "ta.cross", "ta.change(up)", "ta.valuewhen(bar_index")


def script(values: list[str], before: str = HOLES, indent: str = "") -> str:
    """Orders that carry the values; those with an indent stand in a block that runs on two bars of three."""
    head = "if bar_index % 3 != 1\n" if indent else ""
    numbers = [f"({value} ? 1.0 : 0.0)" if value.startswith(BOOLS) else value for value in values]
    lines = [f'{indent}strategy.order("O", strategy.long, qty = {number})' for number in numbers]
    return "\n".join(['//@version=6\nstrategy("s")', before + head + "\n".join(lines), ""])


def both(
    values: list[str],
    bars: Bars,
    before: str = HOLES,
    indent: str = "",
    inputs: Mapping[str, float] | None = None,
    run: Callable[[Case], list[Row]] = compiled_as_python,
) -> dict[str, list[float]]:
    """What the program gives for each value, equal to the interpreter's bar by bar."""
    found: dict[str, list[float]] = {}
    for some in (values[k : k + MOST] for k in range(0, len(values), MOST)):
        of = case(script(some, before, indent), bars, inputs)
        ours, theirs = run(of), interpreted(of)
        assert len(ours) == len(theirs)
        for k, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            assert same(mine, other), f"{some[k % len(some)]}, bar {mine[0]}: {mine[2][2]}, not {other[2][2]}"
        found |= {value: numbers(ours[k :: len(some)]) for k, value in enumerate(some)}
    return found


def numbers(rows: Sequence[Row]) -> list[float]:
    """The quantities of some orders."""
    return [float(str(row[2][2])) for row in rows]


def of_length(length: str, *tables: dict[str, str]) -> list[str]:
    return [f"{name}({text.replace('L', length)})" for table in tables for name, text in table.items()]


ALL = [
    *of_length("5", WINDOWS, SIMPLE),
    *of_length("1", WINDOWS, SIMPLE),
    *(value for values in OTHERS.values() for value in values),
]


def test_every_function_stands_here() -> None:
    named = {*WINDOWS, *SIMPLE, *OTHERS, *TUPLES}
    assert {name for name, row in functions().items() if row.role is Role.PRELUDE} <= {*named, "ta.pivot_point_levels"}


@pytest.mark.parametrize(("seed", "run"), [(0, compiled), (1, compiled_as_python)])
def test_on_every_bar(seed: int, run: Callable[[Case], list[Row]]) -> None:
    names = [name for line in TUPLES.values() for name in line.partition("]")[0][1:].split(", ")]
    values = [*ALL, *names]
    before = HOLES + "\n".join(TUPLES.values()) + "\n"
    for value, found in both(values, random_bars(seed, 160), before, run=run).items():
        several = len({number for number in found if not math.isnan(number)}) > 1
        assert several or value in of_length("1", WINDOWS, SIMPLE), f"{value} says nothing"


def test_in_a_block_each_call_has_the_memory_of_its_own_runs() -> None:
    # Parabolic SAR counts bars, and the interpreter gives its bars by number.
    values = [value for value in ALL if not value.startswith("ta.sar")]
    both(values, random_bars(3, 160), indent="    ", run=compiled)


def test_tuples_in_a_block() -> None:
    lines = "".join(f"    {line}\n" for line in TUPLES.values())
    names = [name for line in TUPLES.values() for name in line.partition("]")[0][1:].split(", ")]
    source = script(names, HOLES + "if bar_index % 3 != 1\n" + lines, indent="    ")
    of = case(source.replace("if bar_index % 3 != 1\n    strategy", "    strategy"), random_bars(9, 120))
    ours, theirs = compiled_as_python(of), interpreted(of)
    assert len(ours) == len(theirs) == 80 * len(names)
    for k, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        assert same(mine, other), f"{names[k % len(names)]}, bar {mine[0]}: {mine[2][2]}, not {other[2][2]}"


def test_lengths_that_change_from_bar_to_bar() -> None:
    values = of_length("2 + bar_index % 7", WINDOWS) + of_length("(bar_index % 20 < 9 ? 6 : 3)", WINDOWS)
    both(values, random_bars(5, 160))


@pytest.mark.parametrize("length", ["n", "n * 0 - 3", "int(na) + bar_index", "bar_index * 0 + 1000000000"])
def test_no_length_and_one_beyond_the_bars_give_na(length: str) -> None:
    values = of_length(length, {name: text for name, text in WINDOWS.items() if name != "ta.pivothigh"})
    values = [value for value in values if not value.startswith(("ta.mom", "ta.roc", "ta.change", "ta.pivotlow"))]
    of = case(script(values, HOLES + "n = bar_index - bar_index\n"), random_bars(6, 40))
    for rows in (compiled(of), compiled_as_python(of)):
        for k, number in enumerate(numbers(rows)):
            assert math.isnan(number), f"{values[k % len(values)]}: {number}"


@pytest.mark.parametrize("first", range(0, len(WINDOWS), 11))
def test_in_a_loop_each_round_sees_the_same_past(first: int) -> None:
    """The rounds differ in length alone, so that each gives what a call of its own would give."""
    body, values = HOLES, []
    for k, (name, text) in enumerate(list(WINDOWS.items())[first : first + 11]):
        called = [f"{n} * nz({name}({text.replace('L', str(n))}))" for n in (6, 4, 2)]
        body += f"sum{k} = 0.0\nfor n = 6 to 2 by 2\n    sum{k} += n * nz({name}({text.replace('L', 'n')}))\n"
        values += [f"sum{k}", " + ".join(called)]
    found = shown(body, *values)
    for k in range(0, len(values), 2):
        assert len(set(found[k])) > 3
        np.testing.assert_allclose(found[k], found[k + 1], rtol=0, atol=1e-4, err_msg=values[k + 1])


def test_pivot_point_levels_are_an_array() -> None:
    body = 'p = ta.pivot_point_levels("Camarilla", bar_index % 12 == 3)\n'
    pivot, fourth, fifth, size = shown(body, "p.get(0)", "array.get(p, 7)", "p.get(9)", "p.size()")
    assert size == [11.0] * 40
    assert [k for k in range(40) if math.isnan(pivot[k])] == [0, 1, 2]
    high, low, close = BARS.high[3:15].max(), BARS.low[3:15].min(), BARS.close[14]
    expected = [(high + low + close) / 3.0, close + (high - low) * 1.1 / 2.0, high / low * close]
    for bar in (15, 26):
        np.testing.assert_allclose([pivot[bar], fourth[bar], fifth[bar]], expected, atol=2e-6)


def test_arguments_that_a_search_varies() -> None:
    before = HOLES + "n = input.int(5, minval = 2, maxval = 9)\nf = input.float(2.0)\n"
    values = [*of_length("n", WINDOWS, SIMPLE), "ta.percentile_nearest_rank(x, n, f * 10)", "ta.kcw(x, n, f)"]
    for n in (2.0, 7.0):
        both(values, random_bars(8, 120), before, inputs={"n": n, "f": 1.5})


def test_random_numbers_lie_between_their_bounds_and_differ_from_call_to_call() -> None:
    values = ["math.random()", "math.random()", "math.random(5, 6)", "math.random(0, 1, 3)", "math.random(0, 1, 3)"]
    rows = compiled(case(script(values), random_bars(0, 200)))
    drawn = [numbers(rows[k :: len(values)]) for k in range(len(values))]
    assert all(0 <= number < 1 for number in drawn[0] + drawn[1])
    assert all(5 <= number < 6 for number in drawn[2])
    assert 0.4 < sum(drawn[0]) / 200 < 0.6
    assert len(set(drawn[0])) == 200
    assert drawn[0] != drawn[1]
    assert [x - 5 for x in drawn[2]] != drawn[0]
    assert drawn[3] == drawn[4] != drawn[0]


def test_random_numbers_of_a_function_are_each_its_own() -> None:
    body = HOLES + "die() => math.floor(math.random(1, 1000))\n"
    rows = compiled(case(script(["die()", "die()"], body), random_bars(0, 50)))
    assert numbers(rows[::2]) != numbers(rows[1::2])
