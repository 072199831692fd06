"""`pinewright convert`: scripts of another version of Pine, with every change told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinewright.app.terminal import output
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts

if TYPE_CHECKING:
    from pinewright.pine.diagnostics import Diagnostic
    from pinewright.pine.migrate import Migration


def convert(
    scripts: Annotated[list[Path], typer.Argument(help=texts.CONVERT_SCRIPTS_HELP, metavar="SCRIPT...")],
    to: Annotated[int, typer.Option("--to", help=texts.CONVERT_TO_HELP, metavar="6|5")] = 6,
    target: Annotated[
        Path | None, typer.Option("--output", help=texts.CONVERT_OUTPUT_HELP, metavar="FILE", show_default=False)
    ] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help=texts.CONVERT_IN_PLACE_HELP)] = False,
    diff: Annotated[bool, typer.Option("--diff", help=texts.CONVERT_DIFF_HELP)] = False,
    json: JsonOption = False,
) -> int:
    """Convert Pine scripts of v1 to v5 to v6, or of v6 to v5.

    The result means the same. It goes to standard output; what was changed and what was not carried over is told on
    standard error. Exit code 0 when the result has no errors, 1 when it has, 2 when a script cannot be read or written.
    """
    from pinewright.app.given.scripts import difference, one_place, read_script, write_script
    from pinewright.pine.checker import check
    from pinewright.pine.diagnostics import Severity

    one_place(len(scripts), target, in_place=in_place, several=diff or json, hint=texts.CONVERT_SEVERAL_HINT)
    sources = [(path, read_script(path)) for path in scripts]
    done = [(path, source, _migrated(path, source, to)) for path, source in sources]
    rows, failed = [], 0
    for path, source, found in done:
        errors = [item for item in check(found.source, warn=False).diagnostics if item.severity is Severity.ERROR]
        failed += bool(errors)
        place = path if in_place else target
        if place is not None and not diff:
            write_script(place, found.source)
        after = texts.CONVERT_RESULT.format(path=path, version=found.to_version)
        shown = difference(source, found.source, str(path), after) if diff else None
        rows.append(_row(path, found, errors, shown))
        if not json:
            if shown or (place is None and not diff):
                output.emit((shown or found.source).rstrip("\r\n"))
            _tell(path, found, errors)
    if json:
        output.emit_json(rows)
    return min(1, failed)


def _migrated(path: Path, source: str, to: int) -> Migration:
    """The script in the version asked for; an error names the file."""
    from pinewright.errors import UsageError
    from pinewright.pine.migrate import migrate

    try:
        return migrate(source, to)
    except UsageError as error:
        raise UsageError(error.what, where=str(path), hint=error.hint) from error


def _row(path: Path, found: Migration, errors: list[Diagnostic], difference: str | None) -> dict[str, object]:
    return {
        "file": str(path),
        "from": found.from_version,
        "to": found.to_version,
        "source": found.source,
        "diff": difference,
        "changes": [item.as_dict() for item in found.changes],
        "not_carried": [item.as_dict(str(path)) for item in found.not_carried],
        "errors": [item.as_dict(str(path)) for item in errors],
    }


def _tell(path: Path, found: Migration, errors: list[Diagnostic]) -> None:
    """Changes, what was left, and what is wrong with the result, for the person at the terminal."""
    from pinewright.pine.diagnostics import frame

    for change in found.changes:
        place = f"{path}:{change.span.line}"
        output.message(texts.CONVERT_CHANGE.format(place=place, code=change.code, message=change.message))
    for item in found.not_carried:
        place = f"{path}:{item.span.line}"
        output.message(texts.CONVERT_LEFT.format(place=place, code=item.code, message=item.message, hint=item.hint))
    for item in errors:
        output.message(frame(item, found.source, texts.CONVERT_RESULT.format(path=path, version=found.to_version)))
    output.message(
        texts.CONVERTED.format(
            path=path,
            old=found.from_version,
            new=found.to_version,
            changes=texts.plural(texts.CHANGES, len(found.changes)),
            left=len(found.not_carried),
            errors=texts.plural(texts.ERRORS, len(errors)),
        )
    )
