"""Points of the grid to try next: scrambled Sobol over the whole space, then steps around the best.

One batch costs about a microsecond a point; a backtest costs a hundred times that and more.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.space import Space

_EXHAUSTIVE: Final = 4
"""A grid at most this many times the trials asked for is listed in full when its legal points fit the trials."""
_DRY_ROUNDS: Final = 8
"""Draws without a new point after which the grid counts as exhausted."""


class Sampler:
    """Draws distinct legal points of a space; the same space, seed and calls give the same points.

    Points that were given out once are never given again; ``seen`` is their number.
    """

    def __init__(self, space: Space, seed: int):
        from scipy.stats import qmc

        self._space = space
        self._sobol = qmc.Sobol(len(space.dimensions), scramble=True, rng=np.random.default_rng(seed))
        self._random = np.random.default_rng([seed, 1])
        self._seen: set[bytes] = set()
        self._drawn = np.empty((0, len(space.dimensions)), np.int64)

    @property
    def seen(self) -> int:
        return len(self._seen)

    def mark(self, points: IntArray) -> None:
        """Takes points out of what may still be drawn."""
        self._seen.update(row.tobytes() for row in np.ascontiguousarray(points, dtype=np.int64))

    def spread(self, count: int) -> IntArray:
        """Up to ``count`` new points spread over the space; fewer when the grid has no more."""
        space, found, have, dry = self._space, [np.empty((0, len(self._space.dimensions)), np.int64)], 0, 0
        if space.grid_size <= _EXHAUSTIVE * (count + self.seen):
            return self._remaining(count)
        while have < count and dry < _DRY_ROUNDS:
            if not len(self._drawn):
                # Sobol points are balanced in blocks of a power of two; what a batch leaves over is for the next.
                block = 1 << max(4, int(np.ceil(np.log2(count - have))))
                points = space.points(self._sobol.random(block))
                self._drawn = np.ascontiguousarray(points[space.legal(points)], dtype=np.int64)
            fresh, used = self._new(self._drawn, count - have)
            self._drawn = self._drawn[used:]
            dry = 0 if len(fresh) else dry + 1
            have += len(fresh)
            found.append(fresh)
        return np.concatenate(found)

    def around(self, centres: IntArray, count: int, reach: float) -> IntArray:
        """Up to ``count`` new points near ``centres`` [C, d]: each coordinate moves by a normal step of ``reach`` times
        the size of its dimension, at least one step of the grid; half of the coordinates stay.
        """
        space = self._space
        sizes = np.array([dimension.size for dimension in space.dimensions], dtype=np.int64)
        found, have = [np.empty((0, len(sizes)), np.int64)], 0
        for _ in range(_DRY_ROUNDS):
            if have >= count:
                break
            base = centres[np.arange(2 * count) % len(centres)]
            step = self._random.standard_normal(base.shape) * np.maximum(1.0, reach * sizes)
            whole = np.where(step >= 0, np.ceil(step), np.floor(step)).astype(np.int64)
            moved = base + np.where(self._random.random(base.shape) < 0.5, whole, 0)
            # A switch has no direction: a step means the other value.
            moved = np.where(sizes == 2, np.where(moved != base, 1 - base, base), np.clip(moved, 0, sizes - 1))
            fresh = self._fresh(moved, count - have)
            have += len(fresh)
            found.append(fresh)
        return np.concatenate(found)

    def _fresh(self, points: IntArray, most: int) -> IntArray:
        """The first ``most`` legal points not seen before, in order; they count as seen from now on."""
        return self._new(np.ascontiguousarray(points[self._space.legal(points)], dtype=np.int64), most)[0]

    def _new(self, points: IntArray, most: int) -> tuple[IntArray, int]:
        """The first ``most`` of legal points that were not seen before, and how many were looked at for that."""
        kept: list[int] = []
        looked = 0
        while looked < len(points) and len(kept) < most:
            name = points[looked].tobytes()
            if name not in self._seen:
                self._seen.add(name)
                kept.append(looked)
            looked += 1
        return points[kept], looked

    def _remaining(self, count: int) -> IntArray:
        """All points of a small grid that were not seen, in random order so that a short search is no corner of it."""
        sizes = [dimension.size for dimension in self._space.dimensions]
        everything = np.stack(np.unravel_index(np.arange(self._space.grid_size), sizes), axis=1).astype(np.int64)
        return self._fresh(everything[self._random.permutation(len(everything))], count)


def neighbours(space: Space, point: IntArray, share: float = 0.05) -> IntArray:
    """Legal neighbours [B, d] of a point [d]: one dimension at a time, up and down by ``share`` of its size, at least
    one step. Switches have no neighbourhood: the other value is another idea.
    """
    found = []
    for index, dimension in enumerate(space.dimensions):
        if dimension.size < 3:
            continue
        step = max(1, round(share * dimension.size))
        for move in (-step, step):
            other = point.copy()
            other[index] = min(max(0, other[index] + move), dimension.size - 1)
            if other[index] != point[index]:
                found.append(other)
    points = np.array(found, dtype=np.int64).reshape(-1, len(space.dimensions))
    return points[space.legal(points)]


def distance(space: Space, left: IntArray, right: IntArray) -> FloatArray:
    """Largest difference in any dimension, as a share of its size [P]: 0 the same point, 1 opposite corners."""
    sizes = np.array([max(1, dimension.size - 1) for dimension in space.dimensions], dtype=np.float64)
    return np.asarray(np.max(np.abs(left - right) / sizes, axis=-1), dtype=np.float64)
