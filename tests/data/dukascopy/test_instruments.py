"""Instruments: the offline table, names and their nearest, metadata as jetta sends it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from pinewright.data.dukascopy.instruments import find_instrument, known_instruments, read_metadata
from pinewright.data.dukascopy.offline import ALIASES
from pinewright.errors import DataFormatError, SymbolError
from pinewright.market import SYMBOLS, Symbol
from tests.support.dukascopy import moment
from tests.support.loopback import encode

METADATA = {
    "name": "DEU.IDX/EUR",
    "code": "DEU.IDX-EUR",
    "pipValue": 0.01,
    "priceScale": 3,
    "description": "Germany 40 Index",
    "platformGroupId": "IDX_CASH",
    "defaultTimezone": "Europe/Berlin",
    "holidays": [{"from": 2_000, "till": 3_000}, {"from": 500, "till": 1_000}],
    "tradeSchedule": [
        {
            "id": "a",
            "from": 0,
            "to": None,
            "sessions": {
                "MONDAY": [
                    {"start": "08:00:00", "previousDayStart": False, "end": "22:00:00", "previousDayEnd": False}
                ],
                "FRIDAY": [
                    {"start": "23:00", "previousDayStart": True, "end": "08:15:00", "previousDayEnd": False},
                    {"start": "09:00:00", "previousDayStart": False, "end": "00:00:00", "previousDayEnd": False},
                ],
            },
        }
    ],
    "histories": [{"period": "MINUTE", "from": 5}, {"period": "TICK", "from": 1_357_019_043_103}],
}


def changed(**changes: object) -> bytes:
    return json.dumps({**METADATA, **changes}).encode()


def test_the_table() -> None:
    table = known_instruments()
    assert len(table) >= 100
    for symbol, instrument in table.items():
        assert instrument.symbol == symbol == instrument.code.replace("-", "").replace(".", "")
        assert instrument.decimals in (1, 2, 3, 4, 5)
        assert instrument.pip == pytest.approx(10 * 10.0**-instrument.decimals, rel=1e-12)
        assert instrument.description
        if instrument.history_start is not None:
            assert moment("2003-05-04") <= instrument.history_start < moment("2025-01-01")
    assert set(ALIASES.values()) <= set(table)
    assert not set(ALIASES) & set(table)


@pytest.mark.parametrize(
    ("symbol", "decimals", "pip"),
    [
        ("EURUSD", 5, 1e-4),
        ("GBPJPY", 3, 1e-2),
        ("XAUUSD", 3, 1e-2),
        ("XAGUSD", 3, 1e-2),
        ("BTCUSD", 1, 1.0),
        ("ETHUSD", 1, 1.0),
        ("BRENTCMDUSD", 3, 1e-2),
        ("COPPERCMDUSD", 4, 1e-3),
        ("DEUIDXEUR", 3, 1e-2),
    ],
)
def test_scales(symbol: str, decimals: int, pip: float) -> None:
    found = find_instrument(symbol)
    assert (found.decimals, found.pip) == (decimals, pip)


@pytest.mark.parametrize("name", ["EURUSD", "eurusd", "EUR/USD", "EUR-USD", " eur_usd ", "FX:EURUSD"])
def test_names_of_one_instrument(name: str) -> None:
    assert find_instrument(name) is find_instrument("EURUSD")


@pytest.mark.parametrize(
    ("name", "code"),
    [("GER40", "DEU.IDX-EUR"), ("deu.idx/eur", "DEU.IDX-EUR"), ("gold", "XAU-USD"), ("WTI", "LIGHT.CMD-USD")],
)
def test_other_names(name: str, code: str) -> None:
    assert find_instrument(name).code == code


@pytest.mark.parametrize(
    ("name", "told"),
    [("EURUDS", "did you mean EURUSD"), ("GER44", "did you mean GER40"), ("zzz", "119 are known offline")],
)
def test_unknown_names(name: str, told: str) -> None:
    with pytest.raises(SymbolError, match=f"unknown instrument '{name}'") as caught:
        find_instrument(name)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(told)
    assert "are known offline" in caught.value.hint


def test_markets() -> None:
    assert find_instrument("EURUSD").market is Symbol.get("EURUSD")
    for symbol, known in SYMBOLS.items():
        if symbol in known_instruments():
            assert known.pip == find_instrument(symbol).pip or symbol in ("BTCUSD", "ETHUSD")
    names = ("GER40", "XPTUSD", "CHFSGD", "LTCUSD")
    dax, platinum, franc, litecoin = (find_instrument(name).market for name in names)
    assert (dax.type, dax.base, dax.quote, dax.mintick, dax.pip) == ("index", "DEU", "EUR", 1e-3, 1e-2)
    assert (platinum.type, platinum.base, platinum.quote) == ("commodity", "XPT", "USD")
    assert (franc.type, franc.base, franc.quote, franc.lot) == ("forex", "CHF", "SGD", 100_000.0)
    assert (litecoin.type, litecoin.day_start_hour, litecoin.timezone) == ("crypto", 0, "Etc/UTC")


def test_metadata() -> None:
    found = read_metadata(changed())
    assert (found.symbol, found.code, found.decimals, found.pip) == ("DEUIDXEUR", "DEU.IDX-EUR", 3, 0.01)
    assert found.holidays == ((500, 1_000), (2_000, 3_000))
    assert found.history_start == 1_357_019_043_103
    assert not found.round_the_clock
    (schedule,) = found.schedules
    assert (schedule.since, schedule.until, schedule.zone) == (0, None, "Europe/Berlin")
    assert schedule.sessions == ((480, 1320), (3 * 1440 + 1380, 4 * 1440 + 495), (4 * 1440 + 540, 5 * 1440))
    assert schedule.open_minutes.sum() == 840 + 555 + 900
    assert read_metadata(changed()) == found


def test_metadata_of_another_sort() -> None:
    assert read_metadata(changed(priceScale=None, pipValue=0.001)).decimals == 4
    assert read_metadata(changed(priceScale=None, pipValue=1)).decimals == 1
    assert read_metadata(changed(histories=None, holidays=None, tradeSchedule=None)).history_start is None
    # Dukascopy writes the first of January 2000 for instruments that began years later.
    unknown = [{"period": "TICK", "from": 946_684_800_000}]
    assert read_metadata(changed(histories=unknown)).history_start is None
    assert read_metadata(changed(tradeSchedule=None, platformGroupId="CRYPTO_CURR")).round_the_clock


@pytest.mark.parametrize("name", ["EURUSD", "BTCUSD", "USDJPY"])
def test_what_the_loopback_tells_is_read(name: str) -> None:
    known = find_instrument(name)
    found = read_metadata(encode.metadata(known))
    assert (found.symbol, found.decimals, found.pip) == (known.symbol, known.decimals, known.pip)
    assert (found.history_start, found.round_the_clock) == (known.history_start, known.round_the_clock)
    assert len(found.schedules) == 1


BROKEN: Mapping[str, tuple[bytes, str]] = {
    "a page": (b"<html>", "metadata is not JSON"),
    "a list": (b"[1]", "metadata is list, not an object"),
    "a message": (b'{"message":"unknown instrument"}', "metadata has the code None"),
    "a path": (changed(code="../../x"), "metadata has the code '../../x'"),
    "no pip": (changed(pipValue=None), "of DEU.IDX-EUR has the pip None"),
    "a pip of nothing": (changed(pipValue=0), "has the pip 0"),
    "a pip that is true": (changed(pipValue=True), "has the pip True"),
    "half a decimal": (changed(priceScale=2.5), "has the price scale 2.5"),
    "many decimals": (changed(priceScale=40), "has the price scale 40"),
    "no zone": (changed(defaultTimezone="Mars/Olympus"), "has the time zone 'Mars/Olympus'"),
    "holidays by name": (changed(holidays={"a": 1}), "has holidays that are no list"),
    "a holiday by name": (changed(holidays=["Christmas"]), "of DEU.IDX-EUR the holiday 'Christmas'"),
    "a holiday that runs back": (changed(holidays=[{"from": 5, "till": 4}]), "the holiday"),
    "no sessions": (changed(tradeSchedule=[{"from": 0, "to": None}]), "a trade schedule without sessions"),
    "an odd session": (
        changed(tradeSchedule=[{"from": 0, "to": None, "sessions": {"MONDAY": [{"start": "early"}]}}]),
        "has the session {'start': 'early'}",
    ),
    "sessions by number": (
        changed(tradeSchedule=[{"from": 0, "to": None, "sessions": {"MONDAY": 5}}]),
        "has sessions that are no list",
    ),
}


@pytest.mark.parametrize(("body", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_metadata_are_told(body: bytes, told: str) -> None:
    with pytest.raises(DataFormatError) as caught:
        read_metadata(body)
    assert told in caught.value.what
    assert caught.value.hint
