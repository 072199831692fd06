"""Transports: where they look, and that both decode to equal columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.data.dukascopy.instruments import find_instrument, known_instruments
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.transports import BI5_URL, JETTA_URL, Bi5, Jetta, Transport
from pinewright.data.store.kinds import Kind
from pinewright.errors import DataFormatError
from pinewright.market import Side
from tests.support.dukascopy import request
from tests.support.loopback import Market, encode, routes

URLS = [
    (request("2025-01-03T04"), "ticks/EUR-USD/2025/1/3/4", "EURUSD/2025/00/03/04h_ticks.bi5"),
    (
        request("2025-12-31", Kind.MINUTE, Side.BID),
        "candles/minute/EUR-USD/BID/2025/12/31",
        "EURUSD/2025/11/31/BID_candles_min_1.bi5",
    ),
    (
        request("2025-07-01", Kind.HOUR, Side.ASK, "BTCUSD"),
        "candles/hour/BTC-USD/ASK/2025/7",
        "BTCUSD/2025/06/ASK_candles_hour_1.bi5",
    ),
    (
        request("2025-07-01", Kind.DAY, Side.ASK, "GER40"),
        "candles/day/DEU.IDX-EUR/ASK/2025",
        "DEUIDXEUR/2025/ASK_candles_day_1.bi5",
    ),
]


@pytest.mark.parametrize(("asked", "jetta", "bi5"), URLS, ids=[row[0].text for row in URLS])
def test_urls(asked: Request, jetta: str, bi5: str) -> None:
    assert Jetta().url(asked) == f"{JETTA_URL}/{jetta}"
    assert Bi5().url(asked) == f"{BI5_URL}/{bi5}"
    assert Jetta("http://127.0.0.1:1/v1/").url(asked) == f"http://127.0.0.1:1/v1/{jetta}"
    assert Jetta().serves(asked)
    assert Bi5().serves(asked)


def test_a_period_that_has_not_ended() -> None:
    ticks = replace(request("2025-01-03T04"), unfinished=True)
    assert Jetta().url(ticks) == f"{JETTA_URL}/ticks/EUR-USD?from={ticks.start}"
    candles = replace(request("2025-01-03", Kind.MINUTE, Side.ASK), unfinished=True)
    assert Jetta().url(candles) == f"{JETTA_URL}/candles/minute/EUR-USD/ASK?from={candles.start}"
    assert Jetta().serves(ticks)
    assert not Bi5().serves(ticks)


def test_metadata() -> None:
    transports: tuple[Transport, ...] = (Jetta(), Bi5())
    assert [one.metadata_url("EUR-USD") for one in transports] == [f"{JETTA_URL}/instruments/EUR-USD", None]


@pytest.mark.parametrize("transport", [Jetta("/v1"), Bi5("/datafeed")], ids=lambda transport: transport.name)
def test_the_loopback_understands_every_url(transport: Transport) -> None:
    known = {name: one for one in known_instruments().values() for name in (one.symbol, one.code)}
    for instrument in known_instruments().values():
        for kind in Kind:
            asked = request("2024-02-29T23", kind, None if kind is Kind.TICK else Side.ASK, instrument)
            assert routes.parse(transport.url(asked), known) == (transport.name, asked)
    code = routes.metadata_code(Jetta("/v1").metadata_url("DEU.IDX-EUR"))
    assert code == "DEU.IDX-EUR"


@pytest.mark.parametrize("name", ["EURUSD", "GBPJPY", "BTCUSD"])
@pytest.mark.parametrize("kind", [Kind.TICK, Kind.MINUTE, Kind.HOUR])
def test_both_transports_decode_to_equal_columns(name: str, kind: Kind) -> None:
    side = None if kind is Kind.TICK else Side.ASK
    asked = request("2025-06-03T13", kind, side, name)
    market, span = Market(ticks_per_hour=60), (asked.start, asked.end)
    if side is None:
        made = market.ticks(asked.instrument, *span)
        bodies = encode.jetta_ticks(made, asked), encode.bi5_ticks(made, asked)
    else:
        made = market.candles(asked.instrument, kind, side, *span)
        bodies = encode.jetta_candles(made, asked), encode.bi5_candles(made, asked)
    ours = Jetta().decode(asked, bodies[0])
    theirs = Bi5().decode(asked, bodies[1])
    assert list(ours) == list(theirs)
    assert len(ours["time"]) == len(made["time"]) > 30
    for column, values in ours.items():
        np.testing.assert_array_equal(values, theirs[column], column)
        np.testing.assert_array_equal(values, made[column], column)


def test_a_body_of_the_other_transport() -> None:
    asked = request()
    made = Market(ticks_per_hour=60).ticks(asked.instrument, asked.start, asked.end)
    with pytest.raises(DataFormatError, match="not LZMA"):
        Bi5().decode(asked, encode.jetta_ticks(made, asked))
    with pytest.raises(DataFormatError, match="not JSON"):
        Jetta().decode(asked, encode.bi5_ticks(made, asked))


def test_a_scale_that_is_not_true_is_told_by_jetta() -> None:
    """The files of bi5 are numbers without a scale: only neighbours or jetta's own multiplier can tell a wrong one."""
    asked = request()
    made = Market(ticks_per_hour=60).ticks(asked.instrument, asked.start, asked.end)
    wrong = replace(asked, instrument=replace(find_instrument("EURUSD"), decimals=4))
    with pytest.raises(DataFormatError, match="wrong scale: price steps of 1e-05, where EUR-USD has 4 decimals"):
        Jetta().decode(wrong, encode.jetta_ticks(made, asked))
    np.testing.assert_allclose(
        Bi5().decode(wrong, encode.bi5_ticks(made, asked))["bid"], made["bid"].astype(float) * 10
    )
