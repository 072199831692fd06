"""Main memory: what the machine has and what this process may still take, containers' limits included."""

from __future__ import annotations

import ctypes
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from pinewright.machine.cgroup import group_limits


@dataclass(frozen=True)
class Memory:
    """total: bytes of the machine; usable: bytes this process may hold at most (a container's limit, else total);
    available: bytes free for it now, without swapping; estimated: True where the system does not tell and
    ``available`` is half of ``usable``."""

    total: int
    usable: int
    available: int
    estimated: bool = False


def detect_memory(root: Path = Path("/")) -> Memory:
    """The memory of this machine now; ``root`` is the file system's root, given in tests."""
    total, available = _meminfo(root) or _windows() or _sysconf()
    limits = group_limits(root)
    usable = total if limits.memory is None else min(total, limits.memory)
    if available is None:
        return Memory(total, usable, usable // 2, estimated=True)
    if limits.memory is not None:
        available = min(available, max(0, usable - (limits.memory_used or 0)))
    return Memory(total, usable, available)


def _meminfo(root: Path) -> tuple[int, int | None] | None:
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    kilobytes = {
        name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if rest.split()
    }
    if "MemTotal" not in kilobytes:
        return None
    free = kilobytes.get("MemAvailable")
    return kilobytes["MemTotal"] * 1024, None if free is None else free * 1024


def _windows() -> tuple[int, int | None] | None:
    return _global_memory_status() if platform.system() == "Windows" else None


def _global_memory_status() -> tuple[int, int | None] | None:
    """MEMORYSTATUSEX of kernel32: length, load, then seven 64-bit counts, total and available physical first."""

    class Status(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint32), ("load", ctypes.c_uint32), ("bytes", ctypes.c_uint64 * 7))

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name exists on Windows alone
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.bytes[0]), int(status.bytes[1])


def _sysconf() -> tuple[int, int | None]:
    """Other Unix systems tell the total and no more; where even that is missing, 2 GiB is a safe answer."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), None
    except (AttributeError, OSError, ValueError):
        return 2 << 30, None
