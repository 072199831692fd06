"""Days on which an open market may have no rows: holidays of all, and those of New York on which metals pause.

Metals by the rules of COMEX, found in the gold of recorded data (2018: 49 hours without a minute, all of them told by
these rules): no trade on Good Friday, an early end, between 13:00 and 14:00 New York, on the other holidays of the
United States and on the days before Christmas and after Thanksgiving.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray

CLOSED_DAYS: Final = ((12, 25), (1, 1))
EARLY_END: Final = 12 * 60  # minutes of New York's clock from which an early end is tolerated
_EPOCH: Final = date(1970, 1, 1).toordinal()
_JUNETEENTH_SINCE: Final = 2022


def closed_days(day: IntArray) -> BoolArray:
    """Whether each day [N], as days since 1970, is 25 December or 1 January."""
    return _among(day, _closed)


def metal_holidays(day: IntArray) -> BoolArray:
    """Whether metals may rest all of each trading day [N], as days since 1970."""
    return _among(day, _whole)


def metal_early_ends(day: IntArray) -> BoolArray:
    """Whether metals may end early on each trading day [N], as days since 1970."""
    return _among(day, _early)


def easter(year: int) -> date:
    """Easter Sunday, by the rule of Butcher (Nature, 20 April 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _among(day: IntArray, days_of: Callable[[int], tuple[date, ...]]) -> BoolArray:
    """Whether each day [N] is one of those that a function tells of its year."""
    if day.size == 0:
        return np.zeros(day.shape, dtype=np.bool_)
    first, last = (date.fromordinal(_EPOCH + int(edge)).year for edge in (day.min(), day.max()))
    marked = [one.toordinal() - _EPOCH for year in range(first, last + 1) for one in days_of(year)]
    found: BoolArray = np.isin(day, marked)
    return found


@lru_cache(maxsize=256)
def _closed(year: int) -> tuple[date, ...]:
    return tuple(date(year, month, day) for month, day in CLOSED_DAYS)


@lru_cache(maxsize=256)
def _whole(year: int) -> tuple[date, ...]:
    """Good Friday, and the Friday before a Christmas or a New Year on Saturday."""
    eves = [one - timedelta(1) for one in (date(year, 12, 25), date(year + 1, 1, 1)) if one.weekday() == 5]
    return (easter(year) - timedelta(2), *eves)


@lru_cache(maxsize=256)
def _early(year: int) -> tuple[date, ...]:
    thanksgiving = _weekday(year, 11, 3, 4)
    found = [
        _weekday(year, 1, 0, 3),  # Martin Luther King
        _weekday(year, 2, 0, 3),  # Washington
        _weekday(year, 6, 0, 1) - timedelta(7),  # Memorial Day, the last Monday of May
        _observed(date(year, 7, 4)),
        _weekday(year, 9, 0, 1),  # Labor Day
        thanksgiving,
        thanksgiving + timedelta(1),
        date(year, 12, 24),
    ]
    return (*found, _observed(date(year, 6, 19))) if year >= _JUNETEENTH_SINCE else tuple(found)


def _weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The ``number``-th Monday (0), Tuesday (1), ... of a month."""
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (number - 1))


def _observed(day: date) -> date:
    """The Friday before a Saturday, the Monday after a Sunday."""
    return day + timedelta({5: -1, 6: 1}.get(day.weekday(), 0))
