"""PW602: requests of one symbol and time frame become one call that returns a tuple.

The later requests move up to the first, so everything that they read must be known there, and must not be assigned to
on the way; and nothing between may mean another thing by the names that move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind
from pinewright.pine.draft import Edits
from pinewright.pine.optimizer.closed import closed_function
from pinewright.pine.optimizer.facts import SCALARS, Facts
from pinewright.pine.optimizer.proposal import Proposal, remove, stands_alone
from pinewright.pine.optimizer.values import Form, form
from pinewright.pine.printer import print_expression, print_script
from pinewright.pine.spelling import LINE_LENGTH
from pinewright.pine.types import Type
from pinewright.pine.walking import bare, walk

CODE = "PW602"
_MOST_MEMBERS = 100
"""TradingView allows 127 members in all tuples of requests."""


@dataclass(frozen=True, eq=False)
class _Request:
    """A declaration at the left margin whose value is a request; names and parts go together."""

    statement: s.Declaration | s.TupleDeclaration
    call: s.Call
    expression: s.Expression
    names: tuple[str, ...]
    parts: tuple[s.Expression, ...]


def merged_requests(facts: Facts) -> Iterator[Proposal]:
    """One proposal for each group of requests that can become one."""
    groups: dict[Form, list[_Request]] = {}
    for statement in facts.tree.statements:
        found = _request(facts, statement)
        key = _key(facts, found) if found is not None else None
        if found is not None and key is not None:
            groups.setdefault(key, []).append(found)
    for requests in groups.values():
        yield from _merge(facts, requests)


def _request(facts: Facts, statement: s.Statement) -> _Request | None:
    """The request that a statement declares names by, where it may move."""
    if not isinstance(statement, (s.Declaration, s.TupleDeclaration)) or not stands_alone(facts, statement):
        return None
    call = bare(statement.value)
    if not isinstance(call, s.Call) or facts.builtin(call) != "request.security":
        return None
    if call.span.end_line > call.span.line and "//" in facts.text(call):
        return None
    expression = bind(facts.builtin_functions["request.security"], call).arguments.get("expression")
    if expression is None:
        return None
    if isinstance(statement, s.TupleDeclaration):
        inner = bare(expression)
        if not isinstance(inner, s.Tuple) or len(inner.items) != len(statement.names):
            return None
        return _Request(statement, call, expression, statement.names, inner.items)
    if statement.mode is not None or statement.exported or not _says(statement.type, facts.type(call)):
        return None
    return _Request(statement, call, expression, (statement.name,), (expression,))


def _says(written: s.TypeName | None, given: Type) -> bool:
    """Whether a declaration without a type declares the same variable."""
    if given.kind not in SCALARS:
        return False
    return written is None or (written.qualifier in (None, "series") and written.name == given.plain)


def _key(facts: Facts, request: _Request) -> Form | None:
    """Everything but the expression; an argument that only says its default counts for nothing."""
    function = facts.builtin_functions["request.security"]
    defaults = {parameter.name: parameter.default for parameter in function.parameters}
    parts: list[object] = []
    for name, value in sorted(bind(function, request.call).arguments.items()):
        if value is request.expression or print_expression(value) == defaults.get(name):
            continue
        made = form(facts, value)
        if made is None:
            return None
        parts.append((name, made))
    return tuple(parts)


def _merge(facts: Facts, requests: list[_Request]) -> Iterator[Proposal]:
    """Groups of requests of one key, each led by the first to which the others can move."""
    waiting = requests
    while len(waiting) > 1:
        first, group = waiting[0], [waiting[0]]
        left: list[_Request] = []
        for request in waiting[1:]:
            fits = sum(len(one.names) for one in group) + len(request.names) <= _MOST_MEMBERS
            (group if fits and _may_move(facts, request, first) else left).append(request)
        if len(group) > 1:
            yield _proposal(facts, group)
        waiting = left


def _may_move(facts: Facts, request: _Request, first: _Request) -> bool:
    """Whether a request gives the same where the first one stands."""
    start, end = first.statement.span.start, request.statement.span.start
    if any(form(facts, part) is None for part in request.parts):
        return False
    read = facts.symbols_in(request.call)
    if any(symbol.span.start > start for symbol in read):
        return False
    if any(start <= write.span.start <= end for symbol in read for write in symbol.writes):
        return False
    for node in walk(request.call):
        own = closed_function(facts, node) if isinstance(node, s.Call) else None
        if own is not None and own.span.start > start:
            return False
    return facts.names_between(start, end).isdisjoint(request.names)


def _proposal(facts: Facts, group: list[_Request]) -> Proposal:
    first = group[0]
    names = [name for request in group for name in request.names]
    parts = [part for request in group for part in request.parts]
    edits = Edits()
    edits.replace(first.statement.span, _text(facts, first, names, parts))
    for request in group[1:]:
        remove(facts, edits, request.statement)
    shown = ", ".join(f"`{name}`" for name in names)
    message = f"{len(group)} requests of {_timeframe(facts, first)} in one call: {shown}"
    return Proposal(CODE, message, group[1].statement.span, edits)


def _timeframe(facts: Facts, request: _Request) -> str:
    arguments = bind(facts.builtin_functions["request.security"], request.call).arguments
    return f"`{facts.shown(arguments['symbol'])}`, `{facts.shown(arguments['timeframe'])}`"


def _text(facts: Facts, first: _Request, names: list[str], parts: list[s.Expression]) -> str:
    """The declaration of all names: the first call as it is written, with all expressions; broken where it is long."""
    if any(part.span.end_line > part.span.line for part in (first.call, *parts)):
        return _printed(first, names, parts)
    source, call, inner = facts.source, first.call, first.expression
    listed = ", ".join(facts.text(part) for part in parts)
    value = f"{source[call.span.start : inner.span.start]}[{listed}]{source[inner.span.end : call.span.end]}"
    text = f"[{', '.join(names)}] = {value}"
    return text if len(text) <= LINE_LENGTH else _printed(first, names, parts)


def _printed(first: _Request, names: list[str], parts: list[s.Expression]) -> str:
    arguments = tuple(
        s.Argument(s.Tuple(tuple(parts)), one.name) if one.value is first.expression else one
        for one in first.call.arguments
    )
    value = s.Call(first.call.function, arguments, first.call.template)
    return print_script(s.Script((s.TupleDeclaration(tuple(names), value),), None)).rstrip("\n")
