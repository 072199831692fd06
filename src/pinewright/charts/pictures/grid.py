"""Axes of a chart: round values with thin lines behind the bars, dates and hours below, the last price in a box."""

from __future__ import annotations

from collections.abc import Sequence

from pinewright.charts.pictures.axes import Tick, fit_ticks, local_times, number_text, time_ticks, value_ticks
from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.plane import Plane, Scale
from pinewright.charts.pictures.strokes import Box, behind, letters


def draw_price_axis(plane: Plane) -> None:
    """Round prices, and the last price in the colour of its bar; the label of a price too near to it is left out."""
    theme, bars, scale = plane.theme, plane.picture.bars, plane.price
    digits = bars.symbol.price_digits
    most = max(2, plane.prices.height // (theme.small.height * 3))
    ticks = value_ticks(scale.lowest, scale.highest, most, digits=digits, step=bars.symbol.mintick)
    text = number_text(float(bars.close[-1]), digits)
    last = _label(plane, scale.down(float(bars.close[-1])), text)
    box = Box(
        plane.frame.axis.left + theme.unit, last.top - theme.unit, last.right + theme.units(4), last.bottom + theme.unit
    )
    rule(plane, plane.prices, scale, ticks, box)
    color = theme.palette.up if bars.close[-1] >= bars.open[-1] else theme.palette.down
    box.of(plane.pixels)[:] = color
    letters(plane.pixels, theme.small, last.left, last.top, text, _on(color))


def _on(color: RGB) -> RGB:
    """Black or white, whichever is read better on a colour (WCAG's relative luminance)."""
    parts = [(part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4) for part in color]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return (0, 0, 0) if light > 0.179 else (255, 255, 255)


def draw_volume_axis(plane: Plane) -> None:
    """The largest round volume."""
    if plane.volume is not None and plane.amount is not None:
        most = max(2, plane.volume.height // (plane.theme.small.height * 2))
        ticks = value_ticks(0.0, plane.amount.high, most)
        rule(plane, plane.volume, plane.amount, ticks[1:][-1:])


def rule(plane: Plane, plot: Box, scale: Scale, ticks: Sequence[Tick], taken: Box | None = None) -> None:
    """Thin lines through a plot at the ticks, behind what is drawn, and their labels beside it where they fit.

    taken: a box of the axis that stays free of labels.
    """
    theme = plane.theme
    above: Box | None = taken
    for item in ticks:
        row = plot.top + int(scale.down(item.value) - plot.top) // theme.unit * theme.unit
        if not plot.top <= row < plot.bottom:
            continue
        _lay_behind(plane, Box(plot.left, row, plot.right, min(plot.bottom, row + theme.unit)))
        label = _label(plane, row + theme.unit / 2, item.label)
        room = theme.small.height // 3
        fits = plot.top - room <= label.top and label.bottom <= plot.bottom + room
        if fits and not any(other is not None and label.meets(other) for other in (taken, above)):
            letters(plane.pixels, theme.small, label.left, label.top, item.label, theme.quiet)
            above = label


def _lay_behind(plane: Plane, strip: Box) -> None:
    """A grid line behind bars and before bands."""
    theme = plane.theme
    behind(strip.of(plane.pixels), (theme.background, *theme.bands), theme.grid)


def _label(plane: Plane, down: float, text: str) -> Box:
    """The box of a label of the axis whose middle is that many pixels from the top, kept inside the picture."""
    font, whole = plane.theme.small, plane.frame.whole
    left = plane.frame.axis.left + plane.theme.units(6)
    top = min(max(whole.top, round(down - font.height / 2)), whole.bottom - font.height)
    return Box(left, top, left + font.width(text), top + font.height)


def draw_time_axis(plane: Plane) -> None:
    """Dates and hours below the last plot, with thin lines up through all of them."""
    theme, frame = plane.theme, plane.frame
    gap = theme.units(16)
    width = theme.small.width("30 May") + gap
    days = plane.picture.bars.timeframe.minutes >= 1440
    ticks = time_ticks(local_times(plane.picture.bars, plane.picture.timezone), plane.step, width, days=days)
    across = [int((plane.at(int(item.value)) - frame.plot.left) // theme.unit) * theme.unit for item in ticks]
    lefts = [
        _inside(plane, frame.plot.left + x, theme.small.width(item.label))
        for x, item in zip(across, ticks, strict=True)
    ]
    spans = [
        (left - gap // 2, left + theme.small.width(item.label) + gap // 2)
        for left, item in zip(lefts, ticks, strict=True)
    ]
    for place in fit_ticks(ticks, across, spans):
        item, x = ticks[place], frame.plot.left + across[place]
        color = theme.text if item.weight >= 2 else theme.quiet
        letters(plane.pixels, theme.small, lefts[place], frame.times.top + theme.units(4), item.label, color)
        for plot in (frame.plot, *(pane.plot for pane in frame.panes)):
            _lay_behind(plane, Box(x, plot.top, min(plot.right, x + theme.unit), plot.bottom))


def _inside(plane: Plane, x: int, width: int) -> int:
    """Where a label begins whose middle is to be ``x``, moved so that it lies inside the picture."""
    whole, edge = plane.frame.whole, plane.theme.units(4)
    left = x + plane.theme.unit // 2 - width // 2
    return max(whole.left + edge, min(left, whole.right - edge - width))


def draw_edges(plane: Plane) -> None:
    """Lines below and right of every plot, outside of it."""
    thick = plane.theme.unit
    for box in (plane.frame.plot, *(pane.plot for pane in plane.frame.panes)):
        plane.pixels[box.bottom : box.bottom + thick, box.left : box.right + thick] = plane.theme.edge
        plane.pixels[box.top : box.bottom, box.right : box.right + thick] = plane.theme.edge
