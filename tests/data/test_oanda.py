"""OANDA v20: pages, sides, refusals, patience, and a key that nobody sees."""

from __future__ import annotations

import io
import logging
import random
import socket
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import SecretStr

from pinewright import log
from pinewright.data.calendar import expected_bars, trading_day_start
from pinewright.data.oanda import OandaSource
from pinewright.data.oanda.candles import read_page
from pinewright.data.oanda.client import OandaClient, Patience, checked_key, checked_url, rfc3339
from pinewright.data.source import BarRequest, Source
from pinewright.data.store.kinds import Kind
from pinewright.errors import (
    DataError,
    DataFormatError,
    DataNotFoundError,
    DataQualityError,
    PinewrightError,
    SettingsError,
    SymbolError,
    UsageError,
)
from pinewright.market import DAY, HOUR, MINUTE, IntArray, Side, Symbol, Timeframe
from tests.support.oanda import Fault, OandaServer, Table

KEY = "1234abcd5678-secret-9876fedc"
EURUSD = Symbol.get("EURUSD")
MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC
NOW = MONDAY + 10 * DAY + 12 * HOUR + 30_000  # Thursday noon, half a minute into a candle
PRICES = [f"{side}_{name}" for side in ("bid", "ask") for name in ("open", "high", "low", "close")]


def table(time: IntArray, seed: int = 5) -> Table:
    generator = np.random.default_rng(seed)
    close = np.round(1.1 + 1e-5 * np.cumsum(generator.integers(-5, 6, len(time))), 5)
    open_ = np.append(1.1, close[:-1])
    spread = 1e-5 * generator.integers(1, 9, len(time))
    bid = {
        "open": open_,
        "high": np.maximum(open_, close) + 2e-5,
        "low": np.minimum(open_, close) - 1e-5,
        "close": close,
    }
    prices = {f"bid_{name}": np.round(column, 5) for name, column in bid.items()}
    return Table(time, prices | {f"ask_{name}": np.round(column + spread, 5) for name, column in bid.items()})


@pytest.fixture(scope="module")
def minutes() -> Table:
    """Three weeks of minutes up to now, whose last candle has not ended."""
    return table(expected_bars(MONDAY - 11 * DAY, NOW, Timeframe(1), EURUSD))


