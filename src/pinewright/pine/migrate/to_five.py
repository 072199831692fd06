"""v6 to v5: what means something else there, written so that it means the same."""

from __future__ import annotations

from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.builtins import functions
from pinewright.pine.diagnostics import Severity
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.orders import write_out
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.state import State
from pinewright.pine.migrate.tree import add_arguments, bound, dotted, parents_of
from pinewright.pine.types import Kind, Qualifier
from pinewright.pine.walking import bare, walk

_DEFAULTS: Final = {"margin_long": "100", "margin_short": "100"}
_PERIODS: Final = {"1D": "D", "1W": "W", "1M": "M"}
_LEVELS: Final = (("limit", "profit"), ("stop", "loss"), ("trail_price", "trail_points"))


def write_defaults_of_six(stage: Stage) -> None:
    """Margins are 100 % in v6 and unchecked in v5."""
    write_out(stage, 6, _DEFAULTS, "PW780")


def skip_right_sides(stage: Stage) -> None:
    """``a and f()`` to ``a ? f() : false`` where ``f`` remembers: v5 would run it on every bar."""
    state = State(stage)
    for node in stage.nodes:
        if not isinstance(node, s.Binary) or node.operator not in ("and", "or") or not state.parts(node.right):
            continue
        start = stage.source.index(node.operator, node.left.span.end)
        # Comments between the operands may hold the word.
        if stage.source[node.left.span.end : start].strip():
            stage.refuse("PW791", f"v5 runs both sides of `{node.operator}`", node, "write it as ?:")
            continue
        word = s.Span(start, start + len(node.operator), node.span.line, 1, node.span.line, 1)
        sign, tail = ("?", " : false)") if node.operator == "and" else ("? true :", ")")
        edits = Edits().wrap(node.span, "(", tail).replace(word, sign)
        stage.change("PW781", f"v5 runs both sides of `{node.operator}`: `?:` skips as v6 does", node, edits)


def divide_as_floats(stage: Stage) -> None:
    """``5 / 2`` is 2.5 in v6 and 2 in v5."""
    for node in stage.nodes:
        if not isinstance(node, s.Binary) or node.operator != "/":
            continue
        types = [stage.type(side) for side in (node.left, node.right)]
        if all(kind.kind is Kind.INT and kind.qualifier is Qualifier.CONST for kind in types):
            if _divides_evenly(bare(node.left), bare(node.right)):
                continue
            message = "ints known in the source divide to an int in v5: `float()` keeps the fraction"
            stage.change("PW782", message, node, Edits().wrap(node.left.span, "float(", ")"))


def _divides_evenly(left: s.Expression, right: s.Expression) -> bool:
    if not isinstance(left, s.Literal) or not isinstance(right, s.Literal) or not right.value:
        return False
    return int(left.value) % int(right.value) == 0


def name_periods_of_five(stage: Stage) -> None:
    """``timeframe.period`` is "D" in v5 where it is "1D" in v6."""
    for node in stage.nodes:
        if not isinstance(node, s.Binary) or node.operator not in ("==", "!="):
            continue
        for one, other in ((node.left, bare(node.right)), (node.right, bare(node.left))):
            new = _PERIODS.get(str(other.value)) if isinstance(other, s.Literal) else None
            if dotted(bare(one)) == "timeframe.period" and new is not None and isinstance(other, s.Literal):
                edits = Edits().replace(other.span, f"{other.text[0]}{new}{other.text[-1]}")
                stage.change("PW717", f"`timeframe.period` says `{new}` in v5", other, edits)


def allow_requests(stage: Stage) -> None:
    """Requests inside blocks, which v6 allows unless told otherwise."""
    parents = parents_of(stage.tree)
    for call in stage.calls:
        if not stage.builtin(call).startswith("request.") or not _inside(parents, call):
            continue
        for head in stage.calls:
            name = stage.builtin(head)
            if name in ("strategy", "indicator", "library"):
                order = tuple(parameter.name for parameter in functions(6)[name].parameters)
                if "dynamic_requests" not in bound(head, order):
                    edits = add_arguments(Edits(), stage.source, head, ["dynamic_requests = true"])
                    stage.change("PW780", "requests inside blocks need `dynamic_requests = true` in v5", head, edits)
        return


def _inside(parents: dict[int, s.Node], node: s.Node) -> bool:
    at: s.Node | None = node
    while at is not None:
        if isinstance(at, s.Block):
            return True
        at = parents.get(id(at))
    return False


def name_what_five_lacks(stage: Stage) -> None:
    """What v6 does and v5 cannot be told to do."""
    order = tuple(parameter.name for parameter in functions(6)["strategy.exit"].parameters)
    for call in stage.calls:
        if stage.builtin(call) == "strategy.exit":
            given = bound(call, order)
            for price, distance in _LEVELS:
                if price in given and distance in given:
                    hint = "give the nearer of the two as one price"
                    stage.refuse("PW791", f"v5 takes `{price}` where v6 takes the nearer of both", call, hint)
    for node in stage.nodes:
        if isinstance(node, s.For) and _reads_what_changes(node):
            hint = "v5 takes the end of a loop once: write a `while`"
            stage.refuse("PW791", "v6 works out the end of this loop on each pass", node.stop, hint)


def _reads_what_changes(loop: s.For) -> bool:
    read = {node.name for node in walk(loop.stop) if isinstance(node, s.Name)}
    assigned = [node.target for node in walk(loop.body) if isinstance(node, s.Reassignment)]
    changed = {target.name for target in assigned if isinstance(target, s.Name)}
    calls = any(isinstance(node, s.Call) for node in walk(loop.stop))
    mutated = {
        node.function.value.name
        for node in walk(loop.body)
        if isinstance(node, s.Call) and isinstance(node.function, s.Member) and isinstance(node.function.value, s.Name)
    }
    arrays = {
        item.value.name
        for node in walk(loop.body)
        if isinstance(node, s.Call)
        for item in node.arguments
        if isinstance(item.value, s.Name)
    }
    return bool(read & changed) or (calls and bool(read & (mutated | arrays)))


def name_what_five_refuses(stage: Stage) -> None:
    """Arguments, constants and functions that came with v6."""
    for finding in stage.checked.diagnostics:
        if finding.severity is Severity.ERROR:
            stage.draft.refuse(
                "PW791", f"not in Pine v5: {finding.message}", finding.span, finding.hint or "leave it out"
            )
