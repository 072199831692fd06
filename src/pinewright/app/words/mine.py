"""What `mine` and `synthesize` say to people."""

from __future__ import annotations

from typing import Final

LENGTHS_HELP: Final = "Lengths of the shapes in bars, separated by commas."
TIMEFRAMES_HELP: Final = "Time frames to mine, separated by commas; that of the bars by default."
HORIZONS_HELP: Final = "Bars after a shape at which moves are measured, separated by commas."
TOLERANCE_HELP: Final = "Distance within which bars have the shape; 0.5 is a correlation of 0.875."
MOST_HELP: Final = "Shapes of each length and time frame at most."
DISCOVERY_HELP: Final = "Share of the bars that is mined; the rest stays unseen until the end."
KEEP_REFUSED_HELP: Final = "Write a strategy for so many refused shapes as well, those nearest to being kept first."
TIMEZONE_HELP: Final = (
    "Zone of --from and --to, and of times in the file that name none; such as America/New_York. UTC without it."
)
FROM_HELP: Final = "First day that is mined; all of the file without it."
TO_HELP: Final = "End of what is mined and judged, not included."
COSTS_HELP: Final = "Pips a round turn that a shape must pay; the spread of the data without it, 0 for none."
OUT_HELP: Final = "Folder for shapes.json and a strategy for each kept shape."

PLAN: Final = (
    "Mines {bars} up to {border} ({timeframes}; lengths {lengths}). Compares {pairs} pairs of windows, about {seconds} "
    "on {threads}. The rest stays unseen."
)
SAMPLED: Final = "Of the pairs of {timeframe} windows {share:.0%} are compared, drawn by the seed; --pairs raises that."
LEFT_OUT: Final = "{timeframe} has too few bars and is left out."
LINE: Final = "{timeframe} bars, length {length}: {done:.0%} of all pairs, {found} shapes so far"
COSTS: Final = "Costs: {words} ({origin})"
STOPPED: Final = "Stopped: only what was found until then is judged."

FOUND: Final = "{found} shapes found, {tested} taken to the unseen part, {kept} kept."
NONE: Final = "None survived. That is what honest mining of one history says most of the time."
REFUSED_HEAD: Final = ("refused because", "shapes")
REASONS: Final = {
    "few": "too few occurrences",
    "trivial": "a line or a single step",
    "duplicate": "the same places as a better shape",
    "costs": "does not pay its costs where it was mined",
    "unstable": "other direction in one half",
    "unseen": "does not pay its costs on unseen bars",
    "luck": "luck does as well, counting all shapes tested",
    "clock": "the hour does as well without the shape",
}
NOTE: Final = "A shape may be refused for several reasons."
TABLE_HEAD: Final = (
    "shape",
    "says",
    "for bars",
    "mined",
    "net pips",
    "t",
    "unseen",
    "net pips",
    "t",
    "p",
    "clock",
    "verdict",
)
TABLE_FOOT: Final = (
    "says: where the market went after it. mined, unseen: trades there, each for so many bars; net pips of one after",
    "costs, and t, how far from nothing that is. p: chance of the unseen result by luck, all tested shapes counted.",
    "clock: share of as many random bars of the same hours of the week that did as well.",
)
UP: Final = "up"
DOWN: Final = "down"
KEPT: Final = "kept"
WRITTEN: Final = "{shapes} shapes in {path}, {scripts} strategies beside it"
TOOK: Final = "Took {seconds}; peak memory {memory}."
HEAD_PARTS: Final = (
    "Where it was mined: {mined} trades, {mined_net:+.2f} pips each after costs; on unseen bars: {unseen},"
    " {unseen_net:+.2f} pips each"
)
HEAD_REFUSED: Final = "Refused: {sentence}"
PAIRS_HELP: Final = "Pairs of windows to compare for each length at most, in millions; more are sampled."

COUNT_HELP: Final = "Windows to make, the same number of each label."
BARS_HELP: Final = "Bars of each window."
LIKE_HELP: Final = "A file of bars whose volatility and steps the background takes; a plain walk without it."
SYNTHETIC_OUT_HELP: Final = "The Parquet file (zstd)."
LABELS_HELP: Final = (
    "Labels to make, separated by commas; all and 'none' by default. rising_channel is the channel, not its break."
)
MADE: Final = "{count} windows of {bars} bars with {labels} labels in {path} (seed {seed})"
MADE_HEAD: Final = ("label", "windows")
NO_PARQUET: Final = "windows are written as Parquet only"
NO_PARQUET_HINT: Final = "a name that ends in .parquet"

CANNOT_WRITE: Final = "the shapes cannot be written"
NO_FOLDER: Final = "the folder cannot be made: {reason}"

SHEET_KEPT: Final = "kept; its last place on unseen bars"
SHEET_REFUSED: Final = "refused ({reasons}); its last place on unseen bars"
