"""Prices on a wrong scale: the most frequent fault of every download, a factor of ten or a hundred between rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray

SCALE_JUMP: Final = 3.0
"""Ratio of a price to the one before it from which on no market can have moved so far in one row."""


@dataclass(frozen=True)
class ScaleJump:
    """A price against the one before it: the later row's stamp (ms UTC) and the ratio of the two."""

    time: int
    ratio: float


def find_jumps(time: IntArray, prices: FloatArray) -> tuple[ScaleJump, ...]:
    """Rows whose price is more than 3 times, or less than a third of, the one before; [N] positive prices."""
    rows = _jumps(prices)
    with np.errstate(divide="ignore"):
        ratios = prices[rows] / prices[rows - 1]
    return tuple(ScaleJump(*pair) for pair in zip(time[rows].tolist(), ratios.tolist(), strict=True))


def off_scale(prices: FloatArray) -> BoolArray:
    """Rows [N] of positive prices on another scale than most.

    The longest run without a jump is taken for right; going on from it both ways, a run is right when it continues
    within a factor of 3 where the last right one ended.
    """
    marks = np.zeros(len(prices), dtype=np.bool_)
    rows = _jumps(prices)
    if len(rows) == 0:
        return marks
    edges = [0, *rows.tolist(), len(prices)]
    longest = int(np.argmax(np.diff(edges)))
    last = prices[edges[longest + 1] - 1]
    for begin, end in zip(edges[longest + 1 : -1], edges[longest + 2 :], strict=True):
        if 1 / SCALE_JUMP <= prices[begin] / last <= SCALE_JUMP:
            last = prices[end - 1]
        else:
            marks[begin:end] = True
    last = prices[edges[longest]]
    for begin, end in zip(reversed(edges[:longest]), reversed(edges[1 : longest + 1]), strict=True):
        if 1 / SCALE_JUMP <= prices[end - 1] / last <= SCALE_JUMP:
            last = prices[begin]
        else:
            marks[begin:end] = True
    return marks


def _jumps(prices: FloatArray) -> IntArray:
    if len(prices) == 0 or prices.max() <= SCALE_JUMP * prices.min():
        return np.zeros(0, dtype=np.int64)
    before, after = prices[:-1], prices[1:]
    rows: IntArray = np.flatnonzero((after > SCALE_JUMP * before) | (before > SCALE_JUMP * after)) + 1
    return rows
