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


def bare(node: Expression) -> Expression:
    """The value inside its parentheses."""
    while isinstance(node, Parenthesis):
        node = node.value
    return node
