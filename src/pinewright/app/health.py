"""The questions that `doctor` asks: what was found, whether it is needed, and what its absence costs."""

from __future__ import annotations

import tempfile
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import Final

from pinewright.app.terminal import output
from pinewright.app.words import common as texts
from pinewright.errors import PinewrightError
from pinewright.machine.native_check import check_native_code
from pinewright.machine.resources import GIB, Budget, Machine
from pinewright.market import NEW_YORK


class State(Enum):
    """ok: there; absent: not there and not needed; broken: needed and not there."""

    OK = "ok"
    ABSENT = "absent"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One answer. ``cost`` tells what is slower or impossible without it, None where nothing is lost."""

    name: str
    state: State
    found: str
    cost: str | None = None


NEEDED: Final = (
    "jinja2",
    "litecharts",
    "llvmlite",
    "numpy",
    "polars",
    "pydantic-settings",
    "rich",
    "scipy",
    "structlog",
)
OPTIONAL: Final = {
    "torch": texts.NO_TORCH,
    "transformers": texts.NO_TRANSFORMERS,
    "nvidia-ml-py": texts.NO_NVML,
    "vectorbt": texts.NO_VECTORBT,
}


def machine_findings(machine: Machine, budget: Budget) -> Iterator[Finding]:
    """The hardware, and what a run will take of it."""
    cpu, memory, disk = machine.processor, machine.memory, machine.disk
    yield Finding(texts.SYSTEM, State.OK, f"{machine.system}, Python {machine.python}")
    limited = texts.FEWER_CORES.format(usable=cpu.usable, logical=cpu.logical) if cpu.usable < cpu.logical else None
    cores = texts.CORES.format(name=cpu.name, usable=cpu.usable, logical=cpu.logical)
    yield Finding(texts.PROCESSOR, State.OK, cores, limited)
    wide = any(name.startswith("avx") or name in ("asimd", "neon", "sve") for name in cpu.simd)
    simd = ", ".join(cpu.simd) or texts.NONE
    yield Finding(texts.VECTORS, State.OK if wide else State.ABSENT, simd, None if wide else texts.NO_SIMD)
    tight = memory.available < GIB
    ram = texts.MEMORY_FOUND.format(available=output.size(memory.available), usable=output.size(memory.usable))
    yield Finding(texts.MEMORY, State.OK, ram, texts.LITTLE_MEMORY if tight else None)
    room = texts.DISK_FOUND.format(free=output.size(disk.free), path=disk.path)
    yield Finding(texts.DISK, State.OK, room, texts.LITTLE_DISK if disk.free < GIB else None)
    for gpu in machine.gpus:
        found = texts.GPU_FOUND.format(
            name=gpu.name, free=output.size(gpu.free), memory=output.size(gpu.memory), driver=gpu.driver
        )
        yield Finding(texts.GPU, State.OK, found)
    if not machine.gpus:
        yield Finding(texts.GPU, State.ABSENT, texts.NONE, texts.NO_GPU)
    plan = texts.BUDGET_FOUND.format(threads=budget.threads, memory=output.size(budget.memory), batch=budget.batch)
    yield Finding(texts.BUDGET, State.OK, plan)


def software_findings() -> Iterator[Finding]:
    """Packages, native code and time zones."""
    for name in NEEDED:
        version = _version(name)
        state = State.BROKEN if version is None else State.OK
        yield Finding(name, state, version or texts.NONE, texts.REINSTALL if version is None else None)
    yield _asked(texts.NATIVE, check_native_code)
    yield _asked(texts.ZONES, _zone)
    for name, cost in OPTIONAL.items():
        version = _version(name)
        state = State.ABSENT if version is None else State.OK
        yield Finding(name, state, version or texts.NONE, cost if version is None else None)


def place_findings(cache: Path) -> Iterator[Finding]:
    """Folders that are written to."""
    yield _asked(texts.CACHE, lambda: _writable(cache))
    yield _asked(texts.FOLDER, lambda: _writable(Path.cwd()))


def _asked(name: str, question: Callable[[], str]) -> Finding:
    try:
        return Finding(name, State.OK, question())
    except PinewrightError as error:
        return Finding(name, State.BROKEN, error.what, error.hint)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _zone() -> str:
    try:
        zoneinfo.ZoneInfo(NEW_YORK)
    except zoneinfo.ZoneInfoNotFoundError as error:
        raise PinewrightError(texts.NO_ZONE.format(zone=NEW_YORK), hint=texts.REINSTALL) from error
    return NEW_YORK


def _writable(folder: Path) -> str:
    """Try a file in the folder, or in the nearest folder above it that exists; nothing stays behind."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return str(folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PinewrightError(f"{folder}: {reason}", hint=texts.CHOOSE_FOLDER) from error
