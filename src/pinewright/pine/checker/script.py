"""The check of a whole script: its declaration, its statements."""

from __future__ import annotations

from pinewright.errors import nearest
from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import variables
from pinewright.pine.checker.calls import Calls
from pinewright.pine.checker.scopes import Variable
from pinewright.pine.diagnostics import Severity
from pinewright.pine.types import UNKNOWN, VOID, Kind, Qualifier, Type, accepts

VERSIONS = (5, 6)


class ScriptCheck(Calls):
    """Last layer of the check; ``run`` does it all and leaves the findings in ``found``."""

    def run(self) -> None:
        if self.tree.version is None:
            hint = "put //@version=6 on the first line"
            self.report("PW402", "The script has no version", s.NOWHERE, hint, Severity.WARNING)
        elif self.tree.version not in VERSIONS:
            hint = "this version of Pinewright reads Pine v5 and v6"
            self.report("PW402", f"Pine v{self.tree.version} is not read", s.NOWHERE, hint)
            return
        for statement in self.tree.statements:
            if isinstance(statement, s.FunctionDeclaration):
                if statement.name in self.functions:
                    self.already_defined(statement.name, statement.name_span)
                self.functions[statement.name] = statement
        for statement in self.tree.statements:
            self.statement(statement)
        called = {key for key, _ in self.checked}
        for function in self.functions.values():
            if id(function) not in called:
                self.call_user(
                    function, tuple(self.parameter_type(p, UNKNOWN) for p in function.parameters), function.span
                )
        if self.declaration is None:
            hint = 'add strategy("My strategy") at the top'
            self.report("PW401", "The script must have one strategy() or indicator() call", s.NOWHERE, hint)

    def statement(self, node: s.Statement) -> Type:
        match node:
            case s.ExpressionStatement():
                return self.expression(node.value)
            case s.Declaration():
                return self.declare(node)
            case s.TupleDeclaration():
                return self.declare_tuple(node)
            case s.Reassignment():
                return self.reassign(node)
            case s.FunctionDeclaration():
                if len(self.scopes) > 1:
                    self.report("PW403", "Functions cannot be declared inside a block", node.name_span, "move it out")
                return VOID
            case s.Jump():
                return self.unsupported(f"`{node.keyword}`", node.span)
        raise AssertionError(f"no rule for {type(node).__name__}")

    def declare(self, node: s.Declaration) -> Type:
        given = self.expression(node.value)
        span = node.name_span if node.name_span != s.NOWHERE else node.span
        if given.items:
            self.report(
                "PW303", f'A tuple of {len(given.items)} cannot be one variable "{node.name}"', span, "[a, b] = …"
            )
            given = UNKNOWN
        if given.kind is Kind.VOID:
            self.report("PW304", "The call returns nothing that could be assigned", node.value.span)
            given = UNKNOWN
        wanted = self.written_type(node.type) if node.type is not None else None
        if wanted is not None:
            given = self.fit(wanted, given, node.name, node.value)
        elif given.kind is Kind.NA:
            message = "Value with NA type cannot be assigned to a variable that was defined without type keyword"
            self.report("PW306", message, node.value.span, f"write the type: `float {node.name} = na`")
            given = UNKNOWN
        if node.mode == "varip":
            self.unsupported("`varip`", node.span)
        if node.mode is not None:
            given = given.at(Qualifier.SERIES)
        if node.name in self.scopes[-1] or node.name in self.functions:
            self.already_defined(node.name, span)
        self.scopes[-1][node.name] = Variable(given, wanted is not None)
        return given

    def declare_tuple(self, node: s.TupleDeclaration) -> Type:
        given = self.expression(node.value)
        items: tuple[Type, ...] = given.items
        if len(items) != len(node.names):
            if given.kind is not Kind.UNKNOWN:
                count = len(items) or 1
                message = (
                    "The quantity of tuple elements on each side of the assignment operator does not match: "
                    f"{len(node.names)} and {count}"
                )
                self.report("PW303", message, node.span, f"the right-hand side gives {count}")
            items = (UNKNOWN,) * len(node.names)
        for place, (name, item) in enumerate(zip(node.names, items, strict=True)):
            if name == "_":
                continue
            if name in self.scopes[-1]:
                self.already_defined(name, node.name_spans[place] if node.name_spans else node.span)
            self.scopes[-1][name] = Variable(item, False)
        return given

    def reassign(self, node: s.Reassignment) -> Type:
        given = self.expression(node.value)
        name = dotted_name(node.target)
        variable = self.find(name) if name is not None else None
        if name is None or variable is None:
            shown = name or "this"
            near = nearest(shown, self.visible(), 1)
            hint = f"did you mean {near[0]!r}?" if near else f"declare it first: `var float {shown} = na`"
            if name in variables():
                hint = "built-in variables cannot be changed"
            return self.report("PW104", f'Cannot assign to "{shown}": no such variable', node.target.span, hint)
        if node.operator != ":=":
            given = self.operator(node.operator[0], variable.type, given, node)
        fitted = self.fit(variable.type.at(Qualifier.SERIES), given, name, node.value)
        variable.type = variable.type.at(Qualifier.SERIES)
        return fitted

    def fit(self, wanted: Type, given: Type, name: str, value: s.Expression) -> Type:
        """The type of a variable of the wanted type that was given this value."""
        if given.kind is Kind.NA and wanted.kind is Kind.BOOL and self.version >= 6:
            self.report("PW305", 'A "bool" cannot be na in Pine v6', value.span, "use false")
        elif not accepts(wanted.kind, given.kind, self.version):
            message = (
                f'Cannot assign a value of the "{given}" type to the "{name}" variable. '
                f'The variable is declared with the "{wanted.kind.value}" type'
            )
            self.report("PW304", message, value.span)
        elif given.qualifier > wanted.qualifier:
            message = f'A "{given}" value cannot be assigned to "{name}", which is declared as "{wanted}"'
            self.report("PW206", message, value.span)
        return Type(wanted.kind, min(given.qualifier, wanted.qualifier))
