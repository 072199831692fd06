"""What has the candles' colour and is none: price lines across the plot, bars that stand on one row, large labels."""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import strokes

LEAST_LINE: Final = 0.2
"""Share of the columns between bars that a line across the plot has at least."""
LEAST_BESIDE: Final = 0.7
"""Share of the bars that end on one row and have another run in their column: the candle above the volume."""
MOST_LETTERS: Final = 24
"""Rows that the letters of a label cut at most."""
LEAST_FILLED: Final = 0.6
"""Share of a label that its letters leave at least."""
_PERIODS: Final = (1, 2, 3, 4, 6, 8, 10, 12, 16, 24)


def price_lines(mask: BoolArray, left: IntArray, body: int, pitch: float) -> BoolArray:
    """The pixels [H, W] of lines across the plot, dashed or not, in a mask of one colour.

    Dashes are told by what they are between the bars: where the pattern has a gap, a bar's pixel is its own.
    """
    height, width = mask.shape
    first, last = max(0, int(left[0])), min(width, int(left[-1]) + body)
    between = np.zeros(width, dtype=np.bool_)
    between[first:last] = True
    if pitch - body >= 1.0:
        for start in left.tolist():
            between[max(0, start) : max(0, start + body)] = False
    lonely = mask.copy()
    lonely[1:] &= ~mask[:-1] | (pitch - body >= 1.0)
    lonely[:-1] &= ~mask[1:] | (pitch - body >= 1.0)
    share = lonely[:, between].mean(axis=1) if between.any() else np.zeros(height)
    found = np.zeros_like(mask)
    for row in np.flatnonzero(share >= LEAST_LINE).tolist():
        found[row] = mask[row] & _pattern(mask[row], between)
    return found


def without_thin_lines(mask: BoolArray) -> BoolArray:
    """The mask without lines across the picture, up to three rows thick: they would vote for bars where none are."""
    runs = strokes.down(mask)
    low = runs.length <= 3
    thin = np.zeros_like(mask)
    for step in range(3):
        rows = runs.first + step
        kept = low & (rows <= runs.last)
        thin[rows[kept], runs.line[kept]] = True
    return np.asarray(mask & ~(thin & (thin.mean(axis=1) >= 0.15)[:, None]))


def _pattern(row: BoolArray, between: BoolArray) -> BoolArray:
    """Where a line's dashes may be [W]: everywhere unless the columns between the bars show a period."""
    columns = np.arange(len(row))
    for period in _PERIODS[1:]:
        phase = columns % period
        on = np.bincount(phase[between], weights=row[between], minlength=period)
        seen = np.bincount(phase[between], minlength=period)
        if (seen < 3).any():
            break
        share = on / seen
        if ((share > 0.9) | (share < 0.1)).all() and (share < 0.1).any():
            return np.asarray(share[phase] > 0.5)
    return np.ones(len(row), dtype=np.bool_)


def gaps_of_a_line(candle: BoolArray, ground: BoolArray, inside: BoolArray, thick: int) -> BoolArray:
    """Pixels [H, W] of the ground's own colour that lie over candles: a line in that colour cuts several in one row.

    inside [W]: columns of bodies. thick: rows of such a line at most, the width of a wick.
    """
    found = np.zeros_like(candle)
    above, below = np.zeros_like(candle), np.zeros_like(candle)
    for step in range(1, thick + 1):
        above[step:] |= candle[:-step]
        below[:-step] |= candle[step:]
    cut = above & below & ground & inside
    rows = cut.sum(axis=1)
    for row in np.flatnonzero(rows >= 3 * thick).tolist():
        found[row] = ground[row] & inside & (above[row] | below[row])
    return found


def standing(mask: BoolArray, columns: IntArray) -> BoolArray:
    """The pixels of volume and histograms: runs down a column that end, or start, where those of most bars do.

    columns: of the wicks [n]. A candle is left: such runs count only where their columns have others beside them.
    """
    inside = columns[(columns >= 0) & (columns < mask.shape[1])]
    runs = strokes.down(mask)
    held = np.isin(runs.line, inside)
    found = np.zeros_like(mask)
    for ends in (runs.last, runs.first):
        count = np.bincount(ends[held], minlength=mask.shape[0])
        for row in np.flatnonzero(count >= 0.45 * len(inside)).tolist():
            here = ends == row
            others = np.isin(runs.line[here & held], runs.line[~here])
            if others.mean() < LEAST_BESIDE:
                continue
            for place in np.flatnonzero(here).tolist():
                found[runs.first[place] : runs.last[place] + 1, runs.line[place]] = True
    return found


def wide(mask: BoolArray, most: int) -> BoolArray:
    """The pixels of filled rectangles wider than ``most`` columns and higher than 6 rows: labels, not candles.

    Letters in a label cut its rows: what lies between whole rows of one rectangle is its own where most is filled.
    """
    runs = strokes.across(mask)
    kept = runs.length > most
    order = np.lexsort((runs.line[kept], runs.last[kept], runs.first[kept]))
    line, first, last = (values[kept][order] for values in (runs.line, runs.first, runs.last))
    found = np.zeros_like(mask)
    if len(line) == 0:
        return found
    breaks = np.flatnonzero((np.diff(first) != 0) | (np.diff(last) != 0) | (np.diff(line) > MOST_LETTERS)) + 1
    for start, stop in zip([0, *breaks.tolist()], [*breaks.tolist(), len(line)], strict=True):
        box = slice(line[start], line[stop - 1] + 1), slice(first[start], last[start] + 1)
        if line[stop - 1] - line[start] >= 6 and mask[box].mean() >= LEAST_FILLED:
            found[box] = True
    return found
