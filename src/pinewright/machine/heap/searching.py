"""Looking for values in arrays.

``includes``, ``indexof`` and ``lastindexof`` compare numbers with Pine's tolerance of 1e-10, binary searches compare
exactly and answer what PyneCore's authors have measured on TradingView where the value is not there.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.arrays import array_number
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.state import Heap
from pinewright.machine.kernel import kernel

TOLERANCE: Final = 1e-10
"""Absolute difference up to which Pine takes two numbers for equal."""


@kernel(inline=True)
def same(a: float, b: float) -> bool:
    """Whether two values are the same; na is the same as nothing. References and texts differ by far more or not."""
    return a == b or abs(a - b) <= TOLERANCE


@kernel(inline=False)
def find(m: Heap, k: int, value: float, backwards: bool) -> float:
    """Place of the first or last element of array k that is the same as a value, else -1."""
    item = m.objects[k]
    for j in range(item.size):
        at = item.size - 1 - j if backwards else j
        if same(m.cells[item.start + at], value):
            return float(at)
    return -1.0


@kernel
def array_indexof(m: Heap, a: float, value: float) -> float:
    """Place of the first such element, else -1."""
    return find(m, array_number(m, a, Call.ARRAY_INDEXOF), value, False)


@kernel
def array_lastindexof(m: Heap, a: float, value: float) -> float:
    """Place of the last such element, else -1."""
    return find(m, array_number(m, a, Call.ARRAY_LASTINDEXOF), value, True)


@kernel
def array_includes(m: Heap, a: float, value: float) -> bool:
    """Whether an element is the same as the value."""
    return find(m, array_number(m, a, Call.ARRAY_INCLUDES), value, False) >= 0.0


@kernel(inline=False)
def count_below(m: Heap, k: int, value: float, equal_too: bool) -> int:
    """How many elements of the sorted array k are below a value, or below and equal."""
    item = m.objects[k]
    low = 0
    high = item.size
    while low < high:
        middle = (low + high) // 2
        found = m.cells[item.start + middle]
        if found < value or (equal_too and found == value):
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def array_binary_search(m: Heap, a: float, value: float) -> float:
    """Place of a value in a sorted array, else -1."""
    item = m.objects[array_number(m, a, Call.ARRAY_BINARY_SEARCH)]
    low = 0
    high = item.size - 1
    while low <= high:
        middle = (low + high) // 2
        found = m.cells[item.start + middle]
        if found == value:
            return float(middle)
        if value < found:
            high = middle - 1
        else:
            low = middle + 1
    return -1.0


@kernel
def array_binary_search_leftmost(m: Heap, a: float, value: float) -> float:
    """Place of the first such value in a sorted array, else of the next below, 0 where there is none."""
    k = array_number(m, a, Call.ARRAY_BINARY_SEARCH_LEFTMOST)
    item = m.objects[k]
    below = count_below(m, k, value, False)
    if below < item.size and m.cells[item.start + below] == value:
        return float(below)
    return float(max(below - 1, 0))


@kernel
def array_binary_search_rightmost(m: Heap, a: float, value: float) -> float:
    """Place of the last such value in a sorted array, else of the next above, the size where there is none."""
    k = array_number(m, a, Call.ARRAY_BINARY_SEARCH_RIGHTMOST)
    item = m.objects[k]
    below = count_below(m, k, value, True)
    if below > 0 and m.cells[item.start + below - 1] == value:
        return float(below - 1)
    return float(below)


@kernel(inline=False)
def count_true(m: Heap, k: int) -> int:
    """How many elements of array k are true: neither 0 nor na."""
    item = m.objects[k]
    found = 0
    for j in range(item.size):
        value = m.cells[item.start + j]
        if value != 0.0 and not math.isnan(value):
            found += 1
    return found


@kernel
def array_every(m: Heap, a: float) -> bool:
    """Whether there are elements and all of them are true."""
    k = array_number(m, a, Call.ARRAY_EVERY)
    return m.objects[k].size > 0 and count_true(m, k) == m.objects[k].size


@kernel
def array_some(m: Heap, a: float) -> bool:
    """Whether an element is true."""
    return count_true(m, array_number(m, a, Call.ARRAY_SOME)) > 0
