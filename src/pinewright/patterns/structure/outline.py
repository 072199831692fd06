"""A structure pattern as a chartist draws it: two edges to the break, a neck line, a pole, a level with its touches."""

from __future__ import annotations

from typing import Final

from pinewright.charts.pictures.outlines import Outline, Pen, Stroke
from pinewright.patterns.pattern import PatternMark, Point
from pinewright.patterns.structure import scan
from pinewright.patterns.structure.catalogue import RULES

_CORRIDORS: Final = (scan.TRIANGLE, scan.SYMMETRICAL, scan.WEDGE, scan.RECTANGLE, scan.CHANNEL)
_FLAGS: Final = (scan.FLAG, scan.PENNANT)
_PEAKS: Final = (scan.DOUBLE, scan.TRIPLE, scan.SHOULDERS)
_ZONES: Final = (scan.BREAK, scan.BOUNCE)
_SWINGS: Final = {
    **dict.fromkeys((*_CORRIDORS, *_FLAGS), 5),
    scan.DOUBLE: 4,
    scan.TRIPLE: 6,
    scan.SHOULDERS: 6,
    scan.LINE: 3,
}
"""Swings of a mark by its kind; levels have as many as lie between their first and last touch."""
_EQUAL: Final = 1e-9
"""Prices that differ by this share are the same."""


def outline_of(mark: PatternMark) -> Outline:
    """The lines of a mark of ``structure_marks``, over the same bars.

    Nothing is drawn that was not known at the mark's bar: lines run through its swings and end where they broke. A mark
    with other corners than its pattern has (of another detector) is a line through them, its levels dashed.
    """
    rule = RULES.get(mark.pattern)
    swings = mark.points[:-1]
    if rule is None or not _fits(rule.kind, swings):
        return _plain(mark)
    end = mark.points[-1]
    if rule.kind in _CORRIDORS:
        return _corridor(swings, end, (swings[0], swings[4]), (swings[1], swings[3]))
    if rule.kind in _FLAGS:
        flag = _corridor(swings[1:], end, (swings[2], swings[4]), (swings[1], swings[3]))
        return Outline((Stroke(Pen.EDGE, swings[:2]), *flag.strokes), flag.touches, flag.area)
    if rule.kind in _PEAKS:
        return _peaks(swings, end, rule.kind)
    if rule.kind == scan.LINE:
        return Outline((Stroke(Pen.EDGE, (swings[0], end)),), swings)
    return _level(swings, end, rule.kind)


def _fits(kind: int, swings: tuple[Point, ...]) -> bool:
    bars = [bar for bar, _ in swings]
    if len(set(bars)) < len(bars) or bars != sorted(bars):
        return False
    return len(swings) > 0 if kind in _ZONES else len(swings) == _SWINGS[kind]


def _plain(mark: PatternMark) -> Outline:
    way = (Stroke(Pen.WAY, mark.points),) if len(mark.points) > 1 else ()
    levels = (Stroke(Pen.LEVEL, ((mark.start, level), (mark.bar, level))) for level in mark.levels)
    return Outline((*way, *levels), mark.points)


def _at(line: tuple[Point, Point], bar: float) -> float:
    """The price of a line through two points at a bar."""
    (first, low), (last, high) = line
    return low + (bar - first) * (high - low) / (last - first)


def _corridor(touches: tuple[Point, ...], end: Point, one: tuple[Point, Point], other: tuple[Point, Point]) -> Outline:
    """Both lines, each from its first touch to the break. Where they meet before it, the one that did not break ends
    there.
    """
    broken, kept = (one, other) if abs(_at(one, end[0]) - end[1]) <= abs(_at(other, end[0]) - end[1]) else (other, one)
    inside = _at(broken, touches[-1][0]) - _at(kept, touches[-1][0])
    last = end[0]
    while last > touches[-1][0] and (_at(broken, last) - _at(kept, last)) * inside < 0:
        last -= 1
    foot = last, _at(kept, last)
    edges = Stroke(Pen.EDGE, (broken[0], end)), Stroke(Pen.EDGE, (kept[0], foot))
    return Outline(edges, touches, (broken[0], (last, _at(broken, last)), foot, kept[0]))


def _peaks(swings: tuple[Point, ...], end: Point, kind: int) -> Outline:
    """The way through the peaks, and the neck line from where the way into the first one crosses it to the break."""
    neck = (swings[2], swings[4]) if kind == scan.SHOULDERS else ((swings[0][0], end[1]), end)
    into = swings[0], swings[1]
    gaps = [into[place][1] - _at(neck, into[place][0]) for place in (0, 1)]
    share = gaps[0] / (gaps[0] - gaps[1]) if gaps[0] * gaps[1] < 0 else 0.0
    start = round(into[0][0] + share * (into[1][0] - into[0][0]))
    line = Stroke(Pen.LEVEL, ((start, _at(neck, start)), (end[0], _at(neck, end[0]))))
    return Outline((Stroke(Pen.WAY, (*swings, end)), line), swings[1:])


def _level(swings: tuple[Point, ...], end: Point, kind: int) -> Outline:
    """A flat line, its touches, and its zone: of a break as far beyond the touches' mean as the line lies before it."""
    start, level = swings[0][0], end[1]
    touches = _touches(swings, level, kind)
    prices = [price for _, price in touches]
    far = 2 * sum(prices) / len(prices) - level
    low, high = (level, far) if kind == scan.BREAK else (min(prices), max(prices))
    zone = (start, low), (end[0], low), (end[0], high), (start, high)
    return Outline((Stroke(Pen.EDGE, ((start, level), end)),), touches, zone)


def _touches(swings: tuple[Point, ...], level: float, kind: int) -> tuple[Point, ...]:
    """The swings of which a level was made, found again from where its line lies: of a bounce on their mean, of a break
    as far beyond it as the furthest of them may lie from the newest.
    """
    newest = swings[-1][1]
    same = sorted(swings[::-1][::2], key=lambda point: abs(point[1] - newest))
    for count in range(len(same), 1, -1):
        mean = sum(price for _, price in same[:count]) / count
        gap, reach = abs(mean - level), abs(same[count - 1][1] - newest)
        made = gap <= _EQUAL * abs(level) if kind == scan.BOUNCE else reach <= gap * (1 + _EQUAL)
        if made:
            return tuple(sorted(same[:count]))
    return swings[-1:]
