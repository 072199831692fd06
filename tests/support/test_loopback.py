"""The loopback Dukascopy: a market that stays itself, answers and faults by rule, and a server that counts."""

from __future__ import annotations

import http.client
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.dukascopy.instruments import find_instrument, read_metadata
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.transports import Bi5, Jetta, Transport
from pinewright.data.store.kinds import Columns, Kind
from pinewright.errors import DataFormatError
from pinewright.market import DAY, HOUR, MINUTE, Side
from tests.support.dukascopy import moment, request
from tests.support.loopback import Fault, Faults, Flaw, Loopback, Market, Site, routes
from tests.support.loopback.faults import draw

HOUR_OF_TICKS = request("2025-06-03T13")
MARKET = Market(ticks_per_hour=60)


class Got(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


class Caller:
    """One connection that is kept alive."""

    def __init__(self, server: Loopback) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        self.transports: tuple[Transport, Transport] = (Jetta(server.jetta_url), Bi5(server.bi5_url))

    def get(self, url: str) -> Got:
        parts = urlsplit(url)
        self._connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        answer = self._connection.getresponse()
        return Got(answer.status, answer.read(), dict(answer.getheaders()))

    def close(self) -> None:
        self._connection.close()


@contextmanager
def calling(*rules: Fault, now: int | None = None, latency: float = 0.0) -> Iterator[tuple[Caller, Loopback]]:
    """A server in a thread with these faults, and a connection to it."""
    with Loopback(Site(MARKET, Faults(rules, seed=3), now=now), latency=latency) as server:
        caller = Caller(server)
        try:
            yield caller, server
        finally:
            caller.close()


def same(first: Columns, second: Columns) -> bool:
    return list(first) == list(second) and all(np.array_equal(first[name], second[name]) for name in first)


# The market.


@given(st.integers(0, 23), st.integers(1, 30))
def test_a_range_is_its_parts(start: int, hours: int) -> None:
    begin = moment("2025-06-05") + start * HOUR
    whole = MARKET.ticks(HOUR_OF_TICKS.instrument, begin, begin + hours * HOUR)
    parts = [
        MARKET.ticks(HOUR_OF_TICKS.instrument, begin + part * HOUR, begin + (part + 1) * HOUR) for part in range(hours)
    ]
    assert same(whole, {name: np.concatenate([part[name] for part in parts]) for name in whole})


def test_ticks_of_a_market() -> None:
    start = moment("2025-06-02")
    for name in ("EURUSD", "USDJPY", "BTCUSD"):
        instrument = find_instrument(name)
        ticks = MARKET.ticks(instrument, start, start + 5 * DAY)
        assert abs(len(ticks["time"]) / (60 * 24 * 5) - 1) < 0.2
        assert np.all(np.diff(ticks["time"].astype(np.int64)) >= 0)
        for side in ("bid", "ask"):
            price = ticks[side].astype(np.float64)
            np.testing.assert_array_equal(np.rint(price * 10**instrument.decimals) / 10**instrument.decimals, price)
        assert np.all(ticks["ask"] > ticks["bid"])
        assert np.abs(np.diff(np.log(ticks["bid"].astype(np.float64)))).max() < 0.01


def test_the_market_is_closed_when_it_is() -> None:
    def count(text: str, name: str = "EURUSD") -> int:
        start = moment(text)
        return len(MARKET.ticks(find_instrument(name), start, start + HOUR)["time"])

    assert [count(hour) > 0 for hour in ("2025-06-06T20:00", "2025-06-06T21:00", "2025-06-08T21:00")] == [
        True,
        False,
        True,
    ]
    assert [count(hour) > 0 for hour in ("2025-12-25T10:00", "2026-01-01T10:00", "2025-12-26T10:00")] == [
        False,
        False,
        True,
    ]
    assert count("2025-06-07T10:00", "BTCUSD") > 0


def test_seeds_make_markets() -> None:
    span = (HOUR_OF_TICKS.start, HOUR_OF_TICKS.end)
    instrument = HOUR_OF_TICKS.instrument
    again = pickle.loads(pickle.dumps(Market(7, 60)))
    assert same(MARKET.ticks(instrument, *span), again.ticks(instrument, *span))
    assert not same(MARKET.ticks(instrument, *span), Market(8, 60).ticks(instrument, *span))


def test_candles_are_made_of_their_ticks() -> None:
    day = request("2025-06-03", Kind.MINUTE, Side.ASK)
    ticks = MARKET.ticks(day.instrument, day.start, day.end)
    candles = MARKET.candles(day.instrument, Kind.MINUTE, Side.ASK, day.start, day.end)
    minute = ticks["time"].astype(np.int64) // MINUTE * MINUTE
    for row in range(0, len(candles["time"]), 50):
        inside = minute == candles["time"][row]
        price = ticks["ask"][inside]
        found = tuple(candles[name][row] for name in ("open", "high", "low", "close", "volume"))
        assert found == (price[0], price.max(), price.min(), price[-1], ticks["ask_volume"][inside].sum())


# Answers without faults.


def test_every_payload_of_both_transports() -> None:
    with calling() as (caller, _):
        for kind, side in ((Kind.TICK, None), (Kind.MINUTE, Side.BID), (Kind.HOUR, Side.ASK)):
            asked = request("2025-06-03T13", kind, side)
            found = [one.decode(asked, caller.get(one.url(asked)).body) for one in caller.transports]
            assert len(found[0]["time"]) > 30
            assert same(*found)


def test_metadata() -> None:
    with calling() as (caller, server):
        got = caller.get(Jetta(server.jetta_url).metadata_url("EUR-USD"))
        assert read_metadata(got.body).symbol == "EURUSD"
        assert caller.get(Jetta(server.jetta_url).metadata_url("XXX-YYY")).status == 400


def test_what_does_not_exist() -> None:
    gilt = request(name="GBRIDXGBP")
    old = request("2001-06-05T10")
    with calling() as (caller, server):
        jetta, bi5 = caller.transports
        assert (caller.get(jetta.url(gilt)).status, caller.get(bi5.url(gilt)).status) == (400, 404)
        assert (caller.get(jetta.url(old)).status, caller.get(bi5.url(old)).status) == (404, 404)
        for path in (
            "/",
            "/v1/ticks/EUR-USD/2025/13/1/1",
            "/v1/ticks/EUR-USD/2025/1",
            "/datafeed/EURUSD/2025/00/01.bi5",
        ):
            assert caller.get(f"http://127.0.0.1:{server.port}{path}").status in (400, 404)


def test_a_closed_hour_is_empty() -> None:
    saturday = request("2025-06-07T10")
    with calling() as (caller, _):
        jetta, bi5 = (caller.get(one.url(saturday)) for one in caller.transports)
        assert (jetta.status, bi5.status, bi5.body) == (200, 200, b"")
        assert b'"times":[]' in jetta.body
        assert b'"ask":null' in jetta.body
        assert len(Jetta().decode(saturday, jetta.body)["time"]) == 0


def test_the_clock_of_the_server() -> None:
    now = HOUR_OF_TICKS.start + 30 * MINUTE
    instrument, start, end = HOUR_OF_TICKS.instrument, HOUR_OF_TICKS.start, HOUR_OF_TICKS.end
    running = Request(instrument, Kind.TICK, None, start, end, unfinished=True)
    with calling(now=now) as (caller, _):
        jetta, bi5 = caller.transports
        got = caller.get(jetta.url(running))
        assert 1000 * parsedate_to_datetime(got.headers["Date"]).timestamp() == now
        ticks = jetta.decode(running, got.body)
        assert same(ticks, MARKET.ticks(instrument, start, now))
        assert len(ticks["time"]) > 10
        too_late = caller.get(jetta.url(HOUR_OF_TICKS))
        assert (too_late.status, b"From time is too late" in too_late.body) == (400, True)
        assert caller.get(bi5.url(HOUR_OF_TICKS)).status == 404
        assert caller.get(jetta.url(request("2025-06-03T12"))).status == 200


# Faults.


@pytest.mark.parametrize(
    ("flaw", "status"),
    [
        (Flaw.UNAVAILABLE, 503),
        (Flaw.TOO_MANY, 429),
        (Flaw.FORBIDDEN, 403),
        (Flaw.CHALLENGE, 202),
        (Flaw.NOT_FOUND, 404),
        (Flaw.PAGE, 200),
    ],
)
def test_answers_that_are_none(flaw: Flaw, status: int) -> None:
    with calling(Fault(flaw, times=2, seconds=7)) as (caller, _):
        for transport in caller.transports:
            got = [caller.get(transport.url(HOUR_OF_TICKS)) for _ in range(3)]
            assert [one.status for one in got] == [status, status, 200]
            assert got[0].headers.get("Retry-After") == ("7" if flaw is Flaw.TOO_MANY else None)
            assert len(transport.decode(HOUR_OF_TICKS, got[2].body)["time"]) > 30
            if status != 404:
                with pytest.raises(DataFormatError):
                    transport.decode(HOUR_OF_TICKS, got[0].body)


@pytest.mark.parametrize("kind", [Kind.TICK, Kind.MINUTE])
def test_payloads_that_are_wrong(kind: Kind) -> None:
    asked = request("2025-06-03T13", kind)
    for flaw in (Flaw.EMPTY, Flaw.TRUNCATED, Flaw.WRONG_SCALE):
        with calling(Fault(flaw)) as (caller, _):
            for transport in caller.transports:
                bad, good = (caller.get(transport.url(asked)) for _ in range(2))
                assert bad.status == good.status == 200
                assert len(bad.body) == int(bad.headers["Content-Length"])
                right = transport.decode(asked, good.body)
                if flaw is Flaw.TRUNCATED:
                    with pytest.raises(DataFormatError, match="truncated"):
                        transport.decode(asked, bad.body)
                    continue
                wrong = transport.decode(asked, bad.body)
                if flaw is Flaw.EMPTY:
                    assert len(wrong["time"]) == 0
                else:
                    name = "bid" if kind is Kind.TICK else "close"
                    np.testing.assert_allclose(wrong[name].astype(float), 10 * right[name].astype(float))


def test_a_file_that_changes() -> None:
    with calling(Fault(Flaw.CHANGED, times=2)) as (caller, _):
        for transport in caller.transports:
            found = [transport.decode(HOUR_OF_TICKS, caller.get(transport.url(HOUR_OF_TICKS)).body) for _ in range(4)]
            assert same(found[0], found[1])
            assert same(found[2], {name: column[:-1] for name, column in found[0].items()})
            assert same(found[2], found[3])


def test_connections_that_break() -> None:
    for flaw, trouble in (
        (Flaw.RESET, (ConnectionError, http.client.HTTPException)),
        (Flaw.CUT, (ConnectionError, http.client.IncompleteRead)),
    ):
        with calling(Fault(flaw)) as (caller, _):
            with pytest.raises(trouble):
                caller.get(caller.transports[0].url(HOUR_OF_TICKS))
            caller.close()
            assert caller.get(caller.transports[0].url(HOUR_OF_TICKS)).status == 200


def test_a_body_that_drips_and_one_that_never_comes() -> None:
    with calling(Fault(Flaw.SLOW, seconds=0.2, where="/v1/"), Fault(Flaw.SILENT, where="/datafeed/")) as (
        caller,
        server,
    ):
        jetta, bi5 = caller.transports
        got = caller.get(jetta.url(HOUR_OF_TICKS))
        assert len(jetta.decode(HOUR_OF_TICKS, got.body)["time"]) > 30
        silent = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.2)
        silent.request("GET", urlsplit(bi5.url(HOUR_OF_TICKS)).path)
        with pytest.raises(TimeoutError):
            silent.getresponse()
        silent.close()
        assert server.log().statuses == [200, 0]


