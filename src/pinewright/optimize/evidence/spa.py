"""Many sets against one benchmark at once: is the best of them better, and which ones are?

White, "A Reality Check for Data Snooping" (2000); Hansen, "A Test for Superior Predictive Ability" (2005); Romano and
Wolf, "Stepwise Multiple Testing as Formalized Data Snooping" (2005), with adjusted p-values as in their "Efficient
computation of adjusted p-values" (2016). All resample by the stationary bootstrap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence.arrays import MEMORY, at_least, matrix, moving, rows_within, series
from pinewright.optimize.evidence.resampling import default_block, stationary_bootstrap, times_drawn

_FEWEST: Final = 10
"""Periods under which a bootstrap of them says nothing."""


@dataclass(frozen=True)
class SuperiorAbility:
    """P-values of: no set is better than the benchmark.

    lower, consistent, upper: Hansen's three, quote the consistent one; upper counts poor sets as if they were as good
    as the benchmark, lower leaves out all that are worse. reality_check: White's, without dividing by the deviation.
    statistic: largest t-statistic (0 where none is above zero); best: its set, -1 where there is none. sets: how many
    took part. A p-value is at least 1 / (draws + 1); NaN with no set or under ten periods.
    """

    lower: float
    consistent: float
    upper: float
    reality_check: float
    statistic: float
    best: int
    sets: int


@dataclass(frozen=True)
class Stepdown:
    """Adjusted p-value of each set [P]: those at or below a level hold together with at most that chance of a false
    one among them. statistics [P]: their t-statistics. NaN for a set that did not take part.
    """

    adjusted: FloatArray
    statistics: FloatArray


@dataclass(frozen=True)
class _Race:
    """Differences to the benchmark [T, U] of the sets ``used`` [U], their means, scales sqrt(T) / deviation, t."""

    differences: FloatArray
    used: IntArray
    means: FloatArray
    scales: FloatArray
    statistics: FloatArray


def superior_ability(
    results: FloatArray,
    benchmark: FloatArray | None = None,
    *,
    seed: int,
    draws: int = 1_000,
    block: float | None = None,
    studentised: bool = True,
    memory: int = MEMORY,
) -> SuperiorAbility:
    """SPA and reality check of results [T, P] against ``benchmark`` [T], or against doing nothing.

    block: mean length of a block in periods, by default T^(1/3). studentised False takes plain means in Hansen's
    statistic as well, which is what ``arch`` computes (it uses deviations to tell poor sets only). Sets with a gap, and
    those that never differ from the benchmark by a changing amount, take no part. The p-values say nothing of sets that
    are not in the matrix.
    """
    at_least("draws", draws, 1)
    race = _race(results, benchmark, block, memory)
    if race is None:
        return SuperiorAbility(math.nan, math.nan, math.nan, math.nan, math.nan, -1, 0)
    periods, sets = race.differences.shape
    root = math.sqrt(periods)
    plain = np.full(sets, root)
    scales = race.scales if studentised else plain
    poor = race.statistics < -math.sqrt(2 * math.log(math.log(periods)))
    centres = (np.maximum(race.means, 0.0), np.where(poor, 0.0, race.means), race.means, race.means)
    factors = (scales, scales, scales, plain)
    tops = np.zeros((4, draws))
    for rows, columns, means in _resampled(race.differences, block, seed, draws, memory):
        for number, (centre, factor) in enumerate(zip(centres, factors, strict=True)):
            # Hansen's statistic never falls below zero, in the draws as in the truth.
            found = np.max((means - centre[columns]) * factor[columns], axis=1)
            np.maximum(tops[number, rows], found, out=tops[number, rows])
    real = [max(0.0, float(np.max(race.means * factor))) for factor in factors]
    chance = [(1 + int(np.count_nonzero(tops[number] >= real[number]))) / (draws + 1) for number in range(4)]
    best = int(np.argmax(race.means * scales))
    winner = int(race.used[best]) if race.means[best] > 0 else -1
    return SuperiorAbility(chance[0], chance[1], chance[2], chance[3], real[0], winner, sets)


def stepdown(
    results: FloatArray,
    benchmark: FloatArray | None = None,
    *,
    seed: int,
    draws: int = 1_000,
    block: float | None = None,
    studentised: bool = True,
    memory: int = MEMORY,
) -> Stepdown:
    """Romano and Wolf's stepdown: which of P sets beat the benchmark, with the chance of any false one under control.

    Arguments as in ``superior_ability``. Each set is compared with the best of those not yet judged, under means set to
    the benchmark; the first adjusted p-value is Hansen's upper one. Deviations are estimated once, not in every draw.
    """
    at_least("draws", draws, 1)
    race = _race(results, benchmark, block, memory)
    sets = matrix(results).shape[1]
    adjusted, statistics = np.full(sets, np.nan), np.full(sets, np.nan)
    if race is None:
        return Stepdown(adjusted, statistics)
    scales = race.scales if studentised else np.full(len(race.used), math.sqrt(len(race.differences)))
    real = race.means * scales
    # From the worst to the best, so that one running maximum serves all the steps.
    order = np.argsort(real, kind="stable")
    exceeded, carry = np.zeros(len(order), dtype=np.int64), np.zeros(draws)
    for rows, columns, means in _resampled(race.differences, block, seed, draws, memory, order):
        tops = (means - race.means[order][columns]) * scales[order][columns]
        tops[:, 0] = np.maximum(tops[:, 0], carry[rows])
        np.maximum.accumulate(tops, axis=1, out=tops)
        carry[rows] = tops[:, -1]
        exceeded[columns] += np.count_nonzero(tops >= np.maximum(real[order][columns], 0.0), axis=0)
    chance = (1 + exceeded[::-1]) / (draws + 1)
    adjusted[race.used[order[::-1]]] = np.maximum.accumulate(chance)
    statistics[race.used] = real
    return Stepdown(adjusted, statistics)


def long_run_deviation(values: FloatArray, block: float, *, memory: int = MEMORY) -> FloatArray:
    """Deviation [P] of sqrt(T) times the mean of values [T, P] under the stationary bootstrap.

    Autocovariances weighted with (1 - i/T) (1 - q)^i + (i/T) (1 - q)^(T - i), q = 1 / block: Politis and Romano (1994),
    lemma 1. Summed in the frequency domain: one transform instead of T lags.
    """
    from scipy.fft import next_fast_len, rfft

    periods = len(values)
    lags = np.arange(periods)
    stay = 1 - 1 / block
    weights = 2 * ((1 - lags / periods) * stay**lags + lags / periods * stay ** (periods - lags))
    weights[0] = 1.0
    size = next_fast_len(2 * periods - 1, real=True)
    kernel = np.real(rfft(weights, size)) * 2 / (periods * size)
    kernel[0] /= 2
    if size % 2 == 0:
        kernel[-1] /= 2
    found = np.empty(values.shape[1])
    width = rows_within(memory, 4 * size)
    for first in range(0, len(found), width):
        part = values[:, first : first + width]
        power = rfft(part - part.mean(axis=0), size, axis=0)
        found[first : first + width] = kernel @ (power.real**2 + power.imag**2)
    return np.sqrt(np.maximum(found, 0.0))


def _race(results: FloatArray, benchmark: FloatArray | None, block: float | None, memory: int) -> _Race | None:
    table = matrix(results)
    if benchmark is not None:
        table = table - series(benchmark, len(table), "the benchmark")[:, None]
    periods = len(table)
    if block is not None:
        at_least("block", block, 1)
    if periods < _FEWEST:
        return None
    good = np.flatnonzero(moving(table))
    known = table if len(good) == table.shape[1] else table[:, good]
    spread = long_run_deviation(known, default_block(periods) if block is None else block, memory=memory)
    # Results that cancel each other from period to period have a mean that does not vary: no scale to measure by.
    varied = spread > 1e-9 * np.maximum(known.max(axis=0, initial=0.0), -known.min(axis=0, initial=0.0))
    if not varied.all():
        known, good, spread = known[:, varied], good[varied], spread[varied]
    if not len(good):
        return None
    means, scales = known.mean(axis=0), math.sqrt(periods) / spread
    return _Race(known, good, means, scales, means * scales)


def _resampled(
    values: FloatArray, block: float | None, seed: int, draws: int, memory: int, order: IntArray | None = None
) -> Iterator[tuple[slice, slice, FloatArray]]:
    """(rows, columns, means): means of drawn values [T, U] in pieces; for each piece of draws all columns, in ``order``
    where it is given.
    """
    random, periods = np.random.default_rng(seed), len(values)
    length = default_block(periods) if block is None else block
    deep = min(draws, rows_within(memory, 6 * periods))
    wide = rows_within(memory, 3 * deep + periods)
    for first in range(0, draws, deep):
        count = min(deep, draws - first)
        drawn = times_drawn(stationary_bootstrap(periods, count, length, random), periods) / periods
        for left in range(0, values.shape[1], wide):
            columns = slice(left, min(values.shape[1], left + wide))
            part = values[:, columns] if order is None else values[:, order[columns]]
            yield slice(first, first + count), columns, drawn @ part
