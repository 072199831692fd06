"""PW601: equal calls that run on every bar are computed once.

Each call has a state of its own, so only calls are shared that run exactly once on every bar: then all of them have
equal states. What they read must not be assigned to between the first and the last of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pinewright.pine import syntax as s
from pinewright.pine.builtins import Role
from pinewright.pine.draft import Edits
from pinewright.pine.edit import line_end_of
from pinewright.pine.optimizer.closed import closed_function, does_work
from pinewright.pine.optimizer.facts import Facts, Symbol
from pinewright.pine.optimizer.names import free_name
from pinewright.pine.optimizer.proposal import Proposal, begins_line, line_above, place_above, remove, stands_alone
from pinewright.pine.optimizer.tables import COSTLY
from pinewright.pine.optimizer.values import Form, form
from pinewright.pine.printer import print_expression
from pinewright.pine.types import Kind, Type
from pinewright.pine.walking import bare

CODE = "PW601"


@dataclass(frozen=True, eq=False)
class _Use:
    """One of several equal calls, and the statement at the left margin in which it stands."""

    call: s.Call
    top: s.Statement


def shared_calls(facts: Facts) -> Iterator[Proposal]:
    """All groups of equal calls, outer calls first."""
    groups: dict[Form, list[_Use]] = {}
    for call in facts.always:
        if not _is_worth(facts, call):
            continue
        made = form(facts, call)
        if made is not None:
            groups.setdefault(made, []).append(_Use(call, facts.top_of[id(call)]))
    names: set[str] = set()
    for uses in groups.values():
        for run in _runs(facts, uses):
            found = _tuple(facts, run) if facts.type(run[0].call).kind is Kind.TUPLE else _value(facts, run, names)
            if found is not None:
                yield found


def _is_worth(facts: Facts, call: s.Call) -> bool:
    """Whether a call has a memory or costs time, and is no part of a declaration or an input, which want constants."""
    name = facts.builtin(call)
    own = closed_function(facts, call)
    if not (name.startswith(("ta.", "request.")) or name in COSTLY or name == "math.sum" or own is not None):
        return False
    if own is not None and not does_work(facts, own):
        return False
    top = facts.top_of[id(call)]
    if _is_unread(facts, top):
        return False
    value = bare(top.value) if isinstance(top, (s.ExpressionStatement, s.Declaration)) else None
    outer = facts.builtin_functions.find(facts.builtin(value)) if isinstance(value, s.Call) else None
    return outer is None or outer.role not in (Role.DECLARATION, Role.INPUT)


def _is_unread(facts: Facts, top: s.Statement) -> bool:
    """Whether a declaration stays only because it may stop the script or make room: sharing with it gains nothing."""
    if not isinstance(top, (s.Declaration, s.TupleDeclaration)) or form(facts, top.value) is None:
        return False
    return not any(one.reads or one.writes for one in facts.declared.get(id(top), []))


def _runs(facts: Facts, uses: list[_Use]) -> Iterator[list[_Use]]:
    """The uses between which nothing that they read is assigned to, in groups of two and more."""
    read = facts.symbols_in(uses[0].call)
    writes = sorted(write.span.start for symbol in read for write in symbol.writes)
    run: list[_Use] = []
    for use in uses:
        if run and any(run[0].top.span.start <= write <= use.call.span.start for write in writes):
            if len(run) > 1:
                yield run
            run = []
        run.append(use)
    if len(run) > 1:
        yield run


def _holder(facts: Facts, use: _Use) -> Symbol | None:
    """The variable that a call is given to and that keeps it."""
    top = use.top
    if not isinstance(top, s.Declaration) or bare(top.value) is not use.call or top.mode is not None:
        return None
    (symbol,) = facts.declared[id(top)]
    given = facts.type(use.call)
    if symbol.writes or (top.type is not None and not _says(top.type, given)):
        return None
    return symbol


def _says(written: s.TypeName, given: Type) -> bool:
    """Whether a written type is the one that the value has anyway."""
    return written.qualifier in (None, "series") and written.name == given.plain


def _value(facts: Facts, run: list[_Use], names: set[str]) -> Proposal | None:
    """Give one call to a variable, or find the one that has it, and read that instead of the others."""
    first = run[0]
    holder = _holder(facts, first)
    if any(_holds_comment(facts, use.call) for use in run):
        return None
    edits = Edits()
    shown = facts.shown(first.call)
    if holder is not None:
        name = holder.name
        others = run[1:]
        message = f"`{shown}` is read from `{name}`, which has it already"
    else:
        if not begins_line(facts, first.top) or not _known_above(facts, first):
            return None
        name = free_name(facts, first.call, names)
        others = run
        line_above(facts, edits, first.top, f"{name} = {_one_line(facts, first.call)}")
        message = f"`{shown}` stands {len(run)} times: computed once, as `{name}`"
    for use in others:
        edits.replace(use.call.span, name)
    return Proposal(CODE, message, others[0].call.span if holder else first.call.span, edits)


def _known_above(facts: Facts, use: _Use) -> bool:
    """Whether everything that a call reads is declared above the line of its statement."""
    line = place_above(facts, use.top)
    return all(symbol.span.start < line for symbol in facts.symbols_in(use.call))


def _holds_comment(facts: Facts, call: s.Call) -> bool:
    """Whether a call over several lines may have comments in it, which would be lost."""
    return call.span.end_line > call.span.line and "//" in facts.text(call)


def _one_line(facts: Facts, call: s.Call) -> str:
    return facts.text(call) if call.span.end_line == call.span.line else print_expression(call)


# Tuples --------------------------------------------------------------------------------------------------------------


def _tuple(facts: Facts, run: list[_Use]) -> Proposal | None:
    """Read the names of the first declaration instead of computing the tuple again."""
    declared = [use.top for use in run if isinstance(use.top, s.TupleDeclaration) and use.top.value is use.call]
    if len(declared) < 2:
        return None
    first, second = declared[0], declared[1]
    kept = {symbol.name: symbol for symbol in facts.declared.get(id(first), [])}
    edits, lines = Edits(), []
    for place, (old, new) in enumerate(zip(first.names, second.names, strict=True)):
        if new == "_":
            continue
        if old == "_":
            if new in facts.names_between(first.span.start, second.span.start):
                return None
            edits.replace(first.name_spans[place], new)
        elif kept[old].writes:
            return None
        else:
            lines.append(f"{new} = {old}")
    if not stands_alone(facts, second):
        return None
    if lines:
        edits.replace(second.span, line_end_of(facts.source).join(lines))
    else:
        remove(facts, edits, second)
    message = f"`{facts.shown(second.value)}` is read from `[{', '.join(first.names)}]`, which has it already"
    return Proposal(CODE, message, second.span, edits)
