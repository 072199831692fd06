"""The text of one generated function: lines, locals, state slots, and the values that already have a name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from pinewright.pine.compiler.graph import Value
from pinewright.pine.compiler.idle import ALWAYS, NEVER, changes_something


class Branch(NamedTuple):
    """What a branch gives, its lines, and when those change something that outlives the bar."""

    value: Value
    lines: list[str]
    effect: Value


@dataclass
class Body:
    """Lines of a function in the kernel language while it is written.

    ``deps`` are the inputs on which the whole function depends (None for the step, which runs for each set): a value
    that depends on fewer is worth a column of its own. ``reads`` collects the columns that are loaded. ``effect`` is a
    condition that holds on every bar on which the lines change state or place an order. ``references`` are the buffers
    that hold references into the heap, ``lasting`` the slots of ``varip`` variables, ``loops`` the number of loops
    around the place that is being written.
    """

    deps: frozenset[int] | None
    depth: int = 1
    lines: list[str] = field(default_factory=list)
    slots: int = 0
    buffers: int = 0
    reads: set[int] = field(default_factory=set)
    effect: Value = NEVER
    references: set[int] = field(default_factory=set)
    lasting: set[int] = field(default_factory=set)
    uses_heap: bool = False
    """Whether the lines make or read what lies in the heap."""
    uses_loops: bool = False
    loops: int = 0
    _line: int | None = None
    """The line of the script that the heap was told last, where that is certain."""
    _named: list[dict[int, str]] = field(default_factory=lambda: [{}])
    _counter: int = 0

    def line(self, text: str) -> None:
        if changes_something(text):
            self.effect = ALWAYS
        self.lines.append("    " * self.depth + text)

    def at(self, line: int) -> None:
        """Tell the heap on which line of the script the calls that follow stand: they can fail."""
        self.uses_heap = True
        if self._line != line:
            self.line(f"m.place = {line}")
            self._line = line

    def fresh(self, prefix: str = "t") -> str:
        """A local name that no other value has."""
        self._counter += 1
        return f"{prefix}{self._counter}"

    def local(self, text: str, prefix: str = "t") -> str:
        """A new local that holds the value of ``text``."""
        name = self.fresh(prefix)
        self.line(f"{name} = {text}")
        return name

    def slot(self, count: int = 1) -> int:
        """First of ``count`` new state slots."""
        self.slots += count
        return self.slots - count

    def buffer(self) -> int:
        """Number of a new buffer of one value a bar."""
        self.buffers += 1
        return self.buffers - 1

    def named(self, key: int) -> str | None:
        """The local that holds the node of this id, if it is in scope."""
        return next((names[key] for names in reversed(self._named) if key in names), None)

    def name(self, key: int, text: str) -> None:
        self._named[-1][key] = text

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Lines under ``head``; what is named inside is out of scope after it."""
        self.line(head)
        before = len(self.lines)
        with self._scope():
            yield
        if len(self.lines) == before:
            self.lines.append("    " * (self.depth + 1) + "pass")

    @contextmanager
    def captured(self) -> Iterator[list[str]]:
        """Lines one level deeper, kept apart: the caller decides whether and where to put them."""
        kept, self.lines = self.lines, []
        found = self.lines
        with self._scope():
            yield found
        self.lines = kept

    @contextmanager
    def _scope(self) -> Iterator[None]:
        before = self._line
        if self.loops:
            self._line = None  # a later round comes from its end
        self.depth += 1
        self._named.append({})
        yield
        self._named.pop()
        self.depth -= 1
        self._line = before if self._line == before else None


def ascii_name(name: str) -> str:
    """An identifier of the kernel language from a name of Pine."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
