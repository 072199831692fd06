"""The colours that candles are made of beside the two that were found first: borders, wicks, other fills; and sides.

A further colour belongs to the candles when nearly all of it lies in the columns of bodies, and most of it touches a
candle or most of its bars have no other candle. Colours that show in the same bars are one side's; a colour that shows
in nearly all bars has no side.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture import scan, strokes
from pinewright.patterns.picture.colours import Colours, distance
from pinewright.patterns.picture.foreign import without_thin_lines
from pinewright.patterns.picture.lattice import Lattice

LEAST_INSIDE: Final = 0.85
LEAST_TOUCHING: Final = 0.5
LEAST_BARS: Final = 0.1
"""Share of the bars that a further colour shows in."""
ALONE: Final = 0.7
"""Share of its bars that no known colour shows in, for a colour that touches none: the other side's."""
MOST_CROWDED: Final = 0.8
"""Share of a colour's runs that end in its most common rows at most."""
MOST_HANGING: Final = 0.6
"""Share of a colour's columns that begin on one row, give or take one, at most."""
EVERYWHERE: Final = 0.85
"""Share of bars from which on a colour has no side."""


def further(colours: Colours, known: list[int], lattice: Lattice) -> list[int]:
    """Common colours that belong to candles, whose bodies may be a border wider on either side than those known."""
    room = int(max(0, min(lattice.wick + 1, (lattice.pitch - lattice.body - 1) // 2)))
    inside = lattice.columns(colours.packed.shape[1], room)
    span = slice(max(0, int(lattice.left[0]) - room), int(lattice.left[-1]) + lattice.body + room)
    packed = colours.packed[:, span]
    inside = inside[span]
    least_inside = max(LEAST_INSIDE, (1 + inside.mean()) / 2)
    bars = np.round((np.flatnonzero(inside) + span.start - lattice.middles[0]) / lattice.pitch).astype(np.int64)
    found: list[int] = []
    candle = np.any([without_thin_lines(packed == colour) for colour in known], axis=0)
    for colour, count in zip(colours.common[1:].tolist(), colours.count[1:].tolist(), strict=True):
        if colour in known or count < max(24, 1e-4 * packed.size) or distance(colour, colours.ground) < 24:
            continue
        mask = without_thin_lines(packed == colour)
        total = int(mask.sum())
        filled = mask.sum(axis=0)
        if total < 24 or filled[inside].sum() < least_inside * total or filled.max() > 0.8 * len(mask):
            continue  # a grid line fills its column nearly
        if _stands(mask, lattice) or _hangs(mask):
            continue
        own = np.bincount(bars, weights=filled[inside]) >= 3
        if own.mean() < LEAST_BARS:
            continue
        others = np.bincount(bars, weights=candle[:, inside].sum(axis=0)) >= 3
        if _touching(mask, candle, lattice.wick) >= LEAST_TOUCHING or (own & ~others).sum() >= ALONE * own.sum():
            found.append(colour)
            candle |= mask
    return found


def belongs(colours: Colours, colour: int, first: int, lattice: Lattice) -> bool:
    """Whether a colour is candles' as the ``first`` is: in the columns of bodies, lines across the picture left out,
    and either in other bars than the first or not standing on a row.
    """
    inside = lattice.columns(colours.packed.shape[1], 1)
    mask = without_thin_lines(colours.packed == colour)
    filled = mask.sum(axis=0)
    least = max(LEAST_INSIDE, (1 + inside.mean()) / 2)
    if filled[inside].sum() < least * max(1, filled.sum()):
        return False
    left = lattice.left[(lattice.left >= 0) & (lattice.left + lattice.body <= len(filled))]
    one, other = bar_counts([mask, without_thin_lines(colours.packed == first)], left, left + lattice.body - 1).T >= 3
    return bool((one & ~other).sum() >= ALONE * one.sum()) or not _stands(mask, lattice)


def _stands(mask: BoolArray, lattice: Lattice) -> bool:
    """Whether most runs of a colour end in a few rows, as bars of volume do on a row, cut by some grid lines."""
    runs = strokes.down(mask)
    bars = len(np.unique(np.round(runs.line / lattice.pitch)))
    return strokes.crowded(runs, max(1, min(6, bars // 4))) > MOST_CROWDED


def _hangs(mask: BoolArray) -> bool:
    """Whether most columns of a colour begin on one row, as grid lines do at the plot's upper edge."""
    columns = mask.sum(axis=0) >= 10
    if columns.sum() < 3:
        return False
    first = np.argmax(mask[:, columns], axis=0)
    count = np.bincount(first, minlength=3)
    return bool((count[:-2] + count[1:-1] + count[2:]).max() >= MOST_HANGING * columns.sum())


def _touching(mask: BoolArray, candle: BoolArray, thick: int) -> float:
    """Share of a colour's pixels in runs whose ends lie within ``thick`` pixels of a candle."""
    near = candle
    for _ in range(
        thick
    ):  # the outer column and the corner of a border are as far from its fill as the border is thick
        before, near = near, near.copy()
        near[1:] |= before[:-1]
        near[:-1] |= before[1:]
        upright = near.copy()
        near[:, 1:] |= upright[:, :-1]
        near[:, :-1] |= upright[:, 1:]
    runs = strokes.down(mask)
    ends = near[runs.first, runs.line] | near[runs.last, runs.line]
    return float((ends * runs.length).sum() / runs.length.sum())


def sides(counts: FloatArray) -> list[int]:
    """The label of each candle colour, from its pixels in each bar [n, K], the likeliest body colour first."""
    shown = counts > 0
    share = shown.mean(axis=0)
    if counts.shape[1] == 1:
        return [scan.FIRST]
    sided = [place for place in range(counts.shape[1]) if share[place] < EVERYWHERE]
    if not sided:
        # Two colours in nearly all bars: a fill and a border of one side alone.
        return [scan.FIRST] + [scan.EITHER] * (counts.shape[1] - 1)
    main = sided[0]
    label = [scan.EITHER] * counts.shape[1]
    label[main] = scan.FIRST
    for place in sided[1:]:
        shows = share[place] > 0 and share[main] > 0
        together = float(np.corrcoef(shown[:, main], shown[:, place])[0, 1]) if shows else 0.0
        if abs(together) >= 0.4:
            label[place] = scan.FIRST if together > 0 else scan.SECOND
    return label


def bar_counts(masks: list[BoolArray], left: IntArray, right: IntArray) -> FloatArray:
    """Pixels of each colour in the columns of each bar [n, K]."""
    table = np.empty((len(left), len(masks)))
    for place, mask in enumerate(masks):
        total = np.concatenate(([0], np.cumsum(mask.sum(axis=0))))
        table[:, place] = total[right + 1] - total[left]
    return table
