"""Overloads: the first that fits is meant, and what does not fit is told for the one that fits best."""

from __future__ import annotations

import pytest

from pinewright.pine import syntax as s
from pinewright.pine.builtins import functions
from pinewright.pine.checker.overloads import Given, choose
from pinewright.pine.types import NA, UNKNOWN, Kind, Type, parse_type

NODE = s.Name("x")


def given(*texts: str | Type) -> list[Given]:
    """Arguments by the text of their types; ``name = type`` names one."""
    made = []
    for text in texts:
        if isinstance(text, Type):
            made.append(Given(text, NODE, None, s.NOWHERE))
            continue
        name, _, kind = text.rpartition(" = ")
        made.append(Given(parse_type(kind), NODE, name or None, s.NOWHERE))
    return made


RESULTS = {
    "ints": ("math.max", ("const int", "series int"), "series int"),
    "int and float": ("math.max", ("const int", "input float"), "input float"),
    "one argument of two": ("math.round", ("series float",), "series int"),
    "two arguments": ("math.round", ("series float", "const int"), "series float"),
    "short form": ("ta.highest", ("const int",), "series float"),
    "long form": ("ta.highest", ("series float", "const int"), "series float"),
    "the element of an array": ("array.get", ("array<string>", "series int"), "series string"),
    "an array of ints": ("array.from", ("const int", "const int"), "array<int>"),
    "an array of both": ("array.from", ("const int", "series float"), "array<float>"),
    "the value of a map": ("map.get", ("map<string, color>", "const string"), "series color"),
    "a tuple": ("ta.bb", ("series float", "const int", "const float"), "[series float, series float, series float]"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_result(name: str) -> None:
    function, arguments, wanted = RESULTS[name]
    match = choose(functions()[function].overloads, given(*arguments), 6)
    assert match.problems == []
    assert str(match.returns) == wanted


PROBLEMS = {
    "missing": ("ta.sma", ("series float",), ["missing"]),
    "too many": ("ta.sma", ("series float", "const int", "const int"), ["many"]),
    "unknown": ("ta.sma", ("series float", "size = const int"), ["unknown", "missing"]),
    "twice": ("ta.sma", ("series float", "const int", "source = series float"), ["twice"]),
    "positional behind named": ("ta.sma", ("source = series float", "const int"), ["positional", "missing"]),
    "wrong type": ("ta.sma", ("const string", "const int"), ["type"]),
    "too late": ("ta.ema", ("series float", "series int"), ["early"]),
    "wrong element": ("array.push", ("array<float>", "const string"), ["type"]),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_problem(name: str) -> None:
    function, arguments, wanted = PROBLEMS[name]
    match = choose(functions()[function].overloads, given(*arguments), 6)
    assert [problem.kind for problem in match.problems] == wanted


def test_what_is_unknown_decides_nothing() -> None:
    assert choose(functions()["nz"].overloads, given(UNKNOWN), 6).returns.kind is Kind.UNKNOWN
    assert choose(functions()["math.max"].overloads, given(UNKNOWN, "const int"), 6).returns.kind is Kind.UNKNOWN


def test_na_takes_the_type_of_the_others() -> None:
    assert choose(functions()["math.max"].overloads, given(NA, "const int"), 6).returns.kind is Kind.INT
    assert choose(functions()["nz"].overloads, given("series int", NA), 6).returns.kind is Kind.INT
    assert choose(functions()["nz"].overloads, given("series float", NA), 6).returns.kind is Kind.FLOAT


def test_a_quotient_stays_one_among_ints_and_not_among_floats() -> None:
    quotient = Type(Kind.FLOAT, quotient=True)
    among_ints = choose(functions()["math.max"].overloads, given(quotient, "const int"), 6).returns
    assert (among_ints.kind, among_ints.quotient) == (Kind.FLOAT, True)
    among_floats = choose(functions()["math.max"].overloads, given(quotient, "series float"), 6).returns
    assert (among_floats.kind, among_floats.quotient) == (Kind.FLOAT, False)
    assert choose(functions()["ta.wma"].overloads, given("series float", quotient), 6).problems == []


def test_a_collection_of_ints_serves_for_one_of_floats() -> None:
    match = choose(functions()["matrix.add_row"].overloads, given("matrix<float>", "const int", "array<int>"), 6)
    assert match.problems == []
