"""Texts against Python's strings: each once, looked into, cut and joined; and numbers read from them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Failure
from tests.machine.heap.support import NAN, Machine, detail, elements, same, spelled, text

Make = Callable[..., Machine]
SHORT = st.text(alphabet="ab.é", max_size=6)


@settings(deadline=None)
@given(one=SHORT, two=SHORT, three=SHORT)
def test_functions_are_those_of_strings(heap: Make, one: str, two: str, three: str) -> None:
    machine = heap(["a", "ab", ""])
    x, y, z = (text(machine, value) for value in (one, two, three))
    assert machine.call("str_length", x) == len(one)
    assert machine.call("str_contains", x, y) is (two in one)
    assert machine.call("str_startswith", x, y) is one.startswith(two)
    assert machine.call("str_endswith", x, y) is one.endswith(two)
    assert same([machine.call("str_pos", x, y)], [float(one.find(two)) if two in one else NAN])
    assert spelled(machine, machine.call("str_concat", x, y)) == one + two
    assert spelled(machine, machine.call("str_replace_all", x, y, z)) == one.replace(two, three)
    assert spelled(machine, machine.call("str_upper", x)) == one.upper()
    assert spelled(machine, machine.call("str_lower", machine.call("str_upper", x))) == one
    parts = one.split(two) if two else list(one) or [""]
    assert [spelled(machine, part) for part in elements(machine, machine.call("str_split", x, y))] == parts
    assert spelled(machine, machine.call("str_repeat", x, 3.0, y)) == two.join([one] * 3)
    assert machine.failure is Failure.NONE


@settings(deadline=None)
@given(pieces=st.lists(SHORT, min_size=1, max_size=8))
def test_equal_texts_are_one(heap: Make, pieces: list[str]) -> None:
    """However it was put together, a text has one number; a word of the program keeps its own."""
    machine = heap(["a", "ab", ""])
    known: dict[str, float] = {"a": 0.0, "ab": 1.0, "": 2.0}
    for piece in pieces:
        whole = text(machine, piece)
        halves = [text(machine, piece[: len(piece) // 2]), text(machine, piece[len(piece) // 2 :])]
        assert machine.call("str_concat", *halves) == whole
        assert known.setdefault(piece, whole) == whole
        assert spelled(machine, whole) == piece
    assert len(set(known.values())) == len(known)


@pytest.mark.parametrize(
    ("source", "target", "occurrence", "result"),
    [
        ("aXbXcXd", "X", NAN, "a-bXcXd"),
        ("aXbXcXd", "X", 2, "aXbXc-d"),
        ("aXbXcXd", "X", 3, "aXbXcXd"),
        ("aaaa", "aa", 1, "a-a"),
        ("aaaa", "aa", 2, "aa-"),
        ("aaaa", "aa", 3, "aaaa"),
        ("abc", "", 2, "ab-c"),
        ("abc", "", 9, "abc-"),
    ],
)
def test_replacing_one_occurrence(heap: Make, source: str, target: str, occurrence: float, result: str) -> None:
    """As measured on TradingView by PyneCore's authors."""
    machine = heap()
    made = machine.call("str_replace", *(text(machine, part) for part in (source, target, "-")), float(occurrence))
    assert spelled(machine, made) == result


@pytest.mark.parametrize(
    ("begin", "end", "part"),
    [(6, 11, "World"), (6, NAN, "World!"), (0, 0, ""), (4, 99, "o World!"), (99, NAN, ""), (NAN, 5, "Hello")],
)
def test_parts_of_a_text(heap: Make, begin: float, end: float, part: str) -> None:
    machine = heap()
    made = machine.call("str_substring", text(machine, "Hello World!"), float(begin), float(end))
    assert spelled(machine, made) == part


def test_a_part_that_ends_before_it_begins_fails(heap: Make) -> None:
    machine = heap()
    assert math.isnan(machine.call("str_substring", text(machine, "abc"), 2.0, 1.0))
    assert detail(machine) == "str.substring: a range from 2 to 1 is not possible"


def test_blanks_are_trimmed(heap: Make) -> None:
    machine = heap()
    assert spelled(machine, machine.call("str_trim", text(machine, " \t a b \n"))) == "a b"
    assert spelled(machine, machine.call("str_trim", text(machine, "  "))) == ""


def test_letters_of_other_alphabets(heap: Make) -> None:
    machine = heap()
    word = "stra äöü ñ÷ αβω жяёђ 漢"
    assert spelled(machine, machine.call("str_upper", text(machine, word))) == "STRA ÄÖÜ Ñ÷ ΑΒΩ ЖЯЁЂ 漢"
    assert spelled(machine, machine.call("str_lower", text(machine, word.upper()))) == word.upper().lower()


def test_na_gives_na(heap: Make) -> None:
    machine = heap()
    a = text(machine, "a")
    for name in ("str_length", "str_upper", "str_lower", "str_trim", "str_tonumber"):
        assert math.isnan(machine.call(name, NAN))
    for name in ("str_concat", "str_pos", "str_split"):
        assert math.isnan(machine.call(name, NAN, a))
    assert math.isnan(machine.call("str_concat", a, NAN))
    assert math.isnan(machine.call("str_repeat", a, 0.0, a))
    assert math.isnan(machine.call("str_replace", a, NAN, a, 0.0))
    assert machine.call("str_contains", NAN, a) is False
    assert machine.failure is Failure.NONE


def test_a_text_has_a_greatest_length(heap: Make) -> None:
    machine = heap(cells=2**17)
    assert math.isnan(machine.call("str_repeat", text(machine, "abcd"), 1e15, NAN))
    assert detail(machine) == "the text is longer than 40,960 characters"


def test_a_text_for_an_order_is_a_number_that_stays(heap: Make) -> None:
    machine = heap(["long"])
    assert machine.call("text_for_broker", text(machine, "long")) == 0
    assert machine.call("text_for_broker", NAN) == -1
    made = text(machine, "made")
    assert machine.call("text_for_broker", made) == int(made)
    machine.sweep([])
    assert spelled(machine, made) == "made"


@pytest.mark.parametrize(
    "word", "1 -1 +2.50 .5 5. 1e3 1E-3 1.5e+2 0 0012 123456789012345 0.1 1.0831 1e22 1e-22".split()
)
def test_numbers_are_read_as_python_reads_them(heap: Make, word: str) -> None:
    machine = heap()
    assert machine.call("str_tonumber", text(machine, f" {word} ")) == float(word)


@settings(deadline=None)
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_all_floats_are_read_back_within_two_steps(heap: Make, value: float) -> None:
    machine = heap()
    found = machine.call("str_tonumber", text(machine, repr(value)))
    assert abs(found - value) <= 4 * math.ulp(value) or abs(value) > 1e300 or abs(value) < 1e-290


@settings(deadline=None)
@given(digits=st.integers(-(10**15), 10**15), places=st.integers(0, 8))
def test_prices_are_read_exactly(heap: Make, digits: int, places: int) -> None:
    machine = heap()
    word = f"{digits / 10**places:.{places}f}"
    assert machine.call("str_tonumber", text(machine, word)) == float(word)


@pytest.mark.parametrize("word", ["", " ", "a", "1a", "1 2", "1.2.3", "--1", "e5", "1e", "1e+", ".", "-", "NaN", "0x1"])
def test_what_spells_no_number_is_na(heap: Make, word: str) -> None:
    machine = heap()
    assert math.isnan(machine.call("str_tonumber", text(machine, word)))
