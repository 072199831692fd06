"""What `pinewright patterns` says to people."""

from __future__ import annotations

from typing import Final

NAMES_HELP: Final = "Names of patterns, such as bullish_engulfing; all where none is given."
PINE_HELP: Final = "Write Pine v6 instead: functions, an indicator that marks them, or a strategy that enters on them."
LONG_HELP: Final = "With --pine strategy: patterns to buy on, instead of the named ones that point up."
SHORT_HELP: Final = "With --pine strategy: patterns to sell on, instead of the named ones that point down."
TIMEZONE_HELP: Final = "IANA zone of the dates, and of stamps in the file that have none; UTC without it."
FILTER_HELP: Final = "With --pine strategy: trade the signals of this family where a pattern agrees."
OUT_HELP: Final = "With --bars: where each pattern fired, as CSV or Parquet. With --pine: the script."

LIST_HEAD: Final = ("name", "kind", "points", "meaning")
PARAMETER_HEAD: Final = ("pattern", "parameter", "meaning", "default", "range")
COUNT_HEAD: Final = ("name", "points", "fired", "per 10,000 bars", "last known at (UTC)")
POINTS: Final = {1: "up", -1: "down", 0: "-"}
NEVER: Final = "never"
RANGE: Final = "{low:g} to {high:g}, step {step:g}"
MARKS_WRITTEN: Final = "{rows} written to {path}"
ROWS: Final = ("{count} row", "{count} rows")
PINE_WRITTEN: Final = "{what} of {count} written to {path}; check it: pinewright check {path}"
FUNCTIONS_WRITTEN: Final = "functions of {count} written to {path}; paste them below the declaration of your script"

WRONG_PINE: Final = "there is no --pine {given!r}"
BOTH: Final = "--bars counts patterns and --pine writes them: one at a time"
BOTH_HINT: Final = "leave one of the two away"
OUT_ALONE: Final = "--out needs something to write"
OUT_ALONE_HINT: Final = "give --bars FILE for a table of the places, or --pine strategy for a script"
SHAPES_HELP: Final = "With --pine: shapes that `pinewright mine` wrote (shapes.json), to be named like patterns."
NO_SHAPES: Final = "cannot be read: {reason}"
NOT_SHAPES: Final = "this is no file of mined shapes"
NOT_SHAPES_HINT: Final = "name the shapes.json that `pinewright mine --out DIR` wrote"
PINE_ALONE: Final = "{option} belongs to --pine"
PINE_ALONE_HINT: Final = "add --pine functions, indicator or strategy"
NEEDS_BARS: Final = "{option} says something of bars, and there are none"
NEEDS_BARS_HINT: Final = "add --bars FILE, or leave it away"
SIDES_ALONE: Final = "{option} belongs to --pine strategy"
SIDES_ALONE_HINT: Final = "add --pine strategy"
NO_SIDE: Final = "it is not said which side to take on {names}"
NO_SIDE_HINT: Final = "name it with --long or --short; without these, patterns are taken the way they point"
NO_NAMES: Final = "a script of all {count} patterns would be hard to read"
NO_NAMES_HINT: Final = "name the ones that you want"
