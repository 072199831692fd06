"""Bring your own script: its default inputs against the best that a search finds, judged on the locked part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.checks import LUCK
from pinewright.optimize.evaluation import Evaluation, Evaluator, Stopped, Witness
from pinewright.optimize.judge import Case, Terms, judge
from pinewright.optimize.landscape import Landscape, landscape
from pinewright.optimize.luck import chances, gain
from pinewright.optimize.proof import Judgement, Proof
from pinewright.optimize.rehearsal import challenger, rehearse
from pinewright.optimize.results import Candidate, FamilySearch, PartResult, Prior, ScriptResult
from pinewright.optimize.run import summary
from pinewright.optimize.sample import Sample, sample
from pinewright.optimize.search import Progress, SearchResult, SearchSettings, search
from pinewright.optimize.select import Contest, apart, contest, measure, part_results
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split
from pinewright.optimize.statistics import deflated_sharpe, interval, sharpe
from pinewright.optimize.verdict import Beside, beside_sentence, conclude, result_sentence
from pinewright.program import Program

Step = Callable[[str], None]
"""Told the name of each step after the search as it begins."""


def optimize_script(
    program: Program,
    space: Space,
    evaluator: Evaluator,
    parts: Split,
    settings: SearchSettings,
    *,
    terms: Terms | None = None,
    witness: Witness | None = None,
    progress: Progress | None = None,
    step: Step | None = None,
    stop: Event | None = None,
    folder: Path | None = None,
) -> ScriptResult:
    """Searches the ``space`` of a script's inputs and says whether anything is better than its defaults.

    The challenger is what search and selection part together speak for (``rehearsal.challenger``). Its values become
    the new defaults when they trade enough, earn money after costs on the selection part, score higher than the old
    ones for their risk on both parts together, by more than luck among so many sets makes of it in 15 % of redrawn
    histories (``luck.gain``), and have neighbours on the search part that are no worse than the old defaults. The
    locked part is opened once, for both, after the decision, and is reported whatever it says: it can take the word of
    the verdict away, never give it.
    """
    own = tuple(float(item.default) for item in program.inputs)
    names = tuple(item.name for item in program.inputs)
    name = program.settings.title or program.name
    task = _Task(name, names, own, evaluator, parts, settings, Terms() if terms is None else terms, witness, step)
    found = search(space, evaluator, parts.search, settings, progress=progress, stop=stop, folder=folder)
    if not found.complete:
        return task.interrupted(found)
    try:
        return task.judged(found)
    except Stopped:
        return task.interrupted(found)


@dataclass(frozen=True)
class _Task:
    """One script on its way from the search to the verdict."""

    name: str
    names: tuple[str, ...]
    own: tuple[float, ...]
    evaluator: Evaluator
    parts: Split
    settings: SearchSettings
    terms: Terms
    witness: Witness | None
    step: Step | None

    def judged(self, found: SearchResult) -> ScriptResult:
        self._tell("select")
        evaluator, parts, settings = self.evaluator, self.parts, self.settings
        drawn = sample(found, evaluator, parts, settings, apart(found))
        trial = challenger(drawn, found)
        rivals = contest(self.name, self.names, found, evaluator, parts, settings, also=[trial])
        family = summary(self.name, found, rivals, parts, settings, drawn)
        prior = self.terms.prior(family.trials)
        default, best = self._rivals(found, rivals, trial)
        reasons = (_NONE,) if best is None else _objections(best, default, drawn, settings)
        accepted = best is not None and not reasons
        judged = default if best is None else best
        self._tell("open the locked part")
        old, new = self._open(default, judged)
        self._tell("evidence")
        shown = interval((new if accepted else old).daily, seed=settings.seed)
        difference = interval(new.daily - old.daily, seed=settings.seed) if accepted else None
        total = prior.trials + family.trials
        deflated = _deflated(judged if accepted else default, rivals, total, parts.search.days)
        land = landscape(found, settings, judged.trial)
        case = self._case(judged, new, found, drawn, rivals, family, prior)
        proof = judge(case, self.witness)
        judgement = self._concluded(case, proof, accepted, reasons, old, land)
        return ScriptResult(
            parts,
            family,
            default,
            best,
            accepted,
            reasons,
            self.names,
            judged.parameters if accepted else self.own,
            old,
            new if best is not None else None,
            shown,
            difference,
            deflated,
            prior,
            proof,
            judgement,
            land,
            settings.seed,
        )

    def interrupted(self, found: SearchResult) -> ScriptResult:
        family = summary(self.name, found, None, self.parts, self.settings)
        return ScriptResult(
            self.parts, family, None, None, False, ("the search was stopped",), self.names, self.own, None, None, None,
            None, float("nan"), Prior(), None, None, None, self.settings.seed, interrupted=True,
        )  # fmt: skip

    def _tell(self, name: str) -> None:
        if self.step is not None:
            self.step(name)

    def _rivals(self, found: SearchResult, rivals: Contest, trial: int) -> tuple[Candidate, Candidate | None]:
        """The default and its challenger; None where no other set has a score."""
        nan = [float("nan")]
        default = measure(self.name, self.names, found, [0], nan, self.evaluator, self.parts, self.settings)[0]
        if default.parameters != self.own:
            default = self._as_it_is(default)
        others = [one for one in rivals.candidates if one.parameters != default.parameters]
        best = next((one for one in others if one.trial == trial), None)
        return default, best if best is not None else max(others, key=_plateau, default=None)

    def _as_it_is(self, first: Candidate) -> Candidate:
        """The script's own inputs, where the search held one of them at another value and so never ran them."""
        row = np.array([self.own], dtype=np.float64)
        inside = part_results(self.evaluator, row, self.parts.search)[0]
        outside = part_results(self.evaluator, row, self.parts.selection)[0]
        table = Evaluation(inside.metrics.names, np.array([inside.metrics.values]))
        score = float(self.settings.objective.scores(table)[0])
        return replace(first, parameters=self.own, score=score, search=inside, selection=outside)

    def _open(self, default: Candidate, chosen: Candidate) -> tuple[PartResult, PartResult]:
        both: FloatArray = np.array([default.parameters, chosen.parameters], dtype=np.float64)
        old, new = part_results(self.evaluator, both, self.parts.locked)
        return old, new

    def _case(
        self,
        chosen: Candidate,
        locked: PartResult,
        found: SearchResult,
        drawn: Sample,
        rivals: Contest,
        family: FamilySearch,
        prior: Prior,
    ) -> Case:
        settings = self.settings
        searches = (prior.trials + family.trials) / max(1, family.trials)
        chance = chances([drawn], [(0, chosen.trial)], seed=settings.seed, searches=searches)
        return Case(
            chosen,
            locked,
            interval(locked.daily, seed=settings.seed),
            found,
            rehearse(drawn, found, self.parts),
            self.parts,
            float(chance[0]),
            prior.trials + family.trials,
            rivals.ratios,
            settings.seed,
            self.terms,
        )

    def _concluded(
        self, case: Case, proof: Proof, accepted: bool, reasons: tuple[str, ...], old: PartResult, land: Landscape
    ) -> Judgement:
        currency = self.terms.currency
        if accepted:
            beside = Beside(locked=old)
            first = result_sentence("The script with its new defaults", case.locked, case.interval, currency)
            first = f"{first} {beside_sentence('Its old ones', old, currency)}"
        else:
            worse = _worse(reasons)
            word = "the default is better, and the script is left as it was" if worse else _NOTHING_BETTER
            beside = Beside(f"{word}: {reasons[0]}", worse)
            shown = interval(old.daily, seed=self.settings.seed)
            first = result_sentence("The script as it is", old, shown, currency)
        return conclude(case, proof, beside, first, land.idle)


