"""What is known of a script before it is rewritten: meanings of names, places of statements, calls that always run.

Names are resolved as the checker does it: blocks open scopes, functions see the left margin above them. ``always``
holds the calls that run exactly once on every bar; all others have a state that advances only now and then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import Functions, Variable, functions, variables
from pinewright.pine.checker import CheckedScript
from pinewright.pine.types import UNKNOWN, Kind, Type
from pinewright.pine.walking import bare, children, walk

SCALARS = frozenset([Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.STRING, Kind.COLOR])
_LONGEST_TEXT = 60


@dataclass(eq=False, slots=True)
class Symbol:
    """A variable, parameter or counter of the script; ``node`` is what declares it."""

    name: str
    node: s.Node
    span: s.Span
    depth: int
    """0 at the left margin."""
    reads: list[s.Name] = field(default_factory=list)
    writes: list[s.Reassignment] = field(default_factory=list)


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where a statement stands: in which block, at which place, and whether the value of that block may be wanted."""

    block: s.Script | s.Block
    index: int
    valued: bool

    @property
    def is_value(self) -> bool:
        """Whether the statement may be the value of its block."""
        return self.valued and self.index == len(self.block.statements) - 1


@dataclass(frozen=True, slots=True)
class _Context:
    """Of a node: the statement at the left margin around it, and how it is run."""

    top: s.Statement
    always: bool = True
    depth: int = 0


class Facts:
    """All facts of one text. ``always`` is in the order of the text."""

    def __init__(self, checked: CheckedScript):
        self.checked = checked
        self.source = checked.source
        self.tree = checked.tree
        self.version = checked.version
        self.builtin_functions: Functions = functions(self.version)
        self.builtin_variables: dict[str, Variable] = variables(self.version)
        self.nodes = list(walk(self.tree))
        self.functions: dict[str, list[s.FunctionDeclaration]] = {}
        self.enums = {node.name for node in self.nodes if isinstance(node, s.EnumDeclaration)}
        self.symbol_of: dict[int, Symbol] = {}
        self.symbols: list[Symbol] = []
        self.declared: dict[int, list[Symbol]] = {}
        """What a node declares, by its id."""
        self.closed: dict[str, bool] = {}
        """What is known so far of the functions: see ``closed``."""
        self.places: dict[int, Place] = {}
        self.always: list[s.Call] = []
        self.top_of: dict[int, s.Statement] = {}
        """The statement at the left margin around each call."""
        for statement in self.tree.statements:
            if isinstance(statement, s.FunctionDeclaration):
                self.functions.setdefault(statement.name, []).append(statement)
        _Reader(self).script()

    def builtin(self, call: s.Call) -> str:
        """Full name of the built-in function that a call means; nothing for any other."""
        return self.checked.calls.get(id(call), "")

    def type(self, node: s.Expression) -> Type:
        """The type that the checker found."""
        return self.checked.types.get(id(node), UNKNOWN)

    def variable(self, node: s.Expression) -> str:
        """Full name of the built-in variable, constant or member of an enum that a node means; nothing otherwise."""
        full = dotted_name(node)
        head = node
        while isinstance(head, s.Member):
            head = head.value
        if not full or id(head) in self.symbol_of:
            return ""
        return full if full in self.builtin_variables or full.partition(".")[0] in self.enums else ""

    def symbols_in(self, node: s.Node) -> set[Symbol]:
        """The variables of the script that a node reads."""
        return {self.symbol_of[id(one)] for one in walk(node) if id(one) in self.symbol_of}

    def names_between(self, start: int, end: int) -> set[str]:
        """All names that are read, called or declared between two offsets."""
        read = {node.name for node in self.nodes if isinstance(node, s.Name) and start <= node.span.start < end}
        return read | {symbol.name for symbol in self.symbols if start <= symbol.span.start < end}

    def text(self, node: s.Node) -> str:
        """What stands at a node."""
        return self.source[node.span.start : node.span.end]

    def shown(self, node: s.Node) -> str:
        """What stands at a node, on one line and not too long."""
        text = " ".join(self.text(node).split())
        return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"

    def is_plain(self, kind: Type) -> bool:
        """Whether values of a type are plain: two equal ones cannot be told apart, and nothing changes inside them."""
        if kind.kind is Kind.TUPLE:
            return all(self.is_plain(item) for item in kind.items)
        return kind.kind in SCALARS or kind.kind is Kind.ENUM

    @cached_property
    def has_moving_history(self) -> bool:
        """Whether a history is read with an offset that changes: then every other read may be there to make room."""
        return any(isinstance(node, s.Index) and not isinstance(bare(node.offset), s.Literal) for node in self.nodes)

    def taken(self, name: str) -> bool:
        """Whether a new variable must not have this name."""
        return name in self.words or name in _KEYWORDS or name in _language_words(self.version)

    @cached_property
    def words(self) -> set[str]:
        """Everything that the script calls by a name of one word."""
        named = (s.Name, s.FunctionDeclaration, s.TypeDeclaration, s.EnumDeclaration, s.Import, s.TypeName)
        return {node.name for node in self.nodes if isinstance(node, named)} | {one.name for one in self.symbols}


