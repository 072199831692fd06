"""The whole way of a search over families: search, select, open the locked part once, judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import FloatArray
from pinewright.optimize.criteria import CRITERIA, UNAVAILABLE, rank
from pinewright.optimize.evaluation import Evaluator, Stopped
from pinewright.optimize.objective import minimum_trades
from pinewright.optimize.results import Candidate, Delivered, FamilySearch, RunResult
from pinewright.optimize.search import SearchResult, SearchSettings, search
from pinewright.optimize.select import Contest, choose, contest, part_results
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split
from pinewright.optimize.statistics import deflated_sharpe, interval, probabilistic_sharpe
from pinewright.optimize.verdict import luck_sentence, result_sentence, run_verdict
from pinewright.program import ProgramInput

DELIVERED: Final = 5


@dataclass(frozen=True)
class Job:
    """One family to search: its name, the inputs of its program, its evaluator, and what its inputs may do.

    fixed, vary, ordered: as in ``Space.of``.
    """

    family: str
    inputs: tuple[ProgramInput, ...]
    evaluator: Evaluator
    fixed: tuple[str, ...] = ()
    vary: tuple[str, ...] | None = None
    ordered: tuple[tuple[str, str], ...] | None = None

    @property
    def space(self) -> Space:
        return Space.of(self.inputs, fixed=self.fixed, vary=self.vary, ordered=self.ordered)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.inputs)


FamilyProgress = Callable[[str, int, int, float], None]
"""Called with the family, trials done and planned over all families, and the best score of this family so far."""


def search_families(
    jobs: Sequence[Job],
    parts: Split,
    settings: SearchSettings,
    *,
    currency: str = "USD",
    progress: FamilyProgress | None = None,
    stop: Event | None = None,
    folder: Path | None = None,
) -> RunResult:
    """Searches every family with ``settings.trials`` trials each and delivers five that differ.

    The locked part is run once, for the delivered, after all ranking is over. A stopped run gives its searches with
    ``interrupted`` and leaves the locked part shut; the same call with the same ``folder`` goes on.
    """
    if not jobs:
        raise SearchError("there is no family to search")
    summaries: list[FamilySearch] = []
    contests: list[Contest] = []
    for number, job in enumerate(jobs):
        told = _shifted(progress, job.family, number, len(jobs))
        found = search(job.space, job.evaluator, parts.search, settings, progress=told, stop=stop, folder=folder)
        rivals = _contest(job, found, parts, settings)
        summaries.append(summary(job.family, found, rivals, parts, settings))
        if rivals is None:
            break
        contests.append(rivals)
    interrupted = len(contests) < len(jobs)
    trials = sum(item.trials for item in summaries)
    ranked = rank([candidate for rivals in contests for candidate in rivals.candidates])
    ratios = np.concatenate([np.empty(0), *(rivals.ratios for rivals in contests)])
    delivered: tuple[Delivered, ...] = ()
    if not interrupted:
        try:
            delivered = _deliver(jobs, parts, ranked, ratios, trials, settings.seed, currency)
        except Stopped:
            interrupted = True
    return RunResult(
        parts,
        tuple(summaries),
        trials,
        ranked,
        delivered,
        tuple((criterion.name, criterion.weight) for criterion in CRITERIA),
        UNAVAILABLE,
        run_verdict(delivered, parts, trials, currency) if delivered else (),
        settings.seed,
        interrupted,
    )


def _contest(job: Job, found: SearchResult, parts: Split, settings: SearchSettings) -> Contest | None:
    """The candidates of one family; None when the run was stopped before or while they were measured."""
    try:
        return contest(job.family, job.names, found, job.evaluator, parts, settings) if found.complete else None
    except Stopped:
        return None


def summary(
    family: str, found: SearchResult, rivals: Contest | None, parts: Split, settings: SearchSettings
) -> FamilySearch:
    """The search of one family in numbers."""
    fewest = minimum_trades(parts.search.days) if settings.fewest_trades is None else settings.fewest_trades
    return FamilySearch(
        family,
        found.trials + (0 if rivals is None else rivals.extra_trials),
        int(np.sum(np.isfinite(found.scores))),
        found.best,
        float(found.scores[0]) if found.trials else -np.inf,
        fewest,
        found.complete,
        found.exhausted,
    )


def _shifted(
    progress: FamilyProgress | None, family: str, number: int, count: int
) -> Callable[[int, int, float], None] | None:
    if progress is None:
        return None

    def call(done: int, planned: int, best: float) -> None:
        progress(family, number * planned + done, count * planned, best)

    return call


def _deliver(
    jobs: Sequence[Job],
    parts: Split,
    ranked: Sequence[Candidate],
    ratios: FloatArray,
    trials: int,
    seed: int,
    currency: str,
) -> tuple[Delivered, ...]:
    """Opens the locked part, once for each delivered strategy."""
    evaluators = {job.family: job.evaluator for job in jobs}
    delivered = []
    for place, (candidate, word) in enumerate(choose(ranked, DELIVERED), start=1):
        parameters = np.array([candidate.parameters], dtype=np.float64)
        locked = part_results(evaluators[candidate.family], parameters, parts.locked)[0]
        span = interval(locked.daily, seed=seed)
        seen = np.concatenate([candidate.search.daily, candidate.selection.daily])
        deflated = deflated_sharpe(seen, ratios, trials, parts.search.days)
        sentences = (
            result_sentence(f"Strategy {place}", locked, span, currency),
            luck_sentence(span, deflated, trials),
        )
        confidence = probabilistic_sharpe(locked.daily)
        delivered.append(Delivered(place, candidate, word, locked, span, deflated, confidence, sentences))
    return tuple(delivered)
