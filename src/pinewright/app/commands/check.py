"""`pinewright check`: all findings in scripts, before TradingView would tell the first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app import output, texts
from pinewright.app.output import JsonOption


def check(
    scripts: Annotated[list[Path], typer.Argument(help=texts.CHECK_SCRIPTS_HELP, metavar="SCRIPT...")],
    json: JsonOption = False,
) -> int:
    """Check Pine scripts and show every finding with its line.

    Exit code 0 when no finding is an error, 1 when one is, 2 when a file cannot be read.
    """
    from pinewright.app.scripts import read_script
    from pinewright.pine.checker import check as check_source
    from pinewright.pine.compiler import uncompiled
    from pinewright.pine.diagnostics import Severity, frame

    sources = [(path, read_script(path)) for path in scripts]
    found = []
    for path, source in sources:
        checked = check_source(source)
        diagnostics = list(checked.diagnostics)
        if checked.ok:
            # What the checker lets through the compiler may still not read: better told here than at the backtest.
            diagnostics += uncompiled(checked)
        found += [(path, source, finding) for finding in diagnostics]
    errors = sum(finding.severity is Severity.ERROR for _, _, finding in found)
    if json:
        output.emit_json([finding.as_dict(str(path)) for path, _, finding in found])
    else:
        for path, source, finding in found:
            output.emit(frame(finding, source, str(path)) + "\n")
        output.message(texts.CHECKED.format(files=len(sources), errors=errors, warnings=len(found) - errors))
    return min(1, errors)
