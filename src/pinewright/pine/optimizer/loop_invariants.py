"""PW603: work that is the same in every pass of a loop is done once, above the loop.

Only what has no memory and no effect, and cannot stop the script, moves: the loop may not run at all. A declaration
moves as it is where its name is free around the loop; any other value gets a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.optimizer.facts import Facts, Symbol
from pinewright.pine.optimizer.names import free_name
from pinewright.pine.optimizer.proposal import Proposal, annotated, begins_line, line_above, remove, stands_alone
from pinewright.pine.optimizer.tables import COSTLY, NEW_ARRAYS, SAFE_TEXT
from pinewright.pine.optimizer.values import Form, form, hoistable
from pinewright.pine.printer import print_expression
from pinewright.pine.walking import bare, walk

CODE = "PW603"
_Loop = s.For | s.ForIn | s.While

_RESIZING: Final = frozenset(f"array.{word}" for word in "push pop shift unshift insert remove clear concat".split())
_WORTH: Final = 2
"""A root, a power or a text is worth a line of its own; an absolute value or a rounding is not, two of them are."""


@dataclass(frozen=True)
class _Found:
    """A value in a loop that does not change there; ``statement`` is the declaration that it is the whole value of."""

    value: s.Expression
    statement: s.Declaration | None = None


def loop_invariants(facts: Facts) -> Iterator[Proposal]:
    """One proposal for each value that can move out of the loop around it."""
    names: set[str] = set()
    for statement in facts.nodes:
        if not isinstance(statement, (s.ExpressionStatement, s.Declaration, s.TupleDeclaration, s.Reassignment)):
            continue
        loop = statement.value
        if isinstance(loop, (s.For, s.ForIn, s.While)) and begins_line(facts, statement):
            yield from _Loops(facts, statement, loop).proposals(names)


class _Loops:
    """One loop and the statement that it is."""

    def __init__(self, facts: Facts, statement: s.Statement, loop: _Loop):
        self.facts = facts
        self.statement = statement
        self.loop = loop
        inside = list(walk(loop))
        self.varying: set[Symbol] = set()
        for node in inside:
            self.varying.update(facts.declared.get(id(node), []))
            if isinstance(node, s.Reassignment) and id(node.target) in facts.symbol_of:
                self.varying.add(facts.symbol_of[id(node.target)])
        calls = [node for node in inside if isinstance(node, s.Call)]
        self.keeps_sizes = not any(facts.builtin(call) in ("", *_RESIZING) for call in calls)

    def proposals(self, names: set[str]) -> Iterator[Proposal]:
        """Declarations that move, and other values that get a name."""
        others: dict[Form | str, list[s.Expression]] = {}
        for found in self._all():
            if found.statement is not None and self._may_move(found.statement):
                yield self._move(found.statement)
            elif found.value.span.end_line == found.value.span.line:
                key = form(self.facts, found.value) or print_expression(found.value)
                others.setdefault(key, []).append(found.value)
        for values in others.values():
            if not self._is_idiom(values):
                yield self._name(values, names)

    # What does not change ----------------------------------------------------------------------------------------

    def _all(self) -> Iterator[_Found]:
        loop = self.loop
        if isinstance(loop, s.While):
            yield from self._in(loop.condition)
        elif isinstance(loop, s.For) and self.facts.version >= 6:
            # Since v6 the end of a loop is computed on each pass.
            yield from self._in(loop.stop)
        for statement in loop.body.statements:
            if isinstance(statement, s.Declaration) and statement.mode is None:
                if self._moves(bare(statement.value)):
                    yield _Found(bare(statement.value), statement)
                else:
                    yield from self._in(statement.value)
            elif isinstance(statement, (s.ExpressionStatement, s.Reassignment, s.TupleDeclaration)):
                yield from self._in(statement.value)

    def _in(self, node: s.Expression) -> Iterator[_Found]:
        """The largest such values in the parts of a value that are always computed."""
        if self._moves(node):
            yield _Found(bare(node))
            return
        for part in self._parts(node):
            yield from self._in(part)

    def _parts(self, node: s.Expression) -> tuple[s.Expression, ...]:
        match node:
            case s.Parenthesis():
                return (node.value,)
            case s.Unary():
                return (node.operand,)
            case s.Binary():
                lazy = node.operator in ("and", "or") and self.facts.version >= 6
                return (node.left,) if lazy else (node.left, node.right)
            case s.Ternary() | s.If():
                return (node.condition,)
            case s.Switch():
                return (node.subject,) if node.subject is not None else ()
            case s.Index():
                return (node.offset,)
            case s.Tuple():
                return node.items
            case s.Call():
                if self.facts.builtin(node).startswith("request."):
                    return ()
                return tuple(argument.value for argument in node.arguments)
            case s.For():
                return (node.start,)
        return ()

    def _moves(self, node: s.Expression) -> bool:
        if self._cost(node) < _WORTH:
            return False
        return self._is_size(bare(node)) or hoistable(self.facts, node, self.varying)

    def _cost(self, node: s.Expression) -> int:
        cost = 0
        for one in walk(node):
            if isinstance(one, s.Call):
                name = self.facts.builtin(one)
                if name in COSTLY or name in SAFE_TEXT or name == "array.size":
                    cost += _WORTH
                elif name.startswith("math."):
                    cost += 1
        return cost

    def _is_size(self, node: s.Expression) -> bool:
        """Whether this is the size of an array that exists and keeps its size in the loop."""
        if not isinstance(node, s.Call) or self.facts.builtin(node) != "array.size" or not self.keeps_sizes:
            return False
        owner = node.arguments[0].value if node.arguments else getattr(node.function, "value", node)
        symbol = self.facts.symbol_of.get(id(owner))
        if symbol is None or symbol.writes or not isinstance(symbol.node, s.Declaration) or symbol in self.varying:
            return False
        made = bare(symbol.node.value)
        return isinstance(made, s.Call) and self.facts.builtin(made) in (*NEW_ARRAYS, "array.from")

    def _is_idiom(self, values: list[s.Expression]) -> bool:
        """Whether this is only the size in `for i = 0 to array.size(a) - 1`, which reads best as it is."""
        loop = self.loop
        return (
            isinstance(loop, s.For) and self._is_size(values[0]) and len(values) == 1 and _lies_in(values[0], loop.stop)
        )

    # Rewrites ----------------------------------------------------------------------------------------------------

    def _may_move(self, statement: s.Declaration) -> bool:
        """Whether a declaration may stand above the loop: nothing around it knows its name, nobody reads its past."""
        facts = self.facts
        (symbol,) = facts.declared[id(statement)]
        read = {id(name) for name in symbol.reads}
        if symbol.writes or len(self.loop.body.statements) == 1 or facts.places[id(statement)].is_value:
            return False
        if not stands_alone(facts, statement) or annotated(statement):
            return False
        for node in facts.nodes:
            if isinstance(node, s.Name) and node.name == symbol.name and id(node) not in read:
                return False
            if isinstance(node, s.Index) and id(bare(node.value)) in read:
                return False
        return sum(one.name == symbol.name for one in facts.symbols) == 1 and symbol.name not in facts.functions

    def _move(self, statement: s.Declaration) -> Proposal:
        edits = Edits()
        trailing = f" {statement.trailing.text}" if statement.trailing is not None else ""
        line_above(self.facts, edits, self.statement, self.facts.text(statement) + trailing)
        remove(self.facts, edits, statement)
        message = f"`{statement.name}` is the same in every pass: computed once, above the loop"
        return Proposal(CODE, message, statement.span, edits)

    def _name(self, values: list[s.Expression], names: set[str]) -> Proposal:
        first = values[0]
        call = next(one for one in walk(first) if isinstance(one, s.Call))
        name = free_name(self.facts, call, names, "" if first is call else "Value")
        edits = Edits()
        line_above(self.facts, edits, self.statement, f"{name} = {self.facts.text(first)}")
        for value in values:
            edits.replace(value.span, name)
        message = f"`{self.facts.shown(first)}` is the same in every pass: computed once, above the loop, as `{name}`"
        return Proposal(CODE, message, first.span, edits)


def _lies_in(node: s.Expression, other: s.Expression) -> bool:
    return other.span.start <= node.span.start and node.span.end <= other.span.end