@cache
def _language_words(version: int) -> frozenset[str]:
    """First parts of all names of the language."""
    return frozenset(name.partition(".")[0] for name in (*functions(version), *variables(version)))


class _Reader:
    """One walk over the tree."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self.scopes: list[dict[str, Symbol]] = [{}]

    def script(self) -> None:
        tree = self.facts.tree
        for index, statement in enumerate(tree.statements):
            self.facts.places[id(statement)] = Place(tree, index, valued=False)
            self.statement(statement, _Context(statement), valued=False)

    def declare(self, name: str, node: s.Node, span: s.Span, at: _Context) -> None:
        symbol = Symbol(name, node, span if span != s.NOWHERE else node.span, at.depth)
        self.scopes[-1][name] = symbol
        self.facts.symbols.append(symbol)
        self.facts.declared.setdefault(id(node), []).append(symbol)

    def find(self, name: str) -> Symbol | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def statement(self, node: s.Statement, at: _Context, *, valued: bool) -> None:
        match node:
            case s.ExpressionStatement():
                self.visit(node.value, at, valued=valued)
            case s.Declaration():
                once = node.mode is not None
                self.visit(node.value, replace(at, always=at.always and not once), valued=True)
                self.declare(node.name, node, node.name_span, at)
            case s.TupleDeclaration():
                self.visit(node.value, at, valued=True)
                for name, span in zip(node.names, node.name_spans, strict=True):
                    if name != "_":
                        self.declare(name, node, span, at)
            case s.Reassignment():
                self._reassign(node, at)
            case s.FunctionDeclaration():
                self._function(node, at)
            case _:
                for child in children(node):
                    self.visit(child, replace(at, always=False), valued=True)

    def _reassign(self, node: s.Reassignment, at: _Context) -> None:
        self.visit(node.value, at, valued=True)
        if isinstance(node.target, s.Name):
            symbol = self.find(node.target.name)
            if symbol is not None:
                symbol.writes.append(node)
                self.facts.symbol_of[id(node.target)] = symbol
        else:
            self.visit(node.target, at, valued=True)

    def _function(self, node: s.FunctionDeclaration, at: _Context) -> None:
        inner = _Context(at.top, always=False, depth=1)
        for parameter in node.parameters:
            if parameter.default is not None:
                self.visit(parameter.default, inner, valued=True)
        self.scopes.append({})
        for parameter in node.parameters:
            self.declare(parameter.name, parameter, parameter.name_span, inner)
        self.block(node.body, inner, valued=True)
        self.scopes.pop()

    def block(self, block: s.Block, at: _Context, *, valued: bool) -> None:
        inner = _Context(at.top, always=False, depth=at.depth + 1)
        self.scopes.append({})
        last = len(block.statements) - 1
        for index, statement in enumerate(block.statements):
            self.facts.places[id(statement)] = Place(block, index, valued)
            self.statement(statement, inner, valued=valued and index == last)
        self.scopes.pop()

    def visit(self, node: s.Node, at: _Context, *, valued: bool = True) -> None:
        """Read a value; ``valued`` when what it gives may be wanted."""
        match node:
            case s.Name():
                symbol = self.find(node.name)
                if symbol is not None:
                    symbol.reads.append(node)
                    self.facts.symbol_of[id(node)] = symbol
            case s.Call():
                self._call(node, at)
            case s.Binary():
                self._binary(node, at)
            case s.Ternary():
                self.visit(node.condition, at)
                self.visit(node.then, replace(at, always=False))
                self.visit(node.otherwise, replace(at, always=False))
            case s.If() | s.Switch() | s.For() | s.ForIn() | s.While() | s.Once():
                self._structure(node, at, valued=valued)
            case s.Statement():
                self.statement(node, at, valued=valued)
            case s.Block():
                self.block(node, at, valued=valued)
            case _:
                for child in children(node):
                    self.visit(child, at)

    def _call(self, node: s.Call, at: _Context) -> None:
        self.facts.top_of[id(node)] = at.top
        if at.always:
            self.facts.always.append(node)
        if not isinstance(node.function, s.Name):
            self.visit(node.function, at)
        name = self.facts.builtin(node)
        # A request computes its expression on other bars.
        inner = replace(at, always=False) if name.startswith("request.") else at
        for argument in node.arguments:
            self.visit(argument.value, inner)

    def _binary(self, node: s.Binary, at: _Context) -> None:
        spine: list[s.Binary] = []
        inner: s.Expression = node
        while isinstance(inner, s.Binary):
            spine.append(inner)
            inner = inner.left
        self.visit(inner, at)
        for one in reversed(spine):
            # Since v6 the right side runs only where the left one leaves the answer open.
            lazy = one.operator in ("and", "or") and self.facts.version >= 6
            self.visit(one.right, replace(at, always=False) if lazy else at)

    def _structure(self, node: s.Expression, at: _Context, *, valued: bool) -> None:
        rare = replace(at, always=False)
        match node:
            case s.If():
                self._if(node, at, rare, valued=valued)
            case s.Switch():
                if node.subject is not None:
                    self.visit(node.subject, at)
                for case in node.cases:
                    if case.condition is not None:
                        self.visit(case.condition, rare)
                    self.block(case.body, rare, valued=valued)
            case s.For():
                self.visit(node.start, at)
                for bound in (node.stop, node.step):
                    if bound is not None:
                        self.visit(bound, rare)
                self._loop(node, [(node.variable, node.variable_span)], rare, valued=valued)
            case s.ForIn():
                self.visit(node.iterable, at)
                spans = node.name_spans or (node.span,) * len(node.names)
                self._loop(node, list(zip(node.names, spans, strict=True)), rare, valued=valued)
            case s.While():
                self.visit(node.condition, rare)
                self._loop(node, [], rare, valued=valued)
            case s.Once():
                if node.condition is not None:
                    self.visit(node.condition, rare)
                self.block(node.body, rare, valued=valued)

    def _if(self, node: s.If, at: _Context, rare: _Context, *, valued: bool) -> None:
        """An if with all its `else if`, which are deep trees."""
        self.visit(node.condition, at)
        link: s.If | None = node
        while link is not None:
            if link is not node:
                self.visit(link.condition, rare)
            self.block(link.then, rare, valued=valued)
            otherwise, chained, link = link.otherwise, link.elif_, None
            following = otherwise.statements[0] if chained and otherwise is not None else None
            inner = following.value if isinstance(following, s.ExpressionStatement) else None
            if otherwise is not None and isinstance(inner, s.If):
                self.facts.places[id(following)] = Place(otherwise, 0, valued)
                link = inner
            elif otherwise is not None:
                self.block(otherwise, rare, valued=valued)

    def _loop(
        self, node: s.For | s.ForIn | s.While, names: list[tuple[str, s.Span]], at: _Context, *, valued: bool
    ) -> None:
        self.scopes.append({})
        for name, span in names:
            if name != "_":
                self.declare(name, node, span, replace(at, depth=at.depth + 1))
        self.block(node.body, at, valued=valued)
        self.scopes.pop()


_KEYWORDS = frozenset(
    "and or not if else for to by in while switch break continue true false na var varip type enum method import as "
    "export once const input simple series int float bool string color array matrix map line label box table "
    "linefill polyline plot hline chart catch class do ellipse is polygon range return struct text throw try".split()
)
