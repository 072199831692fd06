"""Maps: pairs in the order in which their keys came, found through a hashed index.

The block of a map holds its index (``shape`` buckets: number of a place + 1, 0 for none) and then its places, of three
cells each: key, value, and whether the pair is there. ``parent`` counts the places taken, with those of removed pairs;
``size`` the pairs. Index and places are built anew when the places run out. na is a key like others.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.arrays import array_of
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import (
    allocate,
    copy_cells,
    fail,
    fill_cells,
    new_object,
    object_number,
    reference,
)
from pinewright.machine.heap.state import HEADER, MOST_PAIRS, REFERENCE, ULPS, Form, Heap
from pinewright.machine.kernel import ftrunc, kernel

FIRST_PLACES: Final = 4
MIX: Final = 1_000_003
MASK: Final = 2**40 - 1
HALF: Final = 2**20 - 1
LARGE: Final = 2.0**62
"""Whole numbers below it fit into an int."""


@kernel(inline=True)
def map_number(m: Heap, x: float, call: int) -> int:
    """Number of a map; 0 and a failure where it is none."""
    k = object_number(m, x)
    if m.objects[k].form == Form.MAP:
        return k
    fail(m, Failure.NO_MAP, call, 0.0, 0.0)
    return 0


@kernel(inline=True)
def key_code(m: Heap, key: float) -> int:
    """Hash of a key: of its whole part and of its fraction."""
    if math.isnan(key):
        return 0
    if key >= REFERENCE:
        return object_number(m, key)
    whole = ftrunc(key)
    code = (int(whole if abs(whole) < LARGE else whole / LARGE) & MASK) + (int((key - whole) * ULPS) & MASK)
    return (((code & HALF) * MIX) + (code // HALF)) & MASK


@kernel(inline=False)
def lay_out(m: Heap, k: int, places: int) -> bool:
    """A new block for the pairs of map k with so many places; False where there is no room."""
    buckets = 2 * places
    start = allocate(m, k, buckets + 3 * places)
    if start < 0:
        return False
    item = m.objects[k]
    fill_cells(m, start, buckets, 0.0)
    old = item.start + item.shape
    taken = item.parent
    item.block = start - HEADER
    item.start = start
    item.room = places
    item.shape = buckets
    item.parent = 0
    for j in range(taken):
        if m.cells[old + 3 * j + 2] != 0.0:
            put_place(m, k, m.cells[old + 3 * j], m.cells[old + 3 * j + 1])
    return True


@kernel(inline=False)
def bucket_for(m: Heap, k: int, key: float) -> int:
    """Cell of the index where a key is, or the empty one where it belongs."""
    item = m.objects[k]
    bucket = key_code(m, key) % item.shape
    place = int(m.cells[item.start + bucket])
    while place != 0:
        at = item.start + item.shape + 3 * (place - 1)
        found = m.cells[at]
        if m.cells[at + 2] != 0.0 and (found == key or (math.isnan(found) and math.isnan(key))):
            place = 0
        else:
            bucket = bucket + 1 if bucket + 1 < item.shape else 0
            place = int(m.cells[item.start + bucket])
    return item.start + bucket


@kernel(inline=False)
def put_place(m: Heap, k: int, key: float, value: float) -> None:
    """Adds a pair whose key is new to a free place."""
    item = m.objects[k]
    bucket = bucket_for(m, k, key)
    at = item.start + item.shape + 3 * item.parent
    m.cells[at] = key
    m.cells[at + 1] = value
    m.cells[at + 2] = 1.0
    item.parent += 1
    m.cells[bucket] = float(item.parent)


@kernel(inline=False)
def pair_of(m: Heap, k: int, key: float) -> int:
    """Cell of the pair with a key, -1 for none."""
    item = m.objects[k]
    if item.size == 0:
        return -1
    place = int(m.cells[bucket_for(m, k, key)])
    return item.start + item.shape + 3 * (place - 1) if place > 0 else -1


@kernel
def map_new(m: Heap) -> float:
    """A new, empty map."""
    k = new_object(m, Form.MAP, 0)
    if k == 0 or not lay_out(m, k, FIRST_PLACES):
        return math.nan
    return reference(k)


@kernel(inline=False)
def put(m: Heap, k: int, key: float, value: float, call: int) -> float:
    """Sets the value of a key in map k and gives the former one, na where the key is new."""
    at = pair_of(m, k, key)
    if at >= 0:
        former = m.cells[at + 1]
        m.cells[at + 1] = value
        return former
    item = m.objects[k]
    if item.size >= MOST_PAIRS:
        fail(m, Failure.TOO_MANY_PAIRS, call, item.size, 0.0)
    elif item.parent < item.room or lay_out(m, k, max(FIRST_PLACES, 2 * item.size)):
        put_place(m, k, key, value)
        item.size += 1
    return math.nan


@kernel
def map_put(m: Heap, a: float, key: float, value: float) -> float:
    """Sets the value of a key and gives the former one."""
    k = map_number(m, a, Call.MAP_PUT)
    return put(m, k, key, value, Call.MAP_PUT) if k > 0 else math.nan


@kernel
def map_put_all(m: Heap, a: float, other: float) -> None:
    """Puts in all pairs of another map."""
    k = map_number(m, a, Call.MAP_PUT_ALL)
    source = map_number(m, other, Call.MAP_PUT_ALL)
    if k == 0 or source == 0 or k == source:
        return
    for j in range(m.objects[source].parent):
        at = m.objects[source].start + m.objects[source].shape + 3 * j
        if m.cells[at + 2] != 0.0:
            put(m, k, m.cells[at], m.cells[at + 1], Call.MAP_PUT_ALL)


@kernel
def map_get(m: Heap, a: float, key: float) -> float:
    """The value of a key, else na."""
    at = pair_of(m, map_number(m, a, Call.MAP_GET), key)
    return m.cells[at + 1] if at >= 0 else math.nan


@kernel
def map_contains(m: Heap, a: float, key: float) -> bool:
    """Whether there is such a key."""
    return pair_of(m, map_number(m, a, Call.MAP_CONTAINS), key) >= 0


@kernel
def map_remove(m: Heap, a: float, key: float) -> float:
    """Removes a key and gives its value, na where there is none. Its place stays taken until the next layout."""
    k = map_number(m, a, Call.MAP_REMOVE)
    at = pair_of(m, k, key)
    if at < 0:
        return math.nan
    former = m.cells[at + 1]
    m.cells[at] = math.nan
    m.cells[at + 1] = math.nan
    m.cells[at + 2] = 0.0
    m.objects[k].size -= 1
    return former


@kernel
def map_clear(m: Heap, a: float) -> None:
    """Removes all pairs."""
    item = m.objects[map_number(m, a, Call.MAP_CLEAR)]
    fill_cells(m, item.start, item.shape, 0.0)
    item.size = 0
    item.parent = 0


@kernel
def map_size(m: Heap, a: float) -> float:
    """Number of pairs."""
    return float(m.objects[map_number(m, a, Call.MAP_SIZE)].size)


@kernel
def map_copy(m: Heap, a: float) -> float:
    """A copy; objects in it stay shared."""
    k = map_number(m, a, Call.MAP_COPY)
    item = m.objects[k]
    cells = item.shape + 3 * item.room
    made = new_object(m, Form.MAP, cells) if k > 0 else 0
    if made == 0:
        return math.nan
    copy = m.objects[made]
    copy_cells(m, item.start, copy.start, cells)
    copy.room = item.room
    copy.size = item.size
    copy.parent = item.parent
    copy.shape = item.shape
    return reference(made)


@kernel(inline=False)
def column_of(m: Heap, k: int, part: int) -> float:
    """A new array of the keys (0) or the values (1) of map k, in order."""
    made = array_of(m, m.objects[k].size) if k > 0 else 0
    if made == 0:
        return math.nan
    target = m.objects[made].start
    item = m.objects[k]
    for j in range(item.parent):
        at = item.start + item.shape + 3 * j
        if m.cells[at + 2] != 0.0:
            m.cells[target] = m.cells[at + part]
            target += 1
    return reference(made)


@kernel
def map_keys(m: Heap, a: float) -> float:
    """All keys, in order."""
    return column_of(m, map_number(m, a, Call.MAP_KEYS), 0)


@kernel
def map_values(m: Heap, a: float) -> float:
    """All values, in the order of their keys."""
    return column_of(m, map_number(m, a, Call.MAP_VALUES), 1)
