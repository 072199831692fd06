"""From the typed tree to values and generated text: one script at a time.

Pure expressions become nodes of the graph and are written where they are wanted; what was assigned to is written into
the step, in the script's order. Functions are written out at each call, with state of their own, as Pine has it. The
work is one object in four layers, a file each: ``values`` (operators), ``expressions``, ``calls``, statements here.
"""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.calls import Calls, ascii_name
from pinewright.pine.compiler.columns import Columns
from pinewright.pine.compiler.frames import Cell, frame_of
from pinewright.pine.compiler.graph import VOID_CONST, Code, Const, Graph, Items, Node, Value
from pinewright.pine.compiler.inputs import Inputs
from pinewright.pine.types import Kind, scalar_kind


class Lowering(Calls):
    """Writes one script; ``columns`` and ``inputs`` hold what it needed, ``body`` is the step.

    prelude: functions of prelude.pine by name; kept: ids of the statements that reach an order.
    """

    def __init__(self, tree: s.Script, source: str, prelude: dict[str, s.FunctionDeclaration], kept: frozenset[int]):
        super().__init__(tree, source)
        self.tree = tree
        self.prelude = prelude
        self.kept = kept
        self.graph = Graph()
        self.columns = Columns(self.graph, self.inline_node, self.constant)
        self.inputs = Inputs(self.graph)
        functions = [node for node in tree.statements if isinstance(node, s.FunctionDeclaration)]
        self.declared = {node.name: node for node in functions}
        names = [node.name for node in functions]
        self.overloaded = frozenset(name for name in names if names.count(name) > 1)
        self.body = Body(deps=None)
        self.globals = frame_of(None, tree.statements)
        self.frame = self.globals
        self.conditional = False
        self.in_prelude = False
        self.account_logs = {}
        self._kinds = {}

    def run(self) -> None:
        """Write the step from the statements that were kept."""
        for statement in self.tree.statements:
            if not isinstance(statement, s.FunctionDeclaration) and id(statement) in self.kept:
                self.statement(statement)
        self.write_logs(self.globals)

    def statement(self, node: s.Statement) -> Value:
        if not self.in_prelude:
            self.place = node.span
        match node:
            case s.Declaration():
                return self._declare(node)
            case s.TupleDeclaration():
                value = self.expression(node.value)
                if not isinstance(value, Items):
                    raise self.unsupported("a tuple from branches", node.span)
                for name, item in zip(node.names, value.items, strict=True):
                    self.frame.scopes[-1][name] = self._settled(name, item)
                return value
            case s.Reassignment():
                return self._reassign(node)
            case s.ExpressionStatement():
                return self.expression(node.value)
        raise self.unsupported(f"`{_word(node)}`", node.span)

    def _declare(self, node: s.Declaration) -> Value:
        if node.mode == "varip":
            raise self.unsupported("`varip`", node.span)
        kind = scalar_kind(node.type.name) if node.type is not None else None
        if node.mode is not None:
            cell = self._state_variable(node, kind)
            self.frame.scopes[-1][node.name] = cell
            return Code(cell.text, cell.kind)
        value = self.typed(self.expression(node.value), kind)
        if node.name in self.frame.assigned:
            cell = self._cell(node.name, self.body.local(self.text(value), f"v_{ascii_name(node.name)}_"), value.kind)
            self.frame.scopes[-1][node.name] = cell
            return Code(cell.text, cell.kind)
        self.frame.scopes[-1][node.name] = self._settled(node.name, value)
        return value

    def _settled(self, name: str, value: Value) -> Value | Cell:
        """What a name that is never assigned again stands for: code gets a local of its own.

        So does a pure value with a history where the text does not run on every bar: there the history goes back by
        executions, not by bars.
        """
        if self.conditional and name in self.frame.remembered and isinstance(value, Node | Const):
            value = Code(self.text(value), value.kind)
        if not isinstance(value, Code):
            return value
        copied = Code(self.body.local(value.text, f"v_{ascii_name(name)}_"), value.kind)
        return self._cell(name, copied.text, copied.kind) if name in self.frame.remembered else copied

    def _state_variable(self, node: s.Declaration, kind: Kind | None) -> Cell:
        """``var``: a state slot, given its first value when the line runs for the first time."""
        slot = self.body.slot(2)
        outer, self.conditional = self.conditional, True
        with self.body.block(f"if s[{slot + 1}] == 0.0:"):
            value = self.typed(self.expression(node.value), kind)
            self.body.line(f"s[{slot + 1}] = 1.0")
            self.body.line(f"s[{slot}] = {self.number(value)}")
        self.conditional = outer
        text = f"s[{slot}]" if value.kind is not Kind.BOOL else f"(s[{slot}] != 0.0)"
        cell = self._cell(node.name, text, Kind.FLOAT if value.kind is Kind.NA else value.kind)
        return cell

    def _cell(self, name: str, text: str, kind: Kind) -> Cell:
        cell = Cell(text, kind)
        if name in self.frame.remembered:
            if len(self.frame.scopes) > 1:
                raise self.unsupported(f"the history of `{name}`, which is declared in a block", s.NOWHERE)
            cell.log = self.body.buffer()
            self.frame.logged.append(cell)
        return cell

    def _reassign(self, node: s.Reassignment) -> Value:
        name = dotted_name(node.target) or ""
        cell = self.frame.find(name)
        if not isinstance(cell, Cell):
            raise self.unsupported(f"an assignment to `{name}`", node.span)
        value = self.expression(node.value)
        if node.operator != ":=":
            value = self.binary(node.operator[0], Code(cell.text, cell.kind), value)
        value = self.typed(value, cell.kind)
        if cell.text.startswith(("s[", "(s[")):
            self.body.line(f"s[{cell.text.split('[')[1].split(']')[0]}] = {self.number(value)}")
        else:
            self.body.line(f"{cell.text} = {self.text(value)}")
        return Code(cell.text, cell.kind)

    def block(self, block: s.Block, sliced: bool) -> Value:
        """The statements of a block in a scope of their own; the value of the last."""
        self.frame.scopes.append({})
        value: Value = VOID_CONST
        for statement in block.statements:
            if not sliced or id(statement) in self.kept:
                value = self.statement(statement)
        self.frame.scopes.pop()
        return value


def _word(node: s.Statement) -> str:
    """The word with which a statement begins."""
    if isinstance(node, s.Jump):
        return node.keyword
    words = {s.TypeDeclaration: "type", s.EnumDeclaration: "enum", s.Import: "import"}
    return words.get(type(node), type(node).__name__.lower())
