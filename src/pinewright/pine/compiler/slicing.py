"""Which statements can reach an order; the rest (plots, tables, alerts and what only they read) is not compiled.

What is needed spreads backwards until nothing is added: an order needs what it reads, a variable the statements that
assign it, an object those that change it, wherever they hold it, a call the body of its function. The bodies of
functions are sliced too: of a function whose value nobody reads only what it does is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import Role, functions
from pinewright.pine.compiler.aliases import Aliases, Key
from pinewright.pine.compiler.orders import matters
from pinewright.pine.types import Type
from pinewright.pine.walking import bare, children

_STRUCTURES = (s.If, s.Switch, s.For, s.ForIn, s.While, s.Once)
_LOOPS = (s.For, s.ForIn, s.While)


def is_order_call(node: s.Node) -> bool:
    """Whether the node is a call that places, changes or withdraws an order."""
    if not isinstance(node, s.Call):
        return False
    function = functions().get(dotted_name(node.function) or "")
    return function is not None and function.role is Role.ORDER


def order_statements(
    script: s.Script,
    roots: frozenset[str] = frozenset(),
    *,
    types: Mapping[int, Type] | None = None,
    orders: bool = True,
) -> frozenset[int]:
    """Ids of the statements that can reach an order, or one of the variables named in ``roots``.

    types: of the script's expressions, by id, as the check found them; without them more is kept. orders: whether
    orders are wanted, or the roots alone. Ids of calls with effects in kept statements are among the ids.
    """
    return _Slice(script, roots, types or {}, orders).run()


@dataclass
class _Facts:
    """What is found in an expression, or anywhere below a node."""

    reads: frozenset[Key] = frozenset()
    assigns: frozenset[Key] = frozenset()
    changes: frozenset[Key] = frozenset()
    calls: tuple[tuple[s.Call, s.FunctionDeclaration], ...] = ()
    """Each call of a function of the script, with each function that it may mean."""
    orders: bool = False
    effects: list[s.Node] = field(default_factory=list)
    """Calls that change objects, place orders or may do so."""


class _Slice:
    """The slicing of one script."""

    def __init__(self, script: s.Script, roots: frozenset[str], types: Mapping[int, Type], orders: bool):
        self.script = script
        self.orders = orders
        self.aliases = Aliases(script, types)
        self.needed: set[Key] = {(0, name) for name in roots}
        self.classes: set[Key] = set()
        self.kept: set[int] = set()
        self.live: dict[int, s.FunctionDeclaration] = {}
        self.wanted: set[int] = set()
        """Functions whose value is read."""
        self.effective: set[int] = set()
        """Functions that place orders or change what is needed."""
        self._facts: dict[tuple[int, int], _Facts] = {}
        self._grown = True

    def run(self) -> frozenset[int]:
        while self._grown:
            self._grown = False
            self._find_effective()
            # What a statement reads was assigned above it: from the end backwards one pass meets whole chains.
            for statement in reversed(self.script.statements):
                if not isinstance(statement, s.FunctionDeclaration):
                    self._statement(statement, 0, wanted=False, loop=None)
            for function in list(self.live.values()):
                self._block(function.body, id(function), wanted=id(function) in self.wanted, loop=None)
        return frozenset(self.kept)

    # What is known of a node -----------------------------------------------------------------------------------------

    def _facts_of(self, node: s.Node, owner: int) -> _Facts:
        key = (id(node), owner)
        if key not in self._facts:
            self._facts[key] = self._found(node, owner)
        return self._facts[key]

    def _found(self, node: s.Node, owner: int) -> _Facts:
        reads: set[Key] = set()
        assigns: set[Key] = set()
        changes: set[Key] = set()
        calls: list[tuple[s.Call, s.FunctionDeclaration]] = []
        effects: list[s.Node] = []
        orders = False
        for inner in _read_by(node):
            match inner:
                case s.Name(name=name):
                    reads.add(self.aliases.key(name, owner))
                case s.Reassignment(target=s.Name(name=name)):
                    assigns.add(self.aliases.key(name, owner))
                case s.Call():
                    called = self.aliases.called(inner)
                    calls += ((inner, function) for function in called)
                    order = self.orders and is_order_call(inner)
                    orders |= order
                    changed = self.aliases.changed(inner, owner)
                    changes.update(changed)
                    if called or order or changed:
                        effects.append(inner)
                case s.Reassignment():
                    changes.update(self.aliases.changed(inner, owner))
        return _Facts(frozenset(reads), frozenset(assigns), frozenset(changes), tuple(calls), orders, effects)

    def _does(self, node: s.Node, owner: int) -> bool:
        """Whether a node places an order, or changes what is needed."""
        facts = self._facts_of(node, owner)
        return (
            facts.orders
            or not self.needed.isdisjoint(facts.assigns)
            or any(id(function) in self.effective for _, function in facts.calls)
            or self._changes_needed(facts.changes)
        )

    def _changes_needed(self, keys: frozenset[Key]) -> bool:
        return any(self.aliases.representative(key) in self.classes for key in keys)

    def _find_effective(self) -> None:
        self.classes = {self.aliases.representative(key) for key in self.needed}
        every = [id(function) for several in self.aliases.functions.values() for function in several]
        facts = {
            id(function): self._facts_of(function.body, id(function))
            for several in self.aliases.functions.values()
            for function in several
        }
        # What a function does to names of its own stays in it: another call has others.
        owners: dict[Key, set[int]] = {}
        for key in self.needed:
            owners.setdefault(self.aliases.representative(key), set()).add(key[0])
        while True:
            before = len(self.effective)
            self.effective |= {
                owner
                for owner in every
                if facts[owner].orders
                or any(id(function) in self.effective for _, function in facts[owner].calls)
                or any(owners.get(self.aliases.representative(key), set()) - {owner} for key in facts[owner].changes)
            }
            if len(self.effective) == before:
                return

    # What is kept ----------------------------------------------------------------------------------------------------

    def _statement(self, statement: s.Statement, owner: int, *, wanted: bool, loop: int | None) -> bool:
        """Keep a statement, or the parts of it that are needed; whether any was.

        wanted: whether its value is read; loop: id of the statement that holds the innermost loop around it.
        """
        match statement:
            case s.Declaration(name=name, value=value):
                needed = wanted or self.aliases.key(name, owner) in self.needed
            case s.TupleDeclaration(names=names, value=value):
                needed = wanted or any(self.aliases.key(name, owner) in self.needed for name in names)
            case s.Reassignment(target=target, value=value):
                needed = wanted or self._is_target(target, owner)
            case s.ExpressionStatement(value=value):
                needed = wanted
            case s.Jump():
                return self._keep(statement) if loop in self.kept else False
            case _:
                return False
        structure = bare(value)
        if isinstance(structure, _STRUCTURES):
            return self._structure(statement, structure, owner, wanted=needed, loop=loop)
        if not needed and not self._does(value, owner):
            return False
        self._read(statement if isinstance(statement, s.Reassignment) else value, owner, used=needed)
        return self._keep(statement)

    def _is_target(self, target: s.Expression, owner: int) -> bool:
        if isinstance(target, s.Name):
            return self.aliases.key(target.name, owner) in self.needed
        return self._changes_needed(frozenset(self.aliases.roots_of_target(target, owner)))

    def _structure(
        self, statement: s.Statement, node: s.Expression, owner: int, *, wanted: bool, loop: int | None
    ) -> bool:
        """Keep the needed statements in the blocks of a structure, and with any of them its conditions."""
        heads, blocks = _parts(node)
        inside = id(statement) if isinstance(node, _LOOPS) else loop
        found = wanted or any(self._does(head, owner) for head in heads)
        for block in blocks:
            found |= self._block(block, owner, wanted=wanted, loop=inside)
        if not found:
            return False
        for head in heads:
            self._read(head, owner, used=True)
        if isinstance(statement, s.Reassignment):
            self._read(statement.target, owner, used=True)
        return self._keep(statement)

    def _block(self, block: s.Block, owner: int, *, wanted: bool, loop: int | None) -> bool:
        found = False
        last = len(block.statements) - 1
        for place in range(last, -1, -1):
            found |= self._statement(block.statements[place], owner, wanted=wanted and place == last, loop=loop)
        return found

    def _keep(self, statement: s.Statement) -> bool:
        if id(statement) not in self.kept:
            self.kept.add(id(statement))
            self._grown = True
        return True

    def _read(self, node: s.Node, owner: int, *, used: bool) -> None:
        """Need all that a node reads. ``used``: whether its own value is; calls inside it give values anyhow."""
        facts = self._facts_of(node, owner)
        if not facts.reads <= self.needed:
            self.needed |= facts.reads
            self._grown = True
        if not facts.assigns <= self.needed:
            self.needed |= facts.assigns
            self._grown = True
        self.kept.update(map(id, facts.effects))
        outermost = bare(node) if isinstance(node, s.Expression) else node
        for call, function in facts.calls:
            if id(function) not in self.live:
                self.live[id(function)] = function
                self._grown = True
                for parameter in function.parameters:
                    if parameter.default is not None:
                        self._read(parameter.default, 0, used=True)
            if (used or call is not outermost) and id(function) not in self.wanted:
                self.wanted.add(id(function))
                self._grown = True


def _parts(node: s.Expression) -> tuple[list[s.Node], list[s.Block]]:
    """What a structure reads before its blocks run, and the blocks."""
    match node:
        case s.If(condition=condition, then=then, otherwise=otherwise):
            return [condition], [then] if otherwise is None else [then, otherwise]
        case s.Switch(subject=subject, cases=cases):
            heads = [subject, *(case.condition for case in cases)]
            return [head for head in heads if head is not None], [case.body for case in cases]
        case s.For(start=start, stop=stop, step=step, body=body):
            return [head for head in (start, stop, step) if head is not None], [body]
        case s.ForIn(iterable=iterable, body=body):
            return [iterable], [body]
        case s.While(condition=condition, body=body):
            return [condition], [body]
        case s.Once(condition=condition, body=body):
            return [] if condition is None else [condition], [body]
    raise AssertionError(f"no structure: {type(node).__name__}")


def _read_by(node: s.Node) -> Iterator[s.Node]:
    """The node and all below it that matter for trades: not the texts that orders send."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        silent = is_order_call(found)
        waiting += [
            below
            for below in reversed(tuple(children(found)))
            if not (silent and isinstance(below, s.Argument) and not matters(below.name or ""))
        ]
