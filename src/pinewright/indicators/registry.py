"""One row a function of ``ta``: family, usual arguments, ranges for a search, names of what a tuple holds.

Names, parameters and documentation come from ``pine.builtins``, the meaning from the Pine prelude: nothing is defined
here a second time, and a test fails where a function of theirs has no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.pine.builtins import Function, functions


class IndicatorFamily(Enum):
    """What an indicator looks at."""

    TREND = "trend"
    MOMENTUM = "momentum"
    VOLATILITY = "volatility"
    VOLUME = "volume"
    STATISTICS = "statistics"
    EVENT = "event"


@dataclass(frozen=True)
class Range:
    """The grid that a search walks, both ends included."""

    minimum: float
    maximum: float
    step: float = 1.0


@dataclass(frozen=True)
class Argument:
    """One argument of a call: the parameter's name, its usual value as Pine, and its range where it is a number."""

    name: str
    default: str
    range: Range | None = None


@dataclass(frozen=True)
class Indicator:
    """One function. ``members`` names the values of a tuple in Pine's order; it is empty for a single value.

    ``ordered`` lists pairs of arguments of which the first must stay below the second.
    """

    function: Function
    family: IndicatorFamily
    arguments: tuple[Argument, ...]
    members: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The function's full name, such as ``ta.rsi``."""
        return self.function.name

    @property
    def doc(self) -> str:
        return self.function.doc

    def pine(self, values: Mapping[str, str] | None = None) -> str:
        """The call as Pine, with the usual arguments but those in ``values``; UsageError for an unknown argument."""
        given = dict(values or {})
        names = [argument.name for argument in self.arguments]
        for name in given:
            if name not in names:
                raise UsageError(f"{self.name} has no argument {name!r}", hint=unknown_name_hint(name, names))
        return f"{self.name}({', '.join(given.get(item.name, item.default) for item in self.arguments)})"


_TREND, _MOMENTUM, _VOLATILITY = IndicatorFamily.TREND, IndicatorFamily.MOMENTUM, IndicatorFamily.VOLATILITY
_VOLUME, _STATISTICS, _EVENT = IndicatorFamily.VOLUME, IndicatorFamily.STATISTICS, IndicatorFamily.EVENT
Cell = str | tuple[float, float, float] | tuple[float, float, float, float]
"""A source as Pine, or default, minimum, maximum and step (1 where it is left out) of a number."""

_AVERAGE: Final[tuple[Cell, ...]] = ("close", (20, 3, 240))
_SAMPLE: Final[tuple[Cell, ...]] = ("close", (20, 5, 160))
_PERCENTAGE: Final = (50.0, 5.0, 95.0, 5.0)

