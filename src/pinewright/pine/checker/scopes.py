"""What a check knows while it walks: names in scope, findings so far."""

from __future__ import annotations

from dataclasses import dataclass

from pinewright.pine import syntax as s
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.types import UNKNOWN, Kind, Qualifier, Type

_TYPE_WORDS = {"int": Kind.INT, "float": Kind.FLOAT, "bool": Kind.BOOL, "string": Kind.STRING, "color": Kind.COLOR}
_DRAWINGS = frozenset("label line box table linefill polyline".split())


@dataclass
class Variable:
    """A declared name; ``declared`` tells whether its type was written out."""

    type: Type
    declared: bool


class Scopes:
    """First layer of the check."""

    def __init__(self, tree: s.Script, source: str):
        self.tree = tree
        self.source = source
        self.version = tree.version or 6
        self.found: list[Diagnostic] = []
        self.scopes: list[dict[str, Variable]] = [{}]
        self.functions: dict[str, s.FunctionDeclaration] = {}

    def report(
        self, code: str, message: str, span: s.Span, hint: str | None = None, severity: Severity = Severity.ERROR
    ) -> Type:
        self.found.append(Diagnostic(code, message, span, hint, severity))
        return UNKNOWN

    def already_defined(self, name: str, span: s.Span) -> None:
        self.report("PW102", f'"{name}" is already defined', span, f"change its value with `{name} := …`, or rename it")

    def find(self, name: str | None) -> Variable | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None) if name else None

    def visible(self) -> list[str]:
        return [name for scope in self.scopes for name in scope] + list(self.functions)

    def text(self, node: s.Expression) -> str:
        text = self.source[node.span.start : node.span.end].strip()
        return text if len(text) <= 40 else text[:37] + "…"

    def unsupported(self, what: str, span: s.Span) -> Type:
        hint = "it is legal Pine; this version of Pinewright does not compile it yet"
        return self.report("PW901", f"Outside the subset: {what}, line {span.line}", span, hint)

    def written_type(self, name: s.TypeName) -> Type:
        qualifier = Qualifier[name.qualifier.upper()] if name.qualifier else Qualifier.SERIES
        if name.name in _TYPE_WORDS and not name.arguments:
            return Type(_TYPE_WORDS[name.name], qualifier)
        if name.name in ("label", "line", "box", "table", "linefill", "polyline", "hline", "plot"):
            return Type(Kind.DRAWING if name.name not in ("hline", "plot") else Kind.PLOT)
        return self.unsupported(f"the type `{name.name}`", name.span)
