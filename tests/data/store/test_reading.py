"""Bars out of the store: one side, the same bars as from memory, whatever the spans; only what is closed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data.resample import resample, ticks_to_bars
from pinewright.data.simulate import simulated_bars
from pinewright.data.store import reading
from pinewright.data.store.bars import stored_bars
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import DAY, HOUR, MINUTE, Bars, Side, Symbol, Ticks, Timeframe
from tests.data.store.rows import MONDAY, answer, hours, one_sided

EURUSD = Symbol.get("EURUSD")
CANDLE = ("open", "high", "low", "close")


def put_bars(store: Store, bars: Bars, kind: Kind, days: int = 1) -> None:
    """Bars of a time frame into the store as the bid's candles, the ask one pip above, in pieces of so many days."""
    assert bars.spread is not None
    spread = bars.spread
    found: Columns = {"time": bars.time}
    for price in CANDLE:
        found[f"bid_{price}"] = getattr(bars, price)
        found[f"ask_{price}"] = getattr(bars, price) + spread
    found |= {"bid_volume": bars.volume, "ask_volume": 2 * bars.volume, "spread": spread}
    found = {name: found[name] for name in kind.columns}
    step = days * DAY
    pieces: list[tuple[Piece, Columns | None]] = []
    for start in range(int(bars.time[0]) // step * step, int(bars.time[-1]) + 1, step):
        low, high = np.searchsorted(bars.time, (start, start + step)).tolist()
        part = {name: column[low:high] for name, column in found.items()}
        state = State.FINAL if high > low else State.CLOSED
        piece = Piece(start, start + step, state, "dukascopy", "jetta", 9_000, high - low)
        pieces.append((piece, part if high > low else None))
    store.put(bars.symbol.name, kind, pieces)


@pytest.fixture(scope="module")
def minutes() -> Bars:
    """Three weeks of minutes over the change of the clocks in New York (9 March 2025), on the tick grid."""
    bars = simulated_bars(4, Timeframe(1), days=21, end=1_742_169_600_000)  # 2025-03-17
    keep = np.random.default_rng(1).random(len(bars)) > 0.2  # minutes without a trade are left out
    assert bars.spread is not None
    return replace(
        bars,
        **{name: getattr(bars, name)[keep] for name in ("time", *CANDLE, "volume", "spread")},
        invented=False,
        warmup=0,
    )


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, minutes: Bars) -> Store:
    store = Store(tmp_path_factory.mktemp("full"))
    put_bars(store, minutes, Kind.MINUTE)
    return store


def same(first: Bars, second: Bars) -> None:
    for name in ("time", *CANDLE, "volume", "spread"):
        assert np.allclose(getattr(first, name), getattr(second, name), rtol=1e-12, atol=0), name
    assert first.timeframe == second.timeframe


def test_candles_come_back_as_bars(full: Store, minutes: Bars) -> None:
    bars = stored_bars(full, EURUSD, Kind.MINUTE)
    same(bars, minutes)
    assert (bars.side, bars.feed, bars.warmup, bars.invented) == (Side.BID, "dukascopy jetta", 0, False)


def test_the_sides(full: Store, minutes: Bars) -> None:
    assert minutes.spread is not None
    ask = stored_bars(full, EURUSD, Kind.MINUTE, side=Side.ASK)
    mid = stored_bars(full, EURUSD, Kind.MINUTE, side=Side.MID)
    assert np.allclose(ask.close, minutes.close + minutes.spread)
    assert np.allclose(mid.high, minutes.high + minutes.spread / 2)
    assert np.array_equal(ask.volume, 2 * minutes.volume)
    assert np.array_equal(mid.volume, 3 * minutes.volume)
    for bars in (ask, mid):
        assert bars.spread is not None
        assert np.allclose(bars.spread, minutes.spread)


