"""Where things lie in the store's folder: ``EURUSD/1m/2025/04/2025-04-01.parquet``, and back from a path.

Months of hours are ``EURUSD/1h/2025/2025-04.parquet``, years of days ``EURUSD/1d/2025.parquet``. A file that is being
written begins with a dot and ends in ``.part``, one that was found broken and moved aside ends in ``.damaged``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import day_of, moment_of, partition_of
from pinewright.errors import DataError, SymbolError

SUFFIX: Final = ".parquet"
PART: Final = ".part"
DAMAGED: Final = ".damaged"
LOCKS: Final = ".locks"
# Upper case, so that symbols and the store's other folders (instruments) keep apart; no dot first, no path inside.
_SYMBOL: Final = re.compile(r"[A-Z0-9][A-Z0-9._+-]{0,39}")
_STEMS: Final = {
    Kind.TICK: re.compile(r"\d{4}-\d\d-\d\d"),
    Kind.MINUTE: re.compile(r"\d{4}-\d\d-\d\d"),
    Kind.HOUR: re.compile(r"\d{4}-\d\d"),
    Kind.DAY: re.compile(r"\d{4}"),
}
# Folders between the kind's and the file: years and months.
_FOLDERS: Final = {Kind.TICK: 2, Kind.MINUTE: 2, Kind.HOUR: 1, Kind.DAY: 0}


class Place(NamedTuple):
    """One partition: its first moment and the one after its last (ms UTC), and its file, which may not be there."""

    start: int
    end: int
    path: Path


def symbol_name(text: str) -> str:
    """The folder's name of a symbol: upper case without ``/``; SymbolError for what cannot be one."""
    name = text.strip().upper().replace("/", "")
    if _SYMBOL.fullmatch(name) is None:
        raise SymbolError(f"{text!r} is no name of a symbol", hint="letters and digits, as in EURUSD")
    return name


def place_of(root: Path, symbol: str, kind: Kind, time: int) -> Place:
    """The partition that holds a moment (ms UTC)."""
    start, end = partition_of(kind, time)
    day = day_of(start).isoformat()
    year, month = day[:4], day[5:7]
    inside = {
        Kind.TICK: f"{year}/{month}/{day}",
        Kind.MINUTE: f"{year}/{month}/{day}",
        Kind.HOUR: f"{year}/{day[:7]}",
        Kind.DAY: year,
    }[kind]
    return Place(start, end, root / symbol / kind.value / (inside + SUFFIX))


def place_at(root: Path, symbol: str, kind: Kind, path: Path) -> Place | None:
    """The partition that a file of this path is, or None where no partition lies there."""
    start = _start(kind, path.name)
    if start is None:
        return None
    found = place_of(root, symbol, kind, start)
    return found if found.path == path else None


def places(root: Path, symbol: str, kind: Kind, start: int | None = None, end: int | None = None) -> list[Place]:
    """The partitions that are there and touch [start, end), in order of time; None means as far as there are any."""
    first = "" if start is None else _day_text(start)
    last = "9999-12-31" if end is None else _day_text(end - 1)
    found = []
    for path in _dated(root / symbol / kind.value, _FOLDERS[kind], "", first, last):
        begin = _start(kind, os.path.basename(path))
        if begin is not None:
            place = Place(*partition_of(kind, begin), Path(path))
            if (start is None or place.end > start) and (end is None or place.start < end):
                found.append(place)
    return found


def _day_text(time: int) -> str:
    try:
        return day_of(time).isoformat()
    except (OverflowError, ValueError):
        return "" if time < 0 else "9999-12-31"


def _start(kind: Kind, name: str) -> int | None:
    """First moment of the partition whose file has that name, else None."""
    stem = name.removesuffix(SUFFIX)
    if stem == name or _STEMS[kind].fullmatch(stem) is None:
        return None
    try:
        return moment_of(date.fromisoformat(stem + "-01" * (2 - stem.count("-"))))
    except ValueError:
        return None


def _dated(folder: Path | str, depth: int, date_so_far: str, first: str, last: str) -> Iterator[str]:
    """Files so many folders down whose dates touch [first, last] (``2025-04-01``), in order; other files too.

    Folders are years and months: whole ones are passed over, since a store may hold decades.
    """
    for entry in _entries(folder):
        if depth == 0:
            stem = entry.name.removesuffix(SUFFIX)
            if stem.startswith(date_so_far) and first[: len(stem)] <= stem <= last[: len(stem)]:
                yield entry.path
        elif entry.is_dir(follow_symlinks=False):
            inside = f"{date_so_far}-{entry.name}" if date_so_far else entry.name
            if first[: len(inside)] <= inside <= last[: len(inside)]:
                yield from _dated(entry.path, depth - 1, inside, first, last)


def walk(folder: Path | str) -> Iterator[Path]:
    """Every file under a folder; nothing where there is no such folder."""
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path)
        else:
            yield Path(entry.path)


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; nothing where it is not there, DataError where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        hint = "mend the folder's permissions, or name another (data_dir)"
        raise DataError(f"the store cannot be read ({error.strerror})", where=str(folder), hint=hint) from error


def symbols(root: Path) -> list[str]:
    """Symbols that have a folder with rows of some kind, in order."""
    names = [entry.name for entry in _entries(root) if entry.is_dir()]
    return [name for name in names if _SYMBOL.fullmatch(name) and kinds(root, name)]


def kinds(root: Path, symbol: str) -> list[Kind]:
    """Kinds of which a symbol has a folder."""
    return [kind for kind in Kind if (root / symbol / kind.value).is_dir()]


def part_of(path: Path) -> Path:
    """Where a partition's file is while it is written: beside it, since only then it can be put in place at once."""
    return path.with_name(f".{path.name}{PART}")


def whole_of(part: Path) -> Path | None:
    """The partition's file that a ``part_of`` belongs to, else None."""
    name = part.name
    if not (name.startswith(".") and name.endswith(SUFFIX + PART)):
        return None
    return part.with_name(name[1 : -len(PART)])


def damaged_of(path: Path) -> Path:
    """A free name to move a broken file to."""
    for number in range(1, 1000):
        found = path.with_name(path.name + DAMAGED + (f".{number}" if number > 1 else ""))
        if not found.exists():
            return found
    return path.with_name(f"{path.name}{DAMAGED}.{os.getpid()}")


def is_damaged(path: Path) -> bool:
    """Whether a file was moved aside by ``damaged_of``."""
    return re.search(re.escape(SUFFIX + DAMAGED) + r"(\.\d+)?$", path.name) is not None
