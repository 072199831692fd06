"""The named rules of cleaning: each marks the rows that it would take away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

import numpy as np

from pinewright.data.calendar import in_session
from pinewright.data.outliers import OUTLIER_SIGMAS, is_outlier, local_sigma, robust_scale, spikes
from pinewright.data.quality import FEWEST_RETURNS, ohlc_violations
from pinewright.data.scale import SCALE_JUMP
from pinewright.data.scale import off_scale as marked_off_scale
from pinewright.data.spreads import traded_hours, traded_minutes
from pinewright.data.tick_quality import mid_moves, possible, repeated, tick_spikes
from pinewright.market import Bars, BoolArray, FloatArray, IntArray, Ticks

_PRICES: Final = ("open", "high", "low", "close")


def ticks_in_disorder(ticks: Ticks) -> BoolArray:
    """The fewest ticks without which no stamp lies before the one before."""
    return _disorder(ticks.time)


def duplicate_ticks(ticks: Ticks) -> BoolArray:
    """Ticks that are there already with the same stamp, prices and sizes; the first one stays."""
    order = np.argsort(ticks.time, kind="stable")
    marks = np.zeros(len(ticks), dtype=np.bool_)
    marks[order] = repeated(ticks.pick(order))
    return marks


def impossible_ticks(ticks: Ticks) -> BoolArray:
    """Ticks whose bid or ask is NaN, infinite, zero or negative."""
    return ~possible(ticks)


def crossed_ticks(ticks: Ticks) -> BoolArray:
    """Ticks whose ask lies below the bid."""
    return np.asarray(ticks.ask < ticks.bid)


def ticks_without_spread(ticks: Ticks) -> BoolArray:
    """Ticks whose ask equals the bid."""
    return np.asarray(ticks.ask == ticks.bid)


def ticks_outside(ticks: Ticks) -> BoolArray:
    """Ticks outside the trading week, Sunday to Friday 17:00 New York; none for crypto."""
    return ~in_session(ticks.time, ticks.symbol)


def off_scale_ticks(ticks: Ticks) -> BoolArray:
    """Ticks whose bid or ask is on another scale (three times and more) than most."""
    return _where(possible(ticks), lambda rows: marked_off_scale(ticks.bid[rows]) | marked_off_scale(ticks.ask[rows]))


def wide_ticks(ticks: Ticks) -> BoolArray:
    """Ticks in traded hours whose spread lies beyond 30 robust sigmas (median absolute deviation) of the median."""
    return _wide(ticks.ask - ticks.bid, traded_minutes(ticks.time, ticks.symbol))


def spike_ticks(ticks: Ticks) -> BoolArray:
    """Ticks whose bid or ask jumps by more than 30 robust sigmas of the ticks around it and is back within three."""

    def marked(rows: IntArray) -> BoolArray:
        good = ticks.pick(rows)
        if len(good) < FEWEST_RETURNS:
            return np.zeros(len(good), dtype=np.bool_)
        return tick_spikes(good, robust_scale(mid_moves(good))[1])

    return _where(possible(ticks), marked)


def bars_in_disorder(bars: Bars) -> BoolArray:
    """The fewest bars without which no stamp lies before the one before."""
    return _disorder(bars.time)


def duplicate_bars(bars: Bars) -> BoolArray:
    """Bars whose stamp is there already, whatever their prices; the first one stays."""
    order = np.argsort(bars.time, kind="stable")
    time = bars.time[order]
    marks = np.zeros(len(bars), dtype=np.bool_)
    marks[order[1:]] = time[1:] == time[:-1]
    return marks


def impossible_bars(bars: Bars) -> BoolArray:
    """Bars with a price that is NaN, infinite, zero or negative, or whose high or low lies inside open and close."""
    return ~_possible(bars) | ohlc_violations(bars.open, bars.high, bars.low, bars.close)


def crossed_bars(bars: Bars) -> BoolArray:
    """Bars whose ask closes below the bid; none where there is no spread."""
    return np.zeros(len(bars), dtype=np.bool_) if bars.spread is None else np.asarray(bars.spread < 0)


def bars_outside(bars: Bars) -> BoolArray:
    """Bars that open outside the trading week, Sunday to Friday 17:00 New York; none for crypto."""
    return ~in_session(bars.time, bars.symbol)


def flat_bars(bars: Bars) -> BoolArray:
    """Bars without a range and without volume; none where the feed has no volume at all."""
    if not bars.volume.any():
        return np.zeros(len(bars), dtype=np.bool_)
    return np.asarray((bars.high == bars.low) & (bars.volume == 0))


def off_scale_bars(bars: Bars) -> BoolArray:
    """Bars whose close is on another scale (three times and more) than most, or whose prices differ that much."""

    def marked(rows: IntArray) -> BoolArray:
        prices = np.stack([getattr(bars, name)[rows] for name in _PRICES])
        apart: BoolArray = prices.max(axis=0) > SCALE_JUMP * prices.min(axis=0)
        return marked_off_scale(bars.close[rows]) | apart

    return _where(_possible(bars), marked)


def wide_bars(bars: Bars) -> BoolArray:
    """Bars in traded hours whose spread lies beyond 30 robust sigmas of the median; none where there is no spread."""
    return np.zeros(len(bars), dtype=np.bool_) if bars.spread is None else _wide(bars.spread, traded_hours(bars))


def spike_bars(bars: Bars) -> BoolArray:
    """Bars whose close jumps by more than 30 robust sigmas of the bars around it and is back within three bars."""

    def marked(rows: IntArray) -> BoolArray:
        close = bars.close[rows]
        if len(close) < FEWEST_RETURNS:
            return np.zeros(len(close), dtype=np.bool_)
        return spikes(close, robust_scale(np.diff(close))[1])

    return _where(_possible(bars), marked)


def wick_bars(bars: Bars) -> BoolArray:
    """Bars whose high or low lies over 30 robust sigmas of the bars around it beyond open and close, alone so far out.

    Such a wick is one wrong tick: a move of the market is seen in the bars before or after, which reach half as far.
    """

    def marked(rows: IntArray) -> BoolArray:
        open_, high, low, close = (getattr(bars, name)[rows] for name in _PRICES)
        if len(close) < FEWEST_RETURNS:
            return np.zeros(len(close), dtype=np.bool_)
        body_high, body_low = np.maximum(open_, close), np.minimum(open_, close)
        return _alone(high - body_high, high, body_high) | _alone(body_low - low, -low, -body_low)

    return _where(_possible(bars), marked)


def _alone(wick: FloatArray, extreme: FloatArray, body: FloatArray) -> BoolArray:
    """Wicks [N] far beyond the usual, on the whole and around them, whose outer half no neighbour's extreme reaches."""
    middle, sigma = robust_scale(wick)
    far = [
        row
        for row in np.flatnonzero(wick > middle + OUTLIER_SIGMAS * sigma).tolist()
        if wick[row] > OUTLIER_SIGMAS * local_sigma(wick, row, row + 1)
    ]
    half = body[far] + wick[far] / 2
    extreme_before, extreme_after = np.append(-np.inf, extreme[:-1]), np.append(extreme[1:], -np.inf)
    marks = np.zeros(len(wick), dtype=np.bool_)
    marks[far] = (extreme_before[far] < half) & (extreme_after[far] < half)
    return marks


