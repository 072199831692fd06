"""What the server answers to a path: payloads of the market, and the faults among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import time
from typing import Final

from pinewright.data.dukascopy.instruments import Instrument, find_instrument
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import no_rows
from pinewright.data.dukascopy.transports import Bi5, Jetta
from pinewright.data.store.kinds import Columns, Kind
from tests.support.loopback import encode, routes
from tests.support.loopback.faults import Fault, Faults, Flaw
from tests.support.loopback.market import Market

NAMES: Final = ("EURUSD", "GBPUSD", "USDJPY", "GBPJPY", "XAUUSD", "BTCUSD")
_PAGE: Final = b"<html><head><title>Just a moment</title></head><body>Checking your browser</body></html>"
_STATUS: Final = {
    Flaw.UNAVAILABLE: 503,
    Flaw.TOO_MANY: 429,
    Flaw.FORBIDDEN: 403,
    Flaw.CHALLENGE: 202,
    Flaw.NOT_FOUND: 404,
    Flaw.PAGE: 200,
}


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent. manner: how it is sent, where that is the flaw."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    manner: Flaw | None = None
    seconds: float = 0.0


class Site:
    """Answers by path. now: the server's clock in ms UTC, standing still; None: this computer's.

    Periods that have not ended are asked by ``?from=`` and answered up to now; asked by date they are 404 (bi5) and 400
    (jetta), as are hours before the history.
    """

    def __init__(
        self,
        market: Market | None = None,
        faults: Faults | None = None,
        instruments: Iterable[Instrument] | None = None,
        now: int | None = None,
    ) -> None:
        self.market = market or Market()
        self.faults = faults or Faults()
        self.now = now
        found = list(instruments) if instruments is not None else [find_instrument(name) for name in NAMES]
        self.instruments = {name: instrument for instrument in found for name in (instrument.symbol, instrument.code)}
        self._replies: dict[str, Reply] = {}
        self._attempts: dict[str, int] = {}
        self._count = 0

    def clock(self) -> int:
        """Now, in ms UTC."""
        return int(time() * 1000) if self.now is None else self.now

    def prepare(self, requests: Iterable[Request]) -> None:
        """Encode the payloads of these requests for both transports, so that the server only sends."""
        for request in requests:
            for transport in (Jetta("/v1"), Bi5("/datafeed")):
                if transport.serves(request):
                    self.good_reply(transport.url(request))

    def reply(self, path: str) -> Reply:
        """The answer to the next request of a path; faults count how often it was asked for."""
        attempt = self._attempts.get(path, 0)
        self._attempts[path] = attempt + 1
        number, self._count = self._count, self._count + 1
        if not self.faults.rules:
            return self.good_reply(path)
        asked = routes.parse(path, self.instruments)
        period = path if asked is None or asked.request is None else asked.request.text
        fault = self.faults.find(path, period, number, attempt)
        return self.good_reply(path) if fault is None else self._bad_reply(path, asked, fault)

    def good_reply(self, path: str) -> Reply:
        """The answer without faults; kept, unless it depends on the clock."""
        found = self._replies.get(path)
        if found is None:
            found = self._make(path)
            asked = routes.parse(path, self.instruments)
            if self.now is not None or asked is None or asked.request is None or asked.request.end <= self.clock():
                self._replies[path] = found
        return found

    def _make(self, path: str) -> Reply:
        code = routes.metadata_code(path)
        if code is not None:
            known = self.instruments.get(code)
            return (
                Reply(400, b'{"message":"unknown instrument"}') if known is None else Reply(200, encode.metadata(known))
            )
        asked = routes.parse(path, self.instruments)
        if asked is None:
            return Reply(404)
        refused = self._refusal(asked)
        return refused or Reply(200, self._body(asked))

    def _refusal(self, asked: routes.Asked) -> Reply | None:
        """The answer to what does not exist (yet)."""
        jetta = asked.transport == "jetta"
        request = asked.request
        if request is None:
            return Reply(400, b'{"message":"unknown instrument"}') if jetta else Reply(404)
        first = request.instrument.history_start
        if first is not None and request.end <= first:
            return Reply(404)
        if request.start >= self.clock() or (request.end > self.clock() and not request.unfinished):
            return Reply(400, b'{"message":"From time is too late"}') if jetta else Reply(404)
        return None

    def _body(self, asked: routes.Asked, times: float = 1.0, *, empty: bool = False, changed: bool = False) -> bytes:
        request = asked.request
        assert request is not None
        columns = no_rows(request.kind) if empty else self._columns(request)
        if changed:
            columns = {name: column[:-1] for name, column in columns.items()}
        prices = ("bid", "ask", "open", "high", "low", "close")
        columns = {name: column * times if name in prices else column for name, column in columns.items()}
        if request.kind is Kind.TICK:
            return (encode.jetta_ticks if asked.transport == "jetta" else encode.bi5_ticks)(columns, request)
        return (encode.jetta_candles if asked.transport == "jetta" else encode.bi5_candles)(columns, request)

    def _columns(self, request: Request) -> Columns:
        end = min(request.end, self.clock())
        if request.side is None:
            return self.market.ticks(request.instrument, request.start, end)
        return self.market.candles(request.instrument, request.kind, request.side, request.start, end)

    def _bad_reply(self, path: str, asked: routes.Asked | None, fault: Fault) -> Reply:
        flaw = fault.flaw
        if flaw in _STATUS:
            headers = (("Retry-After", f"{fault.seconds:g}"),) if flaw is Flaw.TOO_MANY else ()
            return Reply(_STATUS[flaw], b"" if flaw is Flaw.NOT_FOUND else _PAGE, headers)
        good = self.good_reply(path)
        if flaw in (Flaw.SLOW, Flaw.RESET, Flaw.SILENT, Flaw.CUT):
            return replace(good, manner=flaw, seconds=fault.seconds)
        if good.status != 200 or asked is None or asked.request is None:
            return good  # metadata have no ticks that could be missing
        if flaw is Flaw.TRUNCATED:
            return replace(good, body=good.body[: len(good.body) // 2])
        if flaw is Flaw.EMPTY:
            return replace(good, body=self._body(asked, empty=True))
        if flaw is Flaw.WRONG_SCALE:
            return replace(good, body=self._body(asked, 10.0))
        return replace(good, body=self._body(asked, changed=True))
