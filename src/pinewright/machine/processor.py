"""The processor: how many cores this process may use, its name, and which vector instructions it has."""

from __future__ import annotations

import math
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.machine.cgroup import group_limits

_SIMD: Final = ("sse2", "sse4_2", "avx", "avx2", "fma", "avx512f", "avx512bw", "asimd", "neon", "sve", "sve2")


@dataclass(frozen=True)
class Processor:
    """name; logical: threads the machine has; physical: cores, or None where unknown; usable: threads this process
    may run at once, after affinity and quota; quota: processors' worth of time, or None; simd: vector instruction
    sets, oldest first."""

    name: str
    logical: int
    physical: int | None
    usable: int
    quota: float | None
    simd: tuple[str, ...]


def detect_processor(root: Path = Path("/")) -> Processor:
    """The processor of this machine; ``root`` is the file system's root, given in tests."""
    logical = os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else logical
    quota = group_limits(root).cpus
    usable = allowed if quota is None else min(allowed, max(1, math.floor(quota + 0.5)))
    entries = _cpuinfo(root)
    flags = set((entries[0].get("flags") or entries[0].get("features") or "").split()) if entries else set()
    simd = tuple(name for name in _SIMD if name in flags) or _simd_from_llvm()
    name = (entries[0].get("model name") if entries else None) or _name_elsewhere()
    return Processor(name, logical, _physical(entries), usable, quota, simd)


def _cpuinfo(root: Path) -> list[dict[str, str]]:
    """The blocks of /proc/cpuinfo, names in lower case; empty on other systems."""
    try:
        text = (root / "proc/cpuinfo").read_text(errors="replace")
    except OSError:
        return []
    blocks = []
    for block in text.strip().split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        blocks.append({name.strip().lower(): value.strip() for name, _, value in pairs})
    return [block for block in blocks if "processor" in block]


def _physical(entries: list[dict[str, str]]) -> int | None:
    cores = {(e["physical id"], e["core id"]) for e in entries if "physical id" in e and "core id" in e}
    return len(cores) or None


def _simd_from_llvm() -> tuple[str, ...]:
    """Where the system tells nothing by file: LLVM asks the processor itself."""
    from llvmlite import binding

    features: dict[str, bool] = dict(binding.get_host_cpu_features())
    spelled = {name.replace(".", "_") for name, present in features.items() if present}
    return tuple(name for name in _SIMD if name in spelled)


def _name_elsewhere() -> str:
    if platform.system() == "Darwin":
        try:
            command = ["sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
        except (OSError, subprocess.SubprocessError):
            pass
    return platform.processor() or platform.machine() or "unknown processor"