def _disorder(time: IntArray) -> BoolArray:
    """Rows [N] that are not in the longest run of times, taken anywhere, that do not fall (patience sorting).

    A rule by the largest time so far would take all rows after one stamp of the far future.
    """
    marks = np.zeros(len(time), dtype=np.bool_)
    if (time[1:] >= time[:-1]).all():
        return marks
    ends: list[int] = []  # the smallest time on which a run of each length can end, and its row
    rows: list[int] = []
    before = np.full(len(time), -1, dtype=np.int64)
    for row, moment in enumerate(time.tolist()):
        length = len(ends) if not ends or moment >= ends[-1] else bisect_right(ends, moment)
        if length:
            before[row] = rows[length - 1]
        ends[length : length + 1], rows[length : length + 1] = [moment], [row]
    marks[:] = True
    row = rows[-1]
    while row >= 0:
        marks[row] = False
        row = int(before[row])
    return marks


def _possible(bars: Bars) -> BoolArray:
    prices = np.stack([getattr(bars, name) for name in _PRICES])
    return np.asarray(((prices > 0) & (prices < np.inf)).all(axis=0))


def _where(good: BoolArray, rule: Callable[[IntArray], BoolArray]) -> BoolArray:
    """The marks of a rule that looks only at the good rows; the others are left to the rule for them."""
    rows = np.flatnonzero(good)
    marks = np.zeros(len(good), dtype=np.bool_)
    if len(rows):
        marks[rows] = rule(rows)
    return marks


def _wide(spread: FloatArray, traded: BoolArray) -> BoolArray:
    return _where(traded & np.isfinite(spread), lambda rows: is_outlier(spread[rows], *robust_scale(spread[rows])))


TICK_RULES: Final[dict[str, Callable[[Ticks], BoolArray]]] = {
    "disorder": ticks_in_disorder,
    "duplicates": duplicate_ticks,
    "impossible": impossible_ticks,
    "scale": off_scale_ticks,
    "crossed": crossed_ticks,
    "no-spread": ticks_without_spread,
    "wide-spread": wide_ticks,
    "spikes": spike_ticks,
    "outside-session": ticks_outside,
}

BAR_RULES: Final[dict[str, Callable[[Bars], BoolArray]]] = {
    "disorder": bars_in_disorder,
    "duplicates": duplicate_bars,
    "impossible": impossible_bars,
    "scale": off_scale_bars,
    "crossed": crossed_bars,
    "wide-spread": wide_bars,
    "spikes": spike_bars,
    "wicks": wick_bars,
    "flat": flat_bars,
    "outside-session": bars_outside,
}
