"""When the step has nothing to do: a condition over bars and inputs that the engine tests before it calls the step.

While a script is lowered each branch notes under which condition it changes something that outlives the bar. That
condition is widened until it reads no account, no state and nothing dear: it may hold on bars where nothing happens,
and never fails to hold where something does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pinewright.pine.compiler.graph import Const, Graph, Node, Value, lowest_first
from pinewright.pine.types import Kind

ALWAYS: Final = Const(True, Kind.BOOL)
NEVER: Final = Const(False, Kind.BOOL)

_LOCAL = re.compile(r"[A-Za-z_]\w* = ")
_HEAP = re.compile(r"\bm\b")
_HEADS: Final = ("if ", "else:", "pass")
_MOST: Final = 12
"""Cost of a condition that is still worth testing on every bar: dearer ones were no faster than calling the step."""


def changes_something(line: str) -> bool:
    """Whether a line of generated text may change state or place an order: all but locals and heads of blocks.

    State that is handed to a function, ``s[4:]``, is about to be changed, and so is the heap, ``m``.
    """
    return ":]" in line or _HEAP.search(line) is not None or not (_LOCAL.match(line) or line.startswith(_HEADS))


def either(graph: Graph, first: Value, second: Value) -> Value:
    """The condition that holds where one of two does."""
    if ALWAYS in (first, second) or first is second:
        return first if first is second else ALWAYS
    if NEVER in (first, second):
        return second if first == NEVER else first
    return graph.node("or", (first, second), Kind.BOOL)


def both(graph: Graph, first: Value, second: Value) -> Value:
    """The condition that holds where two do."""
    if NEVER in (first, second):
        return NEVER
    if ALWAYS in (first, second):
        return second if first == ALWAYS else first
    return graph.node("and", (first, second), Kind.BOOL)


_JOINTS: Final = {"and": both, "or": either}


def widened(graph: Graph, condition: Value, cost: Callable[[Value], int]) -> Value:
    """A condition on bars and inputs alone, cheap to test, that holds wherever ``condition`` does."""
    found: dict[int, Value] = {}

    def wide(part: Value) -> Value:
        if isinstance(part, Const):
            return part
        if id(part) in found:
            return found[id(part)]
        cheap = isinstance(part, Node) and part.kind is Kind.BOOL and not part.live and cost(part) <= _MOST
        return part if cheap else ALWAYS

    if isinstance(condition, Node):
        for one in lowest_first(condition, lambda node: node.op not in _JOINTS):
            first, second = map(wide, one.args)
            found[id(one)] = _JOINTS[one.op](graph, first, second)
    return wide(condition)


def worth_testing(condition: Value, cost: Callable[[Value], int]) -> bool:
    """Whether a condition can fail, and is cheap as a whole."""
    return condition != ALWAYS and cost(condition) <= _MOST
