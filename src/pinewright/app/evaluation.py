"""The engine as the search sees it: one program, one set of bars, one account."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np

from pinewright.backtest.engine import Engine
from pinewright.backtest.metrics import METRICS
from pinewright.market import Bars, FloatArray
from pinewright.optimize.evaluation import Evaluation, Stopped
from pinewright.program import Program, StrategySettings

METRIC_NAMES = tuple(metric.name for metric in METRICS)


def bars_key(bars: Bars) -> str:
    """Hash of the prices, times and identity of bars: equal keys, equal bars."""
    digest = hashlib.sha256(f"{bars.symbol}{bars.timeframe}{bars.side}{bars.feed}{bars.warmup}".encode())
    columns: Iterable[FloatArray | None] = (bars.open, bars.high, bars.low, bars.close, bars.volume, bars.spread)
    digest.update(np.ascontiguousarray(bars.time).tobytes())
    for column in columns:
        digest.update(b"none" if column is None else np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


class EngineEvaluator:
    """An ``Engine`` behind the ``Evaluator`` protocol; a set ``stop`` ends an evaluation with ``Stopped``."""

    def __init__(
        self,
        program: Program,
        bars: Bars,
        settings: StrategySettings,
        *,
        bars_hash: str,
        threads: int,
        column_bytes: int,
        cache_dir: Path | None,
        stop: Event | None = None,
    ):
        self.engine = Engine(
            program, bars, settings=settings, threads=threads, cache_dir=cache_dir, column_bytes=column_bytes
        )
        self.stop = stop
        account = replace(settings, declared=frozenset())
        self._key = hashlib.sha256(f"{program.key}{account}{bars_hash}".encode()).hexdigest()

    @property
    def key(self) -> str:
        return self._key

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        results = self.engine.run(parameters, first=first, last=last, daily=daily, stop=self.stop)
        if not bool(results.finished.all()):
            raise Stopped
        return Evaluation(METRIC_NAMES, results.metrics, results.daily)
