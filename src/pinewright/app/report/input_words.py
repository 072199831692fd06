"""How values of inputs are told: dates as dates, switches as on or off, listed options by their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pinewright.app.report.figures import day, moment, plain
from pinewright.app.report.model import InputValue
from pinewright.program import InputKind

_DAY: Final = 86_400_000
_LISTED: Final = (InputKind.STRING, InputKind.SOURCE)


def input_words(value: object, one: InputValue) -> str:
    """A value that the input has or could have: as ``InputValue`` holds it, or the number that a search sets."""
    if isinstance(value, bool) or (one.kind is InputKind.BOOL and isinstance(value, int | float)):
        return "on" if value else "off"
    if one.kind is InputKind.TIME and isinstance(value, int | float):
        return f"{moment(int(value))} UTC" if value % _DAY else day(int(value))
    if one.kind in _LISTED and isinstance(value, int | float):
        return str(one.options[int(value)])
    return plain(value)


def set_in_words(values: Sequence[float], inputs: Sequence[InputValue]) -> str:
    """A whole set of values: ``Stop, in ATR = 2; Trend filter = on``; inputs that were not searched are left out.

    Numbers alone where nothing is known of the inputs.
    """
    if len(inputs) != len(values):
        return ", ".join(plain(float(value)) for value in values)
    pairs = [(one, value) for one, value in zip(inputs, values, strict=True) if one.searched]
    return "; ".join(f"{one.title or one.name} = {input_words(value, one)}" for one, value in pairs)
