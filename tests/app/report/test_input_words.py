"""Values of inputs in tables: named, dates as dates, switches as on or off."""

from __future__ import annotations

import pytest

from pinewright.app.report.input_words import input_words, set_in_words
from pinewright.app.report.model import InputValue
from pinewright.program import InputKind

LENGTH = InputValue("fast", 9, "Fast length", 12, 5, 60, InputKind.INT)
SWITCH = InputValue("useTrend", True, "", False, 0.0, 1.0, InputKind.BOOL)
UNTIL = InputValue("toTime", 4_102_444_800_000, "To", 4_102_444_800_000, 0.0, 5e12, InputKind.TIME)
KIND = InputValue("kind", "ema", "Average", "sma", 0.0, 1.0, InputKind.STRING, ("sma", "ema"))
FIXED = InputValue("risk", 0.5, "Risk", 0.5, None, None, InputKind.FLOAT)


@pytest.mark.parametrize(
    ("value", "one", "words"),
    [
        (122.0, LENGTH, "122"),
        (0.0, SWITCH, "off"),
        (True, SWITCH, "on"),
        (True, InputValue("useFilter", True), "on"),
        (4_102_444_800_000.0, UNTIL, "2100-01-01"),
        (4_102_444_860_000, UNTIL, "2100-01-01 00:01 UTC"),
        (1.0, KIND, "ema"),
        ("ema", KIND, "ema"),
        (3.4, FIXED, "3.4"),
        (None, LENGTH, "–"),
    ],
)
def test_a_value_is_told_in_its_own_form(value: object, one: InputValue, words: str) -> None:
    assert input_words(value, one) == words


def test_a_set_is_told_by_names_without_what_was_fixed() -> None:
    values = (122.0, 0.0, 4_102_444_800_000.0, 1.0, 0.5)
    told = set_in_words(values, (LENGTH, SWITCH, UNTIL, KIND, FIXED))
    assert told == "Fast length = 122; useTrend = off; To = 2100-01-01; Average = ema"
    assert set_in_words((9.0, 21.5), ()) == "9, 21.5"
