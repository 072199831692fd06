"""Types of calls: built-in functions by their table, user functions with the types of each call."""

from __future__ import annotations

from pinewright.errors import nearest
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import OUTSIDE, OUTSIDE_TA, Function, Role, display_function, functions
from pinewright.pine.checker.expressions import Expressions
from pinewright.pine.checker.scopes import Variable
from pinewright.pine.types import UNKNOWN, Kind, Qualifier, Type, accepts

_KIND_FOLLOWS_ARGUMENTS = frozenset({"math.abs", "math.max", "math.min", "math.sign", "nz"})
_OUTSIDE_FUNCTIONS = frozenset(
    "strategy.default_entry_qty strategy.convert_to_account strategy.convert_to_symbol fixnan "
    "max_bars_back time time_close input input.timeframe input.session input.symbol input.price "
    "input.text_area input.enum math.todegrees math.toradians math.sin math.cos math.tan math.asin "
    "math.acos math.atan math.random".split()
)


def _is_text(node: s.Call) -> bool:
    """Whether the first argument of a call is a text literal."""
    value = node.arguments[0].value if node.arguments else None
    return isinstance(value, s.Literal) and value.kind is s.LiteralKind.STRING


class Calls(Expressions):
    """Third layer of the check."""

    def __init__(self, tree: s.Script, source: str):
        super().__init__(tree, source)
        self.checked: dict[tuple[int, tuple[Type, ...]], Type] = {}
        self.calling: list[str] = []
        self.declaration: str | None = None

    def call(self, node: s.Call) -> Type:
        name = dotted_name(node.function)
        if name is None or node.template:
            return self.unsupported("methods and templates", node.span)
        if name in self.functions:
            return self.call_declared(self.functions[name], node)
        head = self.find(name.split(".")[0]) if "." in name else None
        if head is not None and head.type.kind is Kind.UNKNOWN:
            # A method of a value that has its finding already.
            return UNKNOWN
        if name == "timestamp" and (len(node.arguments) > 1 or not _is_text(node)):
            return self.unsupported("`timestamp()` of year, month and day", node.span)
        removed = next((argument for argument in node.arguments if argument.name == "when"), None)
        if self.version < 6 and removed is not None and name.startswith("strategy."):
            return self.unsupported("the argument `when`, which v6 removed: use an `if` block", removed.span)
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
            self.scopes[-1][parameter.name] = Variable(kind, parameter.type is not None)
        result = self.block(function.body)
        self.scopes = saved
        self.calling.pop()
        self.checked[key] = result
        return result
