"""`pinewright fmt`: scripts in the house format, TradingView's style guide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts


def fmt(
    scripts: Annotated[list[Path], typer.Argument(help=texts.FMT_SCRIPTS_HELP, metavar="SCRIPT...")],
    check: Annotated[bool, typer.Option("--check", help=texts.FMT_CHECK_HELP)] = False,
    diff: Annotated[bool, typer.Option("--diff", help=texts.FMT_DIFF_HELP)] = False,
    json: JsonOption = False,
) -> int:
    """Format Pine scripts in place; every comment is kept.

    The format is TradingView's style guide. Nothing is written when one of the scripts has a syntax error. Exit code 0
    when all is done, 1 when `--check` finds a script that would change, 2 when a script cannot be read, formatted or
    written.
    """
    from pinewright.app.given.scripts import difference, read_scripts, replace_script

    sources = read_scripts(scripts)
    formatted = _formatted(sources)
    changed = [text != source for (_, source), text in zip(sources, formatted, strict=True)]
    writes = not check and not diff
    rows = []
    for (path, source), text, changes in zip(sources, formatted, changed, strict=True):
        after = texts.FMT_AFTER.format(name=path)
        shown = ""
        if diff and changes:
            shown = difference(source, text, str(path), after) or texts.FMT_ONLY_ENDS.format(name=path)
        rows.append({"file": str(path), "changed": changes, "written": changes and writes, "diff": shown or None})
        if changes and writes:
            replace_script(path, text)
        if not json and changes:
            output.emit(shown.rstrip("\n") if diff else str(path))
    if json:
        output.emit_json(rows)
    else:
        done = texts.FORMATTED if writes else texts.WOULD_FORMAT
        output.message(done.format(changed=sum(changed), same=len(changed) - sum(changed)))
    return int(check and any(changed))


def _formatted(sources: list[tuple[Path, str]]) -> list[str]:
    """The formatted text of each script; PineError that tells of all scripts which cannot be formatted."""
    from pinewright.errors import PineError
    from pinewright.pine.formatter import format_source

    formatted, errors = [], []
    for path, source in sources:
        try:
            formatted.append(format_source(source, str(path)))
        except PineError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        told = "\n".join(f"{error.where}: {error.what}" for error in errors)
        raise PineError(texts.FMT_ERRORS.format(count=len(errors)) + "\n" + told)
    return formatted