@pytest.fixture(scope="module")
def tables(minutes: Table) -> dict[tuple[str, str], Table]:
    hours = table(expected_bars(MONDAY - 300 * DAY, NOW, Timeframe(60), EURUSD), 6)
    days = np.arange(19_000, NOW // DAY + 1)
    days = days[(days + 3) % 7 < 5]
    return {
        ("EUR_USD", "M1"): minutes,
        ("EUR_USD", "H1"): hours,
        ("EUR_USD", "D"): table(trading_day_start(days, EURUSD), 7),
    }


@pytest.fixture
def server(tables: dict[tuple[str, str], Table]) -> Iterator[OandaServer]:
    with OandaServer(tables, KEY, NOW) as running:
        yield running


def source(server: OandaServer, **options: Any) -> OandaSource:
    options = {"key": SecretStr(KEY), "clock": lambda: NOW, "sleep": lambda _: None, **options}
    return OandaSource(url=server.url, user_agent="pinewright test", **options)


def test_it_is_a_source(server: OandaServer) -> None:
    one: Source = source(server)
    assert one.name == "OANDA"


def test_pages_make_one_series(server: OandaServer, minutes: Table) -> None:
    start, end = MONDAY - 11 * DAY, MONDAY + 9 * DAY
    found = source(server).fetch(EURUSD, Kind.MINUTE, start, end)
    inside = (minutes.time >= start) & (minutes.time < end)
    assert len(found["time"]) > 10_000
    assert list(found) == list(Kind.MINUTE.columns)
    np.testing.assert_array_equal(found["time"], minutes.time[inside])
    for name in PRICES:
        np.testing.assert_array_equal(found[name], minutes.prices[name][inside])
    # 14 open days of 1,440 minutes, in pages of 5,000: weekends cost nothing.
    assert [int(asked["count"]) for asked in server.asked] == [5_000, 5_000, 5_000, 5_000, 160]
    assert server.connections == 1
    assert server.agents == {"pinewright test"}


def test_a_window_beyond_the_present_ends_with_the_last_whole_candle(server: OandaServer, minutes: Table) -> None:
    found = source(server).fetch(EURUSD, Kind.MINUTE, NOW - HOUR, NOW + DAY)
    assert int(found["time"][-1]) == NOW // MINUTE * MINUTE - MINUTE
    assert int(minutes.time[-1]) == NOW // MINUTE * MINUTE


def test_a_window_that_begins_in_a_weekend(server: OandaServer, minutes: Table) -> None:
    saturday = MONDAY + 5 * DAY
    found = source(server).fetch(EURUSD, Kind.MINUTE, saturday, saturday + 3 * DAY)
    inside = (minutes.time >= saturday) & (minutes.time < saturday + 3 * DAY)
    np.testing.assert_array_equal(found["time"], minutes.time[inside])


def test_bars_of_each_side(server: OandaServer) -> None:
    request = BarRequest(EURUSD, Timeframe(1), start=MONDAY, end=MONDAY + DAY, warmup=100)
    bid, ask, mid = (source(server, side=side).load(request).bars for side in (None, Side.ASK, Side.MID))
    assert (bid.side, ask.side, mid.side) == (Side.BID, Side.ASK, Side.MID)
    assert len(bid) == 1440 + 100
    assert bid.warmup == 100
    assert bid.feed == "OANDA M1"
    assert bid.spread is not None
    np.testing.assert_allclose(ask.close - bid.close, bid.spread, atol=1e-9)
    np.testing.assert_allclose(mid.close, (bid.close + ask.close) / 2)
    assert set(bid.volume.tolist()) == set(range(1, 8))


@pytest.mark.parametrize(("timeframe", "granularity"), [("15m", "M1"), ("4h", "H1"), ("1d", "D"), ("1w", "D")])
def test_granularity_follows_the_time_frame(server: OandaServer, timeframe: str, granularity: str) -> None:
    request = BarRequest(EURUSD, Timeframe.parse(timeframe), days=60 if granularity == "D" else 5, warmup=5)
    loaded = source(server).load(request)
    assert {asked["granularity"] for asked in server.asked} == {granularity}
    assert loaded.bars.timeframe == Timeframe.parse(timeframe)
    assert loaded.quality.completeness > 99
    assert loaded.bars.warmup == 5
    assert loaded.median_spread is not None or granularity == "D"


def test_by_default_the_last_fourteen_days_in_15m(server: OandaServer) -> None:
    bars = source(server).load(BarRequest(EURUSD)).bars
    assert bars.timeframe == Timeframe(15)
    assert NOW - 14 * DAY <= int(bars.time[bars.warmup]) < NOW - 14 * DAY + HOUR


def test_recorded_candles_come_through(shared: Path) -> None:
    frame = pl.read_parquet(shared / "data" / "m1" / "EURUSD_oanda_m1_201405.parquet").head(6_000)
    time = frame["time"].to_physical().to_numpy().astype(np.int64)
    recorded = Table(time, {name: frame[name].to_numpy() for name in PRICES})
    with OandaServer({("EUR_USD", "M1"): recorded}, KEY, NOW) as running:
        found = source(running).fetch(EURUSD, Kind.MINUTE, int(time[0]), int(time[-1]) + MINUTE)
    np.testing.assert_array_equal(found["time"], time)
    for name in PRICES:
        np.testing.assert_array_equal(found[name], frame[name].to_numpy())


def test_what_cannot_be_asked(server: OandaServer) -> None:
    with pytest.raises(UsageError, match="needs a symbol"):
        source(server).load(BarRequest())
    with pytest.raises(UsageError, match="no past ticks"):
        source(server).fetch(EURUSD, Kind.TICK, MONDAY, NOW)
    with pytest.raises(DataNotFoundError, match="in the future"):
        source(server).load(BarRequest(EURUSD, start=NOW + DAY, end=NOW + 2 * DAY))
    with pytest.raises(DataNotFoundError, match="no candle from 2001-01-01"):
        source(server, clock=lambda: 978_400_000_000).load(
            BarRequest(EURUSD, start=978_307_200_000, end=978_393_600_000)
        )


def test_an_unknown_instrument(server: OandaServer) -> None:
    with pytest.raises(SymbolError, match="no instrument GBP_USD"):
        source(server).load(BarRequest(Symbol.get("GBPUSD"), days=1))
    server.faults.append(Fault(404, '{"errorMessage": "Not found"}'))
    with pytest.raises(SymbolError, match="404"):
        source(server).load(BarRequest(EURUSD, days=1))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_waited_out(server: OandaServer, status: int) -> None:
    waits: list[float] = []
    server.faults.extend([Fault(status, headers={"Retry-After": "7"}), Fault(status)])
    source(server, sleep=waits.append).fetch(EURUSD, Kind.MINUTE, MONDAY, MONDAY + HOUR)
    assert waits[0] == 7.0
    assert 0.5 <= waits[1] <= 1.0
    assert len(server.asked) == 1


def test_waiting_is_bounded(server: OandaServer) -> None:
    waits: list[float] = []
    server.faults.extend([Fault(503)] * 9)
    with pytest.raises(DataError, match="it answers 503") as caught:
        source(server, sleep=waits.append).fetch(EURUSD, Kind.MINUTE, MONDAY, MONDAY + HOUR)
    assert caught.value.code == "unreachable"
    assert len(waits) == 3
    server.faults.clear()
    server.faults.append(Fault(429, headers={"Retry-After": "3600"}))
    with pytest.raises(DataError, match="asks to wait 3600 s"):
        source(server).fetch(EURUSD, Kind.MINUTE, MONDAY, MONDAY + HOUR)


def test_no_service_at_all() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        lost = OandaSource(SecretStr(KEY), url, clock=lambda: NOW, sleep=lambda _: None)
        with pytest.raises(DataError, match=r"it cannot be reached") as caught:
            lost.load(BarRequest(EURUSD, days=1))
    assert caught.value.code == "unreachable"


def test_a_service_that_says_nothing() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        patience = Patience(tries=2, connect_timeout=0.2, read_timeout=0.1)
        lost = OandaSource(SecretStr(KEY), url, patience=patience, clock=lambda: NOW, sleep=lambda _: None)
        with pytest.raises(DataError, match="does not answer in time"):
            lost.load(BarRequest(EURUSD, days=1))


def test_the_key_goes_to_no_other_address(server: OandaServer) -> None:
    server.faults.append(Fault(302, headers={"Location": "http://127.0.0.1:9/elsewhere"}))
    with pytest.raises(SettingsError, match="sends on to another one"):
        source(server).load(BarRequest(EURUSD, days=1))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(401, '{"errorMessage": "Insufficient authorization to perform request."}'),
        Fault(403, f'{{"errorMessage": "The token {KEY} is not known."}}'),
        Fault(400, f'{{"errorMessage": "Malformed header Bearer {KEY}"}}'),
        Fault(503, f'{{"errorMessage": "Bearer {KEY}"}}'),
        Fault(200, "<html>"),
        Fault(302, headers={"Location": "https://example.org/"}),
    ],
)
def test_nobody_sees_the_key(server: OandaServer, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    stream = io.StringIO()
    log.configure(level="debug", stream=stream)
    caplog.set_level(logging.DEBUG)
    server.faults.extend([fault] * 4)
    one = source(server)
    try:
        with pytest.raises(PinewrightError) as caught:
            one.load(BarRequest(EURUSD, days=1))
    finally:
        log.configure()
    told = [
        str(caught.value),
        repr(caught.value.as_dict()),
        _frames(caught.value),
        caplog.text,
        stream.getvalue(),
        repr(one),
        repr(OandaClient(SecretStr(KEY), server.url, "pinewright")),
    ]
    assert caplog.text  # the library did log at this level
    assert [text for text in told if KEY in text] == []


def _frames(error: BaseException) -> str:
    """The traceback with the local variables of every frame but the test's own."""
    assert error.__traceback__ is not None
    inner = traceback.TracebackException(type(error), error, error.__traceback__.tb_next, capture_locals=True)
    return "".join(inner.format())


def test_a_refused_key_says_what_to_do(server: OandaServer) -> None:
    with pytest.raises(SettingsError, match="does not take the key: 401") as caught:
        source(server, key=SecretStr("another")).load(BarRequest(EURUSD, days=1))
    assert "PINEWRIGHT_OANDA_KEY" in str(caught.value)
    assert server.asked == []


@pytest.mark.parametrize("key", [None, SecretStr(""), SecretStr("  ")])
def test_without_a_key(key: SecretStr | None) -> None:
    with pytest.raises(SettingsError, match="no key for OANDA"):
        checked_key(key)


@pytest.mark.parametrize("key", ["two words", "line\nend", "Schlüssel", '"quo\tted"'])
def test_a_key_that_cannot_be_one(key: str) -> None:
    with pytest.raises(SettingsError, match="that no key has") as caught:
        checked_key(SecretStr(key))
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://api-fxpractice.oanda.com", "unencrypted"),
        ("ftp://api-fxpractice.oanda.com", "unencrypted"),
        ("https://me:word@api-fxpractice.oanda.com", "holds a password"),
        ("https://", "no address"),
        ("https://[", "no address"),
    ],
)
def test_addresses(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        checked_url(url)
    assert "word" not in str(caught.value).replace("password", "")
    assert checked_url("https://api-fxtrade.oanda.com/") == "https://api-fxtrade.oanda.com"


CANDLE = (
    '{"complete": true, "volume": 3, "time": "2025-06-02T00:00:00.000000000Z",'
    ' "bid": {"o": "1.1", "h": "1.2", "l": "1.0", "c": "1.1"}, "ask": {"o": "1.1", "h": "1.3", "l": "1.0", "c": "1.2"}}'
)


def page(candles: str, head: str = '"instrument": "EUR_USD", "granularity": "M1"') -> bytes:
    return f'{{{head}, "candles": [{candles}]}}'.encode()


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (b"{", DataFormatError, "not JSON"),
        (b"[]", DataFormatError, "holds no candles"),
        (b'{"candles": 3}', DataFormatError, "holds no candles"),
        (
            page(CANDLE, '"instrument": "GBP_USD", "granularity": "M1"'),
            DataFormatError,
            "is of GBP_USD M1, not EUR_USD",
        ),
        (page(CANDLE.replace('"ask"', '"mid"')), DataFormatError, "a candle without 'ask'"),
        (page(CANDLE.replace('"1.3"', '"dear"')), DataFormatError, "cannot be read"),
        (page(CANDLE.replace("000Z", "000+01:00")), DataFormatError, "no time of UTC"),
        (page(CANDLE.replace("2025-06", "2025-16")), DataFormatError, "cannot be read"),
        (page("7"), DataFormatError, "cannot be read"),
        (page(f"{CANDLE}, {CANDLE}"), DataQualityError, "stands twice, again at candle 2"),
        (page(CANDLE.replace('"1.3"', '"0.9"')), DataQualityError, "impossible ask bar at candle 1"),
        (page(CANDLE.replace('"1.0"', '"-1.0"')), DataQualityError, "bid_low is -1"),
    ],
)
def test_answers_that_are_none(body: bytes, kind: type[PinewrightError], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        read_page(body, "EUR_USD", "M1", "OANDA")
    assert caught.value.where == "OANDA"


def test_jitter_is_repeatable(server: OandaServer) -> None:
    waits: list[float] = []
    for _ in range(2):
        server.faults.extend([Fault(503)] * 3)
        client = OandaClient(SecretStr(KEY), server.url, "x", sleep=waits.append, rng=random.Random(3))
        with client:
            client.candles("EUR_USD", "M1", MONDAY, 2)
    assert waits[:3] == waits[3:]


def test_moments_as_text() -> None:
    assert rfc3339(MONDAY) == "2025-06-02T00:00:00.000Z"
