"""Arrays: reading, writing, growing and shrinking. Indices and sizes come as the script's floats and are checked here.

Index na does what it does on TradingView, as PyneCore's authors have measured it: nothing is read, written or removed.
``from_end``: whether negative indices count from the end (Pine v6).
"""

from __future__ import annotations

import math

from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import (
    copy_cells,
    fail,
    fill_cells,
    make_room,
    new_object,
    object_number,
    reference,
)
from pinewright.machine.heap.state import HEADER, MOST_ELEMENTS, Form, Heap
from pinewright.machine.kernel import Floats, kernel


@kernel(inline=False)
def settle(m: Heap, k: int, call: int) -> int:
    """Finds where slice k lies in its array; 0 and a failure where the array has become too short for it."""
    offset = 0
    owner = k
    while m.objects[owner].form == Form.SLICE:
        window = m.objects[owner]
        offset += window.shape
        owner = window.parent
        if window.shape + window.size > m.objects[owner].size:
            fail(m, Failure.SLICE_OUTSIDE, call, window.shape + window.size, m.objects[owner].size)
            return 0
    m.objects[k].start = m.objects[owner].start + offset
    return k


@kernel(inline=False)
def no_array(m: Heap, k: int, call: int) -> int:
    """Number of an object that is no plain array, ready to be read, if it is a slice; else 0 and a failure."""
    if m.objects[k].form == Form.SLICE:
        return settle(m, k, call)
    fail(m, Failure.NO_ARRAY, call, 0.0, 0.0)
    return 0


@kernel(inline=True)
def array_number(m: Heap, a: float, call: int) -> int:
    """Number of an array or slice, whose ``start`` and ``size`` then hold; 0 and a failure where it is none."""
    k = object_number(m, a)
    return k if m.objects[k].form == Form.ARRAY else no_array(m, k, call)


@kernel(inline=False)
def other_index(m: Heap, index: float, size: int, from_end: bool, call: int) -> int:
    """The place that an index below zero means; -1 for na, with a failure for one that is out of bounds.

    Fractions are dropped, so that what lies above -1 is 0.
    """
    if index > -1.0 and index < 0.0 and size > 0:
        return 0
    if from_end and index <= -1.0 and index > -size - 1.0:
        return int(index) + size
    if not math.isnan(index):
        fail(m, Failure.OUT_OF_BOUNDS, call, index, size)
    return -1


@kernel(inline=True)
def index_in(m: Heap, index: float, size: int, from_end: bool, call: int) -> int:
    """The place that an index means, -1 for none: na, or out of bounds, which is a failure."""
    return int(index) if index >= 0.0 and index < size else other_index(m, index, size, from_end, call)


@kernel(inline=True)
def array_get(m: Heap, a: float, index: float, from_end: bool) -> float:
    """The element at a place; na for index na."""
    item = m.objects[array_number(m, a, Call.ARRAY_GET)]
    j = index_in(m, index, item.size, from_end, Call.ARRAY_GET)
    return m.cells[item.start + j] if j >= 0 else math.nan


@kernel(inline=True)
def array_set(m: Heap, a: float, index: float, value: float, from_end: bool) -> None:
    """Replaces the element at a place; nothing for index na."""
    item = m.objects[array_number(m, a, Call.ARRAY_SET)]
    j = index_in(m, index, item.size, from_end, Call.ARRAY_SET)
    if j >= 0:
        m.cells[item.start + j] = value


@kernel(inline=True)
def array_size(m: Heap, a: float) -> float:
    """Number of elements."""
    return float(m.objects[array_number(m, a, Call.ARRAY_SIZE)].size)


@kernel(inline=False)
def count_of(m: Heap, count: float, call: int) -> int:
    """A number of elements, 0 for na; -1 and a failure where an array cannot hold it. Fractions are dropped."""
    if count <= -1.0:
        fail(m, Failure.SIZE, call, count, 0.0)
        return -1
    if count >= MOST_ELEMENTS + 1:
        fail(m, Failure.TOO_LARGE, call, count, 0.0)
        return -1
    return int(count)


@kernel(inline=False)
def array_of(m: Heap, count: int) -> int:
    """Number of a new array of ``count`` elements that hold anything; 0 where there is no room."""
    k = new_object(m, Form.ARRAY, count)
    if k > 0:
        m.objects[k].size = count
    return k


@kernel(inline=True)
def reference_or_na(k: int) -> float:
    """The reference to a new object; na where it could not be made."""
    return reference(k) if k > 0 else math.nan


@kernel
def array_new(m: Heap, size: float, value: float) -> float:
    """A new array of ``size`` elements, all ``value``."""
    count = count_of(m, size, Call.ARRAY_NEW)
    k = array_of(m, count) if count >= 0 else 0
    if k == 0:
        return math.nan
    fill_cells(m, m.objects[k].start, count, value)
    return reference(k)


@kernel(inline=True)
def array_empty(m: Heap) -> float:
    """A new array without elements: the beginning of ``array.from``."""
    return reference_or_na(new_object(m, Form.ARRAY, 4))


@kernel
def array_with(m: Heap, a: float, value: float) -> float:
    """Adds an element at the end and gives the array: ``array.from(x, y)`` is with(with(empty, x), y)."""
    k = array_number(m, a, Call.ARRAY_FROM)
    insert_at(m, k, m.objects[k].size, value, Call.ARRAY_FROM)
    return a


