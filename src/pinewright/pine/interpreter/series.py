"""Calls of ``ta`` and ``math.sum``: which object answers which function, with which of the arguments."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from pinewright.errors import PineUnsupportedError
from pinewright.pine.interpreter import indicators as ta
from pinewright.pine.interpreter import statistics as st
from pinewright.pine.interpreter import studies
from pinewright.pine.interpreter.values import NA, Value, divide, number, truth

Arguments = Mapping[str, Value]
State = dict[str, Any]
"""The object of a call site, once it has one."""


def _numbers(make: Callable[[], Any], *names: str) -> Callable[[State, ta.Bar, Arguments], tuple[Value, ...]]:
    """A function of numbers only."""

    def call(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
        found = _of(state, make).next(*(number(given[name]) for name in names))
        return found if isinstance(found, tuple) else (found,)

    return call


def _of(state: State, make: Callable[[], Any]) -> Any:
    if "object" not in state:
        state["object"] = make()
    return state["object"]


def _length(given: Arguments) -> float:
    return number(given["length"])


def _sma(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    return (divide(_of(state, ta.Sum).next(number(given["source"]), _length(given)), _length(given)),)


def _change(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    source, length = given["source"], number(given.get("length", 1.0))
    if isinstance(source, bool):
        return (abs(_of(state, ta.Difference).next(float(source), length)) > 0,)
    return (_of(state, ta.Difference).next(number(source), length),)


def _variance(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    biased = truth(given.get("biased", True))
    return (_of(state, ta.Variance).next(number(given["source"]), _length(given), biased),)


def _stdev(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    (variance,) = _variance(state, bar, given)
    # Not ** 0.5: a power may miss the nearest float by one, a square root does not.
    return (math.sqrt(number(variance)),)


def _width(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    middle, upper, lower = _of(state, ta.Bands).next(number(given["series"]), _length(given), number(given["mult"]))
    return (divide(upper - lower, middle) * 100.0,)


def _stoch(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    prices = (number(given[name]) for name in ("source", "high", "low", "length"))
    return (_of(state, ta.Place).stoch(*prices),)


def _atr(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    return (_of(state, lambda: ta.Smoothed(wilder=True)).next(ta.true_range(bar, True), _length(given)),)


def _dmi(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    found: tuple[Value, ...] = _of(state, ta.Directional).next(
        bar, number(given["diLength"]), number(given["adxSmoothing"])
    )
    return found


def _crossed(side: int) -> Callable[[State, ta.Bar, Arguments], tuple[Value, ...]]:
    def call(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
        return (_of(state, ta.Cross).next(number(given["source1"]), number(given["source2"])) == side,)

    return call


def _with_bar(make: Callable[[], Any], *names: str) -> Callable[[State, ta.Bar, Arguments], tuple[Value, ...]]:
    """A function of numbers and, behind the first where there is one, the bar."""

    def call(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
        first, *rest = (number(given[name]) for name in names)
        found = _of(state, make).next(first, bar, *rest)
        return found if isinstance(found, tuple) else (found,)

    return call


def _alma(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    numbers = (number(given[name]) for name in ("series", "length", "offset", "sigma"))
    return (_of(state, st.Gauss).next(*numbers, truth(given.get("floor", False))),)


def _vwap(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    anchor = truth(given["anchor"]) if "anchor" in given else bar.first
    factor = number(given.get("stdev_mult", NA))
    found: tuple[Value, ...] = _of(state, studies.Anchored).next(number(given["source"]), bar, anchor, factor)
    return found if "stdev_mult" in given else found[:1]


def _keltner(state: State, bar: ta.Bar, given: Arguments) -> tuple[float, float, float]:
    source, length, factor = (number(given[name]) for name in ("series", "length", "mult"))
    true = truth(given.get("useTrueRange", True))
    found: tuple[float, float, float] = _of(state, studies.Keltner).next(source, bar, length, factor, true)
    return found


def _keltner_width(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    middle, upper, lower = _keltner(state, bar, given)
    return (divide(upper - lower, middle),)


def _of_bar(make: Callable[[], Any], *names: str) -> Callable[[State, ta.Bar, Arguments], tuple[Value, ...]]:
    """A function of the bar and of numbers."""

    def call(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
        found = _of(state, make).next(bar, *(number(given[name]) for name in names))
        return found if isinstance(found, tuple) else (found,)

    return call


def _range(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    source, length = number(given["source"]), _length(given)
    place = _of(state, ta.Place)
    reach = place.top.next(source, length) - place.bottom.next(source, length)
    return (NA if math.isnan(source) else reach,)


def _dev(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    source, length = number(given["source"]), _length(given)
    channel = _of(state, ta.Channel)
    return (channel.deviation.next(source, divide(channel.sum.next(source, length), length), length),)


def _random(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    """The numbers of a seed; without one they differ from call to call of a script, which is not interpreted."""
    seed = number(given.get("seed", NA))
    if math.isnan(seed):
        raise PineUnsupportedError("`math.random()` without a seed is not interpreted")
    state["drawn"] = state.get("drawn", 0) + 1
    low, high = number(given.get("min", 0.0)), number(given.get("max", 1.0))
    return (low + (high - low) * studies.drawn(int(seed), state["drawn"]),)


def _barssince(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    return (_of(state, studies.Since).next(truth(given["condition"])),)


def _valuewhen(state: State, bar: ta.Bar, given: Arguments) -> tuple[Value, ...]:
    source = given["source"]
    value = float(source) if isinstance(source, bool) else number(source)
    found = _of(state, studies.Occasions).next(truth(given["condition"]), value, number(given["occurrence"]))
    return (found > 0 if isinstance(source, bool) else found,)


SERIES: Final[dict[str, Callable[[State, ta.Bar, Arguments], tuple[Value, ...]]]] = {
    "math.sum": _numbers(ta.Sum, "source", "length"),
    "ta.sma": _sma,
    "ta.ema": _numbers(lambda: ta.Smoothed(wilder=False), "source", "length"),
    "ta.rma": _numbers(lambda: ta.Smoothed(wilder=True), "source", "length"),
    "ta.wma": _numbers(ta.Weighted, "source", "length"),
    "ta.rsi": _numbers(ta.Strength, "source", "length"),
    "ta.macd": _numbers(ta.Macd, "source", "fastlen", "slowlen", "siglen"),
    "ta.bb": _numbers(ta.Bands, "series", "length", "mult"),
    "ta.bbw": _width,
    "ta.stdev": _stdev,
    "ta.variance": _variance,
    "ta.stoch": _stoch,
    "ta.tr": lambda state, bar, given: (ta.true_range(bar, truth(given.get("handle_na", False))),),
    "ta.atr": _atr,
    "ta.dmi": _dmi,
    "ta.highest": _numbers(lambda: ta.Extreme(max), "source", "length"),
    "ta.lowest": _numbers(lambda: ta.Extreme(min), "source", "length"),
    "ta.change": _change,
    "ta.mom": _numbers(ta.Difference, "source", "length"),
    "ta.roc": _numbers(ta.Rate, "source", "length"),
    "ta.wpr": lambda state, bar, given: (_of(state, ta.Place).wpr(bar, _length(given)),),
    "ta.cci": _numbers(ta.Channel, "source", "length"),
    "ta.crossover": _crossed(1),
    "ta.crossunder": _crossed(-1),
    "math.random": _random,
    "fixnan": _numbers(lambda: studies.Held(0), "source"),
    "ta.hma": _numbers(studies.Hull, "source", "length"),
    "ta.swma": _numbers(studies.Symmetric, "source"),
    "ta.vwma": _with_bar(studies.VolumeWeighted, "source", "length"),
    "ta.alma": _alma,
    "ta.linreg": _numbers(st.Line, "source", "length", "offset"),
    "ta.vwap": _vwap,
    "ta.cmo": _numbers(studies.Chande, "series", "length"),
    "ta.cog": _numbers(st.Gravity, "source", "length"),
    "ta.mfi": _with_bar(studies.MoneyFlow, "series", "length"),
    "ta.tsi": _numbers(studies.Strengths, "source", "short_length", "long_length"),
    "ta.rci": _numbers(st.RankCorrelation, "source", "length"),
    "ta.kc": _keltner,
    "ta.kcw": _keltner_width,
    "ta.supertrend": _of_bar(studies.Supertrend, "factor", "atrPeriod"),
    "ta.sar": _of_bar(studies.Parabolic, "start", "inc", "max"),
    "ta.dev": _dev,
    "ta.correlation": _numbers(st.Correlation, "source1", "source2", "length"),
    "ta.median": _numbers(st.Median, "source", "length"),
    "ta.mode": _numbers(st.Mode, "source", "length"),
    "ta.range": _range,
    "ta.percentrank": _numbers(st.PercentRank, "source", "length"),
    "ta.percentile_linear_interpolation": _numbers(st.Interpolated, "source", "length", "percentage"),
    "ta.percentile_nearest_rank": _numbers(st.NearestRank, "source", "length", "percentage"),
    "ta.cum": _numbers(studies.Total, "source"),
    "ta.max": _numbers(lambda: studies.Held(1), "source"),
    "ta.min": _numbers(lambda: studies.Held(-1), "source"),
    "ta.highestbars": _numbers(lambda: studies.ExtremeBars(1.0), "source", "length"),
    "ta.lowestbars": _numbers(lambda: studies.ExtremeBars(-1.0), "source", "length"),
    "ta.pivothigh": _numbers(lambda: studies.Pivot(1.0), "source", "leftbars", "rightbars"),
    "ta.pivotlow": _numbers(lambda: studies.Pivot(-1.0), "source", "leftbars", "rightbars"),
    "ta.cross": _numbers(studies.Crossed, "source1", "source2"),
    "ta.rising": _numbers(lambda: studies.Run(1.0), "source", "length"),
    "ta.falling": _numbers(lambda: studies.Run(-1.0), "source", "length"),
    "ta.barssince": _barssince,
    "ta.valuewhen": _valuewhen,
}
"""Function -> its value or values, from the state of the call site, the bar and the arguments by name."""
