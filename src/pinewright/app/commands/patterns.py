"""`pinewright patterns`: what patterns there are, where they fire on bars, and the same as Pine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app import session
from pinewright.app import texts_patterns as words
from pinewright.app.options import (
    CostsOption,
    FromOption,
    MaybeBarsOption,
    RolloverOption,
    SideOption,
    SymbolOption,
    TimeframeOption,
    TimezoneOption,
    ToOption,
)
from pinewright.app.output import JsonOption


def patterns(
    names: Annotated[
        list[str] | None, typer.Argument(help=words.NAMES_HELP, metavar="[NAME...]", show_default=False)
    ] = None,
    bars: MaybeBarsOption = None,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    start: FromOption = None,
    end: ToOption = None,
    pine: Annotated[
        str | None, typer.Option("--pine", help=words.PINE_HELP, metavar="functions|indicator|strategy")
    ] = None,
    long: Annotated[list[str] | None, typer.Option("--long", help=words.LONG_HELP, metavar="NAME")] = None,
    short: Annotated[list[str] | None, typer.Option("--short", help=words.SHORT_HELP, metavar="NAME")] = None,
    family: Annotated[str | None, typer.Option("--filter", help=words.FILTER_HELP, metavar="FAMILY")] = None,
    costs: CostsOption = None,
    rollover: RolloverOption = None,
    out: Annotated[Path | None, typer.Option("--out", help=words.OUT_HELP, metavar="FILE")] = None,
    json: JsonOption = False,
) -> None:
    """List patterns, find them in bars, or write them as Pine.

    Candles and structure, each known at the close of its bar. With --bars: how often each fired. With --pine: Pine
    that fires on exactly the same bars.
    """
    from pinewright.app import patterning
    from pinewright.app.costs import parse_costs
    from pinewright.app.loading import BarOptions
    from pinewright.errors import UsageError

    if bars is not None and pine is not None:
        raise UsageError(words.BOTH, hint=words.BOTH_HINT)
    if out is not None and bars is None and pine is None:
        raise UsageError(words.OUT_ALONE, hint=words.OUT_ALONE_HINT)
    if pine != "strategy":
        for option, value in (("--long", long), ("--short", short), ("--filter", family)):
            if value:
                raise UsageError(words.SIDES_ALONE.format(option=option), hint=words.SIDES_ALONE_HINT)
    if pine is not None:
        settings = session.load_settings(symbol=symbol, timeframe=timeframe, rollover=rollover).settings
        asked = patterning.PineRequest(
            tuple(names or ()),
            tuple(long or ()),
            tuple(short or ()),
            family,
            settings.symbol,
            settings.timeframe,
            parse_costs(costs),
            settings.rollover,
        )
        patterning.write_pine(pine, asked, out, as_json=json)
        return
    if bars is None:
        patterning.tell_patterns(names or (), as_json=json)
        return
    if out is not None:
        patterning.require_kind(out)
    loaded = BarOptions(bars, None, symbol, timeframe, timezone, side, start, end).load()
    patterning.tell_counts(loaded, names or None, out, as_json=json)
