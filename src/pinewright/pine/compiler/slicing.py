"""Which statements can reach an order; the rest (plots, tables, alerts and what only they read) is not compiled."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import Role, functions
from pinewright.pine.compiler.orders import matters
from pinewright.pine.walking import children, walk


def is_order_call(node: s.Node) -> bool:
    """Whether the node is a call that places, changes or withdraws an order."""
    if not isinstance(node, s.Call):
        return False
    function = functions().get(dotted_name(node.function) or "")
    return function is not None and function.role is Role.ORDER


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


def order_statements(script: s.Script, roots: frozenset[str] = frozenset()) -> frozenset[int]:
    """Ids of the statements that can reach an order, or one of the variables named in ``roots``.

    Names decide, without regard to scopes: too much may be kept, never too little.
    """
    declared = {node.name: node for node in script.statements if isinstance(node, s.FunctionDeclaration)}
    ordering = _ordering_functions(declared)
    needed = set(roots)
    kept: set[int] = set()
    while True:
        before = len(kept), len(needed)
        for statement in script.statements:
            if not isinstance(statement, s.FunctionDeclaration):
                _keep(statement, needed, kept, ordering, declared)
        if (len(kept), len(needed)) == before:
            return frozenset(kept)


def _ordering_functions(declared: dict[str, s.FunctionDeclaration]) -> set[str]:
    """Names of user functions that place orders, themselves or through others."""
    found: set[str] = set()
    while True:
        before = len(found)
        for name, function in declared.items():
            if any(is_order_call(node) or _calls(node, found) for node in walk(function.body)):
                found.add(name)
        if len(found) == before:
            return found


def _calls(node: s.Node, names: set[str]) -> bool:
    if not isinstance(node, s.Call):
        return False
    # A method is called by the name behind the dot.
    called = node.function.name if isinstance(node.function, s.Member) else None
    return called in names or dotted_name(node.function) in names


def _does(node: s.Node, needed: set[str], ordering: set[str]) -> bool:
    """Whether a value places an order or, by a branch inside it, changes a variable that is needed."""
    return any(
        is_order_call(inner)
        or _calls(inner, ordering)
        or (isinstance(inner, s.Reassignment) and dotted_name(inner.target) in needed)
        for inner in walk(node)
    )


def _keep(
    statement: s.Statement,
    needed: set[str],
    kept: set[int],
    ordering: set[str],
    declared: dict[str, s.FunctionDeclaration],
) -> bool:
    """Note the statement and the statements inside it that are needed; whether any was."""
    match statement:
        case s.Declaration():
            wanted = statement.name in needed or _does(statement.value, needed, ordering)
        case s.TupleDeclaration():
            wanted = bool(needed & set(statement.names)) or _does(statement.value, needed, ordering)
        case s.Reassignment():
            wanted = dotted_name(statement.target) in needed or _does(statement.value, needed, ordering)
        case s.ExpressionStatement(value=s.If() | s.Switch() | s.For() | s.ForIn() | s.While() | s.Once()):
            wanted = _keep_branches(statement.value, needed, kept, ordering, declared)
        case s.ExpressionStatement():
            wanted = _does(statement.value, needed, ordering)
        case _:
            wanted = isinstance(statement, s.Jump)
    if not wanted:
        return False
    kept.add(id(statement))
    _read(_heads(statement), needed, declared)
    if not (isinstance(statement, s.ExpressionStatement) and _heads(statement) != (statement,)):
        for inner in walk(statement):
            if isinstance(inner, s.Statement):
                kept.add(id(inner))
    return True


def _heads(statement: s.Statement) -> tuple[s.Node, ...]:
    """What a kept statement reads itself; for branches their conditions alone."""
    if isinstance(statement, s.ExpressionStatement):
        match statement.value:
            case s.If(condition=condition):
                return (condition,)
            case s.Switch(subject=subject, cases=cases):
                return tuple(n for n in (subject, *(case.condition for case in cases)) if n is not None)
            case s.For(start=start, stop=stop, step=step):
                return tuple(n for n in (start, stop, step) if n is not None)
            case s.ForIn(iterable=iterable):
                return (iterable,)
            case s.While(condition=condition):
                return (condition,)
            case s.Once(condition=condition):
                return (condition,) if condition is not None else ()
    return (statement,)


def _keep_branches(
    node: s.Expression,
    needed: set[str],
    kept: set[int],
    ordering: set[str],
    declared: dict[str, s.FunctionDeclaration],
) -> bool:
    match node:
        case s.If(then=then, otherwise=otherwise):
            blocks = [then] if otherwise is None else [then, otherwise]
        case s.Switch(cases=cases):
            blocks = [case.body for case in cases]
        case s.For(body=body) | s.ForIn(body=body) | s.While(body=body) | s.Once(body=body):
            blocks = [body]
        case _:
            return False
    found = [_keep(inner, needed, kept, ordering, declared) for block in blocks for inner in block.statements]
    return any(found)


def _read(nodes: tuple[s.Node, ...], needed: set[str], declared: dict[str, s.FunctionDeclaration]) -> None:
    """Add the names that the nodes read, through the functions that they call."""
    for node in nodes:
        for inner in _read_by(node):
            if isinstance(inner, s.Reassignment):
                needed.add(dotted_name(inner.target) or "")
            if isinstance(inner, s.Name) and inner.name not in needed:
                needed.add(inner.name)
                if inner.name in declared:
                    _read((declared[inner.name].body,), needed, declared)
