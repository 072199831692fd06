"""HistData's files into the store, with their provenance."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.data.cutting import cut_into_pieces, news
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.histdata.archives import find_files, read_payload
from pinewright.data.histdata.names import HistDataFile
from pinewright.data.histdata.rows import Rows, read_rows
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.errors import DataError, DataNotFoundError
from pinewright.market import Symbol

SOURCE: Final = "histdata"


@dataclass(frozen=True)
class Imported:
    """What came of one file: rows read and rows handed to the store (less where another source's rows stand already);
    pieces by state; fault: why nothing came of it."""

    file: HistDataFile
    rows: int = 0
    stored: int = 0
    states: tuple[tuple[State, int], ...] = ()
    fault: DataError | None = None


def store_histdata(
    store: Store,
    path: Path,
    symbol: Symbol | None = None,
    *,
    now: int | None = None,
    replace: bool = False,
    progress: Callable[[Imported], None] | None = None,
) -> tuple[Imported, ...]:
    """Put one file, or every file of a folder (of one symbol, where it is named), into the store.

    Minute bars are one-sided there: no ask, no spread, volume 0; a source with both sides stands before them. Ticks
    have volume 0. Periods that another source has settled with both sides are left alone unless ``replace``. now: ms
    UTC; what lies after it is not asked of a file. A file that cannot be read is told in its ``Imported`` and does not
    stop the others; DataError when none can be read, OutputError from the store.
    """
    found = find_files(path)
    moment = round(time.time() * 1000) if now is None else now
    results = []
    for file in found.files:
        if symbol is not None and file.symbol.name != symbol.name:
            continue
        try:
            results.append(_import(store, file, moment, replace))
        except DataError as fault:
            results.append(Imported(file, fault=fault))
        if progress is not None:
            progress(results[-1])
    if not results:
        assert symbol is not None
        names = ", ".join(sorted({file.symbol.name for file in found.files}))
        raise DataNotFoundError(f"no file of {symbol.name}", where=str(path), hint=f"there are files of {names}")
    faults = [result.fault for result in results if result.fault is not None]
    if len(faults) == len(results):
        raise faults[0]
    return tuple(results)


def _import(store: Store, file: HistDataFile, now: int, replace: bool) -> Imported:
    payload = read_payload(file)
    rows = read_rows(file, payload)
    kind = Kind.TICK if file.ticks else Kind.MINUTE
    provenance = Piece(
        file.start, file.end, State.FINAL, SOURCE, fetched=now, sha256=(payload.sha256,), size=payload.size
    )
    end = max(min(file.end, now), int(rows.time[-1]) + 1)
    instrument = find_instrument(file.symbol.name)
    pieces = cut_into_pieces(instrument, kind, _columns(kind, rows), file.start, end, provenance)
    if not replace:
        pieces = news(pieces, store.pieces(file.symbol.name, kind, file.start, file.end))
    store.put(file.symbol.name, kind, pieces)
    states = [piece.state for piece, _ in pieces]
    counts = tuple((state, states.count(state)) for state in State if state in states)
    return Imported(file, len(rows.time), sum(piece.rows for piece, _ in pieces), counts)


def _columns(kind: Kind, rows: Rows) -> Columns:
    """The columns of a kind; what the files do not tell is NaN in prices and 0 in volumes."""
    size = len(rows.time)
    found: Columns = {name: np.full(size, np.nan) for name in kind.columns}
    found["time"] = rows.time
    found["bid_volume"] = found["ask_volume"] = np.zeros(size)
    if kind is Kind.TICK:
        return {**found, "bid": rows.columns["bid"], "ask": rows.columns["ask"]}
    return {**found, **{f"bid_{name}": rows.columns[name] for name in ("open", "high", "low", "close")}}
