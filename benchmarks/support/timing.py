"""One contender a process, on one thread, by CPU time: what work costs, what it answers, how much memory it takes."""

from __future__ import annotations

import functools
import gc
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar

from pinewright.machine.resources import GIB, MIB, detect

T = TypeVar("T")
P = ParamSpec("P")

# Before numpy or numba is loaded, here and in the contenders' processes, which inherit it.
for _library in ("NUMBA", "OMP", "OPENBLAS", "MKL", "RAYON"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"


@dataclass(frozen=True)
class Timed(Generic[T]):
    """What some work answered, its CPU seconds, and the highest memory of its process so far, in bytes."""

    answer: T
    cpu: float
    peak: int


class Contender:
    """A process of its own: nothing is shared, its memory is its own, and it lives as long as the ``with`` block."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Timed[T]:
        """Does the work there, on one thread."""
        return self._pool.submit(_timed, functools.partial(work, *args, **kwargs)).result()

    def __enter__(self) -> Contender:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown()


def _timed(work: Callable[[], T]) -> Timed[T]:
    gc.collect()
    start = time.process_time()
    answer = work()
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Timed(answer, cpu, peak if sys.platform == "darwin" else 1024 * peak)


def megabytes(size: int) -> str:
    """Bytes for a table."""
    return f"{size / MIB:,.0f} MiB"


def machine() -> str:
    """This computer in one line."""
    found = detect()
    name, usable = found.processor.name, found.processor.usable
    return f"{name}, {usable} threads usable, {found.memory.total / GIB:.0f} GiB, Python {found.python}"
