"""Ticks against the bars that the same feed made of them: two independent answers that must be equal.

A Dukascopy candle equals the aggregate of its ticks exactly, so each difference is a fault of one of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import bar_close, bar_open
from pinewright.data.phrases import counted
from pinewright.data.zones import iso_text
from pinewright.errors import DataQualityError
from pinewright.market import HOUR, Bars, BoolArray, FloatArray, IntArray, Side, Ticks

WORST: Final = 5
_PRICES: Final = ("open", "high", "low", "close")
_PRICE_SLACK: Final = 1e-3  # ticks
_VOLUME_SLACK: Final = 1e-6  # relative: candles' volumes are 32-bit floats of millions


@dataclass(frozen=True)
class Difference:
    """A bar that is not what its ticks make: its stamp (ms UTC), the column farthest off, and both values."""

    time: int
    column: str
    from_ticks: float
    from_bars: float


@dataclass(frozen=True)
class TickBarCheck:
    """Bars of one side against those made of ticks, over [start, end) ms UTC.

    compared: bars that both have; equal: those with the same open, high, low and close; worst: of the others, farthest
    first. volume_differing: of the compared ones, None where one of the two has no volume. only_ticks, only_bars: bars
    that the other one lacks; flat bars without volume are no bars, since some feeds fill minutes without ticks.
    """

    symbol: str
    timeframe: str
    side: str
    start: int
    end: int
    compared: int
    equal: int
    volume_differing: int | None
    only_ticks: int
    only_bars: int
    worst: tuple[Difference, ...]

    @property
    def differing(self) -> int:
        """Compared bars of which a price differs."""
        return self.compared - self.equal

    @property
    def is_equal(self) -> bool:
        """Whether ticks and bars tell the same in all, and there is something to compare."""
        return self.compared > 0 and not (self.differing or self.volume_differing or self.only_ticks or self.only_bars)

    def one_line(self) -> str:
        """The answer as one line, the worst difference with its time."""
        if self.compared == 0:
            return f"no {self.side} bar of {self.timeframe} to compare with ticks"
        compared = counted(self.compared, f"{self.side} bar")
        parts = [f"{self.equal:,} of {compared} of {self.timeframe} equal their ticks"]
        if self.worst:
            worst = self.worst[0]
            values = f"{worst.column} {worst.from_bars:.10g}, its ticks {worst.from_ticks:.10g}"
            parts.append(f"the worst at {iso_text(worst.time)}: {values}")
        if self.volume_differing:
            parts.append(f"{counted(self.volume_differing, 'volume')} differ")
        if self.only_ticks:
            parts.append(f"{counted(self.only_ticks, 'bar')} missing")
        if self.only_bars:
            parts.append(f"{counted(self.only_bars, 'bar')} without ticks")
        return "; ".join(parts)

    def as_dict(self) -> dict[str, object]:
        """Every figure under its name, times as ISO text (UTC), ready for JSON."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["start"], plain["end"] = iso_text(self.start), iso_text(self.end)
        plain["worst"] = [{**vars(one), "time": iso_text(one.time)} for one in self.worst]
        plain["differing"], plain["is_equal"], plain["summary"] = self.differing, self.is_equal, self.one_line()
        return plain


def compare_ticks_with_bars(ticks: Ticks, bars: Bars, start: int | None = None, end: int | None = None) -> TickBarCheck:
    """Make bars of the ticks and compare them with bars of the same symbol, shorter than a day.

    start, end: the period in ms UTC of which the ticks are complete; by default the whole UTC hours that they touch,
    since ticks are fetched by the hour. Bars that do not lie inside it as a whole are left out. Filled bars are none.
    DataQualityError for bars of mid prices (which no feed makes of ticks), of days (which are days of UTC with some
    feeds, of New York with others), of another symbol, or with times out of order.
    """
    _check_pair(ticks, bars)
    if len(ticks) == 0:
        begin = finish = 0
    else:
        begin = int(ticks.time[0]) // HOUR * HOUR if start is None else start
        finish = int(ticks.time[-1]) // HOUR * HOUR + HOUR if end is None else end
    stamps, made, made_volume = _made(ticks, bars, begin, finish)
    rows = np.flatnonzero((bars.time >= begin) & (_close(bars.time, bars) <= finish) & _real(bars))
    _, mine, theirs = np.intersect1d(stamps, bars.time[rows], assume_unique=True, return_indices=True)
    found = np.stack([getattr(bars, name)[rows[theirs]] for name in _PRICES])
    off = np.abs(made[:, mine] - found)
    differs = (off > _PRICE_SLACK * bars.symbol.mintick).any(axis=0)
    quiet = (bars.high == bars.low) & (bars.volume == 0) & bars.volume.any()
    alone = np.setdiff1d(np.arange(len(rows)), theirs)
    return TickBarCheck(
        symbol=bars.symbol.name,
        timeframe=str(bars.timeframe),
        side=bars.side.value,
        start=begin,
        end=finish,
        compared=len(mine),
        equal=len(mine) - int(np.count_nonzero(differs)),
        volume_differing=_volume_differences(made_volume, mine, bars.volume[rows[theirs]], bars),
        only_ticks=len(stamps) - len(mine),
        only_bars=int(np.count_nonzero(~quiet[rows[alone]])),
        worst=_worst(stamps[mine], made[:, mine], found, differs),
    )


