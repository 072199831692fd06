"""The whole repair of a script: finding after finding, until nothing is wrong or nothing helps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from pinewright.pine.builtins import VERSIONS
from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Diagnostic, Fix, Severity
from pinewright.pine.edit import Edit
from pinewright.pine.fixer.arguments import nodes_around
from pinewright.pine.fixer.search import Repair, find_repair
from pinewright.pine.fixer.values import na_test
from pinewright.pine.fixer.version import version_repair
from pinewright.pine.fixer.workbench import Workbench, changed, line_of
from pinewright.pine.syntax import Span

NA_COMPARED = "PW308"
SELECTABLE = (NA_COMPARED,)
"""Warnings that are mended where they are asked for by name."""
MOST_ERRORS = 100
"""A script with more errors than these is left as it is: it is of another version, or no Pine."""


@dataclass(frozen=True)
class Mended:
    """A repair: the code of the finding, what was done, its line in the script as given, and whether it is safe."""

    code: str
    title: str
    line: int
    safe: bool


@dataclass(frozen=True)
class FixResult:
    """``source`` after the repairs of ``applied``; ``offered`` are those that need ``unsafe``.

    ``remaining`` are the findings of ``source``: warnings, and errors that nothing mends or that ``offered`` would.
    """

    source: str
    applied: tuple[Mended, ...]
    offered: tuple[Mended, ...]
    remaining: tuple[Diagnostic, ...]

    @property
    def errors(self) -> int:
        """How many errors are left."""
        return sum(one.severity is Severity.ERROR for one in self.remaining)


class AutomaticErrorFixer:
    """The name under which the mission knows ``fix``."""

    def fix(self, source: str, unsafe: bool = False, select: Collection[str] = ()) -> FixResult:
        """See ``fix``."""
        return fix(source, unsafe, select)


MOST_SEARCHED = 500_000
"""Characters of script times errors for which ``check`` looks for repairs."""
_LEAST_SEARCHED = 3


def fix(source: str, unsafe: bool = False, select: Collection[str] = ()) -> FixResult:
    """Mend the errors of a script; with ``unsafe`` also where several repairs would do.

    A script without errors is returned as it is, whatever its warnings, but for a missing version: without one
    TradingView reads the script as v1, in which what v5 and v6 write means nothing. ``select`` names warnings to be
    mended too (PW308: ``x == na``); they are also mended, with ``unsafe``, in a script that has errors. Fixing the
    result again changes nothing. Never raises.
    """
    run = _Run(source, unsafe, select)
    errors = len(run.bench.syntax or run.bench.errors)
    while run.once():
        pass
    if unsafe and len(run.bench.syntax or run.bench.errors) > errors:
        # What can be read now is worse than what could not: better the safe repairs alone.
        return fix(source, False, select)
    return run.result()


def with_fixes(source: str, findings: list[Diagnostic]) -> list[Diagnostic]:
    """The findings of a script with the repair of each error, where one is found, as their ``fix``.

    Each is told by itself, as if it were the only one to be mended. Scripts with many errors get less of a search, and
    of a long script only the first errors get one.
    """
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if not 0 < len(errors) <= MOST_ERRORS:
        return findings
    bench = Workbench(source)
    found: dict[Diagnostic, Fix | None] = {}
    most = max(_LEAST_SEARCHED, MOST_SEARCHED // max(1, len(source)))
    for target in errors[most:]:
        found[target] = None
    for target in errors[:most]:
        if target in bench.syntax or (target in bench.errors and not bench.syntax):
            repair = find_repair(bench, target, len(errors), deeper=False)
            # The check's own fix goes where the search has found that it mends nothing.
            found[target] = None
            if repair is not None:
                edits = tuple(Edit(_span(bench.source, start, end), text) for start, end, text in repair.changes)
                found[target] = Fix(repair.title, edits, repair.safe)
    return [replace(one, fix=found.get(one, one.fix)) for one in findings]


def _span(source: str, start: int, end: int) -> Span:
    places = []
    for offset in (start, end):
        line = line_of(source, offset)
        begin = max(source.rfind("\n", 0, offset), source.rfind("\r", 0, offset)) + 1
        places.append((line, offset - begin + 1))
    return Span(start, end, *places[0], *places[1])


class _Run:
    """Passes over a script; the last one changes nothing."""

    def __init__(self, source: str, unsafe: bool, select: Collection[str]):
        self.unsafe = unsafe
        self.bench = Workbench(source)
        self.compares = NA_COMPARED in select or (unsafe and self.bench.score > (0, 0))
        self.shifts: list[tuple[int, int]] = []
        """Lines below which lines were put in, and how many: findings are told by the lines of the given script."""
        self.applied: list[Mended] = []
        self.offered: list[Mended] = []

    def once(self) -> bool:
        """One pass over all findings; whether it changed anything."""
        self.offered = []
        before = self.bench.source
        if self.bench.tree.version not in (None, *VERSIONS):
            return False
        if not self._declare_version():
            return False
        hopeless: set[tuple[str, str]] = set()
        while True:
            errors = self.bench.syntax or self.bench.errors
            target = next((one for one in errors if self._key(one) not in hopeless), None)
            if target is None or len(errors) > MOST_ERRORS:
                break
            repair = find_repair(self.bench, target, max(1, min(8, len(errors) // 3)))
            if repair is None or not (repair.safe or self.unsafe):
                hopeless.add(self._key(target))
                if repair is not None:
                    self.offered.append(self._mended(repair))
                continue
            self._apply(repair)
        if self.compares:
            self._test_na()
        return self.bench.source != before

    def _declare_version(self) -> bool:
        """Put a missing version in; False where it is not known which, and so what would be an error."""
        repair = version_repair(self.bench)
        if repair is not None and (repair.safe or self.unsafe):
            self._apply(repair)
        elif repair is not None:
            self.offered.append(self._mended(repair))
            return False
        return True

    def _test_na(self) -> None:
        """``x == na`` to ``na(x)``."""
        for finding in reversed(check(self.bench.source).diagnostics):
            if finding.code != NA_COMPARED:
                continue
            nodes = nodes_around(self.bench.tree, finding.span.start, finding.span.end)
            change = next(filter(None, (na_test(self.bench.source, node) for node in nodes)), None)
            if change is not None:
                text = changed(self.bench.source, (change,))
                self._apply(Repair(finding, f"write `{change[2]}`", (change,), text, False, 1.0))

    def _apply(self, repair: Repair) -> None:
        self.applied.append(self._mended(repair))
        for start, end, text in repair.changes:
            added = text.count("\n") - self.bench.source.count("\n", start, end)
            if added:
                self.shifts.append((line_of(self.bench.source, start), added))
        self.bench = Workbench(repair.text)

    def _mended(self, repair: Repair) -> Mended:
        line = line_of(self.bench.source, repair.target.span.start)
        for after, added in reversed(self.shifts):
            line = max(after, line - added) if line > after else line
        return Mended(repair.target.code, repair.title, line, repair.safe)

    def _key(self, finding: Diagnostic) -> tuple[str, str]:
        source = self.bench.source
        begin = source.rfind("\n", 0, finding.span.start) + 1
        end = source.find("\n", finding.span.start)
        return finding.code, finding.message + source[begin : end if end >= 0 else len(source)]

    def result(self) -> FixResult:
        """What came of it."""
        return FixResult(
            self.bench.source, tuple(self.applied), tuple(self.offered), check(self.bench.source).diagnostics
        )
