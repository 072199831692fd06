"""The kernel that reads candles from labelled pixels, bar by bar: the part that all ways of reading share.

Every pixel has a label: ground or something that lies beneath the candles, one of the two candle colours, a candle
colour without a side, the inside of a hollow body, or a cover: something drawn over the candles that may hide one.

A bar's run are the rows in which its wick or body shows, covers between them bridged. Its body are those of them in
which the columns beside the wick show candle. Where a cover touches an end, the end lies anywhere beneath it: half of
the covered rows are added, which errs by at most half of them.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from pinewright.machine.kernel import Bytes, Ints, Module, Native, compile_module, kernel, source_key

GROUND: Final = 0
FIRST: Final = 1
SECOND: Final = 2
COVER: Final = 3
EITHER: Final = 4
HOLLOW: Final = 5

FOUND: Final = 0
TOP: Final = 1
BOTTOM: Final = 2
BODY_TOP: Final = 3
BODY_BOTTOM: Final = 4
FIRSTS: Final = 5
SECONDS: Final = 6
HOLLOWS: Final = 7
PIXELS: Final = 8
HIDDEN: Final = 9
FIELDS: Final = 10
"""Of each bar: state (below), rows, pixels by label, all candle pixels, and rows at its ends that a cover may hide."""

NOTHING: Final = 0
WHOLE: Final = 1
GUESSED: Final = 2
BARE: Final = 3
"""States of a bar: not there; read; its body is all covered and taken to be there; it shows a wick and no body."""

BRIDGE: Final = 16
"""Rows of cover between two parts of one candle, at most."""


@kernel(inline=True)
def is_candle(label: int) -> bool:
    return label != GROUND and label != COVER


@kernel
def read_bar(
    labels: Bytes,
    width: int,
    top: int,
    bottom: int,
    left: int,
    right: int,
    wick: int,
    wick_end: int,
    wicks: Bytes,
    sides: Bytes,
    out: Ints,
) -> None:
    """One bar into out [FIELDS]. wicks, sides: room for a number a row: 0 free, 1 covered, 2 candle."""
    run = -1
    last = -1
    weight = 0
    best_top = -1
    best_bottom = -1
    best = 0
    for r in range(top, bottom + 1):
        row = labels[r * width :]
        state = 0
        for x in range(wick, wick_end + 1):
            if is_candle(row[x]):
                state = 2
            elif row[x] == COVER and state == 0:
                state = 1
        wicks[r] = state
        candle = 0
        cover = 0
        free = 0
        for x in range(left, right + 1):
            if x < wick or x > wick_end:
                if row[x] == GROUND:
                    free += 1
                elif row[x] == COVER:
                    cover += 1
                else:
                    candle += 1
        side = 0
        if candle > 0 and candle >= free:
            side = 2
        elif candle == 0 and cover > 0 and cover >= free:
            side = 1
        sides[r] = side
        if state == 2 or side == 2:
            if run < 0 or r - last > BRIDGE:
                run = r
                weight = 0
            last = r
            weight += 1 + candle
            if weight > best:
                best = weight
                best_top = run
                best_bottom = r
        elif state == 0:
            run = -1
    out[FOUND] = 0
    if best_top >= 0:
        measure_bar(labels, width, top, bottom, left, right, wicks, sides, best_top, best_bottom, out)


@kernel
def measure_bar(
    labels: Bytes,
    width: int,
    top: int,
    bottom: int,
    left: int,
    right: int,
    wicks: Bytes,
    sides: Bytes,
    high: int,
    low: int,
    out: Ints,
) -> None:
    """Body, colours and covered ends of the run from row ``high`` to ``low``."""
    run = -1
    weight = 0
    best = 0
    body_top = -1
    body_bottom = -1
    for r in range(high, low + 1):
        if sides[r] == 2:
            if run < 0:
                run = r
                weight = 0
            weight += 1
            if weight > best:
                best = weight
                body_top = run
                body_bottom = r
        elif sides[r] == 0:
            run = -1
    state = WHOLE
    if best == 0:
        state = BARE
        for r in range(max(top, high - 1), min(bottom, low + 1) + 1):
            if sides[r] == 1:
                if state == BARE:
                    body_top = r
                state = GUESSED
                body_bottom = r
        if state == GUESSED:
            body_top = (body_top + body_bottom) // 2
            body_bottom = body_top
        else:
            body_top = (high + low) // 2
            body_bottom = body_top
    count_labels(labels, width, high, low, left, right, out)
    above = covered(wicks, high - 1, top, -1)
    below = covered(wicks, low + 1, bottom, 1)
    high -= above // 2
    low += below // 2
    hidden = above + below
    if state == WHOLE:
        over = covered(sides, body_top - 1, high, -1)
        under = covered(sides, body_bottom + 1, low, 1)
        body_top -= over // 2
        body_bottom += under // 2
        hidden += over + under
    out[FOUND] = state
    out[TOP] = min(high, body_top)
    out[BOTTOM] = max(low, body_bottom)
    out[BODY_TOP] = body_top
    out[BODY_BOTTOM] = body_bottom
    out[HIDDEN] = hidden


@kernel(inline=True)
def covered(states: Bytes, row: int, end: int, step: int) -> int:
    """Rows in state 1 from ``row`` on, in steps of 1 or -1, as far as ``end``."""
    count = 0
    while (end - row) * step >= 0 and states[row] == 1:
        count += 1
        row += step
    return count


@kernel(inline=True)
def count_labels(labels: Bytes, width: int, high: int, low: int, left: int, right: int, out: Ints) -> None:
    """Candle pixels of the bar by label."""
    first = 0
    second = 0
    hollow = 0
    either = 0
    for r in range(high, low + 1):
        for x in range(left, right + 1):
            label = labels[r * width + x]
            if label == FIRST:
                first += 1
            elif label == SECOND:
                second += 1
            elif label == HOLLOW:
                hollow += 1
            elif label == EITHER:
                either += 1
    out[FIRSTS] = first
    out[SECONDS] = second
    out[HOLLOWS] = hollow
    out[PIXELS] = first + second + hollow + either


@kernel
def read_bars(
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
    """All bars of one picture [H, W] of labels into out [n, FIELDS]. states: room for 2 ``rows``, one a pixel row."""
    for i in range(bars):
        read_bar(
            labels,
            width,
            top,
            bottom,
            left[i],
            right[i],
            wick[i],
            wick_end[i],
            states,
            states[rows:],
            out[FIELDS * i :],
        )


EXPORTS: Final = ["read_bars"]


def _module() -> Module:
    return Module("picture").add(read_bars)


@functools.cache
def native(cache_dir: Path | bool | None = None) -> Native:
    """The compiled kernel, one for each folder in a process."""
    import sys

    return compile_module(_module, EXPORTS, key=source_key(sys.modules[__name__]), cache=cache_dir)
