"""Statistics against luck: how sure a mean is, and what the best of many trials is worth.

Formulas: Bailey and Lopez de Prado, "The Sharpe Ratio Efficient Frontier" (2012) for PSR, "The Deflated Sharpe Ratio"
(2014) for DSR and the expected maximum, "Pseudo-Mathematics and Financial Charlatanism" (2014) for the minimum length
of a backtest. Sharpe ratios are per day, not annualised. An undefined result is NaN.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray

EULER: Final = 0.5772156649015329
DAYS_A_YEAR: Final = 252
_FEW_DAYS: Final = 20
_LEAST_DAYS: Final = 5
_RESAMPLES: Final = 5_000


@dataclass(frozen=True)
class Interval:
    """Where the sum of daily profits lies with probability ``level``; NaN borders when there are under five days.

    ``method`` is ``bootstrap``, ``t`` or ``none``.
    """

    low: float
    high: float
    level: float
    method: str

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def sharpe(daily: FloatArray) -> float:
    """Mean over standard deviation (n - 1) of daily profits [D]."""
    if len(daily) < 2:
        return math.nan
    deviation = float(np.std(daily, ddof=1))
    return float(np.mean(daily)) / deviation if deviation > 0 else math.nan


def t_statistic(daily: FloatArray) -> float:
    """Of the mean of daily profits [D] against zero."""
    return sharpe(daily) * math.sqrt(len(daily))


def probabilistic_sharpe(daily: FloatArray, benchmark: float = 0.0) -> float:
    """PSR: probability that the true Sharpe ratio a day lies above ``benchmark``, given skew and kurtosis of [D] days.

    Phi[(SR - SR0) sqrt(T - 1) / sqrt(1 - g3 SR + (g4 - 1) / 4 SR^2)], g4 raw (3 for a normal distribution).
    """
    ratio, skew, kurtosis = moments(daily)
    return psr(ratio, benchmark, len(daily), skew, kurtosis)


def moments(daily: FloatArray) -> tuple[float, float, float]:
    """Sharpe ratio a day, skew and raw kurtosis (normal: 3) of daily profits [D]; NaN where there is no ratio."""
    ratio = sharpe(daily)
    if math.isnan(ratio):
        return math.nan, math.nan, math.nan
    centred = daily - np.mean(daily)
    second = float(np.mean(centred**2))
    return ratio, float(np.mean(centred**3)) / second**1.5, float(np.mean(centred**4)) / second**2


def psr(ratio: float, benchmark: float, days: int, skew: float, kurtosis: float) -> float:
    """``probabilistic_sharpe`` from its moments."""
    from scipy.special import ndtr

    variance = 1.0 - skew * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio
    if not variance > 0 or days < 2:
        return math.nan
    return float(ndtr((ratio - benchmark) * math.sqrt(days - 1) / math.sqrt(variance)))


def expected_maximum(trials: int) -> float:
    """Expected largest of ``trials`` independent standard normal values; 0 for one trial."""
    from scipy.special import ndtri

    if trials < 2:
        return 0.0
    return float((1 - EULER) * ndtri(1 - 1 / trials) + EULER * ndtri(1 - 1 / (trials * math.e)))


def luck_benchmark(ratios: FloatArray, trials: int, days: int | None = None) -> float:
    """SR0*: the Sharpe ratio a day that the best of ``trials`` worthless strategies would show.

    ratios: those of the trials that have one; their deviation says how far the trials differ. With fewer than two it is
    NaN. days: length of the series behind each of them. The formula takes all of the deviation for luck; but settings
    that bleed costs differ in truth as well, and luck alone makes at most 1 / sqrt(days - 1) where no true ratio is
    above zero. With ``days`` the deviation is capped there; None for the formula as printed.
    """
    finite = ratios[np.isfinite(ratios)]
    if len(finite) < 2:
        return math.nan
    deviation = float(np.std(finite, ddof=1))
    if days is not None:
        deviation = min(deviation, 1.0 / math.sqrt(max(1, days - 1)))
    return deviation * expected_maximum(trials)


def deflated_sharpe(daily: FloatArray, ratios: FloatArray, trials: int, days: int | None = None) -> float:
    """DSR: PSR of daily profits [D] against ``luck_benchmark``; 0.95 and more is not explained by the trials made.

    NaN under twenty days: the formula's normal approximation would call a lucky week certain.
    """
    if len(daily) < _FEW_DAYS:
        return math.nan
    benchmark = luck_benchmark(ratios, trials, days)
    return math.nan if math.isnan(benchmark) else probabilistic_sharpe(daily, benchmark)


def minimum_years(trials: int, yearly_sharpe: float = 1.0) -> float:
    """Years of data below which the best of ``trials`` worthless strategies is expected to show ``yearly_sharpe``."""
    return (expected_maximum(trials) / yearly_sharpe) ** 2


def interval(daily: FloatArray, *, seed: int, level: float = 0.9) -> Interval:
    """Interval of the sum of daily profits [D]: seeded circular block bootstrap, a t-interval under 20 days.

    Blocks of about D^(1/3) days keep what neighbouring days have in common. Under 20 days there are too few blocks, and
    under five the spread of the days is itself a guess: no interval is better than one that looks exact.
    """
    days = len(daily)
    if days < _LEAST_DAYS:
        return Interval(math.nan, math.nan, level, "none")
    tail = (1 - level) / 2
    if days < _FEW_DAYS:
        from scipy.special import stdtrit

        half = float(stdtrit(days - 1, 1 - tail)) * float(np.std(daily, ddof=1)) * math.sqrt(days)
        total = float(np.sum(daily))
        return Interval(total - half, total + half, level, "t")
    sums = _block_sums(daily, np.random.default_rng(seed))
    low, high = (float(value) for value in np.quantile(sums, (tail, 1 - tail)))
    return Interval(low, high, level, "bootstrap")


def _block_sums(daily: FloatArray, random: np.random.Generator) -> FloatArray:
    days = len(daily)
    length = max(1, round(days ** (1 / 3)))
    blocks = math.ceil(days / length)
    starts = random.integers(0, days, size=(_RESAMPLES, blocks))
    # Sums of blocks come from one cumulative sum over the series laid end to end; the last block is cut to fit.
    ends = np.concatenate([[0.0], np.cumsum(np.concatenate([daily, daily]))])
    sizes = np.full(blocks, length)
    sizes[-1] = days - length * (blocks - 1)
    return np.asarray(np.sum(ends[starts + sizes] - ends[starts], axis=1), dtype=np.float64)
