"""Expressions of a script as values: names, history, lazy operators, choices."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import variables
from pinewright.pine.compiler.body import Branch
from pinewright.pine.compiler.frames import Cell, Frame
from pinewright.pine.compiler.graph import NA_CONST, VOID_CONST, Code, Const, Items, Node, Value, is_shareable
from pinewright.pine.compiler.idle import NEVER, both, either, widened
from pinewright.pine.compiler.values import Values
from pinewright.pine.types import Kind

_BAR_NAMES = frozenset("open high low close volume hl2 hlc3 ohlc4 hlcc4 time time_close".split())
_SYMBOL = {"syminfo.mintick": "mintick", "syminfo.pointvalue": "point_value"}
_CLOCK_NAMES = frozenset("year month weekofyear dayofmonth dayofweek hour minute second".split())
BROKER = {
    "strategy.position_size": "b.position_size",
    "strategy.position_avg_price": "b.position_avg_price",
    "strategy.equity": "broker_equity(b, view, i)",
    "strategy.openprofit": "broker_openprofit(b, view, i)",
    "strategy.initial_capital": "b.initial_capital",
    "strategy.netprofit": "b.netprofit",
    "strategy.grossprofit": "b.grossprofit",
    "strategy.grossloss": "b.grossloss",
    **{
        f"strategy.{name}": f"(b.{name} * 1.0)"
        for name in ("opentrades", "closedtrades", "wintrades", "losstrades", "eventrades")
    },
}
"""Account variables of Pine and how the step reads them."""
_BAR_STATES = {f"barstate.{name}": name for name in ("isfirst", "isconfirmed", "ishistory", "isrealtime")}
COMPILED_VARIABLES = frozenset(
    [*_BAR_NAMES, *_CLOCK_NAMES, *_SYMBOL, *BROKER, *_BAR_STATES, "bar_index", "ta.tr", "na"]
)
"""Built-in variables that the compiler reads; constants come on top."""


class Expressions(Values, ABC):
    """Second layer of the lowering. ``frame`` is the execution being written, ``globals`` that of the script."""

    frame: Frame
    globals: Frame
    conditional: bool
    """Whether the text stands in a block that does not run on every bar."""
    in_prelude: bool
    account_logs: dict[int, tuple[Node, int]]
    """Values that read the account and whose history is wanted, by id, with the buffers of their logs."""

    @abstractmethod
    def call(self, node: s.Call) -> Value:
        """The value of a call."""

    @abstractmethod
    def prelude_call(self, name: str, values: list[Value]) -> Value:
        """The value of a function of prelude.pine."""

    @abstractmethod
    def block(self, block: s.Block, sliced: bool) -> Value:
        """The statements of a block in a scope of their own; the value of the last."""

    def expression(self, node: s.Expression) -> Value:
        match node:
            case s.Literal():
                number = node.kind in (s.LiteralKind.INT, s.LiteralKind.FLOAT)
                return Const(float(node.value) if number else node.value, Kind(node.kind.value))
            case s.Parenthesis():
                return self.expression(node.value)
            case s.Name() | s.Member():
                return self._name(node)
            case s.Call():
                return self.call(node)
            case s.Index():
                return self._index(node)
            case s.Unary():
                value = self.expression(node.operand)
                if node.operator == "not":
                    return self.operate("not", Kind.BOOL, self.truth(value))
                return value if node.operator == "+" else self.operate("neg", value.kind, value)
            case s.Binary(operator="and" | "or"):
                return self._logical(node)
            case s.Binary():
                return self.binary(node.operator, self.expression(node.left), self.expression(node.right))
            case s.Ternary():
                return self._choice(node.condition, node.then, node.otherwise)
            case s.Tuple():
                return Items(tuple(self.expression(item) for item in node.items))
            case s.If():
                return self._choice(node.condition, node.then, node.otherwise)
            case s.Switch():
                subject = self.expression(node.subject) if node.subject is not None else None
                return self._choice_of(node.cases, subject)
        raise self.unsupported(f"`{type(node).__name__.lower()}`", node.span)

    def _name(self, node: s.Name | s.Member) -> Value:
        name = dotted_name(node) or ""
        found = self.frame.find(name)
        if found is None and not self.in_prelude:
            found = self.globals.scopes[0].get(name)  # not what a block around the call has under that name
        if isinstance(found, Cell):
            return Code(found.text, found.kind)
        if found is not None:
            return found
        return self.builtin(name, node)

    def builtin(self, name: str, node: s.Expression) -> Value:
        if name in _BAR_NAMES:
            kind = Kind.INT if name.startswith("time") else Kind.FLOAT
            return self.graph.node("bar", (Const(name, Kind.STRING),), kind)
        if name in _CLOCK_NAMES:
            return self.clock(name, "")
        if name in BROKER:
            kind = Kind.INT if name.endswith("trades") else Kind.FLOAT
            return self.graph.node("broker", (Const(BROKER[name], Kind.STRING),), kind)
        if name == "bar_index":
            return self.graph.node("bar_index", (), Kind.INT)
        if name in _SYMBOL:
            field_name = _SYMBOL[name]
            return self.graph.node("symbol", (Const(field_name, Kind.STRING),), Kind.FLOAT)
        if name == "ta.tr":
            return self.prelude_call("tr", [Const(False, Kind.BOOL)])
        if name == "na":
            return NA_CONST
        if name.startswith("barstate."):
            if name not in _BAR_STATES:
                raise self.unsupported(f"`{name}`", node.span)
            flag = _BAR_STATES[name]
            first = self.binary("==", self.graph.node("bar_index", (), Kind.INT), Const(0.0, Kind.INT))
            flags = {"isfirst": first, "isconfirmed": Const(True, Kind.BOOL), "ishistory": Const(True, Kind.BOOL)}
            return flags.get(flag, Const(False, Kind.BOOL))
        variable = variables(6 if self.in_prelude else self.version).get(name)
        if variable is not None and variable.value is not None:
            # Words such as strategy.long are compared by their names, whatever type Pine gives them.
            kind = Kind.STRING if variable.type.kind is Kind.OBJECT else variable.type.kind
            return Const(variable.value, kind)
        raise self.unsupported(f"`{name}`", node.span)

    def clock(self, part: str, zone: str) -> Node:
        return self.graph.node("clock", (Const(part, Kind.STRING), Const(zone, Kind.STRING)), Kind.INT)

    def _index(self, node: s.Index) -> Value:
        offset = self.expression(node.offset)
        name = node.value.name if isinstance(node.value, s.Name) else None
        found = self.frame.find(name) if name else None
        if found is None and name and not self.in_prelude:
            found = self.globals.scopes[0].get(name)
            if isinstance(found, Cell | Code) and self.frame is not self.globals:
                raise self.unsupported(f"the history of the global `{name}` in a function", node.span)
        value = found if isinstance(found, Cell) else self.expression(node.value)
        now = isinstance(offset, Const) and offset.value == 0.0
        if now and not isinstance(value, Cell):
            return value
        if isinstance(value, Cell):
            return self._logged(value, offset)
        if isinstance(value, Items):
            raise self.unsupported("the history of a tuple", node.span)
        if isinstance(value, Code) or (self.conditional and dotted_name(node.value) is None):
            return self._evaluated_before(value, offset)
        if isinstance(value, Const):
            return self._constant_before(value, offset)
        if value.live:
            return self._account_before(value, offset)
        if is_shareable(offset):
            return self.graph.node("history", (value, offset), value.kind)
        past = self.columns.past(value, self.text(offset), self.body)
        return Code(self.body.local(past), value.kind)

    def _evaluated_before(self, value: Node | Code | Const, offset: Value) -> Value:
        """History of an expression that is not evaluated on every bar: it goes back by evaluations."""
        buffer, count = self.body.buffer(), f"s[{self.body.slot()}]"
        self.body.line(f"h[{buffer}][int({count})] = {self.number(value)}")
        self.body.line(f"{count} = {count} + 1.0")
        return self._remembered(f"pine_logged(h, {buffer}, {count}, {self.text(offset)} + 1.0)", value.kind)

    def _constant_before(self, value: Const, offset: Value) -> Value:
        """The history of a constant: na (or false) before the first bar, as of any other value."""
        if value.kind not in (Kind.BOOL, Kind.INT, Kind.FLOAT):
            return value
        known = self.binary("<=", offset, self.graph.node("bar_index", (), Kind.INT))
        return self.operate("select", value.kind, known, value, self._missing(NA_CONST, value.kind))

    def _account_before(self, node: Node, offset: Value) -> Value:
        """History of what reads the account: by bars wherever the text stands, for the end of every bar writes it."""
        if id(node) not in self.account_logs:
            self.account_logs[id(node)] = (node, self.body.buffer())
        back = self.text(offset)
        past = f"pine_logged(h, {self.account_logs[id(node)][1]}, (i * 1.0), {back})"
        text = past if isinstance(offset, Const) else f"({self.number(node)} if {back} == 0.0 else {past})"
        return self._remembered(text, node.kind)

    def _logged(self, cell: Cell, offset: Value) -> Value:
        if isinstance(offset, Const) and offset.value == 0.0:
            return Code(cell.text, cell.kind)
        if cell.log is None:
            raise self.unsupported("this history", s.NOWHERE)
        if self.frame.function is not None and self.frame.count == "(i * 1.0)":
            self.frame.count = f"s[{self.body.slot()}]"
        back = self.text(offset)
        past = f"pine_logged(h, {cell.log}, {self.frame.count}, {back})"
        now = self.number(Code(cell.text, cell.kind))
        text = past if isinstance(offset, Const) else f"({now} if {back} == 0.0 else {past})"
        return self._remembered(text, cell.kind)

    def _remembered(self, text: str, kind: Kind) -> Code:
        return Code(self.body.local(f"{text} == 1.0" if kind is Kind.BOOL else text), kind)

    def write_logs(self, frame: Frame) -> None:
        """At the end of an execution: each remembered variable's value goes into its log."""
        if frame is self.globals:
            for node, buffer in self.account_logs.values():
                self.body.line(f"h[{buffer}][i] = {self.number(node)}")
        for cell in frame.logged:
            self.body.line(f"h[{cell.log}][int({frame.count})] = {self.number(Code(cell.text, cell.kind))}")
        if frame.logged and frame.function is not None:
            if frame.count == "(i * 1.0)":
                return
            self.body.line(f"{frame.count} = {frame.count} + 1.0")

    def _logical(self, node: s.Binary) -> Value:
        left = self.truth(self.expression(node.left))
        if self.version < 6 and not self.in_prelude:
            # v5 evaluates both sides always: calls on the right advance whatever the left says.
            return self.operate(node.operator, Kind.BOOL, left, self.truth(self.expression(node.right)))
        outer = self.conditional
        self.conditional = outer or not self.in_prelude
        with self.body.captured() as lines:
            right = self.truth(self.expression(node.right))
            settled = right if isinstance(right, Node | Const) else Code(self.text(right), Kind.BOOL)
        self.conditional = outer
        if not lines:
            return self.operate(node.operator, Kind.BOOL, left, settled)
        result = self.body.local(self.text(left))
        with self.body.block(f"if {result}:" if node.operator == "and" else f"if not {result}:"):
            self.body.lines += lines
            self.body.line(f"{result} = {settled.text if isinstance(settled, Code) else self.text(settled)}")
        return Code(result, Kind.BOOL)

    def _choice(
        self, condition: s.Expression, then: s.Expression | s.Block, otherwise: s.Expression | s.Block | None
    ) -> Value:
        """``if`` and ``?:``; as a value the branch that is taken, na (v6: false for bools) without an else."""
        test = self.truth(self.expression(condition))
        if isinstance(test, Const) and isinstance(then, s.Expression) and isinstance(otherwise, s.Expression):
            return self.expression(then if test.value else otherwise)
        first = self._branch(lambda: self._taken(then))
        second = Branch(VOID_CONST, [], NEVER)
        if otherwise is not None:
            second = self._branch(lambda: self._taken(otherwise))
        return self._join(test, first, second)

    def _taken(self, branch: s.Expression | s.Block) -> Value:
        if isinstance(branch, s.Block):
            return self.block(branch, sliced=self.frame is self.globals)
        return self.expression(branch)

    def _branch(self, write: Callable[[], Value]) -> Branch:
        """What ``write`` writes, kept apart."""
        body, outer, before = self.body, self.conditional, self.body.effect
        self.conditional, body.effect = True, NEVER
        with body.captured() as lines:
            value = write()
        branch = Branch(value, lines, body.effect)
        self.conditional, body.effect = outer, before
        return branch

    def _join(self, test: Value, first: Branch, second: Branch) -> Value:
        kind = _common_kind(first.value.kind, second.value.kind)
        has_tuple = isinstance(first.value, Items) or isinstance(second.value, Items)
        wants_value = kind not in (Kind.VOID, Kind.NA) and not has_tuple
        if not first.lines and not second.lines and wants_value:
            values = [self._missing(branch.value, kind) for branch in (first, second)]
            return self.operate("select", kind, test, *values)
        if kind is Kind.NA and not first.lines and not second.lines:
            return NA_CONST
        if isinstance(first.value, Items) and isinstance(second.value, Items):
            raise self.unsupported("tuples from branches", s.NOWHERE)
        result = self.body.local("False" if kind is Kind.BOOL else "math.nan") if wants_value else ""
        if not first.lines and not second.lines and not wants_value:
            return VOID_CONST
        with self.body.block(f"if {self.text(test)}:"):
            self._place(first, result, kind)
        if second.lines or result:
            with self.body.block("else:"):
                self._place(second, result, kind)
        inside = both(self.graph, widened(self.graph, test, self.columns.cost), first.effect)
        self.body.effect = either(self.graph, self.body.effect, either(self.graph, inside, second.effect))
        return Code(result, kind) if result else VOID_CONST

    def _place(self, branch: Branch, result: str, kind: Kind) -> None:
        self.body.lines += branch.lines
        if result:
            self.body.line(f"{result} = {self.text(self._missing(branch.value, kind))}")

    def _missing(self, value: Value, kind: Kind) -> Value:
        """The value of a branch in the kind of the whole: nothing is na, and false for a bool."""
        if value.kind in (Kind.VOID, Kind.NA):
            return Const(False, Kind.BOOL) if kind is Kind.BOOL else Const(math.nan, kind)
        return self.typed(value, kind)

    def _choice_of(self, cases: tuple[s.Case, ...], subject: Value | None) -> Value:
        """``switch`` as a chain of choices, last case first."""
        if not cases:
            return VOID_CONST
        case = cases[0]
        if case.condition is None:
            return self.block(case.body, sliced=self.frame is self.globals)
        given = self.expression(case.condition)
        test = self.truth(given) if subject is None else self.binary("==", subject, given)
        first = self._branch(lambda: self._taken(case.body))
        rest = self._branch(lambda: self._choice_of(cases[1:], subject))
        return self._join(test, first, rest)


def _common_kind(left: Kind, right: Kind) -> Kind:
    """The kind of a value that is one or the other; VOID where one of them gives nothing but the other is no value."""
    if left is right:
        return left
    kinds = {left, right}
    for absorbed in (Kind.VOID, Kind.NA):
        if absorbed in kinds:
            (kind,) = kinds - {absorbed}
            return kind
    return Kind.FLOAT if kinds == {Kind.INT, Kind.FLOAT} else Kind.VOID
