"""Values that are other on a live bar than on the same bar later, where they reach an order."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.walking import walk
from pinewright.pine.warnings.facts import Facts, is_true, warning

_LIVE = frozenset(["timenow", "barstate.isrealtime", "barstate.isnew", "barstate.islast"])


def realtime(facts: Facts) -> Iterator[Diagnostic]:
    """PW508."""
    for _, _, binding in facts.called("strategy"):
        given = binding.arguments.get("calc_on_every_tick")
        if given is not None and is_true(given):
            message = "calc_on_every_tick runs the script inside live bars, and once at the close of past ones"
            hint = "leave it out: what was tested is then what trades"
            yield warning("PW508", message, given.span, hint)
    for statement in facts.nodes:
        if isinstance(statement, s.Declaration) and statement.mode == "varip":
            message = f'"{statement.name}" is varip: it keeps changes inside live bars, of which past bars have none'
            yield warning("PW508", message, statement.name_span, "use var, or keep it out of orders")
    yield from _conditions(facts)


def _conditions(facts: Facts) -> Iterator[Diagnostic]:
    """Live names in conditions above orders and in the arguments of orders."""
    for node in facts.nodes:
        if isinstance(node, s.If) and any(_is_order(inner, facts) for inner in walk(node.then)):
            yield from _live(node.condition, facts)
        elif isinstance(node, s.Call) and _is_order(node, facts):
            for argument in node.arguments:
                yield from _live(argument.value, facts)


def _is_order(node: s.Node, facts: Facts) -> bool:
    name = facts.calls.get(id(node), "")
    return name in ("strategy.entry", "strategy.order", "strategy.exit", "strategy.close", "strategy.close_all")


def _live(node: s.Expression, facts: Facts, depth: int = 8) -> Iterator[Diagnostic]:
    for inner in walk(node):
        name = dotted_name(inner) if isinstance(inner, s.Name | s.Member) else None
        if name in _LIVE:
            message = f'"{name}" is other on a live bar than on a past one, and it reaches an order'
            yield warning("PW508", message, inner.span, "base orders on values of closed bars")
        elif isinstance(inner, s.Name) and name in facts.values and depth:
            yield from _live(facts.values[inner.name], facts, depth - 1)
