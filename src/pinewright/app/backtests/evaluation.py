"""The engine as the search sees it: one program, one set of bars, one account."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np

import pinewright
from pinewright.backtest.columns import ColumnCache
from pinewright.backtest.engine import Engine
from pinewright.backtest.metrics import METRICS
from pinewright.machine.kernel import source_key
from pinewright.machine.resources import GIB, Budget
from pinewright.market import Bars, FloatArray
from pinewright.optimize.evaluation import Evaluation, Stopped
from pinewright.program import Program, StrategySettings

DATES = ("fromTime", "toTime")
"""Inputs of a generated script that bound its trading; the dates of a part go there, as a user would set them."""
MOST_COLUMN_BYTES: Final = GIB // 2
"""More memory for columns costs more time to touch than it saves."""
METRIC_NAMES = tuple(metric.name for metric in METRICS)


def column_cache(budget: Budget, bars: Bars) -> ColumnCache:
    """Shared columns for all engines of one run."""
    return ColumnCache(min(budget.columns, MOST_COLUMN_BYTES), len(bars))


def bars_key(bars: Bars) -> str:
    """Hash of the prices, times and identity of bars: equal keys, equal bars."""
    digest = hashlib.sha256(f"{bars.symbol}{bars.timeframe}{bars.side}{bars.feed}{bars.warmup}".encode())
    columns: Iterable[FloatArray | None] = (bars.open, bars.high, bars.low, bars.close, bars.volume, bars.spread)
    digest.update(np.ascontiguousarray(bars.time).tobytes())
    for column in columns:
        digest.update(b"none" if column is None else np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


@cache
def engine_version() -> str:
    """Hash of the sources that decide a result: a search never goes on with the figures of another engine."""
    root = Path(pinewright.__file__).parent
    folders = (root / "backtest", root / "machine" / "kernel")
    single = (root / "market.py", root / "program.py", root / "data" / "calendar.py", root / "data" / "zones.py")
    return source_key(*sorted(path for folder in folders for path in folder.glob("*.py")), *single)


def part_dates(bars: Bars, first: int, last: int) -> tuple[int, int]:
    """From and to (ms UTC) with which a generated script trades just as the engine does on bars [first, last).

    The first order may be sent at the close of bar ``first``, so the first fill lies one bar later. The end is that of
    the last bar, not the start of the next: before a weekend a position held overnight must be closed on Friday.
    """
    length = bars.timeframe.milliseconds
    return int(bars.time[first]) + length, int(bars.time[last - 1]) + length


def with_dates(
    parameters: FloatArray, program: Program, dates: tuple[str, str] | None, bars: Bars, first: int, last: int
) -> FloatArray:
    """Parameters [P, K] with the dates of bars [first, last) in the inputs ``dates``; as they are where it is None."""
    if dates is None:
        return parameters
    names = [item.name for item in program.inputs]
    found = parameters.copy()
    found[:, [names.index(name) for name in dates]] = part_dates(bars, first, last)
    return found


class EngineEvaluator:
    """An ``Engine`` behind the ``Evaluator`` protocol; a set ``stop`` ends an evaluation with ``Stopped``.

    dates: names of the two inputs that take the dates of each part, for scripts that have such.
    """

    def __init__(
        self,
        program: Program,
        bars: Bars,
        settings: StrategySettings,
        *,
        bars_hash: str,
        threads: int,
        columns: ColumnCache | None,
        cache_dir: Path | None,
        stop: Event | None = None,
        dates: tuple[str, str] | None = None,
        timezone: str | None = None,
    ):
        self.engine = Engine(
            program,
            bars,
            settings=settings,
            threads=threads,
            cache_dir=cache_dir,
            columns=columns,
            timezone=timezone,
        )
        self.stop, self.dates = stop, dates
        self.cache_dir, self.timezone, self._threads = cache_dir, timezone, threads
        account = replace(settings, declared=frozenset())
        self._key = hashlib.sha256(
            f"{engine_version()}{program.key}{account}{bars_hash}{timezone}".encode()
        ).hexdigest()

    @property
    def key(self) -> str:
        return self._key

    def dated(self, parameters: FloatArray, first: int, last: int) -> FloatArray:
        """Parameters [P, K] with the dates of bars [first, last) where the script has inputs for them."""
        return with_dates(parameters, self.engine.program, self.dates, self.engine.bars, first, last)

    def over(self, bars: Bars) -> EngineEvaluator:
        """The same program and account over other bars, for a few runs: its key says nothing, so keep no results."""
        return EngineEvaluator(
            self.engine.program,
            bars,
            self.engine.settings,
            bars_hash="",
            threads=self._threads,
            columns=None,
            cache_dir=self.cache_dir,
            stop=self.stop,
            dates=self.dates,
            timezone=self.timezone,
        )

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        parameters = self.dated(parameters, first, last)
        results = self.engine.run(parameters, first=first, last=last, daily=daily, stop=self.stop)
        if not bool(results.finished.all()):
            raise Stopped
        return Evaluation(METRIC_NAMES, results.metrics, results.daily)
