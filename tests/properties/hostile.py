"""Random scripts that ask for trouble: calls of every compiled function with whatever fits its types, lengths and
indices that cannot be, loops without end, numbers at the edge of what there is."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from pinewright.pine.builtins import Function, Parameter, Role, Signature, functions
from pinewright.pine.types import Kind, Qualifier, Type

from .objects import ObjectWriter

_ROLES = (Role.MATH, Role.PRELUDE, Role.HEAP, Role.CLOCK)
_WHOLE = ("-1", "0", "1", "2", "7", "300", "100000", "-2147483648", "9007199254740993", "4611686018427387904")
_NUMBERS = (
    "float(na)", "1e308", "-1e308", "1e-320", "-0.0", "0.0", "-1.0", "1e18", "0.1", "9007199254740993.0", "4.9e-324",
    "8.64e15", "2.0", "bar_index / 3",
)  # fmt: skip
_INDICES = ("int(na)", "bar_index - 30", "-bar_index", "bar_index * 1000000007", "int(close)", "bar_index / 2")
_TEXTS = (
    '""', '"{0}"', '"{0,number,#.##"', '"{9}{-1}{0,date,yyyy}{0,time}"', '"#,##0.00###"', '"%"', '"a,b,,c"',
    '"-1e-400"', '"1e999"', '"0930-1600:23456"', '"Etc/GMT+12"',
    '"UTC-99"', '"yyyy-MM-dd\'T\'HH:mm:ssZ"', '"D"', '"999999"',
)  # fmt: skip


@functools.cache
def _asked(version: int) -> tuple[Function, ...]:
    """The functions that can be called with values of simple types and collections of them."""
    return tuple(one for _, one in sorted(functions(version).items()) if one.role in _ROLES)


@dataclass
class HostileWriter(ObjectWriter):
    """Writes scripts that the check may refuse and that may fail in any bar, but never in another way."""

    risky: bool = True

    def numbers(self) -> tuple[Callable[[int], str], ...]:
        return (*super().numbers(), *(self.any_call,) * 8)

    def leaf(self) -> str:
        return self.pick((*_NUMBERS, *_INDICES)) if self.chance(25) else super().leaf()

    def length(self, *, simple: bool) -> str:
        return (
            super().length(simple=simple) if self.chance(50) else self.pick(_WHOLE if simple else (*_WHOLE, *_INDICES))
        )

    def leaf_offset(self) -> str:
        return self.pick(
            ("5000", "int(na)", "bar_index - 30", "inputLength - 5", "bar_index * 100000", "bar_index + 1")
        )

    def text(self, size: int) -> str:
        return self.pick(_TEXTS) if self.chance(15) else super().text(size)

    # Calls of anything -----------------------------------------------------------------------------------------------

    def any_call(self, size: int) -> str:
        """A number made of what any function gives."""
        function = self.pick(_asked(self.version))
        signature = self.pick(function.overloads)
        arguments = self.arguments(signature, size)
        if arguments is None:
            return self.leaf()
        template = {"array.new": "<float>", "matrix.new": "<float>", "map.new": "<string, float>"}.get(
            function.name, ""
        )
        text = f"{function.name}{template}({', '.join(arguments)})"
        match signature.returns.kind:
            case Kind.BOOL:
                return f"({text} ? 1.0 : 0.0)"
            case Kind.STRING:
                return f"str.length({text})"
            case Kind.ARRAY:
                return f"array.size({text})"
            case Kind.MATRIX:
                return f"matrix.elements_count({text})"
            case Kind.MAP:
                return f"map.size({text})"
            case Kind.INT | Kind.FLOAT | Kind.VARIABLE:
                return f"({text} * 1.0)"
            case Kind.VOID if self.rounds < 2:
                self.line(text)
            case Kind.TUPLE:
                names = [self.fresh() for _ in signature.returns.items]
                self.line(f"[{', '.join(names)}] = {text}")
                return names[0]
        return self.leaf()

    def arguments(self, signature: Signature, size: int) -> list[str] | None:
        """Arguments of the right types for the parameters of a signature; None where there are none for a type."""
        found: list[str] = []
        for parameter in signature.parameters:
            if not parameter.required and self.chance(40):
                break
            text = self.argument(parameter, size)
            if text is None:
                return None
            found.append(text)
        if signature.variadic and found:
            found += [found[-1]] * self.choose(0, 3)
        return found

    def argument(self, parameter: Parameter, size: int) -> str | None:
        wanted = parameter.type
        if wanted.kind is Kind.ANY and wanted.items:
            wanted = self.pick(wanted.items).at(wanted.qualifier)
        early = wanted.qualifier < Qualifier.SERIES
        match wanted.kind:
            case Kind.INT:
                return self.pick(_WHOLE) if early else self.pick((*_WHOLE, *_INDICES, "bar_index", "inputLength"))
            case Kind.FLOAT | Kind.VARIABLE | Kind.ANY:
                return self.pick(_NUMBERS[1:]) if early else self.number(size - 1)
            case Kind.BOOL:
                return self.pick(("true", "false")) if early else self.condition(size - 1)
            case Kind.STRING:
                return self.pick(_TEXTS) if early else self.text(size - 1)
            case Kind.ARRAY:
                return self.array(wanted.items[0], size)
            case Kind.MATRIX:
                rows, columns = self.pick(("0", "1", "2", "3", "12")), self.pick(("1", "2", "3", "3", "7"))
                filled = f"matrix.new<float>({rows}, {columns}, {self.number(size - 1)})"
                square = 'str.split("a b c", " ").size()'
                return self.pick((filled, filled, f"matrix.new<float>({square}, {square}, {self.leaf()})"))
            case Kind.MAP:
                return self.thing("map") or "map.new<string, float>()"
            case Kind.OBJECT if wanted.name == "sort_order":
                return self.pick(("order.ascending", "order.descending"))
        return None

    def array(self, element: Type, size: int) -> str | None:
        """An array of elements of a type."""
        match element.kind:
            case Kind.FLOAT | Kind.VARIABLE:
                made = [f"array.new<float>({self.pick(('0', '1', '5'))}, {self.number(size - 1)})"]
                made.append(f"array.from({self.number(size - 1)}, {self.leaf()} * 1.0, 2.5)")
                known = self.thing("array")
                return self.pick([*made, known] if known else made)
            case Kind.INT:
                return f"array.from({self.pick(_WHOLE)}, bar_index, {self.pick(_INDICES[:4])})"
            case Kind.BOOL:
                return f"array.from({self.condition(0)}, true)"
            case Kind.STRING:
                return self.thing("words") or f"array.from({self.text(size - 1)})"
        return None

    # Statements ------------------------------------------------------------------------------------------------------

    def statement(self, size: int) -> None:
        if size > 0 and not self.inside and self.chance(20):
            self.pick((self.endless, self.growing, self.growing, self.crowd))(size)
        else:
            super().statement(size)

    def endless(self, size: int) -> None:
        """A loop without end, or nearly so."""
        if self.rounds:
            return
        name = self.fresh()
        head = self.pick((f"for {name} = 0 to 1e12", f"for {name} = 0 to 10 by 0", "while true",
                          "while close > 0", f"for {name} = 1e300 to 0", f"for {name} = 0 to {name}x",
                          f"for {name} = int(na) to 5"))  # fmt: skip
        self.line(f"float {name}x = {self.leaf()}")
        self.line(head)
        self.line(f"    {name}x += 1")
        self.line(f'strategy.order("e", strategy.long, qty = {name}x)')

    def growing(self, size: int) -> None:
        """An object that grows from bar to bar."""
        name = self.fresh()
        made, more, shown = self.pick((
            ("array.new<float>(1, 1.0)", f"array.concat({name}, {name})", f"{name}.size()"),
            ("array.new<float>()", f"for {name}k = 0 to 9000\n    {name}.push({name}k)", f"{name}.sum()"),
            ("array.new<float>()", f"for {name}k = 0 to 3000\n    {name}.unshift({name}k)", f"{name}.avg()"),
            ("map.new<string, float>()",
             f"for {name}k = 0 to 3000\n    {name}.put(str.tostring({name}k * bar_index), 1)", f"{name}.size()"),
            ('"ab"', f"{name} += {name}", f"str.length({name})"),
            ("matrix.new<float>(2, 2, close)", f"{name} := matrix.kron({name}, {name})", f"matrix.rows({name})"),
            ("P.new(1.0)", f"{name} := P.new(close, next = {name})", f"{name}.x"),
            ("array.new<P>()", f"{name}.push(P.new(close, next = {name}.size() > 0 ? {name}.last() : na))",
             f"{name}.size()"),
        ))  # fmt: skip
        self.line(f"var {name} = {made}")
        for line in more.split("\n"):
            self.line(line)
        self.line(f'strategy.order("g", strategy.long, qty = {shown})')

    def crowd(self, size: int) -> None:
        """Many orders at once, under new names."""
        name = self.fresh()
        self.line(f"for {name} = 0 to {self.pick(('5', '50', '400'))}")
        self.line(f'    strategy.entry(str.tostring({name} + bar_index), strategy.long, qty = {self.leaf()}, '
                  f'limit = {self.leaf()}, stop = {self.leaf()})')  # fmt: skip
        self.line(f'strategy.exit("x", profit = {self.leaf()}, loss = {self.leaf()}, trail_points = {self.leaf()}, '
                  f'trail_offset = {self.leaf()})')  # fmt: skip
