"""What this computer has, as one value, and the budget of threads and bytes that a run takes from it."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.machine.accelerator import Gpu, detect_gpus
from pinewright.machine.memory import Memory, detect_memory
from pinewright.machine.processor import Processor, detect_processor

MIB: Final = 1 << 20
GIB: Final = 1 << 30


@dataclass(frozen=True)
class Disk:
    """The file system below ``path``: total and free bytes."""

    path: Path
    total: int
    free: int


@dataclass(frozen=True)
class Machine:
    """One computer as this process sees it."""

    system: str
    python: str
    processor: Processor
    memory: Memory
    disk: Disk
    gpus: tuple[Gpu, ...]


@dataclass(frozen=True)
class Budget:
    """What one run may take.

    threads: to run at once. memory: bytes in all; columns: its share for price and indicator columns that threads
    share; chunk: bytes that one thread may hold for one piece of work. batch: parameter sets to hand to one kernel
    call: enough pieces for every thread, few enough that progress and Ctrl-C come through. gpu: bytes on the largest
    GPU, 0 without one.
    """

    threads: int
    memory: int
    columns: int
    chunk: int
    batch: int
    gpu: int

    def rows(self, row_bytes: int) -> int:
        """Rows of so many bytes in one chunk, at least one."""
        return max(1, self.chunk // max(1, row_bytes))


def detect(folder: Path | None = None) -> Machine:
    """Ask this computer; ``folder`` names the disk that counts (by default the current folder). Well under a second."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    disk = detect_disk(Path.cwd() if folder is None else folder)
    return Machine(system, platform.python_version(), detect_processor(), detect_memory(), disk, detect_gpus())


def detect_disk(folder: Path) -> Disk:
    """The disk below a folder, which need not exist yet."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    usage = shutil.disk_usage(place)
    return Disk(place, usage.total, usage.free)


def budget_for(machine: Machine, threads: int = 0) -> Budget:
    """A budget that leaves the machine usable: all usable threads (or ``threads``, if fewer), half the free memory.

    Never less than 64 MiB, so that a full machine still runs, slowly, instead of refusing. A fifth of the memory goes
    to chunks, shared by the threads, each between 4 and 256 MiB; the rest to columns.
    """
    usable = machine.processor.usable
    count = min(threads, usable) if threads > 0 else usable
    memory = max(64 * MIB, machine.memory.available // 2)
    chunk = min(256 * MIB, max(4 * MIB, memory // 5 // count))
    columns = max(memory // 2, memory - chunk * count)
    gpu = max((gpu.free for gpu in machine.gpus), default=0)
    return Budget(count, memory, columns, chunk, 128 * count, gpu)
