"""The checker: each wrong snippet gives its code at its line, each right one nothing."""

from __future__ import annotations

import pytest

from pinewright.pine import syntax as s
from pinewright.pine.checker import check
from pinewright.pine.compiler import uncompiled
from pinewright.pine.diagnostics import Severity

HEAD = '//@version=6\nstrategy("t")\n'

WRONG = {
    "string for a price": ('x = ta.sma("close", 14)', "PW201"),
    "undeclared name": ("x = clse + 1", "PW101"),
    "unknown function": ("x = ta.smaa(close, 14)", "PW103"),
    "missing namespace": ("x = sma(close, 14)", "PW103"),
    "unknown argument": ("x = ta.sma(close, len = 14)", "PW203"),
    "removed when": ('strategy.entry("L", strategy.long, when = close > open)', "PW209"),
    "missing argument": ("x = ta.sma(close)", "PW202"),
    "too many arguments": ("x = ta.sma(close, 14, 3)", "PW204"),
    "argument twice": ("x = ta.sma(close, 14, source = open)", "PW205"),
    "series for simple": ("x = ta.ema(close, bar_index)", "PW206"),
    "int as condition": ("if bar_index\n    strategy.close_all()", "PW302"),
    "int in and": ("x = close > open and bar_index", "PW302"),
    "bool na": ("bool x = na", "PW305"),
    "na without type": ("x = na", "PW306"),
    "redeclared": ("x = 1\nx = 2", "PW102"),
    "assigned before declared": ("x := 1", "PW104"),
    "string into float": ('float x = "a"', "PW304"),
    "series into const": ("const float x = close", "PW206"),
    "tuple of wrong size": ("[a, b] = ta.macd(close, 12, 26, 9)", "PW303"),
    "tuple into one name": ("a = ta.macd(close, 12, 26, 9)", "PW303"),
    "adding bool": ("x = close + (close > open)", "PW301"),
    "comparing string with number": ('x = close == "a"', "PW301"),
    "branches of two types": ('x = close > open ? 1 : "a"', "PW307"),
    "second strategy call": ('strategy("u")', "PW401"),
    "function without parentheses": ("x = ta.sma", "PW103"),
    "misspelt constant": ('strategy.entry("L", strategy.lng)', "PW101"),
    "recursion": ("f(x) => f(x) + 1\ny = f(1)", "PW108"),
    "error inside a function": ("f(x) => x + nothing\ny = f(1)", "PW101"),
    "error inside a function that nobody calls": ("f(x) => x + nothing", "PW101"),
}

RIGHT = {
    "int for float": "float x = 1",
    "tuple": "[m, s, h] = ta.macd(close, 12, 26, 9)\n[_, u, _] = ta.bb(close, 20, 2)",
    "shadow in block": "x = 1.0\nif close > open\n    x = 2.0\n    strategy.close_all()",
    "var and assignment": "var float x = na\nif close > open\n    x := close",
    "user function": "f(float a, int n = 3) => ta.sma(a, n)\ny = f(close)\nz = f(close, n = 5)",
    "if as a value": "x = if close > open\n    1\nelse\n    2",
    "switch as a value": "x = switch\n    close > open => 1\n    => 2",
    "one-argument highest": "x = ta.highest(10)",
    "drawing": 'plot(close, color = color.new(color.red, 50))\nlabel.new(bar_index, high, "a")',
    "named arguments": 'strategy.entry("L", strategy.long, qty = 1, comment = "in")',
    "history": "x = close[1]\ny = (close + open)[2]\nz = ta.sma(close, 3)[1]",
}


def codes(source: str) -> list[str]:
    return [item.code for item in check(source).diagnostics if item.severity is Severity.ERROR]


@pytest.mark.parametrize("name", WRONG)
def test_wrong_is_found_once(name: str) -> None:
    text, code = WRONG[name]
    assert codes(HEAD + text + "\n") == [code]


@pytest.mark.parametrize("name", RIGHT)
def test_right_is_accepted(name: str) -> None:
    assert codes(HEAD + RIGHT[name] + "\n") == []


def test_all_findings_of_a_file_are_told_with_their_lines() -> None:
    found = check(HEAD + "a = clse\nb = 1\nc = ta.smaa(close, 1)\nd = a + b\n").diagnostics
    assert [(item.code, item.span.line) for item in found] == [("PW101", 3), ("PW103", 5)]


def test_v5_takes_numbers_as_conditions_and_na_for_bools() -> None:
    source = '//@version=5\nstrategy("t")\nbool x = na\nif bar_index\n    strategy.close_all()\n'
    assert codes(source) == []


def test_missing_declaration_and_unread_version() -> None:
    assert codes("//@version=6\nx = 1\n") == ["PW401"]
    assert codes("//@version=4\nstudy('x')\n") == ["PW402"]


def test_nearest_name_is_the_hint() -> None:
    (finding,) = check(HEAD + "x = ta.crossovr(close, open)\n").diagnostics
    assert finding.hint is not None
    assert "ta.crossover" in finding.hint


def test_checking_never_raises_on_cut_scripts() -> None:
    source = HEAD + "f(x) => ta.sma(x, 3)\n[a, b, c] = ta.macd(close, 12, 26, 9)\nif a > b\n    strategy.close_all()\n"
    for end in range(len(source)):
        check(source[:end])


