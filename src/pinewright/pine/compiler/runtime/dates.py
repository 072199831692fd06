"""Dates: the parts of any time in any zone, and the time of a date.

Times are ms UTC. ``zone`` is a table of ``data.zones.zone_table``. What is na, or beyond 8.64e15 ms (275,000 years),
gives na. (Law of ``pine_timestamp``: parts out of range are carried over, and dates before 1582-10-15 are those of the
Julian calendar; PyneCore 6.11, measured on TradingView.)
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.kernel import Floats, ftrunc, kernel

MOST_TIME: Final = 8.64e15
DAY: Final = 86_400_000
GREGORIAN: Final = -141_427
"""1582-10-15 in days since 1970-01-01."""
JULIAN_EPOCH: Final = -719_470
"""The Julian 0000-03-01 on the scale on which 1582-10-05 is the Gregorian 1582-10-15."""


@kernel
def pine_zone_place(zone: Floats, row: int, t: float) -> int:
    """Number of the last entry of a row of the table that is not above t; 0 where all are."""
    n = int(zone[0])
    low = 0
    high = n
    while high - low > 1:
        middle = (low + high) // 2
        if zone[1 + row * n + middle] <= t:
            low = middle
        else:
            high = middle
    return low


@kernel(inline=True)
def pine_local(zone: Floats, t: float) -> int:
    """Wall-clock time of t, as ms as if it were UTC."""
    n = int(zone[0])
    return int(t + zone[1 + n + pine_zone_place(zone, 0, t)])


@kernel(inline=True)
def pine_is_time(t: float) -> bool:
    return abs(t) <= MOST_TIME


@kernel
def pine_civil(days: int, part: int) -> float:
    """Year (part 0), month (1) or day of the month (2) of a day since 1970-01-01.

    (Howard Hinnant, chrono-compatible low-level date algorithms.)
    """
    z = days + 719_468
    era = z // 146_097
    doe = z - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    if part == 0:
        return yoe + era * 400 + (1 if month <= 2 else 0)
    if part == 1:
        return month
    return doy - (153 * mp + 2) // 5 + 1


@kernel
def pine_days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a date, month 1 to 12 and any day; before 1582-10-15 a Julian one."""
    y = year - 1 if month <= 2 else year
    doy = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    era = y // 400
    yoe = y - era * 400
    found = era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719_468
    return found if found >= GREGORIAN else y * 365 + y // 4 + doy + JULIAN_EPOCH


@kernel
def pine_year(zone: Floats, t: float) -> float:
    return pine_civil(pine_local(zone, t) // DAY, 0) if pine_is_time(t) else math.nan


@kernel
def pine_month(zone: Floats, t: float) -> float:
    return pine_civil(pine_local(zone, t) // DAY, 1) if pine_is_time(t) else math.nan


@kernel
def pine_dayofmonth(zone: Floats, t: float) -> float:
    return pine_civil(pine_local(zone, t) // DAY, 2) if pine_is_time(t) else math.nan


@kernel
def pine_dayofweek(zone: Floats, t: float) -> float:
    """1 is Sunday."""
    return ((pine_local(zone, t) // DAY + 4) % 7 + 1) * 1.0 if pine_is_time(t) else math.nan


@kernel
def pine_weekofyear(zone: Floats, t: float) -> float:
    """Of ISO 8601: the week with the year's first Thursday is the first."""
    if not pine_is_time(t):
        return math.nan
    days = pine_local(zone, t) // DAY
    thursday = days - (days + 3) % 7 + 3
    first = pine_days(int(pine_civil(thursday, 0)), 1, 1)
    return (thursday - first) // 7 + 1


@kernel
def pine_hour(zone: Floats, t: float) -> float:
    return (pine_local(zone, t) // 3_600_000 % 24) * 1.0 if pine_is_time(t) else math.nan


@kernel
def pine_minute(zone: Floats, t: float) -> float:
    return (pine_local(zone, t) // 60_000 % 60) * 1.0 if pine_is_time(t) else math.nan


@kernel
def pine_second(zone: Floats, t: float) -> float:
    return (pine_local(zone, t) // 1000 % 60) * 1.0 if pine_is_time(t) else math.nan


@kernel
def pine_timestamp(
    zone: Floats, year: float, month: float, day: float, hour: float, minute: float, second: float
) -> float:
    """Time of a date in a zone; na where a part is.

    A clock time that is shown twice is its first showing, one that is left out is read as if the clock had not been
    changed yet.
    """
    months = ftrunc(year) * 12.0 + ftrunc(month) - 1.0
    rest = ftrunc(day) * DAY + ftrunc(hour) * 3_600_000.0 + ftrunc(minute) * 60_000.0 + ftrunc(second) * 1000.0
    if not (abs(months) <= 1e8 and pine_is_time(rest)):
        return math.nan
    ms = int(rest)
    clock = pine_days(int(months) // 12, int(months) % 12 + 1, ms // DAY) * DAY + ms % DAY
    n = int(zone[0])
    local = clock * 1.0
    return local - zone[1 + n + pine_zone_place(zone, 2, local)]
