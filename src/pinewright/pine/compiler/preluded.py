"""Which function of the prelude a call of Pine means, and in which kinds it takes its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pinewright.pine.builtins import Function
from pinewright.pine.compiler.graph import Value
from pinewright.pine.types import Kind

_LIKE_SOURCE: Final = frozenset({"ta.change", "ta.valuewhen", "ta.median", "ta.mode", "ta.range", "fixnan"})
"""Functions with an overload for each kind of their source: what they give has its kind."""
_OF_BOOLS: Final = frozenset({"ta.change", "ta.valuewhen", "fixnan"})
"""Functions that the prelude defines a second time for bools, under their name with ``_bool`` behind it."""


LENGTHS: Final = frozenset(
    "length fastlen slowlen siglen short_length long_length diLength adxSmoothing atrPeriod".split()
)
"""Parameters that count bars: one at least."""


CROSSINGS: Final = frozenset({"ta.cross", "ta.crossover", "ta.crossunder"})
"""Functions that before v6 are na where one of their sources is (PyneCore, measured on TradingView)."""


def is_source(name: str) -> bool:
    """Whether a function gives a value of the kind of its source."""
    return name in _LIKE_SOURCE


def required_kind(function: Function, name: str) -> Kind | None:
    """The kind of a parameter where all overloads agree on it."""
    kinds = {p.type.kind for overload in function.overloads for p in overload.parameters if p.name == name}
    return kinds.pop() if len(kinds) == 1 else None


def source_kind(function: Function, arguments: Mapping[str, Value]) -> Kind | None:
    """The kind of the source where the function gives a value of that kind."""
    if function.name not in _LIKE_SOURCE or "source" not in arguments:
        return None
    return arguments["source"].kind


def prelude_name(name: str, kind: Kind | None, arguments: Mapping[str, Value]) -> str:
    """Name in the prelude of the function ``name`` of Pine, for a source of that kind and these arguments."""
    own = name.rpartition(".")[2]
    if name == "ta.vwap" and "stdev_mult" in arguments:
        return f"{own}_bands"
    return f"{own}_bool" if kind is Kind.BOOL and name in _OF_BOOLS else own