def test_shares_are_drawn_from_the_seed() -> None:
    paths = [f"/v1/ticks/EUR-USD/2025/6/{day}/{hour}" for day in range(1, 29) for hour in range(24)]

    def hit(seed: int, share: float = 0.2) -> list[bool]:
        faults = Faults((Fault(Flaw.UNAVAILABLE, share),), seed)
        return [faults.find(path, path, 0, 0) is not None for path in paths]

    assert abs(sum(hit(1)) / len(paths) - 0.2) < 0.05
    assert hit(1) == hit(1) != hit(2)
    assert all(more or not less for less, more in zip(hit(1), hit(1, 0.4), strict=True))
    assert 0 <= draw(1, 2, "x") < 1


def test_rules() -> None:
    both = Faults((Fault(Flaw.EMPTY, 0.5, both=True),), 1)
    for hour in range(24):
        asked = request(f"2025-06-03T{hour:02}")
        hits = {both.find(one.url(asked), asked.text, 0, 0) is None for one in (Jetta("/v1"), Bi5("/datafeed"))}
        assert len(hits) == 1
    storm = Faults((Fault(Flaw.UNAVAILABLE, times=None, window=(10, 20)),))
    assert [number for number in range(30) if storm.find("/", "/", number, 5)] == list(range(10, 20))
    first = Faults((Fault(Flaw.SLOW, where="/v1/"), Fault(Flaw.RESET)))
    flaws = [found.flaw for path in ("/v1/x", "/datafeed/x") if (found := first.find(path, path, 0, 0))]
    assert flaws == [Flaw.SLOW, Flaw.RESET]
    forever = Faults((Fault(Flaw.RESET, times=None),))
    assert forever.find("/", "/", 0, 10**6) is not None


