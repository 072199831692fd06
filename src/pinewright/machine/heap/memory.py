"""Room in the arena, numbers for objects, and the way from a float of the script to an object.

Nothing here looks at memory before the number is checked: a reference that is na, foreign or stale in form leads to
object 0, which is empty, and to a failure.
"""

from __future__ import annotations

from typing import Final

from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.state import (
    FIRST_TEXT,
    HEADER,
    REFERENCE,
    REFERENCE_INVERSE,
    ULP,
    ULPS,
    Form,
    Heap,
)
from pinewright.machine.kernel import kernel

LEAST_ROOM: Final = 4
"""Elements that the first block of a growing array holds."""


@kernel(inline=True)
def reference(k: int) -> float:
    """The float by which a script knows object k."""
    return (1.0 + k * ULP) * REFERENCE


@kernel(inline=True)
def object_number(m: Heap, x: float) -> int:
    """The number of the object that a float refers to; 0 where it refers to none."""
    k = int((x * REFERENCE_INVERSE - 1.0) * ULPS)
    return k if k > 0 and k < m.object_count else 0


@kernel(inline=True)
def text_number(m: Heap, x: float) -> int:
    """The number of the object that a text is; 0 for na and for what is no text."""
    k = 0
    if x >= FIRST_TEXT:
        k = int(x - FIRST_TEXT)
    elif x >= 0.0 and x < m.words:
        k = int(x) + 1
    return k if k < m.object_count and m.objects[k].form == Form.TEXT else 0


@kernel(inline=True)
def text_value(m: Heap, k: int) -> float:
    """The float by which a script knows the text that is object k."""
    return FIRST_TEXT + k if k > m.words else k - 1.0


@kernel(inline=False)
def fail(m: Heap, failure: int, call: int, a: float, b: float) -> None:
    """Remembers what went wrong; the first failure of a run counts."""
    if m.error == 0:
        m.error = failure
        m.call = call
        m.line = m.place
        m.detail_a = a
        m.detail_b = b


@kernel(inline=False)
def allocate(m: Heap, owner: int, length: int) -> int:
    """First cell of a new block for an object; -1 where the arena is full."""
    if length < 0 or m.top + HEADER + length > m.room:
        fail(m, Failure.FULL_CELLS, 0, length, 0.0)
        return -1
    start = m.top + HEADER
    m.cells[m.top] = float(owner)
    m.cells[m.top + 1] = float(length)
    m.top = start + length
    return start


@kernel(inline=False)
def new_object(m: Heap, form: int, length: int) -> int:
    """A new object with a block of ``length`` cells, which hold anything; 0 where there is no room."""
    k = m.free
    if k == 0:
        k = m.object_count
        if k >= m.object_room:
            fail(m, Failure.FULL_OBJECTS, 0, k, 0.0)
            return 0
    start = allocate(m, k, length)
    if start < 0:
        return 0
    item = m.objects[k]
    if m.free == 0:
        m.object_count = k + 1
    else:
        m.free = item.start
    m.living += 1
    item.form = form
    item.block = start - HEADER
    item.start = start
    item.room = length
    item.size = 0
    item.parent = 0
    item.shape = 0
    item.rows = 0
    item.kept = False
    item.pinned = False
    return k


@kernel(inline=True)
def copy_cells(m: Heap, source: int, target: int, count: int) -> None:
    """Copies cells; a target inside the source lies below it."""
    for j in range(count):
        m.cells[target + j] = m.cells[source + j]


@kernel(inline=True)
def fill_cells(m: Heap, start: int, count: int, value: float) -> None:
    """Sets cells to a value."""
    for j in range(count):
        m.cells[start + j] = value


@kernel(inline=False)
def make_room(m: Heap, k: int, room: int) -> bool:
    """Room for ``room`` elements in a block of object k, whose elements keep their order; False where there is none.

    Where the block is the last of the arena it grows in place. Room lost in front (``array.shift``) is taken back.
    """
    item = m.objects[k]
    if room <= item.room:
        return True
    first = item.block + HEADER
    lost = item.start - first
    length = lost + item.room
    if lost > 0 and room <= length and 2 * lost >= length:
        copy_cells(m, item.start, first, item.size)
        item.start = first
        item.room = length
        return True
    wanted = max(max(room, 2 * item.size), LEAST_ROOM)
    if first + length == m.top and item.block >= m.floor:
        more = lost + wanted - length
        if m.top + more > m.room:
            fail(m, Failure.FULL_CELLS, 0, more, 0.0)
            return False
        m.top += more
        m.cells[item.block + 1] = float(length + more)
        item.room += more
        return True
    start = allocate(m, k, wanted)
    if start < 0:
        return False
    copy_cells(m, item.start, start, item.size)
    item.block = start - HEADER
    item.start = start
    item.room = wanted
    return True


@kernel(inline=True)
def has_scratch(m: Heap, count: int) -> bool:
    """Whether ``count`` cells above the top may be used until the next object is made."""
    if m.top + count <= m.room:
        return True
    fail(m, Failure.FULL_CELLS, 0, count, 0.0)
    return False
