"""New defaults in any script: only the values change, and what cannot be replaced is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.errors import PineError, UsageError
from pinewright.generate import FAMILIES, ScriptSettings, render, with_defaults
from pinewright.generate.spelling import spell_float, spell_int, spell_string
from pinewright.market import Timeframe
from pinewright.program import InputKind, ProgramInput

SOURCE = """//@version=5
strategy("Mine",overlay=true)   // odd spacing stays
length=input.int( 14 , "Length", minval=1)
int slow = input.int(defval = 50, title="Slow")
float width = input.float(title = "Width", defval = 2, step=0.5)   // 2 is the default
shift = input.float(-0.5, "Shift")
useIt = input(true, "Use it")
start = input.time(timestamp("2024-01-01"), "Start")
kind = input.string("EMA", "Kind", options = ["EMA", "SMA"])
price = input.source(close, "Price")
derived = input.int(10 * 2, "Derived")
average = ta.sma(price, input.int(30, "Inline"))
"""

INPUTS = (
    ProgramInput("length", "Length", InputKind.INT, 14, line=3),
    ProgramInput("slow", "Slow", InputKind.INT, 50, line=4),
    ProgramInput("width", "Width", InputKind.FLOAT, 2, line=5),
    ProgramInput("shift", "Shift", InputKind.FLOAT, -0.5, line=6),
    ProgramInput("useIt", "Use it", InputKind.BOOL, 1, line=7),
    ProgramInput("start", "Start", InputKind.TIME, 1_704_067_200_000, line=8),
    ProgramInput("kind", "Kind", InputKind.STRING, 0, options=("EMA", "SMA"), line=9),
    ProgramInput("price", "Price", InputKind.SOURCE, 0, options=("close", "hl2"), line=10),
    ProgramInput("derived", "Derived", InputKind.INT, 20, line=11),
    ProgramInput("Inline", "Inline", InputKind.INT, 30, line=12),
)
DEFAULTS = [item.default for item in INPUTS]


def changed(**values: float) -> str:
    new = [values.get(item.name, item.default) for item in INPUTS]
    return with_defaults(SOURCE, INPUTS, new)


def test_equal_values_change_no_byte() -> None:
    assert with_defaults(SOURCE, INPUTS, DEFAULTS) == SOURCE


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("length", 21.0, "input.int( 14 ,", "input.int( 21 ,"),
        ("slow", 200.0, "defval = 50,", "defval = 200,"),
        ("width", 2.5, "defval = 2,", "defval = 2.5,"),
        ("width", 3.0, "defval = 2,", "defval = 3.0,"),
        ("shift", 1e-5, "(-0.5,", "(0.00001,"),
        ("shift", -0.25, "(-0.5,", "(-0.25,"),
        ("useIt", 0.0, "input(true,", "input(false,"),
        ("start", 1_704_153_600_000.0, 'timestamp("2024-01-01")', "1704153600000"),
        ("kind", 1.0, '("EMA", "Kind"', '("SMA", "Kind"'),
        ("price", 1.0, "input.source(close,", "input.source(hl2,"),
        ("Inline", 31.0, "input.int(30,", "input.int(31,"),
    ],
)
def test_one_value_changes_its_own_place_only(name: str, value: float, old: str, new: str) -> None:
    assert SOURCE.count(old) == 1
    assert changed(**{name: value}) == SOURCE.replace(old, new)


def test_several_values_at_once() -> None:
    text = changed(length=5, slow=500, width=1.5)
    assert "input.int( 5 ," in text
    assert "defval = 500," in text
    assert "defval = 1.5," in text


def test_line_ends_stay() -> None:
    source = SOURCE.replace("\n", "\r\n")
    new = [21.0, *DEFAULTS[1:]]
    assert with_defaults(source, INPUTS, new) == source.replace("( 14 ,", "( 21 ,")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("derived", 30.0, "is an expression"),
        ("length", 2.5, "cannot take 2.5"),
        ("kind", 2.0, "cannot take 2.0"),
        ("width", float("inf"), "cannot take inf"),
    ],
)
def test_what_cannot_be_replaced_is_refused(name: str, value: float, word: str) -> None:
    with pytest.raises(UsageError, match=word) as caught:
        changed(**{name: value})
    assert caught.value.where is not None
    assert caught.value.where.startswith("line ")


def test_an_unknown_input_and_a_broken_script_are_told() -> None:
    ghost = ProgramInput("ghost", "Ghost", InputKind.INT, 1, line=99)
    with pytest.raises(UsageError, match="'ghost' was not found"):
        with_defaults(SOURCE, (ghost,), (2.0,))
    with pytest.raises(UsageError, match="2 values for 1 inputs"):
        with_defaults(SOURCE, (ghost,), (2.0, 3.0))
    with pytest.raises(PineError, match="cannot be read"):
        with_defaults("//@version=6\nx = (1 +\n", (ghost,), (2.0,))


@pytest.mark.parametrize("name", list(FAMILIES))
def test_agrees_with_rendering_the_values(name: str) -> None:
    family, settings = FAMILIES[name], ScriptSettings(Timeframe(15), 0.00005)
    inputs = tuple(ProgramInput(item.name, item.title, item.kind, item.default) for item in family.inputs)
    values = [
        1 - item.default if item.kind is InputKind.BOOL else round(item.default + item.step, 10)
        for item in family.inputs
    ]
    new = dict(zip((item.name for item in inputs), values, strict=True))
    assert with_defaults(render(family, None, settings), inputs, values) == render(family, new, settings)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back_as_the_same_double(value: float) -> None:
    text = spell_float(value)
    assert float(text) == value
    assert "." in text
    assert "e" not in text


def test_spelling() -> None:
    assert spell_int(14.0) == "14"
    assert spell_string('say "hi"\n') == '"say \\"hi\\""'
    with pytest.raises(UsageError, match="whole number"):
        spell_int(float("nan"))