# The server.


def test_the_log_counts() -> None:
    with calling(latency=0.05) as (caller, server):
        url = caller.transports[1].url(HOUR_OF_TICKS)
        caller.get(url)
        callers = [Caller(server) for _ in range(3)]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda one: [one.get(url) for _ in range(2)], callers))
        log = server.log()
        for one in callers:
            one.close()
    assert log.counts == {urlsplit(url).path: 7}
    assert (log.total, log.statuses) == (7, [200] * 7)
    assert 1 <= log.most_in_flight <= 3
    assert log.times == sorted(log.times)
    assert log.user_agents == {""}
    assert log.connections == 5  # and that of the log itself


def test_keep_alive_and_requests_in_one_packet() -> None:
    with calling() as (caller, server):
        for _ in range(5):
            caller.get(caller.transports[1].url(HOUR_OF_TICKS))
        assert server.log().connections == 2
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        connection.connect()
        line = b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sock.sendall(line + line.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answer = b"".join(iter(lambda: connection.sock.recv(65536), b""))
        assert answer.count(b"HTTP/1.1 404 Not Found") == 2
        connection.close()


def test_a_process_of_its_own() -> None:
    site = Site(MARKET, Faults((Fault(Flaw.UNAVAILABLE),)))
    site.prepare([HOUR_OF_TICKS])
    with Loopback(site, process=True) as server:
        caller = Caller(server)
        url = caller.transports[0].url(HOUR_OF_TICKS)
        assert [caller.get(url).status for _ in range(2)] == [503, 200]
        assert server.log().counts == {urlsplit(url).path: 2}
        caller.close()
    with pytest.raises(ConnectionError):
        Caller(server).get(url)


def test_paths_are_read() -> None:
    known = {"EURUSD": find_instrument("EURUSD")}
    assert routes.parse("/datafeed/GBPUSD/2025/00/01/00h_ticks.bi5", known) == routes.Asked("bi5", None)
    assert routes.parse("/datafeed/EURUSD/2025/12/01/00h_ticks.bi5", known) == routes.Asked("bi5", None)
    assert routes.parse("/elsewhere", known) is None
