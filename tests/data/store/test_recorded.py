"""Recorded days of Dukascopy through the store: the bars of its ticks are its own minutes, on both sides."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from pinewright.data.dukascopy.bi5 import decode_candles, decode_ticks
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import join_sides
from pinewright.data.source import BarRequest
from pinewright.data.store.bars import StoreSource, stored_bars
from pinewright.data.store.kinds import Columns, Kind, count
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.market import DAY, HOUR, Side, Symbol, Timeframe

DAY_START = 1_549_238_400_000  # 2019-02-04
EURUSD = Symbol.get("EURUSD")


@pytest.fixture(scope="module")
def store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Ticks and minutes of EUR/USD on 2019-02-04."""
    folder = shared / "data" / "bi5" / "EURUSD" / "2019" / "01" / "04"
    instrument = find_instrument("EURUSD")
    pieces: list[tuple[Piece, Columns | None]] = []
    for hour in range(24):
        start = DAY_START + hour * HOUR
        body = (folder / f"{hour:02}h_ticks.bi5").read_bytes()
        rows = decode_ticks(body, Request(instrument, Kind.TICK, None, start, start + HOUR))
        sha256 = (hashlib.sha256(body).hexdigest(),)
        piece = Piece(
            start, start + HOUR, State.FINAL, "dukascopy", "bi5", DAY_START + 2 * DAY, count(rows), sha256, len(body)
        )
        pieces.append((piece, rows))
    sides, sums = [], []
    for side in (Side.BID, Side.ASK):
        body = (folder / f"{side.name}_candles_min_1.bi5").read_bytes()
        sides.append(decode_candles(body, Request(instrument, Kind.MINUTE, side, DAY_START, DAY_START + DAY)))
        sums.append(hashlib.sha256(body).hexdigest())
    minutes, _ = join_sides(*sides)
    found = Store(tmp_path_factory.mktemp("recorded"))
    found.put("EURUSD", Kind.TICK, pieces)
    whole = Piece(
        DAY_START, DAY_START + DAY, State.FINAL, "dukascopy", "bi5", DAY_START + 2 * DAY, count(minutes), tuple(sums)
    )
    found.put("EURUSD", Kind.MINUTE, [(whole, minutes)])
    return found


@pytest.mark.parametrize("side", [Side.BID, Side.ASK])
def test_bars_of_ticks_are_the_minutes(store: Store, side: Side) -> None:
    ticks, minutes = (stored_bars(store, EURUSD, kind, side=side) for kind in (Kind.TICK, Kind.MINUTE))
    assert len(minutes) == 1_440
    for name in ("time", "open", "high", "low", "close"):
        assert np.array_equal(getattr(ticks, name), getattr(minutes, name)), name
    assert np.allclose(ticks.volume, minutes.volume, rtol=1e-6)
    assert ticks.spread is not None
    assert minutes.spread is not None
    assert np.allclose(ticks.spread, minutes.spread, atol=1e-9)


def test_both_answer_a_request_alike(store: Store) -> None:
    request = BarRequest(EURUSD, Timeframe(60), start=DAY_START, end=DAY_START + DAY, warmup=0)
    loaded = StoreSource(store).load(request)
    assert loaded.quality.completeness == 100.0
    assert loaded.bars.feed == "dukascopy bi5"
    assert loaded.bars.time[-1] == DAY_START + 23 * HOUR
    assert store.verify() == []
