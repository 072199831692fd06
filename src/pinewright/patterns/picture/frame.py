"""The plot between its axes: what the vertical lines that frame it enclose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture.colours import Colours, candle_score

LEAST_LINE: Final = 0.9
"""Share of the rows that a framing line fills at least."""
MOST_ROWS: Final = 3
"""Lines across the picture in a frame's colour: its top, its bottom, and one between panes."""
_BEYOND: Final = 0.02
"""Candle score beyond a framing line at most, as a share of that of the whole picture; a price's label has none."""


def inner(colours: Colours, candles: list[int], score: Callable[[BoolArray], float] = candle_score) -> slice:
    """The columns inside the frame; all where there is no frame. candles: the colours of candles; score: how much a
    mask looks like them.

    A frame's colour fills one or two columns from top to bottom, and few rows; a grid's fills more. There are no
    candles beyond a frame.
    """
    packed = colours.packed
    upper = packed[: max(8, int(0.6 * len(packed)))]
    full = np.zeros(upper.shape[1], dtype=np.bool_)
    for row in np.linspace(0, len(upper) - 1, 5).astype(int).tolist():
        full |= ((upper == upper[row]).mean(axis=0) >= LEAST_LINE) & (upper[row] != colours.ground)
    columns = np.flatnonzero(full)
    middle = np.median(upper[:, columns], axis=0).astype(np.int64) if len(columns) else columns
    mask = np.isin(packed, candles)
    total, width = score(mask), packed.shape[1]
    left, right = 0, width
    for colour in np.unique(middle).tolist():
        own = columns[middle == colour]
        if colour in candles:
            continue  # a bar of a chart with few bars may be as high as the plot
        if _groups(own) > 2 or _groups(np.flatnonzero((packed == colour).mean(axis=1) >= 0.5)) > MOST_ROWS:
            continue
        for column in own.tolist():
            if column >= width / 2:
                if score(mask[:, column + 1 :]) <= _BEYOND * total:
                    right = min(right, column)
            elif score(mask[:, :column]) <= _BEYOND * total:
                left = max(left, column + 1)
    return slice(left, right)


def _groups(places: IntArray) -> int:
    """Runs of neighbouring places."""
    return 0 if len(places) == 0 else 1 + int((np.diff(places) > 1).sum())
