"""bi5: what is encoded comes back, and every kind of broken file is told."""

from __future__ import annotations

import lzma
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.dukascopy import bi5
from pinewright.data.dukascopy.requests import Request
from pinewright.data.store.kinds import Columns, Kind
from pinewright.errors import DataFormatError
from pinewright.market import HOUR, Side
from tests.support.dukascopy import request
from tests.support.loopback import Market, encode

HOUR_OF_TICKS = request("2019-02-04T08")
MARKET = Market(ticks_per_hour=20)
MINUTES = request("2019-02-04", Kind.MINUTE, Side.BID)


def ticks(*rows: tuple[int, int, int, float, float]) -> bytes:
    """A file of ticks from what its records say: ms, ask, bid, volumes in millions."""
    return encode.pack(b"".join(struct.pack(">IIIff", *row) for row in rows))


def candles(*rows: tuple[int, int, int, int, int, float]) -> bytes:
    """A file of candles: s, open, close, low, high, volume in millions."""
    return encode.pack(b"".join(struct.pack(">IIIIIf", *row) for row in rows))


def test_a_record_of_a_tick() -> None:
    found = bi5.decode_ticks(ticks((81, 114057, 114040, 1.0, 3.87), (204, 114058, 114047, 1.87, 1.28)), HOUR_OF_TICKS)
    assert {name: column.tolist() for name, column in found.items()} == {
        "time": [HOUR_OF_TICKS.start + 81, HOUR_OF_TICKS.start + 204],
        "bid": [1.14040, 1.14047],
        "ask": [1.14057, 1.14058],
        "bid_volume": [3_870_000.0, 1_280_000.0],
        "ask_volume": [1_000_000.0, 1_870_000.0],
    }
    assert [column.dtype.name for column in found.values()] == ["int64", "float64", "float64", "float64", "float64"]


def test_a_record_of_a_candle_and_a_minute_without_one() -> None:
    found = bi5.decode_candles(
        candles((0, 114543, 114569, 114542, 114570, 293.76), (60, 114569, 114569, 114569, 114569, 0.0)), MINUTES
    )
    assert {name: column.tolist() for name, column in found.items()} == {
        "time": [MINUTES.start],
        "open": [1.14543],
        "high": [1.14570],
        "low": [1.14542],
        "close": [1.14569],
        "volume": [293_760_000.0],
    }


def test_a_flat_candle_with_volume_and_a_moving_one_without_stay() -> None:
    found = bi5.decode_candles(candles((0, 5, 5, 5, 5, 1.0), (60, 5, 6, 5, 6, 0.0), (120, 6, 6, 6, 6, -0.0)), MINUTES)
    assert found["time"].tolist() == [MINUTES.start, MINUTES.start + 60_000]


@pytest.mark.parametrize("body", [b"", encode.pack(b"")])
def test_nothing_is_no_rows(body: bytes) -> None:
    empty = bi5.decode_ticks(body, HOUR_OF_TICKS)
    assert tuple(empty) == Kind.TICK.columns
    assert [len(column) for column in empty.values()] == [0] * 5
    assert list(bi5.decode_candles(body, MINUTES)) == ["time", "open", "high", "low", "close", "volume"]


def test_python_writes_files_of_untold_size() -> None:
    body = lzma.compress(struct.pack(">IIIff", 1, 2, 2, 1.0, 1.0), format=lzma.FORMAT_ALONE)
    assert int.from_bytes(body[5:13], "little") == 2**64 - 1
    assert bi5.decode_ticks(body, HOUR_OF_TICKS)["time"].tolist() == [HOUR_OF_TICKS.start + 1]


@st.composite
def hours(draw: st.DrawFn) -> Columns:
    size = draw(st.integers(0, 60))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    bid = draw(st.integers(10_000, 10_000_000)) + generator.integers(0, 1 + draw(st.integers(0, 1000)), size)
    volumes = generator.integers(0, draw(st.sampled_from([2, 300, 80_000])), (2, size)) * draw(
        st.sampled_from([10_000.0, 1_000.0, 1.0, 0.01])
    )
    return {
        "time": HOUR_OF_TICKS.start + np.sort(generator.integers(0, HOUR, size)),
        "bid": bid / HOUR_OF_TICKS.scale,
        "ask": (bid + generator.integers(0, 9, size)) / HOUR_OF_TICKS.scale,
        "bid_volume": volumes[0],
        "ask_volume": volumes[1],
    }