def test_when_is_legal_in_v5_and_gone_in_v6() -> None:
    call = 'strategy("t")\nstrategy.entry("L", strategy.long, when = close > open)\n'
    assert codes("//@version=5\n" + call) == []
    assert codes("//@version=6\n" + call) == ["PW209"]


NOT_COMPILED = {
    "variables": "x = chart.left_visible_bar_time\nif x > time\n    strategy.close_all()",
    "a zone of numbers": 'if hour(time, "UTC+" + str.tostring(hour)) > 9\n    strategy.close_all()',
    "a function": 'if str.match(syminfo.ticker, "E.*") == "EURUSD"\n    strategy.close_all()',
}


@pytest.mark.parametrize("name", NOT_COMPILED)
def test_legal_pine_that_is_not_compiled_is_a_note(name: str) -> None:
    checked = check(HEAD + NOT_COMPILED[name] + "\n")
    assert checked.ok
    assert [(item.code, item.severity) for item in uncompiled(checked)] == [("PW902", Severity.NOTE)]


COMPILED = {
    "variables": "x = syminfo.ticker\nif x == 'EURUSD'\n    strategy.close_all()",
    "a date of numbers": "if time > timestamp(2025, 1, 1, 0, 0)\n    strategy.close_all()",
    "a method": "array<float> a = array.new<float>(3)\nif a.get(0) > 1\n    strategy.close_all()",
}


@pytest.mark.parametrize("name", COMPILED)
def test_what_is_compiled_needs_no_note(name: str) -> None:
    checked = check(HEAD + COMPILED[name] + "\n")
    assert checked.ok
    assert uncompiled(checked) == []


def test_types_and_calls_are_kept_by_node() -> None:
    checked = check(HEAD + "a = array.new<int>()\na.push(1)\nx = ta.sma(close, 3) / 2\n")
    _, declared, pushed, value = checked.tree.statements
    assert isinstance(pushed, s.ExpressionStatement)
    assert isinstance(declared, s.Declaration)
    assert isinstance(value, s.Declaration)
    assert str(checked.types[id(declared.value)]) == "array<int>"
    assert checked.calls[id(pushed.value)] == "array.push"
    assert str(checked.types[id(value.value)]) == "series float"


QUALIFIERS = {
    "a literal": ("n = 5", "const int"),
    "an input": ("n = input.int(5)", "input int"),
    "an input plus a literal": ("n = input.int(5) + 1", "input int"),
    "a simple variable": ("n = syminfo.mintick", "simple float"),
    "a price": ("n = close", "series float"),
    "history": ("m = 5\nn = m[1]", "series int"),
    "a choice by an input": ("n = input.bool(true) ? 1 : 2", "input int"),
    "a choice by a price": ("n = close > open ? 1 : 2", "series int"),
    "a formula of a literal": ("n = math.max(1, 2.5)", "const float"),
    "a quotient in v6": ("n = 5 / 2", "const float"),
    "an assignment under an input": ("n = 1\nif input.bool(true)\n    n := 2\nm = n", "input int"),
    "an assignment under a price": ("n = 1\nif close > open\n    n := 2\nm = n", "series int"),
    "var that changes": ("var n = 1\nn := n + 1\nm = n", "series int"),
    "a call by a literal": ("f(x) => x * 2\nn = f(3)", "const int"),
    "a call by a price": ("f(x) => x * 2\nn = f(close)", "series float"),
}


@pytest.mark.parametrize("name", QUALIFIERS)
def test_when_a_value_is_known(name: str) -> None:
    text, wanted = QUALIFIERS[name]
    checked = check(HEAD + text + "\n")
    assert checked.ok, checked.diagnostics
    last = checked.tree.statements[-1]
    assert isinstance(last, s.Declaration)
    assert str(checked.types[id(last.value)]) == wanted


HINTS = {
    "a word of another language": ("f(x) =>\n    return x\ny = f(1)", "leave `return` out"),
    "print": ("print(close)", "log.info()"),
    "its own past": ("ma = ma[1] + 1", "var float ma = na"),
    "a target": ('strategy.exit("X", take_profit = 5)', "`profit`, in ticks"),
    "a long call": ('strategy.entry("L", strategy.long, qty = "1")', '"qty" takes a series float'),
}


@pytest.mark.parametrize("name", HINTS)
def test_the_hint_says_what_to_write(name: str) -> None:
    text, hint = HINTS[name]
    found = [item for item in check(HEAD + text + "\n").diagnostics if item.severity is Severity.ERROR]
    assert any(hint in (item.hint or "") for item in found), found


ALONE = {
    "one argument too many": ("x = ta.atr(close, 14)", ["PW204"]),
    "several missing": ("x = ta.stoch(close, 14)", ["PW202"]),
}


@pytest.mark.parametrize("name", ALONE)
def test_one_mistake_gives_one_finding(name: str) -> None:
    text, wanted = ALONE[name]
    assert codes(HEAD + text + "\n") == wanted


def test_functions_that_call_each_other_in_a_long_row_are_no_recursion() -> None:
    chain = "".join(f"f{k}(a) =>\n    f{k - 1}(a) + 1\n" for k in range(1, 300))
    checked = check(HEAD + "f0(a) =>\n    a + 1\n" + chain + "x = f299(close)\n")
    assert checked.ok
