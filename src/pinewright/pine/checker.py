"""`PineScriptValidator`: names, arguments and types of a parsed script; all findings, not the first.

Each finding is told once: an expression with a finding gets the type UNKNOWN, which fits everywhere. User functions are
checked at each call with the types of that call, as Pine does.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinewright.errors import nearest
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import (
    OUTSIDE,
    OUTSIDE_TA,
    Function,
    Role,
    display_function,
    functions,
    namespaces,
    variables,
)
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.parser import parse
from pinewright.pine.types import NA, UNKNOWN, VOID, Kind, Qualifier, Type, accepts, common

_KIND_FOLLOWS_ARGUMENTS = frozenset({"math.abs", "math.max", "math.min", "math.sign", "nz"})
_TYPE_WORDS = {"int": Kind.INT, "float": Kind.FLOAT, "bool": Kind.BOOL, "string": Kind.STRING, "color": Kind.COLOR}
VERSIONS = (5, 6)
_OUTSIDE_FUNCTIONS = frozenset(
    "fixnan max_bars_back time time_close input input.timeframe input.session input.symbol input.price "
    "input.text_area input.enum math.todegrees math.toradians math.sin math.cos math.tan math.asin math.acos "
    "math.atan math.random".split()
)


@dataclass(frozen=True)
class CheckedScript:
    """A script and what was found in it; ``ok`` when no finding is an error."""

    source: str
    tree: s.Script
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        return not any(finding.severity is Severity.ERROR for finding in self.diagnostics)

    @property
    def version(self) -> int:
        return self.tree.version or 6


@dataclass
class _Variable:
    type: Type
    declared: bool
    """Whether its type was written out."""


def check(source: str) -> CheckedScript:
    """Parse and check a script of Pine v5 or v6. Never raises: what is wrong is in ``diagnostics``, in source order."""
    tree, found = parse(source)
    checker = _Checker(tree, source)
    if not any(finding.severity is Severity.ERROR for finding in found):
        checker.run()
    ordered = sorted({*found, *checker.found}, key=lambda finding: (finding.span.start, finding.code))
    return CheckedScript(source, tree, tuple(ordered))


class PineScriptValidator:
    """The name under which the mission knows ``check``."""

    def validate(self, source: str) -> CheckedScript:
        """See ``check``."""
        return check(source)


class _Checker:
    def __init__(self, tree: s.Script, source: str):
        self.tree = tree
        self.source = source
        self.version = tree.version or 6
        self.found: list[Diagnostic] = []
        self.scopes: list[dict[str, _Variable]] = [{}]
        self.functions: dict[str, s.FunctionDeclaration] = {}
        self.checked: dict[tuple[int, tuple[Type, ...]], Type] = {}
        self.calling: list[str] = []
        self.declaration: str | None = None

    # Script ----------------------------------------------------------------------------------------------------------

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
        called = {name for _, name in self._called}
        for name, function in self.functions.items():
            if name not in called:
                self.call_user(
                    function, tuple(self.parameter_type(p, UNKNOWN) for p in function.parameters), function.span
                )
        if self.declaration is None:
            hint = 'add strategy("My strategy") at the top'
            self.report("PW401", "The script must have one strategy() or indicator() call", s.NOWHERE, hint)

    @property
    def _called(self) -> set[tuple[int, str]]:
        return {(key, next(n for n, f in self.functions.items() if id(f) == key)) for key, _ in self.checked}

    def report(
        self, code: str, message: str, span: s.Span, hint: str | None = None, severity: Severity = Severity.ERROR
    ) -> Type:
        self.found.append(Diagnostic(code, message, span, hint, severity))
        return UNKNOWN

    def already_defined(self, name: str, span: s.Span) -> None:
        self.report("PW102", f'"{name}" is already defined', span, f"change its value with `{name} := …`, or rename it")

    # Statements ------------------------------------------------------------------------------------------------------

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
        self.scopes[-1][node.name] = _Variable(given, wanted is not None)
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
            self.scopes[-1][name] = _Variable(item, False)
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

    def written_type(self, name: s.TypeName) -> Type:
        qualifier = Qualifier[name.qualifier.upper()] if name.qualifier else Qualifier.SERIES
        if name.name in _TYPE_WORDS and not name.arguments:
            return Type(_TYPE_WORDS[name.name], qualifier)
        if name.name in ("label", "line", "box", "table", "linefill", "polyline", "hline", "plot"):
            return Type(Kind.DRAWING if name.name not in ("hline", "plot") else Kind.PLOT)
        return self.unsupported(f"the type `{name.name}`", name.span)

    # Expressions -----------------------------------------------------------------------------------------------------

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
        if name.removeprefix("ta.") in OUTSIDE_TA and name.startswith("ta."):
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

    # Calls -----------------------------------------------------------------------------------------------------------

    def call(self, node: s.Call) -> Type:
        name = dotted_name(node.function)
        if name is None or node.template:
            return self.unsupported("methods and templates", node.span)
        if name in self.functions:
            return self.call_declared(self.functions[name], node)
        function = functions().get(name) or display_function(name)
        if function is None or function.role is Role.PRIMITIVE:
            before = len(self.found)
            result = self.unknown_function(name, node)
            if self.found[before].code != "PW901":
                for argument in node.arguments:
                    self.expression(argument.value)
            return result
        binding = bind(function, node)
        self.found += binding.problems
        types = {key: self.expression(value) for key, value in binding.arguments.items()}
        for extra in binding.extra:
            self.extra(function, extra)
        for parameter in function.parameters:
            if parameter.name in types:
                self.argument(
                    function, parameter.name, parameter.type, types[parameter.name], binding.arguments[parameter.name]
                )
        if function.role is Role.DECLARATION:
            self.declares(function, node)
        if function.role is Role.ORDER and self.declaration == "indicator":
            self.report("PW403", f'"{function.name}" cannot be used in an indicator', node.span, "declare strategy()")
        return self.result(function, [*types.values()], binding.problems != ())

    def extra(self, function: Function, node: s.Expression) -> None:
        given = self.expression(node)
        if function.variadic:
            last = function.parameters[-1]
            self.argument(function, last.name, last.type, given, node)

    def result(self, function: Function, given: list[Type], broken: bool) -> Type:
        if function.role is not Role.MATH:
            return function.returns
        qualifier = max((t.qualifier for t in given), default=Qualifier.CONST)
        if function.name in _KIND_FOLLOWS_ARGUMENTS and not broken:
            integers = all(t.kind is Kind.INT for t in given)
            return Type(Kind.INT if integers else Kind.FLOAT, qualifier)
        return function.returns.at(qualifier)

    def argument(self, function: Function, name: str, wanted: Type, given: Type, node: s.Expression) -> None:
        if wanted.kind is Kind.INT and name == "options":
            return
        if function.role is Role.INPUT and name == "options":
            return
        if function.name == "na" or (function.name == "nz" and given.kind is not Kind.BOOL):
            return
        fits = accepts(wanted.kind, given.kind, self.version) or (function.name == "bool" and given.is_number)
        if function.name == "str.tostring" or (wanted.kind is Kind.STRING and given.kind is Kind.NA):
            return
        if function.name in ("int", "float", "bool") and given.kind is Kind.BOOL:
            fits = function.name == "bool"
        if fits and given.qualifier <= wanted.qualifier:
            return
        code, hint = ("PW201", None) if not fits else ("PW206", "the value must be known before the first bar runs")
        message = (
            f'Cannot call "{function.name}" with argument "{name}"="{self.text(node)}". '
            f'An argument of "{given}" type was used but a "{wanted}" is expected'
        )
        self.report(code, message, node.span, hint)

    def declares(self, function: Function, node: s.Call) -> None:
        if self.declaration is not None:
            self.report("PW401", "The script has more than one strategy() or indicator() call", node.span)
        if len(self.scopes) > 1:
            self.report("PW403", f"{function.name}() must stand at the left margin", node.span)
        self.declaration = function.name

    def unknown_function(self, name: str, node: s.Call) -> Type:
        space, _, last = name.rpartition(".")
        if (space == "ta" and last in OUTSIDE_TA) or space in OUTSIDE or space == "str" or name in _OUTSIDE_FUNCTIONS:
            return self.unsupported(f"`{name}()`", node.span)
        if f"ta.{name}" in functions() or f"math.{name}" in functions():
            full = f"ta.{name}" if f"ta.{name}" in functions() else f"math.{name}"
            hint: str | None = f"write {full}: the namespace is missing"
        else:
            near = nearest(name, [*self.functions, *functions()], 1)
            hint = f"did you mean {near[0]!r}?" if near else None
        return self.report("PW103", f'Could not find function or function reference "{name}"', node.function.span, hint)

    def call_declared(self, function: s.FunctionDeclaration, node: s.Call) -> Type:
        names = [parameter.name for parameter in function.parameters]
        given: dict[str, Type] = {}
        for place, argument in enumerate(node.arguments):
            value = self.expression(argument.value)
            name = argument.name or (names[place] if place < len(names) else None)
            if name is None or name not in names:
                shown = argument.name or f"argument {place + 1}"
                return self.report(
                    "PW204",
                    f'"{function.name}()" takes {len(names)} arguments; {shown} is not one of them',
                    argument.span,
                )
            given[name] = value
        types = []
        for parameter in function.parameters:
            if parameter.name not in given and parameter.default is None:
                return self.report(
                    "PW202", f'No value assigned to the "{parameter.name}" parameter in "{function.name}()"', node.span
                )
            default = given.get(parameter.name) or (
                self.expression(parameter.default) if parameter.default else UNKNOWN
            )
            types.append(self.parameter_type(parameter, default))
        return self.call_user(function, tuple(types), node.span)

    def parameter_type(self, parameter: s.Parameter, given: Type) -> Type:
        if parameter.type is None:
            return given if given.kind is not Kind.NA else Type(Kind.FLOAT)
        wanted = self.written_type(parameter.type)
        if not accepts(wanted.kind, given.kind, self.version):
            self.report(
                "PW201", f'The parameter "{parameter.name}" is a "{wanted.kind.value}", not a "{given}"', parameter.span
            )
        return wanted.at(min(given.qualifier, wanted.qualifier))

    def call_user(self, function: s.FunctionDeclaration, types: tuple[Type, ...], span: s.Span) -> Type:
        key = (id(function), types)
        if key in self.checked:
            return self.checked[key]
        if function.name in self.calling:
            return self.report("PW103", f'"{function.name}" calls itself: Pine has no recursion', span)
        self.calling.append(function.name)
        saved, self.scopes = self.scopes, [self.scopes[0], {}]
        for parameter, kind in zip(function.parameters, types, strict=True):
            self.scopes[-1][parameter.name] = _Variable(kind, parameter.type is not None)
        result = self.block(function.body)
        self.scopes = saved
        self.calling.pop()
        self.checked[key] = result
        return result

    # Helpers ---------------------------------------------------------------------------------------------------------

    def find(self, name: str | None) -> _Variable | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None) if name else None

    def visible(self) -> list[str]:
        return [name for scope in self.scopes for name in scope] + list(self.functions)

    def text(self, node: s.Expression) -> str:
        text = self.source[node.span.start : node.span.end].strip()
        return text if len(text) <= 40 else text[:37] + "…"

    def unsupported(self, what: str, span: s.Span) -> Type:
        hint = "it is legal Pine; this version of Pinewright does not compile it yet"
        return self.report("PW901", f"Outside the subset: {what}, line {span.line}", span, hint)