def _check_pair(ticks: Ticks, bars: Bars) -> None:
    if bars.side is Side.MID:
        hint = "compare the bid bars and the ask bars"
        raise DataQualityError("mid bars are not made of ticks", where=bars.feed, hint=hint)
    if bars.timeframe.minutes >= 1440:
        hint = "compare bars of a minute or an hour"
        raise DataQualityError(f"bars of {bars.timeframe} are not compared with ticks", where=bars.feed, hint=hint)
    if bars.symbol.name != ticks.symbol.name:
        raise DataQualityError(f"ticks of {ticks.symbol.name} and bars of {bars.symbol.name}", where=bars.feed)
    for where, time, least in ((ticks.feed, ticks.time, 0), (bars.feed, bars.time, 1)):
        if len(time) and (np.diff(time) < least).any():
            raise DataQualityError("times out of order", where=where, hint="sort the rows by time, oldest first")


def _made(ticks: Ticks, bars: Bars, begin: int, finish: int) -> tuple[IntArray, FloatArray, FloatArray | None]:
    """Stamps [G], open, high, low, close [4, G] and volume [G] of the ticks, whole bars inside the period only."""
    price, size = (ticks.bid, ticks.bid_size) if bars.side is Side.BID else (ticks.ask, ticks.ask_size)
    stamp = bar_open(ticks.time, bars.timeframe, bars.symbol)
    starts = np.append(0, np.flatnonzero(stamp[1:] != stamp[:-1]) + 1) if len(stamp) else stamp
    stamps = stamp[starts]
    inside = (stamps >= begin) & (_close(stamps, bars) <= finish)
    if len(stamps) == 0:
        return stamps, np.zeros((4, 0)), None
    last = np.append(starts[1:], len(stamp)) - 1
    high, low = np.maximum.reduceat(price, starts), np.minimum.reduceat(price, starts)
    made = np.stack([price[starts], high, low, price[last]])[:, inside]
    return stamps[inside], made, None if size is None else np.add.reduceat(size, starts)[inside]


def _close(stamps: IntArray, bars: Bars) -> IntArray:
    return bar_close(stamps, bars.timeframe, bars.symbol) if len(stamps) else stamps


def _real(bars: Bars) -> BoolArray:
    return np.ones(len(bars), dtype=np.bool_) if bars.filled is None else ~bars.filled


def _volume_differences(made: FloatArray | None, mine: IntArray, volume: FloatArray, bars: Bars) -> int | None:
    if made is None or not bars.volume.any():
        return None
    off = np.abs(made[mine] - volume)
    return int(np.count_nonzero(off > _VOLUME_SLACK * np.maximum(volume, 1.0)))


def _worst(stamps: IntArray, made: FloatArray, found: FloatArray, differs: BoolArray) -> tuple[Difference, ...]:
    rows = np.flatnonzero(differs)
    off = np.abs(made[:, rows] - found[:, rows])
    order = np.argsort(-off.max(axis=0, initial=0.0), kind="stable")[:WORST]
    column = off.argmax(axis=0)
    return tuple(
        Difference(
            int(stamps[rows[k]]), _PRICES[column[k]], float(made[column[k], rows[k]]), float(found[column[k], rows[k]])
        )
        for k in order.tolist()
    )
