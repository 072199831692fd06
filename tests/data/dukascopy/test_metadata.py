"""Instruments by name: from the service, from the store, from the offline table; and names that nobody knows."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pinewright.data.dukascopy.connections import RawAnswer
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.metadata import Found, InstrumentBook
from pinewright.data.dukascopy.transports import Bi5, Jetta
from pinewright.errors import SymbolError
from tests.data.dukascopy.scripted import Hosts, Script, raw
from tests.support.loopback import encode

EURUSD = find_instrument("EURUSD")
ODD = replace(EURUSD, symbol="AAPLUSUSD", code="AAPL.US-USD", decimals=3, pip=0.01, description="Apple")
DAY_SECONDS = 86_400


def known(url: str, number: int) -> RawAnswer:
    """A service that knows two instruments."""
    code = url.rsplit("/", 1)[-1]
    for instrument in (replace(EURUSD, description="from the service"), ODD):
        if instrument.code == code:
            return raw(body=encode.metadata(instrument))
    return raw(400, b'{"message":"unknown instrument"}')


def away(url: str, number: int) -> str:
    return "Name or service not known"


def find(root: Path, names: list[str], script: Script | None) -> tuple[Found, list[str]]:
    """What the book finds, and the addresses that it asked."""
    hosts = Hosts(script or away)
    client = None if script is None else hosts.client()
    book = InstrumentBook(root, (Jetta("http://jetta/v1"), Bi5("http://bi5/datafeed")))
    return hosts.clock.run(book.find(names, client)), hosts.urls


def age(root: Path, days: float) -> None:
    path = root / "instruments" / "EUR-USD.json"
    moment = time.time() - days * DAY_SECONDS
    os.utime(path, (moment, moment))


def test_asked_once_and_kept(tmp_path: Path) -> None:
    found, urls = find(tmp_path, ["EURUSD"], known)
    assert found.instruments[0].description == "from the service"
    assert urls == ["http://jetta/v1/instruments/EUR-USD"]
    again, urls = find(tmp_path, ["eur/usd", "EURUSD"], known)
    assert again == found
    assert urls == []
    body = (tmp_path / "instruments" / "EUR-USD.json").read_bytes()
    assert json.loads(body)["code"] == "EUR-USD"


def test_a_code_that_is_not_in_the_table(tmp_path: Path) -> None:
    found, _ = find(tmp_path, ["aapl.us-usd"], known)
    assert found.instruments[0].decimals == 3
    assert found.notes == ()


def test_kept_metadata_are_asked_again_after_a_week(tmp_path: Path) -> None:
    find(tmp_path, ["EURUSD"], known)
    age(tmp_path, 6.9)
    assert find(tmp_path, ["EURUSD"], known)[1] == []
    age(tmp_path, 7.1)
    assert len(find(tmp_path, ["EURUSD"], known)[1]) == 1
    age(tmp_path, -3)  # kept under a clock that was wrong
    assert len(find(tmp_path, ["EURUSD"], known)[1]) == 1


def test_without_the_service_old_ones_do_and_it_is_told(tmp_path: Path) -> None:
    find(tmp_path, ["EURUSD"], known)
    age(tmp_path, 40)
    found, _ = find(tmp_path, ["EURUSD"], away)
    assert found.instruments[0].description == "from the service"
    assert found.notes == ("metadata of EUR-USD are 40 days old (jetta: Name or service not known)",)


def test_without_anything_the_table_does_and_it_is_told(tmp_path: Path) -> None:
    found, urls = find(tmp_path, ["EURUSD", "GBPUSD"], away)
    assert found.instruments == (EURUSD, find_instrument("GBPUSD"))
    assert len(urls) <= 4
    assert "EUR-USD is taken from the offline table" in found.notes[0]
    assert find(tmp_path, ["EURUSD"], None)[0].instruments == (EURUSD,)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b""])
def test_broken_metadata_are_not_kept(tmp_path: Path, body: bytes) -> None:
    found, urls = find(tmp_path, ["EURUSD"], lambda url, number: raw(body=body))
    assert found.instruments == (EURUSD,)
    assert len(urls) == 2
    assert list(tmp_path.rglob("*.json")) == []


def test_a_broken_kept_file_is_replaced(tmp_path: Path) -> None:
    find(tmp_path, ["EURUSD"], known)
    path = tmp_path / "instruments" / "EUR-USD.json"
    path.write_bytes(b"{")
    assert find(tmp_path, ["EURUSD"], known)[0].instruments[0].description == "from the service"
    assert json.loads(path.read_bytes())


def test_a_name_that_the_service_does_not_know_is_asked_as_a_pair(tmp_path: Path) -> None:
    hosts = Hosts(known)
    book = InstrumentBook(tmp_path, (Jetta("http://jetta/v1"),))
    with pytest.raises(SymbolError, match="unknown instrument 'EURUXD'") as raised:
        hosts.clock.run(book.find(["EURUXD"], hosts.client(names=("jetta",))))
    assert hosts.urls == ["http://jetta/v1/instruments/EUR-UXD"]
    assert raised.value.where == "Dukascopy does not know it either"
    assert raised.value.hint is not None
    assert raised.value.hint.startswith("did you mean EURUSD")


def test_an_unknown_name_without_a_network(tmp_path: Path) -> None:
    with pytest.raises(SymbolError) as raised:
        find(tmp_path, ["EURUXD"], away)
    assert raised.value.where == "Dukascopy could not be asked (jetta: Name or service not known)"
    with pytest.raises(SymbolError, match="unknown instrument '!'"):
        find(tmp_path, ["!"], known)


def test_a_store_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "instruments").write_text("a file where the folder should be", encoding="utf-8")
    assert find(tmp_path, ["EURUSD"], known)[0].instruments[0].description == "from the service"
