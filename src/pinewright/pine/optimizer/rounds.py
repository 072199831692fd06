"""Rewriting in rounds: one rule proposes, its edits are made, the text is checked again; until no rule finds more.

A proposal after which the script has an error is left out for good. Each round reads a text of its own; ``Trace`` leads
from there back to the lines of the script as it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.draft import Draft, Trace
from pinewright.pine.optimizer.dead_code import dead_code
from pinewright.pine.optimizer.facts import Facts
from pinewright.pine.optimizer.loop_invariants import loop_invariants
from pinewright.pine.optimizer.merged_requests import merged_requests
from pinewright.pine.optimizer.proposal import Proposal
from pinewright.pine.optimizer.shared_calls import shared_calls

RULES: Final[tuple[Callable[[Facts], Iterator[Proposal]], ...]] = (
    dead_code,
    shared_calls,
    merged_requests,
    loop_invariants,
)
"""What is taken away first is not shared in vain."""
_MOST_ROUNDS: Final = 200


@dataclass(frozen=True)
class Rewrite:
    """One thing that was done: its code (``pinewright rule CODE``), what, and in which line of the script as given."""

    code: str
    message: str
    line: int

    def as_dict(self) -> dict[str, str | int]:
        """The object that ``--json`` lists."""
        return {"code": self.code, "message": self.message, "line": self.line}


class Rounds:
    """A script on its way; ``run`` goes to the end."""

    def __init__(self, checked: CheckedScript):
        self.facts = Facts(checked)
        self.rewrites: list[Rewrite] = []
        self._trace = Trace(checked.source)
        self._refused: set[tuple[str, str]] = set()

    def run(self) -> None:
        """All rules in turn until none proposes anything."""
        for _ in range(_MOST_ROUNDS):
            if not sum(self._to_its_end(rule) for rule in RULES):
                return

    def _to_its_end(self, rule: Callable[[Facts], Iterator[Proposal]]) -> bool:
        """One rule until it finds no more; whether it changed something."""
        count = len(self.rewrites)
        while self._round(rule):
            pass
        return len(self.rewrites) > count

    def _round(self, rule: Callable[[Facts], Iterator[Proposal]]) -> bool:
        """One rule on the text as it is now; whether it changed something."""
        found = [one for one in rule(self.facts) if (one.code, one.message) not in self._refused]
        if self._accept(found):
            return True
        # One of them spoils the script: each for itself, so that the others stand.
        return len(found) > 1 and any(self._accept([proposal]) for proposal in found)

    def _accept(self, proposals: list[Proposal]) -> bool:
        """Make all of these edits, but those that collide; False, and nothing is changed, where the check objects."""
        draft = Draft(self.facts.source)
        taken = [one for one in proposals if draft.change(one.code, one.message, one.span, one.edits)]
        if not taken:
            return False
        edits = draft.edits()
        checked = check(draft.apply(), warn=False)
        if not checked.ok:
            if len(taken) == 1:
                self._refused.add((taken[0].code, taken[0].message))
            return False
        self.rewrites += [Rewrite(one.code, one.message, self._trace.back(one.span).line) for one in taken]
        self._trace = self._trace.then(edits)
        self.facts = Facts(checked)
        return True
