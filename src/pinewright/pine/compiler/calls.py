"""Calls: built-in formulas, inputs, orders, and functions written in Pine, each call with state of its own."""

from __future__ import annotations

from abc import abstractmethod

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import Function, Role, functions
from pinewright.pine.compiler import orders
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.columns import window_text
from pinewright.pine.compiler.expressions import Expressions
from pinewright.pine.compiler.frames import Cell, Frame, frame_of
from pinewright.pine.compiler.graph import NA_CONST, VOID_CONST, Code, Const, Items, Node, Value, is_shareable
from pinewright.pine.compiler.inputs import Inputs
from pinewright.pine.compiler.timestamps import parse_timestamp
from pinewright.pine.compiler.traits import traits_of
from pinewright.pine.types import Kind, scalar_kind

_SAME_KIND = frozenset({"math.abs", "math.max", "math.min", "math.sign", "nz"})


class Calls(Expressions):
    """Third layer of the lowering."""

    inputs: Inputs
    prelude: dict[str, s.FunctionDeclaration]
    declared: dict[str, s.FunctionDeclaration]
    overloaded: frozenset[str]
    """Names that the script declares more than once."""
    _kinds: dict[tuple[object, ...], Value]

    @abstractmethod
    def statement(self, node: s.Statement) -> Value:
        """Write a statement; its value."""

    def call(self, node: s.Call) -> Value:
        name = dotted_name(node.function) or ""
        if not name or node.template:
            raise self.unsupported("methods and templates", node.span)
        if name in self.overloaded and not self.in_prelude:
            raise self.unsupported(f"`{name}()`, which is declared more than once", node.span)
        if self.in_prelude and name in self.prelude:
            return self._invoke(self.prelude[name], self._arguments(self.prelude[name], node))
        if name in self.declared and not self.in_prelude:
            return self._invoke(self.declared[name], self._arguments(self.declared[name], node))
        function = functions(6 if self.in_prelude else self.version).find(name)
        if function is None or function.role in (Role.DISPLAY, Role.CHECKED):
            raise self.unsupported(f"`{name}()`", node.span)
        match function.role:
            case Role.INPUT:
                return self._input(function, node)
            case Role.ORDER:
                return self._order(function, node)
            case Role.PRELUDE:
                return self._prelude_builtin(function, node)
            case Role.PRIMITIVE:
                return self._window(name, [self.expression(argument.value) for argument in node.arguments])
            case Role.CLOCK:
                return self._clock_call(function, node)
        return self._math(function, node)

    def _math(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        if function.name == "timestamp" and "dateString" not in binding.arguments:
            raise self.unsupported("`timestamp()` of year, month and day", node.span)
        values = [self.expression(value) for value in binding.arguments.values()]
        values += [self.expression(value) for value in binding.extra]
        name = function.name
        if name == "timestamp":
            if not isinstance(values[0], Const):
                raise self.unsupported("`timestamp()` of a text that is no literal", node.span)
            return parse_timestamp(str(values[0].value), lambda what: self.unsupported(what, node.span))
        kind = function.returns.kind
        if name in _SAME_KIND:
            kind = Kind.INT if all(value.kind is Kind.INT for value in values) else Kind.FLOAT
        if name in ("float", "int", "bool"):
            return self._cast(name, values[0])
        if name == "nz" and len(values) == 1:
            values.append(Const(0.0, Kind.INT))
        if name == "math.round" and len(values) == 1:
            values.append(Const(0.0, Kind.INT))
            kind = Kind.INT
        if name == "na" and values[0].kind is Kind.BOOL:
            return Const(False, Kind.BOOL)
        if name in ("math.max", "math.min", "math.avg"):
            return self._fold(name, values, kind)
        return self.operate(name, kind, *values)

    def _cast(self, name: str, value: Value) -> Value:
        if name == "bool":
            return self.truth(value)
        if name == "float" or value.kind is Kind.INT:
            return self.typed(value, Kind.FLOAT) if name == "float" else value
        return self.operate("int", Kind.INT, value)

    def _fold(self, name: str, values: list[Value], kind: Kind) -> Value:
        result = values[0]
        for value in values[1:]:
            result = self.binary("+", result, value) if name == "math.avg" else self.operate(name, kind, result, value)
        return self.binary("/", result, Const(float(len(values)), Kind.FLOAT)) if name == "math.avg" else result

    def _clock_call(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        time = self.expression(binding.arguments["time"])
        zone = (
            self.expression(binding.arguments["timezone"])
            if "timezone" in binding.arguments
            else Const("", Kind.STRING)
        )
        if time is not self.builtin("time", node) or not isinstance(zone, Const):
            raise self.unsupported(f"`{function.name}()` of a time other than the bar's `time`", node.span)
        return self.clock(function.name, str(zone.value))

    def _input(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        arguments = {key: value for key, value in binding.arguments.items() if key != "options"}
        values = {key: self.expression(value) for key, value in arguments.items()}
        listed = binding.arguments.get("options")
        options = tuple(self.expression(item) for item in listed.items) if isinstance(listed, s.Tuple) else ()
        return self.inputs.declare(function, node, values, options, lambda what: self.unsupported(what, node.span))

    def _order(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        if not orders.is_known(function.name) or "when" in binding.arguments:
            argument = " with `when`" if "when" in binding.arguments else ""
            raise self.unsupported(f"`{function.name}()`{argument}", node.span)
        values = {key: self.expression(value) for key, value in binding.arguments.items() if orders.matters(key)}
        if "comment" in values and values["comment"].kind in (Kind.BOOL, Kind.INT, Kind.FLOAT):
            raise self.unsupported(f"`{function.name}()` with `when` by its place", node.span)
        self.body.line(orders.order_text(function.name, values, self))
        return VOID_CONST

    def _prelude_builtin(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        values = [
            self.expression(binding.arguments[p.name]) if p.name in binding.arguments else None
            for p in function.parameters
        ]
        while values and values[-1] is None:
            values.pop()
        given = [value if value is not None else NA_CONST for value in values]
        return self.prelude_call(function.name.split(".")[1], given)

    def prelude_call(self, name: str, values: list[Value]) -> Value:
        function = self.prelude[name]
        outer, self.in_prelude = self.in_prelude, True
        try:
            return self._invoke(function, self._with_defaults(function, values))
        finally:
            self.in_prelude = outer

    def _with_defaults(self, function: s.FunctionDeclaration, values: list[Value]) -> list[Value]:
        rest = function.parameters[len(values) :]
        return values + [self.expression(parameter.default) for parameter in rest if parameter.default is not None]

    def _arguments(self, function: s.FunctionDeclaration, node: s.Call) -> list[Value]:
        names = [parameter.name for parameter in function.parameters]
        given: dict[str, Value] = {}
        for place, argument in enumerate(node.arguments):
            given[argument.name or names[place]] = self.expression(argument.value)
        values: list[Value] = []
        for parameter in function.parameters:
            if parameter.name in given:
                value = given[parameter.name]
            else:
                assert parameter.default is not None
                value = self.expression(parameter.default)
            kind = scalar_kind(parameter.type.name) if parameter.type is not None else None
            values.append(self.typed(value, kind))
        return values

    def _window(self, op: str, values: list[Value]) -> Value:
        if all(is_shareable(value) for value in values) and not self.conditional:
            return self.graph.node(op, tuple(values), Kind.FLOAT, stateful=True)
        return Code(self.body.local(window_text(op, self.body, [self.text(value) for value in values])), Kind.FLOAT)

    def _invoke(self, function: s.FunctionDeclaration, values: list[Value]) -> Value:
        """A call of a function written in Pine: expanded, shared as a node, or written out here with its own state."""
        traits = traits_of(function, self)
        keeps = traits.stateful or traits.remembers
        shareable = all(is_shareable(value) for value in values) and not traits.impure
        pure = all(isinstance(value, Node | Const) for value in values)
        if traits.plain and not traits.orders and ((shareable and not self.conditional) or (pure and not keeps)):
            return self._expand(function, values)
        if shareable and not (keeps and self.conditional):
            shape = self._shape(function, values)
            count = len(shape.items) if isinstance(shape, Items) else 1
            nodes = [
                self.graph.node(
                    "call",
                    tuple(values),
                    shape.items[item].kind if isinstance(shape, Items) else shape.kind,
                    own=traits.reads,
                    function=function,
                    item=item,
                    stateful=True,
                )
                for item in range(count)
            ]
            return Items(tuple(nodes)) if isinstance(shape, Items) else nodes[0]
        return self._write_out(function, values)

    def _expand(self, function: s.FunctionDeclaration, values: list[Value]) -> Value:
        return self._execute(function, dict(zip((p.name for p in function.parameters), values, strict=True)))

    def _shape(self, function: s.FunctionDeclaration, values: list[Value]) -> Value:
        """The kind of what a function gives, found by writing it into a body that is thrown away."""
        key = (id(function), *(value.kind for value in values))
        if key not in self._kinds:
            outer, self.body = self.body, Body(deps=frozenset())
            self._kinds[key] = self._write_out(function, values)
            self.body = outer
        return self._kinds[key]

    def inline_node(self, node: Node, body: Body) -> Value:
        """Write a ``call`` node into the body of its column."""
        assert node.function is not None
        saved = self.body, self.conditional, self.in_prelude, self.frame
        self.body, self.conditional = body, False
        self.in_prelude = node.function.name in self.prelude and self.prelude[node.function.name] is node.function
        value = self._write_out(node.function, list(node.args))
        self.body, self.conditional, self.in_prelude, self.frame = saved
        return value.items[node.item] if isinstance(value, Items) else value

    def _write_out(self, function: s.FunctionDeclaration, values: list[Value]) -> Value:
        """A function's statements here, with state of their own."""
        names: dict[str, Value | Cell] = {}
        frame = frame_of(function, function.body.statements)
        for parameter, value in zip(function.parameters, values, strict=True):
            local = isinstance(value, Node | Const) and self.conditional and parameter.name in frame.remembered
            if isinstance(value, Code) or local:
                names[parameter.name] = Cell(
                    self.body.local(self.text(value), f"a_{ascii_name(parameter.name)}_"), value.kind
                )
            else:
                names[parameter.name] = value
        return self._execute(function, names, frame)

    def _execute(
        self,
        function: s.FunctionDeclaration,
        names: dict[str, Value] | dict[str, Value | Cell],
        frame: Frame | None = None,
    ) -> Value:
        frame = frame or frame_of(function, function.body.statements)
        frame.scopes[0].update(names)
        for name, value in frame.scopes[0].items():
            if isinstance(value, Cell) and name in frame.remembered:
                value.log = self.body.buffer()
                frame.logged.append(value)
        outer, self.frame = self.frame, frame
        value_of: Value = VOID_CONST
        for statement in function.body.statements:
            value_of = self.statement(statement)
        if isinstance(value_of, Code) and value_of.text.startswith(("s[", "(s[", "v_")):
            value_of = Code(self.body.local(value_of.text), value_of.kind)
        self.write_logs(frame)
        self.frame = outer
        return value_of


def ascii_name(name: str) -> str:
    """An identifier of the kernel language from a name of Pine."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
