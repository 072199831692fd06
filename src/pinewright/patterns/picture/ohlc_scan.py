"""The kernel that reads OHLC bars from labelled pixels: a line from high to low, a tick left (open) and right (close).

Labels, covers and bridges are those of ``scan``. A line or a tick that is several pixels thick is centred on its price,
so its own row is its middle one, the lower of two. A tick that is all covered is taken to be where the market says,
as it goes on where it stopped: in the covered row that is nearest to the close before (or the open after); where these
are covered too, in the middle of the longest covered stretch. A tick that neither shows nor can be covered is taken to
be as near to them as the line goes.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from pinewright.machine.kernel import Bytes, Ints, Module, Native, compile_module, kernel, source_key
from pinewright.patterns.picture import scan
from pinewright.patterns.picture.scan import count_labels, covered, is_candle

OPEN: Final = scan.BODY_TOP
CLOSE: Final = scan.BODY_BOTTOM
SEEN: Final = scan.HOLLOWS
"""Fields of a bar that hold others than a candle's; SEEN: 1 for a tick of the open that shows, and 2 for the close."""
BARE_OPEN: Final = 4
"""State of a bar whose close is told and whose open is not; WHOLE, GUESSED and BARE (no close) as in ``scan``."""


@kernel(inline=True)
def state_of(row: Bytes, first: int, last: int) -> int:
    """0 free, 1 covered, 2 candle: of the columns from first to last."""
    candle = 0
    cover = 0
    free = 0
    for x in range(first, last + 1):
        if is_candle(row[x]):
            candle += 1
        elif row[x] == scan.COVER:
            cover += 1
        else:
            free += 1
    if candle > 0 and candle >= free:
        return 2
    return 1 if candle == 0 and cover > 0 and cover >= free else 0


@kernel(inline=True)
def tick_row(states: Bytes, high: int, low: int, thick: int, wanted: int) -> int:
    """The middle row of the longest run in the wanted state, at least one row, between two rows; -1 without.

    A run that is thinner than the tick is a part of it: it goes on beneath the cover beside it.
    """
    run = 0
    best = 0
    last = -1
    for r in range(high, low + 1):
        run = run + 1 if states[r] == wanted else 0
        if run > best:
            best = run
            last = r
    if best == 0:
        return -1
    first = last - best + 1
    if wanted == 2 and best < thick:
        above = covered(states, first - 1, high, -1)
        below = covered(states, last + 1, low, 1)
        rest = thick - best
        if above > 0 and below == 0:
            first -= min(rest, above)
        elif below > 0 and above == 0:
            last += min(rest, below)
        elif above > 0:
            first -= rest // 2
            last += rest - rest // 2
    return (first + last + 1) // 2


@kernel(inline=True)
def hidden_row(states: Bytes, high: int, low: int, thick: int, near: int) -> int:
    """The covered row nearest to ``near``, if that is a row, else the middle of the longest covered stretch; or -1."""
    if near < 0:
        return tick_row(states, high, low, thick, 1)
    best = -1
    for r in range(high, low + 1):
        if states[r] == 1 and (best < 0 or abs(r - near) < abs(best - near)):
            best = r
    return best


@kernel
def read_ohlc_bar(
    labels: Bytes,
    width: int,
    top: int,
    bottom: int,
    left: int,
    right: int,
    wick: int,
    wick_end: int,
    wicks: Bytes,
    opens: Bytes,
    closes: Bytes,
    before: int,
    after: int,
    out: Ints,
) -> None:
    """One bar into out [FIELDS]. wicks, opens, closes: room for a number a row. before, after: rows of the close before
    and of the open after, -1 where nobody knows them."""
    run = -1
    last = -1
    weight = 0
    best = 0
    high = -1
    low = -1
    for r in range(top, bottom + 1):
        row = labels[r * width :]
        line = 0
        for x in range(wick, wick_end + 1):
            if is_candle(row[x]):
                line = 2
            elif row[x] == scan.COVER and line == 0:
                line = 1
        wicks[r] = line
        opens[r] = state_of(row, left, wick - 1)
        closes[r] = state_of(row, wick_end + 1, right)
        if line == 2:
            if run < 0 or r - last > scan.BRIDGE:
                run = r
                weight = 0
            last = r
            weight += 1 + opens[r] // 2 + closes[r] // 2
            if weight > best:
                best = weight
                high = run
                low = r
        elif line == 0:
            run = -1
    out[scan.FOUND] = 0
    if high >= 0:
        measure_ohlc_bar(
            labels,
            width,
            top,
            bottom,
            left,
            right,
            wick_end - wick + 1,
            wicks,
            opens,
            closes,
            high,
            low,
            before,
            after,
            out,
        )


