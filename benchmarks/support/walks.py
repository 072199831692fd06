"""Random walks with clusters of volatility on the market's clock, and the drift that makes a rule earn on one.

A bar's move is its volatility times a Student draw of 6 degrees of freedom: volatility is a base of 7.5 % a year times
the hour's habit times a log-normal autoregression (half-life two days). Weekends end in a gap. A walk has no drift, no
memory of direction and no hour of its own, so no rule on past prices has an expected profit before costs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.data.calendar import expected_bars, session_minute, trading_day
from pinewright.data.simulate import SIMULATED_END
from pinewright.market import DAY, BoolArray, FloatArray, IntArray, Symbol, Timeframe

LEVEL: Final = 1.10
YEARLY: Final = 0.075
HABIT: Final = (0.7, 0.7, 0.8, 1.1, 1.3, 1.3, 1.2, 1.1, 1.5, 1.5, 1.5, 1.4, 1.1, 0.9, 0.7, 0.6, 0.5, 0.4, 0.5, 0.6)
"""Volatility by New York hour from 0 to 19, and 0.7 from there on."""
CLUSTER_DAYS: Final = 2.0
CLUSTER: Final = 0.35
GAP: Final = 2.0
"""Of a bar's volatility, over a weekend."""
PASSES: Final = 6
CALM: Final = 0.25
"""Power of what makes one hour wilder than another in a market with pins: no ordinary bar looks like one."""
QUIET: Final = 2 / 3
MOST: Final = 2.0
SHORTEST: Final = 0.05
PIN: Final = 4.0
PIN_WAIT: Final = 4.0


