"""The nodes of a tree, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from pinewright.pine.syntax import Expression, Node, Parenthesis

_LEFT_OUT = frozenset(
    ["span", "name_span", "name_spans", "variable_span", "comments", "trailing", "footer", "blank_lines"]
)


_BELOW: dict[type[Node], tuple[str, ...]] = {}


def _below(kind: type[Node]) -> tuple[str, ...]:
    """Names of the fields that can hold nodes."""
    found = _BELOW.get(kind)
    if found is None:
        found = _BELOW[kind] = tuple(field.name for field in fields(kind) if field.name not in _LEFT_OUT)
    return found


def children(node: Node) -> Iterator[Node]:
    """The nodes right below a node, in the order of the text."""
    for name in _below(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Node):
                    yield item


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first, without recursion: long sums are deep trees."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(tuple(children(found))))


def same_tree(one: Node, two: Node) -> bool:
    """Whether two trees are equal, as ``==`` has it, without recursion: a long chain is a deep tree."""
    waiting: list[tuple[object, object]] = [(one, two)]
    while waiting:
        left, right = waiting.pop()
        if isinstance(left, Node) and isinstance(right, Node):
            if type(left) is not type(right):
                return False
            compared = [field.name for field in fields(left) if field.compare]
            waiting += [(getattr(left, name), getattr(right, name)) for name in compared]
        elif isinstance(left, tuple) and isinstance(right, tuple):
            if len(left) != len(right):
                return False
            waiting += zip(left, right, strict=True)
        elif left != right:
            return False
    return True


def bare(node: Expression) -> Expression:
    """The value inside its parentheses."""
    while isinstance(node, Parenthesis):
        node = node.value
    return node
