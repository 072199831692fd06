"""Random entries beside the strategy's own: what its holding times, sides and hours earn without its rule.

A Monte Carlo permutation of the moments of entry, in the spirit of Aronson, "Evidence-Based Technical Analysis" (2006):
keep all of the strategy but its timing, and see how often chance does as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence.arrays import MEMORY, at_least, places, rows_within, series


@dataclass(frozen=True)
class RoundTrips:
    """Trades [K] by bars: fill at the open of bar ``entry``, out at the open of bar ``entry + held``.

    side: 1 long, -1 short. size: units, by default 1 each. held: 0 or more; 0 pays its costs only.
    """

    entry: IntArray
    held: IntArray
    side: IntArray
    size: FloatArray | None = None


@dataclass(frozen=True)
class Prices:
    """What a trade costs at each bar [N]: ``open`` at mid, ``spread`` in price, half of it paid in and half out;
    ``fee`` in price for both ways together. Money is in the quote currency.
    """

    open: FloatArray
    spread: FloatArray | float = 0.0
    fee: float = 0.0


@dataclass(frozen=True)
class Baseline:
    """The strategy's profit beside that of random entries, after costs.

    p_value: chance that random entries earn as much or more, at least 1 / (draws + 1). own: profit of the trades by
    bars, which the draws are compared with unless ``actual`` was given. draws [R]: their profits, with ``mean`` and
    ``deviation``. NaN with no trade, or where a price is missing that was needed.
    """

    p_value: float
    own: float
    mean: float
    deviation: float
    draws: FloatArray


def valued_at(bar: IntArray, price: FloatArray, opens: FloatArray, slippage: float = 0.0) -> IntArray:
    """The bars [K] at whose opens [N] fills [K] are valued: their own where they filled at the open, else the next one.

    The open of a bar in which a stop or a limit filled lies before what made it fill: valued there, stops would save
    what they lost, and targets would not have won. The next open knows the fill and is as far from it by luck as any
    price is. slippage: in price, by how much a fill at the open may lie off it. The last bar has no next one.
    """
    inside = ~(np.abs(price - opens[bar]) <= slippage * (1 + 1e-9) + 1e-9 * np.abs(opens[bar]))
    return np.minimum(bar + inside, len(opens) - 1)


def random_entries(
    trades: RoundTrips,
    prices: Prices,
    labels: IntArray | None = None,
    *,
    seed: int,
    draws: int = 1_000,
    actual: float | None = None,
    memory: int = MEMORY,
) -> Baseline:
    """The same number of trades, with the same holding times, sides and sizes, at random bars of the same hours.

    labels: hour (or session) of each bar [N]; a trade moves among bars with the label of its own, None: among all. Bars
    too near the end to hold a trade are not drawn. actual: profit to compare instead of ``own``; needed where exits lie
    inside bars, but then the exits of the strategy count as skill as well. Each trade moves by itself: trades in
    clusters are more alike than their draws, and the p-value is too small; use ``shifted_entries`` as well.
    """
    checked = _checked(trades, prices)
    if checked is None:
        return _nothing(draws)
    entry, held, _, _ = checked
    count = len(prices.open)
    marks = np.zeros(count, np.int64) if labels is None else places(labels, count, "labels")
    order = np.argsort(marks, kind="stable")
    begin = np.searchsorted(marks[order], marks[entry], side="left")
    # Bars of a label stand in order of time: those that can hold the trade come first.
    room = np.array(
        [
            np.searchsorted(order[low:high], count - hold, side="left")
            for low, high, hold in zip(
                begin, np.searchsorted(marks[order], marks[entry], side="right"), held, strict=True
            )
        ],
        dtype=np.int64,
    )
    random = np.random.default_rng(seed)

    def moved(rows: int) -> tuple[IntArray, IntArray]:
        first = order[begin + (random.random((rows, len(entry))) * room).astype(np.int64)]
        return first, first + held

    return _compare(checked, prices, moved, draws, actual, memory)


def shifted_entries(
    trades: RoundTrips,
    prices: Prices,
    starts: IntArray,
    *,
    seed: int,
    draws: int = 1_000,
    actual: float | None = None,
    memory: int = MEMORY,
) -> Baseline:
    """All trades moved together by a random number of trading days, round the end: clusters and order stay.

    starts: first bar of each trading day [D], ascending from 0. A trade keeps its place in the day, or the last bar of
    a shorter day; one that would run past the last bar ends there. No shift is drawn twice, so there are at most D - 1
    draws and no p-value below 1 / D: with few days this test can say little. NaN with one day.
    """
    checked = _checked(trades, prices)
    edges = np.append(places(starts, what="starts of days"), len(prices.open))
    days = len(edges) - 1
    if days < 1 or edges[0] != 0 or np.any(np.diff(edges) < 1):
        raise SearchError("starts of days that do not ascend from 0 to the last bar")
    if checked is None or days < 2:
        return _nothing(draws)
    entry, held, _, _ = checked
    day = np.searchsorted(edges, entry, side="right") - 1
    place, last = entry - edges[day], len(prices.open) - 1
    shifts = iter(np.random.default_rng(seed).permutation(np.arange(1, days)).tolist())

    def moved(rows: int) -> tuple[IntArray, IntArray]:
        target = (day + np.array(list(islice(shifts, rows)), dtype=np.int64)[:, None]) % days
        first = np.minimum(edges[target] + place, edges[target + 1] - 1)
        return first, np.minimum(first + held, last)

    return _compare(checked, prices, moved, min(draws, days - 1), actual, memory)


_Checked = tuple[IntArray, IntArray, FloatArray, FloatArray]
"""Entry, holding time, signed size and size of each trade [K]."""


def _checked(trades: RoundTrips, prices: Prices) -> _Checked | None:
    count = len(series(prices.open, what="opens"))
    entry = places(trades.entry, what="entries")
    held, side = places(trades.held, len(entry), "holding times"), places(trades.side, len(entry), "sides")
    size = np.ones(len(entry)) if trades.size is None else series(trades.size, len(entry), "sizes")
    if not isinstance(prices.spread, float | int):
        series(prices.spread, count, "spreads")
    if len(entry) == 0:
        return None
    if entry.min() < 0 or held.min() < 0 or int((entry + held).max()) >= count:
        raise SearchError(f"trades that lie outside of {count} bars")
    if not np.all(np.abs(side) == 1):
        raise SearchError("sides other than 1 and -1", hint="1 is long, -1 is short")
    return entry, held, side * size, size


def _compare(
    checked: _Checked,
    prices: Prices,
    moved: Callable[[int], tuple[IntArray, IntArray]],
    draws: int,
    actual: float | None,
    memory: int,
) -> Baseline:
    at_least("draws", draws, 1)
    entry, held, signed, size = checked
    own = float(_profits(entry, entry + held, signed, size, prices))
    real = own if actual is None else actual
    found = np.empty(draws)
    deep = rows_within(memory, 8 * len(entry))
    for first in range(0, draws, deep):
        rows = slice(first, min(draws, first + deep))
        found[rows] = _profits(*moved(rows.stop - first), signed, size, prices)
    if not (np.isfinite(real) and np.all(np.isfinite(found))):
        return Baseline(float("nan"), own, float("nan"), float("nan"), found)
    slack = 1e-9 * max(abs(real), float(np.abs(found).max()))
    chance = (1 + int(np.count_nonzero(found >= real - slack))) / (draws + 1)
    return Baseline(chance, own, float(found.mean()), float(found.std()), found)


def _profits(first: IntArray, last: IntArray, signed: FloatArray, size: FloatArray, prices: Prices) -> FloatArray:
    """Net profit of all trades [..., K] together [...]."""
    opens, spread = np.asarray(prices.open, dtype=np.float64), prices.spread
    gross = (opens[last] - opens[first]) @ signed
    cost = spread + prices.fee if isinstance(spread, float | int) else (spread[first] + spread[last]) / 2 + prices.fee
    return np.asarray(gross - np.sum(cost * size, axis=-1), dtype=np.float64)


def _nothing(draws: int) -> Baseline:
    return Baseline(float("nan"), 0.0, float("nan"), float("nan"), np.full(draws, np.nan))
