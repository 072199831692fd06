"""From the typed tree to values and generated text: one script at a time.

Pure expressions become nodes of the graph and are written where they are wanted; what was assigned to is written into
the step, in the script's order. Functions are written out at each call, with state of their own, as Pine has it. The
work is one object in layers, a file each, from what needs least to what needs all: ``values`` (operators), ``history``,
``choices``, ``loops``, ``records``, ``expressions``, ``invocations``, ``structures``, ``drawings``, ``calls``, and the
statements here.
"""

from __future__ import annotations

from collections.abc import Mapping

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import Function
from pinewright.pine.compiler.body import Body, ascii_name
from pinewright.pine.compiler.calls import Calls
from pinewright.pine.compiler.columns import Columns
from pinewright.pine.compiler.frames import Cell, Frames
from pinewright.pine.compiler.graph import VOID_CONST, Code, Const, Graph, Items, Node, Value, kept_type
from pinewright.pine.compiler.inputs import Inputs
from pinewright.pine.compiler.requests import Requests
from pinewright.pine.compiler.tickers import ticker_call
from pinewright.pine.types import Kind, Type

_LASTING = frozenset({Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.COLOR})
"""What a ``varip`` variable may hold where the script runs more than once on a bar: objects go back with the bar."""


class Lowering(Calls):
    """Writes one script; ``columns`` and ``inputs`` hold what it needed, ``body`` is the step.

    prelude: functions of the prelude by name; kept: ids of the statements that reach an order; overrides: values that
    stand for the defaults of inputs, by variable name or title.
    """

    def __init__(
        self,
        tree: s.Script,
        source: str,
        prelude: dict[str, s.FunctionDeclaration],
        kept: frozenset[int],
        overrides: Mapping[str, object] | None = None,
    ):
        super().__init__(tree, source)
        self.tree = tree
        self.prelude = prelude
        self.kept = kept
        self.graph = Graph()
        self.columns = Columns(self.graph, self.inline_node, self.constant)
        self.inputs = Inputs(self.graph, overrides)
        self.overloads = {}
        for node in tree.statements:
            if isinstance(node, s.FunctionDeclaration):
                self.overloads.setdefault(node.name, []).append(node)
        self.imports = frozenset(node.name for node in tree.statements if isinstance(node, s.Import))
        self.declared_at = {}
        for node in tree.statements:
            for name in _declared_by(node):
                self.declared_at.setdefault(name, node.span.start)
        self.declare_types(tree)
        self.inputs.enums, self.inputs.titles = self.enums, self.titles
        self.body = Body(deps=None)
        self.frames = Frames(tree)
        self.globals = self.frames.script()
        self.frame = self.globals
        self.conditional = False
        self.in_prelude = False
        self.account_logs = {}
        self.random_calls = 0
        self.path = ()
        self.called_functions = {}
        self.requests = Requests()
        self.depth = 0
        """Requests in which this one stands."""
        self.types: Mapping[int, Type] = {}
        """Types of the script's expressions, by id, as the check found them."""
        self.known_traits = {}
        self._shapes = {}
        self._signatures = {}

    def beside(self, kept: frozenset[int]) -> Lowering:
        """A lowering of the same script for other bars: nodes, inputs and words are shared, all else is its own."""
        other = Lowering(self.tree, self.source, self.prelude, kept)
        other.graph, other.inputs, other.strings = self.graph, self.inputs, self.strings
        other.columns = Columns(self.graph, other.inline_node, other.constant)
        other.requests, other.warnings = self.requests, self.warnings
        other.called_functions = self.called_functions
        other.depth, other.types = self.depth + 1, self.types
        other.asks_for_na = self.asks_for_na
        other.currency = self.currency  # of the account, whatever the bars are
        return other

    def request(self, function: Function, node: s.Call) -> Value:
        if function.name.startswith("ticker."):
            return ticker_call(self, function, node)
        return self.requests.call(self, function, node)

    def run(self) -> None:
        """Write the step from the statements that were kept."""
        for statement in self.tree.statements:
            if not isinstance(statement, s.FunctionDeclaration) and id(statement) in self.kept:
                self.statement(statement)
        self.write_logs(self.globals)

    def is_kept(self, statement: s.Statement) -> bool:
        return self.in_prelude or id(statement) in self.kept

    def statement(self, node: s.Statement) -> Value:
        if not self.in_prelude:
            self.place = node.span
        match node:
            case s.Declaration():
                return self._declare(node)
            case s.TupleDeclaration():
                return self._declare_tuple(node)
            case s.Reassignment():
                return self._reassign(node)
            case s.ExpressionStatement():
                return self.expression(node.value)
            case s.Jump():
                self.body.line(node.keyword)
                return VOID_CONST
        raise self.unsupported(f"`{_word(node)}`", node.span)

    def _declare(self, node: s.Declaration) -> Value:
        wanted = self.written_or_none(node.type)
        if node.mode is not None:
            cell = self._state_variable(node, wanted)
            self.frame.scopes[-1][node.name] = cell
            return cell.value
        value = self.cast(self.expression(node.value), wanted)
        if node.name in self.frame.assigned:
            cell = self._cell(node.name, value)
            self.frame.scopes[-1][node.name] = cell
            return cell.value
        self.frame.scopes[-1][node.name] = self._settled(node.name, value)
        return value

    def _declare_tuple(self, node: s.TupleDeclaration) -> Value:
        value = self.expression(node.value)
        items = value.items if isinstance(value, Items) else ()
        if len(items) != len(node.names):
            raise self.unsupported("a tuple whose members are not known", node.span)
        for name, item in zip(node.names, items, strict=True):
            if name != "_":
                changes = name in self.frame.assigned
                self.frame.scopes[-1][name] = self._cell(name, item) if changes else self._settled(name, item)
        return value

    def _settled(self, name: str, value: Value) -> Value | Cell:
        """What a name that is never assigned again stands for: code gets a local of its own.

        So does a pure value with a history where the text does not run on every bar: there the history goes back by
        executions, not by bars.
        """
        remembered = name in self.frame.remembered
        if self.conditional and remembered and isinstance(value, Node | Const):
            value = Code(self.text(value), value.kind, kept_type(value))
        if not isinstance(value, Code):
            return value
        return self._cell(name, value) if remembered else self._local(name, value)

    def _local(self, name: str, value: Value) -> Code:
        type_ = kept_type(value)
        return Code(self.body.local(self.text(value), f"v_{ascii_name(name)}_"), value.kind, type_)

    def _cell(self, name: str, value: Value) -> Cell:
        """A variable in a local of the step."""
        value = self.with_na(value) if self.three_valued else value
        local = self._local(name, value)
        cell = Cell(local.text, Kind.FLOAT if value.kind in (Kind.NA, Kind.VOID) else value.kind, local.type)
        if name in self.frame.remembered:
            self.remember(cell)
        return cell

    def _state_variable(self, node: s.Declaration, wanted: Type | None) -> Cell:
        """``var`` and ``varip``: a state slot, given its first value when the line runs for the first time."""
        slot = self.body.slot(2)
        outer, self.conditional = self.conditional, True
        with self.body.block(f"if s[{slot + 1}] == 0.0:"):
            value = self.cast(self.expression(node.value), wanted)
            value = self.with_na(value) if self.three_valued else value
            self.body.line(f"s[{slot + 1}] = 1.0")
            self.body.line(f"s[{slot}] = {self.number(value)}")
        self.conditional = outer
        type_ = kept_type(value)
        kind = Kind.FLOAT if value.kind in (Kind.NA, Kind.VOID) else value.kind
        if node.mode == "varip":
            if self.settings.calc_on_order_fills and kind not in _LASTING:
                raise self.unsupported("`varip` of what is no number with `calc_on_order_fills`", node.span)
            self.body.lasting |= {slot, slot + 1}
        cell = Cell(f"s[{slot}]", kind, type_, state=True)
        if node.name in self.frame.remembered:
            self.remember(cell)
        return cell

    def _reassign(self, node: s.Reassignment) -> Value:
        if isinstance(node.target, s.Member):
            return self._assign_field(node, node.target)
        name = dotted_name(node.target) or ""
        cell = self.frame.find(name)
        if not isinstance(cell, Cell):
            raise self.unsupported(f"an assignment to `{name}`", node.span)
        value = self.expression(node.value)
        if node.operator != ":=":
            value = self.binary(node.operator[0], cell.value, value)
        value = self.cast(value, cell.type or Type(cell.kind))
        is_local = not cell.state and cell.kind is Kind.BOOL
        self.body.line(f"{cell.target} = {self.text(value) if is_local else self.number(value)}")
        self.write_own(cell)
        return cell.value

    def _assign_field(self, node: s.Reassignment, target: s.Member) -> Value:
        owner = self.expression(target.value)
        value = self.expression(node.value)
        if node.operator != ":=":
            value = self.binary(node.operator[0], self.field(owner, target.name, target), value)
        self.set_field(owner, target.name, value, target)
        return value

    def block(self, block: s.Block) -> Value:
        """The statements of a block in a scope of their own; the value of the last."""
        self.frame.scopes.append({})
        value: Value = VOID_CONST
        for statement in block.statements:
            value = self.statement(statement) if self.is_kept(statement) else VOID_CONST
        self.frame.scopes.pop()
        return value


def _declared_by(node: s.Statement) -> tuple[str, ...]:
    if isinstance(node, s.TupleDeclaration):
        return node.names
    return (node.name,) if isinstance(node, s.Declaration) else ()


def _word(node: s.Statement) -> str:
    """The word with which a statement begins."""
    words = {s.TypeDeclaration: "type", s.EnumDeclaration: "enum", s.Import: "import"}
    return words.get(type(node), type(node).__name__.lower())
