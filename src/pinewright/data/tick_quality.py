"""Quality of ticks: every check in whole columns, a million ticks in tens of milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from pinewright.data.calendar import SessionState, session_state
from pinewright.data.gaps import Hours
from pinewright.data.grid import SAMPLE, off_grid_share, tick_step
from pinewright.data.outliers import Outlier, find_outliers, robust_scale, spikes
from pinewright.data.phrases import counted, grid_parts, outside_text, scale_parts, week_parts
from pinewright.data.quality import FEWEST_RETURNS, LARGEST_GAPS, hour_shift
from pinewright.data.sampling import sample
from pinewright.data.scale import ScaleJump, find_jumps
from pinewright.data.silence import SILENT_MINUTES, MinuteGrid, Silence, find_silences, minute_grid
from pinewright.data.spreads import SpreadQuality, measure_spread, rollover_minutes, traded_minutes
from pinewright.data.weeks import ShiftedWeek, shifted_weeks
from pinewright.data.zones import duration_text, iso_text
from pinewright.market import MINUTE, BoolArray, FloatArray, Symbol, Ticks


@dataclass(frozen=True)
class TickReport:
    """What the checks found in one series of ticks; times are ms UTC, shares between 0 and 1.

    disorder: stamps before the one before. outside_period: ticks beside [start, end) where that was given. duplicates:
    stamps that are there already (feeds with many quotes have them); exact_duplicates: whole ticks that are.
    impossible: prices that are NaN, infinite or not above zero. crossed, zero_spread: ask below bid, ask at bid.
    outliers: changes of the mid price beyond 30 robust sigmas, relative to the price before; spikes: ticks of such a
    change of bid or ask that is gone within three ticks and stands out of the ticks around it. expected_minutes,
    missing_minutes, expected_hours, missing_hours: UTC minutes and hours that are open from end to end, and those
    without a tick. silences: the longest stretches of ten open minutes and more without a tick, in order of time, of
    ``silence_count``. hour_shift, weeks and scale_jumps as in ``QualityReport``.
    """

    symbol: str
    feed: str
    pip: float
    start: int
    end: int
    ticks: int
    disorder: int
    outside_period: int
    duplicates: int
    exact_duplicates: int
    impossible: int
    crossed: int
    zero_spread: int
    outlier_count: int
    outliers: tuple[Outlier, ...]
    spikes: int
    outside_session: int
    hour_shift: int | None
    weeks: tuple[ShiftedWeek, ...]
    expected_minutes: int
    missing_minutes: int
    expected_hours: int
    missing_hours: int
    silence_count: int
    silences: tuple[Silence, ...]
    scale_jump_count: int
    scale_jumps: tuple[ScaleJump, ...]
    off_grid_share: float
    tick_step: float | None
    spread: SpreadQuality | None

    @property
    def completeness(self) -> float:
        """Percent of the open minutes that have a tick; 100 where none is open."""
        return 100.0 if self.expected_minutes == 0 else 100.0 * (1 - self.missing_minutes / self.expected_minutes)

    def one_line(self) -> str:
        """The report as one line: completeness, silences, faults, spread."""
        parts = [f"{self.ticks:,} ticks", f"{self.completeness:.1f} % of open minutes", self._silence_text()]
        if self.missing_hours:
            parts.append(f"{counted(self.missing_hours, 'open hour')} without ticks")
        parts.append(counted(self.exact_duplicates, "duplicate"))
        if self.disorder:
            parts.append(f"{counted(self.disorder, 'tick')} out of order")
        if self.outside_period:
            parts.append(f"{counted(self.outside_period, 'tick')} outside the period")
        if self.impossible:
            parts.append(counted(self.impossible, "impossible price"))
        parts.append(counted(self.outlier_count, "outlier"))
        if self.spikes:
            parts.append(counted(self.spikes, "spike"))
        parts += scale_parts(self.scale_jumps, self.scale_jump_count)
        if self.outside_session:
            parts.append(outside_text(self.outside_session, "tick", self.hour_shift))
        parts += week_parts(self.weeks, self.hour_shift)
        parts += grid_parts(self.off_grid_share, self.tick_step)
        if self.spread is not None:
            parts.append(self.spread.one_line(self.pip))
        return ", ".join(parts)

    def _silence_text(self) -> str:
        text = counted(self.silence_count, "silence")
        longest = max(self.silences, key=lambda one: one.open_minutes, default=None)
        if longest is None:
            return text
        return f"{text} (longest {duration_text(longest.end - longest.start)} from {iso_text(longest.start)[:16]})"

    def as_dict(self) -> dict[str, object]:
        """Every figure under its name, times as ISO text (UTC), ready for JSON."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["start"], plain["end"] = iso_text(self.start), iso_text(self.end)
        plain["outliers"] = [{"time": iso_text(o.time), "value": o.value, "sigmas": o.sigmas} for o in self.outliers]
        plain["weeks"] = [{**vars(week), "start": iso_text(week.start)} for week in self.weeks]
        plain["silences"] = [
            {**vars(one), "start": iso_text(one.start), "end": iso_text(one.end)} for one in self.silences
        ]
        plain["scale_jumps"] = [{"time": iso_text(jump.time), "ratio": jump.ratio} for jump in self.scale_jumps]
        plain["spread"] = None if self.spread is None else dict(vars(self.spread))
        plain["completeness"], plain["summary"] = self.completeness, self.one_line()
        return plain


