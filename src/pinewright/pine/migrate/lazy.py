"""v5 to v6: ``and`` and ``or`` skip their right side, and a loop works out its end again on each pass."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.lines import hoist, one_line, shares_arrow, statement_above, unfold
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.state import State
from pinewright.pine.types import Kind
from pinewright.pine.walking import walk

_HOIST = "v6 skips the right side of `{0}`: `{1}` runs on a line above, on every bar as before"
_SWAP = "v6 skips the right side of `{0}`: what remembers stands on its left now"
_CHANGING = frozenset("push pop shift unshift insert remove put put_all clear concat delete add_row add_col".split())
_VALUES = frozenset([Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.STRING, Kind.COLOR, Kind.NA])
"""Kinds that a call cannot change."""


def run_both_sides(stage: Stage) -> None:
    """Move calls with state out of the right sides of ``and`` and ``or``, so that they run whenever they ran before."""
    state = State(stage)
    moved: set[int] = set()
    for node in stage.nodes:
        if not isinstance(node, s.Binary) or node.operator not in ("and", "or"):
            continue
        parts = [part for part in state.parts(node.right) if id(part) not in moved]
        if not parts:
            continue
        statement = statement_above(stage, node)
        if statement is None:
            _swap(stage, state, node)
        elif shares_arrow(stage, statement):
            unfold(stage, statement)
        else:
            _hoist(stage, state, node, parts, statement)
            moved |= {id(below) for part in parts for below in walk(part)}


def _hoist(stage: Stage, state: State, node: s.Binary, parts: list[s.Expression], statement: s.Statement) -> None:
    for part in parts:
        edits = Edits()
        text = one_line(stage.text(part))
        hoist(stage, edits, part, statement, state.name_for(part))
        stage.change("PW704", _HOIST.format(node.operator, text), part, edits)


def _swap(stage: Stage, state: State, node: s.Binary) -> None:
    """Where no line above will do, turn the sides round, if the left one remembers nothing."""
    if state.parts(node.left):
        hint = "give the calls lines of their own, where they run on every bar"
        stage.refuse("PW791", f"v6 skips the right side of `{node.operator}`, which remembers", node, hint)
        return
    edits = Edits().replace(node.left.span, stage.text(node.right)).replace(node.right.span, stage.text(node.left))
    stage.change("PW704", _SWAP.format(node.operator), node, edits)


def fix_loop_ends(stage: Stage) -> None:
    """Give the end of a loop a name where the loop's body changes what it reads."""
    state = State(stage)
    for node in stage.nodes:
        if not isinstance(node, s.For) or not _changes_with_body(stage, state, node):
            continue
        statement = statement_above(stage, node)
        if statement is None:
            hint = "give the end of the loop a name above"
            stage.refuse("PW791", "v6 works out the end of the loop again on each pass", node.stop, hint)
        elif shares_arrow(stage, statement):
            unfold(stage, statement)
        else:
            edits = Edits()
            text = one_line(stage.text(node.stop))
            hoist(stage, edits, node.stop, statement, "last")
            message = f"v6 works out the end of a loop again on each pass: `{text}` is taken once, as before"
            stage.change("PW705", message, node.stop, edits)


def _changes_with_body(stage: Stage, state: State, loop: s.For) -> bool:
    if any(isinstance(node, s.Call) and state.has(node) for node in walk(loop.stop)):
        return True
    names = [node for node in walk(loop.stop) if isinstance(node, s.Name)]
    read = {node.name for node in names}
    held = {node.name for node in names if stage.type(node).kind not in _VALUES}
    for node in walk(loop.body):
        if isinstance(node, s.Reassignment) and _head(node.target) in read:
            return True
        if isinstance(node, s.Call) and _may_change(stage, node, held):
            return True
    return False


def _may_change(stage: Stage, call: s.Call, read: set[str]) -> bool:
    """Whether a call may change a collection that the end of the loop reads."""
    name = stage.builtin(call)
    given = {_head(item.value) for item in call.arguments}
    if isinstance(call.function, s.Member):
        given.add(_head(call.function.value))
    if not given & read:
        return False
    last = name.rpartition(".")[2]
    return last in _CHANGING if name and id(call) in stage.checked.calls else True


def _head(node: s.Expression) -> str:
    """The variable that a chain of members begins with."""
    while isinstance(node, (s.Member, s.Index, s.Parenthesis)):
        node = node.value
    return node.name if isinstance(node, s.Name) else ""
