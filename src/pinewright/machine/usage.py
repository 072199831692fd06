"""What this process takes of the machine now: memory, and processors kept busy since it was last asked."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pinewright.machine.memory import detect_memory


@dataclass(frozen=True)
class Usage:
    """memory: bytes held (0 where the system does not tell); memory_free: bytes this process may still take, a
    container's limit included; cpus: processors kept busy since the reading before; cpu_seconds: in all.
    """

    memory: int
    memory_free: int
    cpus: float
    cpu_seconds: float


class UsageMeter:
    """Reads the usage of this process, threads included and other processes not. ``clock`` and ``cpu`` in seconds."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
        root: Path = Path("/"),
    ):
        self._clock, self._cpu, self._root = clock, cpu, root
        self._then, self._used = clock(), cpu()

    def read(self) -> Usage:
        """The usage now."""
        now, used = self._clock(), self._cpu()
        span = now - self._then
        cpus = (used - self._used) / span if span > 0 else 0.0
        self._then, self._used = now, used
        return Usage(memory_held(self._root), detect_memory(self._root).available, cpus, used)


def memory_held(root: Path = Path("/")) -> int:
    """Bytes of main memory that this process holds; its peak where the system tells no more, 0 where it tells nothing.

    ``root`` is the file system's root, given in tests.
    """
    try:
        return int((root / "proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return peak_memory()


def peak_memory() -> int:
    """Highest memory of this process so far, bytes; 0 where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
