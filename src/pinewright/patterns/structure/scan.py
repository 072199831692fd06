"""The kernel: one pattern over all bars, in one pass that reads no bar before its time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from pinewright.machine.kernel import Bools, Columns, Floats, Module, Native, compile_module, kernel, source_key
from pinewright.patterns.structure import corridors, flags, peaks, setup, swings, zones
from pinewright.patterns.structure.corridors import (
    Corridor,
    corridor,
    descending_triangle,
    keep,
    rectangle,
    rising_channel,
    rising_wedge,
    symmetrical_triangle,
)
from pinewright.patterns.structure.flags import rest
from pinewright.patterns.structure.peaks import double_top, head_and_shoulders, triple_top
from pinewright.patterns.structure.setup import Setup, bounces, breaks, empty
from pinewright.patterns.structure.swings import SWINGS, Swings, swing_step
from pinewright.patterns.structure.zones import rising_line, zone
from pinewright.pine.compiler.runtime import arithmetic

_SOURCES: Final[tuple[ModuleType, ...]] = (corridors, flags, peaks, setup, swings, zones, arithmetic)

DOUBLE: Final = 0
TRIPLE: Final = 1
SHOULDERS: Final = 2
TRIANGLE: Final = 3
SYMMETRICAL: Final = 4
WEDGE: Final = 5
RECTANGLE: Final = 6
CHANNEL: Final = 7
FLAG: Final = 8
PENNANT: Final = 9
BREAK: Final = 10
BOUNCE: Final = 11
LINE: Final = 12

OPEN: Final = 0
HIGH: Final = 1
LOW: Final = 2
CLOSE: Final = 3
ATR: Final = 4
TOP: Final = 5
BOTTOM: Final = 6

LEVEL: Final = 2
COUNT: Final = 3
PRICES: Final = 4
BARS: Final = PRICES + SWINGS
ROW: Final = BARS + SWINGS
"""A row of the log: bar, confidence, price of the line at that bar, number of swings, their prices, their bars."""


@kernel(inline=True)
def look(kind: int, s: Setup, w: Swings, t: Corridor, p: Floats, atr: float, i: float) -> None:
    """Whether the newest swing completes the shape of this kind: then it is the setup that waits."""
    if kind == DOUBLE:
        double_top(s, w, p, atr, i)
    elif kind == TRIPLE:
        triple_top(s, w, p, atr, i)
    elif kind == SHOULDERS:
        head_and_shoulders(s, w, p, atr, i)
    elif kind == FLAG:
        rest(s, w, p, atr, i, False)
    elif kind == PENNANT:
        rest(s, w, p, atr, i, True)
    elif kind == BREAK:
        zone(s, w, p, atr, i, -1, 1.0)
    elif kind == BOUNCE:
        zone(s, w, p, atr, i, 1, 0.0)
    elif kind == LINE:
        rising_line(s, w, p, atr, i)
    else:
        corridor(t, w)
        if kind == TRIANGLE:
            shaped = descending_triangle(t)
        elif kind == SYMMETRICAL:
            shaped = symmetrical_triangle(t)
        elif kind == WEDGE:
            shaped = rising_wedge(t)
        elif kind == RECTANGLE:
            shaped = rectangle(t)
        else:
            shaped = rising_channel(t)
        keep(s, w, t, p, atr, i, shaped)


@kernel(inline=True)
def write(log: Floats, s: Setup, i: float, sign: float) -> None:
    """A row of the log, in prices of the market."""
    log[0] = i
    log[1] = s.confidence
    log[LEVEL] = sign * (s.level + s.slope * (i - s.since))
    log[COUNT] = s.count
    for k in range(s.count):
        log[PRICES + k] = sign * s.price[k]
        log[BARS + k] = s.bar[k]


@kernel
def scan(
    n: int,
    kind: int,
    sign: float,
    p: Floats,
    c: Columns,
    w: Swings,
    s: Setup,
    t: Corridor,
    fired: Bools,
    rows: int,
    log: Floats,
) -> int:
    """Marks in ``fired`` [n] the bars on which the pattern fires, logs the first ``rows`` of them; how many there are.

    sign: 1 for the bearish pattern, -1 for its bullish mirror. p: its parameters, the first one the length of pivots.
    c: columns by the constants above. A bar without a close begins a new history that knows nothing of the one before.
    """
    empty(s, w)
    found = 0
    for i in range(n):
        if c[CLOSE][i] != c[CLOSE][i]:
            empty(s, w)
        if sign > 0.0:
            swing_step(w, c[TOP][i], c[BOTTOM][i], i - p[0])
        else:
            swing_step(w, -c[BOTTOM][i], -c[TOP][i], i - p[0])
        # A shape whose newest swing lies before the last break is the broken one again.
        if w.turn != 0 and (kind == BOUNCE or w.bar[0] > s.done):
            look(kind, s, w, t, p, c[ATR][i], float(i))
        fires = False
        if s.last >= 0.0:
            price = sign * c[CLOSE][i]
            if kind == BOUNCE:
                near = c[HIGH][i] if sign > 0.0 else -c[LOW][i]
                fires = bounces(s, float(i), near, sign * c[OPEN][i], price)
            else:
                fires = breaks(s, float(i), price)
        fired[i] = fires
        if fires:
            if found < rows:
                write(log[found * ROW :], s, float(i), sign)
            found += 1
    return found


@kernel
def zigzag(n: int, length: float, c: Columns, w: Swings, s: Setup, log: Floats) -> int:
    """Every swing as it came or moved, in rows of four: bar at whose close it is known, kind, bar, price; how many.

    A row of the same kind as the row before replaces it. c: pivots, highs then lows.
    """
    empty(s, w)
    found = 0
    for i in range(n):
        swing_step(w, c[0][i], c[1][i], i - length)
        if w.turn != 0:
            log[4 * found] = i
            log[4 * found + 1] = w.turn
            log[4 * found + 2] = w.bar[0]
            log[4 * found + 3] = w.price[0]
            found += 1
    return found


@cache
def native() -> Native:
    """The compiled kernels ``scan`` and ``zigzag``."""
    key = source_key(Path(__file__), *_SOURCES)
    return compile_module(lambda: Module("structure").add(scan).add(zigzag), ["scan", "zigzag"], key=key)
