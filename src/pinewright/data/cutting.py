"""Rows of a source cut into the pieces that the store keeps, each with its state, and what of them is news to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.requests import minute_states, periods, session_states
from pinewright.data.gaps import GAP_MINUTES
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.zones import iso_text
from pinewright.market import MINUTE

Pieces = list[tuple[Piece, Columns | None]]


def cut_into_pieces(
    instrument: Instrument, kind: Kind, columns: Columns, start: int, end: int, provenance: Piece
) -> Pieces:
    """Rows in [start, end) ms UTC as pieces of the periods that Dukascopy's payloads have too, in order.

    provenance: a piece whose source, fetched, sha256 and size every piece gets. A period with rows is final; one that
    ends with half an hour and more of an open session behind the very last row is not, since the source may have
    stopped in it. One without rows is closed, a holiday where the calendar tolerates that, or suspect.
    """
    time = columns["time"].astype(np.int64, copy=False)
    spans = [(max(low, start), min(high, end)) for low, high in periods(kind, start, end)]
    edges = np.searchsorted(time, [low for low, _ in spans] + [end]).tolist()
    states = session_states(instrument, spans)
    found: Pieces = []
    for (low, high), first, stop, session in zip(spans, edges[:-1], edges[1:], states, strict=True):
        piece = replace(provenance, start=low, end=high, rows=stop - first)
        if stop == first:
            found.append((_without_rows(piece, session), None))
            continue
        part = {name: column[first:stop] for name, column in columns.items()}
        torn = stop == len(time) and _breaks_off(instrument, int(time[-1]), high)
        cause = f"the source ends at {iso_text(int(time[-1]))} UTC" if torn else ""
        found.append((replace(piece, state=State.OPEN if torn else State.FINAL, cause=cause), part))
    return found


def news(pieces: Pieces, known: list[Piece]) -> Pieces:
    """The pieces without those whose period another source has settled, with rows of both sides.

    Of two final answers the store keeps the later one: without this, rows that are there would change their source in
    silence. ``known``: pieces of the store, in order of time.
    """
    settled = [piece for piece in known if piece.state is State.FINAL and piece.rows and not piece.one_sided]
    return [
        (piece, columns)
        for piece, columns in pieces
        if not _covered(piece, [other for other in settled if other.source != piece.source])
    ]


def _covered(piece: Piece, others: list[Piece]) -> bool:
    reached = piece.start
    for other in others:
        if other.start <= reached < other.end:
            reached = other.end
    return reached >= piece.end


def _without_rows(piece: Piece, session: SessionState) -> Piece:
    if session is SessionState.CLOSED:
        return replace(piece, state=State.CLOSED)
    if session is SessionState.TOLERATED:
        return replace(piece, state=State.HOLIDAY)
    return replace(piece, state=State.SUSPECT, cause="no rows in an open session")


def _breaks_off(instrument: Instrument, last: int, end: int) -> bool:
    """Whether rows are expected for half an hour and more between the last row and the end of its period."""
    minutes = np.arange(last // MINUTE * MINUTE + MINUTE, end, MINUTE, dtype=np.int64)
    if len(minutes) == 0:
        return False
    return int(np.count_nonzero(minute_states(minutes, instrument) == SessionState.EXPECTED)) >= GAP_MINUTES
