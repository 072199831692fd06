"""Expressions of the kernel language as LLVM IR."""

from __future__ import annotations

import ast
import struct as packing
from collections.abc import Callable
from typing import NoReturn

from pinewright.errors import unknown_name_hint
from pinewright.machine.kernel.calls import BUILT_IN
from pinewright.machine.kernel.emit import Blocks, Place, Shared, Value
from pinewright.machine.kernel.functions import External, Function
from pinewright.machine.kernel.types import BOOL, BYTE, ELEMENTS, FLOAT, INT, NONE, Kind, Type

_ARITHMETIC = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul"}
_HELPED = {ast.FloorDiv: "floordiv", ast.Mod: "mod"}
_BITS = {ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor"}
# != is true for a NaN, as in Python; all others are false.
_FLOAT_TESTS = {ast.Eq: "oeq", ast.NotEq: "une", ast.Lt: "olt", ast.LtE: "ole", ast.Gt: "ogt", ast.GtE: "oge"}
_INT_TESTS = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "slt", ast.LtE: "sle", ast.Gt: "sgt", ast.GtE: "sge"}


def float_text(value: float) -> str:
    """A float with all its bits."""
    return f"0x{packing.unpack('<Q', packing.pack('<d', value))[0]:016X}"


class Expressions:
    """Writes the expressions of one function; ``Statements`` adds to it what stands on lines of its own."""

    def __init__(self, function: Function[..., object], shared: Shared):
        self.function = function
        self.shared = shared
        self.blocks = Blocks()
        self.places: dict[str, Place] = {}
        self.arguments: dict[str, Value] = {}
        self.local: set[str] = set()
        self.assigned: set[str] = set()

    def fail(self, node: ast.AST, what: str, hint: str | None = None) -> NoReturn:
        """Raises the error of this function at a node."""
        raise self.function.error(node, what, hint)

    # Values -----------------------------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Value:
        """The value of an expression."""
        write = _EXPRESSIONS.get(type(node))
        if write is None:
            self.fail(node, f"{type(node).__name__} `{ast.unparse(node)}` is outside the kernel language")
        return write(self, node)

    def number(self, node: ast.expr) -> Value:
        """The value of an expression that must be a float or an int."""
        value = self.expression(node)
        if not value.type.is_number:
            hint = "write int(x) or float(x)" if value.type == BOOL else None
            self.fail(node, f"`{ast.unparse(node)}` is {value.type}, a number is wanted", hint)
        return value

    def of_type(self, node: ast.expr, type_: Type, role: str = "value") -> Value:
        """The value of an expression as ``type_``; only an int is converted on its own, to a float."""
        return self.convert(self.expression(node), type_, node, role)

    def convert(self, value: Value, type_: Type, node: ast.AST, role: str) -> Value:
        """``value`` as ``type_``, or an error at ``node``."""
        if type_ == BYTE:
            type_ = INT  # the store cuts it
        if value.type == type_:
            return value
        if value.type == INT and type_ == FLOAT:
            return self.to_float(value)
        hint = "write int(x)" if value.type == FLOAT and type_ == INT else None
        if value.type == FLOAT and type_ == INT and role.startswith("local"):
            hint = "write int(x), or let the variable begin as a float (0.0)"
        self.fail(node, f"{role} is {type_} and cannot take {value.type}", hint)

    def to_float(self, value: Value) -> Value:
        """A number as float."""
        if value.type == FLOAT:
            return value
        if value.text.lstrip("-").isdigit():
            return Value(FLOAT, float_text(float(int(value.text))))
        return Value(FLOAT, self.blocks.value(f"sitofp i64 {value.text} to double"))

    def pair(self, a: ast.expr, b: ast.expr) -> tuple[Value, Value]:
        """Two numbers, both float where one is."""
        left, right = self.number(a), self.number(b)
        if left.type != right.type:
            return self.to_float(left), self.to_float(right)
        return left, right

    def load(self, place: Place) -> Value:
        """Reads memory."""
        text = self.blocks.value(f"load {place.type.memory}, ptr {place.pointer}{place.tags}")
        if place.type == BOOL:
            text = self.blocks.value(f"icmp ne i8 {text}, 0")
        if place.type == BYTE:
            return Value(INT, self.blocks.value(f"zext i8 {text} to i64"))
        return Value(place.type, text)

    def store(self, place: Place, value: Value) -> None:
        """Writes memory; the types agree already."""
        text = value.text
        if value.type == BOOL:
            text = self.blocks.value(f"zext i1 {text} to i8")
        if place.type == BYTE:
            text = self.blocks.value(f"trunc i64 {text} to i8")
        self.blocks.run(f"store {place.type.memory} {text}, ptr {place.pointer}{place.tags}")

    def _constant(self, node: ast.Constant) -> Value:
        return self._constant_value(node, node.value)

    def _constant_value(self, node: ast.expr, value: object) -> Value:
        if isinstance(value, bool):
            return Value(BOOL, "true" if value else "false")
        if isinstance(value, int):
            if not -(2**63) <= value < 2**63:
                self.fail(node, f"{value} does not fit into 64 bits")
            return Value(INT, str(int(value)))
        if isinstance(value, float):
            return Value(FLOAT, float_text(value))
        self.fail(node, f"`{ast.unparse(node)}` is no value of the kernel language")

    def _name(self, node: ast.Name) -> Value:
        name = node.id
        if name in self.local:
            if name not in self.assigned:
                self.fail(node, f"{name!r} may be read before it has a value", "assign it on every way to this line")
            return self.load(self.places[name]) if name in self.places else self.arguments[name]
        known, value = self.function.static(node)
        if not known:
            legal = [*self.local, *(key for key in self.function.namespace if not key.startswith("_"))]
            self.fail(node, f"unknown name {name!r}", unknown_name_hint(name, legal))
        return self._constant_value(node, value)

    # Memory -----------------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> Value:
        if not self._roots_in_local(node):
            known, value = self.function.static(node)
            if not known:
                self.fail(node, f"unknown name {ast.unparse(node)!r}")
            return self._constant_value(node, value)
        place = self.member(node)
        return Value(place.type, place.pointer) if place.constant else self.load(place)

    def _roots_in_local(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return not isinstance(node, ast.Name) or node.id in self.local

    def member(self, node: ast.Attribute) -> Place:
        """The place of ``owner.field``; ``constant`` where the value lies there itself and cannot be rebound."""
        owner = self.expression(node.value)
        struct = owner.type.struct
        if struct is None or owner.type.kind is not Kind.REF:
            self.fail(node, f"`{ast.unparse(node.value)}` is {owner.type} and has no fields")
        for index, field in enumerate(struct.__fields__):
            if field.name == node.attr:
                name = self.shared.struct(struct)
                at = f"getelementptr inbounds {name}, ptr {owner.text}, i64 0, i32 {index}"
                tags = "" if field.embedded else self.shared.field_tag(struct, field)
                return Place(field.type, self.blocks.value(at), tags, field.embedded)
        legal = [field.name for field in struct.__fields__]
        self.fail(node, f"{struct.__name__} has no field {node.attr!r}", unknown_name_hint(node.attr, legal))

    def _subscript(self, node: ast.Subscript) -> Value:
        place = self.element(node)
        return Value(place.type, place.pointer) if place.constant else self.load(place)

    def element(self, node: ast.Subscript) -> Place:
        """The place of ``pointer[index]``; ``constant`` for ``pointer[k:]`` and for the structs of a table."""
        owner = self.expression(node.value)
        kind = owner.type.kind
        if not owner.type.is_pointer or kind is Kind.REF:
            self.fail(node, f"`{ast.unparse(node.value)}` is {owner.type} and has no elements")
        index: ast.expr | None = node.slice
        moved = isinstance(index, ast.Slice)
        if isinstance(index, ast.Slice):
            if index.upper is not None or index.step is not None or index.lower is None:
                self.fail(node, "of slices only `p[k:]` is known, the pointer moved on by k")
            index = index.lower
        assert index is not None
        if (
            isinstance(index, ast.UnaryOp)
            and isinstance(index.op, ast.USub)
            and isinstance(index.operand, ast.Constant)
        ):
            self.fail(node, "an index does not count from the end")
        at = self.of_type(index, INT, "index")
        item = self.shared.element(owner.type)
        pointer = self.blocks.value(f"getelementptr inbounds {item}, ptr {owner.text}, i64 {at.text}")
        if moved:
            return Place(Type(kind, owner.type.struct), pointer, constant=True)
        if kind is Kind.TABLE:
            return Place(Type(Kind.REF, owner.type.struct), pointer, constant=True)
        tags = self.shared.tag(f"{kind.value}[]", constant=kind is Kind.COLUMNS)
        return Place(ELEMENTS[kind], pointer, tags)

    # Operators --------------------------------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp) -> Value:
        return self.operate(node, node.op, node.left, node.right)

    def operate(self, node: ast.AST, op: ast.operator, a: ast.expr, b: ast.expr) -> Value:
        """``a op b``."""
        if type(op) in _BITS:
            left = self.expression(a)
            if left.type not in (INT, BOOL):
                self.fail(node, f"bits of {left.type}")
            right = self.of_type(b, left.type, "right operand")
            text = self.blocks.value(f"{_BITS[type(op)]} {left.type.ir} {left.text}, {right.text}")
            return Value(left.type, text)
        return self.arithmetic(node, op, *self.pair(a, b))

    def arithmetic(self, node: ast.AST, op: ast.operator, left: Value, right: Value) -> Value:
        """``left op right`` of two numbers of one type."""
        if isinstance(op, ast.Div):
            left, right = self.to_float(left), self.to_float(right)
            return Value(FLOAT, self.blocks.value(f"fdiv double {left.text}, {right.text}"))
        type_ = left.type
        if type(op) in _HELPED:
            symbol = self.shared.helper(f"{_HELPED[type(op)]}.{'f64' if type_ == FLOAT else 'i64'}")
            call = f"call {type_.ir} {symbol}({type_.ir} {left.text}, {type_.ir} {right.text})"
            return Value(type_, self.blocks.value(call))
        name = _ARITHMETIC.get(type(op))
        if name is None:
            self.fail(node, f"operator {type(op).__name__} is outside the kernel language")
        prefix = "f" if type_ == FLOAT else ""
        return Value(type_, self.blocks.value(f"{prefix}{name} {type_.ir} {left.text}, {right.text}"))

    def _unary(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            value = self.of_type(node.operand, BOOL, "operand of not")
            return Value(BOOL, self.blocks.value(f"xor i1 {value.text}, true"))
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            found = node.operand.value
            if isinstance(found, int | float) and not isinstance(found, bool):
                return self._constant_value(node, -found)
        value = self.number(node.operand)
        if isinstance(node.op, ast.UAdd):
            return value
        if not isinstance(node.op, ast.USub):
            self.fail(node, f"operator {type(node.op).__name__} is outside the kernel language")
        if value.type == FLOAT:
            return Value(FLOAT, self.blocks.value(f"fneg double {value.text}"))
        return Value(INT, self.blocks.value(f"sub i64 0, {value.text}"))

    def _compare(self, node: ast.Compare) -> Value:
        if len(node.ops) != 1:
            self.fail(node, "chained comparison is outside the kernel language", "write a < b and b < c")
        op = type(node.ops[0])
        if op not in _INT_TESTS:
            self.fail(node, f"comparison {op.__name__} is outside the kernel language")
        left, right = self.expression(node.left), self.expression(node.comparators[0])
        if left.type == BOOL and right.type == BOOL and op in (ast.Eq, ast.NotEq):
            return Value(BOOL, self.blocks.value(f"icmp {_INT_TESTS[op]} i1 {left.text}, {right.text}"))
        if not left.type.is_number or not right.type.is_number:
            self.fail(node, f"{left.type} and {right.type} cannot be compared")
        if left.type == INT and right.type == INT:
            return Value(BOOL, self.blocks.value(f"icmp {_INT_TESTS[op]} i64 {left.text}, {right.text}"))
        left, right = self.to_float(left), self.to_float(right)
        return Value(BOOL, self.blocks.value(f"fcmp {_FLOAT_TESTS[op]} double {left.text}, {right.text}"))

    def condition(self, node: ast.expr, yes: str, no: str) -> None:
        """Ends the block by going to ``yes`` or ``no``; ``and`` and ``or`` become branches."""
        if isinstance(node, ast.BoolOp):
            for part in node.values[:-1]:
                more = self.blocks.fresh("more")
                if isinstance(node.op, ast.And):
                    self.condition(part, more, no)
                else:
                    self.condition(part, yes, more)
                self.blocks.start(more)
            self.condition(node.values[-1], yes, no)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.condition(node.operand, no, yes)
        else:
            value = self.of_type(node, BOOL, "condition")
            self.blocks.branch(value.text, yes, no)

    def _bool_op(self, node: ast.BoolOp) -> Value:
        yes, no, end = (self.blocks.fresh(stem) for stem in ("yes", "no", "end"))
        self.condition(node, yes, no)
        self.blocks.start(yes)
        self.blocks.jump(end)
        self.blocks.start(no)
        self.blocks.jump(end)
        self.blocks.start(end)
        return Value(BOOL, self.blocks.value(f"phi i1 [ true, %{yes} ], [ false, %{no} ]"))

    def _choice(self, node: ast.IfExp) -> Value:
        yes, no, end = (self.blocks.fresh(stem) for stem in ("yes", "no", "end"))
        self.condition(node.test, yes, no)
        self.blocks.start(yes)
        first = self.expression(node.body)
        first_lines, first_label = self.blocks.lines, self.blocks.label
        self.blocks.lines = []
        self.blocks.start(no)
        second = self.expression(node.orelse)
        if second.type == FLOAT and first.type == INT:  # converted at the end of its own branch
            second_lines, self.blocks.lines = self.blocks.lines, first_lines
            first = self.to_float(first)
            first_lines, self.blocks.lines = self.blocks.lines, second_lines
        second = self.convert(second, first.type, node.orelse, "other branch")
        second_label = self.blocks.label
        self.blocks.jump(end)
        self.blocks.lines = [*first_lines, f"  br label %{end}", *self.blocks.lines]
        self.blocks.start(end)
        phi = f"phi {first.type.ir} [ {first.text}, %{first_label} ], [ {second.text}, %{second_label} ]"
        return Value(first.type, self.blocks.value(phi))

    # Calls ------------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Value:
        known, target = self.function.static(node.func) if not self._is_local(node.func) else (False, None)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            self.fail(node, "arguments are passed by position only")
        if isinstance(target, Function | External):
            return self._call_function(node, target)
        try:
            write = BUILT_IN.get(target) if known else None
        except TypeError:
            write = None
        if write is None:
            self.fail(node, f"`{ast.unparse(node.func)}` is no function that a kernel can call")
        return write(self, node)

    def _is_local(self, node: ast.expr) -> bool:
        return self._roots_in_local(node)

    def _call_function(self, node: ast.Call, target: Function[..., object] | External) -> Value:
        signature = target.signature
        if len(node.args) != len(signature.parameters):
            wanted = ", ".join(f"{name}: {type_}" for name, type_ in signature.parameters)
            self.fail(node, f"{target.name}({wanted}) does not take {len(node.args)} arguments")
        operands = []
        for argument, (name, type_) in zip(node.args, signature.parameters, strict=True):
            value = self.of_type(argument, type_, f"argument {name!r} of {target.name}")
            operands.append(f"{type_.passed} {value.text}")
        returns = signature.returns
        call = f"call {returns.returned} @{self.shared.symbol(target)}({', '.join(operands)})"
        if returns == NONE:
            self.blocks.run(call)
            return Value(NONE, "")
        return Value(returns, self.blocks.value(call))


_EXPRESSIONS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: Expressions._constant,
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Subscript: Expressions._subscript,
    ast.BinOp: Expressions._binary,
    ast.UnaryOp: Expressions._unary,
    ast.Compare: Expressions._compare,
    ast.BoolOp: Expressions._bool_op,
    ast.IfExp: Expressions._choice,
    ast.Call: Expressions._call,
}
