"""Trades and bars drawn again: what else the same strategy could have shown.

Three ways for trades. ``shuffle`` keeps every trade and asks for the drawdown in another order; ``bootstrap`` draws
with replacement and asks for the profit as well; ``block`` keeps runs of neighbouring trades together. Efron (1979) for
the bootstrap, Politis and Romano (1992) for circular blocks. Bars are rebuilt from their moves, for the engine to run
on again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence.arrays import MEMORY, at_least, between, finite, places, rows_within, series
from pinewright.optimize.evidence.resampling import circular_blocks, default_block, shuffles

Method = Literal["shuffle", "bootstrap", "block"]
METHODS: Final[tuple[Method, ...]] = ("shuffle", "bootstrap", "block")
LEVELS: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class TradeBands:
    """Quantiles at ``levels`` [L] of final profit and largest drawdown, in money, beside what really happened.

    loss: share of draws that lose. drawdown_place: share of draws with a smaller drawdown than the real one, equal ones
    half; near 0 the order of trades was lucky, near 1 unlucky. NaN throughout for no trade, or one that is not finite.
    """

    method: Method
    levels: tuple[float, ...]
    final: FloatArray
    drawdown: FloatArray
    real_final: float
    real_drawdown: float
    loss: float
    drawdown_place: float


def drawdowns(profits: FloatArray) -> FloatArray:
    """Largest fall of the sum of profits [..., K] from its highest point so far, the start at 0 included; 0 or more."""
    equity = np.cumsum(profits, axis=-1)
    peaks = np.maximum(np.maximum.accumulate(equity, axis=-1), 0.0)
    return np.asarray(np.max(peaks - equity, axis=-1, initial=0.0), dtype=np.float64)


def trade_bands(
    profits: FloatArray,
    *,
    seed: int,
    method: Method = "bootstrap",
    draws: int = 1_000,
    block: int | None = None,
    levels: Sequence[float] = LEVELS,
    memory: int = MEMORY,
) -> TradeBands:
    """Bands from net profits of trades [K] in the order of their exits.

    block: length in trades for ``block``, by default K^(1/3). Drawdowns are of closed trades; what was open in between
    is not seen, and neither is what a smaller account would have forced.
    """
    known = series(profits, what="profits of trades")
    wanted = _levels(levels)
    if not finite(known):
        nothing = np.full(len(wanted), np.nan)
        return TradeBands(method, wanted, nothing, nothing.copy(), *[float("nan")] * 4)
    final, falls = np.empty(draws), np.empty(draws)
    for rows, index in _draw(len(known), method, draws, block, seed, len(known), memory):
        drawn = known[index]
        final[rows], falls[rows] = drawn.sum(axis=1), drawdowns(drawn)
    real = float(drawdowns(known))
    slack = 1e-9 * max(1e-300, float(np.abs(known).sum()))
    lower, upto = np.mean(falls < real - slack), np.mean(falls <= real + slack)
    return TradeBands(
        method,
        wanted,
        np.quantile(final, wanted),
        np.quantile(falls, wanted),
        float(known.sum()),
        real,
        float(np.mean(final < -slack)),
        float((lower + upto) / 2),
    )


@dataclass(frozen=True)
class EquityBand:
    """Sum of profits after ``after`` [H] trades at each of ``levels``: ``values`` [L, H], NaN where undefined."""

    levels: tuple[float, ...]
    after: IntArray
    values: FloatArray


def equity_band(
    profits: FloatArray,
    horizon: int,
    *,
    seed: int,
    method: Literal["bootstrap", "block"] = "bootstrap",
    draws: int = 1_000,
    block: int | None = None,
    levels: Sequence[float] = LEVELS,
    points: int = 200,
    memory: int = MEMORY,
) -> EquityBand:
    """Where the next ``horizon`` trades may lead, if they are drawn from past ones [K]; at most ``points`` places.

    The band holds at each place by itself: a whole path leaves a 90 % band somewhere far more often than in 10 %.
    ``since`` judges whole paths.
    """
    known = series(profits, what="profits of trades")
    wanted = _levels(levels)
    at_least("horizon", horizon, 1)
    at_least("points", points, 1)
    after = np.unique(np.linspace(1, horizon, min(points, horizon)).round().astype(np.int64))
    if not finite(known):
        return EquityBand(wanted, after, np.full((len(wanted), len(after)), np.nan))
    kept = np.empty((draws, len(after)))
    for rows, index in _draw(len(known), method, draws, block, seed, horizon, memory):
        kept[rows] = np.cumsum(known[index], axis=1)[:, after - 1]
    return EquityBand(wanted, after, np.quantile(kept, wanted, axis=0))


@dataclass(frozen=True)
class Since:
    """New trades against old ones. final: chance that as many trades drawn from the old ones end as low or lower;
    path: chance that they are at some time as far below their mean course, in deviations. Small means retire; NaN
    without trades on either side.
    """

    trades: int
    profit: float
    final: float
    path: float


def since(
    profits: FloatArray,
    later: FloatArray,
    *,
    seed: int,
    method: Literal["bootstrap", "block"] = "bootstrap",
    draws: int = 1_000,
    block: int | None = None,
    memory: int = MEMORY,
) -> Since:
    """Whether trades since delivery [J] still look like those before [K]; both net, in order.

    ``path`` looks at all times at once, so that looking often does not make an alarm; the first fifth of the way is
    left out, where two trades are a path.
    """
    known, new = series(profits, what="profits of trades"), series(later, what="later profits")
    if not (finite(known) and finite(new)):
        return Since(len(new), float(np.sum(new)), float("nan"), float("nan"))
    steps = np.arange(1, len(new) + 1)
    course, width = known.mean() * steps, known.std() * np.sqrt(steps)
    width[width == 0] = 1.0
    tail = slice(len(new) // 5, None)
    real = np.cumsum(new)
    deepest = float(np.min(((real - course) / width)[tail]))
    low = deep = 1
    slack = 1e-9 * float(np.abs(known).max() + np.abs(new).max()) * len(new)
    for _, index in _draw(len(known), method, draws, block, seed, len(new), memory):
        paths = np.cumsum(known[index], axis=1)
        low += int(np.count_nonzero(paths[:, -1] <= real[-1] + slack))
        deep += int(np.count_nonzero(np.min(((paths - course) / width)[:, tail], axis=1) <= deepest + 1e-9))
    return Since(len(new), float(real[-1]), low / (draws + 1), deep / (draws + 1))


def block_bars(count: int, *, seed: int, block: int, draws: int = 1) -> IntArray:
    """Which old move each new bar takes: [draws, count] with 0 first and then 1 to count - 1, in circular blocks.

    Bar i's move is all of bar i seen from the close before it, so bar 0 has none and stays. block: bars, long enough to
    hold what the strategy looks at; a day for minutes. SearchError for a block under 1.
    """
    at_least("block", block, 1)
    if count < 2:
        return np.zeros((draws, count), dtype=np.int64)
    moves = circular_blocks(count - 1, draws, block, np.random.default_rng(seed)) + 1
    return np.concatenate([np.zeros((draws, 1), dtype=np.int64), moves], axis=1)


@dataclass(frozen=True)
class DayDraw:
    """Bars [M] in their new order, and the number of the new day [M] that each stands in.

    The time of a new bar is that of its old one less the start of its old day plus the start of the new day.
    """

    bars: IntArray
    days: IntArray


def day_blocks(starts: IntArray, count: int, *, seed: int, block: int = 1, replace: bool = True) -> DayDraw:
    """Whole trading days drawn in blocks of ``block`` days, so that hours keep their spreads and sessions.

    starts: first bar of each day [D], ascending from 0; count: bars. replace False shuffles: every day once. Weekdays
    move unless the block is a multiple of a week.
    """
    edges = np.append(places(starts, what="starts of days"), count)
    days = len(edges) - 1
    if days < 1 or edges[0] != 0 or np.any(np.diff(edges) < 1):
        raise SearchError("starts of days that do not ascend from 0 to the last bar")
    at_least("block", block, 1)
    random = np.random.default_rng(seed)
    if replace:
        order = circular_blocks(days, 1, block, random)[0]
    else:
        groups = random.permutation(-(-days // block))
        order = np.concatenate([np.arange(group * block, min(days, (group + 1) * block)) for group in groups])
    sizes = np.diff(edges)[order]
    number = np.repeat(np.arange(days), sizes)
    within = np.arange(len(number)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return DayDraw((edges[:-1][order][number] + within).astype(np.int64), number.astype(np.int64))


def rebuild(
    open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray, indices: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Open, high, low, close [M] from the moves of bars ``indices`` [M], one after the other.

    Every price of an old bar is kept as a ratio to the close before it and put on the new close before. The first bar,
    and old bar 0, which has no close before it, are taken from its own open. Prices are positive; one NaN spreads to
    all bars behind it.
    """
    count = len(series(close, what="closes"))
    columns = [series(one, count, "prices") for one in (open_, high, low, close)]
    picked = places(indices, what="indices")
    if len(picked) == 0 or count == 0:
        return tuple(np.empty(0) for _ in columns)  # type: ignore[return-value]  # four, as there are columns
    if picked.min() < 0 or picked.max() >= count:
        raise SearchError(f"indices from {picked.min()} to {picked.max()} into {count} bars")
    before = np.concatenate([columns[0][:1], columns[3][:-1]])
    ratios = [column[picked] / before[picked] for column in columns]
    # A product of ratios in logs: a million bars neither overflow nor drift.
    with np.errstate(invalid="ignore", divide="ignore"):
        closes = before[picked[0]] * np.exp(np.cumsum(np.log(ratios[3])))
    base = np.concatenate([before[picked[:1]], closes[:-1]])
    opened, highest, lowest = (base * ratio for ratio in ratios[:3])
    # Rounding must not put a close outside of its bar.
    return (
        opened,
        np.maximum(highest, np.maximum(opened, closes)),
        np.minimum(lowest, np.minimum(opened, closes)),
        closes,
    )


def _levels(levels: Sequence[float]) -> tuple[float, ...]:
    for level in levels:
        between("level", level, 0.0, 1.0)
    return tuple(sorted(levels))


def _draw(
    count: int, method: Method, draws: int, block: int | None, seed: int, length: int, memory: int
) -> Iterator[tuple[slice, IntArray]]:
    """(rows, indices [rows, length]) in pieces that fit into ``memory``."""
    if method not in METHODS:
        raise SearchError(f"unknown method {method!r}", hint=unknown_name_hint(method, METHODS))
    at_least("draws", draws, 1)
    random = np.random.default_rng(seed)
    size = {"shuffle": 1, "bootstrap": 1, "block": default_block(count) if block is None else block}[method]
    deep = rows_within(memory, 6 * length)
    for first in range(0, draws, deep):
        rows = slice(first, min(draws, first + deep))
        number = rows.stop - first
        if method == "shuffle":
            yield rows, shuffles(count, number, random)
        else:
            yield rows, circular_blocks(count, number, size, random, length)
