"""Functions of texts in plain Python, by Pine's names; na gives na, or false."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from pinewright.errors import PineUnsupportedError
from pinewright.pine.interpreter.objects import MOST_CHARACTERS, Array, Failed, Member, known
from pinewright.pine.interpreter.values import NA

_PLACES: Final = Decimal("1e-10")
_SMALL: Final = re.compile("[a-zà-öø-þα-ρσ-ωа-џ]")
_CAPITAL: Final = re.compile("[A-ZÀ-ÖØ-ÞΑ-ΡΣ-ΩЀ-Я]")
"""Letters that have another case: Latin, Greek and Cyrillic, each a character for a character."""
_BLANKS: Final = "".join(map(chr, range(33)))


def spelled(value: Any) -> str:
    """A value as text; numbers with ten places at most."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Member():
            return value.title
        case Array():
            return "[" + ", ".join(spelled(one) for one in value.elements()) + "]"
        case int() | float() if math.isfinite(value):
            text = f"{Decimal(value).quantize(_PLACES, ROUND_HALF_EVEN):f}".rstrip("0").rstrip(".")
            return "0" if text in ("-0", "") else text
        case int() | float():
            return "NaN"
    raise PineUnsupportedError(f"a {type(value).__name__} as text is not interpreted")


def _of(missing: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gives ``missing`` where one of its texts is na; ``*`` arguments of numbers come last."""

    def call(**given: Any) -> Any:
        texts = ("source", "str", "string", "target", "replacement")
        if any(name in texts and not isinstance(value, str) for name, value in given.items()):
            return missing
        found = function(**given)
        return known(found) if isinstance(found, str) else found

    return call


def _pos(source: str, str: str) -> float:
    place = source.find(str)
    return float(place) if place >= 0 else NA


def _substring(source: str, begin_pos: float, end_pos: float = NA) -> str:
    begin = 0.0 if math.isnan(begin_pos) else begin_pos
    end = len(source) if math.isnan(end_pos) else end_pos
    if begin < 0 or (end < begin and not math.isnan(end_pos)):
        raise Failed("RANGE")
    return source[int(begin) : int(max(begin, end))]


def _replace(source: str, target: str, replacement: str, occurrence: float = 0.0) -> str:
    if not target:
        raise PineUnsupportedError("replacing an empty text is not interpreted")
    count = 0 if math.isnan(occurrence) else int(occurrence)
    if count < 0:
        return source
    place = -1
    for _ in range(count + 1):
        place = source.find(target, place + 1)
        if place < 0:
            return source
    return source[:place] + replacement + source[place + len(target) :]


def _repeat(source: str, repeat: float, separator: Any = "") -> Any:
    if not repeat >= 1:
        return NA
    between = separator if isinstance(separator, str) else ""
    return between.join([source] * int(min(repeat, MOST_CHARACTERS + 1)))


def _split(string: str, separator: Any) -> Array:
    parts = string.split(separator) if isinstance(separator, str) and separator else list(string) or [""]
    return Array(list(parts))


def _tonumber(string: str) -> float:
    try:
        return float(string) if set(string) <= set("0123456789.+-eE ") else NA
    except ValueError:
        return NA


def _tostring(value: Any, **more: Any) -> str:
    if more:
        raise PineUnsupportedError("`str.tostring()` with a format is not interpreted")
    return spelled(value)


TEXTS: Final[dict[str, Callable[..., Any]]] = {
    "str.length": _of(NA, lambda string: float(len(string))),
    "str.contains": _of(False, lambda source, str: str in source),
    "str.startswith": _of(False, lambda source, str: source.startswith(str)),
    "str.endswith": _of(False, lambda source, str: source.endswith(str)),
    "str.pos": _of(NA, _pos),
    "str.substring": _of(NA, _substring),
    "str.lower": _of(NA, lambda source: _CAPITAL.sub(lambda found: found[0].lower(), source)),
    "str.upper": _of(NA, lambda source: _SMALL.sub(lambda found: found[0].upper(), source)),
    "str.trim": _of(NA, lambda source: source.strip(_BLANKS)),
    "str.replace": _of(NA, _replace),
    "str.replace_all": _of(NA, lambda source, target, replacement: source.replace(target, replacement)),
    "str.repeat": _of(NA, _repeat),
    "str.split": _of(NA, _split),
    "str.tonumber": _of(NA, _tonumber),
    "str.tostring": _tostring,
}
