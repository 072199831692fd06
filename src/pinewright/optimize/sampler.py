"""Points of the grid that were not tried yet: scrambled Sobol over the whole space, a list of it all, or steps around
some points. A point costs about a microsecond; a backtest costs a hundred times that and more.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.grid import Codes, Seen
from pinewright.optimize.space import Space

_BLOCK: Final = 1024
"""Sobol points drawn at once: they are balanced in blocks of a power of two."""
_SCARCE: Final = 16
"""A block with less than one new point in so many draws says that few are left."""
_DRY_ROUNDS: Final = 32
"""Draws without a new point after which the grid counts as exhausted."""
_MOST_SOBOL: Final = 1 << 29


class Sampler:
    """Draws distinct legal points of a space; the same space, seed and calls give the same points.

    Points that were given out once are never given again; ``seen`` is their number. ``listed`` (codes of all legal
    points) makes it give those in random order, so that a short search is no corner of the grid.
    """

    def __init__(self, space: Space, seed: int, listed: IntArray | None = None):
        from scipy.stats import qmc

        self._space = space
        self._sizes = np.array([dimension.size for dimension in space.dimensions], dtype=np.int64)
        self._sobol = qmc.Sobol(len(space.dimensions), scramble=True, rng=np.random.default_rng(seed))
        self._random = np.random.default_rng([seed, 1])
        self._codes, self._seen = Codes(space), Seen()
        self._drawn = np.empty((0, len(space.dimensions)), np.int64)
        self._listed = None if listed is None else _shuffled(listed, seed)
        self._seed = seed

    @property
    def seen(self) -> int:
        return len(self._seen)

    def mark(self, points: IntArray) -> None:
        """Takes points out of what may still be drawn."""
        codes = self._codes.of(points)
        self._seen.add(codes[self._seen.fresh(codes)])

    def spread(self, count: int) -> IntArray:
        """Up to ``count`` new points spread over the space; fewer when the grid has no more."""
        found, have, dry = [np.empty((0, len(self._sizes)), np.int64)], 0, 0
        while have < count and dry < _DRY_ROUNDS:
            if not len(self._drawn) and not self._refill():
                break
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
        sizes = self._sizes
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
            fresh = self.fresh(moved, count - have)
            have += len(fresh)
            found.append(fresh)
        return np.concatenate(found)

    def fresh(self, points: IntArray, most: int) -> IntArray:
        """The first ``most`` legal points not given out before, in order; they count as given out from now on."""
        return self._new(points[self._space.legal(points)], most)[0]

    def _refill(self) -> bool:
        """Draws points to choose from; False when there are none left."""
        if self._listed is None:
            if self._sobol.num_generated >= _MOST_SOBOL:
                return False
            points = self._space.points(self._sobol.random(_BLOCK))
            self._drawn = points[self._space.legal(points)]
            if _SCARCE * np.count_nonzero(self._seen.fresh(self._codes.of(self._drawn))) >= _BLOCK:
                return True
            # Luck is slow to find the last points of a small grid: they are listed, where that is possible.
            legal = self._codes.legal()
            if legal is None:
                return True
            self._listed = _shuffled(legal, self._seed)
        part, self._listed = self._listed[:_BLOCK], self._listed[_BLOCK:]
        self._drawn = self._codes.points(part)
        return len(part) > 0

    def _new(self, points: IntArray, most: int) -> tuple[IntArray, int]:
        """The first ``most`` of legal points that were not given out, and how many were looked at for that."""
        codes = self._codes.of(points)
        places = np.flatnonzero(self._seen.fresh(codes))
        used = int(places[most - 1]) + 1 if 0 < most <= len(places) else len(points) if most > 0 else 0
        places = places[:most]
        self._seen.add(codes[places])
        return points[places], used


def _shuffled(codes: IntArray, seed: int) -> IntArray:
    return np.random.default_rng([seed, 2]).permutation(codes)


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
