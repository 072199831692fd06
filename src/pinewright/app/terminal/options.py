"""Options that several commands share, so that each is spelled and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.words import backtest as texts_backtest
from pinewright.app.words import common as texts
from pinewright.app.words import data as texts_data
from pinewright.app.words import progress as texts_progress

BarsOption = Annotated[Path, typer.Option("--bars", help=texts.BARS_HELP, metavar="FILE")]
MaybeBarsOption = Annotated[Path | None, typer.Option("--bars", help=texts.BARS_HELP, metavar="FILE")]
SourceOption = Annotated[str | None, typer.Option("--source", help=texts.SOURCE_HELP)]
SymbolOption = Annotated[str | None, typer.Option("--symbol", help=texts.SYMBOL_HELP)]
TimeframeOption = Annotated[str | None, typer.Option("--timeframe", help=texts.TIMEFRAME_HELP)]
TimezoneOption = Annotated[str | None, typer.Option("--timezone", help=texts.TIMEZONE_HELP)]
SideOption = Annotated[str | None, typer.Option("--side", help=texts.SIDE_HELP)]
FromOption = Annotated[str | None, typer.Option("--from", help=texts.FROM_HELP, metavar="DATE")]
ToOption = Annotated[str | None, typer.Option("--to", help=texts.TO_HELP, metavar="DATE")]
DaysOption = Annotated[int | None, typer.Option("--days", help=texts.DAYS_HELP)]
CostsOption = Annotated[str | None, typer.Option("--costs", help=texts.COSTS_HELP, metavar="PIPS")]
BudgetOption = Annotated[str | None, typer.Option("--budget", help=texts.BUDGET_HELP, metavar="small|normal|large")]
SeedOption = Annotated[int | None, typer.Option("--seed", help=texts.SEED_HELP)]
ThreadsOption = Annotated[int | None, typer.Option("--threads", help=texts.THREADS_HELP)]
OutOption = Annotated[Path | None, typer.Option("--out", help=texts.OUT_HELP, metavar="DIR")]
CleanOption = Annotated[list[str] | None, typer.Option("--clean", help=texts_data.CLEAN_HELP, metavar="RULE")]
FillOption = Annotated[str | None, typer.Option("--fill", help=texts_data.FILL_HELP, metavar="METHOD")]
TermsOption = Annotated[list[str] | None, typer.Option("--costs", help=texts_backtest.COSTS_HELP, metavar="FILE|PIPS")]
AccountOption = Annotated[
    list[str] | None, typer.Option("--account", help=texts_backtest.ACCOUNT_HELP, metavar="NAME=VALUE")
]
FillsOption = Annotated[str, typer.Option("--fills", help=texts_backtest.FILLS_HELP, metavar="bars|bid-ask")]
BlackoutOption = Annotated[Path | None, typer.Option("--blackout", help=texts_backtest.BLACKOUT_HELP, metavar="FILE")]
AlsoOption = Annotated[list[str] | None, typer.Option("--also", help=texts_backtest.ALSO_HELP, metavar="FILE")]
RulesOption = Annotated[str | None, typer.Option("--rules-date", help=texts_backtest.RULES_HELP, metavar="DATE")]
EquityOption = Annotated[Path | None, typer.Option("--equity", help=texts_backtest.EQUITY_HELP, metavar="FILE")]
TradesOption = Annotated[Path | None, typer.Option("--trades", help=texts.TRADES_HELP, metavar="FILE")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help=texts.SET_HELP, metavar="NAME=VALUE")]
ScriptsArgument = Annotated[list[Path], typer.Argument(help=texts_backtest.SCRIPTS_HELP, metavar="SCRIPT")]
ScriptArgument = Annotated[Path, typer.Argument(help=texts.SCRIPT_HELP, metavar="SCRIPT")]
RolloverOption = Annotated[bool | None, typer.Option("--rollover/--no-rollover", help=texts.ROLLOVER_HELP)]
ProgressOption = Annotated[
    str, typer.Option("--progress", help=texts_progress.PROGRESS_HELP, metavar="auto|jsonl|none")
]
