"""`pinewright optimize`: somebody's script, its inputs searched, given back with better defaults or as it was."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer

from pinewright.app import output, session, texts
from pinewright.app.options import (
    BarsOption,
    BudgetOption,
    CleanOption,
    CostsOption,
    DaysOption,
    FillOption,
    FromOption,
    OutOption,
    ScriptArgument,
    SeedOption,
    SideOption,
    SymbolOption,
    ThreadsOption,
    TimeframeOption,
    TimezoneOption,
    ToOption,
)
from pinewright.app.output import JsonOption


def optimize(
    script: ScriptArgument,
    bars: BarsOption,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    days: DaysOption = None,
    start: FromOption = None,
    end: ToOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    vary: Annotated[list[str] | None, typer.Option("--vary", help=texts.VARY_HELP, metavar="NAME")] = None,
    fix: Annotated[list[str] | None, typer.Option("--fix", help=texts.FIX_HELP, metavar="NAME")] = None,
    budget: BudgetOption = None,
    seed: SeedOption = None,
    costs: CostsOption = None,
    threads: ThreadsOption = None,
    clean: CleanOption = None,
    fill: FillOption = None,
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Search the inputs of your own strategy for better defaults.

    The script comes back byte for byte, but for the defaults of its inputs, or not at all when nothing is better:
    that is decided on bars that the search has not seen, and judged on a locked last fifth.
    """
    from pinewright.app.costs import parse_costs, script_costs, warn_of_currency
    from pinewright.app.loading import BarOptions
    from pinewright.app.optimizing import ScriptExperiment
    from pinewright.app.running import RunRequest, run_script
    from pinewright.app.scripts import compiled, read_script
    from pinewright.machine.resources import budget_for, detect

    given = parse_costs(costs)
    manager = session.load_settings(budget=budget, seed=seed, threads=threads, out=out)
    settings = manager.settings
    program = compiled(script)
    loaded = BarOptions(
        bars, None, symbol, timeframe, timezone, side, start, end, days, clean=clean or (), fill=fill
    ).load()
    warn_of_currency(program.settings, loaded.bars.symbol)
    machine = detect(settings.cache_dir)
    experiment = ScriptExperiment(
        path=script,
        source=read_script(script),
        program=program,
        loaded=loaded,
        costs=script_costs(loaded.bars.symbol, program.settings, given, loaded.median_spread, own=False),
        budget=settings.budget,
        seed=settings.seed,
        machine=budget_for(machine, settings.threads),
        vary=vary,
        fixed=fix or (),
        cache_dir=settings.cache_dir,
        timezone=timezone,
    )
    request = RunRequest(loaded, manager, given, "pinewright " + shlex.join(sys.argv[1:]), quiet=json)
    finished = run_script(request, experiment, machine)
    if json and finished.document is not None:
        output.emit_json(finished.document)
    return finished.exit_code
