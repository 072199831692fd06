"""Detection on pretended machines (files as the kernel writes them), and the budget's laws."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.machine.accelerator import Gpu, parse_smi
from pinewright.machine.cgroup import GroupLimits, group_limits
from pinewright.machine.memory import Memory, detect_memory
from pinewright.machine.native_check import check_native_code
from pinewright.machine.processor import Processor, detect_processor
from pinewright.machine.resources import GIB, MIB, Disk, Machine, budget_for, detect, detect_disk

CPUINFO = """processor\t: 0
model name\t: AMD Ryzen 9 9950X 16-Core Processor
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu sse2 sse4_2 avx avx2 fma avx512f

processor\t: 1
model name\t: AMD Ryzen 9 9950X 16-Core Processor
physical id\t: 0
core id\t\t: 0
flags\t\t: fpu sse2 sse4_2 avx avx2 fma avx512f
"""


def files(root: Path, **texts: str) -> Path:
    """Write files whose names have ``__`` for a slash and ``_DOT_`` for a dot."""
    for name, text in texts.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def machine(usable: int = 4, available: int = 8 * GIB, gpus: tuple[Gpu, ...] = ()) -> Machine:
    processor = Processor("cpu", usable, None, usable, None, ("avx2",))
    return Machine("Linux", "3.11", processor, Memory(2 * available, 2 * available, available), _disk(), gpus)


def _disk() -> Disk:
    return Disk(Path("/"), GIB, GIB)


def test_no_groups_no_limits(tmp_path: Path) -> None:
    assert group_limits(tmp_path) == GroupLimits()


def test_version_two_takes_the_tightest_group_on_the_way_up(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        proc__self__cgroup="0::/user/app\n",
        sys__fs__cgroup__user__app__cpu_DOT_max="max 100000\n",
        sys__fs__cgroup__user__cpu_DOT_max="250000 100000\n",
        sys__fs__cgroup__user__app__memory_DOT_max=f"{2 * GIB}\n",
        sys__fs__cgroup__user__app__memory_DOT_current=f"{GIB}\n",
        sys__fs__cgroup__user__app__memory_DOT_stat=f"anon 1\ninactive_file {GIB // 2}\n",
        sys__fs__cgroup__user__memory_DOT_max="max\n",
    )
    assert group_limits(root) == GroupLimits(2.5, 2 * GIB, GIB // 2)


def test_version_one(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        proc__self__cgroup="4:memory:/box\n2:cpu,cpuacct:/not/here\n",
        sys__fs__cgroup__cpu__cpu_DOT_cfs_quota_us="150000",
        sys__fs__cgroup__cpu__cpu_DOT_cfs_period_us="100000",
        sys__fs__cgroup__memory__box__memory_DOT_limit_in_bytes=str(GIB),
        sys__fs__cgroup__memory__box__memory_DOT_usage_in_bytes=str(GIB // 4),
        sys__fs__cgroup__memory__memory_DOT_limit_in_bytes="9223372036854771712",
    )
    assert group_limits(root) == GroupLimits(1.5, GIB, GIB // 4)


def test_version_one_without_quota(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        proc__self__cgroup="2:cpu:/\n",
        sys__fs__cgroup__cpu__cpu_DOT_cfs_quota_us="-1",
        sys__fs__cgroup__cpu__cpu_DOT_cfs_period_us="100000",
    )
    assert group_limits(root).cpus is None


def test_processor_from_files(tmp_path: Path) -> None:
    found = detect_processor(files(tmp_path, proc__cpuinfo=CPUINFO))
    assert found.name == "AMD Ryzen 9 9950X 16-Core Processor"
    assert found.physical == 1
    assert found.simd == ("sse2", "sse4_2", "avx", "avx2", "fma", "avx512f")


def test_a_small_quota_leaves_one_thread(tmp_path: Path) -> None:
    root = files(tmp_path, proc__self__cgroup="0::/\n", sys__fs__cgroup__cpu_DOT_max="20000 100000")
    found = detect_processor(root)
    assert (found.quota, found.usable) == (0.2, 1)


def test_a_system_without_proc_is_asked_otherwise(tmp_path: Path) -> None:
    assert detect_processor(tmp_path).name
    memory = detect_memory(tmp_path)
    assert memory.estimated
    assert 0 < memory.available <= memory.total


def test_memory_within_a_container(tmp_path: Path) -> None:
    root = files(
        tmp_path,
        proc__meminfo="MemTotal:       16777216 kB\nMemAvailable:    8388608 kB\n",
        proc__self__cgroup="0::/\n",
        sys__fs__cgroup__memory_DOT_max=str(2 * GIB),
        sys__fs__cgroup__memory_DOT_current=str(GIB),
    )
    assert detect_memory(root) == Memory(16 * GIB, 2 * GIB, GIB)


def test_memory_without_container(tmp_path: Path) -> None:
    root = files(tmp_path, proc__meminfo="MemTotal: 4194304 kB\nMemAvailable: 1048576 kB\nHugePages_Total:\n")
    assert detect_memory(root) == Memory(4 * GIB, 4 * GIB, GIB)


def test_nvidia_smi() -> None:
    answer = "NVIDIA GeForce RTX 5090, 32607, 31000, 580.10\nold card, [N/A], 3, 1\n\n"
    assert parse_smi(answer) == (Gpu("NVIDIA GeForce RTX 5090", 32607 * MIB, 31000 * MIB, "580.10"),)


def test_disk_of_a_folder_that_does_not_exist_yet(tmp_path: Path) -> None:
    found = detect_disk(tmp_path / "not" / "yet")
    assert found.path == tmp_path
    assert 0 < found.free <= found.total


def test_this_machine(tmp_path: Path) -> None:
    found = detect(tmp_path)
    assert 1 <= found.processor.usable <= found.processor.logical
    assert 0 < found.memory.available <= found.memory.usable <= found.memory.total
    assert check_native_code()


@given(
    usable=st.integers(1, 512),
    available=st.integers(0, 1 << 42),
    threads=st.integers(0, 1024),
    row=st.integers(1, 1 << 20),
)
def test_a_budget_fits_the_machine(usable: int, available: int, threads: int, row: int) -> None:
    budget = budget_for(machine(usable, available), threads)
    assert 1 <= budget.threads <= usable
    assert threads == 0 or budget.threads <= threads
    assert budget.memory == max(64 * MIB, available // 2)
    assert 0 < budget.columns < budget.memory
    assert 4 * MIB <= budget.chunk <= 256 * MIB
    assert budget.batch >= budget.threads
    assert budget.rows(row) * row <= budget.chunk


@pytest.mark.parametrize(("gpus", "free"), [((), 0), ((Gpu("a", GIB, 5, ""), Gpu("b", GIB, 7, "")), 7)])
def test_gpu_memory_is_that_of_the_freest(gpus: tuple[Gpu, ...], free: int) -> None:
    assert budget_for(machine(gpus=gpus)).gpu == free
