"""Operations over values: folded where all is known, nodes where all is pure, else lines of the step."""

from __future__ import annotations

import math

from pinewright.pine import syntax as s
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.columns import Columns, operation
from pinewright.pine.compiler.graph import STRUCTURED, Code, Const, Graph, Items, Node, Value
from pinewright.pine.compiler.market import joined
from pinewright.pine.compiler.unsupported import NotCompiledError
from pinewright.pine.diagnostics import Diagnostic, frame
from pinewright.pine.types import Kind, Type
from pinewright.program import StrategySettings

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_EQUALITY = {"==": True, "!=": False}
_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod"}


class Values:
    """First layer of the lowering: what an operator makes of values, and how a value is spelled in the body."""

    graph: Graph
    columns: Columns
    body: Body

    def __init__(self, tree: s.Script, source: str):
        self.version = tree.version or 6
        self.source = source
        self.currency = ""
        self.settings = StrategySettings()
        """The account's, where ``strategy()`` names one."""
        self.strings: list[str] = []
        self.warnings: list[str] = []
        self.place = s.NOWHERE
        """Span of the script's own statement that is being written: where a finding without a place points."""

    def binary(self, operator: str, left: Value, right: Value) -> Value:
        both_int = left.kind is Kind.INT and right.kind is Kind.INT
        if operator in _COMPARISONS:
            return self._compare(operator, left, right, both_int)
        if Kind.STRING in (left.kind, right.kind):
            return self._joined(left, right)
        kind = Kind.INT if both_int and operator != "/" else Kind.FLOAT
        if isinstance(left, Const) and isinstance(right, Const):
            kind = Kind.INT if both_int and self.version < 6 else kind
            return Const(self._folded(operator, float(left.value), float(right.value), both_int), kind)
        return self.operate(_ARITHMETIC[operator], kind, left, right)

    def _joined(self, left: Value, right: Value) -> Value:
        """Two texts as one."""
        if isinstance(left, Const) and isinstance(right, Const):
            if isinstance(left.value, str) and isinstance(right.value, str):
                return Const(left.value + right.value, Kind.STRING)
            return Const(math.nan, Kind.STRING)
        found = joined(self.graph, left, right)
        if found is not None:
            return found
        self.body.at(self.place.line)
        return Code(self.body.local(f"str_concat(m, {self.text(left)}, {self.text(right)})"), Kind.STRING)

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
        if Kind.NA in kinds:
            return Const(False, Kind.BOOL)
        if kinds == {Kind.BOOL}:
            return self.operate(f"bool{operator}", Kind.BOOL, left, right)
        if Kind.BOOL in kinds:  # before v6 a bool is a number
            left, right = (self.counted(value) for value in (left, right))
        known = [value.value for value in (left, right) if isinstance(value, Const) and isinstance(value.value, str)]
        if len(known) == 2 and operator in _EQUALITY:
            return Const((known[0] == known[1]) is _EQUALITY[operator], Kind.BOOL)
        exact = both_int or kinds <= {Kind.STRING, Kind.ENUM, Kind.COLOR, Kind.OBJECT}
        return self.operate(f"int{operator}" if exact else operator, Kind.BOOL, left, right)

    def truth(self, value: Value) -> Value:
        """A value as a bool: v5 takes numbers, 0 and na being false."""
        if value.kind is Kind.BOOL:
            return value
        if isinstance(value, Const):
            number = float(value.value) if value.kind is not Kind.STRING else 1.0
            return Const(number != 0.0 and not math.isnan(number), Kind.BOOL)
        return self.operate("truth", Kind.BOOL, value)

    def counted(self, value: Value) -> Value:
        """A bool as a number, 1 or 0; anything else as it is."""
        return self.operate("number", Kind.FLOAT, value) if value.kind is Kind.BOOL else value

    def typed(self, value: Value, kind: Kind | None) -> Value:
        """A value in the kind of the variable that takes it: na is of any kind, a quotient is cut to an int."""
        if kind is None or value.kind is kind or isinstance(value, Items):
            return value
        if kind is Kind.BOOL:
            return self.truth(value)
        if isinstance(value, Const):
            cut = kind is Kind.INT and isinstance(value.value, float) and math.isfinite(value.value)
            return Const(float(math.trunc(float(value.value))) if cut else value.value, kind)
        if kind is Kind.INT and value.kind is Kind.FLOAT:
            return self.operate("int", kind, value)
        if isinstance(value, Code):
            return Code(value.text, kind)
        return value

    def cast(self, value: Value, wanted: Type | None) -> Value:
        """A value in the written type of the variable, parameter or field that takes it."""
        if wanted is None or wanted.kind in (Kind.UNKNOWN, Kind.ANY, Kind.VARIABLE) or isinstance(value, Items):
            return value
        if wanted.kind not in STRUCTURED and wanted.kind is not Kind.ENUM:
            return self.typed(value, wanted.kind)
        if value.kind in (Kind.NA, Kind.VOID):
            return Code("math.nan", wanted.kind, wanted)
        return Code(value.text, wanted.kind, wanted) if isinstance(value, Code) else value

    def loaded(self, text: str, kind: Kind, type_: Type | None = None) -> Code:
        """What lies in memory under ``text``, a float, as a value of its own: a bool is stored as 0 or 1."""
        return Code(self.body.local(f"{text} == 1.0" if kind is Kind.BOOL else text), kind, type_)

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

    def warn(self, what: str) -> None:
        """Note what a user of the program should know, once."""
        text = f"line {self.place.line}: {what}"
        if text not in self.warnings:
            self.warnings.append(text)

    def unsupported(self, what: str, span: s.Span) -> NotCompiledError:
        """The error that names a construct and its line."""
        place = self.place if span == s.NOWHERE else span
        hint = "it is legal Pine; this version of Pinewright does not compile it yet"
        finding = Diagnostic("PW902", f"Outside the subset: {what}, line {place.line}", place, hint)
        return NotCompiledError(finding, frame(finding, self.source, "script"))
