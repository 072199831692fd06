"""v4 to v5: arguments of calls whose parameters moved or were renamed; what became of whole functions."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.builtins import Function, functions
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.lines import hoist, one_line, shares_arrow, statement_above, unfold
from pinewright.pine.migrate.old_names import FUNCTIONS_4
from pinewright.pine.migrate.signatures import POSITIONS, RENAMED_PARAMETERS, SIGNATURES_3, SIGNATURES_4
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.state import State
from pinewright.pine.migrate.tree import bound, comma_between, drop_argument, name_argument
from pinewright.pine.migrate.tree import part as part_of
from pinewright.pine.walking import bare

_GONE = frozenset(["linktoseries"])
_COMMON = 3
"""Parameters of study() and strategy() that v3 and v4 have at the same places."""


def name_arguments_3(stage: Stage) -> None:
    """v3 to v4: arguments of study() and strategy() behind the third get their names; ``linktoseries`` goes."""
    for call in stage.calls:
        order = SIGNATURES_3.get(stage.builtin(call))
        if order is None:
            continue
        edits, gone = Edits(), []
        for place, item in enumerate(call.arguments):
            name = item.name or (order[place] if place < len(order) else "")
            if name in _GONE:
                gone.append(item)
            elif item.name is None and place >= _COMMON and name:
                name_argument(edits, call, item, name)
        if edits.inserted:
            stage.change("PW724", f"arguments of `{stage.text(call.function)}()` got their names", call, edits)
        for item in gone:
            dropped = drop_argument(Edits(), stage.source, call, item)
            stage.change("PW724", f"`{item.name or 'linktoseries'}` is gone", item, dropped)


def name_arguments(stage: Stage) -> None:
    """v4 to v5: arguments whose place changed get a name, renamed parameters their new one."""
    for call in stage.calls:
        old = stage.builtin(call)
        if old == "input" or not old:
            continue
        function = functions(5).find(FUNCTIONS_4.get(old, old))
        if function is None:
            continue
        new_order = parameters_5(function, SIGNATURES_4.get(old, ()))
        _name_moved(stage, call, old, new_order)
        every_name = {parameter.name for overload in function.overloads for parameter in overload.parameters}
        for item in call.arguments:
            if item.name is not None and (new := _renamed(item.name, new_order, every_name)):
                edits = Edits().replace(item.name_span, new)
                stage.change("PW723", f"the parameter `{item.name}` became `{new}`", item, edits)


def parameters_5(function: Function, old: tuple[str, ...]) -> list[str]:
    """Parameters of the overload in v5 that has most of the old ones."""
    orders = [[parameter.name for parameter in overload.parameters] for overload in function.overloads]
    return max(reversed(orders), key=lambda order: (len(set(order) & set(old)), len(order)))


def _name_moved(stage: Stage, call: s.Call, old: str, new_order: list[str]) -> None:
    order = SIGNATURES_4.get(old, ())
    edits, moved = Edits(), False
    for place, item in enumerate(call.arguments[: len(order)]):
        if item.name is not None:
            break
        name = RENAMED_PARAMETERS.get(order[place], order[place])
        moved = moved or place >= len(new_order) or (new_order[place] != name and name not in ("plot1", "plot2"))
        if moved:
            name_argument(edits, call, item, name)
    if moved:
        stage.change("PW724", f"arguments of `{old}()` got their names: their order changed", call, edits)


def _renamed(name: str, order: list[str], every_name: set[str]) -> str | None:
    if name in every_name:
        return None
    if (new := RENAMED_PARAMETERS.get(name)) in every_name:
        return new
    place = POSITIONS.get(name)
    return order[place] if place is not None and place < len(order) else None


def rewrite_functions(stage: Stage) -> None:
    """``iff(a, b, c)`` to ``a ? b : c``, ``offset(x, n)`` to ``x[n]``, v3's ``color(c, t)`` to ``color.new(c, t)``."""
    state = State(stage)
    for call in stage.calls:
        name, given = stage.builtin(call), call.arguments
        if name == "iff" and len(given) == 3:
            if not _hoist_sides(stage, state, call):
                _iff(stage, call)
        elif name == "offset" and len(given) == 2 and [item.name for item in given] == [None, None]:
            _offset(stage, call)
        elif name == "color" and given:
            edits = Edits().replace(call.function.span, "color.new")
            stage.change("PW742", "`color()` became `color.new()`", call.function, edits)


