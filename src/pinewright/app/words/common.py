"""What the command line says to people, in one place, so that a second language is a second file."""

from __future__ import annotations

from typing import Final

PROGRAM: Final = "pinewright"
APP_HELP: Final = (
    "From raw prices to five checked TradingView strategies.\n\n"
    "Pine in, native kernel, search, Pine out. Start with: pinewright run"
)
VERSION_HELP: Final = "Print the version and exit."
VERBOSE_HELP: Final = "Say more on standard error."
DEBUG_HELP: Final = "Say everything on standard error, tracebacks of errors too."
JSON_HELP: Final = "Print JSON on standard output and nothing else there; messages go to standard error."

WHERE: Final = "  where: {where}"
HINT: Final = "  hint: {hint}"
NO_COMMAND: Final = "unknown command {name!r}"
DID_YOU_MEAN: Final = "did you mean {name}?"
TRY_HELP: Final = "`{command} --help` lists what is legal"
STOPPED: Final = "stopped: what was written so far is kept"
DEFECT: Final = "a defect in Pinewright, not in your input: {kind}: {what}"
DEFECT_HINT: Final = "`pinewright --debug ...` shows the traceback; please report it with that command"

NO_VALUE: Final = "-"
SETTINGS_HEAD: Final = ("setting", "value", "from", "meaning")

SYSTEM: Final = "system"
PROCESSOR: Final = "processor"
VECTORS: Final = "vector instructions"
MEMORY: Final = "memory"
DISK: Final = "disk"
GPU: Final = "GPU"
BUDGET: Final = "a run takes"
NATIVE: Final = "native code"
ZONES: Final = "time zones"
CACHE: Final = "cache folder"
FOLDER: Final = "current folder"
NONE: Final = "none"
CORES: Final = "{name}, {usable} of {logical} threads usable"
MEMORY_FOUND: Final = "{available} free of {usable}"
DISK_FOUND: Final = "{free} free at {path}"
GPU_FOUND: Final = "{name}, {free} free of {memory}, driver {driver}"
BUDGET_FOUND: Final = "{threads} threads, {memory} of memory, {batch} parameter sets at a time"
FEWER_CORES: Final = (
    "affinity or a container's quota leaves {usable} of {logical} threads: searches take that much longer"
)
NO_SIMD: Final = "kernels run one number at a time: several times slower"
LITTLE_MEMORY: Final = "under 1 GiB free: long histories are worked on in small pieces, slower"
LITTLE_DISK: Final = "under 1 GiB free: large runs may not be written to the end"
NO_GPU: Final = "normal: the search uses the processor alone; nothing is lost in this version"
NO_TORCH: Final = "not needed: no command of this version uses a model"
NO_TRANSFORMERS: Final = "not needed: no command of this version uses a model"
NO_NVML: Final = "not needed: a GPU is then asked through nvidia-smi"
NO_VECTORBT: Final = "needed for the benchmark beside vectorbt alone (make bench installs it)"
NO_ZONE: Final = "no data for {zone}"
REINSTALL: Final = "pinewright cannot run without it: install pinewright again"
CHOOSE_FOLDER: Final = "choose another folder: --out for results, PINEWRIGHT_CACHE_DIR for the cache"
HEALTHY: Final = "everything that pinewright needs is here"
UNHEALTHY: Final = "{count} of the things that pinewright needs are missing: see the lines marked {mark}"
DOCTOR_HEAD: Final = ("", "what", "found", "what that costs")
MARKS: Final = {"ok": "ok", "absent": "-", "broken": "BROKEN"}

