"""Lines of OHLC bars that are drawn one row short at their lower ends, as lightweight-charts does, and what tells so.

Such a line ends above the row of the low, and a tick there is moved up with the end. Two things tell it. Where the
chart shows the price step, lows lie on the grid of the other rows only with a row more. Else the market: it goes on
where it stopped, so the ticks of neighbours lie on the same row as one at an end; at lower ends a row below it here.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import ohlc_scan, scan
from pinewright.patterns.picture.steps import Steps, find_steps

CLEAR: Final = 0.7
"""Distance of the lows from the grid with a row more, as a share of that without, up to which they are short."""
MOSTLY: Final = 0.85
LEAST_TICKS: Final = 20
LONG_STEP: Final = 2.0
"""Rows of a step from which on no price lies one row above the lowest."""


def lengthened(rows: IntArray, thick: int) -> IntArray:
    """Bars [n, FIELDS] with lows, and ticks at them, a row lower where the lines are drawn one row short.

    thick: columns of a line. Where nothing tells, lines of one column are taken as they are and thicker ones as short.
    """
    low, high = rows[:, scan.BOTTOM], rows[:, scan.TOP]
    opens, closes = rows[:, ohlc_scan.OPEN], rows[:, ohlc_scan.CLOSE]
    steps = find_steps(np.concatenate((high, *(ticks[ticks != low] for ticks in (opens, closes)))))
    short = _off_grid(low, steps) if steps is not None else thick > 1 or _odd_below(rows) or _market_below(rows)
    if not short:
        return rows
    rows = rows.copy()
    after, before = np.append(opens[1:], closes[-1]), np.insert(closes[:-1], 0, opens[0])
    for field, near in ((ohlc_scan.OPEN, before), (ohlc_scan.CLOSE, after)):
        beneath = (near > low) | (steps is not None and steps.step >= LONG_STEP)
        rows[:, field] += (rows[:, field] == low) & beneath
    rows[:, scan.BOTTOM] += 1
    return rows


def _off_grid(low: IntArray, steps: Steps) -> bool:
    """Whether lows lie nearer to whole steps with a row more."""
    there, below = (float(np.abs(low + more - steps.snap(low + more)).mean()) for more in (0, 1))
    return below <= CLEAR * there


def _odd_below(rows: IntArray) -> bool:
    """Whether ticks lie an even number of rows below the highs and the lows an odd one: prices are two rows apart then,
    which ``find_steps`` does not tell.
    """
    high, low = rows[:, scan.TOP], rows[:, scan.BOTTOM]
    ticks = np.concatenate((rows[:, ohlc_scan.OPEN], rows[:, ohlc_scan.CLOSE]))
    inner = (ticks - np.tile(high, 2))[ticks < np.tile(low, 2)]
    if len(inner) < LEAST_TICKS:
        return False
    return float(np.mean(inner % 2 == 0)) >= MOSTLY and float(np.mean((low - high) % 2 == 1)) >= MOSTLY


def _market_below(rows: IntArray) -> bool:
    """Whether ticks at lower ends clearly have their neighbours' a row below rather than beside them."""
    low = rows[:, scan.BOTTOM]
    at_end: BoolArray = np.concatenate((rows[1:, ohlc_scan.OPEN] == low[1:], rows[:-1, ohlc_scan.CLOSE] == low[:-1]))
    step = rows[1:, ohlc_scan.OPEN] - rows[:-1, ohlc_scan.CLOSE]
    below = np.concatenate((-step, step))[at_end]
    return int((below == 1).sum()) > 3 + 2 * int((below == 0).sum())
