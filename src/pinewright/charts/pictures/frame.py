"""Where the parts of a picture lie: head, price, volume, panes, axes and note, in whole pixels, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pinewright.charts.pictures.strokes import Box
from pinewright.charts.pictures.theme import Theme
from pinewright.errors import UsageError

LEAST_PRICE: Final = 90
LEAST_PANE: Final = 40
LEAST_ACROSS: Final = 120
"""Units of a plot at least."""
VOLUME_SHARE: Final = 0.16
"""Of the plot of price and volume."""
WIDEST_CELL: Final = 26
"""Units from a bar to the next at most: a few bars stay candles, at the right end of the plot."""
_GAP: Final = 6
_FEWER: Final = "show fewer, take a coarser time frame (--timeframe), or give a wider picture (--size)"


@dataclass(frozen=True)
class Piece:
    """Something of a line of the head: ``width`` pixels wide."""

    text: str
    width: int


@dataclass(frozen=True)
class PaneFrame:
    """A pane: the line with its names, and its plot."""

    head: Box
    plot: Box


@dataclass(frozen=True)
class Frame:
    """titles, legend: one box a line of text. plot: price and volume together; bars_left: where its bars begin. axis:
    right of the plots, times: below the last one. foot: a box a line of text below the
    times.
    """

    whole: Box
    titles: tuple[Box, ...]
    legend: tuple[Box, ...]
    plot: Box
    bars_left: int
    panes: tuple[PaneFrame, ...]
    axis: Box
    times: Box
    foot: tuple[Box, ...]


def lay_out(
    whole: Box, theme: Theme, *, titles: int, legend: int, panes: int, axis: int, bars: int, foot: int
) -> Frame:
    """The frame for so many lines of title, legend and foot, panes, and pixels of the axis's labels.

    UsageError, telling what is needed, where the parts would be too small or the bars more than the columns.
    """
    unit, left = theme.units, whole.left + theme.units(10)
    title_rows, down = _rows(whole, left, whole.top + unit(8), titles, theme.title.height + unit(2))
    legend_rows, down = _rows(whole, left, down, legend, theme.letters.height + unit(3))
    down += unit(_GAP)
    row = theme.small.height + unit(4)
    end = whole.bottom - unit(6) - foot * row
    foot_rows, _ = _rows(whole, left, end, foot, row)
    axis_left = whole.right - axis - unit(12)
    across = (axis_left - left) // theme.unit
    head = theme.small.height + unit(_GAP + 3)
    room = (end - theme.small.height - unit(6) - down) // theme.unit
    pane, price = _heights(room, panes, head / theme.unit)
    if across < LEAST_ACROSS or price < LEAST_PRICE or (panes and pane < LEAST_PANE):
        raise _too_small(whole, theme, across, room, panes, head / theme.unit)
    if bars > across:
        what = f"{bars} bars do not fit: {across} pixels are left for them, and each needs one"
        raise UsageError(what, hint=f"at most {across} bars at this size; {_FEWER}")
    plot = Box(axis_left - across * theme.unit, down, axis_left, down + price * theme.unit)
    bars_left = axis_left - min(across, bars * WIDEST_CELL) * theme.unit
    frames = _panes(plot, theme, panes, head, pane * theme.unit)
    last = frames[-1].plot.bottom if frames else plot.bottom
    axis_box, times = Box(axis_left, plot.top, whole.right, last), Box(whole.left, last, whole.right, end)
    return Frame(whole, title_rows, legend_rows, plot, bars_left, frames, axis_box, times, foot_rows)


def _rows(whole: Box, left: int, top: int, count: int, height: int) -> tuple[tuple[Box, ...], int]:
    """So many lines of text from ``top`` down, and where the next part begins."""
    right = whole.right - (left - whole.left)
    rows = tuple(Box(left, top + place * height, right, top + (place + 1) * height) for place in range(count))
    return rows, top + count * height


def _panes(plot: Box, theme: Theme, count: int, head: int, height: int) -> tuple[PaneFrame, ...]:
    """Panes below the price, each with the line of its names above it."""
    frames = []
    for place in range(count):
        top = plot.bottom + place * (head + height) + head
        names = Box(plot.left, top - head + theme.units(_GAP), plot.right, top - theme.unit)
        frames.append(PaneFrame(names, Box(plot.left, top, plot.right, top + height)))
    return tuple(frames)


def _heights(room: int, panes: int, head: float) -> tuple[int, int]:
    """Units of each pane and of the price: panes take a sixth of the room each, and half of it together at most."""
    if not panes:
        return 0, room
    pane = int(min(room / 6, room / 2 / panes - head))
    pane = max(pane, min(LEAST_PANE, int((room - LEAST_PRICE) / panes - head)))
    return pane, room - int(panes * (pane + head) + 0.999)


def _too_small(whole: Box, theme: Theme, across: int, room: int, panes: int, head: float) -> UsageError:
    width, height = (size // theme.unit for size in (whole.width, whole.height))
    wide = width + max(0, LEAST_ACROSS - across)
    high = height + max(0, LEAST_PRICE + int(panes * (LEAST_PANE + head) + 0.999) - room)
    what = f"{width}x{height} pixels are too few for this chart"
    return UsageError(
        what, hint=f"it needs {wide}x{high} at least" + (", or fewer panes" if panes and high > height else "")
    )


def flow(pieces: Sequence[Piece], width: int, gap: int, most: int) -> tuple[list[list[Piece]], int]:
    """The pieces in at most ``most`` lines of at most ``width`` pixels, ``gap`` apart; and how many are left out.

    A piece wider than a line stands alone in it: whoever draws cuts its text.
    """
    lines: list[list[Piece]] = []
    free = -1
    for count, piece in enumerate(pieces):
        if free < piece.width:
            if len(lines) == most:
                return lines, len(pieces) - count
            lines.append([])
            free = width
        lines[-1].append(piece)
        free -= piece.width + gap
    return lines, 0
