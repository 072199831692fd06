"""The loopback Dukascopy with the service behind its web charts too, which dukascopy-python asks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

import numpy as np

from pinewright.data.dukascopy.requests import Request
from pinewright.market import IntArray
from tests.support.loopback import Market, Site
from tests.support.loopback.site import Reply


class ChartSite(Site):
    """Both transports and the charts' ticks of one instrument, all encoded before the first request."""

    def __init__(self, market: Market, requests: Iterable[Request]) -> None:
        super().__init__(market)
        self._requests = list(requests)
        self.prepare(self._requests)

    def __getstate__(self) -> dict[str, object]:
        # Rows are encoded where the server runs.
        return {name: value for name, value in self.__dict__.items() if name not in ("rows", "times")}

    @cached_property
    def times(self) -> IntArray:
        """Time of every tick [T], ms UTC."""
        request = self._requests[0]
        ticks = self.market.ticks(request.instrument, request.start, self._requests[-1].end)
        return ticks["time"].astype(np.int64)

    @cached_property
    def rows(self) -> list[str]:
        """Every tick as the service writes it: time, bid, ask, sizes in units."""
        return ["[" + ",".join(repr(value) for value in row) + "]" for row in self._ticks()]

    def reply(self, path: str) -> Reply:
        if not path.startswith("/2.0/"):
            return super().reply(path)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        first = int(np.searchsorted(self.times, int(asked["last_update"])))
        page = self.rows[first : first + int(asked.get("limit", 30_000))]
        return Reply(200, f"{asked['jsonp']}([{','.join(page)}]);".encode())

    def _ticks(self) -> list[tuple[object, ...]]:
        request = self._requests[0]
        columns = self.market.ticks(request.instrument, request.start, self._requests[-1].end)
        names = ("time", "bid", "ask", "bid_volume", "ask_volume")
        return list(zip(*(columns[name].tolist() for name in names), strict=True))
