"""What `pinewright backtest` says to people, beside the words that all commands share."""

from __future__ import annotations

from typing import Final

SCRIPTS_HELP: Final = "Pine strategies, v5 or v6; several are tested over the same bars, a row each."
COSTS_HELP: Final = (
    "Pips a round turn, or a TOML file of costs, account and symbol, instead of what the script declares; may be given "
    "twice: pips win."
)
ACCOUNT_HELP: Final = "An argument of strategy(), such as initial_capital=10000; may be given several times."
FILLS_HELP: Final = "bid-ask: buyers pay the ask, sellers get the bid; TradingView fills at the bars' own prices."
BLACKOUT_HELP: Final = "File of hours without entries: times, or lines such as Fri 16:00-17:00 America/New_York."
ALSO_HELP: Final = (
    "Further bars, as FILE or SYMBOL=FILE; may be given several times: finer ones of the same symbol, other symbols, "
    "rates of currencies, the other side of the market."
)
RULES_HELP: Final = "Day whose defaults of strategy() count, 2025-01-01 for those of before October 2026."
EQUITY_HELP: Final = "Write the account's value at each close there: a .csv or .parquet file."

OTHER_BARS: Final = "{script} was made for {made} and is tested on {given}"
AS_MADE: Final = "; --timeframe {timeframe} tests it as it was made"

HEAD: Final = "{script}: {bars}"
ACCOUNT_LINE: Final = "account: {words}"
SAID: Final = "{name} = {value} ({origin})"
SAID_INSTEAD: Final = "{name} = {value} ({origin}; the script says {script})"
SYMBOL_LINE: Final = "symbol: {words}"
FILLS_LINE: Final = "fills: at bid and ask; {words}"
SPREAD_GIVEN: Final = "a spread of {pips:g} pips"
SPREAD_COLUMN: Final = "the spread beside the bars"
SPREAD_OPPOSITE: Final = "both sides from the data"
SWAP_LINE: Final = "swap: {long:+g} points a night for long, {short:+g} for short positions"
BLACKOUT_LINE: Final = "blackout: no entries in the hours of {file}"
WARNING: Final = "warning: {text}"
NOTE: Final = "note: {text}"
IDLE: Final = "{script}: {name} reaches no order: setting it changes nothing"
OFF_GRID: Final = (
    "{share:.0f} % of the closes lie off the tick of {tick}: orders fill on the tick; another mintick goes into a file "
    "for --costs, under [symbol]"
)
NO_TRADES: Final = "no trades: no order was filled on {bars:,} bars"
FAILED: Final = "failed"

TESTER_HEAD: Final = ("", "All {currency}", "All %", "Long {currency}", "Long %", "Short {currency}", "Short %")
CLASSIC_HEAD: Final = ("beside TradingView's", "value")
TABLE_HEAD: Final = (
    "script",
    "Net profit",
    "%",
    "Max equity drawdown",
    "%",
    "Total closed trades",
    "Percent profitable",
    "Profit factor",
    "Sharpe ratio",
)
SWAP_ROW: Final = "Swap"
AFTER_SWAP_ROW: Final = "Net profit after swap"
EQUITY_WRITTEN: Final = "equity written to {path}"

ONE_FILE: Final = "one file for the {what} of {count} scripts"
ONE_FILE_HINT: Final = "put {{script}} into its name, such as {example}"
TWO_SYMBOLS: Final = "--symbol names {asked}, the file of costs {name}"
ALSO_UNKNOWN: Final = "name it: --also SYMBOL={path}; known: {known}"
NO_DATE: Final = "{text!r} is not a date"
NO_DATE_HINT: Final = "write 2026-10-01"
SPREAD_AND_COMMISSION: Final = "a spread of {pips:g} pips beside a commission {kind}"
SPREAD_AND_COMMISSION_HINT: Final = (
    "a spread is charged as commission_type = cash_per_contract; give no other, or fill at bid and ask: --fills bid-ask"
)
SPREAD_AND_SIDES: Final = "a spread is given, and the data has bid and ask"
SPREAD_AND_SIDES_HINT: Final = "leave one of the two away"
COSTS_AT_SIDES: Final = "{words}; the spread is paid at bid and ask"
COSTS_SPREAD: Final = "{words}, a spread of {pips:g} pips in it"
