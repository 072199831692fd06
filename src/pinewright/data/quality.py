"""Quality of bars: what is missing, doubtful or impossible, counted and with the worst examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import in_session
from pinewright.data.gaps import NO_SESSIONS, Gap, Hours, Sessions, coverage
from pinewright.data.grid import off_grid_share as off_grid_share
from pinewright.data.grid import tick_step as tick_step
from pinewright.data.outliers import OUTLIER_SIGMAS as OUTLIER_SIGMAS
from pinewright.data.outliers import Outlier as Outlier
from pinewright.data.outliers import find_outliers, robust_scale
from pinewright.data.phrases import counted, grid_parts, outside_text, scale_parts, week_parts
from pinewright.data.scale import ScaleJump, find_jumps
from pinewright.data.spreads import SpreadQuality, bar_spreads
from pinewright.data.spreads import median_spread as median_spread
from pinewright.data.spreads import traded_hours as traded_hours
from pinewright.data.weeks import ShiftedWeek, shifted_weeks
from pinewright.data.zones import iso_text
from pinewright.market import HOUR, Bars, BoolArray, FloatArray, IntArray, Symbol

LARGEST_GAPS: Final = 10
FEWEST_RETURNS: Final = 20
_PRICES: Final = ("open", "high", "low", "close")


@dataclass(frozen=True)
class QualityReport:
    """What the checks found in one series of bars; times are ms UTC, shares between 0 and 1.

    bars: those of the market, without ``filled`` ones, which stand in for missing bars. completeness: percent of the
    bars that the calendar expects. gaps: the largest, in order of time; gap_count: all of 30 minutes and more; missing
    counts every missing bar. duplicates: stamps that repeat the one before; exact_duplicates: those with all columns
    alike. outliers: returns beyond 30 robust sigmas (median absolute deviation). flat: bars without a range;
    flat_no_volume: those without volume too, None where the feed has no volume at all. hour_shift: hours to add to the
    stamps so that they would fit the trading week, where they do not; weeks: single weeks of which that holds.
    scale_jumps: the first prices three times the one before, or a third, of ``scale_jump_count``.
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
    exact_duplicates: int = 0
    flat_no_volume: int | None = None
    filled: int = 0
    sessions: Sessions = NO_SESSIONS
    weeks: tuple[ShiftedWeek, ...] = ()
    scale_jump_count: int = 0
    scale_jumps: tuple[ScaleJump, ...] = ()

    def one_line(self) -> str:
        """The report as one line: completeness, gaps, side, faults, spread."""
        parts = [f"{self.completeness:.1f} % of bars", self._gap_text(), self.side]
        parts.append(counted(self.duplicates, "duplicate"))
        parts.append(counted(self.outlier_count, "outlier"))
        if self.disorder or self.not_finite or self.ohlc_violations:
            parts.append(counted(self.disorder + self.not_finite + self.ohlc_violations, "impossible row"))
        parts += scale_parts(self.scale_jumps, self.scale_jump_count)
        if self.outside_session:
            parts.append(outside_text(self.outside_session, "bar", self.hour_shift))
        parts += week_parts(self.weeks, self.hour_shift)
        if self.filled:
            parts.append(f"{counted(self.filled, 'bar')} filled in")
        parts += grid_parts(self.off_grid_share, self.tick_step)
        parts.append("no spread" if self.spread is None else self.spread.one_line(self.pip))
        return ", ".join(parts)

    def _gap_text(self) -> str:
        text = counted(self.gap_count, "gap")
        largest = max(self.gaps, key=lambda gap: gap.missing, default=None)
        return text if largest is None else f"{text} (largest {largest.text[:-6]})"

    def as_dict(self) -> dict[str, object]:
        """Every figure under its name, times as ISO text (UTC), ready for JSON."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["start"], plain["end"] = iso_text(self.start), iso_text(self.end)
        plain["gaps"] = [{"start": iso_text(g.start), "end": iso_text(g.end), "missing": g.missing} for g in self.gaps]
        plain["outliers"] = [{"time": iso_text(o.time), "value": o.value, "sigmas": o.sigmas} for o in self.outliers]
        plain["spread"] = None if self.spread is None else dict(vars(self.spread))
        plain["sessions"] = {**vars(self.sessions), "thin": [dict(vars(day)) for day in self.sessions.thin]}
        plain["weeks"] = [{**vars(week), "start": iso_text(week.start)} for week in self.weeks]
        plain["scale_jumps"] = [{"time": iso_text(jump.time), "ratio": jump.ratio} for jump in self.scale_jumps]
        plain["summary"] = self.one_line()
        return plain


def check_quality(
    bars: Bars, start: int | None = None, end: int | None = None, hours: Hours | None = None
) -> QualityReport:
    """Run every check over the bars, warm-up included; [start, end) in ms UTC widens the period searched for gaps.

    hours: of a feed that is open less than the trading week. Nothing is changed and nothing raises: bars that cannot be
    used at all were refused when they were read.
    """
    filled = 0 if bars.filled is None else int(np.count_nonzero(bars.filled))
    if bars.filled is not None and filled:
        bars = bars.pick(~bars.filled)
    covered = coverage(bars, start, end, hours)
    count, outliers = _return_outliers(bars)
    outside = int(np.count_nonzero(~in_session(bars.time, bars.symbol)))
    steps = np.diff(bars.time)
    same = np.flatnonzero(steps == 0) + 1
    backwards = int(np.count_nonzero(steps < 0))
    largest = sorted(covered.gaps, key=lambda gap: -gap.missing)[:LARGEST_GAPS]
    flat = (bars.high == bars.low) & (bars.open == bars.close)
    jumps = find_jumps(bars.time, bars.close)
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
        duplicates=len(same),
        disorder=backwards,
        not_finite=int(np.count_nonzero(~np.isfinite(bars.open + bars.high + bars.low + bars.close))),
        ohlc_violations=int(np.count_nonzero(ohlc_violations(bars.open, bars.high, bars.low, bars.close))),
        outlier_count=count,
        outliers=outliers,
        flat=int(np.count_nonzero(flat)),
        outside_session=outside,
        hour_shift=hour_shift(bars.time, outside, bars.symbol) if bars.timeframe.minutes <= 60 else None,
        off_grid_share=off_grid_share(bars.close, bars.symbol.mintick),
        tick_step=tick_step(bars.close),
        spread=bar_spreads(bars),
        exact_duplicates=_exact_duplicates(bars, same),
        flat_no_volume=int(np.count_nonzero(flat & (bars.volume == 0))) if bars.volume.any() else None,
        filled=filled,
        sessions=covered.sessions,
        weeks=shifted_weeks(bars.time, bars.timeframe.milliseconds, bars.symbol) if backwards == 0 else (),
        scale_jump_count=len(jumps),
        scale_jumps=jumps[:LARGEST_GAPS],
    )


def ohlc_violations(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> BoolArray:
    """Rows [N] whose high lies below, or low above, open or close, beyond the rounding of a mid price."""
    slack = 1e-9 * np.abs(close)
    above = np.maximum(open_, close) > high + slack
    return above | (np.minimum(open_, close) < low - slack)


def _exact_duplicates(bars: Bars, same: IntArray) -> int:
    """How many of the rows that repeat a stamp repeat all the row before."""
    alike = np.ones(len(same), dtype=np.bool_)
    for name in (*_PRICES, "volume"):
        column = getattr(bars, name)
        alike &= column[same] == column[same - 1]
    return int(np.count_nonzero(alike))


def _return_outliers(bars: Bars) -> tuple[int, tuple[Outlier, ...]]:
    """Returns close to close over neighbouring bars (gaps left out) beyond the limit: how many, and the worst."""
    follows = np.flatnonzero(np.diff(bars.time) <= bars.timeframe.milliseconds) + 1
    if len(follows) < FEWEST_RETURNS:
        return 0, ()
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = np.log(bars.close[follows] / bars.close[follows - 1])
    good = np.isfinite(returns)
    follows, returns = follows[good], returns[good]
    if len(returns) == 0:
        return 0, ()
    rows, worst = find_outliers(bars.time[follows], returns, *robust_scale(returns))
    return len(rows), worst


def hour_shift(time: IntArray, outside: int, symbol: Symbol) -> int | None:
    """Whole hours that bring stamps [N] into the trading week, when more than 0.5 % of them lie outside it.

    ``outside``: how many do. None too where no shift makes much of a difference.
    """
    if outside <= max(5, 0.005 * len(time)):
        return None
    hours = np.unique(time // HOUR * HOUR)
    counts = {shift: int(np.count_nonzero(~in_session(hours + shift * HOUR, symbol))) for shift in range(-12, 13)}
    best = min(counts, key=lambda shift: (counts[shift], abs(shift)))
    return best if counts[best] * 5 < counts[0] else None
