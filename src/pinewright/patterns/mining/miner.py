"""`HistoricalPatternMiner`: shapes that recur in closes, over several lengths and time frames, and what followed them.

    bars -> series by time frame -> windows joined with themselves -> templates -> direction and horizon -> verdicts

Templates, directions and horizons come from the discovery part alone. What follows is the validator's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.market import Bars, FloatArray, Timeframe
from pinewright.patterns.mining.discovery import FoundTemplate, find_templates
from pinewright.patterns.mining.evidence import part_statistics
from pinewright.patterns.mining.selfjoin import LANES, pair_count, self_join
from pinewright.patterns.mining.series import Series, series_of
from pinewright.patterns.mining.shape import LONGEST, SHORTEST, Shape, correlation
from pinewright.patterns.mining.validator import PatternValidator, Verdict
from pinewright.patterns.pattern import Direction

FEWEST_BARS: Final = 1_000
"""Bars of a time frame in the discovery part, below which it is left out."""
GUESSED_PACE: Final = 1e9
"""Pairs a second of one thread, where nothing was measured."""


@dataclass(frozen=True)
class MiningSettings:
    """What is mined, and how strictly.

    lengths: of windows, bars. timeframes: none for that of the bars. horizons: bars after a shape at which moves are
    measured. tolerance: distance within which a window is the shape (0.5 is a correlation of 0.875). most: shapes of
    each length and time frame at most. cost: of a round turn, price units. discovery: share of the bars that is mined.
    pairs: of windows that are compared for one length at most; more are sampled. fewest and the rest:
    as ``PatternValidator`` has them.
    """

    lengths: tuple[int, ...] = (16, 24, 32, 48, 64)
    timeframes: tuple[Timeframe, ...] = ()
    horizons: tuple[int, ...] = (4, 8, 16, 32)
    tolerance: float = 0.5
    most: int = 12
    cost: float = 0.0
    discovery: float = 0.6
    fewest: int = 30
    fewest_unseen: int = 20
    alpha: float = 0.05
    draws: int = 4000
    pairs: int = 5_000_000_000
    seed: int = 0
    threads: int = 1

    def __post_init__(self) -> None:
        if not self.lengths or not all(SHORTEST <= length <= LONGEST for length in self.lengths):
            raise UsageError(f"lengths {self.lengths}", hint=f"{SHORTEST} to {LONGEST} bars, such as 16,32,64")
        if not self.horizons or min(self.horizons) < 1:
            raise UsageError(f"horizons {self.horizons}", hint="one bar or more, such as 4,8,16")
        if not 0.05 <= self.tolerance <= 1.2:
            raise UsageError(f"a tolerance of {self.tolerance:g}", hint="0.05 to 1.2; 0.5 is a correlation of 0.875")
        if not self.cost >= 0.0:
            raise UsageError(f"costs of {self.cost}", hint="the price of a round turn, 0 or more")
        if self.most < 1 or self.fewest < 2 or self.threads < 1 or self.pairs < 1:
            raise UsageError("counts of shapes, occurrences, pairs and threads are 1 or more, of occurrences 2")

    @property
    def validator(self) -> PatternValidator:
        return PatternValidator(
            self.cost, self.fewest, self.fewest_unseen, self.alpha, draws=self.draws, seed=self.seed
        )


@dataclass(frozen=True)
class PlannedJoin:
    """One time frame and length: bars of the discovery part, pairs of windows to compare, and which share that is."""

    timeframe: Timeframe
    length: int
    bars: int
    pairs: int
    share: float


@dataclass(frozen=True)
class MiningPlan:
    """What will be compared. seconds: estimated from a short measurement; left_out: time frames with too few bars."""

    joins: tuple[PlannedJoin, ...]
    seconds: float
    left_out: tuple[Timeframe, ...]

    @property
    def pairs(self) -> int:
        return sum(join.pairs for join in self.joins)


@dataclass(frozen=True)
class MiningProgress:
    """timeframe and length at work; pairs compared of all; shapes found so far."""

    timeframe: Timeframe
    length: int
    done: int
    pairs: int
    found: int


@dataclass(frozen=True)
class MiningResult:
    """All shapes found, judged; kept ones first, then by their chance of luck.

    complete: whether nothing stopped the work. border: ms UTC from which bars were unseen.
    """

    verdicts: tuple[Verdict, ...]
    plan: MiningPlan
    settings: MiningSettings
    complete: bool
    border: int
    timeframes: tuple[Timeframe, ...]

    @property
    def kept(self) -> tuple[Verdict, ...]:
        return tuple(one for one in self.verdicts if one.kept)

    @property
    def tested(self) -> int:
        return sum(one.tested for one in self.verdicts)


class HistoricalPatternMiner:
    """Mines bars by its settings; the same settings give the same shapes on any number of threads."""

    def __init__(self, settings: MiningSettings | None = None):
        self.settings = settings or MiningSettings()

    def plan(self, bars: Bars) -> MiningPlan:
        """What ``mine`` will do, with a guess of its time. UsageError where no time frame has enough bars."""
        return self._plan(self._series(bars), measured=True)

    def mine(
        self,
        bars: Bars,
        *,
        progress: Callable[[MiningProgress], None] = lambda event: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> MiningResult:
        """Finds and judges shapes. ``stopped`` is asked now and then; what was found until then is judged.

        UsageError where no time frame has enough bars; DataFormatError for a time frame that the bars cannot make.
        """
        series = self._series(bars)
        plan = self._plan(series, measured=False)
        shapes: list[Shape] = []
        done = 0
        for join in plan.joins:
            if stopped():
                break
            told = _Told(progress, join, plan.pairs, done, len(shapes))
            shapes += self._found(series[join.timeframe], join, told, stopped)
            done += join.pairs
            if not stopped():
                progress(MiningProgress(join.timeframe, join.length, done, plan.pairs, len(shapes)))
        verdicts = self.settings.validator.judge(shapes, series)
        order = sorted(
            range(len(verdicts)), key=lambda place: (not verdicts[place].kept, _chance(verdicts[place]), place)
        )
        first = next(iter(series.values()))
        return MiningResult(
            verdicts=tuple(verdicts[place] for place in order),
            plan=plan,
            settings=self.settings,
            complete=done == plan.pairs and not stopped(),
            border=int(first.bars.time[min(first.border, len(first.bars) - 1)]),
            timeframes=tuple(series),
        )

    def _series(self, bars: Bars) -> dict[Timeframe, Series]:
        wanted = self.settings.timeframes or (bars.timeframe,)
        return {one: series_of(bars, one, self.settings.discovery) for one in dict.fromkeys(wanted)}

    def _plan(self, series: dict[Timeframe, Series], *, measured: bool) -> MiningPlan:
        joins, left_out = [], []
        for timeframe, one in series.items():
            bars = one.border - one.bars.warmup
            if bars < max(FEWEST_BARS, 4 * max(self.settings.lengths)):
                left_out.append(timeframe)
                continue
            for length in dict.fromkeys(self.settings.lengths):
                pairs = pair_count(bars, length, length // 2)
                share = min(1.0, self.settings.pairs / pairs)
                joins.append(PlannedJoin(timeframe, length, bars, int(pairs * share), share))
        if not joins:
            most = max(one.border - one.bars.warmup for one in series.values())
            what = f"{most:,} bars in the discovery part are too few to mine"
            least = max(FEWEST_BARS, 4 * max(self.settings.lengths))
            raise UsageError(what, hint=f"at least {least:,}: bring more bars or ask for a shorter time frame")
        pace = _pace() if measured else GUESSED_PACE
        seconds = sum(join.pairs for join in joins) / pace / self.settings.threads
        return MiningPlan(tuple(joins), 1.2 * seconds + 0.3 * len(joins), tuple(left_out))

    def _found(self, series: Series, join: PlannedJoin, told: _Told, stopped: Callable[[], bool]) -> list[Shape]:
        """Shapes of one length with their directions and horizons; none where it was stopped."""
        settings = self.settings
        closes = series.bars.close[series.bars.warmup : series.border]
        joined = self_join(
            closes,
            join.length,
            least=correlation(settings.tolerance),
            share=join.share,
            seed=settings.seed,
            threads=settings.threads,
            stopped=stopped,
            told=told.pairs_done,
        )
        if stopped():
            return []
        templates = find_templates(
            closes, joined, tolerance=settings.tolerance, fewest=settings.fewest, most=settings.most, stopped=stopped
        )
        return [self._shape(series, join, template, n) for n, template in enumerate(templates, 1)]

    def _shape(self, series: Series, join: PlannedJoin, found: FoundTemplate, number: int) -> Shape:
        """The shape with the direction and horizon that did best where it was mined."""
        name = f"shape_{join.timeframe}_{join.length}_{number}"
        blank = Shape(name, found.template, self.settings.tolerance, Direction.UP, 1, join.timeframe)
        fired = series.signals(blank)
        best, choice = -np.inf, blank
        for horizon in self.settings.horizons:
            shape = replace(blank, horizon=horizon)
            moves = series.moves(horizon)[series.found(shape, fired)]
            for direction in (Direction.UP, Direction.DOWN):
                t = part_statistics(direction.value * moves, self.settings.cost, join.bars).t
                if t > best:
                    best, choice = t, replace(shape, direction=direction)
        return choice


class _Told:
    """Passes pairs done on as progress, at most ten times a second."""

    def __init__(
        self, progress: Callable[[MiningProgress], None], join: PlannedJoin, pairs: int, done: int, found: int
    ):
        self._progress, self._join, self._pairs, self._done, self._found = progress, join, pairs, done, found
        self._last = 0.0

    def pairs_done(self, pairs: int) -> None:
        self._done += pairs
        now = time.monotonic()
        if now - self._last > 0.1:
            self._last = now
            done = min(self._done, self._pairs)
            self._progress(MiningProgress(self._join.timeframe, self._join.length, done, self._pairs, self._found))


def _chance(verdict: Verdict) -> float:
    known = verdict.shape.statistics
    return 2.0 if known is None or not known.p <= 1.0 else known.p


def _pace() -> float:
    """Pairs a second of one thread, from a join of some thousand windows."""
    closes: FloatArray = np.cumsum(np.random.default_rng(0).standard_normal(6 * LANES * 8))
    self_join(closes[:600], 32, least=0.9)
    begin = time.perf_counter()
    self_join(closes, 32, least=0.9)
    return pair_count(len(closes), 32, 16) / max(1e-6, time.perf_counter() - begin)
