"""Backtests spread over the processes of a Ray cluster: the extra ``ray``, asked for with ``--engine ray``.

Every worker compiles the script itself (native code does not travel) and runs whole chunks of parameter sets on one
thread. The bars lie in Ray's object store once, and workers of a machine read them there without a copy. Rows of a
backtest do not depend on each other, so the results are those of the threads to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np

from pinewright.app.backtests.evaluation import METRIC_NAMES, MOST_COLUMN_BYTES, EngineEvaluator
from pinewright.backtest.columns import ColumnCache
from pinewright.backtest.engine import Engine
from pinewright.backtest.execution import Execution
from pinewright.errors import SearchError, UsageError
from pinewright.market import Bars, FloatArray
from pinewright.optimize.evaluation import Evaluation, Stopped
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import StrategySettings

CHUNK: Final = 1_000
"""Parameter sets of a task at least: one costs about a millisecond to send, beside a backtest's tenth of one."""
_A_WORKER: Final = 4
"""Tasks for each worker at most: enough that a slow one is not waited for."""
_LOOK: Final = 0.2
"""Seconds between two looks at whether the user wants to stop."""


@dataclass(frozen=True)
class _Recipe:
    """What a worker needs beside the bars to build the engine of the local evaluator. key: that of its program."""

    source: str
    name: str
    key: str
    settings: StrategySettings
    timezone: str | None
    execution: Execution | None
    column_bytes: int
    cache_dir: Path | None


class _Worker:
    """An engine in a process of Ray."""

    def __init__(self, recipe: _Recipe, bars: Bars, others: Sequence[Bars]):
        program = compile_script(check(recipe.source), recipe.name)
        if program.key != recipe.key:
            raise SearchError(
                "a worker of Ray compiles the script to another program",
                hint="install the same version of Pinewright on all machines",
            )
        self._engine = Engine(
            program,
            bars,
            settings=recipe.settings,
            cache_dir=recipe.cache_dir,
            columns=ColumnCache(recipe.column_bytes, len(bars)),
            timezone=recipe.timezone,
            others=others,
            execution=recipe.execution,
        )

    def run(self, parameters: FloatArray, first: int, last: int, daily: bool) -> tuple[FloatArray, FloatArray | None]:
        """Metrics [P, M] and, where asked for, daily profits [P, D]."""
        found = self._engine.run(parameters, first=first, last=last, daily=daily)
        return found.metrics, found.daily


class RayEvaluator:
    """The evaluator ``local`` with its large batches run on Ray; small ones run here, on its threads.

    source, name, cache_dir, timezone, others, execution: what the program and engine of ``local`` were made from.
    workers: how many processes, None for every processor that Ray has; they wait for processors that others use.
    address: a cluster's; None starts Ray on this machine, unless it runs already. ``close`` (or the end
    of a ``with``) ends what was started. UsageError without the extra.
    """

    def __init__(
        self,
        local: EngineEvaluator,
        source: str,
        name: str,
        *,
        cache_dir: Path | None = None,
        timezone: str | None = None,
        others: Sequence[Bars] = (),
        execution: Execution | None = None,
        workers: int | None = None,
        address: str | None = None,
    ):
        self._ray = _library()
        self.local = local
        self._started = not self._ray.is_initialized()
        if self._started:
            _start(self._ray, address, workers)
        self.workers = workers or max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        engine = local.engine
        column_bytes = max(1, MOST_COLUMN_BYTES // self.workers)
        key = engine.program.key
        recipe = _Recipe(source, name, key, engine.settings, timezone, execution, column_bytes, cache_dir)
        bars, rest = self._ray.put(engine.bars), self._ray.put(tuple(others))
        actor = self._ray.remote(num_cpus=1)(_Worker)
        self._actors = [actor.remote(recipe, bars, rest) for _ in range(self.workers)]

    @property
    def key(self) -> str:
        """That of the local evaluator: results are the same, and a search may go on with either."""
        return self.local.key

    @property
    def engine(self) -> Engine:
        """The local engine, for single runs."""
        return self.local.engine

    @property
    def batch(self) -> int:
        """Parameter sets of a batch that gives every worker a chunk, for ``SearchSettings.batch``."""
        return CHUNK * self.workers

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        """As the local evaluator does; raises Stopped when its stop is set, SearchError when workers are lost."""
        if len(parameters) < CHUNK:
            return self.local.evaluate(parameters, first, last, daily=daily)
        matrix = self.local.dated(parameters, first, last)
        chunks = np.array_split(matrix, max(1, min(len(matrix) // CHUNK, _A_WORKER * self.workers)))
        found = self._gather(chunks, first, last, daily)
        metrics = np.concatenate([one for one, _ in found])
        days = [one for _, one in found if one is not None]
        return Evaluation(METRIC_NAMES, metrics, np.concatenate(days) if days else None)

    def _gather(
        self, chunks: list[FloatArray], first: int, last: int, daily: bool
    ) -> list[tuple[FloatArray, FloatArray | None]]:
        """Results of all chunks in order; a worker gets its next one when it has done the last."""
        found: dict[int, tuple[FloatArray, FloatArray | None]] = {}
        running: dict[Any, tuple[int, Any]] = {}
        idle, waiting = list(self._actors), list(range(len(chunks)))[::-1]
        while waiting or running:
            while idle and waiting:
                number, actor = waiting.pop(), idle.pop()
                running[actor.run.remote(chunks[number], first, last, daily)] = (number, actor)
            ready, _ = self._ray.wait(list(running), num_returns=1, timeout=_LOOK)
            if self.local.stop is not None and self.local.stop.is_set():
                raise Stopped
            for task in ready:
                number, actor = running.pop(task)
                found[number] = self._result(task)
                idle.append(actor)
        return [found[number] for number in range(len(chunks))]

    def _result(self, task: Any) -> tuple[FloatArray, FloatArray | None]:
        try:
            metrics, days = self._ray.get(task)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error
        except self._ray.exceptions.RayError as error:
            raise SearchError(
                f"Ray lost a worker: {str(error).splitlines()[0]}",
                hint="run the same command again: what was done is kept; or leave out --engine ray",
            ) from error
        return metrics, days

    def close(self) -> None:
        """Ends the workers, and Ray where it was started here."""
        for actor in self._actors:
            self._ray.kill(actor)
        self._actors = []
        if self._started:
            self._ray.shutdown()

    def __enter__(self) -> RayEvaluator:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _library() -> Any:
    try:
        import ray
        import ray.exceptions
    except ImportError:
        raise UsageError(
            "Ray is not installed",
            where="--engine ray",
            hint="pip install 'pinewright[ray]', or leave out --engine: threads of this machine do the same work",
        ) from None
    return ray


def _start(ray: Any, address: str | None, workers: int | None) -> None:
    import logging

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is None:
        options |= {"include_dashboard": False, "num_cpus": workers}
    try:
        ray.init(address=address, **options)
    except (ConnectionError, RuntimeError, OSError) as error:
        raise UsageError(
            f"Ray did not start: {error}", where="--engine ray", hint="check the address, or leave out --engine"
        ) from error
