"""Whether a script of v5 tells a bool that is na from one that is false: only then bools are written with three values.

In v5 a bool is na as any value may be: a comparison with na is, a bool without a value yet, the past before the first
bar. `and`, `or`, `not` and conditions take na for false. So the difference shows where a bool is asked for na, and
where it is compared, which na makes na again. (PyneCore 6.11 tells what was measured on TradingView.)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.types import Kind, Type
from pinewright.pine.walking import bare, walk

_ASKING: Final = frozenset({"na", "nz", "fixnan"})


def asks_for_na(tree: s.Script, types: Mapping[int, Type]) -> bool:
    """Whether it does; ``types`` are those of the script's expressions, by id, as the check found them."""
    if any(_is_bool(value, types) for node in walk(tree) for value in _asked(node)):
        return True
    # In a function without written types they are those of the call that was checked last.
    vague = [node for node in tree.statements if isinstance(node, s.FunctionDeclaration) and _is_vague(node)]
    given = {node.name for node in vague if any(_asked(inner) for inner in walk(node.body))}
    return any(
        any(_is_bool(argument.value, types) for argument in node.arguments)
        for node in walk(tree)
        if isinstance(node, s.Call) and (dotted_name(node.function) or "").rpartition(".")[2] in given
    )


def _asked(node: s.Node) -> tuple[s.Expression, ...]:
    """The values that a node tells from na where they are bools."""
    match node:
        case s.Call(arguments=(first, *_)) if dotted_name(node.function) in _ASKING:
            return (first.value,)
        case s.Binary(operator="==" | "!=", left=left, right=right):
            return (left, right)
        case s.Switch(subject=subject) if subject is not None:
            return (subject,)
    return ()


def _is_vague(node: s.FunctionDeclaration) -> bool:
    return any(parameter.type is None for parameter in node.parameters)


def _is_bool(node: s.Expression, types: Mapping[int, Type]) -> bool:
    known = types.get(id(node)) or types.get(id(bare(node)))
    return known is not None and known.kind is Kind.BOOL
