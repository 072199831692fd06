"""Requests by their text, and the recorded payloads of Dukascopy with what each of them was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pinewright.data.dukascopy.instruments import Instrument, find_instrument
from pinewright.data.dukascopy.requests import Request, periods
from pinewright.data.dukascopy.transports import Bi5, Jetta, Transport
from pinewright.data.store.kinds import Columns, Kind
from pinewright.market import Side
from tests.support.loopback import routes


class Recorded(NamedTuple):
    """A payload that Dukascopy sent: its file, the way it came, what it answers."""

    path: Path
    transport: Transport
    request: Request

    def decode(self) -> Columns:
        return self.transport.decode(self.request, self.path.read_bytes())


def moment(text: str) -> int:
    """ms UTC of ``2019-02-04`` or ``2019-02-04T08:00``."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def request(
    text: str = "2019-02-04T08", kind: Kind = Kind.TICK, side: Side | None = None, name: str | Instrument = "EURUSD"
) -> Request:
    """The request whose period holds a moment; candles are of the bid unless a side is named."""
    instrument = find_instrument(name) if isinstance(name, str) else name
    start, end = periods(kind, moment(text), moment(text) + 1)[0]
    return Request(instrument, kind, side or (None if kind is Kind.TICK else Side.BID), start, end)


def recorded_bi5(folder: Path) -> list[Recorded]:
    """Every file under ``folder/SYMBOL``, by path."""
    found = []
    for path in sorted(folder.rglob("*.bi5")):
        place = path.relative_to(folder).as_posix()
        asked = routes.parse(f"/datafeed/{place}", {place.split("/")[0]: find_instrument(place.split("/")[0])})
        assert asked is not None, path
        assert asked.request is not None, path
        found.append(Recorded(path, Bi5(), asked.request))
    return found


def recorded_jetta(folder: Path) -> Iterator[Recorded]:
    """Every answer of the folder but metadata; their names are those of the paths, with dashes."""
    for path in sorted(folder.glob("*.json")):
        words = path.stem.removesuffix("-empty").split("-")
        if words[0] == "instrument":
            continue
        code = "-".join(words[1:3] if words[0] == "ticks" else words[2:4])
        head = f"/v1/ticks/{code}" if words[0] == "ticks" else f"/v1/candles/{words[1]}/{code}/{words[4]}"
        numbers = words[3:] if words[0] == "ticks" else words[5:]
        tail = f"?from={numbers[1]}" if numbers[0] == "from" else "/" + "/".join(numbers)
        asked = routes.parse(head + tail, {code: find_instrument(code)})
        assert asked is not None, path
        assert asked.request is not None, path
        yield Recorded(path, Jetta(), asked.request)


def joined(parts: list[Columns]) -> Columns:
    """Columns of payloads one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
