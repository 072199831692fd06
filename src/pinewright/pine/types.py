"""Types of Pine: a kind (what it is), a qualifier (when it is known), and what collections and tuples hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cache


class Kind(Enum):
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    STRING = "string"
    COLOR = "color"
    NA = "na"
    VOID = "void"
    """A call or branch that gives nothing."""
    TUPLE = "tuple"
    ARRAY = "array"
    MAP = "map"
    MATRIX = "matrix"
    OBJECT = "object"
    """A built-in object such as a line, a plot or a chart point, or a constant such as a plot style; by its name."""
    UDT = "type"
    """A value of a type that the script or a library declares; by its name."""
    ENUM = "enum"
    """A member of an enum that the script or a library declares; by its name."""
    ANY = "any"
    """In the tables alone: a parameter that takes everything, or one of the types in ``items``."""
    VARIABLE = "variable"
    """In the tables alone: a type that the call decides (``T``); by its name."""
    UNKNOWN = "unknown"
    """An expression that already has a finding, or comes from a library that is not at hand; it fits everywhere, so
    that one mistake gives one finding."""


class Qualifier(IntEnum):
    """When a value is known: in the source, in the dialog, on the first bar, on each bar."""

    CONST = 0
    INPUT = 1
    SIMPLE = 2
    SERIES = 3

    def __str__(self) -> str:
        return self.name.lower()


_UNQUALIFIED = frozenset([Kind.TUPLE, Kind.ARRAY, Kind.MAP, Kind.MATRIX, Kind.UDT])
"""Kinds that TradingView's messages name without a qualifier."""


@dataclass(frozen=True, slots=True)
class Type:
    """``items`` are the members of a tuple, the element of an array or matrix, key and value of a map; ``name`` tells
    which object, type, enum or type variable it is.

    ``quotient`` marks a float that is the quotient of two ints: TradingView takes it where an int is asked, and cuts
    it.
    ``vague`` marks what a function with untyped parameters gives: how early it is known is not asked.
    """

    kind: Kind
    qualifier: Qualifier = Qualifier.SERIES
    items: tuple[Type, ...] = ()
    name: str = ""
    quotient: bool = False
    vague: bool = False

    def __str__(self) -> str:
        if self.kind in (Kind.VOID, Kind.UNKNOWN, Kind.NA):
            return str(self.kind.value)
        if self.kind in _UNQUALIFIED:
            return self.plain
        return f"{self.qualifier} {self.plain}"

    @property
    def plain(self) -> str:
        """The kind as Pine writes it, without its qualifier: ``array<float>``, ``line``."""
        if self.kind is Kind.TUPLE:
            return "[" + ", ".join(str(item) for item in self.items) + "]"
        if self.kind is Kind.ANY and self.items:
            return "/".join(item.plain for item in self.items)
        if self.kind in (Kind.ARRAY, Kind.MAP, Kind.MATRIX):
            return f"{self.kind.value}<{', '.join(item.plain for item in self.items)}>"
        return self.name or str(self.kind.value)

    def at(self, qualifier: Qualifier) -> Type:
        """The same type with another qualifier."""
        if qualifier is self.qualifier:
            return self
        return Type(self.kind, qualifier, self.items, self.name, self.quotient, self.vague)

    @property
    def is_number(self) -> bool:
        """Whether arithmetic takes it."""
        return self.kind in (Kind.INT, Kind.FLOAT, Kind.NA, Kind.UNKNOWN)

    @property
    def is_collection(self) -> bool:
        """Whether it is an array, a map or a matrix."""
        return self.kind in (Kind.ARRAY, Kind.MAP, Kind.MATRIX)


UNKNOWN = Type(Kind.UNKNOWN, Qualifier.CONST)
VOID = Type(Kind.VOID)
NA = Type(Kind.NA, Qualifier.CONST)

_PLAIN = {kind.value: kind for kind in (Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.STRING, Kind.COLOR, Kind.VOID, Kind.ANY)}
_COLLECTIONS = {"array": Kind.ARRAY, "map": Kind.MAP, "matrix": Kind.MATRIX}
QUALIFIERS = {str(qualifier): qualifier for qualifier in Qualifier}
VARIABLES = frozenset("TKV")
_SCALARS = frozenset("int float bool string color".split())


