"""What a pattern is: its name, what it says, its parameters; and a mark, one place where it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol, TypeVar

from pinewright.errors import UsageError, unknown_name_hint


class PatternKind(Enum):
    """What a pattern is made of."""

    CANDLE = "candle"
    STRUCTURE = "structure"
    SHAPE = "shape"


class Direction(Enum):
    """Where tradition says that the market goes next; a claim to be tested, not a fact."""

    UP = 1
    DOWN = -1
    NEUTRAL = 0


@dataclass(frozen=True)
class PatternParameter:
    """One number that a pattern depends on: its name in Pine, its title, its default and the grid that a search walks.

    ``whole`` numbers are counts of bars or touches.
    """

    name: str
    title: str
    default: float
    minimum: float
    maximum: float
    step: float
    whole: bool = False


@dataclass(frozen=True)
class Pattern:
    """One pattern. ``name`` is snake case and unique; bars: how many it spans, 0 where that varies.

    meaning: one sentence for people. parameters: in the order in which its Pine function takes them.
    """

    name: str
    title: str
    kind: PatternKind
    direction: Direction
    bars: int
    meaning: str
    parameters: tuple[PatternParameter, ...] = ()

    @property
    def defaults(self) -> tuple[float, ...]:
        return tuple(item.default for item in self.parameters)

    def values(self, given: Mapping[str, float] | None = None) -> tuple[float, ...]:
        """All parameters in order, ``given`` ones by name in place of defaults.

        UsageError for a name that the pattern lacks and for a value outside its range.
        """
        known = {item.name: item for item in self.parameters}
        for name, value in (given or {}).items():
            if name not in known:
                what = f"pattern {self.name} has no parameter {name!r}"
                raise UsageError(what, hint=unknown_name_hint(name, known))
            item = known[name]
            if not item.minimum <= value <= item.maximum:
                what = f"{name} = {value:g} is out of range for pattern {self.name}"
                raise UsageError(what, hint=f"{item.minimum:g} to {item.maximum:g}")
            if item.whole and value != int(value):
                raise UsageError(f"{name} = {value:g} is no whole number", hint=f"for pattern {self.name}")
        return tuple(float((given or {}).get(item.name, item.default)) for item in self.parameters)


def title_of(name: str) -> str:
    """``double_top`` as a title: ``Double top``."""
    return name.replace("_", " ").capitalize()


Values = Mapping[str, Mapping[str, float]]
"""Parameters by pattern, then by name; what is not named keeps its default."""


class Rule(Protocol):
    """How a pattern is computed, whatever that takes."""

    @property
    def pattern(self) -> Pattern: ...


R = TypeVar("R", bound=Rule)


def asked(
    rules: Mapping[str, R], kind: str, names: Sequence[str] | None, parameters: Values | None
) -> list[tuple[R, tuple[float, ...]]]:
    """The rules of these patterns, None for all, each with its values in order.

    UsageError for names that ``rules`` lacks, of unknown parameters, and for values out of range.
    """
    for name in (*(names or ()), *(parameters or {})):
        if name not in rules:
            raise UsageError(f"unknown {kind} pattern {name!r}", hint=unknown_name_hint(name, rules))
    chosen = [rules[name] for name in (rules if names is None else names)]
    return [(rule, rule.pattern.values((parameters or {}).get(rule.pattern.name))) for rule in chosen]


Point = tuple[int, float]
"""Index of a bar, and a price."""


@dataclass(frozen=True)
class PatternMark:
    """One place where a pattern was found.

    bar: index of the bar at whose close it is known; start: index of its first bar. confidence: 0 to 1. points: corners
    to be drawn as a line, oldest first. levels: prices that belong to it (a neck line, a support), flat across it.
    """

    pattern: str
    direction: Direction
    start: int
    bar: int
    confidence: float
    points: tuple[Point, ...] = ()
    levels: tuple[float, ...] = field(default=())


FULL: Final = 1.0
"""Confidence of what is either there or not, as a candle pattern is by its definition."""
