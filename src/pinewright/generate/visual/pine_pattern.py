"""One pattern as Pine v6: its function, the functions that one calls, and the call with values in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PineFunction:
    """One definition: its name and its lines, without an end of line. It calls only functions listed before it."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PinePattern:
    """A pattern as Pine. ``functions``: in order of need, the last one is the pattern's own and gives a bool.

    The function takes the pattern's parameters in their order. It must run on every bar, so a script assigns its call
    to a variable at the left margin. What it gives on a bar is known at that bar's close and never changes.
    """

    name: str
    functions: tuple[PineFunction, ...]

    @property
    def function(self) -> str:
        return self.functions[-1].name

    def call(self, arguments: Sequence[str]) -> str:
        """The call, with arguments as Pine expressions in the order of the pattern's parameters."""
        return f"{self.function}({', '.join(arguments)})"


def definitions(patterns: Iterable[PinePattern]) -> tuple[str, ...]:
    """The lines of all functions that the patterns need, each once, callees first, an empty line between two."""
    found: dict[str, PineFunction] = {}
    for pattern in patterns:
        for function in pattern.functions:
            found.setdefault(function.name, function)
    lines: list[str] = []
    for function in found.values():
        lines += ["", *function.lines] if lines else [*function.lines]
    return tuple(lines)
