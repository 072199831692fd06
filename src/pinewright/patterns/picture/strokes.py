"""Runs of one colour down the columns and along the rows of a picture: what candles are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Runs:
    """Stretches of True in a mask. line [R]: the column (or row) of each; first, last [R]: its ends, both inclusive."""

    line: IntArray
    first: IntArray
    last: IntArray

    @property
    def length(self) -> IntArray:
        return self.last - self.first + 1


def down(mask: BoolArray) -> Runs:
    """The runs down the columns of a mask [H, W], by column, then from the top."""
    return _runs(mask.T)


def across(mask: BoolArray) -> Runs:
    """The runs along the rows, by row, then from the left."""
    return _runs(mask)


def _runs(lines: BoolArray) -> Runs:
    # By the places that are True: masks of one colour are sparse.
    width = lines.shape[1]
    at = np.flatnonzero(np.ascontiguousarray(lines))
    if len(at) == 0:
        return Runs(at, at, at)
    begins = np.ones(len(at), dtype=np.bool_)
    begins[1:] = (np.diff(at) != 1) | (at[1:] % width == 0)
    starts, ends = at[begins], at[np.append(begins[1:], True)]
    line = starts // width
    return Runs(line, starts % width, ends % width)


def rectangles(runs: Runs, reach: int) -> BoolArray:
    """Which runs have another one with the same ends at most ``reach`` lines away: sides of the same rectangle."""
    order = np.lexsort((runs.line, runs.last, runs.first))
    first, last, line = runs.first[order], runs.last[order], runs.line[order]
    alike = (np.diff(first) == 0) & (np.diff(last) == 0) & (np.diff(line) <= reach)
    found = np.zeros(len(order), dtype=np.bool_)
    found[order[:-1]] |= alike
    found[order[1:]] |= alike
    return found


def variety(values: IntArray, weights: FloatArray) -> float:
    """1 less the share of the most common value: 0 where all are the same."""
    if len(values) == 0:
        return 0.0
    shares = np.bincount(values - values.min(), weights=weights)
    return float(1.0 - shares.max() / shares.sum())


def crowded(runs: Runs, places: int) -> float:
    """Share of the runs that end in the most common rows, so many of them."""
    count = np.sort(np.bincount(runs.last))
    return float(count[-places:].sum() / max(1, count.sum()))
