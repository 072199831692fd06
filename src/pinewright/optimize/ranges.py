"""The values that one input may take in a search: what the script says, what a user asked for, or a default rule.

Rule for what an input does not say of itself (d its default): a missing minimum of an int is max(1, d // 4), a missing
maximum 4 d; of a float d / 4 and 4 d; a default of zero gets 0 to 1, a negative one the mirror image. A missing step of
an int is 1, of a float the round figure 1, 2 or 5 times a power of ten that gives 20 to 50 steps; where the minimum is
missing the grid holds the default. ``options`` are the values of an input that has them, true and false those of a
switch. A price (``input.source``) has eight, a time only those that somebody lists.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pinewright.data.source import parse_moment
from pinewright.errors import PinewrightError, SearchError, unknown_name_hint
from pinewright.program import InputKind, ProgramInput

LARGEST_GRID: Final = 1_000_000
_FINEST: Final = 1e-9
"""Least step: grid values are rounded to twelve digits behind the point."""
_SWITCH: Final = {"true": 1.0, "1": 1.0, "yes": 1.0, "on": 1.0, "false": 0.0, "0": 0.0, "no": 0.0, "off": 0.0}
NUMBERS: Final = (InputKind.INT, InputKind.FLOAT)
WORDS: Final = (InputKind.STRING, InputKind.SOURCE)


@dataclass(frozen=True)
class Range:
    """Numbers asked for: from low to high, both tried where they lie on the grid; step None for the rule.

    where: who asked, for errors.
    """

    name: str
    low: float
    high: float
    step: float | None = None
    where: str = field(default="--vary", compare=False)


@dataclass(frozen=True)
class Values:
    """Values asked for one by one, as texts: numbers, true and false, options, ISO dates."""

    name: str
    texts: tuple[str, ...]
    where: str = field(default="--vary", compare=False)


@dataclass(frozen=True)
class Fixed:
    """An input that does not vary, and the value that it is held at; text None for the script's own default."""

    name: str
    text: str | None = None
    where: str = field(default="--fix", compare=False)


def resolve(name: str, inputs: Sequence[ProgramInput], where: str | None = None) -> str:
    """The variable of an input from its name or, where no input has that name, its title; SearchError for neither."""
    if any(item.name == name for item in inputs):
        return name
    titled = dict.fromkeys(item.name for item in inputs if item.title == name)
    if len(titled) == 1:
        return next(iter(titled))
    if titled:
        raise SearchError(f"several inputs have the title {name!r}", where=where, hint=f"name one: {', '.join(titled)}")
    raise SearchError(
        f"the script has no input {name!r}",
        where=where,
        hint=unknown_name_hint(name, {item.name for item in inputs})
        if inputs
        else "it has none that can change a trade",
    )


def place(item: ProgramInput) -> str:
    """Where an input stands, for errors."""
    return f"line {item.line}" if item.line else f"input {item.name}"


def varies(item: ProgramInput) -> bool:
    """Whether a search varies an input that nobody asked it to: numbers, switches, and texts with options.

    A price is left alone because the choice among eight is seldom meant, a time because the best one is luck.
    """
    return item.kind in (*NUMBERS, InputKind.BOOL, InputKind.STRING)


def grid(item: ProgramInput, asked: Range | Values | None = None) -> tuple[float, ...]:
    """Values of an input in its own unit, ascending, distinct; one value where it cannot vary.

    SearchError for what was asked and is not legal, and for a grid beyond a million values.
    """
    if isinstance(asked, Values):
        return tuple(sorted({value_of(item, text, asked.where) for text in asked.texts}))
    if isinstance(asked, Range):
        return _asked_range(item, asked)
    if item.kind is InputKind.BOOL:
        return (0.0, 1.0)
    if item.kind in WORDS:
        return tuple(float(index) for index in range(len(item.options))) or (item.default,)
    if item.kind not in NUMBERS:
        return (item.default,)
    if item.options:
        return tuple(sorted({float(option) for option in item.options if not isinstance(option, str)}))
    low, high = _own_range(item)
    step = _own_step(item, low, high)
    if item.minimum is None:
        low = item.default - step * math.floor((item.default - low) / step + 1e-9)
    return _steps(item, low, high, step, place(item))


def why_fixed(item: ProgramInput) -> tuple[str, str]:
    """Why an input has one value only, and what to do about it."""
    if item.kind is InputKind.TIME:
        return "it is a time", f"list the moments to try: --vary {item.name}=2024-01-01,2025-01-01"
    if item.kind is InputKind.STRING:
        return "it is a text without options", "give the input options = [...] in the script"
    if item.options:
        return "it has one option only", "give the input more options in the script"
    return "its minval and maxval leave one value", "widen them in the script"


def value_of(item: ProgramInput, text: str, where: str) -> float:
    """A value of an input from its text, in the input's own unit; SearchError when the input cannot take it."""
    words, what = text.strip(), f"{item.name} = {text.strip()!r}"
    if item.kind is InputKind.BOOL:
        if words.lower() not in _SWITCH:
            raise SearchError(f"{what} is not true or false", where=where)
        return _SWITCH[words.lower()]
    if item.kind in WORDS:
        return _option(item, words, where)
    value = _number(item, words, where)
    if value == item.default:
        return value
    if item.kind is not InputKind.FLOAT and value % 1.0 != 0.0:
        raise SearchError(f"{what} is not a whole number", where=where)
    legal = [float(option) for option in item.options]
    if legal and value not in legal:
        raise SearchError(f"{what} is not an option of the input", where=where, hint=f"legal: {_listed(legal)}")
    _within(item, value, where)
    return value


