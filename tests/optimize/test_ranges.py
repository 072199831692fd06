"""Values of one input: as asked, or a clear word why not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.optimize.ranges import Fixed, Range, Values, grid, resolve, text_of, value_of
from pinewright.program import InputKind, ProgramInput

INT = ProgramInput("length", "Length", InputKind.INT, 14, 2, 100, line=4)
FLOAT = ProgramInput("stop", "Stop", InputKind.FLOAT, 2.0, 0.1, 9.0, 0.1, line=5)
FREE = ProgramInput("free", "Free", InputKind.FLOAT, 1.0)
LISTED = ProgramInput("bars", "Bars", InputKind.INT, 20, options=(50.0, 20.0, 100.0), line=6)
SWITCH = ProgramInput("useStop", "Use stop", InputKind.BOOL, 1, line=7)
TEXT = ProgramInput("kind", "Kind", InputKind.STRING, 1, options=("SMA", "EMA", "a, b"), line=8)
LONE = ProgramInput("frame", "Frame", InputKind.STRING, 0, options=("60",), line=9)
SOURCE = ProgramInput("src", "Source", InputKind.SOURCE, 3, options=("open", "high", "low", "close"), line=10)
TIME = ProgramInput("start", "Start", InputKind.TIME, 1.5e12, line=11)


def asked(low: float, high: float, step: float | None = None) -> Range:
    return Range("x", low, high, step, "--vary x")


def test_ranges_that_are_asked_for() -> None:
    assert grid(INT, asked(5, 20, 5)) == (5, 10, 15, 20)
    assert grid(INT, asked(5, 8)) == (5, 6, 7, 8)
    assert grid(INT, asked(5, 21, 5)) == (5, 10, 15, 20)
    assert grid(FLOAT, asked(0.1, 0.3)) == (0.1, 0.2, 0.3)
    assert grid(FLOAT, asked(0.1, 0.7, 0.3)) == (0.1, 0.4, 0.7)
    assert len(grid(FREE, asked(0, 1))) == 51
    assert grid(LISTED, asked(20, 60)) == (20, 50)


def test_values_that_are_asked_for_come_in_order_and_once() -> None:
    assert grid(INT, Values("length", ("20", "5", "5"))) == (5, 20)
    assert grid(SWITCH, Values("useStop", ("no", "True"))) == (0, 1)
    assert grid(TEXT, Values("kind", ("a, b", "SMA"))) == (0, 2)
    assert grid(SOURCE, Values("src", ("close", "high"))) == (1, 3)
    assert grid(TIME, Values("start", ("2020-01-01", "2020-01-01T12:00"))) == (1577836800000, 1577880000000)
    assert grid(LISTED, Values("bars", ("100", "20"))) == (20, 100)


def test_own_values() -> None:
    assert grid(TEXT) == (0, 1, 2)
    assert grid(SOURCE) == (0, 1, 2, 3)
    assert grid(LONE) == (0,)
    assert grid(TIME) == (1.5e12,)
    assert grid(SWITCH) == (0, 1)


@pytest.mark.parametrize(
    ("item", "wanted", "what", "hint"),
    [
        (INT, asked(1, 20, 1), "length = 1 is out of range", r"line 4\) allows length from 2 to 100"),
        (INT, asked(5, 200, 1), "length = 200 is out of range", "from 2 to 100"),
        (INT, asked(5, 20, 0.5), "in steps of 0.5", "whole numbers"),
        (INT, asked(5.5, 20, 1), "from 5.5 to 20", "whole numbers"),
        (INT, asked(20, 5, 1), "is no range", "LOW below HIGH"),
        (INT, asked(5, 5), "is no range", "LOW below HIGH"),
        (INT, asked(5, 20, 0), "in steps of 0", "above 0"),
        (INT, asked(5, 20, -1), "in steps of -1", "above 0"),
        (FREE, asked(0, float("inf")), "not finite", ""),
        (FREE, asked(0, 1, float("nan")), "not finite", ""),
        (FREE, asked(0, 1, 1e-12), "steps of 1e-12", "the least"),
        (FREE, asked(0, 1e9, 1e-3), "1,000,000,000,001 steps", "larger step"),
        (LISTED, asked(21, 49), "holds no option", "legal: 50, 20, 100"),
        (TEXT, asked(0, 1), r"kind \(line 8\) is no number", "tries them all"),
        (SWITCH, asked(0, 1), r"useStop \(line 7\) is no number", "tries them all"),
        (TIME, asked(0, 1), r"start \(line 11\) is no number", "list the values"),
        (INT, Values("x", ("5", "x")), "length = 'x' is not a number", ""),
        (INT, Values("x", ("5", "2.5")), "not a whole number", ""),
        (INT, Values("x", ("5", "101")), "out of range", "2 to 100"),
        (INT, Values("x", ("nan",)), "not finite", ""),
        (LISTED, Values("x", ("20", "30")), "not an option", "legal: 50, 20, 100"),
        (SWITCH, Values("x", ("2",)), "not true or false", ""),
        (TEXT, Values("x", ("EMMA",)), "not an option", "did you mean 'EMA'"),
        (SOURCE, Values("x", ("volume",)), "not an option", "legal: close"),
        (LONE, Values("x", ("240",)), "not an option", r"line 9\) gives it no options"),
        (TIME, Values("x", ("soon",)), "'soon' is not a date", "2025-04-01"),
    ],
)
def test_what_an_input_cannot_take_is_told(item: ProgramInput, wanted: Range | Values, what: str, hint: str) -> None:
    with pytest.raises(SearchError, match=what) as error:
        grid(item, wanted)
    assert error.value.where in ("--vary", "--vary x")
    if hint:
        with pytest.raises(SearchError, match=hint):
            grid(item, wanted)


def test_a_default_out_of_its_own_range_can_be_written_down() -> None:
    odd = ProgramInput("x", "X", InputKind.INT, 1, 5, 10)
    assert value_of(odd, "1", "") == 1
    with pytest.raises(SearchError, match="out of range"):
        value_of(odd, "2", "")


def test_names_and_titles() -> None:
    rows = (
        INT,
        ProgramInput("Length", "Stop", InputKind.INT, 3),
        FLOAT,
        ProgramInput("other", "Stop", InputKind.INT, 3),
    )
    assert resolve("length", rows) == "length"
    assert resolve("Length", rows) == "Length"
    assert resolve("Length", rows[:1]) == "length"
    with pytest.raises(SearchError, match="several inputs have the title 'Stop'"):
        resolve("Stop", rows)
    with pytest.raises(SearchError, match="did you mean 'stop'"):
        resolve("stopp", rows, "--vary")
    with pytest.raises(SearchError, match="it has none"):
        resolve("x", ())


def test_who_asked_is_no_part_of_what_was_asked() -> None:
    assert Range("x", 1, 2, where="a") == Range("x", 1, 2, where="b")
    assert Fixed("x", "1", "a") == Fixed("x", "1", "b")


@given(st.sampled_from([INT, FLOAT, FREE, LISTED, SWITCH, TEXT, SOURCE]), st.integers(0, 10**6))
def test_texts_of_values_come_back(item: ProgramInput, place: int) -> None:
    values = grid(item)
    value = values[place % len(values)]
    assert value_of(item, text_of(item, value), "") == value


@given(st.integers(-50, 50), st.integers(1, 80), st.sampled_from([0.01, 0.05, 0.1, 0.25, 1.0, 3.0]))
def test_asked_ranges_hold_their_ends_and_nothing_beyond(low: int, steps: int, step: float) -> None:
    high = low + steps * step
    values = np.array(grid(FREE, Range("x", low, high, step)))
    assert len(values) == steps + 1
    assert values[0] == low
    assert values[-1] == pytest.approx(high, abs=1e-11)
    assert (np.diff(values) > 0).all()
