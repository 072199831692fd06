"""The one table of what Pine offers: functions, variables and constants of the subset, in our own words.

Checker, compiler, generator and indicators read it. Facts are those of TradingView's reference; the wording is ours.
A function of ``ta`` is defined once, in ``prelude.pine``, by Pine over a few primitives.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from pinewright.pine.types import Kind, Qualifier, Type, parse_type


class Role(Enum):
    """What the compiler does with a call."""

    MATH = "math"
    """A formula of its arguments; its qualifier is the highest of theirs."""
    PRELUDE = "prelude"
    """A function written in Pine, in prelude.pine."""
    PRIMITIVE = "primitive"
    """A rolling window that the prelude stands on; no script can name it."""
    CLOCK = "clock"
    """A part of the date of a time."""
    INPUT = "input"
    ORDER = "order"
    DECLARATION = "declaration"
    DISPLAY = "display"
    """Shows something and reaches no order: checked, then sliced away."""


@dataclass(frozen=True)
class Parameter:
    name: str
    type: Type
    required: bool = True


@dataclass(frozen=True)
class Function:
    """One function: parameters in order, type of the result (a call of MATH decides its qualifier), documentation."""

    name: str
    role: Role
    parameters: tuple[Parameter, ...]
    returns: Type
    doc: str
    versions: tuple[int, ...] = (5, 6)
    variadic: bool = False
    """The last parameter may be given any number of times (``math.max``)."""
    loose: bool = False
    """Arguments are taken as they come: for drawing functions, which reach no order."""
    short_source: str | None = None
    """``ta.highest(10)`` stands for ``ta.highest(high, 10)``: the source where only a length is given."""

    @property
    def signature(self) -> str:
        parts = [f"{p.name}" if p.required else f"[{p.name}]" for p in self.parameters]
        if self.variadic or self.loose:
            parts.append("...")
        return f"{self.name}({', '.join(parts)})"


@dataclass(frozen=True)
class Variable:
    """A built-in variable or constant; ``value`` is set for constants known in the source."""

    name: str
    type: Type
    doc: str
    value: float | str | bool | None = None


def _parameters(text: str) -> tuple[Parameter, ...]:
    """From ``series float source, simple int length, int n?``: a question mark makes it optional."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        kind, name = part.rsplit(" ", 1)
        found.append(Parameter(name.rstrip("?"), parse_type(kind), not name.endswith("?")))
    return tuple(found)


def _returns(text: str) -> Type:
    if text.startswith("["):
        return Type(Kind.VOID, Qualifier.SERIES, tuple(parse_type(item) for item in text[1:-1].split(", ")))
    return parse_type(text)


_PLOT: Final = (
    "series float series, const string title?, series color color?, input int linewidth?, input string style?, "
    "input bool trackprice?, input float histbase?, series int offset?, input bool join?, input bool editable?, "
    "input int show_last?, input string display?, input string format?, input int precision?, "
    "input bool force_overlay?, input string linestyle?"
)
_SHAPE: Final = (
    "series bool series, const string title?, input string style?, input string location?, series color color?, "
    "series int offset?, const string text?, series color textcolor?, input bool editable?, const string size?, "
    "input int show_last?, input string display?, input string format?, input int precision?, input bool force_overlay?"
)
_INPUT_TAIL: Final = (
    "const string tooltip?, const string inline?, const string group?, const bool confirm?, "
    "const string display?, const bool active?"
)
_ENTRY: Final = (
    "series string id, series string direction, series float qty?, series float limit?, series float stop?, "
    "series string oca_name?, input string oca_type?, series string comment?, series string alert_message?, "
    "series bool disable_alert?"
)
_DRAWING_NAMESPACES: Final = ("label", "line", "box", "table", "linefill", "polyline")

