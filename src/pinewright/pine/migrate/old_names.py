"""What the language renamed: constants of v3 in v4, functions and variables of v4 in v5, and the words that v5 took."""

from __future__ import annotations

from typing import Final


def _into(namespace: str, words: str) -> dict[str, str]:
    """Each word into a namespace: ``sma`` to ``ta.sma``."""
    return {word: f"{namespace}.{word}" for word in words.split()}


COLORS: Final = "aqua black blue fuchsia gray green lime maroon navy olive orange purple red silver teal white yellow"
_STYLES: Final = "line stepline histogram cross area columns circles linebr areabr"

CONSTANTS_3: Final[dict[str, str]] = {
    **_into("color", COLORS),
    **{word: f"plot.style_{word}" for word in _STYLES.split()},
    **{word: f"hline.style_{word}" for word in "solid dotted dashed".split()},
    **_into("dayofweek", "sunday monday tuesday wednesday thursday friday saturday"),
    **_into("timeframe", "isintraday isdaily isweekly ismonthly isdwm isseconds isminutes period"),
    **_into("syminfo", "tickerid ticker"),
    **_into("currency", "USD EUR GBP JPY AUD CAD CHF HKD NOK NZD RUB SEK SGD TRY ZAR"),
    "interval": "timeframe.multiplier",
    "n": "bar_index",
}
"""Constants and variables of v3 by their names in v4."""

INPUT_TYPES: Final[dict[str, str]] = {
    "bool": "input.bool",
    "integer": "input.integer",
    "float": "input.float",
    "string": "input.string",
    "symbol": "input.symbol",
    "resolution": "input.resolution",
    "session": "input.session",
    "source": "input.source",
}
"""Types of ``input()`` in v3 by their names in v4."""

VARIABLES_4: Final[dict[str, str]] = _into("ta", "accdist iii nvi obv pvi pvt tr vwap wad wvad")
"""Variables of v4 by their names in v5."""

FUNCTIONS_4: Final[dict[str, str]] = {
    **_into(
        "ta",
        "alma atr barssince bb bbw cci change cmo cog correlation cross crossover crossunder cum dev dmi ema falling "
        "highest highestbars hma kc kcw linreg lowest lowestbars macd median mfi mode mom "
        "percentile_linear_interpolation percentile_nearest_rank percentrank pivothigh pivotlow range rising rma roc "
        "rsi sar sma stdev stoch supertrend swma tr tsi valuewhen variance vwap vwma wma wpr",
    ),
    **_into(
        "math",
        "abs acos asin atan avg ceil cos exp floor log log10 max min pow random round round_to_mintick sign sin sqrt "
        "sum tan todegrees toradians",
    ),
    **_into("request", "security financial quandl splits dividends earnings"),
    **_into("ticker", "heikinashi renko kagi linebreak pointfigure"),
    "tickerid": "ticker.new",
    "tostring": "str.tostring",
    "tonumber": "str.tonumber",
    "study": "indicator",
}
"""Functions of v4 by their names in v5."""

MEMBERS_4: Final[dict[str, str]] = {
    "label.style_labelup": "label.style_label_up",
    "label.style_labeldown": "label.style_label_down",
}
"""Constants of v4 by their names in v5."""

NEW_WORDS: Final = frozenset(["switch", "while"])
"""Names of v4 that begin a structure in v5."""

RESERVED_5: Final = frozenset(
    "catch class do ellipse in is polygon range return struct text throw try type method export import "
    "ta math str request ticker timeframe input enum".split()
)
"""Names that a script may not give in v5, or that would hide a namespace which the new text needs."""
