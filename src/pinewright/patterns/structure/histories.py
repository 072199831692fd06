"""Several histories in one: a bar without prices begins a new one, which knows nothing of the bars before it."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.machine.kernel import (
    Columns,
    Floats,
    Module,
    Native,
    address,
    addresses,
    compile_module,
    kernel,
    source_key,
)
from pinewright.market import Bars, FloatArray
from pinewright.pine.compiler.runtime import sums
from pinewright.pine.compiler.runtime.sums import window_sum

_STATE: Final = 4
"""Numbers that a rolling sum keeps between bars."""


@kernel
def restart(
    n: int,
    pivot: int,
    length: int,
    c: Columns,
    state: Floats,
    log: Floats,
    stored: Floats,
    atr: Floats,
    top: Floats,
    bottom: Floats,
) -> int:
    """Fills ``atr`` [n] as ``ta.atr`` of each history alone; takes from ``top`` and ``bottom`` [n] the pivots that look
    back beyond their history. Returns how many histories there are.

    pivot: bars on each side of one. c: high, low, close. log, stored [length + 1]: of the rolling sum.
    """
    age = 0
    found = 0
    value = math.nan
    for i in range(n):
        atr[i] = math.nan
        if c[2][i] != c[2][i]:
            age = 0
            value = math.nan
            for k in range(_STATE):
                state[k] = 0.0
            top[i] = math.nan
            bottom[i] = math.nan
        else:
            step = c[0][i] - c[1][i]
            if age > 0:
                before = c[2][i - 1]
                step = max(step, max(abs(c[0][i] - before), abs(c[1][i] - before)))
            else:
                found += 1
            total = window_sum(state, log, stored, step, float(length), length)
            value = total / length if value != value else (value * (length - 1) + step) / length
            atr[i] = value
            if age < 2 * pivot:
                top[i] = math.nan
                bottom[i] = math.nan
            age += 1
    return found


def apart(bars: Bars, length: int, top: FloatArray, bottom: FloatArray, atr_bars: int) -> tuple[FloatArray, ...]:
    """Average true range and pivots [N] of bars in which some have no prices, each history on its own.

    top, bottom [N]: pivots with ``length`` bars on each side, over all bars as if they were one history. What is known
    at the close of a bar depends on the bars of its own history to it alone.
    """
    prices = [np.ascontiguousarray(column, dtype=np.float64) for column in (bars.high, bars.low, bars.close)]
    table = addresses(prices)
    room = [np.zeros(size) for size in (_STATE, atr_bars + 1, atr_bars + 1)]
    found = [np.zeros(len(bars)), top.copy(), bottom.copy()]
    arrays = [table, *room, *found]
    _native().function("restart")(len(bars), length, atr_bars, *(address(array) for array in arrays))
    return tuple(found)


@cache
def _native() -> Native:
    return compile_module(lambda: Module("histories").add(restart), ["restart"], key=source_key(Path(__file__), sums))
