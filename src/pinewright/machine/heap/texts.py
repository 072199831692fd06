"""Texts: characters in the arena, each text once. A text is drafted above the top and then looked up or kept.

draft_new(m); draft_character(m, 65.0); draft_text(m, k); x = draft_end(m)
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import copy_cells, fail, has_scratch, new_object, text_number, text_value
from pinewright.machine.heap.state import HEADER, MOST_CHARACTERS, Form, Heap
from pinewright.machine.kernel import kernel

HASH_STEP: Final = 1_000_003
HASH_MASK: Final = 2**31 - 1


@kernel(inline=True)
def draft_new(m: Heap) -> None:
    """Begins a text."""
    m.draft = 0


@kernel(inline=False)
def draft_room(m: Heap, count: int) -> bool:
    """Whether the draft may grow by so many characters; a failure where it may not."""
    if m.draft + count > MOST_CHARACTERS:
        fail(m, Failure.TOO_LONG, Call.NONE, m.draft + count, 0.0)
        return False
    return has_scratch(m, HEADER + m.draft + count)


@kernel(inline=False)
def draft_character(m: Heap, character: float) -> None:
    """Adds a character, by its code point."""
    if draft_room(m, 1):
        m.cells[m.top + HEADER + m.draft] = character
        m.draft += 1


@kernel(inline=False)
def draft_part(m: Heap, k: int, begin: int, end: int) -> None:
    """Adds the characters ``begin`` to ``end`` - 1 of text k; the caller has checked both."""
    if draft_room(m, end - begin):
        copy_cells(m, m.objects[k].start + begin, m.top + HEADER + m.draft, end - begin)
        m.draft += end - begin


@kernel(inline=True)
def draft_text(m: Heap, k: int) -> None:
    """Adds all of text k."""
    draft_part(m, k, 0, m.objects[k].size)


@kernel(inline=True)
def hash_of(m: Heap, start: int, count: int) -> int:
    """Hash of the characters in some cells."""
    found = count
    for j in range(count):
        found = (found * HASH_STEP + int(m.cells[start + j])) & HASH_MASK
    return found


@kernel(inline=False)
def equal_cells(m: Heap, a: int, b: int, count: int) -> bool:
    """Whether the numbers in some cells are equal one by one."""
    j = 0
    while j < count and m.cells[a + j] == m.cells[b + j]:
        j += 1
    return j == count


@kernel(inline=False)
def bucket_of(m: Heap, start: int, count: int, code: int) -> int:
    """Place of a text in the index: its own, or the empty one where it belongs. A third at least is always empty."""
    place = code % m.bucket_count
    while m.buckets[place] != 0:
        other = m.objects[m.buckets[place]]
        if other.shape == code and other.size == count and equal_cells(m, other.start, start, count):
            return place
        place = place + 1 if place + 1 < m.bucket_count else 0
    return place


@kernel(inline=False)
def index_text(m: Heap, k: int) -> None:
    """Puts text k, whose hash is known, into the index."""
    item = m.objects[k]
    m.buckets[bucket_of(m, item.start, item.size, item.shape)] = k


@kernel(inline=False)
def draft_end(m: Heap) -> float:
    """The drafted text; the one that is known where it is equal. na after a failure."""
    if m.error != 0:
        return math.nan
    start = m.top + HEADER
    code = hash_of(m, start, m.draft)
    place = bucket_of(m, start, m.draft, code)
    k = m.buckets[place]
    if k == 0:
        k = new_object(m, Form.TEXT, m.draft)
        if k == 0:
            return math.nan
        m.objects[k].size = m.draft
        m.objects[k].shape = code
        m.buckets[place] = k
    return text_value(m, k)


@kernel
def text_for_broker(m: Heap, x: float) -> int:
    """A text as an order takes it: its number, -1 for na. The broker may show it later, so it is kept for good."""
    k = text_number(m, x)
    if k == 0:
        return -1
    m.objects[k].pinned = True
    return int(x)


@kernel(inline=False)
def text_or_fail(m: Heap, x: float, call: int) -> int:
    """Number of a text; 0 and a failure for na."""
    k = text_number(m, x)
    if k == 0:
        fail(m, Failure.NO_TEXT, call, 0.0, 0.0)
    return k


@kernel
def runtime_error(m: Heap, x: float) -> None:
    """Ends the run with the script's own words."""
    fail(m, Failure.RAISED, Call.RUNTIME_ERROR, x, 0.0)


@kernel
def loop_limit(m: Heap) -> None:
    """Ends the run because the loops of a bar have no fuel left."""
    fail(m, Failure.STEP_LIMIT, Call.NONE, 0.0, 0.0)
