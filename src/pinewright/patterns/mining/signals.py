"""On which bars a shape fires, entries that do not overlap, and what followed them."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.indicators.calculator import IndicatorCalculator
from pinewright.machine.kernel import (
    Bools,
    Floats,
    Ints,
    Module,
    Native,
    address,
    compile_module,
    kernel,
    source_key,
    stack,
)
from pinewright.market import Bars, BoolArray, FloatArray, IntArray
from pinewright.patterns.mining.shape import Shape
from pinewright.pine.compiler.runtime import arithmetic
from pinewright.pine.compiler.runtime.arithmetic import pine_le, pine_lt

BLOCK: Final = 128
"""Bars that are compared side by side."""


@kernel
def similarities(
    n: int, close: Floats, deviation: Floats, length: int, newest_first: Floats, norm: float, out: Floats
) -> None:
    """Correlation of the window that ends at each bar with the template; NaN where there is none.

    Each bar's sum runs from the newest close to the oldest, as the Pine of the shape does, so that both round alike;
    that bars are taken in blocks changes no bar's order. The template adds up to 0: the window's mean falls out.
    """
    products = stack(BLOCK)
    for i in range(min(n, length - 1)):
        out[i] = math.nan
    for first in range(length - 1, n, BLOCK):
        count = min(BLOCK, n - first)
        here = close[first:]
        for b in range(count):
            products[b] = 0.0
        for k in range(1, length):
            back = close[first - k :]
            weight = newest_first[k]
            for b in range(count):
                products[b] += weight * (back[b] - here[b])
        for b in range(count):
            spread = deviation[first + b]
            out[first + b] = products[b] / (norm * spread) if pine_lt(0.0, spread) else math.nan


@kernel
def fires(n: int, similarity: Floats, least: float, out: Bools) -> None:
    """Where the correlation reaches ``least``, by Pine's tolerant comparison; never where it is na."""
    for i in range(n):
        out[i] = pine_le(least, similarity[i])


@kernel
def spaced(n: int, fired: Bools, first: int, last: int, spacing: int, out: Ints) -> int:
    """Bars of [first, last) that fire, each at least ``spacing`` after the one before; how many."""
    count = 0
    i = first
    while i < last:
        if fired[i]:
            out[count] = i
            count += 1
            i += spacing
        else:
            i += 1
    return count


def template_similarity(
    close: FloatArray, deviation: FloatArray, template: tuple[float, ...] | FloatArray, norm: float
) -> FloatArray:
    """Correlation [N] of the window of closes [N] that ends at each bar with a template [L], oldest first.

    deviation [N]: of that window; where it is 0 or NaN, so is the answer, NaN.
    """
    closes = np.ascontiguousarray(close, dtype=np.float64)
    newest_first = np.ascontiguousarray(np.asarray(template, dtype=np.float64)[::-1])
    spreads, out = np.ascontiguousarray(deviation, dtype=np.float64), np.empty(len(closes))
    given = (len(closes), address(closes), address(spreads), len(newest_first), address(newest_first), norm)
    native().function("similarities")(*given, address(out))
    return out


@cache
def calculator() -> IndicatorCalculator:
    """One for the process, so that each length is compiled once."""
    return IndicatorCalculator()


def deviations(bars: Bars, length: int) -> FloatArray:
    """``ta.stdev(close, length)`` [N]: the very numbers that the Pine of a shape divides by."""
    if not len(bars):
        return np.zeros(0)
    return calculator().calculate(bars, [f"ta.stdev(close, {length})"]).columns[0]


def shape_distance(bars: Bars, shape: Shape) -> FloatArray:
    """Distance [N] of the last L closes to the template at each bar's close; NaN where there is no window."""
    found = template_similarity(bars.close, deviations(bars, shape.bars), shape.template, shape.norm)
    return np.asarray(np.sqrt(np.maximum(0.0, 2.0 - 2.0 * found)))


def shape_signals(
    bars: Bars, shape: Shape, tolerance: float | None = None, *, deviation: FloatArray | None = None
) -> BoolArray:
    """Whether the shape fires at the close of each bar [N]; nothing of a bar depends on later bars.

    tolerance: in place of the shape's own. deviation: ``deviations`` of these bars where they are known already. A
    window of equal closes never fires.
    """
    limit = shape.tolerance if tolerance is None else tolerance
    spread = deviations(bars, shape.bars) if deviation is None else deviation
    found = template_similarity(bars.close, spread, shape.template, shape.norm)
    fired = np.zeros(len(bars), dtype=np.bool_)
    native().function("fires")(len(bars), address(found), 1.0 - limit * limit / 2.0, address(fired))
    return fired


def entries(fired: BoolArray, first: int, last: int, spacing: int) -> IntArray:
    """Bars of [first, last) that fire, oldest first, each at least ``spacing`` bars after the one before."""
    if spacing < 1:
        raise UsageError(f"a spacing of {spacing} bars", hint="one at least")
    last = min(last, len(fired))
    out = np.empty(max(0, last - first) // spacing + 1, dtype=np.int64)
    flags = np.ascontiguousarray(fired)
    count = native().function("spaced")(len(flags), address(flags), first, last, spacing, address(out))
    return out[:count]


def forward_moves(bars: Bars, horizon: int) -> FloatArray:
    """Move [N] from the open after each bar to the open ``horizon`` bars later, NaN where that lies behind the end.

    It is what an order given at the bar's close and one given ``horizon`` bars later make of a unit.
    """
    moves = np.full(len(bars), np.nan)
    if len(bars) > horizon + 1:
        moves[: -horizon - 1] = bars.open[horizon + 1 :] - bars.open[1:-horizon]
    return moves


@cache
def native() -> Native:
    """The compiled kernels, once for the process."""

    def build() -> Module:
        return Module("shapes").add(similarities).add(fires).add(spaced)

    key = source_key(Path(__file__), arithmetic)
    return compile_module(build, ["similarities", "fires", "spaced"], key=key)
