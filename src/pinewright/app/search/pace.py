"""How quick a search is now, and how long the rest takes at that rate."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

_WINDOW: Final = 15.0
"""Seconds over which the pace is taken: a state that was read back, or a slow start, is soon forgotten."""


class Pace:
    """Trials a second over the last seconds. ``now``: seconds on a clock that only rises, when the work began."""

    def __init__(self, now: float):
        self._marks = deque([(now, 0)])

    def at(self, now: float, done: int, planned: int) -> tuple[float, float]:
        """Trials a second and seconds left, both NaN until something was done."""
        while len(self._marks) > 1 and now - self._marks[1][0] >= _WINDOW:
            self._marks.popleft()
        since, before = self._marks[0]
        self._marks.append((now, done))
        if done <= before or now <= since:
            return math.nan, math.nan
        rate = (done - before) / (now - since)
        return rate, max(0, planned - done) / rate
