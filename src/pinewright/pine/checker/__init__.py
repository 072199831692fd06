"""`PineScriptValidator`: names, arguments and types of a parsed script; all findings, not the first.

Each finding is told once: an expression with a finding gets the type UNKNOWN, which fits everywhere. User functions are
checked at each call with the types of that call, as Pine does. The check is one object in layers, a file each:
``scopes``, ``operators``, ``expressions``, ``calls`` (with ``overloads`` and ``problems``), ``declared``,
``structures``, ``statements``, ``script``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.checker.script import ScriptCheck
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.parser import parse
from pinewright.pine.types import Type
from pinewright.pine.warnings import warnings


@dataclass(frozen=True)
class CheckedScript:
    """A script and what was found in it; ``ok`` when no finding is an error.

    ``types`` holds the type of each expression by its ``id`` (in a function: that of the call checked last), ``calls``
    the full name of the built-in function that a call means, methods included (``array.push``). Both are empty for a
    script with errors of syntax.
    """

    source: str
    tree: s.Script
    diagnostics: tuple[Diagnostic, ...]
    types: dict[int, Type] = field(default_factory=dict, compare=False, repr=False)
    calls: dict[int, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """Whether TradingView would take the script, as far as is known here."""
        return not any(finding.severity is Severity.ERROR for finding in self.diagnostics)

    @property
    def version(self) -> int:
        """The version that the script declares; 6 where it declares none."""
        return self.tree.version or 6


def check(source: str, *, warn: bool = True) -> CheckedScript:
    """Parse and check a script of Pine v5 or v6. Never raises: what is wrong is in ``diagnostics``, in source order.

    A script with errors of syntax is not checked further: half a tree makes errors that nobody wrote. Warnings come
    when there are no errors, and not at all without ``warn``.
    """
    tree, found = parse(source)
    checker = ScriptCheck(tree, source)
    if not any(finding.severity is Severity.ERROR for finding in found):
        checker.run()
        if warn and not any(finding.severity is Severity.ERROR for finding in checker.found):
            checker.found += warnings(checker.facts())
    ordered = sorted({*found, *checker.found}, key=lambda finding: (finding.span.start, finding.code))
    return CheckedScript(source, tree, tuple(ordered), checker.types, checker.calls)


class PineScriptValidator:
    """The name under which the mission knows ``check``."""

    def validate(self, source: str) -> CheckedScript:
        """See ``check``."""
        return check(source)


__all__ = ["CheckedScript", "PineScriptValidator", "check"]
