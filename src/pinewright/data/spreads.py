"""Ask minus bid: how wide in traded hours, how wide just after 17:00 New York, and how often crossed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import METALS, in_session, session_minute, trades_round_the_clock
from pinewright.data.outliers import is_outlier, median, quantile, robust_scale
from pinewright.market import MINUTE, NEW_YORK, Bars, BoolArray, FloatArray, IntArray, Symbol

QUIET_FROM: Final = 16 * 60 + 55  # New York minutes in which quotes are an artefact of the rollover
QUIET_UNTIL: Final = 18 * 60 + 15
ROLLOVER_FROM: Final = 17 * 60
ROLLOVER_UNTIL: Final = 17 * 60 + 15


@dataclass(frozen=True)
class SpreadQuality:
    """Ask minus bid in price units: median and 95 % in traded hours, median from 17:00 to 17:14 New York (None where
    there are no such rows), and shares of rows with a negative (crossed) and with no spread.

    outliers: rows in traded hours beyond 30 robust sigmas.
    """

    median: float | None
    percentile_95: float | None
    rollover: float | None
    crossed_share: float
    outliers: int
    zero_share: float = 0.0

    def one_line(self, pip: float) -> str:
        """The spread in pips, the rollover's beside it, and crossed quotes."""
        if self.median is None:
            return "no spread in traded hours"
        text = f"spread {self.median / pip:.1f} pip"
        if self.rollover is not None:
            text += f" (17:00 New York: {self.rollover / pip:.1f})"
        if self.crossed_share > 0:
            text += f", {100 * self.crossed_share:.1f} % of quotes crossed"
        return text


def traded_minutes(time_ms: IntArray, symbol: Symbol) -> BoolArray:
    """Whether each UTC time [N] is in session and outside 16:55 to 18:15 New York (round the clock for crypto)."""
    if trades_round_the_clock(symbol):
        return np.ones(len(time_ms), dtype=np.bool_)
    minute = session_minute(time_ms, symbol)
    quiet = (minute >= QUIET_FROM) & (minute < QUIET_UNTIL)
    return ~quiet & in_session(time_ms, symbol)


def traded_hours(bars: Bars) -> BoolArray:
    """Bars [N] whose close is in session and outside 16:55 to 18:15 New York (round the clock for crypto)."""
    return traded_minutes(bars.time + bars.timeframe.milliseconds - MINUTE, bars.symbol)


def rollover_minutes(time_ms: IntArray, symbol: Symbol) -> BoolArray:
    """Whether each UTC time [N] lies from 17:00 to 17:14 New York; never for symbols that pause then, or never do."""
    if symbol.timezone != NEW_YORK or symbol.base in METALS:
        return np.zeros(len(time_ms), dtype=np.bool_)
    minute = session_minute(time_ms, symbol)
    found: BoolArray = (minute >= ROLLOVER_FROM) & (minute < ROLLOVER_UNTIL)
    return found


def median_spread(bars: Bars) -> float | None:
    """Median of ask minus bid in traded hours, price units: the cost of a round turn that the data itself tells.

    None where the bars have no spread, or none in traded hours (daily bars all close at 17:00 New York).
    """
    return None if bars.spread is None else _median(_finite(bars.spread[traded_hours(bars)]))


def bar_spreads(bars: Bars) -> SpreadQuality | None:
    """The spread of bars; None where they have none."""
    if bars.spread is None or len(bars) == 0:
        return None
    fine = bars.timeframe.minutes <= 15
    at_rollover = rollover_minutes(bars.time, bars.symbol) if fine else np.zeros(len(bars), dtype=np.bool_)
    return measure_spread(bars.spread, traded_hours(bars), at_rollover)


def measure_spread(spread: FloatArray, traded: BoolArray, rollover: BoolArray) -> SpreadQuality:
    """The spread of rows [N], with those in traded hours and those of the rollover marked; NaN is left out."""
    usual = _finite(spread if traded.all() else spread[traded])
    outliers = 0
    if len(usual):
        outliers = int(np.count_nonzero(is_outlier(usual, *robust_scale(usual))))
    return SpreadQuality(
        median=_median(usual),
        percentile_95=quantile(usual, 0.95) if len(usual) else None,
        rollover=_median(_finite(spread[rollover])),
        crossed_share=np.count_nonzero(spread < 0) / len(spread),
        outliers=outliers,
        zero_share=np.count_nonzero(spread == 0) / len(spread),
    )


def _finite(values: FloatArray) -> FloatArray:
    good = np.isfinite(values)
    return values if good.all() else values[good]


def _median(values: FloatArray) -> float | None:
    return median(values) if len(values) else None