def _hoist_sides(stage: Stage, state: State, call: s.Call) -> bool:
    """iff() works out both values on every bar, ``?:`` one of them: what remembers moves above. Whether any did."""
    parts = [part for item in call.arguments[1:] for part in state.parts(item.value)]
    statement = statement_above(stage, call)
    if not parts:
        return False
    if statement is None:
        hint = "give the values of iff() that remember lines above"
        stage.refuse("PW792", "`iff()` ran both values on every bar, `?:` runs one of them", call, hint)
        return False
    if shares_arrow(stage, statement):
        return unfold(stage, statement)
    for part in parts:
        edits = Edits()
        hoist(stage, edits, part, statement, state.name_for(part))
        message = f"`{one_line(stage.text(part))}` runs on every bar, as in `iff()`"
        stage.change("PW704", message, part, edits)
    stage.draft.postponed = True
    return True


def _iff(stage: Stage, call: s.Call) -> None:
    edits = Edits().replace(call.function.span, "")
    condition, then, otherwise = call.arguments
    for left, right, sign in ((condition, then, " ?"), (then, otherwise, " :")):
        comma = comma_between(stage.source, left.span.end, right.span.start)
        edits.replace(part_of(call.span, comma, comma + 1), sign)
    for item in call.arguments:
        if item.name is not None:
            edits.replace(part_of(item.span, item.span.start, item.value.span.start), "")
    if isinstance(condition.value, s.Ternary):
        edits.wrap(condition.value.span, "(", ")")
    stage.change("PW725", "`iff()` became `?:`", call, edits)


def _offset(stage: Stage, call: s.Call) -> None:
    value, places = call.arguments
    edits = Edits().replace(part_of(call.span, call.span.start, value.span.start), "")
    if not isinstance(bare(value.value), (s.Name, s.Call, s.Member)):
        edits.wrap(value.span, "(", ")")
    edits.replace(part_of(call.span, value.span.end, places.span.start), "[")
    edits.replace(part_of(call.span, places.span.end, call.span.end), "]")
    stage.change("PW725", "`offset()` became `[]`", call, edits)


def constants_for_bools(stage: Stage) -> None:
    """v4 to v5: ``true`` and ``false`` as a direction, a lookahead or gaps become the constants that they were."""
    for call in stage.calls:
        name = stage.builtin(call)
        given = bound(call, SIGNATURES_4.get(name, ()))
        if name in ("strategy.entry", "strategy.order"):
            direction = given.get("long") or given.get("direction")
            if direction is not None:
                _direction(stage, direction)
        elif name in ("security", "request.security"):
            for parameter in ("gaps", "lookahead"):
                item = given.get(parameter)
                if item is not None and isinstance(item.value, s.Literal):
                    new = f"barmerge.{parameter}_{'on' if item.value.value else 'off'}"
                    edits = Edits().replace(item.value.span, new)
                    stage.change("PW727", f"`{item.value.text}` became `{new}`", item.value, edits)


def _direction(stage: Stage, item: s.Argument) -> None:
    value = item.value
    if isinstance(value, s.Literal) and value.kind is s.LiteralKind.BOOL:
        new = "strategy.long" if value.value else "strategy.short"
        stage.change("PW727", f"`{value.text}` became `{new}`", value, Edits().replace(value.span, new))
    elif isinstance(bare(value), (s.Binary, s.Unary)):
        edits = Edits().after(value.span, " ? strategy.long : strategy.short")
        stage.change("PW727", "a bool as direction became `strategy.long` and `strategy.short`", value, edits)
