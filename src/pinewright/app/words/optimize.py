"""What ``run`` and ``optimize`` say of search, evidence and verdict."""

from __future__ import annotations

from typing import Final

NO_LEDGER: Final = "the ledger of trials was left alone: {what} ({where}); earlier runs are not counted"
LEDGER_DAMAGED: Final = "{count} lines of the ledger {path} cannot be read: earlier trials are at least those told"
VERDICT: Final = "verdict: {word}"
MATTERS: Final = "inputs by what they explain of the scores: {shares}"
MATTERS_ONE: Final = "{name} {share:.0f} %"
CHANGES: Final = "what would change it: {changes}"
EARLIER: Final = "these data were searched before: {trials:,} trials in {runs} count in every figure against luck"
OPENED: Final = "days of this locked part were seen before, so it is no longer a clean test: {openings}"
MORE: Final = "and {count} more"
REPLACED: Final = "an earlier report in this folder was replaced"
DEFAULT_OUTSIDE: Final = "the default of {name}, {value}, lies outside of its own minval and maxval"
DEFAULT_OUTSIDE_HINT: Final = "change the default or the range: the search could never give it back"
RUNS: Final = ("{count} earlier run", "{count} earlier runs")

VARY_HELP: Final = (
    "Search this input only, over its own range or another: fast, fast=5:50:1, kind=a,b. May be given several times."
)
FIX_HELP: Final = "Leave this input at its default, or hold it at a value: slow, slow=40. May be given several times."
WHERE_HELP: Final = 'Keep the inputs in an order: "fast < slow". May be given several times.'
SPACE_HELP: Final = "File that says what varies; `--space-out` writes one to begin with."
SPACE_OUT_HELP: Final = "Write the space of this search there, to be edited and given with --space, and end."
OBJECTIVE_HELP: Final = (
    "What is maximised: a metric, or an expression of metrics such as 'net_profit / max_drawdown'. Several make a "
    "Pareto front; the first one leads."
)
REQUIRE_HELP: Final = 'What a set must keep to: "trades >= 100", "max_drawdown < 500". May be given several times.'
TRIALS_HELP: Final = "Parameter sets to try, instead of the budget's number."
METHOD_HELP: Final = "How sets are drawn; auto chooses by the size of the space and the number of objectives."
HALVING_HELP: Final = "Try sets on a beginning of the search part, the better third on three times as much, and so on."
ENGINE_HELP: Final = "Where sets are run: threads of this machine, or the workers of a Ray cluster."
LONG_HELP: Final = (
    "For an indicator: when to be long, as a condition of Pine or the name of a plotshape or alertcondition."
)
SHORT_HELP: Final = "The same for short; without it the long condition alone is traded."
EXIT_HELP: Final = (
    "For an indicator traded on one side: when to be out again, instead of the opposite of its condition."
)
SCRIPT_HELP: Final = "A Pine strategy, v5 or v6; or an indicator, with --long and --short."
WRONG_PROGRESS: Final = "unknown form of progress {name!r}"
WRONG_FAMILY: Final = "unknown family {name!r}"
WRONG_ENGINE: Final = "unknown engine {name!r}"
NO_SIDE: Final = "an indicator does not say when it would trade"
NO_SIDE_HINT: Final = "give --long and --short: conditions of Pine, or names of its plotshape or alertcondition calls"
SCRIPT_TOO_HELP: Final = "A strategy of your own that takes part in the search; may be given several times."
FAMILY_HELP: Final = "Search this family only; may be given several times."

HEAD_INVENTED: Final = "Tested on simulated prices, which say nothing of a market."
HEAD_FEED: Final = "Prices: {symbol} {timeframe}, {side}, {feed}."
HEAD_PERIOD: Final = "Period: {start} to {end}; the script's clock: {zone}."
HEAD_COSTS: Final = "Costs: {words} ({origin})."
HEAD_SEARCH: Final = "Search: {trials:,} parameter sets, seed {seed}."
HEAD_SEED: Final = "Search: seed {seed}."
HEAD_NOTHING: Final = "nothing"
HEAD_CHANGED: Final = "Changed: {changed}."
HEAD_VERDICT: Final = "Verdict: {word}."
DEFAULT_INPUTS: Final = "default inputs"
FOUND_INPUTS: Final = "found inputs"
