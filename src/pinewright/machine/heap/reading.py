"""``str.tonumber``: a text as a number."""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.decimals import INT_DIGITS, MOST_EXACT, power_of_ten, product_error
from pinewright.machine.heap.memory import text_number
from pinewright.machine.heap.numbers import MINUS, POINT, ZERO
from pinewright.machine.heap.state import Heap
from pinewright.machine.heap.strings import BLANK
from pinewright.machine.kernel import kernel

PLUS: Final = 43.0
SMALL_E: Final = 101.0
LARGE_E: Final = 69.0
MOST_EXPONENT: Final = 400


@kernel(inline=True)
def is_digit(character: float) -> bool:
    """Whether a character is a decimal digit."""
    return character >= ZERO and character <= ZERO + 9.0


@kernel(inline=False)
def scaled(digits: int, exponent: int) -> float:
    """digits * 10**exponent; rounded correctly up to 15 digits and exponent 22, else within a step or two."""
    value = float(digits)
    left = exponent
    while left > MOST_EXACT:
        value *= power_of_ten(MOST_EXACT)
        left -= MOST_EXACT
    while left < -MOST_EXACT:
        value /= power_of_ten(MOST_EXACT)
        left += MOST_EXACT
    if left >= 0:
        return value * power_of_ten(left)
    # The digits that the float lost, and the error of the quotient, are put back.
    power = power_of_ten(-left)
    quotient = value / power
    lost = float(digits - int(value)) if left == exponent else 0.0
    rest = (value - quotient * power) - product_error(quotient, power) + lost
    return quotient + rest / power if math.isfinite(quotient) else quotient


@kernel
def str_tonumber(m: Heap, x: float) -> float:
    """The number that a text spells, with blanks around it; na where it spells none."""
    k = text_number(m, x)
    start = m.objects[k].start
    at = 0
    end = m.objects[k].size
    while at < end and m.cells[start + at] <= BLANK:
        at += 1
    while end > at and m.cells[start + end - 1] <= BLANK:
        end -= 1
    negative = at < end and m.cells[start + at] == MINUS
    if negative or (at < end and m.cells[start + at] == PLUS):
        at += 1
    digits = 0
    kept = 0
    exponent = 0
    any_digit = False
    behind = False
    while at < end and (is_digit(m.cells[start + at]) or (m.cells[start + at] == POINT and not behind)):
        character = m.cells[start + at]
        at += 1
        if character == POINT:
            behind = True
        else:
            any_digit = True
            if kept < INT_DIGITS:
                digits = digits * 10 + int(character - ZERO)
                kept += 1 if digits > 0 else 0
                exponent -= 1 if behind else 0
            elif not behind:
                exponent += 1
    if at < end and any_digit and (m.cells[start + at] == SMALL_E or m.cells[start + at] == LARGE_E):
        at += 1
        down = at < end and m.cells[start + at] == MINUS
        if down or (at < end and m.cells[start + at] == PLUS):
            at += 1
        any_digit = False
        power = 0
        while at < end and is_digit(m.cells[start + at]):
            power = min(MOST_EXPONENT, power * 10 + int(m.cells[start + at] - ZERO))
            any_digit = True
            at += 1
        exponent += -power if down else power
    if not any_digit or at < end:
        return math.nan
    value = scaled(digits, exponent)
    return -value if negative else value
