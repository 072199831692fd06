"""Functions of ``str.*`` that look into texts or make new ones of them. na gives na, or false.

Where nothing is said, rules are TradingView's manual's, and for the rare cases what PyneCore's authors have measured.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.arrays import array_of
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import fail, reference, text_number
from pinewright.machine.heap.state import Heap
from pinewright.machine.heap.texts import draft_character, draft_end, draft_new, draft_part, draft_text, equal_cells
from pinewright.machine.kernel import kernel

BLANK: Final = 32.0
"""The last of the characters that ``str.trim`` takes away."""


@kernel(inline=False)
def found_at(m: Heap, k: int, part: int, begin: int) -> int:
    """First place from ``begin`` on at which text k holds text ``part``, -1 for none."""
    size = m.objects[part].size
    start = m.objects[k].start
    for j in range(begin, m.objects[k].size - size + 1):
        if equal_cells(m, start + j, m.objects[part].start, size):
            return j
    return -1


@kernel
def str_length(m: Heap, x: float) -> float:
    """Number of characters."""
    k = text_number(m, x)
    return float(m.objects[k].size) if k > 0 else math.nan


@kernel
def str_contains(m: Heap, x: float, part: float) -> bool:
    """Whether the text holds another one."""
    k = text_number(m, x)
    other = text_number(m, part)
    return k > 0 and other > 0 and found_at(m, k, other, 0) >= 0


@kernel
def str_pos(m: Heap, x: float, part: float) -> float:
    """Place of the first occurrence; na where there is none."""
    k = text_number(m, x)
    other = text_number(m, part)
    place = found_at(m, k, other, 0) if k > 0 and other > 0 else -1
    return float(place) if place >= 0 else math.nan


@kernel
def str_startswith(m: Heap, x: float, part: float) -> bool:
    """Whether the text begins with another one."""
    k = text_number(m, x)
    other = text_number(m, part)
    size = m.objects[other].size
    fits = k > 0 and other > 0 and size <= m.objects[k].size
    return fits and equal_cells(m, m.objects[k].start, m.objects[other].start, size)


@kernel
def str_endswith(m: Heap, x: float, part: float) -> bool:
    """Whether the text ends with another one."""
    k = text_number(m, x)
    other = text_number(m, part)
    size = m.objects[other].size
    fits = k > 0 and other > 0 and size <= m.objects[k].size
    return fits and equal_cells(m, m.objects[k].start + m.objects[k].size - size, m.objects[other].start, size)


@kernel
def str_substring(m: Heap, x: float, begin: float, end: float) -> float:
    """The part from place begin up to, and without, place end; to the end of the text for na."""
    k = text_number(m, x)
    if k == 0:
        return math.nan
    size = m.objects[k].size
    first = 0.0 if math.isnan(begin) else begin
    last = float(size) if math.isnan(end) else end
    if first < 0.0 or (last < first and not math.isnan(end)):
        fail(m, Failure.RANGE, Call.STR_SUBSTRING, first, last)
        return math.nan
    draft_new(m)
    start = min(int(first), size)
    draft_part(m, k, start, max(start, min(int(last), size)))
    return draft_end(m)


@kernel(inline=False)
def other_case(character: float, up: bool) -> float:
    """A letter in capitals or small: Latin, Greek and Cyrillic; any other character as it is."""
    step = -32.0 if up else 32.0
    low = character + (0.0 if up else 32.0)
    latin = low >= 97.0 and low <= 122.0
    west = low >= 224.0 and low <= 254.0 and low != 247.0
    greek = low >= 945.0 and low <= 969.0 and low != 962.0
    cyrillic = low >= 1072.0 and low <= 1103.0
    if latin or west or greek or cyrillic:
        return character + step
    low = character + (0.0 if up else 80.0)
    if low >= 1104.0 and low <= 1119.0:
        return character + (-80.0 if up else 80.0)
    return character


@kernel(inline=False)
def in_case(m: Heap, x: float, up: bool) -> float:
    """A text in capitals or in small letters."""
    k = text_number(m, x)
    if k == 0:
        return math.nan
    draft_new(m)
    for j in range(m.objects[k].size):
        draft_character(m, other_case(m.cells[m.objects[k].start + j], up))
    return draft_end(m)


@kernel
def str_upper(m: Heap, x: float) -> float:
    """In capitals."""
    return in_case(m, x, True)


@kernel
def str_lower(m: Heap, x: float) -> float:
    """In small letters."""
    return in_case(m, x, False)


@kernel
def str_trim(m: Heap, x: float) -> float:
    """Without blanks at both ends."""
    k = text_number(m, x)
    if k == 0:
        return math.nan
    start = m.objects[k].start
    begin = 0
    end = m.objects[k].size
    while begin < end and m.cells[start + begin] <= BLANK:
        begin += 1
    while end > begin and m.cells[start + end - 1] <= BLANK:
        end -= 1
    draft_new(m)
    draft_part(m, k, begin, end)
    return draft_end(m)


@kernel
def str_replace(m: Heap, x: float, target: float, replacement: float, occurrence: float) -> float:
    """One occurrence replaced, counted from 0, overlapping ones too; an empty target stands between characters."""
    k = text_number(m, x)
    other = text_number(m, target)
    new = text_number(m, replacement)
    if k == 0 or other == 0 or new == 0:
        return math.nan
    size = m.objects[k].size
    wanted = 0 if math.isnan(occurrence) else int(occurrence)
    if wanted < 0:
        return x
    place = min(wanted, size)
    if m.objects[other].size > 0:
        place = -1
        for _ in range(wanted + 1):
            place = found_at(m, k, other, place + 1)
            if place < 0:
                return x
    draft_new(m)
    draft_part(m, k, 0, place)
    draft_text(m, new)
    draft_part(m, k, place + m.objects[other].size, size)
    return draft_end(m)


@kernel
def str_replace_all(m: Heap, x: float, target: float, replacement: float) -> float:
    """Every occurrence replaced; an empty target stands in front of each character and at the end."""
    k = text_number(m, x)
    other = text_number(m, target)
    new = text_number(m, replacement)
    if k == 0 or other == 0 or new == 0:
        return math.nan
    size = m.objects[k].size
    step = m.objects[other].size
    draft_new(m)
    begin = 0
    place = found_at(m, k, other, 0)
    while place >= 0 and m.error == 0:
        draft_part(m, k, begin, place)
        draft_text(m, new)
        begin = place + step
        place = found_at(m, k, other, begin + (1 if step == 0 else 0))
    draft_part(m, k, begin, size)
    return draft_end(m)


@kernel
def str_repeat(m: Heap, x: float, repeat: float, separator: float) -> float:
    """The text so many times with a separator between; na for no time."""
    k = text_number(m, x)
    between = text_number(m, separator)
    if k == 0 or not (repeat >= 1.0):
        return math.nan
    draft_new(m)
    count = int(repeat)
    # Texts without characters have nothing to count, and others soon end in a failure.
    if m.objects[k].size + m.objects[between].size == 0:
        count = 1
    for j in range(count):
        if m.error != 0:
            return math.nan
        if j > 0:
            draft_text(m, between)
        draft_text(m, k)
    return draft_end(m)


@kernel
def str_concat(m: Heap, x: float, y: float) -> float:
    """One text and another behind it: ``x + y``."""
    one = text_number(m, x)
    two = text_number(m, y)
    if one == 0 or two == 0:
        return math.nan
    draft_new(m)
    draft_text(m, one)
    draft_text(m, two)
    return draft_end(m)


@kernel
def str_split(m: Heap, x: float, separator: float) -> float:
    """The parts between separators, as an array; the characters where the separator is empty or na."""
    k = text_number(m, x)
    if k == 0:
        return math.nan
    other = text_number(m, separator)
    size = m.objects[k].size
    step = m.objects[other].size
    count = max(1, size)
    if step > 0:
        count = 1
        place = found_at(m, k, other, 0)
        while place >= 0:
            count += 1
            place = found_at(m, k, other, place + step)
    made = array_of(m, count)
    if made == 0:
        return math.nan
    begin = 0
    for j in range(count):
        end = min(begin + 1, size)
        if step > 0:
            end = size if j == count - 1 else found_at(m, k, other, begin)
        draft_new(m)
        draft_part(m, k, begin, end)
        m.cells[m.objects[made].start + j] = draft_end(m)
        begin = end + step
    return reference(made)
