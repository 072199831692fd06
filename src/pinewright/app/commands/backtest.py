"""`pinewright backtest`: one script over one file of bars, by TradingView's rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app import output, session, texts
from pinewright.app.options import (
    BarsOption,
    CostsOption,
    DaysOption,
    FromOption,
    ScriptArgument,
    SideOption,
    SymbolOption,
    TimeframeOption,
    TimezoneOption,
    ToOption,
)
from pinewright.app.output import JsonOption


def backtest(
    script: ScriptArgument,
    bars: BarsOption,
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    timezone: TimezoneOption = None,
    side: SideOption = None,
    start: FromOption = None,
    end: ToOption = None,
    days: DaysOption = None,
    values: Annotated[list[str] | None, typer.Option("--set", help=texts.SET_HELP, metavar="NAME=VALUE")] = None,
    costs: CostsOption = None,
    trades: Annotated[Path | None, typer.Option("--trades", help=texts.TRADES_HELP, metavar="FILE")] = None,
    json: JsonOption = False,
) -> None:
    """Test a Pine strategy on a file of bars.

    The script's own costs are used unless --costs is given; the result names them.
    """
    from pinewright.app.costs import parse_costs, script_costs, warn_of_currency
    from pinewright.app.inputs import input_text, parse_settings
    from pinewright.app.loading import BarOptions
    from pinewright.app.scripts import compiled
    from pinewright.backtest.engine import Engine
    from pinewright.backtest.parameters import with_values
    from pinewright.backtest.trades import write_trades

    given = parse_costs(costs)
    settings = session.load_settings().settings
    program = compiled(script)
    changed = parse_settings(program, values or [])
    loaded = BarOptions(bars, None, symbol, timeframe, timezone, side, start, end, days).load()
    paid = script_costs(loaded.bars.symbol, program.settings, given, loaded.median_spread, own=True)
    account = paid.applied(program.settings)
    engine = Engine(program, loaded.bars, settings=account, cache_dir=settings.cache_dir, timezone=timezone)
    row = with_values(program, changed)
    metrics = engine.run(row).row(0)
    if trades is not None:
        write_trades(engine.trades(row), loaded.bars.symbol, trades, timezone)
    inputs = {item.name: input_text(item, value) for item, value in zip(program.inputs, row, strict=True)}
    warn_of_currency(account, loaded.bars.symbol)
    if json:
        output.emit_json(
            {
                "script": str(script),
                "inputs": inputs,
                "bars": {
                    "file": str(bars),
                    "symbol": loaded.bars.symbol.name,
                    "timeframe": str(loaded.bars.timeframe),
                    "side": loaded.bars.side.value,
                    "feed": loaded.bars.feed,
                    "bars": len(loaded.bars) - loaded.bars.warmup,
                    "warmup": loaded.bars.warmup,
                    "from": output.utc(int(loaded.bars.time[loaded.bars.warmup])),
                    "to": output.utc(int(loaded.bars.time[-1])),
                    "quality": loaded.quality.one_line(),
                },
                "costs": {"pips_round_turn": paid.pips, "words": paid.words, "origin": paid.origin},
                "metrics": metrics,
            }
        )
        return
    if loaded.report is not None:
        output.message(loaded.report.one_line())
    output.emit(texts.BACKTEST_HEAD.format(script=program.settings.title or script.name, bars=loaded.bars.description))
    output.emit(texts.QUALITY_LINE.format(line=loaded.quality.one_line()))
    output.emit(texts.COSTS_LINE.format(words=paid.words, origin=paid.origin))
    if inputs:
        output.emit(texts.INPUTS_LINE.format(inputs=", ".join(f"{name} = {value}" for name, value in inputs.items())))
    output.emit("")
    output.emit_table(texts.METRIC_HEAD, output.metric_rows(metrics, loaded.bars.symbol.quote))
    if metrics["margin_calls"] > 0:
        output.message(texts.MARGIN_CALLS.format(count=int(metrics["margin_calls"])))
    if metrics["refused_orders"] > 0:
        output.message(texts.REFUSED_ORDERS.format(count=int(metrics["refused_orders"])))
    if trades is not None:
        output.message(texts.TRADES_WRITTEN.format(path=trades))
