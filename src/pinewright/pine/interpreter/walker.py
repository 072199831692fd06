"""The interpreter: walks the tree of a checked script once for each bar."""

from __future__ import annotations

from pinewright.errors import PineUnsupportedError
from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.interpreter.bools import COMPARISONS
from pinewright.pine.interpreter.calls import Calls, Known
from pinewright.pine.interpreter.frames import Variable
from pinewright.pine.interpreter.objects import Failed
from pinewright.pine.interpreter.structures import Break, Continue
from pinewright.pine.interpreter.values import NA, Value, calculate, compare, floating, negate, truth


class Interpreter(Calls):
    """Runs one script over bars: ``Core`` tells its arguments, ``bars`` what it gives."""

    # Statements ------------------------------------------------------------------------------------------------------

    def statement(self, node: s.Statement) -> Value:
        match node:
            case s.Declaration():
                return self._declare(node)
            case s.TupleDeclaration():
                found = self.expression(node.value)
                for name, value in zip(node.names, found if isinstance(found, tuple) else (), strict=True):
                    self._bind(name, value, isinstance(value, bool))
                return found
            case s.Reassignment():
                return self._reassign(node)
            case s.ExpressionStatement():
                return self.expression(node.value)
            case s.Jump():
                raise Break if node.keyword == "break" else Continue
            case s.FunctionDeclaration() | s.TypeDeclaration() | s.EnumDeclaration():
                return NA
        raise PineUnsupportedError(f"`{type(node).__name__}` is not interpreted, line {node.span.line}")

    def _declare(self, node: s.Declaration) -> Value:
        scope = self.frame.open[-1]
        if node.mode is not None and id(node) in scope.kept:
            scope.names[node.name] = scope.kept[id(node)]
            return scope.names[node.name].value
        value = self.typed(self.expression(node.value), node.type)
        variable = self._bind(node.name, value, self.bools.declares(node, self.frame))
        if node.mode is not None:
            variable.value = floating(value)
            scope.kept[id(node)] = variable
        return variable.value

    def _bind(self, name: str, value: Value, is_bool: bool) -> Variable:
        variable = Variable(floating(value) if name in self.assigned else value, is_bool)
        self.frame.open[-1].names[name] = variable
        return variable

    def _reassign(self, node: s.Reassignment) -> Value:
        if isinstance(node.target, s.Member):
            return self._assign_field(node, node.target)
        name = dotted_name(node.target) or ""
        value = self.expression(node.value)
        scope = self.frame.find(name)
        if scope is None or (self.frame is not self.script and scope is self.script.root):
            raise PineUnsupportedError(f"changing `{name}` here is not interpreted, line {node.span.line}")
        variable = scope.names[name]
        if node.operator != ":=":
            value = self._calculated(node.operator[0], variable.value, value, node)
        variable.value = self.as_bool(value) if variable.is_bool else floating(value)
        return variable.value

    def _assign_field(self, node: s.Reassignment, target: s.Member) -> Value:
        owner = self.expression(target.value)
        value = floating(self.expression(node.value))
        record = self.record(owner, target)
        declared = next(one for one in self.record_types[record.type_name].fields if one.name == target.name)
        if node.operator != ":=":
            value = self._calculated(node.operator[0], record.fields[target.name], value, node)
        given = record.fields[target.name] = self.typed(value, declared.type)
        return given

    def _calculated(self, operator: str, left: Value, right: Value, node: s.Node) -> Value:
        try:
            return calculate(operator, left, right, self.version)
        except Failed as failure:
            raise self.failed(failure, node) from None

    # Expressions -----------------------------------------------------------------------------------------------------

    def expression(self, node: s.Expression) -> Value:
        match node:
            case s.Literal():
                return node.value
            case s.Parenthesis():
                return self.expression(node.value)
            case s.Name():
                return self.name(node.name)
            case s.Member():
                return self.member(node)
            case Known():
                return node.value
            case s.Call():
                return self.call(node)
            case s.Index():
                return self.history(node)
            case s.Unary():
                value = self.expression(node.operand)
                if node.operator == "not":
                    return not truth(value)
                return negate(value) if node.operator == "-" else value
            case s.Binary(operator="and" | "or"):
                return self._logic(node)
            case s.Binary():
                left, right = self.expression(node.left), self.expression(node.right)
                if node.operator in COMPARISONS:
                    return compare(node.operator, left, right, self.version)
                return self._calculated(node.operator, left, right, node)
            case s.Ternary():
                return self._ternary(node)
            case s.Tuple():
                return tuple(self.expression(item) for item in node.items)
            case s.If() | s.Switch() | s.For() | s.ForIn() | s.While() | s.Once():
                return self.structure(node)
        raise PineUnsupportedError(f"`{type(node).__name__.lower()}` is not interpreted, line {node.span.line}")

    def _logic(self, node: s.Binary) -> bool:
        left = truth(self.expression(node.left))
        if self.version >= 6 and left == (node.operator == "or"):
            return left
        right = truth(self.expression(node.right))
        return (left and right) if node.operator == "and" else (left or right)

    def _ternary(self, node: s.Ternary) -> Value:
        taken = node.then if truth(self.expression(node.condition)) else node.otherwise
        value = self.expression(taken)
        known = isinstance(node.condition, s.Literal)
        return self.settled(value if known else floating(value), node)
