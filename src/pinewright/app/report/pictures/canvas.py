"""Shapes on a plane of its own units, ready to stand in a page: rounded, escaped, without a colour of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup, escape

from pinewright.app.report.figures import MINUS

WIDTH: Final = 380
"""Units across: about the pixels of a column of the page, so that text has its own size."""


@dataclass(frozen=True)
class Scale:
    """From values to units: ``low`` stands at ``start``, ``high`` at ``end``; equal ends are moved apart."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = (self.high - self.low) or 1.0
        return round(self.start + (value - self.low) / span * (self.end - self.start), 1)

    @classmethod
    def over(cls, values: Iterable[float], start: float, end: float, *, edge: float = 0.05) -> Scale:
        """A scale that holds all finite ``values`` with a margin of ``edge`` of their range on either side."""
        known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(known), max(known)
        room = edge * ((high - low) or abs(high) or 1.0)
        return cls(low - room, high + room, start, end)

    def ticks(self, most: int = 5) -> list[float]:
        """Round values inside the scale, at most ``most``."""
        low, high = min(self.low, self.high), max(self.low, self.high)
        power = 10.0 ** math.floor(math.log10(((high - low) or 1.0) / most))
        found: list[float] = []
        for step in (power * one for one in (1, 2, 2.5, 5, 10, 20)):
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            if last - first < most:
                found = [round(k * step, 12) for k in range(first, last + 1)]
                break
        return found


def short(value: float) -> str:
    """A number for an axis: ``1.2k``, ``-0.05``; as few digits as tell it."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 1e6:
        text = f"{size / 1e6:.3g}M"
    elif size >= 10_000:
        text = f"{size / 1e3:.3g}k"
    elif size >= 100:
        text = f"{size:,.0f}"
    else:
        text = f"{size:.3g}"
    return (MINUS if value < 0 and text.strip("0.") else "") + text


@dataclass
class Canvas:
    """Collects shapes; ``drawing`` gives the SVG. ``told`` is what a screen reader says instead of it."""

    height: float
    told: str
    width: float = WIDTH
    parts: list[str] = field(default_factory=list)
    cells: tuple[float, float, float, float, int, int] | None = None
    """Left, top, right and bottom of a grid, its columns and rows: the page's script tells the cell pointed at."""

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self.parts.append(f'<path class="{kind}" d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"/>')

    def path(self, points: Sequence[tuple[float, float]], kind: str, *, closed: bool = False) -> None:
        """A line through points; a point that is not finite breaks it."""
        steps, pen = [], "M"
        for x, y in points:
            if not (math.isfinite(x) and math.isfinite(y)):
                pen = "M"
                continue
            steps.append(f"{pen}{_n(x)} {_n(y)}")
            pen = "L"
        if steps:
            self.parts.append(f'<path class="{kind}" d="{"".join(steps)}{"Z" if closed else ""}"/>')

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """A rectangle; negative sizes go the other way."""
        left, top = min(x, x + width), min(y, y + height)
        self.parts.append(
            f'<rect class="{kind}" x="{_n(left)}" y="{_n(top)}" width="{_n(abs(width))}" height="{_n(abs(height))}"/>'
        )

    def boxes(self, places: Iterable[tuple[float, float]], width: float, height: float, kind: str) -> None:
        """Many rectangles of one size as one shape."""
        w, h = _n(width), _n(height)
        text = "".join(f"M{_n(x)} {_n(y)}h{w}v{h}h-{w}z" for x, y in places)
        if text:
            self.parts.append(f'<path class="{kind}" d="{text}"/>')

    def dots(self, places: Iterable[tuple[float, float]], kind: str) -> None:
        """Many round dots, as wide as the class's stroke, as one shape."""
        text = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in places)
        if text:
            self.parts.append(f'<path class="{kind}" d="{text}"/>')

    def sign(self, x: float, y: float, shape: str, kind: str, size: float = 5) -> None:
        """A mark: ``circle``, ``diamond``, ``square``, ``up`` or ``down``."""
        s = size
        outlines = {
            "diamond": f"M{_n(x)} {_n(y - 1.3 * s)}l{_n(s)} {_n(1.3 * s)}l-{_n(s)} {_n(1.3 * s)}"
            f"l-{_n(s)} -{_n(1.3 * s)}z",
            "square": f"M{_n(x - s * 0.85)} {_n(y - s * 0.85)}h{_n(1.7 * s)}v{_n(1.7 * s)}h-{_n(1.7 * s)}z",
            "up": f"M{_n(x)} {_n(y - 1.1 * s)}l{_n(1.1 * s)} {_n(2 * s)}h-{_n(2.2 * s)}z",
            "down": f"M{_n(x)} {_n(y + 1.1 * s)}l{_n(1.1 * s)} -{_n(2 * s)}h-{_n(2.2 * s)}z",
        }
        if shape == "circle":
            self.parts.append(f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(s)}"/>')
        else:
            self.parts.append(f'<path class="{kind}" d="{outlines[shape]}"/>')

    def text(self, x: float, y: float, words: str, *, at: str = "start", kind: str = "", turned: bool = False) -> None:
        """Words at a place; ``at``: start, middle or end of them. turned: read from below."""
        turn = f' transform="rotate(-90 {_n(x)} {_n(y)})"' if turned else ""
        name = f' class="{kind}"' if kind else ""
        anchor = "" if at == "start" else f' text-anchor="{at}"'
        self.parts.append(f'<text{name} x="{_n(x)}" y="{_n(y)}"{anchor}{turn}>{escape(words)}</text>')

    def across(self, scale: Scale, y: float, top: float, *, most: int = 5, name: str = "", zero: bool = True) -> None:
        """A horizontal axis at ``y`` with thin lines up to ``top``, its zero stronger, and its name below."""
        for value in scale.ticks(most):
            self.line(scale(value), top, scale(value), y, "base" if value == 0 and zero else "grid")
            self.text(scale(value), y + 14, short(value), at="middle", kind="tick")
        if name:
            self.text((scale.start + scale.end) / 2, y + 29, name, at="middle", kind="name")

    def up(self, scale: Scale, x: float, right: float, *, most: int = 5, name: str = "") -> None:
        """A vertical axis at ``x`` with thin lines to ``right``, and its name above."""
        for value in scale.ticks(most):
            self.line(x, scale(value), right, scale(value), "base" if value == 0 else "grid")
            self.text(x - 5, scale(value) + 4, short(value), at="end", kind="tick")
        if name:
            self.text(2, min(scale.start, scale.end) - 8, name, kind="name")

    def drawing(self, *, hidden: bool = False) -> Markup:
        """The element; it scales with its column and never needs a request. hidden: a reader has it in words beside."""
        told = 'aria-hidden="true"' if hidden else f'role="img" aria-label="{escape(self.told)}"'
        grid = "" if self.cells is None else f' data-cells="{" ".join(_n(value) for value in self.cells)}"'
        head = f'<svg viewBox="0 0 {_n(self.width)} {_n(self.height)}"{grid} {told}>'
        return Markup(head + "".join(self.parts) + "</svg>")


def _n(value: float) -> str:
    """A coordinate: a decimal where it is needed, never an exponent or a word."""
    if not math.isfinite(value):
        return "0"
    return (
        f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")
    )
