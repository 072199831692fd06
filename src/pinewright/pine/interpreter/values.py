"""Values of an interpreted script and what Pine's operators and ``math`` do with them.

A number known in the source as an int is a Python int; every other number is a float, na is NaN, a text a str.
Drawings and what is made from them are None: they reach no order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeAlias

from pinewright.pine.interpreter.objects import Array, Map, Member, Record, known

Value: TypeAlias = "int | float | bool | str | Array | Map | Record | Member | tuple[Value, ...] | None"

NA: Final = math.nan

CLOSE: Final = 1e-10
"""Numbers no further apart are equal."""
HALF: Final = Fraction(1, 2) + Fraction(CLOSE)


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


def compare(operator: str, left: Value, right: Value, version: int) -> Value:
    """Comparisons: exact for words and bools, tolerant for numbers; with na na in v5, false in v6."""
    if version < 6 and (is_na(left) or is_na(right)):
        return NA
    if isinstance(left, str | Member) or isinstance(right, str | Member):
        return not is_na(left) and not is_na(right) and (left == right) == (operator == "==")
    if isinstance(left, bool) or isinstance(right, bool):
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
    if isinstance(left, str) or isinstance(right, str):
        if isinstance(left, str) and isinstance(right, str):
            return known(left + right)
        return None if left is None or right is None else NA
    if left is None or right is None:
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
    """To so many decimals, halves up; what is no further than the tolerance below a half is one."""
    if not math.isfinite(x):
        return x
    places = 0 if math.isnan(precision) else math.trunc(precision)
    if places >= 0:
        scaled = Fraction(x) * 10**places
        return float(math.floor(scaled + HALF)) / 10.0**places if abs(scaled) < 2**52 else x
    return math.floor(Fraction(x / 10.0**-places) + HALF) * 10.0**-places


def to_ticks(x: float, mintick: float) -> float:
    """To the tick grid, halves up; whole parts of 1 are counted and divided."""
    parts = round(1 / mintick)
    ticks = floor(x / mintick + 0.5)
    return ticks / parts if parts and math.isclose(parts * mintick, 1.0, rel_tol=1e-12) else ticks * mintick


def _sign(x: float) -> float:
    return x if math.isnan(x) else float((x > 0) - (x < 0))


def _power(base: float, exponent: float) -> float:
    if math.isnan(base) or math.isnan(exponent):
        return math.nan
    if exponent in (1.0, 2.0):
        return base if exponent == 1 else base * base
    if exponent == 0.5 and base >= 0:
        return math.sqrt(base)
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
    """From three values on the sum carries its error along (Kahan), and gives it back at the end."""
    total, lost = given[0], 0.0
    for x in given[1:]:
        step = x - lost
        larger = total + step
        lost = (larger - total) - step if len(given) > 2 else 0.0
        total = larger
    return (total - lost) / len(given)


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
    **{f"math.{function.__name__}": _inside(function) for function in (math.sin, math.cos, math.tan, math.atan)},
    "math.asin": _inside(lambda x: math.asin(x) if abs(x) <= 1 else math.nan),
    "math.acos": _inside(lambda x: math.acos(x) if abs(x) <= 1 else math.nan),
    "math.todegrees": math.degrees,
    "math.toradians": math.radians,
    "int": _whole(math.trunc),
    "float": float,
}