@kernel
def measure_ohlc_bar(
    labels: Bytes,
    width: int,
    top: int,
    bottom: int,
    left: int,
    right: int,
    thick: int,
    wicks: Bytes,
    opens: Bytes,
    closes: Bytes,
    high: int,
    low: int,
    before: int,
    after: int,
    out: Ints,
) -> None:
    """Ticks, colours and covered ends of the line from row ``high`` to ``low``."""
    count_labels(labels, width, high, low, left, right, out)
    above = covered(wicks, high - 1, top, -1)
    below = covered(wicks, low + 1, bottom, 1)
    state = scan.WHOLE
    begin = max(top, high - above)
    end = min(bottom, low + below)
    opened = tick_row(opens, begin, end, thick, 2)
    closed = tick_row(closes, begin, end, thick, 2)
    seen = (1 if opened >= 0 else 0) + (2 if closed >= 0 else 0)
    if opened < 0:
        opened = hidden_row(opens, begin, end, thick, before)
        state = scan.GUESSED
    if closed < 0:
        closed = hidden_row(closes, begin, end, thick, after)
        state = scan.GUESSED
    half = thick // 2
    first = min(high - above // 2 + half, low)
    last = max(low + below // 2 - half, first)
    if opened < 0 and before >= 0:
        opened = min(max(before, first), last)
    if closed < 0 and after >= 0:
        closed = min(max(after, first), last)
    if opened < 0:
        state = BARE_OPEN
    if closed < 0:
        state = scan.BARE
    if closed < 0:
        closed = (first + last) // 2
    if opened < 0:
        opened = closed
    out[scan.FOUND] = state
    out[scan.TOP] = min(first, min(opened, closed))
    out[scan.BOTTOM] = max(last, max(opened, closed))
    out[OPEN] = opened
    out[CLOSE] = closed
    out[SEEN] = seen
    out[scan.HIDDEN] = above + below


@kernel
def read_ohlc_bars(
    labels: Bytes,
    width: int,
    top: int,
    bottom: int,
    bars: int,
    left: Ints,
    right: Ints,
    wick: Ints,
    wick_end: Ints,
    states: Bytes,
    rows: int,
    out: Ints,
) -> None:
    """All bars of one picture [H, W] of labels into out [n, FIELDS]. states: room for 3 ``rows``, one a pixel row."""
    opens = states[rows:]
    closes = states[2 * rows :]
    for i in range(bars):
        cell = out[scan.FIELDS * i :]
        read_ohlc_bar(
            labels, width, top, bottom, left[i], right[i], wick[i], wick_end[i], states, opens, closes, -1, -1, cell
        )
    for i in range(bars):
        cell = out[scan.FIELDS * i :]
        if cell[scan.FOUND] >= scan.GUESSED:
            before = -1
            after = -1
            if i > 0:
                earlier = out[scan.FIELDS * (i - 1) :]
                if earlier[scan.FOUND] != scan.NOTHING and earlier[SEEN] & 2 == 2:
                    before = earlier[CLOSE]
            if i < bars - 1:
                later = out[scan.FIELDS * (i + 1) :]
                if later[scan.FOUND] != scan.NOTHING and later[SEEN] & 1 == 1:
                    after = later[OPEN]
            read_ohlc_bar(
                labels,
                width,
                top,
                bottom,
                left[i],
                right[i],
                wick[i],
                wick_end[i],
                states,
                opens,
                closes,
                before,
                after,
                cell,
            )


EXPORTS: Final = ["read_ohlc_bars"]


def _module() -> Module:
    return Module("picture_ohlc").add(read_ohlc_bars)


@functools.cache
def native(cache_dir: Path | bool | None = None) -> Native:
    """The compiled kernel, one for each folder in a process."""
    import sys

    return compile_module(_module, EXPORTS, key=source_key(sys.modules[__name__], scan), cache=cache_dir)
