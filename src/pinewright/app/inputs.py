"""Values of a script's inputs as people write and read them."""

from __future__ import annotations

from collections.abc import Sequence

from pinewright.data.source import parse_moment
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.program import InputKind, Program, ProgramInput

InputText = float | int | bool | str


def parse_settings(program: Program, settings: Sequence[str]) -> dict[str, float]:
    """``NAME=VALUE`` texts as values by variable name; UsageError names what is wrong and what is legal."""
    by_name = {item.title: item for item in program.inputs} | {item.name: item for item in program.inputs}
    values: dict[str, float] = {}
    for text in settings:
        name, separator, value = text.partition("=")
        if not separator:
            raise UsageError(f"{text!r} is not NAME=VALUE", where="--set", hint="such as --set length=20")
        item = by_name.get(name.strip())
        if item is None:
            raise UsageError(
                f"the script has no input {name.strip()!r} that reaches an order",
                where="--set",
                hint=unknown_name_hint(name.strip(), [one.name for one in program.inputs]),
            )
        values[item.name] = _value(item, value.strip())
    return values


def input_text(item: ProgramInput, value: float) -> InputText:
    """A value in the input's own form: words for sources and strings, true and false for switches."""
    match item.kind:
        case InputKind.BOOL:
            return value != 0.0
        case InputKind.INT | InputKind.TIME:
            return int(value)
        case InputKind.STRING | InputKind.SOURCE:
            return str(item.options[int(value)])
    return value


def _value(item: ProgramInput, text: str) -> float:
    if item.kind is InputKind.BOOL:
        words = {"true": 1.0, "1": 1.0, "yes": 1.0, "false": 0.0, "0": 0.0, "no": 0.0}
        if text.lower() in words:
            return words[text.lower()]
        raise UsageError(f"{item.name} = {text!r} is not true or false", where="--set")
    if item.kind in (InputKind.STRING, InputKind.SOURCE):
        words = {str(option): float(place) for place, option in enumerate(item.options)}
        if text in words:
            return words[text]
        raise UsageError(f"{item.name} = {text!r} is not an option", where="--set", hint=unknown_name_hint(text, words))
    try:
        return float(text)
    except ValueError:
        if item.kind is InputKind.TIME:
            return float(parse_moment(text))
        raise UsageError(f"{item.name} = {text!r} is not a number", where="--set") from None
