"""Declarations in a block that hide the variable which they were to change."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.types import Kind, same
from pinewright.pine.walking import children
from pinewright.pine.warnings.facts import Facts, warning


def shadowing(facts: Facts) -> Iterator[Diagnostic]:
    """PW510: ``=`` in a block, where a variable of the left margin has this name and type and never changes."""
    outer = _placeholders(facts)
    if not outer:
        return
    waiting: list[tuple[s.Node, bool]] = [(node, False) for node in facts.tree.statements]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, s.FunctionDeclaration):
            continue  # names of a function are its own
        if inside and isinstance(node, s.Declaration) and node.type is None and node.mode is None:
            found = outer.get(node.name)
            if found is not None and found.span.start < node.span.start and _alike(found, node, facts):
                message = f'"{node.name}" is declared anew in this block: the variable of line {found.span.line} stays'
                hint = f"to change that one write `{node.name} := …`; for another variable choose another name"
                yield warning("PW510", message, node.name_span, hint)
        waiting += [(below, inside or isinstance(node, s.Block)) for below in children(node)]


def _placeholders(facts: Facts) -> dict[str, s.Declaration]:
    """Variables of the left margin that begin with a literal or na, and that nothing changes, though something reads
    them."""
    changed = {dotted_name(node.target) for node in facts.nodes if isinstance(node, s.Reassignment)}
    return {
        node.name: node
        for node in facts.tree.statements
        if isinstance(node, s.Declaration)
        and node.name not in changed
        and node.name in facts.used
        and _is_plain(node.value, facts)
    }


def _is_plain(node: s.Expression, facts: Facts) -> bool:
    found = facts.types.get(id(node))
    return isinstance(node, s.Literal) or (found is not None and found.kind is Kind.NA)


def _alike(outer: s.Declaration, inner: s.Declaration, facts: Facts) -> bool:
    """Whether both hold the same kind of value, as far as it is known."""
    one, two = facts.types.get(id(outer.value)), facts.types.get(id(inner.value))
    if one is None or two is None or one.kind is Kind.NA:
        return two is not None
    return same(one, two) or {one.kind, two.kind} == {Kind.INT, Kind.FLOAT}
