"""Functions written in Pine, of the script and of the prelude: each call is written out with state of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from pinewright.pine import syntax as s
from pinewright.pine.builtins import Parameter, Signature
from pinewright.pine.checker.overloads import Given, choose
from pinewright.pine.compiler.body import Body, ascii_name
from pinewright.pine.compiler.columns import window_text
from pinewright.pine.compiler.expressions import Expressions
from pinewright.pine.compiler.frames import Cell, Frame, Frames
from pinewright.pine.compiler.graph import (
    NA_CONST,
    STRUCTURED,
    VOID_CONST,
    Code,
    Const,
    Items,
    Node,
    Value,
    is_shareable,
    kept_type,
    type_of,
)
from pinewright.pine.compiler.traits import Traits, traits_of
from pinewright.pine.types import VOID, Kind, Type

_ANYTHING = Type(Kind.ANY)
Argument = tuple[s.Argument, Value]


class Functions(Expressions):
    """Seventh layer of the lowering."""

    prelude: dict[str, s.FunctionDeclaration]
    overloads: dict[str, list[s.FunctionDeclaration]]
    """The functions of each name that the script declares."""
    frames: Frames
    path: tuple[s.Call, ...]
    """The calls of the script's functions in which the text stands, the innermost last."""
    called_functions: dict[int, s.FunctionDeclaration]
    """The function that a call, by its id, meant when it was written last."""
    known_traits: dict[int, Traits]
    _shapes: dict[tuple[object, ...], tuple[Value, bool]]
    _signatures: dict[int, Signature]

    @abstractmethod
    def statement(self, node: s.Statement) -> Value:
        """Write a statement; its value."""

    # Which function --------------------------------------------------------------------------------------------------

    def visible(self, name: str, node: s.Call) -> list[s.FunctionDeclaration]:
        """The functions of the script that a call by this name can mean: those above it."""
        above = [one for one in self.overloads.get(name, ()) if one.span.start < node.span.start]
        closed = [one for one in above if one.span.end <= node.span.start]
        return closed or above

    def takes(self, function: s.FunctionDeclaration, owner: Value) -> bool:
        """Whether a method is one of this value."""
        if not function.method or not function.parameters:
            return False
        signature = Signature((self._signature(function).parameters[0],), VOID)
        return not choose([signature], [given_of(s.Argument(s.Name("self")), owner)], self.version).problems

    def user_call(self, candidates: Sequence[s.FunctionDeclaration], given: Sequence[Argument], node: s.Call) -> Value:
        """A call of the first of these functions that takes the arguments."""
        function = candidates[0]
        if len(candidates) > 1:
            signatures = [self._signature(one) for one in candidates]
            match = choose(signatures, [given_of(*one) for one in given], self.version)
            function = next(one for one, known in zip(candidates, signatures, strict=True) if known is match.signature)
        values = self.bound(function, given)
        self.called_functions[id(node)] = function
        self.path = (*self.path, node)
        value = self.invoke(function, values)
        self.path = self.path[:-1]
        return value

    def given(self, node: s.Call, owner: Value | None = None) -> list[Argument]:
        """The arguments of a call; ``owner`` is the value of what stands before the dot of a method."""
        found = [(argument, self.expression(argument.value)) for argument in node.arguments]
        if owner is None:
            return found
        assert isinstance(node.function, s.Member)
        return [(s.Argument(node.function.value, span=node.function.value.span), owner), *found]

    def _signature(self, function: s.FunctionDeclaration) -> Signature:
        if id(function) not in self._signatures:
            parameters = tuple(
                Parameter(one.name, self.written_or_none(one.type) or _ANYTHING, one.default is None)
                for one in function.parameters
            )
            self._signatures[id(function)] = Signature(parameters, VOID)
        return self._signatures[id(function)]

    def bound(self, function: s.FunctionDeclaration, given: Sequence[Argument]) -> list[Value]:
        """The values of a function's parameters for a call with these arguments."""
        names = [parameter.name for parameter in function.parameters]
        known = {argument.name or names[place]: value for place, (argument, value) in enumerate(given)}
        return [
            self.cast(
                known[one.name] if one.name in known else self.default(one),
                self.written_or_none(one.type),
            )
            for one in function.parameters
        ]

    def default(self, parameter: s.Parameter) -> Value:
        """The default of a parameter, whatever the names around the call mean: in the prelude those of the script."""
        if parameter.default is None:
            return NA_CONST
        outer = self.frame
        self.frame = Frame(None, frozenset(), frozenset()) if self.in_prelude else self.globals
        value = self.expression(parameter.default)
        self.frame = outer
        return value

    # The prelude -----------------------------------------------------------------------------------------------------

    def prelude_call(self, name: str, values: Sequence[Value | None]) -> Value:
        function = self.prelude[name]
        padded = [*values, *[None] * (len(function.parameters) - len(values))]
        outer, self.in_prelude = self.in_prelude, True
        try:
            given = [
                self.default(parameter) if value is None else value
                for parameter, value in zip(function.parameters, padded, strict=False)
            ]
            if self.body.loops and not outer:
                return self._once_a_bar(function, given)
            return self.invoke(function, given)
        finally:
            self.in_prelude = outer

    def _once_a_bar(self, function: s.FunctionDeclaration, values: list[Value]) -> Value:
        """A call in a loop: each round begins with the state of the end of the last bar, so that of the values of a bar
        the last one counts."""
        body = self.body
        lines, place, first = body.lines, len(body.lines), body.slots
        value = self.invoke(function, values)
        count = body.slots - first
        if count == 0:
            return value
        mark, copy, k = body.slot(), body.slot(count), body.fresh("k")
        margin = "    " * body.depth
        lines[place:place] = [
            f"{margin}{line}"
            for line in (
                f"if s[{mark}] != i + 1.0:",
                f"    s[{mark}] = i + 1.0",
                f"    for {k} in range({count}):",
                f"        s[{copy} + {k}] = s[{first} + {k}]",
                "else:",
                f"    for {k} in range({count}):",
                f"        s[{first} + {k}] = s[{copy} + {k}]",
            )
        ]
        return value

    def window(self, op: str, values: list[Value]) -> Value:
        """A rolling window of ``runtime``."""
        if op == "window.day":
            return self.graph.node(op, (), Kind.BOOL)
        if all(is_shareable(value) for value in values) and not self.conditional:
            return self.graph.node(op, tuple(values), Kind.FLOAT, stateful=True)
        return Code(self.body.local(window_text(op, self.body, [self.text(value) for value in values])), Kind.FLOAT)

    # Writing a call out ----------------------------------------------------------------------------------------------

    def invoke(self, function: s.FunctionDeclaration, values: list[Value]) -> Value:
        """A call of a function written in Pine: expanded, shared as a node, or written out here with its own state."""
        traits = traits_of(function, self)
        keeps = traits.stateful or traits.remembers
        shareable = all(is_shareable(value) for value in values) and not traits.impure
        pure = all(isinstance(value, Node | Const) for value in values)
        if traits.plain and not traits.orders and ((shareable and not self.conditional) or (pure and not keeps)):
            return self._execute(function, dict(zip((p.name for p in function.parameters), values, strict=True)))
        if shareable and not traits.asks and not (keeps and self.conditional):
            shape, in_step = self._shape(function, values)
            if not in_step:
                return self._nodes(function, values, shape, traits)
        return self._write_out(function, values)

    def _nodes(self, function: s.FunctionDeclaration, values: list[Value], shape: Value, traits: Traits) -> Value:
        """The call as a node for each value that it gives."""
        nodes = [
            self.graph.node(
                "call",
                tuple(values),
                member.kind,
                own=traits.reads,
                function=function,
                item=item,
                stateful=True,
                three=member.three,
            )
            for item, member in enumerate(shape.items if isinstance(shape, Items) else (shape,))
        ]
        return Items(tuple(nodes)) if isinstance(shape, Items) else nodes[0]

    def _shape(self, function: s.FunctionDeclaration, values: list[Value]) -> tuple[Value, bool]:
        """What a function gives, and whether it can be written into the step alone: found in a body thrown away."""
        # Constants decide which branches there are, so that they belong to the shape as the kinds do.
        known = (repr(value.value) if isinstance(value, Const) else "" for value in values)
        key = (id(function), *((value.kind, value.three, text) for value, text in zip(values, known, strict=True)))
        if key not in self._shapes:
            outer, self.body = self.body, Body(deps=frozenset())
            shape = self._write_out(function, values)
            trial, self.body = self.body, outer
            members = shape.items if isinstance(shape, Items) else (shape,)
            unlike = (*STRUCTURED, Kind.VOID, Kind.TUPLE, Kind.ENUM)
            structured = any(member.kind in unlike for member in members)
            self._shapes[key] = shape, trial.uses_heap or trial.uses_loops or structured
        return self._shapes[key]

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
        frame = self.frames.function(function)
        names = [parameter.name for parameter in function.parameters]
        found = {name: self.parameter(frame, name, value) for name, value in zip(names, values, strict=True)}
        return self._execute(function, found, frame)

    def parameter(self, frame: Frame, name: str, value: Value) -> Value | Cell:
        """What a parameter stands for in an execution."""
        local = isinstance(value, Node | Const) and self.conditional and name in frame.remembered
        if not isinstance(value, Code) and not local:
            return value
        target = self.body.local(self.text(value), f"a_{ascii_name(name)}_")
        return Cell(target, value.kind, kept_type(value))

    def _execute(
        self,
        function: s.FunctionDeclaration,
        names: dict[str, Value] | dict[str, Value | Cell],
        frame: Frame | None = None,
    ) -> Value:
        frame = frame or self.frames.function(function)
        outer, self.frame = self.frame, frame
        frame.scopes[0].update(names)
        for name, value in frame.scopes[0].items():
            if isinstance(value, Cell) and name in frame.remembered:
                self.remember(value)
        value_of: Value = VOID_CONST
        for statement in function.body.statements:
            value_of = self.statement(statement) if self.is_kept(statement) else VOID_CONST
        value_of = self._taken_out(value_of)
        self.write_logs(frame)
        self.frame = outer
        return value_of

    def _taken_out(self, value: Value) -> Value:
        """What a function gives, independent of what its variables become at a later call."""
        if isinstance(value, Items):
            return Items(tuple(self._taken_out(item) for item in value.items))
        if isinstance(value, Code) and value.text.startswith(("s[", "(s[", "v_")):
            return Code(self.body.local(value.text), value.kind, value.type)
        return value


def given_of(argument: s.Argument, value: Value) -> Given:
    return Given(type_of(value), argument.value, argument.name, argument.span)
