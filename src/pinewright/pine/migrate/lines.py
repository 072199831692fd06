"""Lines of their own: values that move to a line above their statement, and statements that share a line."""

from __future__ import annotations

import re

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.edit import line_end_of, line_start
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import fresh, margin_of, part

_BREAK = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")


def one_line(text: str) -> str:
    """A value without line breaks, where it holds no comment."""
    return text if "//" in text else _BREAK.sub(" ", text)


def unit_of(source: str) -> str:
    """The indentation that the script uses for a block."""
    return "\t" if re.search(r"^\t", source, re.MULTILINE) else "    "


def statement_above(stage: Stage, node: s.Node) -> s.Statement | None:
    """The statement before which a value may be worked out with no change of when that happens.

    None for what is worked out on some bars only, or several times a bar: branches of ``?:``, conditions of
    ``else if``, of ``while`` and of later arms.
    """
    while True:
        parent = stage.parents.get(id(node))
        if isinstance(node, s.Statement):
            return None if _is_else_if(stage, node) else node
        if isinstance(parent, s.Ternary) and node is not parent.condition:
            return None
        if isinstance(parent, s.Switch) and isinstance(node, s.Case) and node is not parent.cases[0]:
            return None
        if parent is None or isinstance(parent, (s.While, s.Parameter, s.Field, s.EnumMember)):
            return None
        if isinstance(node, s.Block):
            return None
        node = parent


def _is_else_if(stage: Stage, node: s.Statement) -> bool:
    block = stage.parents.get(id(node))
    holder = stage.parents.get(id(block)) if block is not None else None
    return isinstance(holder, s.If) and holder.elif_ and holder.otherwise is block


def hoist(stage: Stage, edits: Edits, value: s.Expression, statement: s.Statement, name: str) -> str:
    """Move a value to a line of its own above a statement; the name that it got."""
    made = fresh(name, stage.taken)
    put_above(stage, edits, statement, f"{made} = {one_line(stage.text(value))}")
    edits.replace(value.span, made)
    return made


def put_above(stage: Stage, edits: Edits, statement: s.Statement, text: str) -> None:
    """Write a statement above another one; in front of it where that one shares its line."""
    source, start = stage.source, statement.span.start
    line = line_start(source, start)
    if source[line:start].strip():
        edits.before(part(statement.span, start, statement.span.end + 1), f"{text}, ")
    else:
        edits.line_above(line, f"{source[line:start]}{text}{line_end_of(source)}")


def shares_arrow(stage: Stage, statement: s.Statement) -> bool:
    """Whether a statement stands on the line of its head: ``f(x) => x + 1``."""
    holder = stage.parents.get(id(statement))
    return isinstance(holder, s.Block) and holder.inline


def stands_alone(stage: Stage, statement: s.Statement) -> bool:
    """Whether a statement has its lines for itself."""
    source, span = stage.source, statement.span
    rest = re.compile(r"[^\r\n]*").match(source, span.end)
    behind = rest.group().strip() if rest else ""
    return not source[line_start(source, span.start) : span.start].strip() and (not behind or behind.startswith("//"))


def unfold(stage: Stage, statement: s.Statement) -> bool:
    """Give each statement of a shared line a line of its own; the round after this one finds it there."""
    holder = stage.parents.get(id(statement))
    if not isinstance(holder, (s.Block, s.Script)):
        return False
    source = stage.source
    margin = margin_of(source, statement.span.start)
    edits = Edits()
    if isinstance(holder, s.Block) and holder.inline:
        margin += unit_of(source)
        arrow = source.rindex("=>", 0, holder.statements[0].span.start)
        edits.replace(part(statement.span, arrow + 2, holder.statements[0].span.start), line_end_of(source) + margin)
    for left, right in zip(holder.statements, holder.statements[1:], strict=False):
        between = source[left.span.end : right.span.start]
        if left.span.end_line == right.span.line and between.strip() == ",":
            edits.replace(part(right.span, left.span.end, right.span.start), line_end_of(source) + margin)
    stage.draft.postponed = True
    return bool(edits.replaced) and stage.change(
        "PW703", "statements of one line got lines of their own", statement, edits
    )
