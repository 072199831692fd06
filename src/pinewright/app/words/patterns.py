"""What `pinewright patterns` says to people."""

from __future__ import annotations

from typing import Final

NAMES_HELP: Final = "Names of patterns, such as bullish_engulfing; without --pine all where none is given."
PINE_HELP: Final = "Write Pine v6 instead: functions, an indicator that marks them, or a strategy that enters on them."
LONG_HELP: Final = "With --pine strategy: patterns to buy on, instead of the named ones said to announce a rise."
SHORT_HELP: Final = "With --pine strategy: patterns to sell on, instead of the named ones said to announce a fall."
TIMEZONE_HELP: Final = "IANA zone of the dates, and of stamps in the file that have none; UTC without it."
FILTER_HELP: Final = (
    "With --pine strategy: trade the signals of this family where a pattern agrees: trend_cross, macd, rsi_reversal, "
    "bollinger_reversal, bollinger_breakout, channel_breakout, stochastic_trend, candle_reversal, pullback_candle or "
    "chart_pattern."
)
OUT_HELP: Final = "With --bars: where each pattern fired, as CSV or Parquet. With --pine: the script."

LIST_HEAD: Final = ("name", "kind", "said to announce", "meaning")
PARAMETER_HEAD: Final = ("pattern", "parameter", "meaning", "default", "range")
COUNT_HEAD: Final = ("name", "said to announce", "fired", "per 10,000 bars", "last known at (UTC)")
ANNOUNCED: Final = {1: "a rise", -1: "a fall", 0: "-"}
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
NO_CHART: Final = "{option} is of no use with --pine {form}, which fits any chart"
NO_CHART_HINT: Final = "leave it away"
OTHER_FRAME: Final = "{name} was mined from {own} bars: on {asked} bars its closes would be another shape"
OTHER_FRAME_HINT: Final = "leave --timeframe away, or give {own}"
TWO_FRAMES: Final = "{one} is a shape of {first} bars, {other} one of {second}: a strategy has one time frame"
TWO_FRAMES_HINT: Final = "write a strategy for each"
SIDES_ALONE: Final = "{option} belongs to --pine strategy"
SIDES_ALONE_HINT: Final = "add --pine strategy"
NO_SIDE: Final = "it is not said which side to take on {names}"
NO_SIDE_HINT: Final = (
    "name it with --long or --short; without these, patterns are taken for what they are said to announce"
)
NO_NAMES: Final = "--pine does not say which patterns the script is to hold"
NO_NAMES_HINT: Final = "name them, such as hammer shooting_star; `pinewright patterns` lists all {count}"
