"""Values as text: ``str.tostring``, ``array.join`` and ``str.format``.

``element`` says what a float means; ``container`` whether a value is one float, an array or a matrix of them. A number
without a pattern is written as ``#.##########``, inside ``str.format`` as ``#,##0.###``; na is ``NaN``.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.arrays import array_number
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import fail, object_number, text_number
from pinewright.machine.heap.numbers import (
    COMMA,
    DEFAULT_PLACES,
    FORMAT_PLACES,
    QUOTE,
    draft_nan,
    draft_pattern,
    draft_percent,
    draft_plain,
    draft_price,
    draft_volume,
)
from pinewright.machine.heap.reading import is_digit
from pinewright.machine.heap.state import Element, Form, Heap
from pinewright.machine.heap.texts import HASH_MASK, HASH_STEP, draft_character, draft_end, draft_new, draft_text
from pinewright.machine.heap.times import draft_time
from pinewright.machine.kernel import kernel

SPACE: Final = 32.0
OPEN: Final = 91.0
CLOSE: Final = 93.0
NEW_LINE: Final = 10.0
OPEN_BRACE: Final = 123.0
CLOSE_BRACE: Final = 125.0
DOLLAR: Final = 36.0


def code_of(text: str) -> int:
    """The hash of a text, as ``texts.hash_of`` finds it."""
    found = len(text)
    for character in text:
        found = (found * HASH_STEP + ord(character)) & HASH_MASK
    return found


MINTICK: Final = code_of("format.mintick")
PRICE: Final = code_of("format.price")
INHERIT: Final = code_of("format.inherit")
PERCENT_FORMAT: Final = code_of("format.percent")
VOLUME: Final = code_of("format.volume")
NUMBER_TYPE: Final = code_of("number")
DATE_TYPE: Final = code_of("date")
TIME_TYPE: Final = code_of("time")
INTEGER_STYLE: Final = code_of("integer")
PERCENT_STYLE: Final = code_of("percent")
CURRENCY_STYLE: Final = code_of("currency")


@kernel(inline=False)
def draft_formatted(m: Heap, x: float, pattern: int) -> None:
    """Adds a number by the pattern that text ``pattern`` is; 0 for none."""
    code = m.objects[pattern].shape
    price = code == PRICE
    inherit = code == INHERIT
    if pattern == 0:
        if math.isfinite(x):
            draft_plain(m, x, 0, DEFAULT_PLACES, False, False)
        else:
            draft_nan(m)
    elif price or inherit or code == MINTICK:
        draft_price(m, x)
    elif code == PERCENT_FORMAT:
        draft_percent(m, x)
    elif code == VOLUME:
        draft_volume(m, x)
    else:
        draft_pattern(m, x, m.objects[pattern].start, 0, m.objects[pattern].size, False)


@kernel(inline=False)
def draft_truth(m: Heap, truth: bool) -> None:
    """Adds ``true`` or ``false``."""
    if truth:
        draft_character(m, 116.0)
        draft_character(m, 114.0)
        draft_character(m, 117.0)
    else:
        draft_character(m, 102.0)
        draft_character(m, 97.0)
        draft_character(m, 108.0)
        draft_character(m, 115.0)
    draft_character(m, 101.0)


@kernel(inline=False)
def draft_value(m: Heap, x: float, element: int, pattern: int) -> None:
    """Adds one value."""
    if element == Element.TRUTH:
        draft_truth(m, x != 0.0 and not math.isnan(x))
    elif element == Element.TEXT and not math.isnan(x):
        draft_text(m, text_number(m, x))
    elif element == Element.TEXT:
        draft_nan(m)
    else:
        draft_formatted(m, x, pattern)


@kernel(inline=False)
def draft_row(m: Heap, start: int, count: int, element: int, pattern: int) -> None:
    """Adds the values of some cells in brackets."""
    draft_character(m, OPEN)
    for j in range(count):
        if j > 0:
            draft_character(m, COMMA)
            draft_character(m, SPACE)
        draft_value(m, m.cells[start + j], element, pattern)
    draft_character(m, CLOSE)


@kernel(inline=False)
def draft_any(m: Heap, x: float, element: int, container: int, pattern: int) -> None:
    """Adds a value, an array or a matrix."""
    if container == 0:
        draft_value(m, x, element, pattern)
    elif m.objects[object_number(m, x)].form == Form.MATRIX:
        matrix = m.objects[object_number(m, x)]
        for row in range(matrix.rows):
            if row > 0:
                draft_character(m, NEW_LINE)
            draft_row(m, matrix.start + row * matrix.shape, matrix.shape, element, pattern)
    elif math.isnan(x):
        draft_nan(m)
    else:
        item = m.objects[array_number(m, x, Call.STR_TOSTRING)]
        draft_row(m, item.start, item.size, element, pattern)


@kernel
def str_tostring(m: Heap, x: float, pattern: float, element: int, container: int) -> float:
    """A value as text; numbers by a pattern or by a constant ``format.*``, without any by ``#.##########``."""
    draft_new(m)
    draft_any(m, x, element, container, text_number(m, pattern))
    return draft_end(m)


