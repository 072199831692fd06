"""The server: HTTP/1.1 with keep-alive on 127.0.0.1, in a thread or in a process of its own, with a log of requests.

with Loopback(Site(Market(), Faults([Fault(Flaw.UNAVAILABLE, share=0.2)]))) as server:
    transports = (Jetta(server.jetta_url), Bi5(server.bi5_url))
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from multiprocessing.connection import Connection
from time import monotonic
from types import TracebackType
from typing import Final, Self
from urllib.request import urlopen

from tests.support.loopback.faults import Flaw
from tests.support.loopback.site import Reply, Site

LOG_PATH: Final = "/_log"
_REASONS: Final = {200: "OK", 202: "Accepted", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
_DRIPS: Final = 20


@dataclass
class RequestLog:
    """What was asked for: requests by path, when (monotonic s) and with what answer in order, the user agents, the most
    requests and connections at a time."""

    counts: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    user_agents: set[str] = field(default_factory=set)
    most_in_flight: int = 0
    most_connections: int = 0
    connections: int = 0

    @property
    def total(self) -> int:
        return len(self.times)


class Loopback:
    """A running server. latency: seconds before each answer. process: its own process, so that it shares no lock of
    Python with the client (for benchmarks); else a thread."""

    def __init__(self, site: Site, *, latency: float = 0.0, process: bool = False) -> None:
        self.site = site
        self._latency = latency
        self._own_process = process
        self._stop: Callable[[], None] = lambda: None
        self.port = 0

    @property
    def jetta_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def bi5_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/datafeed"

    def log(self) -> RequestLog:
        """The requests so far."""
        with urlopen(f"http://127.0.0.1:{self.port}{LOG_PATH}", timeout=10) as answer:
            found = json.load(answer)
        found["counts"] = Counter(found["paths"])
        found["user_agents"] = set(found["user_agents"])
        return RequestLog(**found)

    def __enter__(self) -> Self:
        if self._own_process:
            self._start_process()
        else:
            self._start_thread()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start_process(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve_process, args=(self.site, self._latency, theirs), daemon=True)
        process.start()
        theirs.close()
        self.port = ours.recv()

        def stop() -> None:
            ours.send("stop")
            process.join(10)
            process.close()
            ours.close()

        self._stop = stop

    def _start_thread(self) -> None:
        started: deque[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = deque()
        ready = threading.Event()

        def told(port: int, stopped: asyncio.Event) -> None:
            started.append((port, asyncio.get_running_loop(), stopped))
            ready.set()

        thread = threading.Thread(target=lambda: asyncio.run(_serve(self.site, self._latency, told)), daemon=True)
        thread.start()
        if not ready.wait(10):
            raise RuntimeError("the loopback server did not start")
        self.port, loop, stopped = started[0]

        def stop() -> None:
            loop.call_soon_threadsafe(stopped.set)
            thread.join(10)

        self._stop = stop


def _serve_process(site: Site, latency: float, pipe: Connection) -> None:
    def told(port: int, stopped: asyncio.Event) -> None:
        pipe.send(port)
        asyncio.get_running_loop().add_reader(pipe.fileno(), stopped.set)

    asyncio.run(_serve(site, latency, told))


async def _serve(site: Site, latency: float, told: Callable[[int, asyncio.Event], None]) -> None:
    house = _House(site, latency)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(house), "127.0.0.1", 0, backlog=1024)
    stopped = asyncio.Event()
    told(server.sockets[0].getsockname()[1], stopped)
    await stopped.wait()
    server.close()
    for connection in tuple(house.connections):
        connection.abort()


class _House:
    """What all connections share: the site, the log, who is being served."""

    def __init__(self, site: Site, latency: float) -> None:
        self.site = site
        self.latency = latency
        self.log = RequestLog()
        self.connections: set[_Connection] = set()
        self.in_flight = 0
        self._date = (-1, "")

    def date(self) -> str:
        """The header of that name, made once a second."""
        second = self.site.clock() // 1000
        if second != self._date[0]:
            self._date = (second, f"Date: {formatdate(second, usegmt=True)}\r\n")
        return self._date[1]

    def enter(self, connection: _Connection) -> None:
        self.connections.add(connection)
        self.log.connections += 1
        self.log.most_connections = max(self.log.most_connections, len(self.connections))

    def note(self, path: str, reply: Reply, user_agent: str) -> None:
        """Write a request down, which is in flight from now on."""
        self.in_flight += 1
        log = self.log
        log.paths.append(path)
        log.times.append(monotonic())
        log.statuses.append(0 if reply.manner in (Flaw.RESET, Flaw.SILENT) else reply.status)
        log.user_agents.add(user_agent)
        log.most_in_flight = max(log.most_in_flight, self.in_flight)


class _Connection(asyncio.Protocol):
    """One client's connection: requests one after the other, answered in order."""

    def __init__(self, house: _House) -> None:
        self._house = house
        self._buffer = b""
        self._busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._house.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._house.connections.discard(self)
        self._house.in_flight -= self._busy
        self._busy = False
        self._transport = None

    def abort(self) -> None:
        """End at once, with a reset."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def _next(self) -> None:
        if self._busy or b"\r\n\r\n" not in self._buffer:
            return
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        close = headers.get("connection", "").lower() == "close"
        if path == LOG_PATH:
            self._send(Reply(200, _as_json(self._house.log)), close)
            return
        reply = self._house.site.reply(path)
        self._house.note(path, reply, headers.get("user-agent", ""))
        self._busy = True
        if self._house.latency > 0:
            asyncio.get_running_loop().call_later(self._house.latency, self._answer, reply, close)
        else:
            self._answer(reply, close)

    def _answer(self, reply: Reply, close: bool) -> None:
        if self._transport is None or reply.manner is Flaw.SILENT:
            return
        if reply.manner is Flaw.RESET:
            self._transport.abort()
        elif reply.manner is Flaw.CUT:
            self._transport.write(self._head(reply, close) + reply.body[: len(reply.body) // 2])
            self._transport.close()
        elif reply.manner is Flaw.SLOW:
            self._transport.write(self._head(reply, close))
            self._drip(reply, close, 0)
        else:
            self._send(reply, close)

    def _drip(self, reply: Reply, close: bool, part: int) -> None:
        if self._transport is None:
            return
        size = -(-len(reply.body) // _DRIPS)
        self._transport.write(reply.body[part * size : (part + 1) * size])
        if part + 1 < _DRIPS:
            asyncio.get_running_loop().call_later(reply.seconds / _DRIPS, self._drip, reply, close, part + 1)
        else:
            self._done(close)

    def _send(self, reply: Reply, close: bool) -> None:
        assert self._transport is not None
        self._transport.write(self._head(reply, close) + reply.body)
        self._done(close)

    def _done(self, close: bool) -> None:
        self._house.in_flight -= self._busy
        self._busy = False
        if close and self._transport is not None:
            self._transport.close()
        else:
            self._next()

    def _head(self, reply: Reply, close: bool) -> bytes:
        more = "".join(f"{name}: {value}\r\n" for name, value in reply.headers)
        return (
            f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Unwell')}\r\n"
            f"{self._house.date()}Content-Length: {len(reply.body)}\r\n"
            f"Connection: {'close' if close else 'keep-alive'}\r\n{more}\r\n"
        ).encode("latin-1")


def _as_json(log: RequestLog) -> bytes:
    names = ("times", "paths", "statuses", "most_in_flight", "most_connections", "connections")
    return json.dumps({name: getattr(log, name) for name in names} | {"user_agents": sorted(log.user_agents)}).encode()
