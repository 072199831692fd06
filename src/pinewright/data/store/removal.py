"""Taking rows away: whole partitions are deleted, those that reach out of the range are cut."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from pinewright.data.store import files, layout
from pinewright.data.store.kinds import Kind
from pinewright.data.store.layout import Place
from pinewright.data.store.merge import without


@dataclass(frozen=True)
class Removed:
    """What a removal took away: whole files, files that were cut, and the bytes set free."""

    files: int = 0
    bytes: int = 0
    cut: int = 0

    def __add__(self, other: Removed) -> Removed:
        return Removed(self.files + other.files, self.bytes + other.bytes, self.cut + other.cut)


def remove(root: Path, symbol: str, kind: Kind, start: int | None, end: int | None) -> Removed:
    """Take away what lies in [start, end) (ms UTC; None: all) of a symbol and kind, and folders that are then empty.

    Files that were moved aside go where all of the kind does. OutputError where the folder cannot be written.
    """
    total = Removed()
    for place in layout.places(root, symbol, kind, start, end):
        with files.locked(root, place), files.writing(place.path), contextlib.suppress(FileNotFoundError):
            total += _from_partition(place, symbol, kind, start, end)
    folder = root / symbol / kind.value
    if start is None and end is None:
        for path in [path for path in layout.walk(folder) if layout.is_damaged(path)]:
            with files.writing(path):
                total += Removed(1, _unlink(path))
    _drop_empty(folder)
    return total


def _from_partition(place: Place, symbol: str, kind: Kind, start: int | None, end: int | None) -> Removed:
    low = place.start if start is None else start
    high = place.end if end is None else end
    if low <= place.start and high >= place.end:
        return Removed(1, _unlink(place.path))
    old = files.read(place, symbol, kind)
    if old is None:
        return Removed()
    new = without(kind, old, low, high)
    if new.pieces == old.pieces:
        return Removed()
    if not new.pieces:
        return Removed(1, _unlink(place.path))
    before = place.path.stat().st_size
    files.write(place, symbol, kind, new)
    files.settle([place.path.parent])
    return Removed(0, before - place.path.stat().st_size, 1)


def _unlink(path: Path) -> int:
    """Remove a file; its size."""
    size = path.stat().st_size
    path.unlink()
    return size


def _drop_empty(folder: Path) -> None:
    """Remove the empty folders of a kind, and the symbol's when that was all of it; strangers keep theirs."""
    below = sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True)
    for path in (*below, folder, folder.parent):
        with contextlib.suppress(OSError):
            path.rmdir()
