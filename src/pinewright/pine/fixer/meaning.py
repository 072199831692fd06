"""Whether two trees mean the same program: brackets that group nothing do not count."""

from __future__ import annotations

from dataclasses import fields

from pinewright.pine import syntax as s


def same_meaning(one: object, two: object) -> bool:
    """Whether two nodes are equal once all parentheses are taken off: the tree itself holds the order of operations."""
    while isinstance(one, s.Parenthesis):
        one = one.value
    while isinstance(two, s.Parenthesis):
        two = two.value
    if one is two:
        return True
    if isinstance(one, tuple) and isinstance(two, tuple):
        return len(one) == len(two) and all(map(same_meaning, one, two))
    if isinstance(one, s.Node) and isinstance(two, s.Node):
        if type(one) is not type(two):
            return False
        return all(same_meaning(getattr(one, name), getattr(two, name)) for name in _compared(type(one)))
    return one == two


def _compared(kind: type[s.Node]) -> list[str]:
    return [field.name for field in fields(kind) if field.compare]
