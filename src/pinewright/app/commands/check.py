"""`pinewright check`: all findings in scripts, before TradingView would tell the first; and mending them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinewright.app.terminal import output
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts

if TYPE_CHECKING:
    from pinewright.pine.diagnostics import Diagnostic
    from pinewright.pine.fixer import FixResult

Source = tuple[Path, str]
"""A script with its text."""


def check(
    scripts: Annotated[list[Path], typer.Argument(help=texts.CHECK_SCRIPTS_HELP, metavar="SCRIPT...")],
    fix: Annotated[bool, typer.Option("--fix", help=texts.CHECK_FIX_HELP)] = False,
    diff: Annotated[bool, typer.Option("--diff", help=texts.CHECK_DIFF_HELP)] = False,
    unsafe_fixes: Annotated[bool, typer.Option("--unsafe-fixes", help=texts.CHECK_UNSAFE_HELP)] = False,
    select: Annotated[
        list[str] | None, typer.Option("--select", help=texts.CHECK_SELECT_HELP, metavar="CODE", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> int:
    """Check Pine scripts, show every finding, and mend with --fix.

    A script without errors is never changed, unless by --select. Exit code 0 when no error is left in the files, 1 when
    one is, 2 when a file cannot be read or written.
    """
    from pinewright.app.given.scripts import read_scripts
    from pinewright.errors import UsageError, unknown_name_hint
    from pinewright.pine.fixer import SELECTABLE, AutomaticErrorFixer

    if (unsafe_fixes or select) and not (fix or diff):
        option = "--unsafe-fixes" if unsafe_fixes else "--select"
        raise UsageError(texts.CHECK_ALONE.format(option=option), hint=texts.CHECK_ALONE_HINT)
    wrong = sorted(set(select or ()) - set(SELECTABLE))
    if wrong:
        what = texts.CHECK_NOT_SELECTABLE.format(code=wrong[0])
        raise UsageError(what, hint=unknown_name_hint(wrong[0], SELECTABLE))
    sources = read_scripts(scripts)
    if fix or diff:
        fixer = AutomaticErrorFixer()
        done = [(path, source, fixer.fix(source, unsafe_fixes, select or ())) for path, source in sources]
        return _mend(done, write=not diff, json=json)
    return _show(sources, json=json)


def _show(sources: list[Source], *, json: bool) -> int:
    """All findings of the scripts, as frames or as JSON."""
    from pinewright.pine.diagnostics import Severity
    from pinewright.pine.fixer import with_fixes

    found = []
    for path, source in sources:
        found += [(path, source, finding) for finding in with_fixes(source, _findings(source))]
    counts = {severity: sum(one.severity is severity for _, _, one in found) for severity in Severity}
    errors = counts[Severity.ERROR]
    if json:
        output.emit_json([finding.as_dict(str(path)) for path, _, finding in found])
    else:
        for path, source, finding in found:
            _frame(path, source, finding)
        told = [texts.plural(texts.ERRORS, errors), texts.plural(texts.WARNINGS, counts[Severity.WARNING])]
        if counts[Severity.NOTE]:
            told.append(texts.plural(texts.NOTES, counts[Severity.NOTE]))
        output.message(texts.CHECKED.format(scripts=texts.plural(texts.SCRIPTS, len(sources)), found=", ".join(told)))
    return min(1, errors)


def _findings(source: str) -> list[Diagnostic]:
    """What the checker finds and, in a script without errors, what the compiler does not read."""
    from pinewright.pine.checker import check as check_source
    from pinewright.pine.compiler import uncompiled

    checked = check_source(source)
    return [*checked.diagnostics, *(uncompiled(checked) if checked.ok else ())]


def _errors(found: list[Diagnostic]) -> int:
    from pinewright.pine.diagnostics import Severity

    return sum(finding.severity is Severity.ERROR for finding in found)


def _frame(path: Path, source: str, finding: Diagnostic) -> None:
    from pinewright.pine.diagnostics import frame

    output.emit(frame(finding, source, str(path)) + "\n")


# Mending -------------------------------------------------------------------------------------------------------------


def _mend(done: list[tuple[Path, str, FixResult]], *, write: bool, json: bool) -> int:
    """Write mended scripts, or show what that would change; the exit code tells of the files as they are afterwards."""
    from pinewright.app.given.scripts import difference

    rows, errors = [], 0
    for path, source, result in done:
        changed = result.source != source
        if changed and write:
            _replace(path, source, result.source)
        left = _findings(result.source)
        errors += _errors(left if write else _findings(source))
        after = texts.CHECK_AFTER.format(name=path)
        shown = difference(source, result.source, str(path), after) if changed and not write else None
        rows.append(_row(path, result, left, shown, written=changed and write))
        if not json:
            _tell(path, result, left, shown, wrote=write)
    if json:
        output.emit_json(rows)
    return min(1, errors)


def _replace(path: Path, source: str, text: str) -> None:
    """Write a mended script, unless somebody else has written it since it was read."""
    from pinewright.app.given.scripts import read_script, replace_script
    from pinewright.errors import OutputError

    if read_script(path) != source:
        raise OutputError(texts.CHECK_CHANGED, where=str(path), hint=texts.CHECK_CHANGED_HINT)
    replace_script(path, text)


def _row(
    path: Path, result: FixResult, left: list[Diagnostic], shown: str | None, *, written: bool
) -> dict[str, object]:
    return {
        "file": str(path),
        "written": written,
        "diff": shown,
        "applied": list(result.applied),
        "offered": list(result.offered),
        "remaining": [finding.as_dict(str(path)) for finding in left],
    }


def _tell(path: Path, result: FixResult, left: list[Diagnostic], shown: str | None, *, wrote: bool) -> None:
    """What was mended and what is left, for the person at the terminal."""
    if shown:
        output.emit(shown)
    for one in result.applied:
        line = texts.CHECK_FIXED if wrote else texts.CHECK_WOULD_FIX
        output.message(line.format(file=path, line=one.line, code=one.code, title=one.title))
    for finding in left if wrote else ():
        _frame(path, result.source, finding)
    words = texts.CHECK_MENDED if wrote else texts.CHECK_WOULD_MEND
    fixed = texts.plural(texts.ERRORS, len(result.applied))
    more = texts.CHECK_MORE.format(count=len(result.offered)) if result.offered else ""
    output.message(words.format(fixed=fixed, file=path, left=_errors(left)) + more)
