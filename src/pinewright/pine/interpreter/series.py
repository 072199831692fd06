"""Calls of ``ta`` and ``math.sum``: which object answers which function, with which of the arguments."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from pinewright.pine.interpreter import indicators as ta
from pinewright.pine.interpreter.values import Value, divide, number, truth

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
    return (_of(state, ta.Difference).next(number(given["source"]), number(given.get("length", 1.0))),)


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
}
"""Function -> its value or values, from the state of the call site, the bar and the arguments by name."""
