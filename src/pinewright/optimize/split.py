"""Three parts in time: one to search in, one to select on, and a locked last fifth that is opened once.

Borders lie between trading days, so that no day's profit is split. Parts touch; nothing leaks backwards, because every
part starts flat and its indicators read only earlier bars.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import trading_day
from pinewright.errors import SearchError
from pinewright.market import DAY, Bars

SEARCH_SHARE: Final = 0.6
SELECTION_SHARE: Final = 0.2
FEW_DAYS: Final = 10
"""Trading days below which the mean of a part is hardly measured."""


@dataclass(frozen=True)
class Part:
    """Bars [first, last) of ``days`` trading days; start and end (that of the last bar) in ms UTC."""

    name: str
    first: int
    last: int
    start: int
    end: int
    days: int


@dataclass(frozen=True)
class Split:
    """The three parts, and in ``limits`` what cannot be judged on data this short, in sentences. times: first bar of
    each trading day of all parts, ms UTC; empty where nobody asked the bars.
    """

    search: Part
    selection: Part
    locked: Part
    limits: tuple[str, ...]
    times: tuple[int, ...] = ()

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        return self.search, self.selection, self.locked

    @property
    def years(self) -> float:
        """Length of all parts on the calendar."""
        return (self.locked.end - self.search.start) / (365.25 * DAY)


def split(bars: Bars, search: float = SEARCH_SHARE, selection: float = SELECTION_SHARE) -> Split:
    """Divides the bars after the warm-up by trading days: 60 % search, 20 % selection, the rest locked.

    Every part gets at least one trading day. SearchError when there are fewer than three.
    """
    first = bars.warmup
    days = trading_day(bars.time[first:], bars.symbol)
    starts = first + np.flatnonzero(np.diff(days, prepend=days[0] - 1 if len(days) else 0))
    count = len(starts)
    if count < 3:
        raise SearchError(
            f"{count} trading days of bars cannot be split into search, selection and a locked part",
            hint="give at least three trading days, better three months",
        )
    if not (search > 0 and selection > 0 and search + selection < 1):
        raise SearchError(
            f"shares of {search:g} and {selection:g} leave no locked part", hint="both above 0, sum below 1"
        )
    # The locked part takes the rounding: never less than its share.
    locked_days = min(max(1, int(np.ceil(count * (1 - search - selection) - 1e-9))), count - 2)
    selection_days = min(max(1, round(count * selection)), count - locked_days - 1)
    borders = (0, count - locked_days - selection_days, count - locked_days, count)
    edges = [*(int(starts[index]) for index in borders[:-1]), len(bars)]
    parts = []
    for number, name in enumerate(("search", "selection", "locked")):
        begin, end = edges[number], edges[number + 1]
        stop = int(bars.time[end - 1]) + bars.timeframe.milliseconds
        parts.append(Part(name, begin, end, int(bars.time[begin]), stop, borders[number + 1] - borders[number]))
    times = tuple(int(time) for time in bars.time[starts])
    return Split(parts[0], parts[1], parts[2], _limits(count, parts[2].days), times)


def _limits(days: int, locked: int) -> tuple[str, ...]:
    found = []
    if locked < 2:
        found.append("The locked part is one trading day: its result is a single number without an interval.")
    elif locked < FEW_DAYS:
        found.append(f"The locked part is {locked} trading days: its interval is wide and assumes that days are alike.")
    if days < 60:
        found.append(f"{days} trading days can rank strategies, they cannot prove that one earns money.")
    return tuple(found)
