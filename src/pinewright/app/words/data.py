"""What `fetch` and `data` say to people."""

from __future__ import annotations

from typing import Final

ACTION_HELP: Final = "list, verify or remove."
SYMBOLS_HELP: Final = "Symbols, such as EURUSD; by default all for list and verify."
KIND_HELP: Final = "tick, 1m, 1h or 1d; by default all."
FROM_HELP: Final = "First moment of what is removed (UTC); by default all."
TO_HELP: Final = "End of what is removed, not included."
REPAIR_HELP: Final = "verify: move damaged files aside, so that the next fetch gets them again."
YES_HELP: Final = "remove: without asking."

ACTIONS: Final = ("list", "verify", "remove")
UNKNOWN_ACTION: Final = "unknown action {name!r}"
REPAIR_ONLY: Final = "--repair belongs to verify"
REMOVE_ONLY: Final = "{flag} belongs to remove"
NAME_A_SYMBOL: Final = "remove needs a symbol"
NAME_A_SYMBOL_HINT: Final = "pinewright data remove EURUSD; `pinewright data list` shows what there is"
NOT_ASKED: Final = "removing needs --yes where nobody can be asked"
NOTHING: Final = "nothing is stored in {folder}; `pinewright fetch EURUSD` gets the last 14 days"
NOT_STORED: Final = "nothing is stored of {name}"
LIST_HEAD: Final = ("symbol", "kind", "from (UTC)", "to (UTC)", "rows", "size", "periods", "sources")
DAMAGED: Final = "{count} damaged"
SOUND: Final = "sound: {files} files, {rows} rows"
FAULT: Final = "{path}: {what}"
REMEDY: Final = "  hint: {remedy}"
MOVED: Final = "  moved to {path}"
GONE: Final = "  removed"
ASK: Final = "remove {what}? [y/N] "
ASKED_ALL: Final = "all of {symbol}"
ASKED_KIND: Final = "{kind} of {symbol}"
ASKED_RANGE: Final = " from {start} to {end}"
KEPT: Final = "nothing was removed"
REMOVED: Final = "removed {files} files, {size}"
CUT: Final = ", {cut} files cut"

FETCH_HELP: Final = "Symbols, such as EURUSD GBPUSD."
FETCH_DAYS_HELP: Final = "Length of the range in days, back from its end; 14 by default."
FETCH_FROM_HELP: Final = "First moment of the range (UTC)."
FETCH_TO_HELP: Final = "End of the range, not included; now by default."
TICKS_HELP: Final = "Ticks instead of candles."
CANDLES_HELP: Final = "1m (default), 1h or 1d; others are made of these when they are used."
FETCH_SOURCE_HELP: Final = (
    "auto, dukascopy, histdata (the folder histdata_dir of the settings), or a file of bars or of HistData."
)
DRY_RUN_HELP: Final = "Show the plan (requests, size, time) and fetch nothing."
UNKNOWN_SOURCE: Final = "unknown source {name!r}"
OR_A_FILE: Final = "; or the path of a file"
NO_SYMBOL: Final = "no symbol is named"
NO_SYMBOL_HINT: Final = "pinewright fetch EURUSD"
NO_NETWORK_HINT: Final = (
    "is there a network? Without one bring a file (--bars FILE), or use simulated prices (--source simulated)"
)
NEXT_SOURCE: Final = "{cause}; HistData's files in {path} instead"
NO_HISTDATA: Final = "no folder of HistData's files is set"
NO_HISTDATA_HINT: Final = "download Generic ASCII zip files from histdata.com and set histdata_dir to their folder"
ONE_SYMBOL: Final = "a file holds one symbol"
TICKS_OR_CANDLES: Final = "--ticks and --timeframe are given at once"
UTC_DAYS: Final = "candles of a day are days of UTC; trading days are made of 1h or 1m"
MADE_OF: Final = "{timeframe} is made of {kind}, which is fetched"
FETCHING: Final = "fetching"
FETCHED_SO_FAR: Final = "{done:,} of {total:,} periods, {told}"
PROGRESS: Final = "{rows} rows, {size}"
WAITING: Final = ", waiting: {why}"
LEFT: Final = ", about {left} left"
FILE_STORED: Final = "{name}: {rows} rows stored"

CLEAN_HELP: Final = "Take doubtful rows away by a named rule, or all; may be given several times. Each removal is told."
FILL_HELP: Final = "Put stand-ins into gaps: previous-close or previous-bar. No order fills on them."
NOTHING_TO_TREAT: Final = "simulated prices have nothing to clean or to fill"
