"""Arrays as a whole and in parts: copies, slices, ranges, joins of two."""

from __future__ import annotations

import math

from pinewright.machine.heap.arrays import array_number, array_of, insert_at, take_at
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import copy_cells, fail, fill_cells, new_object, reference
from pinewright.machine.heap.state import MOST_ELEMENTS, Form, Heap
from pinewright.machine.kernel import kernel


@kernel
def array_clear(m: Heap, a: float) -> None:
    """Removes all elements."""
    k = array_number(m, a, Call.ARRAY_CLEAR)
    if m.objects[k].form == Form.ARRAY:
        m.objects[k].size = 0
    while m.objects[k].size > 0:
        take_at(m, k, m.objects[k].size - 1)


@kernel(inline=False)
def first_of(m: Heap, begin: float, size: int, call: int) -> int:
    """First place of a range, that of an element; the beginning for na, -1 and a failure where there is none."""
    if math.isnan(begin) and size > 0:
        return 0
    if begin >= 0.0 and begin < size:
        return int(begin)
    fail(m, Failure.OUT_OF_BOUNDS, call, 0.0 if math.isnan(begin) else begin, size)
    return -1


@kernel(inline=False)
def last_of(m: Heap, end: float, size: int, call: int) -> int:
    """End of a range, exclusive; the size for na, -1 and a failure where it is beyond."""
    if math.isnan(end):
        return size
    if end >= 0.0 and end < size + 1:
        return int(end)
    fail(m, Failure.OUT_OF_BOUNDS, call, end, size)
    return -1


@kernel
def array_fill(m: Heap, a: float, value: float, index_from: float, index_to: float) -> None:
    """Sets the elements of a range to a value; a range that ends before it begins holds none."""
    item = m.objects[array_number(m, a, Call.ARRAY_FILL)]
    begin = first_of(m, index_from, item.size, Call.ARRAY_FILL)
    end = last_of(m, index_to, item.size, Call.ARRAY_FILL)
    if begin >= 0 and end > begin:
        fill_cells(m, item.start + begin, end - begin, value)


@kernel
def array_slice(m: Heap, a: float, index_from: float, index_to: float) -> float:
    """A window on a range: what changes there changes here, what is added or removed here is there too."""
    k = array_number(m, a, Call.ARRAY_SLICE)
    size = m.objects[k].size
    begin = first_of(m, index_from, size, Call.ARRAY_SLICE)
    end = last_of(m, index_to, size, Call.ARRAY_SLICE)
    if begin < 0 or end < 0:
        return math.nan
    if end < begin:
        fail(m, Failure.RANGE, Call.ARRAY_SLICE, begin, end)
        return math.nan
    made = new_object(m, Form.SLICE, 0)
    if made == 0:
        return math.nan
    item = m.objects[made]
    item.parent = k
    item.shape = begin
    item.size = end - begin
    return reference(made)


@kernel(inline=False)
def array_from_cells(m: Heap, start: int, count: int) -> float:
    """A new array with the values of ``count`` cells; na where there is no room."""
    k = array_of(m, count)
    if k == 0:
        return math.nan
    copy_cells(m, start, m.objects[k].start, count)
    return reference(k)


@kernel
def array_copy(m: Heap, a: float) -> float:
    """A copy; objects in it stay shared."""
    k = array_number(m, a, Call.ARRAY_COPY)
    return array_from_cells(m, m.objects[k].start, m.objects[k].size) if k > 0 else math.nan


@kernel
def array_abs(m: Heap, a: float) -> float:
    """A new array with the absolute values."""
    k = array_number(m, a, Call.ARRAY_ABS)
    made = array_of(m, m.objects[k].size) if k > 0 else 0
    if made == 0:
        return math.nan
    source = m.objects[k].start
    target = m.objects[made].start
    for j in range(m.objects[k].size):
        m.cells[target + j] = abs(m.cells[source + j])
    return reference(made)


@kernel
def array_concat(m: Heap, a: float, other: float) -> float:
    """Adds the elements of another array to the first and gives the first."""
    k = array_number(m, a, Call.ARRAY_CONCAT)
    more = array_number(m, other, Call.ARRAY_CONCAT)
    if k == 0 or more == 0:
        return math.nan
    count = m.objects[more].size
    if m.objects[k].size + count > MOST_ELEMENTS:
        fail(m, Failure.TOO_LARGE, Call.ARRAY_CONCAT, m.objects[k].size + count, 0.0)
        return a
    # Element by element, for a block may move and a slice of the first array with it.
    for j in range(count):
        again = array_number(m, other, Call.ARRAY_CONCAT)
        if again == 0 or m.error != 0:
            return a
        insert_at(m, k, m.objects[k].size, m.cells[m.objects[again].start + j], Call.ARRAY_CONCAT)
    return a


@kernel
def array_reverse(m: Heap, a: float) -> None:
    """Turns the order round."""
    item = m.objects[array_number(m, a, Call.ARRAY_REVERSE)]
    low = item.start
    high = item.start + item.size - 1
    while low < high:
        value = m.cells[low]
        m.cells[low] = m.cells[high]
        m.cells[high] = value
        low += 1
        high -= 1
