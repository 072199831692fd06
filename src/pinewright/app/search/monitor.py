"""`OptimizationProgressMonitor`: the callbacks of a search made into events: best so far, pace, time left, resources.

with monitoring(form, folder) as monitor:              terminal or JSON lines, and DIR/progress.jsonl
    evaluator = monitor.watch(evaluator, inputs, parts)  so that combinations and results outside can be told
    search_families(..., progress=monitor)
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.app.search.pace import Pace
from pinewright.app.terminal.progress import terminal_sink
from pinewright.app.words.progress import DEFAULT_OBJECTIVE
from pinewright.errors import PinewrightError
from pinewright.machine.event_lines import JsonFile, JsonLines, Thinned
from pinewright.machine.events import (
    BatchDone,
    Event,
    Failed,
    Finished,
    Interrupted,
    Resources,
    RunStarted,
    SearchStarted,
    Sink,
    StepDone,
    StepStarted,
    Stream,
)
from pinewright.machine.usage import UsageMeter
from pinewright.market import FloatArray
from pinewright.optimize.evaluation import Evaluation, Evaluator
from pinewright.optimize.objective import Objective
from pinewright.optimize.split import Split

FILE: Final = "progress.jsonl"
_RESOURCES: Final = 5.0
"""Seconds between two readings of resources."""


class ProgressForm(Enum):
    """How progress is told on standard error."""

    AUTO = "auto"
    JSONL = "jsonl"
    NONE = "none"


@dataclass
class _Seen:
    """The search at hand: its last trial, its best, and the trials [B, V] with scores [B] since it was told last."""

    name: str = ""
    parameters: tuple[float, ...] = ()
    fresh: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)
    told: BatchDone | None = None
    best: float = -math.inf
    best_parameters: tuple[float, ...] = ()
    outside: float = math.nan


class OptimizationProgressMonitor:
    """Takes the progress of searches and emits events; itself a ``FamilyProgress``.

    ``now`` gives seconds on a clock that only rises. Nothing it is told changes a search.
    """

    def __init__(
        self, stream: Stream, *, meter: UsageMeter | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._meter = UsageMeter() if meter is None else meter
        self._now = now
        self._begin = now()
        self._pace: Pace | None = None
        self._next_resources = self._begin
        self._inputs: dict[str, tuple[str, ...]] = {}
        self._objectives: dict[str, str] = {}
        self._seen = _Seen()
        self._step: tuple[str, float] | None = None
        self.ended = False

    def __call__(self, name: str, done: int, planned: int, best: float) -> None:
        """Trials ``done`` of all ``planned``, and the best score of the search ``name`` so far."""
        if self._pace is None:
            # From the first search on: what was compiled before is no pace of trials.
            self._pace = Pace(self._now())
        seen = self._seen
        if name != seen.name:
            seen = self._begin_search(name)
        if done:
            self._note_best(best)
            rate, left = self._pace.at(self._now(), done, planned)
            seen.told = BatchDone(
                name, done, planned, seen.parameters, seen.best_parameters, seen.best, seen.outside, rate, left
            )
            self._emit(seen.told)
        self._resources()

    def watch(
        self,
        evaluator: Evaluator,
        name: str,
        inputs: Sequence[str],
        parts: Split,
        objective: Objective,
        vary: Sequence[str] | None = None,
    ) -> Evaluator:
        """The same evaluator, whose calls are noted: combinations on the search part, scores on the selection part.

        name: as the search's progress tells it. inputs [K]: of the program; vary: those of them that are told, all by
        default. The locked part is passed through unseen.
        """
        told = tuple(inputs) if vary is None else tuple(each for each in inputs if each in set(vary))
        self._inputs[name] = told
        self._objectives[name] = objective.title
        columns = [index for index, each in enumerate(inputs) if each in set(told)]
        return _Watched(evaluator, partial(self._note, name), columns, parts, objective)

    def started(self, command: str, data: str, planned: int, seed: int, threads: int) -> None:
        """A command begins."""
        self._emit(RunStarted(command, data, planned, seed, threads))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step beside the searches: told when it begins and, unless it fails, when it is done."""
        self.begin(name)
        try:
            yield
        except BaseException:
            self._step = None
            raise
        self._end_step()

    def begin(self, name: str) -> None:
        """A step begins and lasts until the next one, the next search, or the end of the run."""
        self._end_step()
        self._step = name, self._now()
        self._emit(StepStarted(name))

    def finished(self, word: str, trials: int) -> None:
        """The command is at its end with this verdict."""
        self._end(Finished(word, trials, self._now() - self._begin))

    def interrupted(self, done: int, planned: int) -> None:
        """The command was stopped."""
        self._end(Interrupted(done, planned, self._now() - self._begin))

    def failed(self, error: BaseException) -> None:
        """The command ends with an error; nothing where its end was told before."""
        if not self.ended:
            code = error.code if isinstance(error, PinewrightError) else type(error).__name__
            what = error.what if isinstance(error, PinewrightError) else str(error)
            self._end(Failed(code, what, self._now() - self._begin))

    def _end_step(self) -> None:
        if self._step is not None:
            name, begin = self._step
            self._step = None
            self._emit(StepDone(name, self._now() - begin))
            self._resources()

    def _begin_search(self, name: str) -> _Seen:
        self._end_step()
        self._seen = _Seen(name)
        objective = self._objectives.get(name, DEFAULT_OBJECTIVE)
        self._emit(SearchStarted(name, objective, self._inputs.get(name, ())))
        return self._seen

    def _note(self, name: str, rows: FloatArray, scores: FloatArray, outside: bool) -> None:
        seen = self._seen
        if name != seen.name or not len(rows):
            return
        if not outside:
            seen.fresh.append((rows, scores))
            seen.parameters = tuple(rows[-1].tolist())
            return
        top = float(np.max(scores))
        if math.isfinite(top) and not seen.outside >= top:
            seen.outside = top
            if seen.told is not None:
                # Candidates are measured outside when the last batch was told already.
                seen.told = replace(seen.told, best_outside=top)
                self._emit(seen.told)

    def _note_best(self, best: float) -> None:
        """A better score belongs to the new trial that has it; to none known where trials were read back."""
        seen = self._seen
        if best > seen.best:
            rows = [row for rows, scores in seen.fresh for row in rows[scores == best]]
            seen.best, seen.best_parameters = best, tuple(rows[0].tolist()) if rows else ()
        seen.fresh.clear()

    def _resources(self) -> None:
        if self._now() >= self._next_resources:
            self._next_resources = self._now() + _RESOURCES
            usage = self._meter.read()
            self._emit(Resources(usage.memory, usage.memory_free, usage.cpus, usage.cpu_seconds))

    def _end(self, event: Finished | Interrupted | Failed) -> None:
        if not isinstance(event, Failed):
            self._end_step()
        self.ended = True
        self._emit(event)

    def _emit(self, event: Event) -> None:
        self._stream.emit(event)