@kernel(inline=False)
def array_taken(m: Heap, values: Floats, first: float, end: float) -> float:
    """A new array of the values at places [first, end) of a column: what ``request.security_lower_tf`` gives."""
    count = count_of(m, end - first, Call.ARRAY_NEW)
    k = array_of(m, count) if count >= 0 else 0
    if k == 0:
        return math.nan
    start = m.objects[k].start
    place = int(first)
    for j in range(count):
        m.cells[start + j] = values[place + j]
    return reference(k)


@kernel(inline=False)
def insert_at(m: Heap, k: int, j: int, value: float, call: int) -> None:
    """Adds an element at place j of array or slice k, 0 <= j <= size; what is added to a slice its array gets."""
    if k == 0:
        return
    at = j
    owner = k
    while m.objects[owner].form == Form.SLICE:
        at += m.objects[owner].shape
        owner = m.objects[owner].parent
    whole = m.objects[owner]
    if whole.size >= MOST_ELEMENTS:
        fail(m, Failure.TOO_LARGE, call, whole.size + 1, 0.0)
        return
    if whole.size == whole.room and not make_room(m, owner, whole.size + 1):
        return
    for i in range(whole.start + whole.size, whole.start + at, -1):
        m.cells[i] = m.cells[i - 1]
    m.cells[whole.start + at] = value
    whole.size += 1
    while m.objects[k].form == Form.SLICE:
        m.objects[k].size += 1
        k = m.objects[k].parent


@kernel(inline=False)
def take_at(m: Heap, k: int, j: int) -> float:
    """Removes the element at place j of array or slice k, 0 <= j < size, from its array too, and gives it."""
    at = j
    owner = k
    while m.objects[owner].form == Form.SLICE:
        at += m.objects[owner].shape
        owner = m.objects[owner].parent
    whole = m.objects[owner]
    value = m.cells[whole.start + at]
    if at == 0:
        whole.start += 1
        whole.room -= 1
    else:
        copy_cells(m, whole.start + at + 1, whole.start + at, whole.size - at - 1)
    whole.size -= 1
    while m.objects[k].form == Form.SLICE:
        m.objects[k].size -= 1
        k = m.objects[k].parent
    return value


@kernel(inline=True)
def array_push(m: Heap, a: float, value: float) -> None:
    """Adds an element at the end."""
    k = array_number(m, a, Call.ARRAY_PUSH)
    item = m.objects[k]
    if item.form == Form.ARRAY and item.size < item.room and item.size < MOST_ELEMENTS:
        m.cells[item.start + item.size] = value
        item.size += 1
    else:
        insert_at(m, k, item.size, value, Call.ARRAY_PUSH)


@kernel
def array_unshift(m: Heap, a: float, value: float) -> None:
    """Adds an element at the beginning."""
    k = array_number(m, a, Call.ARRAY_UNSHIFT)
    item = m.objects[k]
    if item.form == Form.ARRAY and item.start > item.block + HEADER and item.size < MOST_ELEMENTS:
        item.start -= 1
        item.room += 1
        item.size += 1
        m.cells[item.start] = value
    else:
        insert_at(m, k, 0, value, Call.ARRAY_UNSHIFT)


@kernel
def array_insert(m: Heap, a: float, index: float, value: float, from_end: bool) -> None:
    """Adds an element in front of the one at a place; at the end where the index is the size or na."""
    k = array_number(m, a, Call.ARRAY_INSERT)
    size = m.objects[k].size
    end = index == size or math.isnan(index)
    j = size if end else index_in(m, index, size, from_end, Call.ARRAY_INSERT)
    if j >= 0:
        insert_at(m, k, j, value, Call.ARRAY_INSERT)


@kernel
def array_remove(m: Heap, a: float, index: float, from_end: bool) -> float:
    """Removes the element at a place and gives it; na and nothing removed for index na."""
    k = array_number(m, a, Call.ARRAY_REMOVE)
    j = index_in(m, index, m.objects[k].size, from_end, Call.ARRAY_REMOVE)
    return take_at(m, k, j) if j >= 0 else math.nan


@kernel(inline=False)
def take_end(m: Heap, a: float, last: bool, call: int) -> float:
    """Removes the last or the first element and gives it; a failure where there is none."""
    k = array_number(m, a, call)
    size = m.objects[k].size
    if size == 0:
        fail(m, Failure.EMPTY, call, 0.0, 0.0)
        return math.nan
    return take_at(m, k, size - 1 if last else 0)


@kernel
def array_pop(m: Heap, a: float) -> float:
    """Removes the last element and gives it."""
    return take_end(m, a, True, Call.ARRAY_POP)


@kernel
def array_shift(m: Heap, a: float) -> float:
    """Removes the first element and gives it."""
    return take_end(m, a, False, Call.ARRAY_SHIFT)


@kernel
def array_first(m: Heap, a: float) -> float:
    """The first element."""
    item = m.objects[array_number(m, a, Call.ARRAY_FIRST)]
    if item.size == 0:
        fail(m, Failure.EMPTY, Call.ARRAY_FIRST, 0.0, 0.0)
        return math.nan
    return m.cells[item.start]


@kernel
def array_last(m: Heap, a: float) -> float:
    """The last element."""
    item = m.objects[array_number(m, a, Call.ARRAY_LAST)]
    if item.size == 0:
        fail(m, Failure.EMPTY, Call.ARRAY_LAST, 0.0, 0.0)
        return math.nan
    return m.cells[item.start + item.size - 1]
