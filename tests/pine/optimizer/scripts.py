"""Random scripts with what the optimizer looks for: few calls that stand often, everywhere, between assignments."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from ...properties.scripts import scripts

T = TypeVar("T")

HEAD = """//@version={version}
strategy("repeats")
inputLength = input.int(3, minval = 1)
float inputFactor = input.float(1.5)
float kept = (high + low) / inputFactor
float moved = open
var float summed = 0.0
own(float source) =>
    var float last = 0.0
    last := 0.5 * last + ta.ema(source, 2)
    last
"""
_SOURCES = ("close", "close", "kept", "moved", "moved", "summed", "close[1]", "moved[1]")
_CALLS = (
    "ta.sma({}, 3)",
    "ta.ema({}, inputLength)",
    "ta.highest({}, 2)",
    "ta.change({})",
    "math.sqrt(math.abs({}))",
    "own({})",
    "ta.sma(ta.ema({}, 2), 3)",
)
_CONDITIONS = ("close > open", "bar_index % 2 == 0", "moved > kept", "hour > 4")


class Repeating:
    """Writes one script of a handful of calls, which ``seed`` chooses."""

    def __init__(self, seed: int):
        self.random = Random(seed)
        self.version = self.pick((5, 6))
        self.sources = self.random.sample(_SOURCES, 2)
        self.calls = self.random.sample(_CALLS, 2)
        self.lines: list[str] = []
        self.shown: list[str] = []
        self.values: list[str] = []
        """Those of the shown variables that may be assigned to."""
        self.depth = 0
        self.count = 0

    def pick(self, items: Sequence[T]) -> T:
        return self.random.choice(items)

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def call(self) -> str:
        return self.pick(self.calls).format(self.pick(self.sources))

    def condition(self) -> str:
        return self.pick(_CONDITIONS) if self.chance(80) else f"{self.call()} > close"

    def value(self) -> str:
        match self.pick(("call", "call", "sum", "choice", "past", "both")):
            case "sum":
                return f"{self.call()} + {self.call()} * 0.5"
            case "choice":
                return f"{self.condition()} ? {self.call()} : {self.pick((self.call(), 'close'))}"
            case "past":
                return f"{self.call()}[1]"
            case "both":
                return f"({self.condition()} {self.pick(('and', 'or'))} {self.call()} > close ? 1.0 : 2.0)"
        return self.call()

    def declare_shown(self, value: str, mode: str = "") -> None:
        name = self.fresh()
        self.line(f"{mode}float {name} = {value}" if mode or self.chance(50) else f"{name} = {value}")
        if self.depth == 0 and self.chance(85):
            self.shown.append(name)
            self.values.append(name)

    def step(self) -> None:
        """One statement."""
        kinds = ("value", "value", "value", "var", "change", "change", "if", "if", "choice", "three", "dead", "never")
        match self.pick(kinds):
            case "var":
                self.declare_shown(self.call(), "var ")
            case "change":
                target = self.pick(("moved", "summed", *self.values[-2:]))
                self.line(f"{target} {self.pick((':=', '+='))} {self.pick((self.value(), '1.0'))}")
            case "if" if self.depth < 2:
                self.branch()
            case "choice" if self.depth == 0:
                name = self.fresh()
                self.line(f"float {name} = if {self.condition()}")
                self.line(f"    {self.value()}")
                self.shown.append(name)
            case "three":
                names = [self.fresh() if self.chance(80) else "_" for _ in range(3)]
                self.line(f"[{', '.join(names)}] = ta.bb({self.pick(self.sources)}, 3, 2.0)")
                self.shown += [name for name in names if name != "_" and self.depth == 0]
            case "dead":
                self.line(self.value())
                self.line(f"var float {self.fresh()} = {self.value()}")
            case "never":
                self.line("if false")
                self.line('    strategy.entry("N", strategy.long)')
            case _:
                self.declare_shown(self.value())

    def branch(self) -> None:
        self.line(f"if {self.condition()}")
        self.depth += 1
        self.step()
        target = self.pick(("moved", "summed"))
        self.line(f"{target} := {self.value()}")
        self.depth -= 1

    def script(self) -> str:
        for _ in range(self.random.randrange(3, 14)):
            self.step()
        shown = [*self.shown, "moved", "summed", "kept"]
        for start in range(0, len(shown), 3):
            pairs = zip(("qty", "limit", "stop"), shown[start : start + 3], strict=False)
            self.line(f'strategy.order("watch", strategy.long, {", ".join(f"{key} = {name}" for key, name in pairs)})')
        return HEAD.format(version=self.version) + "\n".join(self.lines) + "\n"


repeating_scripts = st.integers(0, 2**32).map(lambda seed: Repeating(seed).script())
"""Strategies of Pine v5 or v6 that show most of their values in orders."""

any_scripts = st.one_of(repeating_scripts, repeating_scripts, scripts())
"""Two thirds of these, and the scripts that the compiler is tested with."""
