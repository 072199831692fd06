"""Types of operators and choices: arithmetic, comparisons, conditions, branches that meet."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.checker.scopes import Scopes
from pinewright.pine.diagnostics import Fix, Severity
from pinewright.pine.edit import Edit
from pinewright.pine.types import UNKNOWN, VOID, Kind, Qualifier, Type, accepts, common, scalar_kind

_COMBINED = frozenset(["plot_display", "text_format"])
"""Constants that are added to each other: ``display.all - display.status_line``."""
_COMPARED = frozenset([Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.STRING, Kind.COLOR, Kind.ENUM, Kind.NA, Kind.UNKNOWN])
_BOOL_NA_HINT = "v6 has no third state of a bool: use false, or an int or a string with three values"


class Operators(Scopes):
    """Second layer of the check: what needs types alone."""

    def unary_type(self, node: s.Unary, given: Type) -> Type:
        """Type of ``-x``, ``+x`` and ``not x``."""
        if node.operator == "not":
            self.condition(given, node.operand, "not", "expr0")
            return Type(Kind.BOOL, given.qualifier)
        return given if given.is_number else self.bad_operand(node.operator, given, node.operand, "expr0")

    def binary_type(self, operator: str, left: Type, right: Type, sides: tuple[s.Expression, s.Expression]) -> Type:
        """Type of an operator with two sides."""
        qualifier = max(left.qualifier, right.qualifier)
        if operator in ("and", "or"):
            self.condition(left, sides[0], operator, "expr0")
            self.condition(right, sides[1], operator, "expr1")
            return Type(Kind.BOOL, qualifier)
        if operator in ("==", "!="):
            return self._equality(operator, left, right, sides)
        if operator in "+-" and left.kind is Kind.OBJECT and left.name in _COMBINED and left.name == right.name:
            return left.at(qualifier)
        if operator == "+" and Kind.STRING in (left.kind, right.kind):
            return self._concatenated(left, right, sides)
        for place, given in enumerate((left, right)):
            if not given.is_number:
                return self.bad_operand(operator, given, sides[place], f"expr{place}")
        if operator in ("<", "<=", ">", ">="):
            self._na_compared(left, right, sides)
            return Type(Kind.BOOL, qualifier)
        return self._number(operator, left, right, qualifier)

    def _concatenated(self, left: Type, right: Type, sides: tuple[s.Expression, s.Expression]) -> Type:
        for place, given in enumerate((left, right)):
            if given.kind not in (Kind.STRING, Kind.NA, Kind.UNKNOWN):
                return self.bad_operand("+", given, sides[place], f"expr{place}", "string", "use str.tostring()")
        return Type(Kind.STRING, max(left.qualifier, right.qualifier))

    def _number(self, operator: str, left: Type, right: Type, qualifier: Qualifier) -> Type:
        if Kind.UNKNOWN in (left.kind, right.kind):
            return UNKNOWN.at(qualifier)
        if Kind.NA in (left.kind, right.kind):
            other = right if left.kind is Kind.NA else left
            return Type(Kind.FLOAT if other.kind is Kind.NA else other.kind, qualifier)
        whole = left.kind is Kind.INT and right.kind is Kind.INT
        if whole and (operator != "/" or (self.version < 6 and qualifier is Qualifier.CONST)):
            return Type(Kind.INT, qualifier)
        quotient = (left.kind is Kind.INT or left.quotient) and (right.kind is Kind.INT or right.quotient)
        return Type(Kind.FLOAT, qualifier, quotient=quotient)

    def _equality(self, operator: str, left: Type, right: Type, sides: tuple[s.Expression, s.Expression]) -> Type:
        self._na_compared(left, right, sides)
        if not self._compared_before_v6(left, right):
            for place, given in enumerate((left, right)):
                if given.kind not in _COMPARED and not (given.kind is Kind.OBJECT and left.name == right.name):
                    return self.bad_operand(operator, given, sides[place], f"expr{place}")
            if common(left, right) is None or {left.kind, right.kind} == {Kind.BOOL, Kind.NA}:
                return self.bad_operand(operator, right, sides[1], "expr1", left.plain)
        return Type(Kind.BOOL, max(left.qualifier, right.qualifier))

    def _compared_before_v6(self, left: Type, right: Type) -> bool:
        """Whether two sides may be compared before v6, where a bool is a number and a colour has a name."""
        if self.version >= 6:
            return False
        kinds = {left.kind, right.kind}
        return kinds == {Kind.COLOR, Kind.STRING} or all(t.is_number or t.kind is Kind.BOOL for t in (left, right))

    def _na_compared(self, left: Type, right: Type, sides: tuple[s.Expression, s.Expression]) -> None:
        for place, given in enumerate((left, right)):
            side, other = sides[place], sides[1 - place]
            if given.kind is Kind.NA and isinstance(side, s.Name) and (left.kind, right.kind) != (Kind.NA, Kind.NA):
                hint = f"write na({self.text(other)})"
                self.report("PW308", "Comparing with na is never true", side.span, hint, Severity.WARNING)
                return

    def bad_operand(
        self, operator: str, given: Type, node: s.Expression, place: str, wanted: str = "", hint: str | None = None
    ) -> Type:
        """Note an operand of a type that the operator does not take."""
        if given.kind is Kind.UNKNOWN:
            return UNKNOWN
        if given.kind is Kind.VOID:
            return self.no_value(node)
        expected = f"series {wanted}" if wanted else "series float"
        message = (
            f'Cannot call "operator {operator}" with argument "{place}"="{self.shown(node)}". '
            f'An argument of "{self.typed(node, given)}" type was used but a "{expected}" is expected'
        )
        return self.report("PW301", message, node.span, hint)

    def no_value(self, node: s.Expression) -> Type:
        """Note a call or branch that gives nothing where a value is wanted."""
        message = f'Void expression "{self.text(node)}" cannot be used as a value'
        return self.report("PW309", message, node.span, "write it on a line of its own")

    # Conditions ------------------------------------------------------------------------------------------------------

    def condition(self, given: Type, node: s.Expression, operator: str = "", place: str = "") -> None:
        """Check a value that is asked to be a bool, by a structure or an operator."""
        if given.kind is Kind.NA and self.version >= 6:
            self.report("PW305", 'A "bool" cannot be na in Pine v6', node.span, "write false, or na(x) to test for na")
            return
        if accepts(Type(Kind.BOOL), given, self.version):
            return
        if given.kind is Kind.VOID:
            self.no_value(node)
            return
        text = self.text(node)
        fix = None
        hint = "write a comparison"
        if given.is_number:
            hint = f"write a comparison, such as `{text} != 0`, or `bool({text})`"
            edits = (Edit(s.Span(node.span.start, node.span.start, *_start(node)), "bool("), Edit(_end(node), ")"))
            fix = Fix(f"write `bool({text})`", edits)
        message = f'Cannot use a "{given}" value as a condition: a "bool" is expected'
        if operator:
            message = (
                f'Cannot call "operator {operator}" with argument "{place}"="{self.shown(node)}". '
                f'An argument of "{self.typed(node, given)}" type was used but a "series bool" is expected'
            )
        self.report("PW302", message, node.span, hint, fix=fix)

    # Values that meet ------------------------------------------------------------------------------------------------

    def meet(self, given: list[tuple[Type, s.Node]], qualifier: Qualifier, what: str, span: s.Span) -> Type:
        """The type of a value that is one of several; a finding where there is none."""
        joined: Type | None = given[0][0]
        for other, _ in given[1:]:
            joined = None if joined is None else common(joined, other)
        if joined is None:
            kinds = list(dict.fromkeys(one.plain for one, _ in given))
            if what == "?:":
                message = f'The branches of "?:" return values of different types: {"; ".join(kinds)}'
            else:
                message = (
                    f'Return type of one of the "{what}" blocks is not compatible with return type of other '
                    f"block(s) ({'; '.join(kinds)})"
                )
            return self.report("PW307", message, span, "give all branches one type, or use str.tostring()")
        if joined.kind is Kind.BOOL and self.version >= 6:
            for one, node in given:
                if one.kind is Kind.NA and node.span != span:
                    self.report("PW305", 'A "bool" cannot be na in Pine v6', node.span, _BOOL_NA_HINT)
        return joined.at(max(joined.qualifier, qualifier))

    def unify(self, given: list[Type], qualifier: Qualifier) -> Type:
        """The type of branches whose value nobody asks for."""
        joined: Type | None = given[0] if given else VOID
        for other in given[1:]:
            joined = None if joined is None else common(joined, other)
        if joined is None:
            return UNKNOWN.at(Qualifier.SERIES)
        return joined.at(max(joined.qualifier, qualifier))

    def fit(self, wanted: Type, given: Type, name: str, value: s.Expression) -> Type:
        """The type of a variable of the wanted type that was given this value."""
        if given.kind is Kind.NA and wanted.kind is Kind.BOOL and self.version >= 6:
            self.report("PW305", 'A "bool" cannot be na in Pine v6', value.span, _BOOL_NA_HINT)
        elif given.kind is Kind.VOID:
            self.no_value(value)
        elif not accepts(wanted, given, self.version):
            message = (
                f'Cannot assign a value of the "{given}" type to the "{name}" variable. '
                f'The variable is declared with the "{wanted.plain}" type'
            )
            self.report("PW304", message, value.span, _conversion(wanted, given))
        elif given.qualifier > wanted.qualifier and scalar_kind(wanted.plain) is not None and not given.vague:
            message = f'Cannot assign a "{given}" value to "{name}", which is declared as "{wanted}"'
            self.report("PW206", message, value.span, "take the qualifier away, or give a value that is known earlier")
        return wanted.at(min(given.qualifier, wanted.qualifier))


def _conversion(wanted: Type, given: Type) -> str | None:
    """How a value of one type becomes one of another."""
    if wanted.kind is Kind.STRING:
        return "use str.tostring()"
    if wanted.kind is Kind.INT and given.kind is Kind.FLOAT:
        return "use int(), math.round(), math.floor() or math.ceil(), or declare a float"
    if wanted.kind is Kind.FLOAT and given.kind is Kind.STRING:
        return "use str.tonumber()"
    return "write a comparison, or bool()" if wanted.kind is Kind.BOOL and given.is_number else None


def _start(node: s.Node) -> tuple[int, int, int, int]:
    return node.span.line, node.span.column, node.span.line, node.span.column


def _end(node: s.Node) -> s.Span:
    span = node.span
    return s.Span(span.end, span.end, span.end_line, span.end_column, span.end_line, span.end_column)