@dataclass(frozen=True)
class Market:
    """A walk of N bars in whole ticks, all columns [N].

    gap: from the close before to the open; move: from open to close, both without a drift; close: as it was made of
    them, or with a drift; size: volatility of the bar; up, down: uniform draws for the extremes; pin: how much further
    the high (above 0) or the low (below 0) reaches. ``start``: price before the first bar.
    """

    symbol: Symbol
    timeframe: Timeframe
    time: IntArray
    gap: IntArray
    move: FloatArray
    size: FloatArray
    up: FloatArray
    down: FloatArray
    close: IntArray
    pin: FloatArray
    start: int
    warmup: int

    def prices(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Open, high, low, close [N] on the tick grid; extremes by the law of a Brownian bridge."""
        opened: IntArray = np.concatenate([[self.start], self.close[:-1]]) + self.gap
        body = (self.close - opened).astype(np.float64) ** 2
        top = (opened + self.close + np.sqrt(body - 2.0 * self.size**2 * np.log(self.up))) / 2
        bottom = (opened + self.close - np.sqrt(body - 2.0 * self.size**2 * np.log(self.down))) / 2
        tick = self.symbol.mintick
        top, bottom = top + np.maximum(self.pin, 0.0), bottom + np.minimum(self.pin, 0.0)
        found = (opened, np.rint(top), np.rint(bottom), self.close)
        open_, high, low, close = (
            on_grid(np.asarray(column * tick, dtype=np.float64), self.symbol) for column in found
        )
        return open_, high, low, close


def on_grid(price: FloatArray, symbol: Symbol) -> FloatArray:
    """Prices on the tick grid, as the float64 nearest to their decimal text."""
    grid: FloatArray = np.rint(price / symbol.mintick) / round(1 / symbol.mintick)
    return grid


def random_market(seed: int, timeframe: Timeframe, years: float, warmup: int) -> Market:
    """A walk over ``years`` of EUR/USD's trading hours before the simulation's fixed end, after ``warmup`` bars."""
    symbol = Symbol.get("EURUSD")
    reach = round((years + 0.1) * 365.25) * DAY + 2 * warmup * timeframe.milliseconds
    time = expected_bars(SIMULATED_END - reach, SIMULATED_END, timeframe, symbol)
    first = int(np.searchsorted(time, SIMULATED_END - round(years * 365.25 * DAY)))
    time = time[first - warmup :]
    random = np.random.default_rng(seed)
    count = len(time)
    size = _volatility(time, timeframe, symbol, random)
    draws = random.standard_t(6, count) / math.sqrt(6 / 4)
    move = size * draws
    closed = np.diff(time, prepend=time[0]) > timeframe.milliseconds
    gap = np.where(closed, np.rint(GAP * size * random.standard_normal(count)), 0).astype(np.int64)
    up, down = 1.0 - random.random(count), 1.0 - random.random(count)
    start = round(LEVEL / symbol.mintick)
    close = start + np.cumsum(gap + np.rint(move).astype(np.int64))
    return Market(symbol, timeframe, time, gap, move, size, up, down, close, np.zeros(count), start, warmup)


def _volatility(time: IntArray, timeframe: Timeframe, symbol: Symbol, random: np.random.Generator) -> FloatArray:
    """Ticks a bar [N]."""
    from scipy.signal import lfilter

    hours = np.array((*HABIT, *(0.7,) * (24 - len(HABIT))))
    habit = hours[session_minute(time, symbol) // 60] / math.sqrt(float(np.mean(hours**2)))
    a_year = 260 * 1440 / timeframe.minutes
    factor = 0.5 ** (timeframe.minutes / (CLUSTER_DAYS * 1440))
    noise = random.standard_normal(len(time)) * CLUSTER * math.sqrt(1.0 - factor**2)
    cluster = np.exp(lfilter([1.0], [1.0, -factor], noise) - CLUSTER**2)
    found: FloatArray = LEVEL * YEARLY / math.sqrt(a_year) / symbol.mintick * habit * cluster
    return found


def with_pins(market: Market, seed: int) -> tuple[Market, IntArray]:
    """The walk calmed, with pins: about every fourth bar has a wick of 4 of its volatility below or above, by a fair
    coin, which nothing of its close shows. Also the direction that the last pin points to at each close [N], 0 before
    the first: up after a wick below. Without a drift a pin tells nothing of anything to come.
    """
    random = np.random.default_rng([seed, 31])
    count = len(market.time)
    usual = float(np.sqrt(np.mean(market.size**2)))
    size = QUIET * usual * (market.size / usual) ** CALM
    move = size * np.clip(random.standard_normal(count), -MOST, MOST)
    places = np.cumsum(random.geometric(1.0 / PIN_WAIT, count))
    places = places[places < count]
    sign = random.choice(np.array([-1, 1]), len(places))
    pin = np.zeros(count)
    pin[places] = -sign * PIN * size[places]
    state = np.zeros(count, dtype=np.int64)
    state[places] = sign
    state = state[np.maximum.accumulate(np.where(state != 0, np.arange(count), 0))]
    reach = np.maximum(market.up, SHORTEST), np.maximum(market.down, SHORTEST)
    calm = replace(market, move=move, size=size, pin=pin, up=reach[0], down=reach[1])
    return replace(calm, close=_closes(calm, move)), state


def with_drift(market: Market, state: IntArray, ratio: float, stretches: int, spread_pips: float) -> IntArray:
    """Closes [N] in ticks with a drift on which ``state`` [N] at each close, held from the next open, earns ``ratio`` a
    year after costs, in equal shares over ``stretches`` stretches of as many trading days.
    """
    first, last = market.warmup, len(market.time)
    held = np.zeros(last, dtype=np.int64)
    # No order before the close of the first bar after the warm-up, and the position stays until the next pin.
    held[first + 1 :] = np.where(_begun(state, first)[first:-1], state[first:-1], 0)
    before = np.concatenate([[0], held[:-1]])
    cost = np.abs(held - before) * spread_pips * market.symbol.pip / market.symbol.mintick / 2
    still = before * market.gap - cost
    day = trading_day(market.time, market.symbol)
    starts = first + np.flatnonzero(np.diff(day[first:], prepend=day[first] - 1))
    cuts = [*(int(starts[len(starts) * k // stretches]) for k in range(stretches)), last]
    deviation = float(np.std(np.add.reduceat((still + held * market.move)[first:], starts - first), ddof=1))
    move = market.move
    for _ in range(PASSES):
        drift = np.zeros(last)
        for k in range(stretches):
            part = slice(cuts[k], cuts[k + 1])
            days = np.count_nonzero((starts >= cuts[k]) & (starts < cuts[k + 1]))
            wanted = ratio / math.sqrt(252) * deviation * days
            earned = float(np.sum((still + held * market.move)[part]))
            drift[part] = (wanted - earned) / float(np.sum((market.size * np.abs(held))[part]))
        move = market.move + drift * held * market.size
        deviation = float(np.std(np.add.reduceat((still + held * move)[first:], starts - first), ddof=1))
    return _closes(market, move)


def _begun(state: IntArray, first: int) -> BoolArray:
    """Closes [N] from the first change of state at or after bar ``first`` on."""
    fresh = np.diff(state, prepend=0) != 0
    fresh[:first] = False
    begun: BoolArray = np.cumsum(fresh) > 0
    return begun


def _closes(market: Market, move: FloatArray) -> IntArray:
    """Whole ticks; what rounding takes from one bar it gives to the next."""
    return market.start + np.cumsum(market.gap) + np.rint(np.cumsum(move)).astype(np.int64)