# function, family, one cell for each parameter from the first on, members, pairs in order
_ROWS: Final[
    tuple[tuple[str, IndicatorFamily, tuple[Cell, ...], tuple[str, ...], tuple[tuple[str, str], ...]], ...]
] = (
    ("ta.sma", _TREND, _AVERAGE, (), ()),
    ("ta.ema", _TREND, _AVERAGE, (), ()),
    ("ta.rma", _TREND, _AVERAGE, (), ()),
    ("ta.wma", _TREND, _AVERAGE, (), ()),
    ("ta.hma", _TREND, _AVERAGE, (), ()),
    ("ta.swma", _TREND, ("close",), (), ()),
    ("ta.alma", _TREND, ("close", (9, 3, 120), (0.85, 0.0, 1.0, 0.05), (6.0, 2.0, 12.0, 0.5)), (), ()),
    ("ta.linreg", _TREND, ("close", (20, 5, 160), (0, 0, 20)), (), ()),
    (
        "ta.macd",
        _TREND,
        ("close", (12, 4, 40), (26, 10, 120, 2), (9, 3, 30)),
        ("line", "signal", "histogram"),
        (("fastlen", "slowlen"),),
    ),
    ("ta.dmi", _TREND, ((14, 5, 50), (14, 5, 50)), ("plus", "minus", "adx"), ()),
    ("ta.supertrend", _TREND, ((3.0, 1.0, 8.0, 0.25), (10, 3, 50)), ("line", "direction"), ()),
    (
        "ta.sar",
        _TREND,
        ((0.02, 0.005, 0.1, 0.005), (0.02, 0.005, 0.1, 0.005), (0.2, 0.05, 0.5, 0.05)),
        (),
        (("start", "max"),),
    ),
    ("ta.highest", _TREND, ("high", (20, 3, 200)), (), ()),
    ("ta.lowest", _TREND, ("low", (20, 3, 200)), (), ()),
    ("ta.crossover", _TREND, ("close", "open"), (), ()),
    ("ta.crossunder", _TREND, ("close", "open"), (), ()),
    ("ta.cross", _TREND, ("close", "open"), (), ()),
    ("ta.rsi", _MOMENTUM, ("close", (14, 3, 40)), (), ()),
    ("ta.stoch", _MOMENTUM, ("close", "high", "low", (14, 5, 60)), (), ()),
    ("ta.wpr", _MOMENTUM, ((14, 5, 60),), (), ()),
    ("ta.cci", _MOMENTUM, ("close", (20, 5, 100)), (), ()),
    ("ta.cmo", _MOMENTUM, ("close", (14, 3, 60)), (), ()),
    ("ta.cog", _MOMENTUM, ("close", (10, 3, 60)), (), ()),
    (
        "ta.tsi",
        _MOMENTUM,
        ("close", (13, 4, 40), (25, 10, 120)),
        (),
        (("short_length", "long_length"),),
    ),
    ("ta.rci", _MOMENTUM, ("close", (9, 5, 60)), (), ()),
    ("ta.change", _MOMENTUM, ("close", (1, 1, 60)), (), ()),
    ("ta.mom", _MOMENTUM, ("close", (10, 1, 60)), (), ()),
    ("ta.roc", _MOMENTUM, ("close", (10, 1, 60)), (), ()),
    ("ta.bb", _VOLATILITY, ("close", (20, 8, 160, 2), (2.0, 0.8, 3.5, 0.1)), ("middle", "upper", "lower"), ()),
    ("ta.bbw", _VOLATILITY, ("close", (20, 8, 160, 2), (2.0, 0.8, 3.5, 0.1)), (), ()),
    ("ta.kc", _VOLATILITY, ("close", (20, 8, 160, 2), (2.0, 0.8, 3.5, 0.1)), ("middle", "upper", "lower"), ()),
    ("ta.kcw", _VOLATILITY, ("close", (20, 8, 160, 2), (2.0, 0.8, 3.5, 0.1)), (), ()),
    ("ta.stdev", _VOLATILITY, _SAMPLE, (), ()),
    ("ta.variance", _VOLATILITY, _SAMPLE, (), ()),
    ("ta.dev", _VOLATILITY, _SAMPLE, (), ()),
    ("ta.range", _VOLATILITY, _SAMPLE, (), ()),
    ("ta.tr", _VOLATILITY, ("true",), (), ()),
    ("ta.atr", _VOLATILITY, ((14, 5, 50),), (), ()),
    ("ta.vwma", _VOLUME, _AVERAGE, (), ()),
    (
        "ta.vwap",
        _VOLUME,
        ("hlc3", 'timeframe.change("1D")', (2.0, 0.8, 3.5, 0.1)),
        ("middle", "upper", "lower"),
        (),
    ),
    ("ta.mfi", _VOLUME, ("hlc3", (14, 3, 40)), (), ()),
    ("ta.correlation", _STATISTICS, ("close", "volume", (20, 5, 160)), (), ()),
    ("ta.median", _STATISTICS, _SAMPLE, (), ()),
    ("ta.mode", _STATISTICS, _SAMPLE, (), ()),
    ("ta.percentrank", _STATISTICS, ("close", (100, 10, 250, 10)), (), ()),
    ("ta.percentile_linear_interpolation", _STATISTICS, (*_SAMPLE, _PERCENTAGE), (), ()),
    ("ta.percentile_nearest_rank", _STATISTICS, (*_SAMPLE, _PERCENTAGE), (), ()),
    ("ta.cum", _STATISTICS, ("volume",), (), ()),
    ("ta.max", _STATISTICS, ("high",), (), ()),
    ("ta.min", _STATISTICS, ("low",), (), ()),
    ("ta.highestbars", _EVENT, ("high", (20, 3, 200)), (), ()),
    ("ta.lowestbars", _EVENT, ("low", (20, 3, 200)), (), ()),
    ("ta.pivothigh", _EVENT, ("high", (5, 1, 30), (5, 1, 30)), (), ()),
    ("ta.pivotlow", _EVENT, ("low", (5, 1, 30), (5, 1, 30)), (), ()),
    ("ta.rising", _EVENT, ("close", (3, 1, 20)), (), ()),
    ("ta.falling", _EVENT, ("close", (3, 1, 20)), (), ()),
    ("ta.barssince", _EVENT, ("close > open",), (), ()),
    ("ta.valuewhen", _EVENT, ("close > open", "close", (0, 0, 5)), (), ()),
)


def _argument(name: str, cell: Cell) -> Argument:
    if isinstance(cell, str):
        return Argument(name, cell)
    default, *limits = cell
    return Argument(name, f"{default}", Range(*limits))


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator by its full name, family by family."""
    table = {}
    for name, family, cells, members, ordered in _ROWS:
        function = functions()[name]
        arguments = tuple(_argument(item.name, cell) for item, cell in zip(function.parameters, cells, strict=False))
        table[name] = Indicator(function, family, arguments, members, ordered)
    return table


def indicator(name: str) -> Indicator:
    """The indicator of that name, with or without ``ta.``; UsageError with the nearest legal names for another."""
    table = indicators()
    full = name if name in table else f"ta.{name}"
    if full not in table:
        raise UsageError(f"unknown indicator {name!r}", hint=unknown_name_hint(full, table))
    return table[full]
