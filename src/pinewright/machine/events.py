"""One typed stream of what a long work does: events with run, sequence and time, and sinks that show or keep them.

    work -> Stream.emit(event) -> Record(run, sequence, time, event) -> every Sink

Progress is told, never needed: a sink that fails is left out with a warning, and the work goes on.
"""

from __future__ import annotations

import contextlib
import math
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import ClassVar, Final, Protocol

from pinewright.log import StructuredLogger

_log: Final = StructuredLogger("events")


@dataclass(frozen=True)
class RunStarted:
    """A command began. data: the bars in one phrase; planned: trials of all searches; threads: to run at once."""

    kind: ClassVar[str] = "run_started"
    command: str
    data: str
    planned: int
    seed: int
    threads: int


@dataclass(frozen=True)
class SearchStarted:
    """A search began. name: family or script; inputs [V]: what varies; objective: what is maximised, as told."""

    kind: ClassVar[str] = "search_started"
    name: str
    objective: str
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class BatchDone:
    """A batch of trials is done.

    done, planned: trials of all searches of the run. parameters [V]: values of the search's inputs in the trial made
    last; best_parameters [V]: in the best so far; both empty where the trials came from an earlier run's state.
    best_inside: best score of this search on the search part, -inf while no trial has one. best_outside: best score of
    its candidates on the selection part, NaN until they were measured there; the locked part is never told.
    trials_per_second: over the last seconds, seconds_left: at that rate, both NaN until known.
    """

    kind: ClassVar[str] = "batch_done"
    name: str
    done: int
    planned: int
    parameters: tuple[float, ...] = ()
    best_parameters: tuple[float, ...] = ()
    best_inside: float = -math.inf
    best_outside: float = math.nan
    trials_per_second: float = math.nan
    seconds_left: float = math.nan


@dataclass(frozen=True)
class StepStarted:
    """A step beside the searches began, such as ``walk_forward`` or ``report``."""

    kind: ClassVar[str] = "step_started"
    name: str


@dataclass(frozen=True)
class StepDone:
    """That step is done, after ``seconds``."""

    kind: ClassVar[str] = "step_done"
    name: str
    seconds: float


@dataclass(frozen=True)
class Resources:
    """What this process takes: memory in bytes (0 where the system does not tell), memory_free: bytes that it may
    still take, cpus: processors kept busy since the event before, cpu_seconds: in all.
    """

    kind: ClassVar[str] = "resources"
    memory: int
    memory_free: int
    cpus: float
    cpu_seconds: float


@dataclass(frozen=True)
class Finished:
    """The command came to its end. word: the verdict's; trials: made in all."""

    kind: ClassVar[str] = "finished"
    word: str
    trials: int
    seconds: float


@dataclass(frozen=True)
class Interrupted:
    """The command was stopped; what was done is kept and the same command goes on."""

    kind: ClassVar[str] = "interrupted"
    done: int
    planned: int
    seconds: float


@dataclass(frozen=True)
class Failed:
    """The command ended with an error: its stable code and what happened."""

    kind: ClassVar[str] = "failed"
    code: str
    what: str
    seconds: float


Event = RunStarted | SearchStarted | BatchDone | StepStarted | StepDone | Resources | Finished | Interrupted | Failed
EVENTS: Final = (
    RunStarted, SearchStarted, BatchDone, StepStarted, StepDone, Resources, Finished, Interrupted, Failed,
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """An event in its stream. run: the same for all events of one call; sequence: from 0; time: ms UTC."""

    run: str
    sequence: int
    time: int
    event: Event


class Sink(Protocol):
    """Takes records in order, from one thread at a time."""

    def take(self, record: Record) -> None: ...

    def close(self) -> None: ...


def _now() -> int:
    return time.time_ns() // 1_000_000


class Stream:
    """Gives each event to every sink. ``run`` is a random name by default; ``clock`` gives ms UTC."""

    def __init__(self, sinks: Iterable[Sink] = (), *, run: str | None = None, clock: Callable[[], int] = _now):
        self.run = uuid.uuid4().hex[:12] if run is None else run
        self._sinks = list(sinks)
        self._clock = clock
        self._sequence = 0
        self._lock = Lock()

    def emit(self, event: Event) -> None:
        """Any thread may call this; the work that calls it never sees a sink's error."""
        with self._lock:
            record = Record(self.run, self._sequence, self._clock(), event)
            self._sequence += 1
            for sink in tuple(self._sinks):
                self._try(sink, partial(sink.take, record))

    def close(self) -> None:
        """Closes every sink; events after that go nowhere."""
        with self._lock:
            for sink in tuple(self._sinks):
                self._try(sink, sink.close)
            self._sinks.clear()

    def _try(self, sink: Sink, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:
            # A full disk or a closed pipe must not cost a search of hours.
            if sink in self._sinks:
                self._sinks.remove(sink)
            with contextlib.suppress(OSError, ValueError):  # standard error itself may be gone
                _log.warning("progress cannot be told any more", sink=type(sink).__name__, error=str(error))
