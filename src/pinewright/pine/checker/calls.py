"""Types of calls: built-in functions by their table, methods by the value before the dot, ``Type.new``."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from pinewright.errors import nearest
from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import VERSIONS, Function, Parameter, Role, Signature, functions, namespaces
from pinewright.pine.checker.expressions import Expressions
from pinewright.pine.checker.overloads import Given, Match, bind, choose
from pinewright.pine.checker.problems import Problems
from pinewright.pine.checker.scopes import OBJECT_TYPES, UserFunction
from pinewright.pine.diagnostics import Fix
from pinewright.pine.edit import Edit
from pinewright.pine.types import UNKNOWN, VOID, Kind, Qualifier, Type, accepts

_GLOBAL_ONLY: Final = frozenset(
    "plot plotshape plotchar plotarrow plotbar plotcandle hline fill bgcolor barcolor alertcondition".split()
)
_GLOBAL_WORDS: Final = "cannot be called from a local scope. It must be called from the global scope"
_TEMPLATES: Final = {"array.new": ("T",), "matrix.new": ("T",), "map.new": ("K", "V")}
_PARTLY_ANY: Final = frozenset(["str.tostring", "input.enum"])
_NO_BOOL: Final = frozenset(["na", "nz", "fixnan"])
_METHOD_SPACES: Final = {Kind.ARRAY: "array", Kind.MAP: "map", Kind.MATRIX: "matrix"}
_OLD_SPACES: Final = ("ta", "math", "str", "request", "color", "ticker", "timeframe")
_MISSPELT_MOST: Final = 3


class Calls(Problems, Expressions):
    """Fourth layer of the check."""

    def __init__(self, tree: s.Script, source: str):
        super().__init__(tree, source)
        self.declaration: str | None = None
        self.dynamic_requests = False

    @abstractmethod
    def call_declared(self, candidates: list[UserFunction], node: s.Call, given: list[Given]) -> Type:
        """Type of a call of a function of the script."""

    def call(self, node: s.Call) -> Type:
        """Type of a call, with the findings about its arguments."""
        function = node.function
        if isinstance(function, s.Name):
            return self._call_name(function, node)
        if isinstance(function, s.Member):
            return self._call_member(function, node)
        self.arguments(node)
        self.value(function)
        return self.report("PW103", f'"{self.text(function)}" is not a function', function.span)

    def arguments(self, node: s.Call) -> list[Given]:
        """The arguments of a call with their types."""
        return [Given(self.expression(one.value), one.value, one.name, one.span) for one in node.arguments]

    def _call_name(self, function: s.Name, node: s.Call) -> Type:
        name = function.name
        declared = self.functions.get(name)
        if declared is not None:
            visible = self._visible(declared, node, name in self.builtin_functions)
            if visible:
                return self.call_declared(visible, node, self.arguments(node))
            self.arguments(node)
            if name not in self.builtin_functions:
                message = f'Could not find function or function reference "{name}": it is declared below'
                hint = f"move the function of line {declared[0].node.span.line} above its first call"
                return self.report("PW110", message, function.span, hint)
        known = self.builtin_functions.find(name)
        if known is not None:
            return self._call_builtin(known, node, self.arguments(node))
        given = self.arguments(node)
        if self.find(name) is not None:
            message = f'Could not find function or function reference "{name}": it is a variable'
            return self.report("PW103", message, function.span, f"did you mean {name}[…]?")
        return self._unknown_function(name, function, given)

    def _visible(self, declared: list[UserFunction], node: s.Call, built_in: bool) -> list[UserFunction]:
        """The functions of a name that a call can mean: those above it.

        In its own body a function's name means an earlier overload, or the built-in function, where there is one.
        """
        above = [one for one in declared if one.node.span.start < node.span.start]
        closed = [one for one in above if one.node.span.end <= node.span.start]
        return closed if closed or built_in else above

    def _call_member(self, function: s.Member, node: s.Call) -> Type:
        full = dotted_name(function)
        head = full.partition(".")[0] if full is not None else ""
        variable = self.find(head) if head else None
        if full is not None and variable is None:
            found = self._call_dotted(full, head, function, node)
            if found is not None:
                return found
        elif full is not None and variable is not None:
            known = self.builtin_functions.find(full)
            if known is not None and known.role is not Role.PRIMITIVE:
                given = self.arguments(node)
                if not choose(known.overloads, given, self.version).problems:
                    return self._call_builtin(known, node, given)
        return self._call_method(function, node)

    def _call_dotted(self, full: str, head: str, function: s.Member, node: s.Call) -> Type | None:
        """Type of a call through a namespace, a type or a library; None where the head is a value."""
        known = self.builtin_functions.find(full)
        if known is not None and known.role is not Role.PRIMITIVE:
            return self._call_builtin(known, node, self.arguments(node))
        if head in self.imports:
            self.arguments(node)
            return UNKNOWN
        if head in self.user_types and "." not in full[len(head) + 1 :]:
            return self._call_type(head, function, node)
        base = dotted_name(function.value) or ""
        if base in self.builtin_variables or head in self.enums:
            return None
        if head in namespaces() or (head not in self.functions and self.builtin_variables.get(head) is None):
            given = self.arguments(node)
            if head not in namespaces():
                name = s.Name(head, span=_head_span(function))
                self.types[id(function.value)] = self.expression(name)
                return UNKNOWN
            return self._unknown_function(full, function, given)
        return None

    # Built-in functions ----------------------------------------------------------------------------------------------

    def _call_builtin(self, function: Function, node: s.Call, given: list[Given]) -> Type:
        self.calls[id(node)] = function.name
        self._context(function, node)
        variables = self._template(function.name, node)
        if self.dynamic_requests and function.name.startswith("request."):
            function = functions(max(VERSIONS))[function.name]  # v5 asks for early symbols only without it
        match = choose(function.overloads, given, self.version, variables)
        if function.name in _NO_BOOL and self.version >= 6 and given and given[0].type.kind is Kind.BOOL:
            message = f'Cannot call "{function.name}" with a "bool": a bool is never na in Pine v6'
            self.report("PW305", message, given[0].node.span, "leave the call out")
            return Type(Kind.BOOL, given[0].type.qualifier)
        if match.problems:
            self.report_problems(function.name, match, node, given)
        elif function.name in _PARTLY_ANY:
            self._check_kind(function.name, match)
        if function.name.startswith("input."):
            self._check_options(function.name, match)
        if match.problems and function.returns.kind in (Kind.VARIABLE, Kind.TUPLE):
            return UNKNOWN
        return self._result(function, match)

    def _check_kind(self, name: str, match: Match) -> None:
        """The first value of a function whose table says that it takes everything, and that takes a part of it."""
        parameter = match.signature.parameters[0]
        first = next(argument for known, argument in match.bound if known.name == parameter.name)
        given = first.type
        if name == "input.enum":
            fits, wanted = given.kind in (Kind.ENUM, Kind.UNKNOWN), "const enum"
        else:
            no_text = given.kind in (Kind.COLOR, Kind.UDT, Kind.MAP, Kind.TUPLE)
            fits = not no_text and (given.kind is not Kind.OBJECT or given.name not in OBJECT_TYPES)
            wanted = "series float"
        if not fits:
            message = (
                f'Cannot call "{name}" with argument "{parameter.name}"="{self.shown(first.node)}". '
                f'An argument of "{self.typed(first.node, given)}" type was used but a "{wanted}" is expected'
            )
            self.report("PW201", message, first.node.span)

    def _check_options(self, name: str, match: Match) -> None:
        """The options of an input are of the type of its default, and a text among them."""
        bound = {parameter.name: argument.node for parameter, argument in match.bound}
        default, options = bound.get("defval"), bound.get("options")
        if default is None or not isinstance(options, s.Tuple):
            return
        wanted = next(parameter.type for parameter, _ in match.bound if parameter.name == "defval")
        for one in options.items:
            given = self.types.get(id(one), UNKNOWN)
            if wanted.kind is not Kind.VARIABLE and not accepts(wanted, given, self.version):
                message = (
                    f'Invalid argument "options" in "{name}": an option of "{self.typed(one, given)}" type was used '
                    f'but a "{wanted}" is expected'
                )
                self.report("PW201", message, one.span, "options are of the type of the default")
                return
        legal = [one.value for one in options.items if isinstance(one, s.Literal)]
        if name != "input.string" or not isinstance(default, s.Literal):
            return
        if len(legal) == len(options.items) and default.value not in legal:
            message = f'Invalid argument "defval" in "input.string": "{default.value}" is not one of the options'
            self.report("PW201", message, default.span, f"legal: {', '.join(map(str, legal))}")

    def _result(self, function: Function, match: Match) -> Type:
        made = match.returns
        if function.name.startswith("request."):
            if function.name == "request.security_lower_tf":
                made = match.variables.get("T", UNKNOWN)
                if made.kind is Kind.TUPLE:
                    return Type(Kind.TUPLE, items=tuple(Type(Kind.ARRAY, items=(item,)) for item in made.items))
                return Type(Kind.ARRAY, items=(made,)) if made.kind is not Kind.UNKNOWN else UNKNOWN
            if made.kind is Kind.TUPLE:
                return Type(Kind.TUPLE, items=tuple(item.at(Qualifier.SERIES) for item in made.items))
        return made

    def _template(self, name: str, node: s.Call) -> dict[str, Type] | None:
        """The types that a call decides between ``<`` and ``>``."""
        names = _TEMPLATES.get(name)
        if names is None:
            if node.template and name != "array.from":
                span = node.template[0].span
                self.report("PW208", f'The "{name}" function takes no template', span, f"write {name}(…)")
            return None
        if len(node.template) != len(names):
            example = f"{name}<{', '.join(('string', 'float')[2 - len(names) :])}>(…)"
            message = f'"{name}" needs {len(names)} type{"s" * (len(names) > 1)} between "<" and ">"'
            self.report("PW208", message, node.function.span, f"write {example}")
            return None
        for item in node.template:
            if item.name in ("array", "map", "matrix"):
                hint = "put the collection into a field of a type, and hold that type"
                self.report("PW208", f'"{name}" cannot hold a collection', item.span, hint)
                return None
        return {key: self.written_type(item) for key, item in zip(names, node.template, strict=True)}

    def _context(self, function: Function, node: s.Call) -> None:
        """Findings about the place of a call."""
        name = function.name
        local = len(self.scopes) > 1
        if function.role is Role.DECLARATION:
            if self.declaration is not None:
                message = "The script must have one declaration statement: indicator(), strategy() or library()"
                self.report("PW401", message, node.span, "take one of them away")
            elif local:
                message = f"Function '{name}' {_GLOBAL_WORDS}"
                self.report("PW403", message, node.span, "write it at the left margin")
            self.declaration = name
            self._read_declaration(node)
        elif local and (name in _GLOBAL_ONLY or name.startswith("strategy.risk.")):
            hint = f"call {name}() at the left margin"
            if name.startswith("plot"):
                hint += ", and give it na where nothing is to be shown"
            self.report("PW403", f"Function '{name}' {_GLOBAL_WORDS}", node.span, hint)
        elif function.role is Role.ORDER and self.declaration == "indicator" and name.startswith("strategy."):
            message = f'Cannot use "{name}" in an indicator: only a strategy places orders'
            self.report("PW403", message, node.span, "declare strategy() in place of indicator()")

    def _read_declaration(self, node: s.Call) -> None:
        """What the arguments of the declaration say about the rest of the script."""
        given = {one.name: one for one in node.arguments if one.name is not None}
        dynamic = given.get("dynamic_requests")
        if dynamic is not None and isinstance(dynamic.value, s.Literal) and dynamic.value.value is True:
            self.dynamic_requests = True
        gaps = given.get("timeframe_gaps")
        if gaps is not None and "timeframe" not in given:
            message = '"timeframe_gaps" has no effect because the "indicator()" call has no "timeframe" argument'
            self.report("PW202", message, gaps.span, "add timeframe, or take timeframe_gaps away")

    # Types of the script ---------------------------------------------------------------------------------------------

    def _call_type(self, name: str, function: s.Member, node: s.Call) -> Type:
        given = self.arguments(node)
        made = Type(Kind.UDT, name=name)
        if function.name == "new":
            fields = self.user_types[name].fields.items()
            parameters = tuple(Parameter(key, kind.at(Qualifier.SERIES), required=False) for key, kind in fields)
            match = bind(Signature(parameters, made), given, self.version)
        elif function.name == "copy":
            match = bind(Signature((Parameter("object", made),), made), given, self.version)
        else:
            message = f'The "{name}" type has no function "{function.name}"'
            return self.report("PW103", message, function.name_span, f"there are {name}.new() and {name}.copy()")
        if match.problems:
            self.report_problems(f"{name}.{function.name}", match, node, given)
        return made

    # Methods ---------------------------------------------------------------------------------------------------------

    def _call_method(self, function: s.Member, node: s.Call) -> Type:
        owner = self.value(function.value)
        given = [Given(owner, function.value, None, function.value.span), *self.arguments(node)]
        if owner.kind in (Kind.UNKNOWN, Kind.TUPLE):
            return UNKNOWN
        space = owner.name if owner.kind is Kind.OBJECT else _METHOD_SPACES.get(owner.kind, "")
        known = self.builtin_functions.find(f"{space}.{function.name}") if space else None
        methods = [one for one in self.functions.get(function.name, []) if one.node.method and self._takes(one, owner)]
        declared = self._visible(methods, node, known is not None)
        if declared:
            return self.call_declared(declared, node, given)
        if known is not None and not function.name.startswith("new"):
            return self._call_builtin(known, node, given)
        if owner.kind is Kind.UDT and function.name == "copy":
            return owner
        if self.imports:
            return UNKNOWN
        return self._unknown_method(function, owner, space)

    def _takes(self, function: UserFunction, owner: Type) -> bool:
        parameters = function.node.parameters
        if not parameters:
            return False
        written = parameters[0].type
        if written is None:
            return True
        parameter = Parameter("self", self.written_type(written))
        given = Given(owner, function.node.parameters[0].default or s.Name("self"), None, s.NOWHERE)
        return not bind(Signature((parameter,), VOID), [given], self.version).problems

    def _unknown_method(self, function: s.Member, owner: Type, space: str) -> Type:
        own = [name for name, found in self.functions.items() if any(self._takes(one, owner) for one in found)]
        built = [
            name.rpartition(".")[2] for name in self.builtin_functions if name.rpartition(".")[0] == space and space
        ]
        message = f"Could not find method or method reference '{self.text(function)}' of a {owner.plain}"
        hint = self.near_hint(function.name, [*own, *built])
        if hint is None and (own or built):
            hint = f"its methods: {', '.join([*own, *built][:12])}"
        return self.report("PW107", message, function.name_span, hint)

    # Unknown functions -----------------------------------------------------------------------------------------------

    def _unknown_function(self, name: str, node: s.Expression, given: list[Given]) -> Type:
        message = f'Could not find function or function reference "{name}"'
        if name in _OLD:
            return self.report("PW103", message, node.span, _OLD[name])
        for space in _OLD_SPACES if len(name) > 1 else ():
            full = f"{space}.{name}"
            if full in self.builtin_functions:
                fix = Fix(f"write `{full}`", (Edit(node.span, full),), safe=True)
                return self.report("PW103", message, node.span, f"write `{full}`: the namespace is missing", fix=fix)
        near = nearest(name, [*self.functions, *self.builtin_functions], _MISSPELT_MOST)
        hint = f"did you mean `{near[0]}`?" if near else None
        space = name.rpartition(".")[0]
        if near and space:
            members = [known for known in self.builtin_functions if known.rpartition(".")[0] == space]
            hint = f"{hint} legal in {space}: {len(members)} functions, such as {', '.join(sorted(members)[:6])}"
        return self.report("PW103", message, node.span, hint)


_OLD: Final = {
    "study": "since v5 it is called indicator()",
    "security": "since v5 it is called request.security()",
    "iff": "since v5 write condition ? a : b",
    "offset": "since v5 write value[n]",
    "tostring": "since v5 it is called str.tostring()",
    "tonumber": "since v5 it is called str.tonumber()",
    "print": "Pine writes to its log by log.info(), and on the chart by label.new()",
    "len": "the size of an array is array.size(a), the length of a text str.length(s)",
}


def _head_span(node: s.Expression) -> s.Span:
    while isinstance(node, s.Member):
        node = node.value
    return node.span
