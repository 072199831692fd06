"""Which calls the compiler reads, and which reach no order; every other call is checked and no more."""

from __future__ import annotations

from typing import Final

from pinewright.pine.builtins.table import Role

_COMPILED: Final[dict[Role, str]] = {
    Role.MATH: "math.abs math.sign math.max math.min math.avg math.floor math.ceil math.round math.round_to_mintick "
    "math.sqrt math.pow math.exp math.log math.log10 na nz int float bool timestamp",
    Role.PRELUDE: "math.sum ta.sma ta.ema ta.rma ta.wma ta.rsi ta.macd ta.bb ta.bbw ta.stdev ta.variance ta.stoch "
    "ta.tr ta.atr ta.dmi ta.highest ta.lowest ta.change ta.mom ta.roc ta.wpr ta.cci ta.crossover ta.crossunder",
    Role.PRIMITIVE: "window.sum window.highest window.weighted window.deviation window.cross",
    Role.CLOCK: "year month weekofyear dayofmonth dayofweek hour minute second",
    Role.INPUT: "input.int input.float input.bool input.time input.string input.source input.color",
    Role.DECLARATION: "strategy indicator library",
    Role.ORDER: "strategy.entry strategy.order strategy.exit strategy.close strategy.close_all strategy.cancel "
    "strategy.cancel_all runtime.error",
    Role.DISPLAY: "plot plotshape plotchar plotarrow plotbar plotcandle hline fill bgcolor barcolor alert "
    "alertcondition",
}
_ROLES: Final = {name: role for role, names in _COMPILED.items() for name in names.split()}
_DISPLAY_NAMESPACES: Final = frozenset("label line box table linefill polyline color log".split())


def role_of(name: str) -> Role:
    """The role of a function by its full name."""
    if name in _ROLES:
        return _ROLES[name]
    if name.startswith("strategy.risk."):
        return Role.ORDER
    return Role.DISPLAY if name.split(".")[0] in _DISPLAY_NAMESPACES else Role.CHECKED
