"""Random scripts with loops, arrays, maps, texts, own types with methods, enums, overloads, and failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from hypothesis import strategies as st

from .object_values import ObjectValueWriter, Thing
from .writing import Known

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


@dataclass
class ObjectWriter(ObjectValueWriter):
    """Writes scripts of Pine's whole language of values; ``risky`` ones may fail while they run."""

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
        ways: tuple[Callable[[int], None], ...] = (self.pair, self.function, self.routine, self.routine)
        self.pick(ways)(2)
        self.loops = 0


@st.composite
def object_scripts(draw: st.DrawFn, *, risky: bool = False) -> str:
    """A strategy of Pine v5 or v6; a risky one may fail while it runs."""
    version = draw(st.sampled_from([6, 6, 5]))
    return ObjectWriter(lambda low, high: draw(st.integers(low, high)), version, risky=risky).script()
