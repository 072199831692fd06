"""`pinewright compare`: a script's trades beside the list that TradingView exported for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import output, session
from pinewright.app.terminal.options import (
    AccountOption,
    AlsoOption,
    BarsOption,
    ScriptArgument,
    SideOption,
    SymbolOption,
    TermsOption,
    TimeframeOption,
)
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts
from pinewright.app.words import compare as words

DIFFERENT = 1
"""Exit code where the trades are not all equal."""


def compare(
    script: ScriptArgument,
    bars: BarsOption,
    trades: Annotated[Path, typer.Option("--trades", help=words.TRADES_HELP, metavar="EXPORT")],
    symbol: SymbolOption = None,
    timeframe: TimeframeOption = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help=words.TIMEZONE_HELP)] = None,
    bars_timezone: Annotated[str | None, typer.Option("--bars-timezone", help=words.BARS_TIMEZONE_HELP)] = None,
    side: SideOption = None,
    start: Annotated[str | None, typer.Option("--from", help=words.FROM_HELP, metavar="DATE")] = None,
    values: Annotated[list[str] | None, typer.Option("--set", help=texts.SET_HELP, metavar="NAME=VALUE")] = None,
    costs: TermsOption = None,
    account: AccountOption = None,
    also: AlsoOption = None,
    json: JsonOption = False,
) -> int:
    """Put a strategy's trades beside TradingView's list of them.

    Exit code 0 when all trades are equal, 1 when some are not.
    """
    from pinewright.app.backtests import comparing
    from pinewright.app.backtests.backtesting import choose_program, open_market
    from pinewright.app.given.broker_file import parse_arguments
    from pinewright.app.given.costs import read_costs
    from pinewright.app.given.loading import BarOptions
    from pinewright.backtest.compare import read_trade_list, review
    from pinewright.data.zones import find_zone

    if timezone is not None:
        find_zone(timezone)
    settings = session.load_settings().settings
    listed = read_trade_list(trades)
    options = BarOptions(bars, None, symbol, timeframe, bars_timezone, side, start)
    market = open_market(options, parse_arguments(account or []).over(read_costs(costs or [])), also=also or [])
    chosen = choose_program(script, market, values or [])
    program, loaded = chosen.program, market.loaded
    # The chart began where --from says: nothing before it was there to warm an indicator up.
    whole = replace(loaded.bars.slice(loaded.bars.warmup, len(loaded.bars)), warmup=0)
    found = review(
        program, whole, listed, chosen.row, zone=timezone, others=market.others, cache_dir=settings.cache_dir
    )
    code = 0 if found.equal else DIFFERENT
    if json:
        output.emit_json({"script": str(script), **comparing.as_json(found, program.settings)})
        return code
    if loaded.report is not None:
        output.message(loaded.report.one_line())
    if found.note:
        output.message(found.note)
    title = program.settings.title or script.name
    output.emit(words.HEAD.format(script=title, list=trades.name))
    output.emit(words.BARS.format(bars=comparing.bars_words(found.bars)))
    output.emit(words.LIST.format(words=comparing.list_words(found)))
    output.emit(words.TIMES.format(words=comparing.zone_words(found)))
    output.emit("")
    output.emit_table(words.TABLE_HEAD, list(comparing.tally_rows(found)))
    output.emit("")
    alike = found.comparison.entries_equal
    share = f"{100.0 * alike / len(listed):.4g}"
    output.emit(words.ENTRIES.format(share=share, alike=f"{alike:,}", all=f"{len(listed):,}"))
    output.emit(comparing.profit_words(found))
    if found.names:
        output.emit(words.NAMES.format(count=f"{found.names:,}"))
    if found.first is None:
        return code
    output.emit("")
    for line in comparing.first_lines(found):
        output.emit(line)
    if found.cause is not None:
        said = comparing.cause_words(found.cause, found, program.settings)
        output.emit(words.LIKELY.format(kind=found.cause.kind.value, words=said))
    others = [cause for cause in found.causes if cause is not found.cause]
    if others:
        output.emit("")
        output.emit(words.OTHERS)
        for cause in others:
            said = comparing.cause_words(cause, found, program.settings)
            count = texts.plural(words.COUNT, cause.trades)
            output.emit(words.OTHER.format(kind=cause.kind.value, count=count, words=said))
    return code
