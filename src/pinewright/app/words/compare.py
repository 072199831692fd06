"""What `pinewright compare` says to people: the part of ``common`` that no other command needs."""

from __future__ import annotations

from typing import Final

TRADES_HELP: Final = "TradingView's list of trades: the CSV or xlsx file that its Strategy Tester exports."
TIMEZONE_HELP: Final = "Zone of times in TradingView's list that name none; by default guessed and told."
BARS_TIMEZONE_HELP: Final = "Zone of times in the file of bars that name none; UTC by default."
FROM_HELP: Final = "First bar of TradingView's chart; earlier bars are left out, for indicators too."
HEAD: Final = "{script} beside TradingView's list {list}"
BARS: Final = "bars: {bars}"
LIST: Final = "list: {words}"
TIMES: Final = "times: {words}"
SHEET: Final = "xlsx, sheet {name}"
LANGUAGE: Final = "headers in {language}"
NEWEST_FIRST: Final = "newest first"
COMMA: Final = "decimal comma"
MONEY: Final = "money in {currency}"
BY_CONTENTS: Final = "columns told by what they hold: {columns}"
ZONES: Final = {
    "offsets": "with their offsets; {share} of the listed prices lie on the bars",
    "asked": "{zone}, as asked; {share} of the listed prices lie on the bars",
    "guessed": "{zone}, guessed: {share} of the listed prices then lie on the bars",
    "days": "bare dates, taken as trading days of the symbol; {share} of the listed prices lie on the bars",
}
SECOND_ZONE: Final = " ({zone}: {share})"
TABLE_HEAD: Final = ("trades", "listed", "equal", "different", "missing here", "only here")
ALL: Final = "all"
RULES: Final = "- where the feeds agree"
FEEDS: Final = "- where the feeds differ"
BEYOND: Final = "- not on the bars"
ENTRIES: Final = "entries: {alike} of {all} alike in time, side and price ({share} %)"
PROFIT: Final = "net profit: {theirs} {account} in the list, {here} {currency} here{apart}"
PROFIT_EQUAL: Final = ", equal as printed"
PROFIT_APART: Final = " ({percent} %)"
NO_PROFIT: Final = "net profit: {here} {currency} here, not in the list"
NAMES: Final = "names: {count} trades bear other comments in the list (not counted as different)"
FIRST: Final = "first difference: {trade}, bar {bar}"
TRADE: Final = "trade {number} of the list, {side} {signal!r}"
OWN_TRADE: Final = "trade {number} here, {side} {signal!r}"
SIDES: Final = {True: "long", False: "short"}
ONE_SIDED: Final = {
    "listed": "  it is in TradingView's list and not made here",
    "not listed": "  it is made here and not in TradingView's list",
}
FIELD: Final = "  {field}  {theirs} in the list, {ours} here"
LIKELY: Final = "likely cause: {kind}: {words}"
OTHERS: Final = "other differences"
OTHER: Final = "- {count}, likely {kind}: {words}"
COUNT: Final = ("{count} trade", "{count} trades")
LEFT_OUT: Final = (
    "strategy() leaves {names} out; with {theirs}{given} {then} of {all} trades are equal, as it stands {now}: the "
    "list has another default, or another value from the settings dialog"
)
DECLARED: Final = (
    "with {theirs} instead of {ours}{given} {then} of {all} trades are equal, as it stands {now}: was it changed in "
    "the settings dialog?"
)
GIVEN: Final = " (and {changes})"
HISTORY: Final = (
    "the chart begins later than the bars: with bars from {start} on{given} {left} trades differ, are missing or "
    "extra, with all bars {before}; add --from {start}"
)
CAUSES: Final = {
    "before the bars": "{trades} listed trades begin before the first bar, {first} UTC: bring bars from an earlier "
    "day on",
    "after the bars": "{trades} listed trades begin after the last bar, {last} UTC: bring bars up to a later day",
    "time zone": (
        "in {zone} {share} of the listed prices lie on the bars, in {text} {other}: leave --timezone away, or give "
        "--timezone {text}"
    ),
    "session": "the list trades at {text} UTC, hours at which there is no bar here: its chart has other sessions",
    "feed": (
        "the list's prices are not those of these bars, typically {distance} apart; {other} of all listed prices lie "
        "outside their bar: bring the chart's own export"
    ),
    "currency": (
        "money alone differs, by a rate of about {value}: the account is in {account}, prices are in {price}, and "
        "money here is not converted"
    ),
    "warm-up": (
        "all that is entered after {text} UTC is equal: indicators were seeded on other bars before; bring bars from "
        "the chart's first one on"
    ),
    "fill rule": "same bars, another fill price, which no other argument of strategy() explains",
    "quantity rule": "same fills, another quantity, which no other default_qty_type, value or capital explains",
    "money": "same fills and quantity, another profit, which no commission explains",
    "decision": (
        "the bars hold the list's prices, and the script decides otherwise on them: are the inputs those of the list "
        "(--set), and is it the same script?"
    ),
}
FEED_FORMS: Final = {
    "gap": "bars are missing here: {other} of the listed entries and exits stand on none",
    "follows": (
        "{other} of the listed prices do not lie on these bars: where the feeds differ, decisions near a threshold do "
        "as well"
    ),
}
SESSION_HERE: Final = (
    "trades here at {text} UTC, hours at which the list never trades: its chart seems to leave them out"
)
QUANTITY_STEP: Final = (
    "the listed quantities lie on a grid of {value}, ours on one of {step}: the symbol's smallest quantity is another"
)
