"""Calls that show something. What reaches no order is left out; lines, labels, boxes and points are kept as records.

A drawing whose place a script reads again (``line.get_price``) is a record of its numbers. Functions that only change
how something looks do nothing here. A getter of na gives na and a setter of na does nothing, as on TradingView.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.builtins import Function
from pinewright.pine.checker.overloads import choose
from pinewright.pine.compiler.body import Branch
from pinewright.pine.compiler.colors import COLOR_FUNCTIONS, color_value
from pinewright.pine.compiler.graph import NA_CONST, VOID_CONST, Const, Value, type_of
from pinewright.pine.compiler.idle import NEVER
from pinewright.pine.compiler.invocations import Argument, given_of
from pinewright.pine.compiler.records import HERE, Field
from pinewright.pine.compiler.structures import Structures
from pinewright.pine.types import Kind, Type
from pinewright.pine.walking import walk

_INT, _FLOAT, _TEXT = Type(Kind.INT), Type(Kind.FLOAT), Type(Kind.STRING)
_FIELDS: Final[Mapping[str, Mapping[str, Type]]] = {
    "chart.point": {"time": _INT, "index": _INT, "price": _FLOAT},
    "line": {"x1": _INT, "y1": _FLOAT, "x2": _INT, "y2": _FLOAT},
    "label": {"x": _INT, "y": _FLOAT, "text": _TEXT},
    "box": {"left": _INT, "top": _FLOAT, "right": _INT, "bottom": _FLOAT},
    "linefill": {"line1": Type(Kind.OBJECT, name="line"), "line2": Type(Kind.OBJECT, name="line")},
    "polyline": {},
    "table": {},
}
_POINTS: Final = {
    ("line", "first_point"): ("x1", "y1"),
    ("line", "second_point"): ("x2", "y2"),
    ("label", "point"): ("x", "y"),
    ("box", "top_left"): ("left", "top"),
    ("box", "top_left_point"): ("left", "top"),
    ("box", "bottom_right"): ("right", "bottom"),
    ("box", "bottom_right_point"): ("right", "bottom"),
}
_PAIRS: Final = {
    "line.set_xy1": ("x1", "y1"),
    "line.set_xy2": ("x2", "y2"),
    "line.set_xloc": ("x1", "x2"),
    "label.set_xy": ("x", "y"),
    "label.set_xloc": ("x",),
    "box.set_lefttop": ("left", "top"),
    "box.set_rightbottom": ("right", "bottom"),
    "box.set_xloc": ("left", "right"),
}


class Drawings(Structures):
    """Ninth layer of the lowering."""

    def object_fields(self, name: str) -> dict[str, Field]:
        types = _FIELDS.get(name, {})
        return {key: Field(place, type_) for place, (key, type_) in enumerate(types.items())}

    def drawing_call(self, function: Function, given: Sequence[Argument] | None, node: s.Call) -> Value:
        """A call of a function that shows something; ``given``: its arguments, where the first stands before a dot."""
        space, _, name = function.name.rpartition(".")
        if function.name in COLOR_FUNCTIONS or (space in _FIELDS and self._matters(space, name)):
            known = given if given is not None else [(one, self.expression(one.value)) for one in node.arguments]
            match = choose(function.overloads, [given_of(*one) for one in known], self.version)
            bound = {parameter.name: value for (parameter, _), (_, value) in zip(match.bound, known, strict=True)}
            if function.name in COLOR_FUNCTIONS:
                return color_value(self, function.name, bound)
            return self._object(space, name, bound, node)
        for argument in node.arguments:
            if any(id(inner) in self.kept for inner in walk(argument.value)):
                self.expression(argument.value)
        if space == "color":
            raise self.unsupported(f"`{function.name}()`", node.span)
        return VOID_CONST

    def _matters(self, space: str, name: str) -> bool:
        """Whether the function makes, reads or moves what is kept of an object."""
        if space == "chart.point" or name in ("new", "copy", "get_price"):
            return True
        return name.startswith("get_") or f"{space}.{name}" in _PAIRS or self._moved(space, name) != ()

    def _moved(self, space: str, name: str) -> tuple[str, ...]:
        """The fields that a setter sets."""
        what = name.removeprefix("set_")
        if what == name:
            return ()
        return (what,) if what in _FIELDS[space] else _POINTS.get((space, what), ())

    def _object(self, space: str, name: str, given: Mapping[str, Value], node: s.Call) -> Value:
        fields = self.object_fields(space)
        type_ = Type(Kind.OBJECT, name=space)
        if space == "chart.point" and name != "copy":
            return self._point(name, given, fields, type_, node)
        if name == "new":
            return self.record(type_, len(fields), self._placed(space, given, fields))
        owner, *values = given.values()
        if name == "copy":
            return self._unless_na(owner, lambda: self.copy_record(owner, node))
        if name == "get_price":
            return self._unless_na(owner, lambda: self._price(owner, values[0], node))
        if name.startswith("get_"):
            return self._unless_na(owner, lambda: self.field(owner, name.removeprefix("get_"), node))
        return self._unless_na(owner, lambda: self._set(space, name, owner, values, node))

    def _unless_na(self, owner: Value, write: Callable[[], Value]) -> Value:
        there = self.operate("not", Kind.BOOL, self.operate("na", Kind.BOOL, owner))
        return self.join(there, self.branch(write), Branch(NA_CONST, [], NEVER))

    def _set(self, space: str, name: str, owner: Value, values: Sequence[Value], node: s.Call) -> Value:
        moved = _PAIRS.get(f"{space}.{name}") or self._moved(space, name)
        first = values[0]
        if type_of(first).name == "chart.point":
            values = [self._across(first, node), self.field(first, "price", node)]
        for key, value in zip(moved, values, strict=False):
            self.set_field(owner, key, value, node)
        return VOID_CONST

    def _placed(self, space: str, given: Mapping[str, Value], fields: Mapping[str, Field]) -> list[tuple[Field, Value]]:
        """What a new object is given of its fields, by numbers or by points."""
        found = [(fields[key], value) for key, value in given.items() if key in fields]
        word = given.get("xloc")
        by_time = isinstance(word, Const) and word.value == "xloc.bar_time"
        for key, value in given.items():
            if (space, key) in _POINTS:
                across, price = _POINTS[space, key]
                place = self.field(value, "time" if by_time else "index", HERE)
                found += [(fields[across], place), (fields[price], self.field(value, "price", HERE))]
        return found

    def _across(self, point: Value, node: s.Node) -> Value:
        """Where a point stands: its bar, or its time where it has no bar."""
        index, time = self.field(point, "index", node), self.field(point, "time", node)
        return self.operate("nz", Kind.INT, index, time)

    def _point(
        self, name: str, given: Mapping[str, Value], fields: Mapping[str, Field], type_: Type, node: s.Call
    ) -> Value:
        known = dict(given)
        if name == "now":
            known.setdefault("price", self.builtin("close", node))
            known["index"], known["time"] = self.builtin("bar_index", node), self.builtin("time", node)
        return self.record(type_, len(fields), [(fields[key], value) for key, value in known.items()])

    def _price(self, owner: Value, x: Value, node: s.Call) -> Value:
        """``line.get_price``: the line prolonged both ways."""
        x1, y1, x2, y2 = (self.field(owner, name, node) for name in ("x1", "y1", "x2", "y2"))
        slope = self.operate("div", Kind.FLOAT, self.binary("-", y2, y1), self.binary("-", x2, x1))
        return self.binary("+", y1, self.binary("*", self.binary("-", x, x1), slope))
