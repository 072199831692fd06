"""A space that was written out gives the same space when it is read."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.generate import FAMILIES
from pinewright.optimize.asked import Asked
from pinewright.optimize.ranges import Fixed, Range, Values, text_of
from pinewright.optimize.space import Space
from pinewright.optimize.space_file import read_space, write_space
from pinewright.program import InputKind, ProgramInput

SOURCES = ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "hlcc4")


def again(space: Space, inputs: tuple[ProgramInput, ...]) -> Space:
    """The space after it went through a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "space.toml"
        path.write_text(write_space(space, inputs), encoding="utf-8")
        return read_space(path).space(inputs)


def test_the_text(inputs: tuple[ProgramInput, ...]) -> None:
    kind = ProgramInput("kind", "Kind\nof average", InputKind.STRING, 0, options=("SMA", 'E"MA'), line=7)
    bars = ProgramInput("bars", "Bars", InputKind.INT, 20, options=(50.0, 20.0))
    rows = (*inputs, kind, bars)
    text = write_space(Space.of(rows, held=[Fixed("reverse", "true")]), rows)
    body = text[text.index("where") :]
    assert (
        body
        == """\
where = ["fastLength < slowLength"]

[vary]

# Fast; int, default 10, minval 2, maxval 50, step 1
fastLength = { low = 2, high = 50, step = 1 }

# Slow; int, default 40, minval 10, maxval 200, step 2
slowLength = { low = 10, high = 200, step = 2 }

# Stop; float, default 2.0, minval 0.5, maxval 6, step 0.25
stopMultiple = { low = 0.5, high = 6.0, step = 0.25 }

# Kind of average; string, default "SMA", options ["SMA", "E\\"MA"]; line 7
kind = ["SMA", "E\\"MA"]

# Bars; int, default 20, options [50, 20]
bars = [20, 50]

[fix]

# Reverse; bool, default false
reverse = true

# From; time, default "1970-01-01T00:00:00Z"
fromTime = "1970-01-01T00:00:00Z"
"""
    )
    assert all(line.startswith("#") or not line for line in text[: text.index("where")].splitlines())
    assert set(tomllib.loads(text)) == {"where", "vary", "fix"}


def test_a_default_range_is_written_out() -> None:
    rows = (ProgramInput("length", "Length", InputKind.INT, 14), ProgramInput("f", "F", InputKind.FLOAT, 2.0))
    text = write_space(Space.of(rows), rows)
    assert "length = { low = 3, high = 56, step = 1 }" in text
    assert "f = { low = 0.6, high = 8.0, step = 0.2 }" in text


def test_a_file_of_conditions_says_all_of_them(inputs: tuple[ProgramInput, ...]) -> None:
    free = Space.of(inputs, ordered=())
    assert free.rules == ()
    assert again(free, inputs) == free
    assert again(Space.of(inputs, where=["fastLength + 5 <= slowLength"]), inputs).rules == (
        "fastLength + 5 <= slowLength",
    )


@pytest.mark.parametrize("name", list(FAMILIES))
def test_families_come_back(name: str) -> None:
    family = FAMILIES[name]
    rows = tuple(
        ProgramInput(item.name, item.title, item.kind, item.default, item.minimum, item.maximum, item.step)
        for item in family.inputs
    )
    space = Space.of(rows, fixed=[one for one in family.fixed if "Time" not in one], ordered=family.ordered)
    assert again(space, rows) == space


NUMBER = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))
TITLE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@st.composite
def some_inputs(draw: st.DrawFn) -> tuple[ProgramInput, ...]:
    """One to five inputs of any kind, the first one a number, and a switch."""
    names = "abcde"[: draw(st.integers(1, 5))]
    kinds = [InputKind.INT, *(draw(st.sampled_from(InputKind)) for _ in names[1:])]
    found = [draw(some_input(name, kind)) for name, kind in zip(names, kinds, strict=True)]
    return (*found, ProgramInput("z", "Z", InputKind.BOOL, 0))


@st.composite
def some_input(draw: st.DrawFn, name: str, kind: InputKind) -> ProgramInput:
    """An input as a script may declare it."""
    title, line = draw(TITLE), draw(st.integers(0, 9))
    if kind in (InputKind.STRING, InputKind.SOURCE):
        words = st.lists(TITLE, min_size=1, max_size=4, unique=True)
        options = SOURCES if kind is InputKind.SOURCE else tuple(draw(words))
        default = float(draw(st.integers(0, len(options) - 1)))
        return ProgramInput(name, title, kind, default, options=options, line=line)
    if kind in (InputKind.BOOL, InputKind.TIME):
        default = float(draw(st.integers(0, 1) if kind is InputKind.BOOL else st.integers(-(10**12), 3 * 10**14)))
        return ProgramInput(name, title, kind, default, line=line)
    whole = kind is InputKind.INT
    number = st.integers(-300, 300).map(float) if whole else NUMBER
    default = draw(number)
    if draw(st.booleans()):
        step = draw(st.sampled_from([1.0, 2.0, 5.0] if whole else [0.25, 0.1, 1 / 3, 7.0]))
        return ProgramInput(name, title, kind, default, default - 20 * step, default + 13 * step, step, line=line)
    low = default - abs(draw(number)) if draw(st.booleans()) else None
    high = default + abs(draw(number)) if draw(st.booleans()) else None
    return ProgramInput(name, title, kind, default, low, high, line=line)


@given(some_inputs(), st.data())
def test_any_space_comes_back(rows: tuple[ProgramInput, ...], data: st.DataObject) -> None:
    whole = Space.of(rows)
    held = [
        Fixed(one.name, text_of(rows[one.column], data.draw(st.sampled_from(one.grid[:50]))))
        for one in whole.dimensions[:-1]
        if data.draw(st.booleans())
    ]
    asked = Asked(
        ranges=tuple(
            Values(one.name, tuple(text_of(rows[one.column], value) for value in one.grid[:7]))
            if one.kind in (InputKind.STRING, InputKind.BOOL)
            else Range(one.name, one.grid[0], one.grid[-1])
            for one in whole.dimensions
            if data.draw(st.booleans()) and one.name not in {fixed.name for fixed in held} and one.size > 1
            if not rows[one.column].options or one.kind is InputKind.STRING
        ),
        fixed=tuple(held),
        where=data.draw(st.sampled_from([(), ("a <= 1e9",), ("z == true or a < 1e9", "not a > 1e9")])),
    )
    space = asked.space(rows)
    found = again(space, rows)
    assert found == space
    assert found.key == space.key
