"""Walk-forward: windows to fit in and to be measured after, and how much of the result survives the step.

Pardo, "The Evaluation and Optimization of Trading Strategies" (2nd edition, 2008): fit on a window, trade the stretch
behind it, move on; efficiency is the annualised result outside over that inside, and half is the usual rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.optimize.evidence.arrays import at_least, places, series


@dataclass(frozen=True)
class Window:
    """Fit on periods [train_first, train_last), measure on [test_first, test_last); what lies between is purged."""

    train_first: int
    train_last: int
    test_first: int
    test_last: int

    @property
    def train(self) -> slice:
        return slice(self.train_first, self.train_last)

    @property
    def test(self) -> slice:
        return slice(self.test_first, self.test_last)


def walk_forward(
    count: int,
    train: int,
    test: int,
    *,
    anchored: bool = False,
    purge: int = 0,
    embargo: int = 0,
    step: int | None = None,
) -> tuple[Window, ...]:
    """Windows over ``count`` periods (trading days or bars), oldest first; empty where not one fits.

    train, test: lengths in periods. Rolling windows fit on the last ``train`` periods, anchored ones on everything from
    the first period on, at least ``train``. purge: the longest holding time, periods before the test in which a trade
    may open that is still open inside it; embargo: further periods left out for what neighbours have in common. Both
    lie between fitting and measuring and belong to neither; nothing after a test is fitted for that test. step:
    periods from test to test, by default ``test``, so that tests touch and cover each period once. A last stretch
    shorter than ``test`` is left over. SearchError for a length under 1.
    """
    move = test if step is None else step
    for name, value, least in (("train", train, 1), ("test", test, 1), ("step", move, 1)):
        at_least(name, value, least)
    for name, value in (("purge", purge), ("embargo", embargo)):
        at_least(name, value, 0)
    gap = purge + embargo
    return tuple(
        Window(0 if anchored else first - gap - train, first - gap, first, first + test)
        for first in range(train + gap, count - test + 1, move)
    )


def lengths(count: int, windows: int, ratio: float = 4.0, gap: int = 0) -> tuple[int, int]:
    """(train, test) so that ``walk_forward`` gives ``windows`` rolling windows that use nearly all periods.

    ratio: train over test, about 4 by custom. gap: purge and embargo. (0, 0) where there are too few periods.
    """
    at_least("windows", windows, 1)
    at_least("ratio", ratio, 1e-9)
    test = int((count - gap) // (windows + ratio))
    train = count - gap - windows * test
    return (train, test) if test >= 1 and train >= 1 else (0, 0)


def on_bars(windows: Sequence[Window], starts: IntArray, count: int) -> tuple[Window, ...]:
    """Windows over trading days as windows over bars. starts: first bar of each day [D], ascending; count: bars."""
    edges = np.append(places(starts, what="starts of days"), count)
    if np.any(np.diff(edges) < 0):
        raise SearchError("starts of days that do not ascend, or lie behind the last bar")
    if any(window.test_last >= len(edges) for window in windows):
        raise SearchError(f"windows over more than {len(starts)} trading days")
    return tuple(
        replace(
            window,
            train_first=int(edges[window.train_first]),
            train_last=int(edges[window.train_last]),
            test_first=int(edges[window.test_first]),
            test_last=int(edges[window.test_last]),
        )
        for window in windows
    )


@dataclass(frozen=True)
class Efficiency:
    """``ratios`` [W]: result a day outside over inside, per window; NaN where inside did not earn (a loss has no share
    that survives) or a figure is missing. ``median`` of the defined ones, ``pooled`` over all windows together,
    ``positive``: share of windows that earned outside; ``defined``: number of windows with a ratio. NaN without any.
    """

    ratios: FloatArray
    median: float
    pooled: float
    positive: float
    defined: int


def efficiency(inside: FloatArray, outside: FloatArray, inside_days: IntArray, outside_days: IntArray) -> Efficiency:
    """Walk-forward efficiency from profits inside and outside [W] and the days that they took [W].

    Per day instead of per year: the factor cancels. Pardo (2008), chapter 11; the median because one window with a
    profit near zero inside would rule a mean.
    """
    won, kept = series(inside, what="profits inside"), series(outside, len(inside), "profits outside")
    days = [places(values, len(won), "days").astype(np.float64) for values in (inside_days, outside_days)]
    known: BoolArray = np.isfinite(won) & np.isfinite(kept) & (days[0] > 0) & (days[1] > 0)
    ratios = np.full(len(won), np.nan)
    good = known & (won > 0)
    ratios[good] = (kept[good] / days[1][good]) / (won[good] / days[0][good])
    pooled = np.nan
    if known.any() and won[known].sum() > 0:
        pooled = float(kept[known].sum() / days[1][known].sum() / (won[known].sum() / days[0][known].sum()))
    return Efficiency(
        ratios,
        float(np.median(ratios[good])) if good.any() else float("nan"),
        float(pooled),
        float(np.mean(kept[known] > 0)) if known.any() else float("nan"),
        int(good.sum()),
    )
