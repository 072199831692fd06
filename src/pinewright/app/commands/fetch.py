"""`pinewright fetch`: market data into the store; the plan first, then progress, then one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import data as words

if TYPE_CHECKING:
    from pinewright.settings import Settings

INCOMPLETE = 1
"""Exit code where periods are still missing that the market was open in."""


def fetch(
    symbols: Annotated[list[str] | None, typer.Argument(help=words.FETCH_HELP, metavar="SYMBOL...")] = None,
    days: Annotated[float | None, typer.Option("--days", help=words.FETCH_DAYS_HELP)] = None,
    start: Annotated[str | None, typer.Option("--from", help=words.FETCH_FROM_HELP, metavar="DATE")] = None,
    end: Annotated[str | None, typer.Option("--to", help=words.FETCH_TO_HELP, metavar="DATE")] = None,
    ticks: Annotated[bool, typer.Option("--ticks", help=words.TICKS_HELP)] = False,
    timeframe: Annotated[str | None, typer.Option("--timeframe", help=words.CANDLES_HELP)] = None,
    source: Annotated[str, typer.Option("--source", help=words.FETCH_SOURCE_HELP, metavar="NAME|FILE")] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=words.DRY_RUN_HELP)] = False,
    json: JsonOption = False,
) -> int:
    """Fetch market data, bid and ask, and keep it for good.

    What is stored is never fetched again; what was missing or suspect is. Exit code 1 when something is missing.
    """
    from pinewright.app.given.fetching import UNREACHABLE, carry_out, histdata_folder, kind_asked
    from pinewright.data.dukascopy.connector import DukascopyConnector
    from pinewright.data.source import parse_moment
    from pinewright.errors import DataError, UsageError, unknown_name_hint

    settings = session.load_settings().settings
    if source == "histdata" or Path(source).exists():
        path = histdata_folder(settings) if source == "histdata" else Path(source)
        return _files(path, symbols or [], settings, json=json)
    if source not in ("auto", "dukascopy"):
        hint = unknown_name_hint(source, ["auto", "dukascopy", "histdata"]) + words.OR_A_FILE
        raise UsageError(words.UNKNOWN_SOURCE.format(name=source), where="--source", hint=hint)
    if not symbols:
        raise UsageError(words.NO_SYMBOL, where="pinewright fetch", hint=words.NO_SYMBOL_HINT)
    kind, note = kind_asked(ticks, timeframe)
    if note:
        output.message(note)
    bounds = [None if text is None else parse_moment(text) for text in (start, end)]
    connector = DukascopyConnector.from_settings(settings)
    plan = connector.plan(symbols, kind, bounds[0], bounds[1], days)
    if dry_run:
        if json:
            output.emit_json(plan.as_dict())
        else:
            output.emit(plan.text)
            for said in plan.notes:
                output.message(said)
        return 0
    try:
        report = carry_out(connector, plan, quiet=json)
    except DataError as error:
        if error.code != UNREACHABLE or source != "auto" or settings.histdata_dir is None or kind is not kind.MINUTE:
            raise
        output.message(words.NEXT_SOURCE.format(cause=error.what, path=settings.histdata_dir))
        return _files(settings.histdata_dir, symbols, settings, json=json)
    if json:
        output.emit_json(report.as_dict())
    else:
        for line in report.lines:
            output.emit(line)
    return 0 if report.complete else INCOMPLETE


def _files(path: Path, symbols: list[str], settings: Settings, *, json: bool) -> int:
    from pinewright.app.given.fetching import store_files

    stored = store_files(path, symbols, settings)
    if json:
        output.emit_json([{"file": one.name, "rows": one.rows, "fault": one.fault or None} for one in stored])
    for one in stored:
        if one.fault:
            output.message(one.fault)
        elif not json:
            output.emit(words.FILE_STORED.format(name=one.name, rows=f"{one.rows:,}"))
    return INCOMPLETE if any(one.fault for one in stored) else 0
