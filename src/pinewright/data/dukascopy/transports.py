"""The two ways to Dukascopy's data behind one interface: the JSON API (jetta) and the files (bi5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from pinewright.data.dukascopy import bi5, jetta
from pinewright.data.dukascopy.requests import Request
from pinewright.data.store.kinds import Columns, Kind

JETTA_URL: Final = "https://jetta.dukascopy.com/v1"
BI5_URL: Final = "https://datafeed.dukascopy.com/datafeed"
_JETTA_NAMES: Final = {Kind.MINUTE: "minute", Kind.HOUR: "hour", Kind.DAY: "day"}
_BI5_NAMES: Final = {Kind.MINUTE: "min_1", Kind.HOUR: "hour_1", Kind.DAY: "day_1"}


class Transport(Protocol):
    """A way to ask for one payload and to read the answer. All transports decode to equal columns: times, prices and
    volumes in units, candles without quotes left out."""

    @property
    def name(self) -> str:
        """As the store and the reports call it."""
        ...

    def serves(self, request: Request) -> bool:
        """Whether this transport has such payloads at all: bi5 has none of a period that has not ended."""
        ...

    def url(self, request: Request) -> str:
        """Where the payload is."""
        ...

    def metadata_url(self, code: str) -> str | None:
        """Where the metadata of an instrument ("EUR-USD") is; None where this transport has none."""
        ...

    def decode(self, request: Request, body: bytes) -> Columns:
        """Columns of ``Kind.TICK``, or time, open, high, low, close, volume of one side. DataFormatError if broken."""
        ...


@dataclass(frozen=True)
class Jetta:
    """JSON, months counted from one; ``base_url`` ends before ``/ticks``."""

    base_url: str = JETTA_URL
    name: str = "jetta"

    def serves(self, request: Request) -> bool:
        return True

    def url(self, request: Request) -> str:
        code, at = request.instrument.code, _moment(request)
        if request.side is None:
            place = f"ticks/{code}"
            period = f"{at.year}/{at.month}/{at.day}/{at.hour}"
        else:
            place = f"candles/{_JETTA_NAMES[request.kind]}/{code}/{request.side.name}"
            parts = {Kind.MINUTE: (at.year, at.month, at.day), Kind.HOUR: (at.year, at.month), Kind.DAY: (at.year,)}
            period = "/".join(str(part) for part in parts[request.kind])
        tail = f"?from={request.start}" if request.unfinished else f"/{period}"
        return f"{self.base_url.rstrip('/')}/{place}{tail}"

    def metadata_url(self, code: str) -> str:
        return f"{self.base_url.rstrip('/')}/instruments/{code}"

    def decode(self, request: Request, body: bytes) -> Columns:
        decode = jetta.decode_ticks if request.kind is Kind.TICK else jetta.decode_candles
        return decode(body, request)


@dataclass(frozen=True)
class Bi5:
    """LZMA files, months counted from zero; ``base_url`` ends before the symbol."""

    base_url: str = BI5_URL
    name: str = "bi5"

    def serves(self, request: Request) -> bool:
        return not request.unfinished

    def url(self, request: Request) -> str:
        at = _moment(request)
        parts: tuple[str, ...] = (f"{at.year:04d}", f"{at.month - 1:02d}", f"{at.day:02d}")
        if request.side is None:
            file = f"{at.hour:02d}h_ticks.bi5"
        else:
            file = f"{request.side.name}_candles_{_BI5_NAMES[request.kind]}.bi5"
            parts = parts[: {Kind.MINUTE: 3, Kind.HOUR: 2, Kind.DAY: 1}[request.kind]]
        return "/".join((self.base_url.rstrip("/"), request.instrument.symbol, *parts, file))

    def metadata_url(self, code: str) -> None:
        return None

    def decode(self, request: Request, body: bytes) -> Columns:
        decode = bi5.decode_ticks if request.kind is Kind.TICK else bi5.decode_candles
        return decode(body, request)


def _moment(request: Request) -> datetime:
    return datetime.fromtimestamp(request.start / 1000, UTC)
