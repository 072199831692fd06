"""`pinewright chart`: bars as a picture, with indicators, patterns and trades."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import (
    DaysOption,
    FromOption,
    MaybeBarsOption,
    SeedOption,
    SideOption,
    SourceOption,
    SymbolOption,
    TimeframeOption,
    ToOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import chart as words


def chart(
    out: Annotated[Path, typer.Option("--out", help=words.OUT_HELP, metavar="FILE")],
    bars: MaybeBarsOption = None,
    source: SourceOption = None,
    more: Annotated[
        list[str] | None, typer.Argument(hidden=True, help=words.INDICATORS_HELP, metavar="[EXPRESSION...]")
    ] = None,
    last: Annotated[int | None, typer.Option("--last", help=words.LAST_HELP, metavar="N")] = None,
    indicators: Annotated[
        list[str] | None, typer.Option("--indicators", help=words.INDICATORS_HELP, metavar="EXPRESSION")
    ] = None,
    patterns: Annotated[bool, typer.Option("--patterns", help=words.PATTERNS_HELP)] = False,
    pattern: Annotated[list[str] | None, typer.Option("--pattern", help=words.PATTERN_HELP, metavar="NAME")] = None,
    trades: Annotated[Path | None, typer.Option("--trades", help=words.TRADES_HELP, metavar="FILE")] = None,
    strategy: Annotated[str | None, typer.Option("--strategy", help=words.STRATEGY_HELP, metavar="NAME")] = None,
    timeframes: Annotated[
        str | None, typer.Option("--with-timeframes", help=words.TIMEFRAMES_HELP, metavar="LIST")
    ] = None,
    style: Annotated[str, typer.Option("--style", help=words.STYLE_HELP, metavar="candles|ohlc")] = "candles",
    palette: Annotated[str, typer.Option("--palette", help=words.PALETTE_HELP, metavar="NAME")] = "blue_orange",
    size: Annotated[str, typer.Option("--size", help=words.SIZE_HELP, metavar="WxH")] = "1280x720",
    scale: Annotated[int, typer.Option("--scale", help=words.SCALE_HELP)] = 1,
    volume: Annotated[bool, typer.Option("--volume/--no-volume", help=words.VOLUME_HELP)] = True,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help=words.TIMEZONE_HELP)] = None,
    side: SideOption = None,
    start: FromOption = None,
    end: ToOption = None,
    days: DaysOption = None,
    seed: SeedOption = None,
    json: JsonOption = False,
) -> None:
    """Draw bars as a picture, with indicators, patterns and trades.

    Averages and bands are drawn over the price, oscillators in panes of their own, conditions as triangles below.
    """
    from pinewright.app.charts import chart_output, charting
    from pinewright.app.charts.listed_trades import read_trades
    from pinewright.app.given import lists
    from pinewright.app.given.loading import BarOptions
    from pinewright.charts.palette import palette_named
    from pinewright.errors import UsageError
    from pinewright.indicators.calculator import IndicatorCalculator
    from pinewright.patterns.detector import pattern as pattern_named

    if bars is None and source is None:
        raise UsageError(words.NO_BARS, hint=words.NO_BARS_HINT)
    charting.require_png(out)
    width, height = charting.parse_size(size)
    look = charting.Look(width, height, palette_named(palette), charting.style_named(style), scale, volume)
    coarser = lists.timeframes(timeframes)
    names = tuple(pattern_named(name).name for name in pattern or ())
    if strategy is not None and trades is None:
        raise UsageError(words.STRATEGY_ALONE, hint=words.STRATEGY_ALONE_HINT)
    charting.require_last(last)
    options = BarOptions(bars, source, symbol, timeframe, timezone, side, start, end, days, 1 if seed is None else seed)
    loaded = options.load()
    windowed = start is not None or end is not None or (days is not None and bars is not None)
    first = charting.first_shown(loaded.bars, last, windowed=windowed)
    wish = charting.Wish(
        (*(indicators or ()), *(more or ())),
        names if names or patterns else None,
        () if trades is None else read_trades(trades, loaded.bars, timezone, strategy),
        timezone,
    )
    charting.require_timeframes(loaded.bars.timeframe, coarser)
    history, count = loaded.bars, None
    if windowed:
        history = charting.with_history(options, loaded.bars, coarser)
        count = last or charting.DEFAULT_LAST
    calculator = IndicatorCalculator(session.load_settings().settings.cache_dir)
    charts = charting.charts_for(loaded.bars, first, coarser, wish, look, calculator, history=history, count=count)
    data = charting.picture_bytes(charts, look)
    charting.write_picture(data, out)
    if json:
        output.emit_json(chart_output.as_json(charts, out, look))
    else:
        chart_output.tell(charts, wish)
    chart_output.warn(charts, wish)
    output.message(
        words.WRITTEN.format(path=out, width=width * scale, height=height * scale, size=output.size(len(data)))
    )
