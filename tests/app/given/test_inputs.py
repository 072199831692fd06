"""Values of inputs: numbers and options are of the run, other texts are compiled in, the rest is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pinewright.app.given.inputs import Chosen, choose, declared_inputs, input_text
from pinewright.errors import PineError, UsageError
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

SOURCE = """//@version=6
strategy("t")
enum Way
    up = "upwards"
    down
length = input.int(5, "Length", minval = 2, maxval = 50)
factor = input.float(1.5, options = [1.0, 1.5])
on = input.bool(true, "On")
day = input.time(timestamp("2020-01-01"), "Since")
hours = input.session("0900-1700", "Hours")
frame = input.timeframe("", "Frame")
ticker = input.symbol("", "Other")
note = input.string("L", "Note")
mode = input.string("a", "Mode", options = ["a", "b"])
way = input.enum(Way.up, "Way")
tint = input.color(#FF0000, "Tint")
unused = input.int(1, "Unused")
if on and close > ta.sma(close, length) * factor and not na(time(frame, hours)) and time >= day
    if mode == "a" and way == Way.up and color.r(tint) > 10
        strategy.entry(note, strategy.long)
"""
CHECKED = check(SOURCE)


def build(overrides: Mapping[str, object]) -> Program:
    return compile_script(CHECKED, "t", overrides=overrides)


def chosen(*settings: str) -> Chosen:
    return choose(CHECKED, build, settings)


def values(found: Chosen) -> dict[str, object]:
    return {item.name: input_text(item, value) for item, value in zip(found.program.inputs, found.row, strict=True)}


def test_the_script_checks_and_its_inputs_are_found() -> None:
    assert CHECKED.ok
    found = {item.name: (item.title, item.function) for item in declared_inputs(CHECKED)}
    assert found["length"] == ("Length", "input.int")
    assert found["factor"] == ("factor", "input.float")
    assert found["tint"] == ("Tint", "input.color")
    assert len(found) == 12


def test_numbers_switches_times_and_options_are_values_of_the_run() -> None:
    found = chosen("Length=7", "factor=1", "on=false", "day=2021-06-01", "mode=b", "way=down")
    got = values(found)
    assert (got["length"], got["factor"], got["on"], got["mode"], got["way"]) == (7, 1.0, False, "b", "down")
    assert got["day"] == 1_622_505_600_000
    assert found.program.key == build({}).key
    assert found.idle == ()


def test_texts_beyond_options_are_compiled_in() -> None:
    found = chosen("hours=0000-0400", "Frame=240", "note=buy", "length=9")
    got = values(found)
    assert (got["hours"], got["frame"], got["note"], got["length"]) == ("0000-0400", "240", "buy", 9)
    assert "buy" in found.program.strings
    assert found.program != build({})


def test_colours_are_compiled_in_and_members_of_enums_have_two_names() -> None:
    assert chosen("Tint=#000000").program != build({})
    assert chosen("tint=color.red").idle == ()
    assert values(chosen("way=Way.down"))["way"] == "down"


def test_what_reaches_no_order_is_told() -> None:
    assert chosen("unused=2", "Other=GBPUSD").idle == ("unused", "Other")


@pytest.mark.parametrize(
    ("setting", "what", "hint"),
    [
        ("lenght=3", "no input 'lenght'", "did you mean 'length'?"),
        ("length", "not NAME=VALUE", "length=20"),
        ("length=1", "out of range", "from 2 to 50"),
        ("length=2.5", "not a whole number", None),
        ("length=x", "not a number", None),
        ("factor=1.2", "not one of its options", "1, 1.5"),
        ("on=maybe", "not true or false", None),
        ("day=someday", "not a date", "2025-04-01"),
        ("mode=c", "not an option", "a, b"),
        ("tint=redish", "not a colour", "#FF5252"),
        ("unused=x", "not a number", None),
    ],
)
def test_illegal_values(setting: str, what: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(setting)
    assert what in caught.value.what
    assert hint is None or hint in (caught.value.hint or "")


@pytest.mark.parametrize("setting", ["hours=abc", "frame=7x", "way=Way.sideways"])
def test_texts_that_pine_does_not_take_name_the_line(setting: str) -> None:
    with pytest.raises(PineError):
        chosen(setting)
