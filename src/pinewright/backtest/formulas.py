"""Values of the chart: ``syminfo.*``, ``timeframe.*`` and what a script computes of them before it runs."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pinewright.data.calendar import date_time
from pinewright.data.timeframes import from_seconds, in_seconds
from pinewright.market import DAY, HOUR, MINUTE, Symbol, Timeframe
from pinewright.program import Formula

_TOLERANCE: Final = 1e-10
_UNITS: Final = (DAY, HOUR, MINUTE, 1000)
_MOST_MONTHS: Final = 10**8
_MOST_TIME: Final = 8_640_000_000_000_000
"""How far off a date may be: the year and the month in months, the rest in ms."""
_VOLUMES: Final = {"crypto": "base"}
"""What the volume of a type of symbol counts; ticks where it is not named."""


@dataclass(frozen=True)
class Chart:
    """What bars are of; main_symbol and main_timeframe are those of the chart where the bars answer a request."""

    symbol: Symbol
    timeframe: Timeframe
    timezone: str
    main_symbol: Symbol
    main_timeframe: Timeframe

    def value(self, formula: Formula | float | str) -> float | str:
        """A number (bools are 0.0 and 1.0), or a text; SymbolError for a text that should be a time frame."""
        if not isinstance(formula, Formula):
            return formula
        if formula.op in _VARIABLES and not (formula.op in _FUNCTIONS and formula.args):
            found = _VARIABLES[formula.op](self)
            return _without_one(str(found)) if formula.args else found
        values = [self.value(arg) for arg in formula.args]
        if formula.op == "timestamp":
            zone, *parts = values
            return _date(str(zone) or self.timezone, [float(part) for part in parts if not isinstance(part, str)])
        if formula.op == "timeframe.from_seconds" and not (isinstance(values[0], float) and math.isfinite(values[0])):
            return math.nan
        if formula.op == "timeframe.in_seconds":
            return float(in_seconds(str(values[0]) or self.timeframe.pine))
        return _FUNCTIONS[formula.op](*values)


def _date(zone: str, parts: Sequence[float]) -> float:
    """Time of a date; na where a part is, or is as far off as in ``timestamp()`` of numbers of each bar."""
    if not all(map(math.isfinite, parts)):
        return math.nan
    known = [int(part) for part in parts]
    months = 12 * known[0] + known[1] - 1
    rest = sum(part * unit for part, unit in zip(known[2:], _UNITS, strict=False))
    if abs(months) > _MOST_MONTHS or abs(rest) > _MOST_TIME:
        return math.nan
    return float(date_time(zone, *known))


def _without_one(text: str) -> str:
    """A time frame as version 5 spells it: ``D`` for ``1D``."""
    return text.removeprefix("1") if text in ("1D", "1W", "1M") else text


def _ticker_id(symbol: Symbol) -> str:
    return f"{symbol.prefix}:{symbol.name}" if symbol.prefix else symbol.name


def _price_scale(mintick: float) -> int:
    """The power of ten by which the smallest step is a whole number."""
    return next((10**k for k in range(16) if abs(mintick * 10**k - round(mintick * 10**k)) < 1e-9 * 10**k * mintick), 1)


def _is(unit: str) -> Callable[[Chart], float]:
    return lambda chart: float(chart.timeframe.pine[-1] in unit)


_VARIABLES: Final[Mapping[str, Callable[[Chart], float | str]]] = {
    "timeframe.period": lambda chart: chart.timeframe.pine,
    "timeframe.main_period": lambda chart: chart.main_timeframe.pine,
    "timeframe.multiplier": lambda chart: float(chart.timeframe.pine.rstrip("DWM")),
    "timeframe.isdaily": _is("D"),
    "timeframe.isweekly": _is("W"),
    "timeframe.ismonthly": _is("M"),
    "timeframe.isdwm": _is("DWM"),
    "timeframe.isintraday": lambda chart: float(chart.timeframe.pine.isdigit()),
    "timeframe.isminutes": lambda chart: float(chart.timeframe.pine.isdigit()),
    "timeframe.isseconds": lambda chart: 0.0,
    "timeframe.isticks": lambda chart: 0.0,
    "syminfo.tickerid": lambda chart: _ticker_id(chart.symbol),
    "syminfo.main_tickerid": lambda chart: _ticker_id(chart.main_symbol),
    "syminfo.ticker": lambda chart: chart.symbol.name,
    "syminfo.root": lambda chart: chart.symbol.name,
    "syminfo.prefix": lambda chart: chart.symbol.prefix,
    "syminfo.description": lambda chart: chart.symbol.description or f"{chart.symbol.base} / {chart.symbol.quote}",
    "syminfo.type": lambda chart: chart.symbol.type,
    "syminfo.currency": lambda chart: chart.symbol.quote,
    "syminfo.basecurrency": lambda chart: chart.symbol.base,
    "syminfo.timezone": lambda chart: chart.timezone,
    "syminfo.volumetype": lambda chart: _VOLUMES.get(chart.symbol.type, "tick"),
    "syminfo.mincontract": lambda chart: chart.symbol.quantity_step,
    "syminfo.minmove": lambda chart: float(round(chart.symbol.mintick * _price_scale(chart.symbol.mintick))),
    "syminfo.pricescale": lambda chart: float(_price_scale(chart.symbol.mintick)),
}


def _flag(test: Callable[..., bool]) -> Callable[..., float]:
    return lambda *values: float(test(*values))


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else "NaN" if math.isnan(value) else f"{value:.10g}"


_FUNCTIONS: Final[Mapping[str, Callable[..., float | str]]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": lambda a, b: a / b if b else math.nan,
    "mod": lambda a, b: math.fmod(a, b) if b else math.nan,
    "neg": operator.neg,
    "int": lambda a: float(math.trunc(a)) if math.isfinite(a) else a,
    "number": float,
    "truth": _flag(lambda a: a != 0.0 and a == a),
    "na": _flag(lambda a: a != a),
    "nz": lambda a, b: b if a != a else a,
    "not": _flag(operator.not_),
    "and": _flag(lambda a, b: bool(a and b)),
    "or": _flag(lambda a, b: bool(a or b)),
    "select": lambda test, a, b: a if test else b,
    "==": _flag(lambda a, b: abs(a - b) <= _TOLERANCE),
    "!=": _flag(lambda a, b: abs(a - b) > _TOLERANCE),
    "<": _flag(lambda a, b: b - a > _TOLERANCE),
    ">": _flag(lambda a, b: a - b > _TOLERANCE),
    "<=": _flag(lambda a, b: a - b <= _TOLERANCE),
    ">=": _flag(lambda a, b: b - a <= _TOLERANCE),
    **{f"{kind}==": _flag(operator.eq) for kind in ("int", "bool")},
    "int!=": _flag(lambda a, b: a != b and a == a and b == b),
    "bool!=": _flag(operator.ne),
    "int<": _flag(operator.lt),
    "int>": _flag(operator.gt),
    "int<=": _flag(operator.le),
    "int>=": _flag(operator.ge),
    "math.abs": abs,
    "math.max": lambda a, b: a if a > b or a != a else b,
    "math.min": lambda a, b: a if a < b or a != a else b,
    "math.floor": lambda a: float(math.floor(a)) if math.isfinite(a) else a,
    "math.ceil": lambda a: float(math.ceil(a)) if math.isfinite(a) else a,
    "math.round": lambda a, digits: math.floor(a * 10.0**digits + 0.5) / 10.0**digits if math.isfinite(a) else a,
    "cat": lambda a, b: f"{a}{b}" if isinstance(a, str) and isinstance(b, str) else math.nan,
    "str.tostring": _text,
    "timeframe.from_seconds": from_seconds,
    "syminfo.prefix": lambda symbol: symbol.rpartition(":")[0],
    "syminfo.ticker": lambda symbol: symbol.rpartition(":")[2],
}
