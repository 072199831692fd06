"""Numbers as text, by Pine's patterns: ``#.##``, ``0.00``, ``#,##0.###``, with words around them.

A pattern has any text in front of its digits and behind them ('quoted' where it would be taken for digits), digits that
are written always (0) or where needed (#), a comma that asks for groups of three, and after ``;`` another pattern for
negative numbers. (TradingView's manual on ``str.tostring`` and ``str.format``; Java's DecimalFormat.)
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.decimals import INT_DIGITS, decimal, int_power, power_of_ten, rounded, to_tick
from pinewright.machine.heap.state import MOST_DIGITS, Heap
from pinewright.machine.heap.texts import draft_character
from pinewright.machine.kernel import kernel

ZERO: Final = 48.0
MINUS: Final = 45.0
POINT: Final = 46.0
COMMA: Final = 44.0
HASH: Final = 35.0
QUOTE: Final = 39.0
SEMICOLON: Final = 59.0
PERCENT: Final = 37.0
INFINITY: Final = 8734.0

DEFAULT_PLACES: Final = 10
"""``str.tostring`` without a pattern is ``#.##########``."""
FORMAT_PLACES: Final = 3
"""``str.format`` without a pattern is ``#,##0.###``."""


@kernel(inline=False)
def draft_nan(m: Heap) -> None:
    """Adds ``NaN``."""
    draft_character(m, 78.0)
    draft_character(m, 97.0)
    draft_character(m, 78.0)


@kernel(inline=False)
def draft_whole(m: Heap, digits: int, zeros: int, least: int, group: bool) -> None:
    """Adds a whole number, ``zeros`` zeros behind its digits, with ``least`` digits at least and commas in groups."""
    count = 0
    while count <= INT_DIGITS and digits >= int_power(count):
        count += 1
    total = max(count + zeros if count > 0 else 0, least)
    for place in range(total - 1, -1, -1):
        at = place - zeros
        digit = digits // int_power(at) % 10 if at >= 0 and at < count else 0
        draft_character(m, ZERO + digit)
        if group and place > 0 and place % 3 == 0:
            draft_character(m, COMMA)


@kernel(inline=False)
def draft_magnitude(
    m: Heap, x: float, least_whole: int, least_places: int, most_places: int, group: bool, exact: bool
) -> None:
    """Adds the digits of a finite number without its sign; see ``decimals.rounded``."""
    digits = 0
    m.scale = 0
    if x != 0.0:
        digits = rounded(m, abs(x), most_places, exact)
    places = m.scale
    while places > least_places and digits % 10 == 0:
        digits //= 10
        places -= 1
    whole = digits
    if places > 0:
        whole = digits // int_power(places) if places <= INT_DIGITS else 0
    least = least_whole
    # A pattern without a 0 in front of the point writes one all the same, unless places behind it are a must.
    if whole == 0 and least == 0 and least_places == 0:
        least = 1
    draft_whole(m, whole, max(0, -places), least, group)
    if places > 0 or least_places > 0:
        draft_character(m, POINT)
    for j in range(1, max(places, least_places) + 1):
        below = places - j
        digit = digits // int_power(below) % 10 if below >= 0 and below <= INT_DIGITS else 0
        draft_character(m, ZERO + digit)


@kernel(inline=False)
def draft_plain(m: Heap, x: float, least_places: int, most_places: int, group: bool, exact: bool) -> None:
    """Adds a number with its sign, by a pattern without text."""
    if math.isnan(x):
        draft_nan(m)
        return
    if x < 0.0:
        draft_character(m, MINUS)
    if math.isinf(x):
        draft_character(m, INFINITY)
    else:
        draft_magnitude(m, x, 1, least_places, most_places, group, exact)


@kernel(inline=False)
def draft_words(m: Heap, start: int, begin: int, end: int) -> None:
    """Adds the text of a pattern from place begin to end - 1, without quotes; a doubled quote is one."""
    j = begin
    while j < end:
        character = m.cells[start + j]
        if character != QUOTE:
            draft_character(m, character)
        elif j + 1 < end and m.cells[start + j + 1] == QUOTE:
            draft_character(m, QUOTE)
            j += 1
        j += 1


@kernel(inline=True)
def is_digit_mark(character: float) -> bool:
    """Whether a character of a pattern stands for digits."""
    point = character == POINT
    comma = character == COMMA
    digit = character == ZERO
    return point or comma or digit or character == HASH


@kernel(inline=False)
def split_at(m: Heap, start: int, begin: int, end: int) -> int:
    """Place of the ``;`` outside quotes in a pattern, its end where there is none."""
    quoted = False
    for j in range(begin, end):
        character = m.cells[start + j]
        if character == QUOTE:
            quoted = not quoted
        elif character == SEMICOLON and not quoted:
            return j
    return end


