"""The store of fetched rows: partitions of Parquet, each with its ledger; safe under kills and several processes.

    root/EURUSD/1m/2025/04/2025-04-01.parquet     rows, and in the file's metadata the ledger of its pieces
    root/.locks/17.lock                           held while a partition is written

Readers take no lock: a file is replaced at once, never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.data.store import files, health, layout, removal
from pinewright.data.store.health import Fault, Holding
from pinewright.data.store.kinds import Columns, Kind, empty
from pinewright.data.store.layout import Place
from pinewright.data.store.merge import Contents, by_partition, check_piece, merge
from pinewright.data.store.pieces import Piece
from pinewright.data.store.removal import Removed
from pinewright.data.zones import iso_text
from pinewright.errors import UsageError

if TYPE_CHECKING:
    import polars

_ATTEMPTS: Final = 5


class Store:
    """A folder of rows by symbol, kind and day (month, year); the first ``put`` makes it."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._swept: set[tuple[str, Kind]] = set()

    def put(self, symbol: str, kind: Kind, pieces: Iterable[tuple[Piece, Columns | None]]) -> None:
        """Merge answers into the store: for every moment the greatest piece stands (``pieces.standing``).

        A settled piece is never replaced by an unsettled one; a final one by a later final one of other bytes, which
        says so in its cause. Every partition is replaced whole or not at all, one after the other in order of time.
        Raises SymbolError, DataFormatError or DataQualityError before anything is written where a piece cannot be
        meant; DataFormatError where a partition's file is damaged; OutputError where the disk is full, the folder
        cannot be written or another process holds the partition.
        """
        name = layout.symbol_name(symbol)
        checked = [check_piece(kind, piece, columns, f"{name} {kind.value}") for piece, columns in pieces]
        self._sweep(name, kind)
        written: set[Path] = set()
        try:
            for first, parts in sorted(by_partition(kind, checked).items()):
                place = layout.place_of(self.root, name, kind, first)
                with files.locked(self.root, place):
                    old = files.read(place, name, kind) or Contents((), empty(kind))
                    new = merge(kind, old, parts)
                    if not _same(old, new):
                        files.write(place, name, kind, new)
                        written.add(place.path.parent)
        finally:
            files.settle(written)

    def pieces(self, symbol: str, kind: Kind, start: int | None = None, end: int | None = None) -> list[Piece]:
        """The pieces that touch [start, end) (ms UTC; None: as far as there are any), in order of time, disjoint."""
        name = layout.symbol_name(symbol)
        return [
            piece
            for place in layout.places(self.root, name, kind, start, end)
            for piece in files.read_ledger(place, name, kind)
            if (end is None or piece.start < end) and (start is None or piece.end > start)
        ]

    def missing(self, symbol: str, kind: Kind, periods: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Those of the periods [start, end) that are not wholly settled (FINAL, CLOSED, HOLIDAY), in their order.

        Rows of one side alone are no settled answer: a source with both sides is to be asked.
        """
        if not periods:
            return []
        first, last = min(start for start, _ in periods), max(end for _, end in periods)
        settled = [
            piece for piece in self.pieces(symbol, kind, first, last) if piece.state.settled and not piece.one_sided
        ]
        starts = np.array([piece.start for piece in settled], dtype=np.int64)
        covered = np.append(0, np.cumsum([piece.end - piece.start for piece in settled], dtype=np.int64))

        def until(moment: int) -> int:
            """Settled milliseconds before a moment: pieces are disjoint and in order."""
            before = int(np.searchsorted(starts, moment, side="right"))
            if before == 0:
                return 0
            return int(covered[before]) - max(0, settled[before - 1].end - moment)

        return [(start, end) for start, end in periods if until(end) - until(start) < end - start]

    def scan(self, symbol: str, kind: Kind, start: int | None = None, end: int | None = None) -> polars.LazyFrame:
        """The rows of [start, end) (ms UTC) in order of time, with the columns of the kind; nothing is read yet.

        Only partitions with rows in the range are opened. DataFormatError where one of them has no sound ledger; what
        Polars finds wrong later it says itself, ``rows`` says it in our words.
        """
        return self._scan(layout.symbol_name(symbol), kind, start, end)[0]

    def rows(
        self,
        symbol: str,
        kind: Kind,
        start: int | None = None,
        end: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> Columns:
        """The rows of [start, end) in memory, some columns of them or all; DataFormatError for a damaged file."""
        import polars as pl

        name = layout.symbol_name(symbol)
        chosen = list(kind.columns if columns is None else columns)
        for attempt in range(_ATTEMPTS):
            frame, places = self._scan(name, kind, start, end)
            try:
                found = frame.select(chosen).collect()
            except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
                for place in places:
                    files.read(place, name, kind)
                # All are sound: one was replaced or removed while it was read.
                if attempt == _ATTEMPTS - 1:
                    raise files.damaged(f"it cannot be read ({error})", str(self.root / name / kind.value)) from error
            else:
                return {column: found[column].to_numpy() for column in chosen}
        raise AssertionError("every attempt returns or raises")

    def symbols(self) -> list[str]:
        """Symbols of which there is something, in order."""
        return layout.symbols(self.root)

    def kinds(self, symbol: str) -> list[Kind]:
        """Kinds that a symbol has."""
        return layout.kinds(self.root, layout.symbol_name(symbol))

    def extent(self, symbol: str, kind: Kind) -> tuple[int, int] | None:
        """Time of the first row and the end of the last one (ms UTC), None where there are no rows."""
        name = layout.symbol_name(symbol)
        found = health.extent(self.root, name, kind)
        length = 1 if kind.timeframe is None else kind.timeframe.milliseconds
        return None if found is None else (found[0], found[1] + length)

    def path(self, symbol: str, kind: Kind, time: int) -> Path:
        """The file of the partition that holds a moment (ms UTC), whether it is there or not."""
        return layout.place_of(self.root, layout.symbol_name(symbol), kind, time).path

    def overview(self) -> list[Holding]:
        """What there is, one entry a symbol and kind; damaged files are counted, not raised."""
        return [health.holding(self.root, name, kind) for name in self.symbols() for kind in self.kinds(name)]

    def verify(self, symbol: str | None = None, kind: Kind | None = None, *, repair: bool = False) -> list[Fault]:
        """Read everything and tell what is wrong: broken files, rows that should not be there, strangers.

        repair: move damaged files aside, so that their periods are missing and are fetched again, and sweep what killed
        processes left; a fault says what became of it. Nothing is deleted that holds rows.
        """
        names = self.symbols() if symbol is None else [layout.symbol_name(symbol)]
        return [
            fault
            for name in names
            for found in (self.kinds(name) if kind is None else [kind])
            for fault in health.faults(self.root, name, found, repair=repair)
        ]

    def remove(
        self, symbol: str, kind: Kind | None = None, start: int | None = None, end: int | None = None
    ) -> Removed:
        """Take away what lies in [start, end) (ms UTC; None: all) of one kind or all; pieces that reach out are cut.

        Damaged files go with their partition. UsageError for a range that ends before it begins, OutputError where the
        folder cannot be written.
        """
        name = layout.symbol_name(symbol)
        if start is not None and end is not None and start >= end:
            what = f"the range starts at {iso_text(start)} and ends at {iso_text(end)}"
            raise UsageError(what, hint="the start must lie before the end")
        total = Removed()
        for found in self.kinds(name) if kind is None else [kind]:
            total += removal.remove(self.root, name, found, start, end)
        return total

    def _scan(self, name: str, kind: Kind, start: int | None, end: int | None) -> tuple[polars.LazyFrame, list[Place]]:
        import polars as pl

        places = [
            place
            for place in layout.places(self.root, name, kind, start, end)
            if any(
                piece.rows and (end is None or piece.start < end) and (start is None or piece.end > start)
                for piece in files.read_ledger(place, name, kind)
            )
        ]
        if not places:
            return pl.LazyFrame(schema=files.schema(kind)), []
        paths = [place.path for place in places]
        frame = pl.scan_parquet(paths, schema=files.schema(kind), glob=False, hive_partitioning=False)
        if start is not None and start > places[0].start:
            frame = frame.filter(pl.col("time") >= start)
        if end is not None and end < places[-1].end:
            frame = frame.filter(pl.col("time") < end)
        return frame, places

    def _sweep(self, name: str, kind: Kind) -> None:
        """Once for each symbol and kind: take away what killed processes left, where nobody is writing it now."""
        if (name, kind) not in self._swept:
            self._swept.add((name, kind))
            health.sweep(self.root, name, kind)


def _same(old: Contents, new: Contents) -> bool:
    return old.pieces == new.pieces and all(
        np.array_equal(column, new.columns[name], equal_nan=True) for name, column in old.columns.items()
    )
