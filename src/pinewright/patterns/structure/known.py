"""What is known at the close of one bar: its swings, levels, trend lines and channel, for charts and for readers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.machine.kernel import address, addresses
from pinewright.market import Bars, FloatArray
from pinewright.patterns.structure.columns import Pivots, pivots
from pinewright.patterns.structure.scan import native
from pinewright.patterns.structure.setup import Setup
from pinewright.patterns.structure.swings import Swings

HISTORY: Final = 1_000
"""So many bars up to the asked one are looked at."""
REMEMBERED: Final = 40
"""Levels are made of so many of the last swings."""
MOST_LEVELS: Final = 8
HALF_LIFE: Final = 200
"""Bars without a touch after which the part of a level's strength that fades is halved."""
MOST_POINTS: Final = 6
"""A trend line is laid through so many of the last highs or lows at most."""
LEAST_TOUCHES: Final = 3


class SwingKind(Enum):
    """Which way price turned."""

    HIGH = 1
    LOW = -1


@dataclass(frozen=True)
class Swing:
    """A turn of the zigzag: index of its bar, its price, and the bar at whose close it became known."""

    kind: SwingKind
    bar: int
    price: float
    known: int


@dataclass(frozen=True)
class Level:
    """A price at which swings gathered. band: half the height of its zone.

    kind: LOW for a support (its last touch was a low), HIGH for a resistance. first, last: bars of its first and last
    touch. age: bars from the first touch to the asked bar. broken: whether a close after the last touch lies beyond the
    zone, on the far side. strength, 0 to 1: (1 - 0.5 ** (touches - 1)) * (0.5 + 0.5 * 0.5 ** (bars since the last touch
    / 200)), and half of that for a broken one.
    """

    kind: SwingKind
    price: float
    band: float
    touches: int
    first: int
    last: int
    age: int
    strength: float
    broken: bool


@dataclass(frozen=True)
class TrendLine:
    """A line along highs or lows: price = intercept + slope * bar, slope in price a bar.

    kind: LOW for a line under price. touches: swings no further off than the tolerance. first, last: bars of the first
    and last touch. broken: whether a close after the last touch lies beyond the line by more than the tolerance.
    """

    kind: SwingKind
    slope: float
    intercept: float
    touches: int
    first: int
    last: int
    broken: bool

    def price(self, bar: float) -> float:
        return self.intercept + self.slope * bar


@dataclass(frozen=True)
class Channel:
    """Two trend lines that run alike."""

    upper: TrendLine
    lower: TrendLine


def swing_points(bars: Bars, index: int | None = None, *, length: int = 5) -> tuple[Swing, ...]:
    """The zigzag as it is known at the close of bar ``index`` (the last one), over all bars to it, oldest first.

    length: bars on each side of a pivot. The newest swing may still move further out when later bars come; all others
    stay. UsageError for an index that is no bar and for a length below 1.
    """
    last = _index(bars, index)
    if length < 1:
        raise UsageError(f"a swing with {length} bars on each side", hint="1 or more")
    return _swings(pivots(bars.slice(0, last + 1), length), length, 0)


def levels_at(
    bars: Bars, index: int | None = None, *, length: int = 5, tolerance: float = 0.5, touches: int = 2
) -> tuple[Level, ...]:
    """The support and resistance levels known at the close of bar ``index`` (the last one), the strongest first.

    Of the last 40 swings within 1,000 bars, the price that has the most others within ``tolerance`` average true ranges
    (14 bars, at ``index``) takes them as its touches; their mean is the level. Then the same of those left, until no
    price has ``touches``. Eight at most. Of equals the one touched last comes first.
    """
    window = _Window(bars, index, length, tolerance)
    left = sorted(window.swings[-REMEMBERED:], key=lambda swing: -swing.bar)
    found: list[Level] = []
    while left:
        groups = [[other for other in left if abs(other.price - swing.price) <= window.band] for swing in left]
        best = max(groups, key=len)  # the first of equals, around the newest swing
        if not best or len(best) < touches:
            break
        found.append(_level(window, best))
        left = [swing for swing in left if swing not in best]
    found.sort(key=lambda level: (-level.strength, -level.last, level.price))
    return tuple(found[:MOST_LEVELS])


def trend_lines_at(
    bars: Bars, index: int | None = None, *, length: int = 5, tolerance: float = 0.5
) -> tuple[TrendLine, ...]:
    """The trend lines known at the close of bar ``index`` (the last one): at most one under price and one over it.

    The Theil-Sen line (median of the slopes of all pairs, then median of what is left) through the last six to three
    lows, or highs; the one with the most touches, three at least, such that no close between its first and last touch
    lies beyond it by more than ``tolerance`` average true ranges.
    """
    window = _Window(bars, index, length, tolerance)
    found = (_best_line(window, kind) for kind in (SwingKind.LOW, SwingKind.HIGH))
    return tuple(line for line in found if line is not None)