@given(hours())
def test_ticks_come_back(columns: Columns) -> None:
    found = bi5.decode_ticks(encode.bi5_ticks(columns, HOUR_OF_TICKS), HOUR_OF_TICKS)
    for name, column in columns.items():
        if name.endswith("volume"):  # a float32 keeps seven digits
            np.testing.assert_allclose(found[name], column.astype(np.float64), rtol=1e-6)
        else:
            np.testing.assert_array_equal(found[name], column)


@given(st.lists(st.integers(0, 9_999_999), min_size=1, max_size=50), st.sampled_from([1e-2, 1.0, 1e3, 1e6]))
def test_volumes_of_seven_digits_come_back(digits: list[int], unit: float) -> None:
    """0.13 million is 130,000 units and no thousandth less, whatever the float32 beside it is."""
    volumes = np.array(digits) * unit if unit >= 1 else np.array(digits) / round(1 / unit)
    few = np.array([float(f"{volume:.6g}") for volume in volumes.tolist()])
    found = bi5.units_of_millions((few / 1e6).astype(np.float32))
    np.testing.assert_allclose(found, few, rtol=1e-15)


@pytest.mark.parametrize("kind", [Kind.MINUTE, Kind.HOUR, Kind.DAY])
@pytest.mark.parametrize("side", [Side.BID, Side.ASK])
def test_candles_come_back_without_the_flat_ones(kind: Kind, side: Side) -> None:
    asked = request("2019-02-08", kind, side)
    made = MARKET.candles(asked.instrument, kind, side, asked.start, asked.end)
    body = encode.bi5_candles(made, asked)
    assert len(lzma.decompress(body)) == 24 * (asked.end - asked.start) // asked.step
    found = bi5.decode_candles(body, asked)
    assert len(made["time"]) > 100
    for name, column in made.items():
        if name == "volume":
            np.testing.assert_allclose(found[name], column.astype(np.float64), rtol=1e-6)
        else:
            np.testing.assert_array_equal(found[name], column, name)


GOOD = (1_000, 114_057, 114_040, 1.0, 1.0)
LATER = (2_000, 114_058, 114_041, 1.0, 1.0)

BROKEN_TICKS = {
    "a page": (b"<html><body>503</body></html>", r"not LZMA: 29 bytes that begin with '<html><body>'"),
    "JSON": (b'{"times":[]}', "not LZMA"),
    "a few bytes": (b"\x5d\x00\x00", "not LZMA: 3 bytes"),
    "a half": (encode.pack(bytes(range(200)))[:-60], "truncated: .* of 200 came out of"),
    "no content": (ticks(GOOD, LATER)[:20], "truncated: 2 bytes of 40"),
    "a tail": (ticks(GOOD) + b"tail", "4 bytes behind the end"),
    "half a record": (encode.pack(b"x" * 30), "30 bytes, not whole records of 20"),
    "half a record, size untold": (lzma.compress(b"x" * 30, format=lzma.FORMAT_ALONE), "not whole records of 20"),
    "a size that is not true": (encode.with_size(encode.pack(b"x" * 40), 80), "truncated|broken LZMA"),
    "an absurd size": (encode.with_size(encode.pack(b"x" * 40), 20 * 2**40), "at most 4,000,000"),
    "an absurd dictionary": (b"\x5d\xff\xff\xff\xff" + ticks(GOOD)[5:], "broken LZMA: .*emory"),
    "time runs back": (ticks(LATER, GOOD), "times that do not rise: row 2 at 2019-02-04 08:00:01 after .*:02"),
    "another hour": (ticks(GOOD, (HOUR, 114_057, 114_040, 1.0, 1.0)), "2019-02-04 09:00, outside its period"),
    "no price": (ticks(GOOD, (2_000, 0, 114_040, 1.0, 1.0)), "ask of 0 price steps at 2019-02-04 08:00:02"),
    "no bid": (ticks((2_000, 114_040, 0, 1.0, 1.0)), "bid of 0 price steps"),
    "another scale": (ticks(GOOD, LATER, (3_000, 1_140_570, 1_140_400, 1.0, 1.0)), "wrong scale: ask of 11.40"),
    "ask of another scale": (ticks((1_000, 1_140_570, 114_040, 1.0, 1.0)), "wrong scale"),
    "a negative volume": (
        ticks(GOOD, (2_000, 114_058, 114_041, 1.0, -1.0)),
        "volume of -1e.06 at 2019-02-04 08:00:02",
    ),
    "no number": (ticks((1_000, 114_057, 114_040, float("nan"), 1.0)), "volume of nan"),
    "infinity": (ticks((1_000, 114_057, 114_040, 1.0, float("inf"))), "volume of inf"),
}


