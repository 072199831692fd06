"""`pinewright mine`: shapes that recur in bars, and what followed them on bars that nobody looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import session
from pinewright.app.terminal.options import (
    BarsOption,
    SeedOption,
    SideOption,
    SymbolOption,
    ThreadsOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import mine as words


def mine(
    bars: BarsOption,
    symbol: SymbolOption = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help=words.TIMEZONE_HELP)] = None,
    side: SideOption = None,
    start: Annotated[str | None, typer.Option("--from", help=words.FROM_HELP, metavar="DATE")] = None,
    end: Annotated[str | None, typer.Option("--to", help=words.TO_HELP, metavar="DATE")] = None,
    lengths: Annotated[str, typer.Option("--lengths", help=words.LENGTHS_HELP, metavar="N,...")] = "16,24,32,48,64",
    timeframes: Annotated[
        str | None, typer.Option("--timeframes", help=words.TIMEFRAMES_HELP, metavar="5m,1h,...")
    ] = None,
    horizons: Annotated[str, typer.Option("--horizons", help=words.HORIZONS_HELP, metavar="N,...")] = "4,8,16,32",
    tolerance: Annotated[float, typer.Option("--tolerance", help=words.TOLERANCE_HELP)] = 0.5,
    most: Annotated[int, typer.Option("--most", help=words.MOST_HELP)] = 12,
    discovery: Annotated[float, typer.Option("--discovery", help=words.DISCOVERY_HELP)] = 0.6,
    pairs: Annotated[int, typer.Option("--pairs", help=words.PAIRS_HELP, metavar="MILLIONS")] = 5_000,
    costs: Annotated[str | None, typer.Option("--costs", help=words.COSTS_HELP, metavar="PIPS")] = None,
    keep_refused: Annotated[int, typer.Option("--keep-refused", help=words.KEEP_REFUSED_HELP, metavar="N")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help=words.OUT_HELP, metavar="DIR")] = None,
    seed: SeedOption = None,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Mine bars for recurring shapes and judge what followed them.

    Shapes, their directions and horizons come from the first part of the bars; the rest is looked at once, for those
    that are left, after costs and corrected for their number. Most histories keep none.
    """
    from pinewright.app.given import lists
    from pinewright.app.given.costs import parse_costs
    from pinewright.app.given.loading import BarOptions
    from pinewright.app.patterns import mining
    from pinewright.machine.resources import budget_for, detect
    from pinewright.patterns.mining.miner import MiningSettings

    settings = session.load_settings(seed=seed, threads=threads).settings
    pips = parse_costs(costs)
    asked_lengths = lists.whole_numbers(lengths, "--lengths")
    asked_horizons = lists.whole_numbers(horizons, "--horizons")
    asked_frames = lists.timeframes(timeframes)
    loaded = BarOptions(bars, None, symbol, None, timezone, side, start, end).load()
    found = mining.costs_of(loaded, pips)
    asked = MiningSettings(
        lengths=asked_lengths,
        timeframes=asked_frames,
        horizons=asked_horizons,
        tolerance=tolerance,
        most=most,
        cost=found.pips * loaded.bars.symbol.pip,
        discovery=discovery,
        pairs=pairs * 1_000_000,
        seed=settings.seed,
        threads=budget_for(detect(), settings.threads).threads,
    )
    mining.mine_bars(loaded, found, asked, mining.Wanted(out, keep_refused, json))
