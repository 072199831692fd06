"""Functions of texts that are known in the source: worked out while the script is compiled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from pinewright.machine.heap.strings import BLANK, other_case
from pinewright.pine.compiler.graph import Const, Value
from pinewright.pine.types import Kind

_BLANKS: Final = "".join(map(chr, range(int(BLANK) + 1)))


def _in_case(text: str, *, up: bool) -> str:
    """A text in capitals or small letters, a character for each, as the heap has it."""
    return "".join(chr(int(other_case(float(ord(character)), up))) for character in text)


_OF_TEXTS: Final[dict[str, tuple[Kind, Callable[..., str | bool | float]]]] = {
    "str.contains": (Kind.BOOL, lambda text, part: part in text),
    "str.startswith": (Kind.BOOL, lambda text, part: text.startswith(part)),
    "str.endswith": (Kind.BOOL, lambda text, part: text.endswith(part)),
    "str.length": (Kind.INT, lambda text: float(len(text))),
    "str.lower": (Kind.STRING, lambda text: _in_case(text, up=False)),
    "str.upper": (Kind.STRING, lambda text: _in_case(text, up=True)),
    "str.replace_all": (Kind.STRING, lambda text, target, other: text.replace(target, other)),
    "str.trim": (Kind.STRING, lambda text: text.strip(_BLANKS)),
}
"""Kind of the result, and what means the same for texts alone as the function of the heap."""


def folded(name: str, values: Sequence[Value]) -> Const | None:
    """The value of a function of known texts; None where it depends on more, or is none of those that are folded."""
    words = [value.value for value in values if isinstance(value, Const)]
    if len(words) < len(values):
        return None
    if name == "str.tostring" and len(words) == 1:
        return _as_text(values[0].kind, words[0])
    if name not in _OF_TEXTS or not all(isinstance(word, str) for word in words):
        return None
    kind, function = _OF_TEXTS[name]
    return Const(function(*words), kind)


def _as_text(kind: Kind, value: float | str | bool) -> Const | None:
    if kind is Kind.STRING and isinstance(value, str):
        return Const(value, Kind.STRING)
    if kind is Kind.BOOL:
        return Const("true" if value else "false", Kind.STRING)
    if kind not in (Kind.INT, Kind.FLOAT) or not math.isfinite(float(value)) or abs(float(value)) >= 2**53:
        return None
    whole = float(value).is_integer()
    return Const(f"{float(value) + 0.0:.0f}", Kind.STRING) if whole else None  # no -0