@kernel
def array_join(m: Heap, a: float, separator: float, element: int) -> float:
    """The elements as one text."""
    k = array_number(m, a, Call.ARRAY_JOIN)
    between = text_number(m, separator)
    draft_new(m)
    for j in range(m.objects[k].size):
        if j > 0:
            draft_text(m, between)
        draft_value(m, m.cells[m.objects[k].start + j], element, 0)
    return draft_end(m)


@kernel(inline=False)
def code_between(m: Heap, start: int, begin: int, end: int) -> int:
    """Hash of the characters of a pattern without blanks, in small letters; as ``code_of``."""
    count = 0
    for j in range(begin, end):
        if m.cells[start + j] > SPACE:
            count += 1
    code = count
    for j in range(begin, end):
        character = m.cells[start + j]
        if character > SPACE:
            small = int(character) + (32 if character >= 65.0 and character <= 90.0 else 0)
            code = (code * HASH_STEP + small) & HASH_MASK
    return code


@kernel(inline=False)
def comma_after(m: Heap, start: int, begin: int, end: int) -> int:
    """Place of the first comma of a placeholder from ``begin`` on, its end where there is none."""
    j = begin
    while j < end and m.cells[start + j] != COMMA:
        j += 1
    return j


@kernel(inline=False)
def draft_styled(m: Heap, x: float, start: int, begin: int, end: int) -> None:
    """Adds a number by the style behind ``{0,number,``: integer, percent, currency or a pattern."""
    code = code_between(m, start, begin, end)
    if code == code_between(m, start, begin, begin):
        draft_plain(m, x, 0, FORMAT_PLACES, True, True)
    elif code == INTEGER_STYLE:
        draft_plain(m, x, 0, 0, True, True)
    elif code == PERCENT_STYLE:
        draft_plain(m, x * 100.0, 0, 0, True, True)
        if not math.isnan(x):
            draft_character(m, 37.0)
    elif code == CURRENCY_STYLE and not math.isnan(x):
        if x < 0.0:
            draft_character(m, 45.0)
        draft_character(m, DOLLAR)
        draft_plain(m, abs(x), 2, 2, True, True)
    else:
        draft_pattern(m, x, start, begin, end, True)


@kernel(inline=False)
def draft_place(m: Heap, start: int, begin: int, end: int, values: int) -> bool:
    """Adds what stands in braces: ``index``, ``index,type`` or ``index,type,style``; False where it is none of them."""
    comma = comma_after(m, start, begin, end)
    index = 0
    for j in range(begin, comma):
        if not is_digit(m.cells[start + j]) or j - begin > 3:
            return False
        index = index * 10 + int(m.cells[start + j]) - 48
    if comma == begin:
        return False
    item = m.objects[values]
    if 2 * index + 1 >= item.size:
        for j in range(begin - 1, comma):
            draft_character(m, m.cells[start + j])
        draft_character(m, CLOSE_BRACE)
        return True
    x = m.cells[item.start + 2 * index]
    kind = int(m.cells[item.start + 2 * index + 1])
    style = comma_after(m, start, min(comma + 1, end), end)
    code = code_between(m, start, min(comma + 1, end), style)
    date = code == DATE_TYPE
    if kind >= 10:
        draft_any(m, x, kind - 10, 1, 0)
    elif kind != Element.NUMBER:
        draft_value(m, x, kind, 0)
    elif date or code == TIME_TYPE:
        return draft_time(m, x, start, min(style + 1, end), end, 0.0)
    elif code == NUMBER_TYPE:
        draft_styled(m, x, start, min(style + 1, end), end)
    elif comma == end:
        draft_plain(m, x, 0, FORMAT_PLACES, True, True)
    else:
        return False
    return True


@kernel
def str_format(m: Heap, pattern: float, values: float) -> float:
    """Values put into the places {0}, {1}, ... of a text, as Java's MessageFormat does.

    values: an array that holds for each argument the value and its ``Element``, 10 more for an array of them. Quotes
    keep braces from being places, a doubled quote is one; a place without a value stays as it is.
    """
    k = text_number(m, pattern)
    if k == 0:
        return math.nan
    start = m.objects[k].start
    size = m.objects[k].size
    arguments = array_number(m, values, Call.STR_FORMAT)
    quoted = False
    draft_new(m)
    at = 0
    while at < size:
        character = m.cells[start + at]
        at += 1
        if character == QUOTE and at < size and m.cells[start + at] == QUOTE:
            draft_character(m, QUOTE)
            at += 1
        elif character == QUOTE:
            quoted = not quoted
        elif character != OPEN_BRACE or quoted:
            draft_character(m, character)
        else:
            end = at
            while end < size and m.cells[start + end] != CLOSE_BRACE:
                end += 1
            if end == size or not draft_place(m, start, at, end, arguments):
                fail(m, Failure.PATTERN, Call.STR_FORMAT, 0.0, 0.0)
                return math.nan
            at = end + 1
    return draft_end(m)
