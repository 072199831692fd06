"""What a person sees while a search runs: what is tried, the best so far, the time left; and Ctrl-C as a normal end."""

from __future__ import annotations

import math
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event
from types import FrameType
from typing import TypeVar

from pinewright.app import output, texts

T = TypeVar("T")

Show = Callable[[str, int, int, float], None]
"""Takes what is searched, trials done, trials planned, and the best score so far."""


def search_progress(quiet: bool = False) -> AbstractContextManager[Show]:
    """A progress bar on standard error where that is a terminal, else a line at each tenth; nothing when ``quiet``."""
    return nullcontext(lambda *_: None) if quiet else bar_or_lines(_bar, _lines)


def bar_or_lines(bar: Callable[[], AbstractContextManager[T]], lines: Callable[[], T]) -> AbstractContextManager[T]:
    """What follows a long work on standard error: a bar where that is a terminal, else lines now and then."""
    return bar() if sys.stderr.isatty() else nullcontext(lines())


@contextmanager
def _bar() -> Iterator[Show]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[best]}"),
    )
    with Progress(*columns, console=output.console(), transient=True) as progress:
        task = progress.add_task(texts.SEARCHING, total=None, best="")

        def show(name: str, done: int, planned: int, best: float) -> None:
            progress.update(task, description=name, completed=done, total=planned, best=_best(best))

        yield show


def _lines() -> Show:
    begin = time.monotonic()
    told = [0]

    def show(name: str, done: int, planned: int, best: float) -> None:
        tenth = 10 * done // max(planned, 1)
        if tenth > told[0]:
            told[0] = tenth
            left = (time.monotonic() - begin) * (planned - done) / max(done, 1)
            output.message(
                texts.PROGRESS.format(name=name, done=done, planned=planned, best=_best(best), left=math.ceil(left))
            )

    return show


def _best(best: float) -> str:
    return texts.BEST.format(best=best) if math.isfinite(best) else texts.NO_BEST


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
