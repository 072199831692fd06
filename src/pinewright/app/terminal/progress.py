"""What a person sees while a search runs: what is tried, the best so far, the time left; and Ctrl-C as a normal end."""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from pinewright.app.terminal import output
from pinewright.app.words import common as texts
from pinewright.app.words import progress as texts_progress
from pinewright.machine.events import BatchDone, Record, SearchStarted, Sink, StepStarted

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")


def terminal_sink() -> Sink:
    """A progress bar on standard error where that is a terminal, else a line at each tenth and each step."""
    return BarSink() if sys.stderr.isatty() else LineSink()


def bar_or_lines(bar: Callable[[], AbstractContextManager[T]], lines: Callable[[], T]) -> AbstractContextManager[T]:
    """What follows a long work on standard error: a bar where that is a terminal, else lines now and then."""
    return bar() if sys.stderr.isatty() else nullcontext(lines())


class LineSink:
    """Lines on standard error: one at each tenth of the trials and one for each step that takes long."""

    def __init__(self) -> None:
        self._objective = texts_progress.DEFAULT_OBJECTIVE
        self._tenth = 0

    def take(self, record: Record) -> None:
        event = record.event
        if isinstance(event, SearchStarted):
            self._objective = event.objective
        elif isinstance(event, StepStarted):
            output.message(texts_progress.STEP.format(name=texts_progress.step(event.name)))
        elif isinstance(event, BatchDone):
            self._batch(event)

    def _batch(self, event: BatchDone) -> None:
        tenth = 10 * event.done // max(event.planned, 1)
        if tenth <= self._tenth:
            return
        self._tenth = tenth
        said = ", ".join(filter(None, (best(event, self._objective), pace(event))))
        output.message(texts_progress.LINE.format(name=event.name, done=event.done, planned=event.planned, said=said))

    def close(self) -> None:
        """Nothing is held."""


class BarSink:
    """A bar of rich on standard error, gone when it is closed."""

    def __init__(self) -> None:
        self._objective = texts_progress.DEFAULT_OBJECTIVE
        self._shown: tuple[Progress, TaskID] | None = None

    def take(self, record: Record) -> None:
        event = record.event
        if isinstance(event, SearchStarted):
            self._objective = event.objective
        elif isinstance(event, StepStarted):
            bar, task = self._bar()
            bar.update(task, description=texts_progress.step(event.name), best="", pace="")
        elif isinstance(event, BatchDone):
            bar, task = self._bar()
            bar.update(
                task,
                description=event.name,
                completed=event.done,
                total=event.planned,
                best=best(event, self._objective),
                pace=pace(event),
            )

    def _bar(self) -> tuple[Progress, TaskID]:
        if self._shown is None:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[pace]}"),
                TextColumn("{task.fields[best]}"),
            )
            bar = Progress(*columns, console=output.console(), transient=True)
            bar.start()
            self._shown = bar, bar.add_task(texts_progress.SEARCHING, total=None, best="", pace="")
        return self._shown

    def close(self) -> None:
        if self._shown is not None:
            self._shown[0].stop()
            self._shown = None


def best(event: BatchDone, objective: str) -> str:
    """The best so far in and, where it is known, out of sample."""
    if not math.isfinite(event.best_inside):
        return texts_progress.NO_BEST
    form = texts_progress.BEST_OUTSIDE if math.isfinite(event.best_outside) else texts_progress.BEST
    return form.format(objective=objective, best=event.best_inside, outside=event.best_outside)


def pace(event: BatchDone) -> str:
    """Trials a second and the time left; empty until they are known and when nothing is left."""
    if not event.seconds_left > 0:
        return ""
    return texts_progress.PACE.format(rate=event.trials_per_second, left=texts_progress.span(event.seconds_left))


@contextmanager
def stop_on_interrupt(stop: Event) -> Iterator[None]:
    """Ctrl-C (or SIGTERM) sets ``stop``; a second one ends at once with KeyboardInterrupt."""

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            raise KeyboardInterrupt
        output.message(texts.STOPPING)
        stop.set()

    kept = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
