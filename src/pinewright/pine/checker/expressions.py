"""Types of expressions: names, history, operators, choices."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pinewright.errors import nearest
from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import OUTSIDE, OUTSIDE_TA, OUTSIDE_VARIABLES, functions, namespaces, variables
from pinewright.pine.checker.scopes import Scopes
from pinewright.pine.diagnostics import Severity
from pinewright.pine.types import NA, UNKNOWN, VOID, Kind, Qualifier, Type, accepts, common


class Expressions(Scopes, ABC):
    """Second layer of the check."""

    @abstractmethod
    def call(self, node: s.Call) -> Type:
        """Type of a call."""

    @abstractmethod
    def statement(self, node: s.Statement) -> Type:
        """Check a statement; the type of its value."""

    def expression(self, node: s.Expression) -> Type:
        match node:
            case s.Literal():
                return Type(Kind(node.kind.value), Qualifier.CONST)
            case s.Parenthesis():
                return self.expression(node.value)
            case s.Name() | s.Member():
                return self.name(node)
            case s.Call():
                return self.call(node)
            case s.Index():
                return self.index(node)
            case s.Unary():
                return self.unary(node)
            case s.Binary():
                return self.operator(node.operator, self.expression(node.left), self.expression(node.right), node)
            case s.Ternary():
                return self.choice(node, node.condition, node.then, node.otherwise)
            case s.Tuple():
                return Type(Kind.VOID, Qualifier.SERIES, tuple(self.expression(item) for item in node.items))
            case s.If():
                return self.if_(node)
            case s.Switch():
                return self.switch(node)
            case s.For() | s.While():
                word = "for" if isinstance(node, s.For) else "while"
                return self.unsupported(f"`{word}` loops", node.span)
        raise AssertionError(f"no rule for {type(node).__name__}")

    def name(self, node: s.Name | s.Member) -> Type:
        name = dotted_name(node)
        if name is None:
            return self.unsupported("fields of values", node.span)
        variable = self.find(name)
        if variable is not None:
            return variable.type
        if name in variables():
            return variables()[name].type
        return self.unknown_name(name, node)

    def unknown_name(self, name: str, node: s.Name | s.Member) -> Type:
        outside = next((what for space, what in OUTSIDE.items() if name.startswith(f"{space}.")), None)
        if outside is not None:
            return self.unsupported(f"`{name}` ({outside})", node.span)
        if name in OUTSIDE_VARIABLES or (name.startswith("ta.") and name.removeprefix("ta.") in OUTSIDE_TA):
            return self.unsupported(f"`{name}`", node.span)
        if name in functions() or name in self.functions:
            return self.report("PW103", f'"{name}" is a function: it needs parentheses', node.span, f"{name}(…)")
        near = nearest(name, [*self.visible(), *variables(), *functions()], 1)
        hint = f"did you mean {near[0]!r}?" if near else None
        space = name.rpartition(".")[0]
        if hint is None and space in namespaces():
            hint = "legal: " + ", ".join(v for v in variables() if v.rpartition(".")[0] == space)
        return self.report("PW101", f'Undeclared identifier "{name}"', node.span, hint)

    def index(self, node: s.Index) -> Type:
        value, offset = self.expression(node.value), self.expression(node.offset)
        if not accepts(Kind.INT, offset.kind, self.version) or offset.kind is Kind.NA:
            self.report("PW301", f'The history offset must be an "int", not "{offset}"', node.offset.span)
        if isinstance(node.value, s.Literal):
            self.report("PW301", "A literal has no history", node.span)
        if value.items or value.kind in (Kind.VOID, Kind.DRAWING, Kind.PLOT):
            return self.report("PW301", f'A value of type "{value}" has no history', node.span)
        return value.at(Qualifier.SERIES)

    def unary(self, node: s.Unary) -> Type:
        given = self.expression(node.operand)
        if node.operator == "not":
            self.condition(given, node.operand)
            return Type(Kind.BOOL, given.qualifier)
        if not given.is_number:
            return self.bad_operand(node.operator, given, node.operand)
        return given

    def operator(self, operator: str, left: Type, right: Type, node: s.Binary | s.Reassignment) -> Type:
        sides = (node.left, node.right) if isinstance(node, s.Binary) else (node.target, node.value)
        qualifier = max(left.qualifier, right.qualifier)
        if operator in ("and", "or"):
            self.condition(left, sides[0])
            self.condition(right, sides[1])
            return Type(Kind.BOOL, qualifier)
        if operator in ("==", "!="):
            if common(left, right) is None:
                return self.bad_operand(operator, right, sides[1])
            for given, side in ((left, sides[0]), (right, sides[1])):
                if given.kind is Kind.NA and isinstance(side, s.Name):
                    self.report(
                        "PW308", "Comparing with na is always false", side.span, "use na(x)", severity=Severity.WARNING
                    )
            return Type(Kind.BOOL, qualifier)
        if operator == "+" and Kind.STRING in (left.kind, right.kind) and accepts(left.kind, right.kind, self.version):
            return Type(Kind.STRING, qualifier)
        for given, side in ((left, sides[0]), (right, sides[1])):
            if not given.is_number:
                return self.bad_operand(operator, given, side)
        if operator in ("<", "<=", ">", ">="):
            return Type(Kind.BOOL, qualifier)
        both_int = left.kind is Kind.INT and right.kind is Kind.INT
        if operator == "/" and both_int and (self.version >= 6 or qualifier > Qualifier.CONST):
            return Type(Kind.FLOAT, qualifier)
        if Kind.UNKNOWN in (left.kind, right.kind):
            return UNKNOWN
        return Type(Kind.INT if both_int else Kind.FLOAT, qualifier)

    def bad_operand(self, operator: str, given: Type, node: s.Expression) -> Type:
        shown = self.text(node)
        message = (
            f'Cannot call "operator {operator}" with argument "{shown}". '
            f'An argument of "{given}" type was used but a number is expected'
        )
        return self.report("PW301", message, node.span)

    def condition(self, given: Type, node: s.Expression) -> None:
        if accepts(Kind.BOOL, given.kind, self.version):
            return
        name = self.text(node)
        hint = f"write a comparison, such as `{name} != 0`" if given.is_number else None
        message = f'A condition must be a "bool", not "{given}"'
        self.report("PW302", message, node.span, hint)

    def choice(self, node: s.Expression, condition: s.Expression, *branches: s.Expression) -> Type:
        self_condition = self.expression(condition)
        self.condition(self_condition, condition)
        return self.join(node, [self.expression(branch) for branch in branches], self_condition.qualifier)

    def join(self, node: s.Expression, given: list[Type], qualifier: Qualifier) -> Type:
        """The type of a value that is one of several."""
        joined: Type | None = given[0]
        for other in given[1:]:
            joined = None if joined is None else common(joined, other)
        if joined is None:
            if all(kind.kind is Kind.VOID and not kind.items for kind in given[:1]):
                return VOID
            shown = ", ".join(f'"{kind}"' for kind in given)
            return self.report("PW307", f"The branches return values of different types: {shown}", node.span)
        return joined.at(max(joined.qualifier, qualifier))

    def if_(self, node: s.If) -> Type:
        condition = self.expression(node.condition)
        self.condition(condition, node.condition)
        then = self.block(node.then)
        otherwise = self.block(node.otherwise) if node.otherwise is not None else NA
        joined = common(then, otherwise)
        return VOID if joined is None else joined.at(Qualifier.SERIES)

    def switch(self, node: s.Switch) -> Type:
        subject = self.expression(node.subject) if node.subject is not None else None
        results = []
        for case in node.cases:
            if case.condition is not None:
                given = self.expression(case.condition)
                if subject is None:
                    self.condition(given, case.condition)
                elif common(subject, given) is None:
                    self.report("PW307", f'"{given}" is compared with "{subject}"', case.condition.span)
            results.append(self.block(case.body))
        joined: Type | None = results[0] if results else VOID
        for other in results[1:]:
            joined = None if joined is None else common(joined, other)
        return VOID if joined is None else joined.at(Qualifier.SERIES)

    def block(self, block: s.Block) -> Type:
        self.scopes.append({})
        result = VOID
        for statement in block.statements:
            result = self.statement(statement)
        self.scopes.pop()
        return result
