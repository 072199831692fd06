"""`PineScriptValidator`: names, arguments and types of a parsed script; all findings, not the first.

Each finding is told once: an expression with a finding gets the type UNKNOWN, which fits everywhere. User functions are
checked at each call with the types of that call, as Pine does. The check is one object in four layers, a file each:
``scopes``, ``expressions``, ``calls``, ``script``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinewright.pine import syntax as s
from pinewright.pine.checker.script import ScriptCheck
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.parser import parse


@dataclass(frozen=True)
class CheckedScript:
    """A script and what was found in it; ``ok`` when no finding is an error."""

    source: str
    tree: s.Script
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        return not any(finding.severity is Severity.ERROR for finding in self.diagnostics)

    @property
    def version(self) -> int:
        return self.tree.version or 6


def check(source: str) -> CheckedScript:
    """Parse and check a script of Pine v5 or v6. Never raises: what is wrong is in ``diagnostics``, in source order."""
    tree, found = parse(source)
    checker = ScriptCheck(tree, source)
    if not any(finding.severity is Severity.ERROR for finding in found):
        checker.run()
    ordered = sorted({*found, *checker.found}, key=lambda finding: (finding.span.start, finding.code))
    return CheckedScript(source, tree, tuple(ordered))


class PineScriptValidator:
    """The name under which the mission knows ``check``."""

    def validate(self, source: str) -> CheckedScript:
        """See ``check``."""
        return check(source)


__all__ = ["CheckedScript", "PineScriptValidator", "check"]
