"""Functions that the kernel language knows by itself: in plain Python here, natively in ``calls``.

Outside their domain they answer as IEEE 754 and C do: no exception, but NaN or infinity. Conversions to int saturate at
the ends of int64 and take NaN to 0. ``min`` and ``max`` are Python's: ``min(a, b)`` is ``b if b < a else a``, so that a
NaN in front stays and a NaN behind is ignored. ``//`` and ``%`` have Python's floor semantics; on ints a zero divisor
gives 0 for both, on floats NaN.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any, Final

from pinewright.machine.kernel.types import Floats, Ints

MOST_ON_STACK: Final = 512
"""Floats that one ``stack`` may hold."""

INT_MIN, INT_MAX = -(2**63), 2**63 - 1


def ffloor(x: float) -> float:
    """Largest whole number not above x, as a float; NaN and infinities stay."""
    return math.copysign(math.floor(x), x) if math.isfinite(x) else x


def fceil(x: float) -> float:
    """Smallest whole number not below x, as a float; NaN and infinities stay."""
    return math.copysign(math.ceil(x), x) if math.isfinite(x) else x


def ftrunc(x: float) -> float:
    """The whole part of x, as a float; NaN and infinities stay."""
    return math.copysign(math.trunc(x), x) if math.isfinite(x) else x


def fround(x: float) -> float:
    """The whole number nearest to x, halves away from zero, as a float; NaN and infinities stay."""
    if not math.isfinite(x):
        return x
    whole = ftrunc(x)
    return whole + math.copysign(1.0, x) if abs(x - whole) >= 0.5 else whole


def peek(flags: Ints, index: int) -> int:
    """Reads ``flags[index]`` from memory each time, so that another thread may set it (a stop flag)."""
    return flags[index]


def stack(length: int) -> Floats:
    """``length`` floats, all zero, that live until the function returns; the length is a literal or a constant.

    LLVM keeps them in registers where all indices are constants and no call that is not inlined takes the pointer.
    """
    values: list[float] = [0.0] * length
    return values


NAMES: dict[str, Callable[..., Any]] = {
    "ffloor": ffloor,
    "fceil": fceil,
    "ftrunc": ftrunc,
    "fround": fround,
    "peek": peek,
    "stack": stack,
}
"""Intrinsics that Python lacks."""


def divide(a: float, b: float) -> float:
    """IEEE division: x/0 is infinite or NaN."""
    if b != 0:
        try:
            return a / b
        except OverflowError:
            return math.copysign(math.inf, a) * math.copysign(1.0, b)
    a, b = float(a), float(b)
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)


def floor_divide(a: Any, b: Any) -> Any:
    """Python's ``//``; see the head of this file for zero divisors."""
    if b == 0:
        return 0 if isinstance(a, int) and isinstance(b, int) else math.nan
    return a // b


def modulo(a: Any, b: Any) -> Any:
    """Python's ``%``; see the head of this file for zero divisors."""
    if b == 0:
        return 0 if isinstance(a, int) and isinstance(b, int) else math.nan
    return a % b


def to_int(x: float) -> int:
    """Truncation to int64, saturating; NaN gives 0."""
    return _saturate(math.trunc, x)


def _saturate(rounding: Callable[[float], int], x: float) -> int:
    if math.isnan(x):
        return 0
    if math.isinf(x):
        return INT_MAX if x > 0 else INT_MIN
    return builtins.min(builtins.max(rounding(x), INT_MIN), INT_MAX)


def _quiet(function: Callable[..., float]) -> Callable[..., float]:
    """NaN where the function would raise for an argument outside its domain."""

    def call(*args: float) -> float:
        try:
            return function(*args)
        except ValueError:
            return math.nan

    return call


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _log(function: Callable[[float], float]) -> Callable[[float], float]:
    def call(x: float) -> float:
        if x == 0:
            return -math.inf
        return function(x) if not x < 0 else math.nan

    return call


def _pow(x: float, y: float) -> float:
    odd = math.isfinite(y) and y % 2 == 1
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and odd else math.inf
    except ValueError:
        if x == 0:
            return math.copysign(math.inf, x) if odd else math.inf
        return math.nan


def _round(x: float) -> int:
    return _saturate(lambda value: builtins.round(value), x)


REPLACEMENTS: dict[object, Callable[..., Any]] = {
    int: to_int,
    round: _round,
    math.floor: lambda x: _saturate(math.floor, x),
    math.ceil: lambda x: _saturate(math.ceil, x),
    math.trunc: to_int,
    math.sqrt: _quiet(math.sqrt),
    math.exp: _exp,
    math.log: _log(math.log),
    math.log10: _log(math.log10),
    math.log2: _log(math.log2),
    math.pow: _pow,
    math.fmod: _quiet(math.fmod),
    math.sin: _quiet(math.sin),
    math.cos: _quiet(math.cos),
    math.tan: _quiet(math.tan),
    math.asin: _quiet(math.asin),
    math.acos: _quiet(math.acos),
}
"""What plain Python calls in place of a function that would raise."""
