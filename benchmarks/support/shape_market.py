"""Markets for the mining of shapes: walks with a real file's volatility, its days in another order, a planted shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.market import Bars, FloatArray, IntArray
from pinewright.optimize.reorder import reordered

PLANTED: Final = (0.0, 0.9, 0.3, 1.3, 0.5, 1.7, -0.2, 0.7, -0.9, -0.3, -1.5, -1.1, -0.2)
"""Corners of the planted shape, at even distances: rises in steps, breaks, and turns at the end."""


def signed_walk(bars: Bars, seed: int) -> Bars:
    """The bars with the sign of each drawn anew: each bar as large as it was, when it was, and no direction in them."""
    generator = np.random.default_rng([seed, 1])
    sign = generator.integers(0, 2, len(bars)) * 2.0 - 1.0
    before = np.append(bars.open[0], bars.close[:-1])
    parts = [np.log(one / before) for one in (bars.open, bars.high, bars.low, bars.close)]
    opened, high, low, closed = (sign * part for part in parts)
    high, low = np.where(sign > 0, high, low), np.where(sign > 0, low, high)
    return _rebuilt(bars, opened, high, low, closed)


def shuffled_days(bars: Bars, seed: int) -> Bars:
    """The trading days in another order, one by one."""
    return reordered(bars, seed, 1)


def _rebuilt(bars: Bars, opened: FloatArray, high: FloatArray, low: FloatArray, closed: FloatArray) -> Bars:
    """Bars from log moves against the close before, on the tick grid."""
    before = np.log(bars.open[0]) + np.append(0.0, np.cumsum(closed)[:-1])
    places = bars.symbol.price_digits
    columns = [np.round(np.exp(before + part), places) for part in (opened, high, low, closed)]
    top = np.maximum(np.maximum(columns[0], columns[3]), columns[1])
    bottom = np.minimum(np.minimum(columns[0], columns[3]), columns[2])
    return replace(bars, open=columns[0], high=top, low=bottom, close=columns[3], invented=True)


@dataclass(frozen=True)
class Plan:
    """What is planted. count: insertions; length: bars of the shape, before the warp; size: its deviation in those of a
    bar times the root of the length; noise: of each step, in those of a bar; warp: change of pace and length at most;
    drift: whole move after it, in deviations of ``horizon`` bars.
    """

    count: int = 160
    length: int = 32
    size: float = 0.8
    noise: float = 0.6
    warp: float = 0.12
    drift: float = 0.9
    horizon: int = 16


def planted(bars: Bars, seed: int, plan: Plan | None = None) -> tuple[Bars, IntArray]:
    """A signed walk with a shape planted at random places and a rise after it; and the last bars of the insertions."""
    plan = plan or Plan()
    base = signed_walk(bars, seed)
    generator = np.random.default_rng([seed, 2])
    closed = np.log(base.close / np.append(base.open[0], base.close[:-1]))
    before = np.append(base.open[0], base.close[:-1])
    opened, high, low = (np.log(one / before) for one in (base.open, base.high, base.low))
    room = 3 * plan.length + plan.horizon
    slots = generator.permutation(np.arange(room, len(bars) - room, room))[: plan.count]
    ends = []
    for start in np.sort(slots + generator.integers(0, plan.length, len(slots))).tolist():
        length = round(plan.length * (1.0 + generator.uniform(-plan.warp, plan.warp)))
        scale = float(np.std(closed[start - plan.length : start + plan.length + plan.horizon]))
        pace = np.exp(generator.uniform(-plan.warp, plan.warp, length))
        at = np.append(0.0, np.cumsum(pace)) / np.sum(pace) * (len(PLANTED) - 1)
        path = np.interp(at, np.arange(len(PLANTED)), PLANTED)
        steps = np.diff(path / np.std(path)) * plan.size * scale * np.sqrt(plan.length)
        steps = steps + generator.normal(0.0, plan.noise * scale, length)
        stop = start + length
        closed[start:stop] = steps
        opened[start:stop] = 0.0
        high[start:stop] = np.maximum(steps, 0.0) + 0.3 * scale
        low[start:stop] = np.minimum(steps, 0.0) - 0.3 * scale
        drift = plan.drift * scale * np.sqrt(plan.horizon) / plan.horizon
        # From the first bar after the next open.
        closed[stop + 1 : stop + 1 + plan.horizon] += drift
        high[stop + 1 : stop + 1 + plan.horizon] += drift
        ends.append(stop - 1)
    return _rebuilt(bars, opened, high, low, closed), np.array(ends, dtype=np.int64)
