"""`pinewright streamline`: scripts that do less work and trade the same, with every rewrite told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinewright.app.terminal import output
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts

if TYPE_CHECKING:
    from pinewright.pine.optimizer import Optimized


def streamline(
    scripts: Annotated[list[Path], typer.Argument(help=texts.STREAMLINE_SCRIPTS_HELP, metavar="SCRIPT...")],
    target: Annotated[
        Path | None, typer.Option("--output", help=texts.STREAMLINE_OUTPUT_HELP, metavar="FILE", show_default=False)
    ] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help=texts.STREAMLINE_IN_PLACE_HELP)] = False,
    diff: Annotated[bool, typer.Option("--diff", help=texts.STREAMLINE_DIFF_HELP)] = False,
    check: Annotated[bool, typer.Option("--check", help=texts.STREAMLINE_CHECK_HELP)] = False,
    json: JsonOption = False,
) -> int:
    """Rewrite Pine scripts to do less work and trade the same.

    The new script goes to standard output, what was rewritten to standard error. Exit code 0 when all is done, 1 when
    --check finds a script that would change, 2 when a script has errors or cannot be read or written.
    """
    from pinewright.app.given.scripts import difference, one_place, read_script, write_script
    from pinewright.pine.optimizer import PerformanceOptimizer

    writes = not diff and not check
    hint = texts.STREAMLINE_SEVERAL_HINT
    one_place(len(scripts), target, in_place=in_place, several=not writes or json, hint=hint)
    sources = [(path, read_script(path)) for path in scripts]
    optimizer = PerformanceOptimizer()
    done = [(path, source, optimizer.optimize(source, str(path))) for path, source in sources]
    rows = []
    for path, source, found in done:
        changed = found.source != source
        place = path if in_place and changed else target
        if place is not None and writes:
            write_script(place, found.source)
        after = texts.STREAMLINE_AFTER.format(name=path)
        shown = difference(source, found.source, str(path), after) if diff and changed else None
        rows.append(_row(path, found, shown, changed=changed, written=place is not None and writes))
        if not json:
            if shown or (writes and target is None and not in_place):
                output.emit((shown or found.source).rstrip("\r\n"))
            _tell(path, found)
    if json:
        output.emit_json(rows)
    return int(check and any(row["changed"] for row in rows))


def _row(path: Path, found: Optimized, difference: str | None, *, changed: bool, written: bool) -> dict[str, object]:
    return {
        "file": str(path),
        "changed": changed,
        "written": written,
        "source": found.source,
        "diff": difference,
        "rewrites": [one.as_dict() for one in found.rewrites],
        "hints": [one.as_dict() for one in found.hints],
    }


def _tell(path: Path, found: Optimized) -> None:
    """Rewrites, and what is left to a person, for the one at the terminal."""
    for one in found.rewrites:
        output.message(texts.STREAMLINE_REWRITE.format(place=f"{path}:{one.line}", code=one.code, message=one.message))
    for hint in found.hints:
        output.message(
            texts.STREAMLINE_HINT.format(code=hint.code, message=hint.message, add=hint.add, below=hint.below)
        )
    output.message(
        texts.STREAMLINED.format(
            path=path,
            rewrites=texts.plural(texts.REWRITES, len(found.rewrites)),
            hints=texts.plural(texts.HINTS, len(found.hints)),
        )
    )