CHECK_SCRIPTS_HELP: Final = "Pine scripts to check."
CODE_HELP: Final = "A code such as PW201, or its name; leave it out for the list."
RULE_HEAD: Final = ("code", "severity", "name", "what it finds", "fix")
FMT_SCRIPTS_HELP: Final = "Pine scripts to format."
FMT_CHECK_HELP: Final = "Write nothing; exit code 1 when a script would change."
FMT_DIFF_HELP: Final = "Write nothing; show what would change."
FMT_ERRORS: Final = "{count} scripts cannot be formatted, and none was changed"
FMT_AFTER: Final = "{name} (formatted)"
FMT_ONLY_ENDS: Final = "{name}: line ends alone differ"
FORMATTED: Final = "{changed} formatted, {same} left as they were"
WOULD_FORMAT: Final = "{changed} would be formatted, {same} left as they are"
CHECKED: Final = "{scripts} checked: {found}"
SCRIPTS: Final = ("{count} script", "{count} scripts")
WARNINGS: Final = ("{count} warning", "{count} warnings")
NOTES: Final = ("{count} note", "{count} notes")
CHECK_FIX_HELP: Final = "Mend what is wrong, in place, where only one correct script can have been meant."
CHECK_DIFF_HELP: Final = "Write nothing; show what --fix would change."
CHECK_UNSAFE_HELP: Final = "With --fix or --diff: mend too where several scripts may have been meant."
CHECK_SELECT_HELP: Final = "With --fix or --diff: mend the warnings of this code too (PW308)."
CHECK_NOT_SELECTABLE: Final = "{code} is no warning that --select mends"
CHECK_ALONE: Final = "{option} does nothing alone"
CHECK_ALONE_HINT: Final = "add --fix, or look first with --diff"
CHECK_AFTER: Final = "{name} (fixed)"
CHECK_FIXED: Final = "{file}:{line}: fixed[{code}]: {title}"
CHECK_WOULD_FIX: Final = "{file}:{line}: would fix[{code}]: {title}"
CHECK_MENDED: Final = "fixed {fixed} in {file}, {left} left"
CHECK_WOULD_MEND: Final = "would fix {fixed} in {file}, {left} left"
CHECK_MORE: Final = "; {count} more with --unsafe-fixes"
CHECK_CHANGED: Final = "it was changed while it was being mended, and is left as it is"
CHECK_CHANGED_HINT: Final = "run the command again"
CONVERT_SCRIPTS_HELP: Final = "Pine scripts to convert."
CONVERT_TO_HELP: Final = "Version to convert to."
CONVERT_OUTPUT_HELP: Final = "Write the new script there instead of standard output."
CONVERT_IN_PLACE_HELP: Final = "Replace each script by the new one."
CONVERT_DIFF_HELP: Final = "Write nothing; show what would change."
CONVERT_TWO_PLACES: Final = "--output and --in-place name two places"
CONVERT_ONE_PLACE_HINT: Final = "give one of the two"
CONVERT_SEVERAL: Final = "{count} scripts cannot go to one place"
CONVERT_SEVERAL_HINT: Final = "convert them with --in-place, or look first with --diff or --json"
CONVERT_NOT_WRITTEN: Final = "the new script cannot be written"
CONVERT_CHANGE: Final = "{place}: {code}: {message}"
CONVERT_LEFT: Final = "{place}: not carried over[{code}]: {message}\n  hint: {hint}"
CONVERT_RESULT: Final = "{path} (v{version})"
CONVERTED: Final = "{path}: v{old} to v{new}: {changes}, {left} not carried over, {errors} in the result"
STREAMLINE_SCRIPTS_HELP: Final = "Pine scripts to rewrite."
STREAMLINE_OUTPUT_HELP: Final = "Write the new script there instead of standard output."
STREAMLINE_IN_PLACE_HELP: Final = "Replace each script by the new one."
STREAMLINE_DIFF_HELP: Final = "Write nothing; show what would change."
STREAMLINE_CHECK_HELP: Final = "Write nothing; exit code 1 when a script would change."
STREAMLINE_SEVERAL_HINT: Final = "rewrite them with --in-place, or look first with --diff, --check or --json"
STREAMLINE_REWRITE: Final = "{place}: {code}: {message}"
STREAMLINE_HINT: Final = "hint[{code}]: {message}: you may add {add} below line {below} of the result"
STREAMLINE_AFTER: Final = "{name} (streamlined)"
STREAMLINED: Final = "{path}: {rewrites}, {hints}"
REWRITES: Final = ("{count} rewrite", "{count} rewrites")
HINTS: Final = ("{count} hint", "{count} hints")
CHANGES: Final = ("{count} change", "{count} changes")
ERRORS: Final = ("{count} error", "{count} errors")

COSTS_GIVEN: Final = "given by --costs"
COSTS_MEDIAN: Final = "median spread of the data in traded hours"
COSTS_DEFAULT: Final = "default: the data has no spread"
COSTS_NO_SPREAD: Final = "default: the data's median spread of {pips:.2f} pips is no market's"
COSTS_SCRIPT: Final = "declared by the script"
COSTS_ZERO: Final = "none: the script declares no commission and no slippage"
COSTS_ZERO_GIVEN: Final = "no commission and no slippage"
COSTS_WORDS: Final = "{pips:.2f} pips a round turn, as a commission of {commission} {currency} per unit and side"
COSTS_OWN: Final = "{commission}, slippage {slippage} ticks"
COMMISSION_PERCENT: Final = "commission {value} % of the value of each order"
COMMISSION_UNIT: Final = "commission {value} per unit and side"
COMMISSION_ORDER: Final = "commission {value} per order"

