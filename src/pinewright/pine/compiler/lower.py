"""From the typed tree to values and generated text: expressions, statements, calls.

Pure expressions become nodes of the graph and are written where they are wanted; everything that depends on orders or on
assigned variables is written into the step, in the script's order. Functions are written out at each call, with state of
their own, as Pine has it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pinewright.errors import PineUnsupportedError
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import Function, Role, functions, variables
from pinewright.pine.compiler import orders
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.columns import WINDOW_SLOTS, Columns, operation, window_text
from pinewright.pine.compiler.graph import NA_CONST, VOID_CONST, Code, Const, Graph, Items, Node, Value, is_shareable
from pinewright.pine.compiler.inputs import Inputs
from pinewright.pine.compiler.slicing import is_order_call, walk
from pinewright.pine.compiler.timestamps import parse_timestamp
from pinewright.pine.diagnostics import Diagnostic, frame
from pinewright.pine.types import Kind

_BAR_NAMES = frozenset("open high low close volume hl2 hlc3 ohlc4 hlcc4 time time_close".split())
_CLOCK_NAMES = frozenset("year month weekofyear dayofmonth dayofweek hour minute second".split())
_SAME_KIND = frozenset({"math.abs", "math.max", "math.min", "math.sign", "nz"})
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod"}
_BROKER = {
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


@dataclass
class Cell:
    """A variable that is assigned to, or whose history is read though it is not pure.

    ``text`` is where it lives; ``log`` the buffer of its values at the end of each execution, if any is read.
    """

    text: str
    kind: Kind
    log: int | None = None


@dataclass
class Frame:
    """One execution of a script or a function: scopes of names, and what its variables need."""

    function: s.FunctionDeclaration | None
    assigned: frozenset[str]
    remembered: frozenset[str]
    scopes: list[dict[str, Value | Cell]] = field(default_factory=lambda: [{}])
    logged: list[Cell] = field(default_factory=list)
    count: str = "(i * 1.0)"
    """How often the frame was executed before: bars for a script, a state slot for a function."""

    def find(self, name: str) -> Value | Cell | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)


class Lowering:
    """Writes one script; ``columns`` and ``inputs`` hold what it needed, ``body`` is the step."""

    def __init__(self, tree: s.Script, source: str, prelude: dict[str, s.FunctionDeclaration], kept: frozenset[int]):
        self.version = tree.version or 6
        self.source = source
        self.tree = tree
        self.prelude = prelude
        self.kept = kept
        self.graph = Graph()
        self.columns = Columns(self.graph, self._inline_node, self.constant)
        self.inputs = Inputs(self.graph)
        self.strings: list[str] = []
        self.declared = {node.name: node for node in tree.statements if isinstance(node, s.FunctionDeclaration)}
        self.body = Body(deps=None)
        self.globals = self._frame(None, tree.statements)
        self.frame = self.globals
        self.conditional = False
        self.in_prelude = False
        self.place = s.NOWHERE
        """Span of the script's own statement that is being written: where a finding without a place points."""
        self._kinds: dict[tuple[object, ...], Value] = {}

    def run(self) -> None:
        """Write the step from the statements that were kept."""
        for statement in self.tree.statements:
            if not isinstance(statement, s.FunctionDeclaration) and id(statement) in self.kept:
                self.statement(statement)
        self._write_logs(self.globals)

    # Statements ------------------------------------------------------------------------------------------------------

    def statement(self, node: s.Statement) -> Value:
        if not self.in_prelude:
            self.place = node.span
        match node:
            case s.Declaration():
                return self._declare(node)
            case s.TupleDeclaration():
                value = self.expression(node.value)
                if not isinstance(value, Items):
                    raise self.unsupported("a tuple from branches", node.span)
                for name, item in zip(node.names, value.items, strict=True):
                    self.frame.scopes[-1][name] = self._settled(name, item)
                return value
            case s.Reassignment():
                return self._reassign(node)
            case s.ExpressionStatement():
                return self.expression(node.value)
        raise self.unsupported(f"`{getattr(node, 'keyword', 'this statement')}`", node.span)

    def _declare(self, node: s.Declaration) -> Value:
        kind = Kind(node.type.name) if node.type is not None and node.type.name in Kind._value2member_map_ else None
        if node.mode is not None:
            cell = self._state_variable(node, kind)
            self.frame.scopes[-1][node.name] = cell
            return Code(cell.text, cell.kind)
        value = self._typed(self.expression(node.value), kind)
        if node.name in self.frame.assigned:
            cell = self._cell(node.name, self.body.local(self.text(value), f"v_{_ascii(node.name)}_"), value.kind)
            self.frame.scopes[-1][node.name] = cell
            return Code(cell.text, cell.kind)
        self.frame.scopes[-1][node.name] = self._settled(node.name, value)
        return value

    def _settled(self, name: str, value: Value) -> Value | Cell:
        """What a name that is never assigned again stands for: code gets a local of its own."""
        if not isinstance(value, Code):
            return value
        copied = Code(self.body.local(value.text, f"v_{_ascii(name)}_"), value.kind)
        return self._cell(name, copied.text, copied.kind) if name in self.frame.remembered else copied

    def _state_variable(self, node: s.Declaration, kind: Kind | None) -> Cell:
        """``var``: a state slot, given its first value when the line runs for the first time."""
        slot = self.body.slot(2)
        outer, self.conditional = self.conditional, True
        with self.body.block(f"if s[{slot + 1}] == 0.0:"):
            value = self._typed(self.expression(node.value), kind)
            self.body.line(f"s[{slot + 1}] = 1.0")
            self.body.line(f"s[{slot}] = {self.number(value)}")
        self.conditional = outer
        text = f"s[{slot}]" if value.kind is not Kind.BOOL else f"(s[{slot}] != 0.0)"
        cell = self._cell(node.name, text, Kind.FLOAT if value.kind is Kind.NA else value.kind)
        return cell

    def _cell(self, name: str, text: str, kind: Kind) -> Cell:
        cell = Cell(text, kind)
        if name in self.frame.remembered:
            if len(self.frame.scopes) > 1:
                raise self.unsupported(f"the history of `{name}`, which is declared in a block", s.NOWHERE)
            cell.log = self.body.buffer()
            self.frame.logged.append(cell)
        return cell

    def _reassign(self, node: s.Reassignment) -> Value:
        name = dotted_name(node.target) or ""
        cell = self.frame.find(name)
        if cell is None and self.frame is not self.globals:
            raise self.unsupported(f"changing the global `{name}` in a function", node.span)
        assert isinstance(cell, Cell)
        value = self.expression(node.value)
        if node.operator != ":=":
            value = self.binary(node.operator[0], Code(cell.text, cell.kind), value)
        value = self._typed(value, cell.kind)
        if cell.text.startswith(("s[", "(s[")):
            self.body.line(f"s[{cell.text.split('[')[1].split(']')[0]}] = {self.number(value)}")
        else:
            self.body.line(f"{cell.text} = {self.text(value)}")
        return Code(cell.text, cell.kind)

    def block(self, block: s.Block, sliced: bool) -> Value:
        """The statements of a block in a scope of their own; the value of the last."""
        self.frame.scopes.append({})
        value: Value = VOID_CONST
        for statement in block.statements:
            if not sliced or id(statement) in self.kept:
                value = self.statement(statement)
        self.frame.scopes.pop()
        return value

    # Expressions -----------------------------------------------------------------------------------------------------

    def expression(self, node: s.Expression) -> Value:
        match node:
            case s.Literal():
                value = float(node.value) if node.kind in (s.LiteralKind.INT, s.LiteralKind.FLOAT) else node.value
                return Const(value, Kind(node.kind.value))
            case s.Parenthesis():
                return self.expression(node.value)
            case s.Name() | s.Member():
                return self._name(node)
            case s.Call():
                return self._call(node)
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
                return self._choice_of(node, node.cases)
        raise self.unsupported(f"`{type(node).__name__.lower()}`", node.span)

    def _name(self, node: s.Name | s.Member) -> Value:
        name = dotted_name(node) or ""
        found = self.frame.find(name)
        if found is None and not self.in_prelude:
            found = self.globals.find(name)
        if isinstance(found, Cell):
            return Code(found.text, found.kind)
        if found is not None:
            return found
        return self._builtin(name, node)

    def _builtin(self, name: str, node: s.Expression) -> Value:
        if name in _BAR_NAMES:
            kind = Kind.INT if name.startswith("time") else Kind.FLOAT
            return self.graph.node("bar", (Const(name, Kind.STRING),), kind)
        if name in _CLOCK_NAMES:
            return self._clock(name, "")
        if name in _BROKER:
            kind = Kind.INT if name.endswith("trades") else Kind.FLOAT
            return self.graph.node("broker", (Const(_BROKER[name], Kind.STRING),), kind)
        if name == "bar_index":
            return self.graph.node("bar_index", (), Kind.INT)
        if name.startswith("syminfo."):
            field_name = {"mintick": "mintick", "pointvalue": "point_value"}[name.split(".")[1]]
            return self.graph.node("symbol", (Const(field_name, Kind.STRING),), Kind.FLOAT)
        if name == "ta.tr":
            return self._prelude_call("tr", [Const(False, Kind.BOOL)])
        if name == "na":
            return NA_CONST
        if name.startswith("barstate."):
            first = self.binary("==", self.graph.node("bar_index", (), Kind.INT), Const(0.0, Kind.INT))
            flags = {"isfirst": first, "isconfirmed": Const(True, Kind.BOOL), "ishistory": Const(True, Kind.BOOL)}
            return flags.get(name.split(".")[1], Const(False, Kind.BOOL))
        variable = variables().get(name)
        if variable is not None and variable.value is not None:
            return Const(variable.value, variable.type.kind)
        raise self.unsupported(f"`{name}`", node.span)

    def _clock(self, part: str, zone: str) -> Node:
        return self.graph.node("clock", (Const(part, Kind.STRING), Const(zone, Kind.STRING)), Kind.INT)

    def _index(self, node: s.Index) -> Value:
        offset = self.expression(node.offset)
        name = node.value.name if isinstance(node.value, s.Name) else None
        found = self.frame.find(name) if name else None
        if found is None and name and not self.in_prelude:
            found = self.globals.find(name)
            if isinstance(found, Cell | Code) and self.frame is not self.globals:
                raise self.unsupported(f"the history of the global `{name}` in a function", node.span)
        value = found if isinstance(found, Cell) else self.expression(node.value)
        if isinstance(value, Const) or (isinstance(offset, Const) and offset.value == 0.0 and not isinstance(value, Cell)):
            return value
        if isinstance(value, Node) and is_shareable(value) and is_shareable(offset):
            return self.graph.node("history", (value, offset), value.kind)
        if isinstance(value, Cell):
            return self._logged(value, offset)
        if isinstance(value, Node | Code) and not self.conditional and self.frame is self.globals:
            buffer = self.body.buffer()
            self.body.line(f"h[{buffer}][i] = {self.number(value)}")
            return self._remembered(f"pine_at(h[{buffer}], i, {self.text(offset)})", value.kind)
        raise self.unsupported("the history of a value that orders have reached, inside a block", node.span)

    def _logged(self, cell: Cell, offset: Value) -> Value:
        if cell.log is None:
            raise self.unsupported("this history", s.NOWHERE)
        if self.frame.function is not None and self.frame.count == "(i * 1.0)":
            self.frame.count = f"s[{self.body.slot()}]"
        back = self.text(offset)
        past = f"pine_logged(h, {cell.log}, {self.frame.count}, {back})"
        now = self.number(Code(cell.text, cell.kind))
        return self._remembered(past if isinstance(offset, Const) else f"({now} if {back} == 0.0 else {past})", cell.kind)

    def _remembered(self, text: str, kind: Kind) -> Code:
        return Code(self.body.local(f"{text} == 1.0" if kind is Kind.BOOL else text), kind)

    def _write_logs(self, frame: Frame) -> None:
        """At the end of an execution: each remembered variable's value goes into its log."""
        for cell in frame.logged:
            self.body.line(f"h[{cell.log}][int({frame.count})] = {self.number(Code(cell.text, cell.kind))}")
        if frame.logged and frame.function is not None:
            if frame.count == "(i * 1.0)":
                return
            self.body.line(f"{frame.count} = {frame.count} + 1.0")

    def _logical(self, node: s.Binary) -> Value:
        left = self.truth(self.expression(node.left))
        outer = self.conditional
        self.conditional = outer or (self.version >= 6 and not self.in_prelude)
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
        first, first_lines = self._branch(then)
        second, second_lines = self._branch(otherwise) if otherwise is not None else (VOID_CONST, [])
        return self._join(test, (first, first_lines), (second, second_lines), isinstance(then, s.Block))

    def _branch(self, branch: s.Expression | s.Block) -> tuple[Value, list[str]]:
        outer, self.conditional = self.conditional, True
        with self.body.captured() as lines:
            if isinstance(branch, s.Block):
                value = self.block(branch, sliced=self.frame is self.globals)
            else:
                value = self.expression(branch)
        self.conditional = outer
        return value, lines

    def _join(
        self, test: Value, first: tuple[Value, list[str]], second: tuple[Value, list[str]], block: bool
    ) -> Value:
        kind = _common_kind(first[0].kind, second[0].kind)
        wants_value = kind not in (Kind.VOID, Kind.NA) and not (isinstance(first[0], Items) or isinstance(second[0], Items))
        if not first[1] and not second[1] and wants_value:
            values = [self._missing(value, kind) for value in (first[0], second[0])]
            return self.operate("select", kind, test, *values)
        if kind is Kind.NA and not first[1] and not second[1]:
            return NA_CONST
        if isinstance(first[0], Items) and isinstance(second[0], Items):
            raise self.unsupported("tuples from branches", s.NOWHERE)
        result = self.body.local("False" if kind is Kind.BOOL else "math.nan") if wants_value else ""
        if not first[1] and not second[1] and not wants_value:
            return VOID_CONST
        with self.body.block(f"if {self.text(test)}:"):
            self._place(first, result, kind)
        if second[1] or result:
            with self.body.block("else:"):
                self._place(second, result, kind)
        return Code(result, kind) if result else VOID_CONST

    def _place(self, branch: tuple[Value, list[str]], result: str, kind: Kind) -> None:
        value, lines = branch
        self.body.lines += lines
        if result:
            self.body.line(f"{result} = {self.text(self._missing(value, kind))}")

    def _missing(self, value: Value, kind: Kind) -> Value:
        """The value of a branch in the kind of the whole: nothing is na, and false for a bool."""
        if value.kind in (Kind.VOID, Kind.NA):
            return Const(False, Kind.BOOL) if kind is Kind.BOOL else Const(math.nan, kind)
        return self._typed(value, kind)

    def _choice_of(self, node: s.Switch, cases: tuple[s.Case, ...]) -> Value:
        """``switch`` as a chain of choices, last case first."""
        if not cases:
            return VOID_CONST
        case = cases[0]
        if case.condition is None:
            return self.block(case.body, sliced=self.frame is self.globals)
        given = self.expression(case.condition)
        test = self.truth(given) if node.subject is None else self.binary("==", self.expression(node.subject), given)
        first = self._branch(case.body)
        outer, self.conditional = self.conditional, True
        with self.body.captured() as lines:
            rest = self._choice_of(node, cases[1:])
        self.conditional = outer
        return self._join(test, first, (rest, lines), True)

    # Operations ------------------------------------------------------------------------------------------------------

    def binary(self, operator: str, left: Value, right: Value) -> Value:
        both_int = left.kind is Kind.INT and right.kind is Kind.INT
        if operator in _COMPARISONS:
            return self._compare(operator, left, right, both_int)
        if isinstance(left, Const) and isinstance(right, Const) and Kind.STRING in (left.kind, right.kind):
            return Const(str(left.value) + str(right.value), Kind.STRING)
        if Kind.STRING in (left.kind, right.kind):
            raise self.unsupported("text that is put together while the script runs", s.NOWHERE)
        kind = Kind.INT if both_int and operator != "/" else Kind.FLOAT
        if isinstance(left, Const) and isinstance(right, Const):
            return Const(self._folded(operator, float(left.value), float(right.value), both_int), kind)
        return self.operate(_ARITHMETIC[operator], kind, left, right)

    def _folded(self, operator: str, left: float, right: float, both_int: bool) -> float:
        match operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                value = left / right if right != 0.0 else math.nan
                return float(math.trunc(value)) if both_int and self.version < 6 and not math.isnan(value) else value
        return math.fmod(left, right) if right != 0.0 else math.nan

    def _compare(self, operator: str, left: Value, right: Value, both_int: bool) -> Value:
        kinds = {left.kind, right.kind}
        if kinds == {Kind.BOOL}:
            return self.operate(f"bool{operator}", Kind.BOOL, left, right)
        exact = both_int or kinds == {Kind.STRING}
        return self.operate(f"int{operator}" if exact else operator, Kind.BOOL, left, right)

    def truth(self, value: Value) -> Value:
        """A value as a bool: v5 takes numbers, 0 and na being false."""
        if value.kind is Kind.BOOL:
            return value
        if isinstance(value, Const):
            number = float(value.value) if value.kind is not Kind.STRING else 1.0
            return Const(number != 0.0 and not math.isnan(number), Kind.BOOL)
        return self.operate("truth", Kind.BOOL, value)

    def _typed(self, value: Value, kind: Kind | None) -> Value:
        if kind is None or value.kind is kind or isinstance(value, Items):
            return value
        if kind is Kind.BOOL:
            return self.truth(value)
        if isinstance(value, Const):
            return Const(value.value, kind)
        if isinstance(value, Code):
            return Code(value.text, kind)
        return value

    def operate(self, op: str, kind: Kind, *values: Value) -> Value:
        """An operation: a node where all operands are pure, else a local of the step."""
        if all(isinstance(value, Node | Const) for value in values):
            if op == "neg" and isinstance(values[0], Const):
                return Const(-float(values[0].value), kind)
            return self.graph.node(op, values, kind)
        return Code(self.body.local(operation(op, [self.text(value) for value in values])), kind)

    def text(self, value: Value) -> str:
        """Text of a value where the body stands now."""
        if isinstance(value, Code):
            return value.text
        if isinstance(value, Items):
            raise self.unsupported("a tuple as one value", s.NOWHERE)
        return self.columns.text(value, self.body, nested=True)

    def number(self, value: Value) -> str:
        """Text of a value as a float; bools as 0.0 and 1.0."""
        text = self.text(value)
        return f"(1.0 if {text} else 0.0)" if value.kind is Kind.BOOL else text

    def constant(self, value: Const) -> str:
        """Text of a constant; words by their number."""
        if value.kind is Kind.BOOL:
            return "True" if value.value else "False"
        if isinstance(value.value, str):
            return f"{self.string(value.value)}.0"
        number = float(value.value)
        return repr(number) if math.isfinite(number) else ("math.nan" if math.isnan(number) else "math.inf")

    def string(self, text: str) -> int:
        """Number of a word."""
        if text not in self.strings:
            self.strings.append(text)
        return self.strings.index(text)

    # Calls -----------------------------------------------------------------------------------------------------------

    def _call(self, node: s.Call) -> Value:
        name = dotted_name(node.function) or ""
        if self.in_prelude and name in self.prelude:
            return self._invoke(self.prelude[name], self._arguments(self.prelude[name], node))
        if name in self.declared and not self.in_prelude:
            return self._invoke(self.declared[name], self._arguments(self.declared[name], node))
        function = functions().get(name)
        if function is None or function.role is Role.DISPLAY:
            raise self.unsupported(f"`{name}()` in a value that reaches an order", node.span)
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
        values = [self.expression(value) for value in binding.arguments.values()]
        values += [self.expression(value) for value in binding.extra]
        name = function.name
        if name == "timestamp":
            assert isinstance(values[0], Const)
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
            return self._typed(value, Kind.FLOAT) if name == "float" else value
        return self.operate("int", Kind.INT, value)

    def _fold(self, name: str, values: list[Value], kind: Kind) -> Value:
        result = values[0]
        for value in values[1:]:
            result = self.binary("+", result, value) if name == "math.avg" else self.operate(name, kind, result, value)
        return self.binary("/", result, Const(float(len(values)), Kind.FLOAT)) if name == "math.avg" else result

    def _clock_call(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        time = self.expression(binding.arguments["time"])
        zone = self.expression(binding.arguments["timezone"]) if "timezone" in binding.arguments else Const("", Kind.STRING)
        if time is not self._builtin("time", node) or not isinstance(zone, Const):
            raise self.unsupported(f"`{function.name}()` of a time other than the bar's `time`", node.span)
        return self._clock(function.name, str(zone.value))

    def _input(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        arguments = {key: value for key, value in binding.arguments.items() if key != "options"}
        values = {key: self.expression(value) for key, value in arguments.items()}
        listed = binding.arguments.get("options")
        options = tuple(self.expression(item) for item in listed.items) if isinstance(listed, s.Tuple) else ()
        return self.inputs.declare(function, node, values, options, lambda what: self.unsupported(what, node.span))

    def _order(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        values = {key: self.expression(value) for key, value in binding.arguments.items() if orders.matters(key)}
        self.body.line(orders.order_text(function.name, values, self))
        return VOID_CONST

    def _prelude_builtin(self, function: Function, node: s.Call) -> Value:
        binding = bind(function, node)
        values = [
            self.expression(binding.arguments[p.name]) if p.name in binding.arguments else None for p in function.parameters
        ]
        while values and values[-1] is None:
            values.pop()
        given = [value if value is not None else NA_CONST for value in values]
        return self._prelude_call(function.name.split(".")[1], given)

    def _prelude_call(self, name: str, values: list[Value]) -> Value:
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
            known = Kind._value2member_map_
            kind = Kind(parameter.type.name) if parameter.type is not None and parameter.type.name in known else None
            values.append(self._typed(value, kind))
        return values

    def _window(self, op: str, values: list[Value]) -> Value:
        if all(is_shareable(value) for value in values) and not self.conditional:
            return self.graph.node(op, tuple(values), Kind.FLOAT, stateful=True)
        return Code(self.body.local(window_text(op, self.body, [self.text(value) for value in values])), Kind.FLOAT)

    def _invoke(self, function: s.FunctionDeclaration, values: list[Value]) -> Value:
        """A call of a function written in Pine: expanded, shared as a node, or written out here with its own state."""
        traits = self._traits(function)
        keeps = traits.stateful or traits.remembers
        shareable = all(is_shareable(value) for value in values) and not traits.impure
        pure = all(isinstance(value, Node | Const) for value in values)
        if traits.plain and not traits.orders and (shareable and not self.conditional or pure and not keeps):
            return self._expand(function, values)
        if shareable and not (keeps and self.conditional):
            shape = self._shape(function, values)
            count = len(shape.items) if isinstance(shape, Items) else 1
            nodes = [
                self.graph.node(
                    "call",
                    tuple(values),
                    shape.items[item].kind if isinstance(shape, Items) else shape.kind,
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

    def _inline_node(self, node: Node, body: Body) -> Value:
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
        frame = self._frame(function, function.body.statements)
        for parameter, value in zip(function.parameters, values, strict=True):
            local = isinstance(value, Node) and self.conditional and parameter.name in frame.remembered
            if isinstance(value, Code) or local:
                names[parameter.name] = Cell(self.body.local(self.text(value), f"a_{_ascii(parameter.name)}_"), value.kind)
            else:
                names[parameter.name] = value
        return self._execute(function, names, frame)

    def _execute(
        self, function: s.FunctionDeclaration, names: dict[str, Value] | dict[str, Value | Cell], frame: Frame | None = None
    ) -> Value:
        frame = frame or self._frame(function, function.body.statements)
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
        self._write_logs(frame)
        self.frame = outer
        return value_of

    def _frame(self, function: s.FunctionDeclaration | None, statements: tuple[s.Statement, ...]) -> Frame:
        own = [n for n in statements if not isinstance(n, s.FunctionDeclaration)]
        nodes = [inner for statement in own for inner in walk(statement)]
        assigned = {dotted_name(n.target) or "" for n in nodes if isinstance(n, s.Reassignment)}
        remembered = {n.value.name for n in nodes if isinstance(n, s.Index) and isinstance(n.value, s.Name)}
        return Frame(function, frozenset(assigned), frozenset(remembered))

    def _traits(self, function: s.FunctionDeclaration) -> Traits:
        return traits_of(function, self)

    def unsupported(self, what: str, span: s.Span) -> PineUnsupportedError:
        """The error that names a construct and its line."""
        place = self.place if span == s.NOWHERE else span
        hint = "it is legal Pine; this version of Pinewright does not compile it yet"
        finding = Diagnostic("PW902", f"Outside the subset: {what}, line {place.line}", place, hint)
        return NotCompiled(finding, frame(finding, self.source, "script"))


class NotCompiled(PineUnsupportedError):
    """A construct that reaches an order and is not compiled; ``finding`` points at it."""

    def __init__(self, finding: Diagnostic, shown: str):
        super().__init__(f"{finding.message}\n{shown}")
        self.finding = finding


@dataclass(frozen=True)
class Traits:
    """What a function does besides computing: ``plain`` when it is one expression after another."""

    plain: bool
    stateful: bool
    remembers: bool
    impure: bool
    orders: bool


def traits_of(function: s.FunctionDeclaration, lowering: Lowering) -> Traits:
    """Traits of a function with those of the functions that it calls."""
    plain, stateful, remembers, impure, orders_ = True, False, False, False, False
    own = {p.name for p in function.parameters}
    own |= {n.name for n in walk(function.body) if isinstance(n, s.Declaration)}
    own |= {name for n in walk(function.body) if isinstance(n, s.TupleDeclaration) for name in n.names}
    for node in walk(function.body):
        if isinstance(node, s.Reassignment | s.If | s.Switch) or (isinstance(node, s.Declaration) and node.mode):
            plain = False
        stateful |= isinstance(node, s.Declaration) and node.mode is not None
        remembers |= isinstance(node, s.Index)
        orders_ |= is_order_call(node)
        if isinstance(node, s.Name | s.Member):
            name = dotted_name(node) or ""
            impure |= name in _BROKER
            if name not in own and isinstance(lowering.globals.find(name), Cell | Code):
                impure = True
        if isinstance(node, s.Call):
            name = dotted_name(node.function) or ""
            stateful |= name in WINDOW_SLOTS or name == "window.cross"
            known = functions().get(name)
            inner = lowering.declared.get(name) or lowering.prelude.get(name.removeprefix("ta.").removeprefix("math."))
            if inner is not None and (known is None or known.role is Role.PRELUDE):
                below = traits_of(inner, lowering)
                stateful |= below.stateful
                remembers |= below.remembers
                impure |= below.impure
                orders_ |= below.orders
    return Traits(plain, stateful, remembers, impure or orders_, orders_)


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


def _ascii(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
