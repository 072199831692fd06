"""The whole way of a search over families: search, select, open the locked part once, judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import FloatArray
from pinewright.optimize.choice import choose
from pinewright.optimize.criteria import Ranking, Source, ranking
from pinewright.optimize.evaluation import Evaluator, Stopped, Witness
from pinewright.optimize.judge import Case, Terms, judge
from pinewright.optimize.landscape import landscape
from pinewright.optimize.luck import chances
from pinewright.optimize.rehearsal import Rehearsal, challenger, rehearse
from pinewright.optimize.results import Candidate, Delivered, FamilySearch, PartResult, Prior, RunResult
from pinewright.optimize.sample import Sample, sample
from pinewright.optimize.search import SearchResult, SearchSettings, search
from pinewright.optimize.select import Contest, apart, contest, part_results
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split
from pinewright.optimize.statistics import interval, probabilistic_sharpe
from pinewright.optimize.verdict import Beside, beside_sentence, conclude, result_sentence
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
    witness: Witness | None = None

    @cached_property
    def space(self) -> Space:
        return Space.of(self.inputs, fixed=self.fixed, vary=self.vary, ordered=self.ordered)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.name for item in self.inputs)


FamilyProgress = Callable[[str, int, int, float], None]
"""Called with the family, trials done and planned over all families, and the best score of this family so far."""


@dataclass(frozen=True, eq=False)
class _Searched:
    """One family after its search: what was found, its candidates, and the sample that the evidence is made from."""

    job: Job
    found: SearchResult
    rivals: Contest
    sample: Sample
    parts: Split

    @cached_property
    def rehearsal(self) -> Rehearsal:
        return rehearse(self.sample, self.found, self.parts)


def search_families(
    jobs: Sequence[Job],
    parts: Split,
    settings: SearchSettings,
    *,
    terms: Terms | None = None,
    weights: Mapping[str, float] | None = None,
    sources: Mapping[str, Source] | None = None,
    progress: FamilyProgress | None = None,
    step: Callable[[str], None] | None = None,
    stop: Event | None = None,
    folder: Path | None = None,
) -> RunResult:
    """Searches every family with ``settings.trials`` trials each and delivers five that differ.

    weights: of the criteria of the ranking; sources: measures of criteria that a backtest lacks, asked once for all
    candidates when all families are searched; they may end the run by ``Stopped``. The locked part is run once, for the
    delivered and for the defaults of their families beside them, after all ranking is over. A stopped run gives its
    searches with ``interrupted`` and leaves the locked part shut; the same call with the same ``folder`` goes on.
    """
    if not jobs:
        raise SearchError("there is no family to search")
    asked = Terms() if terms is None else terms
    summaries: list[FamilySearch] = []
    searched: list[_Searched] = []
    for number, job in enumerate(jobs):
        told = _shifted(progress, job.family, number, len(jobs))
        found = search(job.space, job.evaluator, parts.search, settings, progress=told, stop=stop, folder=folder)
        one = _contest(job, found, parts, settings)
        if one is None:
            summaries.append(summary(job.family, found, None, parts, settings))
            break
        summaries.append(summary(job.family, found, one.rivals, parts, settings, one.sample))
        searched.append(one)
    interrupted = len(searched) < len(jobs)
    trials = sum(item.trials for item in summaries)
    candidates = [candidate for one in searched for candidate in one.rivals.candidates]
    order = Ranking(tuple(candidates), (), ())  # a run that was stopped ranks nothing
    delivered: tuple[Delivered, ...] = ()
    prior = Prior()
    if not interrupted:
        prior = asked.prior(trials)
        try:
            if sources and step is not None:
                step("look at charts")
            order = ranking(candidates, weights, sources)
            delivered = _Delivery(searched, parts, settings, asked, trials, prior, step).deliver(order.candidates)
        except Stopped:
            interrupted = True
    return RunResult(
        parts,
        tuple(summaries),
        trials,
        order.candidates,
        delivered,
        order.used,
        order.unavailable,
        prior,
        delivered[0].judgement if delivered else None,
        settings.seed,
        interrupted,
    )


def _contest(job: Job, found: SearchResult, parts: Split, settings: SearchSettings) -> _Searched | None:
    """The candidates of one family; None when the run was stopped before or while they were measured."""
    if not found.complete:
        return None
    try:
        drawn = sample(found, job.evaluator, parts, settings, apart(found))
        also = [challenger(drawn, found)]
        rivals = contest(job.family, job.names, found, job.evaluator, parts, settings, also=also)
    except Stopped:
        return None
    return _Searched(job, found, rivals, drawn, parts)


def summary(
    family: str,
    found: SearchResult,
    rivals: Contest | None,
    parts: Split,
    settings: SearchSettings,
    drawn: Sample | None = None,
) -> FamilySearch:
    """The search of one family in numbers; rivals and drawn: the sets that were run beside it."""
    fewest = settings.fewest(parts.search)
    return FamilySearch(
        family,
        found.tried + (0 if rivals is None else rivals.extra_trials) + (0 if drawn is None else drawn.extra),
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


@dataclass(frozen=True)
class _Delivery:
    """The end of a run: five are chosen, the locked part is opened, each is judged."""

    searched: Sequence[_Searched]
    parts: Split
    settings: SearchSettings
    terms: Terms
    trials: int
    prior: Prior
    step: Callable[[str], None] | None

    def deliver(self, ranked: Sequence[Candidate]) -> tuple[Delivered, ...]:
        chosen = choose(ranked, DELIVERED)
        self._tell("open the locked part")
        places = {one.job.family: number for number, one in enumerate(self.searched)}
        opened = [self._open(self.searched[places[one.family]], one) for one, _ in chosen]
        self._tell("evidence")
        luck = chances(
            [one.sample for one in self.searched],
            [(places[one.family], one.trial) for one, _ in chosen],
            seed=self.settings.seed,
            searches=(self.prior.trials + self.trials) / max(1, self.trials),
        )
        ratios = np.concatenate([np.empty(0), *(one.rivals.ratios for one in self.searched)])
        return tuple(
            self._judged(rank, self.searched[places[one.family]], one, word, locked, float(luck[rank - 1]), ratios)
            for rank, ((one, word), locked) in enumerate(zip(chosen, opened, strict=True), start=1)
        )

    def _open(self, one: _Searched, candidate: Candidate) -> tuple[PartResult, PartResult]:
        """The candidate and its family's default in the locked part."""
        rows = [candidate.parameters, *([one.found.parameters[0]] if candidate.trial else [])]
        opened = part_results(one.job.evaluator, np.array(rows, dtype=np.float64), self.parts.locked)
        return opened[0], opened[-1]

    def _judged(
        self,
        rank: int,
        one: _Searched,
        candidate: Candidate,
        word: str,
        locked: tuple[PartResult, PartResult],
        chance: float,
        ratios: FloatArray,
    ) -> Delivered:
        parts, settings = self.parts, self.settings
        new, old = locked
        span = interval(new.daily, seed=settings.seed)
        case = Case(
            candidate,
            new,
            span,
            one.found,
            one.rehearsal,
            parts,
            chance,
            self.prior.trials + self.trials,
            ratios,
            settings.seed,
            self.terms,
        )
        proof = judge(case, one.job.witness)
        land = landscape(one.found, settings, candidate.trial)
        name = f"Strategy {rank} ({candidate.family.replace('_', ' ')})"
        first = result_sentence(name, new, span, self.terms.currency)
        beside = Beside(locked=None if candidate.trial == 0 else old)
        if candidate.trial:
            first = f"{first} {beside_sentence('Its default inputs', old, self.terms.currency)}"
        return Delivered(
            rank,
            candidate,
            word,
            new,
            span,
            proof.value("deflated_sharpe"),
            probabilistic_sharpe(new.daily),
            old,
            proof,
            conclude(case, proof, beside, first, land.idle),
            land,
        )

    def _tell(self, name: str) -> None:
        if self.step is not None:
            self.step(name)
