"""Which colours lie beneath the candles, which lie over them, and what smooth edges and veils let through.

What lies beneath never interrupts a candle from within: a wick and a body are whole. So a colour that stands between
two parts of one candle in a column lies over it. Smooth edges of such a line are blends of its ink and of what is
beneath; so the blend tells whether that is candle or ground. A veil is a see-through fill over candles, as volume is
drawn: its colour over a candle differs from its colour over the ground in the direction in which those two differ.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture import scan, strokes
from pinewright.patterns.picture.colours import Colours, parts

GAP: Final = 8
"""Rows of one cover inside a candle at most, for a colour to count as lying over it."""
MOST_INKS: Final = 8
LEAST_CONTINUING: Final = 0.3
"""Share of a veiled colour's runs that touch a candle's own."""
_NEAR: Final = 4.0
"""Distance of a colour from a blend that still counts as that blend."""


def over_colours(packed: IntArray, candle: BoolArray, ground: int) -> tuple[IntArray, IntArray]:
    """Colours that lie over candles, most often first, and colours that lie beneath.

    packed, candle [H, C]: colours and candle pixels of the columns of bars.
    """
    rows = np.arange(len(packed))[:, None]
    above = rows - np.maximum.accumulate(np.where(candle, rows, -(1 << 20)), axis=0)
    below = np.minimum.accumulate(np.where(candle, rows, 1 << 20)[::-1], axis=0)[::-1] - rows
    other = ~candle & (packed != ground)
    within = other & (above + below - 1 <= GAP)
    beside = other & ~within & ((above == 1) | (below == 1))
    values, place = np.unique(packed[within | beside], return_inverse=True)
    inside = np.bincount(place, weights=within[within | beside], minlength=len(values))
    edges = np.bincount(place, minlength=len(values)) - inside
    over = (inside >= 1) & (inside >= 0.2 * edges)
    order = np.argsort(-inside[over], kind="stable")
    return values[over][order], values[~over & (edges >= 3)]


def veiled(colours: Colours, candles: list[int], taken: set[int], candle: BoolArray) -> dict[int, int]:
    """Common colours that are a candle's colour under a veil, with the label of what is beneath.

    taken: colours that are candles as they are. candle [H, W]: their pixels, which veiled parts continue. Empty
    where all colours are gray: there everything is a blend of everything.
    """
    common = [c for c in colours.common.tolist() if c not in taken and c != colours.ground]
    points = parts(np.array([colours.ground, *candles], dtype=np.int64)).astype(np.float64)
    if _gray(points) or not common:
        return {}
    shades = parts(np.array(common, dtype=np.int64)).astype(np.float64)
    found: dict[int, set[int]] = {}
    for label, colour in enumerate(points[1:], start=scan.FIRST):
        way = colour - points[0]
        length = float(way @ way)
        step = shades[:, None, :] - shades[None, :, :]
        share = step @ way / length
        off = np.linalg.norm(step - share[:, :, None] * way, axis=2)
        # A veil over the ground is seen as such: not the ground itself, nor a grid line.
        veil = np.linalg.norm(shades - points[0], axis=1) >= 0.2 * np.sqrt(length)
        for place in np.flatnonzero(((off <= 3.0) & (share > 0.2) & (share < 0.9) & veil).any(axis=1)).tolist():
            found.setdefault(common[place], set()).add(label)
    return {
        colour: labels.pop() if len(labels) == 1 else scan.EITHER
        for colour, labels in found.items()
        if _continues(colours.packed == colour, candle)
    }


def _continues(mask: BoolArray, candle: BoolArray) -> bool:
    """Whether enough of a colour's runs down the columns begin or end where a candle does."""
    runs = strokes.down(mask)
    if len(runs.line) == 0:
        return False
    height = len(mask)
    above = candle[np.maximum(runs.first - 1, 0), runs.line] & (runs.first > 0)
    below = candle[np.minimum(runs.last + 1, height - 1), runs.line] & (runs.last < height - 1)
    return bool((above | below).mean() >= LEAST_CONTINUING)


def _gray(points: FloatArray) -> bool:
    return bool((points.max(axis=1) - points.min(axis=1)).max() <= 12)


def labels_of(values: IntArray, ground: int, candles: list[int], inks: IntArray, beneath: IntArray) -> IntArray:
    """The label of each of the colours [U] that are neither ground nor a candle's own: by what it is a blend of.

    inks: colours that lie over candles. beneath: colours that lie below them.
    """
    label = np.full(len(values), scan.COVER, dtype=np.int64)
    label[np.isin(values, beneath)] = scan.GROUND
    open_ = ~np.isin(values, beneath) & ~np.isin(values, inks)
    points = parts(values[open_]).astype(np.float64)
    if len(points) == 0:
        return label
    own = parts(np.array(candles, dtype=np.int64)).astype(np.float64)
    base = parts(np.array([ground], dtype=np.int64)).astype(np.float64)[0]
    fits = [np.full(len(points), np.inf) for _ in range(len(candles) + 1)]
    for ink in parts(inks[:MOST_INKS]).astype(np.float64):
        for place, under in enumerate((base, *own)):
            share, off = _blend(points, under, ink)
            fits[place] = np.minimum(fits[place], np.where((share >= 0.0) & (share <= 0.97), off, np.inf))
    for place, colour in enumerate(own, start=1):
        share, off = _blend(points, base, colour)
        fits[place] = np.minimum(fits[place], np.where(share >= 0.5, off, np.inf))
        fits[0] = np.minimum(fits[0], np.where(share < 0.5, off, np.inf))
    table = np.array(fits)
    order = np.sort(table, axis=0)
    best = np.argmin(table, axis=0)
    clear = (order[0] <= _NEAR) & (order[1] >= order[0] + 4.0)
    faint = np.linalg.norm(points - base, axis=1) <= 0.25 * np.linalg.norm(own - base, axis=1).min()
    label[open_] = np.where(clear, best, np.where(faint, scan.GROUND, scan.COVER))
    return label


def _blend(points: FloatArray, under: FloatArray, over: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of ``over`` in each colour [U], and its distance from that blend."""
    way = over - under
    length = float(way @ way)
    if length < 1.0:
        return np.zeros(len(points)), np.full(len(points), np.inf)
    share = (points - under) @ way / length
    return share, np.linalg.norm(points - under - share[:, None] * way, axis=1)
