"""Periods drawn again in blocks, so that what neighbouring periods have in common stays."""

from __future__ import annotations

import math

import numpy as np

from pinewright.market import IntArray
from pinewright.optimize.evidence.arrays import at_least


def default_block(count: int) -> int:
    """About count^(1/3) periods: the rate at which the best length of a block grows (Politis and White, 2004)."""
    return max(1, round(math.pow(count, 1 / 3)))


def stationary_bootstrap(count: int, draws: int, block: float, random: np.random.Generator) -> IntArray:
    """Indices [draws, count] into ``count`` periods, in blocks of random length with mean ``block``, round the end.

    A step begins a new block at a random place with probability 1 / block, else it goes on. Politis and Romano, "The
    Stationary Bootstrap" (1994). SearchError for a block under 1.
    """
    at_least("block", block, 1)
    fresh = random.random((draws, count)) < 1 / block
    starts = random.integers(0, max(1, count), size=(draws, count))
    place = np.arange(count)
    # Before the first fresh step goes the start of place 0.
    last = np.maximum.accumulate(np.where(fresh, place, 0), axis=1)
    return np.asarray((np.take_along_axis(starts, last, axis=1) + place - last) % max(1, count), dtype=np.int64)


def circular_blocks(
    count: int, draws: int, block: int, random: np.random.Generator, length: int | None = None
) -> IntArray:
    """Indices [draws, length] (by default ``count``) in blocks of ``block`` periods, round the end.

    Politis and Romano, "A Circular Block-Resampling Procedure for Stationary Data" (1992). block 1 is the ordinary
    bootstrap. SearchError for a block under 1.
    """
    at_least("block", block, 1)
    size = count if length is None else length
    starts = random.integers(0, max(1, count), size=(draws, -(-size // block)))
    index = (starts[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :size]
    return np.asarray(index % max(1, count), dtype=np.int64)


def shuffles(count: int, draws: int, random: np.random.Generator) -> IntArray:
    """Random orders [draws, count] of all periods, none left out and none twice."""
    return np.asarray(random.permuted(np.tile(np.arange(count), (draws, 1)), axis=1), dtype=np.int64)


def times_drawn(indices: IntArray, count: int) -> IntArray:
    """How often each of ``count`` periods was drawn [draws, count]; times results [count, P] it gives sums."""
    draws = len(indices)
    flat = (indices + count * np.arange(draws)[:, None]).ravel()
    return np.bincount(flat, minlength=draws * count).reshape(draws, count)
