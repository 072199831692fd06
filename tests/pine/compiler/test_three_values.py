"""Bools of v5, which may be na: asked for it, compared, kept, and passed on; v6 has none."""

from __future__ import annotations

import pytest

from pinewright.pine.compiler import compile_script
from pinewright.pine.compiler.three_values import asks_for_na

from .shown import BARS, shown
from .support import case, checked_script, compiled_as_python

SIZE = len(BARS)
NEVER, ALWAYS = [0.0] * SIZE, [1.0] * SIZE


def asked(body: str, *conditions: str, version: int = 5) -> list[list[float]]:
    """On which bars conditions hold."""
    return shown(body, *(f"({condition}) ? 1.0 : 0.0" for condition in conditions), version=version)


def after(bar: int) -> list[float]:
    """Held from a bar on."""
    return [float(k >= bar) for k in range(SIZE)]


def before(bar: int) -> list[float]:
    return [1.0 - x for x in after(bar)]


# What TradingView gives for a bool of v5 that is na, as PyneCore 6.11 tells it was measured: ``and``, ``or``, ``not``
# and conditions take it for false, comparisons give na again, ``nz`` gives false or the replacement.
OF_NA = {
    "b": 0, "not b": 1, "na(b)": 1, "nz(b)": 0, "nz(b, true)": 1, "nz(b, false)": 0, "b == na": 0, "b != na": 0,
    "b == true": 0, "b == false": 0, "b != true": 0, "b != false": 0, "na(b == false)": 1, "na(b == na)": 1,
    "b or true": 1, "b and true": 0, "na(b and true)": 0, "na(not b)": 0, "b ? true : false": 0, "na(b ? 1 : 2)": 0,
    "na(fixnan(b))": 1, "na(b[1])": 1, "bool(b)": 0, "na(bool(b))": 1, "str.tostring(b) == 'false'": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "made",
    [
        "bool b = na",
        "var bool b = na",
        "b = bool(na)",
        "b = close > float(na)",
        "bool b = na\nif close < 0\n    b := true",
    ],
)
def test_a_bool_that_is_na(made: str) -> None:
    found = dict(zip(OF_NA, asked(made + "\n", *OF_NA), strict=True))
    assert found == {text: [float(value)] * SIZE for text, value in OF_NA.items()}


@pytest.mark.parametrize("value", [True, False])
def test_a_bool_that_is_known_is_as_ever(value: bool) -> None:
    conditions = ("b", "not b", "na(b)", "nz(b, true)", "b == true", "b == false", "b != true", "na(b == true)")
    expected = [value, not value, False, value, value, not value, not value, False]
    for made in ("b = {}", "var b = {}", "b = (close > 0) == {}"):
        found = asked(made.format(str(value).lower()) + "\n", *conditions)
        assert found == [[float(one)] * SIZE for one in expected]


def test_the_past_before_the_first_bar() -> None:
    conditions = ("na(up[2])", "up[2] == false", "up[2] != true", "na(true[1])")
    found = asked("up = close > 0\n", *conditions)
    assert found == [before(2), NEVER, NEVER, before(1)]
    kept = "var up = false\nup := close > 0\n"
    assert asked(kept, *conditions[:3]) == found[:3]
    assert asked("up = close > 0\n", "up[2] == false", "up[2] != true", version=6) == [before(2), before(2)]


def test_comparisons_with_na() -> None:
    body = "x = bar_index < 3 ? na : 1.0\n"
    expected = {
        "na(x > 0)": before(3),
        "na(x == x)": before(3),
        "na(not (x > 0))": NEVER,
        "(x > 0) == false": NEVER,
        "nz(x != 1, true)": before(3),
        "na(ta.cross(x, 1))": before(3),
    }
    assert asked(body, *expected) == list(expected.values())


def test_values_of_branches_loops_and_functions() -> None:
    body = """f(float x) =>
    var int calls = 0
    calls += 1
    x > 0.0
g(bool q) => q[1] == false
v = if bar_index > 2
    true
w = switch
    bar_index > 2 => false
turns = bar_index
r = while turns > 2
    turns := 0
    true
[p, q] = if bar_index > 2
    [true, 1]
"""
    expected = {
        "na(v)": before(3),
        "v == true": after(3),
        "na(w)": before(3),
        "w == false": after(3),
        "na(r)": before(3),
        "na(p)": before(3),
        "na(f(bar_index > 2 ? 1.0 : na))": before(3),
        "g(v)": NEVER,
        "g(w)": after(4),
    }
    assert asked(body, *expected) == list(expected.values())


def test_fields_arrays_and_maps() -> None:
    body = """type T
    bool done
t = T.new()
if bar_index > 2
    t.done := close > 0
a = array.new_bool(2)
a.set(1, t.done)
m = map.new<string, bool>()
m.put("k", t.done)
"""
    expected = {
        "na(t.done)": before(3),
        "na(a.get(0))": ALWAYS,
        "na(a.get(1))": before(3),
        "a.get(1) == true": after(3),
        "na(m.get('k'))": before(3),
        "na(m.get('other'))": ALWAYS,
    }
    assert asked(body, *expected) == list(expected.values())


def test_functions_that_give_back_their_source() -> None:
    body = "b = bar_index == 1 ? true : bar_index == 3 ? false : na\nup = bar_index % 2 == 0\n"
    expected = {
        "fixnan(b)": [float(k in (1, 2)) for k in range(SIZE)],
        "na(fixnan(b))": before(1),
        "ta.valuewhen(bar_index == 1, b, 0)": after(1),
        "na(ta.valuewhen(bar_index == 2, b, 0))": ALWAYS,
        "ta.change(up)": after(1),
        "na(ta.change(up))": before(1),
        "na(ta.change(b))": ALWAYS,
    }
    assert asked(body, *expected) == list(expected.values())


def test_a_function_without_types_is_asked_too() -> None:
    assert asked("f(x) => na(x)\n", "f(close > close[1])", "f(close)", "f(close[2])") == [before(1), NEVER, before(2)]


def test_orders_with_a_condition_that_is_na() -> None:
    source = """//@version=5
strategy("s")
bool up = bar_index == 3 ? true : na
strategy.entry("L", strategy.long, when = up and not na(up))
strategy.close("L", when = up == false)
"""
    rows = compiled_as_python(case(source, BARS))
    assert [(row[0], row[1]) for row in rows] == [(3, "entry")]


ASKING = {
    "na(close > 1)": True, "nz(close > 1)": True, "(close > 1) == (open > 1)": True, "na(close)": False,
    "close == open": False, "close > 1 and not (open > 1)": False,
}  # fmt: skip


@pytest.mark.parametrize("text", ASKING)
def test_only_scripts_that_ask_are_written_with_three_values(text: str) -> None:
    body = f'strategy("s")\nbool kept = na\nkept := close > close[1]\nif kept or {text}\n    strategy.close_all()\n'
    checked = checked_script("//@version=5\n" + body)
    assert asks_for_na(checked.tree, checked.types) is ASKING[text]
    assert ("math.nan if" in compile_script(checked).text) is ASKING[text]
