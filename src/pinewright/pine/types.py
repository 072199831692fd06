"""Types of Pine: a kind (what it is) and a qualifier (when it is known)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Kind(Enum):
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    STRING = "string"
    COLOR = "color"
    NA = "na"
    VOID = "void"
    PLOT = "plot"
    DRAWING = "drawing"
    UNKNOWN = "unknown"
    """An expression that already has a finding; it fits everywhere, so that one mistake gives one finding."""


class Qualifier(IntEnum):
    """When a value is known: in the source, in the dialog, on the first bar, on each bar."""

    CONST = 0
    INPUT = 1
    SIMPLE = 2
    SERIES = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Type:
    kind: Kind
    qualifier: Qualifier = Qualifier.SERIES
    items: tuple[Type, ...] = ()
    """Types of the members, for a tuple (kind VOID)."""

    def __str__(self) -> str:
        if self.items:
            return "[" + ", ".join(str(item) for item in self.items) + "]"
        if self.kind in (Kind.VOID, Kind.UNKNOWN, Kind.NA, Kind.PLOT, Kind.DRAWING):
            return str(self.kind.value)
        return f"{self.qualifier} {self.kind.value}"

    def at(self, qualifier: Qualifier) -> Type:
        """The same kind with another qualifier."""
        return Type(self.kind, qualifier, self.items)

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.INT, Kind.FLOAT, Kind.NA, Kind.UNKNOWN)


UNKNOWN = Type(Kind.UNKNOWN, Qualifier.CONST)
VOID = Type(Kind.VOID)
NA = Type(Kind.NA, Qualifier.CONST)


def parse_type(text: str) -> Type:
    """From ``series float``, ``const string``, ``int`` (series where no qualifier is given)."""
    words = text.split()
    qualifier = Qualifier[words[0].upper()] if len(words) == 2 else Qualifier.SERIES
    return Type(Kind(words[-1]), qualifier)


def accepts(wanted: Kind, given: Kind, version: int) -> bool:
    """Whether ``given`` may stand where ``wanted`` is asked: int for float always, numbers for bool in v5."""
    if wanted == given or Kind.UNKNOWN in (wanted, given):
        return True
    if given == Kind.NA:
        return wanted != Kind.BOOL or version < 6
    if wanted == Kind.FLOAT:
        return given == Kind.INT
    if wanted == Kind.BOOL:
        return version < 6 and given in (Kind.INT, Kind.FLOAT)
    return False


def common(left: Type, right: Type) -> Type | None:
    """The type of a value that is the one or the other; None where there is none."""
    qualifier = max(left.qualifier, right.qualifier)
    if left.items or right.items:
        if len(left.items) != len(right.items):
            return None
        members = [common(a, b) for a, b in zip(left.items, right.items, strict=True)]
        return None if None in members else Type(Kind.VOID, qualifier, tuple(m for m in members if m is not None))
    kinds = {left.kind, right.kind}
    for absorbed in (Kind.UNKNOWN, Kind.NA):
        if absorbed in kinds and len(kinds) == 2:
            (kind,) = kinds - {absorbed}
            return Type(Kind.UNKNOWN if absorbed == Kind.UNKNOWN else kind, qualifier)
    if kinds == {Kind.INT, Kind.FLOAT}:
        return Type(Kind.FLOAT, qualifier)
    return Type(left.kind, qualifier) if len(kinds) == 1 else None
