"""The repair of a missing ``//@version``."""

from __future__ import annotations

from pinewright.pine.builtins import VERSIONS
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.fixer.search import Repair
from pinewright.pine.fixer.workbench import Workbench
from pinewright.pine.syntax import NOWHERE


def version_repair(bench: Workbench) -> Repair | None:
    """The version comment for a script without one: of the version that leaves fewer errors, of two alike the newer.

    Safe when one version takes the script without errors and the other does not: a script that has errors in both may
    be one of v1, which declares no version.
    """
    if bench.tree.version is not None or not bench.tree.statements:
        return None
    made = [Workbench(_with_version(bench.source, version)) for version in sorted(VERSIONS, reverse=True)]
    best = min(made, key=lambda one: one.score)
    safe = [one.score for one in made].count((0, 0)) == 1
    target = next(
        (one for one in bench.diagnostics if one.code == "PW402"),
        Diagnostic("PW402", "The script has no //@version", NOWHERE, severity=Severity.WARNING),
    )
    title = f"declare //@version={best.tree.version}"
    return Repair(target, title, ((0, len(bench.source), best.source),), best.source, safe, 0.5)


def _with_version(source: str, version: int) -> str:
    """The script with the comment on its first line, behind a byte order mark."""
    mark = "\ufeff" if source.startswith("\ufeff") else ""
    newline = source.find("\n")
    line_end = "\r\n" if newline > 0 and source[newline - 1] == "\r" else "\n"
    return f"{mark}//@version={version}{line_end}{source[len(mark) :]}"
