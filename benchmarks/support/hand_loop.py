"""The crossover of ``sma_cross`` as somebody would write it by hand for numba: one strategy, one loop, nothing general.

It keeps all that decides about the figures: TradingView's compensated sums, exact crossings, market orders filled at
the next open on the tick grid, fees rounded to ten digits, drawdown against the marks inside each bar, and Sharpe and
Sortino over months. It has no book of orders, no exits, no list of trades, no inputs but the two lengths.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@numba.njit
def average(close: Floats, length: int) -> Floats:
    """ta.sma by the rolling sum of decision 0007."""
    out = np.full(len(close), np.nan)
    stored = np.empty(len(close))
    total = 0.0
    error = 0.0
    for i in range(len(close)):
        x = close[i]
        carried = abs(error)
        shifted = x + carried
        if i == 0 or (carried != 0.0 and x != 0.0 and shifted != 0.0 and carried - (shifted - x) > 0.0):
            total = 0.0
            for k in range(i, max(0, i + 1 - length) - 1, -1):
                total = close[k] + total
            error = 0.0
            stored[i] = x
        else:
            oldest = stored[i - length] if i >= length else 0.0
            gone = -oldest - error
            middle = total + gone
            new = x - ((middle - total) - gone)
            stored[i] = new
            error = ((middle + new) - middle) - new
            total = middle + new
        if i + 1 >= length:
            out[i] = total / length
    return out


@numba.njit
def ten_digits(money: float) -> float:
    if money <= 0.0:
        return money
    scale = 10.0 ** (9.0 - math.floor(math.log10(money)))
    return math.floor(money * scale + 0.5) / scale


@numba.njit
def crossover(
    close: Floats,
    opened: Floats,
    high: Floats,
    low: Floats,
    month: Ints,
    fast_length: int,
    slow_length: int,
    units: float,
    fee: float,
    capital: float,
) -> tuple[float, float, float, float, float, float, float]:
    """Net profit, trades, win rate, profit factor, drawdown, Sharpe and Sortino of one pair of lengths.

    close [N] is what the script reads, the other prices [N] lie on the tick grid; month [N] counts months; fee is a
    share of an order's value.
    """
    fast = average(close, fast_length)
    slow = average(close, slow_length)
    net = gross_profit = gross_loss = 0.0
    trades = wins = 0
    position = entry = entry_fee = 0.0
    order = 0.0
    peak = capital
    drawdown = 0.0
    state = 0
    months = 0
    mean = squares = downside = 0.0
    month_start = capital
    rate = 0.02 / 12.0
    for i in range(len(close)):
        if order != 0.0:
            price = opened[i]
            cost = ten_digits(units * price * fee)
            if position != 0.0:
                gross = position * (price - entry) * units
                profit = gross - entry_fee - cost
                net += gross - cost - entry_fee
                trades += 1
                if profit > 0.0:
                    wins += 1
                    gross_profit += profit
                else:
                    gross_loss -= profit
                peak = max(peak, capital + net)
            position = order
            order = 0.0
            entry = price
            entry_fee = cost
        if position != 0.0:
            worst = low[i] if position > 0.0 else high[i]
            drawdown = max(drawdown, peak - (capital + net - entry_fee + position * (worst - entry) * units))
        difference = fast[i] - slow[i]
        if difference == difference:
            now = 1 if difference > 0.0 else (-1 if difference < 0.0 else 0)
            if i > 0 and state != 9:
                if now > 0 and state <= 0 and position <= 0.0:
                    order = 1.0
                elif now < 0 and state >= 0 and position >= 0.0:
                    order = -1.0
            state = now
        else:
            state = 9
        if i + 1 == len(close) or month[i + 1] != month[i]:
            change = (capital + net) / month_start - 1.0 - rate
            months += 1
            step = change - mean
            mean += step / months
            squares += step * (change - mean)
            if change < 0.0:
                downside += change * change
            month_start = capital + net
    sharpe = mean / math.sqrt(squares / months) if squares > 0.0 else math.nan
    sortino = mean / math.sqrt(downside / months) if downside > 0.0 else math.nan
    factor = gross_profit / gross_loss if gross_loss > 0.0 else math.nan
    return net, float(trades), 100.0 * wins / max(trades, 1), factor, drawdown, sharpe, sortino
