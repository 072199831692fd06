"""Labels that lie on a curve: the rows of a logarithmic scale go with the logarithms of its prices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.patterns.picture.scale.labels import Label

LEAST_LABELS: Final = 4
NEAR: Final = 1.5
"""Rows that a label may lie off the curve."""
LEAST_BENT: Final = 5
"""Rows that show a bend at least."""
ROUNDED: Final = 0.3
"""Standard deviation of a row that was rounded to a whole one."""
CLEAR: Final = 4.0
"""Standard deviations that a bend is away from none at least."""
MOST_TRIED: Final = 24
"""Labels that are paired."""


def is_logarithmic(labels: Sequence[Label]) -> bool:
    """Whether more labels lie on a logarithmic scale than on a linear one, and most do."""
    count = min(len(labels), MOST_TRIED)
    rows = np.array([label.row for label in labels[:count]])
    prices = np.array([label.best / 10.0 ** max(label.decimals) for label in labels[:count]])
    real = prices > 0
    rows, prices = rows[real], prices[real]
    curved, straight = _most_on(rows, np.log(prices)), _most_on(rows, prices)
    return curved >= max(LEAST_LABELS, 0.6 * count) and curved > straight


def is_bent(rung: FloatArray, rows: FloatArray) -> bool:
    """Whether rows [n] of equal steps of price bend: by more than their rounding makes likely."""
    if len(rows) < LEAST_BENT:
        return False
    middle = rung - rung.mean()
    bent = np.polyfit(middle, rows, 2)
    left = rows - np.polyval(bent, middle)
    sigma = max(ROUNDED, float(np.sqrt(np.sum(np.square(left)) / (len(rows) - 3))))
    design = np.vander(middle, 3)
    error = sigma * float(np.sqrt(np.linalg.inv(design.T @ design)[0, 0]))
    return abs(float(bent[0])) >= CLEAR * error


def _most_on(rows: FloatArray, values: FloatArray) -> int:
    """Labels on one falling line through two of them."""
    best = 0
    for one, other in combinations(range(len(rows)), 2):
        if values[one] <= values[other]:
            continue
        slope = (rows[other] - rows[one]) / (values[other] - values[one])
        best = max(best, int((np.abs(rows[one] + slope * (values - values[one]) - rows) <= NEAR).sum()))
    return best
