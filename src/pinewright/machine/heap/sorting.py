"""Sorting: a stable order of places by number, by text or by a field of records.

na sorts behind all numbers and in front of all texts; descending order is the ascending one read backwards (both
measured on TradingView by PyneCore's authors).
"""

from __future__ import annotations

import math

from pinewright.machine.heap.arrays import array_number, array_of, reference_or_na
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import fail, has_scratch, object_number, text_number
from pinewright.machine.heap.state import Element, Form, Heap
from pinewright.machine.kernel import kernel


@kernel(inline=False)
def text_order(m: Heap, a: float, b: float) -> int:
    """Below, equal to or above 0 where text a comes before b, is b, or comes behind it; na comes first."""
    one = m.objects[text_number(m, a)]
    two = m.objects[text_number(m, b)]
    for j in range(min(one.size, two.size)):
        x = m.cells[one.start + j]
        y = m.cells[two.start + j]
        if x != y:
            return -1 if x < y else 1
    if math.isnan(a) or math.isnan(b):
        return int(math.isnan(b)) - int(math.isnan(a))
    return one.size - two.size


@kernel(inline=True)
def behind(m: Heap, a: float, b: float, element: int) -> bool:
    """Whether value a belongs behind value b."""
    if element == Element.TEXT:
        return text_order(m, a, b) > 0
    return a > b or (math.isnan(a) and not math.isnan(b))


@kernel(inline=False)
def order_places(m: Heap, keys: int, count: int, element: int) -> int:
    """Sorts the places 0 to count - 1 by the keys in cells ``keys`` on, and gives the cell where they lie, sorted.

    Works in the 2 * count cells behind the keys. Merges runs of growing length.
    """
    source = keys + count
    target = source + count
    for j in range(count):
        m.cells[source + j] = float(j)
    width = 1
    while width < count:
        begin = 0
        while begin < count:
            middle = min(begin + width, count)
            end = min(begin + 2 * width, count)
            left = begin
            right = middle
            for j in range(begin, end):
                take_right = left == middle
                if left < middle and right < end:
                    one = m.cells[keys + int(m.cells[source + left])]
                    two = m.cells[keys + int(m.cells[source + right])]
                    take_right = behind(m, one, two, element)
                if take_right:
                    m.cells[target + j] = m.cells[source + right]
                    right += 1
                else:
                    m.cells[target + j] = m.cells[source + left]
                    left += 1
            begin += 2 * width
        source, target = target, source
        width *= 2
    return source


@kernel(inline=False)
def put_keys(m: Heap, k: int, field: float, keys: int, call: int) -> bool:
    """Copies the elements of array k, or a field of its records, to cells; False and a failure for a record na."""
    item = m.objects[k]
    for j in range(item.size):
        value = m.cells[item.start + j]
        if not math.isnan(field):
            record = m.objects[object_number(m, value)]
            if record.form != Form.RECORD or not (field >= 0.0 and field < record.size):
                fail(m, Failure.NO_RECORD, call, 0.0, 0.0)
                return False
            value = m.cells[record.start + int(field)]
        m.cells[keys + j] = value
    return True


@kernel
def array_sort(m: Heap, a: float, descending: bool, field: float, element: int) -> None:
    """Sorts an array; ``field`` is na for elements themselves, else the number of the field that records go by."""
    k = array_number(m, a, Call.ARRAY_SORT)
    item = m.objects[k]
    count = item.size
    if not has_scratch(m, 4 * count):
        return
    keys = m.top + count
    if not put_keys(m, k, field, keys, Call.ARRAY_SORT):
        return
    for j in range(count):
        m.cells[m.top + j] = m.cells[item.start + j]
    places = order_places(m, keys, count, element)
    for j in range(count):
        at = count - 1 - j if descending else j
        m.cells[item.start + at] = m.cells[m.top + int(m.cells[places + j])]


@kernel
def array_sort_indices(m: Heap, a: float, descending: bool, field: float, element: int) -> float:
    """The places of the elements in sorted order, as a new array."""
    k = array_number(m, a, Call.ARRAY_SORT_INDICES)
    count = m.objects[k].size
    made = array_of(m, count) if k > 0 else 0
    if made == 0 or not has_scratch(m, 3 * count) or not put_keys(m, k, field, m.top, Call.ARRAY_SORT_INDICES):
        return math.nan
    places = order_places(m, m.top, count, element)
    target = m.objects[made].start
    for j in range(count):
        m.cells[target + (count - 1 - j if descending else j)] = m.cells[places + j]
    return reference_or_na(made)
