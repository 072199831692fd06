"""Statistics of what followed a shape: means after costs, chance by luck among many, chance by the hour."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pinewright.data.calendar import trading_day
from pinewright.market import DAY, HOUR, Bars, FloatArray, IntArray
from pinewright.patterns.mining.shape import PartStatistics

WEEK_HOURS: Final = 7 * DAY // HOUR


def part_statistics(moves: FloatArray, cost: float, bars: int) -> PartStatistics:
    """Statistics of moves [E] in the shape's direction, price units; cost: of a round turn."""
    count = len(moves)
    if count == 0:
        return PartStatistics(bars, 0, math.nan, math.nan, math.nan, math.nan, math.nan)
    net = moves - cost
    deviation = float(np.std(moves, ddof=1)) if count > 1 else math.nan
    error = deviation / math.sqrt(count) if count > 1 else math.nan
    t = float(net.mean()) / error if error > 0.0 else math.nan
    won = float(np.mean(net > 0.0))
    return PartStatistics(bars, count, float(moves.mean()), float(net.mean()), deviation, won, t)


def day_numbers(bars: Bars) -> IntArray:
    """Trading day of each bar [N], counted since 1970."""
    return np.asarray(trading_day(bars.time, bars.symbol), dtype=np.int64)


def adjusted_chances(sums: FloatArray, *, draws: int, seed: int) -> FloatArray:
    """P-value of each of S shapes from its profits by day [S, D], adjusted for all of them.

    Romano and Wolf's stepdown (2005) with the maximum of t-like statistics, sum over root of the sum of squares. Under
    the hypothesis a day's profit is as likely to have the other sign, and one draw gives each day one sign for all
    shapes, so that shapes which trade alike share their luck. Profits after costs make the test stricter yet.
    """
    if len(sums) == 0:
        return np.zeros(0)
    scale = np.sqrt(np.sum(sums**2, axis=1))
    even = np.divide(sums, scale[:, None], out=np.zeros_like(sums), where=scale[:, None] > 0.0)
    seen = even.sum(axis=1)
    order = np.argsort(-seen, kind="stable")
    generator = np.random.default_rng([seed, 11])
    beaten = np.zeros(len(sums), dtype=np.int64)
    for first in range(0, draws, 500):
        count = min(500, draws - first)
        signs = generator.integers(0, 2, size=(sums.shape[1], count)).astype(np.float64) * 2.0 - 1.0
        drawn = (even @ signs)[order]
        # The largest of a shape and of all that did worse.
        largest = np.maximum.accumulate(drawn[::-1], axis=0)[::-1]
        beaten += np.count_nonzero(largest >= seen[order][:, None] - 1e-12, axis=1)
    chances = np.empty(len(sums))
    chances[order] = np.maximum.accumulate((1.0 + beaten) / (1.0 + draws))
    return chances


def hour_of_week(bars: Bars) -> IntArray:
    """Hour of the week [N], 0 to 167, of each bar's open, UTC."""
    return np.asarray(bars.time // HOUR % WEEK_HOURS, dtype=np.int64)


def clock_chance(moves: FloatArray, hours: IntArray, chosen: IntArray, sign: int, *, draws: int, seed: int) -> float:
    """Share of draws in which as many bars of the same hours of the week were followed by as large a mean move.

    moves [N]: forward moves of all bars of a part, NaN where unknown; hours [N]: their hours of the week; chosen [E]:
    the entries. sign: 1 or -1. NaN without entries.
    """
    if len(chosen) == 0:
        return math.nan
    known = np.flatnonzero(~np.isnan(moves))
    known = known[np.argsort(hours[known], kind="stable")]
    first = np.searchsorted(hours[known], np.arange(WEEK_HOURS + 1))
    cells = hours[chosen]
    begin, size = first[cells], first[cells + 1] - first[cells]
    seen = sign * float(moves[chosen].mean())
    generator = np.random.default_rng([seed, 13])
    beaten = 0
    block = max(1, 200_000 // len(chosen))
    for start in range(0, draws, block):
        uniform = generator.random((min(block, draws - start), len(chosen)))
        picked = known[begin + (uniform * size).astype(np.int64)]
        beaten += int(np.count_nonzero(sign * moves[picked].mean(axis=1) >= seen - 1e-15))
    return (1.0 + beaten) / (1.0 + draws)
