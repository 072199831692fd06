"""Values of a script while it is compiled.

``Const``  known in the source.
``Node``   a pure value: a function of the bars and of some inputs, the same however often it is asked. Equal nodes are
           one object, so that equal work is done once; what a node depends on decides how widely its column is shared.
           A ``live`` node reads the account too: the same during one step, for fills happen between steps only.
``Code``   a value that lives in the generated step: a variable that was assigned to has reached it.
``Items``  a tuple.

Numbers, bools and words are told apart by their kind; collections and objects, which are always code, carry their type.
Before v6 a bool may be na: where a script asks for that, a bool is a float, 1, 0 or na, that says it is ``three``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.types import Kind, Qualifier, Type


@dataclass(frozen=True)
class Const:
    value: float | str | bool
    kind: Kind
    three: bool = False


@dataclass(frozen=True, eq=False)
class Node:
    """``op`` over ``args``; ``deps`` are the inputs it reads. ``function`` is the body of a ``call`` node.

    varies: whether it changes from bar to bar. parts: how many operations it is, written out as a tree, up to ``MANY``.
    height, columns: the longest way down to what is at hand, by operations and by columns that stand on columns.
    three: whether it is a bool of three values.
    """

    op: str
    args: tuple[Value, ...]
    kind: Kind
    deps: frozenset[int]
    function: s.FunctionDeclaration | None = None
    item: int = 0
    stateful: bool = False
    live: bool = False
    varies: bool = False
    parts: int = 1
    height: int = 0
    columns: int = 0
    three: bool = False


@dataclass(frozen=True)
class Code:
    """``text`` names a local of the generated function: float, or bool where the kind is BOOL.

    ``type`` is set where the kind does not say all: what a collection holds, whose object it is, that a float is a bool
    of three values; of such a one ``plain`` may name a local that says whether it is true.
    """

    text: str
    kind: Kind
    type: Type | None = None
    plain: str = ""

    @property
    def three(self) -> bool:
        return self.kind is Kind.FLOAT and self.type is not None and self.type.kind is Kind.BOOL


@dataclass(frozen=True)
class Items:
    items: tuple[Value, ...]
    kind: Kind = Kind.TUPLE
    three: bool = False


Value = Const | Node | Code | Items

_VARYING: Final = frozenset({"bar", "bar_index", "clock", "history", "broker"})
_NEVER_NA: Final = frozenset({"bar", "bar_index", "symbol"})
MANY: Final = 1_000_000
NA_CONST = Const(math.nan, Kind.NA)
VOID_CONST = Const(math.nan, Kind.VOID)
BOOL_TYPE: Final = Type(Kind.BOOL)
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
    return Type(Kind.BOOL if value.three else value.kind, Qualifier.CONST)


def kept_type(value: Value) -> Type | None:
    """What code that takes over a value must know of its type besides the kind: None where the kind tells all."""
    if isinstance(value, Code):
        return value.type
    if value.three:
        return BOOL_TYPE
    return type_of(value) if value.kind is Kind.ENUM else None


def is_bool(value: Value) -> bool:
    """Whether a value is a bool, of two values or of three."""
    return value.kind is Kind.BOOL or value.three


def may_be_na(value: Value) -> bool:
    """Whether a value can be na on some bar; in doubt it can."""
    if isinstance(value, Const):
        return value.value != value.value
    return value.kind is not Kind.BOOL and not (isinstance(value, Node) and value.op in _NEVER_NA)


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
    plain: dict[int, Value] = field(default_factory=dict)
    """Whether a bool of three values is true, by its id, where that is known without it."""

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
        three: bool = False,
    ) -> Node:
        """The node of this description; ``own`` are inputs that it reads itself."""
        key = (op, kind, three, id(function) if function else None, item, own, *(_key(arg) for arg in args))
        if key not in self.nodes:
            below = [arg for arg in args if isinstance(arg, Node)]
            column = stateful or op == "clock"
            written = () if column else args[1:] if op == "history" else args
            self.nodes[key] = Node(
                op,
                args,
                kind,
                deps=own.union(*(arg.deps for arg in below)),
                function=function,
                item=item,
                stateful=stateful,
                live=op == "broker" or any(arg.live for arg in below),
                varies=stateful or op in _VARYING or any(arg.varies for arg in below),
                parts=min(MANY, 1 + sum(arg.parts for arg in below)),
                height=max((1 + arg.height for arg in written if isinstance(arg, Node)), default=0),
                columns=max((arg.columns for arg in below), default=0) + (column or op == "history"),
                three=three,
            )
            self.uses.update(map(id, below))
        return self.nodes[key]


def lowest_first(node: Node, known: Callable[[Node], bool]) -> list[Node]:
    """A node and all below it, each behind what it reads, but for those that are known and what only they read.

    Without recursion: values that a script makes of one another, line by line, are deep trees.
    """
    found: list[Node] = []
    seen: set[int] = set()
    waiting = [(node, False)]
    while waiting:
        one, finished = waiting.pop()
        if finished:
            found.append(one)
        elif id(one) not in seen and not known(one):
            seen.add(id(one))
            waiting.append((one, True))
            waiting += [(arg, False) for arg in reversed(one.args) if isinstance(arg, Node)]
    return found


def is_shareable(value: Value) -> bool:
    """Whether a value depends on bars and inputs alone, so that it may become a column."""
    return isinstance(value, Const) or (isinstance(value, Node) and not value.live)


def _key(value: Value) -> object:
    if isinstance(value, Node):
        return id(value)
    if isinstance(value, Const):
        return (value.kind, value.three, "nan" if value.value != value.value else value.value, str(value.value))
    raise AssertionError("only pure values stand in the graph")