# name, role, parameters, result, what it does
_ROWS: Final[tuple[tuple[str, Role, str, str, str], ...]] = (
    ("math.abs", Role.MATH, "series float number", "float", "Absolute value."),
    ("math.sign", Role.MATH, "series float number", "float", "-1, 0 or 1."),
    ("math.max", Role.MATH, "series float number0, series float number1", "float", "The greatest of its arguments."),
    ("math.min", Role.MATH, "series float number0, series float number1", "float", "The least of its arguments."),
    ("math.avg", Role.MATH, "series float number0, series float number1", "float", "The mean of its arguments."),
    ("math.floor", Role.MATH, "series float number", "int", "The next integer below."),
    ("math.ceil", Role.MATH, "series float number", "int", "The next integer above."),
    ("math.round", Role.MATH, "series float number, series int precision?", "float", "Rounded, halves up."),
    ("math.round_to_mintick", Role.MATH, "series float number", "float", "To the tick grid, ties up."),
    ("math.sqrt", Role.MATH, "series float number", "float", "Square root; na below zero."),
    ("math.pow", Role.MATH, "series float base, series float exponent", "float", "Power."),
    ("math.exp", Role.MATH, "series float number", "float", "e to the power."),
    ("math.log", Role.MATH, "series float number", "float", "Natural logarithm."),
    ("math.log10", Role.MATH, "series float number", "float", "Logarithm of base ten."),
    ("na", Role.MATH, "series float x", "bool", "Whether the value is missing."),
    ("nz", Role.MATH, "series float source, series float replacement?", "float", "The value, or 0 where it is na."),
    ("int", Role.MATH, "series float x", "int", "Cut to an integer."),
    ("float", Role.MATH, "series float x", "float", "As a float."),
    ("bool", Role.MATH, "series float x", "bool", "False for 0 and na."),
    ("math.sum", Role.PRELUDE, "series float source, series int length", "float", "Sum of the last values."),
    ("ta.sma", Role.PRELUDE, "series float source, series int length", "float", "Mean of the last values."),
    ("ta.ema", Role.PRELUDE, "series float source, simple int length", "float", "Exponential mean, seeded by the sma."),
    ("ta.rma", Role.PRELUDE, "series float source, simple int length", "float", "Wilder's mean, seeded by the sma."),
    ("ta.wma", Role.PRELUDE, "series float source, series int length", "float", "Mean with linear weights."),
    ("ta.rsi", Role.PRELUDE, "series float source, simple int length", "float", "Relative strength index, 0 to 100."),
    (
        "ta.macd",
        Role.PRELUDE,
        "series float source, simple int fastlen, simple int slowlen, simple int siglen",
        "[float, float, float]",
        "MACD line, signal line, histogram.",
    ),
    (
        "ta.bb",
        Role.PRELUDE,
        "series float series, series int length, series float mult",
        "[float, float, float]",
        "Bollinger bands: middle, upper, lower.",
    ),
    ("ta.bbw", Role.PRELUDE, "series float series, series int length, series float mult", "float", "Their width."),
    (
        "ta.stdev",
        Role.PRELUDE,
        "series float source, series int length, series bool biased?",
        "float",
        "Standard deviation.",
    ),
    (
        "ta.variance",
        Role.PRELUDE,
        "series float source, series int length, series bool biased?",
        "float",
        "Variance of the last values.",
    ),
    (
        "ta.stoch",
        Role.PRELUDE,
        "series float source, series float high, series float low, series int length",
        "float",
        "Raw %K: place of the source between lowest low and highest high.",
    ),
    ("ta.tr", Role.PRELUDE, "simple bool handle_na?", "float", "True range."),
    ("ta.atr", Role.PRELUDE, "simple int length", "float", "Average true range: rma of the true range."),
    (
        "ta.dmi",
        Role.PRELUDE,
        "simple int diLength, simple int adxSmoothing",
        "[float, float, float]",
        "Directional movement: +DI, -DI, ADX.",
    ),
    ("ta.highest", Role.PRELUDE, "series float source, series int length", "float", "Greatest of the last values."),
    ("ta.lowest", Role.PRELUDE, "series float source, series int length", "float", "Least of the last values."),
    ("ta.change", Role.PRELUDE, "series float source, series int length?", "float", "Difference to an earlier value."),
    ("ta.mom", Role.PRELUDE, "series float source, series int length", "float", "Momentum: a difference."),
    ("ta.roc", Role.PRELUDE, "series float source, series int length", "float", "Rate of change in percent."),
    ("ta.wpr", Role.PRELUDE, "series int length", "float", "Williams %R."),
    ("ta.cci", Role.PRELUDE, "series float source, series int length", "float", "Commodity channel index."),
    ("ta.crossover", Role.PRELUDE, "series float source1, series float source2", "bool", "The first rises over it."),
    ("ta.crossunder", Role.PRELUDE, "series float source1, series float source2", "bool", "The first falls under it."),
    ("window.sum", Role.PRIMITIVE, "series float source, series int length", "float", "Compensated rolling sum."),
    ("window.highest", Role.PRIMITIVE, "series float source, series int length", "float", "Rolling maximum."),
    ("window.weighted", Role.PRIMITIVE, "series float source, series int length", "float", "Rolling linear weights."),
    (
        "window.deviation",
        Role.PRIMITIVE,
        "series float source, series float mean, series int length",
        "float",
        "Mean absolute deviation from a given mean.",
    ),
    ("window.cross", Role.PRIMITIVE, "series float source1, series float source2", "float", "1, -1 or 0."),
    *(
        (part, Role.CLOCK, "series int time, series string timezone?", "int", f"{part} of a time.")
        for part in ("year", "month", "weekofyear", "dayofmonth", "dayofweek", "hour", "minute", "second")
    ),
    (
        "input.int",
        Role.INPUT,
        "const int defval, const string title?, const int minval?, const int maxval?, const int step?, "
        + _INPUT_TAIL.replace("const string display?", "const int options?, const string display?"),
        "input int",
        "An integer that the user may set.",
    ),
    (
        "input.float",
        Role.INPUT,
        "const float defval, const string title?, const float minval?, const float maxval?, const float step?, "
        + _INPUT_TAIL.replace("const string display?", "const float options?, const string display?"),
        "input float",
        "A number that the user may set.",
    ),
    ("input.bool", Role.INPUT, f"const bool defval, const string title?, {_INPUT_TAIL}", "input bool", "A switch."),
    ("input.time", Role.INPUT, f"const int defval, const string title?, {_INPUT_TAIL}", "input int", "A date, ms UTC."),
    (
        "input.string",
        Role.INPUT,
        f"const string defval, const string title?, const string options?, {_INPUT_TAIL}",
        "input string",
        "One of several words.",
    ),
    ("input.source", Role.INPUT, f"series float defval, const string title?, {_INPUT_TAIL}", "series float", "Prices."),
    ("input.color", Role.INPUT, f"const color defval, const string title?, {_INPUT_TAIL}", "input color", "A colour."),
    (
        "timestamp",
        Role.MATH,
        "const string dateString",
        "int",
        "A date and time as ms UTC; without a zone in the text it is UTC.",
    ),
    (
        "strategy",
        Role.DECLARATION,
        "const string title, const string shorttitle?, const bool overlay?, const string format?, "
        "const int precision?, "
        "const string scale?, const int pyramiding?, const bool calc_on_order_fills?, const bool calc_on_every_tick?, "
        "const int max_bars_back?, const int backtest_fill_limits_assumption?, const string default_qty_type?, "
        "const float default_qty_value?, const float initial_capital?, const string currency?, const int slippage?, "
        "const string commission_type?, const float commission_value?, const bool process_orders_on_close?, "
        "const string close_entries_rule?, const float margin_long?, const float margin_short?, "
        "const bool explicit_plot_zorder?, const int max_lines_count?, const int max_labels_count?, "
        "const int max_boxes_count?, const int calc_bars_count?, const float risk_free_rate?, "
        "const bool use_bar_magnifier?, const bool fill_orders_on_standard_ohlc?, const int max_polylines_count?, "
        "const bool dynamic_requests?, const string behind_chart?",
        "void",
        "Makes the script a strategy and sets its account.",
    ),
    (
        "indicator",
        Role.DECLARATION,
        "const string title, const string shorttitle?, const bool overlay?, const string format?, "
        "const int precision?, "
        "const string scale?, const int max_bars_back?, const string timeframe?, const bool timeframe_gaps?, "
        "const bool explicit_plot_zorder?, const int max_lines_count?, const int max_labels_count?, "
        "const int max_boxes_count?, const int calc_bars_count?, const int max_polylines_count?, "
        "const bool dynamic_requests?, const string behind_chart?",
        "void",
        "Makes the script an indicator: it places no orders.",
    ),
    ("strategy.entry", Role.ORDER, _ENTRY, "void", "Opens or reverses a position."),
    ("strategy.order", Role.ORDER, _ENTRY, "void", "Buys or sells, whatever the position is."),
    (
        "strategy.exit",
        Role.ORDER,
        "series string id, series string from_entry?, series float qty?, series float qty_percent?, "
        "series float profit?, "
        "series float limit?, series float loss?, series float stop?, series float trail_price?, "
        "series float trail_points?, series float trail_offset?, series string oca_name?, series string comment?, "
        "series string comment_profit?, series string comment_loss?, series string comment_trailing?, "
        "series string alert_message?, series string alert_profit?, series string alert_loss?, "
        "series string alert_trailing?, series bool disable_alert?",
        "void",
        "Leaves a position by target, stop or trailing stop.",
    ),
    (
        "strategy.close",
        Role.ORDER,
        "series string id, series string comment?, series float qty?, series float qty_percent?, "
        "series string alert_message?, series bool immediately?, series bool disable_alert?",
        "void",
        "Leaves the position that an entry opened, at the market.",
    ),
    (
        "strategy.close_all",
        Role.ORDER,
        "series string comment?, series string alert_message?, series bool immediately?, series bool disable_alert?",
        "void",
        "Leaves the whole position, at the market.",
    ),
    ("strategy.cancel", Role.ORDER, "series string id", "void", "Withdraws a pending order."),
    ("strategy.cancel_all", Role.ORDER, "", "void", "Withdraws all pending orders."),
    ("plot", Role.DISPLAY, _PLOT, "plot", "Draws a line."),
    ("plotshape", Role.DISPLAY, _SHAPE, "void", "Draws a shape on bars."),
    ("plotchar", Role.DISPLAY, _SHAPE.replace("input string style?", "const string char?"), "void", "A character."),
    ("hline", Role.DISPLAY, "input float price, const string title?, input color color?, input string linestyle?, "
     "input int linewidth?, input bool editable?, input string display?", "plot", "Draws a level."),
    ("bgcolor", Role.DISPLAY, "series color color, series int offset?, input bool editable?, input int show_last?, "
     "const string title?, input string display?, input bool force_overlay?", "void", "Colours the background."),
    ("barcolor", Role.DISPLAY, "series color color, series int offset?, input bool editable?, input int show_last?, "
     "const string title?, input string display?", "void", "Colours bars."),
    ("alert", Role.DISPLAY, "series string message, input string freq?", "void", "Sends an alert."),
    ("alertcondition", Role.DISPLAY, "series bool condition, const string title?, const string message?", "void",
     "Offers an alert."),
    ("str.tostring", Role.DISPLAY, "series float value, series string format?", "string", "A number as text."),
    ("color.new", Role.DISPLAY, "series color color, series float transp", "color", "A colour with transparency."),
)  # fmt: skip


