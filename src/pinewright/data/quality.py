"""Quality of bars: what is missing, doubtful or impossible, counted and with the worst examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import METALS, in_session, session_minute, trades_round_the_clock
from pinewright.data.gaps import Gap, coverage
from pinewright.data.zones import iso_text
from pinewright.market import HOUR, MINUTE, NEW_YORK, Bars, BoolArray, FloatArray

OUTLIER_SIGMAS: Final = 30.0
WORST: Final = 5
LARGEST_GAPS: Final = 10
QUIET_FROM: Final = 16 * 60 + 55  # New York minutes in which quotes are an artefact of the rollover
QUIET_UNTIL: Final = 18 * 60 + 15
_STEPS: Final = tuple(step * 10.0**power for power in range(1, -9, -1) for step in (1.0, 0.5))


@dataclass(frozen=True)
class Outlier:
    """A value far from the rest: stamp of the bar (ms UTC), the value, and its distance from the median in sigmas."""

    time: int
    value: float
    sigmas: float


@dataclass(frozen=True)
class SpreadQuality:
    """Ask minus bid in price units: median and 95 % in traded hours, median from 17:00 to 17:14 New York, and the share
    of bars with a negative (crossed) spread; None where there are no such bars."""

    median: float | None
    percentile_95: float | None
    rollover: float | None
    crossed_share: float
    outliers: int


@dataclass(frozen=True)
class QualityReport:
    """What the checks found in one series of bars; times are ms UTC, shares between 0 and 1.

    completeness: percent of the bars that the calendar expects. gaps: the largest, in order of time; gap_count: all of
    30 minutes and more; missing counts every missing bar. outliers: returns beyond 30 robust sigmas (median absolute
    deviation). hour_shift: hours to add to the stamps so that they would fit the trading week, where they do not.
    """

    description: str
    side: str
    timeframe: str
    pip: float
    start: int
    end: int
    bars: int
    expected: int
    missing: int
    completeness: float
    gap_count: int
    gaps: tuple[Gap, ...]
    duplicates: int
    disorder: int
    not_finite: int
    ohlc_violations: int
    outlier_count: int
    outliers: tuple[Outlier, ...]
    flat: int
    outside_session: int
    hour_shift: int | None
    off_grid_share: float
    tick_step: float | None
    spread: SpreadQuality | None

    def one_line(self) -> str:
        """The report as one line: completeness, gaps, side, faults, spread."""
        parts = [f"{self.completeness:.1f} % of bars", self._gap_text(), self.side]
        parts.append(_count(self.duplicates, "duplicate"))
        parts.append(_count(self.outlier_count, "outlier"))
        if self.disorder or self.not_finite or self.ohlc_violations:
            parts.append(_count(self.disorder + self.not_finite + self.ohlc_violations, "impossible row"))
        if self.outside_session:
            shift = "" if self.hour_shift is None else f" (times look {abs(self.hour_shift)} h "
            if self.hour_shift is not None:
                shift += ("late" if self.hour_shift < 0 else "early") + ": is the time zone right?)"
            parts.append(f"{self.outside_session:,} bars outside the session{shift}")
        parts.append(self._spread_text())
        return ", ".join(parts)

    def _gap_text(self) -> str:
        text = _count(self.gap_count, "gap")
        largest = max(self.gaps, key=lambda gap: gap.missing, default=None)
        return text if largest is None else f"{text} (largest {largest.text[:-6]})"

    def _spread_text(self) -> str:
        if self.spread is None or self.spread.median is None:
            return "no spread" if self.spread is None else "no spread in traded hours"
        text = f"spread {self.spread.median / self.pip:.1f} pip"
        if self.spread.rollover is not None:
            text += f" (17:00 New York: {self.spread.rollover / self.pip:.1f})"
        if self.spread.crossed_share > 0:
            text += f", {100 * self.spread.crossed_share:.1f} % of quotes crossed"
        return text

    def as_dict(self) -> dict[str, object]:
        """Every figure under its name, times as ISO text (UTC), ready for JSON."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["start"], plain["end"] = iso_text(self.start), iso_text(self.end)
        plain["gaps"] = [{"start": iso_text(g.start), "end": iso_text(g.end), "missing": g.missing} for g in self.gaps]
        plain["outliers"] = [{"time": iso_text(o.time), "value": o.value, "sigmas": o.sigmas} for o in self.outliers]
        plain["spread"] = None if self.spread is None else dict(vars(self.spread))
        plain["summary"] = self.one_line()
        return plain


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def check_quality(bars: Bars, start: int | None = None, end: int | None = None) -> QualityReport:
    """Run every check over the bars, warm-up included; [start, end) in ms UTC widens the period searched for gaps.

    Nothing is changed and nothing raises: bars that cannot be used at all were refused when they were read.
    """
    covered = coverage(bars, start, end)
    count, outliers = _return_outliers(bars)
    outside = int(np.count_nonzero(~in_session(bars.time, bars.symbol)))
    steps = np.diff(bars.time)
    largest = sorted(covered.gaps, key=lambda gap: -gap.missing)[:LARGEST_GAPS]
    flat = (bars.high == bars.low) & (bars.open == bars.close)
    return QualityReport(
        description=bars.description,
        side=bars.side.value,
        timeframe=str(bars.timeframe),
        pip=bars.symbol.pip,
        start=int(bars.time[0]) if len(bars) else 0,
        end=int(bars.time[-1]) + bars.timeframe.milliseconds if len(bars) else 0,
        bars=len(bars),
        expected=covered.expected,
        missing=covered.missing,
        completeness=100.0 if covered.expected == 0 else 100.0 * (1 - covered.missing / covered.expected),
        gap_count=len(covered.gaps),
        gaps=tuple(sorted(largest, key=lambda gap: gap.start)),
        duplicates=int(np.count_nonzero(steps == 0)),
        disorder=int(np.count_nonzero(steps < 0)),
        not_finite=int(np.count_nonzero(~np.isfinite(bars.open + bars.high + bars.low + bars.close))),
        ohlc_violations=int(np.count_nonzero(ohlc_violations(bars.open, bars.high, bars.low, bars.close))),
        outlier_count=count,
        outliers=outliers,
        flat=int(np.count_nonzero(flat)),
        outside_session=outside,
        hour_shift=_hour_shift(bars, outside),
        off_grid_share=off_grid_share(bars.close, bars.symbol.mintick),
        tick_step=tick_step(bars.close),
        spread=_spread_quality(bars),
    )


