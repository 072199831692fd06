"""Limits that a container or a service manager puts on this process (Linux control groups, versions 1 and 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

# Version 1 writes "no limit" as the largest multiple of a page below 2^63; nothing near it is a limit.
_UNLIMITED: Final = 1 << 60


@dataclass(frozen=True)
class GroupLimits:
    """cpus: processors' worth of time allowed, or None. memory, memory_used: bytes, or None where there is no limit."""

    cpus: float | None = None
    memory: int | None = None
    memory_used: int | None = None


def group_limits(root: Path = Path("/")) -> GroupLimits:
    """The tightest limits over this process's groups and all groups above them; none where the system has no groups.

    ``root`` is the file system's root, given in tests.
    """
    cpus: float | None = None
    memory: int | None = None
    used: int | None = None
    for folder in _folders(root, "cpu"):
        quota = _cpu_quota(folder)
        if quota is not None and (cpus is None or quota < cpus):
            cpus = quota
    for folder in _folders(root, "memory"):
        limit = _number(folder / "memory.max", folder / "memory.limit_in_bytes")
        if limit is not None and limit < _UNLIMITED and (memory is None or limit < memory):
            memory = limit
            used = _memory_used(folder)
    return GroupLimits(cpus, memory, used)


def _folders(root: Path, controller: str) -> Iterator[Path]:
    """Folders of this process's group and those above it, for one controller, in both versions."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if names and controller not in names.split(","):
            continue
        mounts = ("sys/fs/cgroup", "sys/fs/cgroup/unified") if not names else (f"sys/fs/cgroup/{controller}",)
        for mount in mounts:
            # Inside a container the path is the host's and may not exist here: the mount itself is then the group.
            group = PurePosixPath(path.lstrip("/"))
            for part in (group, *group.parents):
                folder = root / mount / part
                if folder.is_dir():
                    yield folder


def _cpu_quota(folder: Path) -> float | None:
    try:
        quota, period = (folder / "cpu.max").read_text().split()[:2]
    except (OSError, ValueError):
        limit, length = _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
        return limit / length if limit is not None and limit > 0 and length else None
    return None if quota == "max" else int(quota) / int(period)


def _memory_used(folder: Path) -> int | None:
    used = _number(folder / "memory.current", folder / "memory.usage_in_bytes")
    if used is None:
        return None
    # File pages that nobody touched lately count as used and are given back on demand.
    for line in _text(folder / "memory.stat").splitlines():
        name, _, value = line.partition(" ")
        if name in ("inactive_file", "total_inactive_file"):
            used = max(0, used - int(value))
            break
    return used


def _number(*files: Path) -> int | None:
    for file in files:
        text = _text(file).strip()
        if text.lstrip("-").isdigit():
            return int(text)
    return None


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
