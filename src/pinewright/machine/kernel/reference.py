"""Kernel functions as plain Python: the second opinion on the native code.

The tree stays as written but for what Python and IEEE arithmetic answer differently: division, functions outside
their domain, and ``p[k:]`` of a list, which must be the same memory and not a copy. Ints do not wrap.
"""

from __future__ import annotations

import ast
import builtins
import copy
import types
from collections.abc import Callable, Mapping
from typing import Any

from pinewright.machine.kernel.intrinsics import REPLACEMENTS, divide, floor_divide, modulo

_OPERATORS: dict[type[ast.operator], tuple[str, Callable[..., Any]]] = {
    ast.Div: ("__divide", divide),
    ast.FloorDiv: ("__floor_divide", floor_divide),
    ast.Mod: ("__modulo", modulo),
}


class Tail:
    """A list from an index on, as the same memory."""

    def __init__(self, items: Any, start: int):
        self.items = items
        self.start = start

    def __getitem__(self, index: int) -> Any:
        return self.items[self.start + index]

    def __setitem__(self, index: int, value: Any) -> None:
        self.items[self.start + index] = value


def advance(items: Any, start: int) -> Any:
    """``items[start:]`` without a copy."""
    if isinstance(items, Tail):
        return Tail(items.items, items.start + start)
    return Tail(items, start) if isinstance(items, list) else items[start:]


def plain_python(
    node: ast.FunctionDef, file: str, namespace: dict[str, Any], closure: Mapping[str, Any]
) -> Callable[..., Any]:
    """The function of a tree as a Python function over ``namespace`` and the values of an enclosing function."""
    helpers: dict[str, Any] = {"__advance": advance, **dict(_OPERATORS.values())}
    function = _Plain(namespace, closure, helpers).visit(copy.deepcopy(node))
    function.decorator_list = []
    function.returns = None
    for argument in function.args.args:
        argument.annotation = None
    names = {**helpers, **closure}
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    body: list[ast.stmt] = [function, ast.Return(ast.Name(node.name, ast.Load()))]
    factory = ast.FunctionDef(name="__make", args=arguments, body=body, decorator_list=[], returns=None)
    if hasattr(factory, "type_params"):
        factory.type_params = []
    tree = ast.fix_missing_locations(ast.Module([factory], []))
    made: dict[str, Any] = {}
    exec(compile(tree, file, "exec"), namespace, made)
    result: Callable[..., Any] = made["__make"](**names)
    return result


class _Plain(ast.NodeTransformer):
    def __init__(self, namespace: Mapping[str, Any], closure: Mapping[str, Any], helpers: dict[str, Any]):
        self.namespace = namespace
        self.closure = closure
        self.helpers = helpers

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        entry = _OPERATORS.get(type(node.op))
        return node if entry is None else _call(entry[0], node, node.left, node.right)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        entry = _OPERATORS.get(type(node.op))
        if entry is None:
            return node
        target = copy.deepcopy(node.target)
        target.ctx = ast.Load()
        return ast.copy_location(ast.Assign([node.target], _call(entry[0], node, target, node.value)), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.slice, ast.Slice) and node.slice.lower is not None:
            return _call("__advance", node, node.value, node.slice.lower)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        found = self._meaning(node.func)
        try:
            replacement = REPLACEMENTS.get(found)
        except TypeError:
            return node
        if replacement is None:
            return node
        name = f"__call_{len(self.helpers)}"
        self.helpers[name] = replacement
        return _call(name, node, *node.args)

    def _meaning(self, node: ast.expr) -> object:
        if isinstance(node, ast.Name):
            for names in (self.closure, self.namespace):
                if node.id in names:
                    return names[node.id]
            return getattr(builtins, node.id, None)
        if isinstance(node, ast.Attribute):
            owner = self._meaning(node.value)
            return getattr(owner, node.attr, None) if isinstance(owner, types.ModuleType) else None
        return None


def _call(name: str, at: ast.AST, *args: ast.expr) -> ast.Call:
    return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), list(args), []), at)
