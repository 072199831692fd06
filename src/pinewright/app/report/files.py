"""Writing several files so that each is whole or absent: temporary names first, then renames."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pinewright.errors import OutputError


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write ``files`` (plain name to content) into ``folder``, made if absent; their paths in the order given.

    All contents reach the disk under temporary names before the first rename, so a full disk or a forbidden folder
    leaves what was there untouched. Raises OutputError, after which no temporary file remains.
    """
    targets = {folder / name: content for name, content in files.items()}
    _check(folder, targets)
    waiting: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target, content in targets.items():
            temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
            waiting.append((temporary, target))
            _write(temporary, content)
        while waiting:
            os.replace(*waiting[0])
            waiting.pop(0)
    except OSError as error:
        raise OutputError(
            f"cannot write here: {error.strerror or error}",
            where=str(folder),
            hint="choose a folder that you may write to with --out",
        ) from error
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)
    return tuple(targets)


def _check(folder: Path, targets: Mapping[Path, bytes]) -> None:
    for target in targets:
        if target.parent != folder or target.name in ("", ".", ".."):
            raise OutputError(f"{target.name!r} is not a plain file name", where=str(folder))
        if target.is_dir():
            raise OutputError("a folder of that name is in the way", where=str(target), hint="rename it, or use --out")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
