"""v4 to v5: ``input(type = input.integer, ...)`` to ``input.int(...)``, by the type that is told or by the default."""

from __future__ import annotations

from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.signatures import SIGNATURES_4
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import bound, dotted, drop_arguments, name_argument
from pinewright.pine.walking import bare

_KINDS: Final = {
    "bool": "bool",
    "integer": "int",
    "float": "float",
    "string": "string",
    "symbol": "symbol",
    "resolution": "timeframe",
    "session": "session",
    "source": "source",
    "color": "color",
    "time": "time",
    "price": "price",
}
_SOURCES: Final = frozenset("open high low close hl2 hlc3 ohlc4 hlcc4 volume".split())
_PLAIN: Final = frozenset("defval title tooltip inline group".split())
"""Parameters that ``input()`` of v5 kept."""
_TEXT: Final = _PLAIN | {"options", "confirm"}
_NUMBER: Final = _TEXT | {"minval", "maxval", "step"}
_ALLOWED: Final = {
    "int": _NUMBER,
    "float": _NUMBER,
    "string": _TEXT,
    "session": _TEXT,
    "timeframe": _TEXT,
    "bool": _PLAIN | {"confirm"},
    "source": _PLAIN,
    "symbol": _PLAIN | {"confirm"},
    "color": _PLAIN | {"confirm"},
    "time": _PLAIN | {"confirm"},
    "price": _PLAIN | {"confirm"},
}


def type_inputs(stage: Stage) -> None:
    """Give each ``input()`` its function; one without a type stays ``input()`` where v5 takes its arguments."""
    for call in stage.calls:
        if stage.builtin(call) == "input" and call.arguments:
            _type_input(stage, call)


def _type_input(stage: Stage, call: s.Call) -> None:
    given = bound(call, SIGNATURES_4["input"])
    told = given.get("type")
    kind = _told(told) if told is not None else _guessed(stage, given)
    if kind is None:
        hint = "write the input of its type: input.int(), input.float(), ..."
        stage.refuse("PW791", "the type of this input is not known", call, hint)
        return
    plain = told is None and given.keys() <= _PLAIN
    edits = Edits()
    function = "input" if plain else f"input.{kind}"
    if not plain:
        edits.replace(call.function.span, function)
    gone = [item for name, item in given.items() if name == "type" or (not plain and name not in _ALLOWED[kind])]
    dropped = {id(item) for item in gone}
    for place, item in enumerate(call.arguments[: len(SIGNATURES_4["input"])]):
        if item.name is None and place > 1 and id(item) not in dropped:
            name_argument(edits, call, item, SIGNATURES_4["input"][place])
    drop_arguments(edits, stage.source, call, gone)
    if kind == "int" and (value := given.get("defval")) is not None:
        _whole(edits, value.value)
    if edits.replaced or edits.inserted:
        stage.change("PW728", f"`input()` became `{function}()`", call, edits)


def _whole(edits: Edits, value: s.Expression) -> None:
    """A default such as ``14.0`` of an integer input."""
    if isinstance(value, s.Literal) and isinstance(value.value, float) and value.value.is_integer():
        edits.replace(value.span, str(int(value.value)))


def _told(item: s.Argument) -> str | None:
    name = dotted(item.value)
    return _KINDS.get(name.removeprefix("input.")) if name.startswith("input.") else None


def _guessed(stage: Stage, given: dict[str, s.Argument]) -> str | None:
    value = given.get("defval")
    if value is None:
        return None
    kind = _kind_of(stage, value.value, 0)
    if kind == "int" and any(_is_float(given[name].value) for name in ("minval", "maxval", "step") if name in given):
        return "float"
    if kind == "int" and "options" in given and isinstance(options := given["options"].value, s.Tuple):
        return "float" if any(map(_is_float, options.items)) else "int"
    return kind


def _is_float(node: s.Expression) -> bool:
    node = bare(node)
    while isinstance(node, s.Unary):
        node = bare(node.operand)
    return isinstance(node, s.Literal) and node.kind is s.LiteralKind.FLOAT


def _kind_of(stage: Stage, node: s.Expression, depth: int) -> str | None:
    """The kind of input that a default means."""
    node = bare(node)
    if isinstance(node, s.Literal):
        return node.kind.value
    if isinstance(node, s.Unary):
        return "bool" if node.operator == "not" else _kind_of(stage, node.operand, depth)
    if isinstance(node, s.Binary):
        kinds = {_kind_of(stage, side, depth) for side in (node.left, node.right)}
        return "float" if "float" in kinds else "string" if "string" in kinds else kinds.pop()
    if isinstance(node, s.Name) and id(node) in stage.names.variables:
        declarations = stage.names.declarations.get(node.name, [])
        first = declarations[0] if declarations else None
        return _kind_of(stage, first.value, depth + 1) if isinstance(first, s.Declaration) and depth < 8 else None
    name = dotted(node.function if isinstance(node, s.Call) else node)
    if name in _SOURCES:
        return "source"
    if name.startswith("color."):
        return "color"
    return "time" if name == "timestamp" else "string" if name.startswith("syminfo.") else None
