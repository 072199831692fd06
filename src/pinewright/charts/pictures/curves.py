"""Lines, bands, conditions and panes of a chart, over what the renderer drew."""

from __future__ import annotations

import numpy as np

from pinewright.charts.layout import Part
from pinewright.charts.pictures.annotations import CONDITION
from pinewright.charts.pictures.axes import Tick, decimals, number_text, value_ticks
from pinewright.charts.pictures.contents import Line, Pane
from pinewright.charts.pictures.grid import rule
from pinewright.charts.pictures.heads import pane_entries, write_entries
from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.plane import Plane, Scale
from pinewright.charts.pictures.shapes import draw_triangle
from pinewright.charts.pictures.strokes import Box, Place, line, runs, shade
from pinewright.market import FloatArray


def draw_bands(plane: Plane) -> None:
    """Areas between two lines, behind all that is drawn already."""
    for band, color in zip(plane.picture.bands, plane.theme.bands, strict=False):
        for run in runs(np.where(np.isfinite(band.lower), band.upper, np.nan)):
            top, bottom = (plane.places(plane.price, values, run) for values in (band.upper, band.lower))
            shade(plane.pixels, plane.prices, [*top, *reversed(bottom)], [plane.theme.background], color)


def draw_lines(plane: Plane) -> None:
    """Lines over the price, and the bars on which conditions hold."""
    for item, color in zip(plane.picture.lines, plane.theme.palette.lines, strict=False):
        _curve(plane, plane.prices, plane.price, item.values, color)
    _draw_conditions(plane)


def _curve(plane: Plane, plot: Box, scale: Scale, values: FloatArray, color: RGB) -> None:
    unit = plane.theme.unit
    for run in runs(values):
        points: list[Place] = plane.places(scale, values, run)
        if len(points) == 1:
            x, y = points[0]
            points = [(x - 2 * unit, y), (x + 2 * unit, y)]
        line(plane.pixels, plot, points, color, 1.6 * unit)


def _draw_conditions(plane: Plane) -> None:
    """Rows of small triangles above the lower edge of the price, one row a condition."""
    unit = plane.theme.unit
    for index, item in enumerate(plane.picture.conditions):
        color = plane.theme.palette.lines[-1 - index]
        y = plane.prices.bottom - (index + 0.5) * CONDITION * unit
        for bar in np.flatnonzero(item.holds).tolist():
            place = (plane.at(bar), y)
            draw_triangle(plane.pixels, plane.prices, place, 3.0 * unit, color, plane.theme.background, 0.0, up=True)


def pane_range(pane: Pane) -> tuple[float, float]:
    """The ends of a pane's scale: its own, else those of what its lines hold, with a little room."""
    if pane.low is not None and pane.high is not None:
        return pane.low, pane.high
    values = np.concatenate([item.values for item in pane.lines])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if pane.histogram is not None:
        low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * (high - low) if high > low else abs(low) * 0.05 or 1.0
    return low - room, high + room


def pane_ticks(pane: Pane, most: int) -> list[Tick]:
    """What stands on a pane's axis: its guides, else round values."""
    if pane.guides:
        return [Tick(value, number_text(value, decimals(value))) for value in pane.guides]
    return value_ticks(*pane_range(pane), most)


def draw_pane(plane: Plane, index: int) -> None:
    """A pane with its names, its axis and its lines."""
    theme, pane, frame = plane.theme, plane.picture.panes[index], plane.frame.panes[index]
    plot, rows = frame.plot, frame.plot.height // theme.unit
    scale = Scale(Part(0, 0, 0, rows - 1, 2, rows - 3), *pane_range(pane), plot.top, theme.unit)
    if pane.histogram is not None:
        _draw_histogram(plane, plot, pane.lines[pane.histogram], scale)
    rule(plane, plot, scale, pane_ticks(pane, max(2, plot.height // (theme.small.height * 2))))
    for count, item in enumerate(pane.lines):
        if count != pane.histogram:
            _curve(plane, plot, scale, item.values, theme.palette.lines[count])
    write_entries(
        plane.pixels, frame.head, theme, pane_entries(plane.picture, index, theme, frame.head.width), small=True
    )


def _draw_histogram(plane: Plane, plot: Box, item: Line, scale: Scale) -> None:
    """Bars from zero, by their sign in two colours."""
    theme = plane.theme
    zero = _inside(plot, scale.down(0.0))
    half = max(0.5 * theme.unit, plane.step * 0.32)
    for x, value in zip(plane.across.tolist(), item.values.tolist(), strict=True):
        if value != value:
            continue
        row = _inside(plot, scale.down(value))
        left, right = max(plot.left, round(x - half)), min(plot.right, max(round(x - half) + 1, round(x + half)))
        color = theme.palette.volume_up if value >= 0.0 else theme.palette.volume_down
        plane.pixels[min(row, zero) : max(row, zero), left:right] = color


def _inside(plot: Box, row: float) -> int:
    return int(min(max(row, plot.top), plot.bottom))
