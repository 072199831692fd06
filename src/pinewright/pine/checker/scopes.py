"""What a check knows while it walks: names in scope, declared types, findings so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from pinewright.errors import nearest
from pinewright.pine import syntax as s
from pinewright.pine.builtins import functions, variables
from pinewright.pine.diagnostics import Diagnostic, Fix, Severity
from pinewright.pine.types import QUALIFIERS, UNKNOWN, Kind, Qualifier, Type, parse_type

_PLAIN_TYPES = frozenset("int float bool string color".split())
OBJECT_TYPES = frozenset("line label box table linefill polyline chart.point footprint volume_row".split())
_COLLECTIONS = {"array": (Kind.ARRAY, 1), "matrix": (Kind.MATRIX, 1), "map": (Kind.MAP, 2)}
_LONGEST_TEXT = 40


class Use(Enum):
    """What becomes of the value of a statement."""

    IGNORED = "ignored"
    TAIL = "tail"
    """It is the last of a function: what the function gives, should anybody ask."""
    WANTED = "wanted"


IGNORED, TAIL, WANTED = Use.IGNORED, Use.TAIL, Use.WANTED


@dataclass(slots=True)
class Variable:
    """A declared name. ``role`` tells what it is: variable, constant, parameter, counter or item of a loop."""

    type: Type
    span: s.Span
    declared: bool = False
    """Whether its type was written out."""
    role: str = "variable"
    used: bool = False
    kept: bool = False
    """Whether it keeps its value from bar to bar: ``var``, ``varip``."""
    changed: bool = False
    """Whether an assignment gave it another value."""
    depth: int = 0
    """How many conditions stood around its declaration."""


@dataclass(slots=True)
class UserType:
    """A ``type`` of the script: its fields in order."""

    name: str
    span: s.Span
    fields: dict[str, Type] = field(default_factory=dict)


@dataclass(slots=True)
class UserFunction:
    """A function or method of the script."""

    node: s.FunctionDeclaration


class Scopes:
    """First layer of the check."""

    def __init__(self, tree: s.Script, source: str):
        self.tree = tree
        self.source = source
        self.version = tree.version if tree.version in (5, 6) else 6
        self.builtin_functions = functions(self.version)
        self.builtin_variables = variables(self.version)
        self.found: list[Diagnostic] = []
        self.scopes: list[dict[str, Variable]] = [{}]
        self.functions: dict[str, list[UserFunction]] = {}
        self.user_types: dict[str, UserType] = {}
        self.enums: dict[str, dict[str, s.EnumMember]] = {}
        self.imports: dict[str, s.Import] = {}
        self.types: dict[int, Type] = {}
        self.calls: dict[int, str] = {}
        self.later: dict[str, s.Span] = {}
        """Names that the left margin declares anywhere: where."""
        self.function: s.FunctionDeclaration | None = None
        self.loops = 0
        self.conditions: list[Qualifier] = []
        """When the conditions around this place are known, from the outermost in."""
        self.read_builtins: dict[str, int] = {}
        """Built-in variables that were read, with the place of the first reading."""
        self.in_fields = False

    # Findings --------------------------------------------------------------------------------------------------------

    def report(
        self,
        code: str,
        message: str,
        span: s.Span,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
        fix: Fix | None = None,
    ) -> Type:
        """Note a finding; the type of what has one."""
        self.found.append(Diagnostic(code, message, span, hint, severity, fix))
        return UNKNOWN

    def text(self, node: s.Node) -> str:
        """What stands at a node, shortened."""
        text = " ".join(self.source[node.span.start : node.span.end].split())
        return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 3] + "…"

    def shown(self, node: s.Expression) -> str:
        """A value as TradingView's messages name it: a literal by itself, a call by its function and type."""
        while isinstance(node, s.Parenthesis):
            node = node.value
        if isinstance(node, s.Literal):
            return str(node.value) if node.kind is s.LiteralKind.STRING else node.text
        operator = {s.Binary: getattr(node, "operator", ""), s.Unary: getattr(node, "operator", ""), s.Ternary: "?:"}
        if type(node) in operator:
            return f'call "operator {operator[type(node)]}" ({self.types.get(id(node), UNKNOWN)})'
        if isinstance(node, s.Call) and id(node) in self.types:
            return f'call "{self.text(node.function)}" ({self.types[id(node)]})'
        return self.text(node)

    @staticmethod
    def typed(node: s.Expression, given: Type) -> str:
        """The type of a value as TradingView's messages name it: literals have a qualifier of their own."""
        return f"literal {given.plain}" if isinstance(node, s.Literal) else str(given)

    # Names -----------------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Variable | None:
        """The variable of this name that is visible here."""
        for scope in reversed(self.scopes):
            if name in scope:
                found = scope[name]
                if self.function is not None and scope is self.scopes[0] and self._stands_below(found):
                    return None
                return found
        return None

    def _stands_below(self, variable: Variable) -> bool:
        """Whether a global variable is declared below the function that is being checked."""
        return self.function is not None and variable.span.start > self.function.span.start

    def declare_name(self, name: str, variable: Variable) -> None:
        """Put a name into the innermost scope; twice in one scope is an error."""
        scope = self.scopes[-1]
        if name == "_":
            return
        variable.depth = len(self.conditions)
        if name in scope:
            self.already_defined(name, variable.span)
            return
        if self.read_builtins.get(name, variable.span.start) < variable.span.start:
            message = f'Cannot shadow the built-in variable "{name}" because it has already been used as a built-in'
            self.report("PW102", message, variable.span, "choose another name")
        scope[name] = variable

    def already_defined(self, name: str, span: s.Span) -> None:
        """Note a name that its scope has already."""
        hint = f"change its value with `{name} := …`, or choose another name"
        self.report("PW102", f'"{name}" is already defined', span, hint)

    def visible(self) -> list[str]:
        """Names of variables that may be written here."""
        return [name for scope in reversed(self.scopes) for name in scope]

    def near_hint(self, name: str, legal: list[str]) -> str | None:
        """The nearest legal name as a hint."""
        near = nearest(name, legal, 1)
        return f"did you mean `{near[0]}`?" if near else None

    # Types as written ------------------------------------------------------------------------------------------------

    def written_type(self, name: s.TypeName) -> Type:
        """The type that a script spells; UNKNOWN with a finding where there is none of that name."""
        qualifier = QUALIFIERS[name.qualifier] if name.qualifier else Qualifier.SERIES
        if name.name in _COLLECTIONS:
            return self._written_collection(name)  # a qualifier says nothing of a collection
        if name.arguments:
            return self.report("PW208", f'The type "{name.name}" takes no template', name.span)
        if name.name in _PLAIN_TYPES or name.name in OBJECT_TYPES:
            return parse_type(name.name).at(qualifier)
        if name.name in self.user_types:
            declared = self.user_types[name.name].span
            if name.span.start < declared.start and not self.in_fields:
                message = f'The type "{name.name}" is declared below, in line {declared.line}'
                return self.report("PW110", message, name.span, "move the declaration of the type up")
            return Type(Kind.UDT, qualifier, name=name.name)
        if name.name in self.enums:
            return Type(Kind.ENUM, qualifier, name=name.name)
        head = name.name.partition(".")[0]
        if head in self.imports and head != name.name:
            return UNKNOWN
        legal = [*_PLAIN_TYPES, *OBJECT_TYPES, *_COLLECTIONS, *self.user_types, *self.enums]
        hint = self.near_hint(name.name, legal) or f"legal: {', '.join(sorted(legal))}"
        return self.report("PW105", f'"{name.name}" is not a valid type keyword', self._word_span(name), hint)

    def _word_span(self, name: s.TypeName) -> s.Span:
        """Where the word of a type stands, behind its qualifier."""
        place = self.source.find(name.name, name.span.start + len(name.qualifier or ""), name.span.end)
        if place < 0 or name.span.line != name.span.end_line:
            return name.span
        column = name.span.column + place - name.span.start
        end = place + len(name.name)
        return s.Span(place, end, name.span.line, column, name.span.line, column + len(name.name))

    def _written_collection(self, name: s.TypeName) -> Type:
        kind, count = _COLLECTIONS[name.name]
        if len(name.arguments) != count:
            example = "map<string, float>" if count > 1 else f"{name.name}<float>"
            message = (
                f'"{name.name}" needs {count} type{"s" * (count > 1)} between "<" and ">", not {len(name.arguments)}'
            )
            return self.report("PW208", message, name.span, f"write {example}")
        for argument in name.arguments:
            if argument.name in _COLLECTIONS:
                message = (
                    f'"{name.name}" of type {argument.name} is not supported: a collection cannot hold a collection'
                )
                hint = "put the collection into a field of a type, and hold that type"
                return self.report("PW208", message, argument.span, hint)
        return Type(kind, items=tuple(self.written_type(argument) for argument in name.arguments))
