"""Values made of what a random script keeps in objects: arrays, maps, records, texts, members of an enum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .scripts import Writer

_FIGURES: Final = ("sum", "avg", "max", "min", "median", "range", "stdev", "variance", "mode", "size")
_TEXTS: Final = ('"a"', '"b c"', '"Abc"', '"12.5"', '"  x "')


@dataclass(frozen=True)
class Thing:
    """A variable that holds no number: ``kind`` is array, words, map, record, text or enum."""

    kind: str
    name: str
    changes: bool = False
    remembers: bool = False


@dataclass
class ObjectValueWriter(Writer):
    """Writes values of all kinds; those of ``risky`` scripts may fail while they run."""

    things: list[Thing] = field(default_factory=list)
    risky: bool = False
    rounds: int = 0
    """Loops around this place."""
    loops: int = 0
    """Loops written so far, which bounds how often a statement can run."""

    # Values ----------------------------------------------------------------------------------------------------------

    def thing(self, kind: str) -> str | None:
        """The name of a variable of a kind, None where there is none."""
        known = [thing.name for thing in self.things if thing.kind == kind]
        return self.pick(known) if known else None

    def numbers(self) -> tuple[Callable[[int], str], ...]:
        return (*super().numbers(), *(self.of_array,) * 3, self.of_map, self.of_record, self.of_text, self.of_overload)

    def of_array(self, size: int) -> str:
        name = self.thing("array")
        if name is None:
            return self.leaf()
        kind = self.pick(("figure", "figure", "get", "get", "find", "total", "risky", "words"))
        match kind:
            case "get":
                place = self.pick((f"{name}.size() - 1", "0", f"bar_index % {name}.size()"))
                with self.lazily():
                    return f"({name}.size() > 0 ? {name}.get({place}) : {self.number(size)})"
            case "find":
                return f"array.{self.pick(('indexof', 'lastindexof'))}({name}, {self.number(size)})"
            case "total":
                return f"{name}.total({self.number(size)})" if self.chance(50) else f"{name}.total()"
            case "risky" if self.risky:
                places = ("-1", "2", f"{name}.size()", "bar_index % 5 - 3", "bar_index / 2 - 4", "int(na)")
                return self.pick((f"{name}.get({self.pick(places)})", f"{name}.last()", f"{name}.first()"))
            case "words" if (words := self.thing("words")) is not None:
                return f"{words}.size()"
        return f"{name}.{self.pick(_FIGURES)}()"

    def of_map(self, size: int) -> str:
        name = self.thing("map")
        if name is None:
            return self.leaf()
        return self.pick((f"{name}.size()", f"{name}.get({self.text(size)})", f"nz({name}.get({self.text(size)}))"))

    def of_record(self, size: int) -> str:
        name = self.thing("record")
        if name is None:
            return self.leaf()
        old = [one for one in self.things if one.kind == "record" and one.remembers]
        if self.risky and self.chance(15):
            return self.pick((f"{name}.next.x", *(f"({one.name}[1]).x" for one in old)))
        if old and self.chance(20):
            with self.lazily():
                return f"(bar_index > 0 and not na({old[0].name}[1]) ? ({old[0].name}[1]).x : 0.0)"
        return self.pick((f"{name}.x", f"{name}.n", f"{name}.total({self.number(size)})"))

    def of_text(self, size: int) -> str:
        text = self.text(size)
        return self.pick(
            (f"str.length({text})", f'str.pos({text}, "b")', f"str.tonumber({text})",
             f"str.tonumber(str.tostring({self.number(0)}))")
        )  # fmt: skip

    def of_overload(self, size: int) -> str:
        array = self.thing("array")
        given = [f"{self.number(size)}, {self.number(0)}", self.text(size), f"1.0 * {self.number(size)}"]
        return f"sized({self.pick([*given, array] if array else given)})"

    def text(self, size: int) -> str:
        """A value of type string."""
        name = self.thing("text")
        kind = self.pick(("name", "name", "join", "number", "case", "part", "field", "enum", "array", "literal"))
        if size <= 0 or (kind == "name" and name is None):
            return name if name is not None and self.chance(60) else self.pick(_TEXTS)
        match kind:
            case "name":
                return str(name)
            case "join":
                return f"({self.text(size - 1)} + {self.text(size - 1)})"
            case "number":
                return f"str.tostring({self.pick(('bar_index', 'close', 'hour', 'close / 4', 'close > open'))})"
            case "case":
                function = self.pick(("upper", "lower", "trim"))
                return f"str.{function}({self.text(size - 1)})"
            case "part":
                text = self.text(size - 1)
                return self.pick(
                    (f"str.substring({text}, 0, 1)", f'str.replace_all({text}, "b", "zz")', f"str.repeat({text}, 2)",
                     f'str.replace({text}, "1", "2")', f'str.repeat({text}, bar_index % 3, "-")')
                )  # fmt: skip
            case "field" if (record := self.thing("record")) is not None:
                return f"{record}.word"
            case "enum" if (enum := self.thing("enum")) is not None:
                return f"str.tostring({enum})"
            case "array" if (words := self.thing("words")) is not None:
                with self.lazily():
                    return self.pick((f'{words}.join(",")', f'({words}.size() > 0 ? {words}.first() : "none")'))
        return self.pick(_TEXTS)

    def enum(self) -> str:
        """A value of the enum."""
        name = self.thing("enum")
        return name if name is not None and self.chance(30) else f"E.{self.pick('abc')}"

    def condition(self, size: int) -> str:
        if size <= 0 or not self.chance(25):
            return super().condition(size)
        array, table, record, words = (self.thing(kind) for kind in ("array", "map", "record", "words"))
        operator = self.pick(("==", "!="))
        made = [
            f"({self.text(size - 1)} {operator} {self.text(0)})",
            f"({self.enum()} {operator} {self.enum()})",
            f"str.contains({self.text(size - 1)}, {self.text(0)})",
            f'str.startswith({self.text(size - 1)}, "a")',
        ]
        made += [f"array.includes({array}, {self.number(size - 1)})"] if array else []
        made += [f"{words}.includes({self.text(0)})"] if words else []
        made += [f"{table}.contains({self.text(size - 1)})"] if table else []
        made += [f"{record}.up", f"na({record}.next)"] if record else []
        return self.pick(made)
