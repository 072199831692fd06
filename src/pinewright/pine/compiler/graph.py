"""Values of a script while it is compiled.

``Const``  known in the source.
``Node``   a pure value: a function of the bars and of some inputs, the same however often it is asked. Equal nodes are
           one object, so that equal work is done once; what a node depends on decides how widely its column is shared.
           A ``live`` node reads the account too: the same during one step, for fills happen between steps only.
``Code``   a value that lives in the generated step: a variable that was assigned to has reached it.
``Items``  a tuple.

Numbers, bools and words are told apart by their kind; collections and objects, which are always code, carry their type.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.types import Kind, Qualifier, Type


@dataclass(frozen=True)
class Const:
    value: float | str | bool
    kind: Kind


@dataclass(frozen=True, eq=False)
class Node:
    """``op`` over ``args``; ``deps`` are the inputs it reads. ``function`` is the body of a ``call`` node."""

    op: str
    args: tuple[Value, ...]
    kind: Kind
    deps: frozenset[int]
    function: s.FunctionDeclaration | None = None
    item: int = 0
    stateful: bool = False
    live: bool = False


@dataclass(frozen=True)
class Code:
    """``text`` names a local of the generated function: float, or bool where the kind is BOOL.

    ``type`` is set where the kind does not say all: what a collection holds, whose object it is.
    """

    text: str
    kind: Kind
    type: Type | None = None


@dataclass(frozen=True)
class Items:
    items: tuple[Value, ...]
    kind: Kind = Kind.TUPLE


Value = Const | Node | Code | Items

NA_CONST = Const(math.nan, Kind.NA)
VOID_CONST = Const(math.nan, Kind.VOID)
STRUCTURED = frozenset({Kind.ARRAY, Kind.MAP, Kind.MATRIX, Kind.UDT, Kind.OBJECT})
"""Kinds of values that are references into the heap."""


def type_of(value: Value) -> Type:
    """The type of a value, as early as can be: which arguments come too late the check has found already."""
    if isinstance(value, Items):
        return Type(Kind.TUPLE, Qualifier.CONST, tuple(type_of(item) for item in value.items))
    if isinstance(value, Code) and value.type is not None:
        return value.type.at(Qualifier.CONST)
    if value.kind is Kind.ENUM:
        return Type(Kind.ENUM, Qualifier.CONST, name=_enum_of(value))
    return Type(value.kind, Qualifier.CONST)


def kept_type(value: Value) -> Type | None:
    """What code that takes over a value must know of its type besides the kind: None where the kind tells all."""
    if isinstance(value, Code):
        return value.type
    return type_of(value) if value.kind is Kind.ENUM else None


def _enum_of(value: Value) -> str:
    """The enum of a pure value that is one of its members: the word of the first of them."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, Const) and isinstance(found.value, str):
            return found.value.rpartition(".")[0]
        if isinstance(found, Node):
            waiting += [arg for arg in found.args if arg.kind is Kind.ENUM]
    return ""


@dataclass
class Graph:
    """The nodes of one script, each once."""

    nodes: dict[tuple[object, ...], Node] = field(default_factory=dict)
    uses: Counter[int] = field(default_factory=Counter)
    """How many nodes read a node, by id."""

    def node(
        self,
        op: str,
        args: tuple[Value, ...],
        kind: Kind,
        *,
        own: frozenset[int] = frozenset(),
        function: s.FunctionDeclaration | None = None,
        item: int = 0,
        stateful: bool = False,
    ) -> Node:
        """The node of this description; ``own`` are inputs that it reads itself."""
        key = (op, kind, id(function) if function else None, item, own, *(_key(arg) for arg in args))
        if key not in self.nodes:
            deps = own.union(*(arg.deps for arg in args if isinstance(arg, Node)))
            live = op == "broker" or any(isinstance(arg, Node) and arg.live for arg in args)
            self.nodes[key] = Node(op, args, kind, deps, function, item, stateful, live)
            self.uses.update(id(arg) for arg in args if isinstance(arg, Node))
        return self.nodes[key]


def is_shareable(value: Value) -> bool:
    """Whether a value depends on bars and inputs alone, so that it may become a column."""
    return isinstance(value, Const) or (isinstance(value, Node) and not value.live)


def _key(value: Value) -> object:
    if isinstance(value, Node):
        return id(value)
    if isinstance(value, Const):
        return (value.kind, "nan" if value.value != value.value else value.value, str(value.value))
    raise AssertionError("only pure values stand in the graph")
