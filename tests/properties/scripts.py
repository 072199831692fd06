"""Random scripts of the compiled subset: every one passes the checker and shows all its values in orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

_PRICES: Final = ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "volume", "bar_index", "hour")
_NUMBERS: Final = ("0.5", "2.0", "100.0", "1.25", "3", "1", "7", "0.0")
_ACCOUNT: Final = (
    "position_size",
    "position_avg_price",
    "equity",
    "openprofit",
    "netprofit",
    "opentrades",
    "wintrades",
)
_ONE: Final = ("ta.ema", "ta.rma", "ta.rsi")
_ROLLING: Final = ("ta.sma", "math.sum", "ta.wma", "ta.stdev", "ta.variance", "ta.highest", "ta.lowest", "ta.cci")
_BACK: Final = ("ta.change", "ta.mom", "ta.roc")
_THREES: Final = (
    ("ta.macd", "2, 5, 3"),
    ("ta.bb", "4, 2.0"),
)


@dataclass(frozen=True)
class Known:
    """A variable of the script: whether it is a bool, may be changed, and has a history at this place."""

    name: str
    is_bool: bool
    changes: bool
    remembers: bool
    is_int: bool = False


@dataclass
class Writer:
    """Writes one script; ``choose`` gives a number from one to another, both included."""

    choose: Callable[[int, int], int]
    version: int
    lines: list[str] = field(default_factory=list)
    names: list[Known] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    """Functions that take a bool and a float, which may be left out, and give a float and a bool."""
    depth: int = 0
    gated: bool = False
    """Whether the text may be skipped on some bars."""
    inside: bool = False
    """Whether the text stands in a function."""
    count: int = 0

    def pick(self, items: Sequence[T]) -> T:
        return items[self.choose(0, len(items) - 1)]

    def chance(self, percent: int) -> bool:
        return self.choose(0, 99) >= 100 - percent

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def lazily(self) -> Iterator[None]:
        outer, self.gated = self.gated, True
        yield
        self.gated = outer

    # Values ----------------------------------------------------------------------------------------------------------

    def number(self, size: int) -> str:
        """A value of type float; ``size`` bounds its depth."""
        if size <= 0 or self.chance(15):
            return self.leaf()
        return self.pick(self.numbers())(size - 1)

    def numbers(self) -> tuple[Callable[[int], str], ...]:
        """Ways to write a number."""
        return (self.arithmetic, self.arithmetic, self.formula, self.indicator, self.indicator, self.chosen, self.past,
                self.called, self.account)  # fmt: skip

    def leaf(self) -> str:
        known = [item.name for item in self.names if not item.is_bool]
        if known and self.chance(55):
            return self.pick(known)
        return self.pick(_PRICES) if self.chance(70) else self.pick(_NUMBERS)

    def arithmetic(self, size: int) -> str:
        if self.chance(10):
            return f"-({self.number(size)})"
        return f"({self.number(size)} {self.pick(('+', '-', '*', '/', '%', '+', '-'))} {self.number(size)})"

    def formula(self, size: int) -> str:
        name = self.pick(("abs", "max", "min", "avg", "round", "floor", "sign", "nz", "nz2", "tick", "sqrt"))
        a, b = self.number(size), self.number(size)
        match name:
            case "max" | "min" | "avg":
                return f"math.{name}({a}, {b})"
            case "nz":
                return f"nz({a})"
            case "nz2":
                return f"nz({a}, {b})"
            case "tick":
                return f"math.round_to_mintick({a})"
            case "round":
                return f"math.round({a}, 1)"
        return f"math.{name}({a})"

    def length(self, *, simple: bool) -> str:
        if self.chance(30):
            return "inputLength"
        return "1 + bar_index % 4" if not simple and self.chance(25) else str(self.choose(1, 6))

    def indicator(self, size: int) -> str:
        source = self.number(size)
        kind = self.pick(("one", "rolling", "back", "bar", "bar"))
        match kind:
            case "one":
                return f"{self.pick(_ONE)}({source}, {self.length(simple=True)})"
            case "rolling":
                return f"{self.pick(_ROLLING)}({source}, {self.length(simple=False)})"
            case "back":
                return f"{self.pick(_BACK)}({source}, {self.length(simple=False)})"
        length = self.length(simple=True)
        return self.pick((f"ta.atr({length})", "ta.tr", "ta.tr(true)", f"ta.wpr({length})",
                          f"ta.stoch({source}, high, low, {length})", f"ta.bbw({source}, 4, 2.0)"))  # fmt: skip

    def chosen(self, size: int) -> str:
        condition = self.condition(size)
        with self.lazily():
            return f"({condition} ? {self.number(size)} : {self.number(size)})"

    def past(self, size: int) -> str:
        known = [item.name for item in self.names if item.remembers and not item.is_bool]
        offset = self.pick(("1", "2", "3", "0", "bar_index % 3")) if self.chance(90) else self.leaf_offset()
        if known and self.chance(60):
            return f"{self.pick(known)}[{offset}]"
        if self.chance(30):
            return f"({self.pick(_PRICES)} + {self.number(size)})[{self.pick(('1', '2', 'bar_index % 3'))}]"
        if self.chance(10):
            offset = f"math.floor(math.abs(nz({self.number(size)})) % 4)"
        return f"{self.pick(_PRICES)}[{offset}]"

    def leaf_offset(self) -> str:
        return self.pick(("inputLength", "5", "20"))

    def called(self, size: int) -> str:
        if not self.functions:
            return self.leaf()
        return f"{self.pick(self.functions)}({self.number(size)}, {self.number(size)})"

    def account(self, size: int) -> str:
        name = f"strategy.{self.pick(_ACCOUNT)}"
        return f"{name}[{self.pick(('1', '2', 'inputLength'))}]" if self.chance(30) else name

    def condition(self, size: int) -> str:
        """A value of type bool."""
        known = [item for item in self.names if item.is_bool]
        kind = self.pick(("compare", "compare", "logic", "cross", "na", "not", "name", "past", "number"))
        if size <= 0 or (kind in ("name", "past") and not known):
            kind = "compare"
        match kind:
            case "logic":
                left, operator = self.condition(size - 1), self.pick(("and", "or"))
                if self.version < 6:
                    return f"({left} {operator} {self.condition(size - 1)})"
                with self.lazily():
                    return f"({left} {operator} {self.condition(size - 1)})"
            case "cross":
                over = self.pick(("ta.crossover", "ta.crossunder"))
                return f"{over}({self.number(size - 1)}, {self.number(size - 1)})"
            case "na":
                return f"na({self.number(size - 1)})"
            case "not":
                return f"(not {self.condition(size - 1)})"
            case "name":
                return self.pick(known).name
            case "past":
                item = self.pick(known)
                return f"{item.name}[{self.pick(('1', '2'))}]" if item.remembers else item.name
            case "number" if self.version < 6:
                return f"bool({self.number(size - 1)})"
        operator = self.pick(("<", ">", "<=", ">=", "==", "!="))
        return f"({self.number(size - 1)} {operator} {self.number(size - 1)})"

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