@cache
def functions() -> dict[str, Function]:
    """Every function by its full name."""
    table = {}
    for name, role, parameters, returns, doc in _ROWS:
        variadic = name in ("math.max", "math.min", "math.avg")
        short = {"ta.highest": "high", "ta.lowest": "low"}.get(name)
        table[name] = Function(
            name, role, _parameters(parameters), _returns(returns), doc, variadic=variadic, short_source=short
        )
    for name in ("fill", "plotbar", "plotcandle", "plotarrow", "str.format", "color.rgb", "color.from_gradient"):
        returns = {"str": "string", "color": "color"}.get(name.split(".")[0], "void")
        table[name] = Function(name, Role.DISPLAY, (), parse_type(returns), "Shows something.", loose=True)
    return table


def display_function(name: str) -> Function | None:
    """A function of a drawing namespace (label, line, box, table, ...): its arguments are not checked."""
    if name.split(".")[0] in _DRAWING_NAMESPACES and "." in name:
        return Function(name, Role.DISPLAY, (), Type(Kind.DRAWING), "Draws.", loose=True)
    return None


_S, _SI, _C = "series", "simple", "const"
_VARIABLES: Final[tuple[tuple[str, str, str], ...]] = (
    *((name, "series float", f"{name} of the bar.") for name in ("open", "high", "low", "close", "volume")),
    *(
        (name, "series float", f"{what}.")
        for name, what in (
            ("hl2", "(high + low) / 2"),
            ("hlc3", "(high + low + close) / 3"),
            ("ohlc4", "(open + high + low + close) / 4"),
            ("hlcc4", "(high + low + close + close) / 4"),
        )
    ),
    ("time", "series int", "Open of the bar, ms UTC."),
    ("time_close", "series int", "Close of the bar, ms UTC."),
    ("bar_index", "series int", "Number of the bar, from 0."),
    *(
        (name, "series int", f"{name} of the bar's open, in the exchange's time zone.")
        for name in ("year", "month", "weekofyear", "dayofmonth", "dayofweek", "hour", "minute", "second")
    ),
    ("ta.tr", "series float", "True range; na on the first bar."),
    ("syminfo.mintick", "simple float", "Smallest step of the price."),
    ("syminfo.pointvalue", "simple float", "Money per unit and point."),
    ("barstate.isconfirmed", "series bool", "The bar is closed: always, in a test on past bars."),
    ("barstate.isfirst", "series bool", "The first bar."),
    ("barstate.ishistory", "series bool", "A past bar: always, in a test."),
    ("barstate.isrealtime", "series bool", "A live bar: never, in a test."),
    ("strategy.position_size", "series float", "Units held; negative when short."),
    ("strategy.position_avg_price", "series float", "Mean entry price; na when flat."),
    ("strategy.equity", "series float", "Capital with closed and open profit."),
    ("strategy.initial_capital", "series float", "Capital at the start."),
    ("strategy.netprofit", "series float", "Profit of closed trades."),
    ("strategy.openprofit", "series float", "Profit of open trades."),
    ("strategy.grossprofit", "series float", "Sum of winning trades."),
    ("strategy.grossloss", "series float", "Sum of losing trades, positive."),
    ("strategy.opentrades", "series int", "Number of open trades."),
    ("strategy.closedtrades", "series int", "Number of closed trades."),
    ("strategy.wintrades", "series int", "Number of winning trades."),
    ("strategy.losstrades", "series int", "Number of losing trades."),
    ("strategy.eventrades", "series int", "Number of trades at zero."),
)

