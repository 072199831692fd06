"""Lines drawn without any library, as SVG: the small picture of the locked part, and equity where no script runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pinewright.app.report.model import Curve, Period


@dataclass(frozen=True)
class Shape:
    """A drawing in its own coordinates: ``points`` of each line, x of part borders, y of the starting capital."""

    width: int
    height: int
    lines: tuple[str, ...]
    borders: tuple[float, ...]
    base: float | None
    low: float
    high: float


def within(curve: Curve, period: Period) -> Curve:
    """The curve inside [start, end), led by the last point before it, so that the first day's step is seen."""
    first = max(0, int(np.searchsorted(curve.time, period.start)) - 1)
    last = int(np.searchsorted(curve.time, period.end))
    return Curve(curve.time[first:last], curve.value[first:last])


def draw_lines(
    curves: Sequence[Curve],
    *,
    width: int = 720,
    height: int = 220,
    borders: Sequence[int] = (),
    base: float | None = None,
) -> Shape | None:
    """Curves over one time axis and one money axis; None where no curve has two points.

    borders: times (ms UTC) at which a part begins; base: amount at which a level line is drawn.
    """
    usable = [curve for curve in curves if len(curve.time) > 1]
    if not usable:
        return None
    begin = min(int(curve.time[0]) for curve in usable)
    end = max(int(curve.time[-1]) for curve in usable)
    values = np.concatenate([curve.value for curve in usable] + ([np.array([base])] if base is not None else []))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    span, edge = (high - low) or 1.0, 4.0

    def across(time: int) -> float:
        return round((time - begin) / (end - begin) * width, 1)

    def down(value: float) -> float:
        return round(edge + (high - value) / span * (height - 2 * edge), 1)

    def line(curve: Curve) -> str:
        pairs = zip(curve.time.tolist(), curve.value.tolist(), strict=True)
        return " ".join(f"{across(time)},{down(value)}" for time, value in pairs if value == value)

    return Shape(
        width=width,
        height=height,
        lines=tuple(line(curve) for curve in usable),
        borders=tuple(across(time) for time in borders if begin < time < end),
        base=None if base is None else down(base),
        low=low,
        high=high,
    )
