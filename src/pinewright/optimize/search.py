"""The search of one program: batches of parameter sets, first spread over the space, then around the best.

Nothing here depends on time or on threads: space, seed and settings decide every batch, so a run that was interrupted
draws the same batches again and takes the finished ones from its journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evaluation import Evaluation, Evaluator, Stopped
from pinewright.optimize.journal import Journal
from pinewright.optimize.objective import OBJECTIVES, Objective, eligible, minimum_trades
from pinewright.optimize.sampler import Sampler
from pinewright.optimize.space import Space
from pinewright.optimize.split import Part

_CENTRES: Final = 8
_REACH: Final = (0.12, 0.06, 0.03)
"""Steps of the first, second and last third of the refinement, as shares of a dimension."""

Progress = Callable[[int, int, float], None]
"""Called after each batch with trials done, trials planned and the best score so far (-inf while there is none)."""


@dataclass(frozen=True)
class SearchSettings:
    """trials: parameter sets to evaluate, the default one included. batch: how many at once. spread: share of them that
    is spread over the whole space before the refinement begins. fewest_trades: None for ``minimum_trades`` of the part.
    """

    trials: int = 1024
    seed: int = 1
    batch: int = 128
    spread: float = 0.6
    fewest_trades: int | None = None
    objective: Objective = OBJECTIVES["t_statistic"]

    def __post_init__(self) -> None:
        if self.trials < 1 or self.batch < 1:
            raise SearchError(f"{self.trials} trials in batches of {self.batch}", hint="both must be 1 or more")
        if not 0 < self.spread <= 1:
            raise SearchError(f"a spread share of {self.spread}", hint="above 0, at most 1")
        if self.seed < 0:
            raise SearchError(f"a seed of {self.seed}", hint="a seed is a whole number, 0 or more")


@dataclass(frozen=True)
class SearchResult:
    """All P trials of one program over one part; row 0 is the script's own default.

    points [P, d] on the grid of ``space`` (row 0: the nearest point), parameters [P, K] as they were run, scores [P],
    -inf where too few trades were made. ``complete`` is False when the search was stopped. ``exhausted``: the grid has
    no further points.
    """

    space: Space
    points: IntArray
    parameters: FloatArray
    evaluation: Evaluation
    scores: FloatArray
    complete: bool
    exhausted: bool = False

    @property
    def trials(self) -> int:
        return len(self.points)

    @property
    def order(self) -> IntArray:
        """Trials from best to worst: by score, then by trades for those without one, then as they were made."""
        if self.trials == 0:
            return np.empty(0, dtype=np.int64)
        trades = np.nan_to_num(self.evaluation.column("trades"), nan=0.0)
        return np.lexsort((np.arange(self.trials), -trades, -self.scores)).astype(np.int64)

    @property
    def best(self) -> float:
        """Best score; -inf when no trial made enough trades."""
        return float(np.max(self.scores, initial=-np.inf))


def search(
    space: Space,
    evaluator: Evaluator,
    part: Part,
    settings: SearchSettings,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
    folder: Path | None = None,
) -> SearchResult:
    """Evaluates ``settings.trials`` distinct parameter sets of ``space`` over ``part``.

    ``stop`` ends it after the running batch (or inside it, where the evaluator raises Stopped) and gives what there is,
    which may be no trial at all. With ``folder``, finished batches are kept there
    and a search with the same program, bars, space and settings goes on after them.
    """
    journal = None if folder is None else Journal(folder, _key(space, evaluator, part, settings))
    run = _Run(space, evaluator, part, settings, journal)
    if progress is not None:
        progress(0, settings.trials, -np.inf)
    while run.left > 0 and not (stop is not None and stop.is_set()):
        points = run.next_points()
        if len(points) == 0:
            break
        try:
            run.evaluate(points)
        except Stopped:
            break
        if progress is not None:
            progress(run.done, settings.trials, run.best)
    return run.result()


def _key(space: Space, evaluator: Evaluator, part: Part, settings: SearchSettings) -> str:
    # The number of trials is not part of it: it does not change the batches before the refinement, and the journal
    # checks the parameters of each batch anyway.
    text = repr(
        (evaluator.key, space.key, part.first, part.last, settings.seed, settings.batch, settings.objective.name)
    )
    return "search-" + hashlib.sha256(text.encode()).hexdigest()[:24]


class _Run:
    """The state of one search: what was tried, and what comes next."""

    def __init__(
        self, space: Space, evaluator: Evaluator, part: Part, settings: SearchSettings, journal: Journal | None
    ):
        self._space, self._evaluator, self._part, self._settings = space, evaluator, part, settings
        self._journal = journal
        self._sampler = Sampler(space, settings.seed)
        self._fewest = minimum_trades(part.days) if settings.fewest_trades is None else settings.fewest_trades
        self._points: list[IntArray] = []
        self._parameters: list[FloatArray] = []
        self._tables: list[Evaluation] = []
        self._scores: list[FloatArray] = []
        self._exhausted = False
        self.done = 0

    @property
    def left(self) -> int:
        return 0 if self._exhausted else self._settings.trials - self.done

    @property
    def best(self) -> float:
        return max((float(np.max(scores)) for scores in self._scores), default=-np.inf)

    def next_points(self) -> IntArray:
        """The next batch: spread first, then around the best; spread again where nothing near is left."""
        count = min(self._settings.batch, self.left)
        spread = max(self._settings.batch, round(self._settings.spread * self._settings.trials))
        if self.done == 0:
            default = self._space.nearest(self._space.defaults)[None, :]
            self._sampler.mark(default)
            return np.concatenate([default, self._sampler.spread(count - 1)]) if count > 1 else default
        if self.done < spread:
            points = self._sampler.spread(min(count, spread - self.done))
        else:
            third = 3 * (self.done - spread) // max(1, self._settings.trials - spread)
            points = self._sampler.around(self._centres(), count, _REACH[third])
        if len(points) < count:
            points = np.concatenate([points, self._sampler.spread(count - len(points))])
        self._exhausted = len(points) < count
        return points

    def _centres(self) -> IntArray:
        # Where nothing trades enough yet, the search goes to where more trades are.
        trades = np.concatenate([np.nan_to_num(table.column("trades")) for table in self._tables])
        order = np.lexsort((-trades, -np.concatenate(self._scores)))
        return np.concatenate(self._points)[order[:_CENTRES]]

    def evaluate(self, points: IntArray) -> None:
        parameters = self._space.parameters(points)
        if self.done == 0:
            parameters[0] = self._space.defaults
        number = len(self._tables)
        table = None if self._journal is None else self._journal.read(number, parameters)
        if table is None:
            table = self._evaluator.evaluate(parameters, self._part.first, self._part.last)
            if len(table) != len(points):
                raise SearchError(f"the engine gave {len(table)} results for {len(points)} parameter sets")
            if self._journal is not None:
                self._journal.write(number, parameters, table)
        scores = self._settings.objective.scores(table)
        self._scores.append(np.where(eligible(table, self._fewest), scores, -np.inf))
        self._points.append(points)
        self._parameters.append(parameters)
        self._tables.append(table)
        self.done += len(points)

    def result(self) -> SearchResult:
        space = self._space
        names = self._tables[0].names if self._tables else ()
        return SearchResult(
            space,
            np.concatenate([np.empty((0, len(space.dimensions)), np.int64), *self._points]),
            np.concatenate([np.empty((0, len(space.defaults))), *self._parameters]),
            Evaluation(names, np.concatenate([np.empty((0, len(names))), *(table.values for table in self._tables)])),
            np.concatenate([np.empty(0), *self._scores]),
            self.left <= 0,
            self._exhausted,
        )
