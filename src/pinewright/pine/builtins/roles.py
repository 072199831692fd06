"""Which calls the compiler reads, and which reach no order; every other call is checked and no more."""

from __future__ import annotations

from typing import Final

from pinewright.pine.builtins.table import Role

_COMPILED: Final[dict[Role, str]] = {
    Role.MATH: "math.abs math.sign math.max math.min math.avg math.floor math.ceil math.round math.round_to_mintick "
    "math.sqrt math.pow math.exp math.log math.log10 math.sin math.cos math.tan math.asin math.acos math.atan "
    "math.todegrees math.toradians na nz int float bool string color line label box table linefill",
    Role.PRELUDE: "math.sum math.random fixnan ta.sma ta.ema ta.rma ta.wma ta.hma ta.swma ta.vwma ta.alma ta.linreg "
    "ta.vwap ta.rsi ta.macd ta.stoch ta.cci ta.cmo ta.cog ta.mfi ta.mom ta.roc ta.tsi ta.rci ta.wpr ta.dmi ta.tr "
    "ta.atr ta.bb ta.bbw ta.kc ta.kcw ta.supertrend ta.sar ta.variance ta.stdev ta.dev ta.correlation ta.median "
    "ta.mode ta.range ta.percentrank ta.percentile_linear_interpolation ta.percentile_nearest_rank ta.cum ta.max "
    "ta.min ta.highest ta.lowest ta.highestbars ta.lowestbars ta.pivothigh ta.pivotlow ta.pivot_point_levels "
    "ta.change ta.rising ta.falling ta.cross ta.crossover ta.crossunder ta.barssince ta.valuewhen",
    Role.PRIMITIVE: "window.sum window.highest window.highestbars window.pivot window.weighted window.gauss "
    "window.deviation window.line window.moment window.median window.mode window.percentile window.interpolated "
    "window.rank window.rci window.occasion window.cross window.random window.day",
    Role.CLOCK: "year month weekofyear dayofmonth dayofweek hour minute second time time_close timestamp "
    "timeframe.change timeframe.in_seconds timeframe.from_seconds syminfo.prefix syminfo.ticker",
    Role.REQUEST: "request.security request.security_lower_tf request.currency_rate ticker.new ticker.modify "
    "ticker.standard ticker.inherit ticker.heikinashi",
    Role.INPUT: "input.int input.float input.bool input.time input.string input.session input.timeframe input.symbol "
    "input.source input.color input.enum input.price input.text_area input",
    Role.DECLARATION: "strategy indicator library",
    Role.ORDER: "strategy.entry strategy.order strategy.exit strategy.close strategy.close_all strategy.cancel "
    "strategy.cancel_all runtime.error",
    Role.DISPLAY: "plot plotshape plotchar plotarrow plotbar plotcandle hline fill bgcolor barcolor alert "
    "alertcondition",
}
_ROLES: Final = {name: role for role, names in _COMPILED.items() for name in names.split()}
_ACCOUNT: Final = (
    "strategy.closedtrades.",
    "strategy.opentrades.",
    "strategy.convert_to_",
    "strategy.default_entry_qty",
)
_DISPLAY_NAMESPACES: Final = frozenset("label line box table linefill polyline color log chart".split())
_HEAP_NAMESPACES: Final = frozenset("array map matrix str".split())


def role_of(name: str) -> Role:
    """The role of a function by its full name."""
    if name in _ROLES:
        return _ROLES[name]
    if name.startswith("strategy.risk."):
        return Role.ORDER
    if name.startswith(_ACCOUNT):
        return Role.ACCOUNT
    space = name.split(".")[0]
    if space in _HEAP_NAMESPACES:
        return Role.HEAP
    return Role.DISPLAY if space in _DISPLAY_NAMESPACES else Role.CHECKED
