"""What a row of the table is: functions with their overloads, variables and constants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pinewright.pine.types import Type

VERSIONS = (5, 6)


class Role(Enum):
    """What the compiler does with a call."""

    MATH = "math"
    """A formula of its arguments; its qualifier is the highest of theirs."""
    PRELUDE = "prelude"
    """A function written in Pine, in the prelude of the compiler."""
    PRIMITIVE = "primitive"
    """A rolling window that the prelude stands on; no script can name it."""
    CLOCK = "clock"
    """Of time, sessions and time frames."""
    ACCOUNT = "account"
    """Reads the account: its trades, its currency, its size of an order."""
    HEAP = "heap"
    """Of arrays, maps, matrices and texts: works on objects in the heap."""
    REQUEST = "request"
    """Asks for other bars, or names a symbol for it."""
    INPUT = "input"
    ORDER = "order"
    """Reaches the broker, or stops the script."""
    DECLARATION = "declaration"
    DISPLAY = "display"
    """Shows something and reaches no order: checked, then sliced away."""
    CHECKED = "checked"
    """Checked, and not compiled yet where it reaches an order."""


@dataclass(frozen=True)
class Parameter:
    """One parameter; ``default`` is Pine text, None where there is none or nothing is known of it."""

    name: str
    type: Type
    required: bool = True
    default: str | None = None
    versions: tuple[int, ...] = VERSIONS


@dataclass(frozen=True)
class Signature:
    """One way to call a function.

    ``follows``: the result is known as early as the latest known argument. ``variadic``: the last parameter may be
    given any number of times, but once at least where it is required.
    """

    parameters: tuple[Parameter, ...]
    returns: Type
    follows: bool = False
    variadic: bool = False
    versions: tuple[int, ...] = VERSIONS

    def of_version(self, version: int) -> Signature:
        """The same with the parameters that this version has."""
        if all(version in parameter.versions for parameter in self.parameters):
            return self
        kept = tuple(parameter for parameter in self.parameters if version in parameter.versions)
        return Signature(kept, self.returns, self.follows, self.variadic, self.versions)

    def shown(self, name: str) -> str:
        """As a user would write it: ``ta.tr([handle_na])``."""
        parts = [p.name if p.required else f"[{p.name}]" for p in self.parameters]
        return f"{name}({', '.join([*parts, '...'] if self.variadic else parts)})"


@dataclass(frozen=True)
class Function:
    """One built-in function of one version of Pine."""

    name: str
    role: Role
    overloads: tuple[Signature, ...]
    doc: str

    @property
    def widest(self) -> Signature:
        """The overload with most parameters; of several the last."""
        return max(reversed(self.overloads), key=lambda overload: len(overload.parameters))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Parameters of the widest overload."""
        return self.widest.parameters

    @property
    def returns(self) -> Type:
        """Result of the widest overload."""
        return self.widest.returns

    @property
    def variadic(self) -> bool:
        """Whether the widest overload takes any number of arguments."""
        return self.widest.variadic

    @property
    def signature(self) -> str:
        """The widest overload as text."""
        return self.widest.shown(self.name)


@dataclass(frozen=True)
class Variable:
    """A built-in variable or constant; ``value`` is set for constants known in the source."""

    name: str
    type: Type
    doc: str
    value: float | str | bool | None = None
    versions: tuple[int, ...] = VERSIONS
