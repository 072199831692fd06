"""`pinewright run`: from bars to five checked strategies."""

from __future__ import annotations

import shlex
import sys

from pinewright.app import output, session
from pinewright.app.options import (
    BudgetOption,
    CleanOption,
    CostsOption,
    DaysOption,
    FillOption,
    FromOption,
    MaybeBarsOption,
    OutOption,
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
from pinewright.app.output import JsonOption


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
    budget: BudgetOption = None,
    seed: SeedOption = None,
    costs: CostsOption = None,
    rollover: RolloverOption = None,
    threads: ThreadsOption = None,
    clean: CleanOption = None,
    fill: FillOption = None,
    out: OutOption = None,
    json: JsonOption = False,
) -> int:
    """Search strategy families and write the five best scripts.

    Without --bars it runs on simulated prices, to show the way. The last fifth of the time is locked: it is opened
    once, for the five that are delivered. Ctrl-C keeps what is there; the same command goes on.
    """
    from pinewright.app.costs import parse_costs
    from pinewright.app.loading import load_for_search
    from pinewright.app.running import RunRequest, run_families

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
    loaded = load_for_search(manager, bars, source, start, end, timezone, side, clean or (), fill)
    request = RunRequest(loaded, manager, given, "pinewright " + shlex.join(sys.argv[1:]), quiet=json)
    finished = run_families(request)
    if json and finished.document is not None:
        output.emit_json(finished.document)
    return finished.exit_code