def ohlc_violations(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> BoolArray:
    """Rows [N] whose high lies below, or low above, open or close, beyond the rounding of a mid price."""
    slack = 1e-9 * np.abs(close)
    above = np.maximum(open_, close) > high + slack
    return above | (np.minimum(open_, close) < low - slack)


def _robust_sigmas(values: FloatArray) -> FloatArray:
    """Distance of each value [N] from the median in sigmas of a normal law (1.4826 median absolute deviations)."""
    distance = np.asarray(values - np.median(values), dtype=np.float64)
    spread = 1.4826 * float(np.median(np.abs(distance)))
    if spread == 0.0:
        spread = float(np.mean(np.abs(distance))) or 1.0
    return distance / spread


def _return_outliers(bars: Bars) -> tuple[int, tuple[Outlier, ...]]:
    """Returns close to close over neighbouring bars (gaps left out) beyond the limit: how many, and the worst."""
    follows = np.flatnonzero(np.diff(bars.time) <= bars.timeframe.milliseconds) + 1
    if len(follows) < 20:
        return 0, ()
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = np.log(bars.close[follows] / bars.close[follows - 1])
    good = np.isfinite(returns)
    follows, returns = follows[good], returns[good]
    sigmas = _robust_sigmas(returns)
    far = np.flatnonzero(np.abs(sigmas) > OUTLIER_SIGMAS)
    worst = far[np.argsort(-np.abs(sigmas[far]), kind="stable")[:WORST]]
    rows = [Outlier(int(bars.time[follows[k]]), float(returns[k]), float(sigmas[k])) for k in worst]
    return len(far), tuple(rows)


def _hour_shift(bars: Bars, outside: int) -> int | None:
    """Whole hours that bring the stamps into the trading week, when more than 0.5 % of them lie outside it."""
    if outside <= max(5, 0.005 * len(bars)) or bars.timeframe.minutes > 60:
        return None
    hours = np.unique(bars.time // HOUR * HOUR)
    counts = {shift: int(np.count_nonzero(~in_session(hours + shift * HOUR, bars.symbol))) for shift in range(-12, 13)}
    best = min(counts, key=lambda shift: (counts[shift], abs(shift)))
    return best if counts[best] * 5 < counts[0] else None


def tick_step(prices: FloatArray) -> float | None:
    """Largest decimal step (1, 0.5, 0.1, ...) on which 99.5 % of the prices (20,000 at most) lie, else None."""
    sample = prices[:: max(1, len(prices) // 20_000)]
    for step in _STEPS:
        if len(sample) and off_grid_share(sample, step) <= 0.005:
            return float(f"{step:.1e}")
    return None


def off_grid_share(prices: FloatArray, step: float) -> float:
    """Share of prices that are no multiple of ``step`` (to a thousandth of a step)."""
    units = prices / step
    return float(np.mean(~(np.abs(units - np.rint(units)) < 1e-3))) if len(prices) else 0.0


def traded_hours(bars: Bars) -> BoolArray:
    """Bars [N] whose close is in session and outside 16:55 to 18:15 New York (round the clock for crypto)."""
    at = bars.time + bars.timeframe.milliseconds - MINUTE
    if trades_round_the_clock(bars.symbol):
        return np.ones(len(bars), dtype=np.bool_)
    minute = session_minute(at, bars.symbol)
    quiet = (minute >= QUIET_FROM) & (minute < QUIET_UNTIL)
    return ~quiet & in_session(at, bars.symbol)


def median_spread(bars: Bars) -> float | None:
    """Median of ask minus bid in traded hours, price units: the cost of a round turn that the data itself tells.

    None where the bars have no spread, or none in traded hours (daily bars all close at 17:00 New York).
    """
    return None if bars.spread is None else _median(bars.spread[traded_hours(bars)])


def _median(values: FloatArray) -> float | None:
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else None


def _spread_quality(bars: Bars) -> SpreadQuality | None:
    if bars.spread is None or len(bars) == 0:
        return None
    traded = bars.spread[traded_hours(bars)]
    rollover = None
    if bars.symbol.timezone == NEW_YORK and bars.symbol.base not in METALS and bars.timeframe.minutes <= 15:
        minute = session_minute(bars.time, bars.symbol)
        rollover = _median(bars.spread[(minute >= 17 * 60) & (minute < 17 * 60 + 15)])
    return SpreadQuality(
        median=_median(traded),
        percentile_95=float(np.percentile(traded, 95)) if len(traded) else None,
        rollover=rollover,
        crossed_share=float(np.mean(bars.spread < 0)),
        outliers=int(np.count_nonzero(np.abs(_robust_sigmas(traded)) > OUTLIER_SIGMAS)) if len(traded) else 0,
    )
