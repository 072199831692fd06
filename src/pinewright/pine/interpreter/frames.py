"""What an interpreted script remembers: variables with their history, scopes, and one frame for each call site."""

from __future__ import annotations

from dataclasses import dataclass, field

from pinewright.pine.interpreter.values import NA, Value


@dataclass
class Variable:
    """A variable; ``is_bool`` where it was declared or filled as one, so that its missing history is false."""

    value: Value
    is_bool: bool = False


@dataclass
class Scope:
    """The names of the script, a function or a block, and their values at the end of each of its executions."""

    names: dict[str, Variable] = field(default_factory=dict)
    kept: dict[int, Variable] = field(default_factory=dict)
    """``var`` variables by the id of their declaration."""
    past: dict[str, list[Value]] = field(default_factory=dict)

    def enter(self) -> None:
        """Begin an execution."""
        self.names = {}

    def leave(self) -> None:
        """End an execution: what the names hold becomes history."""
        for name, variable in self.names.items():
            self.past.setdefault(name, []).append(variable.value)

    def history(self, name: str, offset: float) -> Value:
        """The value so many executions ago, 0 being the present one."""
        variable, past = self.names[name], self.past.get(name, [])
        if 0 <= offset < 1:
            return variable.value
        if 1 <= offset < len(past) + 1:
            return past[-int(offset)]
        return False if variable.is_bool else NA


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
