"""Calls of functions that the kernel language knows: conversions, min and max, ``math`` and the intrinsics."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from pinewright.machine.kernel import intrinsics
from pinewright.machine.kernel.emit import Value
from pinewright.machine.kernel.intrinsics import MOST_ON_STACK
from pinewright.machine.kernel.types import BOOL, FLOAT, FLOATS, INT, INTS

if TYPE_CHECKING:
    from pinewright.machine.kernel.expressions import Expressions

Writer = Callable[["Expressions", ast.Call], Value]


def _arguments(to: Expressions, node: ast.Call, count: int) -> list[ast.expr]:
    if len(node.args) != count:
        to.fail(node, f"{ast.unparse(node.func)} takes {count} argument{'s' if count > 1 else ''}")
    return node.args


def _intrinsic(name: str, count: int = 1) -> Writer:
    """A function of floats that LLVM knows by name; it becomes an instruction or a call of the C library."""
    types = ", ".join(["double"] * count)

    def write(to: Expressions, node: ast.Call) -> Value:
        values = [to.to_float(to.number(item)) for item in _arguments(to, node, count)]
        to.shared.declare(f"declare double @llvm.{name}.f64({types})")
        operands = ", ".join(f"double {value.text}" for value in values)
        return Value(FLOAT, to.blocks.value(f"call double @llvm.{name}.f64({operands})"))

    return write


def _saturated(to: Expressions, value: str) -> Value:
    to.shared.declare("declare i64 @llvm.fptosi.sat.i64.f64(double)")
    return Value(INT, to.blocks.value(f"call i64 @llvm.fptosi.sat.i64.f64(double {value})"))


def _whole(name: str) -> Writer:
    """Rounds to an int, saturating."""

    def write(to: Expressions, node: ast.Call) -> Value:
        (item,) = _arguments(to, node, 1)
        value = to.number(item)
        if value.type == INT:
            return value
        to.shared.declare(f"declare double @llvm.{name}.f64(double)")
        return _saturated(to, to.blocks.value(f"call double @llvm.{name}.f64(double {value.text})"))

    return write


def _int(to: Expressions, node: ast.Call) -> Value:
    (item,) = _arguments(to, node, 1)
    value = to.expression(item)
    if value.type == INT:
        return value
    if value.type == BOOL:
        return Value(INT, to.blocks.value(f"zext i1 {value.text} to i64"))
    return _saturated(to, to.convert(value, FLOAT, item, "argument of int").text)


def _float(to: Expressions, node: ast.Call) -> Value:
    (item,) = _arguments(to, node, 1)
    value = to.expression(item)
    if value.type == BOOL:
        return Value(FLOAT, to.blocks.value(f"uitofp i1 {value.text} to double"))
    return to.convert(value, FLOAT, item, "argument of float")


def _bool(to: Expressions, node: ast.Call) -> Value:
    (item,) = _arguments(to, node, 1)
    value = to.expression(item)
    if value.type == BOOL:
        return value
    if value.type == INT:
        return Value(BOOL, to.blocks.value(f"icmp ne i64 {value.text}, 0"))
    value = to.convert(value, FLOAT, item, "argument of bool")
    return Value(BOOL, to.blocks.value(f"fcmp une double {value.text}, 0.0"))


def _abs(to: Expressions, node: ast.Call) -> Value:
    (item,) = _arguments(to, node, 1)
    value = to.number(item)
    if value.type == FLOAT:
        to.shared.declare("declare double @llvm.fabs.f64(double)")
        return Value(FLOAT, to.blocks.value(f"call double @llvm.fabs.f64(double {value.text})"))
    to.shared.declare("declare i64 @llvm.abs.i64(i64, i1)")
    return Value(INT, to.blocks.value(f"call i64 @llvm.abs.i64(i64 {value.text}, i1 false)"))


def _extreme(float_test: str, int_test: str) -> Writer:
    def write(to: Expressions, node: ast.Call) -> Value:
        a, b = to.pair(*_arguments(to, node, 2))
        test = f"fcmp {float_test}" if a.type == FLOAT else f"icmp {int_test}"
        second = to.blocks.value(f"{test} {a.type.ir} {b.text}, {a.text}")
        pick = f"select i1 {second}, {a.type.ir} {b.text}, {a.type.ir} {a.text}"
        return Value(a.type, to.blocks.value(pick))

    return write


def _float_argument(to: Expressions, node: ast.Call) -> Value:
    (item,) = _arguments(to, node, 1)
    return to.to_float(to.number(item))


def _is_nan(to: Expressions, node: ast.Call) -> Value:
    value = _float_argument(to, node)
    return Value(BOOL, to.blocks.value(f"fcmp uno double {value.text}, 0.0"))


def _magnitude(test: str) -> Writer:
    """Compares the magnitude with infinity."""

    def write(to: Expressions, node: ast.Call) -> Value:
        value = _float_argument(to, node)
        to.shared.declare("declare double @llvm.fabs.f64(double)")
        size = to.blocks.value(f"call double @llvm.fabs.f64(double {value.text})")
        return Value(BOOL, to.blocks.value(f"fcmp {test} double {size}, 0x7FF0000000000000"))

    return write


def _fmod(to: Expressions, node: ast.Call) -> Value:
    a, b = (to.to_float(to.number(item)) for item in _arguments(to, node, 2))
    return Value(FLOAT, to.blocks.value(f"frem double {a.text}, {b.text}"))


def _length(to: Expressions, node: ast.Call) -> Value:
    (item,) = _arguments(to, node, 1)
    value = to.expression(item)
    if value.type.length is None:
        to.fail(node, f"the length of `{ast.unparse(item)}` is not known", "pass it as a parameter")
    return Value(INT, str(value.type.length))


def _peek(to: Expressions, node: ast.Call) -> Value:
    flags, index = _arguments(to, node, 2)
    owner, at = to.of_type(flags, INTS, "argument of peek"), to.of_type(index, INT, "index")
    pointer = to.blocks.value(f"getelementptr inbounds i64, ptr {owner.text}, i64 {at.text}")
    return Value(INT, to.blocks.value(f"load atomic volatile i64, ptr {pointer} monotonic, align 8"))


def _stack(to: Expressions, node: ast.Call) -> Value:
    (item,) = _arguments(to, node, 1)
    local = isinstance(item, ast.Name) and item.id in to.local
    length = item.value if isinstance(item, ast.Constant) else None if local else to.function.static(item)[1]
    if not (type(length) is int and 0 < length <= MOST_ON_STACK):
        to.fail(node, f"stack takes a literal or a constant of the module from 1 to {MOST_ON_STACK}")
    pointer = to.blocks.slot(f"[{length} x double]")
    for index in range(length):
        place = to.blocks.value(f"getelementptr inbounds double, ptr {pointer}, i64 {index}")
        to.blocks.run(f"store double 0.0, ptr {place}")
    return Value(FLOATS, pointer)


BUILT_IN: dict[object, Writer] = {
    int: _int,
    float: _float,
    bool: _bool,
    abs: _abs,
    len: _length,
    min: _extreme("olt", "slt"),
    max: _extreme("ogt", "sgt"),
    round: _whole("roundeven"),
    math.floor: _whole("floor"),
    math.ceil: _whole("ceil"),
    math.trunc: _whole("trunc"),
    math.isnan: _is_nan,
    math.isinf: _magnitude("oeq"),
    math.isfinite: _magnitude("olt"),
    math.fmod: _fmod,
    math.pow: _intrinsic("pow", 2),
    math.atan2: _intrinsic("atan2", 2),
    math.copysign: _intrinsic("copysign", 2),
    **{
        getattr(math, name): _intrinsic(name)
        for name in ("sqrt", "fabs", "exp", "log", "log10", "log2", "sin", "cos", "tan", "asin", "acos", "atan")
    },
    intrinsics.ffloor: _intrinsic("floor"),
    intrinsics.fceil: _intrinsic("ceil"),
    intrinsics.ftrunc: _intrinsic("trunc"),
    intrinsics.fround: _intrinsic("round"),
    intrinsics.peek: _peek,
    intrinsics.stack: _stack,
}
"""How each known function is written."""