@pytest.mark.parametrize(("body", "told"), BROKEN_TICKS.values(), ids=BROKEN_TICKS.keys())
def test_broken_ticks_are_told(body: bytes, told: str) -> None:
    with pytest.raises(DataFormatError, match=told) as caught:
        bi5.decode_ticks(body, HOUR_OF_TICKS)
    assert caught.value.where == "EURUSD tick 2019-02-04 08:00"
    assert caught.value.hint


BROKEN_CANDLES = {
    "high below the close": (
        candles((0, 5, 7, 4, 6, 1.0)),
        r"1 candles whose high and low .* \(open, high, low, close:",
    ),
    "low above the open": (candles((0, 5, 7, 6, 8, 1.0)), "do not hold open and close, the first at 2019-02-04 00:00"),
    "between two minutes": (candles((30, 5, 5, 5, 5, 1.0)), "a candle of 1m at 2019-02-04 00:00:30"),
    "a minute twice": (candles((0, 5, 5, 5, 5, 1.0), (0, 5, 5, 5, 5, 1.0)), "times that do not rise"),
    "another day": (candles((86_400, 5, 5, 5, 5, 1.0)), "outside its period"),
    "too many": (encode.pack(b"x" * 24 * 1_441), "at most 1,440"),
    "too many, size untold": (lzma.compress(b"x" * 24 * 1_441, format=lzma.FORMAT_ALONE), "more than 1,440 records"),
    "no price": (candles((0, 0, 5, 0, 5, 1.0)), "open of 0 price steps"),
}


@pytest.mark.parametrize(("body", "told"), BROKEN_CANDLES.values(), ids=BROKEN_CANDLES.keys())
def test_broken_candles_are_told(body: bytes, told: str) -> None:
    with pytest.raises(DataFormatError, match=told):
        bi5.decode_candles(body, MINUTES)


def damaged(body: bytes, generator: np.random.Generator) -> bytes:
    """A body with a few bytes changed, lost or added."""
    found = bytearray(body)
    for _ in range(int(generator.integers(1, 4))):
        place = int(generator.integers(0, len(found)))
        match int(generator.integers(0, 4)):
            case 0:
                found[place] ^= 1 << int(generator.integers(0, 8))
            case 1:
                del found[place + 1 : place + int(generator.integers(2, 40))]
            case 2:
                found[place:place] = generator.bytes(int(generator.integers(1, 20)))
            case _:
                del found[place + 1 :]
    return bytes(found)


def sound(columns: Columns, asked: Request) -> bool:
    """What a decoded hour promises, whatever came in."""
    time = columns["time"].astype(np.int64)
    return bool(
        np.all(np.diff(time) >= 0)
        and np.all((time >= asked.start) & (time < asked.end))
        and all(
            np.all((columns[name].astype(np.float64) > 0.3) & (columns[name].astype(np.float64) < 4.0))
            for name in ("bid", "ask")
        )
        and all(np.all(np.isfinite(columns[name].astype(np.float64))) for name in ("bid_volume", "ask_volume"))
    )


def test_damaged_files_are_told_or_sound() -> None:
    """2,000 files with changed, lost and added bytes: no other error, no row outside what an hour may hold.

    The container has no checksum: what changes the last ticks alone may pass (none of these did, when written).
    """
    generator = np.random.default_rng(5)
    columns = Market(ticks_per_hour=400).ticks(HOUR_OF_TICKS.instrument, HOUR_OF_TICKS.start, HOUR_OF_TICKS.end)
    body = encode.bi5_ticks(columns, HOUR_OF_TICKS)
    passed = 0
    for _ in range(2_000):
        try:
            found = bi5.decode_ticks(damaged(body, generator), HOUR_OF_TICKS)
        except DataFormatError:
            continue
        assert sound(found, HOUR_OF_TICKS)
        same = all(np.array_equal(found[name], columns[name]) for name in columns)
        passed += not same and len(found["time"]) > 0
    assert passed < 5


def test_any_bytes_are_told() -> None:
    generator = np.random.default_rng(6)
    for _ in range(500):
        body = (b"\x5d\x00\x00\x40\x00" if generator.random() < 0.7 else b"") + generator.bytes(
            int(generator.integers(1, 90))
        )
        with pytest.raises(DataFormatError):
            bi5.decode_ticks(body, HOUR_OF_TICKS)
