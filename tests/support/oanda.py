"""A loopback OANDA: serves candles of a table over HTTP by the rules of v20, with faults on request.

What it refuses is what the service is known to refuse: a wrong key (401), an unknown instrument (400), a moment that
its clock has not reached (400, "Time is in the future"), more than 5,000 candles (400).
"""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np

from pinewright.market import DAY, HOUR, MINUTE, FloatArray, IntArray

LENGTHS = {"M1": MINUTE, "H1": HOUR, "D": DAY}
NAMES = ("open", "high", "low", "close")


@dataclass(frozen=True)
class Table:
    """Candles of one instrument and granularity: opening time [N] ms UTC, prices [N] by ``bid_open`` and so on."""

    time: IntArray
    prices: dict[str, FloatArray]

    @cached_property
    def candles(self) -> list[str]:
        """Every candle as JSON, without the brace at its end and whether it is complete."""
        stamps = np.datetime_as_string(self.time.astype("datetime64[ms]")).tolist()
        columns = {name: [f"{price:.5f}" for price in column] for name, column in self.prices.items()}
        return [
            json.dumps(
                {
                    "volume": k % 7 + 1,
                    "time": f"{stamp}000000Z",
                    **{side: {name[0]: columns[f"{side}_{name}"][k] for name in NAMES} for side in ("bid", "ask")},
                }
            )[:-1]
            for k, stamp in enumerate(stamps)
        ]

    def body(self, instrument: str, granularity: str, start: int, count: int, now: int) -> str:
        """The answer to a question for ``count`` candles from ``start`` on, by a clock that shows ``now`` (ms UTC)."""
        length = LENGTHS[granularity]
        # The candle that covers ``start`` counts too; where it has no price the answer is one candle short.
        first = int(np.searchsorted(self.time, start - length, side="right"))
        short = first < len(self.time) and int(self.time[first]) > start
        last = min(first + count - short, int(np.searchsorted(self.time, now)))
        rows = [
            f'{self.candles[k]}, "complete": {json.dumps(bool(self.time[k] + length <= now))}}}'
            for k in range(first, last)
        ]
        head = f'"instrument": "{instrument}", "granularity": "{granularity}"'
        return f'{{{head}, "candles": [{", ".join(rows)}]}}'


@dataclass(frozen=True)
class Fault:
    """An answer instead of candles."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class OandaServer:
    """The server in a thread of its own, on a free port of this machine; to be used with ``with``.

    tables: by (instrument, granularity). now: its clock, ms UTC. faults: given instead of answers, one a request, until
    there are none. asked: the parameters of every request that was let in; agents: their User-Agent.
    """

    def __init__(self, tables: dict[tuple[str, str], Table], key: str, now: int) -> None:
        self.tables, self.key, self.now = tables, key, now
        self.faults: deque[Fault] = deque()
        self.asked: list[dict[str, str]] = []
        self.agents: set[str] = set()
        self.connections = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                outer.connections += 1

            def do_GET(self) -> None:
                outer.agents.add(self.headers.get("User-Agent", ""))
                answer = outer._answer(self.path, self.headers.get("Authorization", ""))
                content = answer.body.encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> OandaServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, path: str, authorization: str) -> Fault:
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.faults:
            return self.faults.popleft()
        if authorization != f"Bearer {self.key}":
            return _refusal(401, "Insufficient authorization to perform request.")
        self.asked.append(asked)
        instrument = parts.path.split("/")[3]
        table = self.tables.get((instrument, asked["granularity"]))
        if table is None:
            return _refusal(400, "Invalid value specified for 'instrument'")
        start = round(datetime.fromisoformat(asked["from"]).timestamp() * 1000)
        count = int(asked["count"])
        if start > self.now:
            return _refusal(400, "Invalid value specified for 'from'. Time is in the future")
        if count > 5_000 or "to" in asked or asked["price"] != "BA":
            return _refusal(400, "Maximum value for 'count' exceeded")
        return Fault(200, table.body(instrument, asked["granularity"], start, count, self.now))


def _refusal(status: int, message: str) -> Fault:
    return Fault(status, json.dumps({"errorMessage": message}), {"Content-Type": "application/json"})
