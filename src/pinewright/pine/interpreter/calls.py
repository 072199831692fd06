"""Calls of an interpreted script: functions of Pine, of the script, methods, new objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import calendar_part
from pinewright.errors import PineUnsupportedError
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import Function, Role, functions
from pinewright.pine.compiler.preluded import CROSSINGS
from pinewright.pine.compiler.timestamps import parse_timestamp
from pinewright.pine.interpreter.account import OrderCommand
from pinewright.pine.interpreter.collections import COLLECTIONS, FROM_END, new_array
from pinewright.pine.interpreter.frames import Memory, Variable
from pinewright.pine.interpreter.objects import Array, Failed, Map, Member, Record
from pinewright.pine.interpreter.series import SERIES
from pinewright.pine.interpreter.structures import Structures
from pinewright.pine.interpreter.texts import TEXTS
from pinewright.pine.interpreter.values import FORMULAS, NA, Value, floating, is_na, number, to_ticks, truth
from pinewright.pine.types import Kind

_ALERTS = ("alert_message", "disable_alert", "alert_profit", "alert_loss", "alert_trailing")
_ORDERS: Final = tuple(
    f"strategy.{name}" for name in ("entry", "order", "exit", "close", "close_all", "cancel", "cancel_all")
)
_PARTS: Final = ("year", "month", "weekofyear", "dayofmonth", "dayofweek", "hour", "minute", "second")
_SPACES = ((Array, "array"), (Map, "map"), (str, "string"))
_KINDS: dict[str, type | tuple[type, ...]] = {
    "int": (int, float),
    "float": (int, float),
    "bool": bool,
    "string": str,
    "array": Array,
    "map": Map,
}


class Calls(Structures):
    """Third layer of the interpreter."""

    def call(self, node: s.Call) -> Value:
        """The value of a call."""
        name = dotted_name(node.function) or ""
        head, _, rest = name.partition(".")
        local = self.frame.find(head) is not None
        if isinstance(node.function, s.Member) and (local or not name):
            return self._method(node, node.function)
        if head in self.record_types and rest == "new":
            return self._new_record(self.record_types[head], node)
        if head in self.record_types and rest == "copy":
            return self._copied(self.expression(node.arguments[0].value), node)
        if name in self.declared:
            given = [(argument.name, argument.value, self.expression(argument.value)) for argument in node.arguments]
            return self._invoke(name, given, node)
        if isinstance(node.function, s.Member) and functions(self.version).find(name) is None and head:
            return self._method(node, node.function)
        return self._of_pine(name, node)

    def _of_pine(self, name: str, node: s.Call) -> Value:
        function = functions(self.version).find(name)
        if function is None or function.role in (Role.DISPLAY, Role.DECLARATION):
            return None
        match function.role:
            case Role.HEAP:
                return self._heap(function, node, node)
            case Role.INPUT:
                return self._input(function, node)
            case Role.ORDER:
                return self._order(function, node)
            case Role.CLOCK if name in _PARTS:
                return self._clock(function, node)
            case Role.PRELUDE if name in SERIES:
                return self._series(function, node)
            case Role.MATH:
                return self._formula(function, node)
            case Role.CLOCK if name == "timestamp" and len(node.arguments) == 1:
                return self._formula(function, node)
        raise PineUnsupportedError(f"`{name}()` is not interpreted, line {node.span.line}")

    def _series(self, function: Function, node: s.Call) -> Value:
        """A function with memory: in a loop each round begins with what the last bar left."""
        arguments = {key: self.expression(value) for key, value in bind(function, node).arguments.items()}
        state = self.frame.states.setdefault(id(node), Memory())
        assert isinstance(state, Memory)
        source = bind(function, node).arguments.get("source")
        of_bool = source is not None and self.version < 6 and self._is_bool(source, arguments["source"])
        if of_bool:
            arguments["source"] = NA if is_na(arguments["source"]) else float(truth(arguments["source"]))
        found = SERIES[function.name](state.at(self.bar, looping=self.loops > 0), self.series.bar(self.bar), arguments)
        if of_bool:
            return self.as_bool(found[0])
        if self.version < 6 and function.name in CROSSINGS and any(map(is_na, arguments.values())):
            return NA
        return found if len(found) > 1 else found[0]

    def _is_bool(self, node: s.Expression, value: Value) -> bool:
        """Whether an expression is a bool, which may be na."""
        return isinstance(value, bool) or (id(node) in self.types and self.types[id(node)].kind is Kind.BOOL)

    # Collections and texts -------------------------------------------------------------------------------------------

    def _heap(self, function: Function, node: s.Call, place: s.Call) -> Value:
        """A function of arrays, maps or texts; ``place`` is where it stands in the script."""
        name = function.name
        bound = bind(function, node)
        given = {key: floating(self.expression(value)) for key, value in bound.arguments.items()}
        try:
            match name:
                case "array.from":
                    items = [*given.values(), *(floating(self.expression(value)) for value in bound.extra)]
                    return Array(items, self.version >= 6 and any(isinstance(item, bool) for item in items))
                case "map.new":
                    return Map(self.version >= 6 and node.template[1].name == "bool")
            if name.startswith("array.new"):
                is_bool = name == "array.new_bool" or (bool(node.template) and node.template[0].name == "bool")
                value = given.get("initial_value", NA)
                filled = self.as_bool(value) if is_bool else value
                return new_array(number(given.get("size", 0.0)), filled, is_bool and self.version >= 6)
            known = COLLECTIONS.get(name) or TEXTS.get(name)
            if known is None:
                raise PineUnsupportedError(f"`{name}()` is not interpreted, line {place.span.line}")
            if name in FROM_END:
                given["from_end"] = self.version >= 6
            found: Value = known(**given)
        except Failed as failure:
            raise self.failed(failure, place) from None
        return found

    def _method(self, node: s.Call, function: s.Member) -> Value:
        """``value.name(...)``."""
        owner = self.expression(function.value)
        if function.name in self.declared and any(self._takes(one, owner) for one in self.declared[function.name]):
            given = [(argument.name, argument.value, self.expression(argument.value)) for argument in node.arguments]
            return self._invoke(function.name, [(None, function.value, owner), *given], node)
        kind = self.types[id(function.value)].kind
        if kind is Kind.UDT and function.name == "copy":
            return self._copied(owner, node)
        space = next((space for kind_, space in _SPACES if isinstance(owner, kind_)), str(kind.value))
        known = functions(self.version).find(f"{space}.{function.name}")
        if known is None:
            raise PineUnsupportedError(f"the method `{function.name}` is not interpreted, line {node.span.line}")
        receiver = Known(owner)
        return self._heap(known, s.Call(node.function, (s.Argument(receiver), *node.arguments)), node)

    # Objects ---------------------------------------------------------------------------------------------------------

    def _new_record(self, declared: s.TypeDeclaration, node: s.Call) -> Value:
        names = [field.name for field in declared.fields]
        given = {a.name or names[k]: self.expression(a.value) for k, a in enumerate(node.arguments)}
        made: dict[str, Value] = {}
        for field in declared.fields:
            value: Value = given.get(field.name, NA)
            if field.name not in given and field.default is not None:
                value = self.expression(field.default)
            made[field.name] = self.typed(floating(value), field.type)
        return Record(declared.name, made)

    def _copied(self, value: Value, node: s.Call) -> Value:
        record = self.record(value, node)
        return Record(record.type_name, dict(record.fields))

    def _formula(self, function: Function, node: s.Call) -> Value:
        bound = bind(function, node)
        given = [self.expression(value) for value in (*bound.arguments.values(), *bound.extra)]
        match function.name:
            case "timestamp":
                return float(parse_timestamp(str(given[0]), PineUnsupportedError).value)
            case "na":
                return given[0] is None or is_na(given[0])
            case "nz":
                return (given[1] if len(given) > 1 else 0.0) if is_na(given[0]) else given[0]
            case "bool":
                return self.as_bool(given[0])
            case "math.round_to_mintick":
                return to_ticks(number(given[0]), self.bars_in.symbol.mintick)
        return FORMULAS[function.name](*(number(value) for value in given))

    def _clock(self, function: Function, node: s.Call) -> Value:
        zone = bind(function, node).arguments.get("timezone")
        time = self.expression(bind(function, node).arguments["time"])
        place = str(self.expression(zone)) if zone is not None else self.timezone
        if is_na(time):
            return NA
        return float(calendar_part(np.array([int(number(time))]), function.name, place)[0])

    def _input(self, function: Function, node: s.Call) -> Value:
        arguments = bind(function, node).arguments
        name = self.called_for.get(id(node), "")
        if name in self.inputs:
            chosen = self.inputs[name]
            return self.builtin(str(chosen)) if function.name == "input.source" else floating(chosen)
        return floating(self.expression(arguments["defval"]))

    def _order(self, function: Function, node: s.Call) -> Value:
        arguments = bind(function, node).arguments
        if function.name == "runtime.error":
            raise self.failed(Failed("RAISED", str(self.expression(arguments["message"]))), node)
        if function.name not in _ORDERS:
            raise PineUnsupportedError(f"`{function.name}()` is not interpreted, line {node.span.line}")
        given = tuple((k, floating(self.expression(v))) for k, v in arguments.items() if k not in _ALERTS)
        command = OrderCommand(function.name, given)
        self.commands.append(command)
        self.account.order(command, self.bar)
        return NA

    # Functions of the script -----------------------------------------------------------------------------------------

    def _takes(self, function: s.FunctionDeclaration, owner: Value) -> bool:
        """Whether a method is one of this value."""
        kind = function.parameters[0].type if function.method and function.parameters else None
        return kind is not None and self._fits(kind, owner)

    def _fits(self, kind: s.TypeName | None, value: Value) -> bool:
        """Whether a value is of a written type; na is of any."""
        if kind is None or is_na(value):
            return True
        if kind.name in self.record_types:
            return isinstance(value, Record) and value.type_name == kind.name
        if kind.name in self.enums:
            return isinstance(value, Member) and value.name.startswith(kind.name + ".")
        known = _KINDS.get(kind.name)
        if known is None:
            raise PineUnsupportedError(f"a parameter of type `{kind.name}` is not interpreted, line {kind.span.line}")
        return isinstance(value, known) and (kind.name == "bool" or not isinstance(value, bool))

    def _meant(self, name: str, given: list[_Given]) -> s.FunctionDeclaration:
        """The function that a call means: of those above it the first that takes the arguments."""
        candidates = self.declared[name]
        if len(candidates) == 1:
            return candidates[0]
        fitting = []
        for one in candidates:
            names = [parameter.name for parameter in one.parameters]
            known = {key or names[k]: value for k, (key, _, value) in enumerate(given) if key or k < len(names)}
            needed = {parameter.name for parameter in one.parameters if parameter.default is None}
            typed = all(self._fits(p.type, known[p.name]) for p in one.parameters if p.name in known)
            if len(given) <= len(names) and needed <= set(known) <= set(names) and typed:
                fitting.append(one)
        if len(fitting) > 1:
            # int and float are told apart by what the check knows of the arguments.
            kinds = [self.types[id(argument)].kind.value for _, argument, _ in given]
            exact = [
                one
                for one in fitting
                if all(p.type is None or p.type.name == kind for p, kind in zip(one.parameters, kinds, strict=False))
            ]
            fitting = exact or fitting
        return fitting[0]

    def _invoke(self, name: str, arguments: list[_Given], node: s.Call) -> Value:
        """A call of a user function, in the frame of this call site."""
        function = self._meant(name, arguments)
        names = [parameter.name for parameter in function.parameters]
        given = {key or names[k]: value for k, (key, _, value) in enumerate(arguments)}
        bound: dict[str, Variable] = {}
        for parameter in function.parameters:
            value = given.get(parameter.name, NA)
            if parameter.name not in given and parameter.default is not None:
                value = self.expression(parameter.default)
            value = self.typed(value, parameter.type)
            bound[parameter.name] = Variable(value, isinstance(value, bool))
        frame = self.frame.call(id(node), self.script)
        return self.execute(frame, frame.root, function.body.statements, bound)


_Given = tuple[str | None, s.Expression, Value]
"""Name, expression and value of an argument."""


@dataclass(frozen=True)
class Known(s.Expression):
    """Stands for a value that is known already: the owner of a method."""

    value: Value
