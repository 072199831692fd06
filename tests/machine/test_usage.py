"""What a process takes: by the system's files where there are such, else its peak, and processors by two readings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.machine.usage import UsageMeter, memory_held


def test_processors_between_two_readings() -> None:
    times, used = iter([0.0, 2.0, 2.0, 4.0]), iter([1.0, 4.0, 4.0, 4.5])
    meter = UsageMeter(clock=lambda: next(times), cpu=lambda: next(used))
    assert [(one.cpus, one.cpu_seconds) for one in (meter.read(), meter.read(), meter.read())] == [
        (1.5, 4.0),
        (0.0, 4.0),
        (0.25, 4.5),
    ]


def test_memory_grows_with_what_is_held() -> None:
    before = memory_held()
    kept = np.ones(20_000_000)
    assert memory_held() - before > 100_000_000 or before == 0
    assert kept.sum() == 20_000_000


def test_memory_without_the_systems_files(tmp_path: Path) -> None:
    assert memory_held(tmp_path) >= 0
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/statm").write_text("100 25 3\n")
    import os

    if hasattr(os, "sysconf"):
        assert memory_held(tmp_path) == 25 * os.sysconf("SC_PAGE_SIZE")
    (tmp_path / "proc/self/statm").write_text("nonsense")
    assert memory_held(tmp_path) >= 0


def test_here() -> None:
    usage = UsageMeter().read()
    assert usage.memory_free > 0
    assert usage.cpu_seconds > 0
    assert usage.cpus == pytest.approx(usage.cpus)
