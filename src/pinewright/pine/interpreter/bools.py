"""Which expressions give bools: asked where there is no value to look at, for a missing bool is false and not na."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.interpreter.frames import Frame
from pinewright.pine.types import Kind, Type
from pinewright.pine.walking import walk

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_FUNCTIONS = ("ta.crossover", "ta.crossunder", "na", "bool", "input.bool")


class Bools:
    """Answers for one script; ``functions`` are those that it declares, by name, ``types`` those of its expressions."""

    def __init__(
        self, tree: s.Script, functions: Mapping[str, Sequence[s.FunctionDeclaration]], types: Mapping[int, Type]
    ):
        self.declarations = [node for node in walk(tree) if isinstance(node, s.Declaration)]
        self.functions = functions
        self.types = types

    def declares(self, node: s.Declaration, frame: Frame) -> bool:
        """Whether the variable is a bool."""
        return node.type.name == "bool" if node.type is not None else self.gives(node.value, frame)

    def gives(self, node: s.Node, frame: Frame) -> bool:
        """Whether an expression, or the last statement of a block, is a bool."""
        match node:
            case s.Literal():
                return node.kind is s.LiteralKind.BOOL
            case s.Unary():
                return node.operator == "not"
            case s.Binary():
                return node.operator in (*COMPARISONS, "and", "or")
            case s.Parenthesis() | s.Index() | s.ExpressionStatement():
                return self.gives(node.value, frame)
            case s.Declaration():
                return self.declares(node, frame)
            case s.Reassignment():
                return self.gives(node.target, frame)
            case s.Ternary():
                return self.gives(node.then, frame) or self.gives(node.otherwise, frame)
            case s.Block():
                return bool(node.statements) and self.gives(node.statements[-1], frame)
            case s.If():
                return any(self.gives(block, frame) for block in (node.then, node.otherwise) if block is not None)
            case s.Switch():
                return any(self.gives(case.body, frame) for case in node.cases)
            case s.For() | s.ForIn() | s.While():
                return self.gives(node.body, frame)
            case s.Call():
                name = dotted_name(node.function) or ""
                declared = self.functions.get(name, ())
                if len(declared) == 1:
                    return self.gives(declared[0].body, frame)
                return name in _FUNCTIONS or self._checked(node)
            case s.Member() if frame.find((dotted_name(node) or "").split(".")[0]) is not None:
                return self._checked(node)
            case s.Name() | s.Member():
                return self._names(dotted_name(node) or "", frame)
        return False

    def _checked(self, node: s.Node) -> bool:
        """What the check found; in a function that is what held for its last call."""
        return id(node) in self.types and self.types[id(node)].kind is Kind.BOOL

    def _names(self, name: str, frame: Frame) -> bool:
        scope = frame.find(name)
        if scope is not None:
            return scope.names[name].is_bool
        found = [node for node in self.declarations if node.name == name]
        return any(self.declares(node, frame) for node in found) or name.startswith("barstate.")