def channel_at(bars: Bars, index: int | None = None, *, length: int = 5, tolerance: float = 0.5) -> Channel | None:
    """Both trend lines, where over their common length they come no nearer than by half the distance between them."""
    lines = trend_lines_at(bars, index, length=length, tolerance=tolerance)
    if len(lines) < 2 or any(line.broken for line in lines):
        return None
    lower, upper = lines
    first, last = max(lower.first, upper.first), min(lower.last, upper.last)
    ends = [upper.price(bar) - lower.price(bar) for bar in (first, last)]
    return Channel(upper, lower) if first < last and min(ends) > 0.5 * max(ends) else None


class _Window:
    """The bars that are looked at, their swings (bars counted from the asked bars' first), and the band in price."""

    def __init__(self, bars: Bars, index: int | None, length: int, tolerance: float):
        if length < 1 or not tolerance > 0.0:
            raise UsageError("length must be 1 or more, tolerance above 0")
        self.last = _index(bars, index)
        self.start = max(0, self.last + 1 - HISTORY)
        self.bars = bars.slice(self.start, self.last + 1)
        known = pivots(self.bars, length)
        self.swings = _swings(known, length, self.start)
        self.band = float(tolerance * known.atr[-1])

    def beyond(self, kind: SwingKind, first: int, last: int, line: FloatArray | float) -> bool:
        """Whether a close of bars first to last lies beyond a line by more than the band."""
        closes = self.bars.close[first - self.start : last + 1 - self.start]
        return bool((kind.value * (closes - line) > self.band).any())


def _level(window: _Window, touches: list[Swing]) -> Level:
    """The level of some swings, the newest first."""
    price = float(np.mean([swing.price for swing in touches]))
    newest, oldest = touches[0], touches[-1]
    broken = window.beyond(newest.kind, newest.bar + 1, window.last, price)
    fresh = 0.5 ** ((window.last - newest.bar) / HALF_LIFE)
    strength = (1.0 - 0.5 ** (len(touches) - 1)) * (0.5 + 0.5 * fresh) * (0.5 if broken else 1.0)
    return Level(
        newest.kind,
        price,
        window.band,
        len(touches),
        oldest.bar,
        newest.bar,
        window.last - oldest.bar,
        strength,
        broken,
    )


def _best_line(window: _Window, kind: SwingKind) -> TrendLine | None:
    ends = [swing for swing in window.swings if swing.kind is kind][-MOST_POINTS:]
    found = [_line(window, kind, ends[-count:]) for count in range(len(ends), LEAST_TOUCHES - 1, -1)]
    return max((line for line in found if line is not None), key=lambda line: line.touches, default=None)


def _line(window: _Window, kind: SwingKind, points: list[Swing]) -> TrendLine | None:
    """The Theil-Sen line of some swings, None where it has too few touches or closes beyond it."""
    slope = float(np.median([(b.price - a.price) / (b.bar - a.bar) for a, b in combinations(points, 2)]))
    level = float(np.median([point.price - slope * (point.bar - window.last) for point in points]))

    def prices(first: int, last: int) -> FloatArray:
        line: FloatArray = level + slope * (np.arange(first, last + 1, dtype=np.float64) - window.last)
        return line

    touched = [point for point in points if abs(point.price - slope * (point.bar - window.last) - level) <= window.band]
    if len(touched) < LEAST_TOUCHES:
        return None
    first, last = touched[0].bar, touched[-1].bar
    if window.beyond(kind, first, last, prices(first, last)):
        return None
    broken = window.beyond(kind, last + 1, window.last, prices(last + 1, window.last))
    return TrendLine(kind, slope, level - slope * window.last, len(touched), first, last, broken)


def _swings(known: Pivots, length: int, start: int) -> tuple[Swing, ...]:
    """The zigzag at the end of some bars; ``start`` is added to their indices."""
    columns = [np.ascontiguousarray(known.top), np.ascontiguousarray(known.bottom)]
    room = int(np.count_nonzero(~np.isnan(columns[0]) | ~np.isnan(columns[1])))
    log = np.zeros((room, 4))
    records = [np.zeros(1, struct.dtype()) for struct in (Swings, Setup)]
    table = addresses(columns)
    count = native().function("zigzag")(
        len(known.top), float(length), address(table), address(records[0]), address(records[1]), address(log)
    )
    rows = log[:count]
    stays = np.append(rows[1:, 1] != rows[:-1, 1], True)[:count]
    return tuple(
        Swing(SwingKind(int(kind)), start + int(bar), float(price), start + int(at))
        for at, kind, bar, price in rows[stays]
    )


def _index(bars: Bars, index: int | None) -> int:
    last = len(bars) - 1 if index is None else index
    if not 0 <= last < len(bars):
        raise UsageError(f"there is no bar {last}", hint=f"bars 0 to {len(bars) - 1}" if len(bars) else "no bars")
    return last
