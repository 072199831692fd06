"""jetta: what is encoded comes back, and every kind of broken answer is told."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.dukascopy import jetta
from pinewright.data.store.kinds import Columns, Kind
from pinewright.errors import DataFormatError
from pinewright.market import HOUR, Side
from tests.support.dukascopy import request
from tests.support.loopback import Market, encode

HOUR_OF_TICKS = request("2019-02-04T08")
MINUTES = request("2019-02-04", Kind.MINUTE, Side.BID)
MARKET = Market(ticks_per_hour=20)

TICKS = {
    "timestamp": HOUR_OF_TICKS.start,
    "multiplier": 1e-05,
    "ask": 1.14277,
    "bid": 1.14273,
    "times": [93, 104, 154],
    "asks": [0, -2, 4],
    "bids": [0, -2, 1],
    "askVolumes": [1800000.0, 900000.0, 900000.0],
    "bidVolumes": [2700000.0, 14490000.0, 900000.0],
}
CANDLES = {
    "timestamp": MINUTES.start,
    "multiplier": 1e-05,
    "open": 1.14331,
    "high": 1.14334,
    "low": 1.14322,
    "close": 1.14324,
    "shift": 60000,
    "times": [2, 1, 3],
    "opens": [0, -8, 9],
    "highs": [0, 1, 4],
    "lows": [0, -4, 5],
    "closes": [0, 9, -2],
    "volumes": [197.1, 0.000114, 103],
}


def changed(payload: dict[str, object], **changes: object) -> bytes:
    """A payload with some of its fields changed, and without those that are changed to ``...``."""
    fields = {name: value for name, value in {**payload, **changes}.items() if value is not ...}
    return json.dumps(fields).encode()


def test_ticks() -> None:
    found = jetta.decode_ticks(changed(TICKS), HOUR_OF_TICKS)
    assert {name: column.tolist() for name, column in found.items()} == {
        "time": [HOUR_OF_TICKS.start + 93, HOUR_OF_TICKS.start + 197, HOUR_OF_TICKS.start + 351],
        "bid": [1.14273, 1.14271, 1.14272],
        "ask": [1.14277, 1.14275, 1.14279],
        "bid_volume": [2_700_000.0, 14_490_000.0, 900_000.0],
        "ask_volume": [1_800_000.0, 900_000.0, 900_000.0],
    }
    assert [column.dtype.name for column in found.values()] == ["int64", "float64", "float64", "float64", "float64"]


def test_candles() -> None:
    found = jetta.decode_candles(changed(CANDLES), MINUTES)
    assert {name: column.tolist() for name, column in found.items()} == {
        "time": [MINUTES.start + minute * 60_000 for minute in (2, 3, 6)],
        "open": [1.14331, 1.14323, 1.14332],
        "high": [1.14334, 1.14335, 1.14339],
        "low": [1.14322, 1.14318, 1.14323],
        "close": [1.14324, 1.14333, 1.14331],
        "volume": [197_100_000.0, 114.0, 103_000_000.0],
    }


def test_nothing_is_no_rows() -> None:
    empty = {name: [] if isinstance(value, list) else value for name, value in CANDLES.items()}
    body = changed(empty, open=None, high=None, low=None, close=None)
    assert list(jetta.decode_candles(body, MINUTES)) == ["time", "open", "high", "low", "close", "volume"]
    empty = {name: [] if isinstance(value, list) else value for name, value in TICKS.items()}
    found = jetta.decode_ticks(changed(empty, ask=None, bid=None), HOUR_OF_TICKS)
    assert tuple(found) == Kind.TICK.columns
    assert [len(column) for column in found.values()] == [0] * 5


@given(st.integers(0, 2**32), st.integers(0, 80), st.integers(10_000, 10_000_000))
def test_ticks_come_back(seed: int, size: int, level: int) -> None:
    generator = np.random.default_rng(seed)
    bid = level + generator.integers(0, level // 4, size)
    columns: Columns = {
        "time": HOUR_OF_TICKS.start + np.sort(generator.integers(0, HOUR, size)),
        "bid": bid / HOUR_OF_TICKS.scale,
        "ask": (bid + generator.integers(0, 9, size)) / HOUR_OF_TICKS.scale,
        "bid_volume": generator.integers(0, 10**9, size) / 100,
        "ask_volume": generator.integers(0, 10**9, size) * 1.0,
    }
    found = jetta.decode_ticks(encode.jetta_ticks(columns, HOUR_OF_TICKS), HOUR_OF_TICKS)
    for name, column in columns.items():
        np.testing.assert_array_equal(found[name], column, name)


@pytest.mark.parametrize("kind", [Kind.MINUTE, Kind.HOUR, Kind.DAY])
@pytest.mark.parametrize("name", ["EURUSD", "USDJPY", "BTCUSD"])
def test_candles_come_back(kind: Kind, name: str) -> None:
    asked = request("2019-02-08", kind, Side.ASK, name)
    made = MARKET.candles(asked.instrument, kind, Side.ASK, asked.start, asked.end)
    assert len(made["time"]) > 100
    found = jetta.decode_candles(encode.jetta_candles(made, asked), asked)
    for column, values in made.items():
        np.testing.assert_array_equal(found[column], values, column)


BROKEN: dict[str, tuple[Callable[..., Columns], bytes, str]] = {
    "nothing": (jetta.decode_ticks, b"", "an empty body"),
    "a page": (jetta.decode_ticks, b"<html><body>", "not JSON, it begins with '<html><body>'"),
    "half an answer": (jetta.decode_ticks, changed(TICKS)[:90], "truncated JSON"),
    "a list": (jetta.decode_ticks, b"[]", "JSON, but list and no object"),
    "a message": (jetta.decode_ticks, b'{"message":"unknown instrument"}', "no list 'times'"),
    "no bids": (jetta.decode_ticks, changed(TICKS, bids=...), "no list 'bids'"),
    "bids are null": (jetta.decode_ticks, changed(TICKS, bids=None), "no list 'bids'"),
    "a bid less": (jetta.decode_ticks, changed(TICKS, bids=[0, 1]), "different lengths: times 3, asks 3, bids 2"),
    "no anchor": (jetta.decode_ticks, changed(TICKS, ask=None), "ask is None"),
    "no timestamp": (jetta.decode_ticks, changed(TICKS, timestamp="now"), "timestamp is 'now'"),
    "another hour": (jetta.decode_ticks, changed(TICKS, timestamp=HOUR_OF_TICKS.start - HOUR), "outside its period"),
    "no multiplier": (jetta.decode_ticks, changed(TICKS, multiplier=...), "multiplier is None"),
    "another multiplier": (
        jetta.decode_ticks,
        changed(TICKS, multiplier=1e-4),
        "wrong scale: .*EUR-USD has 5 decimals",
    ),
    "an anchor off the grid": (jetta.decode_ticks, changed(TICKS, ask=1.142775), "ask is 1.142775, off the grid"),
    "a negative anchor": (jetta.decode_ticks, changed(TICKS, bid=-1.14273), "bid is -1.14273"),
    "bids of another scale": (
        jetta.decode_ticks,
        changed(TICKS, bid=11.4273),
        "wrong scale: ask of 1.14277 .* the middle price is 6.28",
    ),
    "a price below nothing": (jetta.decode_ticks, changed(TICKS, bids=[0, -200_000, 0]), "bid of -85,727 price steps"),
    "time runs back": (jetta.decode_ticks, changed(TICKS, times=[93, -5, 1]), "times that do not rise: row 2"),
    "time runs away": (jetta.decode_ticks, changed(TICKS, times=[93, 1, 2**60]), "times holds a step of 1,15"),
    "a number too long": (jetta.decode_ticks, changed(TICKS, asks=[0, 2**63, 0]), "asks holds what is no integer"),
    "half a step": (jetta.decode_ticks, changed(TICKS, asks=[0, 0.5, 0]), "asks holds what is no integer"),
    "a step that is text": (jetta.decode_ticks, changed(TICKS, asks=[0, "1", 0]), "asks holds what is no integer"),
    "a step that is null": (jetta.decode_ticks, changed(TICKS, asks=[0, None, 0]), "asks holds what is no integer"),
    "a volume that is text": (
        jetta.decode_ticks,
        changed(TICKS, bidVolumes=[0, "1", 0]),
        "bidVolumes holds what is no num",
    ),
    "a volume below nothing": (jetta.decode_ticks, changed(TICKS, bidVolumes=[0, -1.0, 0]), "volume of -1 at"),
    "a volume out of all bounds": (
        jetta.decode_candles,
        changed(CANDLES, volumes=[0, 1e300, 0]),
        "volumes holds 1e.300",
    ),
    "bars of another length": (jetta.decode_candles, changed(CANDLES, shift=3_600_000), "candles of 3,600,000 ms, not"),
    "no length": (jetta.decode_candles, changed(CANDLES, shift=...), "shift is None"),
    "a minute twice": (jetta.decode_candles, changed(CANDLES, times=[0, 0, 1]), "times that do not rise"),
    "another day": (jetta.decode_candles, changed(CANDLES, times=[0, 1, 1440]), "outside its period"),
    "far away": (jetta.decode_candles, changed(CANDLES, times=[0, 1, 2**35]), "times holds a step of .* candles"),
    "between two minutes": (jetta.decode_candles, changed(CANDLES, timestamp=MINUTES.start + 1), "a candle of 1m at"),
    "high below the open": (jetta.decode_candles, changed(CANDLES, highs=[0, -90, 4]), "2 candles whose high and low"),
    "no volumes": (jetta.decode_candles, changed(CANDLES, volumes=...), "no list 'volumes'"),
    "not a number": (jetta.decode_ticks, changed(TICKS, bid=float("nan")), "truncated JSON|not JSON|bid is"),
    "an hour of minutes": (jetta.decode_ticks, changed(CANDLES), "no list 'asks'"),
}


@pytest.mark.parametrize(("decode", "body", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_answers_are_told(decode: Callable[..., Columns], body: bytes, told: str) -> None:
    asked = HOUR_OF_TICKS if decode is jetta.decode_ticks else MINUTES
    with pytest.raises(DataFormatError, match=told) as caught:
        decode(body, asked)
    assert caught.value.where == asked.text
    assert caught.value.hint


def test_the_longest_answers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jetta, "MOST_ROWS", 2)
    with pytest.raises(DataFormatError, match="3 rows, more than a period can hold"):
        jetta.decode_ticks(changed(TICKS), HOUR_OF_TICKS)


ODD: list[object] = [
    None,
    True,
    False,
    0,
    -1,
    7,
    2**31,
    2**62,
    -(2**63),
    1e300,
    -0.5,
    1.0,
    "",
    "x",
    [],
    {},
    [1],
    [None],
    [1.5, "x"],
]


def damaged(payload: dict[str, object], generator: np.random.Generator) -> dict[str, object]:
    """A payload with a field or an element replaced, a field lost, or a list cut."""
    found = {name: list(value) if isinstance(value, list) else value for name, value in payload.items()}
    for _ in range(int(generator.integers(1, 3))):
        name = str(generator.choice(list(found)))
        value, odd = found[name], ODD[int(generator.integers(0, len(ODD)))]
        choice = int(generator.integers(0, 4))
        if choice == 0 and isinstance(value, list) and value:
            value[int(generator.integers(0, len(value)))] = odd
        elif choice == 1 and isinstance(value, list):
            found[name] = value[: len(value) // 2]
        elif choice == 2 and len(found) > 1:
            del found[name]
        else:
            found[name] = odd
    return found


@pytest.mark.parametrize("kind", [Kind.TICK, Kind.MINUTE])
def test_damaged_answers_are_told_or_sound(kind: Kind) -> None:
    """3,000 answers of odd values: no other error than ours, and no row that a period cannot hold."""
    generator = np.random.default_rng(5)
    asked = HOUR_OF_TICKS if kind is Kind.TICK else MINUTES
    payload = orjson.loads(changed(TICKS if kind is Kind.TICK else CANDLES))
    decode = jetta.decode_ticks if kind is Kind.TICK else jetta.decode_candles
    told = 0
    for _ in range(3_000):
        try:
            found = decode(orjson.dumps(damaged(payload, generator)), asked)
        except DataFormatError:
            told += 1
            continue
        time = found["time"].astype(np.int64)
        assert np.all(np.diff(time) >= 0)
        assert np.all((time >= asked.start) & (time < asked.end))
        for name, column in found.items():
            values = column.astype(np.float64)
            assert np.all(np.isfinite(values)), name
            assert name == "time" or "volume" in name or np.all((values > 0.3) & (values < 4)), name
    assert told > 2_000


def test_damaged_bytes_are_told() -> None:
    generator = np.random.default_rng(7)
    body = changed(TICKS)
    for _ in range(2_000):
        found = bytearray(body)
        place = int(generator.integers(0, len(found)))
        if generator.random() < 0.5:
            found[place] = int(generator.integers(0, 256))
        else:
            del found[place:]
        try:
            columns = jetta.decode_ticks(bytes(found), HOUR_OF_TICKS)
        except DataFormatError:
            continue
        assert len(columns["time"]) == 3
