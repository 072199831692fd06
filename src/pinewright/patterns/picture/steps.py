"""The price step behind rows: prices are whole steps, so where a step takes more than a row, the rows repeat it.

The rows of opens, highs, lows and closes then lie on a grid of their own, each rounded to a whole row. The grid's
distance is found as the period at which they line up; on it the prices are exact again, but for where the grid lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray

LEAST_STEP: Final = 1.3
"""Rows of a step at least: with fewer the rounding to rows leaves nothing to see."""
MOST_STEP: Final = 64.0
LEAST_ALIGNED: Final = 0.85
"""Alignment at least, as a share of what rounding to whole rows leaves of it."""
MOST_ALIGNED: Final = 1.15
"""The same at most for steps below 2 rows; longer ones of whole rows keep all of it."""
LEAST_APART: Final = 0.06
"""Steps a little above and below 2 rows look alike: their alignments differ by so much at least, or none is told."""
LEAST_CLEAR: Final = 4.5
"""Alignment at least, in its standard deviations for rows without a grid."""
LEAST_ON: Final = 0.96
"""Share of the rows that must lie within their rounding of the grid."""


@dataclass(frozen=True)
class Steps:
    """Rows ``offset + k * step`` are whole prices."""

    step: float
    offset: float

    def snap(self, rows: IntArray | FloatArray) -> FloatArray:
        """The nearest whole prices' rows, with fractions."""
        return np.asarray(self.offset + self.step * np.round((rows - self.offset) / self.step))


def find_steps(rows: IntArray) -> Steps | None:
    """The grid of some rows [N], None where they show none: too few, steps too small, or prices off any grid."""
    if len(rows) < 40 or rows.max() - rows.min() < 8:
        return None
    values = rows.astype(np.float64)
    frequency, strengths = _spectrum(rows)
    # Whole rows cannot tell a frequency from 1 less it, but for what rounding leaves of the alignment: sinc of it.
    aligned = strengths / np.sinc(frequency)
    good = np.flatnonzero((aligned >= LEAST_ALIGNED) & ((aligned <= MOST_ALIGNED) | (frequency <= 0.5)))
    if len(good) == 0:
        return None
    # Whole parts of the true step line up as well: the longest of the good ones is the step itself.
    peak = _climb(aligned, int(good[0]))
    near = frequency[peak] + np.linspace(-1.5, 1.5, 61) * float(frequency[1] - frequency[0])
    heights = _aligned(values, near)
    strength = float(heights.max())
    best = _of_two(float(near[np.argmax(heights)]), strength)
    if best == 1.0:
        return None
    share = strength / float(np.sinc(best))
    if share < LEAST_ALIGNED or (share > MOST_ALIGNED and best > 0.5) or strength < LEAST_CLEAR / np.sqrt(len(values)):
        return None
    found = _fitted(values, float(1.0 / best))
    on = np.abs(values - found.snap(values)) <= 0.5 + 0.05 * found.step
    return found if on.mean() >= LEAST_ON else None


def _spectrum(rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """How well rows line up at each of many frequencies, from those of the longest step to those of the shortest."""
    count = np.bincount(rows - rows.min())
    size = 1 << int(np.ceil(np.log2(6 * len(count))))
    half = np.abs(np.fft.rfft(count, size)) / len(rows)
    frequency, strength = np.arange(size) / size, np.concatenate((half, half[-2:0:-1]))
    kept = (frequency >= 1.0 / MOST_STEP) & (frequency <= 1.0 / LEAST_STEP)
    return frequency[kept], strength[kept]


def _of_two(frequency: float, strength: float) -> float:
    """The frequency or 1 less it, whichever leaves that alignment; 1.0 where both may."""
    one, other = (abs(strength / float(np.sinc(each)) - 1.0) for each in (frequency, 1.0 - frequency))
    if abs(one - other) < LEAST_APART:
        return 1.0
    return frequency if one < other or 1.0 - frequency > 1.0 / LEAST_STEP else 1.0 - frequency


def _aligned(values: FloatArray, frequency: FloatArray) -> FloatArray:
    """How well values line up at each frequency: 1 where all have one phase."""
    return np.asarray(np.abs(np.exp(2j * np.pi * np.outer(frequency, values)).mean(axis=1)))


def _climb(heights: FloatArray, place: int) -> int:
    while place + 1 < len(heights) and heights[place + 1] > heights[place]:
        place += 1
    return place


def _fitted(values: FloatArray, step: float) -> Steps:
    """Step and offset by least squares over all rows."""
    phase = np.angle(np.exp(2j * np.pi * values / step).sum()) / (2 * np.pi)
    offset = float(phase * step)
    for _ in range(3):
        index = np.round((values - offset) / step)
        if index.max() - index.min() < 2:
            break
        slope, offset = (float(part) for part in np.polyfit(index, values, 1))
        step = slope
    return Steps(step, offset)
