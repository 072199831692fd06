"""Operations over values: folded where all is known, nodes where all is pure, else lines of the step."""

from __future__ import annotations

import math
from dataclasses import replace

from pinewright.pine import syntax as s
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.columns import Columns, operation
from pinewright.pine.compiler.graph import BOOL_TYPE, STRUCTURED, Code, Const, Graph, Items, Node, Value, may_be_na
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
    in_prelude: bool
    """Whether the text is the prelude's, which is v6, not the script's."""

    def __init__(self, tree: s.Script, source: str):
        self.version = tree.version or 6
        self.source = source
        self.currency = ""
        """The account's, where ``strategy()`` names one."""
        self.settings = StrategySettings()
        self.asks_for_na = False
        """Whether the script asks a bool whether it is na, which it can be before v6."""
        self.strings: list[str] = []
        self.warnings: list[str] = []
        self.place = s.NOWHERE
        """Span of the script's own statement that is being written: where a finding without a place points."""

    @property
    def three_valued(self) -> bool:
        """Whether bools are written with na here."""
        return self.asks_for_na and not self.in_prelude

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
        if Kind.NA in (left.kind, right.kind):
            return Const(math.nan, Kind.FLOAT, three=True) if self.three_valued else Const(False, Kind.BOOL)
        found = self._compared(operator, left, right, both_int)
        return self.unless_na(found, left, right) if self.three_valued else found

    def _compared(self, operator: str, left: Value, right: Value, both_int: bool) -> Value:
        """A comparison that is false where one side is na."""
        kinds = {left.kind, right.kind}
        if kinds == {Kind.BOOL}:
            return self.operate(f"bool{operator}", Kind.BOOL, left, right)
        if Kind.BOOL in kinds:  # before v6 a bool is a number
            left, right = (self.counted(value) for value in (left, right))
        known = [value.value for value in (left, right) if isinstance(value, Const) and isinstance(value.value, str)]
        if len(known) == 2 and operator in _EQUALITY:
            return Const((known[0] == known[1]) is _EQUALITY[operator], Kind.BOOL)
        exact = both_int or kinds <= {Kind.STRING, Kind.ENUM, Kind.COLOR, Kind.OBJECT}
        return self.operate(f"int{operator}" if exact else operator, Kind.BOOL, left, right)

    def unless_na(self, found: Value, *asked: Value) -> Value:
        """A bool, and na where one of the values on which it depends is: as TradingView has it before v6 (PyneCore)."""
        missing: Value | None = None
        for value in filter(may_be_na, asked):
            none = self.operate("na", Kind.BOOL, value)
            missing = none if missing is None else self.operate("or", Kind.BOOL, missing, none)
        if missing is None:
            return found
        whole = self.operate(
            "select", Kind.FLOAT, missing, Const(math.nan, Kind.FLOAT), self.counted(found), three=True
        )
        return self._known(whole, found)

    def with_na(self, value: Value) -> Value:
        """A bool of two values as one of three; anything else as it is."""
        if value.kind is not Kind.BOOL:
            return value
        if isinstance(value, Const):
            return Const(float(value.value), Kind.FLOAT, three=True)
        return self._known(self.operate("number", Kind.FLOAT, value, three=True), value)

    def _known(self, whole: Value, plain: Value) -> Value:
        """A bool of three values, of which is noted whether it is true."""
        if isinstance(whole, Code):
            return replace(whole, plain=self.text(plain))
        self.graph.plain[id(whole)] = plain
        return whole

    def truth(self, value: Value) -> Value:
        """A value as a bool of two values: na is false, and v5 takes numbers, 0 being false."""
        if value.kind is Kind.BOOL:
            return value
        if isinstance(value, Code) and value.plain:
            return Code(value.plain, Kind.BOOL)
        if id(value) in self.graph.plain:
            return self.graph.plain[id(value)]
        if isinstance(value, Const):
            number = float(value.value) if value.kind is not Kind.STRING else 1.0
            return Const(number != 0.0 and not math.isnan(number), Kind.BOOL)
        return self.operate("truth", Kind.BOOL, value)

    def counted(self, value: Value) -> Value:
        """A bool as a number, 1 or 0; anything else as it is."""
        if value.kind is Kind.BOOL and isinstance(value, Const):
            return Const(float(value.value), Kind.FLOAT)
        return self.operate("number", Kind.FLOAT, value) if value.kind is Kind.BOOL else value

    def typed(self, value: Value, kind: Kind | None) -> Value:
        """A value in the kind of the variable that takes it: na is of any kind, a quotient is cut to an int."""
        if kind is None or value.kind is kind or isinstance(value, Items):
            return value
        if kind is Kind.BOOL:
            return self._as_bool(value)
        if isinstance(value, Const):
            cut = kind is Kind.INT and isinstance(value.value, float) and math.isfinite(value.value)
            return Const(float(math.trunc(float(value.value))) if cut else value.value, kind)
        if kind is Kind.INT and value.kind is Kind.FLOAT:
            return self.operate("int", kind, value)
        if isinstance(value, Code):
            return Code(value.text, kind)
        return value

    def _as_bool(self, value: Value) -> Value:
        """A value in a variable that is a bool."""
        if not self.three_valued:
            return self.truth(value)
        if value.kind in (Kind.NA, Kind.VOID):
            return Const(math.nan, Kind.FLOAT, three=True)
        return value if value.three else self.unless_na(self.truth(value), value)

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
        if kind is Kind.BOOL and self.three_valued:
            return Code(self.body.local(text), Kind.FLOAT, BOOL_TYPE)
        return Code(self.body.local(f"{text} == 1.0" if kind is Kind.BOOL else text), kind, type_)

    def operate(self, op: str, kind: Kind, *values: Value, three: bool = False) -> Value:
        """An operation: a node where all operands are pure, else a local of the step; ``three`` as of values."""
        if all(isinstance(value, Node | Const) for value in values):
            if op == "neg" and isinstance(values[0], Const):
                return Const(-float(values[0].value), kind)
            return self.graph.node(op, values, kind, three=three)
        text = operation(op, [self.text(value) for value in values])
        return Code(self.body.local(text), kind, BOOL_TYPE if three else None)

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
