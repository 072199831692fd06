"""Values of a script while it is compiled.

``Const``  known in the source.
``Node``   a pure value: a function of the bars and of some inputs, the same however often it is asked. Equal nodes are
           one object, so that equal work is done once; what a node depends on decides how widely its column is shared.
           A ``live`` node reads the account too: the same during one step, for fills happen between steps only.
``Code``   a value that lives in the generated step: a variable that was assigned to has reached it.
``Items``  a tuple.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.types import Kind


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
    """``text`` names a local of the generated function: float, or bool where the kind is BOOL."""

    text: str
    kind: Kind


@dataclass(frozen=True)
class Items:
    items: tuple[Value, ...]
    kind: Kind = Kind.VOID


Value = Const | Node | Code | Items

NA_CONST = Const(math.nan, Kind.NA)
VOID_CONST = Const(math.nan, Kind.VOID)


@dataclass
class Graph:
    """The nodes of one script, each once."""

    nodes: dict[tuple[object, ...], Node] = field(default_factory=dict)

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
