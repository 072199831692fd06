"""Names while a script is written out: variables that are assigned to, and executions with their scopes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.compiler.graph import Code, Value
from pinewright.pine.types import Kind, Type
from pinewright.pine.walking import bare, walk


@dataclass
class Cell:
    """A variable that is assigned to, or whose history is read though it is not pure.

    ``target`` is the local or state slot where it lives, ``state`` tells which of the two; ``log`` the buffer of its
    values at the end of each execution, if any is read. A variable of a block counts its executions itself: ``own`` is
    then its clock, and each assignment writes the log.
    """

    target: str
    kind: Kind
    type: Type | None = None
    state: bool = False
    log: int | None = None
    own: Clock | None = None

    @property
    def value(self) -> Code:
        """What it holds now."""
        text = f"({self.target} != 0.0)" if self.state and self.kind is Kind.BOOL else self.target
        return Code(text, self.kind, self.type)


@dataclass
class Clock:
    """How often something was executed before, for the places of its past values in a log.

    count: state slot of the number; None where that is the number of the bar. mark: state slot of the last bar on which
    it ran, where it may run several times on a bar: of those only the last leaves a value behind.
    """

    count: int | None = None
    mark: int | None = None
    begins: bool = False
    """Whether an execution is counted when it begins, not when it ends."""

    @property
    def earlier(self) -> str:
        """Text of the number of values in the log, without that of this bar."""
        if self.count is None:
            return "(i * 1.0)"
        if self.begins:
            return f"(s[{self.count}] - 1.0)"
        if self.mark is None:
            return f"s[{self.count}]"
        return f"(s[{self.count}] - (1.0 if s[{self.mark}] == i + 1.0 else 0.0))"


@dataclass
class Frame:
    """One execution of a script or a function: scopes of names, and what its variables need."""

    function: s.FunctionDeclaration | None
    assigned: frozenset[str]
    remembered: frozenset[str]
    scopes: list[dict[str, Value | Cell]] = field(default_factory=lambda: [{}])
    logged: list[Cell] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def find(self, name: str) -> Value | Cell | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)


class Frames:
    """Fresh executions; what a function's statements say about its names is found once."""

    def __init__(self, tree: s.Script):
        self._tree = tree
        self._known: dict[int, tuple[frozenset[str], frozenset[str]]] = {}

    def script(self) -> Frame:
        """The execution of the script: functions may read the past of its variables."""
        functions = [node for node in self._tree.statements if isinstance(node, s.FunctionDeclaration)]
        own = [node for node in self._tree.statements if not isinstance(node, s.FunctionDeclaration)]
        assigned, remembered = _uses(inner for statement in own for inner in walk(statement))
        for function in functions:
            remembered |= self._facts(function)[1] - own_names(function)
        return Frame(None, frozenset(assigned), frozenset(remembered))

    def function(self, function: s.FunctionDeclaration) -> Frame:
        """An execution of a function."""
        assigned, remembered = self._facts(function)
        return Frame(function, assigned, remembered)

    def _facts(self, function: s.FunctionDeclaration) -> tuple[frozenset[str], frozenset[str]]:
        if id(function) not in self._known:
            assigned, remembered = _uses(walk(function.body))
            self._known[id(function)] = frozenset(assigned), frozenset(remembered)
        return self._known[id(function)]


def own_names(function: s.FunctionDeclaration) -> frozenset[str]:
    """Parameters of a function and the names that its body declares."""
    return declared_names([function.body]) | {parameter.name for parameter in function.parameters}


def declared_names(nodes: Iterable[s.Node]) -> frozenset[str]:
    """The names of variables that are declared in some nodes."""
    names: set[str] = set()
    for node in (inner for outer in nodes for inner in walk(outer)):
        match node:
            case s.Declaration(name=name) | s.For(variable=name):
                names.add(name)
            case s.TupleDeclaration(names=several) | s.ForIn(names=several):
                names.update(several)
    return frozenset(names)


def _uses(nodes: Iterator[s.Node]) -> tuple[set[str], set[str]]:
    """Names that are assigned to, and names whose past is read."""
    assigned: set[str] = set()
    remembered: set[str] = set()
    for node in nodes:
        if isinstance(node, s.Reassignment) and isinstance(node.target, s.Name):
            assigned.add(node.target.name)
        elif isinstance(node, s.Index):
            inner = bare(node.value)
            if isinstance(inner, s.Name):
                remembered.add(inner.name)
    return assigned, remembered
