"""The beginning of a run, and the collector, which runs between bars.

The collector is conservative: every float in the script's state that looks like a reference or a made text keeps that
object. What is kept slides down in the arena; numbers of objects stay, so that the script notices nothing.
"""

from __future__ import annotations

from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import copy_cells, fail, object_number, text_number
from pinewright.machine.heap.state import FIRST_TEXT, FUEL, HEADER, REFERENCE, Form, Heap
from pinewright.machine.heap.texts import hash_of, index_text
from pinewright.machine.kernel import Columns, Floats, kernel


@kernel(inline=False)
def heap_begin(m: Heap) -> None:
    """An arena that holds the words of the program and nothing else."""
    m.top = m.word_cells
    m.object_count = m.words + 1
    m.living = m.words + 1
    m.free = 0
    m.floor = 0
    m.draft = 0
    m.fuel = FUEL
    m.place = 0
    m.error = 0
    m.call = 0
    m.line = 0
    m.bar = 0
    m.detail_a = 0.0
    m.detail_b = 0.0
    m.objects[0].form = Form.NOTHING
    for k in range(1, m.words + 1):
        item = m.objects[k]
        item.shape = hash_of(m, item.start, item.size)
        item.pinned = False
    set_limits(m)
    index_texts(m)


@kernel
def set_limits(m: Heap) -> None:
    """The next collection comes when half of what is free now is used up."""
    m.limit = m.top + (m.room - m.top) // 2
    m.living_limit = m.living + (m.object_room - m.living) // 2


@kernel
def index_texts(m: Heap) -> None:
    """Builds the index of all texts anew."""
    for j in range(m.bucket_count):
        m.buckets[j] = 0
    for k in range(1, m.object_count):
        if m.objects[k].form == Form.TEXT:
            index_text(m, k)


@kernel(inline=True)
def keep(m: Heap, x: float, count: int) -> int:
    """Keeps the object that a float may mean; gives how many objects wait to be looked into."""
    k = 0
    if x >= REFERENCE:
        k = object_number(m, x)
    elif x >= FIRST_TEXT:
        k = text_number(m, x)
    if k <= m.words or m.objects[k].kept or m.objects[k].form == Form.NOTHING:
        return count
    m.objects[k].kept = True
    m.waiting[count] = k
    return count + 1


@kernel
def keep_roots(m: Heap, s: Floats, h: Columns, bars: int) -> int:
    """Keeps what state slots, buffers and the broker hold; gives how many objects wait."""
    count = 0
    for k in range(m.words + 1, m.object_count):
        pinned = m.objects[k].pinned
        m.objects[k].kept = pinned
        if pinned:
            m.waiting[count] = k
            count += 1
    for j in range(m.slots):
        count = keep(m, s[j], count)
    for b in range(m.buffer_count):
        buffer = h[m.buffers[b]]
        for j in range(bars):
            count = keep(m, buffer[j], count)
    return count


@kernel
def keep_contents(m: Heap, waiting: int) -> None:
    """Keeps what the kept objects hold, however deep."""
    count = waiting
    while count > 0:
        count -= 1
        item = m.objects[m.waiting[count]]
        start = item.start
        cells = item.size
        if item.form == Form.SLICE:
            parent = item.parent
            cells = 0
            if not m.objects[parent].kept:
                m.objects[parent].kept = True
                m.waiting[count] = parent
                count += 1
        elif item.form == Form.MAP:
            start += item.shape
            cells = 3 * item.parent
        elif item.form == Form.TEXT:
            cells = 0
        for j in range(cells):
            count = keep(m, m.cells[start + j], count)


@kernel
def free_others(m: Heap) -> None:
    """Frees the numbers of all objects that are not kept."""
    m.free = 0
    m.living = m.words + 1
    for k in range(m.object_count - 1, m.words, -1):
        item = m.objects[k]
        if item.kept:
            m.living += 1
        else:
            item.form = Form.NOTHING
            item.block = -1
            item.size = 0
            item.start = m.free
            m.free = k


@kernel
def slide(m: Heap) -> None:
    """Moves the blocks of living objects down over the gaps."""
    at = m.word_cells
    to = at
    while at < m.top:
        length = HEADER + int(m.cells[at + 1])
        item = m.objects[int(m.cells[at])]
        if item.block == at:
            if to < at:
                copy_cells(m, at, to, length)
                item.start -= at - to
                item.block = to
            to += length
        at += length
    m.top = to


@kernel(inline=False)
def collect(m: Heap, s: Floats, h: Columns, bars: int) -> None:
    """Frees what the script can no longer reach.

    s: its state slots; h: its buffers, of which ``Heap.buffers`` names those with references, used up to ``bars``.
    Where much more than half of the memory is still in use a failure asks for more, lest collections follow each other.
    """
    keep_contents(m, keep_roots(m, s, h, bars))
    free_others(m)
    slide(m)
    index_texts(m)
    set_limits(m)
    if 4 * m.top > 3 * m.room:
        fail(m, Failure.FULL_CELLS, Call.NONE, m.top, 0.0)
    if 4 * m.living > 3 * m.object_room:
        fail(m, Failure.FULL_OBJECTS, Call.NONE, m.living, 0.0)
