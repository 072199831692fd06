"""What a run leaves behind: searches, candidates, the delivered five, and all that a report says about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.evaluation import Metrics
from pinewright.optimize.split import Part, Split
from pinewright.optimize.statistics import Interval


@dataclass(frozen=True, eq=False)
class PartResult:
    """One parameter set on one part: metrics and net profit of each trading day [D]."""

    part: Part
    metrics: Metrics
    daily: FloatArray

    @property
    def net_profit(self) -> float:
        """Sum of the daily profits: a position that the part's last bar still holds counts at its close."""
        return float(np.sum(self.daily)) if len(self.daily) else self.metrics.get("net_profit")


@dataclass(frozen=True)
class FamilySearch:
    """Summary of the search of one family.

    trials counts every parameter set that was run, neighbours of candidates included. best_score is that of the search
    part; -inf when no set made ``fewest_trades``. default_score: the family's own defaults.
    """

    family: str
    trials: int
    eligible: int
    best_score: float
    default_score: float
    fewest_trades: int
    complete: bool
    exhausted: bool


@dataclass(frozen=True)
class CriterionScore:
    """One criterion of a candidate: its value, its place among all candidates (0 worst, 1 best), its weight."""

    name: str
    value: float
    place: float
    weight: float


@dataclass(frozen=True)
class Candidate:
    """A parameter set that was measured on search and selection. ``names`` and ``parameters`` [K] belong together.

    score: objective on the search part. plateau: mean score of its neighbours there, NaN where it has none.
    enough_trades: on both parts. rank_score: weighted mean of the places of its criteria, 0 to 1.
    """

    family: str
    names: tuple[str, ...]
    parameters: tuple[float, ...]
    score: float
    plateau: float
    search: PartResult
    selection: PartResult
    enough_trades: bool
    criteria: tuple[CriterionScore, ...] = ()
    rank_score: float = 0.0

    @property
    def key(self) -> tuple[str, tuple[float, ...]]:
        return self.family, self.parameters


@dataclass(frozen=True)
class Delivered:
    """One of the five: the candidate, why it was taken, and what the locked part says.

    rank from 1. relaxed: which rule of diversity had to give way, empty when none. interval: of the net result of the
    locked part. deflated: DSR over search and selection given all trials; locked_confidence: PSR of the locked part
    against zero. sentences: the verdict on this one.
    """

    rank: int
    candidate: Candidate
    relaxed: str
    locked: PartResult
    interval: Interval
    deflated: float
    locked_confidence: float
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class RunResult:
    """Everything of a run. ``interrupted`` runs have no delivered strategies: their locked part stays shut.

    trials: all parameter sets of all families. criteria: names and weights used; unavailable: criteria of the plan
    that could not be measured, in words. verdict: three sentences about the whole.
    """

    split: Split
    families: tuple[FamilySearch, ...]
    trials: int
    candidates: tuple[Candidate, ...]
    delivered: tuple[Delivered, ...]
    criteria: tuple[tuple[str, float], ...]
    unavailable: tuple[str, ...]
    verdict: tuple[str, ...]
    seed: int
    interrupted: bool = False


@dataclass(frozen=True)
class ScriptResult:
    """What the search of one script found: its defaults against the best other parameters.

    ``accepted``: the new defaults passed the rule on the selection part. reasons: what the rule found. parameters [K]
    are the new defaults when accepted, else the old. difference: interval of the locked net result of new minus old;
    None when nothing was accepted or the run was interrupted.
    """

    split: Split
    family: FamilySearch
    default: Candidate | None
    best: Candidate | None
    accepted: bool
    reasons: tuple[str, ...]
    names: tuple[str, ...]
    parameters: tuple[float, ...]
    default_locked: PartResult | None
    best_locked: PartResult | None
    locked_interval: Interval | None
    difference: Interval | None
    deflated: float
    verdict: tuple[str, ...]
    seed: int
    interrupted: bool = False
