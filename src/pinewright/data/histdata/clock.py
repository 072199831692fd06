"""HistData's clock: New York until 16 December 2018, Zurich minus six hours since.

The site says "EST without daylight saving"; its files say otherwise. Until the change the week opens at 17:00 on the
files' clock all year, which only New York's does. Since then they are a copy of Dukascopy's bids whose clock changes
with Europe: between the American and the European change the week opens at 16:00. At the change both clocks stand five
hours behind UTC, so its hour does not matter.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.data.zones import local_to_utc, utc_offset
from pinewright.market import HOUR, NEW_YORK, BoolArray, IntArray

CHANGE_OF_CLOCK: Final = 1_544_918_400_000  # 2018-12-16 00:00 on the files' clock, as if it were UTC
ZURICH: Final = "Europe/Zurich"
BEHIND_ZURICH: Final = 6 * HOUR


def histdata_to_utc(local_ms: IntArray) -> IntArray:
    """UTC ms of the files' stamps [N], given in order as ms as if they were UTC.

    An hour that the clock shows twice in autumn (in FX the market is closed then) is its first showing until the stamps
    go back, and its second from there on.
    """
    old = local_ms < CHANGE_OF_CLOCK
    utc = np.empty_like(local_ms)
    second = np.zeros(len(local_ms), dtype=np.bool_)
    for rows, zone, behind in ((old, NEW_YORK, 0), (~old, ZURICH, BEHIND_ZURICH)):
        utc[rows] = local_to_utc(local_ms[rows] + behind, zone)
        second[rows] = _shown_twice(utc[rows], zone)
    return utc + HOUR * _second_showing(local_ms, second)


def _shown_twice(utc: IntArray, zone: str) -> BoolArray:
    """Moments [N] whose wall-clock time comes again an hour later."""
    again: BoolArray = utc_offset(utc + HOUR, zone) == utc_offset(utc, zone) - HOUR
    return again


def _second_showing(local_ms: IntArray, twice: BoolArray) -> BoolArray:
    """Rows [N] of an hour shown twice that stand behind the row at which the stamps go back."""
    second = np.zeros(len(local_ms), dtype=np.bool_)
    back = np.flatnonzero((np.diff(local_ms) < 0) & twice[1:] & twice[:-1]) + 1
    for row in back.tolist():
        if second[row]:
            continue  # goes back once more in the same hour: disorder, left to the check of order
        rest = np.flatnonzero(~twice[row:])
        second[row : row + int(rest[0]) if len(rest) else None] = True
    return second
