"""Bring your own script: its default inputs against the best that a search finds, judged on the locked part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.evaluation import Evaluation, Evaluator, Stopped
from pinewright.optimize.results import Candidate, FamilySearch, PartResult, ScriptResult
from pinewright.optimize.run import summary
from pinewright.optimize.search import Progress, SearchResult, SearchSettings, search
from pinewright.optimize.select import Contest, contest, measure, part_results
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split
from pinewright.optimize.statistics import Interval, deflated_sharpe, interval, t_statistic
from pinewright.optimize.verdict import script_verdict
from pinewright.program import Program

CLEARLY_BETTER: Final = 1.0
"""Least t-statistic of the daily difference, new minus old, on the selection part."""


def optimize_script(
    program: Program,
    evaluator: Evaluator,
    parts: Split,
    settings: SearchSettings,
    *,
    fixed: Collection[str] = (),
    vary: Collection[str] | None = None,
    ordered: Sequence[tuple[str, str]] | None = None,
    currency: str = "USD",
    progress: Progress | None = None,
    stop: Event | None = None,
    folder: Path | None = None,
) -> ScriptResult:
    """Searches the inputs of a script and says whether anything is better than its defaults.

    The challenger is the candidate of the highest plateau of the search part (its own score and the mean of its
    neighbours, the lower of the two): chosen without a look at the selection part, so that this is a clean test. Its
    values become the new defaults when, on the selection part, they trade enough, earn money after costs, score higher
    than the old ones and beat them by a daily difference with a t-statistic of at least 1; and when the plateau is no
    worse than the old defaults' score on the search part. The locked part is opened once, for both, after the decision,
    and is reported whatever it says.
    """
    space = Space.of(program.inputs, fixed=fixed, vary=vary, ordered=ordered)
    names = tuple(item.name for item in program.inputs)
    name = program.settings.title or program.name
    found = search(space, evaluator, parts.search, settings, progress=progress, stop=stop, folder=folder)
    if not found.complete:
        return _interrupted(parts, summary(name, found, None, parts, settings), names, space, settings.seed)
    try:
        return _judge(name, names, found, evaluator, parts, settings, currency)
    except Stopped:
        return _interrupted(parts, summary(name, found, None, parts, settings), names, space, settings.seed)


def _judge(
    name: str,
    names: tuple[str, ...],
    found: SearchResult,
    evaluator: Evaluator,
    parts: Split,
    settings: SearchSettings,
    currency: str,
) -> ScriptResult:
    rivals = contest(name, names, found, evaluator, parts, settings)
    family = summary(name, found, rivals, parts, settings)
    default, best = _rivals(name, names, found, rivals, evaluator, parts, settings)
    reasons = ("no other parameter set could be tried",) if best is None else _objections(best, default, settings)
    accepted = best is not None and not reasons
    chosen = best if best is not None and accepted else default
    old, new = _open(default, chosen, evaluator, parts)
    shown = interval(new.daily, seed=settings.seed)
    difference = interval(new.daily - old.daily, seed=settings.seed) if accepted else None
    deflated = _deflated(chosen, rivals, family, parts.search.days)
    why = reasons[0] if reasons else ""
    verdict = script_verdict(accepted, new, old, shown, difference, deflated, parts, family.trials, currency, why)
    return ScriptResult(
        parts,
        family,
        default,
        best,
        accepted,
        reasons,
        names,
        chosen.parameters,
        old,
        new if accepted else None,
        shown,
        difference,
        deflated,
        verdict,
        settings.seed,
    )


def _rivals(
    name: str,
    names: tuple[str, ...],
    found: SearchResult,
    rivals: Contest,
    evaluator: Evaluator,
    parts: Split,
    settings: SearchSettings,
) -> tuple[Candidate, Candidate | None]:
    """The default and its challenger, the other candidate of the highest plateau."""
    default = measure(name, names, found, [0], [float("nan")], evaluator, parts, settings)[0]
    others = [one for one in rivals.candidates if one.parameters != default.parameters]
    return default, max(others, key=_plateau, default=None)


def _objections(best: Candidate, default: Candidate, settings: SearchSettings) -> tuple[str, ...]:
    """What speaks against new defaults, in words; empty when they pass."""
    new, old = (_score(one.selection, settings) for one in (best, default))
    difference = t_statistic(best.selection.daily - default.selection.daily)
    found = []
    if not best.enough_trades:
        found.append("the best other parameters trade too rarely to be judged")
    if not best.selection.net_profit > 0:
        found.append("the best other parameters lose money after costs on the selection part")
    if not new > old:
        found.append("the defaults score higher on the selection part than the best of the search")
    elif not difference >= CLEARLY_BETTER:
        found.append("on the selection part the gain over the defaults is within chance")
    if not _plateau(best) >= default.score:
        found.append("the best parameters are a peak: their neighbours are worse than the defaults")
    return tuple(found)


def _plateau(candidate: Candidate) -> float:
    return candidate.score if np.isnan(candidate.plateau) else min(candidate.score, candidate.plateau)


def _score(part: PartResult, settings: SearchSettings) -> float:
    table = Evaluation(part.metrics.names, np.array([part.metrics.values], dtype=np.float64))
    return float(settings.objective.scores(table)[0])


def _open(default: Candidate, chosen: Candidate, evaluator: Evaluator, parts: Split) -> tuple[PartResult, PartResult]:
    both: FloatArray = np.array([default.parameters, chosen.parameters], dtype=np.float64)
    old, new = part_results(evaluator, both, parts.locked)
    return old, new


def _deflated(chosen: Candidate, rivals: Contest, family: FamilySearch, days: int) -> float:
    seen = np.concatenate([chosen.search.daily, chosen.selection.daily])
    return deflated_sharpe(seen, rivals.ratios, family.trials, days)


def _interrupted(parts: Split, family: FamilySearch, names: tuple[str, ...], space: Space, seed: int) -> ScriptResult:
    nothing: Interval | None = None
    return ScriptResult(
        parts, family, None, None, False, ("the search was stopped",), names, space.defaults,
        None, None, nothing, nothing, float("nan"), (), seed, interrupted=True,
    )  # fmt: skip
