"""Functions of the script that act like built-in ones: equal calls in one place give equal values, and nothing else.

Such a function reads its arguments, the bars, and variables that never change after their declaration; what it changes
is its own. Each call has a state of its own, as calls of ``ta`` have.
"""

from __future__ import annotations

from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.optimizer.facts import Facts
from pinewright.pine.optimizer.tables import COSTLY, MOVING_VARIABLES, is_deterministic
from pinewright.pine.walking import walk

_OWN: Final = frozenset(["array", "matrix", "map"])
"""Changes of these are seen by nobody: an object of the script's own never comes into such a function."""


def closed_function(facts: Facts, call: s.Call) -> s.FunctionDeclaration | None:
    """The function that a call means, where it is the only one of its name and acts like a built-in one."""
    if facts.builtin(call) or not isinstance(call.function, s.Name):
        return None
    declared = facts.functions.get(call.function.name, [])
    return declared[0] if len(declared) == 1 and _is_closed(facts, declared[0]) else None


def does_work(facts: Facts, function: s.FunctionDeclaration) -> bool:
    """Whether a function remembers something or takes time."""
    for node in walk(function.body):
        if isinstance(node, (s.For, s.ForIn, s.While)) or (isinstance(node, s.Declaration) and node.mode is not None):
            return True
        if not isinstance(node, s.Call):
            continue
        name = facts.builtin(node)
        inner = closed_function(facts, node)
        if name.startswith(("ta.", "request.")) or name in COSTLY or (inner is not None and does_work(facts, inner)):
            return True
    return False


def _is_closed(facts: Facts, function: s.FunctionDeclaration) -> bool:
    known = facts.closed.get(function.name)
    if known is None:
        facts.closed[function.name] = False  # what calls itself is not followed
        known = facts.closed[function.name] = not function.method and all(
            _is_harmless(facts, node) for node in walk(function)
        )
    return known


def _is_harmless(facts: Facts, node: s.Node) -> bool:
    """Whether a node of a body reads and changes nothing outside, but for what never changes."""
    match node:
        case s.Name():
            symbol = facts.symbol_of.get(id(node))
            if symbol is not None and symbol.depth == 0:
                return not symbol.writes and facts.is_plain(facts.type(node))
            return node.name not in MOVING_VARIABLES
        case s.Reassignment():
            return isinstance(node.target, s.Name)
        case s.Call():
            name = facts.builtin(node)
            if not name:
                return closed_function(facts, node) is not None
            return is_deterministic(name) or name.partition(".")[0] in _OWN or name == "runtime.error"
    return True
