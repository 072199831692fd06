"""Colours as numbers: transparency, red, green and blue in one, so that equal colours are equal numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pinewright.pine.compiler.graph import Const, Value
from pinewright.pine.types import Kind

if TYPE_CHECKING:
    from pinewright.pine.compiler.values import Values

_OPAQUE: Final = 2.0**24
"""A colour is its transparency (0 to 100) times this, and 65536 red + 256 green + blue."""
_NAMED: Final = {
    "aqua": 0x00BCD4,
    "black": 0x363A45,
    "blue": 0x2196F3,
    "fuchsia": 0xE040FB,
    "gray": 0x787B86,
    "green": 0x4CAF50,
    "lime": 0x00E676,
    "maroon": 0x880E4F,
    "navy": 0x311B92,
    "olive": 0x808000,
    "orange": 0xFF9800,
    "purple": 0x9C27B0,
    "red": 0xF23645,
    "silver": 0xB2B5BE,
    "teal": 0x089981,
    "white": 0xFFFFFF,
    "yellow": 0xFDD835,
}
"""TradingView's named colours in v6; v5 has slightly other ones, which no script can tell but by their parts."""
COLOR_FUNCTIONS: Final = frozenset(f"color.{name}" for name in "new rgb r g b t".split())


def color_number(text: str) -> float:
    """The number of a colour from ``#RRGGBB``, ``#RRGGBBAA`` or ``color.red``."""
    if not text.startswith("#"):
        return float(_NAMED[text.removeprefix("color.")])
    transparency = round((255 - int(text[7:9], 16)) / 2.55) if len(text) == 9 else 0
    return transparency * _OPAQUE + int(text[1:7], 16)


def color_value(lowering: Values, name: str, given: Mapping[str, Value]) -> Value:
    """What a function of colours makes of its arguments, by their names."""

    def number(value: float) -> Value:
        return Const(value, Kind.FLOAT)

    def rounded(value: Value) -> Value:
        return lowering.operate("math.round", Kind.FLOAT, value, number(0.0))

    part = name.removeprefix("color.")
    if part == "rgb":
        total = lowering.binary("*", given.get("transp", number(0.0)), number(_OPAQUE))
        for key, weight in (("red", 65536.0), ("green", 256.0), ("blue", 1.0)):
            part_of = lowering.binary("*", rounded(given[key]), number(weight))
            total = lowering.operate("add", Kind.COLOR, total, part_of)
        return total
    color = given["color"]
    plain = lowering.binary("%", color, number(_OPAQUE))
    if part == "new":
        shade = lowering.binary("*", given["transp"], number(_OPAQUE))
        return lowering.operate("add", Kind.COLOR, plain, shade)
    if part == "t":
        return lowering.binary("/", lowering.binary("-", color, plain), number(_OPAQUE))
    weight = {"r": 65536.0, "g": 256.0, "b": 1.0}[part]
    shifted = lowering.operate("math.floor", Kind.FLOAT, lowering.binary("/", plain, number(weight)))
    return lowering.binary("%", shifted, number(256.0))
