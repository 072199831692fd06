"""`pinewright indicators`: Pine expressions over a file of bars, as columns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import (
    FromOption,
    MaybeBarsOption,
    SideOption,
    SymbolOption,
    TimeframeOption,
    TimezoneOption,
    ToOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts


def indicators(
    expressions: Annotated[
        list[str] | None, typer.Argument(help=texts.EXPRESSIONS_HELP, metavar="[EXPRESSION...]", show_default=False)
    ] = None,
    bars: MaybeBarsOption = None,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    start: FromOption = None,
    end: ToOption = None,
    out: Annotated[Path | None, typer.Option("--out", help=texts.COLUMNS_HELP, metavar="FILE")] = None,
    json: JsonOption = False,
) -> None:
    """Compute indicators over a file of bars, as TradingView does.

    An expression is Pine: "ta.rsi(close, 14)", or NAME = expression to name its column. Without expression and
    bars: the functions there are, with their usual arguments.
    """
    from pinewright.app.given.loading import BarOptions
    from pinewright.app.terminal.columns import require_kind, write_columns
    from pinewright.errors import UsageError
    from pinewright.indicators.calculator import IndicatorCalculator

    if not expressions and bars is None:
        _list_functions(json)
        return
    if not expressions or bars is None:
        raise UsageError(texts.NO_EXPRESSION if bars else texts.NO_BARS, hint=texts.EXPRESSION_AND_BARS)
    if out is not None:
        require_kind(out)
    settings = session.load_settings().settings
    loaded = BarOptions(bars, None, symbol, timeframe, timezone, side, start, end).load()
    table = IndicatorCalculator(settings.cache_dir).calculate(loaded.bars, expressions, timezone=timezone)
    first = loaded.bars.warmup
    if out is not None:
        write_columns(table, first, out)
    known = {name: table.known_from(name) for name in table.names}
    if json:
        output.emit_json(
            {
                "bars": {
                    "file": str(bars),
                    "symbol": loaded.bars.symbol.name,
                    "timeframe": str(loaded.bars.timeframe),
                    "side": loaded.bars.side.value,
                    "bars": len(table) - first,
                    "warmup": first,
                    "from": output.utc(int(table.time[first])),
                    "to": output.utc(int(table.time[-1])),
                    "quality": loaded.quality.one_line(),
                },
                "columns": [
                    {
                        "name": name,
                        "known_from": output.utc(int(table.time[known[name]])) if known[name] < len(table) else None,
                        "last": float(table[name][-1]),
                    }
                    for name in table.names
                ],
                "file": None if out is None else str(out),
            }
        )
        return
    output.emit(texts.DATA_LINE.format(line=loaded.bars.description))
    output.emit(texts.QUALITY_LINE.format(line=loaded.quality.one_line()))
    output.emit("")
    rows = [
        (
            name,
            output.utc(int(table.time[known[name]])) if known[name] < len(table) else texts.NO_VALUE,
            texts.NO_VALUE if table[name][-1] != table[name][-1] else f"{table[name][-1]:.8g}",
        )
        for name in table.names
    ]
    output.emit_table(texts.COLUMN_HEAD, rows)
    if out is not None:
        output.message(texts.COLUMNS_WRITTEN.format(path=out, rows=f"{len(table) - first:,}"))


def _list_functions(json: bool) -> None:
    """What the registry holds, on standard output."""
    from pinewright.indicators.registry import indicators as known

    if json:
        output.emit_json(
            [
                {
                    "name": row.name,
                    "family": row.family.value,
                    "pine": row.pine(),
                    "signature": row.function.signature,
                    "members": list(row.members),
                    "meaning": row.doc,
                    "ranges": {item.name: item.range for item in row.arguments if item.range is not None},
                }
                for row in known().values()
            ]
        )
        return
    output.emit_table(texts.FUNCTION_HEAD, [(row.family.value, row.pine(), row.doc) for row in known().values()])
