"""The way of the price as points, for runs that need more of it than open, high, low and close of one price.

Each bar has four points a segment, in the order in which the emulator goes; a segment is the bar itself or a finer bar
inside it. Between segments, as between bars, nothing is traded: where the next one opens elsewhere the price jumps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.backtest.execution import Execution, nights_before
from pinewright.backtest.magnifier import choose_finer, segments, told
from pinewright.backtest.state import AT_HIGH, AT_LOW, BARRED, CHECK, JUMP, SHUT
from pinewright.data.calendar import bar_close
from pinewright.data.grid import price_step
from pinewright.errors import BacktestError
from pinewright.market import Bars, FloatArray, IntArray, Side

PRICES: Final = ("open", "high", "low", "close")


CACHE_LINE: Final = 64
"""Bytes."""


def on_grid(price: FloatArray, mintick: float) -> FloatArray:
    """Prices [N] moved to the grid, half a step upwards: TradingView's rule for what lies between two ticks."""
    moved: FloatArray = np.floor(price / mintick + 0.5) * mintick
    return moved


@dataclass(frozen=True)
class Quotes:
    """Bid and ask [4, N] on the tick grid, rows in the order of ``PRICES``; one array where fills know one price."""

    bid: FloatArray
    ask: FloatArray

    def take(self, rows: IntArray) -> Quotes:
        return Quotes(self.bid[:, rows], self.ask[:, rows])


@dataclass(frozen=True)
class Way:
    """The arrays of ``BarView`` that a run in detail needs, by name; the note is for the user, empty for none."""

    arrays: dict[str, FloatArray | IntArray]
    note: str = ""


def quotes(bars: Bars, execution: Execution) -> Quotes:
    """The two prices at which orders on some bars are filled.

    BacktestError where fills need a spread that the bars have not, or the bars of the other side do not fit.
    """
    tick = bars.symbol.mintick
    own = np.stack([getattr(bars, name) for name in PRICES])
    if execution.fills == "bars":
        moved = on_grid(own, price_step(bars.close, tick))
        return Quotes(moved, moved)
    if execution.opposite is not None:
        other = np.stack([getattr(_fitting(bars, execution.opposite), name) for name in PRICES])
        pair = on_grid(own, tick), on_grid(other, tick)
        return Quotes(*pair) if bars.side is Side.BID else Quotes(*pair[::-1])
    spread = _spread(bars)
    if bars.side is Side.MID:
        return Quotes(on_grid(own - spread / 2, tick), on_grid(own + spread / 2, tick))
    moved, spread = on_grid(own, tick), on_grid(spread, tick)
    if bars.side is Side.BID:
        return Quotes(moved, on_grid(moved + spread, tick))
    return Quotes(on_grid(moved - spread, tick), moved)


def way_through(
    bars: Bars, time_close: FloatArray, execution: Execution, given: tuple[Bars, ...], magnified: bool
) -> Way:
    """The points of the way through all bars, and the broker's view of each bar as their extremes.

    time_close [N]: ms UTC as floats. given: further bars, of which the bar magnifier takes its own. Errors as in
    ``quotes`` and ``choose_finer``.
    """
    finer = choose_finer(bars, given) if magnified else None
    start, row = segments(bars, time_close, finer)
    own = quotes(bars, execution)
    bar = np.repeat(np.arange(len(bars)), np.diff(start))
    inside = own.take(bar)
    opens, closes = bars.time[bar], time_close[bar].astype(np.int64)
    fine = row >= 0
    if finer is not None:
        taken = row[fine]
        inside.bid[:, fine], inside.ask[:, fine] = _inside(finer, taken, execution, own, bar[fine])
        opens[fine] = finer.time[taken]
        closes[fine] = bar_close(finer.time[taken], finer.timeframe, bars.symbol)
    note = "" if finer is None else told(bars, finer, int(np.count_nonzero(fine[start[:-1]])))
    _end_with(inside, own, start[1:] - 1)
    points = _points(inside)
    marks = _marks(inside, start, opens, closes, execution)
    first = start[:-1]
    view = {
        **broker_view(_extremes(inside.bid, own.bid, first), "candles", "fill_"),
        **broker_view(_extremes(inside.ask, own.ask, first), "ask_candles", "ask_"),
        "way_bid": points.bid.ravel(),
        "way_ask": points.ask.ravel(),
    }
    whole = {"way_start": 4 * start, "way_marks": marks, "nights": _nights(bars, execution)}
    return Way({name: np.ascontiguousarray(array) for name, array in (view | whole).items()}, note)


def _extremes(inside: FloatArray, own: FloatArray, first: IntArray) -> FloatArray:
    """Bars [4, N] out of the finer bars inside them, ``first`` the first of each; the close is the bar's own."""
    high, low = np.maximum.reduceat(inside[1], first), np.minimum.reduceat(inside[2], first)
    return np.stack([inside[0, first], high, low, own[3]])


