"""An expression that a script requests, written out once more for the bars that it is asked of.

The expression sees its names as they are where the call stands: of the script those statements are run over the other
bars that it needs, up to the call and, for what they leave to the next bar, after it. Arguments of functions on the way
to the call are evaluated anew too. Blocks on the way are entered always: whether the call is reached on a bar of the
chart does not change what the other bars hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinewright.pine import syntax as s
from pinewright.pine.compiler.frames import Cell
from pinewright.pine.compiler.graph import STRUCTURED, Code, Const, Items, Node, Value, lowest_first
from pinewright.pine.compiler.slicing import order_statements
from pinewright.pine.types import Kind
from pinewright.pine.walking import children, walk

if TYPE_CHECKING:
    from pinewright.pine.compiler.lower import Lowering

_EXPRESSION = "request expression"
"""Name under which the expression itself is sliced; no script can have it."""
_ACCOUNT = re.compile(r"\b(?:b\.(?!heap\b)\w+|broker_\w+|order_\w+)")
_INPUT = re.compile(r"\bp\[(\d+)\]")


@dataclass(frozen=True)
class Context:
    """An expression over other bars while the script is compiled.

    lowering: its program. kinds, three, buffers, inputs: of its outputs (three as of values) and what each depends on,
    one for each item of a tuple. present: whether it reads more of a bar than its open and its time.
    """

    lowering: Lowering
    kinds: tuple[Kind, ...]
    three: tuple[bool, ...]
    buffers: tuple[int, ...]
    is_tuple: bool
    inputs: tuple[frozenset[int], ...]
    present: bool


def in_context(outer: Lowering, path: tuple[s.Call, ...], expression: s.Expression, called: str) -> Context:
    """The expression of a request in a context of its own.

    path: the calls that lead to the request, the request last; called: its name, for errors. Raises NotCompiledError.
    """
    way = tuple(_Step(call, outer.called_functions[id(call)]) for call in path[:-1])
    plan = _needed(outer.tree, way, path[-1], expression)
    inner = outer.beside(order_statements(plan, frozenset({_EXPRESSION}), types=outer.types, orders=False))
    reach = _Reach(inner, way, path[-1], expression, called)
    reach.statements(outer.tree.statements, 0)
    inner.write_logs(inner.globals)
    if reads_account(inner, reach.values):
        raise outer.unsupported(f"the account in the expression of `{called}()`", path[-1].span)
    return Context(
        lowering=inner,
        kinds=tuple(value.kind for value in reach.values),
        three=tuple(value.three for value in reach.values),
        buffers=reach.buffers,
        is_tuple=reach.is_tuple,
        inputs=tuple(value.deps if isinstance(value, Node) else inputs_read(inner) for value in reach.values),
        present=any(map(_reads_present, reach.values)),
    )


def write_outputs(lowering: Lowering, values: Sequence[Value]) -> tuple[int, ...]:
    """Buffers into which the step writes values where it stands now."""
    buffers = []
    for value in values:
        buffers.append(lowering.body.buffer())
        lowering.body.line(f"h[{buffers[-1]}][i] = {lowering.number(value)}")
    return tuple(buffers)


def reads_account(lowering: Lowering, values: Sequence[Value]) -> bool:
    """Whether what was written, or one of the values, needs a broker."""
    live = any(isinstance(value, Node) and value.live for value in values)
    return live or any(map(_ACCOUNT.search, lowering.body.lines))


def inputs_read(lowering: Lowering) -> frozenset[int]:
    """All inputs that the step and its columns read."""
    lines = "\n".join([*lowering.body.lines, *lowering.columns.texts])
    inputs = {int(number) for number in _INPUT.findall(lines)}
    for entry in lowering.columns.found:
        inputs |= entry.deps if isinstance(entry, Node) else frozenset()
    return frozenset(inputs)


class _Step:
    """A call of a function of the script on the way to a request; its arguments as declarations of the parameters."""

    def __init__(self, call: s.Call, function: s.FunctionDeclaration):
        self.call = call
        self.function = function
        names = [parameter.name for parameter in function.parameters]
        owner = [s.Argument(call.function.value)] if isinstance(call.function, s.Member) else []
        self.given = {
            argument.name or names[place]: s.Declaration(argument.name or names[place], argument.value)
            for place, argument in enumerate([*owner, *call.arguments])
        }


def _needed(tree: s.Script, way: Sequence[_Step], request: s.Call, expression: s.Expression) -> s.Script:
    """A script of all that could matter to the expression, without what holds the calls: for the slicing."""
    calls = [*(step.call for step in way), request]
    statements = list(_around(tree.statements, calls[0]))
    for step, inner in zip(way, calls[1:], strict=True):
        statements += step.given.values()
        statements += _around(step.function.body.statements, inner)
    return replace(tree, statements=(*statements, s.Declaration(_EXPRESSION, expression)))


def _around(statements: Sequence[s.Statement], call: s.Call) -> Iterator[s.Statement]:
    """The statements without the one that holds the call, but with those beside it in its block."""
    for statement in statements:
        if not _holds(statement, call):
            yield statement
        else:
            block = _block_of(statement, call)
            yield from () if block is None else _around(block.statements, call)


def _holds(node: s.Node, call: s.Call) -> bool:
    return not isinstance(node, s.FunctionDeclaration) and any(inner is call for inner in walk(node))


def _block_of(node: s.Node, call: s.Call) -> s.Block | None:
    """The outermost block below a statement that holds the call; None where it stands in the statement itself."""
    waiting = list(children(node))
    while waiting:
        found = waiting.pop()
        if isinstance(found, s.Block):
            if _holds(found, call):
                return found
            continue
        waiting += children(found)
    return None


class _Reach:
    """Runs the statements on the way to a request and evaluates its expression there."""

    def __init__(
        self, lowering: Lowering, way: tuple[_Step, ...], request: s.Call, expression: s.Expression, called: str
    ):
        self.lowering = lowering
        self.way = way
        self.calls = [*(step.call for step in way), request]
        self.expression = expression
        self.called = called
        self.values: tuple[Value, ...] = ()
        self.buffers: tuple[int, ...] = ()
        self.is_tuple = False

    def statements(self, statements: Sequence[s.Statement], place: int) -> None:
        for statement in statements:
            if isinstance(statement, s.FunctionDeclaration):
                continue
            if _holds(statement, self.calls[place]):
                self._enter(statement, place)
            elif id(statement) in self.lowering.kept:
                self.lowering.statement(statement)

    def _enter(self, statement: s.Statement, place: int) -> None:
        call = self.calls[place]
        block = _block_of(statement, call)
        if block is not None:
            self._check(block)
            self.lowering.frame.scopes.append({})
            self.statements(block.statements, place)
            self.lowering.frame.scopes.pop()
        elif place == len(self.way):
            self._evaluate()
        else:
            self._follow(self.way[place], place)

    def _check(self, block: s.Block) -> None:
        """A block that is entered always must not change what the expression reads."""
        for inner in walk(block):
            if isinstance(inner, s.Reassignment) and id(inner) in self.lowering.kept:
                what = f"a `{self.called}()` in a block that assigns what the expression reads"
                raise self.lowering.unsupported(what, inner.span)

    def _follow(self, step: _Step, place: int) -> None:
        """Into a function of the script, with the arguments that matter."""
        lowering, function = self.lowering, step.function
        frame = lowering.frames.function(function)
        for parameter in function.parameters:
            given = step.given.get(parameter.name)
            if given is None or id(given) in lowering.kept:
                value = lowering.default(parameter) if given is None else lowering.expression(given.value)
                value = lowering.cast(value, lowering.written_or_none(parameter.type))
                frame.scopes[0][parameter.name] = lowering.parameter(frame, parameter.name, value)
        outer, lowering.frame = lowering.frame, frame
        for name, found in frame.scopes[0].items():
            if isinstance(found, Cell) and name in frame.remembered:
                lowering.remember(found)
        lowering.path = (*lowering.path, step.call)
        self.statements(function.body.statements, place + 1)
        lowering.path = lowering.path[:-1]
        lowering.write_logs(frame)
        lowering.frame = outer

    def _evaluate(self) -> None:
        lowering = self.lowering
        value = lowering.expression(self.expression)
        self.is_tuple = isinstance(value, Items)
        found = value.items if isinstance(value, Items) else (value,)
        if lowering.three_valued:
            found = tuple(map(lowering.with_na, found))
        for item in found:
            self._check_kind(item)
        self.values, self.buffers = found, write_outputs(lowering, found)

    def _check_kind(self, value: Value) -> None:
        span = self.calls[-1].span
        if isinstance(value, Items) or value.kind in STRUCTURED or value.kind is Kind.VOID:
            what = "a tuple" if isinstance(value, Items) else f"a value of type {value.kind.value}"
            raise self.lowering.unsupported(f"{what} as the result of `{self.called}()`", span)


def _reads_present(value: Value) -> bool:
    """Whether a value may depend on what a bar is at its close, not on its open, its time or earlier bars alone."""
    if not isinstance(value, Node):
        return isinstance(value, Code)
    return any(map(_is_present, lowest_first(value, _is_past)))


def _is_past(node: Node) -> bool:
    """Whether a node is a value of an earlier bar."""
    offset = node.args[1] if node.op == "history" else None
    return isinstance(offset, Const) and isinstance(offset.value, float) and offset.value >= 1.0


def _is_present(node: Node) -> bool:
    """Whether a node itself may tell what only the close of its bar does."""
    if node.op == "bar":
        return not (isinstance(node.args[0], Const) and node.args[0].value in ("open", "time", "time_close"))
    return node.op in ("call", "request", "history")