class _Watched:
    """An evaluator that tells what it was asked; results pass through untouched."""

    def __init__(
        self,
        evaluator: Evaluator,
        note: Callable[[FloatArray, FloatArray, bool], None],
        columns: list[int],
        parts: Split,
        objective: Objective,
    ):
        self._evaluator, self._note, self._columns = evaluator, note, columns
        self._parts, self._objective = parts, objective

    @property
    def key(self) -> str:
        return self._evaluator.key

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        found = self._evaluator.evaluate(parameters, first, last, daily=daily)
        for part, outside in ((self._parts.search, False), (self._parts.selection, True)):
            if (first, last) == (part.first, part.last):
                self._note(parameters[:, self._columns], self._objective.scores(found), outside)
        return found


@contextmanager
def monitoring(
    form: ProgressForm, folder: Path | None, *, quiet: bool = False
) -> Iterator[OptimizationProgressMonitor]:
    """A monitor that tells progress on standard error in this form, and in ``folder``/progress.jsonl in any case.

    quiet: no bar and no lines (``--json``); JSON lines that were asked for still come. The file is thinned to about two
    lines a second and tells of this run alone. An error that ends the block is told as ``failed``.
    """
    sinks: list[Sink] = []
    if form is ProgressForm.JSONL:
        sinks.append(JsonLines(sys.stderr))
    elif form is ProgressForm.AUTO and not quiet:
        sinks.append(terminal_sink())
    if folder is not None:
        sinks.append(Thinned(JsonFile(folder / FILE)))
    stream = Stream(sinks)
    monitor = OptimizationProgressMonitor(stream)
    try:
        yield monitor
    except BaseException as error:
        monitor.failed(error)
        raise
    finally:
        stream.close()
