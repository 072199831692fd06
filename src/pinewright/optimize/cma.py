"""CMA-ES around the best points of a search: several small populations side by side, all in arrays.

Equations and constants are those of Hansen, "The CMA Evolution Strategy: A Tutorial" (2016), without negative weights.
For grids: no coordinate's deviation falls so low that a population would hardly ever leave its cell (the margin of
Hamano, Saito, Nomura, Shirakawa, "CMA-ES with Margin", 2022, as a floor), and what was tried before is looked up, not
run again. A population that finds nothing new, or nothing better for long, begins again at the best point that none of
them has been at. The package ``cmaes`` costs 40 to 65 µs a point, a tenth of a backtest and more; this about 3.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.sampler import Sampler
from pinewright.optimize.space import Space
from pinewright.optimize.trials import Trials

_SHARE: Final = 0.5
"""Of a batch that the populations fill; steps around the best trials, which the search adds, do as well on a grid."""
_ISLAND: Final = 16
"""Points of one population in a batch of the usual size."""
_WIDEST: Final = 0.2
_NARROWEST: Final = 0.04
"""Deviations with which a population begins, as shares of a dimension: by how far apart the trials before it lie."""
_MARGIN: Final = 0.35
"""Least deviation in steps of the grid: at it one draw in six leaves the middle cell of a dimension."""
_STALE: Final = 4
"""Generations without anything better after which a population begins again."""
_CANDIDATES: Final = 256
_GOOD: Final = 16
"""One in so many trials is among those whose scatter shapes a new population."""
_ROUND: Final = 0.5
"""Share of a sphere in that shape: the scatter of the good ones also holds what lies between two hills."""


class Islands:
    """I populations of L points each in d dimensions, all moved at once. ``ask`` and ``tell`` in turn.

    mean [I, d] in [0, 1), step [I], shape [I, d, d], path and step_path [I, d] as in the tutorial.
    """

    def __init__(self, space: Space, sampler: Sampler, trials: Trials, seed: int, batch: int):
        self._space, self._sampler, self._trials = space, sampler, trials
        self._random = np.random.default_rng([seed, 3])
        wide = len(space.dimensions)
        self._sizes = np.array([dimension.size for dimension in space.dimensions], dtype=np.float64)
        filled = max(4, int(_SHARE * batch))
        self._islands = int(np.clip(filled // _ISLAND, 1, filled**0.5))
        self._points = filled // self._islands
        self._constants(wide)
        # About the distance of the trials so far, were they spread evenly.
        self._first_step = float(np.clip(0.5 * max(1, len(trials)) ** (-1 / wide), _NARROWEST, _WIDEST))
        self._visited = np.empty((0, wide))
        self._mean = np.full((self._islands, wide), 0.5)
        self._step = np.full(self._islands, self._first_step)
        self._shape = np.tile(np.eye(wide), (self._islands, 1, 1))
        self._path, self._step_path = np.zeros((self._islands, wide)), np.zeros((self._islands, wide))
        self._age, self._stale = np.zeros(self._islands), np.zeros(self._islands, dtype=np.int64)
        self._top = np.full(self._islands, -np.inf)
        self._begun = len(trials)
        self._drawn: tuple[FloatArray, IntArray, FloatArray, FloatArray] | None = None
        self._settle(np.arange(self._islands))

    def ask(self, count: int) -> IntArray:
        """Up to ``count`` new points: those of all populations that were not tried before."""
        wide = len(self._sizes)
        self._widen()
        roots, axes = np.linalg.eigh(self._shape)
        scales = np.sqrt(np.maximum(roots, 1e-20))
        draws = self._random.standard_normal((self._islands, self._points, wide))
        moves = np.matmul(draws * scales[:, None, :], axes.transpose(0, 2, 1))
        places = self._mean[:, None, :] + self._step[:, None, None] * moves
        places = _folded(places)
        moves = (places - self._mean[:, None, :]) / self._step[:, None, None]
        points = self._space.points(places.reshape(-1, wide))
        self._drawn, self._begun = (moves, points, scales, axes), len(self._trials)
        return self._sampler.fresh(points, count)

    def tell(self) -> None:
        """Moves the populations by the trials that their points have become."""
        if self._drawn is None:
            return
        moves, points, scales, axes = self._drawn
        numbers = self._trials.numbers(points).reshape(self._islands, self._points)
        known = numbers >= 0
        # A point that was not run (illegal, or seen on a shorter stretch alone) is behind all that were.
        scores = np.where(known, self._trials.scores[numbers], -np.inf)
        shortfall = np.where(known, self._trials.shortfall[numbers], np.inf)
        order = np.lexsort((shortfall, -scores), axis=-1)[:, : len(self._weights)]
        chosen = np.take_along_axis(moves, order[:, :, None], axis=1)
        self._move(chosen, scales, axes)
        self._judge(scores, numbers)
        self._drawn = None

    def _move(self, chosen: FloatArray, scales: FloatArray, axes: FloatArray) -> None:
        """One generation: ``chosen`` [I, m, d] are the best moves in order, in units of the step."""
        shift = np.einsum("m,imd->id", self._weights, chosen)
        self._mean = np.clip(self._mean + self._step[:, None] * shift, 0.0, 1.0 - 1e-9)
        self._age += 1
        whitened = np.einsum("ide,ie->id", axes, np.einsum("ide,id->ie", axes, shift) / scales)
        keep, push = 1 - self._cs, np.sqrt(self._cs * (2 - self._cs) * self._mass)
        self._step_path = keep * self._step_path + push * whitened
        length = np.linalg.norm(self._step_path, axis=1)
        bound = (1.4 + 2 / (len(self._sizes) + 1)) * self._expected
        calm = (length / np.sqrt(1 - keep ** (2 * self._age)) < bound).astype(np.float64)
        push = np.sqrt(self._cc * (2 - self._cc) * self._mass)
        self._path = (1 - self._cc) * self._path + (calm * push)[:, None] * shift
        rank_one = self._path[:, :, None] * self._path[:, None, :]
        lost = ((1 - calm) * self._cc * (2 - self._cc))[:, None, None] * self._shape
        rank_many = np.einsum("m,imd,ime->ide", self._weights, chosen, chosen)
        self._shape = (1 - self._c1 - self._cm) * self._shape + self._c1 * (rank_one + lost) + self._cm * rank_many
        self._step = np.minimum(0.5, self._step * np.exp(self._cs / self._damping * (length / self._expected - 1)))

    def _judge(self, scores: FloatArray, numbers: IntArray) -> None:
        """Sends populations elsewhere that have nothing new in reach, or found nothing better for long."""
        fresh = np.count_nonzero(numbers >= self._begun, axis=1)
        best = np.max(scores, axis=1)
        better = best > self._top
        self._stale = np.where(better, 0, self._stale + 1)
        self._top = np.maximum(best, self._top)
        ended = (self._stale >= _STALE) | (8 * fresh < self._points)
        if ended.any():
            self._settle(np.flatnonzero(ended))

    def _settle(self, which: IntArray) -> None:
        """Populations ``which`` begin at the best trials away from all places where one began or ended."""
        wide = len(self._sizes)
        top = self._trials.top(_CANDIDATES)
        candidates = (self._trials.points[top] + 0.5) / self._sizes
        visited = np.concatenate([self._visited, self._mean[which]]) if len(self._visited) else self._visited
        for island in which:
            apart = np.ones(len(candidates), dtype=np.bool_)
            if len(visited):
                apart = np.abs(candidates[:, None, :] - visited[None, :, :]).max(axis=2).min(axis=1) > self._first_step
            place = np.flatnonzero(apart)
            if len(place):
                self._mean[island] = candidates[place[0]]
            else:
                self._mean[island] = self._random.random(wide)
            visited = np.concatenate([visited, self._mean[island][None, :]])
        self._visited = visited[-_CANDIDATES:]
        self._step[which] = self._first_step
        self._shape[which] = self._scatter()
        self._path[which] = self._step_path[which] = 0.0
        self._age[which] = self._stale[which] = 0
        self._top[which] = -np.inf

    def _scatter(self) -> FloatArray:
        """How the good trials lie [d, d], as a shape of volume 1, made rounder."""
        wide = len(self._sizes)
        top = self._trials.top(max(4 * wide, len(self._trials) // _GOOD))
        places = (self._trials.points[top] + 0.5) / self._sizes
        centred = places - places.mean(axis=0)
        scatter = centred.T @ centred / max(1, len(top) - 1) + 1e-6 * np.eye(wide)
        scatter /= np.exp(np.linalg.slogdet(scatter)[1] / wide)
        return np.asarray(_ROUND * np.eye(wide) + (1 - _ROUND) * scatter, dtype=np.float64)

    def _widen(self) -> None:
        """Keeps every coordinate's deviation at the margin of its grid or above."""
        deviation = self._step[:, None] * np.sqrt(np.maximum(np.einsum("idd->id", self._shape), 1e-20))
        factor = np.maximum(1.0, _MARGIN / self._sizes / deviation)
        self._shape = self._shape * factor[:, :, None] * factor[:, None, :]

    def _constants(self, wide: int) -> None:
        half = self._points // 2
        raw = np.log(self._points / 2 + 0.5) - np.log(np.arange(1, half + 1))
        self._weights = raw / raw.sum()
        mass = 1 / float(np.sum(self._weights**2))
        self._mass = mass
        self._cc = (4 + mass / wide) / (wide + 4 + 2 * mass / wide)
        self._cs = (mass + 2) / (wide + mass + 5)
        self._c1 = 2 / ((wide + 1.3) ** 2 + mass)
        self._cm = min(1 - self._c1, 2 * (mass - 2 + 1 / mass) / ((wide + 2) ** 2 + mass))
        self._damping = 1 + 2 * max(0.0, np.sqrt((mass - 1) / (wide + 1)) - 1) + self._cs
        self._expected = np.sqrt(wide) * (1 - 1 / (4 * wide) + 1 / (21 * wide**2))


def _folded(places: FloatArray) -> FloatArray:
    """Places back in [0, 1): what left at a border comes back from it."""
    folded = np.abs(np.mod(places + 1.0, 2.0) - 1.0)
    return np.minimum(folded, 1.0 - 1e-9)
