"""What a picture for people shows: bars, lines over them, panes below, marks, trades; values without a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.charts.palette import MOST_BANDS, MOST_LINES
from pinewright.charts.pictures.marks import Mark, TradeMark
from pinewright.charts.spec import MOST_PANES
from pinewright.errors import UsageError
from pinewright.market import Bars, BoolArray, FloatArray

MOST_CONDITIONS = 4


@dataclass(frozen=True)
class Line:
    """A named line: ``values`` [N] over the picture's bars, NaN where there is none. digits: decimals that its value in
    the legend has; None for those that tell it.
    """

    name: str
    values: FloatArray
    digits: int | None = None

    @property
    def last(self) -> float:
        """The value at the last bar, NaN where there is none."""
        return float(self.values[-1]) if len(self.values) else float("nan")


@dataclass(frozen=True)
class Band:
    """An area between two lines [N] over the price."""

    upper: FloatArray
    lower: FloatArray


@dataclass(frozen=True)
class Condition:
    """Bars [N] on which something holds, drawn as small triangles along the lower edge of the price."""

    name: str
    holds: BoolArray


@dataclass(frozen=True)
class Pane:
    """An axis of its own below the price: 1 to 8 lines.

    low, high: the ends of its scale where they are always the same, as of an index from 0 to 100; else None. guides:
    values at which a thin line runs through. histogram: the line of that index is drawn as bars from zero.
    """

    lines: tuple[Line, ...]
    low: float | None = None
    high: float | None = None
    guides: tuple[float, ...] = ()
    histogram: int | None = None


@dataclass(frozen=True)
class Picture:
    """One chart: all of its bars are drawn, the warm-up too.

    lines, bands: over the price, at most 8 and 4. panes: below it, at most 6. conditions: at most 4. volume: whether
    the bars' volumes are drawn where they have any. note: a sentence below the chart. timezone: of the time axis.
    Lengths and counts are checked: UsageError.
    """

    bars: Bars
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    panes: tuple[Pane, ...] = ()
    conditions: tuple[Condition, ...] = ()
    marks: tuple[Mark, ...] = ()
    trades: tuple[TradeMark, ...] = ()
    volume: bool = True
    note: str = ""
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        size = len(self.bars)
        if not size:
            raise UsageError("a chart without bars", hint="give at least one")
        columns = [line.values for line in (*self.lines, *(line for pane in self.panes for line in pane.lines))]
        columns += [side for band in self.bands for side in (band.upper, band.lower)]
        for column in (*columns, *(item.holds for item in self.conditions)):
            if len(column) != size:
                raise UsageError(f"a line of {len(column)} values over {size} bars")
        for name, count, most in (
            ("lines over the price", len(self.lines), MOST_LINES),
            ("bands", len(self.bands), MOST_BANDS),
            ("panes", len(self.panes), MOST_PANES),
            ("conditions", len(self.conditions), MOST_CONDITIONS),
            ("lines in a pane", max((len(pane.lines) for pane in self.panes), default=0), MOST_LINES),
        ):
            if count > most:
                raise UsageError(f"{count} {name}", hint=f"a chart shows {most} at most")

    @property
    def has_volume(self) -> bool:
        return self.volume and bool(np.nanmax(self.bars.volume, initial=0.0) > 0.0)
