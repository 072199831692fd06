"""Random scripts with loops, arrays, maps, texts, own types with methods, enums, overloads, and failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from hypothesis import strategies as st

from .scripts import Known, Writer

TYPES: Final = """type P
    float x
    int n = 2
    bool up = true
    string word = "w"
    P next
enum E
    a = "first"
    b
    c = "third"
method total(array<float> xs, float more = 0.0) =>
    float sum = more
    for x in xs
        sum += nz(x)
    sum
method total(P this, float more = 0.0) =>
    this.x + more
sized(float x) => 1.0
sized(string x) => str.length(x) * 1.0
sized(array<float> x) => array.size(x) + 0.5
sized(float x, float y) => x > y ? 2.0 : 3.0
"""
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
class ObjectWriter(Writer):
    """Writes scripts of Pine's whole language of values; ``risky`` ones may fail while they run."""

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

    # Statements ------------------------------------------------------------------------------------------------------

    def statement(self, size: int) -> None:
        ways = (self.loop, self.loop, self.walk, self.walk, self.new, self.new, self.change_array,
                self.change_array, self.change_map, self.change_record, self.change_text, self.once, self.fail,
                self.order_by_text)  # fmt: skip
        if size > 0 and self.depth < 4 and self.chance(55):
            self.pick(ways)(size)
        else:
            super().statement(size)

    def block(self, size: int, last: str | None = None) -> None:
        outer = list(self.things)
        super().block(size, last)
        self.things = outer

    def add(self, kind: str, name: str, *, changes: bool = False) -> None:
        self.things.append(Thing(kind, name, changes, self.depth == int(self.inside)))

    def new(self, size: int) -> None:
        """A new object in a variable of its own."""
        name, mode = self.fresh(), self.pick(("", "", "var ", "varip "))
        changes = self.chance(50)
        match self.pick(("array", "array", "words", "map", "record", "record", "text", "text", "enum")):
            case "array":
                made = self.pick(
                    ("array.new<float>()", f"array.new<float>(3, {self.number(0)})", "array.new_float(2)",
                     f"array.from({self.number(size - 1)}, {self.number(0)} + 0.5)")
                )  # fmt: skip
                other = self.thing("array")
                if other is not None and self.chance(35):
                    made = self.pick((f"{other}.copy()", other, f"array.abs({other})", f"{other}.slice(0, 1)"))
                    mode = "" if "slice" in made else mode
                    if "slice" in made and not self.risky:
                        made = f"{other}.size() > 0 ? {made} : array.new<float>()"
                self.line(f"{mode}array<float> {name} = {made}")
                self.add("array", name)
            case "words":
                self.line(
                    f"{mode}array<string> {name} = {self.pick(('array.new<string>()', f'array.from({self.text(1)})'))}"
                )
                self.line(f"{name}.push({self.text(size)})")
                self.add("words", name)
            case "map":
                self.line(f"{mode}map<string, float> {name} = map.new<string, float>()")
                self.add("map", name)
            case "record":
                given = self.pick(
                    ("", f"{self.number(size - 1)}", f"n = 3, x = {self.number(0)}", f"up = {self.condition(0)}")
                )
                other = self.thing("record")
                made = f"P.new({given})"
                if other is not None:
                    made = self.pick((made, f"{other}.copy()", other, f"P.new(1.0, next = {other})"))
                self.line(f"{mode}P {name} = {made}")
                self.add("record", name, changes=changes)
            case "text":
                self.line(f"{mode}string {name} = {self.text(size)}")
                self.add("text", name, changes=changes)
            case _:
                self.line(f"{mode}E {name} = {self.condition(1)} ? {self.enum()} : {self.enum()}")
                self.add("enum", name, changes=changes)

    def change_array(self, size: int) -> None:
        name = self.thing("array")
        if name is None:
            self.new(size)
            return
        value = self.number(size - 1)
        if self.risky and self.chance(20):
            self.line(self.pick((f"{name}.pop()", f"{name}.set(2, {value})", f"{name}.remove(bar_index % 4 - 1)",
                                 f"{name}.insert(bar_index / 4, {value})", f"{name}.fill(0.0, 1, 3)", f"{name}.shift()",
                                 f"{name}.set(bar_index / 3 - 2, {value})")))  # fmt: skip
            return
        self.line(self.pick((f"{name}.push({value})", f"{name}.unshift({value})", f"{name}.insert(0, {value})",
                             f"{name}.sort()", f"{name}.sort(order.descending)", f"{name}.reverse()")))  # fmt: skip
        if self.chance(40) or self.rounds:
            self.line(f"if {name}.size() > {self.choose(1, 5)}")
            self.line(f"    {name}.{self.pick(('pop()', 'shift()', 'remove(1)', 'clear()', 'set(1, 7)'))}")

    def change_map(self, size: int) -> None:
        name = self.thing("map")
        if name is None:
            self.new(size)
            return
        key, value = self.text(size), self.number(size - 1)
        self.line(self.pick((f"{name}.put({key}, {value})", f"{name}.put({key}, {value})", f"{name}.remove({key})",
                             f"{name}.put_all({name}.copy())")))  # fmt: skip
        self.line(f"if {name}.size() > 4")
        self.line(f"    {self.pick((f'{name}.clear()', f'{name}.remove({name}.keys().first())'))}")

    def change_record(self, size: int) -> None:
        name = self.thing("record")
        if name is None:
            self.new(size)
            return
        other = self.thing("record")
        changing = [thing.name for thing in self.things if thing.kind == "record" and thing.changes]
        ways = [f"{name}.x := {self.number(size - 1)}", f"{name}.x += {self.number(0)}", f"{name}.n += 1",
                f"{name}.up := {self.condition(size - 1)}", f"{name}.word := {self.text(size - 1)}",
                f"{name}.next := {other}"]  # fmt: skip
        ways += [
            f"{one} := {self.pick((f'{other}.copy()', f'P.new({self.number(0)})', str(other)))}" for one in changing
        ]
        self.line(self.pick(ways))

    def change_text(self, size: int) -> None:
        changing = [thing for thing in self.things if thing.kind in ("text", "enum") and thing.changes]
        if not changing:
            self.new(size)
            return
        one = self.pick(changing)
        if one.kind == "enum":
            self.line(f"{one.name} := {self.enum()}")
        else:
            self.line(f"{one.name} := {self.text(size)}")
            self.line(f"if str.length({one.name}) > 12")
            self.line(f'    {one.name} := "s"')

    def loop(self, size: int) -> None:
        """``for`` or ``while``, as a statement or as a value."""
        if self.rounds >= 2 or self.loops >= 4:
            self.declare(self.number(size), False)
            return
        name = self.fresh()
        value = self.pick((None, "float", "float", "bool")) if self.depth < 3 else None
        head = f"{value} {self.fresh()} = " if value else ""
        if self.chance(70):
            start, end = (
                self.pick(("0", "1", "bar_index % 3", "3")),
                self.pick(("2", "bar_index % 4", "0", "3 - hour % 3")),
            )
            step = self.pick(("", "", " by 2", " by 0.5", " by -1"))
            self.line(f"{head}for {name} = {start} to {end}{step}")
            known = Known(name, False, False, False)
        else:
            self.line(f"float {name} = {self.pick(('bar_index % 4', '3.0', 'nz(close % 5)'))}")
            known = Known(name, False, False, self.depth == int(self.inside))
            self.names.append(known)
            self.line(f"{head}while {name} > 0 and {self.condition(size - 1)}")
            self.depth += 1
            self.line(f"{name} -= 1")
            self.depth -= 1
        self.round(size, value, known)
        if value:
            self.names.append(Known(head.split()[1], value == "bool", False, self.depth == int(self.inside)))

    def walk(self, size: int) -> None:
        """``for … in``."""
        kind = self.pick(("array", "array", "map", "words"))
        subject = self.thing(kind)
        if subject is None or self.rounds >= 2 or self.loops >= 4:
            self.new(size)
            return
        place, item = self.fresh(), self.fresh()
        pair = kind == "map" or self.chance(40)
        self.line(
            f"for {f'[{place}, {item}]' if pair else item} in {subject if kind == 'map' else f'{subject}.copy()'}"
        )
        outer = list(self.things)
        if kind == "map":
            self.things.append(Thing("text", place))
        elif pair:
            self.names.append(Known(place, False, False, False))
        if kind == "words":
            self.things.append(Thing("text", item))
            self.round(size, None, None)
        else:
            self.round(size, None, Known(item, False, False, False))
        self.things = outer
        self.names = [one for one in self.names if one.name not in (place, item)]

    def round(self, size: int, value: str | None, known: Known | None) -> None:
        """The body of a loop."""
        names = list(self.names)
        self.names += [known] if known is not None and known not in self.names else []
        self.rounds += 1
        self.loops += 1
        if self.chance(50):
            # Before anything else, so that it is a jump from the middle of what follows too.
            self.depth += 1
            with self.lazily():
                self.line(f"if {self.condition(size - 1)}")
                self.line(f"    {self.pick(('break', 'continue'))}")
            self.depth -= 1
        self.block(size, value)
        self.rounds -= 1
        self.names = names

    def once(self, size: int) -> None:
        if self.version < 6 or self.inside:
            self.new(size)
            return
        self.line(f"once {self.condition(size - 1)}" if self.chance(70) else "once")
        self.block(size)

    def fail(self, size: int) -> None:
        if not self.risky:
            self.new(size)
            return
        with self.lazily():
            self.line(f"if bar_index == {self.choose(5, 200)} and {self.condition(size - 1)}")
            self.line(f"    runtime.error({self.text(size)})")

    def order_by_text(self, size: int) -> None:
        if self.inside or self.rounds > 1:
            self.new(size)
            return
        comment = f'{self.text(1)} + "."'
        self.line(f"strategy.order({self.text(size)}, strategy.long, qty = {self.number(size)}, comment = {comment})")

    def routine(self, size: int) -> None:
        """A function of an array and a record, which it may change."""
        name, outer, things = f"f{len(self.functions) + 1}", self.names, self.things
        self.line(f"{name}x(array<float> xs, P one, float a) =>")
        self.names = [replace(item, changes=False, remembers=False) for item in outer]
        self.things = [replace(item, changes=False, remembers=False) for item in things]
        self.names.append(Known("a", False, False, True))
        self.things += [Thing("array", "xs"), Thing("record", "one")]
        self.depth, self.inside = 1, True
        for _ in range(self.choose(1, 3)):
            self.statement(size)
        self.line(self.number(size))
        self.depth, self.inside, self.names, self.things = 0, False, outer, things
        self.line(f"{name}(float a, float b) =>")
        self.line(f"    {name}x(array.from(a, b), P.new(b), a)")
        self.functions.append(name)

    def function(self, size: int) -> None:
        things = self.things
        self.things = [replace(item, changes=False, remembers=False) for item in things]
        super().function(size)
        self.things = things

    def pair(self, size: int) -> None:
        things = self.things
        self.things = [replace(item, changes=False, remembers=False) for item in things]
        super().pair(size)
        self.things = things

    def watch(self) -> None:
        """All variables of the script as arguments of orders."""
        super().watch()
        for thing in self.things:
            match thing.kind:
                case "array":
                    shown = f'"watch", strategy.long, qty = {thing.name}.total(), limit = {thing.name}.size()'
                case "words":
                    shown = f'{thing.name}.join(",") + ".", strategy.long, qty = {thing.name}.size()'
                case "map":
                    shown = f'{thing.name}.keys().join(",") + ".", strategy.long, qty = {thing.name}.values().total()'
                case "record":
                    name = thing.name
                    shown = f'"watch", strategy.long, qty = {name}.x, limit = {name}.n, stop = {name}.up ? 1 : 0'
                    shown += f', comment = {name}.word + "."'
                case "text":
                    shown = f'{thing.name} + ".", strategy.long, comment = {thing.name} + "!"'
                case _:
                    shown = f"str.tostring({thing.name}), strategy.long"
            self.line(f"strategy.order({shown})")

    def begin(self) -> None:
        super().begin()
        self.lines[2:2] = TYPES.splitlines()

    def routines(self) -> None:
        self.pick((lambda: self.pair(2), lambda: self.function(2), *(lambda: self.routine(2),) * 2))()
        self.loops = 0


@st.composite
def object_scripts(draw: st.DrawFn, *, risky: bool = False) -> str:
    """A strategy of Pine v5 or v6; a risky one may fail while it runs."""
    version = draw(st.sampled_from([6, 6, 5]))
    return ObjectWriter(lambda low, high: draw(st.integers(low, high)), version, risky=risky).script()