def broker_view(prices: FloatArray, candles: str, extreme: str) -> dict[str, FloatArray]:
    """One side of bars [4, N] as the broker reads it: bar by bar by the name ``candles``, highs and lows in rows."""
    lines = aligned(prices.size)
    lines.reshape(-1, len(prices))[:] = prices.T
    high, low = (np.ascontiguousarray(prices[place]) for place in (AT_HIGH, AT_LOW))
    return {candles: lines, f"{extreme}high": high, f"{extreme}low": low}


def aligned(size: int) -> FloatArray:
    """Memory [size] that begins with a line of the cache."""
    memory = np.empty(size + CACHE_LINE // 8)
    start = -memory.ctypes.data % CACHE_LINE // 8
    return memory[start : start + size]


def _inside(
    finer: Bars, taken: IntArray, execution: Execution, own: Quotes, bar: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Bid and ask [4, K] of finer bars; those without a spread of their own have that of their chart bar's close."""
    alone = replace(execution, opposite=None)
    if execution.fills == "bid-ask" and finer.spread is None:
        gap = np.zeros(len(finer))
        gap[taken] = own.ask[3, bar] - own.bid[3, bar]
        finer = replace(finer, spread=gap)
    found = quotes(finer, alone).take(taken)
    return found.bid, found.ask


def _end_with(inside: Quotes, own: Quotes, last: IntArray) -> None:
    """Lets the last segment of each bar end at the bar's own close, which the script sees."""
    for side, whole in ((inside.bid, own.bid), (inside.ask, own.ask)):
        side[3, last] = whole[3]
        side[1, last] = np.maximum(side[1, last], whole[3])
        side[2, last] = np.minimum(side[2, last], whole[3])


def _points(inside: Quotes) -> Quotes:
    """Points [S, 4] in the order of the way: the nearer extreme of the bid first, a tie counts as nearer to the low."""
    opened, high, low, _ = inside.bid
    order = np.where(high - opened < opened - low, [[0], [1], [2], [3]], [[0], [2], [1], [3]])
    return Quotes(*(np.take_along_axis(side, order, axis=0).T for side in (inside.bid, inside.ask)))


def _marks(inside: Quotes, start: IntArray, opens: IntArray, closes: IntArray, execution: Execution) -> IntArray:
    """What is done at each point [4 S]; see ``state``."""
    marks = np.full((len(opens), 4), CHECK, dtype=np.int64)
    marks[:, 3] = 0
    jumps = np.ones(len(opens), dtype=np.bool_)
    for side in (inside.bid, inside.ask):
        jumps[1:] &= side[0, 1:] == side[3, :-1]
    jumps = ~jumps
    jumps[start[:-1]] = True
    marks[jumps, 0] |= JUMP
    if execution.blackout is not None:
        open_inside = execution.blackout.holds(opens)
        marks[open_inside, 0] |= SHUT | BARRED
        touched = execution.blackout.touches(opens, closes)
        marks[touched, 1:] |= SHUT
        marks[touched, 1:3] |= BARRED
        marks[execution.blackout.holds(closes), 3] |= BARRED
    return marks.ravel()


def _nights(bars: Bars, execution: Execution) -> IntArray:
    return np.zeros(len(bars), dtype=np.int64) if execution.swap is None else nights_before(bars.time)


def _spread(bars: Bars) -> FloatArray:
    if bars.spread is None:
        raise BacktestError(
            f"fills at bid and ask need a spread, and the {bars.side.value} bars of {bars.symbol.name} have none",
            hint="give bars with a spread column or with bid and ask, or bars of the other side",
        )
    if not (np.isfinite(bars.spread) & (bars.spread >= 0.0)).all():
        bad = int(np.argmin(np.isfinite(bars.spread) & (bars.spread >= 0.0)))
        raise BacktestError(f"spread of {bars.spread[bad]} in bar {bad}", hint="the ask is not below the bid")
    return bars.spread


def _fitting(bars: Bars, other: Bars) -> Bars:
    """Bars of the other side, checked against these."""
    sides = {bars.side, other.side}
    if sides != {Side.BID, Side.ASK}:
        raise BacktestError(
            f"{other.side.value} bars do not complete {bars.side.value} bars",
            hint="bid bars need ask bars, and ask bars bid bars",
        )
    if other.symbol.name != bars.symbol.name or other.timeframe != bars.timeframe:
        raise BacktestError(f"{other.description} are not the other side of {bars.description}")
    if not np.array_equal(other.time, bars.time):
        raise BacktestError(
            f"the {other.side.value} bars do not have the stamps of the {bars.side.value} bars",
            hint="give both sides of the same file or feed, over the same hours",
        )
    return other
