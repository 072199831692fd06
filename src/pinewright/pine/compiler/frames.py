"""Names while a script is written out: variables that are assigned to, and executions with their scopes."""

from __future__ import annotations

from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.compiler.graph import Value
from pinewright.pine.types import Kind
from pinewright.pine.walking import walk


@dataclass
class Cell:
    """A variable that is assigned to, or whose history is read though it is not pure.

    ``text`` is where it lives; ``log`` the buffer of its values at the end of each execution, if any is read.
    """

    text: str
    kind: Kind
    log: int | None = None


@dataclass
class Frame:
    """One execution of a script or a function: scopes of names, and what its variables need."""

    function: s.FunctionDeclaration | None
    assigned: frozenset[str]
    remembered: frozenset[str]
    scopes: list[dict[str, Value | Cell]] = field(default_factory=lambda: [{}])
    logged: list[Cell] = field(default_factory=list)
    count: str = "(i * 1.0)"
    """How often the frame was executed before: bars for a script, a state slot for a function."""

    def find(self, name: str) -> Value | Cell | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)


def frame_of(function: s.FunctionDeclaration | None, statements: tuple[s.Statement, ...]) -> Frame:
    """A fresh execution of a script (no function) or of a function with these statements."""
    own = [node for node in statements if not isinstance(node, s.FunctionDeclaration)]
    nodes = [inner for statement in own for inner in walk(statement)]
    assigned = {dotted_name(node.target) or "" for node in nodes if isinstance(node, s.Reassignment)}
    remembered = {node.value.name for node in nodes if isinstance(node, s.Index) and isinstance(node.value, s.Name)}
    return Frame(function, frozenset(assigned), frozenset(remembered))
