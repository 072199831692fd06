"""Times as text, by the patterns of ``str.format_time``: ``yyyy-MM-dd'T'HH:mm:ssZ``.

Letters are Java's SimpleDateFormat's: y year, M month (MMM and MMMM by name), d day, D day of the year, E day of the
week by name, u its number (Monday 1), H hour 0-23, h hour 1-12, k 1-24, K 0-11, a AM or PM, m minute, s second,
S millisecond, Z offset as +0100, X offset as Z, +01, +0100 or +01:00, z as GMT+1 or UTC. Text stands in quotes.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import fail, text_number
from pinewright.machine.heap.numbers import MINUS, QUOTE, ZERO, draft_nan
from pinewright.machine.heap.state import Heap
from pinewright.machine.heap.texts import draft_character, draft_end, draft_new
from pinewright.machine.kernel import ffloor, kernel

DAY: Final = 86_400_000.0
HOUR: Final = 3_600_000.0
MINUTE: Final = 60_000.0
MOST_TIME: Final = 8.64e15
"""Times beyond 270,000 years are no times."""
PLUS: Final = 43.0
COLON: Final = 58.0
LETTER_BITS: Final = 32
MOST_WIDTH: Final = 12
"""Digits of a part of a time at most."""


def packed(name: str) -> int:
    """A name of letters as an int, five bits a letter, the first lowest."""
    return sum((ord(letter) - 96) * LETTER_BITS**place for place, letter in enumerate(name.lower()))


JANUARY: Final = packed("January")
FEBRUARY: Final = packed("February")
MARCH: Final = packed("March")
APRIL: Final = packed("April")
MAY: Final = packed("May")
JUNE: Final = packed("June")
JULY: Final = packed("July")
AUGUST: Final = packed("August")
SEPTEMBER: Final = packed("September")
OCTOBER: Final = packed("October")
NOVEMBER: Final = packed("November")
DECEMBER: Final = packed("December")
MONDAY: Final = packed("Monday")
TUESDAY: Final = packed("Tuesday")
WEDNESDAY: Final = packed("Wednesday")
THURSDAY: Final = packed("Thursday")
FRIDAY: Final = packed("Friday")
SATURDAY: Final = packed("Saturday")
SUNDAY: Final = packed("Sunday")


@kernel(inline=False)
def draft_count(m: Heap, value: int, width: int) -> None:
    """Adds a whole number that is not negative with ``width`` digits at least."""
    power = 1
    digits = 1
    while value // power >= 10 or digits < width:
        power *= 10
        digits += 1
    while power > 0:
        draft_character(m, ZERO + value // power % 10)
        power //= 10


@kernel(inline=False)
def civil_year(days: int) -> int:
    """Year of a day counted from 1970-01-01 (Hinnant, days_from_civil)."""
    shifted = days + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    return year + era * 400 + (1 if of_year >= 306 else 0)


@kernel(inline=False)
def civil_day(days: int) -> int:
    """Month times 100 plus day of the month of a day counted from 1970-01-01."""
    shifted = days + 719_468
    of_era = shifted - shifted // 146_097 * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    return (month + 3 if month < 10 else month - 9) * 100 + day


@kernel(inline=False)
def first_day(year: int) -> int:
    """Number of the first of January of a year, counted from 1970-01-01."""
    before = year - 1
    return 365 * before + before // 4 - before // 100 + before // 400 - 719_162


@kernel(inline=False)
def month_name(month: int) -> int:
    """Packed name of a month from 1."""
    if month == 1:
        return JANUARY
    if month == 2:
        return FEBRUARY
    if month == 3:
        return MARCH
    if month == 4:
        return APRIL
    if month == 5:
        return MAY
    if month == 6:
        return JUNE
    if month == 7:
        return JULY
    if month == 8:
        return AUGUST
    if month == 9:
        return SEPTEMBER
    if month == 10:
        return OCTOBER
    if month == 11:
        return NOVEMBER
    return DECEMBER


@kernel(inline=False)
def day_name(weekday: int) -> int:
    """Packed name of a day of the week, Sunday 0."""
    if weekday == 0:
        return SUNDAY
    if weekday == 1:
        return MONDAY
    if weekday == 2:
        return TUESDAY
    if weekday == 3:
        return WEDNESDAY
    if weekday == 4:
        return THURSDAY
    if weekday == 5:
        return FRIDAY
    return SATURDAY


@kernel(inline=False)
def draft_name(m: Heap, name: int, most: int) -> None:
    """Adds ``most`` letters of a packed name, the first in capitals."""
    left = name
    for j in range(most):
        if left > 0:
            draft_character(m, (64.0 if j == 0 else 96.0) + left % LETTER_BITS)
            left //= LETTER_BITS


@kernel(inline=False)
def draft_offset(m: Heap, offset: float, letter: int, count: int) -> None:
    """Adds the offset of a zone from UTC: as Z (+0100), as X (Z, +01, +0100, +01:00) or as z (UTC, GMT+1)."""
    minutes = int(abs(offset) / MINUTE)
    if offset == 0.0 and letter == 88:
        draft_character(m, 90.0)
        return
    if letter == 122:
        draft_character(m, 85.0 if offset == 0.0 else 71.0)
        draft_character(m, 84.0 if offset == 0.0 else 77.0)
        draft_character(m, 67.0 if offset == 0.0 else 84.0)
        if offset == 0.0:
            return
    draft_character(m, MINUS if offset < 0.0 else PLUS)
    draft_count(m, minutes // 60, 1 if letter == 122 else 2)
    if letter == 122 and minutes % 60 == 0:
        return
    if letter == 122 or (letter == 88 and count >= 3):
        draft_character(m, COLON)
    if letter != 88 or count >= 2:
        draft_count(m, minutes % 60, 2)


@kernel(inline=False)
def draft_clock(m: Heap, day_time: float, letter: int, count: int) -> bool:
    """Adds a part of the time of day, ms since midnight; False for a letter that is none."""
    hour = int(day_time / HOUR)
    if letter == 72:
        draft_count(m, hour, count)
    elif letter == 104:
        draft_count(m, (hour + 11) % 12 + 1, count)
    elif letter == 107:
        draft_count(m, (hour + 23) % 24 + 1, count)
    elif letter == 75:
        draft_count(m, hour % 12, count)
    elif letter == 109:
        draft_count(m, int(day_time / MINUTE) % 60, count)
    elif letter == 115:
        draft_count(m, int(day_time / 1000.0) % 60, count)
    elif letter == 83:
        draft_count(m, int(day_time) % 1000, count)
    elif letter == 97:
        draft_character(m, 65.0 if hour < 12 else 80.0)
        draft_character(m, 77.0)
    else:
        return False
    return True


@kernel(inline=False)
def draft_day(m: Heap, days: int, letter: int, count: int) -> bool:
    """Adds a part of the date of a day counted from 1970-01-01; False for a letter that is none."""
    year = civil_year(days)
    month = civil_day(days) // 100
    weekday = (days + 4) % 7
    if letter == 121:
        draft_count(m, year % 100 if count == 2 else year, count)
    elif letter == 77 and count >= 3:
        draft_name(m, month_name(month), 3 if count == 3 else 9)
    elif letter == 77:
        draft_count(m, month, count)
    elif letter == 100:
        draft_count(m, civil_day(days) % 100, count)
    elif letter == 68:
        draft_count(m, days - first_day(year) + 1, count)
    elif letter == 69:
        draft_name(m, day_name(weekday), 3 if count <= 3 else 9)
    elif letter == 117:
        draft_count(m, weekday if weekday > 0 else 7, count)
    else:
        return False
    return True


@kernel(inline=False)
def draft_time(m: Heap, x: float, start: int, begin: int, end: int, offset: float) -> bool:
    """Adds a time (ms UTC) in a zone by the pattern in cells start + begin to start + end - 1.

    offset: of the zone from UTC at this time, ms. False where the pattern cannot be read, or is empty.
    """
    if math.isnan(x) or not abs(x + offset) < MOST_TIME:
        draft_nan(m)
        return True
    days = ffloor((x + offset) / DAY)
    day_time = x + offset - days * DAY
    quoted = False
    at = begin
    while at < end:
        character = m.cells[start + at]
        letter = int(character)
        count = 1
        if character == QUOTE and at + 1 < end and m.cells[start + at + 1] == QUOTE:
            draft_character(m, QUOTE)
            count = 2
        elif character == QUOTE:
            quoted = not quoted
        elif quoted or letter < 65 or letter > 122 or (letter > 90 and letter < 97):
            draft_character(m, character)
        else:
            while at + count < end and m.cells[start + at + count] == character:
                count += 1
            width = min(count, MOST_WIDTH)
            zone = letter == 90
            utc = letter == 88
            if zone or utc or letter == 122:
                draft_offset(m, offset, letter, width)
            elif not draft_day(m, int(days), letter, width) and not draft_clock(m, day_time, letter, width):
                return False
        at += count
    return begin < end


@kernel
def str_format_time(m: Heap, time: float, pattern: float, offset: float) -> float:
    """A time (ms UTC) as text, in the zone that is ``offset`` ms ahead of UTC then; na without pattern or time."""
    k = text_number(m, pattern)
    if k == 0 or math.isnan(time):
        return math.nan
    draft_new(m)
    if not draft_time(m, time, m.objects[k].start, 0, m.objects[k].size, offset):
        fail(m, Failure.PATTERN, Call.STR_FORMAT_TIME, 0.0, 0.0)
        return math.nan
    return draft_end(m)
