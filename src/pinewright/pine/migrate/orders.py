"""v5 to v6: what became of the arguments of orders and of strategy(): ``when``, levels that lost, margins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.builtins import functions
from pinewright.pine.draft import Edits
from pinewright.pine.edit import line_end_of
from pinewright.pine.migrate.lines import hoist, one_line, stands_alone, statement_above, unfold, unit_of
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.state import State
from pinewright.pine.migrate.tree import add_arguments, bound, dotted, drop_argument, is_na, margin_of, named, part
from pinewright.pine.walking import bare

_ORDERS: Final = frozenset(
    "strategy.entry strategy.order strategy.exit strategy.close strategy.close_all strategy.cancel "
    "strategy.cancel_all".split()
)
_WHEN_PLACE: Final = {"strategy.close": 1, "strategy.cancel": 1, "strategy.close_all": 0, "strategy.cancel_all": 0}
_LEVELS: Final = (("limit", "profit"), ("stop", "loss"), ("trail_price", "trail_points"))
"""Of each pair v5 takes the first where it is no na, v6 the one that the price reaches first."""
_NEVER_NA: Final = frozenset("open high low close hl2 hlc3 ohlc4 hlcc4 syminfo.mintick".split())
_LINE_STARTS = re.compile(r"(?:\r\n|\r|\n)(?=[ \t]*[^\s])")

_DEFAULTS: Final[dict[str, str]] = {
    "initial_capital": "1000000",
    "default_qty_type": "strategy.fixed",
    "default_qty_value": "1",
    "margin_long": "0",
    "margin_short": "0",
}
"""Defaults of strategy() in v5 that v6 has, or is said to have since October 2026, otherwise."""


def write_defaults(stage: Stage) -> None:
    """Write out the defaults of strategy() that differ in v6, so that the trades stay."""
    write_out(stage, 5, _DEFAULTS, "PW707")


def write_out(stage: Stage, version: int, defaults: Mapping[str, str], code: str) -> None:
    """Write the defaults of this version into strategy() where it leaves them open."""
    order = tuple(parameter.name for parameter in functions(version)["strategy"].parameters)
    for call in stage.calls:
        if stage.builtin(call) != "strategy":
            continue
        given = bound(call, order)
        missing = [f"{name} = {value}" for name, value in defaults.items() if name not in given]
        if missing:
            edits = add_arguments(Edits(), stage.source, call, missing)
            stage.change(code, f"defaults of v{version} are written out: {', '.join(missing)}", call, edits)


def when_to_if(stage: Stage) -> None:
    """``strategy.entry(..., when = c)`` to ``if c`` and the call below it."""
    state = State(stage)
    for call in stage.calls:
        name = stage.builtin(call)
        when = _when(stage, call, name) if name in _ORDERS else None
        if when is None:
            continue
        statement = stage.parents.get(id(call))
        if not isinstance(statement, s.ExpressionStatement):
            stage.refuse("PW791", "an order with `when` inside a value", call, "give the order a line of its own")
        elif not stands_alone(stage, statement):
            if not unfold(stage, statement):
                stage.refuse("PW791", "`when` of an order that shares its line", call, "give it a line of its own")
        elif not _hoist_arguments(stage, state, call, when):
            _put_under_if(stage, statement, call, when)


def _when(stage: Stage, call: s.Call, name: str) -> s.Argument | None:
    if (found := named(call, "when")) is not None:
        return found
    place = _WHEN_PLACE.get(name, -1)
    if 0 <= place < len(call.arguments) and call.arguments[place].name is None:
        item = call.arguments[place]
        return item if stage.is_bool(item.value) else None
    return None


def _hoist_arguments(stage: Stage, state: State, call: s.Call, when: s.Argument) -> bool:
    """Arguments that remember run on every bar in v5, whatever ``when`` says: they move above. Whether any did."""
    found = False
    for item in call.arguments:
        if item is when:
            continue
        for value in state.parts(item.value):
            statement = statement_above(stage, value)
            if statement is None:
                continue
            edits = Edits()
            hoist(stage, edits, value, statement, state.name_for(value))
            message = f"`{one_line(stage.text(value))}` runs on every bar, as before, and not under the `if` alone"
            found = stage.change("PW704", message, value, edits) or found
    stage.draft.postponed |= found
    return found


def _put_under_if(stage: Stage, statement: s.Statement, call: s.Call, when: s.Argument) -> None:
    source, span = stage.source, statement.span
    condition = one_line(stage.text(when.value))
    margin, unit = margin_of(source, span.start), unit_of(source)
    edits = drop_argument(Edits(), source, call, when)
    head = f"if {condition}{line_end_of(source)}{margin}{unit}"
    edits.before(part(span, span.start, span.end + 1), head)
    gone = [edit.span for edit in edits.replaced]
    for match in _LINE_STARTS.finditer(source, span.start, span.end):
        if not any(one.start < match.end() <= one.end for one in gone):
            edits.before(part(span, match.end(), match.end()), unit)
    stage.change("PW702", "`when` became an `if`", when, edits)


def drop_losing_levels(stage: Stage) -> None:
    """Of a price and a distance v5 takes the price: the distance goes, or waits for the price to be na."""
    state = State(stage)
    order = tuple(parameter.name for parameter in functions(5)["strategy.exit"].parameters)
    for call in stage.calls:
        if stage.builtin(call) != "strategy.exit":
            continue
        given = bound(call, order)
        for price, distance in _LEVELS:
            if price not in given or distance not in given:
                continue
            if not is_na(given[distance].value) and not _is_guarded(stage, given[distance].value):
                _let_price_win(stage, state, call, given[price], given[distance], (price, distance))


def _let_price_win(
    stage: Stage, state: State, call: s.Call, winner: s.Argument, loser: s.Argument, names: tuple[str, str]
) -> None:
    price, distance = names
    if _never_na(stage, winner.value):
        if loser.name is None:
            edits = Edits().replace(loser.value.span, "na")
        else:
            edits = drop_argument(Edits(), stage.source, call, loser)
        stage.change("PW708", f"`{distance}` is gone: v5 takes `{price}` alone", loser, edits)
    elif not state.parts(winner.value):
        text = one_line(stage.text(winner.value))
        opener, closer = ("(", ")") if isinstance(loser.value, s.Ternary) else ("", "")
        edits = Edits().wrap(loser.value.span, f"na({text}) ? {opener}", f"{closer} : na")
        stage.change("PW708", f"`{distance}` counts where `{price}` is na, as in v5", loser, edits)
    elif (statement := statement_above(stage, call)) is not None:
        edits = Edits()
        hoist(stage, edits, winner.value, statement, price)
        stage.draft.postponed = True
        stage.change("PW708", f"`{price}` got a name, to be asked whether it is na", winner, edits)
    else:
        hint = f"give `{price}` a name above, and write {distance} = na({price}) ? ... : na"
        stage.refuse("PW791", f"v5 takes `{price}` where it is no na, v6 the nearer of both", loser, hint)


def _is_guarded(stage: Stage, node: s.Expression) -> bool:
    condition = bare(node.condition) if isinstance(node, s.Ternary) else None
    return isinstance(condition, s.Call) and stage.builtin(condition) == "na"


def _never_na(stage: Stage, node: s.Expression) -> bool:
    """Whether a value is a number on every bar: prices, numbers of the source and of the dialog, and sums of them."""
    node = bare(node)
    if isinstance(node, s.Literal):
        return True
    if isinstance(node, s.Unary):
        return _never_na(stage, node.operand)
    if isinstance(node, s.Binary):
        return node.operator in ("+", "-", "*") and _never_na(stage, node.left) and _never_na(stage, node.right)
    if isinstance(node, s.Call):
        return stage.builtin(node) in ("input.int", "input.float")
    if isinstance(node, s.Name) and id(node) in stage.names.variables:
        declarations = stage.names.declarations.get(node.name, [])
        first = declarations[0] if declarations else None
        once = len(declarations) == 1 and node.name not in stage.names.assigned
        return once and isinstance(first, s.Declaration) and _never_na(stage, first.value)
    return dotted(node) in _NEVER_NA
