"""What `pinewright review` says to people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

FOLDER_HELP: Final = "Folder of a report: that of --out of run or optimize."
NEW_BARS_HELP: Final = "Bars up to today, CSV or Parquet; those that the report had warm the indicators up."
NO_FOLDER: Final = "there is no such folder"
NO_FOLDER_HINT: Final = "name the folder that run or optimize wrote (--out)"
NO_REPORT: Final = "this folder holds no report: {name} is missing"
NO_REPORT_HINT: Final = "name the folder that run or optimize wrote (--out), with all its files"
NOT_READ: Final = "cannot be read as a report of Pinewright: {reason}"
NOT_READ_HINT: Final = "run or optimize again, into a folder of its own"
NOTHING: Final = "nothing was delivered here: the search found nothing better than the script's own defaults"
NOTHING_HINT: Final = "test the script itself: pinewright backtest {script} --bars FILE"
ALL_GONE: Final = "the scripts of the report are gone: {names}"
ALL_GONE_HINT: Final = "put them back beside report.json, or run again"
OTHER_SYMBOL: Final = "these are bars of {found}, the report is on {wanted}"
OTHER_SYMBOL_HINT: Final = "bring bars of {wanted}; where the file's name misleads, say --symbol {wanted}"
NOTHING_NEW: Final = "no bar is newer than the report: it ends with {end}, these bars with {last}"
NOTHING_NEW_HINT: Final = "bring bars that go on after it"

CUT: Final = "{count} bars up to {end} were part of the report: they warm the indicators up, nothing is traded on them"
NO_WARMUP: Final = "no bars from before {start}: indicators begin empty, so the first trades may differ"
HOLE: Final = "{days} days between the report and these bars are missing"
OTHER_SIDE: Final = "the report is on {wanted} prices, these bars are {found}"
TAKEN_FOR: Final = "the file's name holds no symbol: taken for {symbol}, as the report"
COSTS_OF_REPORT: Final = "{file} declares no costs: reviewed with the report's {words}"
GONE: Final = "{file} is no longer in the folder: left out"

HEAD: Final = "{title}\nreviewed on {symbol} {timeframe}, {start} to {end} ({days} trading days since the report)"
COLUMNS: Final = (
    "script",
    "before",
    "net a trade",
    "since",
    "net since",
    "band of its past",
    "ends so low",
    "sinks so low",
    "verdict",
)
BAND: Final = "{low} to {high}"
INSIDE: Final = (
    "{file}: keep. {trades} since made {profit}; as many drawn from its {past} trades before make {low} to {high} in "
    "98 of 100 draws, {final} of them end as low, and {path} sink as far below their course on the way."
)
OUTSIDE: Final = (
    "{file}: retire. {trades} since made {profit}; as many drawn from its {past} trades before make {low} to {high} in "
    "98 of 100 draws: {final} of them end as low, and {path} sink as far below their course (less than {limit} in "
    "either is outside the band)."
)
FEW_SINCE: Final = "{file}: too little to say. {trades} since made {profit}; {needed} are needed{wait}."
FEW_WAIT: Final = ", at its past pace after about {days} more trading days"
FEW_PAST: Final = "{file}: too little to say. It made {trades} in the report, and {needed} are needed to draw from."
RARER: Final = "It trades more rarely than before: about {expected} trades were to be expected."
OFTENER: Final = "It trades more often than before: about {expected} trades were to be expected."
LOST_BEFORE: Final = "It lost money in the report too: inside its band does not mean good."
STILL_OPEN: Final = "What is still open is not counted."
TRADES: Final = ("{count} trade", "{count} trades")
SUMMARY: Final = "{keep} to keep, {retire} to retire, {little} with too little to say"
CHANCE: Final = (
    "a script that is as good as it was is told to retire in about {each} of reviews; with {count} scripts that "
    "happens to one of them in up to {any}"
)


def day(milliseconds: int) -> str:
    """The UTC day of a time in ms: ``2025-04-01``."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d")


def moment(milliseconds: int) -> str:
    """The UTC minute of a time in ms: ``2025-04-01 17:00 UTC``."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def iso(milliseconds: int) -> str:
    """ISO 8601 of a time in ms UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def percent(share: float) -> str:
    """A share as percent: ``2.5 %``, ``31 %``."""
    if share < 0.001:
        return "under 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"
