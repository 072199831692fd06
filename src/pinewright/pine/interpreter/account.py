"""What passes between an interpreted script and the account that carries out its orders."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from pinewright.pine.interpreter.values import Value


@dataclass(frozen=True)
class OrderCommand:
    """One executed ``strategy.*`` call: its full name and the arguments that were given, by parameter.

    Numbers are floats with NaN for na. Arguments for alerts are left out: they change no trade.
    """

    function: str
    arguments: tuple[tuple[str, Value], ...]

    def number(self, name: str) -> float:
        """The argument as a float; NaN where it was not given or is na."""
        value = dict(self.arguments).get(name)
        return float(value) if isinstance(value, int | float) else math.nan

    def word(self, name: str) -> str | None:
        """The argument as a word; None where it was not given, is na or empty."""
        value = dict(self.arguments).get(name)
        return value if isinstance(value, str) and value else None


@dataclass(frozen=True)
class BarOutcome:
    """What a script did at the close of ``bar``: its commands in order, and the values of the watched variables."""

    bar: int
    commands: tuple[OrderCommand, ...]
    values: tuple[Value, ...]


class Account(Protocol):
    """An account that an interpreted script trades on; ``bar`` counts from 0."""

    def open_bar(self, bar: int) -> None:
        """Carry out what is due inside the bar; called before the script runs at its close."""

    def value(self, name: str, bar: int) -> float:
        """A variable such as ``strategy.position_size`` at the close of the bar."""

    def order(self, command: OrderCommand, bar: int) -> None:
        """Take a command that the script gives at the close of the bar."""

    def close_bar(self, bar: int) -> None:
        """Carry out what is due at the close itself; called after the script."""


class NoAccount:
    """An account that takes every command and never fills one."""

    def open_bar(self, bar: int) -> None:
        """Nothing is due."""

    def value(self, name: str, bar: int) -> float:
        """Flat, with no profit: na for the mean entry price, 0 for the rest."""
        return math.nan if name == "strategy.position_avg_price" else 0.0

    def order(self, command: OrderCommand, bar: int) -> None:
        """Taken and forgotten."""

    def close_bar(self, bar: int) -> None:
        """Nothing is due."""
