"""NSGA-II: a population that moves towards the Pareto front of several objectives, all in arrays.

Deb, Pratap, Agarwal, Meyarivan (2002): tournaments by rank and crowding, simulated binary crossover, polynomial
mutation, and survival of the best fronts of parents and children together. Sets that fall short come after all others,
less broken first (constraint domination). Children that were tried before are not run again.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.front import crowding, fronts
from pinewright.optimize.sampler import Sampler
from pinewright.optimize.space import Space
from pinewright.optimize.trials import Trials

_LEAST: Final = 32
_MOST: Final = 256
"""Sizes of the population."""
_CROSSOVER: Final = 0.9
_SPREAD: Final = 15.0
"""Distribution index of crossover and mutation: larger stays nearer to the parents."""
_ROUNDS: Final = 4
_PARENTS_FROM: Final = 4096
"""Trials from which the first population is taken: the latest of the front would need no more."""


class Population:
    """The living trials (their numbers) with rank and crowding. ``ask`` and ``tell`` in turn."""

    def __init__(self, space: Space, sampler: Sampler, trials: Trials, seed: int, batch: int):
        self._space, self._sampler, self._trials = space, sampler, trials
        self._random = np.random.default_rng([seed, 4])
        self._sizes = np.array([dimension.size for dimension in space.dimensions], dtype=np.int64)
        self._size = int(np.clip(batch, _LEAST, _MOST))
        self._told = len(trials)
        self._alive = np.empty(0, np.int64)
        self._rank, self._room = np.empty(0, np.int64), np.empty(0)
        self._survive(np.arange(max(0, len(trials) - _PARENTS_FROM), len(trials)))

    def ask(self, count: int) -> IntArray:
        """Up to ``count`` new points, children of the living."""
        found, have = [np.empty((0, len(self._sizes)), np.int64)], 0
        for _ in range(_ROUNDS):
            if have >= count:
                break
            fresh = self._sampler.fresh(self._children(2 * (count - have)), count - have)
            have += len(fresh)
            found.append(fresh)
        return np.concatenate(found)

    def tell(self) -> None:
        """Lets the living and the trials since the last call compete for the places."""
        self._survive(np.concatenate([self._alive, np.arange(self._told, len(self._trials))]))
        self._told = len(self._trials)

    def _survive(self, rows: IntArray) -> None:
        goals, shortfall = self._trials.goals[rows], self._trials.shortfall[rows]
        rank = self._ranks(goals, shortfall)
        room = np.zeros(len(rows))
        for number in np.unique(rank[np.argsort(rank, kind="stable")[: self._size]]):
            level = np.flatnonzero(rank == number)
            room[level] = crowding(goals[level])
        order = np.lexsort((-room, rank))[: self._size]
        self._alive, self._rank, self._room = rows[order], rank[order], room[order]

    def _ranks(self, goals: FloatArray, shortfall: FloatArray) -> IntArray:
        """Fronts of the sets that are whole; each of the others behind them, by how far it falls short."""
        rank = np.zeros(len(goals), dtype=np.int64)
        whole = shortfall == 0
        rank[whole] = fronts(goals[whole], self._size)
        behind = np.unique(shortfall[~whole], return_inverse=True)[1]
        rank[~whole] = behind + int(rank[whole].max(initial=-1)) + 1
        return rank

    def _children(self, count: int) -> IntArray:
        pairs = (count + 1) // 2
        mothers, fathers = self._winners(pairs), self._winners(pairs)
        sons, daughters = self._crossed(mothers, fathers)
        children = self._mutated(np.concatenate([sons, daughters], axis=1).reshape(-1, len(self._sizes)))
        return np.asarray(np.clip(np.rint(children), 0, self._sizes - 1), dtype=np.int64)[:count]

    def _winners(self, count: int) -> FloatArray:
        """Points [count, d] of the better one of two drawn at random."""
        pair = self._random.integers(0, len(self._alive), (2, count))
        rank, room = self._rank[pair], self._room[pair]
        first = (rank[0] < rank[1]) | ((rank[0] == rank[1]) & (room[0] >= room[1]))
        chosen = self._alive[np.where(first, pair[0], pair[1])]
        return np.asarray(self._trials.points[chosen], dtype=np.float64)

    def _crossed(self, left: FloatArray, right: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Simulated binary crossover of pairs [n, d], each coordinate with a chance of one half; switches swap."""
        chance = self._random.random(left.shape)
        power = 1 / (_SPREAD + 1)
        factor = np.where(chance <= 0.5, (2 * chance) ** power, (1 / (2 * (1 - chance))) ** power)
        factor = np.where(self._sizes == 2, -1.0, factor)
        crosses = (self._random.random(left.shape) < 0.5) & (self._random.random((len(left), 1)) < _CROSSOVER)
        factor = np.where(crosses, factor, 1.0)
        middle, half = (left + right) / 2, (left - right) / 2
        return middle + factor * half, middle - factor * half

    def _mutated(self, points: FloatArray) -> FloatArray:
        """Polynomial mutation of one coordinate in d, by one step of the grid at least; switches flip."""
        wide = len(self._sizes)
        chance = self._random.random(points.shape)
        power = 1 / (_SPREAD + 1)
        move = np.where(chance < 0.5, (2 * chance) ** power - 1, 1 - (2 * (1 - chance)) ** power)
        steps = move * self._sizes
        steps = np.where(steps >= 0, np.maximum(1.0, steps), np.minimum(-1.0, steps))
        moved = np.where(self._sizes == 2, 1 - points, points + steps)
        return np.where(self._random.random(points.shape) < 1 / wide, moved, points)
