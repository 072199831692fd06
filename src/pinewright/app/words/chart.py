"""What `chart` says to people."""

from __future__ import annotations

from typing import Final

OUT_HELP: Final = "The picture to write: a .png file."
LAST_HELP: Final = "Draw the last N bars; 120 by default, or all from --from to --to."
INDICATORS_HELP: Final = (
    'Pine to draw, such as "ta.sma(close, 20)" or "fast = ta.ema(close, 12)"; may be given several times, or as '
    "several words behind one --indicators."
)
PATTERNS_HELP: Final = "Mark candle and structure patterns."
PATTERN_HELP: Final = "Mark this pattern only (`pinewright patterns` lists them); may be given several times."
TRADES_HELP: Final = "Mark the trades of a list: of `backtest --trades`, of a report, or exported by TradingView."
STRATEGY_HELP: Final = "With a report's trades.csv: whose trades."
STYLE_HELP: Final = "candles, or ohlc for bars."
PALETTE_HELP: Final = "Colours: blue_orange, tradingview, dark, gray or gray_dark."
SIZE_HELP: Final = "Width and height in pixels."
SCALE_HELP: Final = "2 draws the same picture with twice the pixels, for fine screens and print; 1 to 4."
TIMEFRAMES_HELP: Final = "More charts in the same picture, of coarser time frames; such as 1h,4h. At most 5."
VOLUME_HELP: Final = "Draw the volume, where the bars have any."
TIMEZONE_HELP: Final = (
    "Zone of the time axis, UTC by default, and of times in the files that name none; such as America/New_York."
)

NO_BARS: Final = "no bars to draw"
NO_BARS_HINT: Final = "give a file with --bars FILE, or --source simulated"
NOT_PNG: Final = "pictures are written as .png, not as {kind}"
NOT_PNG_HINT: Final = "name it chart.png"
NO_LAST: Final = "--last {count} shows nothing"
NO_LAST_HINT: Final = "one bar at least"
NO_SIZE: Final = "{text!r} is no size"
NO_SIZE_HINT: Final = "width and height in pixels: --size 1280x720"
UNKNOWN_STYLE: Final = "unknown style {name!r}"
TOO_MANY_CHARTS: Final = "{count} more time frames"
TOO_MANY_CHARTS_HINT: Final = "at most {most}"
SAME_TIMEFRAME: Final = "the time frame {timeframe} is there twice"
SAME_TIMEFRAME_HINT: Final = "name coarser ones than that of the bars, each once"
CANNOT_WRITE: Final = "the picture cannot be written"
WHICH_STRATEGY: Final = "the list holds trades of {count} strategies"
WHICH_STRATEGY_HINT: Final = "choose one with --strategy: {names}"
UNKNOWN_STRATEGY: Final = "no trades of a strategy {name!r} in the list"
NO_TRADE: Final = "the list holds no trade"
ONE_STRATEGY: Final = "--strategy belongs to a list of several strategies, as a report writes it"
ONE_STRATEGY_HINT: Final = "leave --strategy away, or name a report's trades.csv"
STRATEGY_ALONE: Final = "--strategy does nothing alone"
STRATEGY_ALONE_HINT: Final = "add --trades FILE"

PATTERNS_LEFT: Final = (
    "{count} more pattern is not drawn",
    "{count} more patterns are not drawn",
)
TRADES_LEFT: Final = ("{count} earlier trade is not drawn", "{count} earlier trades are not drawn")
NO_TRADES: Final = "none of the {count} trades of the list begins or ends in {timeframe} bars from {start} to {end}"
OTHER_PRICES: Final = "0 of {count} listed entry prices lie on these bars ({symbol} {timeframe})"
OTHER_PRICES_HINT: Final = (
    "give the bars of the list's own symbol instead of {symbol}; where it is the same, name the zone of its times with "
    "--timezone"
)
FEW_PRICES: Final = (
    "only {on_bars} of {count} listed entry prices lie on these bars: are they of the same feed and zone?"
)
NO_PATTERNS: Final = "no pattern in these bars"
WRITTEN: Final = "{path}: {width}x{height} pixels, {size}"
BARS: Final = ("{count} bar", "{count} bars")
MARK_HEAD: Final = ("known at ({zone})", "bar opens", "time frame", "pattern", "said to announce", "confidence")
"""A pattern is known when its bar closes, one bar's length after the label that the bar has on the axis."""
TRADE_LABEL: Final = "#{number}"