@kernel(inline=False)
def digits_begin(m: Heap, start: int, begin: int, end: int) -> int:
    """Place of the first digit mark outside quotes, the end where there is none."""
    quoted = False
    for j in range(begin, end):
        character = m.cells[start + j]
        if character == QUOTE:
            quoted = not quoted
        elif is_digit_mark(character) and not quoted:
            return j
    return end


@kernel(inline=False)
def has_percent(m: Heap, start: int, begin: int, end: int) -> bool:
    """Whether the text of a pattern asks for percent."""
    quoted = False
    for j in range(begin, end):
        character = m.cells[start + j]
        if character == QUOTE:
            quoted = not quoted
        elif character == PERCENT and not quoted:
            return True
    return False


@kernel(inline=False)
def draft_digits(m: Heap, x: float, start: int, begin: int, end: int, exact: bool) -> None:
    """Adds the digits of a finite number by the digit marks of a pattern."""
    least_whole = 0
    least_places = 0
    most_places = 0
    group = False
    behind = False
    for j in range(begin, end):
        character = m.cells[start + j]
        if character == POINT:
            behind = True
        elif character == COMMA:
            group = True
        elif behind:
            most_places += 1
            if character == ZERO:
                least_places += 1
        elif character == ZERO:
            least_whole += 1
    limit = min(most_places, MOST_DIGITS)
    draft_magnitude(m, x, min(least_whole, MOST_DIGITS), min(least_places, MOST_DIGITS), limit, group, exact)


@kernel(inline=False)
def draft_pattern(m: Heap, x: float, start: int, begin: int, end: int, exact: bool) -> None:
    """Adds a number by the pattern in cells start + begin to start + end - 1; ``exact`` as ``str.format`` does."""
    if math.isnan(x) or (math.isinf(x) and not exact):
        draft_nan(m)
        return
    middle = split_at(m, start, begin, end)
    first = begin
    last = middle
    if x < 0.0:
        if middle < end:
            first = middle + 1
            last = split_at(m, start, middle + 1, end)
        else:
            draft_character(m, MINUS)
    digits = digits_begin(m, start, first, last)
    stop = digits
    while stop < last and is_digit_mark(m.cells[start + stop]):
        stop += 1
    draft_words(m, start, first, digits)
    percent = exact and (has_percent(m, start, first, digits) or has_percent(m, start, stop, last))
    if math.isinf(x):
        draft_character(m, INFINITY)
    elif digits < last:
        draft_digits(m, x * 100.0 if percent else x, start, digits, stop, exact)
    draft_words(m, start, stop, last)


@kernel(inline=False)
def places_of(m: Heap, tick: float) -> int:
    """Digits behind the point that multiples of a tick need."""
    if not (tick > 0.0) or math.isinf(tick):
        return 0
    decimal(m, tick)
    return max(0, m.scale)


@kernel(inline=False)
def draft_price(m: Heap, x: float) -> None:
    """Adds a price, rounded to the tick and with all its digits (``format.mintick``)."""
    if math.isfinite(x):
        places = places_of(m, m.mintick)
        decimal_grid = m.mintick * power_of_ten(places) == 1.0
        draft_plain(m, x if decimal_grid else to_tick(x, m.mintick), places, places, False, False)
    else:
        draft_nan(m)


@kernel(inline=False)
def draft_percent(m: Heap, x: float) -> None:
    """Adds a number with two places and a percent sign (``format.percent``); the number is in percent already."""
    if math.isfinite(x):
        draft_plain(m, x, 2, 2, False, False)
    else:
        draft_nan(m)
    draft_character(m, PERCENT)


@kernel(inline=False)
def draft_volume(m: Heap, x: float) -> None:
    """Adds a volume in thousands, millions, billions or trillions with three places at most (``format.volume``)."""
    if not math.isfinite(x):
        draft_nan(m)
        return
    size = abs(x)
    if size >= 1e12:
        draft_plain(m, x / 1e12, 0, 3, False, False)
        draft_character(m, 84.0)
    elif size >= 1e9:
        draft_plain(m, x / 1e9, 0, 3, False, False)
        draft_character(m, 66.0)
    elif size >= 1e6:
        draft_plain(m, x / 1e6, 0, 3, False, False)
        draft_character(m, 77.0)
    elif size >= 1e3:
        draft_plain(m, x / 1e3, 0, 3, False, False)
        draft_character(m, 75.0)
    else:
        draft_plain(m, x, 0, 3, False, False)
