"""Round numbers for a price axis, and sensible dates and hours for a time axis."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from pinewright.data.calendar import trading_day
from pinewright.data.zones import utc_offset
from pinewright.market import DAY, HOUR, MINUTE, Bars, IntArray

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK_STEPS: Final = tuple(k * MINUTE for k in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720))
_CALENDAR: Final = ("day", "two days", "week", "two weeks", "month", "quarter", "year", "five years", "decade")
_DATE: Final = 2
_YEAR: Final = 4
"""Least weights of the labels of a date and of a year."""


@dataclass(frozen=True)
class Tick:
    """A place on an axis: ``value`` is a price, or the index of a bar; ``weight``: 0 for a plain one, more for a new
    day, month and year, whose labels come first where there is not room for all.
    """

    value: float
    label: str
    weight: int = 0


def value_ticks(low: float, high: float, most: int, *, digits: int | None = None, step: float = 0.0) -> list[Tick]:
    """Round values within [low, high], at most ``most``, rising; 1, 2, 2.5 or 5 times a power of ten apart.

    digits: decimals that every label has at least (a symbol's); by default as many as tell the values. step: the
    smallest distance that is meant (a tick of the symbol). Empty where nothing round lies inside.
    """
    if most < 1 or not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    size = max((high - low) / (most + 1), step, abs(high) * 1e-12, 1e-300)
    power = 10.0 ** math.floor(math.log10(size))
    for factor in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0):
        # A step of 2.5 of the smallest one lies between the prices that there are.
        one = factor * power
        if one < size * (1 - 1e-9) or (step and factor in (2.5, 25.0) and one < 10 * step * (1 - 1e-9)):
            continue
        first, last = math.ceil(low / one - 1e-9), math.floor(high / one + 1e-9)
        if last - first < most:
            places = max(decimals(one), digits or 0)
            return [Tick(k * one, number_text(k * one, places)) for k in range(first, last + 1)]
    return []


def decimals(step: float) -> int:
    """Decimals that tell a step apart from its neighbours: 0 for 20, 1 for 2.5, 5 for 0.00025."""
    for places in range(13):
        if math.isclose(round(step, places), step, rel_tol=1e-9):
            return places
    return 13


def number_text(value: float, places: int) -> str:
    """A number for an axis: thousands and millions of whole numbers are shortened, nothing is ever ``-0``."""
    if places == 0 and abs(value) >= 1e5:
        size, unit = (1e9, "B") if abs(value) >= 1e9 else (1e6, "M") if abs(value) >= 1e6 else (1e3, "K")
        return f"{value / size:.4g}{unit}"
    text = f"{value:.{places}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def local_times(bars: Bars, zone: str) -> IntArray:
    """Opens of the bars [N] in ms of the clock of ``zone``; a bar of a day or longer stands for its trading day."""
    if bars.timeframe.minutes >= 1440:
        return trading_day(bars.time, bars.symbol) * DAY
    return bars.time + utc_offset(bars.time, zone)


def time_ticks(local: IntArray, room: float, width: int, *, days: bool = False) -> list[Tick]:
    """Ticks for bars that open at the local times [N] of ``local_times``; days: bars are a day long or longer.

    room: pixels from one bar to the next. width: pixels of the widest label, with the gap that is to stay free. The
    finest step is taken at which neighbours mostly fit; closed hours can still bring two of them close together, so
    whoever draws leaves lighter ticks out.
    """
    steps: list[int | str] = [*(() if days else _CLOCK_STEPS), *_CALENDAR]
    for step in steps if len(local) else ():
        chosen = _begins(local, step)
        if len(chosen) * width <= len(local) * room:
            return [_tick(local, place, step) for place in chosen.tolist()]
    return []


def fit_ticks(ticks: Sequence[Tick], middles: Sequence[float], spans: Sequence[tuple[int, int]]) -> list[int]:
    """Indices of the ticks of ``time_ticks`` whose labels are written, dates first; none of them meets another.

    middles: pixels across of each tick. spans: left and right end of its label, the gap that is to stay free included.
    Of two dates that meet the longer stretch's is written: a Sunday's two hours give way to Monday. An hour is never
    written where its date is not: it would be read as one of the day before.
    """
    need = max((right - left for left, right in spans), default=0)
    dates = [place for place, tick in enumerate(ticks) if tick.weight >= _DATE]
    room = {place: middles[later] - middles[place] for place, later in itertools.pairwise(dates)}

    hours = sorted(set(range(len(ticks))) - set(dates), key=lambda place: (-ticks[place].weight, place))

    def rank(place: int) -> tuple[float, int, int]:
        # Among months a year's number is worth more; among hours it is a day as any other, often one of two hours.
        weight = ticks[place].weight
        length = room.get(place, need) * (2 if weight == _YEAR and not hours else 1)
        return -min(length, need), -weight, place

    kept: list[int] = []
    for place in (*sorted(dates, key=rank), *hours):
        left, right = spans[place]
        date = max((other for other in dates if other <= place), default=place)
        if date != place and date not in kept:
            continue
        if all(right <= spans[other][0] or spans[other][1] <= left for other in kept):
            kept.append(place)
    return kept


def _periods(local: IntArray, step: int | str) -> IntArray:
    """Number of the period in which each local time lies [N]."""
    if isinstance(step, int):
        return local // step
    day = local // DAY
    if step in ("day", "two days"):
        return day // (1 if step == "day" else 2)
    if step in ("week", "two weeks"):
        return (day + 3) // (7 if step == "week" else 14)
    months: IntArray = local.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    return months // {"month": 1, "quarter": 3, "year": 12, "five years": 60, "decade": 120}[step]


def _begins(local: IntArray, step: int | str) -> IntArray:
    """Indices of bars that begin a period; the first bar only where it opens on the dot."""
    period = _periods(local, step)
    first = isinstance(step, int) and int(local[0]) % step == 0
    found: IntArray = np.flatnonzero(np.diff(period, prepend=period[0] - int(first)))
    return found


def _tick(local: IntArray, place: int, step: int | str) -> Tick:
    now = _date(int(local[place]))
    before = _date(int(local[place - 1])) if place else now
    if now[0] != before[0] or step in ("year", "five years", "decade"):
        return Tick(place, str(now[0]), 4)
    if step in ("month", "quarter"):
        return Tick(place, _MONTHS[now[1] - 1], 3)
    if now[1] != before[1]:
        return Tick(place, _day_text(now), 3)
    if now[2] != before[2] or not isinstance(step, int):
        return Tick(place, _day_text(now), 2)
    minutes = int(local[place]) % DAY // MINUTE
    return Tick(place, f"{minutes // 60:02d}:{minutes % 60:02d}", 1 if int(local[place]) % HOUR == 0 else 0)


def _day_text(date: tuple[int, int, int]) -> str:
    return f"{date[2]} {_MONTHS[date[1] - 1]}"


@lru_cache(maxsize=4096)
def _date(local: int) -> tuple[int, int, int]:
    """Year, month and day of a local time in ms."""
    year, month, day = str(np.datetime64(local, "ms").astype("datetime64[D]")).split("-")
    return int(year), int(month), int(day)


def moment_text(local: int, *, days: bool = False) -> str:
    """``2 Jun 2025 14:00`` of a local time in ms; the date alone where bars are days."""
    date = _date(local)
    minutes = local % DAY // MINUTE
    day = f"{_day_text(date)} {date[0]}"
    return day if days else f"{day} {minutes // 60:02d}:{minutes % 60:02d}"
