"""`pinewright patterns`: what patterns there are, where they fire on bars, and the same as Pine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import session
from pinewright.app.terminal.options import (
    CostsOption,
    FromOption,
    MaybeBarsOption,
    RolloverOption,
    SideOption,
    SymbolOption,
    TimeframeOption,
    ToOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import patterns as words


def patterns(
    names: Annotated[
        list[str] | None, typer.Argument(help=words.NAMES_HELP, metavar="[NAME...]", show_default=False)
    ] = None,
    bars: MaybeBarsOption = None,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help=words.TIMEZONE_HELP)] = None,
    side: SideOption = None,
    start: FromOption = None,
    end: ToOption = None,
    pine: Annotated[
        str | None, typer.Option("--pine", help=words.PINE_HELP, metavar="functions|indicator|strategy")
    ] = None,
    long: Annotated[list[str] | None, typer.Option("--long", help=words.LONG_HELP, metavar="NAME")] = None,
    short: Annotated[list[str] | None, typer.Option("--short", help=words.SHORT_HELP, metavar="NAME")] = None,
    family: Annotated[str | None, typer.Option("--filter", help=words.FILTER_HELP, metavar="FAMILY")] = None,
    shapes: Annotated[Path | None, typer.Option("--shapes", help=words.SHAPES_HELP, metavar="FILE")] = None,
    costs: CostsOption = None,
    rollover: RolloverOption = None,
    out: Annotated[Path | None, typer.Option("--out", help=words.OUT_HELP, metavar="FILE")] = None,
    json: JsonOption = False,
) -> None:
    """List patterns, find them in bars, or write them as Pine.

    Candles and structure, each known at the close of its bar. With --bars: how often each fired. With --pine: Pine
    that fires on exactly the same bars.
    """
    from pinewright.app.given.loading import BarOptions
    from pinewright.app.patterns import patterning
    from pinewright.errors import UsageError

    if bars is not None and pine is not None:
        raise UsageError(words.BOTH, hint=words.BOTH_HINT)
    if out is not None and bars is None and pine is None:
        raise UsageError(words.OUT_ALONE, hint=words.OUT_ALONE_HINT)
    chart = {"--symbol": symbol, "--timeframe": timeframe, "--timezone": timezone, "--from": start, "--to": end}
    orders = {"--long": long, "--short": short, "--filter": family, "--costs": costs, "--rollover": rollover}
    if pine != "strategy":
        _refuse(orders, words.SIDES_ALONE, words.SIDES_ALONE_HINT)
    if pine is None:
        _refuse({"--shapes": shapes}, words.PINE_ALONE, words.PINE_ALONE_HINT)
    if bars is None:
        _refuse({"--side": side}, words.NEEDS_BARS, words.NEEDS_BARS_HINT)
        if pine is None:
            _refuse(chart, words.NEEDS_BARS, words.NEEDS_BARS_HINT)
        elif pine in ("functions", "indicator"):
            _refuse(chart, words.NO_CHART, words.NO_CHART_HINT, form=pine)
    if pine is not None:
        from pinewright.app.patterns import pattern_scripts

        settings = session.load_settings(symbol=symbol, timeframe=timeframe, rollover=rollover).settings
        asked = pattern_scripts.PineRequest(
            tuple(names or ()),
            tuple(long or ()),
            tuple(short or ()),
            family,
            pattern_scripts.Chart(settings.symbol, settings.timeframe, symbol is not None, timeframe is not None),
            pattern_scripts.dates(start, end, timezone),
            costs,
            settings.rollover,
            shapes,
        )
        pattern_scripts.write_pine(pine, asked, out, as_json=json)
        return
    if bars is None:
        patterning.tell_patterns(names or (), as_json=json)
        return
    patterning.require_known(names or (), out)
    loaded = BarOptions(bars, None, symbol, timeframe, timezone, side, start, end).load()
    patterning.tell_counts(loaded, names or None, out, as_json=json)


def _refuse(options: Mapping[str, object], what: str, hint: str, **told: str) -> None:
    """UsageError for the first of these options that was given."""
    from pinewright.errors import UsageError

    for option, value in options.items():
        if value:
            raise UsageError(what.format(option=option, **told), hint=hint)
