"""Where the profit comes from: a few trades, one hour, one day, one stretch of time, or all along.

Plain arithmetic, no test of luck: a result that rests on few trades has been seen few times. Lopez de Prado (2018),
chapter 14, measures the same by a concentration index; shares are what people understand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence.arrays import at_least, between, column_ratios, finite, places, series


@dataclass(frozen=True)
class Best:
    """The best part of a profit. count: trades in it; label: its group (-1 where it is no group); profit: what it made;
    without: what is left when it is taken away; share: profit over the whole, above 1 where the rest loses; NaN where
    the whole did not earn.
    """

    count: int
    label: int
    profit: float
    without: float
    share: float


@dataclass(frozen=True)
class Concentration:
    """Best 5 % of the trades, best hour, best day."""

    trades: Best
    hour: Best
    day: Best


def concentration(profits: FloatArray, hours: IntArray, days: IntArray, share: float = 0.05) -> Concentration:
    """From net profits of trades [K], the hour of day (0 to 23, in the zone of the report) and the trading day of
    each; by entry or by exit, as the caller counts them.
    """
    return Concentration(best_trades(profits, share), best_group(profits, hours), best_group(profits, days))


def best_trades(profits: FloatArray, share: float = 0.05) -> Best:
    """The best ``share`` of the trades, rounded up: one of twenty."""
    known = series(profits, what="profits of trades")
    between("share", share, 0.0, 1.0)
    if not finite(known):
        return _undefined()
    count = math.ceil(share * len(known) - 1e-9)
    return _best(known, float(np.sort(known)[len(known) - count :].sum()), count, -1)


def best_group(profits: FloatArray, labels: IntArray) -> Best:
    """The label (hour, day, weekday) whose trades made most together; the lowest of equal ones."""
    known = series(profits, what="profits of trades")
    marks = places(labels, len(known), "labels")
    if not finite(known):
        return _undefined()
    names, member = np.unique(marks, return_inverse=True)
    sums = np.bincount(member, weights=known, minlength=len(names))
    top = int(np.argmax(sums))
    return _best(known, float(sums[top]), int(np.count_nonzero(member == top)), int(names[top]))


@dataclass(frozen=True)
class Stability:
    """A series in k equal parts, oldest first.

    sums, sharpes [k]: result and Sharpe ratio a period of each part, 0 where it did not move. positive: share of parts
    that earned. worst: smallest sum. best_share: share of the whole that the best part made, NaN where the whole did
    not earn. straightness: how straight the equity rose, R^2 of a line through it times the sign of its slope; 1 is a
    straight rise, -1 a straight fall. consistency: share of the periods with a result that earned. NaN, with no parts,
    where there are under two periods a part or one is not finite.
    """

    sums: FloatArray
    sharpes: FloatArray
    positive: float
    worst: float
    best_share: float
    straightness: float
    consistency: float


def stability(daily: FloatArray, parts: int = 4) -> Stability:
    """From results of periods [T]; parts differ by at most one period."""
    known = series(daily, what="daily results")
    at_least("parts", parts, 1)
    if len(known) < 2 * parts or not finite(known):
        return Stability(np.empty(0), np.empty(0), *[math.nan] * 5)
    pieces = np.array_split(known, parts)
    sums = np.array([piece.sum() for piece in pieces])
    squares = np.array([piece @ piece for piece in pieces])
    sizes = np.array([float(len(piece)) for piece in pieces])
    active = known[known != 0]
    return Stability(
        sums,
        column_ratios(sums[:, None], squares[:, None], sizes)[:, 0],
        float(np.mean(sums > 0)),
        float(sums.min()),
        _share(float(sums.max()), known),
        _straightness(known),
        float(np.mean(active > 0)) if len(active) else math.nan,
    )


def _straightness(known: FloatArray) -> float:
    equity = np.concatenate([[0.0], np.cumsum(known)])
    time = np.arange(len(equity)) - len(known) / 2
    centred = equity - equity.mean()
    spread = float(centred @ centred)
    if spread <= 1e-24 * float(np.abs(known).max()) ** 2 * len(known):
        return 0.0
    slope = float(time @ centred)
    return math.copysign(min(1.0, slope * slope / (float(time @ time) * spread)), slope)


def _share(part: float, known: FloatArray) -> float:
    whole = float(known.sum())
    # A sum that is only rounding is no profit to have a share of.
    return part / whole if whole > 1e-12 * float(np.abs(known).sum()) else math.nan


def _best(known: FloatArray, profit: float, count: int, label: int) -> Best:
    return Best(count, label, profit, float(known.sum()) - profit, _share(profit, known))


def _undefined() -> Best:
    return Best(0, -1, math.nan, math.nan, math.nan)
