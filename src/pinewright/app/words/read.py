"""What `pinewright read` says to people."""

from __future__ import annotations

from typing import Final

IMAGE_HELP: Final = "A picture of a chart of candles: a screenshot as PNG, or a chart that pinewright drew."
TOP_HELP: Final = (
    "A price and the pixel row at which it lies, near the top: 1.2055@74. Rows count from 0. "
    "Without it the labels beside the plot are read."
)
BOTTOM_HELP: Final = "The same near the bottom; both together make prices of rows."
PATTERN_HELP: Final = "Look for this pattern alone; may be given several times."
OUT_HELP: Final = "Write the picture with what was found drawn in, as PNG."

ONE_PRICE: Final = "one price makes no axis"
ONE_PRICE_HINT: Final = "give both: --top 1.2055@74 --bottom 1.2025@441"
NOT_PNG: Final = "{name} is no PNG file"
NOT_PNG_HINT: Final = "end its name in .png"
SAME_FILE: Final = "--out names the picture itself"
SAME_FILE_HINT: Final = "another file"
CANNOT_WRITE: Final = "the picture cannot be written"

CANDLES: Final = (
    "{count} candles, {pitch:.2f} pixels apart, bodies {body} wide; confidence {confidence:.2f}; "
    "{certain} of them with nothing over their ends"
)
COLOURS: Final = "background {ground}, rising {up}, falling {down}"
NO_COLOUR: Final = "none seen"
STEP: Final = "one step of price is {step:.2f} rows, so prices are exact in steps"
AXIS_READ: Final = (
    "price axis read from {agree} labels, {decimals} decimals, {step:.{decimals}f} apart; "
    "they lie {residual:.2f} rows off it"
)
NO_AXIS: Final = {
    "no_labels": "no price axis: no numbers were seen beside the plot",
    "few_labels": "no price axis: fewer than three labels could be read",
    "in_doubt": "no price axis: the labels could not be read clearly",
    "decimals": "no price axis: the decimals of the labels cannot be told",
    "not_linear": "no price axis: the labels are not linear, as on a logarithmic scale",
}
IN_ROWS: Final = "prices are rows from the picture's bottom; --top and --bottom make them prices"
MARK_HEAD: Final = ("candle", "column", "pattern", "points", "close")
LEVEL_HEAD: Final = ("level", "row", "price", "touches", "strength")
LINE_HEAD: Final = ("trend line", "from", "to", "touches", "broken")
POINTS: Final = {1: "up", -1: "down", 0: "-"}
KINDS: Final = {1: "resistance", -1: "support"}
SIDES: Final = {1: "over the price", -1: "under the price"}
YES_NO: Final = {True: "yes", False: "no"}
PLACE: Final = "{column:.0f}, {row:.0f}"
WRITTEN: Final = "{path} written: ticks at highs and lows, triangles at candle patterns, dashes at levels, lines"
