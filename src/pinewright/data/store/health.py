"""What a store holds and whether it is sound: the overview of ``data list`` and the checks of ``data verify``."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from pinewright.data.store import files, layout
from pinewright.data.store.kinds import Kind
from pinewright.data.store.layout import Place
from pinewright.data.store.merge import Contents, time_fault, times
from pinewright.data.store.pieces import Piece, State
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, OutputError


@dataclass(frozen=True)
class Holding:
    """What there is of one symbol and kind.

    first, last: ms UTC of the first and last row, None without rows. rows; files and bytes on the disk. states: pieces
    by their state, those with none left out. sources: who gave rows, as ``dukascopy jetta``. damaged: files that cannot
    be read, which count for nothing else.
    """

    symbol: str
    kind: Kind
    first: int | None
    last: int | None
    rows: int
    files: int
    bytes: int
    states: dict[State, int]
    sources: tuple[str, ...]
    damaged: int = 0

    def as_dict(self) -> dict[str, object]:
        """Every figure under its name, times as ISO text (UTC), ready for JSON."""
        plain: dict[str, object] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["kind"] = self.kind.value
        plain["first"] = None if self.first is None else iso_text(self.first)
        plain["last"] = None if self.last is None else iso_text(self.last)
        plain["states"] = {state.value: number for state, number in self.states.items()}
        plain["sources"] = list(self.sources)
        return plain


@dataclass(frozen=True)
class Fault:
    """Something wrong with one file. remedy: what to do about it. moved: where a repair put it; gone: swept away."""

    path: Path
    what: str
    remedy: str
    damaged: bool = False
    moved: Path | None = None
    gone: bool = False

    def as_dict(self) -> dict[str, object]:
        """Every field under its name, paths as text, ready for JSON."""
        moved = None if self.moved is None else str(self.moved)
        return {
            "path": str(self.path),
            "what": self.what,
            "remedy": self.remedy,
            "damaged": self.damaged,
            "moved": moved,
            "gone": self.gone,
        }


def holding(root: Path, symbol: str, kind: Kind) -> Holding:
    """Count what there is; only ledgers are read, and the rows of the first and the last file."""
    found: list[tuple[Place, tuple[Piece, ...]]] = []
    size = damaged = 0
    for place in layout.places(root, symbol, kind):
        try:
            size += place.path.stat().st_size
            found.append((place, files.read_ledger(place, symbol, kind)))
        except FileNotFoundError:
            continue
        except DataFormatError:
            damaged += 1
    pieces = [piece for _, ledger in found for piece in ledger]
    edges = extent(root, symbol, kind)
    counts = Counter(piece.state for piece in pieces)
    return Holding(
        symbol=symbol,
        kind=kind,
        first=None if edges is None else edges[0],
        last=None if edges is None else edges[1],
        rows=sum(piece.rows for piece in pieces),
        files=len(found),
        bytes=size,
        states={state: counts[state] for state in State if counts[state]},
        sources=sources(pieces),
        damaged=damaged,
    )


def sources(pieces: list[Piece]) -> tuple[str, ...]:
    """Who gave the rows of the pieces, each once, the one with most rows first."""
    rows: Counter[str] = Counter()
    for piece in pieces:
        if piece.rows:
            rows[f"{piece.source} {piece.transport}".strip() or "unknown"] += piece.rows
    return tuple(name for name, _ in sorted(rows.items(), key=lambda pair: (-pair[1], pair[0])))


def extent(root: Path, symbol: str, kind: Kind) -> tuple[int, int] | None:
    """Times of the first and the last row (ms UTC) of the files that can be read, None without rows."""
    places = layout.places(root, symbol, kind)
    first = next((time for place in places if (time := _edge(place, symbol, kind, 0)) is not None), None)
    last = next((time for place in reversed(places) if (time := _edge(place, symbol, kind, -1)) is not None), None)
    return None if first is None or last is None else (first, last)


def _edge(place: Place, symbol: str, kind: Kind, index: int) -> int | None:
    """Time of the first or last row of a partition; None without rows, and for a damaged file."""
    try:
        if not any(piece.rows for piece in files.read_ledger(place, symbol, kind)):
            return None
        contents = files.read(place, symbol, kind)
    except DataFormatError:
        return None
    return None if contents is None or not len(times(contents.columns)) else int(times(contents.columns)[index])


def faults(root: Path, symbol: str, kind: Kind, *, repair: bool) -> list[Fault]:
    """Every fault under the folder of a symbol and kind; with ``repair`` damaged files are moved, leftovers swept."""
    found = []
    for path in layout.walk(root / symbol / kind.value):
        place = layout.place_at(root, symbol, kind, path)
        if place is not None:
            fault = _partition_fault(root, place, symbol, kind, repair=repair)
        elif layout.is_damaged(path):
            fault = None
        else:
            fault = _stranger(root, symbol, kind, path, repair=repair)
        if fault is not None:
            found.append(fault)
    return found


def _partition_fault(root: Path, place: Place, symbol: str, kind: Kind, *, repair: bool) -> Fault | None:
    fault = _found(place, symbol, kind)
    if fault is None or not fault.damaged or not repair:
        return fault
    with files.locked(root, place), files.writing(place.path):
        # Another process may have mended it since.
        if _found(place, symbol, kind) is None:
            return None
        aside = layout.damaged_of(place.path)
        place.path.replace(aside)
    return replace(fault, remedy="fetch its period again", moved=aside)


def _found(place: Place, symbol: str, kind: Kind) -> Fault | None:
    """What is wrong with a partition; a file of another version is no damage and is never moved."""
    try:
        contents = files.read(place, symbol, kind)
    except DataFormatError as error:
        text = error.what.removeprefix("a damaged file of the store: ")
        return Fault(place.path, text, error.hint or "", damaged=error.code == files.DAMAGED_CODE)
    what = None if contents is None else _contents_fault(place, kind, contents)
    return None if what is None else Fault(place.path, what, files.REPAIR, damaged=True)


def _contents_fault(place: Place, kind: Kind, contents: Contents) -> str | None:
    time = times(contents.columns)
    fault = time_fault(kind, time, place.start, place.end)
    if fault is not None:
        return fault
    moment = place.start
    for piece in contents.pieces:
        if piece.start < moment or piece.end <= piece.start:
            return f"its ledger has periods that overlap, at {iso_text(piece.start)} UTC"
        moment = piece.end
        low, high = time.searchsorted((piece.start, piece.end)).tolist()
        if high - low != piece.rows:
            told = f"its ledger tells of {piece.rows:,} rows from {iso_text(piece.start)} UTC"
            return f"{told} and it has {high - low:,}"
    return None


def _stranger(root: Path, symbol: str, kind: Kind, path: Path, *, repair: bool) -> Fault | None:
    whole = layout.whole_of(path)
    place = None if whole is None else layout.place_at(root, symbol, kind, whole)
    if place is None:
        return Fault(path, "not a file of the store: it is left alone", "move it elsewhere")
    if repair:
        if not _swept(root, place):
            return None
        return Fault(path, "left by a process that was killed", "nothing: it is gone", gone=True)
    # A file that is being written now looks the same: only who holds the lock can tell.
    return Fault(path, "being written, or left by a process that was killed", "the next fetch or --repair sweeps it")


def sweep(root: Path, symbol: str, kind: Kind) -> None:
    """Take away the unfinished files of processes that were killed; those that are being written are not touched."""
    for path in list(layout.walk(root / symbol / kind.value)):
        whole = layout.whole_of(path)
        place = None if whole is None else layout.place_at(root, symbol, kind, whole)
        if place is not None:
            _swept(root, place)


def _swept(root: Path, place: Place) -> bool:
    """Remove the unfinished file of a partition unless somebody holds its lock."""
    with contextlib.suppress(OutputError, FileNotFoundError), files.locked(root, place, seconds=0):
        layout.part_of(place.path).unlink()
        return True
    return False
