"""Merging of answers into a partition: every moment keeps the greatest piece that covers it, with that piece's rows.

Nothing here touches a file. Rows are moved whole with the piece that they came with, so none is invented, lost or there
twice; pieces are cut where a greater one covers a part of them, and at the borders of partitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pinewright.data.store.kinds import SIDES, Columns, Kind, column_type, count, empty
from pinewright.data.store.pieces import Piece, State, after, partition_of, standing
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, DataQualityError
from pinewright.market import IntArray

_PRICED = (State.FINAL, State.OPEN)


@dataclass(frozen=True)
class Contents:
    """A partition: disjoint pieces in order, and the rows of all of them in order of time."""

    pieces: tuple[Piece, ...]
    columns: Columns


class _Item(NamedTuple):
    """A piece and its own rows."""

    piece: Piece
    columns: Columns


def check_piece(kind: Kind, piece: Piece, columns: Columns | None, where: str) -> tuple[Piece, Columns]:
    """The piece with ``one_sided`` told by its rows, and its columns in the store's types.

    DataFormatError where columns, types or counts do not fit, DataQualityError where rows lie outside the piece, are
    out of order, or hold prices that are not finite.
    """
    place = f"{where}, {iso_text(piece.start)} to {iso_text(piece.end)} UTC"
    if piece.start >= piece.end:
        raise DataFormatError("a piece that ends before it begins", where=place)
    if count(columns) != piece.rows:
        raise DataFormatError(f"{count(columns)} rows where {piece.rows} are told", where=place)
    if columns is None or piece.rows == 0:
        return replace(piece, one_sided=False), empty(kind)
    if piece.state not in _PRICED:
        raise DataFormatError(f"rows in a period that is {piece.state.value}", where=place)
    if set(columns) != set(kind.columns):
        different = ", ".join(sorted(set(columns) ^ set(kind.columns)))
        raise DataFormatError(f"columns are not those of {kind.value}: {different}", where=place)
    typed: Columns = {name: np.ascontiguousarray(columns[name], dtype=column_type(name)) for name in kind.columns}
    if any(column.shape != (piece.rows,) for column in typed.values()):
        raise DataFormatError("columns of different lengths", where=place)
    fault = time_fault(kind, times(typed), piece.start, piece.end)
    if fault is not None:
        raise DataQualityError(fault, where=place)
    return replace(piece, one_sided=_one_sided(kind, typed, place)), typed


def times(columns: Columns) -> IntArray:
    """The column ``time`` as what it is: [N] int64 ms UTC."""
    found: IntArray = columns["time"]
    return found


def time_fault(kind: Kind, time: IntArray, start: int, end: int) -> str | None:
    """What is wrong with times that should rise inside [start, end), or None; ticks may share a time."""
    if len(time) == 0:
        return None
    steps = np.diff(time)
    if (steps < 0).any():
        return f"rows out of order at {iso_text(int(time[int(np.argmax(steps < 0)) + 1]))} UTC"
    if time[0] < start or time[-1] >= end:
        outside = int(time[0]) if time[0] < start else int(time[-1])
        return f"a row at {iso_text(outside)} UTC, outside of {iso_text(start)} to {iso_text(end)}"
    if kind.timeframe is None:
        return None
    if (steps == 0).any():
        return f"two candles at {iso_text(int(time[int(np.argmax(steps == 0))]))} UTC"
    uneven = time % kind.timeframe.milliseconds != 0
    if uneven.any():
        return f"a candle at {iso_text(int(time[int(np.argmax(uneven))]))} UTC, which begins no {kind.value}"
    return None


def _one_sided(kind: Kind, columns: Columns, place: str) -> bool:
    """Whether one side has no price in any row; DataQualityError where a value is not finite and should be.

    A row may lack one side, in all prices of it, and then its spread.
    """
    absent = {}
    for side in SIDES:
        prices = [columns[name] for name in kind.prices(side)]
        absent[side] = np.isnan(prices[0])
        if any(
            (~np.isfinite(price) & ~absent[side]).any() or (np.isnan(price) != absent[side]).any() for price in prices
        ):
            raise DataQualityError(f"prices of the {side} that are not finite", where=place)
    if (absent["bid"] & absent["ask"]).any():
        raise DataQualityError("rows without a price of either side", where=place)
    for name, may_lack in (("bid_volume", False), ("ask_volume", False), ("spread", absent["bid"] | absent["ask"])):
        if name in columns and not (np.isfinite(columns[name]) | may_lack).all():
            raise DataQualityError(f"column {name} has values that are not finite", where=place)
    return any(bool(rows.all()) for rows in absent.values())


def by_partition(kind: Kind, pieces: Iterable[tuple[Piece, Columns]]) -> dict[int, list[tuple[Piece, Columns]]]:
    """Pieces by the start of the partition they lie in, cut at the borders of partitions."""
    found: dict[int, list[tuple[Piece, Columns]]] = {}
    for piece, columns in pieces:
        begin = piece.start
        while begin < piece.end:
            first, stop = partition_of(kind, begin)
            found.setdefault(first, []).append(_cut(_Item(piece, columns), begin, min(stop, piece.end)))
            begin = stop
    return found


def merge(kind: Kind, old: Contents, new: Sequence[tuple[Piece, Columns]]) -> Contents:
    """The partition after ``new`` came to it. Any order of the same pieces gives the same rows and the same ledger."""
    time = times(old.columns)
    items = [_Item(piece, _between(old.columns, time, piece.start, piece.end)) for piece in old.pieces]
    items += [_Item(*pair) for pair in new]
    return _joined(kind, _standing(items))


def without(kind: Kind, old: Contents, start: int, end: int) -> Contents:
    """The partition without what lies in [start, end): pieces that reach out of it are cut."""
    time = times(old.columns)
    kept = []
    for piece in old.pieces:
        item = _Item(piece, _between(old.columns, time, piece.start, piece.end))
        for low, high in ((piece.start, min(piece.end, start)), (max(piece.start, end), piece.end)):
            if low < high:
                kept.append(_cut(item, low, high))
    return _joined(kind, sorted(kept, key=lambda pair: pair[0].start))


def _standing(items: Sequence[_Item]) -> list[tuple[Piece, Columns]]:
    """For every moment the greatest item that covers it, as parts in order of time."""
    borders = sorted({moment for item in items for moment in (item.piece.start, item.piece.end)})
    order = sorted(range(len(items)), key=lambda k: standing(items[k].piece))  # the greatest comes last
    runs: list[tuple[int, int, int, set[int]]] = []  # start, end, winner, losers
    for low, high in pairwise(borders):
        here = [k for k in order if items[k].piece.start <= low and items[k].piece.end >= high]
        if not here:
            continue
        *losers, winner = here
        if runs and runs[-1][1] == low and runs[-1][2] == winner:
            runs[-1] = (runs[-1][0], high, winner, runs[-1][3] | set(losers))
        else:
            runs.append((low, high, winner, set(losers)))
    found = []
    for low, high, winner, lost in runs:
        piece, columns = _cut(items[winner], low, high)
        found.append((after(piece, (items[k].piece for k in lost)), columns))
    return found


def _cut(item: _Item, start: int, end: int) -> tuple[Piece, Columns]:
    if start <= item.piece.start and end >= item.piece.end:
        return item.piece, item.columns
    columns = _between(item.columns, times(item.columns), start, end)
    return item.piece.part(start, end, count(columns)), columns


def _between(columns: Columns, time: IntArray, start: int, end: int) -> Columns:
    low, high = np.searchsorted(time, (start, end)).tolist()
    return {name: column[low:high] for name, column in columns.items()}


def _joined(kind: Kind, parts: Sequence[tuple[Piece, Columns]]) -> Contents:
    filled = [columns for piece, columns in parts if piece.rows]
    columns = (
        {name: np.concatenate([part[name] for part in filled]) for name in kind.columns} if filled else empty(kind)
    )
    return Contents(tuple(piece for piece, _ in parts), columns)
