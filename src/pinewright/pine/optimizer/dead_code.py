"""PW604: what has no effect is taken away: unread variables, uncalled functions, unused types, lines never reached.

Whatever shows, orders, alerts, logs, asks for an input or for data, or might stop the script with an error, stays; so
does the last statement of a block, which may be its value, and everything that a library exports.
"""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import Role
from pinewright.pine.draft import Edits
from pinewright.pine.optimizer.facts import Facts
from pinewright.pine.optimizer.proposal import Proposal, remove, stands_alone
from pinewright.pine.optimizer.values import droppable
from pinewright.pine.walking import bare, walk

CODE = "PW604"


def dead_code(facts: Facts) -> Iterator[Proposal]:
    """One proposal for each thing that can go."""
    called = _called(facts)
    words = _type_names(facts)
    for statement in facts.nodes:
        if not isinstance(statement, s.Statement) or id(statement) not in facts.places:
            continue
        place = facts.places[id(statement)]
        if isinstance(place.block, s.Block) and (place.block.inline or len(place.block.statements) == 1):
            continue
        if not stands_alone(facts, statement):
            continue
        if _is_unreached(facts, statement):
            yield from _take(facts, [statement], "nothing behind `break` or `continue` is reached")
        elif not place.is_value and (found := _unused(facts, statement, called, words)) is not None:
            yield from _take(facts, *found)


def _take(facts: Facts, statements: list[s.Statement], message: str) -> Iterator[Proposal]:
    edits = Edits()
    for statement in statements:
        remove(facts, edits, statement)
    yield Proposal(CODE, message, statements[0].span, edits)


def _unused(
    facts: Facts, statement: s.Statement, called: set[str], words: set[str]
) -> tuple[list[s.Statement], str] | None:
    """The statements that go with this one, and why."""
    match statement:
        case s.Declaration():
            return _variable(facts, statement)
        case s.TupleDeclaration():
            return _tuple(facts, statement)
        case s.FunctionDeclaration():
            if statement.name not in called and not statement.exported and _is_quiet(facts, statement):
                return [statement], f"nothing calls `{statement.name}`"
        case s.TypeDeclaration() | s.EnumDeclaration():
            if statement.name not in words and not statement.exported:
                return [statement], f"nothing uses the type `{statement.name}`"
        case s.ExpressionStatement(value=s.If(otherwise=None) | s.While() as value):
            condition = bare(value.condition)
            if isinstance(condition, s.Literal) and condition.value is False and _is_quiet(facts, statement):
                return [statement], "the condition is always false"
        case s.ExpressionStatement():
            if droppable(facts, statement.value):
                return [statement], f"`{facts.shown(statement.value)}` has no effect"
    return None


# Variables -----------------------------------------------------------------------------------------------------------


def _variable(facts: Facts, statement: s.Declaration) -> tuple[list[s.Statement], str] | None:
    (symbol,) = facts.declared[id(statement)]
    if symbol.reads or statement.exported or not droppable(facts, statement.value):
        return None
    writes: list[s.Statement] = []
    for write in symbol.writes:
        place = facts.places[id(write)]
        alone = len(place.block.statements) == 1 or place.is_value
        if alone or not stands_alone(facts, write) or not droppable(facts, write.value):
            return None
        writes.append(write)
    count = f"{len(writes)} assignment{'s' * (len(writes) > 1)}"
    what = f"{count}, and nothing reads" if writes else "nothing reads"
    return [statement, *writes], f"{what} `{symbol.name}`"


def _tuple(facts: Facts, statement: s.TupleDeclaration) -> tuple[list[s.Statement], str] | None:
    symbols = facts.declared.get(id(statement), [])
    if any(symbol.reads or symbol.writes for symbol in symbols) or not droppable(facts, statement.value):
        return None
    return [statement], f"nothing reads `[{', '.join(statement.names)}]`"


# Functions, types, jumps ---------------------------------------------------------------------------------------------


def _called(facts: Facts) -> set[str]:
    """Names by which functions and methods are called."""
    found = set()
    for node in facts.nodes:
        if not isinstance(node, s.Call) or not isinstance(node.function, (s.Name, s.Member)):
            continue
        # A method may mean a built-in function for one type and one of the script for another.
        if dotted_name(node.function) != facts.builtin(node):
            found.add(node.function.name)
    return found


def _type_names(facts: Facts) -> set[str]:
    """All words that may mean a type."""
    found = {node.name.partition(".")[0] for node in facts.nodes if isinstance(node, s.TypeName)}
    return found | {node.name for node in facts.nodes if isinstance(node, s.Name)}


def _is_quiet(facts: Facts, node: s.Node) -> bool:
    """Whether code that never runs is seen nowhere: no input in the dialog, no request, no room for a history."""
    for one in walk(node):
        if isinstance(one, s.Call):
            function = facts.builtin_functions.find(facts.builtin(one))
            if function is not None and (function.role is Role.INPUT or function.name.startswith("request.")):
                return False
        if isinstance(one, s.Index) and facts.has_moving_history:
            return False
    return True


def _is_unreached(facts: Facts, statement: s.Statement) -> bool:
    """Whether a jump stands before a statement in its block, and the value of that block is not wanted."""
    place = facts.places[id(statement)]
    before = place.block.statements[: place.index]
    return not place.valued and any(isinstance(one, s.Jump) for one in before) and _is_quiet(facts, statement)
