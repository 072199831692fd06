"""One expression as the caller wrote it: read, checked, and spelled as lines of a script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pinewright.errors import PineError, PineUnsupportedError, UsageError
from pinewright.indicators.registry import indicators
from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name, overload
from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Diagnostic, Severity, frame
from pinewright.pine.parser import parse

HEAD: Final = '//@version=6\nindicator("columns")\n'
_FILE: Final = "expression"
_SHAPE: Final = 'write one expression such as "ta.rsi(close, 14)", or NAME = expression'


@dataclass(frozen=True)
class Expression:
    """A Pine expression of numbers or bools over the bars.

    text: as the caller wrote it. name: what its columns are called: the given name, else the expression. value: the
    expression alone. kind: its Pine type, empty for a tuple, whose ``members`` are named by the registry.
    """

    text: str
    name: str
    value: str
    kind: str = ""
    members: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns: its own, or ``name.member`` for each member of a tuple."""
        return tuple(f"{self.name}.{member}" for member in self.members) or (self.name,)

    def declared(self, prefix: str) -> tuple[str, tuple[str, ...]]:
        """A line of Pine that declares its values, and the variables in the order of ``columns``."""
        if not self.members:
            return f"{self.kind} {prefix} = {self.value}", (prefix,)
        names = tuple(f"{prefix}_{member}" for member in self.members)
        return f"[{', '.join(names)}] = {self.value}", names


def read_expression(text: str) -> Expression:
    """The expression of a text, ``EXPRESSION`` or ``NAME = EXPRESSION``.

    Raises UsageError where the text is something else, and PineError with the checker's frames where a name, an
    argument or a type is wrong.
    """
    text = text.strip()
    name, node = _split(text)
    value = text[node.span.start : node.span.end]
    row = indicators().get(dotted_name(node.function) or "") if isinstance(node, s.Call) else None
    if row is not None and isinstance(node, s.Call) and overload(row.function, node).returns.items:
        found = Expression(text, name or value, value, members=row.members)
        findings = _findings(found, node.span)
    else:
        found = Expression(text, name or value, value, "float")
        findings = _findings(found, node.span)
        if findings:
            condition = replace(found, kind="bool")
            if not _findings(condition, node.span):
                return condition
    if findings:
        frames = "\n".join(frame(item, text, _FILE) for item in findings)
        raise PineError(f"{len(findings)} error{'s' * (len(findings) > 1)} in the expression\n{frames}", where=text)
    return found


def not_compiled(expression: Expression, finding: Diagnostic) -> PineUnsupportedError:
    """The error for an expression that is legal Pine and that Pinewright does not compile, framed in its own text."""
    text = expression.text
    message = finding.message.rpartition(", line ")[0] or finding.message
    whole = s.Span(0, len(text), 1, 1, 1, len(text) + 1)
    return PineUnsupportedError(frame(replace(finding, message=message, span=whole), text, _FILE), where=text)


def _split(text: str) -> tuple[str, s.Expression]:
    """The given name (empty for none) and the tree of the expression."""
    if not text or "\n" in text or "\r" in text:
        raise UsageError(f"not one line of Pine: {text!r}", hint=_SHAPE)
    tree, found = parse(text)
    errors = [item for item in found if item.severity is Severity.ERROR]
    if errors:
        frames = "\n".join(frame(item, text, _FILE) for item in errors)
        raise PineError(f"{len(errors)} error{'s' * (len(errors) > 1)} in the expression\n{frames}", where=text)
    statement = tree.statements[0] if len(tree.statements) == 1 else None
    if isinstance(statement, s.ExpressionStatement):
        return "", statement.value
    if isinstance(statement, s.Declaration) and statement.mode is None and statement.type is None:
        return statement.name, statement.value
    raise UsageError(f"not one expression: {text}", hint=_SHAPE)


def _findings(expression: Expression, place: s.Span) -> list[Diagnostic]:
    """Errors of the checker, moved to where the caller wrote the expression."""
    line, _ = expression.declared("column")
    # The declaration stands first, so that a message that names its line names the caller's.
    checked = check(f'{line}\nindicator("columns")\n')
    moved = place.start - line.index("= ") - 2
    return [
        replace(item, span=_moved(item.span, moved)) for item in checked.diagnostics if item.severity is Severity.ERROR
    ]


def _moved(span: s.Span, by: int) -> s.Span:
    """A place in our line as one in the caller's; what points at our own declaration points at its start."""
    return span._replace(
        start=max(0, span.start + by),
        end=max(0, span.end + by),
        column=max(1, span.column + by),
        end_column=max(2, span.end_column + by),
    )
