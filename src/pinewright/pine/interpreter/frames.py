"""What an interpreted script remembers: variables with their history, scopes, and one frame for each call site."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from pinewright.pine.interpreter.values import Value


@dataclass
class Variable:
    """A variable; ``is_bool`` where it was declared or filled as one, so that its missing history is false in v6."""

    value: Value
    is_bool: bool = False


@dataclass
class Past:
    """Values by the bar on which each came about; of those of one bar the last stays."""

    bars: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def add(self, bar: int, value: Value) -> None:
        if self.bars and self.bars[-1] == bar:
            self.values[-1] = value
        else:
            self.bars.append(bar)
            self.values.append(value)

    def back(self, offset: float, bar: int) -> Value | None:
        """The value so many bars with values before this one, 1 for the last; None where there is none."""
        earlier = len(self.values) - int(bool(self.bars) and self.bars[-1] == bar)
        return self.values[earlier - int(offset)] if 1 <= offset < earlier + 1 else None


@dataclass
class Memory:
    """The state of a function of Pine at one place: in a loop each round begins with what the last bar left."""

    state: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    bar: int = -1
    """The bar at whose beginning the state was ``before``."""

    def at(self, bar: int, *, looping: bool) -> dict[str, Any]:
        """The state for one more call."""
        if looping and self.bar == bar:
            self.state = copy.deepcopy(self.before)
        elif looping:
            self.bar, self.before = bar, copy.deepcopy(self.state)
        return self.state


@dataclass
class Scope:
    """The names of the script, a function or a block, and their values at the end of each of its executions."""

    names: dict[str, Variable] = field(default_factory=dict)
    kept: dict[int, Variable] = field(default_factory=dict)
    """``var`` variables by the id of their declaration."""
    past: dict[str, Past] = field(default_factory=dict)

    def enter(self) -> None:
        """Begin an execution."""
        self.names = {}

    def leave(self, bar: int) -> None:
        """End an execution: what the names hold becomes history."""
        for name, variable in self.names.items():
            self.past.setdefault(name, Past()).add(bar, variable.value)

    def history(self, name: str, offset: float, bar: int) -> Value:
        """The value so many executions ago, 0 being the present one; in a loop those of one bar count as one.

        None where there is none.
        """
        variable = self.names[name]
        if 0 <= offset < 1:
            return variable.value
        return self.past[name].back(offset, bar) if name in self.past else None


@dataclass
class Frame:
    """One call site of a function, or the script itself: everything in it that outlives an execution."""

    outer: Frame | None = None
    root: Scope = field(default_factory=Scope)
    blocks: dict[int, Scope] = field(default_factory=dict)
    calls: dict[int, Frame] = field(default_factory=dict)
    states: dict[int, object] = field(default_factory=dict)
    """Objects of built-in functions and logs of expressions, by the id of the node."""
    open: list[Scope] = field(default_factory=list)
    """Scopes of the present execution, innermost last."""

    def find(self, name: str) -> Scope | None:
        """The innermost scope that knows the name, then the script's own, not a block of it around the call."""
        for scope in reversed(self.open):
            if name in scope.names:
                return scope
        script = self.outer.root if self.outer is not None else None
        return script if script is not None and name in script.names else None

    def block(self, key: int) -> Scope:
        return self.blocks.setdefault(key, Scope())

    def call(self, key: int, script: Frame) -> Frame:
        return self.calls.setdefault(key, Frame(outer=script))
