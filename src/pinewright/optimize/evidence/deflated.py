"""A Sharpe ratio after the trials that found it: PSR, DSR, and how long a record or a history must be.

The formulas of PSR, DSR and the expected maximum are those of ``statistics``. Here: how many trials the trials really
were, the minimum track record (Bailey and Lopez de Prado, "The Sharpe Ratio Efficient Frontier", 2012) and the number
of trials that a history can bear ("Pseudo-Mathematics and Financial Charlatanism", 2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.evidence.arrays import at_least, between, complete, finite, matrix, moving, series
from pinewright.optimize.statistics import (
    deflated_sharpe,
    expected_maximum,
    luck_benchmark,
    minimum_years,
    moments,
    probabilistic_sharpe,
    sharpe,
)

ALIKE: Final = 0.7
"""Correlation of daily results from which two sets count as one idea; also what the five delivered stay below."""
_MOST_SETS: Final = 2_000
_MOST_TRIALS: Final = 10**12


@dataclass(frozen=True)
class Deflated:
    """A chosen series against the trials made. All ratios are per day; NaN where undefined.

    sharpe: its Sharpe ratio. psr: probability that the true one is above zero, had nothing been tried. benchmark: what
    the best of ``trials`` worthless sets would show. dsr: probability that the true one is above that; 0.95 is asked.
    effective, effective_dsr: the same with trials that are alike counted once, never below dsr; NaN where the number
    was not given. It leaves out what choosing within an idea adds: of noise in three ideas with sixty variants each, it
    believed one run in ten.
    needed_days: track record after which dsr would reach 0.95 if nothing else changed; infinite where it never would.
    """

    sharpe: float
    psr: float
    benchmark: float
    dsr: float
    trials: int
    effective: float
    effective_dsr: float
    needed_days: float


def deflate(
    daily: FloatArray,
    ratios: FloatArray,
    trials: int,
    *,
    days: int | None = None,
    effective: float | None = None,
    confidence: float = 0.95,
) -> Deflated:
    """Daily results [T] of the chosen set against all trials.

    ratios: daily Sharpe ratios of the trials that have one [P]; trials: every trial ever made on these bars, those of
    earlier runs and other families too, at least 1. days: as in ``statistics.luck_benchmark``. effective: from
    ``effective_trials``, never above ``trials``. The verdict goes by ``dsr``; the effective one is the kinder reading.
    """
    at_least("trials", trials, 1)
    chosen, known = series(daily, what="daily results"), series(ratios, what="ratios")
    if not finite(chosen):
        nan = math.nan
        return Deflated(nan, nan, nan, nan, trials, nan, nan, nan)
    benchmark = luck_benchmark(known, trials, days)
    count = math.nan if effective is None else min(float(trials), max(1.0, effective))
    dsr = deflated_sharpe(chosen, known, trials, days)
    return Deflated(
        sharpe(chosen),
        probabilistic_sharpe(chosen),
        benchmark,
        dsr,
        trials,
        count,
        _effective(chosen, dsr, benchmark, count, days),
        minimum_track_record(chosen, benchmark, confidence),
    )


def _effective(chosen: FloatArray, dsr: float, benchmark: float, count: float, days: int | None) -> float:
    """Likeness lowers either how far the trials differ or their number, whichever lowers the benchmark more; not both,
    because a few ideas may differ little by chance, and that must not count twice.
    """
    if math.isnan(dsr) or math.isnan(count):
        return math.nan
    length = len(chosen) if days is None else days
    return probabilistic_sharpe(chosen, min(benchmark, expected_best(round(count), length)))


def track_record(ratio: float, benchmark: float, skew: float, kurtosis: float, confidence: float = 0.95) -> float:
    """MinTRL in periods: record after which PSR against ``benchmark`` reaches ``confidence``, if the moments stay.

    1 + (1 - g3 SR + (g4 - 1) / 4 SR^2) (z / (SR - SR0))^2, g4 raw; Bailey and Lopez de Prado (2012), equation 11.
    Infinite for a ratio at or below the benchmark, NaN where a moment is missing.
    """
    from scipy.special import ndtri

    between("confidence", confidence, 0.5, 1.0)
    variance = 1.0 - skew * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio
    if not all(map(math.isfinite, (ratio, benchmark, variance))) or variance <= 0:
        return math.nan
    if ratio <= benchmark:
        return math.inf
    return 1.0 + variance * (float(ndtri(confidence)) / (ratio - benchmark)) ** 2


def minimum_track_record(daily: FloatArray, benchmark: float = 0.0, confidence: float = 0.95) -> float:
    """``track_record`` in days from the moments of daily results [T]; NaN where they have no Sharpe ratio."""
    values = series(daily, what="daily results")
    if not finite(values):
        return math.nan
    ratio, skew, kurtosis = moments(values)
    return track_record(ratio, benchmark, skew, kurtosis, confidence)


def affordable_trials(years: float, yearly_sharpe: float = 1.0) -> int:
    """How many trials a history bears before luck alone is expected to show ``yearly_sharpe``; at least 1.

    The inverse of ``statistics.minimum_years``: five years bear 45 trials at a ratio of 1. At most 10^12.
    """
    if not years > 0:
        return 1
    at_least("yearly_sharpe", yearly_sharpe, 1e-9)
    low, high = 1, _MOST_TRIALS
    if minimum_years(high, yearly_sharpe) <= years:
        return high
    # Below a handful of trials the approximation of the maximum is not monotone: search where it is.
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if minimum_years(middle, yearly_sharpe) <= years else (low, middle)
    return low


def expected_best(trials: int, days: int) -> float:
    """Sharpe ratio a day that the best of ``trials`` independent worthless sets shows over ``days`` days."""
    return expected_maximum(trials) / math.sqrt(days - 1) if days > 1 else math.nan


def effective_trials(results: FloatArray, alike: float = ALIKE, *, most: int = _MOST_SETS, seed: int = 0) -> float:
    """How many different ideas the sets of results [T, P] are: clusters of correlation ``alike`` and more.

    Average linkage on 1 - correlation, cut at 1 - ``alike``. Lopez de Prado, "A Data Science Solution to the
    Multiple-Testing Crisis in Financial Research" (2019) counts clusters in place of trials; he finds them by k-means
    and silhouettes, which need restarts and may merge what differs, so that N would be too small. Sets that never move
    are one idea together, a set with a gap is one of its own, a mirrored set is another idea. Above ``most`` sets a
    seeded sample is clustered and its growth from half to whole is carried on (a power law): an estimate. 0 for no set,
    the number of sets with under three periods.
    """
    between("alike", alike, 0.0, 1.0)
    at_least("most", most, 2)
    table = matrix(results)
    periods, sets = table.shape
    if sets < 2 or periods < 3:
        return float(sets)
    if sets <= most:
        return float(_clusters(table, alike))
    sample = np.random.default_rng(seed).permutation(sets)[:most]
    whole, half = _clusters(table[:, np.sort(sample)], alike), _clusters(table[:, np.sort(sample[: most // 2])], alike)
    growth = min(1.0, max(0.0, math.log(whole / half) / math.log(most / (most // 2))))
    return float(whole * (sets / most) ** growth)


def _clusters(table: FloatArray, alike: float) -> int:
    from scipy.cluster.hierarchy import fcluster, linkage

    good, moved = complete(table), moving(table)
    alone = int(np.count_nonzero(~good)) + int(np.any(good & ~moved))
    known = table[:, moved]
    count = int(known.shape[1])
    if count < 2:
        return alone + count
    known = known - known.mean(axis=0)
    known /= np.sqrt(np.sum(known**2, axis=0))
    apart = 1.0 - known.T @ known
    condensed = np.clip(apart[np.triu_indices(count, 1)], 0.0, 2.0)
    labels = np.asarray(fcluster(linkage(condensed, "average"), 1.0 - alike, "distance"), dtype=np.int64)
    return alone + len(np.unique(labels))
