"""The store as a source: which kind answers, the window with warm-up, and what it says when nothing can answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pinewright.data.files import FileSource
from pinewright.data.simulate import simulated_bars
from pinewright.data.source import BarRequest, Source
from pinewright.data.store.bars import StoreSource, stored_bars
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import State
from pinewright.data.store.store import Store
from pinewright.errors import DataNotFoundError, SymbolError, UsageError
from pinewright.market import DAY, HOUR, MINUTE, Bars, Side, Symbol, Timeframe
from tests.data.store.rows import MONDAY, answer, hours
from tests.data.store.test_reading import put_bars

EURUSD = Symbol.get("EURUSD")
END = 1_742_169_600_000  # 2025-03-17 00:00 UTC


def _invented(minutes: int, days: float) -> Bars:
    return simulated_bars(4, Timeframe(minutes), days=days, end=END, warmup=0)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Minutes of ten days, hours of sixty."""
    found = Store(tmp_path_factory.mktemp("source"))
    put_bars(found, _invented(1, 10), Kind.MINUTE)
    put_bars(found, _invented(60, 60), Kind.HOUR)
    return found


def _request(text: str | None = None, days: float | None = None, **more: Any) -> BarRequest:
    return BarRequest(EURUSD, Timeframe.parse(text) if text else None, days=days, **more)


def test_it_is_a_source(store: Store) -> None:
    source: Source = StoreSource(store)
    assert source.name == f"store {store.root}"


@pytest.mark.parametrize(
    ("text", "days", "kind"),
    [
        ("1m", 5, Kind.MINUTE),
        ("15m", 5, Kind.MINUTE),
        ("1h", 5, Kind.HOUR),  # both cover it: the coarser one
        ("4h", 50, Kind.HOUR),
        ("1d", 50, Kind.HOUR),
    ],
)
def test_the_coarsest_kind_that_covers_the_window(store: Store, text: str, days: int, kind: Kind) -> None:
    loaded = StoreSource(store).load(_request(text, days, warmup=0))
    # The quality report tells the rows: those of the kind that was read.
    assert loaded.quality.timeframe == str(kind.timeframe)
    assert loaded.bars.timeframe == Timeframe.parse(text)
    assert loaded.bars.feed == "dukascopy jetta"
    expected = stored_bars(store, EURUSD, kind, timeframe=Timeframe.parse(text))
    low = int(np.searchsorted(expected.time, loaded.bars.time[0]))
    assert np.array_equal(loaded.bars.close, expected.close[low : low + len(loaded.bars)])
    assert loaded.median_spread is not None