# namespace -> names; a constant's value is its full name, but where a number is given
_CONSTANTS: Final[dict[str, str]] = {
    "strategy": "long short fixed cash percent_of_equity",
    "strategy.commission": "percent cash_per_contract cash_per_order",
    "strategy.oca": "none cancel reduce",
    "strategy.direction": "all long short",
    "currency": "NONE USD EUR GBP JPY CHF AUD NZD CAD HKD SEK NOK SGD TRY ZAR BTC ETH USDT",
    "format": "inherit price volume percent mintick",
    "scale": "left right none",
    "display": "all none pane data_window price_scale status_line",
    "alert": "freq_all freq_once_per_bar freq_once_per_bar_close",
    "plot": "style_line style_linebr style_stepline style_stepline_diamond style_histogram style_cross style_area "
    "style_areabr style_columns style_circles linestyle_solid linestyle_dashed linestyle_dotted",
    "hline": "style_solid style_dotted style_dashed",
    "shape": "xcross cross circle triangleup triangledown flag arrowup arrowdown square diamond labelup labeldown",
    "location": "abovebar belowbar top bottom absolute",
    "size": "auto tiny small normal large huge",
    "extend": "none left right both",
    "position": "top_left top_center top_right middle_left middle_center middle_right bottom_left bottom_center "
    "bottom_right",
    "xloc": "bar_index bar_time",
    "yloc": "price abovebar belowbar",
    "text": "align_left align_center align_right align_top align_bottom",
}
_COLORS: Final = "aqua black blue fuchsia gray green lime maroon navy olive orange purple red silver teal white yellow"
_NUMBERS: Final = {
    "math.pi": 3.141592653589793,
    "math.e": 2.718281828459045,
    "math.phi": 1.618033988749895,
    **{f"dayofweek.{day}": float(number) for number, day in enumerate(
        ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"), 1)},
}  # fmt: skip


@cache
def variables() -> dict[str, Variable]:
    """Every built-in variable and constant by its full name."""
    table = {name: Variable(name, parse_type(kind), doc) for name, kind, doc in _VARIABLES}
    for namespace, names in _CONSTANTS.items():
        for name in names.split():
            full = f"{namespace}.{name}"
            table[full] = Variable(full, Type(Kind.STRING, Qualifier.CONST), "A constant.", full)
    for name in _COLORS.split():
        full = f"color.{name}"
        table[full] = Variable(full, Type(Kind.COLOR, Qualifier.CONST), "A colour.", full)
    for full, value in _NUMBERS.items():
        kind = Kind.INT if full.startswith("dayofweek") else Kind.FLOAT
        table[full] = Variable(full, Type(kind, Qualifier.CONST), "A constant.", value)
    table["na"] = Variable("na", Type(Kind.NA, Qualifier.CONST), "A missing value.")
    return table


@cache
def namespaces() -> frozenset[str]:
    """First parts of all dotted names: ``ta``, ``math``, ``strategy``, ``strategy.commission``, ..."""
    found = set(_DRAWING_NAMESPACES)
    for name in (*functions(), *variables()):
        parts = name.split(".")
        found.update(".".join(parts[:length]) for length in range(1, len(parts)))
    return frozenset(found)


# Legal functions of ``ta`` that this version does not read yet: reported as such, not as misspelt.
OUTSIDE_TA: Final = frozenset(
    "accdist alma barssince cmo cog correlation cross cum dev falling highestbars hma iii kc kcw linreg "
    "lowestbars max median mfi min mode nvi obv percentile_linear_interpolation percentile_nearest_rank "
    "percentrank pivot_point_levels pivothigh pivotlow pvi pvt range rci rising sar supertrend swma tsi valuewhen "
    "vwap vwma wad wvad".split()
)

# Legal variables that this version does not read yet.
OUTSIDE_VARIABLES: Final = frozenset(
    "barstate.islast barstate.islastconfirmedhistory barstate.isnew last_bar_index last_bar_time timenow "
    "time_tradingday "
    "strategy.max_drawdown strategy.max_drawdown_percent strategy.max_runup strategy.max_runup_percent "
    "strategy.account_currency strategy.position_entry_name strategy.max_contracts_held_all "
    "strategy.max_contracts_held_long strategy.max_contracts_held_short strategy.netprofit_percent "
    "strategy.openprofit_percent strategy.grossprofit_percent strategy.grossloss_percent strategy.avg_trade "
    "strategy.avg_trade_percent strategy.avg_winning_trade strategy.avg_losing_trade "
    "strategy.margin_liquidation_price syminfo.ticker syminfo.tickerid syminfo.prefix syminfo.root syminfo.currency "
    "syminfo.basecurrency syminfo.type syminfo.timezone syminfo.session syminfo.description syminfo.minmove "
    "syminfo.pricescale syminfo.volumetype syminfo.country syminfo.industry syminfo.sector".split()
)

# What scripts of the whole language use and this version does not read; named as such, not as unknown.
OUTSIDE: Final[dict[str, str]] = {
    "request": "data of other time frames and symbols",
    "array": "arrays",
    "map": "maps",
    "matrix": "matrices",
    "ticker": "chart types",
    "chart": "chart points",
    "runtime": "runtime errors",
    "log": "logging",
    "session": "session states",
    "timeframe": "time frame variables",
    "strategy.risk": "risk commands",
    "strategy.closedtrades": "single closed trades",
    "strategy.opentrades": "single open trades",
}