BARS_HELP: Final = "CSV or Parquet file of bars or ticks; all of it, unless a window is given."
SOURCE_HELP: Final = "Where bars come from without --bars: simulated."
SYMBOL_HELP: Final = "Instrument; by default guessed from the file's name."
TIMEFRAME_HELP: Final = "1m, 5m, 15m, 1h, 4h or 1d; by default that of the file. Finer bars are joined."
TIMEZONE_HELP: Final = (
    "Zone of times in the file that name none, of the script's clock and of the list of trades; "
    "such as America/New_York."
)
FROM_HELP: Final = "First day of the window; earlier bars warm the indicators up."
TO_HELP: Final = "End of the window, not included."
COSTS_HELP: Final = "Pips a round turn, instead of the script's or the data's; 0 for none."
SCRIPT_HELP: Final = "A Pine strategy, v5 or v6."
SET_HELP: Final = "Change an input; may be given several times."
TRADES_HELP: Final = "Write the list of trades there, in TradingView's columns."
QUALITY_LINE: Final = "data: {line}"
COSTS_LINE: Final = "costs: {words} ({origin})"
INPUTS_LINE: Final = "inputs: {inputs}"
MARGIN_CALLS: Final = "{count} margin calls: positions were larger than the account carries"
TRADES_WRITTEN: Final = "trades written to {path}"
SIDE_HELP: Final = "bid, ask or mid, where the file has a choice."
DAYS_HELP: Final = "Length of the window in calendar days, back from its end; 14 for simulated prices, all of a file."
BUDGET_HELP: Final = "Size of the search: 256, 1,024 or 8,192 parameter sets for each family or script."
SEED_HELP: Final = "Same seed, same result, on any number of threads."
THREADS_HELP: Final = "Threads to use; 0 for all that this process may use."
OUT_HELP: Final = "Folder for scripts and report."
ROLLOVER_HELP: Final = "Trade through 16:55 to 18:15 New York too, where quotes are an artefact."
VARY_HELP: Final = "Search this input only; may be given several times."
FIX_HELP: Final = "Leave this input at its default; may be given several times."

STOPPING: Final = "stopping after the batch at hand; once more ends at once"
INTERRUPTED: Final = "stopped: {done:,} of {planned:,} parameter sets are kept in {folder}; the same command goes on"
ACCOUNT_LINE: Final = (
    "account: {capital:,.0f} {currency}, {risk:g} % of it at risk a trade, whole lots of {lot:,g} units, "
    "margin 1:{leverage:g}"
)
PLAN_RUN: Final = (
    "plan: {families} families, {trials:,} backtests of {bars:,} bars{beside}, {threads}, about {seconds} s"
)
PLAN_BESIDE: Final = " and up to {count:,} more for the evidence"
PLAN_PARTS: Final = "parts: search {search}, selection {selection}, locked {locked} (opened once, at the end)"
PLAN_PART: Final = "{start} to {end} ({days})"
TRADING_DAYS: Final = ("{count} trading day", "{count} trading days")
THREADS: Final = ("{count} thread", "{count} threads")
INPUTS_VARY: Final = ("{count} input varies", "{count} inputs vary")
PLAN_SCRIPT: Final = "plan: {inputs}, {trials:,} backtests of {bars:,} bars{beside}, {threads}, about {seconds} s"
DATA_LINE: Final = "bars: {line}"
WROTE: Final = "written: {files}"
REMOVED: Final = "removed, of an earlier report in this folder: {files}"
OPEN_REPORT: Final = "open {path} in a browser"
RUN_TITLE: Final = "Five strategies for {symbol} {timeframe}"
OPTIMIZE_TITLE: Final = "{title}: better inputs?"
NEXT_TEST: Final = "pinewright backtest {script} {bars}"
NEXT_BARS: Final = "pinewright run --bars FILE"
SIMULATED: Final = "no --bars given: simulated prices, to show the way"
UNCHANGED: Final = "the script is left as it is: nothing better was found"

EXPRESSIONS_HELP: Final = 'Pine over the bars, such as "ta.rsi(close, 14)" or "fast = ta.ema(close, 12)".'
COLUMNS_HELP: Final = "Write the columns there: a .csv or .parquet file."
NO_EXPRESSION: Final = "no expression to compute"
NO_BARS: Final = "no bars to compute over"
EXPRESSION_AND_BARS: Final = (
    'pinewright indicators --bars FILE "ta.rsi(close, 14)"; without both, the functions are listed'
)
COLUMN_HEAD: Final = ("column", "first value", "last value")
COLUMNS_WRITTEN: Final = "{rows} rows written to {path}"
FUNCTION_HEAD: Final = ("family", "Pine", "meaning")
WRONG_KIND: Final = "columns are not written as {kind}"
KINDS_HINT: Final = "name a .csv or a .parquet file"
TIME_TAKEN: Final = "a column is named time, as the bars' own"
TIME_TAKEN_HINT: Final = "name it otherwise: opened = time"
CANNOT_WRITE: Final = "the columns cannot be written"
IS_FOLDER: Final = "this is a folder, not a script"
IS_FOLDER_HINT: Final = "name the file to write, such as new.pine"
WRONG_LIST: Final = "{text!r} is no list of whole numbers"
WRONG_LIST_HINT: Final = "numbers separated by commas, such as 16,32,64"
OTHER_PLACE: Final = "name a file in a folder that exists and may be written"
REFUSED_ORDERS: Final = (
    "{count} entries refused: the account cannot pay them; see initial_capital, the size, and margin_long and "
    "margin_short (100 % by default in v6)"
)
CURRENCY: Final = "the script's account is in {asked}: money here is in {asked}, prices of {symbol} are in {quote}"


def plural(words: tuple[str, str], count: int) -> str:
    """The form for one, or the form for many, with the count in it."""
    return words[count != 1].format(count=f"{count:,}")