@cache
def parse_type(text: str) -> Type:
    """From ``series float``, ``float|bool``, ``array<T>``, ``line``, ``[float, float]``; series by default.

    A word that is no type of Pine names a built-in object; the single letters T, K and V are type variables.
    """
    text = text.strip()
    if text.startswith("["):
        return Type(Kind.TUPLE, Qualifier.SERIES, tuple(parse_type(item) for item in split_list(text[1:-1])))
    word, _, rest = text.partition(" ")
    if word in QUALIFIERS and rest:
        return parse_type(rest).at(QUALIFIERS[word])
    if "|" in text:
        return Type(Kind.ANY, items=tuple(parse_type(item) for item in text.split("|")))
    name, _, inner = text.partition("<")
    if inner:
        return Type(_COLLECTIONS[name], items=tuple(parse_type(item) for item in split_list(inner[:-1])))
    if text in _PLAIN:
        return Type(_PLAIN[text])
    if text in VARIABLES:
        return Type(Kind.VARIABLE, name=text)
    return NA if text == "na" else Type(Kind.OBJECT, name=text)


def scalar_kind(name: str) -> Kind | None:
    """The kind of a type that is one number, bool, text or colour; None for any other."""
    return _PLAIN[name] if name in _SCALARS else None


def split_list(text: str) -> list[str]:
    """Parts of a list at its commas; commas in brackets and quotes do not count."""
    parts, depth, start, quoted = [], 0, 0, False
    for place, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif letter in "<[(":
            depth += 1
        elif letter in ">])":
            depth -= 1
        elif letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def accepts(wanted: Type, given: Type, version: int) -> bool:
    """Whether ``given`` may stand where ``wanted`` is asked, qualifiers aside.

    An int is a float; before v6 a number is a bool; na is anything but, in v6, a bool.
    """
    kind, other = wanted.kind, given.kind
    if kind is Kind.ANY and wanted.items:
        return any(accepts(option, given, version) for option in wanted.items)
    if other is Kind.UNKNOWN or kind in (Kind.UNKNOWN, Kind.ANY):
        return other is not Kind.VOID
    if other is Kind.NA:
        return kind is not Kind.BOOL or version < 6
    if kind is Kind.FLOAT:
        return other in (Kind.FLOAT, Kind.INT)
    if kind is Kind.BOOL:
        return other is Kind.BOOL or (version < 6 and other in (Kind.INT, Kind.FLOAT))
    if kind is Kind.INT:
        return other is Kind.INT or (other is Kind.FLOAT and given.quotient)
    if kind is not other:
        return False
    if kind in (Kind.OBJECT, Kind.UDT, Kind.ENUM):
        return wanted.name == given.name
    if wanted.items:
        return len(wanted.items) == len(given.items) and all(
            same(one, two) for one, two in zip(wanted.items, given.items, strict=True)
        )
    return True


def same(left: Type, right: Type) -> bool:
    """Whether two types are one, qualifiers aside; what is unknown fits."""
    if Kind.UNKNOWN in (left.kind, right.kind) or Kind.ANY in (left.kind, right.kind):
        return True
    if left.kind is not right.kind or left.name != right.name:
        return False
    return len(left.items) == len(right.items) and all(map(same, left.items, right.items))


def common(left: Type, right: Type) -> Type | None:
    """The type of a value that is the one or the other; None where there is none."""
    qualifier = max(left.qualifier, right.qualifier)
    if left.kind is Kind.TUPLE and right.kind is Kind.TUPLE:
        if len(left.items) != len(right.items):
            return None
        members = [common(a, b) for a, b in zip(left.items, right.items, strict=True)]
        return None if None in members else Type(Kind.TUPLE, qualifier, tuple(m for m in members if m is not None))
    if Kind.UNKNOWN in (left.kind, right.kind):
        return UNKNOWN.at(qualifier)
    if Kind.VOID in (left.kind, right.kind):
        return left if left.kind is right.kind else None
    if left.kind is Kind.NA:
        return right.at(qualifier)
    if right.kind is Kind.NA:
        return left.at(qualifier)
    if {left.kind, right.kind} == {Kind.INT, Kind.FLOAT}:
        other = left if left.kind is Kind.FLOAT else right
        return Type(Kind.FLOAT, qualifier, quotient=other.quotient)
    return left.at(qualifier) if same(left, right) else None
