"""How near each window of closes comes to any other one, and how many are near: all pairs, or a drawn part of them.

Correlation of z-normalised windows along the diagonals of the matrix of all pairs, as SCRIMP++ and MPX walk it
(Zhu and others 2018; Matrix Profile XI and the covariance update of the authors' later code):

    cov(i, j) = cov(i - 1, j - 1) + df[i] dg[j] + df[j] dg[i]

Here a block of neighbouring diagonals goes down a block of rows together, so that one step is a loop over lanes, and
begins each block with exact sums of products, so that rounding does not add up over a year.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.machine.kernel import (
    Floats,
    Ints,
    Module,
    Native,
    address,
    compile_module,
    kernel,
    source_key,
    stack,
)
from pinewright.market import BoolArray, FloatArray, IntArray

LANES: Final = 128
"""Diagonals that are walked side by side."""
ROWS: Final = 8192
"""Rows after which covariances are summed anew."""
IN_FLIGHT: Final = 2
"""Bands for each thread that wait for their turn to be added: what bounds memory."""


@kernel(inline=True)
def first_covariances(x: Floats, mean: Floats, row: int, first: int, count: int, length: int, cov: Floats) -> None:
    """Covariance times length of the window at ``row`` with those ``first + lane`` rows later."""
    for k in range(count):
        total = 0.0
        for m in range(length):
            total += (x[row + m] - mean[row]) * (x[row + first + k + m] - mean[row + first + k])
        cov[k] = total


@kernel
def join_band(
    n: int,
    length: int,
    first: int,
    count: int,
    least: float,
    x: Floats,
    mean: Floats,
    inverse: Floats,
    df: Floats,
    dg: Floats,
    best: Floats,
    near: Ints,
) -> None:
    """All pairs of windows (i, i + first + lane), lane below ``count``: ``best`` [n] takes the highest correlation of
    each window, ``near`` [n] counts those of at least ``least``; both are added to. 128 lanes at most.
    """
    cov, found = stack(LANES), stack(LANES)
    for start in range(0, n - first, ROWS):
        stop = min(start + ROWS, n - first)
        first_covariances(x, mean, start, first, min(count, n - first - start), length, cov)
        for i in range(start, stop):
            lanes = min(count, n - first - i)
            j = i + first
            d, g, v, top = df[i], dg[i], inverse[i], best[i]
            if i == start:
                d, g = 0.0, 0.0
            later, steps, scale, tops, counts = dg[j:], df[j:], inverse[j:], best[j:], near[j:]
            hits, better = 0, 0
            for k in range(lanes):
                p = cov[k] + (d * later[k] + steps[k] * g)
                c = p * v * scale[k]
                cov[k] = p
                found[k] = c
                tops[k] = c if c > tops[k] else tops[k]
                hit = 1 if c >= least else 0
                counts[k] += hit
                hits += hit
                better += 1 if c > top else 0
            near[i] += hits
            if better > 0:
                for k in range(lanes):
                    top = found[k] if found[k] > top else top
                best[i] = top


@dataclass(frozen=True)
class SelfJoin:
    """What all pairs of the M windows of ``length`` closes say of each window.

    nearest [M]: highest correlation with a window that begins at least ``apart`` bars away, -2 for none. near [M]:
    how many such windows correlate by ``least`` or more. share: part of the pairs that was computed, 1 for all.
    """

    length: int
    apart: int
    least: float
    nearest: FloatArray
    near: IntArray
    share: float

    @property
    def distance(self) -> FloatArray:
        """The matrix profile [M]: Euclidean distance of z-normalised windows to their nearest neighbours."""
        return np.asarray(np.sqrt(np.maximum(0.0, 2.0 * self.length * (1.0 - self.nearest))))


@dataclass(frozen=True)
class Windows:
    """Windows of N closes, M = N - length + 1 of them, as the kernel reads them; flat ones are like nothing."""

    closes: FloatArray
    mean: FloatArray
    inverse: FloatArray
    df: FloatArray
    dg: FloatArray
    flat: BoolArray

    @classmethod
    def of(cls, closes: FloatArray, length: int) -> Windows:
        x = np.ascontiguousarray(closes - np.mean(closes), dtype=np.float64)
        count = len(x) - length + 1
        mean, squares = np.empty(count), np.empty(count)
        for first in range(0, count, 65_536):  # in blocks, because centred windows are copies
            rows = np.lib.stride_tricks.sliding_window_view(x[first : first + 65_536 + length - 1], length)
            mean[first : first + len(rows)] = rows.mean(axis=1)
            squares[first : first + len(rows)] = ((rows - rows.mean(axis=1)[:, None]) ** 2).sum(axis=1)
        # Equal closes leave rounding behind; the smallest true step of a price is far above it.
        flat = squares <= 1e-24 * max(1.0, float(np.max(np.abs(closes))) ** 2) * length
        inverse = np.zeros(count)
        inverse[~flat] = 1.0 / np.sqrt(squares[~flat])
        df, dg = np.zeros(count), np.zeros(count)
        df[1:] = (x[length:] - x[: count - 1]) / 2.0
        dg[1:] = (x[length:] - mean[1:]) + (x[: count - 1] - mean[:-1])
        return cls(x, mean, inverse, df, dg, np.asarray(flat, dtype=np.bool_))


def pair_count(bars: int, length: int, apart: int) -> int:
    """Pairs of windows of ``bars`` closes that begin at least ``apart`` bars from each other."""
    left = max(0, bars - length + 1 - apart)
    return left * (left + 1) // 2


def self_join(
    closes: FloatArray,
    length: int,
    *,
    least: float,
    apart: int | None = None,
    share: float = 1.0,
    seed: int = 0,
    threads: int = 1,
    stopped: Callable[[], bool] = lambda: False,
    told: Callable[[int], None] = lambda pairs: None,
) -> SelfJoin:
    """Joins the windows of closes [N] with themselves.

    least: correlation from which two windows are near. apart: windows that begin closer than that are no pair; a half
    of the length by default. share: part of the bands of diagonals that is computed, drawn by ``seed``; ``near`` is
    scaled up then. The answer is the same for any number of threads. told: is given pairs as they are done. Raises
    UsageError where there are too few closes.
    """
    apart = max(1, length // 2) if apart is None else apart
    if len(closes) < length + apart:
        what = f"{len(closes)} closes are too few to compare windows of {length}"
        raise UsageError(what, hint=f"at least {length + apart}, and thousands to find something")
    windows = Windows.of(closes, length)
    count = len(windows.mean)
    firsts = _bands(count, apart, share, seed)
    best, near = np.full(count, -2.0), np.zeros(count, dtype=np.int64)
    done = 0
    with ThreadPoolExecutor(threads) as pool:
        jobs = iter(firsts)
        waiting = [pool.submit(_band, windows, length, first, least) for first in islice(jobs, threads * IN_FLIGHT)]
        while waiting:
            first, tops, counts = waiting.pop(0).result()
            np.maximum(best, tops, out=best)
            near += counts
            pairs = _pairs_of(count, first)
            done += pairs
            told(pairs)
            if not stopped():
                waiting += [pool.submit(_band, windows, length, one, least) for one in islice(jobs, 1)]
    part = done / max(1, pair_count(len(closes), length, apart))
    best[windows.flat] = -2.0
    return SelfJoin(length, apart, least, best, np.rint(near / max(part, 1e-12)).astype(np.int64), part)


def _bands(count: int, apart: int, share: float, seed: int) -> list[int]:
    """First diagonals of the bands to be walked."""
    firsts = np.arange(apart, count, LANES)
    if share >= 1.0:
        return [int(first) for first in firsts]
    kept = max(1, round(share * len(firsts)))
    drawn = np.random.default_rng([seed, 7]).permutation(firsts)[:kept]
    return [int(first) for first in np.sort(drawn)]


def _pairs_of(count: int, first: int) -> int:
    lanes = min(LANES, count - first)
    return lanes * (count - first) - lanes * (lanes - 1) // 2


def _band(windows: Windows, length: int, first: int, least: float) -> tuple[int, FloatArray, IntArray]:
    count = len(windows.mean)
    best, near = np.full(count, -2.0), np.zeros(count, dtype=np.int64)
    given = (windows.closes, windows.mean, windows.inverse, windows.df, windows.dg, best, near)
    native().function("join_band")(
        count, length, first, min(LANES, count - first), least, *(address(one) for one in given)
    )
    return first, best, near


@cache
def native() -> Native:
    """The compiled kernel, once for the process."""
    return compile_module(lambda: Module("self join").add(join_band), ["join_band"], key=source_key(Path(__file__)))
