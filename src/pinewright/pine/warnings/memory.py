"""Calls with memory that do not run on every bar: their past is then not the chart's past."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.types import Qualifier
from pinewright.pine.walking import children, walk
from pinewright.pine.warnings.facts import Facts, warning

_WITHOUT_MEMORY = frozenset(["ta.tr", "ta.pivot_point_levels"])
_WHY = "should run on every bar: what it remembers are the bars on which this place was reached"
_HINT = "call it at the left margin on every bar, give the result a name, and use the name here"


def memory(facts: Facts) -> Iterator[Diagnostic]:
    """PW504: in branches, in `?:`, and in v6 behind `and` and `or`, where the condition changes from bar to bar."""
    remembering = _remembering(facts)
    waiting: list[tuple[s.Node, bool]] = [(facts.tree, False)]
    while waiting:
        node, conditional = waiting.pop()
        if conditional and isinstance(node, s.Call) and _remembers(node, facts, remembering):
            name = facts.calls.get(id(node)) or _called(node)
            yield warning("PW504", f'"{name}" {_WHY}', node.function.span, _HINT)
            continue
        waiting += _inner(node, conditional, facts)


def _inner(node: s.Node, conditional: bool, facts: Facts) -> Iterator[tuple[s.Node, bool]]:
    """What stands below a node, and whether it is reached on every bar."""
    match node:
        case s.If(condition=condition, then=then, otherwise=otherwise):
            inside = conditional or _changes(condition, facts)
            yield condition, conditional
            yield then, inside
            if otherwise is not None:
                yield otherwise, inside
        case s.Ternary(condition=condition, then=then, otherwise=otherwise):
            inside = conditional or _changes(condition, facts)
            yield from ((condition, conditional), (then, inside), (otherwise, inside))
        case s.Switch(subject=subject, cases=cases):
            inside = conditional or any(
                _changes(one, facts) for one in (subject, *(case.condition for case in cases)) if one is not None
            )
            if subject is not None:
                yield subject, conditional
            yield from ((case, inside) for case in cases)
        case s.While(condition=condition, body=body):
            yield from ((condition, conditional), (body, conditional or _changes(condition, facts)))
        case s.Once(condition=condition, body=body):
            if condition is not None:
                yield condition, conditional
            yield body, True
        case s.Binary(operator="and" | "or", left=left, right=right):
            yield from ((left, conditional), (right, conditional or (facts.version >= 6 and _changes(left, facts))))
        case s.FunctionDeclaration(body=body):
            yield body, False
        case _:
            yield from ((below, conditional) for below in children(node))


def _changes(condition: s.Expression, facts: Facts) -> bool:
    """Whether a condition can be true on one bar and false on another."""
    found = facts.types.get(id(condition))
    return found is not None and found.qualifier is Qualifier.SERIES


def _called(node: s.Call) -> str:
    return node.function.name if isinstance(node.function, s.Name | s.Member) else ""


def _remembers(node: s.Call, facts: Facts, remembering: frozenset[str]) -> bool:
    name = facts.calls.get(id(node))
    if name is not None:
        return (name.startswith("ta.") and name not in _WITHOUT_MEMORY) or name in ("math.sum", "fixnan")
    return _called(node) in remembering


def _remembering(facts: Facts) -> frozenset[str]:
    """Functions of the script that hold a call with memory, themselves or through others."""
    bodies = {name: [node for one in found for node in walk(one.body)] for name, found in facts.declared.items()}
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            name
            for name, nodes in bodies.items()
            if any(isinstance(node, s.Call) and _remembers(node, facts, found) for node in nodes)
        )
        if more == found:
            return found
        found = more
