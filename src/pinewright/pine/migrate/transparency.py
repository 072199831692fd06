"""``transp`` of plots and fills into their colours, as ``color.new(colour, transparency)``; v4's defaults with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.builtins import functions
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.arguments import parameters_5
from pinewright.pine.migrate.signatures import SIGNATURES_4
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import add_arguments, bound, drop_argument, is_na


@dataclass(frozen=True)
class _Painter:
    """A function with colours: their parameters with the colour where none is given, and v4's transparency."""

    colors: dict[str, str]
    transparency: int = 0


_PAINTERS: Final[dict[str, _Painter]] = {
    "plot": _Painter({"color": "color.blue"}),
    "plotshape": _Painter({"color": "color.blue"}),
    "plotchar": _Painter({"color": "color.blue"}),
    "plotarrow": _Painter({"colorup": "color.lime", "colordown": "color.red"}),
    "fill": _Painter({"color": "color.blue"}, 90),
    "bgcolor": _Painter({"color": ""}, 90),
}
_NEW: Final = ("plot1", "plot2", "color", "show_last", "transp")
"""What tells the overload of ``fill()`` for plots from that for gradients."""
_OPAQUE_TEXT: Final = 7
"""Characters of ``#RRGGBB``; two more carry a transparency."""


def move_transparency(stage: Stage) -> None:
    """Write each transparency into the colour that it belongs to; a colour with one of its own keeps that."""
    for call in stage.calls:
        name = stage.builtin(call)
        painter = _PAINTERS.get(name)
        if painter is None:
            continue
        given = bound(call, SIGNATURES_4[name] if stage.version < 5 else tuple(parameters_5(functions(5)[name], _NEW)))
        told = given.get("transp")
        if told is None and (stage.version >= 5 or not painter.transparency):
            continue
        edits, count = Edits(), 0
        transparency = stage.text(told.value) if told is not None else str(painter.transparency)
        for parameter, default in painter.colors.items():
            if (item := given.get(parameter)) is not None:
                count += _paint(stage, edits, item.value, transparency)
            elif default and told is not None and transparency != "0":
                add_arguments(edits, stage.source, call, [f"{parameter} = color.new({default}, {transparency})"])
        if told is not None:
            drop_argument(edits, stage.source, call, told)
            stage.change("PW706", f"`transp = {transparency}` went into the colour", told, edits)
        elif count:
            stage.change("PW706", f"the default transparency of v4, {transparency}, is written out", call, edits)


def _paint(stage: Stage, edits: Edits, node: s.Expression, transparency: str) -> int:
    """Make each colour that a value can be transparent; how many were."""
    if isinstance(node, s.Parenthesis):
        return _paint(stage, edits, node.value, transparency)
    if isinstance(node, s.Ternary):
        sides = (node.then, node.otherwise)
        return sum(_paint(stage, edits, side, transparency) for side in sides)
    if transparency == "0" or is_na(node) or _is_transparent(stage, node, 0):
        return 0
    edits.wrap(node.span, "color.new(", f", {transparency})")
    return 1


def _is_transparent(stage: Stage, node: s.Expression, depth: int) -> bool:
    """Whether every colour that a value can be tells its own transparency."""
    if isinstance(node, s.Parenthesis):
        return _is_transparent(stage, node.value, depth)
    if isinstance(node, s.Ternary):
        return all(is_na(side) or _is_transparent(stage, side, depth) for side in (node.then, node.otherwise))
    if isinstance(node, s.Literal):
        return len(node.text) > _OPAQUE_TEXT
    if isinstance(node, s.Call):
        name = stage.builtin(node)
        return name in ("color.new", "color") or (name == "color.rgb" and len(node.arguments) > 3)
    if isinstance(node, s.Name) and id(node) in stage.names.variables and depth < 8:
        declarations = stage.names.declarations.get(node.name, [])
        values = [item.value for item in declarations if isinstance(item, s.Declaration)]
        values += [item.value for item in stage.names.assigned.get(node.name, [])]
        known = [value for value in values if not is_na(value)]
        return (
            len(values) >= len(declarations)
            and bool(known)
            and all(_is_transparent(stage, value, depth + 1) for value in known)
        )
    return False
