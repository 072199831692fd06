"""Values of random scripts: numbers and conditions of some depth, of what a script knows at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

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


@dataclass(frozen=True)
class Known:
    """A variable of the script: whether it is a bool, may be changed, and has a history at this place."""

    name: str
    is_bool: bool
    changes: bool
    remembers: bool
    is_int: bool = False


@dataclass
class ValueWriter:
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
