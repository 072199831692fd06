"""`pinewright run`: from bars to five checked strategies."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import (
    BudgetOption,
    CleanOption,
    CostsOption,
    DaysOption,
    FillOption,
    FromOption,
    MaybeBarsOption,
    OutOption,
    ProgressOption,
    RolloverOption,
    SeedOption,
    SideOption,
    SourceOption,
    SymbolOption,
    ThreadsOption,
    TimeframeOption,
    TimezoneOption,
    ToOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import optimize as words


def run(
    bars: MaybeBarsOption = None,
    source: SourceOption = None,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    days: DaysOption = None,
    start: FromOption = None,
    end: ToOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    family: Annotated[list[str] | None, typer.Option("--family", help=words.FAMILY_HELP, metavar="NAME")] = None,
    script: Annotated[list[Path] | None, typer.Option("--script", help=words.SCRIPT_TOO_HELP, metavar="FILE")] = None,
    budget: BudgetOption = None,
    seed: SeedOption = None,
    costs: CostsOption = None,
    rollover: RolloverOption = None,
    threads: ThreadsOption = None,
    clean: CleanOption = None,
    fill: FillOption = None,
    progress: ProgressOption = "auto",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Search strategy families and write the five best scripts.

    Without --bars it runs on simulated prices, to show the way. The last fifth of the time is locked: it is opened
    once, for the five that are delivered. Ctrl-C keeps what is there; the same command goes on.
    """
    from pinewright.app.given.costs import parse_costs
    from pinewright.app.given.loading import BarOptions, load_for_search
    from pinewright.app.search.running import RunRequest, chosen_families, run_families

    given = parse_costs(costs)
    manager = session.load_settings(
        symbol=symbol,
        timeframe=timeframe,
        days=days,
        budget=budget,
        seed=seed,
        rollover=rollover,
        threads=threads,
        out=out,
    )
    loaded, opposite = load_for_search(manager, bars, source, start, end, timezone, side, clean or (), fill)
    command = "pinewright " + shlex.join(sys.argv[1:])
    request = RunRequest(loaded, manager, given, command, quiet=json, progress=progress, opposite=opposite)
    options = BarOptions(bars, None, symbol, None, timezone, side, start, end, days, clean=clean or (), fill=fill)
    request = replace(request, options=options, families=chosen_families(family), scripts=tuple(script or ()))
    finished = run_families(request)
    if json and finished.document is not None:
        output.emit_json(finished.document)
    return finished.exit_code
