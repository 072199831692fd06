"""`PerformanceOptimizer`: a checked script rewritten so that it does less work and trades the same.

Equal calls are shared (PW601), requests merged (PW602), invariants moved out of loops (PW603), dead code taken away
(PW604); the size of a history is a hint (PW605). The rewrites are edits of the text: what they do not touch keeps its
layout and its comments.

    optimize_source(source).source
"""

from __future__ import annotations

from dataclasses import dataclass

from pinewright.errors import PineError
from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Severity, frame
from pinewright.pine.optimizer.history_size import Hint, history_hints
from pinewright.pine.optimizer.rounds import Rewrite, Rounds


@dataclass(frozen=True)
class Optimized:
    """A script after all rewrites; those in the order of their lines in the script as it was given.

    ``source`` passes the check, and optimizing it again changes nothing. ``hints`` are left to a person; their lines
    are those of ``source``.
    """

    source: str
    rewrites: tuple[Rewrite, ...]
    hints: tuple[Hint, ...] = ()


def optimize_source(source: str, name: str = "script") -> Optimized:
    """Rewrite a script of Pine v5 or v6.

    Raises PineError with the frames of all findings, under the file's ``name``, where the script has errors.
    """
    checked = check(source, warn=False)
    errors = [finding for finding in checked.diagnostics if finding.severity is Severity.ERROR]
    if errors:
        frames = "\n".join(frame(finding, source, name) for finding in errors)
        count = f"{len(errors)} error{'s' * (len(errors) > 1)}"
        old = any(finding.code == "PW402" for finding in errors)
        hint = "convert it first" if old else "mend them first; `pinewright check --fix` does what it can"
        raise PineError(f"{count} in the script\n{frames}", where=name, hint=hint)
    rounds = Rounds(checked)
    rounds.run()
    rewrites = sorted(rounds.rewrites, key=lambda one: one.line)
    return Optimized(rounds.facts.source, tuple(rewrites), history_hints(rounds.facts))


class PerformanceOptimizer:
    """The name under which the mission knows ``optimize_source``."""

    def optimize(self, source: str, name: str = "script") -> Optimized:
        """See ``optimize_source``."""
        return optimize_source(source, name)


__all__ = ["Hint", "Optimized", "PerformanceOptimizer", "Rewrite", "optimize_source"]
