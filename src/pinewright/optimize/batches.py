"""The batches of a search, one after the other: what was tried, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, Protocol

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.cma import Islands
from pinewright.optimize.evaluation import Evaluation, Evaluator
from pinewright.optimize.front import fronts
from pinewright.optimize.genetic import Population
from pinewright.optimize.grid import Codes
from pinewright.optimize.halving import Rung, ladder
from pinewright.optimize.journal import Journal
from pinewright.optimize.objective import shortfalls
from pinewright.optimize.sampler import Sampler
from pinewright.optimize.search_settings import SearchResult, SearchSettings
from pinewright.optimize.space import Space
from pinewright.optimize.split import Part
from pinewright.optimize.trials import Trials

_CENTRES: Final = 8
_REACH: Final = (0.12, 0.06, 0.03)
"""Steps around the best in the first, second and last third of the refinement, as shares of a dimension."""
_STEPS: Final = 0.9
"""Of what the refiner leaves of a batch, the share of steps around the best; the rest is spread once more."""


class Refiner(Protocol):
    """Proposes points by what was found; ``tell`` follows each ``ask``, when its points are among the trials."""

    def ask(self, count: int) -> IntArray: ...

    def tell(self) -> None: ...


class Batches:
    """The state of one search. ``run`` does one batch at each step; what it evaluates raises is not caught."""

    def __init__(
        self, space: Space, evaluator: Evaluator, part: Part, settings: SearchSettings, journal: Journal | None
    ):
        self._space, self._evaluator, self._part, self._settings = space, evaluator, part, settings
        self._journal = journal
        listed = _listed(space, settings)
        self._sampler = Sampler(space, settings.seed, listed)
        self.trials = Trials(space, min(settings.trials, space.grid_size), len(settings.goals))
        self._blind = self._blind_sets(listed is not None)
        self._spread = self._shorter = 0
        self._exhausted = False

    @property
    def done(self) -> int:
        return len(self.trials) + self._shorter

    @property
    def left(self) -> int:
        return 0 if self._exhausted else self._settings.trials - self.done

    def run(self) -> Iterator[None]:
        """Runs one batch at each step."""
        default = self._space.nearest(self._space.own)[None, :]
        self._sampler.mark(default)
        rungs = ladder(self._part, self._blind - 1) if self._settings.halving and self._blind > 1 else ()
        if len(rungs) > 1:
            yield from self._halved(default, rungs)
        else:
            yield from self._spread_out(default)
        if self.left <= 0:
            return
        refiner = self._refiner()
        while self.left > 0:
            count = min(self._settings.at_once, self.left)
            points = self._filled(refiner.ask(count), count)
            if len(points) == 0:
                return
            self._evaluate(points)
            refiner.tell()
            yield

    def result(self) -> SearchResult:
        trials = self.trials
        return SearchResult(
            self._space,
            trials.points,
            trials.parameters,
            trials.evaluation,
            trials.scores,
            self.left <= 0,
            self._exhausted,
            min(self._spread, len(trials)),
            self._shorter,
            trials.shortfall,
            trials.goals,
        )

    def _blind_sets(self, listed: bool) -> int:
        """How many sets are drawn without a look at results, the default among them."""
        settings = self._settings
        if listed or settings.method == "sobol":
            return settings.trials
        share = settings.spread if settings.method == "auto" else 0.0
        return min(settings.trials, max(settings.at_once, round(share * settings.trials)))

    def _spread_out(self, default: IntArray) -> Iterator[None]:
        self._spread = self._blind
        points = default
        while self.left > 0 and self.done < self._blind:
            count = min(self._settings.at_once, self._blind - self.done)
            points = np.concatenate([points, self._sampler.spread(count - len(points))])
            self._exhausted = len(points) < count
            if len(points):
                self._evaluate(points)
                yield
            points = default[:0]

    def _halved(self, default: IntArray, rungs: tuple[Rung, ...]) -> Iterator[None]:
        """Spread sets on a ladder of stretches; the trials are those that came to the full part."""
        self._spread = 1
        self._evaluate(default)
        yield
        points = default[:0]
        merits: list[FloatArray] = []
        while len(points) < rungs[0].sets and not self._exhausted:
            fresh = self._sampler.spread(min(self._settings.at_once, rungs[0].sets - len(points)))
            self._exhausted = len(fresh) == 0
            if len(fresh):
                merits.append(self._tasted(fresh, rungs[0].part))
                points = np.concatenate([points, fresh])
                self._shorter += len(fresh)
                yield
        nothing = np.empty((0, 1 + len(self._settings.goals)))
        for rung, later in pairwise(rungs):
            if rung is not rungs[0]:
                merits = []
                for batch in self._cut(points):
                    merits.append(self._tasted(batch, rung.part))
                    yield
            points = points[_survivors(np.concatenate([nothing, *merits]), later.sets)]
        for batch in self._cut(points):
            self._shorter -= len(batch)
            self._evaluate(batch)
            yield

    def _cut(self, points: IntArray) -> list[IntArray]:
        size = self._settings.at_once
        return [points[begin : begin + size] for begin in range(0, len(points), size)]

    def _refiner(self) -> Refiner:
        settings = self._settings
        several = len(settings.goals) > 1 if settings.method == "auto" else settings.method == "nsga-ii"
        kind: type[Population] | type[Islands] = Population if several else Islands
        return kind(self._space, self._sampler, self.trials, settings.seed, settings.at_once)

    def _filled(self, points: IntArray, count: int) -> IntArray:
        """A batch made whole: steps around the best trials, then points spread over what nobody looked at."""
        missing = count - len(points)
        if missing > 0:
            done, planned = self.done - self._blind, self._settings.trials - self._blind
            centres = self.trials.points[self.trials.top(_CENTRES)]
            steps = self._sampler.around(centres, round(_STEPS * missing), _REACH[3 * done // max(1, planned)])
            points = np.concatenate([points, steps])
            points = np.concatenate([points, self._sampler.spread(count - len(points))])
            self._exhausted = len(points) < count
        return points

    def _figures(self, points: IntArray, parameters: FloatArray, part: Part) -> Evaluation:
        """Figures of a batch, from the journal where it has them."""
        table = None if self._journal is None else self._journal.read(part.first, part.last, parameters)
        if table is None:
            table = self._evaluator.evaluate(parameters, part.first, part.last)
            if len(table) != len(points):
                raise SearchError(f"the engine gave {len(table)} results for {len(points)} parameter sets")
            if self._journal is not None:
                self._journal.write(part.first, part.last, parameters, table)
        return table

    def _tasted(self, points: IntArray, part: Part) -> FloatArray:
        """Shortfall and goals [P, 1 + J] on a shorter stretch, where fewer trades are asked for and nothing else."""
        table = self._figures(points, self._space.parameters(points), part)
        whole = self._part.last - self._part.first
        fewest = -(-self._settings.fewest(self._part) * (part.last - part.first) // whole)
        return np.column_stack([shortfalls(table, fewest, ()), *(one.scores(table) for one in self._settings.goals)])

    def _evaluate(self, points: IntArray) -> None:
        parameters = self._space.parameters(points)
        if len(self.trials) == 0:
            parameters[0] = self._space.own
        table = self._figures(points, parameters, self._part)
        settings = self._settings
        shortfall = shortfalls(table, settings.fewest(self._part), settings.requirements)
        whole = (shortfall == 0)[:, None]
        goals = np.where(whole, np.column_stack([one.scores(table) for one in settings.goals]), -np.inf)
        self.trials.add(points, parameters, table, goals[:, 0], shortfall, goals)


def _listed(space: Space, settings: SearchSettings) -> IntArray | None:
    """Codes of all legal points when the search is to take every one of them; else None."""
    if settings.method not in ("auto", "grid"):
        return None
    legal = Codes(space).legal(settings.trials)
    if legal is None and settings.method == "grid":
        raise SearchError(
            f"the grid of {space.grid_size:,} points has more legal ones than {settings.trials:,} trials",
            hint="ask for more trials, vary fewer inputs or give them larger steps, or leave the method to auto",
        )
    return legal


def _survivors(merits: FloatArray, most: int) -> IntArray:
    """Rows of merits [P, 1 + J] (shortfall, goals) that go on, in the order in which they were drawn."""
    shortfall, goals = merits[:, 0], merits[:, 1:]
    leading = np.where(shortfall == 0, goals[:, 0], -np.inf)
    rank = fronts(goals, most) if goals.shape[1] > 1 else np.zeros(len(goals), dtype=np.int64)
    return np.sort(np.lexsort((-leading, rank, shortfall))[:most]).astype(np.int64)
