"""v1 and v2 to v3: variables that read themselves or later ones, and the look-ahead of security()."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.edit import line_end_of, line_start
from pinewright.pine.migrate.signatures import SIGNATURES_4
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import add_arguments, bound, margin_of, part
from pinewright.pine.walking import bare, walk

_BOOLS = frozenset(["and", "or", "==", "!=", "<", "<=", ">", ">="])


def declare_first(stage: Stage) -> None:
    """``x = nz(x[1]) + 1`` to ``x = 0.0`` and ``x := nz(x[1]) + 1``; the same for a variable that is read above."""
    statements = stage.tree.statements
    for place, statement in enumerate(statements):
        if not isinstance(statement, s.Declaration):
            continue
        readers = [
            (index, node)
            for index, other in enumerate(statements[: place + 1])
            for node in walk(other)
            if isinstance(node, s.Name) and node.name == statement.name and id(node) in stage.names.variables
        ]
        if not readers:
            continue
        if not all(_in_history(stage, node) for _, node in readers):
            hint = "declare it first, and change it with := below"
            stage.refuse("PW791", f"`{statement.name}` is read before it has a value", readers[0][1], hint)
            continue
        first = statements[min(index for index, _ in readers)]
        _split(stage, statement, first)


def _in_history(stage: Stage, node: s.Node) -> bool:
    """Whether a name stands under ``[1]`` or further back."""
    parent = stage.parents.get(id(node))
    return isinstance(parent, s.Index) and parent.value is node


def _split(stage: Stage, statement: s.Declaration, first: s.Statement) -> None:
    start = _value_of_kind(statement.value)
    equals = stage.source.index("=", statement.name_span.end)
    edits = Edits().replace(part(statement.span, equals, equals + 1), ":=")
    line = line_start(stage.source, first.span.start)
    if stage.source[line : first.span.start].strip():
        edits.before(first.span, f"{statement.name} = {start}, ")
    else:
        margin = margin_of(stage.source, first.span.start)
        edits.line_above(line, f"{margin}{statement.name} = {start}{line_end_of(stage.source)}")
    message = f"`{statement.name}` is declared before it is read, and then changed"
    stage.change("PW751", message, statement, edits)


def _value_of_kind(node: s.Expression) -> str:
    """What a variable begins with, by what it is given later."""
    node = bare(node)
    if isinstance(node, s.Ternary):
        return _value_of_kind(node.then)
    if isinstance(node, s.Literal) and node.kind is s.LiteralKind.BOOL:
        return "false"
    if isinstance(node, s.Binary) and node.operator in _BOOLS:
        return "false"
    return "false" if isinstance(node, s.Unary) and node.operator == "not" else "0.0"


def write_lookahead(stage: Stage) -> None:
    """security() of v1 and v2 looks ahead; v3 does not unless it is told to."""
    for call in stage.calls:
        if stage.builtin(call) != "security" or "lookahead" in bound(call, SIGNATURES_4["security"]):
            continue
        edits = add_arguments(Edits(), stage.source, call, ["lookahead = barmerge.lookahead_on"])
        stage.change("PW752", "security() of v1 and v2 looks ahead: written out, so that values stay", call, edits)