@settings(max_examples=20, deadline=None)
@given(
    text=st.sampled_from(("5m", "15m", "1h", "4h", "1d")),
    low=st.integers(0, 20 * 1440),
    length=st.integers(2 * 1440, 10 * 1440),
    span=st.sampled_from((1, 2, 3)),
)
def test_coarser_bars_are_those_of_the_whole(
    full: Store, minutes: Bars, text: str, low: int, length: int, span: int
) -> None:
    timeframe = Timeframe.parse(text)
    start = int(minutes.time[0]) + low * MINUTE
    end = start + length * MINUTE
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(reading._SPAN_DAYS, Kind.MINUTE, span)
        try:
            bars = stored_bars(full, EURUSD, Kind.MINUTE, start, end, timeframe=timeframe)
        except DataNotFoundError:
            bars = None
    first, stop = np.searchsorted(minutes.time, (start, end)).tolist()
    rows = minutes.slice(first, stop)
    known = min(end, (int(minutes.time[-1]) // DAY + 1) * DAY)
    try:
        expected = resample(rows, timeframe, until=known) if len(rows) else None
    except DataNotFoundError:
        expected = None
    assert (bars is None) == (expected is None)
    if bars is not None and expected is not None:
        same(bars, expected)


def test_the_ledger_closes_the_last_bar(tmp_path: Path, minutes: Bars) -> None:
    """The last minutes of an hour had no trade: its bar is there all the same where the hour is final."""
    store = Store(tmp_path)
    day = int(minutes.time[0]) // DAY * DAY + 3 * DAY
    low, high = np.searchsorted(minutes.time, (day, day + 10 * HOUR - 5 * MINUTE)).tolist()
    put_bars(store, minutes.slice(low, high), Kind.MINUTE)
    bars = stored_bars(store, EURUSD, Kind.MINUTE, day, day + 10 * HOUR, timeframe=Timeframe(60))
    assert bars.time[-1] == day + 9 * HOUR
    assert stored_bars(store, EURUSD, Kind.MINUTE, day, timeframe=Timeframe(60)).time[-1] == day + 9 * HOUR


def test_an_open_period_gives_what_was_closed_when_it_was_fetched(tmp_path: Path) -> None:
    store = Store(tmp_path)
    start = MONDAY + 9 * HOUR
    piece, found = answer(Kind.MINUTE, MONDAY, MONDAY + DAY, State.OPEN, rows=1440)
    assert found is not None
    upto = {name: column[: 9 * 60 + 31] for name, column in found.items()}
    store.put("EURUSD", Kind.MINUTE, [(replace(piece, rows=571, fetched=start + 30 * MINUTE + 20_000), upto)])
    bars = stored_bars(store, EURUSD, Kind.MINUTE)
    assert bars.time[-1] == start + 29 * MINUTE  # the minute of 09:30 was in progress
    assert stored_bars(store, EURUSD, Kind.MINUTE, timeframe=Timeframe(15)).time[-1] == start + 15 * MINUTE
    assert stored_bars(store, EURUSD, Kind.MINUTE, timeframe=Timeframe(60)).time[-1] == start - HOUR


def _ticks(days: int = 3) -> tuple[list[tuple[Piece, Columns | None]], Ticks]:
    pairs = [pair for day in range(days) for pair in hours(MONDAY + day * DAY, seed=day, rows=400)]
    whole = {name: np.concatenate([part[name] for _, part in pairs if part]) for name in Kind.TICK.columns}
    ticks = Ticks(EURUSD, whole["time"], whole["bid"], whole["ask"], whole["bid_volume"], whole["ask_volume"])
    return pairs, ticks


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("text", ["1m", "5m", "1h"])
def test_ticks_become_bars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side: Side, text: str) -> None:
    pairs, ticks = _ticks()
    store = Store(tmp_path)
    store.put("EURUSD", Kind.TICK, pairs)
    monkeypatch.setitem(reading._SPAN_DAYS, Kind.TICK, 1)
    bars = stored_bars(store, EURUSD, Kind.TICK, side=side, timeframe=Timeframe.parse(text))
    expected = ticks_to_bars(ticks, Timeframe.parse(text), side, until=MONDAY + 3 * DAY)
    late = int(bars.time[0] < expected.time[0])  # the store knows its first minute to be whole, ticks alone do not
    same(bars.slice(late, len(bars)), expected)
    assert bars.time[0] == MONDAY


def test_the_last_minute_of_ticks_needs_its_end(tmp_path: Path) -> None:
    store = Store(tmp_path)
    piece, found = answer(Kind.TICK, MONDAY, MONDAY + HOUR, State.OPEN, rows=3_600)
    assert found is not None
    upto = {name: column[:1_830] for name, column in found.items()}
    store.put("EURUSD", Kind.TICK, [(replace(piece, rows=1_830), upto)])
    assert stored_bars(store, EURUSD, Kind.TICK).time[-1] == MONDAY + 29 * MINUTE
    store.put("EURUSD", Kind.TICK, [answer(Kind.TICK, MONDAY, MONDAY + HOUR, rows=3_600, fetched=9_000)])
    assert stored_bars(store, EURUSD, Kind.TICK).time[-1] == MONDAY + 59 * MINUTE
    assert stored_bars(store, EURUSD, Kind.TICK, end=MONDAY + 90_000).time.tolist() == [MONDAY]
    assert len(stored_bars(store, EURUSD, Kind.TICK, end=MONDAY + 30_000)) == 0


def test_one_side_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("EURUSD", Kind.MINUTE, [one_sided(answer(Kind.MINUTE, MONDAY, MONDAY + DAY, rows=500))])
    bars = stored_bars(store, EURUSD, Kind.MINUTE)
    assert (len(bars), bars.spread, bars.feed) == (500, None, "histdata")
    for side in (Side.ASK, Side.MID):
        with pytest.raises(DataFormatError, match=f"no row has prices of the {side.value}") as caught:
            stored_bars(store, EURUSD, Kind.MINUTE, side=side)
        assert "bid" in str(caught.value.hint)
    store.put("EURUSD", Kind.MINUTE, [answer(Kind.MINUTE, MONDAY + DAY, MONDAY + 2 * DAY, rows=300)])
    mixed = stored_bars(store, EURUSD, Kind.MINUTE)
    assert (len(mixed), mixed.spread, mixed.feed) == (800, None, "histdata and dukascopy jetta")
    assert len(stored_bars(store, EURUSD, Kind.MINUTE, side=Side.ASK)) == 300


def test_days_of_utc_keep_their_stamps(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("EURUSD", Kind.DAY, [answer(Kind.DAY, MONDAY - 152 * DAY, MONDAY + 213 * DAY, rows=200)])
    bars = stored_bars(store, EURUSD, Kind.DAY)
    assert len(bars) == 200
    assert (bars.time % DAY == 0).all()


def test_nothing_there(tmp_path: Path, full: Store) -> None:
    with pytest.raises(DataNotFoundError, match="nothing is stored"):
        stored_bars(Store(tmp_path), EURUSD, Kind.MINUTE)
    with pytest.raises(
        DataNotFoundError, match="nothing is stored from 2001-09-09 01:46:40 to 2001-09-10 01:46:40 UTC"
    ):
        stored_bars(full, EURUSD, Kind.MINUTE, 10**12, 10**12 + DAY)
    with pytest.raises(DataFormatError, match="bars of 1h cannot be made into bars of 1m"):
        stored_bars(full, EURUSD, Kind.HOUR, timeframe=Timeframe(1))
