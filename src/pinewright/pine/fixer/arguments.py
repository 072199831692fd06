"""Candidates for arguments: names mistyped, renamed since older versions, or removed with a known successor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.fixer.candidate import Candidate, Scene
from pinewright.pine.fixer.spelling import near
from pinewright.pine.fixer.words import by_last_part
from pinewright.pine.fixer.workbench import Change
from pinewright.pine.migrate.signatures import RENAMED_PARAMETERS

ARGUMENT_CODES: Final = frozenset("PW201 PW202 PW203 PW204 PW205 PW206 PW209".split())
_INPUT_KINDS: Final = {"integer": "int", "resolution": "timeframe"}
_ORDERS: Final = frozenset(["strategy.entry", "strategy.order"])
_ORDER_WORDS: Final = {
    "stoploss": "stop",
    "stopprice": "stop",
    "sl": "stop",
    "takeprofit": "limit",
    "target": "limit",
    "limitprice": "limit",
    "tp": "limit",
    "quantity": "qty",
    "size": "qty",
    "amount": "qty",
}
_LOOSE: Final = frozenset(["transp", "when", "type", "linktoseries", "editable"])


def argument_candidates(scene: Scene) -> Iterator[Candidate]:
    """Repairs of the call that the finding is about, and of its argument."""
    found = _call_at(scene)
    if found is None:
        return
    call, argument, statement = found
    yield from _functions(scene, call)
    if argument is not None and dotted_name(call.function) in _ORDERS:
        yield from _direction(scene, argument)
    if argument is None or argument.name is None:
        return
    span = argument.name_span
    if argument.name == "when":
        yield from _when(scene, call, argument, statement)
    if argument.name == "transp":
        yield from _transparency(scene, call, argument)
    if argument.name == "type":
        yield from _input_type(scene, call, argument)
    legal = _parameters(scene, call)
    renamed = RENAMED_PARAMETERS.get(argument.name)
    if renamed in legal:
        title = f"write `{renamed} =`: `{argument.name}` is its older name"
        yield Candidate(title, ((span.start, span.end, renamed or ""),), 0.6, certain=True)
    for far, name in near(argument.name, legal):
        title = f"write `{name} =` for `{argument.name} =`"
        yield Candidate(title, ((span.start, span.end, name),), far, certain=True)
    if (dotted_name(call.function) or "").partition(".")[0] == "strategy":
        yield from _order_words(argument, legal)
        return  # An argument of an order taken away trades otherwise: a stop, a size, a condition is gone.
    price = 2.0 if argument.name in _LOOSE else 3.0
    yield Candidate(f"take the argument `{argument.name}` away", (dropped(scene, call, argument),), price)


def dropped(scene: Scene, call: s.Call, argument: s.Argument) -> Change:
    """The change that takes an argument away with the comma that goes with it."""
    place = next(at for at, one in enumerate(call.arguments) if one is argument)
    if place:
        return call.arguments[place - 1].span.end, argument.span.end, ""
    end = call.arguments[1].span.start if len(call.arguments) > 1 else argument.span.end
    return argument.span.start, end, ""


def _functions(scene: Scene, call: s.Call) -> Iterator[Candidate]:
    """Another function for the same arguments: ``int(14, "Length")`` lost its ``input``."""
    full = dotted_name(call.function)
    if full is None:
        return
    span = call.function.span
    for place, name in enumerate(by_last_part(scene.bench.version).get(full, ())[:8]):
        title = f"write `{name}`: the namespace is missing"
        yield Candidate(title, ((span.start, span.end, name),), 1.0 + 0.05 * place, certain=True)


def _parameters(scene: Scene, call: s.Call) -> list[str]:
    """Names that arguments of this call may have."""
    checker = scene.bench.checker
    full = checker.calls.get(id(call)) or dotted_name(call.function) or ""
    known = functions(scene.bench.version).find(full)
    if known is not None:
        return list(dict.fromkeys(one.name for overload in known.overloads for one in overload.parameters))
    head, _, tail = full.rpartition(".")
    if tail == "new" and head in checker.user_types:
        return list(checker.user_types[head].fields)
    return [one.name for function in checker.functions.get(tail or full, []) for one in function.node.parameters]


# Arguments that are gone ---------------------------------------------------------------------------------------------


def _when(scene: Scene, call: s.Call, argument: s.Argument, statement: s.Statement | None) -> Iterator[Candidate]:
    """``f(x, when = c)`` to ``if c`` and ``f(x)`` below it."""
    source = scene.source
    if not isinstance(statement, s.ExpressionStatement) or statement.value is not call:
        return
    begin = source.rfind("\n", 0, call.span.start) + 1
    margin = source[begin : call.span.start]
    if margin.strip():
        return
    unit = "\t" if "\t" in margin else "    "
    line_end = "\r\n" if source[: source.find("\n") + 1].endswith("\r\n") else "\n"
    condition = " ".join(source[argument.value.span.start : argument.value.span.end].split())
    head = f"if {condition}{line_end}{margin}{unit}"
    title = "put the call into an `if` block with the condition of `when`"
    yield Candidate(
        title, ((call.span.start, call.span.start, head), dropped(scene, call, argument)), 0.6, certain=True
    )


def _transparency(scene: Scene, call: s.Call, argument: s.Argument) -> Iterator[Candidate]:
    """``transp`` into the colour."""
    color = _bound(scene, call, "color")
    if color is None or color is argument:
        return
    if isinstance(color.value, s.Call) and dotted_name(color.value.function) == "color.new":
        title = "take `transp` away: the colour has a transparency of its own"
        yield Candidate(title, (dropped(scene, call, argument),), 0.6, certain=True)
        return
    inner = color.value.span
    value = scene.source[argument.value.span.start : argument.value.span.end]
    changes = (
        (inner.start, inner.start, "color.new("),
        (inner.end, inner.end, f", {value})"),
        dropped(scene, call, argument),
    )
    certain = "color.new(" not in scene.source[inner.start : inner.end]
    yield Candidate("put the transparency into the colour: color.new()", changes, 0.6, certain=certain)


def _bound(scene: Scene, call: s.Call, name: str) -> s.Argument | None:
    """The argument for a parameter, named or by its place."""
    for place, one in enumerate(call.arguments):
        if one.name == name:
            return one
        known = functions(scene.bench.version).find(dotted_name(call.function) or "")
        if one.name is None and known is not None:
            for overload in known.overloads:
                if place < len(overload.parameters) and overload.parameters[place].name == name:
                    return one
    return None


def _order_words(argument: s.Argument, legal: list[str]) -> Iterator[Candidate]:
    """What traders call a stop, a target and a size; a price is likelier than ticks, and nothing says so."""
    word = argument.name or ""
    name = _ORDER_WORDS.get(word.replace("_", "").lower())
    if name in legal:
        span = argument.name_span
        title = f"write `{name} =` for `{word} =`"
        yield Candidate(title, ((span.start, span.end, name or ""),), 1.0)


def _direction(scene: Scene, argument: s.Argument) -> Iterator[Candidate]:
    """``true`` and ``false`` of v4 as directions."""
    value = argument.value
    if (
        isinstance(value, s.Literal)
        and value.kind is s.LiteralKind.BOOL
        and argument.name in (None, "long", "direction")
    ):
        name = "strategy.long" if value.value else "strategy.short"
        text = f"direction = {name}" if argument.name else name
        span = argument.span
        yield Candidate(f"write `{name}`", ((span.start, span.end, text),), 0.6, certain=True)


def _input_type(scene: Scene, call: s.Call, argument: s.Argument) -> Iterator[Candidate]:
    """``input(1, type = input.integer)`` to ``input.int(1)``."""
    full = dotted_name(argument.value) or ""
    head, _, kind = full.rpartition(".")
    if dotted_name(call.function) != "input" or head not in ("input", ""):
        return
    name = f"input.{_INPUT_KINDS.get(kind, kind)}"
    if functions(scene.bench.version).find(name) is None:
        return
    span = call.function.span
    changes = ((span.start, span.end, name), dropped(scene, call, argument))
    yield Candidate(f"write {name}() for `type = {full}`", changes, 0.6, certain=True)


# The call in the tree ------------------------------------------------------------------------------------------------


def _call_at(scene: Scene) -> tuple[s.Call, s.Argument | None, s.Statement | None] | None:
    """The innermost call around the finding, its argument there, and the statement that it stands in."""
    start, end = scene.target.span.start, scene.target.span.end
    call: s.Call | None = None
    argument: s.Argument | None = None
    statement: s.Statement | None = None
    for node in nodes_around(scene.bench.tree, start, end):
        if isinstance(node, s.Statement):
            statement = node
        elif isinstance(node, s.Call):
            call, argument = node, None
        elif isinstance(node, s.Argument):
            argument = node
    return (call, argument, statement) if call is not None else None


def nodes_around(node: s.Node, start: int, end: int) -> Iterator[s.Node]:
    """The nodes whose text holds this range, from the outermost to the innermost."""
    inner: s.Node | None = node
    while inner is not None:
        yield inner
        inner = next((one for one in _children(inner) if one.span.start <= start and end <= one.span.end), None)


def _children(node: s.Node) -> Iterator[s.Node]:
    for field in fields(node):
        value = getattr(node, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, s.Node):
                yield item
