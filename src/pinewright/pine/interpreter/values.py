"""Values of an interpreted script and what Pine's operators and ``math`` do with them.

A number known in the source as an int is a Python int; every other number is a float, na is NaN. Drawings and what is
made from them are None: they reach no order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

Value: TypeAlias = "int | float | bool | str | tuple[Value, ...] | None"

NA: Final = math.nan

CLOSE: Final = 1e-10
"""Numbers no further apart are equal."""


def number(value: Value) -> float:
    """A value where a number is wanted; na for everything that is none."""
    match value:
        case bool():
            return math.nan
        case int() | float():
            return value
    return math.nan


def floating(value: Value) -> Value:
    """The value once it is no longer known in the source."""
    return float(value) if type(value) is int else value


def truth(value: Value) -> bool:
    """A value as a condition: 0 and na are false (v5 takes numbers)."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0 and not math.isnan(value)
    return value is not None


def is_na(value: Value) -> bool:
    return isinstance(value, float) and math.isnan(value)


def divide(a: float, b: float) -> float:
    """na for a divisor of 0."""
    return a / b if b != 0 else math.nan


def compare(operator: str, left: Value, right: Value) -> bool:
    """Comparisons: exact for words and bools, tolerant for numbers, false with na."""
    if isinstance(left, str | bool) or isinstance(right, str | bool):
        return (left == right) == (operator == "==")
    a, b = number(left), number(right)
    if math.isnan(a) or math.isnan(b):
        return False
    match operator:
        case "==":
            return abs(a - b) <= CLOSE
        case "!=":
            return abs(a - b) > CLOSE
        case "<":
            return b - a > CLOSE
        case ">":
            return a - b > CLOSE
        case "<=":
            return a - b <= CLOSE
    return b - a <= CLOSE


def calculate(operator: str, left: Value, right: Value, version: int) -> Value:
    """``+ - * / %``; two ints of the source stay one, and v5 cuts their quotient."""
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, str | None) or isinstance(right, str | None):
        return None
    a, b = number(left), number(right)
    both = type(a) is int and type(b) is int
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            quotient = divide(float(a), float(b))
            return math.trunc(quotient) if both and version < 6 and not math.isnan(quotient) else quotient
    remainder = math.fmod(a, b) if b != 0 and math.isfinite(a) and not math.isnan(b) else math.nan
    return int(remainder) if both and not math.isnan(remainder) else remainder


def negate(value: Value) -> Value:
    return None if value is None or isinstance(value, str) else -number(value)


def _whole(rounding: Callable[[float], int]) -> Callable[[float], float]:
    return lambda x: float(rounding(x)) if math.isfinite(x) else x


def _inside(function: Callable[[float], float]) -> Callable[[float], float]:
    """na outside the domain, infinity where the result is too large."""

    def call(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return -math.inf if x == 0 else math.nan
        except OverflowError:
            return math.inf

    return call


def _greater(a: float, b: float) -> float:
    return math.nan if math.isnan(a) or math.isnan(b) else (a if a > b else b)


def _lesser(a: float, b: float) -> float:
    return math.nan if math.isnan(a) or math.isnan(b) else (a if a < b else b)


def round_half_up(x: float, precision: float = 0.0) -> float:
    """To so many decimals; halves go up."""
    scale = math.pow(10.0, precision)
    return floor(x * scale + 0.5) / scale


def _sign(x: float) -> float:
    return x if math.isnan(x) else float((x > 0) - (x < 0))


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except ValueError:
        return math.inf if base == 0 else math.nan
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _greatest(*given: float) -> float:
    result = given[0]
    for x in given[1:]:
        result = _greater(result, x)
    return result


def _least(*given: float) -> float:
    result = given[0]
    for x in given[1:]:
        result = _lesser(result, x)
    return result


def _mean(*given: float) -> float:
    total = given[0]
    for x in given[1:]:
        total = total + x
    return total / len(given)


floor = _whole(math.floor)

FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "math.abs": abs,
    "math.sign": _sign,
    "math.max": _greatest,
    "math.min": _least,
    "math.avg": _mean,
    "math.floor": floor,
    "math.ceil": _whole(math.ceil),
    "math.round": round_half_up,
    "math.sqrt": _inside(lambda x: math.sqrt(x) if x >= 0 else math.nan),
    "math.pow": _power,
    "math.exp": _inside(math.exp),
    "math.log": _inside(lambda x: math.log(x) if x >= 0 else math.nan),
    "math.log10": _inside(lambda x: math.log10(x) if x >= 0 else math.nan),
    "int": _whole(math.trunc),
    "float": float,
}
