"""A user's file of bars into the store, with its provenance."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.data.cutting import cut_into_pieces, news
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.files import FileSource
from pinewright.data.source import BarRequest, Loaded
from pinewright.data.store.kinds import PRICES, Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.errors import DataFormatError
from pinewright.market import Bars, Side, Symbol

_KINDS: Final = {"1m": Kind.MINUTE, "1h": Kind.HOUR}


def store_bars_file(
    store: Store, path: Path, symbol: Symbol | None = None, timezone: str | None = None, *, now: int | None = None
) -> int:
    """Put the bars of a CSV or Parquet file into the store; the number of rows that are stored now.

    The store keeps bid and ask: a file of one side leaves the other empty. Periods that another source has settled with
    both sides are left alone. now: ms UTC. Errors of ``FileSource``; DataFormatError for mid prices and for bars of
    another length than a minute or an hour, which are used with ``--bars``.
    """
    loaded = FileSource(path, timezone).load(BarRequest(symbol=symbol, warmup=0))
    bars = loaded.bars
    kind = _KINDS.get(str(bars.timeframe))
    if kind is None or bars.side is Side.MID:
        what = "mid prices are" if kind is not None else f"bars of {bars.timeframe} are"
        hint = "the store keeps bid and ask of 1m, 1h and ticks; use the file itself: --bars FILE"
        raise DataFormatError(f"{what} not stored", where=str(path), hint=hint)
    columns = _columns(kind, bars, _other_side(loaded, path, symbol, timezone))
    start, end = int(bars.time[0]), int(bars.time[-1]) + bars.timeframe.milliseconds
    raw = path.read_bytes()
    moment = round(time.time() * 1000) if now is None else now
    digest = hashlib.sha256(raw).hexdigest()
    one_sided = bool(np.isnan(columns["ask_close"]).any() or np.isnan(columns["bid_close"]).any())
    provenance = Piece(
        start, end, State.FINAL, path.name, fetched=moment, sha256=(digest,), size=len(raw), one_sided=one_sided
    )
    pieces = cut_into_pieces(find_instrument(bars.symbol.name), kind, columns, start, end, provenance)
    pieces = news(pieces, store.pieces(bars.symbol.name, kind, start, end))
    store.put(bars.symbol.name, kind, pieces)
    return sum(piece.rows for piece, _ in pieces)


def _other_side(loaded: Loaded, path: Path, symbol: Symbol | None, timezone: str | None) -> Bars | None:
    """The file's other side where it has columns of both."""
    report = loaded.report
    if report is None or report.ticks or not any(guess.role.startswith("ask_") for guess in report.columns):
        return None
    other = Side.ASK if loaded.bars.side is Side.BID else Side.BID
    try:
        found = FileSource(path, timezone, other).load(BarRequest(symbol=symbol, warmup=0)).bars
    except DataFormatError:
        return None
    return found if np.array_equal(found.time, loaded.bars.time) else None


def _columns(kind: Kind, bars: Bars, other: Bars | None) -> Columns:
    """The columns of a kind; what the file does not tell is NaN in prices and 0 in volumes."""
    size = len(bars)
    found: Columns = {name: np.full(size, np.nan) for name in kind.columns}
    found["time"] = bars.time
    for side in (Side.BID, Side.ASK):
        own = bars if side is bars.side else other
        found[f"{side.value}_volume"] = np.zeros(size) if own is None else own.volume
        if own is not None:
            found |= {f"{side.value}_{name}": getattr(own, name) for name in PRICES}
    found["spread"] = found["ask_close"] - found["bid_close"]
    return found
