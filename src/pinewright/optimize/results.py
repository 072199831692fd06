"""What a run leaves behind: searches, candidates, the delivered five, and all that a report says about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.evaluation import Metrics
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import Judgement, Proof, Word
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
class Prior:
    """What was searched on these data before this run: trials and runs, and how often days of this locked part were
    opened, with words for each time.
    """

    trials: int = 0
    runs: int = 0
    openings: tuple[str, ...] = ()


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
    enough_trades: on both parts. rank_score: weighted mean of the places of its criteria, 0 to 1. trial: its place in
    the search.
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
    trial: int = 0

    @property
    def key(self) -> tuple[str, tuple[float, ...]]:
        return self.family, self.parameters


@dataclass(frozen=True)
class Delivered:
    """One of the five: the candidate, why it was taken, and what the locked part says.

    rank from 1. relaxed: which rule of diversity had to give way, empty when none. interval: of the net result of the
    locked part. deflated: DSR over search and selection given all trials; locked_confidence: PSR of the locked part
    against zero. default_locked: the family's own default inputs there. judgement: the verdict on this one, from
    ``proof``; landscape: the search that found it.
    """

    rank: int
    candidate: Candidate
    relaxed: str
    locked: PartResult
    interval: Interval
    deflated: float
    locked_confidence: float
    default_locked: PartResult
    proof: Proof
    judgement: Judgement
    landscape: Landscape


@dataclass(frozen=True)
class RunResult:
    """Everything of a run. ``interrupted`` runs have no delivered strategies: their locked part stays shut.

    trials: all parameter sets of all families. criteria: names and weights used; unavailable: criteria of the plan
    that could not be measured, in words. prior: what was searched on these data before. judgement: that of the first,
    which stands for the run because it was ranked first before the locked part was opened; None when interrupted.
    """

    split: Split
    families: tuple[FamilySearch, ...]
    trials: int
    candidates: tuple[Candidate, ...]
    delivered: tuple[Delivered, ...]
    criteria: tuple[tuple[str, float], ...]
    unavailable: tuple[str, ...]
    prior: Prior
    judgement: Judgement | None
    seed: int
    interrupted: bool = False

    @property
    def verdict(self) -> tuple[str, ...]:
        """The three reasons; empty when interrupted."""
        return self.judgement.reasons if self.judgement is not None else ()


@dataclass(frozen=True)
class ScriptResult:
    """What the search of one script found: its defaults against the best other parameters.

    ``accepted``: the new defaults passed the rule on the selection part. reasons: what the rule found. parameters [K]
    are the new defaults when accepted, else the old. difference: interval of the locked net result of new minus old;
    None when nothing was accepted or the run was interrupted. judged: the set that proof and judgement are about, the
    best that was found whether it was accepted or not, with its result in the locked part.
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
    prior: Prior
    proof: Proof | None
    judgement: Judgement | None
    landscape: Landscape | None
    seed: int
    interrupted: bool = False

    @property
    def verdict(self) -> tuple[str, ...]:
        """The three reasons; empty when interrupted."""
        return self.judgement.reasons if self.judgement is not None else ()

    @property
    def better(self) -> bool:
        """Whether the new defaults are handed over: accepted, and not found worse when the locked part was opened."""
        return self.accepted and self.judgement is not None and self.judgement.word is not Word.WORSE
