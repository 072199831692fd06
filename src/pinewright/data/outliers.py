"""Values far from the rest, by the median and the median absolute deviation, and spikes that come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.sampling import sample
from pinewright.market import BoolArray, FloatArray, IntArray

OUTLIER_SIGMAS: Final = 30.0
WORST: Final = 5
LONGEST_SPIKE: Final = 3  # rows
NEIGHBOURS: Final = 25  # rows on each side whose changes say what is usual there
BACK: Final = 0.25  # share of a jump that may remain when a spike is over
LARGEST_SAMPLE: Final = 500_000
_NORMAL: Final = 1.4826  # sigma of a normal law in median absolute deviations


@dataclass(frozen=True)
class Outlier:
    """A value far from the rest: stamp of the bar (ms UTC), the value, and its distance from the median in sigmas."""

    time: int
    value: float
    sigmas: float


def median(values: FloatArray) -> float:
    """Median of finite values [N], NaN for none."""
    return quantile(values, 0.5)


def quantile(values: FloatArray, share: float) -> float:
    """Value below which a share of the finite values [N] lies, between two neighbours in proportion; NaN for none.

    The same as NumPy's, which looks for NaN and sorts more: this takes half the time.
    """
    if len(values) == 0:
        return float("nan")
    place = share * (len(values) - 1)
    low = int(place)
    parted = np.partition(values, low)
    value = float(parted[low])
    if place == low:
        return value
    return value + (place - low) * (float(parted[low + 1 :].min()) - value)


def robust_scale(values: FloatArray) -> tuple[float, float]:
    """Median of finite values [N], one at least, and the sigma of a normal law with their median absolute deviation.

    Where more than half of the values are alike, sigma is the mean distance from the median; 1 where all are. Of more
    than half a million values a sample of that size tells.
    """
    some = sample(values, LARGEST_SAMPLE)
    middle = median(some)
    distance = np.abs(some - middle)
    sigma = _NORMAL * median(distance)
    return middle, sigma or float(np.mean(distance)) or 1.0


def find_outliers(
    time: IntArray, values: FloatArray, middle: float, sigma: float
) -> tuple[IntArray, tuple[Outlier, ...]]:
    """Rows of ``values`` [N] beyond ``OUTLIER_SIGMAS`` of the middle, and the worst of them with their times."""
    rows = np.flatnonzero(is_outlier(values, middle, sigma))
    sigmas = (values[rows] - middle) / sigma
    worst = np.argsort(-np.abs(sigmas), kind="stable")[:WORST]
    return rows, tuple(Outlier(int(time[rows[k]]), float(values[rows[k]]), float(sigmas[k])) for k in worst)


def is_outlier(values: FloatArray, middle: float, sigma: float) -> BoolArray:
    """Which values [N] lie beyond ``OUTLIER_SIGMAS`` of the middle."""
    limit = OUTLIER_SIGMAS * sigma
    return np.asarray((values > middle + limit) | (values < middle - limit))


def spikes(prices: FloatArray, sigma: float) -> BoolArray:
    """Rows [N] of a price that jumps by more than 30 sigmas and comes back within three rows.

    sigma: of the price's changes from row to row (``robust_scale``); where the rows before or after move more than
    usual, as after news, theirs counts. Back means: no further than a quarter of the jump from the last price before
    it. A jump that stays is a move of the market, which is no spike.
    """
    marks = np.zeros(len(prices), dtype=np.bool_)
    moves = np.diff(prices)
    np.abs(moves, out=moves)
    for row in (np.flatnonzero(moves > OUTLIER_SIGMAS * sigma) + 1).tolist():
        if marks[row - 1] or marks[row]:  # the way back from a spike is a jump too, and its last price no measure
            continue
        size = moves[row - 1]
        after = prices[row + 1 : row + 1 + LONGEST_SPIKE]
        back = np.flatnonzero(np.abs(after - prices[row - 1]) <= BACK * size)
        if len(back):
            end = row + 1 + int(back[0])
            marks[row:end] = size > OUTLIER_SIGMAS * local_sigma(moves, row - 1, end)
    return marks


def local_sigma(sizes: FloatArray, start: int, stop: int) -> float:
    """Sigma of the sizes [N] in the 25 rows before ``start`` or from ``stop`` on, whichever is larger.

    The two sides are not mixed: a quiet market before news says nothing of the one after it.
    """
    sides = (sizes[max(0, start - NEIGHBOURS) : start], sizes[stop : stop + NEIGHBOURS])
    return max((_NORMAL * median(side) for side in sides if len(side)), default=0.0)