def test_minutes_answer_where_hours_end_too_early(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put_bars(store, _invented(1, 10), Kind.MINUTE)
    hours_ = _invented(60, 20)
    put_bars(store, hours_.slice(0, int(np.searchsorted(hours_.time, END - 5 * DAY))), Kind.HOUR)
    assert StoreSource(store).load(_request("1h", 8, warmup=0)).quality.timeframe == "1m"
    assert StoreSource(store).load(_request("1h", end=END - 6 * DAY, days=2, warmup=0)).quality.timeframe == "1h"


def test_ticks_answer_where_nothing_else_does(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("EURUSD", Kind.TICK, [pair for day in range(2) for pair in hours(MONDAY + day * DAY, rows=200)])
    store.put("EURUSD", Kind.DAY, [answer(Kind.DAY, MONDAY - 152 * DAY, MONDAY + 213 * DAY, rows=200)])
    loaded = StoreSource(store).load(_request("15m", warmup=0))
    assert loaded.quality.timeframe == "1m"
    # Its last minute had no tick, and the ledger says that the hour was over; the first bar may not be whole.
    assert loaded.bars.time[-1] == MONDAY + 2 * DAY - 15 * MINUTE
    assert len(loaded.bars) == 2 * 96 - 1
    assert StoreSource(store).load(_request()).bars.timeframe == Timeframe(1)


def test_window_and_warmup_are_those_of_a_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "EURUSD.csv"
    rows = stored_bars(store, EURUSD, Kind.MINUTE)
    assert rows.spread is not None
    table = np.column_stack([rows.time, rows.open, rows.high, rows.low, rows.close, rows.volume, rows.spread])
    lines = [",".join([str(int(line[0])), *(repr(float(value)) for value in line[1:])]) for line in table]
    path.write_text("time,open,high,low,close,volume,spread\n" + "\n".join(lines) + "\n")
    for request in (
        _request("15m", 3),
        _request("15m", 3, warmup=20),
        _request("5m", start=END - 4 * DAY, end=END - 3 * DAY),
        _request("15m", start=END - 5 * DAY, days=1),
        _request("1m"),
    ):
        ours, theirs = StoreSource(store).load(request), FileSource(path).load(request)
        assert np.array_equal(ours.bars.time, theirs.bars.time)
        assert np.array_equal(ours.bars.high, theirs.bars.high)
        assert ours.bars.warmup == theirs.bars.warmup
        assert ours.quality.missing == theirs.quality.missing
        assert ours.median_spread == theirs.median_spread


def test_the_side_of_a_source(store: Store) -> None:
    bid, mid = (StoreSource(store, side).load(_request("15m", 2)).bars for side in (None, Side.MID))
    assert (bid.side, mid.side) == (Side.BID, Side.MID)
    assert bid.spread is not None
    assert np.allclose(mid.close - bid.close, bid.spread / 2)


def test_no_symbol_asked(store: Store, tmp_path: Path) -> None:
    assert StoreSource(store).load(BarRequest(days=2)).bars.symbol == EURUSD
    with pytest.raises(DataNotFoundError, match="nothing is stored yet"):
        StoreSource(Store(tmp_path)).load(BarRequest())
    several = Store(tmp_path / "several")
    for name in ("EURUSD", "GBPUSD"):
        several.put(name, Kind.MINUTE, [answer(Kind.MINUTE, MONDAY, MONDAY + DAY)])
    with pytest.raises(UsageError, match="several symbols") as caught:
        StoreSource(several).load(BarRequest())
    assert "EURUSD, GBPUSD" in str(caught.value.hint)
    unknown = Store(tmp_path / "unknown")
    unknown.put("MARSUSD", Kind.MINUTE, [answer(Kind.MINUTE, MONDAY, MONDAY + DAY)])
    with pytest.raises(SymbolError, match="unknown symbol 'MARSUSD'"):
        StoreSource(unknown).load(BarRequest())


def test_what_cannot_be_answered(store: Store, tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError, match="nothing is stored of GBPUSD") as caught:
        StoreSource(store).load(BarRequest(Symbol.get("GBPUSD")))
    assert caught.value.hint == "pinewright fetch GBPUSD"
    days = Store(tmp_path)
    days.put("EURUSD", Kind.DAY, [answer(Kind.DAY, MONDAY - 152 * DAY, MONDAY + 213 * DAY, rows=200)])
    with pytest.raises(DataNotFoundError, match=r"bars of 1d cannot be made .* \(1d\)") as caught:
        StoreSource(days).load(_request("1d"))
    assert "days of UTC" in str(caught.value.hint)
    with pytest.raises(DataNotFoundError, match="no rows from 2025-01-01"):
        StoreSource(store).load(_request("1h", start=1_735_689_600_000, end=1_735_689_600_000 + DAY))
    empty = Store(tmp_path / "closed")
    empty.put("EURUSD", Kind.MINUTE, [answer(Kind.MINUTE, MONDAY, MONDAY + DAY, State.SUSPECT)])
    with pytest.raises(DataNotFoundError, match="no rows are stored of EURUSD"):
        StoreSource(empty).load(_request("1h"))


def test_days_of_a_market_without_a_night_are_days_of_utc(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("BTCUSD", Kind.DAY, [answer(Kind.DAY, MONDAY - 152 * DAY, MONDAY + 213 * DAY, rows=365)])
    loaded = StoreSource(store).load(BarRequest(Symbol.get("BTCUSD"), Timeframe.parse("1d"), warmup=0))
    assert len(loaded.bars) == 365


def test_an_unfinished_month_does_not_hide_minutes(tmp_path: Path) -> None:
    """The file of an open month tells of its last days nothing yet: it must not count as covering them."""
    store = Store(tmp_path)
    month, next_month = MONDAY - DAY, MONDAY + 29 * DAY
    piece, found = answer(Kind.HOUR, month, next_month, State.OPEN, rows=720, fetched=MONDAY + 2 * DAY)
    assert found is not None
    upto = {name: column[: 3 * 24] for name, column in found.items()}
    store.put("EURUSD", Kind.HOUR, [(replace(piece, rows=72), upto)])
    days = [(MONDAY + day * DAY, MONDAY + (day + 1) * DAY) for day in range(4)]
    store.put("EURUSD", Kind.MINUTE, [answer(Kind.MINUTE, *span, rows=1440) for span in days])
    request = _request("1h", start=MONDAY, end=MONDAY + 4 * DAY, warmup=0)
    loaded = StoreSource(store).load(request)
    assert loaded.quality.timeframe == "1m"
    assert loaded.bars.time[-1] == MONDAY + 4 * DAY - HOUR
    assert loaded.bars.time[0] == MONDAY
    assert loaded.quality.end == MONDAY + 4 * DAY
