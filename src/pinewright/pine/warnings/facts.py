"""What a warning may ask about a checked script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pinewright.pine import syntax as s
from pinewright.pine.binding import Binding, bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.types import Type
from pinewright.pine.walking import walk


@dataclass(frozen=True)
class Facts:
    """The tree with its types (by id of an expression), the built-in functions that calls mean (by id of a call), the
    kind of script, and the names at the left margin that something reads."""

    tree: s.Script
    version: int
    types: Mapping[int, Type]
    calls: Mapping[int, str]
    declaration: str | None
    used: frozenset[str]

    @cached_property
    def nodes(self) -> tuple[s.Node, ...]:
        """All nodes, parents first."""
        return tuple(walk(self.tree))

    @cached_property
    def declared(self) -> dict[str, list[s.FunctionDeclaration]]:
        """Functions of the script by name."""
        found: dict[str, list[s.FunctionDeclaration]] = {}
        for node in self.tree.statements:
            if isinstance(node, s.FunctionDeclaration):
                found.setdefault(node.name, []).append(node)
        return found

    @cached_property
    def values(self) -> dict[str, s.Expression]:
        """What the variables at the left margin are declared with."""
        return {node.name: node.value for node in self.tree.statements if isinstance(node, s.Declaration)}

    def called(self, *names: str) -> Iterator[tuple[str, s.Call, Binding]]:
        """Every call of these built-in functions, methods left out."""
        table = functions(self.version)
        for node in self.nodes:
            name = self.calls.get(id(node))
            if name in names and isinstance(node, s.Call) and dotted_name(node.function) == name:
                yield name, node, bind(table[name], node)


def warning(code: str, message: str, span: s.Span, hint: str) -> Diagnostic:
    """A finding of severity warning."""
    return Diagnostic(code, message, span, hint, Severity.WARNING)


def is_true(node: s.Expression | None) -> bool:
    """Whether a value is the literal ``true``."""
    return isinstance(node, s.Literal) and node.value is True


def text_of(node: s.Expression | None) -> str | None:
    """The value of a text literal; None for anything else."""
    return str(node.value) if isinstance(node, s.Literal) and node.kind is s.LiteralKind.STRING else None