def check_ticks(
    ticks: Ticks, start: int | None = None, end: int | None = None, hours: Hours | None = None
) -> TickReport:
    """Run every check over the ticks; nothing is changed and nothing raises.

    start, end: the period in ms UTC that the ticks are said to fill, end exclusive; by default from the first to the
    last tick. hours: of a feed that knows its own (``session_state`` of the symbol by default).
    """
    good = ticks if _all_possible(ticks) else ticks.pick(possible(ticks))
    backwards = int(np.count_nonzero(ticks.time[1:] < ticks.time[:-1]))
    outside = 0 if start is None else int(np.count_nonzero(ticks.time < start))
    outside += 0 if end is None else int(np.count_nonzero(ticks.time >= end))
    if backwards:
        good = good.pick(np.argsort(good.time, kind="stable"))
    grid = minute_grid(good.time, start, end, hours or partial(session_state, symbol=ticks.symbol))
    silences = find_silences(good, grid.missing)
    longest = sorted(silences, key=lambda one: -one.open_minutes)[:LARGEST_GAPS]
    open_minutes = grid.states != SessionState.CLOSED
    gap = good.ask - good.bid
    jumps = find_jumps(good.time, good.bid)
    moves = _moves(good)
    return TickReport(
        symbol=ticks.symbol.name,
        feed=ticks.feed,
        pip=ticks.symbol.pip,
        start=int(good.time[0]) if len(good) else 0,
        end=int(good.time[-1]) if len(good) else 0,
        ticks=len(ticks),
        disorder=backwards,
        outside_period=outside,
        duplicates=int(np.count_nonzero(good.time[1:] == good.time[:-1])),
        exact_duplicates=int(np.count_nonzero(repeated(good))),
        impossible=len(ticks) - len(good),
        crossed=int(np.count_nonzero(gap < 0)),
        zero_spread=int(np.count_nonzero(gap == 0)),
        outlier_count=moves.count,
        outliers=moves.worst,
        spikes=moves.spikes,
        outside_session=len(good) - int(grid.counts[open_minutes].sum()),
        hour_shift=hour_shift(grid.ticked, int(np.count_nonzero(~open_minutes)), ticks.symbol),
        weeks=shifted_weeks(grid.ticked, MINUTE, ticks.symbol),
        expected_minutes=grid.expected_minutes,
        missing_minutes=len(grid.missing),
        expected_hours=grid.expected_hours,
        missing_hours=grid.missing_hours,
        silence_count=len(silences),
        silences=tuple(sorted(longest, key=lambda one: one.start)),
        scale_jump_count=len(jumps),
        scale_jumps=jumps[:LARGEST_GAPS],
        off_grid_share=off_grid_share(sample(good.bid, SAMPLE), ticks.symbol.mintick),
        tick_step=tick_step(good.bid),
        spread=_spread(gap, grid, ticks.symbol),
    )


def possible(ticks: Ticks) -> BoolArray:
    """Ticks [T] with bid and ask finite and above zero."""
    marks: BoolArray = (ticks.bid > 0) & (ticks.bid < np.inf)
    return marks & (ticks.ask > 0) & (ticks.ask < np.inf)


def _all_possible(ticks: Ticks) -> bool:
    """The same of all of them; NaN makes a smallest and a largest value NaN, which compares with nothing."""
    prices = (ticks.bid, ticks.ask)
    return len(ticks) == 0 or all(price.min() > 0 and price.max() < np.inf for price in prices)


def repeated(ticks: Ticks) -> BoolArray:
    """Ticks [T] that are there already, with stamp, prices and sizes; times must not fall."""
    marks = np.zeros(len(ticks), dtype=np.bool_)
    same = np.diff(ticks.time) == 0
    rows = np.flatnonzero(np.append(same, False) | np.append(False, same)[: len(ticks)])
    if len(rows) == 0:
        return marks
    sizes = [size for size in (ticks.bid_size, ticks.ask_size) if size is not None]
    columns = [column[rows] for column in (*sizes, ticks.bid, ticks.ask, ticks.time)]
    order = np.lexsort(columns)  # stable: of ticks that are alike the first one stays the first
    alike = np.ones(len(rows) - 1, dtype=np.bool_)
    for column in columns:
        alike &= column[order][1:] == column[order][:-1]
    marks[rows[order[1:][alike]]] = True
    return marks


def mid_moves(ticks: Ticks) -> FloatArray:
    """Change of the mid price [T - 1] from each tick to the next, relative; 0 over silences, which are told apart."""
    mid = ticks.bid + ticks.ask
    change: FloatArray = np.diff(mid)
    change /= mid[:-1]
    change[np.flatnonzero(np.diff(ticks.time) > SILENT_MINUTES * MINUTE)] = 0.0
    return change


@dataclass(frozen=True)
class _Moves:
    count: int = 0
    worst: tuple[Outlier, ...] = ()
    spikes: int = 0


def _moves(ticks: Ticks) -> _Moves:
    change = mid_moves(ticks)
    if len(change) < FEWEST_RETURNS:
        return _Moves()
    middle, sigma = robust_scale(change)
    far, worst = find_outliers(ticks.time[1:], change, middle, sigma)
    return _Moves(len(far), worst, int(np.count_nonzero(tick_spikes(ticks, sigma))))


def tick_spikes(ticks: Ticks, sigma: float) -> BoolArray:
    """Ticks [T] whose bid or ask is a spike; ``sigma`` of the changes of a tick is relative."""
    sigma *= float(ticks.bid[len(ticks) // 2])
    return spikes(ticks.bid, sigma) | spikes(ticks.ask, sigma)


def _spread(gap: FloatArray, grid: MinuteGrid, symbol: Symbol) -> SpreadQuality | None:
    if len(gap) == 0:
        return None
    traded, rollover = (
        np.repeat(choose(grid.ticked, symbol), grid.counts) for choose in (traded_minutes, rollover_minutes)
    )
    return measure_spread(gap, traded, rollover)
