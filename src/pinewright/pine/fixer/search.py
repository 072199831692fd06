"""The search for the repair of one finding: candidates in the order of their cost, tried, and the best one kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.fixer.arguments import ARGUMENT_CODES, argument_candidates
from pinewright.pine.fixer.brackets import bracket_candidates
from pinewright.pine.fixer.candidate import Candidate, Scene
from pinewright.pine.fixer.foreign import foreign_candidates
from pinewright.pine.fixer.keywords import keyword_candidates
from pinewright.pine.fixer.layout import layout_candidates
from pinewright.pine.fixer.meaning import same_meaning
from pinewright.pine.fixer.names import NAME_CODES, name_candidates
from pinewright.pine.fixer.operators import operator_candidates
from pinewright.pine.fixer.quotes import quote_candidates
from pinewright.pine.fixer.separators import comma_candidates
from pinewright.pine.fixer.values import value_candidates
from pinewright.pine.fixer.workbench import Change, Place, Trial, Workbench, moved

MOST_PARSED = 500_000
"""Characters that are parsed for one finding of syntax, in all trials together: a second at the most."""
MOST_CHECKED = 45
"""Whole checks for one finding."""
WARNING = 0.4
_USUAL = 16_000
"""Characters of a script of 400 lines; a longer one gets fewer checks, for each takes longer."""
_MOVED_MOST = 8
_TOO_MUCH = "PW011"
"""Too deep or too long to be read: no change of a few characters mends that, and each trial reads all of it again."""


@dataclass(frozen=True)
class Repair:
    """What was found for a finding. ``safe``: nothing else of its like mends it as well."""

    target: Diagnostic
    title: str
    changes: tuple[Change, ...]
    """Changes of the source that was searched; of a repair in two steps the whole text."""
    text: str
    safe: bool
    cost: float


@dataclass(frozen=True)
class _Tried:
    candidate: Candidate
    trial: Trial
    errors: int
    clean: bool
    """Whether the changed lines have no errors now that another repair would have to mend first."""

    @property
    def cost(self) -> float:
        """Cost of the candidate, and something for each warning that it leaves."""
        return self.candidate.cost + WARNING * self.trial.warnings


def find_repair(bench: Workbench, target: Diagnostic, share: int = 1, deeper: bool = True) -> Repair | None:
    """The best repair of a finding; None where nothing mends it without leaving more errors than it mends.

    ``share`` divides the limits, for scripts with many findings.
    """
    if not bench.lines or target.code == _TOO_MUCH:
        return None
    scene = Scene(bench, target)
    attempts = _Attempts(bench, target, share)
    in_syntax = attempts.in_syntax
    attempts.run(_syntax_candidates(scene) if in_syntax else _check_candidates(scene))
    if attempts.tried:
        best = min(attempts.tried, key=lambda one: (one.errors, one.cost))
        if in_syntax or best.errors < len(bench.errors):
            return _repair(attempts, best)
    if deeper and in_syntax:
        return _two_steps(bench, target, attempts.further, share)
    return None


def _syntax_candidates(scene: Scene) -> Iterator[Candidate]:
    yield from layout_candidates(scene)
    yield from bracket_candidates(scene)
    yield from quote_candidates(scene)
    yield from comma_candidates(scene)
    yield from operator_candidates(scene)
    yield from foreign_candidates(scene)
    yield from keyword_candidates(scene)


def _check_candidates(scene: Scene) -> Iterator[Candidate]:
    code = scene.target.code
    yield from value_candidates(scene)
    if code in NAME_CODES:
        yield from name_candidates(scene)
    if code in ARGUMENT_CODES:
        yield from argument_candidates(scene)
    yield from layout_candidates(scene)
    yield from comma_candidates(scene)


class _Attempts:
    """Candidates of one finding, tried one after the other.

    ``tried`` are those that leave the fewest errors of syntax, with the errors that the check then finds; ``further``
    those that leave as many of syntax as there are, but further down.
    """

    def __init__(self, bench: Workbench, target: Diagnostic, share: int):
        self.bench = bench
        self.target = target
        in_syntax = target in bench.syntax
        self.in_syntax = in_syntax
        self.parsing = MOST_PARSED // share
        self.checks = int(MOST_CHECKED * min(1.0, _USUAL / (len(bench.source) + 1))) // share + 8
        self.tried: list[_Tried] = []
        self.further: list[tuple[Candidate, Trial]] = []
        self.most_syntax = len(bench.syntax) - in_syntax
        self.least = 1 << 30
        self.complete = True
        """Whether the limits left nothing out."""
        self.enough = float("inf")
        """Cost from which on nothing can be better or a rival."""

    def run(self, candidates: Iterable[Candidate]) -> None:
        """Try them, the cheapest first, until one is found that nothing dearer can beat, or the limits are reached."""
        seen: set[str] = set()
        for candidate in sorted(candidates, key=lambda one: one.cost):
            if candidate.cost > self.enough:
                return
            if self.parsing < 0 or self.checks <= 0:
                self.complete = False
                return
            hopeful, read = self.bench.hopeful(candidate.changes, self.in_syntax)
            self.parsing -= read
            if not hopeful:
                continue
            trial = self.bench.attempt(candidate.changes)
            if trial.text in seen:
                continue
            seen.add(trial.text)
            self.parsing -= trial.end - trial.begin
            if trial.syntax <= self.most_syntax and not self._stays(candidate, trial, trial.errors):
                self._check(candidate, trial)
            elif self.in_syntax and trial.syntax == len(self.bench.syntax) and self._goes_further(trial):
                self.further.append((candidate, trial))

    def _stays(self, candidate: Candidate, trial: Trial, errors: Iterable[Place]) -> bool:
        """Whether the finding, or another one instead of it, is still there once the change is made.

        What stands up to it must have fewer errors than before: a change that makes one broken statement of two leaves
        fewer errors in all, and mends none.
        """
        here = self.target.span.start
        place = moved(here, candidate.changes)
        if not self.in_syntax:
            return (self.target.code, place) in errors
        before = sum(trial.begin <= one.span.start <= here for one in self.bench.syntax)
        return sum(start <= place for _, start in errors) >= before

    def _goes_further(self, trial: Trial) -> bool:
        first = min((start for _, start in trial.errors), default=len(trial.text))
        return first > self.bench.syntax[0].span.start

    def _check(self, candidate: Candidate, trial: Trial) -> None:
        # A change that breaks a second statement may hide its errors, so what can be read counts too.
        unread = trial.syntax - (trial.read if self.in_syntax else 0)
        if unread > self.least:
            return
        if unread < self.least:
            self.least = unread
            self.tried.clear()
        self.checks -= 1
        found = self.bench.check(trial)
        errors = [(one.code, one.span.start) for one in found]
        if not self.in_syntax and self._stays(candidate, trial, errors):
            return
        self.tried.append(_Tried(candidate, trial, len(errors), _clean(candidate, trial, found)))
        end = trial.end + len(trial.text) - len(self.bench.source)
        clean = not trial.errors and not any(trial.begin <= start < end for _, start in errors)
        if clean or (not self.in_syntax and len(errors) < len(self.bench.errors)):
            self.enough = min(self.enough, candidate.cost + candidate.margin)


def _clean(candidate: Candidate, trial: Trial, found: list[Diagnostic]) -> bool:
    """Whether no error stands on the lines that the candidate changes, but those with a safe fix of their own."""
    errors = [one.span.start for one in found if one.fix is None or not one.fix.safe]
    for start, end, text in candidate.changes:
        place = moved(start, [one for one in candidate.changes if one[1] <= start and one != (start, end, text)])
        first = trial.text.rfind("\n", 0, place) + 1
        last = trial.text.find("\n", place + len(text))
        if any(first <= error and (error < last or last < 0) for error in errors):
            return False
    return True


def _repair(attempts: _Attempts, best: _Tried) -> Repair:
    bench, target = attempts.bench, attempts.target
    meant = bench.tree_of(best.trial)
    rivals = (
        one
        for one in attempts.tried
        if one is not best and one.errors == best.errors and one.cost <= best.cost + best.candidate.margin
    )
    alone = all(same_meaning(bench.tree_of(one.trial), meant) for one in rivals)
    safe = (
        best.candidate.certain
        and alone
        and attempts.complete
        and (best.clean or best.candidate.plain or target not in bench.syntax)
    )
    return Repair(target, best.candidate.title, best.candidate.changes, best.trial.text, safe, best.cost)


def _two_steps(
    bench: Workbench, target: Diagnostic, further: list[tuple[Candidate, Trial]], share: int
) -> Repair | None:
    """Two slips in one statement: a repair that brings the reader further, and one for what it meets next."""
    for candidate, trial in further[:_MOVED_MOST]:
        following = Workbench(trial.text)
        if len(following.syntax) != len(bench.syntax):
            continue
        found = find_repair(following, following.syntax[0], share * 3, deeper=False)
        if found is not None:
            title = f"{candidate.title}; {found.title}"
            return Repair(
                target, title, ((0, len(bench.source), found.text),), found.text, False, candidate.cost + found.cost
            )
    return None
