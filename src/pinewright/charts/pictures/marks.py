"""What may be marked on a chart: a place with a name, the outline of a shape, a trade. No detector is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from pinewright.charts.pictures.outlines import Outline


class Toward(Enum):
    """Which way a mark points; its shape tells it, its colour repeats it."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True)
class Mark:
    """One named place.

    bar: index of the bar of the picture that is marked, by an arrow; a bar outside the picture gets none. outline: the
    lines that belong to it. weight: where names compete for room, the greater weight and then the later bar comes
    first.
    """

    bar: int
    name: str
    toward: Toward = Toward.NEITHER
    outline: Outline = field(default_factory=Outline)
    weight: float = 1.0

    @property
    def is_place(self) -> bool:
        """Whether it has no outline, so that an arrow is all there is to draw."""
        return not self.outline


@dataclass(frozen=True)
class TradeMark:
    """One trade. entry_bar, exit_bar: indices of bars of the picture, beyond its ends where they lie outside it; no
    exit_bar while it is open. won: by its profit, or None where none is known. label: a few letters for its entry.
    """

    entry_bar: int
    entry_price: float
    exit_bar: int | None
    exit_price: float | None
    is_long: bool
    won: bool | None = None
    label: str = ""