def text_of(item: ProgramInput, value: float) -> str:
    """The text from which ``value_of`` makes the same value."""
    if item.kind is InputKind.BOOL:
        return "true" if value else "false"
    if item.kind in WORDS:
        return str(item.options[int(value)])
    return f"{int(value)}" if float(value).is_integer() and item.kind is not InputKind.FLOAT else repr(float(value))


def _option(item: ProgramInput, text: str, where: str) -> float:
    options = [str(option) for option in item.options]
    if text in options:
        return float(options.index(text))
    if item.kind is InputKind.STRING and len(options) == 1:
        hint = f"the script ({place(item)}) gives it no options = [...] to choose from; it is {options[0]!r}"
    else:
        hint = unknown_name_hint(text, options)
    raise SearchError(f"{item.name} = {text!r} is not an option of the input", where=where, hint=hint)


def _number(item: ProgramInput, text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        if item.kind is not InputKind.TIME:
            raise SearchError(f"{item.name} = {text!r} is not a number", where=where) from None
        try:
            value = float(parse_moment(text))
        except PinewrightError as error:
            raise SearchError(f"{item.name}: {error.what}", where=where, hint=error.hint) from None
    if not math.isfinite(value):
        raise SearchError(f"{item.name} = {text!r} is not finite", where=where)
    return value


def _within(item: ProgramInput, value: float, where: str) -> None:
    low, high = item.minimum, item.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        limits = f"from {'-∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"
        said = f"the script ({place(item)}) allows {item.name} {limits}"
        raise SearchError(f"{item.name} = {value:g} is out of range", where=where, hint=said)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _asked_range(item: ProgramInput, asked: Range) -> tuple[float, ...]:
    what, where = f"{item.name} from {asked.low:g} to {asked.high:g}", asked.where
    if item.kind not in NUMBERS:
        hint = "list the values: --vary NAME=a,b,c"
        if item.kind in (InputKind.BOOL, InputKind.SOURCE) or len(item.options) > 1:
            hint = f"--vary {item.name} tries them all; --vary {item.name}=a,b those of a list"
        raise SearchError(f"{item.name} ({place(item)}) is no number and has no range", where=where, hint=hint)
    if not all(math.isfinite(number) for number in (asked.low, asked.high, asked.step or 0.0)):
        raise SearchError(f"{what} is not finite", where=where)
    if not asked.low < asked.high:
        raise SearchError(f"{what} is no range", where=where, hint="NAME=LOW:HIGH:STEP with LOW below HIGH")
    if asked.step is not None and not asked.step > 0:
        raise SearchError(f"{what} in steps of {asked.step:g}", where=where, hint="a step is above 0")
    _within(item, asked.low, where)
    _within(item, asked.high, where)
    if item.options:
        found = sorted({float(option) for option in item.options if asked.low <= float(option) <= asked.high})
        if not found:
            legal = _listed([float(option) for option in item.options])
            raise SearchError(f"{what} holds no option of the input", where=where, hint=f"legal: {legal}")
        return tuple(found)
    step = asked.step if asked.step is not None else _own_step(item, asked.low, asked.high)
    if item.kind is InputKind.INT and any(number % 1.0 != 0.0 for number in (asked.low, asked.high, step)):
        raise SearchError(f"{what} in steps of {step:g}", where=where, hint="the input takes whole numbers only")
    return _steps(item, asked.low, asked.high, step, where)


def _steps(item: ProgramInput, low: float, high: float, step: float, where: str) -> tuple[float, ...]:
    if step < _FINEST:
        raise SearchError(f"input {item.name!r} has steps of {step:g}", where=where, hint=f"{_FINEST:g} is the least")
    count = math.floor((high - low) / step + 1e-9) + 1
    if count > LARGEST_GRID:
        raise SearchError(
            f"input {item.name!r} has {count:,} steps from {low:g} to {high:g}",
            where=where,
            hint=f"give it a larger step, or a narrower range: --vary {item.name}=LOW:HIGH:STEP, or minval and maxval",
        )
    # Rounding takes the dust of repeated addition off: 0.1 + 2 * 0.1 is to be 0.3 in the script.
    return tuple(round(low + step * index, 12) for index in range(count))


def _own_range(item: ProgramInput) -> tuple[float, float]:
    default = item.default
    if item.kind is InputKind.INT:
        low, high = (max(1.0, default // 4), 4 * default) if default > 0 else (4 * default, -((-default) // 4))
    else:
        low, high = (default / 4, 4 * default) if default > 0 else (4 * default, default / 4)
    if default == 0:
        low, high = 0.0, 1.0
    low = item.minimum if item.minimum is not None else min(low, default)
    high = item.maximum if item.maximum is not None else max(high, default, low)
    if item.minimum is None and item.maximum is not None:
        low = min(low, high)
    return low, high


def _own_step(item: ProgramInput, low: float, high: float) -> float:
    if item.step is not None and item.step > 0:
        return item.step
    if item.kind is InputKind.INT or high <= low:
        return 1.0
    rough = (high - low) / 50
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= rough * (1 - 1e-9))
