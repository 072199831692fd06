"""The grid on which prices lie: which decimal step it is, and whether it is the symbol's tick."""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.data.sampling import sample
from pinewright.market import FloatArray

OFF_GRID_TOLD: Final = 0.01
"""Share of closes off the tick from which on it is told."""
SAMPLE: Final = 20_000
_STEPS: Final = tuple(step * 10.0**power for power in range(1, -9, -1) for step in (1.0, 0.5))
_OFF_STEP: Final = 0.005  # share of prices that may lie off a step


def off_grid_share(prices: FloatArray, step: float) -> float:
    """Share of prices [N] that are no multiple of ``step`` (to a thousandth of a step)."""
    units = prices / step
    return float(np.mean(~(np.abs(units - np.rint(units)) < 1e-3))) if len(prices) else 0.0


def tick_step(prices: FloatArray) -> float | None:
    """Largest decimal step (1, 0.5, 0.1, ...) on which 99.5 % of the prices (20,000 at most) lie, else None."""
    some = sample(prices, SAMPLE)
    for step in _STEPS:
        if len(some) and off_grid_share(some, step) <= _OFF_STEP:
            return float(f"{step:.1e}")
    return None


def price_step(prices: FloatArray, mintick: float) -> float:
    """The step in which prices [N] move: the tick, or a part of it where more than 1 % of the prices lie between ticks.

    Mid prices have half a tick. The tick too where the prices lie on no decimal step at all, or where the step found is
    no part of it: such prices have no grid of their own.
    """
    if off_grid_share(prices, mintick) <= OFF_GRID_TOLD:
        return mintick
    step = tick_step(prices)
    if step is None or step >= mintick or off_grid_share(np.array([mintick]), step) > 0.0:
        return mintick
    return step
