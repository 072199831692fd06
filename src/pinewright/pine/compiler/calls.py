"""Calls: which function, method or type a call means; built-in formulas, inputs and orders."""

from __future__ import annotations

import math
from abc import abstractmethod

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import Function, Role, functions
from pinewright.pine.compiler import broker, orders
from pinewright.pine.compiler.body import Branch
from pinewright.pine.compiler.clock import clock_call
from pinewright.pine.compiler.drawings import Drawings
from pinewright.pine.compiler.graph import STRUCTURED, VOID_CONST, Code, Const, Items, Node, Value, is_bool, type_of
from pinewright.pine.compiler.idle import NEVER
from pinewright.pine.compiler.inputs import Inputs
from pinewright.pine.compiler.preluded import CROSSINGS, LENGTHS, is_source, prelude_name, required_kind, source_kind
from pinewright.pine.types import Kind, parse_type

_SAME_KIND = frozenset({"math.abs", "math.max", "math.min", "math.sign", "nz"})
_CASTS = frozenset("float int bool string color line label box table linefill".split())


class Calls(Drawings):
    """Tenth layer of the lowering."""

    inputs: Inputs
    imports: frozenset[str]
    """Names under which the script knows libraries."""
    random_calls: int
    """Calls of ``math.random`` so far: without a seed each has a sequence of its own."""

    @abstractmethod
    def request(self, function: Function, node: s.Call) -> Value:
        """The value of a call of ``request.*`` or ``ticker.*``."""

    def call(self, node: s.Call) -> Value:
        name = dotted_name(node.function) or ""
        if self.in_prelude and name in self.prelude:
            return self.invoke(self.prelude[name], self.bound(self.prelude[name], self.given(node)))
        if not self.in_prelude:
            if isinstance(node.function, s.Member):
                return self._member_call(node.function, name, node)
            declared = self.visible(name, node)
            if declared:
                return self.user_call(declared, self.given(node), node)
        return self._builtin_call(name, node)

    def _member_call(self, function: s.Member, name: str, node: s.Call) -> Value:
        """``a.b(…)``: a function of a namespace, of a type or of a library, or a method of the value before the dot."""
        head, _, rest = name.partition(".")
        found, _ = self.lookup(head)
        known = functions(self.version).find(name)
        if known is not None and (found is None or found.kind not in STRUCTURED):
            return self._builtin_call(name, node)
        if found is None and head in self.imports:
            raise self.unsupported(f"`{name}()` of a library", node.span)
        if found is None and head in self.record_types and rest == "new":
            return self.new_record(head, node)
        if found is None and head in self.record_types and rest == "copy":
            return self.copy_record(self.expression(node.arguments[0].value), node)
        owner = self.expression(function.value)
        declared = [one for one in self.visible(function.name, node) if self.takes(one, owner)]
        given = self.given(node, owner)
        if declared:
            return self.user_call(declared, given, node)
        type_ = type_of(owner)
        if type_.kind is Kind.UDT and function.name == "copy":
            return self.copy_record(owner, node)
        space = type_.name if type_.kind is Kind.OBJECT else type_.kind.value
        known = functions(self.version).find(f"{space}.{function.name}")
        if known is None:
            raise self.unsupported(f"the method `{function.name}` of {type_}", node.span)
        write = self.drawing_call if known.role is Role.DISPLAY else self.heap_call
        return write(known, given, node)

    def _builtin_call(self, name: str, node: s.Call) -> Value:
        function = functions(6 if self.in_prelude else self.version).find(name)
        if function is None or function.role is Role.CHECKED:
            raise self.unsupported(f"`{name}()`", node.span)
        match function.role:
            case Role.INPUT:
                return self._input(function, node)
            case Role.ORDER:
                return self._order(function, node)
            case Role.PRELUDE:
                return self._prelude_builtin(function, node)
            case Role.PRIMITIVE:
                return self.window(name, [self.expression(argument.value) for argument in node.arguments])
            case Role.CLOCK:
                return clock_call(self, function, node)
            case Role.ACCOUNT:
                return self._account(function, node)
            case Role.REQUEST:
                return self.request(function, node)
            case Role.HEAP:
                return self.heap_call(function, self.given(node), node)
            case Role.DISPLAY:
                return self.drawing_call(function, None, node)
        return self._math(function, node)

    def _math(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        values = [self.expression(value) for value in binding.arguments.values()]
        values += [self.expression(value) for value in binding.extra]
        name = function.name
        kind = function.returns.kind
        if name in _SAME_KIND:
            kind = Kind.INT if all(value.kind is Kind.INT for value in values) else Kind.FLOAT
        if name in _CASTS:
            return self._cast(name, values[0])
        if name == "nz" and values[0].three:
            other = self.counted(values[1]) if len(values) > 1 else Const(0.0, Kind.FLOAT)
            return self.operate("nz", Kind.FLOAT, values[0], other, three=True)
        if name == "nz" and values[0].kind not in (Kind.INT, Kind.FLOAT, Kind.NA):
            return self._without_na(values)
        if name == "nz" and len(values) == 1:
            values.append(Const(0.0, Kind.INT))
        if name == "math.round" and len(values) == 1:
            values.append(Const(0.0, Kind.INT))
            kind = Kind.INT
        if name == "na" and values[0].kind is Kind.BOOL:
            return Const(False, Kind.BOOL)
        if name in ("math.max", "math.min", "math.avg"):
            return self._mean(values) if name == "math.avg" else self._fold(name, values, kind)
        return self.operate(name, kind, *values)

    def _account(self, function: Function, node: s.Call) -> Value:
        """What is read of the account by a number: the same during one step, as what it holds is."""
        binding = bind(function, node)
        (value,) = (self.expression(argument) for argument in binding.arguments.values())
        text = broker.FUNCTIONS[function.name]
        if isinstance(value, Const | Node):
            return self.graph.node("broker", (Const(text, Kind.STRING), value), function.returns.kind)
        return Code(self.body.local(text.format(self.text(value))), function.returns.kind)

    def _cast(self, name: str, value: Value) -> Value:
        if name == "bool":
            return self.typed(value, Kind.BOOL)
        if name not in ("float", "int"):
            return self.cast(value, parse_type(name))
        if name == "float" or value.kind is Kind.INT:
            return self.typed(value, Kind.FLOAT) if name == "float" else value
        return self.operate("int", Kind.INT, value)

    def _without_na(self, values: list[Value]) -> Value:
        """``nz`` of what is no number: a bool of two values is never na, other values are replaced where they are."""
        kind = values[0].kind
        if kind is Kind.BOOL or len(values) == 1:
            return values[0]
        return self.operate("select", kind, self.operate("na", Kind.BOOL, values[0]), values[1], values[0])

    def _fold(self, name: str, values: list[Value], kind: Kind) -> Value:
        result = values[0]
        for value in values[1:]:
            result = self.operate(name, kind, result, value)
        return result

    def _mean(self, values: list[Value]) -> Value:
        """``math.avg``: from three values on the sum carries its rounding error along (Kahan; PyneCore m569-m576)."""
        count = Const(float(len(values)), Kind.FLOAT)
        total: Value = values[0]
        lost: Value = Const(0.0, Kind.FLOAT)
        if len(values) == 2:
            return self.binary("/", self.binary("+", total, values[1]), count)
        for value in values[1:]:
            step = self.binary("-", value, lost)
            larger = self.binary("+", total, step)
            lost = self.binary("-", self.binary("-", larger, total), step)
            total = larger
        return self.binary("/", self.binary("-", total, lost), count)

    def _input(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        arguments = {key: value for key, value in binding.arguments.items() if key != "options"}
        values = {key: self.expression(value) for key, value in arguments.items()}
        listed = binding.arguments.get("options")
        options = tuple(self.expression(item) for item in listed.items) if isinstance(listed, s.Tuple) else ()
        return self.inputs.declare(function, node, values, options, lambda what: self.unsupported(what, node.span))

    def _order(self, function: Function, node: s.Call) -> Value:
        if function.name == "runtime.error":
            return self.raise_error(self.given(node), node)
        if not orders.is_known(function.name):
            raise self.unsupported(f"`{function.name}()`", node.span)
        values = self._order_arguments(function, node)
        when = values.pop("when", None)

        def place() -> Value:
            self.body.line(orders.order_text(function.name, values, self))
            return VOID_CONST

        if when is None:
            return place()
        return self.join(self.truth(when), self.branch(place), Branch(VOID_CONST, [], NEVER))

    def _order_arguments(self, function: Function, node: s.Call) -> dict[str, Value]:
        """What an order is given by name. Before v6 its condition may stand by place: the second overload."""
        names = [parameter.name for parameter in function.overloads[0].parameters]
        other = [parameter.name for parameter in function.overloads[-1].parameters]
        found: dict[str, Value] = {}
        for place, argument in enumerate(node.arguments):
            name = argument.name or names[place]
            if not orders.matters(name):
                continue
            value = self.expression(argument.value)
            is_condition = value.kind in (Kind.BOOL, Kind.INT, Kind.FLOAT)
            if argument.name is None and is_condition and other[place : place + 1] == ["when"] != [name]:
                names, name = other, "when"
            found[name] = value
        return found

    def _prelude_builtin(self, function: Function, node: s.Call) -> Value:
        given = bind(function, node).arguments
        values: dict[str, Value] = {}
        for parameter in function.parameters:
            if parameter.name in given:
                kind = required_kind(function, parameter.name)
                values[parameter.name] = self._required(self.expression(given[parameter.name]), kind)
        for name in LENGTHS & values.keys():
            self._length(f"`{name}` in `{function.name}()`", values[name], node)
        of_bool = self.three_valued and is_source(function.name) and is_bool(values.get("source", VOID_CONST))
        if of_bool:
            values["source"] = self.with_na(values["source"])
        kind = source_kind(function, values)
        arguments = [values.get(parameter.name) for parameter in function.parameters]
        if function.name == "math.random":
            self.random_calls += 1
            arguments.append(Const(float(self.random_calls), Kind.INT))
        found = self.prelude_call(prelude_name(function.name, kind, values), arguments)
        if of_bool:  # the function of numbers makes 1, 0 or na of it, or their difference
            return self.typed(found, Kind.BOOL)
        if self.three_valued and function.name in CROSSINGS:
            return self.unless_na(found, *values.values())
        if isinstance(found, Items) and function.returns.kind is Kind.ARRAY:
            return self._array_of(found.items, function.returns)
        if kind in (Kind.INT, Kind.COLOR) and found.kind is Kind.FLOAT:
            return self.operate("int", kind, found)
        return found

    def _length(self, what: str, value: Value, node: s.Call) -> None:
        """A length that is used on every bar: TradingView stops where it is below 1, and so no input goes there."""
        if self.conditional or self.in_prelude:
            return
        if isinstance(value, Const) and float(value.value) < 1.0:
            raise self.unsupported(
                f"{float(value.value):g} as {what}, where TradingView stops with an error", node.span
            )
        if isinstance(value, Node) and value.op == "input":
            self.inputs.at_least(value, 1.0)

    def _required(self, value: Value, kind: Kind | None) -> Value:
        """An argument in the only kind that its parameter takes: lengths are cut to whole numbers."""
        if kind is Kind.BOOL:
            return self.truth(value)
        if kind is not Kind.INT or value.kind is not Kind.FLOAT:
            return value
        if isinstance(value, Const):
            number = float(value.value)
            return Const(float(math.trunc(number)) if math.isfinite(number) else number, kind)
        return self.operate("int", kind, value)
