"""Payloads that Dukascopy sent: all decode to the rows of index.csv, candles equal their ticks, gaps are told right."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pinewright.data.calendar import SessionState, expected_bars
from pinewright.data.dukascopy.instruments import find_instrument, read_metadata
from pinewright.data.dukascopy.requests import session_states
from pinewright.data.dukascopy.rows import check_scale, join_sides
from pinewright.data.dukascopy.transports import Bi5
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.zones import iso_text
from pinewright.market import DAY, MINUTE, Side, Symbol, Timeframe
from tests.support.dukascopy import Recorded, joined, moment, recorded_bi5, recorded_jetta, request

DAY_OF_TICKS = "2019-02-04"


@pytest.fixture(scope="module")
def index(shared: Path) -> dict[str, dict[str, str]]:
    with (shared / "data" / "index.csv").open(newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def ticks(shared: Path) -> dict[str, Columns]:
    """All recorded ticks by symbol."""
    found: dict[str, list[Columns]] = {}
    for payload in recorded_bi5(shared / "data" / "bi5"):
        if payload.request.kind is Kind.TICK:
            found.setdefault(payload.request.instrument.symbol, []).append(payload.decode())
    return {symbol: joined(parts) for symbol, parts in found.items()}


@pytest.mark.parametrize("symbol", ["EURUSD", "GBPJPY"])
def test_ticks_are_those_of_the_index(ticks: dict[str, Columns], index: dict[str, dict[str, str]], symbol: str) -> None:
    row, found = index[f"bi5/{symbol}"], ticks[symbol]
    assert len(found["time"]) == int(row["rows"])
    stamps = [f"{moment_:s}Z" for moment_ in found["time"][[0, -1]].astype("datetime64[ms]").astype(str)]
    assert stamps == [row["first"], row["last"]]
    assert np.all(found["ask"] > found["bid"])


def test_every_recorded_file_is_where_the_transport_looks_for_it(shared: Path) -> None:
    folder = shared / "data" / "bi5"
    payloads = recorded_bi5(folder)
    assert len(payloads) == 418
    for payload in payloads:
        assert Bi5(folder.as_posix()).url(payload.request) == payload.path.as_posix()
        check_scale(payload.decode(), payload.request)


@pytest.mark.parametrize(
    ("text", "kind", "side", "rows"),
    [
        ("2018", Kind.DAY, Side.BID, 313),
        ("2019", Kind.DAY, Side.BID, 313),
        ("2019", Kind.DAY, Side.ASK, 313),
        ("2019-01", Kind.HOUR, Side.BID, 530),
        ("2019-02", Kind.HOUR, Side.BID, 480),
        ("2019-02", Kind.HOUR, Side.ASK, 480),
        ("2019-02-04", Kind.MINUTE, Side.BID, 1440),
        ("2019-02-04", Kind.MINUTE, Side.ASK, 1440),
        ("2019-02-05", Kind.MINUTE, Side.BID, 1440),
        ("2020-05-01", Kind.MINUTE, Side.BID, 1260),
    ],
)
def test_candles_leave_out_what_was_not_traded(shared: Path, text: str, kind: Kind, side: Side, rows: int) -> None:
    """52 Saturdays a year, the closed hours of a month, and the three hours after the close of Friday 1 May 2020."""
    asked = request((text + "-01-01")[:10], kind, side)
    columns = Bi5().decode(asked, Path(Bi5((shared / "data" / "bi5").as_posix()).url(asked)).read_bytes())
    assert len(columns["time"]) == rows
    assert columns["volume"].min() > 0


@pytest.mark.parametrize("side", [Side.BID, Side.ASK])
def test_minutes_equal_their_ticks(shared: Path, ticks: dict[str, Columns], side: Side) -> None:
    """All 1,440 minutes of EUR/USD 2019-02-04, to the last digit, volumes too."""
    asked = request(DAY_OF_TICKS, Kind.MINUTE, side)
    candles = Bi5().decode(asked, Path(Bi5((shared / "data" / "bi5").as_posix()).url(asked)).read_bytes())
    found = ticks["EURUSD"]
    day = (found["time"] >= asked.start) & (found["time"] < asked.end)
    price, volume = found[side.value][day], found[f"{side.value}_volume"][day]
    minute = found["time"][day].astype(np.int64) // MINUTE * MINUTE
    first = np.flatnonzero(np.diff(minute, prepend=-1))
    assert len(first) == 1440
    made = {
        "time": minute[first],
        "open": price[first],
        "high": np.maximum.reduceat(price, first),
        "low": np.minimum.reduceat(price, first),
        "close": price[np.append(first[1:], len(price)) - 1],
        "volume": np.add.reduceat(volume, first),
    }
    for name, column in made.items():
        np.testing.assert_array_equal(column, candles[name], name)


def test_both_sides_of_a_day(shared: Path) -> None:
    payloads = [
        Bi5().decode(asked, Path(Bi5((shared / "data" / "bi5").as_posix()).url(asked)).read_bytes())
        for asked in (request(DAY_OF_TICKS, Kind.MINUTE, side) for side in (Side.BID, Side.ASK))
    ]
    candles, one_sided = join_sides(*payloads)
    assert one_sided == 0
    assert tuple(candles) == Kind.MINUTE.columns
    assert np.median(candles["spread"]) == 3e-5
    assert candles["spread"].min() > 0


def test_the_hole_in_gbpjpy(ticks: dict[str, Columns]) -> None:
    """18 minutes of 3 December 2012 without a tick in the middle of the session: no error, and nothing filled in."""
    time = ticks["GBPJPY"]["time"].astype(np.int64)
    steps = np.diff(time)
    longest = np.argsort(-steps)[:2]
    weekend, hole = longest.tolist()
    assert [iso_text(int(time[row])) for row in (weekend, hole)] == ["2012-12-07 21:59:59", "2012-12-03 15:14:56"]
    assert steps[hole] == 1_081_408
    assert steps[weekend] > 2 * DAY * 0.99
    expected = expected_bars(moment("2012-12-03"), moment("2012-12-04"), Timeframe(1), Symbol.get("GBPJPY"))
    missing = expected[~np.isin(expected, time // MINUTE * MINUTE)]
    # A second hole, of 2.9 minutes from 10:18:42, leaves two more without a tick.
    assert [iso_text(stamp)[11:] for stamp in missing[:2].tolist()] == ["10:19", "10:20"]
    assert [iso_text(stamp)[11:] for stamp in missing[2:].tolist()] == [f"15:{minute}" for minute in range(15, 32)]


def test_closed_hours_are_told_from_open_ones(shared: Path) -> None:
    """Every hour file without a byte is of a closed hour, and no other is: 408 hours, 120 of them closed."""
    payloads = [one for one in recorded_bi5(shared / "data" / "bi5") if one.request.kind is Kind.TICK]
    assert len(payloads) == 408
    for symbol, closed in (("EURUSD", 0), ("GBPJPY", 120)):
        hours = [one for one in payloads if one.request.instrument.symbol == symbol]
        states = session_states(find_instrument(symbol), [(one.request.start, one.request.end) for one in hours])
        assert states.count(SessionState.CLOSED) == closed
        for hour, state in zip(hours, states, strict=True):
            assert (state is SessionState.CLOSED) == (hour.path.stat().st_size == 0), hour.request.text
            assert state is not SessionState.TOLERATED


JETTA_ROWS = {
    "candles-day-BTC-USD-BID-2018": 312,
    "candles-day-BTC-USD-BID-2019": 364,
    "candles-day-BTC-USD-BID-2020": 364,
    "candles-day-BTC-USD-BID-2021": 365,
    "candles-day-BTC-USD-BID-2022": 365,
    "candles-day-BTC-USD-BID-2023": 365,
    "candles-hour-BTC-USD-BID-2023-1": 730,
    "candles-hour-BTC-USD-BID-2023-2": 672,
    "candles-minute-BTC-USD-BID-2023-2-19": 1437,
    "candles-minute-BTC-USD-BID-from-1783900800000": 1263,
    "candles-minute-EUR-USD-BID-2026-7-10": 1258,
    "candles-minute-EUR-USD-BID-2026-7-11-empty": 0,
    "ticks-BTC-USD-2023-2-20-12": 8523,
    "ticks-EUR-USD-2026-7-13-12": 3551,
}


def test_jetta(shared: Path, index: dict[str, dict[str, str]]) -> None:
    folder = shared / "data" / "jetta_json"
    assert len(list(folder.iterdir())) == int(index["jetta_json"]["rows"]) == len(JETTA_ROWS) + 2
    payloads: dict[str, Recorded] = {one.path.stem: one for one in recorded_jetta(folder)}
    found = {name: one.decode() for name, one in payloads.items()}
    assert {name: len(columns["time"]) for name, columns in found.items()} == JETTA_ROWS
    for name, columns in found.items():
        check_scale(columns, payloads[name].request)
    euro = found["ticks-EUR-USD-2026-7-13-12"]
    assert (euro["ask"][0], euro["bid"][0], euro["ask_volume"][0]) == (1.14277, 1.14273, 1_800_000.0)
    assert found["candles-minute-EUR-USD-BID-2026-7-10"]["volume"][0] == 197_100_000.0


def test_days_hours_and_minutes_of_jetta_agree(shared: Path) -> None:
    """The first day of 2023's hours has the high and low of that day, as far as both are there."""
    found = {one.path.stem: one.decode() for one in recorded_jetta(shared / "data" / "jetta_json")}
    days, hours = found["candles-day-BTC-USD-BID-2023"], found["candles-hour-BTC-USD-BID-2023-2"]
    for day in range(0, 28):
        inside = slice(24 * day, 24 * day + 24)
        row = 31 + day
        assert days["time"][row] == hours["time"][inside][0]
        assert days["high"][row] == hours["high"][inside].max()
        assert days["low"][row] == hours["low"][inside].min()
        assert (days["open"][row], days["close"][row]) == (hours["open"][inside][0], hours["close"][inside][-1])


def test_metadata_agrees_with_the_offline_table(shared: Path) -> None:
    for code, count in (("EUR-USD", 25), ("BTC-USD", 6)):
        found = read_metadata((shared / "data" / "jetta_json" / f"instrument-{code}.json").read_bytes())
        known = find_instrument(code)
        assert (found.symbol, found.code, found.decimals, found.pip) == (
            known.symbol,
            known.code,
            known.decimals,
            known.pip,
        )
        assert (found.description, found.timezone) == (known.description, known.timezone)
        assert found.round_the_clock == known.round_the_clock
        assert len(found.holidays) == count
        assert found.history_start is not None
        assert known.history_start is not None
        assert 0 <= found.history_start - known.history_start < 3_600_000
    assert moment("2003-05-04T19:00") == find_instrument("EURUSD").history_start
