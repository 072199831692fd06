"""Which names of an old script are its own, and which are the language's: renaming touches the second alone.

Functions and variables live apart, as Pine has them: ``highest = highest(high, 5)`` calls the language's function. Up
to v2 a script may use its variables before it declares them, and inside their own declaration.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.walking import children


@dataclass
class Names:
    """Ids of the nodes that mean something of the script's own; and the places that declare.

    ``variables`` are Name nodes, ``calls`` Call nodes; ``declared`` are the spans that declare a name, and
    ``declarations`` what they declare it with (a Declaration, a Parameter, a loop, ...).
    """

    variables: set[int] = field(default_factory=set)
    calls: set[int] = field(default_factory=set)
    declared: dict[str, list[s.Span]] = field(default_factory=dict)
    declarations: dict[str, list[s.Node]] = field(default_factory=dict)
    functions: dict[str, list[s.FunctionDeclaration]] = field(default_factory=dict)
    assigned: dict[str, list[s.Reassignment]] = field(default_factory=dict)


def names_of(tree: s.Script, version: int) -> Names:
    """The names of a script."""
    reader = _Reader(version)
    top = _Scope({})
    if version <= 2:
        for statement in tree.statements:
            if isinstance(statement, s.Declaration):
                top.known[statement.name] = True
            elif isinstance(statement, s.TupleDeclaration):
                top.known.update(dict.fromkeys(statement.names, True))
    reader.statements(tree.statements, top)
    return reader.names


@dataclass
class _Scope:
    known: dict[str, bool]
    outer: _Scope | None = None

    def has(self, name: str) -> bool:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.known:
                return True
            scope = scope.outer
        return False


class _Reader:
    def __init__(self, version: int) -> None:
        self.names = Names()
        self.objects = version >= 5
        """Whether values have members; before v5 the head of ``str.length`` is a namespace, whatever is declared."""

    def declare(self, scope: _Scope, name: str, span: s.Span, node: s.Node) -> None:
        scope.known[name] = True
        self.names.declared.setdefault(name, []).append(span)
        self.names.declarations.setdefault(name, []).append(node)

    def statements(self, items: tuple[s.Statement, ...], scope: _Scope) -> None:
        for item in items:
            self.statement(item, scope)

    def statement(self, node: s.Statement, scope: _Scope) -> None:
        if isinstance(node, s.Declaration):
            self.visit(node.value, scope)
            self.declare(scope, node.name, node.name_span, node)
        elif isinstance(node, s.TupleDeclaration):
            self.visit(node.value, scope)
            for name, span in zip(node.names, node.name_spans, strict=True):
                self.declare(scope, name, span, node)
        elif isinstance(node, s.FunctionDeclaration):
            self.function(node, scope)
        else:
            if isinstance(node, s.Reassignment) and isinstance(node.target, s.Name):
                self.names.assigned.setdefault(node.target.name, []).append(node)
            for child in children(node):
                self.visit(child, scope)

    def function(self, node: s.FunctionDeclaration, scope: _Scope) -> None:
        inner = _Scope({}, scope)
        for parameter in node.parameters:
            if parameter.default is not None:
                self.visit(parameter.default, scope)
            self.declare(inner, parameter.name, parameter.name_span, parameter)
        self.statements(node.body.statements, inner)
        self.names.functions.setdefault(node.name, []).append(node)

    def visit(self, node: s.Node, scope: _Scope) -> None:
        if isinstance(node, s.Name):
            if scope.has(node.name):
                self.names.variables.add(id(node))
        elif isinstance(node, s.Member) and not self.objects:
            return
        elif isinstance(node, s.Statement):
            self.statement(node, scope)
        elif isinstance(node, s.Block):
            self.statements(node.statements, _Scope({}, scope))
        elif isinstance(node, s.Call):
            self.call(node, scope)
        elif isinstance(node, (s.For, s.ForIn)):
            self.loop(node, scope)
        else:
            for child in children(node):
                self.visit(child, scope)

    def call(self, node: s.Call, scope: _Scope) -> None:
        if isinstance(node.function, s.Name):
            if node.function.name in self.names.functions:
                self.names.calls.add(id(node))
        else:
            self.visit(node.function, scope)
        for item in node.arguments:
            self.visit(item, scope)

    def loop(self, node: s.For | s.ForIn, scope: _Scope) -> None:
        inner = _Scope({}, scope)
        if isinstance(node, s.For):
            for bound in (node.start, node.stop, node.step):
                if bound is not None:
                    self.visit(bound, scope)
            self.declare(inner, node.variable, node.variable_span, node)
        else:
            self.visit(node.iterable, scope)
            for name, span in zip(node.names, node.name_spans, strict=True):
                self.declare(inner, name, span, node)
        self.statements(node.body.statements, inner)
