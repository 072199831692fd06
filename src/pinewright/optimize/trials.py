"""All trials of a search so far, in columns that grow in place."""

from __future__ import annotations

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evaluation import Evaluation
from pinewright.optimize.grid import Codes, Seen
from pinewright.optimize.space import Space


class Trials:
    """At most ``most`` trials: points, parameters, metrics, and what was made of them.

    scores [P] of the leading objective, -inf where a set fell short; shortfall [P] how far, 0 for the others; goals
    [P, J] of all objectives, larger is better. Arrays are taken once and filled, a search never copies what it has.
    """

    def __init__(self, space: Space, most: int, goals: int):
        self._codes, self._seen = Codes(space), Seen()
        self._points = np.empty((most, len(space.dimensions)), np.int64)
        self._parameters = np.empty((most, len(space.defaults)))
        self._scores, self._shortfall, self._goals = np.empty(most), np.empty(most), np.empty((most, goals))
        self._values = np.empty((0, 0))
        self._names: tuple[str, ...] = ()
        self._best = -np.inf
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def points(self) -> IntArray:
        return self._points[: self._count]

    @property
    def parameters(self) -> FloatArray:
        return self._parameters[: self._count]

    @property
    def scores(self) -> FloatArray:
        return self._scores[: self._count]

    @property
    def shortfall(self) -> FloatArray:
        return self._shortfall[: self._count]

    @property
    def goals(self) -> FloatArray:
        return self._goals[: self._count]

    @property
    def evaluation(self) -> Evaluation:
        return Evaluation(self._names, self._values[: self._count])

    @property
    def best(self) -> float:
        """Best score, -inf while there is none."""
        return self._best

    def add(
        self,
        points: IntArray,
        parameters: FloatArray,
        table: Evaluation,
        scores: FloatArray,
        shortfall: FloatArray,
        goals: FloatArray,
    ) -> None:
        """Adds distinct points [P, d] with their results."""
        if self._count == 0:
            self._names, self._values = table.names, np.empty((len(self._scores), len(table.names)))
        rows = slice(self._count, self._count + len(points))
        self._points[rows], self._parameters[rows], self._values[rows] = points, parameters, table.values
        self._scores[rows], self._shortfall[rows], self._goals[rows] = scores, shortfall, goals
        self._seen.add(self._codes.of(points))
        self._count = rows.stop
        self._best = max(self._best, float(np.max(scores, initial=-np.inf)))

    def numbers(self, points: IntArray) -> IntArray:
        """The trial [P] that each point [P, d] was, -1 where it was none."""
        return self._seen.numbers(self._codes.of(points))

    def top(self, most: int) -> IntArray:
        """The best ``most`` trials in order: by score, then by what falls short least, then as they were made."""
        count = min(most, self._count)
        if count == 0:
            return np.empty(0, np.int64)
        # Only what can be among them is sorted: a search asks for a few of a hundred thousand after every batch.
        edge = -np.partition(-self.scores, count - 1)[count - 1]
        able = np.flatnonzero(self.scores >= edge)
        order = np.lexsort((self.shortfall[able], -self.scores[able]))
        return able[order[:count]].astype(np.int64)
