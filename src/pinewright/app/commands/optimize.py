"""`pinewright optimize`: somebody's script, its inputs searched, given back with better defaults or as it was."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import (
    BarsOption,
    BudgetOption,
    CleanOption,
    DaysOption,
    FillOption,
    FromOption,
    OutOption,
    ProgressOption,
    SeedOption,
    SideOption,
    SymbolOption,
    TermsOption,
    ThreadsOption,
    TimeframeOption,
    TimezoneOption,
    ToOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import optimize as words


def optimize(
    script: Annotated[Path, typer.Argument(help=words.SCRIPT_HELP, metavar="SCRIPT")],
    bars: BarsOption,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    days: DaysOption = None,
    start: FromOption = None,
    end: ToOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    vary: Annotated[list[str] | None, typer.Option("--vary", help=words.VARY_HELP, metavar="NAME[=VALUES]")] = None,
    fix: Annotated[list[str] | None, typer.Option("--fix", help=words.FIX_HELP, metavar="NAME[=VALUE]")] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help=words.WHERE_HELP, metavar="CONDITION")] = None,
    space: Annotated[Path | None, typer.Option("--space", help=words.SPACE_HELP, metavar="FILE")] = None,
    space_out: Annotated[Path | None, typer.Option("--space-out", help=words.SPACE_OUT_HELP, metavar="FILE")] = None,
    objective: Annotated[
        list[str] | None, typer.Option("--objective", help=words.OBJECTIVE_HELP, metavar="METRIC")
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option("--require", help=words.REQUIRE_HELP, metavar="CONDITION")
    ] = None,
    trials: Annotated[int | None, typer.Option("--trials", help=words.TRIALS_HELP, min=1)] = None,
    method: Annotated[str, typer.Option("--method", help=words.METHOD_HELP)] = "auto",
    halving: Annotated[bool, typer.Option("--halving", help=words.HALVING_HELP)] = False,
    engine: Annotated[str, typer.Option("--engine", help=words.ENGINE_HELP, metavar="threads|ray")] = "threads",
    long: Annotated[str | None, typer.Option("--long", help=words.LONG_HELP, metavar="CONDITION")] = None,
    short: Annotated[str | None, typer.Option("--short", help=words.SHORT_HELP, metavar="CONDITION")] = None,
    close: Annotated[str | None, typer.Option("--exit", help=words.EXIT_HELP, metavar="CONDITION")] = None,
    budget: BudgetOption = None,
    seed: SeedOption = None,
    costs: TermsOption = None,
    threads: ThreadsOption = None,
    clean: CleanOption = None,
    fill: FillOption = None,
    progress: ProgressOption = "auto",
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Search the inputs of your own script for better defaults.

    The script comes back byte for byte, but for the defaults of its inputs, the costs inside strategy() and lines of
    comment at its head, or not at all when nothing is better: that is decided on bars of a selection part, and judged
    on a locked last fifth. The verdict is one word of four, with its reasons.
    """
    from pinewright.app.given.loading import BarOptions
    from pinewright.app.search.bringing import Brought, bring, write_space_file
    from pinewright.app.search.running import RunRequest, run_script

    manager = session.load_settings(budget=budget, seed=seed, threads=threads, out=out)
    options = BarOptions(bars, None, symbol, timeframe, timezone, side, start, end, days, clean=clean or (), fill=fill)
    brought = Brought(
        script=script,
        vary=tuple(vary or ()),
        fix=tuple(fix or ()),
        where=tuple(where or ()),
        space=space,
        objectives=tuple(objective or ()),
        requirements=tuple(require or ()),
        trials=trials,
        method=method,
        halving=halving,
        engine=engine,
        long=long,
        short=short,
        exit=close,
        costs=tuple(costs or ()),
        command="pinewright " + shlex.join(sys.argv[1:]),
    )
    if space_out is not None:
        write_space_file(brought, space_out)
        return 0
    experiment = bring(brought, options, manager)
    request = RunRequest(
        experiment.loaded, manager, None, brought.command, quiet=json, progress=progress, options=options
    )
    finished = run_script(request, experiment)
    if json and finished.document is not None:
        output.emit_json(finished.document)
    return finished.exit_code
