"""A label for each pixel of a chart of which nothing is known, and the kernel that reads bars from labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pinewright.machine.kernel import address
from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import candle_parts, foreign, layers, scan
from pinewright.patterns.picture.colours import Colours
from pinewright.patterns.picture.hollow import close_rows, holes
from pinewright.patterns.picture.lattice import Lattice

Labels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Inked:
    """One candle colour: its pixels [H, W], the holes in it, which are hollow bodies, and filled labels, if known."""

    colour: int
    mask: BoolArray
    hole: BoolArray
    label: BoolArray | None = None


def inked(colours: Colours, colour: int) -> Inked:
    mask = colours.packed == colour
    return Inked(colour, mask, holes(mask, colours.packed == colours.ground))


def union(candles: list[Inked]) -> BoolArray:
    return np.asarray(np.any([item.mask | item.hole for item in candles], axis=0))


def cleaned(item: Inked, lattice: Lattice) -> Inked:
    """Without what has the colour and is no candle; ``mask`` keeps it as False, so it counts as a cover."""
    label = foreign.wide(item.mask, round(2.5 * lattice.pitch) + 2)
    mask = item.mask & ~label
    mask &= ~foreign.price_lines(mask, lattice.left, lattice.body, lattice.pitch)
    mask &= ~foreign.standing(mask, lattice.wick_left)
    return replace(item, mask=mask, label=label)


def labelled(colours: Colours, candles: list[Inked], lattice: Lattice, inside: BoolArray) -> Labels:
    """A label for each pixel [H, W]; see ``scan``."""
    packed, left = colours.packed, lattice.left
    counts = candle_parts.bar_counts([item.mask for item in candles], left, left + lattice.body - 1)
    kinds = candle_parts.sides(counts)
    labels = np.full(packed.shape, scan.COVER, dtype=np.uint8)
    labels[packed == colours.ground] = scan.GROUND
    for item, kind in zip(candles, kinds, strict=True):
        labels[item.mask] = kind
    hole = np.any([item.hole for item in candles], axis=0)
    labels[hole & (labels == scan.GROUND)] = scan.HOLLOW
    candle = (labels != scan.GROUND) & (labels != scan.COVER)
    labels[foreign.gaps_of_a_line(candle, labels == scan.GROUND, inside, lattice.wick)] = scan.COVER
    known = [item.colour for item in candles]
    sided = [item.colour for item, kind in zip(candles, kinds, strict=True) if kind != scan.EITHER] or known[:1]
    veils = layers.veiled(colours, sided[:2], set(known), candle) if len(sided) > 1 else {}
    over, beneath = layers.over_colours(packed[:, inside], candle[:, inside], colours.ground)
    rest = (labels == scan.COVER) & inside & ~np.isin(packed, [colours.ground, *known])
    values, place = np.unique(packed[rest], return_inverse=True)
    common = np.array([c for c in colours.common[1:].tolist() if c not in set(over.tolist())], dtype=np.int64)
    beneath = np.union1d(beneath, common)
    kind_of = layers.labels_of(values, colours.ground, sided[:2], over[~np.isin(over, list(veils))], beneath)
    for colour, kind in veils.items():
        kind_of[values == colour] = kind
    labels[rest] = kind_of[place]
    for item in candles:
        if item.label is not None:
            labels[item.label] = scan.COVER  # its letters too, and their soft edges
    if hole.any():
        close_rows(labels, left, lattice.body, scan.HOLLOW)
    return labels


def scanned(labels: Labels, lattice: Lattice, read: Callable[..., object]) -> IntArray:
    """What a kernel reads in the bars [n, FIELDS]: ``scan.read_bars``, or one that takes and gives the same."""
    labels = np.ascontiguousarray(labels)
    height, width = labels.shape
    left, wick = lattice.left, lattice.wick_left
    right, wick_end = left + lattice.body - 1, wick + lattice.wick - 1
    out = np.empty((len(lattice), scan.FIELDS), dtype=np.int64)
    states = np.empty(3 * height, dtype=np.uint8)
    columns = (left, right, wick, wick_end)
    read(
        address(labels),
        width,
        0,
        height - 1,
        len(lattice),
        *map(address, columns),
        address(states),
        height,
        address(out),
    )
    return out
