"""NVIDIA GPUs, asked through nvidia-ml-py where it is installed, else nvidia-smi. None is a normal answer."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

_SECONDS: Final = 10
_QUERY: Final = "name,memory.total,memory.free,driver_version"


@dataclass(frozen=True)
class Gpu:
    """name; memory and free in bytes; driver version."""

    name: str
    memory: int
    free: int
    driver: str


def detect_gpus() -> tuple[Gpu, ...]:
    """Every NVIDIA GPU that the driver shows; empty without GPU, driver or permission."""
    return _from_nvml() or _from_smi()


def _from_nvml() -> tuple[Gpu, ...]:
    try:
        import pynvml
    except ImportError:
        return ()
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        driver = _text(pynvml.nvmlSystemGetDriverVersion())
        found = []
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
            found.append(Gpu(_text(pynvml.nvmlDeviceGetName(handle)), int(memory.total), int(memory.free), driver))
        return tuple(found)
    except pynvml.NVMLError:
        return ()
    finally:
        pynvml.nvmlShutdown()


def _from_smi() -> tuple[Gpu, ...]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    command = [program, f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return parse_smi(answer)


def parse_smi(answer: str) -> tuple[Gpu, ...]:
    """Rows ``name, MiB, MiB, driver`` as nvidia-smi prints them; rows of any other form are left out."""
    found = []
    for line in answer.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == 4 and cells[1].isdigit() and cells[2].isdigit():
            found.append(Gpu(cells[0], int(cells[1]) << 20, int(cells[2]) << 20, cells[3]))
    return tuple(found)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
