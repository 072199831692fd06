"""What a search is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evaluation import Evaluation
from pinewright.optimize.objective import OBJECTIVES, Objective, Requirement, minimum_trades
from pinewright.optimize.space import Space
from pinewright.optimize.split import Part

METHODS: Final = ("auto", "grid", "sobol", "cma-es", "nsga-ii")
_LARGEST_BATCH: Final = 1024
_BATCHES: Final = 64


@dataclass(frozen=True)
class SearchSettings:
    """What is searched for, how, and how long.

    trials: parameter sets to try, the default one included. batch: how many at once, at least. spread: share of them
    that is spread over the whole space before the refinement begins. fewest_trades: None for ``minimum_trades`` of the
    part. objectives: several of them, the leading one first; ``objective`` is then that one. requirements: a set that
    breaks one has no score. method: ``auto`` is ``grid`` when all legal points fit the trials, else spread, then
    ``cma-es`` for one objective and ``nsga-ii`` for several; named, these two begin after the first batch.
    halving: most of the spread sets are run on a beginning of the part alone, see ``halving``.
    """

    trials: int = 1024
    seed: int = 1
    batch: int = 128
    spread: float = 0.5
    fewest_trades: int | None = None
    objective: Objective = OBJECTIVES["t_statistic"]
    objectives: tuple[Objective, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    method: str = "auto"
    halving: bool = False

    def __post_init__(self) -> None:
        if self.trials < 1 or self.batch < 1:
            raise SearchError(f"{self.trials} trials in batches of {self.batch}", hint="both must be 1 or more")
        if not 0 < self.spread <= 1:
            raise SearchError(f"a spread share of {self.spread}", hint="above 0, at most 1")
        if self.seed < 0:
            raise SearchError(f"a seed of {self.seed}", hint="a seed is a whole number, 0 or more")
        if self.method not in METHODS:
            raise SearchError(f"unknown method {self.method!r}", hint=unknown_name_hint(self.method, METHODS))
        names = [one.name for one in self.objectives]
        if len(set(names)) < len(names):
            raise SearchError(f"an objective is named twice: {', '.join(names)}", hint="name each once")
        if self.objectives:
            object.__setattr__(self, "objective", self.objectives[0])

    @property
    def goals(self) -> tuple[Objective, ...]:
        """All objectives, one at least, the leading one first."""
        return self.objectives or (self.objective,)

    @property
    def at_once(self) -> int:
        """Size of a batch: a long search takes larger ones, which the engine runs with less ado."""
        return max(self.batch, min(self.trials // _BATCHES, _LARGEST_BATCH))

    def fewest(self, part: Part) -> int:
        """Trades that a set must make on a part."""
        return minimum_trades(part.days) if self.fewest_trades is None else self.fewest_trades


@dataclass(frozen=True)
class SearchResult:
    """All P trials of one program over one part; row 0 is the script's own default.

    points [P, d] on the grid of ``space`` (row 0: the nearest point), parameters [P, K] as they were run, scores [P],
    -inf where too few trades were made or a requirement was broken. ``complete`` is False when the search was stopped.
    ``exhausted``: the grid has no further points. spread: so many of the first trials were drawn without a look at any
    result. shorter: sets that were run on a beginning of the part alone and are not among the trials. shortfall [P]:
    how far a set is from what it must fulfil, 0 for none. goals [P, J]: scores of all objectives, the leading first.
    """

    space: Space
    points: IntArray
    parameters: FloatArray
    evaluation: Evaluation
    scores: FloatArray
    complete: bool
    exhausted: bool = False
    spread: int = 0
    shorter: int = 0
    shortfall: FloatArray | None = None
    goals: FloatArray | None = None

    @property
    def trials(self) -> int:
        return len(self.points)

    @property
    def tried(self) -> int:
        """All sets that were looked at: what a correction for luck must count."""
        return self.trials + self.shorter

    @property
    def order(self) -> IntArray:
        """Trials from best to worst: by score, then by how little they fall short, then by trades, then as made."""
        if self.trials == 0:
            return np.empty(0, dtype=np.int64)
        trades = np.nan_to_num(self.evaluation.column("trades"), nan=0.0)
        shortfall = np.zeros(self.trials) if self.shortfall is None else self.shortfall
        return np.lexsort((-trades, shortfall, -self.scores)).astype(np.int64)

    @property
    def best(self) -> float:
        """Best score; -inf when no trial is eligible."""
        return float(np.max(self.scores, initial=-np.inf))
