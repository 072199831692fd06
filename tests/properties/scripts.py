"""Random scripts of the compiled subset: every one passes the checker and shows all its values in orders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hypothesis import strategies as st

from .writing import Known, ValueWriter

_THREES: Final = (
    ("ta.macd", "2, 5, 3"),
    ("ta.bb", "4, 2.0"),
)


@dataclass
class Writer(ValueWriter):
    """Writes one script."""

    # Statements ------------------------------------------------------------------------------------------------------

    def declare(self, value: str, is_bool: bool, *, keep: bool = False) -> None:
        name = self.fresh()
        self.line(f"{'var ' if keep else ''}{'bool' if is_bool else 'float'} {name} = {value}")
        changes = keep or self.chance(30)
        self.names.append(Known(name, is_bool, changes, self.depth == int(self.inside)))

    def statement(self, size: int) -> None:
        """A statement; ``size`` bounds how deep its expressions are."""
        kinds = ["number", "number", "bool", "var", "int", "change", "change", "if", "value", "three", "pair", "order"]
        kind = self.pick(kinds)
        match kind:
            case "number":
                self.declare(self.number(size), False)
            case "bool":
                self.declare(self.condition(size), True)
            case "var" if self.chance(80):
                self.declare(self.pick(("na", "0.0", "close", "1.0")), False, keep=True)
            case "var":
                self.declare(self.pick(("true", "false")), True, keep=True)
            case "int":
                half = "7 / 2 / 2" if self.version < 6 else "7"  # v5 cuts the quotient of constant ints
                name = self.fresh()
                self.line(
                    f"{self.pick(('var ', ''))}int {name} = {self.pick(('0', 'na', 'hour', 'inputLength', half))}"
                )
                self.names.append(Known(name, False, True, self.depth == int(self.inside), True))
            case "pair" if self.pairs:
                names = self.fresh(), self.fresh()
                given = f", {self.number(size - 1)}" if self.chance(70) else ""
                self.line(f"[{', '.join(names)}] = {self.pick(self.pairs)}({self.condition(size - 1)}{given})")
                here = self.depth == int(self.inside)
                self.names += [Known(names[0], False, False, here), Known(names[1], True, False, here)]
            case "change":
                self.change(size)
            case "if" if size > 0 and self.depth < 3:
                self.branch(size)
            case "value" if self.depth < 3:
                self.branch_value(size)
            case "three" if not self.inside:
                self.three(size)
            case "order" if not self.inside:
                self.order(size)
            case _:
                self.declare(self.number(size), False)

    def change(self, size: int) -> None:
        known = [item for item in self.names if item.changes]
        if not known:
            self.declare(self.number(size), False)
            return
        item = self.pick(known)
        if item.is_int:
            amount = self.pick(
                ("1", "bar_index % 5", "inputLength", f"nz({item.name}[1], 3)" if item.remembers else "2")
            )
            self.line(f"{item.name} {self.pick((':=', '+=', '-=', '%='))} {amount}")
        elif item.is_bool:
            self.line(f"{item.name} := {self.condition(size)}")
        else:
            self.line(f"{item.name} {self.pick((':=', ':=', '+=', '*='))} {self.number(size)}")

    def block(self, size: int, last: str | None = None) -> None:
        """A block; with ``last`` it ends with a value of that kind."""
        outer, gated = list(self.names), self.gated
        self.depth += 1
        self.gated = True
        for _ in range(self.choose(0 if last else 1, 2)):
            self.statement(size - 1)
        if last is not None:
            self.line(self.number(size - 1) if last == "float" else self.condition(size - 1))
        self.depth -= 1
        self.names, self.gated = outer, gated

    def branch(self, size: int) -> None:
        self.line(f"if {self.condition(size)}")
        self.block(size)
        if self.chance(40):
            with self.lazily():
                self.line(f"else if {self.condition(size - 1)}")
            self.block(size)
        if self.chance(40):
            self.line("else")
            self.block(size)

    def branch_value(self, size: int) -> None:
        kind, name = self.pick(("float", "float", "bool")), self.fresh()
        if self.chance(50):
            self.line(f"{kind} {name} = if {self.condition(size)}")
            self.block(size, kind)
            if self.chance(60):
                self.line("else")
                self.block(size, kind)
        else:
            self.cases(f"{kind} {name} = switch", size, kind)
        self.names.append(Known(name, kind == "bool", False, self.depth == int(self.inside)))

    def cases(self, head: str, size: int, kind: str) -> None:
        subject = self.chance(50)
        self.line(f"{head}{' bar_index % 3' if subject else ''}")
        self.depth += 1
        for place in range(2):
            with self.lazily():
                self.line(f"{place if subject else self.condition(size - 1)} =>")
            self.block(size, kind)
        if self.chance(60):
            self.line("=>")
            self.block(size, kind)
        self.depth -= 1

    def three(self, size: int) -> None:
        names = [self.fresh() for _ in range(3)]
        function, rest = self.pick(_THREES)
        call = f"{function}({self.number(size)}, {rest})" if self.chance(70) else "ta.dmi(3, 2)"
        self.line(f"[{', '.join(names)}] = {call}")
        self.names += [Known(name, False, False, self.depth == 0) for name in names]

    def order(self, size: int) -> None:
        a, b = self.number(size), self.number(size)
        self.line(self.pick((
            f'strategy.entry("L", strategy.long, qty = {a}, stop = {b})',
            f'strategy.entry("S", strategy.short, limit = {a})',
            f'strategy.exit("X", "L", limit = {a}, stop = {b}, comment = "out")',
            'strategy.close("L")',
            "strategy.close_all()",
            'strategy.cancel("S")',
        )))  # fmt: skip

    def function(self, size: int) -> None:
        """A function of two floats."""
        name = f"f{len(self.functions) + 1}"
        outer = self.names
        self.line(f"{name}(float a, float b) =>")
        visible = [replace(item, changes=False, remembers=False) for item in outer]
        self.names = [*visible, Known("a", False, False, True), Known("b", False, False, True)]
        self.depth, self.inside, self.gated = 1, True, False
        for _ in range(self.choose(0, 3)):
            self.statement(size)
        self.line(self.number(size))
        self.depth, self.inside = 0, False
        self.names = outer
        self.functions.append(name)

    def pair(self, size: int) -> None:
        """A function of a bool and a float that gives both back, changed."""
        name, outer = f"p{len(self.pairs) + 1}", self.names
        self.line(f"{name}(bool a, float b = {self.pick(('1.5', 'close', 'na'))}) =>")
        visible = [replace(item, changes=False, remembers=False) for item in outer]
        self.names = [*visible, Known("a", True, False, True), Known("b", False, False, True)]
        self.depth, self.inside = 1, True
        for _ in range(self.choose(0, 2)):
            self.statement(size)
        self.line(f"[{self.number(size)}, {self.condition(size)}]")
        self.depth, self.inside, self.names = 0, False, outer
        self.pairs.append(name)

    def watch(self) -> None:
        """All variables of the script as numbers of orders."""
        shown = [f"({item.name} ? 1.0 : 0.0)" if item.is_bool else item.name for item in self.names]
        for start in range(0, len(shown), 3):
            parts = [
                f"{key} = {text}" for key, text in zip(("qty", "limit", "stop"), shown[start : start + 3], strict=False)
            ]
            self.line(f'strategy.order("watch", strategy.long, {", ".join(parts)})')

    def script(self) -> str:
        """A strategy with an int input, a float input, a bool input and a source."""
        self.begin()
        for _ in range(self.choose(0, 2)):
            self.statement(2)
        for _ in range(self.choose(0, 2)):
            self.routines()
        for _ in range(self.choose(1, 6)):
            self.statement(3)
        self.watch()
        return "\n".join(self.lines) + "\n"

    def begin(self) -> None:
        """Declaration and inputs."""
        self.lines += [f"//@version={self.version}", 'strategy("random")']
        self.line("inputLength = input.int(3)")
        self.line("float inputFactor = input.float(1.5)")
        self.line("bool inputSwitch = input.bool(true)")
        self.line("float inputSource = input.source(hl2)")
        self.names = [
            Known("inputFactor", False, False, True),
            Known("inputSwitch", True, False, True),
            Known("inputSource", False, False, True),
        ]

    def routines(self) -> None:
        """A function."""
        self.pair(1) if self.chance(50) else self.function(2)


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A strategy of Pine v5 or v6."""
    return Writer(lambda low, high: draw(st.integers(low, high)), draw(st.sampled_from([6, 6, 5]))).script()
