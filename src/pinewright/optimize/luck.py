"""How likely luck alone does as well as the chosen sets, given all that was tried.

Romano and Wolf's stepdown over the daily profits of the spread sets of all families of a run: alike sets share their
luck, so that a thousand neighbours do not count as a thousand ideas. Sets that the search refined towards take no part:
they are where luck was best, and a resampled history knows nothing of the climb there, so that their p-values are too
small (of noise on a rugged surface four in ten of them fell below 0.2). A refined set stands with the spread sets whose
days are like its own. The deflated Sharpe ratio beside it counts every trial as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray
from pinewright.optimize.evidence import stepdown
from pinewright.optimize.sample import Sample

ALIKE: Final = 0.5
"""Least correlation of days with which a spread set speaks for a refined one."""

BLOCK: Final = 1.0
"""Days are drawn one by one. What a position makes on one day says little of the next, and blocks of the customary
length with the scale that belongs to them reject worthless sets too often on short histories: of 120 normal sets over
80 days a p-value of 0.2 was reached in 41 % of the cases, by single days in 21 %.
"""


def chances(samples: Sequence[Sample], chosen: Sequence[tuple[int, int]], *, seed: int, searches: float) -> FloatArray:
    """P-value of each chosen set [C], adjusted for all sets of ``samples`` and for earlier searches.

    chosen: number of the sample and trial in its search, which must be in the sample. searches: how many searches of
    this size these data have seen, this one included, 1 or more: with q independent ones the chance that one of them
    looks as good is 1 - (1 - p)^q. NaN where no spread set is like the chosen one, or there are under ten days.
    """
    days = {len(one.daily) for one in samples}
    if len(days) != 1:
        return np.full(len(chosen), np.nan)
    adjusted = stepdown(np.hstack([one.daily[:, one.spread] for one in samples]), block=BLOCK, seed=seed).adjusted
    first = np.concatenate([[0], np.cumsum([np.count_nonzero(one.spread) for one in samples])])
    found = np.array(
        [_least(adjusted[first[number] : first[number + 1]], samples[number], trial) for number, trial in chosen]
    )
    return np.asarray(1.0 - (1.0 - found) ** max(1.0, searches), dtype=np.float64)


def gain(drawn: Sample, trial: int, default: FloatArray, *, seed: int, money: bool = False) -> float:
    """P-value of one set against the ``default`` [D], adjusted for all sets of the sample; both in units of their own
    deviation, so that a set is better by what it earns for its risk and not by its size, or as ``money``. NaN as in
    ``chances``.
    """
    if len(default) != len(drawn.daily):
        return float("nan")
    sets, own = drawn.daily[:, drawn.spread], default[:, None]
    if not money:
        sets, own = _even(sets), _even(own)
    found = stepdown(sets, own[:, 0], block=BLOCK, seed=seed)
    return _least(found.adjusted, drawn, trial)


def _least(adjusted: FloatArray, drawn: Sample, trial: int) -> float:
    """The smallest p-value of the spread sets that are like a trial."""
    near = adjusted[_alike(drawn, trial) & ~np.isnan(adjusted)]
    return float(near.min()) if len(near) else float("nan")


def _alike(drawn: Sample, trial: int) -> BoolArray:
    """[U] which spread sets have days like those of a trial."""
    known = drawn.daily[:, drawn.spread]
    own = drawn.daily[:, drawn.column(trial)]
    left, right = own - own.mean(), known - known.mean(axis=0)
    scale = np.sqrt(np.sum(left**2) * np.sum(right**2, axis=0))
    return np.asarray((left @ right) >= ALIKE * np.where(scale > 0, scale, np.inf), dtype=np.bool_)


def _even(daily: FloatArray) -> FloatArray:
    """Days [D, S] in units of each set's deviation; a set that never moves stays 0."""
    deviation = np.std(daily, axis=0, ddof=1) if len(daily) > 1 else np.zeros(daily.shape[1])
    return np.asarray(daily / np.where(deviation > 0, deviation, np.inf), dtype=np.float64)
