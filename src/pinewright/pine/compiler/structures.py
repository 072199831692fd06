"""Calls of ``array``, ``map``, ``matrix`` and ``str``: functions of the heap, by the table of the heap itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from pinewright.machine.heap import FUNCTIONS, Element, Extra, HeapFunction
from pinewright.machine.kernel.types import BOOL
from pinewright.pine import syntax as s
from pinewright.pine.builtins import Function, Parameter
from pinewright.pine.checker.overloads import Match, choose
from pinewright.pine.compiler.clock import zone_offset
from pinewright.pine.compiler.frames import Frame
from pinewright.pine.compiler.graph import (
    NA_CONST,
    STRUCTURED,
    VOID_CONST,
    Code,
    Const,
    Value,
    type_of,
)
from pinewright.pine.compiler.invocations import Argument, Functions, given_of
from pinewright.pine.compiler.market import spelled
from pinewright.pine.compiler.records import HERE
from pinewright.pine.compiler.words import folded
from pinewright.pine.parser import parse
from pinewright.pine.types import Kind, Type

_TEMPLATES: Final = {"array.new": ("T",), "matrix.new": ("T",), "map.new": ("K", "V")}
_AS_EXTRAS: Final = ("sort_field", "timezone")
_CONTAINED: Final = 10
"""Added to what a value of ``str.format`` is, where it is an array of them."""
_DESCENDING: Final = "order.descending"
_TYPED: Final = STRUCTURED | {Kind.ENUM}
_ELEMENTS: Final = {Kind.BOOL: Element.TRUTH, Kind.STRING: Element.TEXT, Kind.ENUM: Element.TEXT}


class Structures(Functions):
    """Eighth layer of the lowering."""

    def heap_call(self, function: Function, given: Sequence[Argument], node: s.Call) -> Value:
        """A call of a function of collections or texts."""
        names = _TEMPLATES.get(function.name, ())
        types = {name: self.written(item) for name, item in zip(names, node.template, strict=False)}
        match = choose(function.overloads, [given_of(*one) for one in given], self.version, types)
        values = [value for _, value in given]
        known_text = spelled(self.graph, values[0]) if function.name == "str.tostring" and len(values) == 1 else None
        if known_text is not None:
            return known_text
        if function.name == "array.from":
            return self._array_of(values, match.returns)
        if function.name == "str.format":
            return self._formatted(values)
        values = [self._titled(value) if function.name == "str.tostring" else value for value in values]
        known_text = folded(function.name, values)
        if known_text is not None:
            return known_text
        known = FUNCTIONS.get(function.name)
        if known is None:
            raise self.unsupported(f"`{function.name}()`", node.span)
        texts = [*self._texts(known, match, values), *self._extras(known, match, values, node)]
        return self.heap_value(function.name, texts, match.returns, node)

    def heap_value(self, name: str, texts: Sequence[str], returns: Type, node: s.Node = HERE) -> Value:
        """A call of a function of the heap with these arguments; what it gives is a local of its own."""
        function = FUNCTIONS[name].function
        self.body.at(self.place_of(node))
        text = f"{function.name}({', '.join(['m', *texts])})"
        if returns.kind is Kind.VOID:
            self.body.line(text)
            return VOID_CONST
        kind = Kind.FLOAT if returns.kind in (Kind.NA, Kind.UNKNOWN) else returns.kind
        type_ = returns if kind in _TYPED else None
        if function.signature.returns == BOOL:
            return Code(self.body.local(text), kind, type_)
        return self.loaded(text, kind, type_)

    def heap_text(self, value: Value, *, is_bool: bool = False) -> str:
        """Text of an argument: a float, or a bool where the function takes one."""
        if not is_bool:
            return self.number(value)
        if value.kind is not Kind.STRING:
            return self.text(self.truth(value))
        if isinstance(value, Const):
            return str(value.value == _DESCENDING)
        return f"({self.text(value)} == {self.string(_DESCENDING)}.0)"

    def _texts(self, known: HeapFunction, match: Match, values: Sequence[Value]) -> list[str]:
        """The arguments in the order of Pine's parameters, what is left out by its default."""
        bound = {parameter.name: value for (parameter, _), value in zip(match.bound, values, strict=True)}
        wanted = [parameter for parameter in match.signature.parameters if parameter.name not in _AS_EXTRAS]
        takes = [type_ == BOOL for _, type_ in known.function.signature.parameters[1:]]
        return [
            self.heap_text(
                # The quotient of two ints may stand for an int, and is cut.
                self.typed(bound[one.name], Kind.INT if one.type.kind is Kind.INT else None)
                if one.name in bound
                else self._left_out(one),
                is_bool=is_bool,
            )
            for one, is_bool in zip(wanted, takes, strict=False)
        ]

    def _left_out(self, parameter: Parameter) -> Value:
        """The default of a parameter of a built-in function."""
        if parameter.default is None:
            return NA_CONST
        tree, _ = parse(parameter.default)
        (statement,) = tree.statements
        assert isinstance(statement, s.ExpressionStatement)
        outer, self.frame = self.frame, Frame(None, frozenset(), frozenset())
        value = self.expression(statement.value)
        self.frame = outer
        return value

    def _extras(self, known: HeapFunction, match: Match, values: Sequence[Value], node: s.Call) -> list[str]:
        """What the function takes besides Pine's arguments."""
        bound = {parameter.name: value for (parameter, _), value in zip(match.bound, values, strict=True)}
        element = _element(match)
        field = math.nan
        if element.kind is Kind.UDT and Extra.FIELD in known.extras:
            field, element = self._sort_field(element, bound.get("sort_field", Const(0.0, Kind.INT)))
        texts = {
            Extra.FROM_END: str(self.version >= 6),
            Extra.FIELD: "math.nan" if math.isnan(field) else repr(field),
            Extra.ELEMENT: str(_meaning(element)),
            Extra.CONTAINER: str(int(bool(values) and type_of(values[0]).is_collection)),
        }
        if Extra.OFFSET in known.extras:
            offset = zone_offset(self, bound.get("timezone"), bound["time"], node)
            texts[Extra.OFFSET] = self.text(self.typed(offset, Kind.FLOAT))
        return [texts[extra] for extra in known.extras]

    def _titled(self, value: Value) -> Value:
        """A member of an enum as the text that it shows, its title; a bool that is na as false."""
        if value.three:
            return self.truth(value)
        if value.kind is not Kind.ENUM:
            return value
        enum = type_of(value).name
        found: Value = Const(math.nan, Kind.STRING)
        for word in reversed([f"{enum}.{member}" for member in self.enums.get(enum, ())]):
            test = self.truth(self.binary("==", value, Const(word, Kind.ENUM)))
            found = self.operate("select", Kind.STRING, test, Const(self.titles[word], Kind.STRING), found)
        return found

    def _formatted(self, values: Sequence[Value]) -> Value:
        """``str.format``: the values go in with what each is."""
        pattern, *rest = [self._titled(value) for value in values]
        elements = []
        for value in rest:
            type_ = type_of(value)
            meaning = _meaning(type_) if not type_.is_collection else _CONTAINED + _meaning(type_.items[0])
            elements += [self.number(value), repr(float(meaning))]
        made = self._filled(elements)
        return Code(self.body.local(f"str_format(m, {self.text(pattern)}, {made})"), Kind.STRING)

    def _sort_field(self, element: Type, chosen: Value) -> tuple[float, Type]:
        """Place and type of the field by which objects are sorted."""
        fields = self.record_types[element.name]
        assert isinstance(chosen, Const)
        name = chosen.value if isinstance(chosen.value, str) else list(fields)[int(chosen.value)]
        if name not in fields:
            raise self.unsupported(f"sorting by `{name}`, which is no field of {element.name}", s.NOWHERE)
        return float(fields[name].place), fields[name].type

    def _array_of(self, values: Sequence[Value], returns: Type) -> Value:
        """``array.from``: an array with these elements."""
        made = self._filled([self.number(self.cast(value, returns.items[0])) for value in values])
        return Code(made, Kind.ARRAY, returns)

    def _filled(self, elements: Sequence[str]) -> str:
        """A local that holds a new array of these elements: a line each, since Python bounds nested calls."""
        self.body.at(self.place_of(HERE))
        made = self.body.local("array_empty(m)")
        for text in elements:
            self.body.line(f"{made} = array_with(m, {made}, {text})")
        return made


def _meaning(type_: Type) -> int:
    """What a float of a type means to functions that sort and write."""
    return int(_ELEMENTS.get(type_.kind, Element.NUMBER))


def _element(match: Match) -> Type:
    """What the elements are of the collection that a call is about."""
    for _, given in match.bound:
        if given.type.is_collection:
            return given.type.items[0]
    first = next((given.type for _, given in match.bound), Type(Kind.FLOAT))
    return next(iter(match.variables.values()), first)
