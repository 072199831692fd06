"""v5 to v6: the small ones: division of ints, given twice, history of constants and fields, "1D", removed functions."""

from __future__ import annotations

from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.builtins import functions
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import dotted, drop_argument, named, part
from pinewright.pine.types import Kind, Qualifier
from pinewright.pine.walking import bare

_PERIODS: Final = {"D": "1D", "W": "1W", "M": "1M"}
_GONE: Final = frozenset(["request.quandl"])
_SIMPLE_OFFSET: Final = frozenset("plot plotshape plotchar plotarrow bgcolor barcolor".split())


def divide_ints(stage: Stage) -> None:
    """``5 / 2`` of ints known in the source is 2 in v5 and 2.5 in v6."""
    for node in stage.nodes:
        if not isinstance(node, s.Binary) or node.operator != "/" or not _divides_constants(stage, node):
            continue
        holder = stage.parents.get(id(node))
        while isinstance(holder, (s.Parenthesis, s.Argument)):
            holder = stage.parents.get(id(holder))
        if isinstance(holder, s.Call) and stage.builtin(holder) == "int":
            continue
        message = "ints known in the source divide to an int in v5: `int()` keeps that"
        stage.change("PW713", message, node, Edits().wrap(node.span, "int(", ")"))


def _divides_constants(stage: Stage, node: s.Binary) -> bool:
    sides = (node.left, node.right)
    types = [stage.type(side) for side in sides]
    if not all(kind.kind is Kind.INT and kind.qualifier is Qualifier.CONST for kind in types):
        return False
    left, right = (bare(side) for side in sides)
    if isinstance(left, s.Literal) and isinstance(right, s.Literal):
        return not right.value or int(left.value) % int(right.value) != 0
    return True


def drop_second_arguments(stage: Stage) -> None:
    """A parameter that is given twice: v5 takes the first."""
    for call in stage.calls:
        function = functions(5).find(stage.builtin(call))
        order = [parameter.name for parameter in function.parameters] if function else []
        given: set[str] = set()
        for place, item in enumerate(call.arguments):
            name = item.name or (order[place] if place < len(order) else "")
            if name and name in given and item.name is not None:
                edits = drop_argument(Edits(), stage.source, call, item)
                stage.change("PW714", f"the second `{name}` is gone: v5 takes the first", item, edits)
            given.add(name)


def drop_history_of_constants(stage: Stage) -> None:
    """``color.red[1]`` and ``5[1]``: v6 gives a history to what changes alone."""
    for node in stage.nodes:
        if not isinstance(node, s.Index):
            continue
        value = bare(node.value)
        constant = isinstance(value, s.Member) and stage.type(value).qualifier is Qualifier.CONST
        if not isinstance(value, s.Literal) and not (constant and dotted(value).startswith(("color.", "math."))):
            continue
        edits = Edits().replace(part(node.span, node.value.span.end, node.span.end), "")
        stage.change("PW715", "a constant has no history in v6", node, edits)


def take_history_of_objects(stage: Stage) -> None:
    """``object.field[1]`` to ``(object[1]).field``."""
    for node in stage.nodes:
        if not isinstance(node, s.Index) or not isinstance(node.value, s.Member):
            continue
        member = node.value
        if stage.type(member.value).kind is not Kind.UDT:
            continue
        history = stage.source[member.span.end : node.span.end]
        edits = Edits().wrap(member.value.span, "(", f"{history})")
        edits.replace(part(node.span, member.span.end, node.span.end), "")
        stage.change("PW716", "the history of a field is that of its object", node, edits)


def name_periods(stage: Stage) -> None:
    """``timeframe.period`` is "1D" in v6 where it is "D" in v5."""
    for node in stage.nodes:
        if isinstance(node, s.Binary) and node.operator in ("==", "!="):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if _is_period(stage, one):
                    _compared(stage, bare(other))
        elif isinstance(node, s.Switch) and node.subject is not None and _is_period(stage, node.subject):
            for case in node.cases:
                if case.condition is not None:
                    _compared(stage, bare(case.condition))


def _is_period(stage: Stage, node: s.Expression) -> bool:
    """timeframe.period, or a variable that is nothing else."""
    node = bare(node)
    if isinstance(node, s.Name) and id(node) in stage.names.variables and node.name not in stage.names.assigned:
        declarations = stage.names.declarations.get(node.name, [])
        first = declarations[0] if len(declarations) == 1 else None
        return isinstance(first, s.Declaration) and dotted(first.value) == "timeframe.period"
    return dotted(node) == "timeframe.period"


def _compared(stage: Stage, node: s.Expression) -> None:
    if isinstance(node, s.Literal):
        new = _PERIODS.get(str(node.value))
        if new is not None:
            edits = Edits().replace(node.span, f"{node.text[0]}{new}{node.text[-1]}")
            stage.change("PW717", f"`timeframe.period` says `{new}` in v6", node, edits)
    elif stage.type(node).kind is Kind.STRING:
        hint = 'compare timeframe.in_seconds() of both, or expect "1D", "1W" and "1M"'
        stage.refuse("PW792", "`timeframe.period` says 1D in v6, not D: this comparison may change", node, hint)


def name_what_is_gone(stage: Stage) -> None:
    """What v6 has no word for."""
    for call in stage.calls:
        name = stage.builtin(call)
        if name in _GONE:
            stage.refuse("PW791", f"`{name}()` is gone in v6", call, "its data is no longer offered: leave it out")
        item = named(call, "offset") if name in _SIMPLE_OFFSET else None
        if item is not None and stage.type(item.value).qualifier is Qualifier.SERIES:
            hint = "v6 draws all bars with one offset: give it a number or an input"
            stage.refuse("PW791", "an offset that changes from bar to bar", item, hint)


def widen_lines(stage: Stage) -> None:
    """A line width of 0, which was drawn as 1."""
    for call in stage.calls:
        item = named(call, "linewidth")
        value = bare(item.value) if item is not None else None
        if isinstance(value, s.Literal) and not isinstance(value.value, str) and value.value < 1:
            stage.change("PW709", "`linewidth` is 1 at least", value, Edits().replace(value.span, "1"))