_MONEY: Final = ("net_profit", "net_profit_percent", "profit_marked", "net_profit_after_swap", "gross_profit")
"""Objectives that ask for money, whatever the risk: then defaults and found sets are compared as money too."""
_NOTHING_BETTER: Final = "nothing better than the default was found"
_NONE: Final = "no other parameter set could be tried"
_BROKEN: Final = "no other parameter set keeps to what was required"
_NO_VALUE: Final = "the objective has no value in any other parameter set"
_TOO_RARE: Final = "the best other parameters trade too rarely to be judged"
_LOSES: Final = "the best other parameters lose money after costs on the selection part"
_LOWER: Final = "on search and selection part the defaults do better than the best of the search"
_CHANCE: Final = "on search and selection part the gain over the defaults is within chance"
_PEAK: Final = "the best parameters are a peak: their neighbours are worse than the defaults"


def _objections(best: Candidate, default: Candidate, drawn: Sample, settings: SearchSettings) -> tuple[str, ...]:
    """What speaks against new defaults, in words; empty when they pass."""
    new, old = (np.concatenate([one.search.daily, one.selection.daily]) for one in (best, default))
    found = []
    if settings.requirements and not np.isfinite(best.score):
        found.append(_BROKEN)
    elif not np.isfinite(best.score) and best.search.metrics.get("trades") >= settings.fewest(best.search.part):
        found.append(_NO_VALUE)
    elif not best.enough_trades:
        found.append(_TOO_RARE)
    if not best.selection.net_profit > 0:
        found.append(_LOSES)
    money = settings.objective.name in _MONEY
    better, worse = (float(np.sum(one)) if money else _ratio(one) for one in (new, old))
    if not better > worse:
        found.append(_LOWER)
    elif not gain(drawn, best.trial, old, seed=settings.seed, money=money) <= LUCK:
        found.append(_CHANCE)
    if not _plateau(best) >= default.score:
        found.append(_PEAK)
    return tuple(found)


def _ratio(daily: FloatArray) -> float:
    return sharpe(daily) if np.any(daily) else 0.0


def _worse(reasons: Sequence[str]) -> bool:
    """Whether the default does better, and not only no worse by chance or for want of trades."""
    return reasons[0] in (_LOSES, _LOWER)


def _plateau(candidate: Candidate) -> float:
    return candidate.score if np.isnan(candidate.plateau) else min(candidate.score, candidate.plateau)


def _deflated(chosen: Candidate, rivals: Contest, trials: int, days: int) -> float:
    seen = np.concatenate([chosen.search.daily, chosen.selection.daily])
    return deflated_sharpe(seen, rivals.ratios, trials, days)
